/* SPDX-License-Identifier: Apache-2.0
 * Alone or together. */
#include "kernel/pace.h"

#define MS INT64_C(1000000)

/* ns. A barrier of two threads takes some 200 ns and uneven windows more, so that it breaks even at
 * 1 to 1.4 us of work a window. */
#define LEAST_WORK 2000.0

#define FIRST_LOOK    (2 * MS)   /* alone, before the first attempt */
#define LOOK          (MS / 2)   /* alone, to see how fast that is */
#define ATTEMPT       (2 * MS)   /* together, to see how fast that is */
#define TOGETHER      (10 * MS)  /* a slice where it pays */
#define SETTLED       (100 * MS) /* together between two looks */
#define PATIENCE      (20 * MS)  /* alone after an attempt that did not pay */
#define IMPATIENT     (1000 * MS)
#define WORTH         1.1      /* how much faster together has to be */
#define BAD           0.5      /* when an attempt is not seen to its end */
#define STALL         (1 * MS) /* between two looks: another program has a core, if also more than */
#define STALL_WINDOWS 4        /* windows */
#define OWN           0.9      /* of the time, to be undisturbed */
#define PRICE         40       /* alone, in multiples of what an attempt lost */

/* Windows of a look and an attempt, where they are long: caches are to be filled first. */
#define LOOK_WINDOWS    5
#define ATTEMPT_WINDOWS 30

static int64_t at_least(const struct pace *p, int64_t ns, int windows)
{
    int64_t enough = (int64_t)(windows * p->work);
    enough = enough < TOGETHER ? enough : TOGETHER;
    return enough > ns ? enough : ns;
}

void pace_init(struct pace *p, bool adapt)
{
    *p = (struct pace){.adapt = adapt};
}

struct pace_slice pace_next(struct pace *p)
{
    if (!p->adapt) {
        p->together = !p->stalled;
        p->stalled = false;
        return (struct pace_slice){p->together, p->together ? TOGETHER : p->patience};
    }
    bool pays = p->team > WORTH * p->alone;
    if (p->alone <= 0) { /* the first slice of all */
        p->together = false;
        return (struct pace_slice){false, FIRST_LOOK};
    }
    if (p->together && pays && p->settled < SETTLED)
        return (struct pace_slice){true, TOGETHER};
    if (p->together) { /* a look, or the end of it for some time */
        p->together = false;
        return (struct pace_slice){false, pays ? at_least(p, LOOK, LOOK_WINDOWS) : p->patience};
    }
    if (p->work < LEAST_WORK || p->disturbed)
        return (struct pace_slice){false, PATIENCE};
    p->together = true;
    p->settled = 0;
    return (struct pace_slice){true, pays ? TOGETHER : at_least(p, ATTEMPT, ATTEMPT_WINDOWS)};
}

void pace_seen(struct pace *p, int64_t ns, int64_t cpu_ns, int64_t events, int64_t windows)
{
    if (p->together && !p->adapt) {
        int64_t more = p->patience ? 2 * p->patience : PATIENCE;
        p->patience = !p->stalled ? 0 : more < IMPATIENT ? more : IMPATIENT;
        return;
    }
    if (ns <= 0 || cpu_ns <= 0 || events <= 0 || windows <= 0)
        return;
    if (!p->together) {
        p->alone = (double)events / (double)cpu_ns;
        p->work = (double)cpu_ns / (double)windows;
        p->disturbed = (double)cpu_ns < OWN * (double)ns;
        return;
    }
    double speed = (double)events / (double)ns;
    p->team = speed;
    p->settled += ns;
    if (speed > WORTH * p->alone && !p->stalled) {
        p->patience = PATIENCE;
        return;
    }
    if (p->stalled)
        p->team = 0;
    p->stalled = false;
    int64_t least = p->patience ? 2 * p->patience : PATIENCE;
    int64_t lost = speed < p->alone ? (int64_t)((double)ns * (1 - speed / p->alone)) : 0;
    p->patience = least > PRICE * lost ? least : PRICE * lost;
    p->patience = p->patience < IMPATIENT ? p->patience : IMPATIENT;
}

bool pace_bad(struct pace *p, int64_t ns, int64_t since_look, int64_t events)
{
    p->stalled = since_look > STALL && (double)since_look > STALL_WINDOWS * p->work;
    return p->stalled || (p->adapt && ns > ATTEMPT && (double)events < BAD * p->alone * (double)ns);
}
