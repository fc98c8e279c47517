/* SPDX-License-Identifier: Apache-2.0
 * Text tables: aligned columns under headings, split into several blocks where they are wider than
 * the page. Used by every command that prints figures. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"

/* How wide a page is. */
#define TABLE_WIDTH 100

enum table_align {
    TABLE_LEFT,
    TABLE_RIGHT,
    TABLE_DECIMAL, /* decimal points one below the other */
};

struct table_column {
    const char *group; /* a heading over this and its neighbours of the same group; NULL: none */
    const char *head;  /* lines apart by '\n' */
    enum table_align align;
    bool key;   /* repeated in each block; the first columns */
    bool tight; /* one space before it, not two, and never parted from the one before */
};

struct table_cell {
    const char *text; /* NULL: covered by the span before, or empty */
    size_t span;      /* columns that the text covers; 1 for most */
};

struct table {
    struct arena memory;
    struct table_column *column;
    size_t n_columns, column_capacity;
    struct table_cell *cell; /* [row x n_columns + column] */
    size_t n_cells, cell_capacity;
    bool failed; /* memory ended: nothing is printed */
};

/* Zero-initialise to begin. Columns come first: all of them before the first cell. */
void table_column(struct table *t, const char *group, const char *head, enum table_align align);
void table_key(struct table *t, const char *head, enum table_align align);
void table_tight(struct table *t, const char *group, const char *head, enum table_align align);

/* The next cell in reading order; a row is full when each column has one. Texts are copied. */
__attribute__((format(printf, 2, 3))) void table_add(struct table *t, const char *format, ...);

/* The same over `span` columns. */
void table_add_span(struct table *t, size_t span, const char *text);

/* A text owned by the table, such as a heading made on the way. NULL where memory ends. */
__attribute__((format(printf, 2, 3))) const char *table_text(struct table *t, const char *format,
                                                             ...);

/* Prints the table and empties it. `bold`: headings for a terminal. PSN_EMEMORY where memory ended.
 */
int table_print(struct table *t, FILE *out, bool bold);
void table_fini(struct table *t);

/* Columns that a UTF-8 text takes: its code points. */
size_t table_text_width(const char *text);

#endif
