/* SPDX-License-Identifier: Apache-2.0
 * The variables of /classes, /class_partners and /links, and their figures of one run. */
#include "results/figures_network.h"

#include <math.h>

#include "study/links.h"

#define SECONDS ((double)PSN_SECOND)
#define BY      "run class"
#define BOTH    "run class partner"
#define CHANNEL "run direction class"

#define COUNT_OF(MEMBER)                                                                           \
    static double get_##MEMBER(const struct outcome_class *c, const struct histogram *h)           \
    {                                                                                              \
        (void)h;                                                                                   \
        return (double)c->MEMBER;                                                                  \
    }

COUNT_OF(sent)
COUNT_OF(delivered)
COUNT_OF(lost)
COUNT_OF(unrouted)
COUNT_OF(dropped)
COUNT_OF(resent)
COUNT_OF(under_way)
COUNT_OF(bits)
COUNT_OF(flows)
COUNT_OF(flows_under_way)
COUNT_OF(flow_bits)

#define MEAN_OF(MEMBER)                                                                            \
    static double get_##MEMBER##_mean(const struct outcome_class *c, const struct histogram *h)    \
    {                                                                                              \
        (void)h;                                                                                   \
        return tally_mean(&c->MEMBER) / SECONDS;                                                   \
    }
#define MAX_OF(MEMBER)                                                                             \
    static double get_##MEMBER##_max(const struct outcome_class *c, const struct histogram *h)     \
    {                                                                                              \
        (void)h;                                                                                   \
        return c->MEMBER.count > 0 ? (double)c->MEMBER.max / SECONDS : NAN;                        \
    }

MEAN_OF(delay)
MAX_OF(delay)
MEAN_OF(jitter)
MEAN_OF(flow_time)
MAX_OF(flow_time)

#define QUANTILE_OF(NAME, P)                                                                       \
    static double get_##NAME(const struct outcome_class *c, const struct histogram *h)             \
    {                                                                                              \
        return histogram_quantile(h, (P), c->delay.max) / SECONDS;                                 \
    }

QUANTILE_OF(delay_p50, 0.50)
QUANTILE_OF(delay_p95, 0.95)
QUANTILE_OF(delay_p99, 0.99)

static double get_jitter_p99(const struct outcome_class *c, const struct histogram *h)
{
    return outcome_spread(h, c->delay.max);
}

static double get_loss(const struct outcome_class *c, const struct histogram *h)
{
    (void)h;
    return outcome_loss(c);
}

static double get_goodput(const struct outcome_class *c, const struct histogram *h)
{
    (void)h;
    return c->flows > 0 ? c->flow_goodput_sum / (double)c->flows : NAN;
}

#define VARIABLE(NAME, TYPE, DIMENSIONS, UNIT, MEANING)                                            \
    {                                                                                              \
        .name = (NAME), .type = (TYPE), .dimensions = (DIMENSIONS), .unit = (UNIT),                \
        .meaning = (MEANING), .missing = (TYPE) == TABLE_INT64                                     \
    }
#define OF_CLASS(NAME, TYPE, GET, UNIT, NEEDS, MEANING)                                            \
    {                                                                                              \
        .variable = VARIABLE(NAME, TYPE, BY, UNIT, MEANING), .rows = ROWS_CLASS,                   \
        .needs = CLASS_USED | (NEEDS), .class = get_##GET                                          \
    }
#define OF_BOTH(NAME, TYPE, GET, UNIT, NEEDS, MEANING)                                             \
    {                                                                                              \
        .variable = VARIABLE(NAME, TYPE, BOTH, UNIT, MEANING), .rows = ROWS_CLASS_PARTNER,         \
        .needs = CLASS_USED | (NEEDS), .class = get_##GET                                          \
    }

/* What a class has of each partner as of all: OF is one of the two above. */
#define MESSAGES(OF)                                                                               \
    OF("messages_sent", TABLE_INT64, sent, "1", 0, "messages sent from warm-up to horizon"),       \
        OF("messages_delivered", TABLE_INT64, delivered, "1", 0,                                   \
           "of those, messages that arrived by the horizon"),                                      \
        OF("messages_lost", TABLE_INT64, lost, "1", 0, "of those, messages lost for good"),        \
        OF("messages_unrouted", TABLE_INT64, unrouted, "1", 0,                                     \
           "of those, messages that no route led for"),                                            \
        OF("messages_under_way", TABLE_INT64, under_way, "1", 0,                                   \
           "of those, messages still under way at the horizon"),                                   \
        OF("messages_dropped", TABLE_INT64, dropped, "1", 0,                                       \
           "times that the network lost a message"),                                               \
        OF("messages_resent", TABLE_INT64, resent, "1", 0,                                         \
           "times that a message was sent again for that"),                                        \
        OF("bits", TABLE_REAL, bits, "bit", 0, "bits of the messages that arrived"),               \
        OF("delay_mean", TABLE_REAL, delay_mean, "s", 0,                                           \
           "mean time of a message from end to end"),                                              \
        OF("delay_max", TABLE_REAL, delay_max, "s", 0,                                             \
           "longest time of a message from end to end"),                                           \
        OF("jitter_mean", TABLE_REAL, jitter_mean, "s", 0,                                         \
           "mean difference between the delays of two messages, one after the other"),             \
        OF("loss", TABLE_REAL, loss, "1", 0,                                                       \
           "share of what was put on the network that it lost, resent or not"),                    \
        OF("flows_ended", TABLE_INT64, flows, "1", CLASS_FLOWS,                                    \
           "long transfers that ended by the horizon"),                                            \
        OF("flows_under_way", TABLE_INT64, flows_under_way, "1", CLASS_FLOWS,                      \
           "long transfers still under way at the horizon"),                                       \
        OF("flow_bits", TABLE_REAL, flow_bits, "bit", CLASS_FLOWS, "bits of those that ended"),    \
        OF("goodput_mean", TABLE_REAL, goodput, "bit/s", CLASS_FLOWS,                              \
           "mean over those that ended of their bits by their time"),                              \
        OF("flow_time_mean", TABLE_REAL, flow_time_mean, "s", CLASS_FLOWS,                         \
           "mean time of those that ended"),                                                       \
        OF("flow_time_max", TABLE_REAL, flow_time_max, "s", CLASS_FLOWS,                           \
           "longest time of those that ended")

static const struct figure_column classes[] = {
    MESSAGES(OF_CLASS),
    OF_CLASS("delay_p50", TABLE_REAL, delay_p50, "s", 0, "median of the delay"),
    OF_CLASS("delay_p95", TABLE_REAL, delay_p95, "s", 0, "delay that 95 % of messages keep within"),
    OF_CLASS("delay_p99", TABLE_REAL, delay_p99, "s", 0, "delay that 99 % of messages keep within"),
    OF_CLASS("jitter_p99", TABLE_REAL, jitter_p99, "s", 0,
             "delay that 99 % keep within, less the median"),
};

static const struct figure_column class_partners[] = {MESSAGES(OF_BOTH)};

#define OF_LINK(NAME, TYPE, DIMENSIONS, ROWS, FIGURE, UNIT, MEANING)                               \
    {                                                                                              \
        .variable = VARIABLE(NAME, TYPE, DIMENSIONS, UNIT, MEANING), .rows = (ROWS),               \
        .link = (FIGURE)                                                                           \
    }
#define OF_CHANNEL(NAME, TYPE, FIGURE, UNIT, MEANING)                                              \
    OF_LINK(NAME, TYPE, CHANNEL, ROWS_CHANNEL, FIGURE, UNIT, MEANING)
#define OF_DIRECTION(NAME, FIGURE, UNIT, MEANING)                                                  \
    OF_LINK(NAME, TABLE_REAL, "run direction", ROWS_DIRECTION, FIGURE, UNIT, MEANING)

#define PEAK_TIME DIRECTION_FIGURES /* no mean over replications has a meaning */

static const struct figure_column links[] = {
    OF_CHANNEL("utilisation", TABLE_REAL, CHANNEL_UTILISATION, "1",
               "mean share of the line in use by the class, from warm-up to horizon"),
    OF_CHANNEL("utilisation_p95", TABLE_REAL, CHANNEL_P95, "1",
               "share in use by the class that it keeps within for 95 % of the time, by interval"),
    OF_CHANNEL("hours_above", TABLE_REAL, CHANNEL_HOURS_ABOVE, "h",
               "hours of intervals in which the class used more than 80 %"),
    OF_CHANNEL("queue_mean", TABLE_REAL, CHANNEL_QUEUE_MEAN, "1",
               "mean number of messages that wait or are sent"),
    OF_CHANNEL("queue_max", TABLE_REAL, CHANNEL_QUEUE_MAX, "bit", "most that waited in one queue"),
    OF_CHANNEL("delay_mean", TABLE_REAL, CHANNEL_DELAY_MEAN, "s",
               "mean time of a message here beyond its own transmission"),
    OF_CHANNEL("delay_max", TABLE_REAL, CHANNEL_DELAY_MAX, "s",
               "longest time of a message here beyond its own transmission"),
    OF_CHANNEL("messages_sent", TABLE_INT64, CHANNEL_SENT, "1", "messages that left"),
    OF_CHANNEL("messages_dropped", TABLE_INT64, CHANNEL_DROPPED, "1", "messages that were lost"),
    OF_CHANNEL("loss", TABLE_REAL, CHANNEL_LOSS, "1", "lost, of those that left or were lost"),
    OF_CHANNEL("bits", TABLE_REAL, CHANNEL_BITS, "bit",
               "bits that left, overheads and flows included"),
    OF_DIRECTION("utilisation_all", DIRECTION_UTILISATION, "1",
                 "mean share of the capacity in use, all classes together"),
    OF_DIRECTION("utilisation_all_p95", DIRECTION_P95, "1",
                 "share in use that it keeps within for 95 % of the time, by interval"),
    OF_DIRECTION("hours_above_all", DIRECTION_HOURS_ABOVE, "h",
                 "hours of intervals in which more than 80 % was in use"),
    OF_DIRECTION("peak_utilisation", DIRECTION_PEAK, "1",
                 "share in use in the busiest interval, all classes together"),
    OF_DIRECTION("peak_interval", PEAK_TIME, "s",
                 "begin of the busiest interval, from the scenario's start"),
    OF_LINK("peak_share", TABLE_REAL, "run direction partner", ROWS_PEAK, 0, "1",
            "each partner's share of what was sent in the busiest interval"),
};

#define GROUP(NAME, TABLE, TITLE)                                                                  \
    {                                                                                              \
        (NAME), (TITLE), (TABLE), sizeof(TABLE) / sizeof *(TABLE)                                  \
    }

const struct figure_group figure_classes =
    GROUP("classes", classes, "The network's figures of each run by class of service");
const struct figure_group figure_class_partners =
    GROUP("class_partners", class_partners,
          "The network's figures of each run by class of service and partner");
const struct figure_group figure_links =
    GROUP("links", links, "Figures of each run by link direction and class of service");

_Static_assert(sizeof classes / sizeof *classes <= FIGURE_COLUMNS_MAX &&
                   sizeof links / sizeof *links <= FIGURE_COLUMNS_MAX,
               "a writer holds all columns of a group");

/* What any partner has of a class. */
static uint8_t flags_of(const struct study *s, size_t class)
{
    uint8_t flags = 0;
    for (size_t k = 0; k < s->shape.partners; k++)
        flags |= s->class[outcome_class_index(&s->shape, class, k)];
    return flags;
}

static double direction_figure(const struct figure_column *c, const struct study *s,
                               const struct outcome *o, size_t i)
{
    size_t station = links_station(&s->shape, i);
    if (c->link != PEAK_TIME)
        return direction_value(o, station, i, (enum direction_figure)c->link);
    int64_t interval = o->direction[i].peak_interval;
    bool none = interval < 0 || !o->station[station].exists;
    return none ? NAN : (double)interval * (double)s->base->interval / SECONDS;
}

void figure_fill_network(const struct figure_column *c, const struct study *s,
                         const struct outcome *o, void *row)
{
    const struct outcome_shape *shape = &s->shape;
    size_t n = figure_items(c, shape);
    for (size_t i = 0; i < n && !o->is_batch; i++) {
        if (c->rows == ROWS_CLASS) {
            struct outcome_class all = outcome_class_total(o, i);
            if ((flags_of(s, i) & c->needs) == c->needs)
                figure_put(c, row, i, c->class(&all, &o->class_delay[i]));
        } else if (c->rows == ROWS_CLASS_PARTNER) {
            if ((s->class[i] & c -> needs) == c->needs)
                figure_put(c, row, i, c->class(&o->class[i], NULL));
        } else if (c->rows == ROWS_CHANNEL) {
            size_t station = links_station(shape, i / shape->classes);
            figure_put(c, row, i, channel_value(o, station, i, (enum channel_figure)c->link));
        } else if (c->rows == ROWS_DIRECTION) {
            figure_put(c, row, i, direction_figure(c, s, o, i));
        } else if (o->station[links_station(shape, i / shape->partners)].exists) {
            figure_put(c, row, i, o->peak_share[i]);
        }
    }
}
