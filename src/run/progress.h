/* SPDX-License-Identifier: Apache-2.0
 * The progress line of a sweep: runs done of all, requests a second, time left. On a terminal only;
 * drawn by the loop on the main thread. */
#ifndef RUN_PROGRESS_H
#define RUN_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct progress {
    FILE *out;            /* NULL: nothing is drawn */
    size_t total, before; /* runs of the study; of those, done before this program began */
    uint64_t began_ns, drawn_ns;
    size_t done;          /* runs at the last look that found more of them ... */
    uint64_t done_ns;     /* ... and when that was: between two ends the rate is not known */
    const char *of;       /* what is counted: "runs" unless set after progress_init */
    bool drawn, stopping; /* stopping: the runs in flight are being finished */
};

/* No two drawings are nearer than this. */
#define PROGRESS_EVERY_MS 200

/* Draws on `out` from now on; NULL for never. `now_ns`: any steady clock, the same in every call.
 */
void progress_init(struct progress *p, FILE *out, size_t total, size_t before, uint64_t now_ns);

/* The line's text without control characters: `done` runs by this program, `requests` simulated in
 * them, the last of which ended after `elapsed_s`, `since_s` ago. */
void progress_text(const struct progress *p, size_t done, int64_t requests, double elapsed_s,
                   double since_s, char *text, size_t size);

/* Draws the line anew where the last drawing is long enough ago. */
void progress_draw(struct progress *p, size_t done, int64_t requests, uint64_t now_ns);

/* Removes the line. */
void progress_clear(struct progress *p);

#endif
