/* SPDX-License-Identifier: Apache-2.0
 * The units of quantities, what they are worth in base units, and what people write for them. */
#include "scenario/units.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Nanoseconds in a day, and in a year of 365 days. */
#define DAY_NS  86400e9
#define YEAR_NS (365 * DAY_NS)

static const struct unit units[] = {
    {"ns", DIMENSION_TIME, 1, 0, "nanosecond"},
    {"us", DIMENSION_TIME, 1e3, 0, "microsecond"},
    {"\xC2\xB5s", DIMENSION_TIME, 1e3, 0, "microsecond"},
    {"ms", DIMENSION_TIME, 1e6, 0, "millisecond"},
    {"s", DIMENSION_TIME, 1e9, 0, "second"},
    {"min", DIMENSION_TIME, 60e9, 0, "minute"},
    {"h", DIMENSION_TIME, 3600e9, 0, "hour"},
    {"d", DIMENSION_TIME, DAY_NS, 0, "day of 24 hours"},
    {"week", DIMENSION_TIME, 7 * DAY_NS, 0, "week of 7 days"},
    {"weeks", DIMENSION_TIME, 7 * DAY_NS, 0, "week of 7 days"},
    {"month", DIMENSION_TIME, YEAR_NS / 12, 0, "a twelfth of a year"},
    {"months", DIMENSION_TIME, YEAR_NS / 12, 0, "a twelfth of a year"},
    {"y", DIMENSION_TIME, YEAR_NS, 0, "year of 365 days"},
    {"year", DIMENSION_TIME, YEAR_NS, 0, "year of 365 days"},
    {"years", DIMENSION_TIME, YEAR_NS, 0, "year of 365 days"},
    {"bit", DIMENSION_SIZE, 1, 0, "bit"},
    {"kbit", DIMENSION_SIZE, 1e3, 0, "1000 bits"},
    {"Mbit", DIMENSION_SIZE, 1e6, 0, "1000 kbit"},
    {"Gbit", DIMENSION_SIZE, 1e9, 0, "1000 Mbit"},
    {"Tbit", DIMENSION_SIZE, 1e12, 0, "1000 Gbit"},
    {"B", DIMENSION_SIZE, 8, 0, "byte of 8 bits"},
    {"KB", DIMENSION_SIZE, 8e3, 0, "1000 B"},
    {"kB", DIMENSION_SIZE, 8e3, 0, "1000 B"},
    {"MB", DIMENSION_SIZE, 8e6, 0, "1000 KB"},
    {"GB", DIMENSION_SIZE, 8e9, 0, "1000 MB"},
    {"TB", DIMENSION_SIZE, 8e12, 0, "1000 GB"},
    {"PB", DIMENSION_SIZE, 8e15, 0, "1000 TB"},
    {"KiB", DIMENSION_SIZE, 8.0 * 1024, 0, "1024 B"},
    {"MiB", DIMENSION_SIZE, 8.0 * 1048576, 0, "1024 KiB"},
    {"GiB", DIMENSION_SIZE, 8.0 * 1073741824, 0, "1024 MiB"},
    {"TiB", DIMENSION_SIZE, 8.0 * 1099511627776, 0, "1024 GiB"},
    {"bit/s", DIMENSION_BANDWIDTH, 1, 0, "bit a second"},
    {"kbit/s", DIMENSION_BANDWIDTH, 1e3, 0, "1000 bit/s"},
    {"Mbit/s", DIMENSION_BANDWIDTH, 1e6, 0, "1000 kbit/s"},
    {"Gbit/s", DIMENSION_BANDWIDTH, 1e9, 0, "1000 Mbit/s"},
    {"Tbit/s", DIMENSION_BANDWIDTH, 1e12, 0, "1000 Gbit/s"},
    {"B/s", DIMENSION_BANDWIDTH, 8, 0, "byte a second"},
    {"KB/s", DIMENSION_BANDWIDTH, 8e3, 0, "1000 B/s"},
    {"kB/s", DIMENSION_BANDWIDTH, 8e3, 0, "1000 B/s"},
    {"MB/s", DIMENSION_BANDWIDTH, 8e6, 0, "1000 KB/s"},
    {"GB/s", DIMENSION_BANDWIDTH, 8e9, 0, "1000 MB/s"},
    {"%", DIMENSION_SHARE, 1, 100, "a hundredth"},
    {0},
};

/* What people write, and what they mean by it. */
static const struct slip {
    const char *written, *meant;
    enum dimension dimension;
} slips[] = {
    {"sec", "s", DIMENSION_TIME},
    {"secs", "s", DIMENSION_TIME},
    {"second", "s", DIMENSION_TIME},
    {"seconds", "s", DIMENSION_TIME},
    {"msec", "ms", DIMENSION_TIME},
    {"usec", "us", DIMENSION_TIME},
    {"m", "min", DIMENSION_TIME},
    {"mins", "min", DIMENSION_TIME},
    {"minute", "min", DIMENSION_TIME},
    {"minutes", "min", DIMENSION_TIME},
    {"hr", "h", DIMENSION_TIME},
    {"hrs", "h", DIMENSION_TIME},
    {"hour", "h", DIMENSION_TIME},
    {"hours", "h", DIMENSION_TIME},
    {"day", "d", DIMENSION_TIME},
    {"days", "d", DIMENSION_TIME},
    {"wk", "week", DIMENSION_TIME},
    {"w", "week", DIMENSION_TIME},
    {"yr", "year", DIMENSION_TIME},
    {"yrs", "years", DIMENSION_TIME},
    {"byte", "B", DIMENSION_SIZE},
    {"bytes", "B", DIMENSION_SIZE},
    {"bits", "bit", DIMENSION_SIZE},
    {"Kb", "KB", DIMENSION_SIZE},
    {"Mb", "MB", DIMENSION_SIZE},
    {"Gb", "GB", DIMENSION_SIZE},
    {"Tb", "TB", DIMENSION_SIZE},
    {"K", "KB", DIMENSION_SIZE},
    {"M", "MB", DIMENSION_SIZE},
    {"G", "GB", DIMENSION_SIZE},
    {"T", "TB", DIMENSION_SIZE},
    {"bps", "bit/s", DIMENSION_BANDWIDTH},
    {"kbps", "kbit/s", DIMENSION_BANDWIDTH},
    {"Mbps", "Mbit/s", DIMENSION_BANDWIDTH},
    {"Gbps", "Gbit/s", DIMENSION_BANDWIDTH},
    {"kb", "kbit/s", DIMENSION_BANDWIDTH},
    {"Mb", "Mbit/s", DIMENSION_BANDWIDTH},
    {"Gb", "Gbit/s", DIMENSION_BANDWIDTH},
    {"kb/s", "kbit/s", DIMENSION_BANDWIDTH},
    {"Mb/s", "Mbit/s", DIMENSION_BANDWIDTH},
    {"Gb/s", "Gbit/s", DIMENSION_BANDWIDTH},
    {"mbit", "Mbit/s", DIMENSION_BANDWIDTH},
    {"gbit", "Gbit/s", DIMENSION_BANDWIDTH},
    {"percent", "%", DIMENSION_SHARE},
    {"pc", "%", DIMENSION_SHARE},
};

const struct unit *units_all(void)
{
    return units;
}

static const struct unit *find(const char *name, enum dimension d)
{
    for (const struct unit *u = units; u->name; u++)
        if (u->dimension == d && strcmp(u->name, name) == 0)
            return u;
    return NULL;
}

/* What stands before the unit of time of a rate or a growth; NULL for any other dimension. */
static const char *before_time(enum dimension d)
{
    return d == DIMENSION_RATE ? "/" : d == DIMENSION_GROWTH ? "%/" : NULL;
}

const struct unit *unit_find(const char *name, enum dimension d, struct unit *rate)
{
    const char *before = before_time(d);
    if (!before)
        return find(name, d);
    size_t n = strlen(before);
    const struct unit *time = strncmp(name, before, n) == 0 ? find(name + n, DIMENSION_TIME) : NULL;
    if (!time)
        return NULL;
    *rate = (struct unit){name, d, 1, time->factor / 1e9, NULL};
    return rate;
}

int unit_dimension(const char *name, enum dimension but)
{
    struct unit rate;
    for (int d = DIMENSION_SHARE; d <= DIMENSION_GROWTH; d++)
        if (d != (int)but && unit_find(name, (enum dimension)d, &rate))
            return d;
    return -1;
}

static const char *slip_find(const char *name, enum dimension d)
{
    for (int pass = 0; pass < 2; pass++) /* as written, then whatever the case of its letters */
        for (size_t i = 0; i < sizeof slips / sizeof *slips; i++)
            if (slips[i].dimension == d &&
                (pass ? strcasecmp : strcmp)(slips[i].written, name) == 0)
                return slips[i].meant;
    return NULL;
}

const char *unit_nearest(const char *name, enum dimension d, char spare[32])
{
    const char *before = before_time(d);
    if (before) {
        size_t n = strlen(before);
        const char *meant =
            strncmp(name, before, n) == 0 ? unit_nearest(name + n, DIMENSION_TIME, spare) : NULL;
        if (!meant)
            return NULL;
        char text[32];
        snprintf(text, sizeof text, d == DIMENSION_RATE ? "/ %.20s" : "%% / %.20s", meant);
        memcpy(spare, text, sizeof text);
        return spare;
    }
    const char *meant = slip_find(name, d);
    if (meant)
        return meant;
    const char *names[sizeof units / sizeof *units];
    size_t n = 0;
    for (const struct unit *u = units; u->name; u++)
        if (u->dimension == d)
            names[n++] = u->name;
    return node_nearest(name, names, n);
}
