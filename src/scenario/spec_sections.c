/* SPDX-License-Identifier: Apache-2.0
 * The table of the language: every section and key with its kind of value, default, meaning and an
 * example. Read by the checker (spec_check.c), the expansion (expand.c) and the reference. */
#include "scenario/spec.h"

/* A key of the language that this version does not build. */
#define LATER(key) {.name = key, .later = true}
#define END        {.name = NULL}
/* A quantity's kind, dimension and bound. */
#define QUANTITY(d, b) .kind = SPEC_QUANTITY, .dimension = DIMENSION_##d, .bound = BOUND_##b
#define RANDOM(d, b)   .kind = SPEC_RANDOM, .dimension = DIMENSION_##d, .bound = BOUND_##b

static const struct spec_key common[] = {
    {.name = "like", .kind = SPEC_TEXT, .example = "lbhf-psn",
     .meaning = "Another entry of the same section, whose keys this one takes over where it gives none "
                "of its own (rule 3)."},
    {.name = "only", .kind = SPEC_NAMES, .section = "arrangements", .example = "[shared]",
     .meaning = "The arrangements in which the entry takes part; without it, all."},
    {.name = "label", .kind = SPEC_TEXT, .example = "Hammersmith & Fulham",
     .meaning = "What tables and pictures call it; without it, its name."},
    {.name = "source", .kind = SPEC_TEXT, .example = "census 2011",
     .meaning = "Where the figures come from; kept, and of no effect."},
    LATER("from"),
    LATER("until"),
    END,
};

static const struct spec_key psnsim[] = {
    {.name = "=", QUANTITY(NUMBER, WHOLE_POSITIVE), .required = true, .example = "1",
     .meaning = "The version of the language; every file says it."},
    END,
};

static const struct spec_key title[] = {
    {.name = "=", .kind = SPEC_TEXT, .example = "Two councils share a data centre",
     .meaning = "One line that tables and pictures show."},
    END,
};

static const struct spec_key include[] = {
    {.name = "=", .kind = SPEC_NAMES, .example = "[common.yaml, partners.csv]",
     .meaning = "Files with further entries, relative to the file that names them; a name is defined "
                "once over all files."},
    END,
};

static const struct spec_key time_keys[] = {
    {.name = "start", .kind = SPEC_DATE, .required = true, .example = "2014-04-07",
     .meaning = "The civil date, or date and whole hour, at which the simulation begins."},
    {.name = "horizon", QUANTITY(TIME, POSITIVE), .required = true, .example = "1 week",
     .meaning = "How long is simulated, warm-up included."},
    {.name = "warmup", QUANTITY(TIME, NOT_NEGATIVE), .standard = "0 s", .example = "1 d",
     .later_words = "auto",
     .meaning = "The time at the beginning whose requests count in no figure."},
    {.name = "interval", QUANTITY(TIME, POSITIVE), .standard = "15 min", .example = "15 min",
     .meaning = "The length of the intervals into which every series is divided."},
    LATER("sample"),
    END,
};

static const struct spec_key use[] = {
    {.name = "arrangement", .kind = SPEC_REFERENCE, .section = "arrangements",
     .standard = "the only one", .example = "shared",
     .meaning = "The arrangement in use unless a study or --set says another."},
    LATER("transition"),
    END,
};

static const struct spec_key calendars[] = {
    {.name = "*", .kind = SPEC_NAMES, .example = "holidays: [01-01, easter-2, first Mon May, 12-25]",
     .meaning = "A set of days by any name (`holidays` is the one that hours usually leave out): dates, "
                "MM-DD, ranges a..b, easter plus or minus days, first to fourth or last weekday of a "
                "month."},
    END,
};

static const struct spec_key hours[] = {
    {.name = "=", .kind = SPEC_TEXT, .example = "Mon-Fri 08:00-18:00 not holidays",
     .meaning = "Times of the week, added up by `+`; `not` leaves a set of days of the calendar out."},
    END,
};

static const struct spec_key profiles[] = {
    {.name = "weekday", .kind = SPEC_HOURLY, .required = true, .bound = BOUND_NOT_NEGATIVE,
     .example = "[0, 0, 0, 0, 0, 0, 0, .2, .7, 1, 1, .9, .7, .9, 1, .9, .7, .3, .1, 0, 0, 0, 0, 0]",
     .meaning = "Monday to Friday, hour by hour: of users, the share signed on; of a rate, the shape, "
                "whose mean over an ordinary week becomes 1."},
    {.name = "weekend", .kind = SPEC_HOURLY, .bound = BOUND_NOT_NEGATIVE, .example = ".02",
     .meaning = "Saturday and Sunday; without it, as on weekdays."},
    {.name = "saturday", .kind = SPEC_HOURLY, .bound = BOUND_NOT_NEGATIVE, .example = ".1",
     .meaning = "Saturday, where it differs from `weekend`."},
    {.name = "sunday", .kind = SPEC_HOURLY, .bound = BOUND_NOT_NEGATIVE, .example = "0",
     .meaning = "Sunday, where it differs from `weekend`."},
    {.name = "vary", QUANTITY(SHARE, NOT_NEGATIVE), .example = "9 %",
     .meaning = "The coefficient of variation of the level from day to day; without it, every day is as "
                "its profile says."},
    LATER("months"),
    LATER("days"),
    END,
};

static const struct spec_key staff_at[] = {
    {.name = "*", QUANTITY(NUMBER, NOT_NEGATIVE), .example = "420", .meaning = "People at this site."},
    END,
};

static const struct spec_key counts[] = {
    {.name = "*", QUANTITY(NUMBER, NOT_NEGATIVE), .example = "17", .meaning = "How many of it."},
    END,
};

static const struct spec_key data_set[] = {
    {.name = "size", QUANTITY(SIZE, NOT_NEGATIVE), .required = true, .example = "12 TB",
     .meaning = "How much the partner keeps of it."},
    LATER("growth"),
    END,
};

static const struct spec_key partners[] = {
    {.name = "population", QUANTITY(NUMBER, NOT_NEGATIVE), .example = "182493",
     .meaning = "Residents, for amounts `per population`."},
    {.name = "staff", .kind = SPEC_MAP, .section = "sites", .record = staff_at,
     .example = "{town-hall: 420}",
     .meaning = "People who work at each site; users of a workload sit where the staff sit."},
    {.name = "counts", .kind = SPEC_MAP, .record = counts, .example = "{schools: 102}",
     .meaning = "Any further numbers, for amounts `per counts.NAME`."},
    {.name = "data", .kind = SPEC_MAP, .record = data_set, .example = "{db: {size: 12 TB}}",
     .meaning = "Data that the partner keeps, by role, for sizes `of data.ROLE`."},
    {.name = "calendar", .kind = SPEC_REFERENCE, .section = "calendars", .example = "england",
     .meaning = "The calendar whose days its hours leave out."},
    LATER("growth"),
    LATER("owners"),
    END,
};

static const struct spec_key sites[] = {
    {.name = "partner", .kind = SPEC_REFERENCE, .section = "partners", .example = "adur",
     .meaning = "Whose site it is; it takes part only where this partner does."},
    LATER("count"),
    LATER("pue"),
    LATER("cost"),
    END,
};

static const struct spec_key links[] = {
    {.name = "between", .kind = SPEC_PAIR, .section = "sites", .required = true,
     .example = "[civic, town-hall]", .meaning = "The two sites that it joins; each direction has the "
                                                 "whole bandwidth."},
    {.name = "bandwidth", QUANTITY(BANDWIDTH, POSITIVE), .required = true, .example = "100 Mbit/s",
     .meaning = "The rate of each direction."},
    {.name = "delay", QUANTITY(TIME, NOT_NEGATIVE), .standard = "0 s", .example = "2 ms",
     .meaning = "The propagation delay of each direction."},
    {.name = "partner", .kind = SPEC_REFERENCE, .section = "partners", .example = "adur",
     .meaning = "Whose link it is; it takes part only where this partner does."},
    LATER("ring"),
    LATER("mesh"),
    LATER("buffer"),
    LATER("price"),
    LATER("split"),
    LATER("cost"),
    END,
};

static const struct spec_key compute[] = {
    {.name = "site", .kind = SPEC_REFERENCE, .section = "sites", .required = true,
     .example = "town-hall", .meaning = "Where it stands."},
    {.name = "hosts", QUANTITY(NUMBER, WHOLE_POSITIVE), .attributes = true, .standard = "1",
     .example = "1 per 100 staff",
     .meaning = "How many hosts; tied to an attribute, the sum over the partners hosted there, rounded "
                "up."},
    {.name = "cores", QUANTITY(NUMBER, WHOLE_POSITIVE), .attributes = true, .standard = "1",
     .example = "8", .meaning = "Cores of each host; a job uses one at a time."},
    {.name = "speed", QUANTITY(NUMBER, POSITIVE), .standard = "1", .example = "1.2",
     .meaning = "Work that a core does in a second, in seconds of the work that services state."},
    {.name = "discipline", .kind = SPEC_WORD, .words = "fifo sharing", .later_words = "fair priority",
     .standard = "fifo", .example = "sharing",
     .meaning = "`fifo`: first come, first served; `sharing`: all jobs at once, each at most at one "
                "core's speed."},
    {.name = "partner", .kind = SPEC_REFERENCE, .section = "partners", .example = "adur",
     .meaning = "Whose pool it is; it takes part only where this partner does."},
    LATER("memory"),
    LATER("weights"),
    LATER("quota"),
    LATER("overcommit"),
    LATER("scale"),
    LATER("burst"),
    LATER("power"),
    LATER("price"),
    LATER("cost"),
    END,
};

static const struct spec_key storage[] = {
    {.name = "site", .kind = SPEC_REFERENCE, .section = "sites", .required = true,
     .example = "town-hall", .meaning = "Where it stands."},
    {.name = "capacity", QUANTITY(SIZE, POSITIVE), .example = "30 TB",
     .meaning = "How much it holds; without it, more than enough."},
    {.name = "iops", QUANTITY(NUMBER, POSITIVE), .required = true, .example = "9000",
     .meaning = "Operations a second; a read or write is one operation for each 64 KiB begun."},
    {.name = "bandwidth", QUANTITY(BANDWIDTH, POSITIVE), .required = true, .example = "8 Gbit/s",
     .meaning = "What it transfers at most; a request takes the longer of operations / iops and size / "
                "bandwidth."},
    {.name = "latency", QUANTITY(TIME, NOT_NEGATIVE), .standard = "0 s", .example = "1 ms",
     .meaning = "What every request takes besides, occupying nothing."},
    {.name = "partner", .kind = SPEC_REFERENCE, .section = "partners", .example = "adur",
     .meaning = "Whose array it is; it takes part only where this partner does."},
    LATER("raid"),
    LATER("reads"),
    LATER("cache"),
    LATER("replica"),
    LATER("price"),
    LATER("cost"),
    END,
};

static const struct spec_key steps[24]; /* a choice has steps again */

static const struct spec_key choice[] = {
    {.name = "share", QUANTITY(SHARE, NOT_NEGATIVE), .required = true, .example = "30 %",
     .meaning = "How often this branch is taken; the shares of a choice add up to 1."},
    {.name = "steps", .kind = SPEC_RECORDS, .record = steps, .example = "[{write: db, size: 16 KB}]",
     .meaning = "What is done then; without it, nothing."},
    END,
};

static const struct spec_key steps[24] = {
    {.name = "request", RANDOM(SIZE, NOT_NEGATIVE), .attributes = true, .example = "4 KB",
     .meaning = "A message of this size from the user to the site of the next step's role."},
    {.name = "compute", .kind = SPEC_NAME, .example = "app",
     .meaning = "Moves to this role's pool and does `work` there."},
    {.name = "work", RANDOM(TIME, NOT_NEGATIVE), .attributes = true,
     .example = "lognormal(60 ms cv 1.5)",
     .meaning = "Of `compute`: the time it takes one core of speed 1."},
    {.name = "read", .kind = SPEC_NAME, .example = "db",
     .meaning = "Brings `size` from this role's array to where the job is."},
    {.name = "write", .kind = SPEC_NAME, .example = "db",
     .meaning = "Sends `size` from where the job is to this role's array."},
    {.name = "size", RANDOM(SIZE, NOT_NEGATIVE), .attributes = true, .example = "4 % of data.db",
     .meaning = "Of `read` and `write`: how much."},
    {.name = "times", QUANTITY(NUMBER, WHOLE_POSITIVE), .standard = "1", .example = "3",
     .meaning = "The step is done so many times, one after the other."},
    {.name = "delay", RANDOM(TIME, NOT_NEGATIVE), .example = "exp(2 s)",
     .meaning = "Waits, occupying nothing."},
    {.name = "choice", .kind = SPEC_RECORDS, .record = choice,
     .example = "[{share: 30 %, steps: [{write: db, size: 16 KB}]}, {share: 70 %}]",
     .meaning = "Takes one of several branches at random."},
    {.name = "response", RANDOM(SIZE, NOT_NEGATIVE), .attributes = true, .example = "90 KB",
     .meaning = "A message of this size from where the job is to the user."},
    LATER("call"),
    LATER("desk"),
    LATER("stream"),
    LATER("fork"),
    LATER("cores"),
    LATER("patience"),
    LATER("rate"),
    LATER("for"),
    END,
};

static const struct spec_key services[] = {
    {.name = "steps", .kind = SPEC_RECORDS, .record = steps, .required = true,
     .example = "[{request: 4 KB}, {compute: app, work: exp(60 ms)}, {response: 90 KB}]",
     .meaning = "What one request does, step by step; each step has one verb."},
    LATER("class"),
    LATER("timeout"),
    LATER("retries"),
    END,
};

static const struct spec_key workloads[] = {
    {.name = "service", .kind = SPEC_REFERENCE, .section = "services", .required = true,
     .example = "case-work", .meaning = "What is asked for."},
    {.name = "partners", .kind = SPEC_NAMES, .section = "partners", .words = "all", .standard = "all",
     .example = "[adur, worthing]", .meaning = "Whose demand it is; each partner has its own."},
    {.name = "at", .kind = SPEC_REFERENCE, .section = "sites", .example = "internet",
     .meaning = "The site where the users are; without it (and `by`), where the staff sit, in "
                "proportion."},
    {.name = "by", .kind = SPEC_NAME, .example = "db",
     .meaning = "The role whose machine asks, in place of users: for scheduled jobs."},
    {.name = "users", QUANTITY(NUMBER, NOT_NEGATIVE), .attributes = true, .example = "59 % of staff",
     .meaning = "Closed demand: so many users, each of whom asks, waits for the response, and thinks."},
    {.name = "think", RANDOM(TIME, NOT_NEGATIVE), .example = "exp(45 s)",
     .meaning = "Of `users`: the time from a response to the next request."},
    {.name = "rate", QUANTITY(RATE, NOT_NEGATIVE), .attributes = true,
     .example = "63 / year per population",
     .meaning = "Open demand: requests at random, as a Poisson process of this mean rate over an "
                "ordinary week."},
    {.name = "every", QUANTITY(TIME, POSITIVE), .example = "1 d",
     .meaning = "Scheduled demand: one job in each such period, when the window opens."},
    {.name = "window", .kind = SPEC_TEXT, .section = "hours", .example = "nights",
     .meaning = "Of `every`: the hours in which jobs begin and should end; an entry of `hours`, or such "
                "a text."},
    {.name = "profile", .kind = SPEC_REFERENCE, .section = "profiles", .example = "office",
     .meaning = "How demand goes up and down over the week; without it, it is level."},
    {.name = "scale", QUANTITY(NUMBER, NOT_NEGATIVE), .standard = "1", .example = "1.2",
     .meaning = "A factor on the rate or on the number of users."},
    LATER("growth"),
    LATER("trace"),
    END,
};

static const struct spec_key machine[] = {
    {.name = "*", .kind = SPEC_REFERENCE, .section = "compute storage sites", .none = true,
     .example = "joint-servers", .meaning = "The machine (or site) that provides this role."},
    END,
};

static const struct spec_key hosting[] = {
    {.name = "*", .kind = SPEC_MAP, .record = machine, .none = true,
     .example = "{app: joint-servers, db: joint-san}",
     .meaning = "Who provides each role for this partner; `none`: it takes no part."},
    END,
};

static const struct spec_key arrangements[] = {
    {.name = "hosting", .kind = SPEC_MAP, .section = "partners", .words = "all", .record = hosting,
     .required = true, .example = "{all: {app: joint-servers, db: joint-san}}",
     .meaning = "For each partner, or for `all`, the machine of each role; a partner's own role goes "
                "before that of `all`."},
    {.name = "model", .kind = SPEC_TEXT, .example = "lead authority",
     .meaning = "How the sharing is organised, in words; kept, and of no effect."},
    LATER("staff"),
    LATER("split"),
    LATER("failover"),
    END,
};

static const struct spec_key objectives[] = {
    {.name = "service", .kind = SPEC_NAMES, .section = "services", .words = "all",
     .example = "case-work", .meaning = "The services that are judged."},
    {.name = "link", .kind = SPEC_NAMES, .section = "links", .words = "all", .example = "all",
     .meaning = "The links that are judged, each direction for itself."},
    {.name = "station", .kind = SPEC_NAMES, .section = "compute storage", .words = "all",
     .example = "[joint-servers, joint-san]", .meaning = "The pools and arrays that are judged."},
    {.name = "figure", .kind = SPEC_TEXT, .required = true, .example = "response p95",
     .meaning = "What is judged: `response` mean, pN, max or within TIME; `utilisation` mean, pN, max or "
                "above SHARE; `wait` mean."},
    {.name = "at most", .kind = SPEC_TEXT, .example = "2 s",
     .meaning = "The figure may be this or less; its unit is the figure's."},
    {.name = "at least", .kind = SPEC_TEXT, .example = "99 %",
     .meaning = "The figure must be this or more."},
    {.name = "hours", .kind = SPEC_TEXT, .section = "hours", .example = "office",
     .meaning = "When it is judged: an entry of `hours`, or such a text; without it, always."},
    {.name = "per", .kind = SPEC_WORD, .words = "partner", .later_words = "site", .example = "partner",
     .meaning = "Judges each partner for itself; without it, all together."},
    LATER("class"),
    LATER("transition"),
    LATER("partner"),
    LATER("sure"),
    LATER("credit"),
    END,
};

static const struct spec_key replications[] = {
    LATER("at least"), LATER("until"), LATER("of"), LATER("at most"), END,
};

static const struct spec_key study[] = {
    {.name = "seed", QUANTITY(NUMBER, WHOLE_POSITIVE), .standard = "1", .example = "2011",
     .meaning = "The seed of all random streams; another seed is another sample of everything."},
    {.name = "replications", QUANTITY(NUMBER, WHOLE_POSITIVE), .record = replications,
     .standard = "10", .example = "20",
     .meaning = "How many independent repetitions each design point gets."},
    {.name = "design", .kind = SPEC_WORD, .words = "grid", .standard = "grid", .example = "grid",
     .meaning = "How points are made of factors: `grid` takes every combination."},
    {.name = "factors", .kind = SPEC_CUSTOM,
     .example = "{arrangement: [alone, shared], links.county.bandwidth: [100 Mbit/s, 1 Gbit/s]}",
     .meaning = "What is varied: a path with its values (`*` stands for any part of a name), "
                "`arrangement`, `demand`, or a name with options of several settings, `{option: {path: "
                "value}}`."},
    LATER("points"),
    LATER("against"),
    END,
};

#define LATER_SECTION(section) {.name = section, .later = true}

static const struct spec_section sections[] = {
    {.name = "psnsim", .scalar = true, .key = psnsim, .example = "psnsim: 1",
     .meaning = "The version of the language, in every file."},
    {.name = "title", .scalar = true, .key = title, .example = "title: Two councils share a data centre",
     .meaning = "One line."},
    {.name = "include", .scalar = true, .key = include, .example = "include: [common.yaml, partners.csv]",
     .meaning = "Further files."},
    {.name = "time", .single = true, .key = time_keys,
     .example = "time: {start: 2014-04-07, horizon: 8 d, warmup: 1 d, interval: 15 min}",
     .meaning = "What stretch of time is simulated: local civil time without daylight saving."},
    LATER_SECTION("money"),
    {.name = "use", .single = true, .key = use, .example = "use: {arrangement: shared}",
     .meaning = "The base case of every command."},
    {.name = "calendars", .key = calendars,
     .example = "england: {holidays: [01-01, easter-2, easter+1, first Mon May, last Mon Aug, 12-25]}",
     .meaning = "Sets of days that service hours leave out."},
    {.name = "hours", .key = hours, .by_name = true,
     .example = "office: Mon-Fri 08:00-18:00 not holidays + Sat 09:00-13:00",
     .meaning = "Hours of the week by name; each entry is a text."},
    {.name = "profiles", .key = profiles, .by_name = true,
     .example = "flat-week: {weekday: 1, weekend: 0}",
     .meaning = "How demand goes up and down: a step function, one value an hour."},
    {.name = "partners", .key = partners,
     .example = "adur: {population: 61182, staff: {civic: 420}, data: {db: {size: 3 TB}}}",
     .meaning = "The bodies that share."},
    {.name = "sites", .key = sites, .by_name = true, .example = "civic: {partner: adur}",
     .meaning = "Places; one with neither people nor machines is a node of the network."},
    {.name = "classes", .later = true, .silent = true},
    {.name = "links", .key = links,
     .example = "county: {between: [civic, town-hall], bandwidth: 100 Mbit/s, delay: 2 ms}",
     .meaning = "Links between two sites; messages take the way of least delay."},
    LATER_SECTION("routes"),
    {.name = "compute", .key = compute, .by_name = true,
     .example = "joint-servers: {site: town-hall, hosts: 3, cores: 8, discipline: sharing}",
     .meaning = "Pools of servers."},
    {.name = "storage", .key = storage, .by_name = true,
     .example = "joint-san: {site: town-hall, capacity: 30 TB, iops: 9000, bandwidth: 8 Gbit/s, "
                "latency: 1 ms}",
     .meaning = "Storage arrays; requests are served first come, first served."},
    {.name = "desks", .later = true, .silent = true},
    {.name = "services", .key = services, .by_name = true,
     .example = "case-work: {steps: [{request: 4 KB}, {compute: app, work: exp(60 ms)}, {read: db, "
                "size: 64 KB, times: 3}, {response: 90 KB}]}",
     .meaning = "Recipes of steps over roles, never over machines."},
    {.name = "workloads", .key = workloads,
     .example = "case: {service: case-work, users: 59 % of staff, think: exp(45 s), profile: office}",
     .meaning = "Who asks for which service, how often: `users` and `think`, or `rate`, or `every`."},
    {.name = "arrangements", .key = arrangements, .by_name = true,
     .example = "shared: {hosting: {all: {app: joint-servers, db: joint-san}}}",
     .meaning = "Who runs on what."},
    {.name = "transitions", .later = true, .silent = true},
    LATER_SECTION("faults"),
    {.name = "prices", .later = true, .silent = true},
    LATER_SECTION("costs"),
    LATER_SECTION("contracts"),
    {.name = "objectives", .key = objectives,
     .example = "fast: {service: case-work, figure: response p95, at most: 2 s, hours: office, per: "
                "partner}",
     .meaning = "Service levels: one of service, link or station, a figure, and its limit."},
    {.name = "study", .single = true, .key = study,
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
