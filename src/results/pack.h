/* SPDX-License-Identifier: Apache-2.0
 * An outcome as a row of 64-bit words and back, to the bit: the record of a journal. Internal to
 * the results room. */
#ifndef RESULTS_PACK_H
#define RESULTS_PACK_H

#include "model/outcome.h"

/* Words that grow as they are written. Zero-initialise; `words` is freed by free. */
struct packed {
    uint64_t *words;
    size_t n, capacity;
};

/* Writes an outcome behind the first p->n words, and adds to them. PSN_EMEMORY: then what is there
 * is no good. */
int pack_write(const struct outcome *o, struct packed *p);

/* The outcome that n words hold. NULL with *memory set where memory ends, or not set where the
 * words are no outcome of this shape. */
struct outcome *pack_read(const struct outcome_shape *shape, const uint64_t *words, size_t n,
                          bool *memory);

/* A checksum of a record: that of G. Fowler, L. C. Noll and K.-P. Vo (FNV-1a, 64 bits; RFC 9923)
 * over words in place of bytes, begun with a number of the caller's. Finds torn records; no defence
 * against intent. */
uint64_t pack_checksum(uint64_t begin, const uint64_t *words, size_t n);

#endif
