/* SPDX-License-Identifier: Apache-2.0
 * A study: the design points of a scenario, each with its replications. Run r = point x
 * replications + replication; both count from 0. */
#ifndef STUDY_STUDY_H
#define STUDY_STUDY_H

#include "model/model.h"
#include "scenario/scenario.h"
#include "study/design.h"

/* What is known of a (service, partner) over all design points. */
enum stream_flags {
    STREAM_USED = 1,       /* some workload asks for it */
    STREAM_SCHEDULED = 2,  /* some scheduled workload does: overruns have a meaning */
    STREAM_JUDGED = 4,     /* an objective limits its response: `within objective` has a meaning */
    STREAM_RETRIED = 8,    /* its users have a timeout or try again: `retries` has a meaning */
    STREAM_REFUSED = 16,   /* its requests may be refused */
    STREAM_ABANDONED = 32, /* or run out of patience */
    STREAM_FAILING = 64,   /* so, or for their timeout: `failed` has a meaning */
    STREAM_LOST = 128,     /* their messages may be lost for good, or have no route */
};

/* What is known of a (class, partner) over all design points. */
enum class_flags {
    CLASS_USED = 1,  /* some service that it asks for is of the class */
    CLASS_FLOWS = 2, /* and long messages of it may be flows */
};

/* What is known of a station over all design points. */
enum station_flags {
    STATION_REFUSES = 1,   /* it has a room that refuses: `refused` has a meaning */
    STATION_ABANDONED = 2, /* some step has patience there: `abandoned` has a meaning */
};

/* What a point is, whatever its number and however its text is written: equal keys, equal runs. */
struct point_key {
    uint64_t word[4];
};

struct study {
    struct scenario *scenario; /* the caller's; must outlive the study */
    struct description *base;  /* the scenario without factors; owned */
    struct outcome_shape shape;
    struct design design; /* of the base case alone where factors_used is false */
    size_t n_points, n_replications, n_runs; /* the most, where replications have a precision */
    bool factors_used;                       /* false: one point, the base case (`run`) */
    uint8_t *stream;       /* enum stream_flags by [service x partners + partner]; owned */
    uint8_t *station;      /* enum station_flags by station; owned */
    uint8_t *class;        /* enum class_flags by [class x partners + partner]; owned; empty where
                              the shape has no classes */
    bool warmup_known;     /* an automatic warm-up has been found (study/warmup.h) ... */
    psn_time warmup;       /* ... and is this one, at every point */
    psn_time *warmup_cut;  /* by point: what its pilot run found, or WARMUP_UNSTABLE; owned; NULL
                              where no pilot runs were made */
    char hash[65];         /* of scenario_hash, and of which of the two it is */
    struct point_key *key; /* by point; NULL until study_identify; owned */
};

/* Opens a study and checks every design point: each must be sound and have the same partners,
 * services, stations, targets and intervals. `with_factors` false: the base case alone. Returns 0
 * with *out to be freed by study_free, or a PSN_E code with all mistakes told. */
int study_open(struct scenario *s, bool with_factors, struct study **out, psn_diagnostics *all);
void study_free(struct study *s);

/* The command line cannot fix what the study varies: the points would be named by one value and run
 * by another. PSN_EINPUT, told, where it does; asked before a study is carried out. */
int study_check_sets(const struct study *study, psn_diagnostics *all);

/* The number of factors in use (0 for the base case), and each of them, in the order of names. */
size_t study_factors(const struct study *s);
const struct factor *study_factor(const struct study *s, size_t factor);

/* The option that a factor has at a point. */
const struct option *study_option(const struct study *s, size_t point, size_t factor);

/* How many rows of single runs a point has at most in a result: replications, or batches. */
size_t study_rows(const struct study *s);

/* Adds to s->stream (services x partners entries), s->station and s->class what the description of
 * one point says. study_open calls it for each point. */
void study_mark(struct study *s, const struct description *d);

/* Writes a point's options as "arrangement = shared, demand = 1.3" (cut to `size`); "the base case"
 * where there are no factors. */
void study_point_name(const struct study *s, size_t point, char *text, size_t size);

/* What a point sets, in *out, malloc'ed (the values are the study's). 0 or PSN_EMEMORY. */
int study_settings(const struct study *s, size_t point, struct setting **out, size_t *n,
                   psn_diagnostics *all);

/* Fills in s->key: SHA-256 of the point's tree (scenario_identity), the seed and the warm-up. After
 * anything that changes the warm-up, and before journals are looked at. Returns 0 or a PSN_E code.
 */
int study_identify(struct study *s, psn_diagnostics *all);

/* The description of a point, to be freed by description_free, with the warm-up that was found
 * where it is automatic and known. Thread-safe. */
int study_describe(const struct study *s, size_t point, struct description **out,
                   psn_diagnostics *all);

#endif
