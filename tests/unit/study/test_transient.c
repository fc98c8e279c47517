/* SPDX-License-Identifier: Apache-2.0
 * Where a transient ends, on made-up numbers in progress: days of a busy noon and a quiet night,
 * noise in proportion, and a start that is known. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "kernel/random.h"
#include "stats/mser.h"
#include "study/transient.h"

#define DAYS     21
#define A_DAY    48 /* intervals of half an hour */
#define INTERVAL (PSN_DAY / A_DAY)

struct made {
    struct description d;
    struct workload workload[1];
    struct profile profile[1];
    struct shape shape[1];
    struct source source[1];
    double x[DAYS * A_DAY];
};

/* Working days follow the sun, weekends are at a tenth of it; begins at this day of the week (0: a
 * Monday) and hour. */
static void make(struct made *m, size_t days, size_t weekday, size_t hour)
{
    *m = (struct made){.workload = {{.name = "w", .exists = true}}, .profile = {{.name = "p"}}};
    for (size_t h = 0; h < 168; h++)
        m->profile[0].week[h] =
            (h < 120 ? 1 : 0.1) * (1.1 - cos((double)(h % 24) * 3.14159265358979 / 12));
    m->d = (struct description){.workload = m->workload,
                                .n_workloads = 1,
                                .profile = m->profile,
                                .n_profiles = 1,
                                .shape = m->shape,
                                .n_shapes = 1,
                                .source = m->source,
                                .n_sources = 1,
                                .horizon = (psn_time)days * PSN_DAY,
                                .interval = INTERVAL,
                                .start_of_week =
                                    (psn_time)weekday * PSN_DAY + (psn_time)hour * PSN_HOUR,
                                .warmup_auto = true};
}

/* The profile's level times 50, with noise of a fifth of it. */
static void fill(struct made *m, uint32_t series)
{
    uint64_t key = random_key(2011, series, "transient", RANDOM_STEP, 0);
    for (size_t i = 0; i < (size_t)(m->d.horizon / INTERVAL); i++) {
        psn_time t = m->d.start_of_week + (psn_time)i * INTERVAL;
        double u[2];
        random_uniform2(key, i, 0, 0, u);
        m->x[i] = m->profile[0].week[t / PSN_HOUR % 168] * 50 * (0.8 + 0.4 * u[0]);
    }
}

static psn_time end_of(const struct made *m)
{
    psn_time end = -7;
    cr_assert_eq(transient_end(&m->d, m->x, &end), 0);
    return end;
}

static int check(const struct made *m, char *told, size_t size)
{
    psn_diagnostics all = {0};
    int code = transient_check(&m->d, &all);
    snprintf(told, size, "%s", all.count ? all.items[0].text : "");
    psn_diagnostics_fini(&all);
    return code;
}

/* The end in whole days; -1 where it does not settle. */
static int days_of(const struct made *m)
{
    psn_time end = end_of(m);
    cr_assert(end == TRANSIENT_UNSETTLED || end % PSN_DAY == 0);
    return end == TRANSIENT_UNSETTLED ? -1 : (int)(end / PSN_DAY);
}

/* Without a transient a wave of any shape must not be cut. Noise alone makes MSER-5 cut up to about
 * ten batches (with independent batches the figure rises by 1 / n a batch, and wanders by sqrt(2) /
 * n times the root of their number), here a day: most series are cut nowhere, some by a day, hardly
 * any by more. */
Test(transient, a_wave_is_none)
{
    struct made m;
    size_t none = 0, more = 0;
    for (uint32_t series = 0; series < 70; series++) {
        make(&m, 14, series % 7, 0);
        fill(&m, series);
        int days = days_of(&m);
        cr_assert(days >= 0 && days <= 3, "series %u: %d d", series, days);
        none += days == 0;
        more += days > 1;
    }
    cr_assert(none >= 40, "only %zu of 70 are cut nowhere", none);
    cr_assert(more <= 4, "%zu of 70 are cut by more than a day", more);
}

/* Empty for its first so many hours: never is less cut than that, and mostly no more than the whole
 * days that hold it. */
Test(transient, an_empty_start_is_found)
{
    static const struct {
        size_t hours;
        int days;
    } cases[] = {{14, 1}, {24, 1}, {30, 2}, {48, 2}, {60, 3}};
    struct made m;
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        size_t exact = 0;
        for (uint32_t series = 0; series < 40; series++) {
            make(&m, DAYS, series % 5, 0);
            fill(&m, series);
            for (size_t i = 0; i < cases[k].hours * 2; i++)
                m.x[i] = 0;
            int days = days_of(&m);
            cr_assert_geq(days, cases[k].days, "%zu h, series %u", cases[k].hours, series);
            exact += days == cases[k].days;
        }
        cr_assert_geq(exact, 20, "%zu h: only %zu of 40 exactly", cases[k].hours, exact);
    }
}

Test(transient, whole_days_count_from_the_start)
{
    struct made m;
    make(&m, DAYS, 0, 9); /* Monday 09:00 */
    fill(&m, 1);
    for (size_t i = 0; i < 2 * 5; i++)
        m.x[i] = 0;
    cr_assert_eq(end_of(&m), PSN_DAY);
}

/* The only Sunday comes first: nothing can be said of it, so it is all warm-up. */
Test(transient, a_first_day_without_a_like_belongs_to_it)
{
    struct made m;
    char told[400];
    make(&m, 6, 6, 0);
    fill(&m, 2);
    cr_assert_eq(check(&m, told, sizeof told), 0, "%s", told);
    cr_assert_eq(end_of(&m), PSN_DAY);
    for (size_t i = 0; i < A_DAY; i++)
        m.x[i] = 1e6; /* whatever it holds */
    cr_assert_eq(end_of(&m), PSN_DAY);
}

Test(transient, what_is_the_same_every_day_needs_none)
{
    struct made m;
    make(&m, 14, 3, 5);
    for (size_t i = 0; i < 14 * A_DAY; i++) {
        psn_time t = m.d.start_of_week + (psn_time)i * INTERVAL;
        m.x[i] = m.profile[0].week[t / PSN_HOUR % 168] / 3;
    }
    cr_assert_eq(end_of(&m), 0);
}

Test(transient, what_grows_all_the_time_does_not_settle)
{
    struct made m;
    make(&m, DAYS, 0, 0);
    for (size_t h = 120; h < 168; h++)
        m.profile[0].week[h] = m.profile[0].week[h - 120];
    fill(&m, 3);
    for (size_t i = 0; i < DAYS * A_DAY; i++)
        m.x[i] *= (double)i;
    cr_assert_eq(end_of(&m), TRANSIENT_UNSETTLED);
}

/* Level profiles, and those that nobody follows, are no wave: whole intervals, not days. */
Test(transient, without_a_wave_by_whole_intervals)
{
    struct made m;
    make(&m, 2, 0, 0);
    for (size_t i = 0; i < 2 * A_DAY; i++)
        m.x[i] = i < 7 ? 40 : (double)(i % 2);
    m.source[0].shape = NO_INDEX;
    cr_assert_eq(end_of(&m), 10 * INTERVAL);
    m.source[0].shape = 0;
    m.workload[0].exists = false;
    cr_assert_eq(end_of(&m), 10 * INTERVAL);
    m.workload[0].exists = true;
    for (size_t h = 0; h < 168; h++)
        m.profile[0].week[h] = 0.5;
    cr_assert_eq(end_of(&m), 10 * INTERVAL);
    /* A last interval that is shorter is left out. */
    m.d.horizon -= INTERVAL / 2;
    m.x[2 * A_DAY - 1] = 1e9;
    cr_assert_eq(end_of(&m), 10 * INTERVAL);
}

Test(transient, what_cannot_be_compared_is_told)
{
    struct made m;
    char told[400];
    make(&m, 1, 0, 0);
    cr_assert_eq(check(&m, told, sizeof told), PSN_EINPUT);
    cr_assert(strstr(told, "only 0 intervals of the horizon have a like"), "%s", told);
    make(&m, 3, 4, 0); /* Friday to Sunday: Saturday and Sunday are alike */
    cr_assert_eq(check(&m, told, sizeof told), 0, "%s", told);
    m.d.interval = PSN_HOUR;
    cr_assert_eq(check(&m, told, sizeof told), PSN_EINPUT);
    cr_assert(strstr(told, "only 48 intervals"), "%s", told);
    make(&m, 14, 0, 0);
    m.d.interval = 25 * PSN_HOUR;
    cr_assert_eq(check(&m, told, sizeof told), PSN_EINPUT);
    cr_assert(strstr(told, "the interval is longer than a day"), "%s", told);
    m.d.warmup_auto = false;
    cr_assert_eq(check(&m, told, sizeof told), 0, "%s", told);
}
