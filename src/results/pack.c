/* SPDX-License-Identifier: Apache-2.0
 * Packs outcomes for the journal. One walk over all members serves both directions, so that they
 * can not differ. Histograms are nearly empty: only buckets that hold something are kept. */
#include "results/pack.h"

#include <string.h>

#define WORD sizeof(uint64_t)

/* A position in the words: `to` while writing, else NULL, and `from` is read. What goes beyond the
 * last word only sets `bad`. */
struct cursor {
    const uint64_t *from;
    uint64_t *to;
    size_t left;      /* words */
    bool bad, memory; /* memory: it is bad because memory ended */
};

/* n words of memory as they are: doubles, integers of 64 bits, whole words of text. */
static void block(struct cursor *c, void *data, size_t n)
{
    if (c->bad || c->left < n)
        c->bad = true;
    if (n == 0 || c->bad)
        return;
    if (c->to) {
        memcpy(c->to, data, n * WORD);
        c->to += n;
    } else if (c->from) {
        memcpy(data, c->from, n * WORD);
        c->from += n;
    }
    c->left -= n;
}

static void integer(struct cursor *c, int64_t *x)
{
    block(c, x, 1);
}

static void small(struct cursor *c, int32_t *x)
{
    int64_t wide = *x;
    integer(c, &wide);
    if (wide < INT32_MIN || wide > INT32_MAX)
        c->bad = true;
    else if (!c->to)
        *x = (int32_t)wide;
}

static void flag(struct cursor *c, bool *x)
{
    int64_t wide = *x;
    integer(c, &wide);
    if (!c->to)
        *x = wide != 0;
}

/* The low half, then the high one. */
static void sum(struct cursor *c, exact_sum *x)
{
    uint64_t half[2] = {(uint64_t)*x, (uint64_t)(*x >> 64)};
    block(c, half, 2);
    if (!c->to)
        *x = (exact_sum)(((unsigned __int128)half[1] << 64) | half[0]);
}

static void tally(struct cursor *c, struct tally *t)
{
    integer(c, &t->count);
    sum(c, &t->sum);
    integer(c, &t->max);
}

static size_t filled_buckets(const struct histogram *h)
{
    size_t n = 0;
    for (size_t i = 0; i < h->n; i++)
        n += h->count[i] != 0;
    return n;
}

/* n buckets with their counts, in their order. */
static void read_buckets(struct cursor *c, struct histogram *h, uint64_t n)
{
    if (c->bad || !c->from || n > c->left / 2) {
        c->bad = true;
        return;
    }
    const uint64_t *pair = c->from;
    uint64_t first = pair[0], last = pair[2 * (n - 1)];
    if (first > last || last >= HISTOGRAM_BUCKETS) {
        c->bad = true;
        return;
    }
    if (histogram_reserve(h, (uint32_t)first, (uint32_t)last + 1) != PSN_OK) {
        c->bad = c->memory = true;
        return;
    }
    for (uint64_t k = 0; k < n; k++)
        if (pair[2 * k] < first || pair[2 * k] > last)
            c->bad = true;
        else
            h->count[pair[2 * k] - h->first] = pair[2 * k + 1];
    c->from += 2 * n;
    c->left -= 2 * n;
}

/* The total, the number of filled buckets, then each with its count. */
static void histogram(struct cursor *c, struct histogram *h)
{
    uint64_t head[2] = {h->total, c->to ? filled_buckets(h) : 0};
    block(c, head, 2);
    if (!c->to) {
        if (head[1] > 0) {
            histogram_init(h);
            read_buckets(c, h, head[1]);
        }
        h->total = head[0];
        return;
    }
    for (uint32_t b = histogram_next(h, 0); b < HISTOGRAM_BUCKETS; b = histogram_next(h, b + 1)) {
        uint64_t pair[2] = {b, histogram_at(h, b)};
        block(c, pair, 2);
    }
}

static void stream(struct cursor *c, struct outcome_stream *s)
{
    integer(c, &s->offered);
    integer(c, &s->completed);
    integer(c, &s->failed);
    integer(c, &s->refused);
    integer(c, &s->abandoned);
    integer(c, &s->lost);
    integer(c, &s->unrouted);
    integer(c, &s->retries);
    integer(c, &s->unfinished);
    block(c, &s->expected, 1);
    integer(c, &s->judged);
    integer(c, &s->within);
    integer(c, &s->overruns);
    integer(c, &s->overrun_max);
    flag(c, &s->unstable);
    flag(c, &s->no_mean);
    tally(c, &s->response);
    histogram(c, &s->histogram);
}

static void station(struct cursor *c, struct outcome_station *s)
{
    block(c, &s->utilisation, 1);
    block(c, &s->present, 1);
    integer(c, &s->present_max);
    block(c, &s->wait_s, 1);
    integer(c, &s->wait_max);
    block(c, &s->throughput, 1);
    integer(c, &s->refused);
    integer(c, &s->abandoned);
    block(c, &s->load, 1);
    flag(c, &s->exists);
    flag(c, &s->unstable);
    flag(c, &s->no_mean);
}

static void class(struct cursor *c, struct outcome_class *k)
{
    integer(c, &k->sent);
    integer(c, &k->delivered);
    integer(c, &k->lost);
    integer(c, &k->unrouted);
    integer(c, &k->dropped);
    integer(c, &k->resent);
    integer(c, &k->under_way);
    block(c, &k->bits, 1);
    tally(c, &k->delay);
    tally(c, &k->jitter);
    integer(c, &k->flows);
    integer(c, &k->flows_under_way);
    block(c, &k->flow_bits, 1);
    tally(c, &k->flow_time);
    block(c, &k->flow_goodput_sum, 1);
}

static void channel(struct cursor *c, struct outcome_channel *k)
{
    block(c, &k->utilisation, 1);
    block(c, &k->p95, 1);
    block(c, &k->hours_above, 1);
    block(c, &k->queue_messages, 1);
    block(c, &k->queue_bits_max, 1);
    block(c, &k->delay_s, 1);
    block(c, &k->delay_max_s, 1);
    integer(c, &k->sent);
    integer(c, &k->dropped);
    block(c, &k->lost_share, 1);
    block(c, &k->bits, 1);
}

static void direction(struct cursor *c, struct outcome_direction *k)
{
    block(c, &k->p95, 1);
    block(c, &k->hours_above, 1);
    block(c, &k->peak, 1);
    integer(c, &k->peak_interval);
}

/* How many of n doubles are not 0. */
static size_t filled(const double *x, size_t n)
{
    size_t some = 0;
    for (size_t i = 0; i < n; i++)
        some += x[i] != 0;
    return some;
}

/* n doubles of which most are 0, as a few partners use one link: how many are not, then each with
 * its place before it. */
static void sparse(struct cursor *c, double *x, size_t n)
{
    uint64_t some = c->to ? filled(x, n) : 0;
    block(c, &some, 1);
    if (c->to) {
        for (uint64_t i = 0; i < n; i++)
            if (x[i] != 0) {
                block(c, &i, 1);
                block(c, &x[i], 1);
            }
        return;
    }
    for (uint64_t k = 0; k < some && !c->bad; k++) {
        uint64_t i = 0;
        block(c, &i, 1);
        if (i >= n)
            c->bad = true;
        else
            block(c, &x[i], 1);
    }
}

/* The last number of a row, by whose bits the others are told: most are the same, 0 or NaN. */
static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static size_t unlike(const double *row, size_t n)
{
    size_t some = 0;
    for (size_t i = 0; i + 1 < n; i++)
        some += bits_of(row[i]) != bits_of(row[n - 1]);
    return some;
}

/* A row of doubles that are alike but for a few: the last of them, how many differ from it, then
 * each of these with its place before it. */
static void row(struct cursor *c, double *x, size_t n)
{
    uint64_t some = c->to ? unlike(x, n) : 0;
    block(c, &x[n - 1], 1);
    block(c, &some, 1);
    if (c->to) {
        for (uint64_t i = 0; i + 1 < n; i++)
            if (bits_of(x[i]) != bits_of(x[n - 1])) {
                block(c, &i, 1);
                block(c, &x[i], 1);
            }
        return;
    }
    for (size_t i = 0; i + 1 < n; i++)
        x[i] = x[n - 1];
    for (uint64_t k = 0; k < some && !c->bad; k++) {
        uint64_t i = n;
        block(c, &i, 1);
        if (i >= n)
            c->bad = true;
        else
            block(c, &x[i], 1);
    }
}

/* What is held by class. */
static void network(struct cursor *c, struct outcome *o)
{
    const struct outcome_shape *s = &o->shape;
    for (size_t i = 0; i < s->classes * s->partners; i++)
        class(c, &o->class[i]);
    for (size_t i = 0; i < s->classes; i++)
        histogram(c, &o->class_delay[i]);
    for (size_t i = 0; i < s->directions * s->classes; i++)
        channel(c, &o->channel[i]);
    for (size_t i = 0; i < s->directions; i++)
        direction(c, &o->direction[i]);
    sparse(c, o->peak_share, s->directions * s->partners);
    sparse(c, o->day, s->directions * s->classes * OUTCOME_DAY);
    block(c, o->series_sent, s->classes * s->intervals);
    block(c, o->series_delivered, s->classes * s->intervals);
    block(c, o->series_lost, s->classes * s->intervals);
    block(c, o->series_under_way, s->classes * s->intervals);
}

#define CLASS_WORDS     24
#define CHANNEL_WORDS   11
#define DIRECTION_WORDS 4

static size_t network_words(const struct outcome *o)
{
    const struct outcome_shape *s = &o->shape;
    size_t n = s->classes * s->partners * CLASS_WORDS + s->directions * s->classes * CHANNEL_WORDS +
               s->directions * DIRECTION_WORDS + 2 +
               2 * filled(o->peak_share, s->directions * s->partners) +
               2 * filled(o->day, s->directions * s->classes * OUTCOME_DAY) +
               4 * s->classes * s->intervals;
    for (size_t i = 0; i < s->classes; i++)
        n += 2 + 2 * filled_buckets(&o->class_delay[i]);
    return n;
}

#define STREAM_WORDS  22 /* its histogram's total and number of buckets included */
#define STATION_WORDS 12
#define ERROR_WORDS   (sizeof(((struct outcome *)0)->error) / WORD)

_Static_assert(sizeof(((struct outcome *)0)->error) % WORD == 0, "the error's text is whole words");

static void walk(struct cursor *c, struct outcome *o)
{
    const struct outcome_shape *s = &o->shape;
    size_t streams = s->services * s->partners;
    integer(c, &o->events);
    small(c, &o->status);
    block(c, o->error, ERROR_WORDS);
    for (size_t i = 0; i < streams; i++)
        stream(c, &o->stream[i]);
    for (size_t i = 0; i < s->stations; i++)
        station(c, &o->station[i]);
    for (size_t i = 0; i < s->stations && s->partners > 0; i++)
        row(c, &o->share[i * s->partners], s->partners);
    block(c, o->target, s->targets);
    block(c, o->target_failed, s->targets);
    for (size_t i = 0; i < s->targets; i++)
        histogram(c, &o->target_histogram[i]);
    block(c, o->series_offered, streams * s->intervals);
    block(c, o->series_completed, streams * s->intervals);
    for (size_t i = 0; i < streams * s->intervals; i++)
        sum(c, &o->series_response[i]);
    block(c, o->series_utilisation, s->stations * s->intervals);
    block(c, o->series_present, s->stations * s->intervals);
    if (s->classes > 0)
        network(c, o);
    for (size_t k = 0; k < s->batches; k++)
        walk(c, o->batch[k]);
}

size_t pack_words(const struct outcome *o)
{
    const struct outcome_shape *s = &o->shape;
    size_t streams = s->services * s->partners;
    size_t n = 2 + ERROR_WORDS + streams * STREAM_WORDS + s->stations * STATION_WORDS +
               4 * s->targets + 4 * streams * s->intervals + 2 * s->stations * s->intervals;
    for (size_t i = 0; i < s->stations && s->partners > 0; i++)
        n += 2 + 2 * unlike(&o->share[i * s->partners], s->partners);
    for (size_t i = 0; i < streams; i++)
        n += 2 * filled_buckets(&o->stream[i].histogram);
    for (size_t i = 0; i < s->targets; i++)
        n += 2 * filled_buckets(&o->target_histogram[i]);
    if (s->classes > 0)
        n += network_words(o);
    for (size_t k = 0; k < s->batches; k++)
        n += pack_words(o->batch[k]);
    return n;
}

void pack_write(const struct outcome *o, uint64_t *words)
{
    struct cursor c = {.left = pack_words(o)};
    c.to = words;
    struct outcome copy = *o; /* a writing walk changes nothing; the copy only drops the `const` */
    walk(&c, &copy);
}

struct outcome *pack_read(const struct outcome_shape *shape, const uint64_t *words, size_t n,
                          bool *memory)
{
    *memory = false;
    struct outcome *o = outcome_new(shape);
    if (!o) {
        *memory = true;
        return NULL;
    }
    struct cursor c = {.from = words, .left = n};
    walk(&c, o);
    o->error[sizeof o->error - 1] = '\0';
    if (c.bad || c.left > 0) {
        *memory = c.memory;
        outcome_free(o);
        return NULL;
    }
    return o;
}

uint64_t pack_checksum(uint64_t begin, const uint64_t *words, size_t n)
{
    const uint64_t prime = UINT64_C(1099511628211);
    uint64_t hash = (UINT64_C(14695981039346656037) ^ begin) * prime;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ words[i]) * prime;
    return hash;
}
