/* SPDX-License-Identifier: Apache-2.0
 * Facts and small tables, for people or as JSON. */
#include "cli/sheet.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

/* How wide the labels of facts are. */
#define LABEL_WIDTH 20

/* The text in memory that the caller frees; NULL with the sheet's code set where memory ends. */
static char *make_text(struct sheet *s, const char *format, va_list values)
{
    char *text = NULL;
    if (vasprintf(&text, format, values) >= 0)
        return text;
    s->code = PSN_EMEMORY;
    return NULL;
}

void sheet_fact(struct sheet *s, const char *key, const char *label, double number,
                const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = make_text(s, format, values);
    va_end(values);
    if (!text)
        return;
    if (s->json)
        json_object_set_new(s->json, key, isnan(number) ? emit_text(text) : emit_number(number));
    else
        fprintf(s->page.out, "  %-*s %s\n", LABEL_WIDTH, label, text);
    free(text);
}

void sheet_flag(struct sheet *s, const char *key, const char *label, bool yes, const char *text)
{
    if (s->json)
        json_object_set_new(s->json, key, json_boolean(yes));
    else
        fprintf(s->page.out, "  %-*s %s\n", LABEL_WIDTH, label, text);
}

void sheet_table(struct sheet *s, const char *name, const char *heading)
{
    s->table = (struct table){0};
    s->name = name;
    s->heading = heading;
    s->n_columns = s->column = s->rows = 0;
    s->list = s->json ? json_array() : NULL;
    s->row = NULL;
}

void sheet_column(struct sheet *s, const char *key, const char *head, enum table_align align)
{
    s->key[s->n_columns++] = key;
    if (s->n_columns == 1)
        table_key(&s->table, head, align);
    else
        table_column(&s->table, NULL, head, align);
}

/* The next cell, of which one of the two is given. */
static void add_cell(struct sheet *s, json_t *value, const char *shown)
{
    s->rows += s->column == 0;
    if (s->json) {
        if (s->column == 0) {
            s->row = json_object();
            json_array_append_new(s->list, s->row);
        }
        json_object_set_new(s->row, s->key[s->column], value);
    } else {
        table_add(&s->table, "%s", shown);
    }
    s->column = (s->column + 1) % s->n_columns;
}

void sheet_text(struct sheet *s, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = make_text(s, format, values);
    va_end(values);
    if (!text)
        return;
    add_cell(s, s->json ? emit_text(text) : NULL, text);
    free(text);
}

void sheet_number(struct sheet *s, double number, const char *shown)
{
    add_cell(s, s->json ? emit_number(number) : NULL, shown);
}

void sheet_yes(struct sheet *s, bool yes)
{
    add_cell(s, s->json ? json_boolean(yes) : NULL, yes ? "yes" : "no");
}

void sheet_end(struct sheet *s)
{
    if (s->json) {
        if (s->rows)
            json_object_set_new(s->json, s->name, s->list);
        else
            json_decref(s->list);
        table_fini(&s->table);
    } else if (s->rows) {
        fputs("\n", s->page.out);
        if (s->heading)
            fprintf(s->page.out, s->page.bold ? "\033[1m%s\033[0m\n" : "%s\n", s->heading);
        if (table_print(&s->table, s->page.out, s->page.bold))
            s->code = PSN_EMEMORY;
    }
    table_fini(&s->table);
}
