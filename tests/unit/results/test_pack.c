/* SPDX-License-Identifier: Apache-2.0
 * Outcomes as words and back. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../study/invented.h"
#include "results/pack.h"

/* The words of an outcome behind three others, which must stay. */
static struct packed pack(const struct outcome *o)
{
    struct packed p = {.words = calloc(3, sizeof *p.words), .n = 3, .capacity = 3};
    cr_assert(p.words);
    p.words[2] = 77;
    cr_assert_eq(pack_write(o, &p), PSN_OK);
    cr_assert_eq(p.words[2], 77);
    return p;
}

/* What is read from the words is packed to the same words. */
static void expect_same(const struct outcome *o)
{
    bool memory;
    struct packed p = pack(o);
    struct outcome *there = pack_read(&o->shape, p.words + 3, p.n - 3, &memory);
    cr_assert_not_null(there);
    struct packed again = pack(there);
    cr_assert_eq(again.n, p.n);
    cr_assert_arr_eq(again.words, p.words, p.n * sizeof *p.words);
    free(p.words);
    free(again.words);
    outcome_free(there);
}

Test(pack, extremes_come_back_to_the_bit)
{
    static const double real[] = {0, -0.0, 1, -1, 0.1, NAN, INFINITY, -INFINITY, 5e-324, 1.7e308};
    static const int64_t whole[] = {0, 1, -1, 63, 64, -64, -65, INT64_MAX, INT64_MIN, 1 << 20};
    struct invented *v = invented_new();
    struct outcome *o = invented_outcome(&v->study, 0), *there;
    size_t cells = o->shape.stations * o->shape.intervals;
    cr_assert(cells >= 20);
    for (size_t k = 0; k < 10; k++) {
        bool memory;
        o->series_utilisation[k] = real[k];
        o->series_present[k] = real[9 - k];
        o->series_offered[k] = whole[k];
        o->series_response[k] = (exact_sum)whole[k] * whole[9 - k];
        struct packed p = pack(o);
        there = pack_read(&o->shape, p.words + 3, p.n - 3, &memory);
        cr_assert_not_null(there);
        cr_assert_arr_eq(there->series_utilisation, o->series_utilisation, cells * sizeof(double));
        cr_assert_arr_eq(there->series_present, o->series_present, cells * sizeof(double));
        cr_assert_arr_eq(there->series_offered, o->series_offered, 10 * sizeof(int64_t));
        cr_assert(there->series_response[k] == o->series_response[k]);
        cr_assert_eq(memcmp(there->station, o->station, o->shape.stations * sizeof *o->station), 0);
        outcome_free(there);
        free(p.words);
    }
    expect_same(o);
    outcome_free(o);
    invented_free(v);
}

Test(pack, buckets_far_apart_and_full_ones_come_back)
{
    struct invented *v = invented_new();
    struct outcome *o = invented_outcome(&v->study, 1);
    struct histogram *h = &o->stream[0].histogram;
    histogram_fini(h);
    histogram_init(h);
    for (psn_time x = 1; x < INT64_MAX / 3; x = 3 * x + 1)
        histogram_add(h, x);
    h->count[h->n - 1] += INT64_MAX;
    h->total += INT64_MAX;
    struct packed p = pack(o);
    bool memory;
    struct outcome *there = pack_read(&o->shape, p.words + 3, p.n - 3, &memory);
    cr_assert_not_null(there);
    const struct histogram *same = &there->stream[0].histogram;
    cr_assert(same->kept && same->total == h->total && same->first == h->first && same->n == h->n);
    cr_assert_arr_eq(same->count, h->count, h->n * sizeof *h->count);
    outcome_free(there);
    free(p.words);
    outcome_free(o);
    invented_free(v);
}

/* Whatever the words are, nothing beyond them is read, and what comes is an outcome or none. */
Test(pack, damaged_words_do_no_harm)
{
    struct invented *v = invented_new();
    struct outcome *o = invented_outcome(&v->study, 2);
    struct packed p = pack(o);
    size_t n = p.n - 3, none = 0;
    uint64_t *words = malloc(n * sizeof *words), state = 1;
    cr_assert(words);
    for (size_t trial = 0; trial < 3000; trial++) {
        bool memory;
        memcpy(words, p.words + 3, n * sizeof *words);
        state = state * 6364136223846793005u + 1442695040888963407u;
        size_t length = trial % 3 ? n : (size_t)(state >> 33) % n;
        for (size_t k = 0; trial % 3 && k < 1 + trial % 5; k++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            unsigned char *byte = (unsigned char *)words + (state >> 33) % (n * sizeof *words);
            *byte = (unsigned char)(*byte ^ 1u << (state >> 61));
        }
        /* In memory of its own, so that what is read beyond it is noticed. */
        uint64_t *alone = malloc(length * sizeof *alone + 1);
        cr_assert(alone);
        memcpy(alone, words, length * sizeof *alone);
        struct outcome *there = pack_read(&o->shape, alone, length, &memory);
        none += !there;
        cr_assert(there || !memory);
        cr_assert(trial % 3 || !there, "%zu of %zu words", length, n);
        outcome_free(there);
        free(alone);
    }
    cr_assert_gt(none, 1000);
    free(words);
    free(p.words);
    outcome_free(o);
    invented_free(v);
}
