/* SPDX-License-Identifier: Apache-2.0
 * Opens a study: counts its points and runs, and checks each point before any of them is run. */
#include "study/study.h"
#include "model/network.h"

#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/network.h"
#include "scenario/identity.h"
#include "study/transient.h"

/* More runs than anyone means: a slip, told at once instead of after hours. */
#define RUNS_LIMIT 100000000

/* Long enough for any station's name: two names of sites and " to ". */
#define NAME_SIZE 512

size_t study_factors(const struct study *s)
{
    return s->factors_used ? s->design.n_factors : 0;
}

const struct factor *study_factor(const struct study *s, size_t factor)
{
    return &s->design.factor[factor];
}

const struct option *study_option(const struct study *s, size_t point, size_t factor)
{
    return &s->design.factor[factor].option[design_option(&s->design, point, factor)];
}

void study_point_name(const struct study *s, size_t point, char *text, size_t size)
{
    size_t n = study_factors(s), used = 0;
    if (n == 0)
        snprintf(text, size, "the base case");
    for (size_t f = 0; f < n && used < size; f++) {
        int length = snprintf(text + used, size - used, "%s%s = %s", f ? ", " : "",
                              study_factor(s, f)->name, study_option(s, point, f)->label);
        if (length < 0)
            return;
        used += (size_t)length;
    }
}

int study_settings(const struct study *s, size_t point, struct setting **out, size_t *n,
                   psn_diagnostics *all)
{
    *n = 0;
    for (size_t f = 0; f < study_factors(s); f++)
        *n += study_option(s, point, f)->n_settings;
    struct setting *settings = *out = calloc(*n + 1, sizeof *settings);
    if (!settings)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    for (size_t f = 0; f < study_factors(s); f++) {
        const struct option *option = study_option(s, point, f);
        for (size_t i = 0; i < option->n_settings; i++)
            *settings++ = option->setting[i];
    }
    return 0;
}

int study_describe(const struct study *s, size_t point, struct description **out,
                   psn_diagnostics *all)
{
    struct setting *settings;
    size_t n;
    int error = study_settings(s, point, &settings, &n, all);
    if (!error)
        error = scenario_describe(s->scenario, settings, n, out, all);
    free(settings);
    if (!error && s->warmup_known && (*out)->warmup_auto)
        (*out)->warmup = s->warmup;
    return error;
}

size_t study_rows(const struct study *s)
{
    return s->shape.batches > 0 ? s->shape.batches : s->n_replications;
}

/* The key of one point. */
static int identify_point(struct study *s, size_t point, psn_diagnostics *all)
{
    size_t n;
    uint8_t digest[IDENTITY_SIZE];
    struct setting *settings;
    int error = study_settings(s, point, &settings, &n, all);
    if (!error)
        error = scenario_identity(s->scenario, settings, n, digest, all);
    free(settings);
    if (error)
        return error;
    psn_time warmup = s->warmup_known && s->base->warmup_auto ? s->warmup : s->base->warmup;
    const uint64_t number[] = {s->base->seed, (uint64_t)warmup, s->base->antithetic,
                               s->base->batches};
    /* What is not asked for leaves the key as it is. */
    size_t used = s->base->batches > 0 ? 4 : s->base->antithetic ? 3 : 2;
    uint8_t bytes[sizeof number], sum[SHA256_DIGEST_LENGTH];
    for (size_t i = 0; i < used * sizeof *number; i++)
        bytes[i] = (uint8_t)(number[i / 8] >> (8 * (i % 8)));
    SHA2_CTX context;
    SHA256Init(&context);
    SHA256Update(&context, digest, sizeof digest);
    SHA256Update(&context, bytes, used * sizeof *number);
    SHA256Final(sum, &context);
    s->key[point] = (struct point_key){{0}};
    for (size_t i = 0; i < sizeof sum; i++)
        s->key[point].word[i / 8] = s->key[point].word[i / 8] << 8 | sum[i];
    return 0;
}

int study_identify(struct study *s, psn_diagnostics *all)
{
    struct point_key *key = calloc(s->n_points, sizeof *key);
    if (!key)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    free(s->key);
    s->key = key;
    int error = 0;
    for (size_t point = 0; point < s->n_points && !error; point++)
        error = identify_point(s, point, all);
    return error;
}

/* Does the objective say how long a response may take, so that each request keeps to it or not? */
static bool limits_response(const struct objective *o)
{
    if (o->kind != SUBJECT_SERVICE)
        return false;
    return o->figure == FIGURE_RESPONSE_WITHIN ||
           (o->at_most &&
            (o->figure == FIGURE_RESPONSE_MEAN || o->figure == FIGURE_RESPONSE_QUANTILE ||
             o->figure == FIGURE_RESPONSE_MAX));
}

/* What may become of a job at one of the machines that provide a role. */
static void mark_machine(struct study *s, const struct description *d, const struct machine *m,
                         bool impatient, uint8_t *stream)
{
    if (m->kind == MACHINE_POOL) {
        const struct pool *pool = &d->pool[m->index];
        if (pool->room > 0 && !pool->blocks) {
            s->station[m->index] |= STATION_REFUSES;
            *stream |= STREAM_REFUSED | STREAM_FAILING;
        }
        if (impatient) {
            s->station[m->index] |= STATION_ABANDONED;
            *stream |= STREAM_ABANDONED | STREAM_FAILING;
        }
    }
    if (m->next)
        mark_machine(s, d, m->next, impatient, stream);
    if (m->otherwise)
        mark_machine(s, d, m->otherwise, impatient, stream);
}

/* What may become of a partner's requests in these steps. */
static void mark_steps(struct study *s, const struct description *d, uint32_t partner,
                       const struct step *step, size_t n, uint8_t *stream)
{
    for (size_t i = 0; i < n; i++) {
        if (step[i].role != NO_INDEX)
            mark_machine(s, d, &d->hosting[partner * d->n_roles + step[i].role], step[i].impatient,
                         stream);
        if (step[i].service != NO_INDEX)
            mark_steps(s, d, partner, d->service[step[i].service].step,
                       d->service[step[i].service].n_steps, stream);
        for (size_t b = 0; b < step[i].n_branches; b++)
            mark_steps(s, d, partner, step[i].branch[b].step, step[i].branch[b].n_steps, stream);
    }
}

/* The network's figures that a source has; `fails`: a message may be lost, or find no route. */
static void mark_network(struct study *s, const struct description *d, const struct source *source,
                         bool fails, uint8_t *stream)
{
    const struct workload *w = &d->workload[source->workload];
    uint32_t class = description_class(d, w->service);
    if (fails)
        *stream |= STREAM_LOST | STREAM_FAILING;
    if (s->shape.classes == 0)
        return;
    uint8_t *flags = &s->class[outcome_class_index(&s->shape, class, source->partner)];
    *flags |= CLASS_USED;
    if (w->kind == WORKLOAD_SCHEDULED || (class < d->n_classes && d->class[class].flows))
        *flags |= CLASS_FLOWS;
}

void study_mark(struct study *s, const struct description *d)
{
    bool fails = network_may_fail(d);
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *source = &d->source[i];
        const struct workload *w = &d->workload[source->workload];
        uint8_t *stream = &s->stream[outcome_stream_index(&s->shape, w->service, source->partner)];
        *stream |= STREAM_USED;
        if (w->kind == WORKLOAD_SCHEDULED)
            *stream |= STREAM_SCHEDULED;
        const struct service *service = &d->service[w->service];
        if (service->timeout > 0)
            *stream |= STREAM_RETRIED | STREAM_FAILING;
        if (service->retries > 0)
            *stream |= STREAM_RETRIED;
        mark_steps(s, d, source->partner, service->step, service->n_steps, stream);
        mark_network(s, d, source, fails, stream);
    }
    for (size_t i = 0; i < d->n_targets; i++) {
        const struct target *t = &d->target[i];
        if (!limits_response(&d->objective[t->objective]))
            continue;
        for (uint32_t p = 0; p < s->shape.partners; p++)
            if (t->partner == NO_INDEX || t->partner == p)
                s->stream[outcome_stream_index(&s->shape, t->subject, p)] |= STREAM_JUDGED;
    }
}

/* The points, and the runs of all of them. */
static int count_runs(struct study *s, psn_diagnostics *all)
{
    s->n_points = 1;
    int error = s->factors_used ? design_make(s->base, &s->design, all) : PSN_OK;
    if (error)
        return error;
    if (s->factors_used)
        s->n_points = s->design.n_points;
    psn_place place = study_factors(s) ? study_factor(s, 0)->place : (psn_place){0};
    s->n_replications = s->base->replications;
    s->n_runs = s->n_points * s->n_replications;
    if (s->n_runs > RUNS_LIMIT)
        return psn_mistake_add(all, PSN_EINPUT, place,
                               "the study has %zu runs; at most %d were expected", s->n_runs,
                               RUNS_LIMIT);
    return PSN_OK;
}

static bool same_shape(const struct outcome_shape *a, const struct outcome_shape *b)
{
    return a->partners == b->partners && a->services == b->services && a->stations == b->stations &&
           a->targets == b->targets && a->intervals == b->intervals && a->classes == b->classes &&
           a->directions == b->directions;
}

/* What two points may not differ in, or NULL: figures are compared by name and interval. */
static const char *difference(const struct study *s, const struct description *d)
{
    const struct description *base = s->base;
    struct outcome_shape shape = model_shape(d);
    if (base->horizon != d->horizon || base->interval != d->interval || base->warmup != d->warmup ||
        base->start_day != d->start_day || base->start_of_week != d->start_of_week)
        return "start, horizon, warm-up or interval";
    if (!same_shape(&s->shape, &shape))
        return "number of partners, services, stations, classes, targets or intervals";
    for (size_t i = 0; i < d->n_partners; i++)
        if (strcmp(base->partner[i].name, d->partner[i].name) != 0)
            return "partners";
    for (size_t i = 0; i < d->n_services; i++)
        if (strcmp(base->service[i].name, d->service[i].name) != 0)
            return "services";
    for (size_t i = 0; i + 1 < shape.classes; i++)
        if (strcmp(base->class[i].name, d->class[i].name) != 0)
            return "classes";
    for (size_t i = 0; i < d->n_targets; i++)
        if (strcmp(base->target[i].name, d->target[i].name) != 0)
            return "targets of the objectives";
    for (size_t i = 0; i < shape.stations; i++) {
        char here[NAME_SIZE], there[NAME_SIZE];
        model_station_name(base, i, there, sizeof there);
        model_station_name(d, i, here, sizeof here);
        if (strcmp(here, there) != 0)
            return "stations";
    }
    return NULL;
}

/* Describes and checks one point. */
static int check_point(struct study *s, size_t point, psn_diagnostics *all)
{
    struct description *d = NULL;
    int error = study_describe(s, point, &d, all);
    if (error || !d)
        return error;
    error = model_check(d, all);
    int automatic = transient_check(d, all);
    error = error ? error : automatic;
    const char *what = difference(s, d);
    if (what) {
        char name[NAME_SIZE];
        study_point_name(s, point, name, sizeof name);
        psn_place place = study_factors(s) ? study_factor(s, 0)->place : (psn_place){0};
        error = psn_mistake_add(all, PSN_EINPUT, place,
                                "at %s the %s are not those of the base case; factors that change "
                                "values only were expected",
                                name, what);
    } else {
        study_mark(s, d);
    }
    description_free(d);
    return error;
}

/* SHA-256 (FIPS 180-4) of the scenario's hash and the word for what is done with it, so that a
 * sweep never resumes the journals of a single run. */
static void make_hash(struct study *s)
{
    static const char digits[] = "0123456789abcdef";
    char scenario[65];
    scenario_hash(s->scenario, scenario);
    const char *word = s->factors_used ? "sweep" : "run";
    SHA2_CTX context;
    uint8_t sum[SHA256_DIGEST_LENGTH];
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)scenario, strlen(scenario));
    SHA256Update(&context, (const uint8_t *)word, strlen(word));
    SHA256Final(sum, &context);
    for (size_t i = 0; i < sizeof sum; i++) {
        s->hash[2 * i] = digits[sum[i] >> 4];
        s->hash[2 * i + 1] = digits[sum[i] & 15];
    }
    s->hash[2 * sizeof sum] = '\0';
}

/* Everything after the allocation of `s`. */
static int open_points(struct study *s, psn_diagnostics *all)
{
    int error = scenario_describe(s->scenario, NULL, 0, &s->base, all);
    if (error || !s->base)
        return error;
    s->shape = model_shape(s->base);
    s->stream = calloc(s->shape.services * s->shape.partners + 1, 1);
    s->station = calloc(s->shape.stations + 1, 1);
    s->class = calloc(s->shape.classes * s->shape.partners + 1, 1);
    if (!s->stream || !s->station || !s->class)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    error = count_runs(s, all);
    if (error)
        return error;
    for (size_t point = 0; point < s->n_points; point++) {
        int here = check_point(s, point, all);
        if (here)
            error = here;
    }
    if (!error)
        make_hash(s);
    return error;
}

int study_check_sets(const struct study *study, psn_diagnostics *all)
{
    const struct scenario *s = study->scenario;
    for (size_t i = 0; i < s->n_sets; i++)
        for (size_t f = 0; f < study_factors(study); f++) {
            const struct factor *factor = study_factor(study, f);
            size_t n = strcspn(s->set[i], "=");
            if (strlen(factor->name) == n && !strncmp(factor->name, s->set[i], n))
                return psn_mistake_add(
                    all, PSN_EINPUT, factor->place,
                    "the study varies `%s`, and --set gives it one value; expected one "
                    "or the other (`run` takes the base case alone)",
                    factor->name);
        }
    return 0;
}

int study_open(struct scenario *s, bool with_factors, struct study **out, psn_diagnostics *all)
{
    *out = NULL;
    struct study *study = calloc(1, sizeof *study);
    if (!study)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    study->scenario = s;
    study->factors_used = with_factors;
    int error = open_points(study, all);
    if (error)
        study_free(study);
    else
        *out = study;
    return error;
}

void study_free(struct study *s)
{
    if (!s)
        return;
    design_fini(&s->design);
    if (s->base)
        description_free(s->base);
    free(s->stream);
    free(s->station);
    free(s->class);
    free(s->key);
    free(s->warmup_cut);
    free(s);
}
