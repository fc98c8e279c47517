/* SPDX-License-Identifier: Apache-2.0
 * Each mistake that a description can find: the canonical example with one thing changed, the place
 * of the mistake and its words. */
#include <criterion/criterion.h>

#include "describing.h"

struct wrong {
    const char *find, *replace; /* the first occurrence; "" appends */
    const char *told;
};

/* The canonical example with `find` replaced, in memory that the caller frees. */
static char *changed(const struct wrong *w)
{
    const char *text = COUNCILS;
    const char *at = strstr(text, w->find);
    cr_assert_not_null(at, "%s", w->find);
    char *out = malloc(strlen(text) + strlen(w->replace) + 1);
    size_t before = (size_t)(at - text);
    memcpy(out, text, before);
    strcpy(out + before, w->replace);
    strcat(out, at + strlen(w->find));
    return out;
}

static void check(const struct wrong *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *mistakes, *text = changed(&list[i]);
        struct description *d = describing(text, NULL, 0, &mistakes);
        cr_expect_null(d, "%s", list[i].replace);
        cr_expect_not_null(mistakes, "%s", list[i].replace);
        if (mistakes != NULL) {
            cr_expect_not_null(strstr(mistakes, list[i].told), "%s: %s", list[i].replace, mistakes);
            cr_expect_eq(strncmp(mistakes, "test.yaml:", 10), 0, "%s", mistakes);
            cr_expect_eq(strchr(mistakes, '\n')[1], '\0', "more than one: %s", mistakes);
        }
        description_free(d);
        free(mistakes);
        free(text);
    }
}
#define CHECK(list) check(list, sizeof list / sizeof list[0])

/* Fixed times where whole ns matter; laws have whatever mean they say. */
Test(mistakes, short_times)
{
    static const struct wrong list[] = {
        {"delay: 2 ms", "delay: 1.5 ns",
         "a time of 1.5 ns; expected whole ns, in which all times are counted, or 1000 ns at "
         "least"},
        {"latency: 1 ms", "latency: 0.1234 us", "a time of 123.4 ns; expected whole ns"},
        {"think: exp(45 s)", "think: 2.25 ns", "a time of 2.25 ns; expected whole ns"},
    };
    CHECK(list);
    static const struct wrong well[] = {{"delay: 2 ms", "delay: 0.123 us", ""},
                                        {"delay: 2 ms", "delay: 1234.5 ns", ""},
                                        {"think: exp(45 s)", "think: exp(2.25 ns)", ""}};
    for (size_t i = 0; i < sizeof well / sizeof *well; i++) {
        char *mistakes, *text = changed(&well[i]);
        struct description *d = describing(text, NULL, 0, &mistakes);
        cr_expect_not_null(d, "%s: %s", well[i].replace, mistakes);
        description_free(d);
        free(mistakes);
        free(text);
    }
}

Test(mistakes, time)
{
    static const struct wrong list[] = {
        {"2011-09-05", "2011-09-05T08:30", "whole hour"},
        {"2011-09-05", "2011-02-30", "date"},
        {"warmup: 1 d", "warmup: 2 weeks",
         "test.yaml:3:53: the warm-up lasts as long as the horizon"},
        {"interval: 15 min", "interval: 3 weeks", "test.yaml:3:68: the interval is longer"},
        {"interval: 15 min", "interval: 1 s",
         "1209600 intervals in the horizon; expected at most 1000000"},
        {"warmup: 1 d, interval: 15 min", "warmup: auto, interval: 7 h",
         "test.yaml:3:53: 48 intervals in the horizon are too few to find a warm-up in; expected "
         "at least 50"},
        {"warmup: 1 d, interval: 15 min", "warmup: auto, interval: 2 weeks",
         "test.yaml:3:53: 1 interval in the horizon is too few"},
        {"horizon: 2 weeks", "horizon: 101 years", "101 years; expected at most 100 years"},
        {"horizon: 2 weeks", "horizon: 0 s", "0 s"},
    };
    CHECK(list);
}

Test(mistakes, arrangements)
{
    static const struct wrong list[] = {
        {"use: {arrangement: shared}", "use: {arrangement: sharde}", "shared"},
        {"only: [alone]}", "only: [alones]}", "alone"},
    };
    CHECK(list);
}

Test(mistakes, no_arrangement_in_use)
{
    static const struct wrong list[] = {
        {"use: {arrangement: shared}\n", "",
         "2 arrangements and none in use; expected use: {arrangement: alone}"},
    };
    CHECK(list);
    static const char *const none =
        "psnsim: 1\ntime: {start: 2011-09-05, horizon: 1 week}\npartners: {p: {}}\nsites: {s: {}}\n"
        "services: {v: {steps: [{delay: 1 s}]}}\nworkloads: {w: {service: v, at: s, rate: 1 / "
        "s}}\n";
    char *mistakes;
    cr_assert_null(describing(none, NULL, 0, &mistakes));
    cr_assert_not_null(strstr(mistakes, "test.yaml:1:1: no arrangement; expected a section"), "%s",
                       mistakes);
    free(mistakes);
}

/* The only arrangement is in use where nothing says so. */
Test(mistakes, one_arrangement_needs_no_use)
{
    static const char *const text =
        "psnsim: 1\ntime: {start: 2011-09-05, horizon: 1 week}\npartners: {p: {}}\nsites: {s: {}}\n"
        "services: {v: {steps: [{delay: 1 s}]}}\nworkloads: {w: {service: v, at: s, rate: 1 / s}}\n"
        "arrangements: {a: {hosting: {all: {}}}}\n";
    char *mistakes;
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_str_eq(d->arrangement, "a");
    cr_assert_eq(d->n_roles, 0);
    cr_assert_eq(d->source[0].rate_per_s, 1);
    description_free(d);
}

Test(mistakes, hours_and_calendars)
{
    static const struct wrong list[] = {
        {"not holidays,", "not hollidays,",
         "has no set of days \"hollidays\" (did you mean holidays?)"},
        {"Mon-Fri 08:00-18:00", "Mon-Fri 8-18", "test.yaml:6:17: \"8-18\""},
        {"first Mon May", "first May Mon", "\"first May Mon\" is no set of days"},
        {"12-26,", "13-26,", "\"13-26\" is no set of days"},
        {"calendars: {england: {holidays: [01-01, first Mon May, 12-25, 12-26, 2011-09-14]}}\n", "",
         "these hours need a calendar, and there is none"},
        {"calendars: {england:", "calendars: {scotland: {holidays: [11-30]}, england:",
         "no partner names one of those there are"},
        {"hours: office, per", "hours: offices, per", "office"},
        {"hours: office, per", "hours: Mon 8-18, per", "\"8-18\""},
        {"window: nights", "window: night", "nights"},
        {"window: nights", "window: Sun 20:00-21:00 not sundays", "no set of days \"sundays\""},
    };
    CHECK(list);
}

Test(mistakes, partners_with_different_calendars)
{
    char *mistakes;
    static const char *const sets[] = {"calendars.england={holidays: [01-01]}",
                                       "partners.adur.calendar=england",
                                       "partners.worthing.calendar=wales"};
    const struct wrong w = {
        "calendars: {england:", "calendars: {wales: {holidays: [03-01]}, england:", ""};
    char *text = changed(&w);
    struct description *d = describing(text, sets, 3, &mistakes);
    cr_assert_null(d);
    cr_assert_not_null(
        strstr(mistakes, "different ones (\"england\", \"wales\"): not built in this version"),
        "%s", mistakes);
    free(mistakes);
    d = describing(text, sets, 2, &mistakes); /* one names one: that is the calendar */
    cr_assert_null(mistakes, "%s", mistakes);
    description_free(d);
    free(text);
}

Test(mistakes, places)
{
    static const struct wrong list[] = {
        {"staff: {civic: 420}", "staff: {civik: 420}", "civic"},
        {"[town-hall, civic]", "[town-hall, town-hall]", "has site \"town-hall\" at both ends"},
        {"[town-hall, civic]", "[town-hall]", "two"},
        {"[town-hall, civic]", "[town-hall, civik]", "civic"},
        {"hosts: 3", "hosts: 2.5", "2.5"},
        {"hosts: 3", "hosts: 20000000", "expected at most 10000000"},
        {"hosts: 3", "hosts: 5000000", "5000000 hosts of 12 cores"},
        {"discipline: sharing", "discipline: fairly", "fair"},
        {"  internet: {}\n", "  internet: {}\n  vault: {}\n", "\"vault\" is also a role"},
    };
    CHECK(list);
}

Test(mistakes, users_who_give_up)
{
    static const struct wrong list[] = {
        {"  case-work:\n", "  case-work:\n    retries: 2\n",
         "service \"case-work\" has retries and no timeout"},
        {"  case-work:\n", "  case-work:\n    timeout: 0 s\n", "zero"},
        {"  case-work:\n", "  case-work:\n    timeout: 2 s\n    retries: 0.5\n", "whole number"},
        {"  case-work:\n", "  case-work:\n    timeout: 2 s\n    retries: 1001\n",
         "1001 retries; expected at most 1000"},
    };
    CHECK(list);
}

Test(mistakes, steps)
{
    static const struct wrong list[] = {
        {"{request: 4 KB}", "{request: 4 KB, response: 1 KB}",
         "two verbs, \"request\" and \"response\""},
        {"{request: 4 KB}", "{times: 2}", "a step without a verb"},
        {"{request: 4 KB}", "{reqest: 4 KB}", "request"},
        {"{request: 4 KB}", "{call: other}", "\"other\" is not defined; expected a service"},
        {"{request: 4 KB}", "{call: case-work}",
         "service \"case-work\" calls \"case-work\" again, for ever"},
        {"{request: 4 KB}", "{fork: [{steps: [{delay: 1 s}]}]}",
         "a fork of fewer than two branches"},
        {"{request: 4 KB}", "{fork: [{steps: [{delay: 1 s}]}, {steps: []}]}", "an empty list"},
        {"{request: 4 KB}", "{fork: [{steps: [{delay: 1 s}]}, {share: 1, steps: [{delay: 1 s}]}]}",
         "share"},
        {"{compute: app, work: ", "{compute: app, cores: 2, work: ", "cores"},
        {"{compute: app, work: lognormal(60 ms cv 1.5)}", "{compute: app}",
         "\"compute\" without \"work\""},
        {"{compute: app, work:", "{compute: app, size: 1 KB, work:",
         "\"size\" does not belong to \"compute\""},
        {"{read: db, size: 64 KB, times: 3}", "{read: db, size: 64 KB, times: 2000000}",
         "expected at most 1000000"},
        {"{read: db, size: 64 KB, times: 3}", "{read: db}", "\"read\" without \"size\""},
        {"{response: 90 KB}", "{response: 90 KB, times: 2}",
         "\"times\" does not belong to \"response\""},
        {"{share: 70 %}", "{share: 60 %}", "the shares of this choice add up to 0.9; expected 1"},
        {"{share: 70 %}", "{steps: [{delay: 1 s}]}", "share"},
        {"      - {response: 90 KB}\n", "      - {response: 90 KB}\n      - {request: 1 KB}\n",
         "test.yaml:32:9: this request has no step with a role behind it"},
        {"{share: 70 %}", "{share: 70 %, steps: [{request: 1 KB}, {delay: 1 s}, {response: 1 B}]}",
         "this request has no step with a role"},
        {"{share: 70 %}",
         "{share: 70 %, steps: [{request: 1 KB}, {choice: [{share: 1, steps: [{delay: 1 s}, "
         "{response: 1 B}]}]}]}",
         "this request has no step with a role"},
    };
    CHECK(list);
}

/* A request may meet a delay and a choice first, where every branch that does something has a role.
 */
Test(mistakes, a_request_before_a_choice_is_none)
{
    const struct wrong w = {
        "- {request: 4 KB}\n",
        "- {request: 4 KB}\n      - {delay: 1 ms}\n      - choice: [{share: 0.5}, {share: 0.5, "
        "steps: [{delay: 1 s}, {compute: app, work: 1 s}]}]\n",
        ""};
    char *mistakes, *text = changed(&w);
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    description_free(d);
    free(text);
}

/* Told for each partner or step: only that they are told. */
static void check_told(const struct wrong *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char *mistakes, *text = changed(&list[i]);
        cr_expect_null(describing(text, NULL, 0, &mistakes), "%s", list[i].replace);
        cr_expect(mistakes != NULL && strstr(mistakes, list[i].told) != NULL, "%s: %s",
                  list[i].replace, mistakes);
        free(mistakes);
        free(text);
    }
}
#define CHECK_TOLD(list) check_told(list, sizeof list / sizeof list[0])

Test(mistakes, attributes_that_a_partner_lacks)
{
    static const struct wrong list[] = {
        {"cores: 1 per 100 staff", "cores: 1 per counts.desks", "has no counts.desks"},
        {"data: {db: {size: 5 TB}}", "data: {d: {size: 5 TB}}",
         "partner \"worthing\" has no data.db"},
        {"users: 59 % of staff", "users: 59 % of counts.people", "has no counts.people"},
        {"users: 59 % of staff", "users: 1000000000 per staff", "users for partner \"adur\""},
        {"population: 61182, ", "",
         "partner \"adur\" has no \"population\", which this amount needs; expected the partner "
         "to say it"},
    };
    CHECK_TOLD(list);
}

Test(mistakes, hosting)
{
    static const struct wrong list[] = {
        {"all: {app: joint-servers, db: joint-san, vault: internet}",
         "all: {app: joint-servers, db: joint-san}",
         "role \"vault\" of service \"backup\" is hosted nowhere for partner \"adur\" in "
         "arrangement \"shared\""},
        {"all: {app: joint-servers,", "all: {app: joint-san,",
         "computes on role \"app\", which \"joint-san\""},
        {"all: {app: joint-servers,", "all: {app: civic,",
         "computes on role \"app\", which \"civic\""},
        {"all: {app: joint-servers,", "all: {app: adur-servers,",
         "which takes no part in arrangement \"shared\""},
        {"all: {app: joint-servers,", "all: {app: joint-server,", "joint-servers"},
        {"all: {app: joint-servers, db: joint-san,", "all: {app: joint-servers, db: joint-servers,",
         "reads role \"db\", which pool \"joint-servers\""},
        {"all: {app: joint-servers,", "all: {app: [joint-servers, adur-server],", "adur-servers"},
        {"all: {app: joint-servers,", "all: {app: {joint-servers: 50 %, adur-servers: 40 %},",
         "the shares add up to 90 %"},
        {"hosting: {adur:", "hosting: {adurr:", "adur"},
    };
    CHECK_TOLD(list);
}

Test(mistakes, workloads)
{
    static const struct wrong list[] = {
        {"users: 59 % of staff, think", "users: 3, rate: 1 / s, think",
         "has both \"rate\" and \"users\""},
        {"rate: 63 / year per population", "scale: 2", "has none of users, rate and every"},
        {"think: exp(45 s), profile", "profile", "has users who do not think"},
        {"rate: 63 / year per population", "rate: 1 / s, think: 1 s",
         "\"think\" does not go with \"rate\""},
        {"rate: 63 / year per population", "rate: 1 / s, window: nights",
         "\"window\" does not go with \"rate\""},
        {"every: 1 d, window", "every: 1 d, profile: office, window",
         "\"profile\" does not go with \"every\""},
        {"by: db, every", "every", "scheduled workload \"nightly\" does not say who asks"},
        {"by: db, every", "by: dbs, every", "\"dbs\" is no role (did you mean db?)"},
        {"by: db, every", "by: db, at: civic, every", "has both \"at\" and \"by\""},
        {"window: nights", "window: Mon 00:00-01:00 not holidays + 2011-09-05",
         "expected daily, or days"},
        {"every: 1 d", "every: 100 us", "jobs over the horizon; expected at most 10000000"},
        {".7,1,1,.95", ".7,1,1.5,.95", "profile \"office\" has 1.5 at hour 10 of the week"},
        {"service: case-work, users", "service: case-wrok, users", "case-work"},
    };
    CHECK(list);
}

Test(mistakes, a_window_that_never_opens)
{
    static const char *const sets[] = {
        "time.horizon=36 h", "workloads.nightly.window=Sat 08:00-09:00", "time.warmup=1 h"};
    char *mistakes;
    cr_assert_null(describing(COUNCILS, sets, 3, &mistakes));
    cr_assert_not_null(
        strstr(mistakes, "window \"Sat 08:00-09:00\" never opens within the horizon"), "%s",
        mistakes);
    free(mistakes);
}

Test(mistakes, staff_that_is_needed)
{
    static const char *const sets[] = {"partners.adur.staff=none", "workloads.case.users=5",
                                       "compute.joint-servers.cores=4"};
    char *mistakes;
    cr_assert_null(describing(COUNCILS, sets, 3, &mistakes));
    cr_assert_not_null(strstr(mistakes, "where the staff of partner \"adur\" sit, and it has none"),
                       "%s", mistakes);
    free(mistakes);
}

Test(mistakes, objectives)
{
    static const struct wrong list[] = {
        {"figure: response p95", "figure: response q95", "\"response q95\" is no figure"},
        {"figure: response p95", "figure: respons p95", "(did you mean response?)"},
        {"figure: response p95", "figure: response p100", "is no figure"},
        {"figure: response p95", "figure: available",
         "figure \"available\" is not built in this version"},
        {"figure: response p95", "figure: wait within 45 s", "not built in this version"},
        {"figure: response p95", "figure: utilisation p95", "no figure of a service"},
        {"figure: utilisation p95", "figure: response p95", "no figure of a link"},
        {"figure: response p95", "figure: jitter", "no figure of a service"},
        {"figure: utilisation p95", "figure: loss", "no figure of a link"},
        {"figure: response p95", "figure: jitter p95", "\"jitter p95\" is no figure"},
        {"at most: 2 s", "at most: 80 %", "80 %"},
        {"at most: 80 %", "at most: 2 s", "2 s"},
        {"at most: 80 %", "at most: 120 %", "a limit of 120 %"},
        {"at most: 2 s", "at most: 2 s, at least: 1 s", "has two limits"},
        {"at most: 2 s, ", "", "has no limit"},
        {"{link: all", "{link: all, station: all",
         "has several of service, link, station and class"},
        {"{link: all, ", "{", "has none of service, link, station and class"},
        {"{link: all, ", "{per: partner, link: all, ", "\"per\" of a link is not built"},
        {"service: case-work, figure", "service: case-wrok, figure", "case-work"},
    };
    CHECK(list);
}

Test(mistakes, an_objective_that_nobody_asks_for)
{
    static const char *const sets[] = {"objectives.fast.service=idle"};
    const struct wrong w = {"  backup: {steps", "  idle: {steps: [{delay: 1 s}]}\n  backup: {steps",
                            ""};
    char *mistakes, *text = changed(&w);
    cr_assert_null(describing(text, sets, 1, &mistakes));
    cr_assert_not_null(strstr(mistakes, "judges what no workload asks for"), "%s", mistakes);
    free(mistakes);
    free(text);
}

Test(mistakes, study)
{
    static const struct wrong list[] = {
        {"seed: 2011", "seed: -1", "-1"},
        {"seed: 2011", "seed: 9300000000000000000", "9300000000000000000"},
        {"replications: 20", "replications: 2000000", "expected at most 1000000"},
        {"replications: 20", "replications: {at least: 10}", "`until` is missing"},
        {"replications: 20", "replications: {until: 2}", "below 100 %"},
        {"replications: 20", "replications: {until: -2 %}", "-2 %"},
        {"replications: 20", "replications: {until: 2 s}", "2 s"},
        {"replications: 20", "replications: {until: 2 %, at least: 1}", "no confidence interval"},
        {"replications: 20", "replications: {until: 2 %, at least: 1.5}", "1.5"},
        {"replications: 20", "replications: {until: 2 %, at most: 9}",
         "at most 9 replications, but at least 10"},
        {"replications: 20", "replications: {until: 2 %, at most: 2000000}",
         "expected at most 1000000"},
        {"replications: 20", "replications: {until: 2 %, of: []}", "`of` names nothing"},
        {"replications: 20", "replications: {until: 2 %, off: fast}", "(did you mean of?)"},
        {"arrangement: [alone, shared]", "arrangement: [alone, sharde]", "shared"},
        {"links.county.bandwidth: [100 Mbit/s", "links.county.bandwidth: [100 Mbit", "100 Mbit"},
        {"links.county.bandwidth", "links.conty.bandwidth", "(did you mean county?)"},
        {"links.county.bandwidth", "links.county.bandwith", "(did you mean bandwidth?)"},
        {"links.county.bandwidth", "link.county.bandwidth", "(did you mean links?)"},
        {"links.county.bandwidth", "links.county.bandwidth.x", "goes on below a value"},
        {"links.county.bandwidth: [100 Mbit/s, 1 Gbit/s]", "links.county.price: [a]",
         "not built in this version"},
        {"demand: [0.8", "time.horizon: [1 d], demand: [0.8",
         "the study's own frame cannot be a factor"},
        {"demand: [0.8", "demand: [-0.8", "negative"},
        {"demand: [0.8, 1.0, 1.3]", "demand: []", "factor \"demand\" has no values"},
        {"demand: [0.8, 1.0, 1.3]", "load: [1, 2]", "factor \"load\" is no path"},
        {"demand: [0.8, 1.0, 1.3]", "load: {low: 1}", "option \"low\" is a text"},
        {"demand: [0.8, 1.0, 1.3]", "transition: [a]", "not built in this version"},
    };
    CHECK(list);
}

Test(mistakes, too_many_points)
{
    char *text = malloc(200000), *mistakes;
    strcpy(text, COUNCILS);
    char *at = strstr(text, "  factors:");
    at += sprintf(at, "  factors:\n");
    static const char *const paths[] = {"demand", "links.county.delay", "links.web.delay"};
    for (size_t f = 0; f < 3; f++) {
        at += sprintf(at, "    %s: [", paths[f]);
        for (int i = 1; i <= 101; i++)
            at += sprintf(at, f == 0 ? "%d%s" : "%d ms%s", i, i < 101 ? ", " : "]\n");
    }
    cr_assert_null(describing(text, NULL, 0, &mistakes));
    cr_assert_not_null(strstr(mistakes, "more than 1000000 design points"), "%s", mistakes);
    free(mistakes);
    free(text);
}

/* All in one pass. */
Test(mistakes, several_at_once)
{
    static const char *const sets[] = {"time.warmup=3 weeks", "workloads.nightly.by=dbs",
                                       "objectives.roomy.figure=response p95",
                                       "study.replications=1234567"};
    static const char *const told[] = {"the warm-up lasts", "\"dbs\" is no role",
                                       "no figure of a link", "replications; expected at most"};
    char *mistakes;
    cr_assert_null(describing(COUNCILS, sets, 4, &mistakes));
    for (size_t i = 0; i < 4; i++)
        cr_expect_not_null(strstr(mistakes, told[i]), "%s: %s", told[i], mistakes);
    free(mistakes);
}

/* Demand that would silently be lost, or not vary. */
Test(mistakes, demand_that_would_be_lost)
{
    static const struct wrong list[] = {
        {"  internet: {}", "  internet: {only: [alone]}",
         "is asked for at site \"internet\", which takes no part in arrangement \"shared\""},
        {"weekend: .02}", "weekend: .02, vary: 9 %}", "varies from day to day"},
        {"weekend: .02}", "weekend: .02, vary: 2000 %}",
         "varies by 2000 %; expected at most 1000 %"},
    };
    CHECK_TOLD(list);
}

Test(mistakes, factors_that_meet)
{
    static const struct wrong list[] = {
        {"  factors: {", "  factors: {growth: {low: {demand: 1.2}, high: {demand: 1.4}}, ",
         "is set by factor \"demand\" and by factor \"growth\""},
        {"  factors: {", "  factors: {links.*y.bandwidth: [1 Mbit/s], ",
         "is set by factor \"links.*y.bandwidth\" and by factor \"links.county.bandwidth\""},
        {"  factors: {", "  factors: {when: {now: {use.arrangement: alone}}, ",
         "is set by factor \"arrangement\" and by factor \"when\""},
        {"  factors: {", "  factors: {objectives.fast.at most: [1 s, 2 s], ",
         "every point is judged by the same objectives"},
    };
    CHECK_TOLD(list);
}

Test(mistakes, a_recipe_without_end)
{
    size_t n = 1001;
    char *text = malloc(strlen(COUNCILS) + 32 * n), *mistakes;
    const char *at = strstr(COUNCILS, "      - {request: 4 KB}\n");
    size_t before = (size_t)(at - COUNCILS);
    memcpy(text, COUNCILS, before);
    char *end = text + before;
    for (size_t i = 0; i < n; i++)
        end += sprintf(end, "      - {delay: 1 us}\n");
    strcpy(end, at);
    cr_assert_null(describing(text, NULL, 0, &mistakes));
    cr_assert(strstr(mistakes, "service \"case-work\" has more than 1000 steps"), "%s", mistakes);
    free(mistakes);
    free(text);
}
