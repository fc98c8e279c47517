/* SPDX-License-Identifier: Apache-2.0
 * What objectives on classes make of messages told by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "model/class_targets.h"

#define MS      (PSN_SECOND / 1000)
#define TARGETS 9

/* Two classes, two partners, one day with an hour of warm-up; open from 09:00 to 17:00. */
struct hand {
    struct description d;
    struct objective objective[TARGETS];
    struct target target[TARGETS];
    struct span open[1];
    struct hours hours[1];
    struct class_targets t;
    struct arena memory;
    struct outcome *o;
};

static void objective(struct hand *h, enum figure f, double quantile, double within,
                      uint32_t partner, uint32_t hours)
{
    size_t i = h->d.n_targets++;
    h->objective[i] = (struct objective){.kind = SUBJECT_CLASS,
                                         .figure = f,
                                         .quantile = quantile,
                                         .within = within,
                                         .at_most = true,
                                         .hours = hours,
                                         .there = {0, PSN_NEVER}};
    h->target[i] =
        (struct target){.objective = (uint32_t)i, .subject = 1, .partner = partner, .exists = true};
}

static void begin(struct hand *h)
{
    *h = (struct hand){0};
    h->open[0] = (struct span){9 * PSN_HOUR, 17 * PSN_HOUR};
    h->hours[0] = (struct hours){.span = h->open, .n_spans = 1};
    h->d = (struct description){.horizon = PSN_DAY,
                                .warmup = PSN_HOUR,
                                .n_classes = 2,
                                .n_partners = 2,
                                .hours = h->hours,
                                .n_hours = 1,
                                .objective = h->objective,
                                .target = h->target};
    objective(h, FIGURE_DELAY_MEAN, 0, 0, NO_INDEX, NO_INDEX);
    objective(h, FIGURE_DELAY_QUANTILE, 0.5, 0, NO_INDEX, NO_INDEX);
    objective(h, FIGURE_DELAY_MAX, 0, 0, 1, NO_INDEX);
    objective(h, FIGURE_DELAY_WITHIN, 0, 20 * MS, NO_INDEX, NO_INDEX);
    objective(h, FIGURE_JITTER, 0, 0, NO_INDEX, NO_INDEX);
    objective(h, FIGURE_JITTER_SPREAD, 0, 0, NO_INDEX, NO_INDEX);
    objective(h, FIGURE_LOSS, 0, 0, NO_INDEX, NO_INDEX);
    objective(h, FIGURE_DELAY_MEAN, 0, 0, NO_INDEX, 0);
    objective(h, FIGURE_LOSS, 0, 0, 1, NO_INDEX);
    h->d.n_objectives = h->d.n_targets;
    struct outcome_shape s = {
        .partners = 2, .targets = TARGETS, .intervals = 24, .classes = 3, .directions = 2};
    h->o = outcome_new(&s);
    cr_assert_not_null(h->o);
    cr_assert_eq(class_targets_init(&h->t, &h->d, &h->memory), 0);
}

static void end(struct hand *h)
{
    class_targets_fini(&h->t);
    arena_fini(&h->memory);
    outcome_free(h->o);
}

/* 10, 20, 30 ms in the class; others elsewhere, or in the warm-up. */
static void tell(struct class_targets *t)
{
    class_targets_delivered(t, 1, 0, 2 * PSN_HOUR, 10 * MS, -1);
    class_targets_delivered(t, 1, 0, 10 * PSN_HOUR, 20 * MS, 10 * MS);
    class_targets_delivered(t, 1, 1, 12 * PSN_HOUR, 30 * MS, 4 * MS);
    class_targets_delivered(t, 0, 0, 12 * PSN_HOUR, 900 * MS, 900 * MS);
    class_targets_delivered(t, 2, 0, 12 * PSN_HOUR, 900 * MS, 900 * MS);
    class_targets_delivered(t, 1, 0, PSN_HOUR / 2, 900 * MS, 900 * MS);
    class_targets_dropped(t, 1, 0, 10 * PSN_HOUR);
    class_targets_dropped(t, 1, 1, 10 * PSN_HOUR);
    class_targets_lost(t, 1, 1, 10 * PSN_HOUR);
    class_targets_dropped(t, 0, 0, 10 * PSN_HOUR);
}

Test(class_targets, figures_of_one_class)
{
    struct hand h;
    begin(&h);
    tell(&h.t);
    class_targets_finish(&h.t, h.o);
    const double *v = h.o->target;
    cr_assert_float_eq(v[0], 0.020, 1e-12);
    cr_assert_float_eq(v[1], 0.020, 0.020 / 128, "to the width of a bucket");
    cr_assert_float_eq(v[2], 0.030, 1e-12, "of the second partner");
    cr_assert_float_eq(v[3], 0.5, 1e-12, "two of three that arrived and one that was lost");
    cr_assert_float_eq(v[4], 0.007, 1e-12);
    cr_assert_float_eq(v[5], 0.010, 0.030 / 64, "the longest less the median");
    cr_assert_float_eq(v[6], 0.4, 1e-12, "two of five that were put on the network");
    cr_assert_float_eq(v[7], 0.025, 1e-12, "sent in service hours");
    cr_assert_float_eq(v[8], 0.5, 1e-12);
    end(&h);
}

Test(class_targets, nothing_seen_is_no_figure)
{
    struct hand h;
    begin(&h);
    class_targets_finish(&h.t, h.o);
    for (size_t i = 0; i < TARGETS; i++)
        cr_assert(isnan(h.o->target[i]), "target %zu", i);
    end(&h);
}

Test(class_targets, two_processes_are_one)
{
    struct hand a, b, whole;
    begin(&a);
    begin(&b);
    begin(&whole);
    tell(&a.t);
    class_targets_delivered(&b.t, 1, 1, 11 * PSN_HOUR, 50 * MS, 3 * MS);
    class_targets_lost(&b.t, 1, 0, 11 * PSN_HOUR);
    tell(&whole.t);
    class_targets_delivered(&whole.t, 1, 1, 11 * PSN_HOUR, 50 * MS, 3 * MS);
    class_targets_lost(&whole.t, 1, 0, 11 * PSN_HOUR);
    cr_assert_eq(class_targets_merge(&a.t, &b.t), 0);
    class_targets_finish(&a.t, a.o);
    class_targets_finish(&whole.t, whole.o);
    for (size_t i = 0; i < TARGETS; i++)
        cr_assert_eq(a.o->target[i], whole.o->target[i], "target %zu", i);
    cr_assert_eq(a.o->target_histogram[1].total, 4);
    end(&a);
    end(&b);
    end(&whole);
}

Test(class_targets, of_what_has_no_class)
{
    struct hand h;
    begin(&h);
    h.target[0].subject = (uint32_t)h.d.n_classes;
    class_targets_fini(&h.t);
    cr_assert_eq(class_targets_init(&h.t, &h.d, &h.memory), 0);
    tell(&h.t);
    class_targets_finish(&h.t, h.o);
    cr_assert_float_eq(h.o->target[0], 0.9, 1e-12);
    end(&h);
}
