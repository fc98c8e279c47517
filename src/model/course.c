/* SPDX-License-Identifier: Apache-2.0
 * Courses of demand over a span of the run; see course.h. */
#include "model/course.h"

#include <math.h>
#include <string.h>

#include "kernel/random.h"

bool course_is_plain(const struct description *d, uint32_t shape, double growth)
{
    return growth == 0 && (shape == NO_INDEX || d->shape[shape].plan == NULL);
}

/* Days that have the same hours of the week at the same levels: of the span's first and last day
 * those hours that are in it. Growth is monotone, so the highest of such days is the first or the
 * last. */
struct alike {
    uint32_t weekday, from, to; /* hours [from, to) of the day */
    const double *hour;         /* 24 levels */
    double factor;
    size_t first, last; /* civil days */
};

/* A shape without growth over a span: what each day adds to the mean, and which days are alike. */
struct outline {
    struct outline *next;
    uint32_t shape;
    struct span span;
    size_t first_day, n_days;
    double *whole; /* by civil day from the first: the integral of the level, ns */
    struct alike *alike;
    size_t n_alike, room;
};

static const double LEVEL_DAY[24] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                     1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};

static bool same_span(struct span a, struct span b)
{
    return a.open == b.open && a.close == b.close;
}

static psn_time midnight(const struct description *d, size_t day)
{
    return (psn_time)day * PSN_DAY - d->start_of_week % PSN_DAY;
}

/* A time of the run within a civil day, for what is the same all day. */
static psn_time within_day(const struct description *d, size_t day)
{
    psn_time t = midnight(d, day);
    return t > 0 ? t : 0;
}

/* What the outline's span has of a civil day. */
static struct alike look_at(const struct description *d, const struct outline *o, size_t day)
{
    psn_time begin = midnight(d, day);
    struct span part = span_common((struct span){begin, begin + PSN_DAY}, o->span);
    struct alike a = {.weekday = description_hour_of_week(d, within_day(d, day)) / 24,
                      .from = (uint32_t)((part.open - begin) / PSN_HOUR),
                      .to = (uint32_t)((part.close - begin + PSN_HOUR - 1) / PSN_HOUR),
                      .hour = LEVEL_DAY,
                      .factor = 1,
                      .first = day,
                      .last = day};
    if (o->shape == NO_INDEX)
        return a;
    const struct shape *s = &d->shape[o->shape];
    a.hour = s->plan ? s->plan[day].hour : &d->profile[s->profile].week[(size_t)24 * a.weekday];
    a.factor = s->plan ? s->plan[day].factor : 1;
    return a;
}

static double integral(const struct description *d, const struct alike *a, struct span span)
{
    double sum = 0;
    for (uint32_t h = a->from; h < a->to; h++) {
        psn_time begin = midnight(d, a->first) + h * PSN_HOUR;
        struct span hour = span_common((struct span){begin, begin + PSN_HOUR}, span);
        sum += a->hour[h] * (double)(hour.close - hour.open);
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

static struct outline *outline_make(struct courses *c, uint32_t shape, struct span span)
{
    const struct description *d = c->d;
    struct outline *o = arena_array(c->memory, 1, sizeof *o);
    if (!o)
        return NULL;
    o->shape = shape;
    o->span = span;
    o->first_day = description_day(d, span.open);
    o->n_days = description_day(d, span.close - 1) + 1 - o->first_day;
    o->whole = arena_array(c->memory, o->n_days, sizeof *o->whole);
    if (!o->whole)
        return NULL;
    for (size_t i = 0; i < o->n_days; i++) {
        struct alike day = look_at(d, o, o->first_day + i);
        o->whole[i] = integral(d, &day, span);
        if (!add_day(c->memory, o, day))
            return NULL;
    }
    return o;
}

static struct outline *outline_of(struct courses *c, uint32_t shape, struct span span)
{
    for (struct outline *o = c->outline; o; o = o->next)
        if (o->shape == shape && same_span(o->span, span))
            return o;
    struct outline *made = outline_make(c, shape, span);
    if (made) {
        made->next = c->outline;
        c->outline = made;
    }
    return made;
}

static void work_out(const struct description *d, const struct outline *o, struct course *c)
{
    double daily = random_exp(c->growth * ((double)PSN_DAY / (double)PSN_SECOND));
    double grown = description_growth(d, c->growth, within_day(d, o->first_day + 1));
    double sum = o->whole[0] * description_growth(d, c->growth, within_day(d, o->first_day));
    for (size_t i = 1; i < o->n_days; i++) {
        sum += o->whole[i] * grown;
        grown *= daily;
    }
    c->mean = sum / (double)(o->span.close - o->span.open);
    for (size_t i = 0; i < o->n_alike; i++) {
        const struct alike *a = &o->alike[i];
        size_t day = c->growth > 0 ? a->last : a->first;
        double factor = a->factor * description_growth(d, c->growth, within_day(d, day));
        double *highest = &c->highest[(size_t)24 * a->weekday];
        for (uint32_t h = a->from; h < a->to; h++)
            highest[h] = fmax(highest[h], a->hour[h] * factor);
    }
}

static const struct course *find(const struct courses *c, uint32_t shape, double growth,
                                 struct span span)
{
    for (size_t i = c->n; i-- > 0;) { /* neighbours in the list of sources are often alike */
        const struct course *known = c->course[i];
        if (known->shape == shape && same_span(known->span, span) &&
            fabs(known->growth - growth) <= 1e-9 * fmax(fabs(known->growth), fabs(growth)))
            return known;
    }
    return NULL;
}

const struct course *courses_find(struct courses *c, uint32_t shape, double growth,
                                  struct span span)
{
    span = span_common(span, (struct span){0, c->d->horizon});
    const struct course *known = find(c, shape, growth, span);
    if (known)
        return known;
    if (c->n == c->room) {
        size_t room = 2 * c->room + 16;
        struct course **more = arena_array(c->memory, room, sizeof(struct course *));
        if (!more)
            return NULL;
        if (c->n)
            memcpy(more, c->course, c->n * sizeof(struct course *));
        c->course = more;
        c->room = room;
    }
    const struct outline *outline = outline_of(c, shape, span);
    struct course *made = arena_array(c->memory, 1, sizeof *made);
    if (!made || !outline)
        return NULL;
    made->shape = shape;
    made->growth = growth;
    made->span = span;
    work_out(c->d, outline, made);
    c->course[c->n++] = made;
    return made;
}
