/* SPDX-License-Identifier: Apache-2.0
 * The books on messages: what they hold, and that a breach of their balance is found. */
#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"
#include "model/messages.h"

#define S PSN_SECOND

static const char *const two_classes =
    "psnsim: 1\ntitle: books\n"
    "time: {start: 2014-05-12, horizon: 35 s, warmup: 10 s, interval: 10 s}\n"
    "partners: {p: {staff: {a: 1}}, q: {staff: {a: 1}}}\n"
    "sites: {a: {}, b: {}}\n"
    "classes: {voice: {queue: strict}, data: {}}\n"
    "links: {x: {between: [a, b], bandwidth: 10 Mbit/s}}\n"
    "compute: {box: {site: b, cores: 1}}\n"
    "services: {s: {class: data, steps: [{request: 1500 B}, {compute: app, work: 1 ms}]}}\n"
    "workloads: {s: {service: s, at: a, users: 1, think: 60 s}}\n"
    "arrangements: {base: {hosting: {all: {app: box}}}}\n";

struct books {
    struct description *d;
    struct outcome *o;
    struct class_targets targets;
    struct arena memory;
    struct op op[2];
    struct recipe recipe[2]; /* of each partner's users */
    struct messages m;
};

static void begin(struct books *s)
{
    memset(s, 0, sizeof *s);
    s->d = fixture_describe(two_classes);
    struct outcome_shape shape = model_shape(s->d);
    s->o = outcome_new(&shape);
    cr_assert(s->o);
    cr_assert_eq(class_targets_init(&s->targets, s->d, &s->memory), 0);
    for (size_t i = 0; i < 2; i++)
        s->recipe[i] = (struct recipe){.op = s->op, .n_ops = 2};
    cr_assert_eq(messages_init(&s->m, s->d, s->recipe, &s->targets, &s->memory), 0);
}

static void end(struct books *s)
{
    messages_fini(&s->m);
    class_targets_fini(&s->targets);
    arena_fini(&s->memory);
    outcome_free(s->o);
    description_free(s->d);
}

/* A message of partner 1, of the second operation. */
static struct job message(void)
{
    return (struct job){.owner = 1, .step = 1, .size_bits = 8000};
}

Test(messages, a_message_is_booked_when_it_was_sent)
{
    struct books s;
    struct job early = message(), late = message(), lost = message(), cut = message();
    struct job alive = message();
    char error[200] = "";
    begin(&s);
    messages_sent(&s.m, 1, &early, 9 * S);
    messages_sent(&s.m, 1, &late, 11 * S);
    messages_delivered(&s.m, 1, &early, 12 * S);
    cr_assert_eq(early.flags & JOB_MESSAGE, 0);
    messages_sent(&s.m, 1, &lost, 19 * S);
    messages_sent(&s.m, 1, &alive, 19 * S);
    messages_delivered(&s.m, 1, &late, 21 * S);
    messages_lost(&s.m, 1, &lost, 31 * S);
    messages_sent(&s.m, 1, &cut, 32 * S);
    messages_unrouted(&s.m, 1, &cut, 32 * S);
    messages_alive(&s.m, 1, &alive);
    cr_assert_eq(messages_check(&s.m, error, sizeof error), 0, "%s", error);
    cr_assert_eq(messages_finish(&s.m, s.o), 0);
    const int64_t sent[] = {1, 3, 0, 1}, delivered[] = {1, 1, 0, 0}, gone[] = {0, 1, 0, 1};
    const int64_t under_way[] = {1, 3, 2, 1};
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(s.o->series_sent[4 + i], sent[i], "%zu", i);
        cr_expect_eq(s.o->series_delivered[4 + i], delivered[i], "%zu", i);
        cr_expect_eq(s.o->series_lost[4 + i], gone[i], "%zu", i);
        cr_expect_eq(s.o->series_under_way[4 + i], under_way[i], "%zu", i);
        cr_expect_eq(s.o->series_sent[i], 0);
    }
    const struct outcome_class *f = &s.o->class[1 * 2 + 1]; /* those sent after warm-up */
    cr_expect_eq(f->sent, 4);
    cr_expect_eq(f->delivered, 1);
    cr_expect_eq(f->lost, 1);
    cr_expect_eq(f->unrouted, 1);
    cr_expect_eq(f->under_way, 1);
    cr_expect_float_eq(f->bits, 8000, 1e-9, "%.17g", f->bits);
    cr_expect_eq(f->delay.max, 10 * S);
    end(&s);
}

/* |D(i - 1, i)| of RFC 3550: delays of 3, 7, 5 and 5 s differ by 4, 2 and 0 s; another step's
 * stream is another one. */
Test(messages, jitter_is_the_mean_difference_of_delays)
{
    struct books s;
    const psn_time at[] = {11, 12, 20, 21}, delay[] = {3, 7, 5, 5};
    begin(&s);
    for (size_t i = 0; i < 4; i++) {
        struct job job = message();
        job.sent = at[i] * S;
        messages_delivered(&s.m, 0, &job, (at[i] + delay[i]) * S);
    }
    struct job other = message();
    other.step = 0;
    other.sent = 25 * S;
    messages_delivered(&s.m, 0, &other, 26 * S);
    cr_assert_eq(messages_finish(&s.m, s.o), 0);
    const struct outcome_class *f = &s.o->class[1];
    cr_expect_eq(f->delay.count, 5);
    cr_expect_eq(f->jitter.count, 3);
    cr_expect(f->jitter.sum == 6 * S);
    cr_expect_eq(f->jitter.max, 4 * S);
    cr_expect_eq(s.o->class_delay[0].total, 5);
    end(&s);
}

/* Ahead of the clock: what is booked may come in any order of time. */
Test(messages, the_order_of_bookings_does_not_matter)
{
    struct books s;
    struct job ahead = message(), now = message(), before = message();
    char error[200] = "";
    begin(&s);
    messages_sent(&s.m, 1, &ahead, 31 * S);
    messages_sent(&s.m, 1, &now, 9 * S);
    messages_delivered(&s.m, 1, &now, 33 * S);
    messages_sent(&s.m, 1, &before, 2 * S);
    messages_delivered(&s.m, 1, &before, 21 * S);
    messages_delivered(&s.m, 1, &ahead, 34 * S);
    cr_assert_eq(messages_check(&s.m, error, sizeof error), 0, "%s", error);
    cr_assert_eq(messages_finish(&s.m, s.o), 0);
    const int64_t sent[] = {2, 0, 0, 1}, under_way[] = {2, 2, 1, 0};
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(s.o->series_sent[4 + i], sent[i], "%zu", i);
        cr_expect_eq(s.o->series_delivered[4 + i], sent[i], "%zu", i);
        cr_expect_eq(s.o->series_under_way[4 + i], under_way[i], "%zu", i);
    }
    end(&s);
}

/* Each way in which a message can go astray. */
Test(messages, a_breach_is_named)
{
    struct books s;
    struct job one = message(), two = message();
    char error[200] = "";
    begin(&s);
    messages_sent(&s.m, 1, &one, 12 * S);
    cr_assert_eq(messages_check(&s.m, error, sizeof error), PSN_ERUN, "one has vanished");
    cr_assert(strstr(error, "class \"voice\", interval 1: 1 sent, but 0 delivered"), "%s", error);
    messages_alive(&s.m, 1, &one);
    cr_assert_eq(messages_check(&s.m, error, sizeof error), 0);
    messages_delivered(&s.m, 1, &one, 13 * S);
    cr_assert_eq(messages_check(&s.m, error, sizeof error), PSN_ERUN, "one is there twice");
    end(&s);
    begin(&s);
    messages_sent(&s.m, 2, &two, 22 * S);
    messages_delivered(&s.m, 2, &two, 23 * S);
    messages_at(&s.m, 2, 22 * S)->settled--;
    cr_assert_eq(messages_check(&s.m, error, sizeof error), PSN_ERUN);
    cr_assert(strstr(error, "class \"default\""), "%s", error);
    end(&s);
}

/* What one process sends and another one delivers. */
Test(messages, books_of_several_processes_are_one)
{
    struct books s;
    struct messages other;
    struct job job = message();
    char error[200] = "";
    begin(&s);
    cr_assert_eq(messages_init(&other, s.d, s.recipe, &s.targets, &s.memory), 0);
    messages_sent(&s.m, 0, &job, 8 * S);
    messages_delivered(&other, 0, &job, 23 * S);
    struct job alive =
        message(); /* of the other process alone, long after these books' last event */
    messages_sent(&other, 0, &alive, 31 * S);
    messages_alive(&s.m, 0, &alive);
    cr_assert_eq(messages_merge(&s.m, &other), 0);
    cr_assert_eq(messages_check(&s.m, error, sizeof error), 0, "%s", error);
    cr_assert_eq(messages_finish(&s.m, s.o), 0);
    const int64_t under_way[] = {1, 1, 0, 1};
    for (size_t i = 0; i < 4; i++)
        cr_expect_eq(s.o->series_under_way[i], under_way[i], "%zu", i);
    messages_fini(&other);
    end(&s);
}
