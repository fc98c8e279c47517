/* SPDX-License-Identifier: Apache-2.0
 * Courses of demand over the horizon; see course.h. */
#include "model/course.h"

#include <math.h>
#include <string.h>

#include "kernel/random.h"

bool course_is_plain(const struct description *d, uint32_t shape, double growth)
{
    return growth == 0 && (shape == NO_INDEX || d->shape[shape].plan == NULL);
}

/* Days that have the same hours of the week at the same levels: of the horizon's first and last day
 * those hours that are in it. Growth is monotone, so the highest of such days is the first or the
 * last. */
struct alike {
    uint32_t weekday, from, to; /* hours [from, to) of the day */
    const double *hour;         /* 24 levels */
    double factor;
    size_t first, last; /* civil days */
};

/* A shape without growth: what each day adds to the mean, and which days are alike. */
struct outline {
    double *whole; /* by civil day: the integral of the level, ns */
    size_t n_days;
    struct alike *alike;
    size_t n_alike, room;
};

static const double LEVEL_DAY[24] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                     1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

/* The beginning of a civil day within the horizon. */
static psn_time day_begins(const struct description *d, size_t day)
{
    return day == 0 ? 0 : (psn_time)day * PSN_DAY - d->start_of_week % PSN_DAY;
}

/* A civil day by itself. */
static struct alike look_at(const struct description *d, uint32_t shape, size_t day)
{
    psn_time begin = day_begins(d, day), end = day_begins(d, day + 1);
    end = end < d->horizon ? end : d->horizon;
    uint32_t hour = description_hour_of_week(d, begin);
    struct alike a = {.weekday = hour / 24,
                      .from = hour % 24,
                      .to = hour % 24 + (uint32_t)((end - begin + PSN_HOUR - 1) / PSN_HOUR),
                      .hour = LEVEL_DAY,
                      .factor = 1,
                      .first = day,
                      .last = day};
    if (shape == NO_INDEX)
        return a;
    const struct shape *s = &d->shape[shape];
    a.hour = s->plan ? s->plan[day].hour : &d->profile[s->profile].week[(size_t)24 * a.weekday];
    a.factor = s->plan ? s->plan[day].factor : 1;
    return a;
}

static double integral(const struct description *d, const struct alike *a)
{
    psn_time begin = day_begins(d, a->first);
    double sum = 0;
    for (uint32_t h = a->from; h < a->to; h++) {
        psn_time left = d->horizon - begin - (psn_time)(h - a->from) * PSN_HOUR;
        sum += a->hour[h] * (double)(left < PSN_HOUR ? left : PSN_HOUR);
    }
    return sum * a->factor;
}

static bool same_day(const struct alike *a, const struct alike *b)
{
    return a->weekday == b->weekday && a->from == b->from && a->to == b->to && a->hour == b->hour &&
           a->factor == b->factor;
}

/* Adds a day to those that are like it. False where memory ends. */
static bool add_day(struct arena *memory, struct outline *o, struct alike day)
{
    for (size_t i = o->n_alike; i-- > 0;)
        if (same_day(&o->alike[i], &day)) {
            o->alike[i].last = day.last;
            return true;
        }
    if (o->n_alike == o->room) {
        size_t room = 2 * o->room + 16;
        struct alike *more = arena_array(memory, room, sizeof *more);
        if (!more)
            return false;
        if (o->n_alike)
            memcpy(more, o->alike, o->n_alike * sizeof *more);
        o->alike = more;
        o->room = room;
    }
    o->alike[o->n_alike++] = day;
    return true;
}

static struct outline *outline_make(struct courses *c, uint32_t shape)
{
    const struct description *d = c->d;
    struct outline *o = arena_array(c->memory, 1, sizeof *o);
    if (!o)
        return NULL;
    o->n_days = description_day(d, d->horizon - 1) + 1;
    o->whole = arena_array(c->memory, o->n_days, sizeof *o->whole);
    if (!o->whole)
        return NULL;
    for (size_t i = 0; i < o->n_days; i++) {
        struct alike day = look_at(d, shape, i);
        o->whole[i] = integral(d, &day);
        if (!add_day(c->memory, o, day))
            return NULL;
    }
    return o;
}

static struct outline *outline_of(struct courses *c, uint32_t shape)
{
    size_t index = shape == NO_INDEX ? c->d->n_shapes : shape;
    if (!c->outline)
        c->outline = arena_array(c->memory, c->d->n_shapes + 1, sizeof(struct outline *));
    if (c->outline && !c->outline[index])
        c->outline[index] = outline_make(c, shape);
    return c->outline ? c->outline[index] : NULL;
}

static void work_out(const struct description *d, const struct outline *o, struct course *c)
{
    double grown = description_growth(d, c->growth, day_begins(d, 1));
    double daily = random_exp(c->growth * ((double)PSN_DAY / (double)PSN_SECOND));
    double sum = o->whole[0];
    for (size_t i = 1; i < o->n_days; i++) {
        sum += o->whole[i] * grown;
        grown *= daily;
    }
    c->mean = sum / (double)d->horizon;
    for (size_t i = 0; i < o->n_alike; i++) {
        const struct alike *a = &o->alike[i];
        size_t day = c->growth > 0 ? a->last : a->first;
        double factor = a->factor * description_growth(d, c->growth, day_begins(d, day));
        double *highest = &c->highest[(size_t)24 * a->weekday];
        for (uint32_t h = a->from; h < a->to; h++)
            highest[h] = fmax(highest[h], a->hour[h] * factor);
    }
}

const struct course *courses_find(struct courses *c, uint32_t shape, double growth)
{
    for (size_t i = c->n; i-- > 0;) { /* neighbours in the list of sources are often alike */
        const struct course *known = c->course[i];
        if (known->shape == shape &&
            fabs(known->growth - growth) <= 1e-9 * fmax(fabs(known->growth), fabs(growth)))
            return known;
    }
    if (c->n == c->room) {
        size_t room = 2 * c->room + 16;
        struct course **more = arena_array(c->memory, room, sizeof *more);
        if (!more)
            return NULL;
        if (c->n)
            memcpy(more, c->course, c->n * sizeof *more);
        c->course = more;
        c->room = room;
    }
    const struct outline *outline = outline_of(c, shape);
    struct course *made = arena_array(c->memory, 1, sizeof *made);
    if (!made || !outline)
        return NULL;
    made->shape = shape;
    made->growth = growth;
    work_out(c->d, outline, made);
    c->course[c->n++] = made;
    return made;
}
