/* SPDX-License-Identifier: Apache-2.0
 * Amounts that are tied to an attribute, worked out for each partner: 59 % of staff is
 * 59 % x 3,000 = 1,770. For check --explain. */
#include <string.h>

#include "cli/explanation.h"
#include "cli/number.h"

/* What an amount is tied by, as it is written ("59 %", "63 / year"); of a law, worked out. */
static const char *factor_text(struct explanation *e, const struct node *n,
                               const struct spec_key *key, const struct amount *mean)
{
    char text[NUMBER_SIZE];
    const char *per = strstr(n->text, " per "), *of = strstr(n->text, " of ");
    const char *end = per ? per : of, *out;
    if (end && !strchr(n->text, '('))
        out = arena_string_n(&e->memory, n->text, (size_t)(end - n->text));
    else {
        bool share = strchr(n->text, '%') != NULL;
        number_quantity(mean->value, share ? DIMENSION_SHARE : key->dimension, text);
        out = arena_string(&e->memory, text);
    }
    if (!out)
        e->sheet.code = PSN_EMEMORY;
    return out ? out : "";
}

/* What an amount of the entry is so many times of. Of a workload, `per site` counts the sites where
 * it is asked for; elsewhere those of the partner's staff. */
static double attribute_of(const struct explanation *e, const struct amount *amount,
                           uint32_t workload, uint32_t partner)
{
    size_t sites = 0;
    struct amount one = *amount;
    one.value = one.per = 1;
    if (one.of != ATTRIBUTE_SITE || workload == NO_INDEX)
        return description_amount(e->d, &one, partner);
    for (size_t i = 0; i < e->d->n_sources; i++)
        sites += e->d->source[i].workload == workload && e->d->source[i].partner == partner;
    return (double)sites;
}

/* One value at the end of a path below its entry. */
static void add_amount(struct explanation *e, const struct node *n, const struct spec_key *key,
                       const char *path, const bool *partners)
{
    const struct description *d = e->d;
    struct sheet *t = &e->sheet;
    struct random_amount v = {0};
    psn_diagnostics quiet = {0};
    int code =
        key->kind == SPEC_RANDOM
            ? quantity_random(&e->memory, n, key->dimension, key->bound, true, &v, &quiet)
            : quantity_amount(&e->memory, n, key->dimension, key->bound, true, &v.mean, &quiet);
    psn_diagnostics_fini(&quiet);
    if (code || v.mean.of == ATTRIBUTE_NONE)
        return;
    const char *value = factor_text(e, n, key, &v.mean);
    for (uint32_t p = 0; p < d->n_partners; p++) {
        char of[NUMBER_SIZE], per[NUMBER_SIZE], all[NUMBER_SIZE];
        if (!partners[p])
            continue;
        double times = attribute_of(e, &v.mean, e->workload, p);
        double comes_to = v.mean.value * times / v.mean.per;
        number_quantity(times, v.mean.of == ATTRIBUTE_DATA ? DIMENSION_SIZE : DIMENSION_NUMBER, of);
        number_count(v.mean.per, per);
        number_quantity(comes_to, key->dimension, all);
        sheet_text(t, "%s", path);
        sheet_text(t, "%s", d->partner[p].name);
        sheet_text(t, "%s × %s%s%s", value, of, v.mean.per > 1 ? " / " : "",
                   v.mean.per > 1 ? per : "");
        sheet_number(t, quantity_in_base_unit(comes_to, key->dimension), all);
    }
}

static void walk(struct explanation *e, const struct node *n, const struct spec_key *key,
                 const char *path, const bool *partners);

static void walk_map(struct explanation *e, const struct node *map, const struct spec_key *record,
                     bool common, const char *path, const bool *partners)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct member *m = &map->member[i];
        const struct spec_key *key = spec_key(record, m->key, common);
        const char *below = arena_format(&e->memory, "%s%s%s", path, *path ? "." : "", m->key);
        if (!below)
            e->sheet.code = PSN_EMEMORY;
        else if (key)
            walk(e, m->value, key, below, partners);
    }
}

static void walk(struct explanation *e, const struct node *n, const struct spec_key *key,
                 const char *path, const bool *partners)
{
    if (n->kind == NODE_SCALAR && key->attributes)
        add_amount(e, n, key, path, partners);
    if (n->kind == NODE_MAP)
        walk_map(e, n, key->record, false, path, partners);
    for (size_t i = 0; n->kind == NODE_LIST && i < n->count; i++) {
        const char *below = arena_format(&e->memory, "%s[%zu]", path, i + 1);
        if (below && n->item[i]->kind == NODE_MAP)
            walk_map(e, n->item[i], key->record, false, below, partners);
    }
}

bool *explanation_flags(struct explanation *e, size_t n)
{
    bool *in = arena_array(&e->memory, n + 1, sizeof *in);
    if (!in)
        e->sheet.code = PSN_EMEMORY;
    return in;
}

bool explanation_provides(const struct machine *m, enum machine_kind kind, uint32_t index)
{
    for (; m; m = m->otherwise ? m->otherwise : m->next)
        if (m->kind == kind && m->index == index)
            return true;
    return false;
}

/* The partners with a role on this machine. */
static void mark_served(const struct explanation *e, enum machine_kind kind, uint32_t index,
                        bool *partners)
{
    const struct description *d = e->d;
    for (size_t p = 0; p < d->n_partners; p++)
        for (size_t r = 0; r < d->n_roles; r++)
            if (explanation_provides(&d->hosting[p * d->n_roles + r], kind, index))
                partners[p] = true;
}

bool *explanation_concerned(struct explanation *e, const char *section, const char *name)
{
    const struct description *d = e->d;
    bool *partners = explanation_flags(e, d->n_partners);
    struct source_filter f = {NO_INDEX, NO_INDEX, NO_INDEX, NO_INDEX};
    if (!partners)
        return NULL;
    if (!strcmp(section, "compute") || !strcmp(section, "desks"))
        mark_served(e, MACHINE_POOL, explanation_find(d->pool, d->n_pools, sizeof *d->pool, name),
                    partners);
    if (!strcmp(section, "storage"))
        mark_served(e, MACHINE_ARRAY,
                    explanation_find(d->array, d->n_arrays, sizeof *d->array, name), partners);
    if (!strcmp(section, "workloads"))
        f.workload = explanation_find(d->workload, d->n_workloads, sizeof *d->workload, name);
    if (!strcmp(section, "services"))
        f.service = explanation_find(d->service, d->n_services, sizeof *d->service, name);
    for (uint32_t i = 0; i < d->n_sources; i++)
        if ((f.workload != NO_INDEX || f.service != NO_INDEX) && explanation_matches(e, i, &f))
            partners[d->source[i].partner] = true;
    return partners;
}

void explanation_amounts(struct explanation *e, const char *section, const struct member *entry,
                         size_t n)
{
    struct sheet *t = &e->sheet;
    sheet_table(t, "amounts", "Amounts by partner");
    sheet_column(t, "key", "key", TABLE_LEFT);
    sheet_column(t, "partner", "partner", TABLE_LEFT);
    sheet_column(t, "from", "from", TABLE_LEFT);
    sheet_column(t, "value", "comes to", TABLE_RIGHT);
    for (size_t i = 0; i < n; i++) {
        const bool *partners = explanation_concerned(e, section, entry[i].key);
        e->workload = strcmp(section, "workloads") != 0
                          ? NO_INDEX
                          : explanation_find(e->d->workload, e->d->n_workloads,
                                             sizeof *e->d->workload, entry[i].key);
        if (partners && entry[i].value->kind == NODE_MAP)
            walk_map(e, entry[i].value, spec_section(section)->key, true, n > 1 ? entry[i].key : "",
                     partners);
    }
    sheet_end(t);
}
