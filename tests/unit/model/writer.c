/* SPDX-License-Identifier: Apache-2.0
 * Texts of scenarios made at random. */
#include "writer.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>

#include "kernel/random.h"

uint32_t writer_pick(struct writer *w, uint32_t below)
{
    uint32_t word[4];
    random_words(w->key, w->n++, 0, 0, word);
    return word[0] % below;
}

bool writer_chance(struct writer *w, uint32_t percent)
{
    return writer_pick(w, 100) < percent;
}

void writer_put(struct writer *w, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(w->text + w->length, sizeof w->text - w->length, format, arguments);
    va_end(arguments);
    cr_assert(n >= 0 && w->length + (size_t)n < sizeof w->text);
    w->length += (size_t)n;
}
