/* SPDX-License-Identifier: Apache-2.0
 * An invented study for the tests of study and results: a description built by hand and outcomes
 * with fixed pseudo-random figures. Depends on no reader of scenarios and no model. */
#ifndef TESTS_INVENTED_H
#define TESTS_INVENTED_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/summary.h"

#define INVENTED_REPLICATIONS 4

/* Tests may give the study as many points as this. */
#define INVENTED_POINTS_MOST 25000

/* Everything the invented study points to; its parts are in the order of names. */
struct invented {
    struct study study;
    struct description d;
    struct scenario scenario;
    struct scenario_text text[2];
    const char *set[1];
    struct partner partner[3];
    struct site site[2];
    struct link link[1];
    struct pool pool[2];
    struct array array[1];
    struct service service[2];
    struct workload workload[2];
    struct source source[3];
    struct objective objective[3];
    struct target target[4];
    struct factor factor[3];
    struct option option[3][3];
    struct service_class class[2];
};

/* Steele, Lea and Flood's SplitMix64 (OOPSLA 2014): enough for figures that mean nothing. */
static inline uint64_t invented_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* Between 0 and 1. */
static inline double invented_real(uint64_t *state)
{
    return ((double)(invented_next(state) >> 12) + 0.5) * 0x1p-52;
}

static inline void invented_things(struct invented *v)
{
    v->partner[0] = (struct partner){.name = "adur", .label = "Adur"};
    v->partner[1] = (struct partner){.name = "quiet", .label = "No demand at all"};
    v->partner[2] = (struct partner){.name = "worthing", .label = "Worthing"};
    v->site[0] = (struct site){.name = "civic", .exists = true};
    v->site[1] = (struct site){.name = "town-hall", .exists = true};
    v->link[0] = (struct link){.name = "county", .end = {0, 1}, .exists = true};
    v->pool[0] = (struct pool){.name = "adur-servers", .hosts = 1, .cores = 4, .exists = true};
    v->pool[1] = (struct pool){.name = "joint-servers", .hosts = 2, .cores = 8, .exists = true};
    v->array[0] = (struct array){.name = "joint-san", .exists = true};
    v->service[0] = (struct service){.name = "backup"};
    v->service[1] = (struct service){.name = "case-work"};
    v->workload[0] = (struct workload){.name = "case", .service = 1, .kind = WORKLOAD_OPEN};
    v->workload[1] = (struct workload){.name = "nightly", .service = 0, .kind = WORKLOAD_SCHEDULED};
    v->source[0] = (struct source){.name = "case/adur/civic", .workload = 0, .partner = 0};
    v->source[1] = (struct source){.name = "case/worthing/town-hall", .workload = 0, .partner = 2};
    v->source[2] = (struct source){.name = "nightly/adur", .workload = 1, .partner = 0};
}

static inline void invented_objectives(struct invented *v)
{
    v->objective[0] = (struct objective){.name = "fast",
                                         .text = "response p95",
                                         .kind = SUBJECT_SERVICE,
                                         .figure = FIGURE_RESPONSE_QUANTILE,
                                         .quantile = 0.95,
                                         .at_most = true,
                                         .limit = 1e9,
                                         .hours = NO_INDEX};
    v->objective[1] = (struct objective){.name = "patient",
                                         .text = "response within 1 s",
                                         .kind = SUBJECT_STATION,
                                         .figure = FIGURE_WAIT_MEAN,
                                         .at_most = true,
                                         .limit = 5e8,
                                         .hours = NO_INDEX};
    v->objective[2] = (struct objective){.name = "roomy",
                                         .text = "utilisation p95",
                                         .kind = SUBJECT_LINK,
                                         .figure = FIGURE_UTILISATION_MEAN,
                                         .at_most = true,
                                         .limit = 0.5,
                                         .hours = NO_INDEX};
    v->target[0] = (struct target){.name = "fast adur", .subject = 1, .partner = 0, .exists = true};
    v->target[1] =
        (struct target){.name = "fast", .subject = 1, .partner = NO_INDEX, .exists = true};
    v->target[2] = (struct target){
        .name = "patient joint-san", .objective = 1, .subject = 2, .partner = NO_INDEX};
    v->target[3] = (struct target){.name = "roomy county to town-hall",
                                   .objective = 2,
                                   .subject = 0,
                                   .partner = NO_INDEX,
                                   .exists = true};
}

static inline void invented_factors(struct invented *v)
{
    v->option[0][0] = (struct option){.label = "alone", .number = NAN};
    v->option[0][1] = (struct option){.label = "shared", .number = NAN};
    v->option[1][0] = (struct option){.label = "low", .number = NAN};
    v->option[1][1] = (struct option){.label = "h\xc3\xb6her", .number = NAN};
    v->option[2][0] = (struct option){.label = "10 Mbit/s", .number = 1e7, .unit = "bit/s"};
    v->option[2][1] = (struct option){.label = "100 Mbit/s", .number = 1e8, .unit = "bit/s"};
    v->option[2][2] = (struct option){.label = "1 Gbit/s", .number = 1e9, .unit = "bit/s"};
    v->factor[0] = (struct factor){.name = "arrangement", .option = v->option[0], .n_options = 2};
    v->factor[1] = (struct factor){.name = "growth", .option = v->option[1], .n_options = 2};
    v->factor[2] =
        (struct factor){.name = "links.county.bandwidth", .option = v->option[2], .n_options = 3};
}

static inline void invented_description(struct invented *v)
{
    struct description *d = &v->d;
    invented_things(v);
    invented_objectives(v);
    invented_factors(v);
    d->title = "An invented study \xe2\x80\x93 of nothing";
    d->start_day = 15222;                      /* 2011-09-05, a Monday */
    d->horizon = 24 * PSN_HOUR + PSN_HOUR / 2; /* so that the last interval is half as long */
    d->warmup = PSN_HOUR;
    d->interval = PSN_HOUR;
    d->seed = 2011;
    d->replications = INVENTED_REPLICATIONS;
    d->partner = v->partner, d->n_partners = 3;
    d->site = v->site, d->n_sites = 2;
    d->link = v->link, d->n_links = 1;
    d->pool = v->pool, d->n_pools = 2;
    d->array = v->array, d->n_arrays = 1;
    d->service = v->service, d->n_services = 2;
    d->workload = v->workload, d->n_workloads = 2;
    d->source = v->source, d->n_sources = 3;
    d->objective = v->objective, d->n_objectives = 3;
    d->target = v->target, d->n_targets = 4;
    d->factor = v->factor, d->n_factors = 3;
}

/* 12 points of 4 replications; stations: two pools, an array, two link directions. */
static inline struct invented *invented_new(void)
{
    struct invented *v = calloc(1, sizeof *v);
    if (!v)
        abort();
    invented_description(v);
    v->text[0] = (struct scenario_text){
        .name = "first.yaml", .bytes = "psnsim: 1\ntitle: \xe2\x80\x93\n", .size = 21};
    v->text[1] = (struct scenario_text){.name = "empty.csv", .bytes = "", .size = 0};
    v->set[0] = "demand=1.2";
    v->scenario.text = v->text, v->scenario.n_texts = 2;
    v->scenario.set = v->set, v->scenario.n_sets = 1;
    struct study *s = &v->study;
    s->scenario = &v->scenario;
    s->base = &v->d;
    s->shape = (struct outcome_shape){
        .partners = 3, .services = 2, .stations = 5, .targets = 4, .intervals = 25};
    s->n_points = 12;
    s->n_replications = INVENTED_REPLICATIONS;
    s->n_runs = s->n_points * s->n_replications;
    s->factors_used = true;
    s->design = (struct design){.n_factors = 3, .n_points = 12, .factor = v->factor};
    s->stream = calloc(6, 1);
    s->station = calloc(5, 1);
    if (!s->stream || !s->station)
        abort();
    s->key = calloc(INVENTED_POINTS_MOST, sizeof *s->key);
    if (!s->key)
        abort();
    for (size_t i = 0; i < INVENTED_POINTS_MOST; i++)
        s->key[i] = (struct point_key){{i % 7, 2, 3, i + 1}};
    study_mark(s, &v->d);
    memset(s->hash, 'a', 64);
    return v;
}

/* Gives the study two classes on its link, and what has none: `backup` is of the fair one, whose
 * loss has a target, and `case-work` of none. `voice` is used by nobody. */
static inline void invented_network(struct invented *v)
{
    v->class[0] = (struct service_class){.name = "bulk",
                                         .weight = 1,
                                         .delay_target = NAN,
                                         .jitter_target = NAN,
                                         .loss_target = 0.5,
                                         .flows = true,
                                         .resend = PSN_SECOND};
    v->class[1] = (struct service_class){.name = "voice",
                                         .strict = true,
                                         .weight = 1,
                                         .delay_target = 1e8,
                                         .jitter_target = 1e7,
                                         .loss_target = NAN};
    v->d.class = v->class, v->d.n_classes = 2;
    v->service[0].class = 0;
    v->service[1].class = NO_INDEX;
    v->link[0].bandwidth_bps = 1e8;
    v->link[0].loss = 0.01;
    v->study.shape.classes = 3, v->study.shape.directions = 2;
    v->study.class = calloc(9, 1);
    if (!v->study.class)
        abort();
    study_mark(&v->study, &v->d);
}

static inline void invented_free(struct invented *v)
{
    free(v->study.class);
    free(v->study.stream);
    free(v->study.station);
    free(v->study.key);
    free(v);
}

/* One stream with n requests of about 0.4 s. */
static inline void invented_stream(struct outcome_stream *s, uint64_t *state, size_t n)
{
    histogram_init(&s->histogram);
    for (size_t i = 0; i < n; i++) {
        psn_time x = (psn_time)(-4e8 * log(invented_real(state)));
        tally_add(&s->response, x);
        histogram_add(&s->histogram, x);
        s->judged++;
        s->within += x <= PSN_SECOND;
    }
    s->completed = (int64_t)n;
    s->unfinished = (int64_t)(invented_next(state) % 3);
    s->offered = s->completed + s->unfinished;
    s->overruns = (int64_t)(invented_next(state) % 4);
    s->overrun_max = s->overruns * PSN_MINUTE;
}

static inline void invented_stations(struct outcome *o, uint64_t *state, size_t point)
{
    for (size_t i = 0; i < o->shape.stations; i++) {
        struct outcome_station *s = &o->station[i];
        s->exists = !(i == 0 && point >= 6); /* adur-servers: in `alone` only */
        s->utilisation = invented_real(state) * 0.8;
        s->present = invented_real(state) * 3;
        s->present_max = (int64_t)(invented_next(state) % 40);
        s->wait_s = invented_real(state) * 0.1;
        s->throughput = invented_real(state) * 20;
        s->load = s->utilisation;
        for (size_t p = 0; p < o->shape.partners; p++)
            o->share[i * o->shape.partners + p] = p == 1 ? NAN : 0.5;
    }
    if (point == 5) { /* the array cannot carry its load there */
        o->station[2].unstable = true;
        o->station[2].load = 1.25;
        for (size_t i = 0; i < o->shape.services * o->shape.partners; i++)
            o->stream[i].unstable = o->stream[i].histogram.kept;
    }
}

static inline void invented_tally(struct tally *t, uint64_t *state, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tally_add(t, (psn_time)(-2e7 * log(invented_real(state))));
}

/* What is held by class: of those that are used. */
static inline void invented_classes(const struct study *s, struct outcome *o, uint64_t *state)
{
    for (size_t i = 0; i < s->shape.classes * s->shape.partners; i++) {
        struct outcome_class *c = &o->class[i];
        struct histogram *h = &o->class_delay[i / s->shape.partners];
        if (!h->kept)
            histogram_init(h);
        if (!(s->class[i] & CLASS_USED))
            continue;
        c->delivered = 100 + (int64_t)(invented_next(state) % 100);
        c->lost = 3, c->unrouted = 2, c->under_way = (int64_t)(invented_next(state) % 5);
        c->sent = c->delivered + c->lost + c->unrouted + c->under_way;
        c->resent = 20, c->dropped = 23;
        c->bits = invented_real(state) * 1e9;
        for (int64_t k = 0; k < c->delivered; k++) {
            psn_time x = (psn_time)(-2e7 * log(invented_real(state)));
            tally_add(&c->delay, x);
            histogram_add(h, x);
        }
        invented_tally(&c->jitter, state, 30);
        c->flows = 4, c->flows_under_way = 1, c->flow_bits = 4e9;
        invented_tally(&c->flow_time, state, 4);
        c->flow_goodput_sum = invented_real(state) * 4e8;
    }
}

static inline void invented_links(const struct study *s, struct outcome *o, uint64_t *state)
{
    const struct outcome_shape *h = &s->shape;
    for (size_t i = 0; i < h->directions * h->classes; i++)
        o->channel[i] = (struct outcome_channel){.utilisation = invented_real(state) / 3,
                                                 .p95 = invented_real(state),
                                                 .hours_above = invented_real(state) * 9,
                                                 .queue_messages = invented_real(state) * 4,
                                                 .queue_bits_max = invented_real(state) * 1e7,
                                                 .delay_s = invented_real(state),
                                                 .delay_max_s = invented_real(state) * 9,
                                                 .sent = (int64_t)(i % h->classes * 50),
                                                 .dropped = (int64_t)(i % h->classes * 7),
                                                 .lost_share = 7.0 / 57,
                                                 .bits = invented_real(state) * 1e9};
    for (size_t i = 0; i < h->directions; i++)
        o->direction[i] = (struct outcome_direction){.p95 = invented_real(state),
                                                     .hours_above = invented_real(state) * 9,
                                                     .peak = invented_real(state),
                                                     .peak_interval = (int64_t)(5 + i)};
    o->peak_share[0] = 0.25, o->peak_share[2] = 0.75; /* of the first direction alone */
    for (size_t i = 0; i < h->directions * h->classes * OUTCOME_DAY; i += 3)
        o->day[i] = invented_real(state);
    for (size_t i = 0; i < h->classes * h->intervals; i++) {
        o->series_sent[i] = (int64_t)(invented_next(state) % 7200);
        o->series_delivered[i] = o->series_sent[i] / 2;
        o->series_lost[i] = o->series_sent[i] / 9;
        o->series_under_way[i] = (int64_t)(invented_next(state) % 9);
    }
}

/* The outcome of a run: a pure function of its number. Run 7 failed. */
static inline struct outcome *invented_outcome(const struct study *s, size_t run)
{
    struct outcome *o = outcome_new(&s->shape);
    if (!o)
        abort();
    uint64_t state = run * 1000003 + 17;
    o->events = (int64_t)(invented_next(&state) >> 40);
    if (run == 7) {
        o->status = 1;
        snprintf(o->error, sizeof o->error, "out of memory \xe2\x80\x93 invented");
        return o;
    }
    size_t streams = s->shape.services * s->shape.partners;
    for (size_t i = 0; i < streams; i++)
        if (s->stream[i] & STREAM_USED)
            invented_stream(&o->stream[i], &state, 300 + invented_next(&state) % 100);
    invented_stations(o, &state, run / s->n_replications);
    for (size_t t = 0; t < 2; t++) {
        histogram_init(&o->target_histogram[t]);
        int code = histogram_merge(&o->target_histogram[t], &o->stream[3].histogram);
        if (t == 1)
            code |= histogram_merge(&o->target_histogram[t], &o->stream[5].histogram);
        if (code)
            abort();
        o->target[t] = histogram_quantile(&o->target_histogram[t], 0.95, PSN_NEVER) / 1e9;
    }
    o->target[2] = o->station[2].wait_s;
    o->target[3] = 0.2 + 0.1 * invented_real(&state);
    for (size_t i = 0; i < streams * s->shape.intervals; i++) {
        bool used = s->stream[i / s->shape.intervals] & STREAM_USED;
        o->series_offered[i] = used ? (int64_t)(invented_next(&state) % 30) : 0;
        o->series_completed[i] = o->series_offered[i] / 2;
        o->series_response[i] = exact_product(o->series_completed[i], (psn_time)(i + 1) * 1000000);
    }
    /* A sum beyond 64 bits, and a negative one: the journal must keep both halves. */
    o->stream[3].response.sum += (exact_sum)1 << 90;
    o->stream[3].response.sum -= (exact_sum)1 << 90;
    o->series_response[1] =
        o->series_completed[1] ? ((exact_sum)3 << 64) + 5 : -((exact_sum)7 << 65);
    for (size_t i = 0; i < s->shape.stations * s->shape.intervals; i++) {
        o->series_utilisation[i] = invented_real(&state);
        o->series_present[i] = invented_real(&state) * 5;
    }
    if (s->shape.classes > 0) {
        o->stream[0].lost = 3, o->stream[0].unrouted = 2, o->stream[0].failed = 5;
        invented_classes(s, o, &state);
        invented_links(s, o, &state);
    }
    return o;
}

/* NaN equals NaN; everything else by its bits. */
static inline bool invented_same_real(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static inline bool invented_same_histogram(const struct histogram *a, const struct histogram *b)
{
    for (uint32_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        if (histogram_at(a, i) != histogram_at(b, i))
            return false;
    return a->total == b->total;
}

static inline bool invented_same_stream(const struct outcome_stream *a,
                                        const struct outcome_stream *b)
{
    return a->offered == b->offered && a->failed == b->failed && a->lost == b->lost &&
           a->unrouted == b->unrouted && a->completed == b->completed &&
           a->unfinished == b->unfinished && a->judged == b->judged && a->within == b->within &&
           a->overruns == b->overruns && a->overrun_max == b->overrun_max &&
           a->unstable == b->unstable && a->response.count == b->response.count &&
           a->response.sum == b->response.sum && a->response.max == b->response.max &&
           invented_same_histogram(&a->histogram, &b->histogram);
}

static inline bool invented_same_tally(const struct tally *a, const struct tally *b)
{
    return a->count == b->count && a->sum == b->sum && a->max == b->max;
}

#define SAME(MEMBER, N) (memcmp(a->MEMBER, b->MEMBER, (N) * sizeof *a->MEMBER) == 0)

/* The same for what is held by class. */
static inline bool invented_same_network(const struct outcome *a, const struct outcome *b)
{
    const struct outcome_shape *s = &a->shape;
    bool same = true;
    for (size_t i = 0; same && i < s->classes * s->partners; i++) {
        const struct outcome_class *x = &a->class[i], *y = &b->class[i];
        same = x->sent == y->sent && x->delivered == y->delivered && x->lost == y->lost &&
               x->unrouted == y->unrouted && x->dropped == y->dropped && x->resent == y->resent &&
               x->under_way == y->under_way && x->bits == y->bits && x->flows == y->flows &&
               x->flows_under_way == y->flows_under_way && x->flow_bits == y->flow_bits &&
               x->flow_goodput_sum == y->flow_goodput_sum &&
               invented_same_tally(&x->delay, &y->delay) &&
               invented_same_tally(&x->jitter, &y->jitter) &&
               invented_same_tally(&x->flow_time, &y->flow_time);
    }
    for (size_t i = 0; same && i < s->classes; i++)
        same = invented_same_histogram(&a->class_delay[i], &b->class_delay[i]);
    return same && SAME(channel, s->directions * s->classes) && SAME(direction, s->directions) &&
           SAME(peak_share, s->directions * s->partners) &&
           SAME(day, s->directions * s->classes * OUTCOME_DAY) &&
           SAME(series_sent, s->classes * s->intervals) &&
           SAME(series_delivered, s->classes * s->intervals) &&
           SAME(series_lost, s->classes * s->intervals) &&
           SAME(series_under_way, s->classes * s->intervals);
}

/* Is every member of two outcomes the same to the bit? */
static inline bool invented_same(const struct outcome *a, const struct outcome *b)
{
    const struct outcome_shape *s = &a->shape;
    size_t streams = s->services * s->partners;
    bool same = memcmp(s, &b->shape, sizeof *s) == 0 && a->events == b->events &&
                a->status == b->status && strcmp(a->error, b->error) == 0;
    for (size_t i = 0; same && i < streams; i++)
        same = invented_same_stream(&a->stream[i], &b->stream[i]);
    for (size_t i = 0; same && i < s->stations; i++) {
        const struct outcome_station *x = &a->station[i], *y = &b->station[i];
        same = invented_same_real(x->utilisation, y->utilisation) &&
               invented_same_real(x->present, y->present) && x->present_max == y->present_max &&
               invented_same_real(x->wait_s, y->wait_s) &&
               invented_same_real(x->throughput, y->throughput) &&
               invented_same_real(x->load, y->load) && x->exists == y->exists &&
               x->unstable == y->unstable;
    }
    for (size_t i = 0; same && i < s->targets; i++)
        same = invented_same_real(a->target[i], b->target[i]) &&
               invented_same_histogram(&a->target_histogram[i], &b->target_histogram[i]);
    if (same && s->classes > 0)
        same = invented_same_network(a, b);
    return same && SAME(share, s->stations * s->partners) &&
           SAME(series_offered, streams * s->intervals) &&
           SAME(series_completed, streams * s->intervals) &&
           SAME(series_response, streams * s->intervals) &&
           SAME(series_utilisation, s->stations * s->intervals) &&
           SAME(series_present, s->stations * s->intervals);
#undef SAME
}

#endif
