/* SPDX-License-Identifier: Apache-2.0
 * Mistakes with their places: kept in the order found, printed in the order of the text. */
#include "psnsim/diagnostics.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* As strcmp; an unknown file comes first. */
static int compare_files(const char *a, const char *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return strcmp(a, b);
}

static int compare_places(const psn_place *a, const psn_place *b)
{
    int files = compare_files(a->file, b->file);
    if (files != 0)
        return files;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

/* Would both be printed as the same line? */
static bool same_mistake(const psn_mistake *a, const psn_mistake *b)
{
    return compare_places(&a->place, &b->place) == 0 && strcmp(a->text, b->text) == 0;
}

/* Fills text and place.file from one allocation: the text, then the file's name. Returns false
 * where memory is out or the format is bad. */
__attribute__((format(printf, 3, 0))) static bool fill(psn_mistake *m, psn_place place,
                                                       const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    bool ok = length >= 0;
    if (ok) {
        size_t text = (size_t)length + 1;
        size_t name = place.file ? strlen(place.file) + 1 : 0;
        m->text = malloc(text + name);
        ok = m->text != NULL;
        if (ok) {
            vsnprintf(m->text, text, format, again);
            m->place = place;
            if (place.file)
                m->place.file = memcpy(m->text + text, place.file, name);
        }
    }
    va_end(again);
    return ok;
}

/* Once the list is full, a repeat of what is kept is no further mistake. */
static bool is_kept(const psn_diagnostics *all, const psn_mistake *m)
{
    for (size_t i = 0; i < all->count; i++)
        if (same_mistake(&all->items[i], m))
            return true;
    return false;
}

int psn_mistake_add(psn_diagnostics *all, int code, psn_place place, const char *format, ...)
{
    psn_mistake m = {.code = code};
    va_list args;
    va_start(args, format);
    bool filled = fill(&m, place, format, args);
    va_end(args);
    if (!filled) {
        all->dropped++;
    } else if (all->count >= PSN_DIAGNOSTICS_KEPT) {
        if (!is_kept(all, &m))
            all->dropped++;
        free(m.text);
    } else {
        void *items = all->items;
        int error = array_reserve(&items, &all->capacity, all->count + 1, sizeof(psn_mistake));
        all->items = items;
        if (error) {
            all->dropped++;
            free(m.text);
        } else {
            all->items[all->count++] = m;
        }
    }
    return code;
}

/* One line; control characters in the text (it may quote the user's) could not be one. */
static void print_mistake(const psn_mistake *m, FILE *out)
{
    if (m->place.file)
        fprintf(out, "%s:", m->place.file);
    if (m->place.line)
        fprintf(out, "%u:", m->place.line);
    if (m->place.line && m->place.column)
        fprintf(out, "%u:", m->place.column);
    if (m->place.file || m->place.line)
        fputc(' ', out);
    for (const char *c = m->text; *c; c++)
        fputc((unsigned char)*c < ' ' || *c == 0x7f ? ' ' : *c, out);
    fputc('\n', out);
}

int psn_mistake_errno(psn_diagnostics *all, psn_place place, const char *what, int error)
{
    char why[128];
    return psn_mistake_add(all, PSN_EIO, place, "%s: %s", what, strerror_r(error, why, sizeof why));
}

void psn_diagnostics_print(const psn_diagnostics *all, FILE *out)
{
    /* Sorted by insertion in a fixed array: few, stable, and needs no memory. */
    const psn_mistake *sorted[PSN_DIAGNOSTICS_KEPT];
    size_t count = 0;
    for (size_t i = 0; i < all->count && i < PSN_DIAGNOSTICS_KEPT; i++) {
        size_t at = count++;
        while (at > 0 && compare_places(&sorted[at - 1]->place, &all->items[i].place) > 0) {
            sorted[at] = sorted[at - 1];
            at--;
        }
        sorted[at] = &all->items[i];
    }
    for (size_t i = 0; i < count; i++) {
        /* Repeats share a place, so they stand near each other, but perhaps not next. */
        bool repeat = false;
        for (size_t j = i; j-- > 0 && !repeat;) {
            if (compare_places(&sorted[j]->place, &sorted[i]->place) != 0)
                break;
            repeat = same_mistake(sorted[j], sorted[i]);
        }
        if (!repeat)
            print_mistake(sorted[i], out);
    }
    if (all->dropped > 0)
        fprintf(out, "... and %zu more\n", all->dropped);
}

void psn_diagnostics_fini(psn_diagnostics *all)
{
    for (size_t i = 0; i < all->count; i++)
        free(all->items[i].text);
    free(all->items);
    *all = (psn_diagnostics){0};
}
