/* SPDX-License-Identifier: Apache-2.0
 * The description's classes of service, and the levels in which stations serve them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"

static int by_number(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* A key that says nothing beside this queue. */
static void tell_idle(struct reading *r, const struct member *m, const char *key, const char *queue)
{
    const struct member *idle = node_member(m->value, key);
    if (idle != NULL)
        reading_mistake(r, idle->place,
                        "class \"%s\" has a %s, which is for queue: %s; expected it without, or "
                        "queue: %s",
                        m->key, key, queue, queue);
}

static void read_class(struct reading *r, const struct member *m, struct service_class *c,
                       double *priority)
{
    const struct node *queue = reading_value(r, "classes", m->value, "queue");
    c->name = reading_text(r, m->key);
    c->place = reading_place(r, m->place);
    c->weight = *priority = 1;
    c->delay_target = c->jitter_target = c->loss_target = NAN;
    c->strict = queue != NULL && strcmp(queue->text, "strict") == 0;
    c->resend = c->strict ? 0 : RESEND_STANDARD;
    tell_idle(r, m, c->strict ? "weight" : "priority", c->strict ? "fair" : "strict");
    if (c->strict)
        reading_plain(r, node_get(m->value, "priority"), DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE,
                      priority);
    else
        reading_plain(r, node_get(m->value, "weight"), DIMENSION_NUMBER, BOUND_POSITIVE,
                      &c->weight);
}

void describe_classes(struct reading *r)
{
    struct description *d = r->out;
    size_t n = r->classes.n, kept = 0;
    d->class = reading_keep(r, n, sizeof *d->class);
    double *priority = reading_scratch(r, n, sizeof *priority);
    double *sorted = reading_scratch(r, n, sizeof *sorted);
    if (r->exhausted)
        return;
    d->n_classes = n;
    for (size_t i = 0; i < n && !r->exhausted; i++) {
        read_class(r, r->classes.member[i], &d->class[i], &priority[i]);
        if (d->class[i].strict)
            sorted[kept++] = priority[i];
    }
    if (kept > 0)
        qsort(sorted, kept, sizeof *sorted, by_number);
    d->n_levels = 0; /* of strict ones */
    for (size_t i = 0; i < kept; i++)
        if (i == 0 || sorted[i] != sorted[i - 1])
            sorted[d->n_levels++] = sorted[i];
    for (size_t i = 0; i < n; i++) {
        const double *level = NULL;
        if (d->class[i].strict)
            level = bsearch(&priority[i], sorted, d->n_levels, sizeof *sorted, by_number);
        d->class[i].level = level != NULL ? (uint32_t)(level - sorted) : d->n_levels;
    }
    d->n_levels++; /* the last is that of fair ones */
}
