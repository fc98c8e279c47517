/* SPDX-License-Identifier: Apache-2.0
 * What pools, desks and arrays come to, and what fails. */
#include <math.h>
#include <string.h>

#include "cli/explain_entries.h"
#include "cli/number.h"
#include "model/arrays.h"

/* Rows of a table that people still read; JSON has all. */
#define ROWS_MOST 24

/* Whom a machine serves, and as which roles. */
static void serves(struct explanation *e, enum machine_kind kind, uint32_t index,
                   const bool *partners)
{
    const struct description *d = e->d;
    bool *roles = explanation_flags(e, d->n_roles);
    for (size_t i = 0; roles && i < d->n_partners * d->n_roles; i++)
        if (explanation_provides(&d->hosting[i], kind, index))
            roles[i % d->n_roles] = true;
    if (!roles)
        return;
    const char *whom =
        explanation_names(e, d->partner, d->n_partners, sizeof *d->partner, partners);
    const char *as = explanation_names(e, d->role, d->n_roles, sizeof *d->role, roles);
    if (*whom)
        sheet_fact(&e->sheet, "serves", "serves", NAN, "%s as %s", whom, as);
    else
        sheet_fact(&e->sheet, "serves", "serves", NAN, "nobody in arrangement %s", d->arrangement);
}

const char *explain_servers(struct explanation *e, const struct pool *p)
{
    long long hosts = (long long)p->hosts, cores = (long long)p->cores;
    const char *text;
    if (p->discipline == DISCIPLINE_UNLIMITED)
        return "a core for every job";
    if (p->desk)
        text = arena_format(&e->memory, "%s%lld %s", p->n_capacities > 0 ? "up to " : "", hosts,
                            hosts == 1 ? "person" : "people");
    else
        text = arena_format(&e->memory, "%lld host%s × %lld core%s = %lld at once", hosts,
                            hosts == 1 ? "" : "s", cores, cores == 1 ? "" : "s", hosts * cores);
    if (!text)
        e->sheet.code = PSN_EMEMORY;
    return text ? text : "";
}

static const char *discipline_text(enum discipline d)
{
    switch (d) {
    case DISCIPLINE_FIFO:
        return "first come, first served";
    case DISCIPLINE_SHARING:
        return "all jobs at once and alike";
    case DISCIPLINE_PRIORITY:
        return "by class, first come first served in each";
    case DISCIPLINE_PREEMPTIVE:
        return "by class, first come first served in each, with interruption";
    case DISCIPLINE_WEIGHTED:
        return "all jobs at once, by class";
    case DISCIPLINE_FAIR:
        return "all jobs at once, by partner";
    case DISCIPLINE_FAIR_QUEUES:
        return "by class, first come first served in each, all classes at once";
    case DISCIPLINE_UNLIMITED:
        break;
    }
    return "every job at once";
}

/* What each partner there weighs. */
static void partner_weights(struct explanation *e, const struct pool *p, const bool *partners)
{
    struct sheet *t = &e->sheet;
    char text[NUMBER_SIZE];
    sheet_table(t, "weights", "What it gives to whom");
    sheet_column(t, "partner", "partner", TABLE_LEFT);
    sheet_column(t, "weight", "weight", TABLE_RIGHT);
    for (size_t i = 0; p->weight && i < e->d->n_partners; i++) {
        if (!partners[i])
            continue;
        number_count(p->weight[i], text);
        sheet_text(t, "%s", e->d->partner[i].name);
        sheet_number(t, p->weight[i], text);
    }
    sheet_end(t);
}

/* How many servers it has from when on. */
static void capacities(struct explanation *e, const struct pool *p)
{
    struct sheet *t = &e->sheet;
    size_t n = p->n_capacities;
    char text[NUMBER_SIZE], at[32];
    sheet_table(t, "capacity", "What it has, and from when");
    sheet_column(t, "from", "from", TABLE_LEFT);
    sheet_column(t, "servers", p->desk ? "people" : "cores", TABLE_RIGHT);
    sheet_column(t, "speed", "speed", TABLE_RIGHT);
    for (size_t i = 0; i < n && (i < ROWS_MOST || t->json); i++) {
        const struct capacity *c = &p->capacity[i];
        explanation_date(e->d, c->at, at);
        sheet_text(t, "%s", at);
        number_count((double)c->servers, text);
        sheet_number(t, (double)c->servers, text);
        number_count(c->speed, text);
        sheet_number(t, c->speed, text);
    }
    sheet_end(t);
    if (n > ROWS_MOST && !t->json)
        fprintf(t->page.out, "... and %zu later changes; --json has all\n", n - ROWS_MOST);
}

/* A pool, or a desk: a pool of people. */
static void explain_servers_of(struct explanation *e, const struct member *m, const char *section)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->pool, d->n_pools, sizeof *d->pool, m->key);
    const bool *partners = explanation_concerned(e, section, m->key);
    if (i == NO_INDEX || !partners)
        return;
    const struct pool *p = &d->pool[i];
    bool unlimited = p->discipline == DISCIPLINE_UNLIMITED;
    char text[NUMBER_SIZE];
    sheet_fact(&e->sheet, "site", "stands at", NAN, "%s", d->site[p->site].label);
    sheet_fact(&e->sheet, p->desk ? "people" : "cores", "serves with",
               unlimited ? NAN : (double)(p->hosts * p->cores), "%s", explain_servers(e, p));
    sheet_fact(&e->sheet, "discipline", "takes jobs", NAN, "%s", discipline_text(p->discipline));
    if (p->room > 0)
        sheet_fact(&e->sheet, "room", "has room for", (double)p->room, "%lld job%s, and %s more",
                   (long long)p->room, p->room == 1 ? "" : "s",
                   p->blocks ? "holds back" : "refuses");
    if (p->wraps_up)
        sheet_fact(&e->sheet, "wrap_up_s", "wraps up in", p->wrap_up.mean.value * 1e-9, "%s",
                   explain_random(e, &p->wrap_up, DIMENSION_TIME));
    number_count(p->speed, text);
    if (!p->desk)
        sheet_fact(&e->sheet, "speed", "works", p->speed, "%s s of work a second on each core",
                   text);
    explanation_belongs_to(e, p->partner);
    explanation_takes_part(e, p->exists);
    serves(e, MACHINE_POOL, i, partners);
    partner_weights(e, p, partners);
    capacities(e, p);
    explanation_amounts(e, section, m, 1);
    explanation_uses(e, i, 1, false);
}

void explain_pool(struct explanation *e, const struct member *m)
{
    explain_servers_of(e, m, "compute");
}

void explain_desk(struct explanation *e, const struct member *m)
{
    explain_servers_of(e, m, "desks");
}

void explain_array(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->array, d->n_arrays, sizeof *d->array, m->key);
    const bool *partners = explanation_concerned(e, "storage", m->key);
    if (i == NO_INDEX || !partners)
        return;
    const struct array *s = &d->array[i];
    char text[NUMBER_SIZE], kept[NUMBER_SIZE];
    double bits = model_array_data(d, i, 0);
    sheet_fact(&e->sheet, "site", "stands at", NAN, "%s", d->site[s->site].label);
    number_quantity(bits, DIMENSION_SIZE, kept);
    number_quantity(s->capacity_bits, DIMENSION_SIZE, text);
    if (s->capacity_bits > 0)
        sheet_fact(&e->sheet, "data_bits", "keeps", bits, "%s of the partners' data in %s", kept,
                   text);
    else
        sheet_fact(&e->sheet, "data_bits", "keeps", bits, "%s of the partners' data", kept);
    double small = array_demand(s->iops, s->bandwidth_bps, 8.0 * 65536);
    double large = array_demand(s->iops, s->bandwidth_bps, 8e9);
    number_quantity(small, DIMENSION_TIME, text);
    number_quantity(large, DIMENSION_TIME, kept);
    sheet_fact(&e->sheet, "serves_64_kib_s", "serves", small * 1e-9,
               "64 KiB in %s, 1 GB in %s; one request at a time", text, kept);
    number_quantity((double)s->latency, DIMENSION_TIME, text);
    sheet_fact(&e->sheet, "latency_s", "and takes", (double)s->latency * 1e-9,
               "%s more, occupying nothing", text);
    explanation_belongs_to(e, s->partner);
    explanation_takes_part(e, s->exists);
    serves(e, MACHINE_ARRAY, i, partners);
    explanation_amounts(e, "storage", m, 1);
    explanation_uses(e, d->n_pools + i, 1, false);
}

/* "fault/thing": the faults of one entry. */
static bool is_of(const struct fault *f, const char *entry)
{
    size_t n = strlen(entry);
    return !strncmp(f->name, entry, n) && f->name[n] == '/';
}

/* When they happen; alike for all of an entry. */
static void fault_times(struct explanation *e, const struct fault *f)
{
    struct sheet *t = &e->sheet;
    char text[NUMBER_SIZE], from[32], to[32];
    if (f->random) {
        double up = f->mtbf.mean.value, down = f->mttr.mean.value;
        sheet_fact(t, "mtbf_s", "fails after", up * 1e-9, "%s",
                   explain_random(e, &f->mtbf, DIMENSION_TIME));
        sheet_fact(t, "mttr_s", "is repaired in", down * 1e-9, "%s",
                   explain_random(e, &f->mttr, DIMENSION_TIME));
        number_percent(down / (up + down), text);
        sheet_fact(t, "share", "so fails for", down / (up + down),
                   "%s %% of the time in the long run", text);
    } else {
        explanation_date(e->d, f->scheduled.open, from);
        explanation_date(e->d, f->scheduled.close, to);
        sheet_fact(t, "from", "fails from", NAN, "%s", from);
        sheet_fact(t, "to", "to", NAN, "%s", to);
    }
    number_percent(f->degrade, text);
    if (f->degrade > 0)
        sheet_fact(t, "degrade", "and works then", f->degrade, "at %s %% of its speed", text);
    else
        sheet_fact(t, "degrade", "and works then", 0, "not at all");
    explain_flight(e, f);
}

void explain_fault(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    struct sheet *t = &e->sheet;
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < d->n_faults; i++)
        if (is_of(&d->fault[i], m->key)) {
            fault_times(e, &d->fault[i]);
            break;
        }
    sheet_table(t, "things", "What fails, each by itself");
    sheet_column(t, "thing", "thing", TABLE_LEFT);
    sheet_column(t, "stations", "stations", TABLE_RIGHT);
    sheet_column(t, "takes_part", "takes part", TABLE_LEFT);
    for (size_t i = 0; i < d->n_faults; i++) {
        const struct fault *f = &d->fault[i];
        if (!is_of(f, m->key))
            continue;
        if (shown == ROWS_MOST && !t->json) {
            more++;
            continue;
        }
        shown++;
        sheet_text(t, "%s", f->name + strlen(m->key) + 1);
        sheet_number(t, (double)f->n_stations, table_text(&t->table, "%zu", f->n_stations));
        sheet_yes(t, f->exists);
    }
    sheet_end(t);
    if (more)
        fprintf(t->page.out, "... and %zu more things; --json has all\n", more);
}
