/* SPDX-License-Identifier: Apache-2.0
 * Speed changes of divided stations. */
#include "model/slowed.h"

static void change(void *owner, psn_time now)
{
    struct slowed *s = owner;
    changes_take(&s->changes, now);
    tree_set(&s->process->tree, s->change_slot, changes_next(&s->changes));
    divided_set_speed(s->station, s->changes.speed, now);
    tree_set(&s->process->tree, s->slot, s->station->next);
}

void slowed_init(struct slowed *s)
{
    process_bind(s->process, s->change_slot, change, s);
    change(s, 0);
}
