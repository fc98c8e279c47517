/* SPDX-License-Identifier: Apache-2.0
 * The figures of link directions over the replications of a design point: by class, all classes
 * together, and by hour of the day. They are too many to be measures of the summary. Internal to
 * the study but for their names. */
#ifndef STUDY_LINKS_H
#define STUDY_LINKS_H

#include "study/grid.h"
#include "study/study.h"

/* By [direction x classes + class]. */
enum channel_figure {
    CHANNEL_UTILISATION,
    CHANNEL_P95,
    CHANNEL_HOURS_ABOVE,
    CHANNEL_QUEUE_MEAN,
    CHANNEL_QUEUE_MAX,
    CHANNEL_DELAY_MEAN,
    CHANNEL_DELAY_MAX,
    CHANNEL_SENT,
    CHANNEL_DROPPED,
    CHANNEL_LOSS,
    CHANNEL_BITS,
    CHANNEL_FIGURES
};

/* By direction. */
enum direction_figure {
    DIRECTION_UTILISATION,
    DIRECTION_P95,
    DIRECTION_HOURS_ABOVE,
    DIRECTION_PEAK,
    DIRECTION_FIGURES
};

/* What one run says; NaN where it says nothing, as of a link that is not there. */
double channel_value(const struct outcome *o, size_t station, size_t channel,
                     enum channel_figure f);
double direction_value(const struct outcome *o, size_t station, size_t direction,
                       enum direction_figure f);

/* The station that a direction is, in an outcome of this shape: link directions are the last. */
static inline size_t links_station(const struct outcome_shape *s, size_t direction)
{
    return s->stations - s->directions + direction;
}

struct links_summary {
    struct outcome_shape shape;
    struct grid channel[CHANNEL_FIGURES];
    struct grid direction[DIRECTION_FIGURES];
    struct grid peak_share; /* [direction x partners + partner] */
    struct grid day;        /* as outcome.day */
};

/* Empty where the shape has no classes. False where memory ends; fini in every case. */
bool links_init(struct links_summary *l, const struct outcome_shape *s, bool pairs);
void links_fini(struct links_summary *l);

/* As of summary_add and summary_skip. */
void links_add(struct links_summary *l, const struct outcome *o, bool second);
void links_skip(struct links_summary *l);

#endif
