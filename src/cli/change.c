/* SPDX-License-Identifier: Apache-2.0
 * How differences are worded. */
#include "cli/change.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* From this ratio of the two on, "3.2 times as long" reads better than "220 % slower". */
#define TIMES_FROM 2.0

/* The words for a figure. */
struct wording {
    const char *figure; /* the beginning of the measure's figure */
    bool share;
    const char *less, *more, *times;
};

static const struct wording table[] = {
    {"response", false, "faster", "slower", "times as long"},
    {"wait", false, "shorter", "longer", "times as long"},
    {"overrun max", false, "shorter", "longer", "times as long"},
    {"within objective", true, "fewer in time", "more in time", ""},
    {"utilisation", true, "less busy", "busier", ""},
    {"share", true, "less", "more", ""},
    {"offered", false, "fewer", "more", "times as many"},
    {"completed", false, "fewer", "more", "times as many"},
    {"unfinished", false, "fewer", "more", "times as many"},
    {"failed", false, "fewer", "more", "times as many"},
    {"refused", false, "fewer", "more", "times as many"},
    {"abandoned", false, "fewer", "more", "times as many"},
    {"retries", false, "fewer", "more", "times as many"},
    {"overruns", false, "fewer", "more", "times as many"},
    {"delay", false, "shorter", "longer", "times as long"},
    {"jitter", false, "less", "more", "times as much"},
    {"loss", true, "less", "more", ""},
    {"lost", false, "fewer", "more", "times as many"},
    {"unrouted", false, "fewer", "more", "times as many"},
    {"messages", false, "fewer", "more", "times as many"},
    {"flows", false, "fewer", "more", "times as many"},
    {"flow time", false, "shorter", "longer", "times as long"},
    {"goodput", false, "slower", "faster", "times as fast"},
    {"present", false, "fewer", "more", "times as many"},
    {"throughput", false, "less", "more", "times as much"},
    {"", false, "lower", "higher", "times as high"},
};

static const struct wording *wording(const struct measure *m)
{
    static const struct wording judged_share = {"objective", true, "lower", "higher", ""};
    static const struct wording judged_time = {"objective", false, "shorter", "longer",
                                               "times as long"};
    if (!strcmp(m->figure, "objective") && !strcmp(m->unit, "1"))
        return &judged_share;
    if (!strcmp(m->figure, "objective") && !strcmp(m->unit, "s"))
        return &judged_time;
    const struct wording *w = table;
    while (strncmp(m->figure, w->figure, strlen(w->figure)) != 0)
        w++;
    return w;
}

struct change_scale change_scale(const struct measure *m, double size)
{
    if (wording(m)->share)
        return (struct change_scale){100, "points"};
    struct time_unit unit = {"", 1};
    if (!strcmp(m->unit, "s"))
        unit = number_time_unit(&size, 1);
    else if (!strcmp(m->unit, "1/s"))
        unit = number_rate_unit(&size, 1);
    else if (!strcmp(m->unit, "bit/s"))
        unit = number_speed_unit(size);
    else if (strcmp(m->unit, "1") != 0)
        unit.name = m->unit;
    return (struct change_scale){unit.per_second, unit.name};
}

double change_size(const struct comparison *c)
{
    return fmax(fabs(c->base), fabs(c->other));
}

/* Is it a share of which a tenth of a percent matters: loss, or what has a limit below 1 %? */
static bool is_small(const struct measure *m)
{
    return !strcmp(m->figure, "loss") || m->limit < 0.01;
}

void change_value(const struct measure *m, double x, double size, char text[CHANGE_SIZE])
{
    char digits[NUMBER_SIZE];
    if (wording(m)->share) {
        if (is_small(m) && fabs(x) < 0.1)
            number_plain(100 * x, digits);
        else
            number_percent(x, digits);
        snprintf(text, CHANGE_SIZE, isfinite(x) ? "%s %%" : "%s", digits);
        return;
    }
    struct change_scale scale = change_scale(m, size);
    number_plain(x * scale.factor, digits);
    const char *gap = *scale.unit && *scale.unit != '/' ? " " : "";
    snprintf(text, CHANGE_SIZE, "%s%s%s", digits, isfinite(x) ? gap : "",
             isfinite(x) ? scale.unit : "");
}

void change_difference(const struct comparison *c, double scale, char value[NUMBER_SIZE],
                       char half[NUMBER_SIZE])
{
    char digits[NUMBER_SIZE];
    number_estimate(&c->difference, scale, digits, half);
    bool zero = digits[strcspn(digits, "123456789")] == '\0'; /* as it is printed: without a sign */
    bool plus = c->difference.value > 0 && !zero;
    snprintf(value, NUMBER_SIZE, "%s%.40s", plus ? "+" : "", digits + (zero && digits[0] == '-'));
}

/* A positive amount with as many digits as a reader wants of a change. */
static void amount(double x, char text[NUMBER_SIZE])
{
    if (x < 0.1)
        snprintf(text, NUMBER_SIZE, "<0.1");
    else
        snprintf(text, NUMBER_SIZE, x < 9.95 ? "%.1f" : "%.0f", x);
}

const char *change_missing(enum change change)
{
    switch (change) {
    case CHANGE_UNSTABLE:
        return "becomes unstable";
    case CHANGE_STABLE:
        return "becomes stable";
    case CHANGE_BOTH_UNSTABLE:
        return "unstable in both";
    case CHANGE_NO_MEAN:
        return "no finite mean";
    case CHANGE_GONE:
        return "no longer there";
    case CHANGE_NEW:
        return "new";
    case CHANGE_ABSENT:
        return "in neither";
    default:
        return NULL;
    }
}

void change_words(const struct measure *m, const struct comparison *c, char text[CHANGE_SIZE])
{
    const struct wording *w = wording(m);
    const char *missing = change_missing(c->change);
    const char *direction = c->change == CHANGE_LESS ? w->less : w->more;
    char digits[NUMBER_SIZE];
    if (missing) {
        snprintf(text, CHANGE_SIZE, "%s", missing);
    } else if (c->change == CHANGE_NONE) {
        snprintf(text, CHANGE_SIZE, "no real difference");
    } else if (c->change == CHANGE_UNSURE) {
        snprintf(text, CHANGE_SIZE, c->difference.n ? "one pair: no interval" : "no pair");
    } else if (w->share) {
        amount(100 * fabs(c->difference.value), digits);
        snprintf(text, CHANGE_SIZE, "%s points %s", digits, direction);
    } else if (c->base == 0) {
        snprintf(text, CHANGE_SIZE, "%s; there were none", direction);
    } else if (c->other >= TIMES_FROM * c->base && c->base > 0) {
        amount(c->other / c->base, digits);
        snprintf(text, CHANGE_SIZE, "%s %s", digits, w->times);
    } else {
        amount(100 * fabs(compare_relative(c).value), digits);
        snprintf(text, CHANGE_SIZE, "%s %% %s", digits, direction);
    }
}
