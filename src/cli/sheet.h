/* SPDX-License-Identifier: Apache-2.0
 * Facts and small tables that are printed for people or become JSON, from one description of them.
 * Used by check --explain. */
#ifndef CLI_SHEET_H
#define CLI_SHEET_H

#include "cli/emit.h"
#include "cli/table.h"

#define SHEET_COLUMNS 10

struct sheet {
    struct view_page page;
    json_t *json; /* the object that is filled; NULL: printed */
    /* the table under way */
    struct table table;
    const char *name, *heading;
    const char *key[SHEET_COLUMNS];
    size_t n_columns, column, rows;
    json_t *list, *row;
    int code; /* PSN_EMEMORY where memory ended */
};

/* One fact: "label  text" on a line of its own; in JSON `key` with the number, or with the text
 * where the number is NaN. */
__attribute__((format(printf, 5, 6))) void sheet_fact(struct sheet *s, const char *key,
                                                      const char *label, double number,
                                                      const char *format, ...);

/* The same of a yes or no; true or false in JSON. */
void sheet_flag(struct sheet *s, const char *key, const char *label, bool yes, const char *text);

/* A table: its key in JSON and its heading, its columns, cells in reading order, its end. Nothing
 * is printed of a table without rows. */
void sheet_table(struct sheet *s, const char *name, const char *heading);
void sheet_column(struct sheet *s, const char *key, const char *head, enum table_align align);
__attribute__((format(printf, 2, 3))) void sheet_text(struct sheet *s, const char *format, ...);
void sheet_number(struct sheet *s, double number, const char *shown);
void sheet_yes(struct sheet *s, bool yes);
void sheet_end(struct sheet *s);

#endif
