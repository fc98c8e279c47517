/* SPDX-License-Identifier: Apache-2.0
 * Alone or together. */
#include "kernel/pace.h"

#define MS 1000000

/* ns. A barrier of two threads takes some 200 ns and uneven windows more, so that it breaks even at
 * 1 to 1.4 us of work a window. */
#define LEAST_WORK 2000.0

#define FIRST_LOOK (2 * MS)   /* alone, before the first attempt */
#define LOOK       (MS / 2)   /* alone, to see how fast that is */
#define ATTEMPT    (1 * MS)   /* together, to see how fast that is */
#define TOGETHER   (10 * MS)  /* a slice where it pays */
#define SETTLED    (100 * MS) /* together between two looks */
#define PATIENCE   (20 * MS)  /* alone after an attempt that did not pay */
#define IMPATIENT  (1000 * MS)
#define WORTH      1.1 /* how much faster together has to be */
#define BAD        0.5 /* when an attempt is not seen to its end */
#define PRICE      40  /* alone, in multiples of what an attempt lost */

void pace_init(struct pace *p, bool adapt)
{
    *p = (struct pace){.adapt = adapt};
}

struct pace_slice pace_next(struct pace *p)
{
    if (!p->adapt) {
        p->together = true;
        return (struct pace_slice){true, TOGETHER};
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
        return (struct pace_slice){false, pays ? LOOK : p->patience};
    }
    if (p->work < LEAST_WORK)
        return (struct pace_slice){false, PATIENCE};
    p->together = true;
    p->settled = 0;
    return (struct pace_slice){true, pays ? TOGETHER : ATTEMPT};
}

void pace_seen(struct pace *p, int64_t ns, int64_t events, int64_t windows)
{
    if (ns <= 0 || events <= 0 || windows <= 0)
        return;
    double speed = (double)events / (double)ns;
    if (!p->together) {
        p->alone = speed;
        p->work = (double)ns / (double)windows;
        return;
    }
    p->team = speed;
    p->settled += ns;
    if (speed > WORTH * p->alone) {
        p->patience = PATIENCE;
        return;
    }
    int64_t least = p->patience ? 2 * p->patience : PATIENCE;
    int64_t lost = speed < p->alone ? (int64_t)((double)ns * (1 - speed / p->alone)) : 0;
    p->patience = least > PRICE * lost ? least : PRICE * lost;
    p->patience = p->patience < IMPATIENT ? p->patience : IMPATIENT;
}

bool pace_bad(const struct pace *p, int64_t ns, int64_t events)
{
    return p->adapt && p->together && (double)events < BAD * p->alone * (double)ns;
}
