/* SPDX-License-Identifier: Apache-2.0
 * The network by class of service, as tables: what messages met from end to end, what became of
 * them, and how fast flows went. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/number.h"
#include "cli/view.h"

/* The classes of a point: the index of the first measure of each. */
struct classes {
    size_t *first, n;
};

/* The value of a class's figure; NULL where it has none. */
static const struct summary_value *value_of(const struct view_point *v, size_t first,
                                            const char *figure)
{
    size_t i = view_find(v, first, figure, v->measure[first].subject, "");
    return i < v->n_measures ? &v->value[i] : NULL;
}

static struct time_unit unit_over(const struct view_point *v, const struct classes *c,
                                  const char *const *figure, size_t n)
{
    double *x = calloc(c->n * n + 1, sizeof *x);
    size_t count = 0;
    for (size_t i = 0; x && i < c->n; i++)
        for (size_t k = 0; k < n; k++) {
            const struct summary_value *value = value_of(v, c->first[i], figure[k]);
            if (value)
                x[count++] = value->estimate.value;
        }
    struct time_unit unit = number_time_unit(x, count);
    free(x);
    return unit;
}

/* One cell: the estimate alone. */
static void add_value(struct table *t, const struct summary_value *v, double scale)
{
    char value[NUMBER_SIZE] = "–";
    if (v)
        number_plain(v->estimate.value * scale, value);
    table_add(t, "%s", value);
}

/* The figures that a class may have a target for. */
static const struct {
    const char *figure, *word;
} judged[] = {{"delay mean", "delay"}, {"jitter p99", "jitter"}, {"loss", "loss"}};

#define JUDGED (sizeof judged / sizeof *judged)

/* What the class allows of one figure; false where nothing. */
static bool limit_of(const struct view_point *v, size_t first, size_t which, double *limit)
{
    size_t i = view_find(v, first, judged[which].figure, v->measure[first].subject, "");
    *limit = i < v->n_measures ? v->measure[i].limit : NAN;
    return !isnan(*limit);
}

/* "met", "missed: delay, loss" or "too close: jitter"; "–" where nothing is judged. */
static void add_verdict(struct table *t, const struct view_point *v, size_t first)
{
    char text[100] = "";
    enum verdict worst = VERDICT_NONE;
    for (size_t k = 0; k < JUDGED; k++) {
        const struct summary_value *value = value_of(v, first, judged[k].figure);
        enum verdict here = value ? value->verdict : VERDICT_NONE;
        if (here == VERDICT_MISSED || (here == VERDICT_TOO_CLOSE && worst != VERDICT_MISSED) ||
            worst == VERDICT_NONE)
            worst = here;
    }
    for (size_t k = 0; k < JUDGED && worst != VERDICT_MET && worst != VERDICT_NONE; k++) {
        const struct summary_value *value = value_of(v, first, judged[k].figure);
        size_t used = strlen(text);
        if (value && value->verdict == worst)
            snprintf(text + used, sizeof text - used, "%s %s", used ? "," : ":", judged[k].word);
    }
    table_add(t, "%s%s",
              worst == VERDICT_MISSED      ? "missed"
              : worst == VERDICT_TOO_CLOSE ? "too close"
              : worst == VERDICT_MET       ? "met"
                                           : "–",
              text);
}

/* A row below a class's own: what it allows, under the figures that it is allowed of. */
static void add_allowed(struct table *t, const struct view_point *v, size_t first, double scale)
{
    double limit[JUDGED];
    bool any = false;
    for (size_t k = 0; k < JUDGED; k++)
        any |= limit_of(v, first, k, &limit[k]);
    if (!any)
        return;
    table_add(t, "  allowed");
    for (size_t k = 0; k < JUDGED; k++) {
        char text[NUMBER_SIZE] = "";
        if (!isnan(limit[k]))
            number_count(limit[k] * (k == 2 ? 100 : scale), text);
        table_add(t, "%s", text);
        for (size_t blank = 0; blank < (k == 0 ? 3 : k == 2 ? 1 : 0); blank++)
            table_add(t, "%s", "");
    }
}

/* Delay, jitter and loss, above what the class allows. */
static int print_quality(const struct view_point *v, const struct classes *c,
                         const struct view_page *p)
{
    static const char *const times[] = {"delay mean", "delay p95", "delay p99", "jitter p99"};
    static const char *const heads[] = {"mean", "p95", "p99", "jitter\np99"};
    struct table t = {0};
    struct time_unit unit = unit_over(v, c, times, 4);
    const char *delay = table_text(&t, "delay, %s", unit.name);
    table_key(&t, "class", TABLE_LEFT);
    for (size_t k = 0; k < 4; k++) {
        table_column(&t, delay, heads[k], TABLE_DECIMAL);
        if (k == 0)
            table_tight(&t, delay, "", TABLE_LEFT);
    }
    table_column(&t, NULL, "loss, %", TABLE_DECIMAL);
    table_column(&t, NULL, "verdict", TABLE_LEFT);
    for (size_t i = 0; i < c->n; i++) {
        size_t first = c->first[i];
        table_add(&t, "%s", v->measure[first].subject);
        view_estimate(&t, &value_of(v, first, times[0])->estimate, unit.per_second);
        for (size_t k = 1; k < 4; k++)
            add_value(&t, value_of(v, first, times[k]), unit.per_second);
        add_value(&t, value_of(v, first, "loss"), 100);
        add_verdict(&t, v, first);
        add_allowed(&t, v, first, unit.per_second);
    }
    view_heading(p, "Network by class: messages from end to end");
    return table_print(&t, p->out, p->bold);
}

/* What became of messages. */
static int print_fates(const struct view_point *v, const struct classes *c,
                       const struct view_page *p)
{
    static const char *const counts[] = {"messages lost", "messages unrouted", "messages resent",
                                         "messages under way"};
    static const char *const heads[] = {"lost", "no route", "sent again", "under way\nat the end"};
    struct table t = {0};
    double *rate = calloc(c->n + 1, sizeof *rate);
    if (!rate)
        return PSN_EMEMORY;
    for (size_t i = 0; i < c->n; i++)
        rate[i] = value_of(v, c->first[i], "messages sent")->estimate.value;
    struct time_unit unit = number_rate_unit(rate, c->n);
    free(rate);
    table_key(&t, "class", TABLE_LEFT);
    const char *sent = table_text(&t, "sent, %s", unit.name);
    table_column(&t, NULL, sent ? sent : "", TABLE_DECIMAL);
    table_tight(&t, NULL, "", TABLE_LEFT);
    for (size_t k = 0; k < 4; k++) {
        table_column(&t, NULL, heads[k], TABLE_DECIMAL);
        table_tight(&t, NULL, "", TABLE_LEFT);
    }
    for (size_t i = 0; i < c->n; i++) {
        table_add(&t, "%s", v->measure[c->first[i]].subject);
        view_estimate(&t, &value_of(v, c->first[i], "messages sent")->estimate, unit.per_second);
        for (size_t k = 0; k < 4; k++)
            view_estimate(&t, &value_of(v, c->first[i], counts[k])->estimate, 1);
    }
    view_heading(p, "Network by class: what became of messages");
    return table_print(&t, p->out, p->bold);
}

/* The unit of goodput, by the fastest class. */
static struct time_unit goodput_unit(const struct view_point *v, const struct classes *c)
{
    double most = 0;
    for (size_t i = 0; i < c->n; i++) {
        const struct summary_value *value = value_of(v, c->first[i], "goodput mean");
        if (value && value->estimate.value > most)
            most = value->estimate.value;
    }
    return number_speed_unit(most);
}

/* Flows: those of the classes that have any. */
static int print_flows(const struct view_point *v, const struct classes *c,
                       const struct view_page *p)
{
    static const char *const times[] = {"flow time mean", "flow time max"};
    struct table t = {0};
    struct time_unit unit = unit_over(v, c, times, 2);
    struct time_unit speed = goodput_unit(v, c);
    size_t rows = 0;
    const char *time = table_text(&t, "time to finish, %s", unit.name);
    const char *goodput = table_text(&t, "goodput, %s", speed.name);
    table_key(&t, "class", TABLE_LEFT);
    table_column(&t, NULL, "ended", TABLE_DECIMAL);
    table_tight(&t, NULL, "", TABLE_LEFT);
    table_column(&t, NULL, "under way\nat the end", TABLE_DECIMAL);
    table_tight(&t, NULL, "", TABLE_LEFT);
    table_column(&t, NULL, goodput ? goodput : "", TABLE_DECIMAL);
    table_tight(&t, NULL, "", TABLE_LEFT);
    table_column(&t, time, "mean", TABLE_DECIMAL);
    table_tight(&t, time, "", TABLE_LEFT);
    table_column(&t, time, "max", TABLE_DECIMAL);
    table_tight(&t, time, "", TABLE_LEFT);
    for (size_t i = 0; i < c->n; i++) {
        const struct summary_value *ended = value_of(v, c->first[i], "flows ended");
        const struct summary_value *left = value_of(v, c->first[i], "flows under way");
        if (!ended || !(ended->estimate.value > 0 || left->estimate.value > 0))
            continue;
        rows++;
        table_add(&t, "%s", v->measure[c->first[i]].subject);
        view_estimate(&t, &ended->estimate, 1);
        view_estimate(&t, &left->estimate, 1);
        view_estimate(&t, &value_of(v, c->first[i], "goodput mean")->estimate, speed.per_second);
        for (size_t k = 0; k < 2; k++)
            view_estimate(&t, &value_of(v, c->first[i], times[k])->estimate, unit.per_second);
    }
    if (!rows) {
        table_fini(&t);
        return 0;
    }
    view_heading(p, "Network by class: flows");
    return table_print(&t, p->out, p->bold);
}

/* All classes that somebody uses, or those of which any message was sent. */
static void list_classes(const struct view_point *v, struct classes *c, bool sent)
{
    c->n = 0;
    for (size_t i = 0; i < v->n_measures; i++) {
        if (strcmp(v->measure[i].figure, "delay mean") != 0 || *v->measure[i].partner)
            continue;
        const struct summary_value *messages = value_of(v, i, "messages sent");
        if (!sent || (messages && messages->estimate.value > 0))
            c->first[c->n++] = i;
    }
}

int view_print_classes(const struct view_point *v, const struct view_page *p)
{
    struct classes c = {calloc(v->n_measures + 1, sizeof *c.first), 0};
    if (!c.first)
        return PSN_EMEMORY;
    list_classes(v, &c, true);
    int code = c.n ? print_quality(v, &c, p) : 0;
    if (!code && c.n)
        code = print_fates(v, &c, p);
    list_classes(v, &c, false);
    if (!code && c.n)
        code = print_flows(v, &c, p);
    free(c.first);
    return code;
}
