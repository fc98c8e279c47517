/* SPDX-License-Identifier: Apache-2.0
 * Items that several threads prepare and one takes, in their order: reading many runs back, for a
 * file that is written in one order. Internal to the results room. */
#ifndef RESULTS_IN_ORDER_H
#define RESULTS_IN_ORDER_H

#include <stddef.h>

struct in_order {
    size_t n;     /* items */
    size_t slots; /* so many are prepared and not taken, at most: at least 1 */
    int threads;  /* that prepare, the calling one with them: at least 1 */
    void *context;
    /* Prepares item i in a slot that no other item is in; on any thread. Never called for two items
     * of one slot at once. */
    void (*prepare)(void *context, size_t i, size_t slot);
    /* Takes it: on the calling thread, item after item. Another value than 0 ends it all. */
    int (*take)(void *context, size_t i, size_t slot);
};

/* Returns 0 with all items taken, or what `take` returned; PSN_EMEMORY where it could not begin.
 * Then some that were prepared are not taken: what is in the slots is the caller's. */
int in_order_run(const struct in_order *o);

#endif
