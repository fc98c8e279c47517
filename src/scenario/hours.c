/* SPDX-License-Identifier: Apache-2.0
 * Looking a time up in service hours; see hours.h. */
#include "scenario/hours.h"

const struct span *hours_span(const struct hours *h, psn_time t)
{
    size_t low = 0, high = h->n_spans; /* the first span that closes after t is in [low, high] */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (h->span[middle].close > t)
            high = middle;
        else
            low = middle + 1;
    }
    return low < h->n_spans ? &h->span[low] : NULL;
}

bool hours_open(const struct hours *h, psn_time t)
{
    const struct span *s = hours_span(h, t);
    return s != NULL && s->open <= t;
}
