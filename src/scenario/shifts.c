/* SPDX-License-Identifier: Apache-2.0
 * Hours with what there is in them, as changes in the order of time. */
#include "scenario/shifts.h"

#include <stdlib.h>

bool shifts_hours(struct reading *r, const struct member *m, struct shift *out)
{
    const struct node name = {.kind = NODE_SCALAR, .place = m->place, .text = m->key};
    uint32_t h = reading_hours(r, &name);
    if (h == NO_INDEX)
        return false;
    out->hours = &r->out->hours[h];
    out->place = m->place;
    return true;
}

static int by_time(const void *a, const void *b)
{
    const psn_time *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* When hours begin or end within the run, and its start: in order. */
static psn_time *list_times(struct reading *r, const struct shifts *shifts, size_t *n)
{
    size_t room = 1;
    for (size_t i = 0; i < shifts->n; i++)
        room += 2 * shifts->item[i].hours->n_spans;
    psn_time *list = reading_scratch(r, room, sizeof *list); /* the first is 0 */
    *n = 1;
    for (size_t i = 0; i < shifts->n && !r->exhausted; i++)
        for (size_t k = 0; k < shifts->item[i].hours->n_spans; k++) {
            const struct span *s = &shifts->item[i].hours->span[k];
            if (s->open > 0 && s->open < r->out->horizon)
                list[(*n)++] = s->open;
            if (s->close > 0 && s->close < r->out->horizon)
                list[(*n)++] = s->close;
        }
    if (!r->exhausted)
        qsort(list, *n, sizeof *list, by_time);
    return list;
}

/* What there is at a time of the run; false with the mistake told where two shifts say it. */
static bool capacity_at(struct reading *r, const struct shifts *shifts, struct capacity otherwise,
                        psn_time at, struct capacity *out)
{
    const struct shift *found = NULL;
    char when[32];
    *out = otherwise;
    out->at = at;
    for (size_t i = 0; i < shifts->n; i++) {
        const struct shift *s = &shifts->item[i];
        if (!hours_open(s->hours, at))
            continue;
        if (shifts->add) {
            out->servers += s->servers;
            continue;
        }
        if (found != NULL) {
            reading_date(r, at, when, sizeof when);
            reading_mistake(r, s->place,
                            "the hours \"%s\" and \"%s\" of %s \"%s\" are both open on %s; "
                            "expected hours apart from each other",
                            found->hours->name, s->hours->name, shifts->of, shifts->name, when);
            return false;
        }
        found = s;
        out->servers = s->servers;
        out->speed = s->speed;
    }
    return true;
}

struct capacity *shifts_capacity(struct reading *r, const struct shifts *shifts,
                                 struct capacity otherwise, size_t *n)
{
    size_t n_times, kept = 0;
    psn_time *time = list_times(r, shifts, &n_times);
    struct capacity *list = reading_keep(r, n_times, sizeof *list);
    *n = 0;
    if (r->exhausted)
        return NULL;
    for (size_t i = 0; i < n_times; i++) {
        struct capacity c;
        if (!capacity_at(r, shifts, otherwise, time[i], &c))
            return NULL;
        if (kept == 0 || c.servers != list[kept - 1].servers || c.speed != list[kept - 1].speed)
            list[kept++] = c;
    }
    *n = kept;
    return list;
}
