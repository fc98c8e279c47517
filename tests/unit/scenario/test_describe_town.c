/* SPDX-License-Identifier: Apache-2.0
 * Desks, patience and loops in steps, faults, and the objectives of stations, as a description, by
 * hand; and each mistake in them. */
#include "town.h"

Test(town_described, steps_at_desks)
{
    struct description *d = town(NULL, 0);
    const struct step *s = d->service[0].step;
    cr_assert_eq(d->service[0].n_steps, 5);
    cr_assert_eq(s[2].verb, STEP_DESK);
    cr_assert_str_eq(d->role[s[2].role], "people");
    cr_assert_eq(s[2].amount.mean.value, 300e9);
    cr_assert(s[2].impatient);
    cr_assert_eq(s[2].patience.mean.value, 180e9);
    cr_assert_eq(s[2].patience.law.kind, LAW_EXP);
    cr_assert_eq(s[2].times, 1);
    cr_assert_not(s[0].impatient);
    description_free(d);
    d = town_with("services.ask.steps=[{desk: people, work: 1 s, patience: none}, {compute: app, "
                  "work: 1 s, patience: 0 s}]");
    cr_assert_not(d->service[0].step[0].impatient);
    cr_assert(d->service[0].step[1].impatient, "who finds nobody free leaves at once");
    description_free(d);
}

Test(town_described, loops)
{
    struct description *d = town(NULL, 0);
    const struct step *s = d->service[0].step;
    cr_assert_eq(s[3].verb, STEP_LOOP);
    cr_assert_eq(s[3].times, 3);
    cr_assert_eq(s[3].again, 0);
    cr_assert_eq(s[3].n_branches, 1);
    cr_assert_eq(s[3].branch->n_steps, 2);
    cr_assert_eq(s[3].branch->share, 1);
    cr_assert_eq(s[3].branch->step[0].verb, STEP_READ);
    cr_assert_str_eq(d->role[s[3].branch->step[0].role], "db", "roles in loops are roles");
    cr_assert_eq(s[4].times, 1);
    cr_assert_float_eq(s[4].again, 0.2, 1e-15);
    cr_assert_eq(d->service[0].n_all, 8);
    description_free(d);
}

/* Not only after a timeout: also where a step may fail. */
Test(town_described, retries)
{
    struct description *d = town_with("services.ask.retries=2");
    cr_assert_eq(d->service[0].retries, 2);
    cr_assert_eq(d->service[0].timeout, 0);
    description_free(d);
    check_wrong(
        "services.plain.retries=2", "",
        "service \"plain\" has retries and no timeout, after which to try again, nor a step "
        "that fails by patience or for want of room");
    static const char *const refused[] = {"services.plain.retries=2", "compute.zone.room=5"};
    description_free(town(refused, 2));
    static const char *const called[] = {
        "services.plain={retries: 2, steps: [{choice: [{share: 1, steps: [{call: ask}]}]}]}"};
    description_free(town(called, 1));
}

Test(town_described, wrong_steps)
{
#define STEPS(list) "services.plain.steps=[" list "]", ""
    check_wrong(STEPS("{loop: [{delay: 1 s}]}"), "a loop with no end; expected one of times: 3");
    check_wrong(STEPS("{loop: [{delay: 1 s}], times: 2, again: 1 %}"),
                "a loop with both \"times\" and \"again\"");
    check_wrong(STEPS("{loop: [{delay: 1 s}], again: 100 %}"),
                "again with 100 %; expected less, for a loop that ends");
    check_wrong(STEPS("{loop: [{delay: 1 s}], times: 2000000}"), "expected at most 1000000");
    check_wrong(STEPS("{loop: [], times: 2}"), "an empty list");
    check_wrong(STEPS("{loop: [{dely: 1 s}], times: 2}"), "\"dely\" is no key here");
    check_wrong(STEPS("{loop: [{times: 2}], times: 2}"), "a step without a verb");
    check_wrong(STEPS("{delay: 1 s, again: 1 %}"),
                "\"again\" does not belong to \"delay\"; expected it with loop");
    check_wrong(STEPS("{delay: 1 s, patience: 1 s}"),
                "\"patience\" does not belong to \"delay\"; expected it with compute or desk");
    check_wrong(STEPS("{delay: 1 s, work: 1 s}"), "expected it with compute or desk");
    check_wrong(STEPS("{desk: people}"), "\"desk\" without \"work\"; expected a time");
    check_wrong(STEPS("{desk: people, work: 1 s, rate: 87 kbit/s}"),
                "\"rate\" does not belong to \"desk\"; expected it with stream");
    check_wrong(STEPS("{compute: app, work: 1 s, desk: people}"),
                "two verbs, \"compute\" and \"desk\"");
    check_wrong(STEPS("{request: 1 KB}, {loop: [{delay: 1 s}, {response: 1 KB}], times: 2}"),
                "this request has no step with a role behind it");
}

Test(town_described, steps_and_their_machines)
{
    static const struct {
        const char *steps, *told;
    } wrong[] = {
        {"services.ask.steps=[{desk: app, work: 1 s}]",
         "service \"ask\" goes to the desk of role \"app\", which pool \"front\" provides; "
         "expected a desk of the section \"desks\""},
        {"services.ask.steps=[{desk: db, work: 1 s}]", "which \"disk\" provides; expected a desk"},
        {"services.ask.steps=[{compute: people, work: 1 s}]",
         "service \"ask\" computes on role \"people\", which desk \"help\" provides; expected a "
         "pool of the section \"compute\""},
        {"services.ask.steps=[{read: people, size: 1 KB}]",
         "service \"ask\" reads role \"people\", which desk \"help\" provides; expected an array"},
        {"services.ask.steps=[{write: app, size: 1 KB}]",
         "service \"ask\" writes role \"app\", which pool \"front\" provides"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        check_settings(&wrong[i].steps, 1, wrong[i].told);
    static const char *const patience[] = {
        "compute.front.discipline=sharing",
        "services.ask.steps=[{compute: app, work: 1 s, patience: 1 s}]"};
    check_settings(patience, 2,
                   "service \"ask\" has patience at pool \"front\", where every job is served at "
                   "once");
}

#define FAULTY(entry) TOWN "faults: {" entry "}\n"

static struct description *faulty(const char *text)
{
    char *mistakes;
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    return d;
}

Test(town_described, faults_at_random)
{
    struct description *d =
        faulty(FAULTY("dig: {of: road, mtbf: exp(2 y), mttr: 8 h, degrade: 25 %}, "
                      "a-dig: {of: [help, disk], mtbf: exp(1 d), mttr: lognormal(1 h cv 2)}"));
    cr_assert_eq(d->n_faults, 3);
    const struct fault *disk = &d->fault[0], *help = &d->fault[1], *road = &d->fault[2];
    cr_assert_str_eq(disk->name, "a-dig/disk");
    cr_assert_str_eq(help->name, "a-dig/help");
    cr_assert_str_eq(road->name, "dig/road");
    cr_assert(road->random && road->exists);
    cr_assert_eq(road->mtbf.mean.value, 2 * 365 * 86400e9);
    cr_assert_eq(road->mtbf.law.kind, LAW_EXP);
    cr_assert_eq(road->mttr.law.kind, LAW_CONST);
    cr_assert_eq(road->degrade, 0.25);
    cr_assert_eq(help->degrade, 0);
    /* stations: front, help, zone, disk, then boxes/1, boxes/2 and road with two directions */
    cr_assert_eq(road->n_stations, 2);
    cr_assert_eq(road->station[0], 8);
    cr_assert_eq(road->station[1], 9);
    cr_assert_eq(help->n_stations, 1);
    cr_assert_eq(help->station[0], HELP);
    cr_assert_eq(disk->station[0], 3);
    cr_assert_eq(road->there.open, 0);
    cr_assert_eq(road->there.close, PSN_NEVER);
    description_free(d);
}

Test(town_described, faults_on_a_date)
{
    struct description *d =
        faulty(FAULTY("flood: {of: hall, at: 2011-09-06T10:00, for: 3 h, until: 2011-09-08}"));
    cr_assert_eq(d->n_faults, 1);
    const struct fault *f = &d->fault[0];
    cr_assert_not(f->random);
    cr_assert_eq(f->scheduled.open, 34 * PSN_HOUR);
    cr_assert_eq(f->scheduled.close, 37 * PSN_HOUR);
    cr_assert_eq(f->there.close, 3 * PSN_DAY);
    cr_assert_eq(f->n_stations, 9, "all pools and desks of the site, both ways of its links");
    for (uint32_t i = 0; i < 3; i++)
        cr_assert_eq(f->station[i], i);
    for (uint32_t i = 3; i < 9; i++)
        cr_assert_eq(f->station[i], i + 1, "not the array of the other site");
    cr_assert_eq(f->n_links, 3);
    description_free(d);
}

Test(town_described, faults_of_groups_hit_each_member)
{
    struct description *d =
        faulty(FAULTY("cut: {of: [boxes, boxes/1, road], at: 2011-09-06, for: 1 h}"));
    cr_assert_eq(d->n_faults, 3, "each once");
    cr_assert_str_eq(d->fault[0].name, "cut/boxes/1");
    cr_assert_str_eq(d->fault[1].name, "cut/boxes/2");
    cr_assert_str_eq(d->fault[2].name, "cut/road");
    cr_assert_eq(d->fault[1].station[0], 6);
    description_free(d);
}

Test(town_described, faults_of_what_is_not_there)
{
    static const char *const sets[] = {"compute.zone.until=2011-09-06"};
    char *mistakes;
    struct description *d =
        describing(FAULTY("f: {of: zone, mtbf: 1 d, mttr: 1 h}"), sets, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert(d->fault[0].exists);
    description_free(d);
    static const char *const away[] = {"compute.zone.only=only", "faults.f.only=only"};
    d = describing(FAULTY("f: {of: zone, mtbf: 1 d, mttr: 1 h}"), away, 2, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert(d->fault[0].exists);
    description_free(d);
    static const char *const late[] = {"faults.f.from=2011-10-01"};
    d = describing(FAULTY("f: {of: zone, mtbf: 1 d, mttr: 1 h}"), late, 1, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_not(d->fault[0].exists, "after the run");
    description_free(d);
}

Test(town_described, wrong_faults)
{
    static const struct {
        const char *fault, *told;
    } list[] = {
        {"faults: {f: {mtbf: 1 d, mttr: 1 h}}\n", "`of` is missing"},
        {"faults: {f: {of: nowhere, mtbf: 1 d, mttr: 1 h}}\n",
         "\"nowhere\" is not defined; expected a link, pool, desk, array or site"},
        {"faults: {f: {of: road}}\n",
         "fault \"f\" has neither a rate of failures nor a date; expected mtbf and mttr, or at and "
         "for"},
        {"faults: {f: {of: road, mtbf: 1 d}}\n", "mtbf without mttr"},
        {"faults: {f: {of: road, mttr: 1 d}}\n", "mttr without mtbf"},
        {"faults: {f: {of: road, at: 2011-09-06}}\n", "at without for"},
        {"faults: {f: {of: road, for: 1 h}}\n", "for without at"},
        {"faults: {f: {of: road, for: 1 h, at: 2011-09-06, mtbf: 1 d, mttr: 1 h}}\n",
         "a failure at random and one on a date"},
        {"faults: {f: {of: road, mtbf: 0 s, mttr: 1 h}}\n", "zero"},
        {"faults: {f: {of: road, mtbf: 1 d, mttr: 1 h, degrade: 100 %}}\n",
         "fault \"f\" leaves all of the speed"},
        {"faults: {f: {of: road, at: 2011-09-06T10:30, for: 1 h}}\n", "whole hour"},
        {"faults: {f: {of: pop, mtbf: 1 d, mttr: 1 h}}\n",
         "\"pop\" has no pool, desk, array or link that could fail"},
        {"faults: {f: {of: box, mtbf: 1 d, mttr: 1 h, degrade: 50 %}}\n",
         "\"box/1\" has no pool, desk or array that could be slower"},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        check_wrong("", list[i].fault, list[i].told);
}

Test(town_described, objectives)
{
    static const struct {
        const char *figure;
        enum figure f;
        double number;
    } cases[] = {
        {"wait mean, at most: 2 min", FIGURE_WAIT_MEAN, 0},
        {"wait p95, at most: 2 min", FIGURE_WAIT_QUANTILE, 0.95},
        {"wait max, at most: 2 min", FIGURE_WAIT_MAX, 0},
        {"wait within 45 s, at least: 80 %", FIGURE_WAIT_WITHIN, 45e9},
        {"wait within 0 s, at least: 20 %", FIGURE_WAIT_WITHIN, 0},
        {"refused, at most: 1 %", FIGURE_REFUSED, 0},
        {"abandoned, at most: 5 %", FIGURE_ABANDONED, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[sizeof TOWN + 200], *mistakes;
        snprintf(text, sizeof text, "%sobjectives: {o: {station: help, figure: %s}}\n", TOWN,
                 cases[i].figure);
        struct description *d = describing(text, NULL, 0, &mistakes);
        cr_assert_null(mistakes, "%s: %s", cases[i].figure, mistakes);
        const struct objective *o = &d->objective[0];
        cr_expect_eq(o->figure, cases[i].f, "%s", cases[i].figure);
        cr_expect_eq(d->target[0].subject, HELP);
        if (o->figure == FIGURE_WAIT_QUANTILE)
            cr_expect_eq(o->quantile, cases[i].number);
        if (o->figure == FIGURE_WAIT_WITHIN)
            cr_expect_eq(o->within, cases[i].number);
        bool time = o->figure <= FIGURE_WAIT_MAX;
        cr_expect(time ? o->limit == 120e9 : o->limit < 1, "%s: limit %g", cases[i].figure,
                  o->limit);
        description_free(d);
    }
}

Test(town_described, wrong_objectives)
{
#define JUDGED(rest) "objectives: {o: {" rest "}}\n"
    check_wrong("", JUDGED("station: help, figure: wait within 45, at least: 80 %"), "unit");
    check_wrong("", JUDGED("station: help, figure: wait within 45 s, at least: 45 s"), "share");
    check_wrong("", JUDGED("station: help, figure: wait p95, at most: 80 %"), "time");
    check_wrong("", JUDGED("station: help, figure: refused mean, at most: 1 %"),
                "\"refused mean\" is no figure; expected");
    check_wrong("", JUDGED("station: help, figure: abandon, at most: 1 %"),
                "did you mean abandoned?");
    check_wrong("", JUDGED("link: road, figure: refused, at most: 1 %"),
                "\"refused\" is no figure of a link; expected utilisation or wait");
    check_wrong("", JUDGED("service: ask, figure: abandoned, at most: 1 %"),
                "\"abandoned\" is no figure of a service; expected response");
    check_wrong("", JUDGED("service: ask, figure: wait within 45 s, at least: 80 %"),
                "\"wait within 45 s\" of a service is not built in this version");
    check_wrong("", JUDGED("station: help, figure: response mean, at most: 1 s"),
                "is no figure of a station; expected utilisation, wait, refused or abandoned");
}
