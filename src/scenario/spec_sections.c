/* SPDX-License-Identifier: Apache-2.0
 * The table of the language: every section and key with its kind of value, default, meaning and an
 * example; the keys of things and demand are in spec_things.c. Read by the checker (spec_check.c),
 * the expansion (expand.c) and the reference. */
#include "scenario/spec_tables.h"

static const struct spec_key common[] = {
    {.name = "like",
     .kind = SPEC_TEXT,
     .example = "lbhf-psn",
     .meaning =
         "Another entry of the same section, whose keys this one takes over where it gives none "
         "of its own (rule 3)."},
    {.name = "only",
     .kind = SPEC_NAMES,
     .section = "arrangements",
     .example = "[shared]",
     .meaning = "The arrangements in which the entry takes part; without it, all."},
    {.name = "label",
     .kind = SPEC_TEXT,
     .idle = true,
     .example = "Hammersmith & Fulham",
     .meaning = "What tables and pictures call it; without it, its name."},
    {.name = "source",
     .kind = SPEC_TEXT,
     .idle = true,
     .example = "census 2011",
     .meaning = "Where the figures come from; kept, and of no effect."},
    {.name = "from",
     .kind = SPEC_DATE,
     .example = "2011-10-01",
     .meaning = "The date, or date and whole hour (2011-10-01T06:00), from which the entry is "
                "there; without it, from "
                "the beginning."},
    {.name = "until",
     .kind = SPEC_DATE,
     .example = "2013-04-01",
     .meaning = "The date, or date and whole hour, from which it is there no more; without it, to "
                "the end."},
    END,
};

static const struct spec_key psnsim[] = {
    {.name = "=",
     .kind = SPEC_WORD,
     .words = "1",
     .required = true,
     .example = "1",
     .meaning = "The version of the language; every file says it."},
    END,
};

static const struct spec_key title[] = {
    {.name = "=",
     .kind = SPEC_TEXT,
     .idle = true,
     .example = "Two councils share a data centre",
     .meaning = "One line that tables and pictures show."},
    END,
};

static const struct spec_key include[] = {
    {.name = "=",
     .kind = SPEC_NAMES,
     .example = "[common.yaml, partners.csv]",
     .meaning =
         "Files with further entries, relative to the file that names them; a name is defined "
         "once over all files."},
    END,
};

static const struct spec_key time_keys[] = {
    {.name = "start",
     .kind = SPEC_DATE,
     .required = true,
     .example = "2014-04-07",
     .meaning = "The civil date, or date and whole hour (2014-04-07T06:00), at which the "
                "simulation begins."},
    {.name = "horizon",
     QUANTITY(TIME, POSITIVE),
     .required = true,
     .example = "1 week",
     .meaning = "How long is simulated, warm-up included."},
    {.name = "warmup",
     QUANTITY(TIME, NOT_NEGATIVE),
     .standard = "0 s",
     .example = "1 d",
     .words = "auto",
     .meaning = "The time at the beginning whose requests count in no figure; `auto`: found by "
                "MSER-5 in a pilot run of each design point."},
    {.name = "interval",
     QUANTITY(TIME, POSITIVE),
     .standard = "15 min",
     .example = "15 min",
     .meaning = "The length of the intervals into which every series is divided; a shorter run is "
                "one interval."},
    LATER("sample"),
    END,
};

static const struct spec_key use[] = {
    {.name = "arrangement",
     .kind = SPEC_REFERENCE,
     .section = "arrangements",
     .standard = "the only one",
     .example = "shared",
     .meaning = "The arrangement in use unless a study or --set says another."},
    LATER("transition"),
    END,
};

static const struct spec_key calendars[] = {
    {.name = "*",
     .kind = SPEC_NAMES,
     .example = "[01-01, easter-2, first Mon May, 12-25]",
     .meaning =
         "A set of days by any name (`holidays` is the one that hours usually leave out): dates, "
         "MM-DD, ranges a..b, easter plus or minus days, first to fourth or last weekday of a "
         "month. In `holidays` an MM-DD on a weekend moves to the next working day."},
    END,
};

static const struct spec_key hours[] = {
    {.name = "=",
     .kind = SPEC_TEXT,
     .example = "Mon-Fri 08:00-18:00 not holidays",
     .meaning =
         "Times of the week, added up by `+`; `not` leaves a set of days of the calendar out."},
    END,
};

static const struct spec_key days_of[] = {
    {.name = "*",
     QUANTITY(NUMBER, NOT_NEGATIVE),
     .words = "weekday weekend saturday sunday",
     .example = "weekend",
     .meaning = "The shape that days of this set take, or a factor on them."},
    END,
};

static const struct spec_key profiles[] = {
    {.name = "weekday",
     .kind = SPEC_HOURLY,
     .required = true,
     .bound = BOUND_NOT_NEGATIVE,
     .example = "[0, 0, 0, 0, 0, 0, 0, .2, .7, 1, 1, .9, .7, .9, 1, .9, .7, .3, .1, 0, 0, 0, 0, 0]",
     .meaning =
         "Monday to Friday, hour by hour: of users, the share signed on; of a rate, the shape, "
         "whose mean over an ordinary week becomes 1."},
    {.name = "weekend",
     .kind = SPEC_HOURLY,
     .bound = BOUND_NOT_NEGATIVE,
     .example = ".02",
     .meaning = "Saturday and Sunday; without it, as on weekdays."},
    {.name = "saturday",
     .kind = SPEC_HOURLY,
     .bound = BOUND_NOT_NEGATIVE,
     .example = ".1",
     .meaning = "Saturday, where it differs from `weekend`."},
    {.name = "sunday",
     .kind = SPEC_HOURLY,
     .bound = BOUND_NOT_NEGATIVE,
     .example = "0",
     .meaning = "Sunday, where it differs from `weekend`."},
    {.name = "vary",
     QUANTITY(SHARE, NOT_NEGATIVE),
     .example = "9 %",
     .meaning =
         "The coefficient of variation of the level from day to day; without it, every day is as "
         "its profile says."},
    {.name = "months",
     .kind = SPEC_MONTHLY,
     .bound = BOUND_NOT_NEGATIVE,
     .example = "[1.1, 1, 1.3, 1.2, 1, .9, .9, .8, 1, 1, 1, .8]",
     .meaning = "A factor on every day of a month, from January on."},
    {.name = "days",
     .kind = SPEC_MAP,
     .record = days_of,
     .example = "{holidays: weekend, christmas: 0.2}",
     .meaning =
         "What becomes of days in a set of the partner's calendar: they take the shape of "
         "`weekday`, `weekend`, `saturday` or `sunday`, or a factor. Of several sets on one day "
         "the last shape counts, and factors multiply."},
    END,
};

static const struct spec_key objectives[] = {
    {.name = "service",
     .one_of = "subject",
     .kind = SPEC_NAMES,
     .section = "services",
     .words = "all",
     .example = "case-work",
     .meaning = "The services that are judged."},
    {.name = "link",
     .one_of = "subject",
     .kind = SPEC_NAMES,
     .section = "links",
     .groups = true,
     .words = "all",
     .example = "all",
     .meaning = "The links that are judged, each direction for itself."},
    {.name = "station",
     .one_of = "subject",
     .kind = SPEC_NAMES,
     .section = "compute desks storage",
     .words = "all",
     .example = "[joint-servers, joint-san]",
     .meaning = "The pools, desks and arrays that are judged."},
    {.name = "class",
     .one_of = "subject",
     .kind = SPEC_NAMES,
     .section = "classes",
     .words = "all",
     .example = "voice",
     .meaning = "The classes whose messages are judged."},
    {.name = "figure",
     .kind = SPEC_TEXT,
     .required = true,
     .example = "response p95",
     .meaning =
         "What is judged: `response` mean, pN, max or within TIME; `utilisation` mean, pN, max or "
         "above SHARE; `wait` mean, pN, max or within TIME; `refused` and `abandoned`, shares of "
         "what arrives at a pool or desk; of a class `delay` mean, pN, max or within TIME, "
         "`jitter` (the mean difference between one message's delay and the next), `jitter p99` "
         "(the delay's 99th percentile less its median), and `loss`."},
    {.name = "at most",
     .one_of = "limit",
     .kind = SPEC_TEXT,
     .example = "2 s",
     .meaning = "The figure may be this or less; its unit is the figure's."},
    {.name = "at least",
     .one_of = "limit",
     .kind = SPEC_TEXT,
     .example = "99 %",
     .meaning = "The figure must be this or more."},
    {.name = "hours",
     .kind = SPEC_TEXT,
     .section = "hours",
     .example = "office",
     .meaning = "When it is judged: an entry of `hours`, or such a text; without it, always."},
    {.name = "per",
     .with = "service class",
     .kind = SPEC_WORD,
     .words = "partner",
     .later_words = "site",
     .example = "partner",
     .meaning = "Judges each partner for itself; without it, all together."},
    LATER("transition"),
    LATER("partner"),
    LATER("sure"),
    LATER("credit"),
    END,
};

static const struct spec_key replications[] = {
    {.name = "at least",
     QUANTITY(NUMBER, WHOLE_POSITIVE),
     .standard = "10",
     .example = "10",
     .meaning = "Each point gets this many in any case: two or more."},
    {.name = "until",
     QUANTITY(SHARE, POSITIVE),
     .required = true,
     .example = "2 %",
     .meaning = "A point has enough once the half-width of the 95 % confidence interval is this "
                "share of the value or less."},
    {.name = "of",
     .kind = SPEC_NAMES,
     .standard = "objectives",
     .example = "[fast, utilisation]",
     .meaning = "Whose intervals: `objectives` (all of them), names of objectives, and figures as "
                "`psnsim show` names them, such as `response p95`."},
    {.name = "at most",
     QUANTITY(NUMBER, WHOLE_POSITIVE),
     .standard = "1000",
     .example = "200",
     .meaning = "No point gets more, precise or not."},
    END,
};

static const struct spec_key study[] = {
    {.name = "seed",
     QUANTITY(NUMBER, WHOLE_POSITIVE),
     .standard = "1",
     .example = "2011",
     .meaning = "The seed of all random streams; another seed is another sample of everything."},
    {.name = "replications",
     QUANTITY(NUMBER, WHOLE_POSITIVE),
     .record = replications,
     .standard = "10",
     .example = "20",
     .meaning =
         "How many independent repetitions each design point gets: a number, or as many as a "
         "precision takes."},
    {.name = "batches",
     QUANTITY(NUMBER, WHOLE_POSITIVE),
     .example = "20",
     .meaning =
         "In place of replications: one long run a point, cut after the warm-up into so many "
         "batches, 2 to 1000, of equal numbers of whole intervals."},
    {.name = "controls",
     .kind = SPEC_WORD,
     .words = "offered none",
     .example = "offered",
     .meaning = "`offered`: means are estimated with the number of requests that arrived as a "
                "control, whose own mean is known where sources are open."},
    {.name = "antithetic",
     .kind = SPEC_WORD,
     .words = "yes no",
     .example = "yes",
     .meaning = "`yes`: replications come in pairs, the second with the mirrored random numbers of "
                "the first; their number is even."},
    {.name = "design",
     .kind = SPEC_WORD,
     .words = "grid points latin-hypercube sobol one-at-a-time morris sensitivity",
     .standard = "grid",
     .example = "latin-hypercube",
     .meaning =
         "How points are made of factors: `grid` takes every combination, `points` those that "
         "`points` lists, `one-at-a-time` the base case and each factor's values alone; "
         "`latin-hypercube` and `sobol` spread `points` evenly; `morris` and `sensitivity` "
         "place them so that it can be said which factors matter."},
    {.name = "points",
     .kind = SPEC_POINTS,
     .example = "100",
     .meaning =
         "Of `latin-hypercube` and `sobol`, how many; of `morris`, walks of as many points as "
         "there are factors and one more; of `sensitivity`, rows of as many and two more. Of "
         "design `points`, the points themselves, `[{demand: 1}, {demand: 1.3}]`, or a CSV "
         "table whose headers are the factors."},
    {.name = "factors",
     .kind = SPEC_CUSTOM,
     .paths = true,
     .example = "{arrangement: [alone, shared], links.county.bandwidth: [100 Mbit/s, 1 Gbit/s]}",
     .meaning =
         "What is varied: a path with its values (`*` stands for any part of a name), "
         "`arrangement`, `demand`, or a name with options of several settings, `{option: {path: "
         "value}}`. A quantity may have a range, `2..8`, `10 Mbit/s..1 Gbit/s log` or `0.5..2 step "
         "0.25`, in place of a list."},
    LATER("against"),
    END,
};

#define LATER_SECTION(section)                                                                     \
    {                                                                                              \
        .name = (section), .later = true                                                           \
    }

static const struct spec_section sections[] = {
    {.name = "psnsim",
     .scalar = true,
     .key = psnsim,
     .example = "psnsim: 1",
     .meaning = "The version of the language, in every file."},
    {.name = "title",
     .scalar = true,
     .key = title,
     .example = "title: Two councils share a data centre",
     .meaning = "One line."},
    {.name = "include",
     .scalar = true,
     .key = include,
     .example = "include: [common.yaml, partners.csv]",
     .meaning = "Further files."},
    {.name = "time",
     .single = true,
     .key = time_keys,
     .example = "time: {start: 2014-04-07, horizon: 8 d, warmup: 1 d, interval: 15 min}",
     .meaning = "What stretch of time is simulated: local civil time without daylight saving."},
    LATER_SECTION("money"),
    {.name = "use",
     .single = true,
     .key = use,
     .example = "use: {arrangement: shared}",
     .meaning = "The base case of every command."},
    {.name = "calendars",
     .key = calendars,
     .example =
         "england: {holidays: [01-01, easter-2, easter+1, first Mon May, last Mon Aug, 12-25]}",
     .meaning = "Sets of days that service hours leave out, and on which profiles differ."},
    {.name = "hours",
     .key = hours,
     .by_name = true,
     .example = "office: Mon-Fri 08:00-18:00 not holidays + Sat 09:00-13:00",
     .meaning = "Hours of the week by name; each entry is a text."},
    {.name = "profiles",
     .key = profiles,
     .by_name = true,
     .example = "flat-week: {weekday: 1, weekend: 0}",
     .meaning = "How demand goes up and down: a step function, one value an hour."},
    {.name = "partners",
     .key = spec_partners,
     .example = "adur: {population: 61182, staff: {civic: 420}, data: {db: {size: 3 TB}}}",
     .meaning = "The bodies that share."},
    {.name = "sites",
     .key = spec_sites,
     .by_name = true,
     .example = "civic: {partner: adur}",
     .meaning = "Places; one with neither people nor machines is a node of the network."},
    {.name = "classes",
     .key = spec_classes,
     .by_name = true,
     .example = "voice: {dscp: EF, queue: strict, limit: 30 %, delay: 100 ms, jitter: 50 ms, loss: "
                "0.1 %}",
     .meaning = "Classes of service, by which links tell messages apart, and pools and desks may "
                "tell jobs."},
    {.name = "links",
     .key = spec_links,
     .example = "county: {between: [civic, town-hall], bandwidth: 100 Mbit/s, delay: 2 ms}",
     .meaning = "Links between two sites; messages take the way of least delay, or of least "
                "`metric`."},
    {.name = "routes",
     .key = spec_routes,
     .example = "south: {from: schools, to: data-centre, via: [core-south]}",
     .meaning = "Routes where that of least cost is not wanted, or several of the same cost are to "
                "share; of two for one pair of sites that which names single ones goes before."},
    {.name = "compute",
     .key = spec_compute,
     .by_name = true,
     .example = "joint-servers: {site: town-hall, hosts: 3, cores: 8, discipline: sharing}",
     .meaning = "Pools of servers."},
    {.name = "storage",
     .key = spec_storage,
     .by_name = true,
     .example = "joint-san: {site: town-hall, capacity: 30 TB, iops: 9000, bandwidth: 8 Gbit/s, "
                "latency: 1 ms}",
     .meaning = "Storage arrays; requests are served first come, first served."},
    {.name = "desks",
     .key = spec_desks,
     .by_name = true,
     .example = "help-desk: {site: town-hall, people: {office: 7}, wrap-up: exp(1 min)}",
     .meaning = "People who serve, by shifts."},
    {.name = "services",
     .key = spec_services,
     .by_name = true,
     .example = "case-work: {steps: [{request: 4 KB}, {compute: app, work: exp(60 ms)}, {read: db, "
                "size: 64 KB, times: 3}, {response: 90 KB}]}",
     .meaning = "Recipes of steps over roles, never over machines."},
    {.name = "workloads",
     .key = spec_workloads,
     .example =
         "case: {service: case-work, users: 59 % of staff, think: exp(45 s), profile: office}",
     .meaning =
         "Who asks for which service, how often: `users` and `think`, or `rate`, or `every`."},
    {.name = "arrangements",
     .key = spec_arrangements,
     .by_name = true,
     .example = "shared: {hosting: {all: {app: joint-servers, db: joint-san}}}",
     .meaning = "Who runs on what."},
    {.name = "transitions", .later = true, .silent = true},
    {.name = "faults",
     .key = spec_faults,
     .example = "dig: {of: county, mtbf: exp(2 y), mttr: exp(8 h)}",
     .meaning = "What fails, at random or on a date, and works slowly or not at all until it is "
                "repaired. Routes lead around links that have failed; hosting stays as it is."},
    {.name = "prices", .later = true, .silent = true},
    LATER_SECTION("costs"),
    LATER_SECTION("contracts"),
    {.name = "objectives",
     .key = objectives,
     .example =
         "fast: {service: case-work, figure: response p95, at most: 2 s, hours: office, per: "
         "partner}",
     .meaning = "Service levels: one of service, link, station or class, a figure, and its limit."},
    {.name = "study",
     .single = true,
     .key = study,
     .example = "study: {seed: 2011, replications: 20, factors: {demand: [0.8, 1.0, 1.3]}}",
     .meaning = "What is varied and how often it is repeated."},
    LATER_SECTION("plan"),
    LATER_SECTION("share"),
    {.name = NULL},
};

const struct spec_section *spec_sections(void)
{
    return sections;
}

const struct spec_key *spec_common(void)
{
    return common;
}
