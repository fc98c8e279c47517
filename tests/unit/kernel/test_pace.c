/* SPDX-License-Identifier: Apache-2.0
 * When to run together: on machines that are made up, so that what comes out is exact. */
#include <criterion/criterion.h>

#include "kernel/pace.h"

#define MS 1000000

/* Alone it does one event in 100 ns; together so many times faster. From `from` to `until` another
 * program has a core: together it is slower than alone, and stalls. */
struct machine {
    double gain;
    int64_t window; /* events */
    int64_t from, until;
};

struct course {
    double events, together; /* done; share of the time */
};

static struct course follow(const struct machine *m, int64_t length, bool adapt)
{
    struct pace p;
    struct course c = {0};
    pace_init(&p, adapt);
    for (int64_t now = 0; now < length;) {
        struct pace_slice s = pace_next(&p);
        int64_t ns = s.ns < length - now ? s.ns : length - now;
        bool shared = now + ns > m->from && now < m->until;
        double gain = !s.together ? 1 : shared ? 0.3 : m->gain;
        if (s.together && shared && ns > 4 * MS) {
            ns = 4 * MS; /* the first thread finds that it waited for so long */
            cr_assert_eq(pace_bad(&p, ns, 3 * MS, (int64_t)(0.3 * (double)ns / 100)), true);
        }
        double events = gain * (double)ns / 100;
        c.events += events;
        c.together += s.together ? (double)ns / (double)length : 0;
        now += ns;
        pace_seen(&p, ns, ns, (int64_t)events, (int64_t)(events / (double)m->window) + 1);
    }
    c.events /= (double)length / 100;
    return c;
}

Test(pace, together_where_it_pays)
{
    const struct machine m = {.gain = 1.9, .window = 200};
    struct course c = follow(&m, 2000 * (int64_t)MS, true);
    cr_assert_gt(c.events, 1.85);
    c = follow(&m, 2000 * (int64_t)MS, false);
    cr_assert_float_eq(c.together, 1, 1e-9);
}

/* Windows of 1 us are not worth an attempt, whatever it would bring. */
Test(pace, never_for_windows_of_nothing)
{
    const struct machine m = {.gain = 0.5, .window = 10};
    cr_assert_eq(follow(&m, 2000 * (int64_t)MS, true).together, 0);
}

Test(pace, loses_little_where_it_does_not_pay)
{
    for (int k = 1; k <= 10; k++) {
        const struct machine m = {.gain = 0.1 * k, .window = 200};
        struct course c = follow(&m, 1000 * (int64_t)MS, true);
        cr_assert_gt(c.events, 0.97, "gain %.1f: %.3f", m.gain, c.events);
    }
}

Test(pace, gives_way_to_another_program_and_comes_back)
{
    const struct machine always = {.gain = 1.9, .window = 200, .until = 3000 * (int64_t)MS};
    cr_assert_gt(follow(&always, 3000 * (int64_t)MS, true).events, 0.97);
    const struct machine m = {
        .gain = 1.9, .window = 200, .from = 1000 * (int64_t)MS, .until = 2000 * (int64_t)MS};
    struct course c = follow(&m, 4000 * (int64_t)MS, true);
    /* A second alone, the others at 1.9: at best 1.675; it may be late to come back. */
    cr_assert_gt(c.events, 1.5);
}

/* Who is told to share gives way, too, though never for good: what attempts cost is little in the
 * end. */
Test(pace, shares_where_told_unless_it_stalls)
{
    const struct machine always = {.gain = 1.9, .window = 200, .until = 9000 * (int64_t)MS};
    struct course c = follow(&always, 9000 * (int64_t)MS, false);
    cr_assert(c.events > 0.97 && c.together > 0, "%.3f", c.events);
    const struct machine m = {.gain = 0.5, .window = 200, .until = 2000 * (int64_t)MS};
    c = follow(&m, 9000 * (int64_t)MS, false);
    cr_assert_gt(c.together, 0.66, "%.3f", c.together);
}

/* Who does not have its core for itself does not ask for another. */
Test(pace, does_not_try_while_disturbed)
{
    struct pace p;
    pace_init(&p, true);
    for (int k = 0; k < 20; k++) {
        struct pace_slice s = pace_next(&p);
        cr_assert(!s.together);
        pace_seen(&p, s.ns, s.ns / 2, s.ns / 200, s.ns / 20000);
    }
    pace_seen(&p, MS, MS, MS / 100, MS / 10000);
    cr_assert(pace_next(&p).together);
}
