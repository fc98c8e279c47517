/* SPDX-License-Identifier: Apache-2.0
 * The few types that every room and every user of psnsim shares: simulated time and error codes. */
#ifndef PSNSIM_TYPES_H
#define PSNSIM_TYPES_H

#include <stdint.h>

/* Simulated time in nanoseconds from the scenario's start, in local civil time without daylight
 * saving. Also used for durations. */
typedef int64_t psn_time;

#define PSN_SECOND ((psn_time)1000000000)
#define PSN_MINUTE (60 * PSN_SECOND)
#define PSN_HOUR   (60 * PSN_MINUTE)
#define PSN_DAY    (24 * PSN_HOUR)
#define PSN_WEEK   (7 * PSN_DAY)

/* Later than anything that happens. */
#define PSN_NEVER INT64_MAX

/* What a function returns that can fail: 0 or one of these. The text is in a psn_diagnostics. */
enum {
    PSN_OK = 0,
    PSN_EINPUT = -1,       /* the user's input is wrong: exit status 2 */
    PSN_EMEMORY = -2,      /* out of memory */
    PSN_EIO = -3,          /* a file could not be read or written */
    PSN_ERUN = -4,         /* the simulation could not be completed: exit status 1 */
    PSN_EINTERRUPTED = -5, /* a signal ended it; what was done is kept: exit status 130 */
};

#endif
