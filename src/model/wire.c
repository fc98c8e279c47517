/* SPDX-License-Identifier: Apache-2.0
 * Moments of messages with what links add to them. */
#include "model/wire.h"

#include <math.h>
#include <string.h>

#include "kernel/random.h"
#include "model/network.h"

#define SAMPLES 4096

static void sample(struct wire_packets *p)
{
    struct stream s = {.key = random_key(1, 0, "laws", RANDOM_STEP, 0), .law = p->law};
    for (uint64_t n = 0; n < SAMPLES; n++) {
        double bits = p->bits * stream_draw_one(&s, n, 0), packets = ceil(bits / PACKET_BITS);
        p->mean += packets / SAMPLES;
        p->second += packets * packets / SAMPLES;
        p->cross += packets * bits / SAMPLES;
    }
}

/* The packets of such messages: those known, or in place of the oldest. */
static const struct wire_packets *packets_of(struct wires *w, const struct law *law, double bits)
{
    for (uint32_t i = 0; i < WIRES && i < w->n; i++)
        if (w->known[i].bits == bits && law_same(&w->known[i].law, law))
            return &w->known[i];
    struct wire_packets *p = &w->known[w->n++ % WIRES];
    *p = (struct wire_packets){.law = *law, .bits = bits};
    sample(p);
    return p;
}

struct wire wire_of(struct wires *w, const struct link *l, const struct law *law, double mean)
{
    double scv = law_scv(law), all = 1 + l->overhead_share, each = l->overhead_bits;
    double second = mean > 0 ? mean * mean * (1 + scv) : 0;
    if (each <= 0 || mean <= 0)
        return (struct wire){mean * all, second * all * all, false};
    if (law->kind == LAW_CONST) {
        double bits = network_wire_bits(l, mean);
        return (struct wire){bits, bits * bits, false};
    }
    const struct wire_packets *p = packets_of(w, law, mean);
    return (struct wire){mean * all + p->mean * each,
                         second * all * all + 2 * all * each * p->cross + each * each * p->second,
                         true};
}
