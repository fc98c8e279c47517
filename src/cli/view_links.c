/* SPDX-License-Identifier: Apache-2.0
 * Link directions as a table: how busy, by class, and whose the busiest interval is. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/fold.h"
#include "cli/number.h"
#include "cli/view.h"
#include "results/links_read.h"

/* So many directions are shown unless all are asked for. */
#define SHOWN 20

/* Directions in the order in which they are shown. */
struct order {
    size_t direction;
    double peak, mean; /* utilisation */
};

static int by_peak(const void *a, const void *b)
{
    const struct order *x = a, *y = b;
    if (x->peak != y->peak)
        return x->peak > y->peak ? -1 : 1;
    if (x->mean != y->mean)
        return x->mean > y->mean ? -1 : 1;
    return (x->direction > y->direction) - (x->direction < y->direction);
}

static bool sends(const struct result_links *k, size_t channel)
{
    return k->channel[CHANNEL_BITS].mean[channel] > 0 ||
           k->channel[CHANNEL_SENT].mean[channel] > 0 ||
           k->channel[CHANNEL_DROPPED].mean[channel] > 0;
}

/* The directions that send anything, the busiest first; of a group's members the busiest alone
 * unless `every`. *hidden: those that are left out of groups; *idle: those that send nothing. */
static int pick(const struct result_links *k, bool every, struct order *row, size_t *n,
                size_t *hidden, size_t *idle)
{
    const char **name = calloc(k->n_directions + 1, sizeof *name);
    double *weight = calloc(k->n_directions + 1, sizeof *weight);
    size_t *index = calloc(k->n_directions + 1, sizeof *index);
    int code = name && weight && index ? 0 : PSN_EMEMORY;
    *n = *hidden = *idle = 0;
    for (size_t i = 0; !code && i < k->n_directions; i++) {
        bool used = k->direction_of[DIRECTION_PEAK].mean[i] > 0;
        for (size_t c = 0; c < k->n_classes; c++)
            used |= sends(k, i * k->n_classes + c);
        if (!used) {
            ++*idle;
            continue;
        }
        name[*n] = k->direction[i];
        /* Of links that are full for a while the busier: a billionth decides among equals. */
        weight[*n] = k->direction_of[DIRECTION_PEAK].mean[i] +
                     1e-9 * k->direction_of[DIRECTION_UTILISATION].mean[i];
        index[(*n)++] = i;
    }
    if (!code && !every)
        code = fold_list(name, weight, index, n, hidden);
    for (size_t i = 0; !code && i < *n; i++)
        row[i] = (struct order){index[i], k->direction_of[DIRECTION_PEAK].mean[index[i]],
                                k->direction_of[DIRECTION_UTILISATION].mean[index[i]]};
    if (!code)
        qsort(row, *n, sizeof *row, by_peak);
    free(name);
    free(weight);
    free(index);
    return code;
}

static struct time_unit delay_unit(const struct result_links *k, const struct order *row, size_t n)
{
    double *x = calloc(n * k->n_classes + 1, sizeof *x);
    size_t count = 0;
    for (size_t i = 0; x && i < n; i++)
        for (size_t c = 0; c < k->n_classes; c++)
            x[count++] = k->channel[CHANNEL_DELAY_MEAN].mean[row[i].direction * k->n_classes + c];
    struct time_unit unit = number_time_unit(x, count);
    free(x);
    return unit;
}

static void add_number(struct table *t, double x)
{
    char text[NUMBER_SIZE];
    number_plain(x, text);
    table_add(t, "%s", text);
}

static void add_percent(struct table *t, double share)
{
    char text[NUMBER_SIZE];
    number_percent(share, text);
    table_add(t, "%s", text);
}

/* A share that was lost, in %: three decimals, for targets are of 0.1 % and less. */
static void add_loss(struct table *t, double share)
{
    double x = 100 * share;
    if (isnan(x))
        table_add(t, "–");
    else if (x > 0 && x < 0.0005)
        table_add(t, "<0.001");
    else
        table_add(t, x > 0 ? "%.3f" : "%.0f", x);
}

/* A mean number of messages: two decimals. */
static void add_queue(struct table *t, double x)
{
    if (isnan(x))
        table_add(t, "–");
    else if (x > 0 && x < 0.005)
        table_add(t, "<0.01");
    else
        table_add(t, "%.2f", x);
}

/* Who sent most of what was sent in the busiest interval: "adur 64 %". */
static void add_owner(struct table *t, const struct result_links *k, size_t direction)
{
    const double *share = &k->peak_share.mean[direction * k->n_partners];
    size_t most = k->n_partners;
    for (size_t p = 0; p < k->n_partners; p++)
        if (share[p] > 0 && (most == k->n_partners || share[p] > share[most]))
            most = p;
    if (most < k->n_partners)
        table_add(t, "%s %.0f %%", k->partner[most], 100 * share[most]);
    else
        table_add(t, "–");
}

/* A direction, all classes together. */
static void add_direction(struct table *t, const struct result_links *k, size_t i)
{
    double queue = 0, sent = 0, dropped = 0;
    for (size_t c = i * k->n_classes; c < (i + 1) * k->n_classes; c++) {
        bool told = !isnan(k->channel[CHANNEL_QUEUE_MEAN].mean[c]);
        queue += told ? k->channel[CHANNEL_QUEUE_MEAN].mean[c] : 0;
        sent += told ? k->channel[CHANNEL_SENT].mean[c] : 0;
        dropped += told ? k->channel[CHANNEL_DROPPED].mean[c] : 0;
    }
    table_add(t, "%s", k->direction[i]);
    add_percent(t, k->direction_of[DIRECTION_UTILISATION].mean[i]);
    add_percent(t, k->direction_of[DIRECTION_P95].mean[i]);
    add_percent(t, k->direction_of[DIRECTION_PEAK].mean[i]);
    add_owner(t, k, i);
    add_percent(t, k->direction_of[DIRECTION_HOURS_ABOVE].mean[i] / 100);
    add_queue(t, queue);
    table_add(t, "%s", "");
    add_loss(t, sent + dropped > 0 ? dropped / (sent + dropped) : NAN);
}

static void add_class(struct table *t, const struct result_links *k, size_t channel,
                      const struct time_unit *unit)
{
    table_add(t, "  %s", k->class[channel % k->n_classes]);
    add_percent(t, k->channel[CHANNEL_UTILISATION].mean[channel]);
    add_percent(t, k->channel[CHANNEL_P95].mean[channel]);
    table_add(t, "%s", "");
    table_add(t, "%s", "");
    add_percent(t, k->channel[CHANNEL_HOURS_ABOVE].mean[channel] / 100);
    add_queue(t, k->channel[CHANNEL_QUEUE_MEAN].mean[channel]);
    add_number(t, unit->per_second * k->channel[CHANNEL_DELAY_MEAN].mean[channel]);
    add_loss(t, k->channel[CHANNEL_LOSS].mean[channel]);
}

static void add_columns(struct table *t, const struct time_unit *unit)
{
    const char *delay = table_text(t, "delay,\n%s", unit->name);
    table_key(t, "direction, class", TABLE_LEFT);
    table_column(t, "busy, %", "mean", TABLE_DECIMAL);
    table_column(t, "busy, %", "p95", TABLE_DECIMAL);
    table_column(t, "busiest interval", "%", TABLE_DECIMAL);
    table_column(t, "busiest interval", "most of it", TABLE_LEFT);
    table_column(t, NULL, "above\n80 %, h", TABLE_DECIMAL);
    table_column(t, NULL, "queue", TABLE_DECIMAL);
    table_column(t, NULL, delay ? delay : "", TABLE_DECIMAL);
    table_column(t, NULL, "loss,\n%", TABLE_DECIMAL);
}

static int print_rows(const struct result_links *k, const struct order *row, size_t n,
                      const struct view_page *p)
{
    struct table t = {0};
    struct time_unit unit = delay_unit(k, row, n);
    add_columns(&t, &unit);
    for (size_t i = 0; i < n; i++) {
        add_direction(&t, k, row[i].direction);
        for (size_t c = 0; c < k->n_classes; c++)
            if (sends(k, row[i].direction * k->n_classes + c))
                add_class(&t, k, row[i].direction * k->n_classes + c, &unit);
    }
    view_heading(p, "Links, the busiest first; each class by itself");
    return table_print(&t, p->out, p->bold);
}

/* What the columns are of, as they are not all of the same. */
static const char legend[] =
    "A direction is busy by what it could send then (contract, hours), a class by the whole\n"
    "line. Queue: messages there in the mean. Delay: the mean beyond the own transmission.\n";

int view_print_links(const struct result_links *k, bool every, const struct view_page *p)
{
    struct order *row = calloc(k->n_directions + 1, sizeof *row);
    size_t n, hidden, idle;
    int code = row ? pick(k, every, row, &n, &hidden, &idle) : PSN_EMEMORY;
    if (code) {
        free(row);
        return code;
    }
    size_t shown = every || n <= SHOWN ? n : SHOWN;
    if (shown)
        code = print_rows(k, row, shown, p);
    if (shown && !code)
        fputs(legend, p->out);
    free(row);
    if (shown < n)
        fprintf(p->out, "The %d busiest are shown; %zu more with --all.\n", SHOWN,
                hidden + n - shown);
    else
        view_hidden(hidden, "busiest", p->out);
    if (idle)
        fprintf(p->out, "%zu%s %s nothing.\n", idle, shown ? " more" : "",
                idle == 1 ? "sends" : "send");
    return code;
}
