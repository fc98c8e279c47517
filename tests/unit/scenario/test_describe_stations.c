/* SPDX-License-Identifier: Apache-2.0
 * Classes, and pools and desks with all that they may have, as a description, by hand; and each
 * mistake in them. */
#include "town.h"

Test(stations_described, classes_and_levels)
{
    struct description *d = town(NULL, 0);
    const struct service_class *alarm = &d->class[0], *pager = &d->class[1], *rest = &d->class[2],
                               *voice = &d->class[3], *work = &d->class[4];
    cr_assert_eq(d->n_classes, 5);
    cr_assert_str_eq(alarm->name, "alarm");
    cr_assert(alarm->strict && pager->strict && voice->strict && !rest->strict && !work->strict);
    cr_assert_eq(d->n_levels, 3, "two priorities, and the fair ones");
    cr_assert_eq(alarm->level, 0);
    cr_assert_eq(pager->level, 1);
    cr_assert_eq(voice->level, 1);
    cr_assert_eq(rest->level, 2);
    cr_assert_eq(work->level, 2);
    cr_assert_eq(work->weight, 6);
    cr_assert_eq(rest->weight, 1);
    cr_assert_eq(d->service[0].class, 3);
    cr_assert_eq(d->service[1].class, NO_INDEX);
    description_free(d);
}

Test(stations_described, no_classes_are_one_level)
{
    char *mistakes;
    struct description *d = describing(COUNCILS, NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_eq(d->n_classes, 0);
    cr_assert_eq(d->n_levels, 1);
    cr_assert_eq(d->service[0].class, NO_INDEX);
    cr_assert_eq(d->n_faults, 0);
    for (size_t i = 0; i < d->n_pools; i++) {
        cr_assert_not(d->pool[i].desk);
        cr_assert_eq(d->pool[i].room, 0);
        cr_assert_eq(d->pool[i].n_capacities, 0);
        cr_assert_null(d->pool[i].weight);
    }
    description_free(d);
}

Test(stations_described, wrong_classes)
{
    check_wrong("classes.work.priority=2", "",
                "class \"work\" has a priority, which is for queue: strict");
    check_wrong("classes.voice.weight=2", "",
                "class \"voice\" has a weight, which is for queue: fair");
    check_wrong("classes.work.weight=0", "", "zero");
    check_wrong("classes.voice.priority=1.5", "", "whole number");
    check_wrong("classes.voice.queue=first", "", "expected strict or fair");
    check_wrong("classes.work.limit=30 %", "",
                "class \"work\" has a limit, which is for queue: strict");
    check_wrong("classes.voice.only=only", "", "\"only\" says nothing in section \"classes\"");
    check_wrong("services.ask.class=loud", "", "\"loud\" is not defined; expected a class");
}

Test(stations_described, pools_and_desks_in_one_order)
{
    struct description *d = town(NULL, 0);
    cr_assert_eq(d->n_pools, 3);
    cr_assert_str_eq(d->pool[FRONT].name, "front");
    cr_assert_str_eq(d->pool[HELP].name, "help");
    cr_assert_str_eq(d->pool[ZONE].name, "zone");
    cr_assert(!d->pool[FRONT].desk && d->pool[HELP].desk && !d->pool[ZONE].desk);
    cr_assert_eq(d->pool[ZONE].hosts, 3, "60 staff of a and b");
    cr_assert_eq(d->pool[HELP].speed, 1);
    cr_assert_eq(d->pool[HELP].discipline, DISCIPLINE_FIFO);
    cr_assert_not(d->pool[HELP].wraps_up);
    const struct machine *people = &d->hosting[2]; /* of a: app, db, people, sort */
    cr_assert_eq(people->kind, MACHINE_POOL);
    cr_assert_eq(people->index, HELP);
    description_free(d);
}

Test(stations_described, disciplines)
{
    static const struct {
        const char *set;
        enum discipline d;
    } cases[] = {
        {"compute.front.discipline=fifo", DISCIPLINE_FIFO},
        {"compute.front.discipline=sharing", DISCIPLINE_SHARING},
        {"compute.front.discipline=priority", DISCIPLINE_PRIORITY},
        {"compute.front.discipline=preemptive", DISCIPLINE_PREEMPTIVE},
        {"compute.front.discipline=weighted", DISCIPLINE_WEIGHTED},
        {"compute.front.discipline=fair", DISCIPLINE_FAIR},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct description *d = town_with(cases[i].set);
        cr_expect_eq(d->pool[FRONT].discipline, cases[i].d, "%s", cases[i].set);
        description_free(d);
    }
    static const char *const queues[] = {"compute.front.discipline=fair-queues",
                                         "compute.front.hosts=1", "compute.front.cores=1",
                                         "compute.front.during={late: {speed: 3}}"};
    struct description *d = town(queues, 4);
    cr_assert_eq(d->pool[FRONT].discipline, DISCIPLINE_FAIR_QUEUES);
    description_free(d);
    static const char *const unlimited[] = {"compute.front.discipline=unlimited",
                                            "compute.front.hosts=none", "compute.front.cores=none"};
    d = town(unlimited, 3);
    cr_assert_eq(d->pool[FRONT].discipline, DISCIPLINE_UNLIMITED);
    description_free(d);
    d = town_with("desks.help.discipline=priority");
    cr_assert_eq(d->pool[HELP].discipline, DISCIPLINE_PRIORITY);
    description_free(d);
}

Test(stations_described, wrong_disciplines)
{
    check_wrong("compute.front.discipline=lifo", "",
                "expected fifo, priority, preemptive, sharing, weighted, fair, fair-queues or "
                "unlimited");
    check_wrong("compute.front.discipline=fair-queues", "",
                "pool \"front\" is divided among queues and has more than one core");
    check_wrong("compute.front={site: hall, discipline: fair-queues, during: {late: {cores: 2}}}",
                "", "has more than one core");
    check_wrong("compute.front={site: hall, hosts: 2, discipline: unlimited}", "",
                "pool \"front\" has hosts and is unlimited");
    check_wrong("compute.front={site: hall, discipline: unlimited, during: {late: {cores: 2}}}", "",
                "pool \"front\" has cores during \"late\" and is unlimited");
    check_wrong("desks.help.discipline=sharing", "", "expected fifo or priority");
    check_wrong("compute.zone.during={late: {hosts: 20000000}}", "", "expected at most 10000000");
    check_wrong("compute.zone.during={late: {hosts: 10000, cores: 10000}}", "",
                "10000 hosts of 10000 cores");
}

Test(stations_described, weights_of_partners)
{
    static const struct {
        const char *weights;
        double a, b;
    } cases[] = {
        {"compute.front={site: hall, discipline: fair}", 1, 1},
        {"compute.front={site: hall, discipline: fair, weights: equal}", 1, 1},
        {"compute.front={site: hall, discipline: fair, weights: {a: 2, b: 0.5}}", 2, 0.5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct description *d = town_with(cases[i].weights);
        cr_expect_eq(d->pool[FRONT].weight[0], cases[i].a, "%s", cases[i].weights);
        cr_expect_eq(d->pool[FRONT].weight[1], cases[i].b, "%s", cases[i].weights);
        description_free(d);
    }
    static const char *const by[] = {"population", "staff", "counts.shops"};
    static const double expected[][2] = {{100, 300}, {50, 10}, {5, 7}};
    for (size_t i = 0; i < 3; i++) {
        char set[100];
        snprintf(set, sizeof set, "compute.front={site: hall, discipline: fair, weights: %s}",
                 by[i]);
        struct description *d = town_with(set);
        cr_expect_eq(d->pool[FRONT].weight[0], expected[i][0], "%s", by[i]);
        cr_expect_eq(d->pool[FRONT].weight[1], expected[i][1], "%s", by[i]);
        cr_expect_eq(d->pool[FRONT].weight[2], 1, "of one who asks for nothing");
        description_free(d);
    }
}

Test(stations_described, wrong_weights)
{
    check_wrong("compute.front.weights=staff", "",
                "pool \"front\" has weights of partners and discipline fifo");
    check_wrong("compute.front={site: hall, discipline: fair, weights: staffs}", "",
                "weights \"staffs\"; expected equal, population, staff, counts.NAME, or numbers");
    static const char *const guests[] = {
        "compute.front={site: hall, discipline: fair, weights: population}",
        "workloads.w.partners=[a, guest]"};
    check_settings(guests, 2, "partner \"guest\" has no \"population\"");
    static const char *const none[] = {
        "compute.front={site: hall, discipline: fair, weights: staff}",
        "workloads.w.partners=[a, guest]"};
    check_settings(none, 2,
                   "partner \"guest\" asks for what pool \"front\" provides, where it has no "
                   "weight");
    check_wrong("compute.front={site: hall, discipline: fair, weights: {a: 1}}", "",
                "partner \"b\" asks for what pool \"front\" provides, where it has no weight");
    check_wrong("compute.front={site: hall, discipline: fair, weights: {a: 1, c: 2}}", "",
                "\"c\" is not defined; expected a partner");
    check_wrong("compute.front={site: hall, discipline: fair, weights: {a: 1, b: 2, guest: 0}}", "",
                "zero");
    check_wrong("compute.front={site: hall, discipline: fair, weights: [a, b]}", "",
                "a list stands here");
}

Test(stations_described, room)
{
    struct description *d = town_with("compute.front.room=40");
    cr_assert_eq(d->pool[FRONT].room, 40);
    cr_assert_not(d->pool[FRONT].blocks);
    description_free(d);
    static const char *const sets[] = {"desks.help.room=9", "desks.help.full=block"};
    d = town(sets, 2);
    cr_assert_eq(d->pool[HELP].room, 9);
    cr_assert(d->pool[HELP].blocks);
    description_free(d);
}

Test(stations_described, wrong_room)
{
    check_wrong("compute.front.room=0", "", "whole number from 1");
    check_wrong("compute.front.room=20000000", "", "room for 20000000 jobs; expected at most");
    check_wrong("compute.front.full=block", "",
                "\"front\" says what happens where it is full, and has room for any number");
    check_wrong("compute.front={site: hall, discipline: sharing, room: 3}", "",
                "\"front\" has a room and discipline sharing, which holds any number of jobs");
    check_wrong("compute.front={site: hall, room: 3, full: wait}", "", "expected refuse or block");
}

/* front, zone and help stand at one site, and jobs go from each to the next. */
Test(stations_described, who_blocks_whom)
{
    static const char *const way[] = {"compute.zone.room=5", "compute.zone.full=block",
                                      "desks.help.room=5", "desks.help.full=block"};
    description_free(town(way, 4)); /* front waits for zone, zone for help: no circle */
}

Test(stations_described, blocking_in_a_circle)
{
#define BOTH                                                                                       \
    "compute.front.room=5", "compute.front.full=block", "compute.zone.room=5",                     \
        "compute.zone.full=block"
    static const char *const circle[] = {
        BOTH, "services.ask.steps=[{compute: app, work: 1 s}, {compute: sort, work: 1 s}, {choice: "
              "[{share: 50 %}, {share: 50 %, steps: [{compute: app, work: 1 s}]}]}]"};
    check_settings(circle, 5,
                   "jobs of \"front\" wait for room at \"zone\", whose jobs wait for room at "
                   "\"front\" again: a circle");
    static const char *const loop[] = {
        BOTH, "services.ask.steps=[{loop: [{compute: app, work: 1 s}, {compute: sort, work: 1 "
              "s}], again: 1 %}]"};
    check_settings(loop, 5, "\"zone\", whose jobs wait for room at \"front\" again");
    static const char *const itself[] = {
        BOTH, "services.ask.steps=[{compute: app, work: 1 s, times: 2}]"};
    check_settings(itself, 5, "jobs of \"front\" wait for room at \"front\" again");
    /* a loop that waits in between, or has one pass, closes none */
    static const char *const waits[] = {
        BOTH,
        "services.ask.steps=[{compute: app, work: 1 s}, {loop: [{delay: 1 s}, {compute: sort, "
        "work: 1 s}, {compute: app, work: 1 s}, {delay: 1 s}], times: 3}]"};
    description_free(town(waits, 5));
    static const char *const between[] = {
        BOTH, "services.ask.steps=[{compute: app, work: 1 s}, {loop: [{delay: 1 s}], times: 3}, "
              "{compute: app, work: 1 s}]"};
    description_free(town(between, 5));
    static const char *const pass[] = {
        BOTH, "services.ask.steps=[{loop: [{compute: app, work: 1 s}, {compute: sort, work: 1 s}], "
              "times: 1}]"};
    description_free(town(pass, 5));
    /* what travels, waits or is read lets its server go */
    static const char *const apart[] = {
        BOTH, "services.ask.steps=[{compute: app, work: 1 s}, {delay: 1 s}, {compute: sort, work: "
              "1 s}, {read: db, size: 1 KB}, {compute: app, work: 1 s}]"};
    description_free(town(apart, 5));
    static const char *const fork[] = {
        BOTH, "services.ask.steps=[{compute: app, work: 1 s}, {fork: [{steps: [{compute: sort, "
              "work: 1 s}]}, {steps: [{compute: sort, work: 1 s}]}]}, {compute: app, work: 1 s}]"};
    description_free(town(fork, 5));
    /* so does one that leaves for another site */
    static const char *const moved[] = {
        BOTH, "compute.zone.site=barn",
        "services.ask.steps=[{loop: [{compute: app, work: 1 s}, {compute: sort, work: 1 s}], "
        "again: 1 %}]"};
    description_free(town(moved, 6));
}

static void assert_capacity(const struct pool *p, size_t i, psn_time at, int64_t servers,
                            double speed)
{
    cr_assert_lt(i, p->n_capacities);
    cr_expect_eq(p->capacity[i].at, at, "%zu: at %lld", i, (long long)p->capacity[i].at);
    cr_expect_eq(p->capacity[i].servers, servers, "%zu: %lld servers", i,
                 (long long)p->capacity[i].servers);
    cr_expect_eq(p->capacity[i].speed, speed, "%zu: speed %g", i, p->capacity[i].speed);
}

Test(stations_described, people_in_shifts)
{
    struct description *d = town(NULL, 0);
    const struct pool *help = &d->pool[HELP];
    cr_assert_eq(help->hosts, 9, "7 and 2 between 17 and 18 h");
    cr_assert_eq(help->cores, 1);
    cr_assert_eq(help->n_capacities, 17, "four a day from 0 on");
    for (size_t day = 0; day < 4; day++) {
        psn_time midnight = (psn_time)day * PSN_DAY;
        assert_capacity(help, 4 * day, day == 0 ? 0 : midnight - 4 * PSN_HOUR, 0, 1);
        assert_capacity(help, 4 * day + 1, midnight + 8 * PSN_HOUR, 7, 1);
        assert_capacity(help, 4 * day + 2, midnight + 17 * PSN_HOUR, 9, 1);
        assert_capacity(help, 4 * day + 3, midnight + 18 * PSN_HOUR, 2, 1);
    }
    assert_capacity(help, 16, 3 * PSN_DAY + 20 * PSN_HOUR, 0, 1);
    description_free(d);
    d = town_with("desks.help.people=4");
    cr_assert_eq(d->pool[HELP].hosts, 4);
    cr_assert_eq(d->pool[HELP].n_capacities, 0);
    description_free(d);
    d = town_with("desks.help.people=0");
    cr_assert_eq(d->pool[HELP].hosts, 1);
    cr_assert_eq(d->pool[HELP].n_capacities, 1);
    assert_capacity(&d->pool[HELP], 0, 0, 0, 1);
    description_free(d);
    d = town_with("desks.help.people={office: 1 per 25 staff}");
    cr_assert_eq(d->pool[HELP].hosts, 3, "60 staff of a and b");
    description_free(d);
    d = town_with("desks.help.wrap-up=exp(1 min)");
    cr_assert(d->pool[HELP].wraps_up);
    cr_assert_eq(d->pool[HELP].wrap_up.mean.value, 60e9);
    cr_assert_eq(d->pool[HELP].wrap_up.law.kind, LAW_EXP);
    description_free(d);
}

Test(stations_described, capacity_by_hours)
{
    struct description *d =
        town_with("compute.front.during={night: {hosts: 1}, late: {cores: 3, speed: 1.5}}");
    const struct pool *front = &d->pool[FRONT];
    cr_assert_eq(front->hosts, 2);
    cr_assert_eq(front->cores, 2);
    cr_assert_eq(front->n_capacities, 13);
    assert_capacity(front, 0, 0, 2, 1);
    assert_capacity(front, 1, 8 * PSN_HOUR, 4, 1);
    assert_capacity(front, 2, 17 * PSN_HOUR, 6, 1.5);
    assert_capacity(front, 3, 20 * PSN_HOUR, 2, 1);
    assert_capacity(front, 4, 32 * PSN_HOUR, 4, 1);
    description_free(d);
    /* hours that change nothing are none, and those of all the time are a change at its beginning
     */
    d = town_with("compute.front.during={late: {cores: 2}}");
    cr_assert_eq(d->pool[FRONT].n_capacities, 0);
    description_free(d);
    static const char *const always[] = {"hours.night=daily 00:00-24:00",
                                         "compute.front.during={night: {hosts: 3}}"};
    d = town(always, 2);
    cr_assert_eq(d->pool[FRONT].n_capacities, 1);
    assert_capacity(&d->pool[FRONT], 0, 0, 6, 1);
    description_free(d);
}

Test(stations_described, wrong_shifts)
{
    check_wrong("compute.front.during={office: {hosts: 3}, late: {hosts: 1}}", "",
                "the hours \"late\" and \"office\" of pool \"front\" are both open on 2011-09-05 "
                "17:00");
    check_wrong("compute.front.during={noon: {hosts: 3}}", "",
                "\"noon\" is not defined; expected an entry of `hours`");
    check_wrong("compute.front.during={late: {hosts: 0}}", "", "whole number from 1");
    check_wrong("compute.front.during={late: {speed: 0}}", "", "zero");
    check_wrong("compute.front.during={late: {room: 1}}", "", "\"room\" is no key here");
    check_wrong("desks.help.people={noon: 3}", "", "\"noon\" is not defined");
    check_wrong("desks.help.people={}", "", "holds an empty map");
    check_wrong("desks.help.people={late: -1}", "", "negative");
    check_wrong("desks.help.people=2.5", "", "whole number");
    check_wrong("desks.help.people={late: 1 per 10 population}", "",
                "partner \"guest\" has no \"population\"");
    check_wrong("desks.help.people=none", "", "`people` is missing");
    check_wrong("desks.help.wrap-up=1 per 10 staff", "", "expected a time");
    check_wrong("desks.help.skills=law", "", "`skills` is part of the language but not built");
}

Test(stations_described, names_are_of_one_thing)
{
    char *mistakes;
    static const char text[] =
        "psnsim: 1\ntime: {start: 2011-09-05, horizon: 1 d}\nsites: {s: {}}\n"
        "compute: {x: {site: s}}\ndesks: {x: {site: s, people: 1}}\n"
        "arrangements: {a: {hosting: {}}}\n";
    cr_assert_null(describing(text, NULL, 0, &mistakes));
    cr_assert_not_null(strstr(mistakes, "\"x\" of desks has the name of an entry of compute at "
                                        "test.yaml:4:11"),
                       "%s", mistakes);
    free(mistakes);
}
