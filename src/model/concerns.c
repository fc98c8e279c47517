/* SPDX-License-Identifier: Apache-2.0
 * What is sound and yet hardly meant. */
#include "model/concerns.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/array.h"
#include "kernel/random.h"
#include "model/fluid_plan.h"
#include "model/laws.h"
#include "model/network.h"
#include "model/ways.h"

/* A smaller share of too long messages is let be: laws have tails. */
#define SHARE_LEAST 0.01
/* By so many draws. */
#define SAMPLES 4096
/* More requests in a run than this are too many. */
#define REQUESTS_MOST 1e11

/* What a service has worst. */
struct worst {
    double share; /* of a step's messages: longer than the burst */
    uint32_t link;
};

struct looking {
    const struct description *d;
    struct worst *of_service;
    double requests, most; /* in a run: all, and those of the workload that has most */
    uint32_t workload;     /* that one */
};

__attribute__((format(printf, 3, 4))) static int add(struct concerns *c, psn_place place,
                                                     const char *format, ...)
{
    void *items = c->item;
    int code = array_reserve(&items, &c->capacity, c->n + 1, sizeof *c->item);
    c->item = items;
    if (code)
        return code;
    struct concern *one = &c->item[c->n++];
    one->place = place;
    va_list args;
    va_start(args, format);
    vsnprintf(one->text, sizeof one->text, format, args);
    va_end(args);
    return 0;
}

/* The share of a step's messages that are longer on the wire than a class lets through at once. */
static double share_above(const struct link *l, const struct service_class *c,
                          const struct op *draw)
{
    psn_time burst = network_transmission(network_burst_bits(l, c), l->bandwidth_bps);
    struct stream s = {.key = random_key(1, 0, "concerns", RANDOM_STEP, 0), .law = draw->law};
    uint64_t n = draw->law.kind == LAW_CONST ? 1 : SAMPLES, above = 0;
    for (uint64_t i = 0; i < n; i++) {
        double bits = network_wire_bits(l, draw->mean * stream_draw_one(&s, i, 0));
        above += network_transmission(bits, l->bandwidth_bps) > burst;
    }
    return (double)above / (double)n;
}

static void look_at_route(struct worst *w, const struct looking *x, const struct route *route,
                          const struct service_class *c, const struct op *draw)
{
    for (uint32_t h = 0; h < route->n_hops; h++) {
        uint32_t link = route->hop[h] / 2;
        double share = share_above(&x->d->link[link], c, draw);
        if (share > w->share)
            *w = (struct worst){share, link};
    }
}

/* The messages of a source whose class is policed. One service's sources are alike but for their
 * links, so what is worst already is not looked for further. */
static void look_at_messages(struct looking *x, const struct source_load *s, uint32_t service,
                             const struct service_class *c)
{
    struct worst *w = &x->of_service[service];
    for (uint32_t k = 0; k < s->recipe->n_ops && w->share < 1; k++) {
        const struct op *op = &s->recipe->op[k];
        if (op->kind != OP_SEND || op->amount == AMOUNT_NONE || fluid_plan_may(x->d, s->source, op))
            continue;
        for (uint32_t i = 0; i < op->base->n; i++)
            look_at_route(w, x, op->base->route[i], c, recipe_drawn_by(s->recipe, op));
    }
}

static int look(void *context, const struct source_load *s)
{
    struct looking *x = context;
    const struct description *d = x->d;
    uint32_t workload = d->source[s->source].workload, service = d->workload[workload].service;
    uint32_t class = description_class(d, service);
    double requests = s->mean_per_s * ((double)d->horizon / (double)PSN_SECOND);
    x->requests += requests;
    if (requests > x->most) {
        x->most = requests;
        x->workload = workload;
    }
    if (class < d->n_classes && d->class[class].limit > 0)
        look_at_messages(x, s, service, &d->class[class]);
    return 0;
}

/* What was found, as texts. */
static int tell(const struct looking *x, struct concerns *out)
{
    const struct description *d = x->d;
    int code = 0;
    for (uint32_t i = 0; i < d->n_services && !code; i++) {
        const struct worst *w = &x->of_service[i];
        if (w->share < SHARE_LEAST)
            continue;
        const struct service_class *c = &d->class[description_class(d, i)];
        const struct link *l = &d->link[w->link];
        code =
            add(out, d->service[i].place,
                "service \"%s\" has messages of which %.3g %% are longer than the %.5g bytes "
                "that class \"%s\" may send at once on link \"%s\", and are always dropped "
                "there; expected a larger burst, or shorter messages",
                d->service[i].name, 100 * w->share, network_burst_bits(l, c) / 8, c->name, l->name);
    }
    if (!code && x->requests > REQUESTS_MOST)
        code = add(out, d->workload[x->workload].place,
                   "a run has some %.2g requests, most of them of workload \"%s\", and takes "
                   "hours or more; expected a shorter horizon, or less demand",
                   x->requests, d->workload[x->workload].name);
    return code;
}

int concerns_find(const struct description *d, struct concerns *out, psn_diagnostics *all)
{
    struct looking x = {.d = d, .of_service = calloc(d->n_services + 1, sizeof *x.of_service)};
    *out = (struct concerns){0};
    int code = x.of_service ? laws_sources(d, look, &x, all) : PSN_EMEMORY;
    if (!code)
        code = tell(&x, out);
    free(x.of_service);
    return code;
}

void concerns_fini(struct concerns *c)
{
    free(c->item);
    *c = (struct concerns){0};
}
