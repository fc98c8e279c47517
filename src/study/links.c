/* SPDX-License-Identifier: Apache-2.0
 * Reduces the figures of links over replications. */
#include "study/links.h"

#include <math.h>

double channel_value(const struct outcome *o, size_t station, size_t channel, enum channel_figure f)
{
    const struct outcome_channel *c = &o->channel[channel];
    if (!o->station[station].exists)
        return NAN;
    switch (f) {
    case CHANNEL_UTILISATION:
        return c->utilisation;
    case CHANNEL_P95:
        return c->p95;
    case CHANNEL_HOURS_ABOVE:
        return c->hours_above;
    case CHANNEL_QUEUE_MEAN:
        return c->queue_messages;
    case CHANNEL_QUEUE_MAX:
        return c->queue_bits_max;
    case CHANNEL_DELAY_MEAN:
        return c->sent > 0 ? c->delay_s : NAN;
    case CHANNEL_DELAY_MAX:
        return c->sent > 0 ? c->delay_max_s : NAN;
    case CHANNEL_SENT:
        return (double)c->sent;
    case CHANNEL_DROPPED:
        return (double)c->dropped;
    case CHANNEL_LOSS:
        return c->sent + c->dropped > 0 ? c->lost_share : NAN;
    default:
        return c->bits;
    }
}

double direction_value(const struct outcome *o, size_t station, size_t direction,
                       enum direction_figure f)
{
    const struct outcome_direction *d = &o->direction[direction];
    if (!o->station[station].exists)
        return NAN;
    switch (f) {
    case DIRECTION_UTILISATION:
        return o->station[station].utilisation;
    case DIRECTION_P95:
        return d->p95;
    case DIRECTION_HOURS_ABOVE:
        return d->hours_above;
    default:
        return d->peak;
    }
}

bool links_init(struct links_summary *l, const struct outcome_shape *s, bool pairs)
{
    l->shape = *s;
    if (s->classes == 0)
        return true;
    size_t channels = s->directions * s->classes;
    bool ok = grid_init(&l->peak_share, s->directions, s->partners, pairs) &&
              grid_init(&l->day, channels, OUTCOME_DAY, pairs);
    for (size_t i = 0; ok && i < CHANNEL_FIGURES; i++)
        ok = grid_init(&l->channel[i], s->directions, s->classes, pairs);
    for (size_t i = 0; ok && i < DIRECTION_FIGURES; i++)
        ok = grid_init(&l->direction[i], s->directions, 1, pairs);
    return ok;
}

void links_fini(struct links_summary *l)
{
    for (size_t i = 0; i < CHANNEL_FIGURES; i++)
        grid_fini(&l->channel[i]);
    for (size_t i = 0; i < DIRECTION_FIGURES; i++)
        grid_fini(&l->direction[i]);
    grid_fini(&l->peak_share);
    grid_fini(&l->day);
}

void links_add(struct links_summary *l, const struct outcome *o, bool second)
{
    const struct outcome_shape *s = &l->shape;
    for (size_t k = 0; s->classes > 0 && k < s->directions; k++) {
        size_t station = links_station(s, k);
        bool there = o->station[station].exists, sent = false;
        for (size_t f = 0; f < DIRECTION_FIGURES; f++)
            grid_add(&l->direction[f], k, direction_value(o, station, k, (enum direction_figure)f),
                     second);
        for (size_t c = k * s->classes; c < (k + 1) * s->classes; c++) {
            for (size_t f = 0; f < CHANNEL_FIGURES; f++)
                grid_add(&l->channel[f], c, channel_value(o, station, c, (enum channel_figure)f),
                         second);
            for (size_t h = 0; h < OUTCOME_DAY; h++)
                grid_add(&l->day, c * OUTCOME_DAY + h, there ? o->day[c * OUTCOME_DAY + h] : NAN,
                         second);
        }
        /* Where nothing was sent there is no peak to share. */
        for (size_t p = 0; p < s->partners; p++)
            sent |= o->peak_share[k * s->partners + p] > 0;
        for (size_t p = k * s->partners; p < (k + 1) * s->partners; p++)
            grid_add(&l->peak_share, p, there && sent ? o->peak_share[p] : NAN, second);
    }
}

void links_skip(struct links_summary *l)
{
    for (size_t i = 0; i < CHANNEL_FIGURES; i++)
        grid_skip(&l->channel[i]);
    for (size_t i = 0; i < DIRECTION_FIGURES; i++)
        grid_skip(&l->direction[i]);
    grid_skip(&l->peak_share);
    grid_skip(&l->day);
}
