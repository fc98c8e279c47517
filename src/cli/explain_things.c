/* SPDX-License-Identifier: Apache-2.0
 * What partners and sites come to. */
#include <math.h>
#include <string.h>

#include "cli/explain_entries.h"
#include "cli/number.h"

#define ANY NO_INDEX

static void people(struct explanation *e, const struct partner *p)
{
    const char *where = "";
    char total[NUMBER_SIZE], at[NUMBER_SIZE];
    for (size_t i = 0; i < p->n_staff_at && where; i++) {
        number_count(p->staff_at[i].people, at);
        if (i < 6)
            where = arena_format(&e->memory, "%s%s%s at %s", where, i ? ", " : "", at,
                                 e->d->site[p->staff_at[i].site].name);
    }
    number_count(p->staff, total);
    if (p->n_staff_at == 1)
        sheet_fact(&e->sheet, "staff", "staff", p->staff, "%s", where);
    else if (p->n_staff_at > 6)
        sheet_fact(&e->sheet, "staff", "staff", p->staff, "%s at %zu sites", total, p->n_staff_at);
    else if (p->n_staff_at && where)
        sheet_fact(&e->sheet, "staff", "staff", p->staff, "%s (%s)", total, where);
}

/* Which roles somebody provides for a partner. */
void explain_partner(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->partner, d->n_partners, sizeof *d->partner, m->key);
    bool *roles = explanation_flags(e, d->n_roles), *partners = explanation_flags(e, d->n_partners);
    if (i == NO_INDEX || !roles || !partners)
        return;
    const struct partner *p = &d->partner[i];
    char text[NUMBER_SIZE];
    sheet_fact(&e->sheet, "label", "is called", NAN, "%s", p->label);
    number_count(p->population, text);
    if (p->population > 0)
        sheet_fact(&e->sheet, "population", "population", p->population, "%s", text);
    people(e, p);
    for (size_t k = 0; k < p->n_counts; k++) {
        number_count(p->count[k], text);
        sheet_fact(&e->sheet, p->count_name[k], p->count_name[k], p->count[k], "%s", text);
    }
    for (size_t k = 0; k < p->n_data; k++) {
        const char *key = arena_format(&e->memory, "data.%s", p->data_name[k]);
        number_quantity(p->data_bits[k], DIMENSION_SIZE, text);
        if (key)
            sheet_fact(&e->sheet, key, key, p->data_bits[k], "%s", text);
    }
    for (size_t r = 0; r < d->n_roles; r++)
        roles[r] = true;
    partners[i] = true;
    explanation_roles(e, d, roles, partners);
    explanation_sources(e, &(struct source_filter){ANY, ANY, i, ANY});
}

/* The pools and arrays at a site, and the links that end there. */
static void site_contents(struct explanation *e, uint32_t site)
{
    const struct description *d = e->d;
    struct sheet *t = &e->sheet;
    sheet_table(t, "here", "What stands there, and what ends there");
    sheet_column(t, "kind", "kind", TABLE_LEFT);
    sheet_column(t, "name", "name", TABLE_LEFT);
    sheet_column(t, "what", "what", TABLE_LEFT);
    for (size_t i = 0; i < d->n_pools; i++)
        if (d->pool[i].exists && d->pool[i].site == site) {
            sheet_text(t, d->pool[i].desk ? "desk" : "compute");
            sheet_text(t, "%s", d->pool[i].name);
            sheet_text(t, "%s", explain_servers(e, &d->pool[i]));
        }
    for (size_t i = 0; i < d->n_arrays; i++)
        if (d->array[i].exists && d->array[i].site == site) {
            char text[NUMBER_SIZE];
            number_count(d->array[i].iops, text);
            sheet_text(t, "storage");
            sheet_text(t, "%s", d->array[i].name);
            sheet_text(t, "%s operations a second", text);
        }
    for (size_t i = 0; i < d->n_links; i++) {
        const struct link *l = &d->link[i];
        char text[NUMBER_SIZE];
        if (!l->exists || (l->end[0] != site && l->end[1] != site))
            continue;
        number_quantity(l->bandwidth_bps, DIMENSION_BANDWIDTH, text);
        sheet_text(t, "link");
        sheet_text(t, "%s", l->name);
        sheet_text(t, "%s to %s", text, d->site[l->end[l->end[0] == site]].name);
    }
    sheet_end(t);
}

void explain_site(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->site, d->n_sites, sizeof *d->site, m->key);
    if (i == NO_INDEX)
        return;
    sheet_fact(&e->sheet, "label", "is called", NAN, "%s", d->site[i].label);
    explanation_belongs_to(e, d->site[i].partner);
    explanation_takes_part(e, d->site[i].exists);
    if (d->site[i].lan > 0) {
        char text[NUMBER_SIZE];
        number_quantity((double)d->site[i].lan, DIMENSION_TIME, text);
        sheet_fact(&e->sheet, "lan_s", "takes", (double)d->site[i].lan * 1e-9,
                   "%s between two of its machines, or one and its users or links", text);
    }
    for (size_t p = 0; p < d->n_partners; p++)
        for (size_t k = 0; k < d->partner[p].n_staff_at; k++)
            if (d->partner[p].staff_at[k].site == i) {
                char text[NUMBER_SIZE];
                number_count(d->partner[p].staff_at[k].people, text);
                const char *key = arena_format(&e->memory, "staff.%s", d->partner[p].name);
                if (key)
                    sheet_fact(&e->sheet, key, "staff", d->partner[p].staff_at[k].people,
                               "%s of %s", text, d->partner[p].name);
            }
    site_contents(e, i);
    explanation_sources(e, &(struct source_filter){ANY, ANY, ANY, i});
}
