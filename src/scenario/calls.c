/* SPDX-License-Identifier: Apache-2.0
 * Services that call services: that no circle closes, how many steps each has in all, that every
 * request goes somewhere, and retries follow on something. After all services are read. */
#include <string.h>

#include "scenario/describe.h"

/* Calls within calls: deeper ones are a slip of the pen, and the model's recursion stays shallow.
 */
#define CALLS_DEEP 32

/* Services on the way down from the first: each calls the next. */
struct chain {
    struct reading *r;
    size_t steps_most;
    uint32_t service[CALLS_DEEP];
    size_t n;
    bool well;
};

/* "a" calls "b", which calls "a" again. */
static void tell_circle(struct chain *c, const struct step *call, size_t first)
{
    const struct description *d = c->r->out;
    struct arena *a = &c->r->scratch;
    const char *text = arena_format(a, "\"%s\" calls", d->service[c->service[first]].name);
    for (size_t i = first + 1; i < c->n && text != NULL; i++)
        text = arena_format(a, "%s \"%s\", which calls", text, d->service[c->service[i]].name);
    c->r->exhausted |= text == NULL;
    if (text != NULL)
        reading_mistake(c->r, call->place,
                        "service %s \"%s\" again, for ever; expected calls without a circle", text,
                        d->service[call->service].name);
}

static size_t count_service(struct chain *c, uint32_t service);

static size_t count_call(struct chain *c, const struct step *call)
{
    const struct service *called = &c->r->out->service[call->service];
    for (size_t i = 0; i < c->n; i++)
        if (c->service[i] == call->service) {
            tell_circle(c, call, i);
            c->well = false;
            return 0;
        }
    if (c->n == CALLS_DEEP) {
        reading_mistake(c->r, call->place, "calls within calls, more than %d deep; expected fewer",
                        CALLS_DEEP);
        c->well = false;
        return 0;
    }
    if (called->timeout > 0) {
        reading_mistake(c->r, call->place,
                        "service \"%s\" is called and has a timeout, which is for users; expected "
                        "the timeout on the service that they ask for",
                        called->name);
        c->well = false;
    }
    return count_service(c, call->service);
}

/* All steps of a list: of its branches and its calls, too. Where a mistake is told, the rest of the
 * count no longer matters. */
static size_t count_steps(struct chain *c, const struct step *s, size_t n)
{
    size_t sum = n;
    for (size_t i = 0; i < n && c->well; i++) {
        if (s[i].verb == STEP_CALL)
            sum += count_call(c, &s[i]);
        for (size_t b = 0; b < s[i].n_branches; b++)
            sum += count_steps(c, s[i].branch[b].step, s[i].branch[b].n_steps);
    }
    return sum;
}

/* Each service is counted once: what it calls is known from then on. */
static size_t count_service(struct chain *c, uint32_t service)
{
    struct service *s = &c->r->out->service[service];
    if (s->n_all > 0)
        return s->n_all;
    c->service[c->n++] = service;
    size_t n = count_steps(c, s->step, s->n_steps);
    c->n--;
    if (c->well && n > c->steps_most) {
        reading_mistake(c->r, s->place,
                        "service \"%s\" has %zu steps, those of the services that it calls "
                        "counted; expected at most %zu",
                        s->name, n, c->steps_most);
        c->well = false;
    }
    if (c->well)
        s->n_all = n;
    return n;
}

/* What the steps from here on begin with: a role, nothing (only delays), or something else. */
enum beginning { BEGINS_WITH_ROLE, BEGINS_WITH_NOTHING, BEGINS_OTHERWISE };

static enum beginning begins(const struct description *d, const struct step *s, size_t n);

/* A choice begins with a role where every branch that does anything does, a fork likewise. */
static enum beginning branches_begin(const struct description *d, const struct step *s)
{
    bool some = false;
    for (size_t k = 0; k < s->n_branches; k++) {
        enum beginning b = begins(d, s->branch[k].step, s->branch[k].n_steps);
        if (b == BEGINS_OTHERWISE || (b == BEGINS_WITH_NOTHING && s->branch[k].n_steps > 0))
            return BEGINS_OTHERWISE;
        some |= b == BEGINS_WITH_ROLE;
    }
    return some ? BEGINS_WITH_ROLE : BEGINS_WITH_NOTHING;
}

static enum beginning begins(const struct description *d, const struct step *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        enum beginning b = BEGINS_WITH_NOTHING;
        if (s[i].verb == STEP_CALL)
            b = begins(d, d->service[s[i].service].step, d->service[s[i].service].n_steps);
        else if (s[i].n_branches > 0)
            b = branches_begin(d, &s[i]);
        else if (s[i].verb != STEP_DELAY)
            return s[i].role != NO_INDEX ? BEGINS_WITH_ROLE : BEGINS_OTHERWISE;
        if (b != BEGINS_WITH_NOTHING)
            return b;
    }
    return BEGINS_WITH_NOTHING;
}

static void check_requests(struct reading *r, const struct step *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i].verb == STEP_REQUEST && begins(r->out, s + i + 1, n - i - 1) != BEGINS_WITH_ROLE)
            reading_mistake(
                r, s[i].place,
                "this request has no step with a role behind it, and so nowhere to go; "
                "expected compute, desk, read, write or stream next, in every branch of a choice "
                "or fork");
        for (size_t b = 0; b < s[i].n_branches; b++)
            check_requests(r, s[i].branch[b].step, s[i].branch[b].n_steps);
    }
}

/* May a request fail at one of these steps, by a room that is full or by patience? */
static bool may_fail(const struct description *d, const struct step *s, size_t n, bool refused)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i].impatient || (refused && (s[i].verb == STEP_COMPUTE || s[i].verb == STEP_DESK)))
            return true;
        const struct service *called = s[i].verb == STEP_CALL ? &d->service[s[i].service] : NULL;
        if (called != NULL && may_fail(d, called->step, called->n_steps, refused))
            return true;
        for (size_t b = 0; b < s[i].n_branches; b++)
            if (may_fail(d, s[i].branch[b].step, s[i].branch[b].n_steps, refused))
                return true;
    }
    return false;
}

/* Who tries again has been given up, refused, or lost patience. */
static void check_retries(struct reading *r, const struct service *s)
{
    const struct description *d = r->out;
    bool refused = false;
    for (size_t i = 0; i < d->n_pools; i++)
        refused |= d->pool[i].room > 0 && !d->pool[i].blocks;
    if (s->retries > 0 && s->timeout == 0 && !may_fail(d, s->step, s->n_steps, refused))
        reading_mistake(r, s->place,
                        "service \"%s\" has retries and no timeout, after which to try again, nor "
                        "a step that fails by patience or for want of room; expected timeout: TIME",
                        s->name);
}

void calls_check(struct reading *r, size_t steps_most)
{
    struct description *d = r->out;
    struct chain c = {.r = r, .steps_most = steps_most, .well = true};
    for (uint32_t i = 0; i < d->n_services && c.well; i++)
        count_service(&c, i);
    for (size_t i = 0; i < d->n_services && c.well; i++) {
        check_requests(r, d->service[i].step, d->service[i].n_steps);
        check_retries(r, &d->service[i]);
    }
}
