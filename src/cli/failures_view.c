/* SPDX-License-Identifier: Apache-2.0
 * What failures of links and sites would do. */
#include "cli/failures_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/emit.h"
#include "cli/fold.h"
#include "cli/number.h"
#include "cli/station.h"
#include "cli/table.h"

/* Names that a sentence or a cell has at most. */
#define NAMED 5
#define CUT   2

/* A link or site, and the routes that are lost with it. */
struct loss {
    const char *name;
    uint32_t routes;
};

static int by_routes(const void *a, const void *b)
{
    const struct loss *x = a, *y = b;
    if (x->routes != y->routes)
        return x->routes < y->routes ? 1 : -1;
    return strcmp(x->name, y->name);
}

/* "county (40 routes), wire (2) and 7 more", the worst first. */
static void print_losses(struct loss *list, size_t n, FILE *out)
{
    qsort(list, n, sizeof *list, by_routes);
    for (size_t i = 0; i < n && i < NAMED; i++)
        fprintf(out, "%s%s (%u%s)",
                i == 0       ? ""
                : i + 1 == n ? " and "
                             : ", ",
                list[i].name, list[i].routes,
                i > 0                 ? ""
                : list[i].routes == 1 ? " route"
                                      : " routes");
    if (n > NAMED)
        fprintf(out, " and %zu more", n - NAMED);
}

int weak_print(const struct description *d, const struct failures *f, FILE *out)
{
    struct loss *list = calloc(d->n_links + d->n_sites + 1, sizeof *list);
    size_t used = 0, links = 0, sites = 0;
    if (!list)
        return PSN_EMEMORY;
    for (size_t i = 0; i < d->n_links; i++) {
        used += f->weak.used[i];
        if (f->weak.by_link[i])
            list[links++] = (struct loss){d->link[i].name, f->weak.by_link[i]};
    }
    for (size_t i = 0; i < d->n_sites; i++)
        if (f->weak.by_site[i])
            list[links + sites++] = (struct loss){d->site[i].name, f->weak.by_site[i]};
    if (links > 0) {
        fprintf(out, "\nLinks in use without an alternative: %zu of %zu: ", links, used);
        print_losses(list, links, out);
        fputs(".\n", out);
    } else if (used > 0) {
        fprintf(out, "\nEvery link in use has an alternative.\n");
    }
    if (sites > 0) {
        fputs("Sites on the way without an alternative: ", out);
        print_losses(list + links, sites, out);
        fputs(".\n", out);
    }
    free(list);
    return 0;
}

static const char *name_of(const struct description *d, const struct failure *f)
{
    return f->site ? d->site[f->index].name : d->link[f->index].name;
}

/* The worse of two failures comes first: which loses more routes, or else loads links more. */
static int by_harm(const void *a, const void *b)
{
    const struct failure *x = *(const struct failure *const *)a,
                         *y = *(const struct failure *const *)b;
    if (x->lost != y->lost)
        return x->lost < y->lost ? 1 : -1;
    if (x->peak.utilisation != y->peak.utilisation)
        return x->peak.utilisation < y->peak.utilisation ? 1 : -1;
    return x < y ? -1 : x > y;
}

/* The failures that are shown: of many that are alike the worst, and no sites at which routes only
 * begin and end. *all counts those of which they are chosen. */
static int choose(const struct description *d, const struct failures *f,
                  const struct failure **list, size_t *n, size_t *hidden)
{
    const char **name = calloc(f->n_items + 1, sizeof *name);
    double *weight = calloc(f->n_items + 1, sizeof *weight);
    bool *keep = calloc(f->n_items + 1, sizeof *keep);
    int code = name && weight && keep ? 0 : PSN_EMEMORY;
    size_t all = 0;
    for (size_t i = 0; i < f->n_items && !code; i++) {
        const struct failure *x = &f->item[i];
        if (x->ways == x->ended)
            continue;
        name[all] = name_of(d, x);
        weight[all] = (double)x->lost * 1e6 + x->peak.utilisation;
        list[all++] = x;
    }
    if (!code)
        code = fold_rows(name, weight, all, keep, hidden);
    for (size_t i = 0; i < all && !code; i++)
        if (keep[i])
            list[(*n)++] = list[i];
    if (!code && *n > 0)
        qsort(list, *n, sizeof *list, by_harm);
    free(name);
    free(weight);
    free(keep);
    return code;
}

static void add_peak(struct table *t, const struct description *d, const struct failures_peak *p)
{
    char name[STATION_NAME_SIZE] = "–", hour[16] = "–", busy[NUMBER_SIZE];
    number_percent(p->direction == NO_INDEX ? (double)NAN : p->utilisation, busy);
    if (p->direction != NO_INDEX && p->utilisation > 0) {
        model_station_name(d, d->n_pools + d->n_arrays + p->direction, name, sizeof name);
        station_hour(p->hour, hour);
    }
    table_add(t, "%s", busy);
    table_add(t, "%s", name);
    table_add(t, "%s", hour);
}

/* Which routes are lost, of the worst failures. */
static void print_cut(const struct description *d, const struct failure *const *list, size_t n,
                      FILE *out)
{
    for (size_t i = 0; i < n && i < NAMED && list[i]->lost > 0; i++) {
        const struct failure *f = list[i];
        fprintf(out, "%sWithout %s %s there is no route from ", i ? "" : "\n",
                f->site ? "site" : "link", name_of(d, f));
        for (size_t k = 0; k < f->lost && k < CUT; k++)
            fprintf(out, "%s%s to %s",
                    k == 0             ? ""
                    : k + 1 == f->lost ? " and "
                                       : ", ",
                    d->site[f->cut[k]->from].name, d->site[f->cut[k]->to].name);
        if (f->lost > CUT)
            fprintf(out, " and %zu more", f->lost - CUT);
        fputs(".\n", out);
    }
}

static int print_table(const struct description *d, const struct failures *f,
                       const struct failure *const *list, size_t n, const struct view_page *page)
{
    struct table t = {0};
    table_key(&t, "failure of", TABLE_LEFT);
    table_column(&t, "routes", "over it", TABLE_RIGHT);
    table_column(&t, "routes", "led around", TABLE_RIGHT);
    table_column(&t, "routes", "lost", TABLE_RIGHT);
    table_column(&t, "the busiest link then", "hour, %", TABLE_DECIMAL);
    table_column(&t, "the busiest link then", "is", TABLE_LEFT);
    table_column(&t, "the busiest link then", "in", TABLE_LEFT);
    table_add(&t, "nothing");
    table_add(&t, "–");
    table_add(&t, "–");
    table_add(&t, "–");
    add_peak(&t, d, &f->normal);
    for (size_t i = 0; i < n; i++) {
        table_add(&t, "%s %s", list[i]->site ? "site" : "link", name_of(d, list[i]));
        table_add(&t, "%zu", list[i]->ways - list[i]->ended);
        table_add(&t, "%zu", list[i]->moved);
        table_add(&t, "%zu", list[i]->lost);
        add_peak(&t, d, &list[i]->peak);
    }
    view_heading(page, "Failures by operational laws, without simulation");
    return table_print(&t, page->out, page->bold);
}

int failures_print(const struct description *d, const struct failures *f,
                   const struct view_page *page)
{
    const struct failure **list = calloc(f->n_items + 1, sizeof(struct failure *));
    size_t n = 0, hidden = 0;
    int code = list ? choose(d, f, list, &n, &hidden) : PSN_EMEMORY;
    size_t shown = n < FOLD_ROWS ? n : FOLD_ROWS;
    if (!code)
        code = print_table(d, f, list, shown, page);
    if (!code) {
        view_hidden(hidden, "worst", page->out);
        if (n > shown)
            fprintf(page->out, "%zu more are not shown, none of them worse; --json has all.\n",
                    n - shown);
        print_cut(d, list, shown, page->out);
        fprintf(page->out,
                "\n%zu routes lead from site to site. Those that begin or end at a failed site are "
                "not counted with it.\nLoads are those of open and closed workloads, each at its "
                "busiest; scheduled jobs take what is left.\n",
                f->n_ways);
        code = weak_print(d, f, page->out);
    }
    free(list);
    return code;
}

static json_t *losses_json(const char *kind, const char *name, uint32_t routes)
{
    json_t *o = json_object();
    json_object_set_new(o, kind, emit_text(name));
    json_object_set_new(o, "routes", json_integer(routes));
    return o;
}

json_t *weak_json(const struct description *d, const struct failures *f)
{
    json_t *o = json_object(), *links = json_array(), *sites = json_array();
    size_t used = 0;
    for (size_t i = 0; i < d->n_links; i++) {
        used += f->weak.used[i];
        if (f->weak.by_link[i])
            json_array_append_new(links, losses_json("link", d->link[i].name, f->weak.by_link[i]));
    }
    for (size_t i = 0; i < d->n_sites; i++)
        if (f->weak.by_site[i])
            json_array_append_new(sites, losses_json("site", d->site[i].name, f->weak.by_site[i]));
    json_object_set_new(o, "links_in_use", json_integer((json_int_t)used));
    json_object_set_new(o, "links", links);
    json_object_set_new(o, "sites", sites);
    return o;
}

static json_t *peak_json(const struct description *d, const struct failures_peak *p)
{
    char name[STATION_NAME_SIZE], hour[16];
    if (p->direction == NO_INDEX || p->utilisation <= 0)
        return json_null();
    model_station_name(d, d->n_pools + d->n_arrays + p->direction, name, sizeof name);
    station_hour(p->hour, hour);
    json_t *o = json_object();
    json_object_set_new(o, "station", emit_text(name));
    json_object_set_new(o, "utilisation", emit_number(p->utilisation));
    json_object_set_new(o, "hour", emit_text(hour));
    return o;
}

static json_t *failure_json(const struct description *d, const struct failure *f)
{
    json_t *o = json_object(), *lost = json_array();
    json_object_set_new(o, f->site ? "site" : "link", emit_text(name_of(d, f)));
    json_object_set_new(o, "routes", json_integer((json_int_t)(f->ways - f->ended)));
    json_object_set_new(o, "rerouted", json_integer((json_int_t)f->moved));
    for (size_t i = 0; i < f->lost; i++) {
        json_t *pair = json_object();
        json_object_set_new(pair, "from", emit_text(d->site[f->cut[i]->from].name));
        json_object_set_new(pair, "to", emit_text(d->site[f->cut[i]->to].name));
        json_array_append_new(lost, pair);
    }
    json_object_set_new(o, "lost", lost);
    json_object_set_new(o, "busiest", peak_json(d, &f->peak));
    return o;
}

json_t *failures_json(const struct description *d, const struct failures *f)
{
    json_t *o = json_object(), *all = json_array();
    json_object_set_new(o, "routes", json_integer((json_int_t)f->n_ways));
    json_object_set_new(o, "busiest", peak_json(d, &f->normal));
    for (size_t i = 0; i < f->n_items; i++)
        json_array_append_new(all, failure_json(d, &f->item[i]));
    json_object_set_new(o, "failures", all);
    return o;
}
