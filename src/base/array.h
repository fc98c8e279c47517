/* SPDX-License-Identifier: Apache-2.0
 * Growing arrays: the one place that doubles a capacity. */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>

/* Makes room for at least `need` items of `size` bytes in *items (malloc'ed, may be NULL at first).
 * Returns 0, or PSN_EMEMORY with *items and *capacity as they were. */
int array_reserve(void **items, size_t *capacity, size_t need, size_t size);

#endif
