/* SPDX-License-Identifier: Apache-2.0
 * Groups: their members, the links that join them, people dealt over them, settings of one member,
 * and who sits where in an arrangement. */
#include <criterion/criterion.h>

#include "describing.h"
#include "scenario/groups.h"

#define FRAME                                                                                      \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2014-04-07, horizon: 1 d}\n"                                                    \
    "use: {arrangement: shared}\n"                                                                 \
    "arrangements:\n"                                                                              \
    "  shared: {hosting: {all: {app: pool}}}\n"                                                    \
    "  later: {hosting: {all: {app: pool}}}\n"                                                     \
    "compute: {pool: {site: hall, cores: 4}}\n"                                                    \
    "services: {ask: {steps: [{request: 4 KB}, {compute: app, work: exp(40 ms)}]}}\n"              \
    "partners: {town: {staff: {hall: 5, offices: 10}}}\n"                                          \
    "workloads: {case: {service: ask, rate: 1 / s per staff}}\n"                                   \
    "sites:\n"                                                                                     \
    "  hall: {}\n"                                                                                 \
    "  pops: {count: 3, label: Exchange}\n"                                                        \
    "  schools: {count: 7, partner: town}\n"                                                       \
    "  offices: {like: schools, count: 4}\n"                                                       \
    "links:\n"                                                                                     \
    "  ring: {ring: pops, bandwidth: 1 Gbit/s, delay: 1 ms}\n"                                     \
    "  access: {between: [schools, pops], bandwidth: 10 Mbit/s, delay: 2 ms}\n"                    \
    "  lines: {like: access, between: [offices, hall]}\n"                                          \
    "  trunk: {between: [pops/2, hall], bandwidth: 1 Gbit/s}\n"

static struct description *sound(const char *text, const char *const *sets, size_t n)
{
    char *mistakes;
    struct description *d = describing(text, sets, n, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_not_null(d);
    return d;
}

/* The one line of mistakes that the text gives. */
static void mistake(const char *text, const char *const *sets, size_t n, const char *line)
{
    char *mistakes;
    struct description *d = describing(text, sets, n, &mistakes);
    cr_expect_null(d);
    cr_assert_not_null(mistakes, "no mistake; expected %s", line);
    char *end = strchr(mistakes, '\n');
    cr_expect(end && end[1] == '\0', "expected one line: %s", mistakes);
    cr_expect(strstr(mistakes, line), "%s in place of %s", mistakes, line);
    free(mistakes);
}

static const struct link *find_link(const struct description *d, const char *name)
{
    for (size_t i = 0; i < d->n_links; i++)
        if (strcmp(d->link[i].name, name) == 0)
            return &d->link[i];
    cr_assert(false, "no link %s", name);
    return NULL;
}

static void joins(const struct description *d, const char *link, const char *a, const char *b)
{
    const struct link *l = find_link(d, link);
    cr_expect_str_eq(d->site[l->end[0]].name, a, "%s", link);
    cr_expect_str_eq(d->site[l->end[1]].name, b, "%s", link);
}

Test(groups, members_in_place_of_groups)
{
    struct description *d = sound(FRAME, NULL, 0);
    cr_assert_eq(d->n_sites, 1 + 3 + 7 + 4);
    cr_assert_eq(d->n_links, 3 + 7 + 4 + 1);
    cr_expect_str_eq(d->site[0].name, "hall");
    cr_expect_str_eq(d->site[1].name, "offices/1");
    cr_expect_str_eq(d->site[1].label, "offices/1", "without a label, its name");
    cr_expect_eq(d->site[1].partner, 0, "a key of the group");
    cr_expect_str_eq(d->site[6].name, "pops/2");
    cr_expect_str_eq(d->site[6].label, "Exchange 2");
    cr_expect_eq(find_link(d, "access/7")->bandwidth_bps, 1e7);
    description_free(d);
}

Test(groups, links_are_dealt_like_cards)
{
    struct description *d = sound(FRAME, NULL, 0);
    joins(d, "access/1", "schools/1", "pops/1");
    joins(d, "access/3", "schools/3", "pops/3");
    joins(d, "access/4", "schools/4", "pops/1");
    joins(d, "access/7", "schools/7", "pops/1");
    joins(d, "lines/4", "offices/4", "hall");
    joins(d, "trunk", "pops/2", "hall");
    description_free(d);
}

Test(groups, rings_and_meshes)
{
    struct description *d =
        sound(FRAME "  net: {mesh: [hall, pops, offices/2], bandwidth: 1 Gbit/s}\n"
                    "  loop: {ring: [hall, schools/2, offices/1], bandwidth: 1 Gbit/s}\n"
                    "  pair: {mesh: [hall, schools/2], bandwidth: 1 Gbit/s}\n",
              NULL, 0);
    joins(d, "ring/1", "pops/1", "pops/2");
    joins(d, "ring/2", "pops/2", "pops/3");
    joins(d, "ring/3", "pops/3", "pops/1");
    joins(d, "loop/3", "offices/1", "hall");
    static const char *const ends[10][2] = {{"hall", "pops/1"},      {"hall", "pops/2"},
                                            {"hall", "pops/3"},      {"hall", "offices/2"},
                                            {"pops/1", "pops/2"},    {"pops/1", "pops/3"},
                                            {"pops/1", "offices/2"}, {"pops/2", "pops/3"},
                                            {"pops/2", "offices/2"}, {"pops/3", "offices/2"}};
    for (size_t i = 0; i < 10; i++) {
        char name[16];
        snprintf(name, sizeof name, "net/%zu", i + 1);
        joins(d, name, ends[i][0], ends[i][1]);
    }
    joins(d, "pair/1", "hall", "schools/2");
    cr_expect_eq(d->n_links, 15 + 10 + 3 + 1);
    description_free(d);
}

Test(groups, order_of_the_ends)
{
    struct description *d = sound(FRAME "  out: {between: [pops, offices], bandwidth: 1 Gbit/s}\n"
                                        "  two: {between: [hall, pops], bandwidth: 1 Gbit/s}\n",
                                  NULL, 0);
    joins(d, "out/4", "pops/1", "offices/4"); /* named by the larger, ends as written */
    joins(d, "two/3", "hall", "pops/3");
    description_free(d);
}

Test(groups, a_group_of_one_is_a_group)
{
    static const char *const sets[] = {"sites.schools.count=1"};
    struct description *d = sound(FRAME, sets, 1);
    joins(d, "access/1", "schools/1", "pops/1"); /* now pops is the larger */
    joins(d, "access/3", "schools/1", "pops/3");
    description_free(d);
    static const char *const more[] = {"sites.schools.count=1",
                                       "links.access.between=[schools, pops/3]"};
    d = sound(FRAME, more, 2);
    joins(d, "access/1", "schools/1", "pops/3");
    description_free(d);
}

Test(groups, people_are_dealt_evenly)
{
    static const char *const sets[] = {"partners.town.staff={offices: 10, schools/3: 7, hall: 0}"};
    struct description *d = sound(FRAME, NULL, 0);
    const struct partner *p = &d->partner[0];
    cr_assert_eq(p->n_staff_at, 5);
    cr_expect_eq(p->staff, 15);
    cr_expect_eq(p->staff_at[0].people, 5);
    for (size_t i = 1; i < 5; i++) {
        cr_expect_eq(p->staff_at[i].site, i, "offices stand behind hall");
        cr_expect_eq(p->staff_at[i].people, 2.5, "people are real numbers");
    }
    cr_expect_str_eq(d->source[1].name, "case/town/offices/1");
    cr_expect_eq(d->source[1].rate_per_s, 2.5);
    description_free(d);
    d = sound(FRAME, sets, 1);
    cr_expect_eq(d->partner[0].staff, 17);
    cr_expect_str_eq(d->site[d->partner[0].staff_at[5].site].name, "schools/3");
    description_free(d);
}

/* The users of a workload at the schools; those of the others are told. */
static void check_users(const char *users, const char *demand, const int64_t expected[7])
{
    char set[2][64], at[64];
    snprintf(set[0], sizeof set[0], "workloads.case.users=%s", users);
    snprintf(set[1], sizeof set[1], "demand=%s", demand);
    snprintf(at, sizeof at, "workloads.case.at=%s", "schools");
    const char *sets[] = {set[0], set[1], at, "workloads.case.rate=none",
                          "workloads.case.think=exp(1 s)"};
    struct description *d = sound(FRAME, sets, 5);
    cr_assert_eq(d->n_sources, 7);
    for (size_t i = 0; i < 7; i++) {
        cr_expect_eq(d->source[i].users, expected[i], "%s x %s at %s: %lld", users, demand,
                     d->source[i].name, (long long)d->source[i].users);
        char name[32];
        snprintf(name, sizeof name, "case/town/schools/%zu", i + 1);
        cr_expect_str_eq(d->source[i].name, name);
    }
    description_free(d);
}

Test(groups, workloads_at_every_member)
{
    check_users("12 per site", "1", (int64_t[]){12, 12, 12, 12, 12, 12, 12});
    check_users("12 per site", "0.8", (int64_t[]){10, 10, 10, 10, 10, 10, 10}); /* 9.6: each */
    check_users("72", "1", (int64_t[]){11, 11, 10, 10, 10, 10, 10}); /* 10.29: the whole is dealt */
    check_users("1 per staff", "1", (int64_t[]){3, 2, 2, 2, 2, 2, 2});
}

Test(groups, rates_at_every_member)
{
    static const char *const sets[] = {"workloads.case.at=[schools, offices/2]",
                                       "workloads.case.rate=3 / s per site"};
    struct description *d = sound(FRAME, sets, 2);
    cr_assert_eq(d->n_sources, 8);
    cr_expect_str_eq(d->source[0].name, "case/town/offices/2");
    for (size_t i = 0; i < 8; i++)
        cr_expect_eq(d->source[i].rate_per_s, 3);
    description_free(d);
    static const char *const whole[] = {"workloads.case.at=[schools, offices/2]",
                                        "workloads.case.rate=4 / s"};
    d = sound(FRAME, whole, 2);
    for (size_t i = 0; i < 8; i++)
        cr_expect_eq(d->source[i].rate_per_s, 0.5);
    description_free(d);
}

Test(groups, objectives_judge_all_members)
{
    struct description *d = sound(
        FRAME
        "objectives: {roomy: {link: [trunk, lines], figure: utilisation p95, at most: 80 %}}\n",
        NULL, 0);
    cr_assert_eq(d->n_targets, 2 * 5);
    cr_expect_str_eq(d->target[0].name, "roomy lines/1 to hall");
    cr_expect_str_eq(d->target[1].name, "roomy lines/1 to offices/1");
    cr_expect_str_eq(d->target[9].name, "roomy trunk to pops/2");
    description_free(d);
}

static double bandwidth(const char *const *sets, size_t n, const char *link)
{
    struct description *d = sound(FRAME, sets, n);
    double bps = find_link(d, link)->bandwidth_bps;
    description_free(d);
    return bps;
}

/* What acts on the group acts first, wherever it stands. */
Test(groups, settings_of_members)
{
    static const char *const sets[] = {
        "links.access/7.bandwidth=1 Mbit/s", "links.access.bandwidth=2 Mbit/s",
        "links.*ess/*.bandwidth=3 Mbit/s",   "links.access/6.bandwidth=4 Mbit/s",
        "links.*.bandwidth=5 Mbit/s",
    };
    cr_expect_eq(bandwidth(sets, 1, "access/7"), 1e6);
    cr_expect_eq(bandwidth(sets, 1, "access/6"), 1e7);
    cr_expect_eq(bandwidth(sets, 1, "ring/2"), 1e9);
    cr_expect_eq(bandwidth(sets, 2, "access/7"), 1e6);
    cr_expect_eq(bandwidth(sets, 2, "access/6"), 2e6);
    cr_expect_eq(bandwidth(sets, 3, "access/7"), 3e6, "among members in their order");
    cr_expect_eq(bandwidth(sets, 4, "access/6"), 4e6);
    cr_expect_eq(bandwidth(sets, 4, "lines/1"), 2e6, "like access");
    cr_expect_eq(bandwidth(sets, 5, "access/6"), 4e6, "that star acts on groups");
    cr_expect_eq(bandwidth(sets, 5, "trunk"), 5e6);
    /* a star alone covers members as well */
    static const char *const star[] = {"links.*6.bandwidth=6 Mbit/s"};
    cr_expect_eq(bandwidth(star, 1, "access/6"), 6e6);
    cr_expect_eq(bandwidth(star, 1, "access/5"), 1e7);
}

Test(groups, what_a_member_can_be_given)
{
    static const char *const sets[] = {"links.access/2.between=[pops/3, schools/2]",
                                       "sites.schools/4.partner=none",
                                       "sites.pops/1.label=Hereford", "links.access/5.delay=none"};
    struct description *d = sound(FRAME, sets, 4);
    joins(d, "access/2", "pops/3", "schools/2");
    joins(d, "access/1", "schools/1", "pops/1");
    cr_expect_str_eq(d->site[5].label, "Hereford");
    cr_expect_str_eq(d->site[6].label, "Exchange 2");
    cr_expect_str_eq(d->site[11].name, "schools/4");
    cr_expect_eq(d->site[11].partner, NO_INDEX);
    cr_expect_eq(d->site[10].partner, 0);
    cr_expect_eq(find_link(d, "access/5")->delay, 0, "its default");
    cr_expect_eq(find_link(d, "access/4")->delay, PSN_SECOND / 500);
    description_free(d);
}

Test(groups, settings_of_members_that_are_wrong)
{
    static const struct {
        const char *set, *line;
    } cases[] = {
        {"links.access/8.delay=1 s",
         "\"links.access/8.delay\" names no member; expected one of access/1 to access/7"},
        {"links.access/01.delay=1 s", "names no member; expected one of access/1 to access/7"},
        {"links.access/.delay=1 s", "names no member; expected one of access/1 to access/7"},
        {"links.acces/1.delay=1 s", "names no entry; expected one that the texts define"},
        {"links.trunk/1.delay=1 s", "names a member of what is no group; expected links.trunk"},
        {"links.trunk*x.delay=1 s", "names no entry; expected one that the texts define"},
        {"links.access/*8.delay=1 s", "names no entry; expected one that the texts define"},
        {"links.access/1={}", "is a whole member of a group"},
        {"links.access/1.ring=pops", "a member of a group has no \"ring\""},
        {"links.access/1.like=ring", "a member of a group has no \"like\""},
        {"sites.pops/1.count=3", "a member of a group has no \"count\""},
        {"links.access/1.between=[pops, hall]",
         "\"pops\" is a group of sites; expected one of its sites, such as pops/1"},
        {"links.access/1.between=[pops/4, hall]", "\"pops/4\" is not there"},
        {"links.access/1.bandwidth=none", "`bandwidth` is missing"},
        {"links.access/1.bandwidth=3 ms", "\"3 ms\" is a time"},
        {"links.access/1.bandwith=3 Mbit/s", "\"bandwith\" is no key here"},
        {"compute.pool/1.hosts=3", "names no entry"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        mistake(FRAME, &cases[i].set, 1, cases[i].line);
}

/* Each is told once, at the place of the group's entry. */
Test(groups, mistakes)
{
    static const struct {
        const char *set, *line;
    } cases[] = {
        {"sites.schools.count=2.5", "\"2.5\" is no whole number"},
        {"sites.schools.count=0", "\"0\" is zero"},
        {"sites.schools.count=99999",
         "with \"schools\" all groups together have more than 100000 members; expected fewer"},
        {"sites.schools.count=1e9", "all groups together have more than 100000 members"},
        {"links.ring={mesh: [schools, offices], bandwidth: 1 Gbit/s, ring: hall}",
         "link \"ring\" has both \"ring\" and \"mesh\"; expected one of between, ring and mesh"},
        {"links.ring.ring=none", "link \"ring\" joins nothing"},
        {"links.ring.ring=hall", "a ring of 1 site; expected at least 3 sites"},
        {"links.ring.ring=[hall, pops/1]", "a ring of 2 sites; expected at least 3 sites"},
        {"links.ring.ring=[pops, pops/2]", "\"pops/2\" stands twice in this ring"},
        {"links.ring.ring=[pops, pops]", "\"pops/1\" stands twice in this ring"},
        {"links.ring.ring=[]", "the list is empty"},
        {"links.ring.ring=[pops, hal, offices]", "\"hal\" is not defined"},
        {"links.access.between=[pops, pops]", "link \"access\" has group \"pops\" at both ends"},
        {"links.access.between=[pops/3, pops]",
         "link \"access\" joins group \"pops\" to one of itself, \"pops/3\""},
        {"links.access.between=[schools, pops/4]",
         "\"pops/4\" is not there; expected one of pops/1 to pops/3"},
        {"links.access.between=[schools, pops/x]", "\"pops/x\" is not there"},
        {"links.access.between=[schools, hall/1]",
         "\"hall/1\" is a member of what is no group; expected hall"},
        {"links.access.between=[schools, skools]", "\"skools\" is not defined"},
        {"links.access.delay=200 y", "a time of 200 years; expected at most 100 years"},
        {"compute.pool.site=pops",
         "\"pops\" is a group of sites; expected one of its sites, such as pops/1"},
        {"arrangements.shared.hosting.all.app=pops", "\"pops\" is a group of sites"},
        {"arrangements.shared.hosting.all.app={pool: 50 %, pops: 50 %}",
         "\"pops\" is a group of sites"},
        {"partners.town.staff={schools: 3, schools/2: 1}",
         "\"schools/2\" stands beside its whole group \"schools\"; expected one or the other"},
        {"partners.town.staff={schools/8: 1}", "\"schools/8\" is not there"},
        {"workloads.case.at=[schools, schools/2]", "\"schools/2\" stands twice in \"at\""},
        {"workloads.case.at=ring", "\"ring\" is not defined; expected a site"},
        {"sites.schools.only=[alone]", "\"alone\" is not defined; expected an arrangement"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        mistake(FRAME, &cases[i].set, 1, cases[i].line);
    mistake("psnsim: 1\n"
            "time: {start: 2014-04-07, horizon: 1 d}\n"
            "arrangements: {a: {hosting: {}}}\n"
            "sites: {schools: {count: 2}, schools/1: {}}\n",
            NULL, 0, "test.yaml:4:30: \"schools/1\" is no name");
}

Test(groups, factors_and_their_meetings)
{
    static const struct {
        const char *factors, *line;
    } cases[] = {
        {"{links.access/8.delay: [1 s]}",
         "\"links.access/8.delay\" names no member; expected one of access/1 to access/7"},
        {"{links.access/1.dely: [1 s]}", "ends in an unknown key"},
        {"{links.acess/1.delay: [1 s]}", "names no entry"},
        {"{links.access.delay: [1 s], links.access/1.delay: [2 s]}",
         "\"links.access/1.delay\" is set by factor \"links.access.delay\" and by factor"},
        {"{links.*.delay: [1 s], links.access/1.delay: [2 s]}", "is set by factor"},
        {"{links.access/*.delay: [1 s], links.access/1.delay: [2 s]}", "is set by factor"},
        {"{links.access/*.delay: [1 s], links.access.delay: [2 s]}", "is set by factor"},
    };
    char set[256];
    const char *sets[] = {set};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(set, sizeof set, "study.factors=%s", cases[i].factors);
        mistake(FRAME, sets, 1, cases[i].line);
    }
    snprintf(set, sizeof set, "study.factors=%s",
             "{links.access.delay: [1 s], links.access/1.bandwidth: [1 Mbit/s], "
             "links.access/2.bandwidth: [1 Mbit/s], links.lines/*.delay: [1 s]}");
    struct description *d = sound(FRAME, sets, 1);
    cr_expect_eq(d->n_factors, 4);
    description_free(d);
}

/* A point's settings: those of members come after those of groups. */
Test(groups, settings_of_a_point)
{
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    struct description *d = NULL;
    static const char *const sets[] = {"links.access/2.bandwidth=2 Mbit/s"};
    static const char text[] = FRAME;
    cr_assert_eq(scenario_load_from(describing_fetch, (void *)(uintptr_t)text, "test.yaml", sets, 1,
                                    &s, &all),
                 0);
    struct node three = {.kind = NODE_SCALAR, .text = "3 Mbit/s"};
    struct node four = {.kind = NODE_SCALAR, .text = "4 Mbit/s"};
    struct setting point[] = {{"links.access/3.bandwidth", &three, {0}},
                              {"links.access.bandwidth", &four, {0}}};
    cr_assert_eq(scenario_describe(s, point, 2, &d, &all), 0);
    cr_expect_eq(find_link(d, "access/1")->bandwidth_bps, 4e6);
    cr_expect_eq(find_link(d, "access/2")->bandwidth_bps, 2e6);
    cr_expect_eq(find_link(d, "access/3")->bandwidth_bps, 3e6);
    description_free(d);
    scenario_free(s);
    psn_diagnostics_fini(&all);
}

Test(groups, who_sits_where_in_an_arrangement)
{
    static const char *const apart[] = {
        "arrangements.shared.staff={town: {offices/2: 6, schools: 14}}"};
    struct description *d = sound(FRAME, NULL, 0);
    cr_expect_eq(d->n_sources, 5);
    description_free(d);
    d = sound(FRAME, apart, 1);
    cr_assert_eq(d->n_sources, 8);
    cr_expect_str_eq(d->source[0].name, "case/town/offices/2");
    cr_expect_eq(d->source[0].rate_per_s, 6);
    cr_expect_str_eq(d->source[7].name, "case/town/schools/7");
    cr_expect_eq(d->source[7].rate_per_s, 2);
    cr_expect_eq(d->partner[0].staff, 20, "its staff here");
    description_free(d);
    static const struct {
        const char *set, *line;
    } cases[] = {
        {"arrangements.shared.staff={twn: {hall: 3}}",
         "\"twn\" is not defined; expected a partner"},
        {"arrangements.shared.staff={town: {hal: 3}}", "\"hal\" is not defined; expected a site"},
        {"arrangements.shared.staff={town: {pops: 3, pops/1: 3}}", "stands beside its whole group"},
        {"arrangements.shared.staff={town: {hall: many}}", "\"many\" has no number"},
        {"arrangements.shared.staff={town: 3}", "a text stands here; expected a map"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        mistake(FRAME, &cases[i].set, 1, cases[i].line);
}

/* Told once for all members of a group. */
Test(groups, demand_that_would_be_lost)
{
    static const char *const sets[] = {"workloads.case.at=[schools, hall]",
                                       "sites.schools.only=[later]"};
    mistake(
        FRAME, sets, 2,
        "workload \"case\" of partner \"town\" is asked for at site \"schools/1\", which takes no "
        "part in arrangement \"shared\"");
}
