/* SPDX-License-Identifier: Apache-2.0
 * The description's pools and desks, but for their sizes (describe_sizes.c): where they stand, how
 * they serve, and how much room they have. */
#include <string.h>

#include "scenario/describe.h"

static const char *const disciplines[] = {
    [DISCIPLINE_FIFO] = "fifo",
    [DISCIPLINE_SHARING] = "sharing",
    [DISCIPLINE_PRIORITY] = "priority",
    [DISCIPLINE_PREEMPTIVE] = "preemptive",
    [DISCIPLINE_WEIGHTED] = "weighted",
    [DISCIPLINE_FAIR] = "fair",
    [DISCIPLINE_FAIR_QUEUES] = "fair-queues",
    [DISCIPLINE_UNLIMITED] = "unlimited",
};

/* What spec_check has found to be one of the words. */
static enum discipline read_discipline(const struct node *n)
{
    size_t found = DISCIPLINE_FIFO;
    for (size_t i = 0; n != NULL && i < sizeof disciplines / sizeof *disciplines; i++)
        if (strcmp(n->text, disciplines[i]) == 0)
            found = i;
    return (enum discipline)found;
}

/* How many jobs it holds, and what becomes of more. */
static void read_room(struct reading *r, const struct member *m, struct pool *p)
{
    const struct member *room = node_member(m->value, "room");
    const struct node *full = node_get(m->value, "full");
    double jobs = 0;
    p->blocks = full != NULL && strcmp(full->text, "block") == 0;
    if (room == NULL) {
        if (full != NULL)
            reading_mistake(r, full->place,
                            "\"%s\" says what happens where it is full, and has room for any "
                            "number; expected room: JOBS",
                            m->key);
        return;
    }
    if (!description_has_room(p->discipline))
        reading_mistake(r, room->place,
                        "\"%s\" has a room and discipline %s, which holds any number of jobs; "
                        "expected fifo, priority or preemptive",
                        m->key, disciplines[p->discipline]);
    if (!reading_plain(r, room->value, DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE, &jobs))
        return;
    if (jobs > POOL_MOST)
        reading_mistake(r, room->value->place, "room for %.0f jobs; expected at most %d", jobs,
                        POOL_MOST);
    else
        p->room = (int64_t)jobs;
}

/* Keys that say nothing beside this discipline. */
static void check_discipline(struct reading *r, const struct member *m, enum discipline d)
{
    static const char *const sizes[] = {"hosts", "cores"};
    const struct member *weights = node_member(m->value, "weights");
    if (weights != NULL && d != DISCIPLINE_FAIR)
        reading_mistake(r, weights->place,
                        "pool \"%s\" has weights of partners and discipline %s; expected "
                        "discipline: fair (of classes, weights are those of the section "
                        "\"classes\")",
                        m->key, disciplines[d]);
    for (size_t i = 0; i < 2 && d == DISCIPLINE_UNLIMITED; i++) {
        const struct member *size = node_member(m->value, sizes[i]);
        if (size != NULL)
            reading_mistake(r, size->place,
                            "pool \"%s\" has %s and is unlimited, with a core for every job; "
                            "expected one or the other (%s: none drops a key)",
                            m->key, sizes[i], sizes[i]);
    }
}

static void read_pool(struct reading *r, const struct member *m, struct pool *p)
{
    const char *section = p->desk ? "desks" : "compute";
    p->name = reading_text(r, m->key);
    p->place = reading_place(r, m->place);
    p->site = reading_station(r, m, &p->partner, &p->exists, &p->there);
    p->speed = 1;
    p->discipline = read_discipline(reading_value(r, section, m->value, "discipline"));
    read_room(r, m, p);
    if (p->desk) {
        const struct node *wrap_up = node_get(m->value, "wrap-up");
        p->wraps_up = wrap_up != NULL;
        reading_random(r, wrap_up, DIMENSION_TIME, BOUND_NOT_NEGATIVE, &p->wrap_up);
        return;
    }
    check_discipline(r, m, p->discipline);
    reading_plain(r, reading_value(r, section, m->value, "speed"), DIMENSION_NUMBER, BOUND_POSITIVE,
                  &p->speed);
}

void describe_pools(struct reading *r)
{
    struct description *d = r->out;
    d->pool = reading_keep(r, r->pools.n, sizeof *d->pool);
    if (r->exhausted)
        return;
    d->n_pools = r->pools.n;
    for (size_t i = 0; i < d->n_pools && !r->exhausted; i++) {
        d->pool[i].desk = entries_find(&r->desks, r->pools.name[i]) != NO_INDEX;
        read_pool(r, r->pools.member[i], &d->pool[i]);
    }
}
