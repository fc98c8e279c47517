/* SPDX-License-Identifier: Apache-2.0
 * When many threads take part in a run, and when one alone does it: by measured speed. What it
 * decides moves no bit of the results. For windows only. */
#ifndef KERNEL_PACE_H
#define KERNEL_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* What comes next: so long by so many. */
struct pace_slice {
    bool together;
    int64_t ns; /* at least; INT64_MAX: to the end */
};

/* Starts alone. Where a window is enough work for a barrier to be small beside it, all try for a
 * moment. While that is faster all go on, with a short look now and then at how fast one alone is;
 * as soon as it is not (another program uses a core, or the load has gone), one goes on alone, for
 * long enough that what the attempt lost is a few hundredths of the whole. */
struct pace {
    bool adapt, together;
    bool stalled;       /* the slice together was ended for it went badly */
    bool disturbed;     /* alone, it had its core for itself not all the time */
    double alone, team; /* events a ns, last seen; 0: not yet */
    double work;        /* ns a window, alone */
    int64_t patience;   /* until together again is tried, ns */
    int64_t settled;    /* together since the last look, ns */
};

/* `adapt` false: together, but alone whenever that has stalled: for a moment, and each time that
 * the next attempt stalls, too, for twice as long, up to a second. */
void pace_init(struct pace *p, bool adapt);

/* The next slice. */
struct pace_slice pace_next(struct pace *p);

/* What came of it, in the time that passed and the processor time of the thread that asks. */
void pace_seen(struct pace *p, int64_t ns, int64_t cpu_ns, int64_t events, int64_t windows);

/* The first thread looks at the clock in a slice together: what is done since its beginning, and
 * how long ago the last look was. True where the slice is to end at once, for it goes badly: who is
 * waited for is not running. */
bool pace_bad(struct pace *p, int64_t ns, int64_t since_look, int64_t events);

#endif
