/* SPDX-License-Identifier: Apache-2.0
 * Texts of scenarios made at random, for the model's unit tests: a text that grows, and the draws
 * that decide what comes next in it. */
#ifndef TESTS_MODEL_WRITER_H
#define TESTS_MODEL_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
    char text[32768];
    size_t length;
    uint64_t key, n; /* of the draws, and how many there were */
};

/* A whole number from 0 to below - 1, each as likely. */
uint32_t writer_pick(struct writer *w, uint32_t below);

/* True in so many per cent of all cases. */
bool writer_chance(struct writer *w, uint32_t percent);

/* Appends as printf does; fails the test where there is no room left. */
__attribute__((format(printf, 2, 3))) void writer_put(struct writer *w, const char *format, ...);

#endif
