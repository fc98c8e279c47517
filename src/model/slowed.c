/* SPDX-License-Identifier: Apache-2.0
 * Speed changes of links and arrays. */
#include "model/slowed.h"

#include <string.h>

#include "stations/pace.h"

static void change(void *owner, psn_time now)
{
    struct slowed *s = owner;
    changes_take(&s->changes, now);
    tree_set(&s->process->tree, s->change_slot, changes_next(&s->changes));
    s->changed(s->owner, &s->changes, now);
}

void slowed_init(struct slowed *s)
{
    process_bind(s->process, s->change_slot, change, s);
    change(s, 0);
}

psn_time slowed_done(const struct slowed *s, psn_time now, psn_time work)
{
    struct changes c = s->changes;
    struct pace pace = {.at = now, .speed = c.speed};
    exact_sum end = pace_units(work);
    memcpy(s->spare, c.outage, c.n_outages * sizeof *s->spare);
    c.outage = s->spare;
    for (;;) {
        psn_time done = pace_when(&pace, end), next = changes_next(&c);
        if (done <= next)
            return done;
        pace_advance(&pace, next);
        changes_take(&c, next);
        pace.speed = c.speed;
    }
}
