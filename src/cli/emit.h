/* SPDX-License-Identifier: Apache-2.0
 * Figures as JSON for machines: every key in a fixed order, null for what is no number; and as CSV.
 * Used wherever a command has --json, and by show. */
#ifndef CLI_EMIT_H
#define CLI_EMIT_H

#include <jansson.h>

#include "cli/view.h"

/* A number, or null where it is not finite. */
json_t *emit_number(double x);

/* A text, or null where it is NULL or empty. Bytes that are no UTF-8 become "?". */
json_t *emit_text(const char *text);

/* {"figures": [...], "unstable": [...]} of a point. NULL where memory ends. */
json_t *emit_point(const struct view_point *v);

/* A whole result. NULL where memory ends. */
json_t *emit_result(const struct result *r);

/* Prints every figure of every point as CSV on stdout: a row each, with the options of
 * the point: numbers in base units, or names; a figure that there is not is an empty field. */
void emit_csv(const struct result *r);

/* A field of CSV: in quotation marks where it must be (RFC 4180, section 2); the shortest of the
 * texts that read back as the same number, none where it is no number. */
void emit_csv_text(const char *text);
void emit_csv_number(double x);

/* Prints a value with a newline behind, and frees it. Returns the exit status. */
int emit_print(json_t *value);

#endif
