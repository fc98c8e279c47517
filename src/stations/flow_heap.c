/* SPDX-License-Identifier: Apache-2.0
 * Pairing heaps of flows, by (tag, source, number, step, visit), or of groups, by (tag, number);
 * used by stations/flows. */
#include "stations/flow_heap.h"

static bool flow_before(const struct flow *a, const struct flow *b)
{
    const struct job *j = a->job, *k = b->job;
    if (a->tag != b->tag)
        return a->tag < b->tag;
    if (!j || !k)
        return a->group < b->group;
    if (j->source != k->source)
        return j->source < k->source;
    if (j->number != k->number)
        return j->number < k->number;
    if (j->step != k->step)
        return j->step < k->step;
    return job_visit(j) < job_visit(k);
}

/* One heap of two, neither of which has any beside its top. */
static uint32_t flow_meld(struct flow *flow, uint32_t a, uint32_t b)
{
    if (a == 0 || b == 0)
        return a + b;
    uint32_t top = flow_before(&flow[b], &flow[a]) ? b : a;
    uint32_t low = a + b - top;
    uint32_t child = flow[top].child;
    flow[low].before = top;
    flow[low].next = child;
    if (child != 0)
        flow[child].before = low;
    flow[top].child = low;
    return top;
}

/* One heap of a row of heaps: in pairs from the first to the last, then all from the last on. */
static uint32_t flow_gather(struct flow *flow, uint32_t first)
{
    uint32_t done = 0, heap = 0;
    while (first != 0) {
        uint32_t second = flow[first].next, rest = second != 0 ? flow[second].next : 0;
        flow[first].next = flow[first].before = 0;
        if (second != 0)
            flow[second].next = flow[second].before = 0;
        uint32_t pair = flow_meld(flow, first, second);
        flow[pair].next = done;
        done = pair;
        first = rest;
    }
    while (done != 0) {
        uint32_t rest = flow[done].next;
        flow[done].next = 0;
        heap = flow_meld(flow, heap, done);
        done = rest;
    }
    return heap;
}

uint32_t flow_heap_push(struct flow *flow, uint32_t heap, uint32_t one)
{
    flow[one].child = flow[one].next = flow[one].before = 0;
    return flow_meld(flow, heap, one);
}

uint32_t flow_heap_remove(struct flow *flow, uint32_t heap, uint32_t one)
{
    uint32_t below = flow_gather(flow, flow[one].child);
    flow[one].child = 0;
    if (one == heap)
        return below;
    uint32_t before = flow[one].before, next = flow[one].next;
    if (flow[before].child == one)
        flow[before].child = next;
    else
        flow[before].next = next;
    if (next != 0)
        flow[next].before = before;
    flow[one].next = flow[one].before = 0;
    return flow_meld(flow, heap, below);
}
