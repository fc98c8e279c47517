/* SPDX-License-Identifier: Apache-2.0
 * The shipped scenarios, inside the program: the texts of scenarios/ as they were when it was built
 * (cases.cmake writes them as C). Used by init and by the completion of shells. */
#ifndef CLI_CASES_H
#define CLI_CASES_H

#include <stddef.h>

struct case_text {
    const char *name; /* of the file, without a folder */
    const unsigned char *bytes;
    size_t size;
};

/* In the order of names, ended by a NULL name. */
extern const struct case_text case_texts[];

/* The names of the shipped scenarios that init offers, "first peaks", space separated; "" where
 * memory ends. */
void cases_offered(char *names, size_t size);

#endif
