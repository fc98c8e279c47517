/* SPDX-License-Identifier: Apache-2.0
 * Digits and units of printed figures. */
#include "cli/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The unit in which a time of this size reads well: from half a unit on, and minutes from five on,
 * since 90 s reads better than 1.5 min. A larger one, seconds at most, where the longest time would
 * have six digits before the point. */
static struct time_unit unit_of(double seconds, double longest)
{
    static const struct {
        double below;
        struct time_unit unit;
    } table[] = {
        {500e-9, {"ns", 1e9}}, {500e-6, {"µs", 1e6}},           {0.5, {"ms", 1e3}},
        {300, {"s", 1}},       {3 * 3600.0, {"min", 1 / 60.0}}, {INFINITY, {"h", 1 / 3600.0}},
    };
    size_t i = 0;
    while (!(seconds < table[i].below) && i + 1 < sizeof table / sizeof *table)
        i++;
    while (longest * table[i].unit.per_second >= 99999.5 && table[i].unit.per_second > 1)
        i++;
    return table[i].unit;
}

/* The greatest of what is finite; 0 where nothing is above. */
static double greatest(const double *x, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]) && x[i] > most)
            most = x[i];
    return most;
}

/* The median of what is finite and positive; 1 where nothing is. */
static double middle(double *x, size_t n)
{
    size_t finite = 0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(x[i]) && x[i] > 0)
            x[finite++] = x[i];
    if (!finite)
        return 1;
    qsort(x, finite, sizeof *x, compare);
    return x[finite / 2];
}

struct time_unit number_time_unit(double *x, size_t n)
{
    double longest = greatest(x, n);
    return unit_of(middle(x, n), longest);
}

struct time_unit number_rate_unit(double *x, size_t n)
{
    double rate = middle(x, n);
    if (rate >= 0.1)
        return (struct time_unit){"/s", 1};
    if (rate >= 0.1 / 60)
        return (struct time_unit){"/min", 60};
    return rate >= 0.1 / 3600 ? (struct time_unit){"/h", 3600} : (struct time_unit){"/d", 86400};
}

/* Decimals with which x shows this many significant digits; never negative. */
static int decimals(double x, int significant)
{
    if (!(fabs(x) > 0) || !isfinite(x))
        return 0;
    int d = significant - 1 - (int)floor(log10(fabs(x)));
    return d < 0 ? 0 : d > 12 ? 12 : d;
}

struct time_unit number_speed_unit(double size)
{
    if (size >= 1e9)
        return (struct time_unit){"Gbit/s", 1e-9};
    return size >= 1e6 ? (struct time_unit){"Mbit/s", 1e-6} : (struct time_unit){"kbit/s", 1e-3};
}

void number_plain(double x, char text[NUMBER_SIZE])
{
    if (isnan(x))
        snprintf(text, NUMBER_SIZE, "%s", "–");
    else if (isinf(x))
        snprintf(text, NUMBER_SIZE, "%s", x > 0 ? "∞" : "-∞");
    else if (fabs(x) < 1e15)
        snprintf(text, NUMBER_SIZE, "%.*f", decimals(x, 3), x);
    else
        snprintf(text, NUMBER_SIZE, "%.3g", x);
}

void number_estimate(const struct estimate *e, double scale, char value[NUMBER_SIZE],
                     char half[NUMBER_SIZE])
{
    double v = e->value * scale, h = e->half_width * scale;
    half[0] = '\0';
    if (!isfinite(v) || !isfinite(h) || h <= 0 || fabs(v) >= 1e15) {
        if (fabs(v) < 1e15 && v == rint(v))
            snprintf(value, NUMBER_SIZE, "%.0f",
                     v); /* a count that was the same in each replication */
        else if (isfinite(v) && fabs(v) < 1e15 && h == 0)
            snprintf(value, NUMBER_SIZE, "%.*f", decimals(v, 4), v);
        else
            number_plain(v, value);
        if (isfinite(v) && h == 0)
            snprintf(half, NUMBER_SIZE, "%s", "± 0");
        return;
    }
    double leading = h / pow(10, floor(log10(h)));
    int d = decimals(h, leading < 2 ? 2 : 1), most = decimals(v, 4);
    /* An interval far narrower than the figure: four digits are enough for anybody. */
    bool narrow = v != 0 && d > most;
    d = narrow ? most : d;
    snprintf(value, NUMBER_SIZE, "%.*f", d, v);
    if (narrow && h < 0.5 * pow(10, -d))
        snprintf(half, NUMBER_SIZE, "± <%.*f", d, pow(10, -d));
    else
        snprintf(half, NUMBER_SIZE, "± %.*f", d, h);
}

void number_percent(double share, char text[NUMBER_SIZE])
{
    double x = share * 100;
    if (x > 0 && x < 0.05)
        snprintf(text, NUMBER_SIZE, "%s", "<0.1");
    else if (isfinite(x))
        snprintf(text, NUMBER_SIZE, x == 0 ? "%.0f" : "%.1f", x);
    else
        number_plain(x, text);
}

/* At most `significant` digits, without the zeros at the end that say nothing. */
static void short_number(double x, int significant, char *text, size_t size)
{
    snprintf(text, size, "%.*f", decimals(x, significant), x);
    if (strchr(text, '.')) {
        char *end = text + strlen(text);
        while (end[-1] == '0')
            *--end = '\0';
        if (end[-1] == '.')
            end[-1] = '\0';
    }
}

void number_with_unit(double x, const char *unit, char text[NUMBER_SIZE])
{
    char digits[NUMBER_SIZE - 8];
    if (!isfinite(x)) {
        number_plain(x, text);
    } else if (!strcmp(unit, "s")) {
        struct time_unit u = unit_of(x, 0);
        short_number(x * u.per_second, 4, digits, sizeof digits);
        snprintf(text, NUMBER_SIZE, "%s %s", digits, u.name);
    } else if (!strcmp(unit, "1")) {
        short_number(x * 100, 4, digits, sizeof digits);
        snprintf(text, NUMBER_SIZE, "%s %%", digits);
    } else {
        short_number(x, 4, digits, sizeof digits);
        snprintf(text, NUMBER_SIZE, "%s", digits);
    }
}

void number_count(double x, char text[NUMBER_SIZE])
{
    if (!isfinite(x) || fabs(x) >= 1e15) {
        number_plain(x, text);
        return;
    }
    if (x != rint(x) && fabs(x) < 1000) {
        short_number(x, 4, text, NUMBER_SIZE);
        return;
    }
    char digits[32];
    snprintf(digits, sizeof digits, "%.0f", fabs(x));
    size_t length = strlen(digits), used = 0;
    if (rint(x) < 0)
        text[used++] = '-';
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text[used++] = ',';
        text[used++] = digits[i];
    }
    text[used] = '\0';
}

/* x in the largest of the units, each 1000 of the one before, in which it is 1 or more. */
static void scaled(double x, double first, const char *const *units, size_t n,
                   char text[NUMBER_SIZE])
{
    char digits[NUMBER_SIZE - 12];
    size_t i = 0;
    for (x /= first; i + 1 < n && fabs(x) >= 1000; i++)
        x /= 1000;
    short_number(x, 4, digits, sizeof digits);
    snprintf(text, NUMBER_SIZE, "%s %s", digits, units[i]);
}

void number_quantity(double x, enum dimension d, char text[NUMBER_SIZE])
{
    static const char *const bytes[] = {"B", "KB", "MB", "GB", "TB", "PB"}, *const bits[] = {
                                                                                "bit/s", "kbit/s",
                                                                                "Mbit/s", "Gbit/s",
                                                                                "Tbit/s"};
    char digits[NUMBER_SIZE - 12];
    switch (d) {
    case DIMENSION_SIZE:
        scaled(x, 8, bytes, sizeof bytes / sizeof *bytes, text);
        break;
    case DIMENSION_BANDWIDTH:
        scaled(x, 1, bits, sizeof bits / sizeof *bits, text);
        break;
    case DIMENSION_TIME:
        if (x >= 2 * 86400e9) {
            short_number(x / 86400e9, 4, digits, sizeof digits);
            snprintf(text, NUMBER_SIZE, "%s d", digits);
        } else {
            number_with_unit(x * 1e-9, "s", text);
        }
        break;
    case DIMENSION_RATE: {
        double copy = x;
        struct time_unit unit = number_rate_unit(&copy, 1);
        short_number(x * unit.per_second, 4, digits, sizeof digits);
        snprintf(text, NUMBER_SIZE, "%s %s", digits, unit.name);
        break;
    }
    case DIMENSION_SHARE:
        number_with_unit(x, "1", text);
        break;
    case DIMENSION_NUMBER:
    default:
        number_count(x, text);
        break;
    }
}

void number_length(double seconds, char text[NUMBER_SIZE])
{
    if (seconds == 0)
        snprintf(text, NUMBER_SIZE, "0 s");
    else if (fmod(seconds, 86400) == 0)
        snprintf(text, NUMBER_SIZE, "%.0f d", seconds / 86400);
    else
        number_with_unit(seconds, "s", text);
}
