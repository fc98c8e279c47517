/* SPDX-License-Identifier: Apache-2.0
 * What the capitals in the tables of commands and options stand for: files of which kind, or words
 * to choose from. Used by the completion of shells. */
#ifndef CLI_PLACEHOLDER_H
#define CLI_PLACEHOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* One operand, or the value of an option: "FILE", "[RESULT]", "RESULT...", "bash|zsh|fish". */
struct placeholder {
    char name[64];         /* without brackets and dots */
    bool optional, many;   /* [NAME], NAME... */
    bool scenario, result; /* names of files that end in .yaml, in .h5 */
    bool network;          /* names of networks that import reads */
    bool folder;           /* names of folders */
    char words[256];       /* the words to choose from, space separated; "" where there are none */
};

/* Reads the first operand of a text ("FILE RESULT") and returns what follows it; NULL where there
 * is none. */
const char *placeholder_next(const char *text, struct placeholder *out);

/* Adds what can stand for p to what can stand for all. */
void placeholder_add(struct placeholder *all, const struct placeholder *p);

#endif
