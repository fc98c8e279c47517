/* SPDX-License-Identifier: Apache-2.0
 * Rates as maps and labels of networks write them. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/import.h"

/* What stands behind a number. Longer names before those that they begin with. */
static const struct {
    const char *name;
    double bps;
} units[] = {
    {"terabits", 1e12}, {"tbits/s", 1e12}, {"tbit/s", 1e12}, {"tbps", 1e12},    {"tb/s", 1e12},
    {"gigabits", 1e9},  {"gigabit", 1e9},  {"gbits/s", 1e9}, {"gbit/s", 1e9},   {"gbits", 1e9},
    {"gbit", 1e9},      {"gbps", 1e9},     {"gb/s", 1e9},    {"gbe", 1e9},      {"gige", 1e9},
    {"gb", 1e9},        {"ge", 1e9},       {"g", 1e9},       {"megabits", 1e6}, {"megabit", 1e6},
    {"mbits/s", 1e6},   {"mbit/s", 1e6},   {"mbits", 1e6},   {"mbit", 1e6},     {"mbps", 1e6},
    {"mb/s", 1e6},      {"mb", 1e6},       {"m", 1e6},       {"kilobits", 1e3}, {"kbits/s", 1e3},
    {"kbit/s", 1e3},    {"kbits", 1e3},    {"kbit", 1e3},    {"kbps", 1e3},     {"kb/s", 1e3},
    {"kb", 1e3},        {"k", 1e3},        {"bits/s", 1},    {"bit/s", 1},      {"bps", 1},
};

/* Hierarchies by name: the rate of level 1 is multiplied by the number behind it. SDH: ITU-T G.707;
 * SONET: ANSI T1.105, GR-253. */
static const struct {
    const char *name;
    double bps;
} levels[] = {{"stm", 155.52e6}, {"oc", 51.84e6}, {"sts", 51.84e6}};

/* Rates that are a word. E1, E3: ITU-T G.702; T1 and T3 are its DS1 and DS3. */
static const struct {
    const char *name;
    double bps;
} words[] = {
    {"fast ethernet", 1e8}, {"gigabit ethernet", 1e9}, {"gige", 1e9},     {"gbe", 1e9},
    {"e1", 2.048e6},        {"e3", 34.368e6},          {"t1", 1.544e6},   {"t3", 44.736e6},
    {"ds1", 1.544e6},       {"ds3", 44.736e6},         {"ds-1", 1.544e6}, {"ds-3", 44.736e6},
};

static const char *skip_blanks(const char *t)
{
    while (*t == ' ' || *t == '\t' || (unsigned char)*t == 0xA0 || (unsigned char)*t == 0xC2)
        t++;
    return t;
}

/* Does `text` begin with this word, and no letter or digit behind it? Returns what follows, or
 * NULL. */
static const char *after_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    if (strncasecmp(text, word, length) != 0 || isalnum((unsigned char)text[length]))
        return NULL;
    return text + length;
}

/* A number without sign or exponent, so that "10e" is 10; NULL where there is none. */
static const char *read_number(const char *t, double *x)
{
    size_t whole = strspn(t, "0123456789"), part = 0;
    if (whole == 0 || whole > 15)
        return NULL;
    if (t[whole] == '.')
        part = strspn(t + whole + 1, "0123456789");
    if (part > 15)
        return NULL;
    char text[40];
    size_t length = whole + (part ? part + 1 : 0);
    memcpy(text, t, length);
    text[length] = '\0';
    *x = strtod(text, NULL);
    return t + length;
}

/* NUMBER UNIT; NULL where this is none. */
static const char *read_with_unit(const char *t, double *bps)
{
    double x;
    const char *behind = read_number(t, &x);
    if (!behind)
        return NULL;
    behind = skip_blanks(behind);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        const char *end = after_word(behind, units[i].name);
        if (end) {
            *bps = x * units[i].bps;
            return end;
        }
    }
    return NULL;
}

/* A rate that begins exactly here; NULL where there is none. */
static const char *read_one(const char *t, double *bps)
{
    const char *end = read_with_unit(t, bps);
    if (end)
        return end;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        size_t length = strlen(levels[i].name);
        double level;
        if (strncasecmp(t, levels[i].name, length) != 0)
            continue;
        const char *number = t + length + (t[length] == '-' || t[length] == ' ');
        end = read_number(number, &level);
        if (end && level >= 1 && level == floor(level)) {
            *bps = level * levels[i].bps;
            return *end == 'c' || *end == 'C' ? end + 1 : end; /* concatenated: OC-48c */
        }
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((end = after_word(t, words[i].name))) {
            *bps = words[i].bps;
            return end;
        }
    return NULL;
}

/* "4 x 10 Gbit/s" or one rate. */
static const char *read_several(const char *t, double *bps)
{
    double times;
    const char *behind = read_number(t, &times);
    if (behind) {
        const char *x = skip_blanks(behind);
        const char *rate = *x == 'x' || *x == 'X' || *x == '*' ? skip_blanks(x + 1) : NULL;
        const char *end = rate ? read_one(rate, bps) : NULL;
        if (end && times > 0) {
            *bps *= times;
            return end;
        }
    }
    return read_one(t, bps);
}

int import_rate(const char *text, double *bps)
{
    int found = 0;
    bool inside = false; /* a word or number that is no rate */
    for (const char *t = text; *t;) {
        double x;
        const char *end = inside ? NULL : read_several(t, &x);
        if (end && x > 0 && isfinite(x)) {
            if (found == 0)
                *bps = x;
            found += found == 0 || x != *bps;
            t = end;
            inside = isalnum((unsigned char)*t);
            continue;
        }
        inside = isalnum((unsigned char)*t) || *t == '.';
        t++;
    }
    return found;
}
