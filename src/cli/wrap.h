/* SPDX-License-Identifier: Apache-2.0
 * Text that is longer than a line. Used by diff and check --explain. */
#ifndef CLI_WRAP_H
#define CLI_WRAP_H

#include <stddef.h>
#include <stdio.h>

/* The longest line of a page that is no table. */
#define WRAP_WIDTH 96

/* Prints a text and ends the line. It begins at column `indent`, where further lines begin, too;
 * lines are broken at a blank behind `before` ("," keeps `9 %` whole, "" is any blank). */
void wrap_print(FILE *out, const char *text, const char *before, size_t indent);

#endif
