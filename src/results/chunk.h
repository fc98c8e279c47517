/* SPDX-License-Identifier: Apache-2.0
 * A chunk of a dataset as HDF5's filters shuffle and deflate make it, byte for byte, but on any
 * thread: HDF5 itself goes one by one. Internal to the results room. */
#ifndef RESULTS_CHUNK_H
#define RESULTS_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chunk {
    unsigned char *bytes; /* malloc'ed */
    size_t size;
    uint32_t passed_over; /* filters that were not used, a bit for each: deflate, where it saves
                             nothing */
};

/* Packs a chunk of `size` bytes of items of `item` bytes each, for a dataset whose filters are
 * shuffle, then deflate at that level. False where memory ends. */
bool chunk_pack(const void *from, size_t size, size_t item, int level, struct chunk *out);

#endif
