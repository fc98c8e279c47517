/* SPDX-License-Identifier: Apache-2.0
 * Lays text tables out: widths, groups of columns, decimal alignment, blocks that fit the page. */
#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "psnsim/types.h"

/* The layout of one column. */
struct measure_of {
    size_t width, whole, fraction; /* digits before the decimal point, and from it on */
};

static void add_column(struct table *t, struct table_column c)
{
    if (t->failed || array_reserve((void **)&t->column, &t->column_capacity, t->n_columns + 1,
                                   sizeof *t->column)) {
        t->failed = true;
        return;
    }
    c.head = arena_string(&t->memory, c.head);
    c.group = c.group ? arena_string(&t->memory, c.group) : NULL;
    t->failed = !c.head;
    t->column[t->n_columns++] = c;
}

void table_column(struct table *t, const char *group, const char *head, enum table_align align)
{
    add_column(t, (struct table_column){.group = group, .head = head, .align = align});
}

void table_key(struct table *t, const char *head, enum table_align align)
{
    add_column(t, (struct table_column){.head = head, .align = align, .key = true});
}

void table_tight(struct table *t, const char *group, const char *head, enum table_align align)
{
    add_column(t,
               (struct table_column){.group = group, .head = head, .align = align, .tight = true});
}

void table_add_span(struct table *t, size_t span, const char *text)
{
    const char *copy = arena_string(&t->memory, text);
    if (!copy || t->failed ||
        array_reserve((void **)&t->cell, &t->cell_capacity, t->n_cells + span, sizeof *t->cell)) {
        t->failed = true;
        return;
    }
    t->cell[t->n_cells++] = (struct table_cell){copy, span};
    for (size_t i = 1; i < span; i++)
        t->cell[t->n_cells++] = (struct table_cell){NULL, 1};
}

void table_add(struct table *t, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = NULL;
    if (vasprintf(&text, format, values) < 0) {
        t->failed = true;
    } else {
        table_add_span(t, 1, text);
        free(text);
    }
    va_end(values);
}

const char *table_text(struct table *t, const char *format, ...)
{
    va_list values;
    va_start(values, format);
    char *text = NULL, *copy = NULL;
    if (vasprintf(&text, format, values) >= 0) {
        copy = arena_string(&t->memory, text);
        free(text);
    }
    va_end(values);
    t->failed = t->failed || !copy;
    return copy;
}

size_t table_text_width(const char *text)
{
    size_t n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

/* The line `k` of a heading, and its length in bytes; NULL beyond the last. */
static const char *head_line(const char *head, size_t k, size_t *length)
{
    for (; k > 0; k--) {
        head = strchr(head, '\n');
        if (!head)
            return NULL;
        head++;
    }
    *length = strcspn(head, "\n");
    return head;
}

static size_t head_lines(const char *head)
{
    size_t n = 1;
    for (; *head; head++)
        n += *head == '\n';
    return n;
}

static size_t width_n(const char *text, size_t length)
{
    size_t n = 0;
    for (size_t i = 0; i < length; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

static size_t whole_width(const char *text)
{
    return width_n(text, strcspn(text, "."));
}

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t gap(const struct table *t, size_t column, bool first)
{
    return first ? 0 : t->column[column].tight ? 1 : 2;
}

/* Width of the columns [from, to) with the gaps between them. */
static size_t span_width(const struct table *t, const struct measure_of *m, size_t from, size_t to)
{
    size_t width = 0;
    for (size_t c = from; c < to; c++)
        width += m[c].width + gap(t, c, c == from);
    return width;
}

/* Where the group that begins at `column` ends. A column without one is alone, but for the tight
 * ones that follow it. */
static size_t group_end(const struct table *t, size_t column)
{
    const char *group = t->column[column].group;
    size_t end = column + 1;
    for (; end < t->n_columns; end++) {
        const char *next = t->column[end].group;
        bool same = group && next ? !strcmp(next, group) : !group && !next && t->column[end].tight;
        if (!same)
            break;
    }
    return end;
}

static void measure_columns(const struct table *t, struct measure_of *m)
{
    for (size_t c = 0; c < t->n_columns; c++) {
        size_t length;
        const char *line;
        for (size_t k = 0; (line = head_line(t->column[c].head, k, &length)); k++)
            m[c].width = larger(m[c].width, width_n(line, length));
        for (size_t i = c; i < t->n_cells; i += t->n_columns) {
            const char *text = t->cell[i].text;
            if (!text || t->cell[i].span > 1)
                continue;
            size_t whole = whole_width(text);
            m[c].whole = larger(m[c].whole, whole);
            m[c].fraction = larger(m[c].fraction, table_text_width(text) - whole);
            if (t->column[c].align != TABLE_DECIMAL)
                m[c].width = larger(m[c].width, table_text_width(text));
        }
        m[c].width = larger(m[c].width,
                            t->column[c].align == TABLE_DECIMAL ? m[c].whole + m[c].fraction : 0);
    }
    for (size_t i = 0; i < t->n_cells; i++) {
        size_t c = i % t->n_columns, to = c + t->cell[i].span;
        if (!t->cell[i].text || t->cell[i].span < 2)
            continue;
        size_t have = span_width(t, m, c, to), need = table_text_width(t->cell[i].text);
        m[to - 1].width += need > have ? need - have : 0;
    }
    for (size_t c = 0; c < t->n_columns; c = group_end(t, c)) {
        size_t end = group_end(t, c), have = span_width(t, m, c, end);
        size_t need = t->column[c].group ? table_text_width(t->column[c].group) : 0;
        m[end - 1].width += need > have ? need - have : 0;
    }
}

/* A line under way: spaces are held back until something follows, so that none stand at its end. */
struct line {
    FILE *out;
    size_t held;
};

static void put(struct line *l, const char *text, size_t length)
{
    if (!length)
        return;
    fprintf(l->out, "%*s%.*s", (int)l->held, "", (int)length, text);
    l->held = 0;
}

static void put_aligned(struct line *l, const char *text, size_t length, size_t width, bool right)
{
    size_t have = width_n(text, length), space = width > have ? width - have : 0;
    l->held += right ? space : 0;
    put(l, text, length);
    l->held += right ? 0 : space;
}

static void put_cell(struct line *l, const struct table *t, const struct measure_of *m, size_t c,
                     const struct table_cell *cell)
{
    const char *text = cell->text ? cell->text : "";
    size_t width = span_width(t, m, c, c + cell->span);
    if (cell->span == 1 && t->column[c].align == TABLE_DECIMAL && *text) {
        size_t fraction = table_text_width(text) - whole_width(text);
        size_t behind = m[c].fraction - fraction;
        put_aligned(l, text, strlen(text), width - behind, true);
        l->held += behind;
    } else {
        put_aligned(l, text, strlen(text), width,
                    cell->span == 1 && t->column[c].align == TABLE_RIGHT);
    }
}

/* A block: the key columns and [from, to) of the others. */
struct block {
    const struct table *t;
    const struct measure_of *m;
    size_t keys, from, to;
};

static size_t next_column(const struct block *b, size_t c, size_t step)
{
    size_t next = c + step;
    return c < b->keys && next >= b->keys ? b->from : next;
}

static size_t first_column(const struct block *b)
{
    return b->keys ? 0 : b->from;
}

static void put_rule(const struct block *b, FILE *out)
{
    size_t width = 0;
    for (size_t c = first_column(b); c < b->to; c = next_column(b, c, 1))
        width += gap(b->t, c, c == first_column(b)) + b->m[c].width;
    for (size_t i = 0; i < width; i++)
        fputs("─", out);
    fputs("\n", out);
}

static void put_heads(const struct block *b, FILE *out, bool bold)
{
    size_t lines = 0;
    bool groups = false;
    for (size_t c = first_column(b); c < b->to; c = next_column(b, c, 1)) {
        lines = larger(lines, head_lines(b->t->column[c].head));
        groups = groups || b->t->column[c].group;
    }
    fputs(bold ? "\033[1m" : "", out);
    struct line l = {.out = out};
    for (size_t c = first_column(b); groups && c < b->to;) {
        size_t end = group_end(b->t, c);
        const char *text = b->t->column[c].group ? b->t->column[c].group : "";
        l.held += gap(b->t, c, c == first_column(b));
        put_aligned(&l, text, strlen(text), span_width(b->t, b->m, c, end), false);
        c = next_column(b, c, end - c);
    }
    fputs(groups ? "\n" : "", out);
    for (size_t k = 0; k < lines; k++) {
        l.held = 0;
        for (size_t c = first_column(b); c < b->to; c = next_column(b, c, 1)) {
            const char *head = b->t->column[c].head, *text = "";
            size_t blank = lines - head_lines(head), length = 0;
            if (k >= blank)
                text = head_line(head, k - blank, &length);
            l.held += gap(b->t, c, c == first_column(b));
            put_aligned(&l, text, length, b->m[c].width, b->t->column[c].align != TABLE_LEFT);
        }
        fputs("\n", out);
    }
    fputs(bold ? "\033[0m" : "", out);
    put_rule(b, out);
}

static void put_block(const struct block *b, FILE *out, bool bold)
{
    put_heads(b, out, bold);
    for (size_t row = 0; row < b->t->n_cells / b->t->n_columns; row++) {
        struct line l = {.out = out};
        const struct table_cell *cell = b->t->cell + row * b->t->n_columns;
        for (size_t c = first_column(b); c < b->to;) {
            l.held += gap(b->t, c, c == first_column(b));
            put_cell(&l, b->t, b->m, c, &cell[c]);
            c = next_column(b, c, cell[c].span);
        }
        fputs("\n", out);
    }
}

/* Where a block that begins at `from` ends: as many groups as fit the page, at least one. */
static size_t block_end(const struct table *t, const struct measure_of *m, size_t keys, size_t from)
{
    size_t width = span_width(t, m, 0, keys), to = from;
    while (to < t->n_columns) {
        size_t end = group_end(t, to), more = span_width(t, m, to, end) + (width ? 2 : 0);
        if (to > from && width + more > TABLE_WIDTH)
            break;
        width += more;
        to = end;
    }
    return to;
}

int table_print(struct table *t, FILE *out, bool bold)
{
    struct measure_of *m = calloc(t->n_columns + 1, sizeof *m);
    int code = t->failed || !m ? PSN_EMEMORY : 0;
    if (!code && t->n_columns && t->n_cells) {
        measure_columns(t, m);
        size_t keys = 0;
        while (keys < t->n_columns && t->column[keys].key)
            keys++;
        size_t from = keys;
        do {
            size_t to = block_end(t, m, keys, from);
            fputs(from > keys ? "\n" : "", out);
            put_block(&(struct block){t, m, keys, from, to}, out, bold);
            from = to;
        } while (from < t->n_columns);
    }
    free(m);
    table_fini(t);
    return code;
}

void table_fini(struct table *t)
{
    arena_fini(&t->memory);
    free(t->column);
    free(t->cell);
    *t = (struct table){0};
}
