/* SPDX-License-Identifier: Apache-2.0
 * psnsim check: is a scenario sound, and what do operational laws and queueing theory say of it
 * before any simulation? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/explain.h"
#include "cli/failures_view.h"
#include "cli/fold.h"
#include "cli/job.h"
#include "cli/number.h"
#include "cli/station.h"
#include "cli/theory_view.h"
#include "model/concerns.h"
#include "model/joined.h"

/* What is checked: a study, and the point whose stations are looked at. */
struct check {
    const struct arguments *a;
    const struct study *study;
    const struct description *d;
    struct load_report load;
    struct analysis theory;
    struct failures failures;
    struct joined joined;
    struct concerns concerns;
};

/* How many things of each kind take part. */
struct contents {
    size_t sites, links, pools, desks, arrays;
};

static struct contents existing(const struct description *d)
{
    struct contents n = {0};
    for (size_t i = 0; i < d->n_sites; i++)
        n.sites += d->site[i].exists;
    for (size_t i = 0; i < d->n_links; i++)
        n.links += d->link[i].exists;
    for (size_t i = 0; i < d->n_pools; i++)
        *(d->pool[i].desk ? &n.desks : &n.pools) += d->pool[i].exists;
    for (size_t i = 0; i < d->n_arrays; i++)
        n.arrays += d->array[i].exists;
    return n;
}

static size_t workloads(const struct description *d)
{
    size_t n = 0;
    for (size_t i = 0; i < d->n_workloads; i++)
        n += d->workload[i].exists;
    return n;
}

/* "12 sites", "1 site" */
static void print_count(const char *before, size_t n, const char *what)
{
    printf("%s%zu %s%s", before, n, what, n == 1 ? "" : "s");
}

static void print_contents(const struct check *c)
{
    const struct contents n = existing(c->d);
    printf("%s\n", c->d->title ? c->d->title : c->a->operand);
    print_count("", c->d->n_partners, "partner");
    print_count(", ", n.sites, "site");
    print_count(", ", n.links, "link");
    print_count(", ", n.pools, "compute pool");
    if (n.desks > 0)
        print_count(", ", n.desks, "desk");
    print_count(", ", n.arrays, "storage array");
    print_count(", ", c->d->n_services, "service");
    print_count(", ", workloads(c->d), "workload");
    print_count("\nstudy: ", c->study->n_points, "design point");
    const struct precision *p = &c->study->base->precision;
    if (c->study->base->batches > 0) {
        printf(", %s in %u batches", c->study->n_points == 1 ? "one run" : "one run each",
               c->study->base->batches);
    } else if (p->until > 0) {
        printf(" × %u to", p->at_least);
        print_count(" ", c->study->n_replications, "replication");
        printf(", until %.4g %%", 100 * p->until);
        print_count(" = at most ", c->study->n_runs, "run");
    } else {
        print_count(" × ", c->study->n_replications, "replication");
        print_count(" = ", c->study->n_runs, "run");
    }
    putchar('\n');
    if (c->d->warmup_auto)
        puts("warm-up: found by pilot runs when simulated");
    if (c->a->given[OPTION_POINT])
        printf("Below: point %s of the study", c->a->value[OPTION_POINT]);
    else
        fputs("Below: the base case", stdout);
    for (size_t f = 0; c->a->given[OPTION_POINT] && f < study_factors(c->study); f++) {
        const struct factor *factor = study_factor(c->study, f);
        size_t point = (size_t)arguments_number(c->a, OPTION_POINT, 0);
        printf("%s%s = %s", f ? ", " : ": ", factor->name, study_option(c->study, point, f)->label);
    }
    if (!c->a->given[OPTION_POINT] && c->d->arrangement && *c->d->arrangement)
        printf(", arrangement %s", c->d->arrangement);
    puts(".");
}

/* Which stations have a row: those that are used, of a group's the busiest. `keep` is by station.
 */
static int choose_rows(const struct check *c, bool *keep, size_t *hidden)
{
    size_t n = c->load.n_stations, used = 0;
    char(*text)[STATION_NAME_SIZE] = calloc(n + 1, sizeof *text);
    const char **name = calloc(n + 1, sizeof *name);
    double *weight = calloc(n + 1, sizeof *weight);
    size_t *station = calloc(n + 1, sizeof *station);
    bool *shown = calloc(n + 1, sizeof *shown);
    int code = text && name && weight && station && shown ? 0 : PSN_EMEMORY;
    for (size_t i = 0; !code && i < n; i++) {
        if (!station_is_used(&c->load.station[i]))
            continue;
        model_station_name(c->d, i, text[used], STATION_NAME_SIZE);
        name[used] = text[used];
        weight[used] = c->load.station[i].busiest;
        station[used++] = i;
    }
    if (!code)
        code = fold_rows(name, weight, used, shown, hidden);
    for (size_t i = 0; !code && i < used; i++)
        keep[station[i]] = shown[i];
    free(text);
    free(name);
    free(weight);
    free(station);
    free(shown);
    return code;
}

/* A row for each station that `keep` has; of the others there are `hidden` that are used. */
static int print_loads(const struct check *c, const bool *keep, size_t hidden,
                       const struct view_page *page)
{
    struct table t = {0};
    size_t unused = 0;
    bool scheduled = false;
    table_key(&t, "station", TABLE_LEFT);
    table_column(&t, NULL, "kind", TABLE_LEFT);
    table_column(&t, NULL,
                 c->load.weeks_differ ? "offered over\nhorizon, %" : "offered over\nthe week, %",
                 TABLE_DECIMAL);
    table_column(&t, NULL, "busiest\nhour, %", TABLE_DECIMAL);
    table_column(&t, NULL, "which is", TABLE_LEFT);
    table_column(&t, NULL, "saturates at\ndemand ×", TABLE_DECIMAL);
    for (size_t i = 0; i < c->load.n_stations; i++) {
        const struct station_load *s = &c->load.station[i];
        char name[STATION_NAME_SIZE], hour[16], open[NUMBER_SIZE], busiest[NUMBER_SIZE],
            limit[NUMBER_SIZE];
        if (!station_is_used(s)) {
            unused += s->exists;
            continue;
        }
        if (!keep[i])
            continue;
        scheduled = scheduled || s->jobs[s->busiest_hour];
        model_station_name(c->d, i, name, sizeof name);
        station_hour(s->busiest_hour, hour);
        number_percent(s->open > 0 ? s->open : NAN, open); /* closed work offers no fixed amount */
        number_percent(s->busiest, busiest);
        number_plain(s->saturates, limit);
        table_add(&t, "%s", name);
        table_add(&t, "%s", model_station_kind(c->d, i));
        table_add(&t, "%s", open);
        table_add(&t, "%s", busiest);
        table_add(&t, "%s", hour);
        table_add(&t, "%s", limit);
    }
    view_heading(page, "Stations by operational laws, without simulation");
    int code = table_print(&t, page->out, page->bold);
    view_hidden(hidden, "busiest", page->out);
    if (unused)
        printf("%zu more %s not used.\n", unused, unused == 1 ? "is" : "are");
    if (scheduled)
        puts("A busiest hour with scheduled jobs in it has all that these may take beside the "
             "rest;\n"
             "the bottleneck and the demand at which it saturates are without them.");
    return code;
}

static void print_bottleneck(const struct check *c)
{
    if (c->load.bottleneck == NO_INDEX) {
        bool used = false;
        for (size_t i = 0; i < c->load.n_stations; i++)
            used = used || station_is_used(&c->load.station[i]);
        puts(used ? "\nNothing can be a bottleneck: servers are unlimited."
                  : "\nNo station is used.");
        return;
    }
    const struct station_load *s = &c->load.station[c->load.bottleneck];
    char name[STATION_NAME_SIZE], hour[16], busy[NUMBER_SIZE], limit[NUMBER_SIZE];
    model_station_name(c->d, c->load.bottleneck, name, sizeof name);
    station_hour(s->busiest_hour, hour);
    number_plain(s->busiest * 100, busy);
    number_plain(s->saturates, limit);
    printf("\nThe bottleneck is %s: in the busiest hour, %s, its utilisation is %s %%.\n", name,
           hour, busy);
    if (isfinite(s->saturates))
        printf("It saturates at %s times this demand.\n", limit);
    else
        puts("Demand does not scale what it serves.");
    for (size_t i = 0; i < c->load.n_stations; i++) {
        if (!c->load.station[i].exists || !c->load.station[i].unstable)
            continue;
        model_station_name(c->d, i, name, sizeof name);
        printf("%s is unstable: the work offered to it over the %s is its capacity or more.\n",
               name, c->load.weeks_differ ? "horizon" : "week");
    }
}

/* What threads cannot share of a run, for no delay parts it. */
static void print_joined(const struct check *c)
{
    char text[400];
    if (c->joined.n == 0)
        return;
    joined_say(c->d, &c->joined, text, sizeof text);
    printf("%c%s.\n", 'S', text + 1);
}

/* What is sound and hardly meant, each at its place. */
static void print_concerns(const struct check *c)
{
    for (size_t i = 0; i < c->concerns.n; i++) {
        const struct concern *one = &c->concerns.item[i];
        printf("%s%s:%u:%u: %s.\n", i == 0 ? "\n" : "", one->place.file ? one->place.file : "",
               one->place.line, one->place.column, one->text);
    }
}

static json_t *concerns_json(const struct check *c)
{
    json_t *list = json_array();
    for (size_t i = 0; i < c->concerns.n; i++) {
        const struct concern *one = &c->concerns.item[i];
        json_t *o = json_object();
        json_object_set_new(o, "file", emit_text(one->place.file));
        json_object_set_new(o, "line", json_integer(one->place.line));
        json_object_set_new(o, "column", json_integer(one->place.column));
        json_object_set_new(o, "text", emit_text(one->text));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *joined_json(const struct check *c)
{
    json_t *sites = json_array(), *o = json_object();
    for (size_t i = 0; i < c->joined.n; i++)
        json_array_append_new(sites, emit_text(c->d->site[c->joined.site[i]].name));
    json_object_set_new(o, "sites", sites);
    json_object_set_new(o, "link",
                        c->joined.n ? emit_text(c->d->link[c->joined.link].name) : json_null());
    json_object_set_new(o, "share", c->joined.n ? emit_number(c->joined.share) : json_null());
    return o;
}

static json_t *station_list(const struct check *c)
{
    json_t *all = json_array();
    for (size_t i = 0; i < c->load.n_stations; i++) {
        const struct station_load *s = &c->load.station[i];
        if (!s->exists)
            continue;
        char name[STATION_NAME_SIZE], hour[16];
        model_station_name(c->d, i, name, sizeof name);
        station_hour(s->busiest_hour, hour);
        json_t *o = json_object();
        json_object_set_new(o, "station", emit_text(name));
        json_object_set_new(o, "kind", emit_text(model_station_kind(c->d, i)));
        json_object_set_new(o, "used", json_boolean(station_is_used(s)));
        json_object_set_new(o, "offered", emit_number(s->open));
        json_object_set_new(o, "busiest", emit_number(s->busiest));
        json_object_set_new(o, "busiest_hour", emit_text(hour));
        json_object_set_new(o, "saturates", emit_number(s->saturates));
        json_object_set_new(o, "unstable", json_boolean(s->unstable));
        json_array_append_new(all, o);
    }
    return all;
}

static int print_json(const struct check *c)
{
    const struct contents n = existing(c->d);
    const struct description *d = c->d;
    char name[STATION_NAME_SIZE] = "";
    if (c->load.bottleneck != NO_INDEX)
        model_station_name(d, c->load.bottleneck, name, sizeof name);
    json_t *o = json_object();
    json_object_set_new(o, "title", emit_text(d->title));
    json_object_set_new(o, "study", emit_text(c->study->hash));
    json_object_set_new(o, "partners", json_integer((json_int_t)d->n_partners));
    json_object_set_new(o, "sites", json_integer((json_int_t)n.sites));
    json_object_set_new(o, "links", json_integer((json_int_t)n.links));
    json_object_set_new(o, "compute", json_integer((json_int_t)n.pools));
    json_object_set_new(o, "desks", json_integer((json_int_t)n.desks));
    json_object_set_new(o, "storage", json_integer((json_int_t)n.arrays));
    json_object_set_new(o, "services", json_integer((json_int_t)d->n_services));
    json_object_set_new(o, "workloads", json_integer((json_int_t)workloads(d)));
    json_object_set_new(o, "points", json_integer((json_int_t)c->study->n_points));
    json_object_set_new(o, "replications", json_integer((json_int_t)c->study->n_replications));
    json_object_set_new(o, "arrangement", emit_text(d->arrangement));
    json_object_set_new(o, "warmup_s",
                        d->warmup_auto ? json_null() : json_real((double)d->warmup / PSN_SECOND));
    json_object_set_new(o, "point",
                        c->a->given[OPTION_POINT]
                            ? json_integer((json_int_t)arguments_number(c->a, OPTION_POINT, 0))
                            : json_null());
    json_object_set_new(o, "bottleneck", emit_text(name));
    json_object_set_new(o, "one_process", joined_json(c));
    json_object_set_new(o, "concerns", concerns_json(c));
    json_object_set_new(o, "stations", station_list(c));
    json_object_set_new(o, "theory", theory_json(d, &c->theory));
    json_object_set_new(o, "without_alternative", weak_json(d, &c->failures));
    if (c->a->given[OPTION_FAILURES])
        json_object_set_new(o, "failures", failures_json(d, &c->failures));
    return emit_print(o);
}

static int print_check(const struct check *c)
{
    if (c->a->given[OPTION_JSON])
        return print_json(c);
    struct view_page page = view_stdout();
    size_t hidden = 0;
    bool *keep = calloc(c->load.n_stations + 1, sizeof *keep);
    int code = keep ? choose_rows(c, keep, &hidden) : PSN_EMEMORY;
    if (!code)
        print_contents(c);
    if (!code && c->a->given[OPTION_FAILURES]) {
        code = failures_print(c->d, &c->failures, &page);
    } else if (!code) {
        code = print_loads(c, keep, hidden, &page);
        if (!code) {
            print_bottleneck(c);
            print_joined(c);
            print_concerns(c);
            code = weak_print(c->d, &c->failures, page.out);
        }
        if (!code)
            code = theory_print(c->d, &c->theory, keep, &page);
    }
    free(keep);
    if (code)
        fputs("psnsim: out of memory\n", stderr);
    return code ? EXIT_INCOMPLETE : EXIT_DONE;
}

/* The base case, or the point that is asked for: *d is to be freed where it is not the study's own.
 */
static int look_up(struct check *c, struct description **own, psn_diagnostics *all)
{
    size_t point = (size_t)arguments_number(c->a, OPTION_POINT, 0);
    c->d = c->study->base;
    if (!c->a->given[OPTION_POINT])
        return 0;
    if (point >= c->study->n_points)
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                               "the study has no point %zu; its points are 0 to %zu", point,
                               c->study->n_points - 1);
    int code = study_describe(c->study, point, own, all);
    c->d = *own;
    return code;
}

int command_check(const struct arguments *a)
{
    struct job j;
    int status = job_open(a, true, &j);
    if (status >= 0)
        return status;
    psn_diagnostics all = {0};
    struct check c = {.a = a, .study = j.study};
    struct description *own = NULL;
    int code = look_up(&c, &own, &all);
    if (!code && a->given[OPTION_EXPLAIN]) {
        size_t point =
            a->given[OPTION_POINT] ? (size_t)arguments_number(a, OPTION_POINT, 0) : SIZE_MAX;
        status = explain_print(a, j.study, point);
        description_free(own);
        job_close(&j);
        return status;
    }
    if (!code)
        code = laws_report(c.d, &c.load, &all);
    if (!code)
        code = analysis_make(c.d, &c.load, &c.theory, &all);
    if (!code)
        code = failures_make(c.d, c.theory.at, a->given[OPTION_FAILURES], &c.failures, &all);
    if (!code)
        code = joined_find(c.d, &c.joined, &all);
    if (!code)
        code = concerns_find(c.d, &c.concerns, &all);
    status = job_told(code, &all);
    if (!code)
        status = print_check(&c);
    free(c.joined.site);
    concerns_fini(&c.concerns);
    failures_fini(&c.failures);
    analysis_fini(&c.theory);
    laws_fini(&c.load);
    if (own)
        description_free(own);
    job_close(&j);
    return status;
}
