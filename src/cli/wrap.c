/* SPDX-License-Identifier: Apache-2.0
 * Text that is longer than a line. */
#include "cli/wrap.h"

#include <stdbool.h>
#include <string.h>

/* The length of the part up to where a line may be broken. */
static size_t part_length(const char *text, const char *before)
{
    size_t length = strlen(before);
    for (const char *c = text; *c; c++)
        if (*c == ' ' && (size_t)(c - text) >= length && !strncmp(c - length, before, length))
            return (size_t)(c - text);
    return strlen(text);
}

void wrap_print(FILE *out, const char *text, const char *before, size_t indent)
{
    size_t column = indent;
    while (*text) {
        size_t n = part_length(text, before), width = 0;
        for (size_t i = 0; i < n; i++) /* a code point is a column */
            width += ((unsigned char)text[i] & 0xc0) != 0x80;
        bool begins = column == indent;
        if (!begins && column + 1 + width > WRAP_WIDTH) {
            fprintf(out, "\n%*s", (int)indent, "");
            column = indent;
            begins = true;
        }
        fprintf(out, "%s%.*s", begins ? "" : " ", (int)n, text);
        column += width + !begins;
        text += n + (text[n] == ' ');
    }
    putc('\n', out);
}
