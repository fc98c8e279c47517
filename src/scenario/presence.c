/* SPDX-License-Identifier: Apache-2.0
 * What takes part in which arrangement, and from when to when: the keys `only`, `from` and `until`,
 * and the epochs of hosting and routes that they make. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/civil.h"
#include "scenario/describe.h"

/* Dates at which something comes or goes: every one makes new recipes for all who ask. */
#define EPOCHS_MOST 1000

psn_time reading_moment(struct reading *r, const struct node *n, psn_time otherwise)
{
    int64_t day;
    uint32_t minute;
    char quoted[NODE_QUOTE];
    if (n == NULL || n->kind == NODE_NULL)
        return otherwise;
    if (n->kind != NODE_SCALAR || !civil_read(n->text, &day, &minute) || minute % 60 != 0) {
        reading_mistake(r, n->place, "%s; expected a date such as 2011-10-01 or 2011-10-01T08:00",
                        n->kind != NODE_SCALAR ? node_kind_name(n) : node_quote(n->text, quoted));
        return otherwise;
    }
    psn_time in_day = minute * PSN_MINUTE - r->out->start_of_week % PSN_DAY, at;
    if (__builtin_mul_overflow(day - r->out->start_day, PSN_DAY, &at) ||
        __builtin_add_overflow(at, in_day, &at))
        return day < r->out->start_day ? -PSN_NEVER : PSN_NEVER;
    return at;
}

bool reading_presence(struct reading *r, const struct node *entry, struct span within,
                      struct span *there)
{
    const struct node *from = node_get(entry, "from"), *until = node_get(entry, "until");
    struct span own = {reading_moment(r, from, 0), reading_moment(r, until, PSN_NEVER)};
    if (own.close <= own.open && until != NULL && from != NULL)
        reading_mistake(r, until->place, "\"until\" is not after \"from\"; expected a later date");
    *there = span_common(span_common(own, ALWAYS), within);
    bool in = reading_only(r, entry);
    return in && there->open < there->close && there->open < r->out->horizon;
}

static int by_time(const void *a, const void *b)
{
    const psn_time *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void add_span(const struct description *d, bool exists, const struct span *s, psn_time *list,
                     size_t *n)
{
    if (!exists)
        return;
    if (s->open > 0)
        list[(*n)++] = s->open;
    if (s->close < d->horizon)
        list[(*n)++] = s->close;
}

void describe_epochs(struct reading *r)
{
    struct description *d = r->out;
    size_t things = d->n_partners + d->n_sites + d->n_links + d->n_pools + d->n_arrays;
    size_t room = 2 * things + 1, n = 1;
    psn_time *list = reading_scratch(r, room, sizeof *list); /* the first is 0 */
    if (r->exhausted)
        return;
    for (size_t i = 0; i < d->n_partners; i++) /* what arrays keep changes with them */
        add_span(d, d->partner[i].exists, &d->partner[i].there, list, &n);
    for (size_t i = 0; i < d->n_sites; i++)
        add_span(d, d->site[i].exists, &d->site[i].there, list, &n);
    for (size_t i = 0; i < d->n_links; i++)
        add_span(d, d->link[i].exists, &d->link[i].there, list, &n);
    for (size_t i = 0; i < d->n_pools; i++)
        add_span(d, d->pool[i].exists, &d->pool[i].there, list, &n);
    for (size_t i = 0; i < d->n_arrays; i++)
        add_span(d, d->array[i].exists, &d->array[i].there, list, &n);
    qsort(list, n, sizeof *list, by_time);
    size_t kept = 1;
    for (size_t i = 1; i < n; i++)
        if (list[i] != list[kept - 1])
            list[kept++] = list[i];
    if (kept > EPOCHS_MOST) {
        reading_mistake(
            r, r->tree->place,
            "%zu dates at which partners, sites, links or stations come or go; expected at most "
            "%d",
            kept - 1, EPOCHS_MOST);
        kept = 1;
    }
    d->epoch = reading_keep(r, kept, sizeof *d->epoch);
    if (r->exhausted)
        return;
    memcpy(d->epoch, list, kept * sizeof *list);
    d->n_epochs = kept;
}

void describe_presence(struct reading *r)
{
    const struct entries *const nothing[] = {&r->arrangements, &r->calendars, &r->profiles,
                                             &r->classes, &r->services};
    static const char *const keys[] = {"only", "from", "until"};
    for (size_t s = 0; s < sizeof nothing / sizeof *nothing; s++)
        for (size_t i = 0; i < nothing[s]->n; i++)
            for (size_t k = 0; k < sizeof keys / sizeof *keys; k++) {
                const struct member *m = node_member(nothing[s]->member[i]->value, keys[k]);
                bool sites = nothing[s] == &r->routes && strcmp(keys[k], "from") == 0;
                if (m != NULL && !sites)
                    reading_mistake(r, m->place,
                                    "\"%s\" says nothing in section \"%s\"; expected it with "
                                    "partners, sites, links, compute, desks, storage, workloads, "
                                    "faults or objectives",
                                    keys[k], nothing[s]->section);
            }
}

void reading_date(const struct reading *r, psn_time at, char *text, size_t size)
{
    psn_time since = r->out->start_of_week % PSN_DAY + at;
    struct civil date = civil_date(r->out->start_day + since / PSN_DAY);
    uint32_t hour = (uint32_t)(since % PSN_DAY / PSN_HOUR);
    int n = snprintf(text, size, "%d-%02u-%02u", (int)date.year, date.month, date.day);
    if (hour > 0 && n > 0 && (size_t)n < size)
        snprintf(text + n, size - (size_t)n, " %02u:00", hour);
}
