/* SPDX-License-Identifier: Apache-2.0
 * The variables of the groups of runs, and their figures of one run; those of the network are in
 * figures_network.c. */
#include "results/figures.h"

#include <math.h>

#include "results/figures_network.h"
#include "study/summary.h"

#define SECONDS ((double)PSN_SECOND)

static double share_of(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

static double stream_offered(const struct outcome_stream *o)
{
    return (double)o->offered;
}

static double stream_expected(const struct outcome_stream *o)
{
    return o->expected;
}

static double stream_completed(const struct outcome_stream *o)
{
    return (double)o->completed;
}

static double stream_failed(const struct outcome_stream *o)
{
    return (double)o->failed;
}

static double stream_refused(const struct outcome_stream *o)
{
    return (double)o->refused;
}

static double stream_abandoned(const struct outcome_stream *o)
{
    return (double)o->abandoned;
}

static double stream_lost(const struct outcome_stream *o)
{
    return (double)o->lost;
}

static double stream_unrouted(const struct outcome_stream *o)
{
    return (double)o->unrouted;
}

static double stream_retries(const struct outcome_stream *o)
{
    return (double)o->retries;
}

static double stream_unfinished(const struct outcome_stream *o)
{
    return (double)o->unfinished;
}

static double stream_mean(const struct outcome_stream *o)
{
    return o->unstable || o->no_mean ? NAN : outcome_response_mean(o);
}

static double stream_quantile(const struct outcome_stream *o, double p)
{
    return o->unstable ? NAN : outcome_response_quantile(o, p);
}

static double stream_p50(const struct outcome_stream *o)
{
    return stream_quantile(o, 0.50);
}

static double stream_p90(const struct outcome_stream *o)
{
    return stream_quantile(o, 0.90);
}

static double stream_p95(const struct outcome_stream *o)
{
    return stream_quantile(o, 0.95);
}

static double stream_p99(const struct outcome_stream *o)
{
    return stream_quantile(o, 0.99);
}

static double stream_max(const struct outcome_stream *o)
{
    return o->unstable || o->response.count == 0 ? NAN : (double)o->response.max / SECONDS;
}

static double stream_within(const struct outcome_stream *o)
{
    return o->unstable ? NAN : share_of(o->within, o->judged);
}

static double stream_judged(const struct outcome_stream *o)
{
    return (double)o->judged;
}

static double stream_overruns(const struct outcome_stream *o)
{
    return (double)o->overruns;
}

static double stream_overrun_max(const struct outcome_stream *o)
{
    return (double)o->overrun_max / SECONDS;
}

static double stream_unstable(const struct outcome_stream *o)
{
    return o->unstable;
}

static double stream_no_mean(const struct outcome_stream *o)
{
    return o->no_mean;
}

static double station_exists(const struct outcome_station *o)
{
    return o->exists;
}

static double station_unstable(const struct outcome_station *o)
{
    return o->exists && o->unstable;
}

static double station_no_mean(const struct outcome_station *o)
{
    return o->exists && o->no_mean;
}

static double station_utilisation(const struct outcome_station *o)
{
    return o->utilisation;
}

static double station_present(const struct outcome_station *o)
{
    return o->unstable || o->no_mean ? NAN : o->present;
}

static double station_present_max(const struct outcome_station *o)
{
    return o->unstable ? NAN : (double)o->present_max;
}

static double station_wait(const struct outcome_station *o)
{
    return o->unstable || o->no_mean ? NAN : o->wait_s;
}

static double station_throughput(const struct outcome_station *o)
{
    return o->throughput;
}

static double station_refused(const struct outcome_station *o)
{
    return (double)o->refused;
}

static double station_abandoned(const struct outcome_station *o)
{
    return (double)o->abandoned;
}

static double station_load(const struct outcome_station *o)
{
    return o->load;
}

#define STREAMS  "run service partner"
#define STATIONS "run station"

#define STREAM_COUNT(NAME, NEEDS, MEANING)                                                         \
    {                                                                                              \
        .variable = {.name = #NAME,                                                                \
                     .type = TABLE_INT64,                                                          \
                     .dimensions = STREAMS,                                                        \
                     .unit = "1",                                                                  \
                     .meaning = (MEANING),                                                         \
                     .missing = true},                                                             \
        .needs = STREAM_USED | (NEEDS), .stream = stream_##NAME                                    \
    }
#define STREAM_REAL(NAME, GET, UNIT, NEEDS, MEANING)                                               \
    {                                                                                              \
        .variable = {.name = #NAME,                                                                \
                     .type = TABLE_REAL,                                                           \
                     .dimensions = STREAMS,                                                        \
                     .unit = (UNIT),                                                               \
                     .meaning = (MEANING)},                                                        \
        .needs = STREAM_USED | (NEEDS), .stream = stream_##GET                                     \
    }

static const struct figure_column services[] = {
    STREAM_COUNT(offered, 0, "requests that arrived from warm-up to horizon"),
    STREAM_COUNT(completed, 0, "of those, requests that were answered by the horizon"),
    STREAM_COUNT(failed, STREAM_FAILING, "of those, requests whose last attempt was in vain"),
    STREAM_COUNT(refused, STREAM_REFUSED, "of the failed ones, those that found no room"),
    STREAM_COUNT(abandoned, STREAM_ABANDONED, "of the failed ones, those that ran out of patience"),
    STREAM_COUNT(lost, STREAM_LOST, "of the failed ones, those that the network lost"),
    STREAM_COUNT(unrouted, STREAM_LOST, "of the failed ones, those that no route led for"),
    STREAM_COUNT(retries, STREAM_RETRIED, "further attempts, each after one that was in vain"),
    STREAM_COUNT(unfinished, 0, "of those, requests still under way at the horizon"),
    STREAM_REAL(expected, expected, "1", 0,
                "mean of the number that arrives, where all that ask are open sources"),
    STREAM_REAL(response_mean, mean, "s", 0, "mean response time"),
    STREAM_REAL(response_p50, p50, "s", 0, "median of the response time"),
    STREAM_REAL(response_p90, p90, "s", 0, "response time that 90 % of requests keep within"),
    STREAM_REAL(response_p95, p95, "s", 0, "response time that 95 % of requests keep within"),
    STREAM_REAL(response_p99, p99, "s", 0, "response time that 99 % of requests keep within"),
    STREAM_REAL(response_max, max, "s", 0, "longest response time"),
    STREAM_COUNT(judged, STREAM_JUDGED,
                 "requests that the objective judges: those that arrived in its hours"),
    STREAM_REAL(within_objective, within, "1", STREAM_JUDGED,
                "share of the judged requests answered within the objective's limit"),
    STREAM_COUNT(overruns, STREAM_SCHEDULED,
                 "scheduled jobs that went on after their window closed"),
    STREAM_REAL(overrun_max, overrun_max, "s", STREAM_SCHEDULED,
                "longest time that a job went on after its window closed"),
    {.variable = {.name = "unstable",
                  .type = TABLE_INT32,
                  .dimensions = STREAMS,
                  .unit = "1",
                  .meaning =
                      "whether a station on the way cannot carry its load, so that no figure "
                      "of response holds",
                  .flags = "stable unstable",
                  .missing = true},
     .needs = STREAM_USED,
     .stream = stream_unstable},
    {.variable = {.name = "no_mean",
                  .type = TABLE_INT32,
                  .dimensions = STREAMS,
                  .unit = "1",
                  .meaning = "whether the mean response is not finite: it passes a queue whose "
                             "service times vary too much",
                  .flags = "finite_mean no_finite_mean",
                  .missing = true},
     .needs = STREAM_USED,
     .stream = stream_no_mean},
};

#define STATION_REAL(NAME, GET, UNIT, MEANING)                                                     \
    {                                                                                              \
        .variable = {.name = #NAME,                                                                \
                     .type = TABLE_REAL,                                                           \
                     .dimensions = STATIONS,                                                       \
                     .unit = (UNIT),                                                               \
                     .meaning = (MEANING)},                                                        \
        .rows = ROWS_STATION, .station = station_##GET                                             \
    }
#define STATION_COUNT(NAME, NEEDS, MEANING)                                                        \
    {                                                                                              \
        .variable = {.name = #NAME,                                                                \
                     .type = TABLE_INT64,                                                          \
                     .dimensions = STATIONS,                                                       \
                     .unit = "1",                                                                  \
                     .meaning = (MEANING),                                                         \
                     .missing = true},                                                             \
        .rows = ROWS_STATION, .needs = (NEEDS), .station = station_##NAME                          \
    }
#define STATION_FLAG(NAME, MEANING, FLAGS)                                                         \
    {                                                                                              \
        .variable = {.name = #NAME,                                                                \
                     .type = TABLE_INT32,                                                          \
                     .dimensions = STATIONS,                                                       \
                     .unit = "1",                                                                  \
                     .meaning = (MEANING),                                                         \
                     .flags = (FLAGS),                                                             \
                     .missing = true},                                                             \
        .rows = ROWS_STATION, .station = station_##NAME                                            \
    }

static const struct figure_column stations[] = {
    STATION_REAL(utilisation, utilisation, "1",
                 "mean share of the capacity in use from warm-up to horizon"),
    STATION_REAL(present_mean, present, "1",
                 "mean number of jobs present, those in service included"),
    STATION_COUNT(present_max, 0, "greatest number of jobs present at once"),
    STATION_REAL(wait_mean, wait, "s", "mean time of a job beyond its own service"),
    STATION_REAL(throughput, throughput, "1/s", "jobs that left in a second, served"),
    STATION_COUNT(refused, STATION_REFUSES, "jobs that came and found no room"),
    STATION_COUNT(abandoned, STATION_ABANDONED, "jobs that left unserved, out of patience"),
    {.variable = {.name = "share",
                  .type = TABLE_REAL,
                  .dimensions = "run station partner",
                  .unit = "1",
                  .meaning = "each partner's share of the work served"},
     .rows = ROWS_SHARE},
    STATION_REAL(load, load, "1",
                 "work that open and scheduled workloads offer, as a share of the capacity"),
    STATION_FLAG(exists, "whether the arrangement has the station", "absent present"),
    STATION_FLAG(unstable,
                 "whether the load is the capacity or more, so that no figure of waiting holds",
                 "stable unstable"),
    STATION_FLAG(no_mean, "whether the mean wait is not finite: service times vary too much",
                 "finite_mean no_finite_mean"),
};

static const struct figure_column objectives[] = {
    {.variable = {.name = "value",
                  .type = TABLE_REAL,
                  .dimensions = "run target",
                  .meaning = "the figure that the objective judges, in the unit that `unit` gives"},
     .rows = ROWS_TARGET},
};

#define COUNT(TABLE) (sizeof(TABLE) / sizeof *(TABLE))

static const struct figure_group group_services = {
    "services", "Figures of each run by service and partner", services, COUNT(services)};
static const struct figure_group group_stations = {
    "stations", "Figures of each run by station and link direction", stations, COUNT(stations)};
static const struct figure_group group_objectives = {
    "objectives", "What each run says to each target of the objectives", objectives,
    COUNT(objectives)};

const struct figure_group *const figure_groups[FIGURE_GROUPS] = {
    &group_services, &group_stations,        &group_objectives,
    &figure_classes, &figure_class_partners, &figure_links,
};

_Static_assert(COUNT(services) <= FIGURE_COLUMNS_MAX && COUNT(stations) <= FIGURE_COLUMNS_MAX,
               "a writer holds all columns of a group");

/* Is the station's figure told where the station is absent? */
static bool told_when_absent(const struct figure_column *c)
{
    return c->station == station_exists || c->station == station_unstable ||
           c->station == station_no_mean;
}

/* Is it a figure of a station that series do not hold, so that batches of a run lack it? */
static bool of_run_alone(const struct figure_column *c)
{
    return c->station == station_present_max || c->station == station_refused ||
           c->station == station_abandoned;
}

void figure_fill(const struct figure_column *c, const struct study *s, const struct outcome *o,
                 void *row)
{
    if (o->status != 0)
        return;
    const struct outcome_shape *shape = &s->shape;
    size_t n = figure_items(c, shape);
    if (c->rows >= ROWS_CLASS) {
        figure_fill_network(c, s, o, row);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (c->rows == ROWS_STREAM) {
            if ((s->stream[i] & c->needs) == c->needs)
                figure_put(c, row, i, c->stream(&o->stream[i]));
        } else if (c->rows == ROWS_STATION) {
            if (!(o->is_batch && of_run_alone(c)) &&
                (o->station[i].exists || told_when_absent(c)) &&
                (s->station[i] & c->needs) == c->needs)
                figure_put(c, row, i, c->station(&o->station[i]));
        } else if (c->rows == ROWS_SHARE) {
            if (o->station[i / shape->partners].exists)
                figure_put(c, row, i, o->share[i]);
        } else if (!summary_target_unstable(s, i, o) && !summary_target_no_mean(s, i, o)) {
            figure_put(c, row, i, o->target[i]);
        }
    }
}
