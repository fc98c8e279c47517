/* SPDX-License-Identifier: Apache-2.0
 * Drives a channel through arrivals and changes, and a reference that does the same ns by ns: what
 * the tests of channels share. At equal times departures and changes of rates come first, then
 * operations, then arrivals, each by index. */
#ifndef TESTS_CHANNEL_H
#define TESTS_CHANNEL_H

#include "drive.h"

#define FULL         PACE_FULL
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What the owner of a channel does to it besides sending jobs. */
enum deed { SPEED, BACKGROUND, FLUSH, LOOK };
struct operation {
    psn_time at;
    enum deed deed;
    uint64_t value; /* speed or cap */
    uint32_t class, weight;
    exact_sum work; /* LOOK: what came of it: work of the class */
};

/* One job of a test: what is given, and what came of it. */
struct ride {
    psn_time at;
    struct job job;
    double chance;
    enum channel_fate fate;
    psn_time staged; /* end of the first stage; PSN_NEVER: none */
    psn_time gone;   /* departure; PSN_NEVER: not taken, or not gone */
    bool flushed;
};

struct course {
    const struct channel_config *config;
    struct ride *ride;
    size_t n_rides;
    struct operation *operation;
    size_t n_operations;
    double utilisation; /* what came of it, up to `until` */
    psn_time until;
};

/* Through a fresh station, up to course->until. */
void course_drive(struct course *course);

/* The same by the reference. Weights are whole numbers up to 3, of backgrounds up to 2; at most 3
 * fair classes, 3 owners and 2 strict classes to a level; speeds, caps and contract are eighths. */
void course_expect(struct course *course);

#endif
