/* SPDX-License-Identifier: Apache-2.0
 * An objective that watches requests or messages: which of them count for it. Used by the recorder
 * of requests and by the targets of classes. */
#ifndef MODEL_WATCH_H
#define MODEL_WATCH_H

#include "scenario/description.h"

/* A target as one stream of requests, or one class, sees it. */
struct watch {
    uint32_t target;
    struct span there;         /* when the objective judges */
    const struct hours *hours; /* NULL: always */
    psn_time within;           /* the limit that is counted; PSN_NEVER: none */
    psn_time from, until;      /* the last time looked up lies in [from, until) ... */
    bool open;                 /* ... which is in service hours, or not */
};

/* A watch for target t. Its hours are the description's. */
static inline struct watch watch_make(const struct description *d, uint32_t t, psn_time within)
{
    const struct objective *o = &d->objective[d->target[t].objective];
    return (struct watch){.target = t,
                          .hours = o->hours == NO_INDEX ? NULL : &d->hours[o->hours],
                          .there = o->there,
                          .within = within};
}

/* Does what began at `born` count for this watch? Hours are looked up once for each time that they
 * are open or shut. */
static inline bool watch_counts(struct watch *w, psn_time born)
{
    if (!span_has(&w->there, born))
        return false;
    if (!w->hours)
        return true;
    if (born < w->from || born >= w->until) {
        const struct span *s = hours_span(w->hours, born);
        w->open = s && s->open <= born;
        w->until = w->open ? s->close : s ? s->open : PSN_NEVER;
        w->from = born;
    }
    return w->open;
}

#endif
