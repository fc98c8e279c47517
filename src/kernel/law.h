/* SPDX-License-Identifier: Apache-2.0
 * Probability laws of unit mean and the streams that draw from them. A quantity's mean is applied
 * by the caller, so that a change of mean keeps every draw (common random numbers). */
#ifndef KERNEL_LAW_H
#define KERNEL_LAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/random.h"
#include "psnsim/types.h"

enum law_kind {
    LAW_CONST,
    LAW_EXP,
    LAW_UNIFORM,   /* on [1 - spread, 1 + spread], 0 <= spread <= 1 */
    LAW_ERLANG,    /* sum of `shape` exponentials */
    LAW_HYPEREXP,  /* two exponentials with balanced means, by cv > 1 */
    LAW_LOGNORMAL, /* by cv > 0 */
    LAW_TRIANGULAR,
    LAW_GAMMA,     /* by cv > 0 */
    LAW_WEIBULL,   /* by shape */
    LAW_PARETO,    /* P(X > x) = (least / x)^shape from a least value on: shape > 1 */
    LAW_PH2,       /* phase type by two moments: cv > 0 */
    LAW_PH3,       /* phase type by three moments: cv and skewness */
    LAW_EMPIRICAL, /* any of a list of values, each as likely */
};

/* A law of mean 1. `parameter` and `second` are what the text says: spread, shape or cv; of a
 * triangular law its ends; of LAW_PH3 cv and skewness. */
struct law {
    enum law_kind kind;
    uint32_t order[2]; /* phase types: exponentials in a row on either branch */
    double parameter, second;
    double a, b, c;      /* derived by law_init; what they are, each law in law.c says */
    const double *value; /* LAW_EMPIRICAL: in ascending order, of mean 1; the caller's */
    size_t n_values;
};

/* The largest shape of LAW_ERLANG, and order of a phase type (beyond it the law is all but
 * constant, and a draw is long); the largest shape of LAW_GAMMA (1 / cv^2) and of LAW_PARETO. */
#define LAW_SHAPE_MOST 10000
/* The largest cv, but of LAW_GAMMA: 100. */
#define LAW_CV_MOST       1000.0
#define LAW_GAMMA_CV_MOST 100.0
/* The shapes of LAW_WEIBULL: cv from 429 down to 0.0127. */
#define LAW_WEIBULL_LEAST 0.1
#define LAW_WEIBULL_MOST  100.0
/* The most values of LAW_EMPIRICAL. */
#define LAW_VALUES_MOST 100000

/* Fills a law of at most one parameter. Ranges: spread 0 to 1; shape 1 to LAW_SHAPE_MOST, whole
 * (erlang), LAW_WEIBULL_LEAST to LAW_WEIBULL_MOST (weibull), above 1 to LAW_SHAPE_MOST (pareto: at
 * 1 and below it the mean is infinite); cv > 1 (hyperexp), > 0 (lognormal), 0.01 to
 * LAW_GAMMA_CV_MOST (gamma), from 0.01 (ph2); at most LAW_CV_MOST. `parameter` is ignored by
 * LAW_CONST and LAW_EXP. Returns 0, or PSN_EINPUT where the parameter is outside the law's range or
 * the kind has other parameters (the caller words the mistake). */
int law_init(struct law *l, enum law_kind kind, double parameter);

/* Do they draw the same? Of LAW_EMPIRICAL: from the same list. */
bool law_same(const struct law *a, const struct law *b);

/* The triangular law with these ends and mode, scaled to mean 1: 0 <= low <= mode <= high and
 * low < high; else PSN_EINPUT. */
int law_init_triangular(struct law *l, double low, double mode, double high);

/* The phase type with this cv (above 0.01, to LAW_CV_MOST) and skewness: a mixture of two Erlang
 * laws of one order, the least order that has these moments. PSN_EINPUT where the order would be
 * above LAW_SHAPE_MOST: for a skewness below law_least_skew(cv). */
int law_init_phase3(struct law *l, double cv, double skew);

/* The least skewness that LAW_PH3 has at this cv: a hair above cv - 1 / cv, below which no law on
 * positive values has one. */
double law_least_skew(double cv);

/* The law of n (1 to LAW_VALUES_MOST) finite values that are not negative: sorts them, divides them
 * by their mean, which goes to *mean, and keeps the pointer: they must outlive the law. PSN_EINPUT
 * where the mean is not above 0 or not finite. */
int law_init_empirical(struct law *l, double *value, size_t n, double *mean);

/* The shape of the Weibull law with this cv; NaN where it is outside the range of shapes. */
double law_weibull_shape(double cv);

/* Squared coefficient of variation of the law; INFINITY for LAW_PARETO of shape 2 or less. */
double law_scv(const struct law *l);

/* The index of the law's tail: P(X > x) falls as x^-index, so that moments below it are finite.
 * INFINITY for all but LAW_PARETO, whose shape it is. */
double law_tail(const struct law *l);

/* How many values one block holds at most, and where there are so many streams that whole blocks
 * would take too much memory; see struct stream. */
#define STREAM_BLOCK       64
#define STREAM_BLOCK_SMALL 8

/* Which draws a run makes: what all its streams share. With `antithetic` the replications 2 k and
 * 2 k + 1 are a pair: the odd one has the keys of the even one, and 1 - u wherever that has u
 * (J. M. Hammersley and K. W. Morton, "A new Monte Carlo technique: antithetic variates",
 * Proceedings of the Cambridge Philosophical Society 52 (1956), 449-475). */
struct draws {
    uint64_t seed;
    uint32_t replication;
    bool antithetic;
};

/* The values of one of several interleaved sequences of numbers: two cache lines, for two of the
 * widest vectors are made in hardly more time than one. The first few of a sequence are made with
 * those of its neighbours: where a run is short, no more may be asked for. */
#define STREAM_OWN 15
struct stream_own {
    uint64_t end; /* the number after that of the last value; 0: no value yet */
    double value[STREAM_OWN];
};

/* A stream: a law drawn under a key. Draws are pure: the value for (n, visit) does not depend on
 * what was drawn before. Laws that it makes faster (all but const, erlang, gamma and phase types
 * of longer branches) are made in blocks over consecutive n at visit 0, where the caller gives a
 * block. Where numbers are (user << 32 | cycle), whose users come in any order but each one's
 * cycles in theirs, the caller gives a small block for every user instead. Each value is monotone
 * in each of its uniforms. stream_key sets the key, the caller law and block; zero the rest. */
struct stream {
    uint64_t key;
    uint64_t first;         /* n of block[0] */
    double *block;          /* `room` values owned by the caller, or NULL: one by one */
    struct stream_own *own; /* by user, the caller's, zeroed; best on cache lines; or NULL */
    uint32_t filled;        /* values in block; 0: none yet */
    uint32_t room;          /* of block: STREAM_BLOCK or STREAM_BLOCK_SMALL; of own: users */
    bool mirrored;          /* 1 - u in place of each uniform u */
    struct law law;
    uint64_t stray; /* the last n that fell outside the block and was made alone */
};

/* Are values of this law made faster in blocks? Of what takes long by itself a block saves nothing,
 * and wastes what is not asked for. */
bool stream_has_blocks(const struct law *l);

/* Keys a stream: for an entity's name, a purpose and an index, as random_key. */
void stream_key(struct stream *s, const struct draws *draws, const char *name,
                enum random_purpose purpose, uint32_t index);

/* Two uniforms in (0, 1) of the stream, whatever its law; as random_uniform2. */
void stream_uniform2(const struct stream *s, uint64_t n, uint32_t visit, uint32_t part,
                     double u[2]);

/* The value for (n, visit) where it is not in the block: made alone, or with a new block. For
 * stream_draw only. */
double stream_draw_outside(struct stream *s, uint64_t n, uint32_t visit);

/* A value of mean 1 for job number n at this visit. */
static inline double stream_draw(struct stream *s, uint64_t n, uint32_t visit)
{
    uint64_t i = n - s->first;
    if (i < s->filled && visit == 0)
        return s->block[i];
    if (s->own) {
        const struct stream_own *own = &s->own[n >> 32];
        i = n - (own->end - STREAM_OWN);
        if (__builtin_expect(i < STREAM_OWN && visit == 0, 1))
            return own->value[i];
    }
    return stream_draw_outside(s, n, visit);
}

/* The same without a block: reference for tests, and for out-of-order jobs. */
double stream_draw_one(const struct stream *s, uint64_t n, uint32_t visit);

/* The longest duration that is told apart, 126 years: longer than any run (100 years at most), and
 * short enough that a time within a run plus this still is one. */
#define LAW_DURATION_MOST INT64_C(4000000000000000000)

/* Rounds a non-negative duration in ns (a double) to the nearest psn_time, halves up; what is
 * longer than LAW_DURATION_MOST counts as that, and does not end within any run. */
static inline psn_time law_round_ns(double ns)
{
    return ns < (double)LAW_DURATION_MOST ? (psn_time)(ns + 0.5) : LAW_DURATION_MOST;
}

/* The time `duration` after `now`; PSN_NEVER beyond the end of time. */
static inline psn_time law_later(psn_time now, psn_time duration)
{
    psn_time later;
    return __builtin_add_overflow(now, duration, &later) ? PSN_NEVER : later;
}

#endif
