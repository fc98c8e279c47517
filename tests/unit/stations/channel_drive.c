/* SPDX-License-Identifier: Apache-2.0
 * Drives a channel: what its tests share. */
#include "channel.h"

static void come(struct channel *c, struct ride *r, uint64_t number)
{
    int64_t present = c->meter.present, refused = c->meter.refused;
    r->job.number = number;
    r->fate = channel_arrive(c, &r->job, r->chance, r->at);
    cr_assert_neq(r->fate, CHANNEL_NO_MEMORY);
    bool taken = r->fate == CHANNEL_TAKEN;
    cr_assert_eq(c->meter.present, present + taken);
    cr_assert_eq(c->meter.refused, refused + !taken);
    cr_assert(!taken || r->job.entered == r->at);
}

static void depart(struct channel *c, struct ride *ride, psn_time now)
{
    struct job *job = channel_depart(c, now);
    if (!job) {
        cr_assert_gt(c->next, now, "a look moves on");
        return;
    }
    struct ride *r = &ride[job->number];
    cr_assert_eq(r->gone, PSN_NEVER, "a job departs once");
    if (!(job->flags & JOB_STAGED)) {
        r->gone = now;
        cr_assert_geq(now - r->at, job->service);
        return;
    }
    cr_assert_eq(r->staged, PSN_NEVER);
    cr_assert_gt(job->last, 0);
    r->staged = now;
}

/* Where a job stands in the list that a flush returns. */
static bool precedes(const struct channel_config *config, const struct job *a, const struct job *b)
{
    const struct channel_class *p = &config->class[a->group], *q = &config->class[b->group];
    if ((p->weight > 0) != (q->weight > 0))
        return q->weight > 0;
    if (p->weight == 0 && p->level != q->level)
        return p->level < q->level;
    if (p->weight > 0 && a->group != b->group)
        return a->group < b->group;
    if (p->weight > 0 && p->by_owner && a->owner != b->owner)
        return a->owner < b->owner;
    return a->number < b->number;
}

static void flush(struct channel *c, struct course *course, psn_time now)
{
    int64_t present = c->meter.present;
    const struct job *before = NULL;
    for (struct job *job = channel_flush(c, now); job; before = job, job = job->next) {
        struct ride *r = &course->ride[job->number];
        cr_assert_eq(r->gone, PSN_NEVER);
        cr_assert_eq(job->flags & JOB_STAGED, 0);
        cr_assert(!before || precedes(course->config, before, job));
        r->gone = now;
        r->flushed = true;
        present--;
    }
    cr_assert_eq(present, 0, "all are there");
    cr_assert_eq(c->meter.present, 0);
}

static void operate(struct channel *c, struct course *course, struct operation *o)
{
    if (o->deed == SPEED)
        channel_set_speed(c, o->value, o->at);
    if (o->deed == BACKGROUND)
        channel_set_background(c, o->class, o->value, o->weight, o->at);
    if (o->deed == FLUSH)
        flush(c, course, o->at);
    if (o->deed == LOOK)
        o->work = channel_class_work(c, o->class, o->at);
}

void course_drive(struct course *course)
{
    struct channel c = {0};
    size_t come_up = 0, operated = 0;
    cr_assert_eq(channel_init(&c, course->config), PSN_OK);
    meter_init(&c.meter, 0, course->until, course->until, METER_WHOLE, NULL, NULL, NULL);
    for (size_t i = 0; i < course->n_rides; i++) {
        course->ride[i].staged = course->ride[i].gone = PSN_NEVER;
        course->ride[i].flushed = false;
        course->ride[i].job.flags = 0;
    }
    for (;;) {
        psn_time arrival = come_up < course->n_rides ? course->ride[come_up].at : PSN_NEVER;
        psn_time change =
            operated < course->n_operations ? course->operation[operated].at : PSN_NEVER;
        psn_time next = c.next;
        if (next >= course->until && arrival >= course->until && change >= course->until)
            break;
        if (next <= change && next <= arrival)
            depart(&c, course->ride, next);
        else if (change <= arrival)
            operate(&c, course, &course->operation[operated++]);
        else
            come(&c, &course->ride[come_up], come_up), come_up++;
        cr_assert_geq(c.next, next < change ? (next < arrival ? next : arrival)
                                            : (change < arrival ? change : arrival));
    }
    meter_finish(&c.meter);
    course->utilisation = meter_utilisation(&c.meter);
    channel_fini(&c);
}
