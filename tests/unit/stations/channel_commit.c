/* SPDX-License-Identifier: Apache-2.0
 * Channels that commit to departures of their first level against themselves, event by event: the
 * same fates, departures, work and measures to the bit. Classes, jobs and backgrounds are drawn at
 * random; now all jobs come close together, now mostly one at a time. */
#include "channel.h"

enum { JOBS = 80, LOOKS = 30, CLASSES = 4, OWNERS = 3, UNTIL = 4000, INTERVAL = 700, WARMUP = 900 };
enum { INTERVALS = (UNTIL + INTERVAL - 1) / INTERVAL };

/* What came of a course. */
struct found {
    struct ride ride[JOBS];
    struct operation look[LOOKS];
    struct meter meter;
    exact_sum work[OWNERS];
    double busy[INTERVALS], present[INTERVALS];
    size_t known;  /* jobs that were told when they would depart, ... */
    size_t passed; /* ... of them those that passed alone */
};

struct plan {
    struct channel_class class[CLASSES];
    struct channel_config config;
    struct ride ride[JOBS];
    struct operation look[LOOKS];
    bool background[CLASSES];
};

/* Two classes of the first level, one of the next, a fair one; backgrounds of the last two. */
static void draw_plan(uint64_t *seed, struct plan *p)
{
    *p = (struct plan){
        .class = {{.level = 1}, {.level = 1}, {.level = 2}, {.weight = 1, .by_owner = true}},
        .background = {[2] = true, [3] = true}};
    if (draw(seed, 2)) {
        p->class[0].limit = FULL / 8 * (uint64_t)(1 + draw(seed, 6));
        p->class[0].burst = 10 + draw(seed, 60);
    }
    p->class[0].early = draw(seed, 2);
    p->class[0].early_from = 0.1;
    p->class[0].early_to = 0.9;
    p->class[0].early_most = 0.5;
    p->config = (struct channel_config){.n_classes = CLASSES,
                                        .packet = draw(seed, 4) > 0 ? 3 + draw(seed, 20) : 0,
                                        .buffer = draw(seed, 2) ? 20 + draw(seed, 60) : 0};
    int64_t gap = draw(seed, 2) ? 90 : 30;
    psn_time clock = 0;
    for (size_t i = 0; i < JOBS; i++) {
        clock += draw(seed, gap) * (draw(seed, 5) > 0);
        psn_time work = draw(seed, 25);
        int64_t class = draw(seed, 9);
        p->ride[i] = (struct ride){.at = clock,
                                   .chance = (double)draw(seed, 1000) / 1000,
                                   .job = {.service = work,
                                           .last = draw(seed, 8) ? 0 : draw(seed, work + 1),
                                           .group = class < CLASSES ? (uint32_t) class : 0,
                                           .owner = (uint32_t)draw(seed, OWNERS)}};
    }
    clock = 0;
    for (size_t i = 0; i < LOOKS; i++) {
        clock += draw(seed, 250);
        p->look[i] =
            (struct operation){.at = clock,
                               .deed = draw(seed, 2) ? LOOK : BACKGROUND,
                               .value = FULL / 8 * (uint64_t)(draw(seed, 2) * draw(seed, 9)),
                               .weight = 1};
        p->look[i].class =
            (uint32_t)(p->look[i].deed == LOOK ? draw(seed, CLASSES) : 2 + draw(seed, 2));
    }
}

/* A job departs by itself. */
static void leave(struct channel *c, struct found *f, psn_time now)
{
    struct job *job = channel_depart(c, now);
    if (job && !(job->flags & (JOB_STAGED | JOB_COMMITTED)))
        f->ride[job->number].gone = now;
}

/* All that came up to `past` and was left undone. */
static void settle(struct channel *c, struct found *f, psn_time past, psn_time now)
{
    f->passed -= channel_settle_passing(c, past) != NULL;
    if (now >= c->meter.mark)
        channel_fold(c);
    while (c->next <= past)
        leave(c, f, c->next);
}

/* As transmitters do it. */
static void come(struct channel *c, struct found *f, struct ride *r)
{
    struct job *job = &r->job;
    r->gone = PSN_NEVER;
    r->fate = CHANNEL_TAKEN;
    if (!channel_commits(c, job->group) || job->service == 0 || job->last > 0) {
        settle(c, f, r->at, r->at);
        r->fate = channel_arrive(c, job, r->chance, r->at);
        return;
    }
    if (channel_pass(c, job, r->at, r->at, &r->gone)) {
        f->passed++;
        f->known++;
        return;
    }
    settle(c, f, r->at, r->at);
    r->fate = channel_commit(c, job, r->chance, r->at, &r->gone);
    f->known += r->fate == CHANNEL_TAKEN;
}

static void look(struct channel *c, struct found *f, struct operation *o)
{
    settle(c, f, o->at, o->at);
    channel_fold(c);
    if (o->deed == BACKGROUND)
        channel_set_background(c, o->class, o->value, o->weight, o->at);
    else
        o->work = channel_class_work(c, o->class, o->at);
}

static void drive_plan(const struct plan *p, bool commits, struct found *f)
{
    struct channel c = {0};
    struct channel_config config = p->config;
    psn_time work_of[OWNERS] = {0};
    *f = (struct found){0};
    memcpy(f->ride, p->ride, sizeof f->ride);
    memcpy(f->look, p->look, sizeof f->look);
    config.class = p->class;
    cr_assert_eq(channel_init(&c, &config), PSN_OK);
    meter_init(&c.meter, WARMUP, INTERVAL, UNTIL, METER_WHOLE, f->work, f->busy, f->present);
    if (commits)
        channel_let_commit(&c, p->background, work_of, OWNERS);
    for (size_t jobs = 0, looks = 0;;) {
        psn_time arrival = jobs < JOBS ? p->ride[jobs].at : PSN_NEVER;
        psn_time other = looks < LOOKS ? p->look[looks].at : PSN_NEVER;
        psn_time next = channel_wakes(&c);
        if (next >= UNTIL && arrival >= UNTIL && other >= UNTIL)
            break;
        if (next <= other && next <= arrival) {
            if (next >= c.meter.mark)
                channel_fold(&c);
            leave(&c, f, next);
        } else if (other <= arrival) {
            look(&c, f, &f->look[looks++]);
        } else {
            f->ride[jobs].job.number = jobs;
            come(&c, f, &f->ride[jobs]);
            jobs++;
        }
    }
    settle(&c, f, UNTIL - 1, UNTIL - 1);
    channel_fold(&c);
    meter_finish(&c.meter);
    f->meter = c.meter;
    channel_fini(&c);
}

static void same(const struct found *a, const struct found *b, int round)
{
    const struct meter *m = &a->meter, *n = &b->meter;
    for (size_t i = 0; i < JOBS; i++) {
        cr_assert_eq(a->ride[i].fate, b->ride[i].fate, "round %d: fate of %zu", round, i);
        if (a->ride[i].gone < UNTIL || b->ride[i].gone < UNTIL)
            cr_assert_eq(a->ride[i].gone, b->ride[i].gone, "round %d: %zu goes at %lld, not %lld",
                         round, i, (long long)b->ride[i].gone, (long long)a->ride[i].gone);
    }
    for (size_t i = 0; i < LOOKS; i++)
        cr_assert(a->look[i].work == b->look[i].work, "round %d: look %zu", round, i);
    for (size_t i = 0; i < OWNERS; i++)
        cr_assert(a->work[i] == b->work[i], "round %d: owner %zu", round, i);
    cr_assert_arr_eq(a->busy, b->busy, sizeof a->busy, "round %d: busy", round);
    cr_assert_arr_eq(a->present, b->present, sizeof a->present, "round %d: present", round);
    cr_assert_eq(m->present_max, n->present_max, "round %d: most present", round);
    cr_assert(m->wait.count == n->wait.count && m->wait.sum == n->wait.sum &&
                  m->wait.max == n->wait.max,
              "round %d: waits", round);
    cr_assert(m->served == n->served && m->served_in_time == n->served_in_time &&
                  m->taken == n->taken && m->refused == n->refused,
              "round %d: counts", round);
}

Test(channel_commit, moves_no_bit)
{
    uint64_t seed = 71;
    size_t known = 0, passed = 0;
    for (int round = 0; round < 2000; round++) {
        static struct plan p;
        static struct found a, b;
        draw_plan(&seed, &p);
        drive_plan(&p, false, &a);
        drive_plan(&p, true, &b);
        cr_assert_eq(a.known, 0);
        same(&a, &b, round);
        known += b.known;
        passed += b.passed;
    }
    cr_assert(known > 60000 && passed > 10000 && passed < known / 2, "%zu known, %zu passed", known,
              passed);
}

/* Not with a shaper, and not where the first level may have a background or is shared by owners. */
Test(channel_commit, only_where_nothing_revokes_it)
{
    const struct channel_class strict[] = {{.level = 1}, {.weight = 1}};
    const struct channel_class fair[] = {{.weight = 1}, {.weight = 1}};
    const struct channel_class alone[] = {{.weight = 1}};
    const struct channel_class owners[] = {{.weight = 1, .by_owner = true}};
    static const bool first[] = {true, false}, second[] = {false, true};
    const struct {
        struct channel_config config;
        const bool *background;
        bool commits;
    } list[] = {{{.n_classes = 2, .class = strict}, NULL, true},
                {{.n_classes = 2, .class = strict}, second, true},
                {{.n_classes = 2, .class = strict}, first, false},
                {{.n_classes = 2, .class = strict, .contract = FULL / 2}, NULL, false},
                {{.n_classes = 2, .class = fair}, NULL, false},
                {{.n_classes = 1, .class = alone}, NULL, true},
                {{.n_classes = 1, .class = owners}, NULL, false}};
    for (size_t i = 0; i < COUNT(list); i++) {
        struct channel c = {0};
        psn_time work_of[OWNERS] = {0};
        cr_assert_eq(channel_init(&c, &list[i].config), PSN_OK);
        meter_init(&c.meter, 0, UNTIL, UNTIL, METER_WHOLE, NULL, NULL, NULL);
        cr_expect_not(channel_commits(&c, 0));
        channel_let_commit(&c, list[i].background, work_of, OWNERS);
        cr_expect_eq(channel_commits(&c, 0), list[i].commits, "case %zu", i);
        channel_fini(&c);
    }
}
