/* SPDX-License-Identifier: Apache-2.0
 * How soon what happens in one process of a model can be felt in another. */
#include "kernel/distance.h"
#include "model/engine.h"

static void within(struct engine *e, size_t a, size_t b, psn_time delay)
{
    psn_time *there = &e->distance[a * e->n_processes + b];
    psn_time *back = &e->distance[b * e->n_processes + a];
    if (a == b)
        return;
    *there = delay < *there ? delay : *there;
    *back = delay < *back ? delay : *back;
}

/* Every line between two processes is that of a link direction, of the owner of flows, or of news
 * that goes back along a route: to a source (engine.c), or to a sender whose message was dropped
 * (sender.c). The last two take the delays of all links on their way together, so that the closure
 * over links holds them. A link has the same delay each way, and no change of the run shortens it.
 */
int lookahead_make(struct engine *e)
{
    const struct description *d = e->d;
    size_t n = e->n_processes;
    if (n == 1)
        return 0;
    e->distance = arena_array(&e->memory, n * n, sizeof *e->distance);
    if (!e->distance)
        return PSN_EMEMORY;
    for (size_t i = 0; i < n * n; i++)
        e->distance[i] = PSN_NEVER;
    for (size_t i = 0; i < d->n_links; i++)
        if (d->link[i].exists)
            within(e, e->process_of[d->link[i].end[0]], e->process_of[d->link[i].end[1]],
                   d->link[i].delay);
    for (size_t p = 1; p < n && e->plan.any; p++)
        within(e, 0, p, e->plan.control);
    distance_close(e->distance, n);
    return 0;
}
