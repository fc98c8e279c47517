/* SPDX-License-Identifier: Apache-2.0
 * Jobs in two stages at a divided station: what long messages over several links are made of. */
#include "drive.h"

struct expected {
    psn_time at;
    uint64_t number;
    bool staged;
};

static void expect(struct station *s, const struct expected *e, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct divided *d = &s->is.divided;
        struct job *job = NULL;
        psn_time now = 0;
        while (!job) { /* looks at backlogs bring nothing */
            now = d->next;
            cr_assert_lt(now, PSN_NEVER, "nothing more comes, expected job %llu",
                         (unsigned long long)e[i].number);
            job = divided_depart(d, now);
        }
        cr_assert_eq(now, e[i].at, "event %zu at %lld", i, (long long)now);
        cr_assert_eq(job->number, e[i].number, "event %zu", i);
        cr_assert_eq((job->flags & JOB_STAGED) != 0, e[i].staged, "event %zu", i);
    }
}

Test(stages, come_out_twice_and_count_once)
{
    struct station s;
    struct job a = {.service = 100, .last = 60, .number = 1}, b = {.service = 10, .number = 2};
    station_init(&s, DIVIDED, 1, 0, 1000);
    divided_arrive(&s.is.divided, &a, 0);
    divided_arrive(&s.is.divided, &b, 5);
    expect(&s, (struct expected[]){{40, 1, true}, {100, 1, false}, {110, 2, false}}, 3);
    struct meter *m = station_meter(&s);
    cr_assert_eq(m->served, 2);
    cr_assert_eq(m->present, 0);
    cr_assert(m->wait.sum == 95, "only b waited");
    station_fini(&s);
}

Test(stages, both_share_with_a_backlog)
{
    struct station s;
    struct job a = {.service = 100, .last = 60, .number = 1};
    struct job bulk = {
        .service = 100, .number = 2, .flags = JOB_BULK, .share = (uint32_t)METER_WHOLE};
    station_init(&s, DIVIDED, 1, 0, 1000);
    divided_arrive(&s.is.divided, &bulk, 0);
    divided_arrive(&s.is.divided, &a, 0);
    expect(&s, (struct expected[]){{80, 1, true}, {200, 1, false}, {200, 2, false}}, 3);
    station_fini(&s);
}
