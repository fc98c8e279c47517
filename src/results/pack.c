/* SPDX-License-Identifier: Apache-2.0
 * Packs outcomes for the journal. One walk over all members serves both directions, so that they
 * can not differ. Most members are small or 0: integers take a byte for each 7 bits, doubles the
 * bytes before their last ones that are 0, histograms their filled buckets only. */
#include "results/pack.h"

#include <endian.h>
#include <string.h>

#include "base/array.h"

#define WORD sizeof(uint64_t)

/* More than one item takes: so much room is made before each. */
#define ITEM_MOST 32

/* A position in the bytes: `to` while writing, else NULL, and `from` is read. What goes beyond the
 * last byte that is read only sets `bad`. */
struct cursor {
    const unsigned char *from, *from_end;
    unsigned char *to, *to_end;
    struct packed *room;
    bool bad, memory; /* memory: it is bad because memory ended */
    /* Where memory ended: what is written goes here, and is no good. */
    unsigned char nowhere[2 * ITEM_MOST];
};

/* Sees to it that an item can be written: behind `used` bytes of the words. */
static void reserve(struct cursor *c, size_t used)
{
    void *words = c->room->words;
    size_t need = (used + ITEM_MOST) / WORD + 1;
    bool failed = c->memory || array_reserve(&words, &c->room->capacity, need, WORD);
    c->room->words = words;
    if (failed) {
        c->bad = c->memory = true;
        c->to = c->nowhere;
        c->to_end = c->nowhere + sizeof c->nowhere;
        return;
    }
    c->to = (unsigned char *)words + used;
    c->to_end = (unsigned char *)words + c->room->capacity * WORD;
}

static __attribute__((noinline, cold)) void grow(struct cursor *c)
{
    reserve(c, c->memory ? 0 : (size_t)(c->to - (unsigned char *)c->room->words));
}

static inline void make_room(struct cursor *c)
{
    if (__builtin_expect(c->to_end - c->to < ITEM_MOST, 0))
        grow(c);
}

static inline void put_byte(struct cursor *c, uint64_t x)
{
    *c->to++ = (unsigned char)x;
}

static inline uint64_t get_byte(struct cursor *c)
{
    if (c->from == c->from_end) {
        c->bad = true;
        return 0;
    }
    return *c->from++;
}

/* 7 bits a byte, the lowest first; the last byte is below 128. */
static inline void whole(struct cursor *c, uint64_t *x)
{
    if (c->to) {
        uint64_t rest = *x;
        make_room(c);
        for (; rest >= 128; rest >>= 7)
            put_byte(c, rest | 128);
        put_byte(c, rest);
        return;
    }
    uint64_t value = 0, byte = 128;
    for (unsigned shift = 0; byte >= 128; shift += 7) {
        byte = shift < 64 ? get_byte(c) : 0;
        value |= (byte & 127) << (shift < 64 ? shift : 0);
        c->bad |= shift > 63;
    }
    *x = value;
}

/* 0, -1, 1, -2 ... are told as 0, 1, 2, 3 ... */
static inline void integer(struct cursor *c, int64_t *x)
{
    uint64_t folded = ((uint64_t)*x << 1) ^ (uint64_t)(*x >> 63);
    whole(c, &folded);
    if (!c->to)
        *x = (int64_t)((folded >> 1) ^ (~(folded & 1) + 1));
}

static void integers(struct cursor *c, int64_t *x, size_t n)
{
    for (size_t i = 0; i < n && !c->bad; i++)
        integer(c, &x[i]);
}

static uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* How many bytes of a double are told: those before its last ones that are 0. */
static unsigned told_bytes(uint64_t bits)
{
    return bits ? 8 - (unsigned)__builtin_ctzll(bits) / 8 : 0;
}

static inline void put_top(struct cursor *c, uint64_t bits, unsigned bytes)
{
    if (bytes == 0)
        return;
    bits = htole64(bits >> 8 * (8 - bytes));
    memcpy(c->to, &bits, sizeof bits);
    c->to += bytes;
}

static inline double get_top(struct cursor *c, unsigned bytes)
{
    uint64_t bits = 0;
    double x;
    if (bytes > 8 || (size_t)(c->from_end - c->from) < bytes) {
        c->bad = true;
        return 0;
    }
    memcpy(&bits, c->from, bytes);
    c->from += bytes;
    bits = bytes > 0 ? le64toh(bits) << 8 * (8 - bytes) : 0;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Doubles in pairs: a byte with how many bytes of each are told, then these. */
static void reals(struct cursor *c, double *x, size_t n)
{
    for (size_t i = 0; i < n && !c->bad; i += 2) {
        bool two = i + 1 < n;
        if (c->to) {
            uint64_t first = bits_of(x[i]), second = two ? bits_of(x[i + 1]) : 0;
            make_room(c);
            put_byte(c, told_bytes(first) | told_bytes(second) << 4);
            put_top(c, first, told_bytes(first));
            put_top(c, second, told_bytes(second));
            continue;
        }
        unsigned told = (unsigned)get_byte(c);
        x[i] = get_top(c, told & 15);
        if (two)
            x[i + 1] = get_top(c, told >> 4);
        else
            c->bad |= told >> 4 != 0;
    }
}

static void real(struct cursor *c, double *x)
{
    reals(c, x, 1);
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
    uint64_t wide = *x;
    whole(c, &wide);
    c->bad |= wide > 1;
    if (!c->to)
        *x = wide != 0;
}

/* The low half, then the high one. */
static void sum(struct cursor *c, exact_sum *x)
{
    uint64_t low = (uint64_t)*x;
    int64_t high = (int64_t)(*x >> 64);
    whole(c, &low);
    integer(c, &high);
    if (!c->to)
        *x = (exact_sum)(((unsigned __int128)(uint64_t)high << 64) | low);
}

static void tally(struct cursor *c, struct tally *t)
{
    integer(c, &t->count);
    sum(c, &t->sum);
    integer(c, &t->max);
}

/* Its length, then its bytes: a text of `size` bytes at most, NUL included. */
static void text(struct cursor *c, char *x, size_t size)
{
    uint64_t length = c->to ? strnlen(x, size - 1) : 0;
    whole(c, &length);
    if (length >= size)
        c->bad = true;
    for (uint64_t i = 0; i < length && !c->bad; i++) {
        uint64_t byte = (unsigned char)x[i];
        whole(c, &byte);
        if (!c->to)
            x[i] = (char)byte;
    }
    if (!c->to && !c->bad)
        x[length] = '\0';
}

/* Buckets of a histogram that are looked at together, a bit for each; an octave is a multiple. */
#define STRIDE 64

/* Two numbers that are mostly small. */
static inline void two(struct cursor *c, uint64_t first, uint64_t second)
{
    if (__builtin_expect((first | second) >= 128, 0)) {
        whole(c, &first);
        whole(c, &second);
        return;
    }
    make_room(c);
    put_byte(c, first);
    put_byte(c, second);
}

/* How far each filled bucket is behind the one before, and its count; a distance of 0 ends them. */
static void write_buckets(struct cursor *c, const struct histogram *h)
{
    uint64_t before = UINT64_MAX, none = 0;
    for (uint64_t i = 0; i < h->n; i += STRIDE) {
        uint64_t filled = 0;
        for (uint64_t k = 0; k < STRIDE; k++)
            filled |= (uint64_t)(h->count[i + k] != 0) << k;
        for (; filled; filled &= filled - 1) {
            uint64_t place = i + (uint64_t)__builtin_ctzll(filled);
            two(c, place - before, h->count[place]);
            before = place;
        }
    }
    whole(c, &none);
}

static void read_buckets(struct cursor *c, struct histogram *h)
{
    uint64_t place = UINT64_MAX, distance = 0;
    for (whole(c, &distance); distance > 0 && !c->bad; whole(c, &distance)) {
        if (distance > h->n || (place += distance) >= h->n)
            c->bad = true;
        else
            whole(c, &h->count[place]);
    }
}

/* The total; where it is not 0 the buckets that it has memory for, and what is in them. */
static void histogram(struct cursor *c, struct histogram *h)
{
    uint64_t total = h->total, first = h->first, n = h->n;
    whole(c, &total);
    if (total == 0 || c->bad)
        return;
    whole(c, &first);
    whole(c, &n);
    if (c->to) {
        write_buckets(c, h);
        return;
    }
    if (n == 0 || n > HISTOGRAM_BUCKETS || first > HISTOGRAM_BUCKETS - n)
        c->bad = true;
    if (c->bad)
        return;
    histogram_init(h);
    if (histogram_reserve(h, (uint32_t)first, (uint32_t)(first + n)) != PSN_OK) {
        c->bad = c->memory = true;
        return;
    }
    c->bad |= h->n != n; /* whole octaves */
    if (!c->bad)
        read_buckets(c, h);
    h->total = total;
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
    real(c, &s->expected);
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
    real(c, &s->utilisation);
    real(c, &s->present);
    integer(c, &s->present_max);
    real(c, &s->wait_s);
    integer(c, &s->wait_max);
    real(c, &s->throughput);
    integer(c, &s->refused);
    integer(c, &s->abandoned);
    real(c, &s->load);
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
    real(c, &k->bits);
    tally(c, &k->delay);
    tally(c, &k->jitter);
    integer(c, &k->flows);
    integer(c, &k->flows_under_way);
    real(c, &k->flow_bits);
    tally(c, &k->flow_time);
    real(c, &k->flow_goodput_sum);
}

static void channel(struct cursor *c, struct outcome_channel *k)
{
    real(c, &k->utilisation);
    real(c, &k->p95);
    real(c, &k->hours_above);
    real(c, &k->queue_messages);
    real(c, &k->queue_bits_max);
    real(c, &k->delay_s);
    real(c, &k->delay_max_s);
    integer(c, &k->sent);
    integer(c, &k->dropped);
    real(c, &k->lost_share);
    real(c, &k->bits);
}

static void direction(struct cursor *c, struct outcome_direction *k)
{
    real(c, &k->p95);
    real(c, &k->hours_above);
    real(c, &k->peak);
    integer(c, &k->peak_interval);
}

/* n doubles of which most are 0, as a few partners use one link: how far each other one is behind
 * the one before, and itself; a distance of 0 ends them. */
static void sparse(struct cursor *c, double *x, size_t n)
{
    uint64_t before = UINT64_MAX, distance = 0;
    if (c->to) {
        for (uint64_t i = 0; i < n; i++) {
            if (x[i] == 0)
                continue;
            distance = i - before;
            whole(c, &distance);
            real(c, &x[i]);
            before = i;
        }
        distance = 0;
        whole(c, &distance);
        return;
    }
    for (whole(c, &distance); distance > 0 && !c->bad; whole(c, &distance)) {
        if (distance > n || (before += distance) >= n)
            c->bad = true;
        else
            real(c, &x[before]);
    }
}

/* A row of doubles that are alike but for a few: the last of them, how many differ from it, by
 * their bits, then each of these with its place before it. */
static void row(struct cursor *c, double *x, size_t n)
{
    uint64_t some = 0;
    for (size_t i = 0; c->to && i + 1 < n; i++)
        some += bits_of(x[i]) != bits_of(x[n - 1]);
    real(c, &x[n - 1]);
    whole(c, &some);
    if (c->to) {
        for (uint64_t i = 0; i + 1 < n; i++)
            if (bits_of(x[i]) != bits_of(x[n - 1])) {
                whole(c, &i);
                real(c, &x[i]);
            }
        return;
    }
    for (size_t i = 0; i + 1 < n; i++)
        x[i] = x[n - 1];
    for (uint64_t k = 0; k < some && !c->bad; k++) {
        uint64_t i = n;
        whole(c, &i);
        if (i >= n)
            c->bad = true;
        else
            real(c, &x[i]);
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
    integers(c, o->series_sent, s->classes * s->intervals);
    integers(c, o->series_delivered, s->classes * s->intervals);
    integers(c, o->series_lost, s->classes * s->intervals);
    integers(c, o->series_under_way, s->classes * s->intervals);
}

static void walk(struct cursor *c, struct outcome *o)
{
    const struct outcome_shape *s = &o->shape;
    size_t streams = s->services * s->partners;
    integer(c, &o->events);
    small(c, &o->status);
    text(c, o->error, sizeof o->error);
    for (size_t i = 0; i < streams; i++)
        stream(c, &o->stream[i]);
    for (size_t i = 0; i < s->stations; i++)
        station(c, &o->station[i]);
    for (size_t i = 0; i < s->stations && s->partners > 0; i++)
        row(c, &o->share[i * s->partners], s->partners);
    reals(c, o->target, s->targets);
    integers(c, o->target_failed, s->targets);
    for (size_t i = 0; i < s->targets; i++)
        histogram(c, &o->target_histogram[i]);
    integers(c, o->series_offered, streams * s->intervals);
    integers(c, o->series_completed, streams * s->intervals);
    for (size_t i = 0; i < streams * s->intervals; i++)
        sum(c, &o->series_response[i]);
    reals(c, o->series_utilisation, s->stations * s->intervals);
    reals(c, o->series_present, s->stations * s->intervals);
    if (s->classes > 0)
        network(c, o);
    for (size_t k = 0; k < s->batches; k++)
        walk(c, o->batch[k]);
}

int pack_write(const struct outcome *o, struct packed *p)
{
    struct cursor c = {.room = p};
    struct outcome copy = *o; /* a writing walk changes nothing; the copy only drops the `const` */
    reserve(&c, p->n * WORD);
    walk(&c, &copy);
    make_room(&c);
    if (c.bad)
        return PSN_EMEMORY;
    memset(c.to, 0, WORD); /* the last word is a whole one */
    p->n = ((size_t)(c.to - (unsigned char *)p->words) + WORD - 1) / WORD;
    return PSN_OK;
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
    const unsigned char *bytes = (const unsigned char *)words;
    struct cursor c = {.from = bytes, .from_end = bytes + n * WORD};
    walk(&c, o);
    if (c.bad || (size_t)(c.from_end - c.from) >= WORD) {
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
