/* SPDX-License-Identifier: Apache-2.0
 * What a description answers by itself: amounts for a partner, the hour of the week, and the level
 * of demand at a time. */
#include "scenario/description.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/random.h"
#include "scenario/describe.h"

#define HOURS_A_DAY 24
/* A number that decimals make a hair too small in binary still rounds half up. */
#define HALF (0.5 + 1e-9)

const char *design_word(enum design_kind kind)
{
    static const char *const words[] = {
        [DESIGN_GRID] = "grid",
        [DESIGN_POINTS] = "points",
        [DESIGN_LATIN] = "latin-hypercube",
        [DESIGN_SOBOL] = "sobol",
        [DESIGN_ONE] = "one-at-a-time",
        [DESIGN_MORRIS] = "morris",
        [DESIGN_SENSITIVITY] = "sensitivity",
    };
    return words[kind];
}

void description_free(struct description *d)
{
    if (d == NULL)
        return;
    arena_fini(&d->memory);
    free(d);
}

/* The value that stands beside a name; 0 where the name is not in the list. */
static double named(const char *const *names, const double *values, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return values[i];
    return 0;
}

double description_attribute(const struct description *d, const struct amount *amount,
                             uint32_t partner)
{
    const struct partner *p = &d->partner[partner];
    switch (amount->of) {
    case ATTRIBUTE_POPULATION:
        return p->population;
    case ATTRIBUTE_STAFF:
        return p->staff;
    case ATTRIBUTE_COUNT:
        return named(p->count_name, p->count, p->n_counts, amount->name);
    case ATTRIBUTE_DATA:
        return named(p->data_name, p->data_bits, p->n_data, amount->name);
    case ATTRIBUTE_SITE:
        return (double)p->n_staff_at;
    case ATTRIBUTE_NONE:
        break;
    }
    return 1;
}

double description_amount(const struct description *d, const struct amount *amount,
                          uint32_t partner)
{
    if (amount->of == ATTRIBUTE_NONE)
        return amount->value;
    return amount->value * description_attribute(d, amount, partner) / amount->per;
}

double description_amount_growth(const struct description *d, const struct amount *amount,
                                 uint32_t partner)
{
    const struct partner *p = &d->partner[partner];
    switch (amount->of) {
    case ATTRIBUTE_POPULATION:
    case ATTRIBUTE_STAFF:
    case ATTRIBUTE_COUNT:
        return p->growth;
    case ATTRIBUTE_DATA:
        return named(p->data_name, p->data_growth, p->n_data, amount->name);
    case ATTRIBUTE_SITE:
    case ATTRIBUTE_NONE:
        break;
    }
    return 0;
}

int64_t description_whole(double people)
{
    return (int64_t)floor(people + HALF);
}

size_t description_day(const struct description *d, psn_time t)
{
    return (size_t)((d->start_of_week % PSN_DAY + t) / PSN_DAY);
}

double description_growth(const struct description *d, double rate_per_s, psn_time t)
{
    psn_time start_of_day = d->start_of_week % PSN_DAY;
    psn_time midnight = (start_of_day + t) / PSN_DAY * PSN_DAY - start_of_day;
    if (rate_per_s == 0 || midnight <= 0)
        return 1;
    return random_exp(rate_per_s * ((double)midnight / (double)PSN_SECOND));
}

double description_level(const struct description *d, const struct source *s, psn_time t)
{
    double level = 1;
    if (!span_has(&s->there, t))
        return 0;
    if (s->shape != NO_INDEX) {
        const struct shape *shape = &d->shape[s->shape];
        uint32_t hour = description_hour_of_week(d, t);
        level = d->profile[shape->profile].week[hour];
        if (shape->plan != NULL) {
            const struct day_plan *day = &shape->plan[description_day(d, t)];
            level = day->hour[hour % HOURS_A_DAY] * day->factor;
        }
    }
    return s->growth == 0 ? level : level * description_growth(d, s->growth, t);
}

double description_level_mean(const struct description *d, const struct source *s)
{
    return s->shape == NO_INDEX ? 1 : d->profile[d->shape[s->shape].profile].mean;
}

int64_t description_signed_on(const struct description *d, const struct source *s, psn_time t)
{
    return description_whole((double)s->users * description_level(d, s, t));
}

uint32_t description_hour_of_week(const struct description *d, psn_time t)
{
    psn_time in_week = (d->start_of_week + t % PSN_WEEK) % PSN_WEEK;
    if (in_week < 0)
        in_week += PSN_WEEK;
    return (uint32_t)(in_week / PSN_HOUR);
}

const char *description_machine_name(const struct description *d, const struct machine *m)
{
    switch (m->kind) {
    case MACHINE_POOL:
        return d->pool[m->index].name;
    case MACHINE_ARRAY:
        return d->array[m->index].name;
    case MACHINE_SITE:
        return d->site[m->index].name;
    case MACHINE_NONE:
        break;
    }
    return "none";
}

bool description_machine_there(const struct description *d, const struct machine *m, psn_time at)
{
    switch (m->kind) {
    case MACHINE_POOL:
        return d->pool[m->index].exists && span_has(&d->pool[m->index].there, at);
    case MACHINE_ARRAY:
        return d->array[m->index].exists && span_has(&d->array[m->index].there, at);
    case MACHINE_SITE:
        return d->site[m->index].exists && span_has(&d->site[m->index].there, at);
    case MACHINE_NONE:
        break;
    }
    return false;
}

const struct machine *description_host(const struct description *d, uint32_t partner, uint32_t role,
                                       psn_time at)
{
    const struct machine *first = &d->hosting[(size_t)partner * d->n_roles + role];
    if (first->otherwise == NULL)
        return first;
    for (const struct machine *m = first; m != NULL; m = m->otherwise)
        if (description_machine_there(d, m, at))
            return m;
    return first;
}

uint32_t description_epoch(const struct description *d, psn_time t)
{
    size_t low = 0, high = d->n_epochs;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (d->epoch[middle] <= t)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

int description_route_rank(const struct route_rule *rule)
{
    bool general = rule->n_from == 0 && rule->n_to == 0;
    return general ? 0 : 1 + (rule->n_from == 1) + (rule->n_to == 1);
}

uint32_t description_machine_site(const struct description *d, const struct machine *machine)
{
    switch (machine->kind) {
    case MACHINE_POOL:
        return d->pool[machine->index].site;
    case MACHINE_ARRAY:
        return d->array[machine->index].site;
    case MACHINE_SITE:
        return machine->index;
    case MACHINE_NONE:
        break;
    }
    return NO_INDEX;
}

size_t description_target_station(const struct description *d, const struct target *t)
{
    bool link = d->objective[t->objective].kind == SUBJECT_LINK;
    return link ? d->n_pools + d->n_arrays + t->subject : t->subject;
}

bool description_figure_is_time(enum figure f)
{
    return f == FIGURE_RESPONSE_MEAN || f == FIGURE_RESPONSE_QUANTILE || f == FIGURE_RESPONSE_MAX ||
           f == FIGURE_WAIT_MEAN || f == FIGURE_WAIT_QUANTILE || f == FIGURE_WAIT_MAX ||
           f == FIGURE_DELAY_MEAN || f == FIGURE_DELAY_QUANTILE || f == FIGURE_DELAY_MAX ||
           f == FIGURE_JITTER || f == FIGURE_JITTER_SPREAD;
}

struct span description_station_there(const struct description *d, size_t station)
{
    if (station < d->n_pools)
        return d->pool[station].there;
    station -= d->n_pools;
    if (station < d->n_arrays)
        return d->array[station].there;
    return d->link[(station - d->n_arrays) / 2].there;
}

struct span description_batch(const struct description *d, uint32_t k)
{
    psn_time first = (d->warmup + d->interval - 1) / d->interval, end = d->horizon / d->interval;
    psn_time each = end > first ? (end - first) / (psn_time)d->batches : 0;
    psn_time open = end - each * (psn_time)(d->batches - k);
    return (struct span){open * d->interval, (open + each) * d->interval};
}
