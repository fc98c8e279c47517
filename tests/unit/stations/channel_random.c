/* SPDX-License-Identifier: Apache-2.0
 * Channels with everything that they can do, drawn at random, against the reference that goes on ns
 * by ns: every fate and every departure to the ns, work served so far to the ns, and utilisation.
 */
#include "channel.h"

enum { RIDES = 60, OPERATIONS = 24, CLASSES = 6, UNTIL = 2600 };

struct drawn {
    struct channel_class class[CLASSES];
    struct channel_config config;
    struct ride ride[RIDES];
    struct operation operation[OPERATIONS];
};

/* Two strict classes of one level, one of another, and three fair ones; in any order. */
static void draw_classes(uint64_t *seed, struct drawn *d)
{
    static const struct channel_class kinds[CLASSES] = {
        {.level = 3}, {.level = 1}, {.level = 3}, {.weight = 1}, {.weight = 1}, {.weight = 1}};
    size_t shift = (size_t)draw(seed, CLASSES);
    for (size_t k = 0; k < CLASSES; k++) {
        struct channel_class *class = &d->class[k];
        *class = kinds[(k + shift) % CLASSES];
        if (class->weight > 0) {
            class->weight = (double)(1 + draw(seed, 3));
            class->by_owner = draw(seed, 2);
        } else if (draw(seed, 3) == 0) {
            class->limit = FULL / 8 * (uint64_t)(1 + draw(seed, 4));
            class->burst = 10 + draw(seed, 60);
        }
        class->early = draw(seed, 2);
        class->early_from = 0.25;
        class->early_to = 0.75;
        class->early_most = 0.5;
    }
}

static void draw_course(uint64_t *seed, struct drawn *d)
{
    draw_classes(seed, d);
    d->config = (struct channel_config){.n_classes = CLASSES, .class = d->class};
    d->config.packet = draw(seed, 4) > 0 ? 5 + draw(seed, 20) : 0;
    d->config.buffer = draw(seed, 2) ? 30 + draw(seed, 100) : 0;
    d->config.contract = draw(seed, 3) == 0 ? FULL / 8 * (uint64_t)(1 + draw(seed, 8)) : 0;
    d->config.contract_burst = d->config.contract > 0 ? draw(seed, 200) : 0;
    psn_time clock = 0;
    for (size_t i = 0; i < RIDES; i++) {
        clock += draw(seed, 50) * (draw(seed, 4) > 0);
        psn_time work = draw(seed, 50), last = draw(seed, 3) == 0 ? draw(seed, work + 1) : 0;
        d->ride[i] = (struct ride){.at = clock,
                                   .chance = (double)draw(seed, 1000) / 1000,
                                   .job = {.service = work,
                                           .last = last,
                                           .group = (uint32_t)draw(seed, CLASSES),
                                           .owner = (uint32_t)draw(seed, 3)}};
    }
    clock = 0;
    for (size_t i = 0; i < OPERATIONS; i++) {
        clock += draw(seed, 120);
        int64_t kind = draw(seed, 16);
        d->operation[i] =
            (struct operation){.at = clock,
                               .deed = kind == 0  ? FLUSH
                                       : kind < 4 ? SPEED
                                       : kind < 9 ? LOOK
                                                  : BACKGROUND,
                               .class = (uint32_t)draw(seed, CLASSES),
                               .value = FULL / 8 * (uint64_t)(draw(seed, 2) * draw(seed, 9)),
                               .weight = (uint32_t)(1 + draw(seed, 2))};
    }
}

Test(channel_random, everything_against_the_reference)
{
    uint64_t seed = 41;
    size_t taken = 0, dropped[CHANNEL_NO_MEMORY] = {0}, flushed = 0, staged = 0;
    for (int round = 0; round < 300; round++) {
        struct drawn a, b;
        draw_course(&seed, &a);
        b = a;
        struct course expected = {.config = &a.config,
                                  .ride = a.ride,
                                  .n_rides = RIDES,
                                  .operation = a.operation,
                                  .n_operations = (size_t)(round % 4 ? OPERATIONS : 0),
                                  .until = UNTIL};
        struct course found = expected;
        found.config = &b.config;
        found.ride = b.ride;
        found.operation = b.operation;
        b.config.class = b.class;
        a.config.class = a.class;
        course_expect(&expected);
        course_drive(&found);
        for (size_t i = 0; i < RIDES; i++) {
            const struct ride *p = &a.ride[i], *q = &b.ride[i];
            cr_assert_eq(p->fate, q->fate, "round %d: fate of %zu", round, i);
            cr_assert_eq(p->gone, q->gone, "round %d: %zu goes at %lld, not %lld", round, i,
                         (long long)q->gone, (long long)p->gone);
            cr_assert_eq(p->staged, q->staged, "round %d: stage of %zu", round, i);
            cr_assert_eq(p->flushed, q->flushed, "round %d: flush of %zu", round, i);
            taken += p->fate == CHANNEL_TAKEN && p->gone < PSN_NEVER;
            dropped[p->fate]++;
            flushed += p->flushed;
            staged += p->staged < PSN_NEVER;
        }
        for (size_t i = 0; i < expected.n_operations; i++) {
            exact_sum miss = b.operation[i].work - a.operation[i].work;
            cr_assert(miss <= 0 && miss >= -1, "round %d: work of look %zu", round, i);
        }
        cr_assert_float_eq(found.utilisation, expected.utilisation, 1e-8, "round %d", round);
    }
    /* All of it has happened often. */
    cr_assert(taken > 10000 && flushed > 100 && staged > 1000);
    cr_assert(dropped[CHANNEL_POLICED] > 300 && dropped[CHANNEL_FULL] > 300 &&
              dropped[CHANNEL_EARLY] > 300);
}
