/* SPDX-License-Identifier: Apache-2.0
 * Texts before they are parsed: fetched from files within a limit, and proven to be plain UTF-8. */
#ifndef SCENARIO_TEXT_H
#define SCENARIO_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "psnsim/diagnostics.h"

/* The longest texts that are read. */
#define TEXT_YAML_MOST  ((size_t)16000000)
#define TEXT_TABLE_MOST ((size_t)64000000)

/* Is it a CSV table, by its name? */
bool text_is_table(const char *name);

/* The limit for a text of this name. */
size_t text_most(const char *name);

/* Reads a whole file into *bytes (malloc'ed, a NUL behind; the caller frees) and *size. Refuses
 * what is missing, no regular file, unreadable or over its limit, before reading it: told at
 * `asked`, or at the file itself where `asked` knows no file. Returns 0, PSN_EINPUT, PSN_EIO or
 * PSN_EMEMORY. */
int text_fetch(const char *path, psn_place asked, char **bytes, size_t *size, psn_diagnostics *all);

/* The length of a byte order mark at the beginning: 3 or 0. */
size_t text_mark_length(const char *bytes, size_t size);

/* Is it UTF-8 without NUL and other control characters than tab and line ends? The first mistake is
 * told at its place and PSN_EINPUT returned. */
int text_check(const char *file, const char *bytes, size_t size, psn_diagnostics *all);

#endif
