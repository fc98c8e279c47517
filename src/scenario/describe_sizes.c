/* SPDX-License-Identifier: Apache-2.0
 * How many servers the description's pools and desks have, when, and for whom: hosts and cores,
 * people in shifts, and the weights of partners. Amounts that are tied to an attribute depend on
 * the hosting, weights on who asks. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/shifts.h"

/* An amount of a pool that is tied to an attribute: of those who are hosted there (rule 4), or
 * where nobody is, of its own partner. */
static double tied_number(struct reading *r, uint32_t pool, const struct amount *size)
{
    const struct description *d = r->out;
    uint32_t own = d->pool[pool].partner;
    bool hosted = false;
    double number = 0;
    for (uint32_t p = 0; p < d->n_partners; p++)
        if (hosting_uses(d, p, pool)) {
            hosted = true;
            if (reading_attribute(r, size, p))
                number += description_amount(d, size, p);
        }
    if (!hosted && own != NO_INDEX && reading_attribute(r, size, own))
        number = description_amount(d, size, own);
    return ceil(number * (1 - 1e-12)); /* 0.07 x 100 is a hair above 7 in binary */
}

/* A pool's hosts, cores or people: a whole number, or so many for an attribute, rounded up. `least`
 * where there is a mistake, or fewer. */
static int64_t read_number(struct reading *r, uint32_t pool, const struct node *n, const char *what,
                           int64_t least)
{
    struct amount size;
    if (n == NULL || !reading_amount(r, n, DIMENSION_NUMBER,
                                     least > 0 ? BOUND_POSITIVE : BOUND_NOT_NEGATIVE, &size))
        return least;
    double number = size.value;
    if (size.of != ATTRIBUTE_NONE)
        number = tied_number(r, pool, &size);
    else if (number != floor(number))
        reading_mistake(r, n->place, "%g %s; expected a whole number", number, what);
    if (number > POOL_MOST) {
        reading_mistake(r, n->place, "%.0f %s; expected at most %d", number, what, POOL_MOST);
        return least;
    }
    return number < (double)least ? least : (int64_t)number;
}

/* Hosts x cores, within bounds. */
static int64_t multiply(struct reading *r, psn_place place, int64_t hosts, int64_t cores)
{
    if (hosts * cores <= POOL_MOST)
        return hosts * cores;
    reading_mistake(r, place, "%lld hosts of %lld cores; expected at most %d cores in all",
                    (long long)hosts, (long long)cores, POOL_MOST);
    return 1;
}

/* Keys of `during` that go against the discipline. */
static void check_during(struct reading *r, const struct member *m, const struct pool *p)
{
    static const char *const sizes[] = {"hosts", "cores"};
    for (size_t i = 0; i < 2 && p->discipline == DISCIPLINE_UNLIMITED; i++) {
        const struct member *size = node_member(m->value, sizes[i]);
        if (size != NULL)
            reading_mistake(r, size->place,
                            "pool \"%s\" has %s during \"%s\" and is unlimited, with a core for "
                            "every job; expected its speed alone",
                            p->name, sizes[i], m->key);
    }
}

/* `during`: what differs in which hours. */
static void read_during(struct reading *r, uint32_t pool, const struct node *during,
                        struct shifts *out)
{
    const struct pool *p = &r->out->pool[pool];
    struct entries e;
    reading_members(r, during, &e);
    out->item = reading_scratch(r, e.n, sizeof *out->item);
    for (size_t i = 0; i < e.n && !r->exhausted; i++) {
        const struct node *hosts = node_get(e.member[i]->value, "hosts"),
                          *cores = node_get(e.member[i]->value, "cores"),
                          *speed = node_get(e.member[i]->value, "speed");
        struct shift *s = &out->item[out->n];
        *s = (struct shift){.speed = p->speed};
        check_during(r, e.member[i], p);
        int64_t h = hosts != NULL ? read_number(r, pool, hosts, "hosts", 1) : p->hosts;
        int64_t c = cores != NULL ? read_number(r, pool, cores, "cores", 1) : p->cores;
        reading_plain(r, speed, DIMENSION_NUMBER, BOUND_POSITIVE, &s->speed);
        s->servers = multiply(r, e.member[i]->place, h, c);
        out->n += shifts_hours(r, e.member[i], s);
    }
}

/* `people`: a number at all times, or by hours. */
static void read_people(struct reading *r, uint32_t pool, const struct node *people,
                        struct shifts *out)
{
    struct entries e;
    reading_members(r, people, &e);
    out->item = reading_scratch(r, e.n, sizeof *out->item);
    for (size_t i = 0; i < e.n && !r->exhausted; i++) {
        struct shift *s = &out->item[out->n];
        *s = (struct shift){.speed = 1};
        s->servers = read_number(r, pool, e.member[i]->value, "people", 0);
        out->n += shifts_hours(r, e.member[i], s);
    }
}

/* All changes over the run. */
static void read_capacity(struct reading *r, struct pool *p, const struct shifts *shifts)
{
    const struct capacity otherwise = {0, p->desk ? 0 : p->hosts * p->cores, p->speed};
    size_t n;
    struct capacity *list = shifts_capacity(r, shifts, otherwise, &n);
    for (size_t i = 0; i < n && p->desk; i++)
        p->hosts = list[i].servers > p->hosts ? list[i].servers : p->hosts;
    bool changes =
        n > 1 || (n == 1 && (list->servers != p->hosts * p->cores || list->speed != p->speed));
    p->capacity = list;
    p->n_capacities = changes ? n : 0;
}

static void size_desk(struct reading *r, uint32_t pool, const struct node *people)
{
    struct pool *p = &r->out->pool[pool];
    struct shifts shifts = {.add = true};
    p->hosts = p->cores = 1;
    if (people != NULL && people->kind == NODE_MAP) {
        read_people(r, pool, people, &shifts);
        read_capacity(r, p, &shifts);
        return;
    }
    int64_t always = read_number(r, pool, people, "people", 0);
    if (always > 0) {
        p->hosts = always;
        return;
    }
    p->capacity = reading_keep(r, 1, sizeof *p->capacity);
    if (r->exhausted)
        return;
    *p->capacity = (struct capacity){0, 0, 1};
    p->n_capacities = 1;
}

static void size_pool(struct reading *r, uint32_t pool, const struct node *entry)
{
    struct pool *p = &r->out->pool[pool];
    const struct node *during = node_get(entry, "during");
    struct shifts shifts = {.of = "pool", .name = p->name};
    p->hosts = read_number(r, pool, reading_value(r, "compute", entry, "hosts"), "hosts", 1);
    p->cores = read_number(r, pool, reading_value(r, "compute", entry, "cores"), "cores", 1);
    if (multiply(r, p->place, p->hosts, p->cores) != p->hosts * p->cores)
        return;
    if (during != NULL) {
        read_during(r, pool, during, &shifts);
        read_capacity(r, p, &shifts);
    }
    bool single = p->hosts * p->cores == 1;
    for (size_t i = 0; i < p->n_capacities; i++)
        single &= p->capacity[i].servers == 1;
    if (p->discipline == DISCIPLINE_FAIR_QUEUES && !single)
        reading_mistake(r, p->place,
                        "pool \"%s\" is divided among queues and has more than one core; expected "
                        "hosts: 1 and cores: 1 (a higher speed is possible), or discipline "
                        "weighted or priority",
                        p->name);
}

/* The attribute by which partners are weighed; false with the mistake told where it is none. */
static bool read_attribute(struct reading *r, const struct node *n, struct amount *out)
{
    char quoted[NODE_QUOTE];
    *out = (struct amount){.value = 1, .per = 1, .place = reading_place(r, n->place)};
    if (strcmp(n->text, "equal") == 0)
        return true;
    if (strcmp(n->text, "population") == 0) {
        out->of = ATTRIBUTE_POPULATION;
    } else if (strcmp(n->text, "staff") == 0) {
        out->of = ATTRIBUTE_STAFF;
    } else if (strncmp(n->text, "counts.", 7) == 0 && node_is_name(n->text + 7)) {
        out->of = ATTRIBUTE_COUNT;
        out->name = reading_text(r, n->text + 7);
    } else {
        reading_mistake(r, n->place,
                        "weights \"%s\"; expected equal, population, staff, counts.NAME, or "
                        "numbers by partner such as {adur: 1, worthing: 2}",
                        node_quote(n->text, quoted));
        return false;
    }
    return true;
}

/* The weight of one who asks there. */
static double weigh(struct reading *r, uint32_t pool, uint32_t partner, const struct node *weights,
                    const struct amount *by)
{
    const struct description *d = r->out;
    const char *name = d->partner[partner].name;
    double weight = 0;
    if (weights->kind != NODE_MAP) {
        if (!reading_attribute(r, by, partner))
            return 1;
        weight = description_amount(d, by, partner);
    } else if (node_get(weights, name) != NULL) {
        reading_plain(r, node_get(weights, name), DIMENSION_NUMBER, BOUND_POSITIVE, &weight);
    }
    if (weight > 0)
        return weight;
    reading_mistake(r, weights->place,
                    "partner \"%s\" asks for what pool \"%s\" provides, where it has no weight; "
                    "expected one above 0",
                    name, d->pool[pool].name);
    return 1;
}

static void read_weights(struct reading *r, uint32_t pool, const struct node *weights,
                         const bool *asks)
{
    struct description *d = r->out;
    double *list = d->pool[pool].weight = reading_keep(r, d->n_partners, sizeof *list);
    struct amount by = {0};
    if (r->exhausted || (weights->kind == NODE_SCALAR && !read_attribute(r, weights, &by)))
        return;
    for (uint32_t p = 0; p < d->n_partners; p++) /* of the others it does not matter */
        list[p] = asks[p] && hosting_uses(d, p, pool) ? weigh(r, pool, p, weights, &by) : 1;
}

void describe_weights(struct reading *r)
{
    const struct description *d = r->out;
    bool *asks = reading_scratch(r, d->n_partners, sizeof *asks);
    for (size_t i = 0; i < d->n_sources && !r->exhausted; i++)
        asks[d->source[i].partner] |= r->source_exists[i];
    for (uint32_t i = 0; i < d->n_pools && !r->exhausted; i++)
        if (d->pool[i].discipline == DISCIPLINE_FAIR)
            read_weights(r, i, reading_value(r, "compute", r->pools.member[i]->value, "weights"),
                         asks);
}

void describe_sizes(struct reading *r)
{
    for (uint32_t i = 0; i < r->out->n_pools && !r->exhausted; i++) {
        const struct node *entry = r->pools.member[i]->value;
        if (r->out->pool[i].desk)
            size_desk(r, i, node_get(entry, "people"));
        else
            size_pool(r, i, entry);
    }
}
