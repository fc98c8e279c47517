/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/tags and stations/seats. */
#include "stations/tags.h"

#include <criterion/criterion.h>

#include "drive.h"
#include "stations/seats.h"

/* The least by (at, order) of those that are in. */
static uint32_t least(const struct tag *tag, const bool *in, uint32_t n)
{
    uint32_t best = n;
    for (uint32_t i = 0; i < n; i++) {
        if (in[i] && (best == n || tag[i].at < tag[best].at ||
                      (tag[i].at == tag[best].at && tag[i].order < tag[best].order)))
            best = i;
    }
    return best;
}

Test(tags, let_go_of_any)
{
    enum { ITEMS = 90, STEPS = 20000 };
    struct tags t = {0};
    struct tag tag[ITEMS];
    bool in[ITEMS] = {false};
    uint64_t seed = 3, order = 0;
    cr_assert_null(tags_top(&t));
    for (int step = 0; step < STEPS; step++) {
        uint32_t item = (uint32_t)draw(&seed, step < STEPS / 2 ? ITEMS / 2 : ITEMS);
        cr_assert_eq(tags_reserve(&t, item + 1u), PSN_OK);
        cr_assert_eq(tags_find(&t, item) != NULL, in[item]);
        if (in[item]) {
            cr_assert(tags_find(&t, item)->at == tag[item].at);
            if (draw(&seed, 4) == 0) { /* another tag in its place */
                tag[item].at = exact_product(INT64_MAX, draw(&seed, 30) - 15);
                tags_set(&t, tag[item]);
                in[item] = false; /* is turned below */
            } else {
                tags_remove(&t, item);
            }
        } else {
            /* Beyond 64 bits, with ties. */
            tag[item] = (struct tag){.at = exact_product(INT64_MAX, draw(&seed, 30) - 15),
                                     .order = order++,
                                     .item = item};
            tags_push(&t, tag[item]);
        }
        in[item] = !in[item];
        uint32_t first = least(tag, in, ITEMS);
        cr_assert_eq(t.count == 0, first == ITEMS);
        if (first < ITEMS)
            cr_assert_eq(tags_top(&t)->item, first);
    }
    while (t.count > 0) {
        uint32_t first = least(tag, in, ITEMS);
        cr_assert_eq(tags_top(&t)->item, first);
        tags_remove(&t, first);
        in[first] = false;
    }
    cr_assert_eq(least(tag, in, ITEMS), ITEMS);
    tags_fini(&t);
}

Test(seats, numbers_are_used_again)
{
    enum { MOST = 100 };
    struct seats s = {0};
    bool taken[MOST] = {false};
    uint64_t seed = 5;
    uint32_t count = 0, most = 0;
    for (int step = 0; step < 5000; step++) {
        if (count < MOST && (count == 0 || draw(&seed, 2) == 0)) {
            cr_assert_eq(seats_reserve(&s), PSN_OK);
            uint32_t seat = seats_take(&s);
            most = ++count > most ? count : most;
            cr_assert_lt(seat, most);
            cr_assert_not(taken[seat]);
            taken[seat] = true;
        } else {
            uint32_t seat = (uint32_t)draw(&seed, MOST);
            if (!taken[seat])
                continue;
            seats_give(&s, seat);
            taken[seat] = false;
            count--;
        }
    }
    cr_assert_eq(s.given, most);
    seats_fini(&s);
}
