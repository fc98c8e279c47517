/* SPDX-License-Identifier: Apache-2.0
 * Mistakes with their places: what every function that can fail fills, and what commands print. */
#ifndef PSNSIM_DIAGNOSTICS_H
#define PSNSIM_DIAGNOSTICS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "psnsim/types.h"

/* A place in a text. `file` is owned by whoever owns the texts and may be NULL (no place known);
 * line and column count from 1, columns in characters as editors count them; 0 where unknown. */
typedef struct psn_place {
    const char *file;
    uint32_t line;
    uint32_t column;
} psn_place;

/* One mistake: `what is wrong; what was expected`. */
typedef struct psn_mistake {
    psn_place place;
    int code;
    char *text;
} psn_mistake;

/* All mistakes found in one pass, in the order found. Zero-initialise; end with
 * psn_diagnostics_fini. */
typedef struct psn_diagnostics {
    psn_mistake *items;
    size_t count;
    size_t capacity;
    size_t dropped; /* found beyond the limit that is kept (out of memory included) */
} psn_diagnostics;

/* How many mistakes are kept; more are only counted. */
#define PSN_DIAGNOSTICS_KEPT 100

/* Adds a mistake; the text is formatted as printf does and copied, the file's name is copied too.
 * Returns `code`, so that a caller can write `return psn_mistake_add(...)`. */
__attribute__((format(printf, 4, 5))) int psn_mistake_add(psn_diagnostics *all, int code,
                                                          psn_place place, const char *format, ...);

/* Adds `what: why` as PSN_EIO, where why is the system's text for `error` (an errno value); returns
 * PSN_EIO. */
int psn_mistake_errno(psn_diagnostics *all, psn_place place, const char *what, int error);

/* Prints every mistake as `file:line:column: text`, sorted by file and place, one a line, each
 * once. */
void psn_diagnostics_print(const psn_diagnostics *all, FILE *out);

/* Frees what the list holds and makes it empty. */
void psn_diagnostics_fini(psn_diagnostics *all);

#endif
