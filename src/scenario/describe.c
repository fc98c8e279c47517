/* SPDX-License-Identifier: Apache-2.0
 * scenario_describe: one design point's expanded tree into a description, all mistakes in one pass.
 * Here the order of the parts; what they share is in reading.c. */
#include "scenario/describe.h"

#include <stdlib.h>

/* A description's bound: ten million releases and what else a large scenario holds. */
#define DESCRIPTION_LIMIT ((size_t)512 << 20)

/* The sections that others name. */
static void read_entries(struct reading *r)
{
    reading_entries(r, "arrangements", &r->arrangements);
    reading_entries(r, "calendars", &r->calendars);
    reading_entries(r, "hours", &r->hours);
    reading_entries(r, "profiles", &r->profiles);
    reading_entries(r, "partners", &r->partners);
    reading_entries(r, "sites", &r->sites);
    reading_entries(r, "links", &r->links);
    struct entries compute;
    reading_entries(r, "compute", &compute);
    reading_entries(r, "desks", &r->desks);
    reading_merge(r, &compute, &r->desks, &r->pools);
    reading_entries(r, "storage", &r->arrays);
    reading_entries(r, "classes", &r->classes);
    reading_entries(r, "services", &r->services);
    reading_entries(r, "workloads", &r->workloads);
    reading_entries(r, "routes", &r->routes);
    reading_entries(r, "faults", &r->faults);
    reading_entries(r, "objectives", &r->objectives);
}

/* The arrangement in use: what `use` says, or the only one. */
static void read_arrangement(struct reading *r)
{
    const struct node *named = node_at(r->tree, "use.arrangement");
    const struct entries *e = &r->arrangements;
    psn_place place = r->tree->place;
    r->arrangement = NO_INDEX;
    if (e->n == 0) {
        reading_mistake(r, place,
                        "no arrangement; expected a section \"arrangements\" that says who "
                        "runs on what, such as {alone: {hosting: {all: {app: servers}}}}");
        return;
    }
    if (named != NULL)
        r->arrangement = reading_reference(r, named, e, "an arrangement");
    else if (e->n == 1)
        r->arrangement = 0;
    else
        reading_mistake(r, place,
                        "%zu arrangements and none in use; expected use: {arrangement: %s}", e->n,
                        e->name[0]);
    if (r->arrangement != NO_INDEX)
        r->out->arrangement = reading_text(r, e->name[r->arrangement]);
}

static void read_frame(struct reading *r)
{
    const struct node *title = node_get(r->tree, "title");
    const struct node *demand = node_get(r->tree, "demand");
    r->out->title = reading_text(r, title != NULL && title->kind == NODE_SCALAR ? title->text : "");
    r->out->demand = 1;
    if (demand != NULL)
        reading_plain(r, demand, DIMENSION_NUMBER, BOUND_POSITIVE, &r->out->demand);
}

static int describe(struct reading *r)
{
    static void (*const part[])(struct reading *) = {
        read_entries,     read_arrangement,  read_frame,         describe_time,
        describe_hours,   describe_profiles, describe_presence,  describe_partners,
        describe_places,  describe_links,    describe_pools,     describe_epochs,
        describe_classes, describe_routes,   describe_roles,     describe_services,
        describe_hosting, describe_sizes,    describe_workloads, describe_sources,
        describe_weights, blocking_check,    describe_faults,    describe_objectives,
        describe_study,   hosting_settle};
    for (size_t i = 0; i < sizeof part / sizeof part[0] && !r->exhausted; i++)
        part[i](r);
    if (r->exhausted)
        return psn_mistake_add(r->all, PSN_EMEMORY, (psn_place){0},
                               "out of memory while the scenario is described");
    return PSN_OK;
}

int scenario_describe(const struct scenario *s, const struct setting *settings, size_t n,
                      struct description **out, psn_diagnostics *all)
{
    struct reading r = {.scenario = s, .all = all, .point = n > 0};
    size_t before = all->count + all->dropped;
    *out = NULL;
    r.tree = scenario_expand(s, settings, n, &r.scratch, all);
    if (r.tree == NULL) {
        arena_fini(&r.scratch);
        return PSN_EINPUT;
    }
    r.out = calloc(1, sizeof *r.out);
    if (r.out == NULL) {
        arena_fini(&r.scratch);
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    }
    r.out->memory.limit = DESCRIPTION_LIMIT;
    int error = describe(&r);
    arena_fini(&r.scratch);
    if (error == PSN_OK && all->count + all->dropped > before)
        error = PSN_EINPUT;
    if (error == PSN_OK)
        *out = r.out;
    else
        description_free(r.out);
    return error;
}
