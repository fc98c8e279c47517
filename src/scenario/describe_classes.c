/* SPDX-License-Identifier: Apache-2.0
 * The description's classes of service, and the levels in which stations serve them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"

/* How likely an early drop is at most, where no text says it; as in the table of the language. */
#define EARLY_STANDARD 0.1

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

/* A share that is all at most. */
static void read_share(struct reading *r, const struct node *n, enum bound b, double *out)
{
    if (n != NULL && reading_plain(r, n, DIMENSION_SHARE, b, out) && *out > 1)
        reading_mistake(r, n->place, "a share of %g %%; expected 100 %% or less", 100 * *out);
}

/* The policer of a strict class. */
static void read_limit(struct reading *r, const struct member *m, struct service_class *c)
{
    const struct node *limit = node_get(m->value, "limit"), *burst = node_get(m->value, "burst");
    if (limit == NULL && burst != NULL)
        reading_mistake(r, burst->place,
                        "class \"%s\" has a burst, and no limit that it would be above; expected "
                        "limit: SHARE",
                        m->key);
    read_share(r, limit, BOUND_POSITIVE, &c->limit);
    reading_burst(r, burst, &c->burst_bits);
}

/* Early drop: `from` below `to`, within the buffer. */
static void read_early(struct reading *r, const struct member *m, struct service_class *c)
{
    const struct node *early = node_get(m->value, "early"), *from = node_get(early, "from"),
                      *to = node_get(early, "to"), *most = node_get(early, "most");
    if (early == NULL)
        return;
    c->early = true;
    c->early_most = EARLY_STANDARD;
    read_share(r, from, BOUND_NOT_NEGATIVE, &c->early_from);
    read_share(r, to, BOUND_POSITIVE, &c->early_to);
    read_share(r, most, BOUND_POSITIVE, &c->early_most);
    if (from != NULL && to != NULL && c->early_from >= c->early_to)
        reading_mistake(r, to->place,
                        "class \"%s\" drops early from %g %% to %g %% of a buffer; expected the "
                        "second above the first",
                        m->key, 100 * c->early_from, 100 * c->early_to);
}

/* What is lost is sent again, and flows have windows. */
static void read_transfer(struct reading *r, const struct member *m, struct service_class *c)
{
    const struct node *transfer = node_get(m->value, "transfer"),
                      *start = node_get(m->value, "start"), *resend = node_get(m->value, "resend");
    c->resend = c->strict ? 0 : RESEND_STANDARD;
    if (node_is_none(resend))
        c->resend = 0;
    else if (resend != NULL)
        reading_time(r, resend, BOUND_POSITIVE, &c->resend);
    c->flows = transfer != NULL && strcmp(transfer->text, "flows") == 0;
    if (c->flows && c->strict)
        reading_mistake(r, transfer->place,
                        "class \"%s\" is strict and sends flows, which take what there is of a "
                        "link; expected queue: fair, or transfer: messages",
                        m->key);
    reading_plain(r, node_get(m->value, "window"), DIMENSION_SIZE, BOUND_POSITIVE, &c->window_bits);
    if (start != NULL && reading_plain(r, start, DIMENSION_SIZE, BOUND_POSITIVE, &c->start_bits) &&
        c->window_bits > 0 && c->start_bits > c->window_bits)
        reading_mistake(r, start->place,
                        "class \"%s\" starts with %g bytes and has a window of %g; expected to "
                        "start with the window or less",
                        m->key, c->start_bits / 8, c->window_bits / 8);
}

/* A target in ns; NaN where there is none. */
static double read_target(struct reading *r, const struct node *n)
{
    psn_time target = 0;
    return n != NULL && reading_time(r, n, BOUND_POSITIVE, &target) ? (double)target : NAN;
}

static void read_targets(struct reading *r, const struct member *m, struct service_class *c)
{
    const struct node *loss = node_get(m->value, "loss");
    c->delay_target = read_target(r, node_get(m->value, "delay"));
    c->jitter_target = read_target(r, node_get(m->value, "jitter"));
    c->loss_target = NAN;
    read_share(r, loss, BOUND_NOT_NEGATIVE, &c->loss_target);
}

static void read_class(struct reading *r, const struct member *m, struct service_class *c,
                       double *priority)
{
    const struct node *queue = reading_value(r, "classes", m->value, "queue"),
                      *dscp = node_get(m->value, "dscp");
    c->name = reading_text(r, m->key);
    c->place = reading_place(r, m->place);
    c->dscp = dscp != NULL ? reading_text(r, dscp->text) : NULL;
    c->weight = *priority = 1;
    c->strict = queue != NULL && strcmp(queue->text, "strict") == 0;
    if (c->strict) {
        tell_idle(r, m, "weight", "fair");
        reading_plain(r, node_get(m->value, "priority"), DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE,
                      priority);
    } else {
        tell_idle(r, m, "priority", "strict");
        tell_idle(r, m, "limit", "strict");
        reading_plain(r, node_get(m->value, "weight"), DIMENSION_NUMBER, BOUND_POSITIVE,
                      &c->weight);
    }
    read_limit(r, m, c);
    read_early(r, m, c);
    read_transfer(r, m, c);
    read_targets(r, m, c);
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
