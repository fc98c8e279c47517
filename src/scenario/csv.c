/* SPDX-License-Identifier: Apache-2.0
 * CSV tables (RFC 4180) of partners and sites into nodes; see csv.h. */
#include "scenario/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "scenario/text.h"
#include "scenario/yaml.h"

#define HEADERS_MOST 1000
#define PARTS_MOST   8

/* One cell; its text in the arena, NULL where the cell is empty. */
struct cell {
    const char *text;
    psn_place place;
};

struct table {
    struct arena *arena;
    const char *at, *end;
    psn_place place; /* of `at` */
    size_t *cells_left;
    psn_diagnostics *all;
    struct cell *cell; /* of the row that was read last */
    size_t n_cells, room;
};

/* The headers as a tree: `staff.a` and `staff.b` are two children of `staff`. */
struct branch {
    const char *key;
    psn_place place;
    size_t column; /* 0: no column, children */
    struct branch **child;
    size_t n, room;
};

static int out_of_memory(struct table *t)
{
    return psn_mistake_add(t->all, PSN_EMEMORY, t->place, "out of memory");
}

/* Moves over one byte; a column is a character, so continuation bytes do not count. */
static void advance(struct table *t)
{
    char c = *t->at++;
    if (c == '\n' || (c == '\r' && !(t->at < t->end && *t->at == '\n'))) {
        t->place.line++;
        t->place.column = 1;
    } else if (t->at == t->end || ((unsigned char)*t->at & 0xC0) != 0x80) {
        t->place.column++;
    }
}

static bool at_line_end(const struct table *t)
{
    return t->at == t->end || *t->at == '\n' || *t->at == '\r';
}

/* A cell in quotes, with "" for each quote within. */
static int read_quoted(struct table *t, struct cell *cell)
{
    advance(t);
    const char *from = t->at;
    size_t doubled = 0;
    while (t->at < t->end && (*t->at != '"' || (t->at + 1 < t->end && t->at[1] == '"'))) {
        if (*t->at == '"') {
            doubled++;
            advance(t);
        }
        advance(t);
    }
    if (t->at == t->end)
        return psn_mistake_add(t->all, PSN_EINPUT, cell->place,
                               "a quoted cell does not end; expected a closing \"");
    size_t length = (size_t)(t->at - from) - doubled;
    advance(t);
    if (!at_line_end(t) && *t->at != ',')
        return psn_mistake_add(t->all, PSN_EINPUT, t->place,
                               "text behind a closing quote; expected a comma or the line's end "
                               "(a quote within is doubled)");
    if (length == 0)
        return 0;
    char *text = arena_alloc(t->arena, length + 1);
    if (!text)
        return out_of_memory(t);
    for (size_t i = 0; i < length; i++) {
        text[i] = *from;
        from += *from == '"' ? 2 : 1;
    }
    cell->text = text;
    return 0;
}

static int read_plain(struct table *t, struct cell *cell)
{
    while (!at_line_end(t) && *t->at == ' ')
        advance(t);
    if (!at_line_end(t) && *t->at == '"')
        return psn_mistake_add(t->all, PSN_EINPUT, t->place,
                               "a quote behind a blank; expected it right behind the comma");
    const char *from = t->at;
    cell->place = t->place;
    while (!at_line_end(t) && *t->at != ',') {
        if (*t->at == '"')
            return psn_mistake_add(
                t->all, PSN_EINPUT, t->place,
                "a quote within a plain cell; expected the whole cell in quotes");
        advance(t);
    }
    size_t length = (size_t)(t->at - from);
    while (length && (from[length - 1] == ' ' || from[length - 1] == '\t'))
        length--;
    if (length == 0)
        return 0;
    cell->text = arena_string_n(t->arena, from, length);
    return cell->text ? 0 : out_of_memory(t);
}

/* Reads a row into t->cell. */
static int read_row(struct table *t)
{
    t->n_cells = 0;
    for (;;) {
        struct cell cell = {.place = t->place};
        if (*t->cells_left == 0)
            return psn_mistake_add(t->all, PSN_EINPUT, t->place,
                                   "more than %d cells; expected smaller tables", CSV_CELLS_MOST);
        --*t->cells_left;
        int error = t->at < t->end && *t->at == '"' ? read_quoted(t, &cell) : read_plain(t, &cell);
        if (error)
            return error;
        void *room = t->cell;
        if (array_reserve(&room, &t->room, t->n_cells + 1, sizeof *t->cell))
            return out_of_memory(t);
        t->cell = room;
        t->cell[t->n_cells++] = cell;
        if (at_line_end(t))
            break;
        advance(t); /* the comma */
    }
    if (t->at < t->end && *t->at == '\r')
        advance(t);
    if (t->at < t->end && *t->at == '\n')
        advance(t);
    return 0;
}

/* Skips empty lines. */
static bool more_rows(struct table *t)
{
    while (t->at < t->end && at_line_end(t))
        advance(t);
    return t->at < t->end;
}

static struct branch *child_of(struct table *t, struct branch *b, const char *key, size_t length)
{
    for (size_t i = 0; i < b->n; i++)
        if (strncmp(b->child[i]->key, key, length) == 0 && b->child[i]->key[length] == '\0')
            return b->child[i];
    if (b->n == b->room) {
        size_t room = b->room ? 2 * b->room : 8;
        struct branch **child = arena_array(t->arena, room, sizeof(struct branch *));
        if (!child)
            return NULL;
        if (b->n)
            memcpy(child, b->child, b->n * sizeof *child);
        b->child = child;
        b->room = room;
    }
    struct branch *made = arena_alloc(t->arena, sizeof *made);
    if (!made)
        return NULL;
    made->key = arena_string_n(t->arena, key, length);
    b->child[b->n++] = made;
    return made->key ? made : NULL;
}

/* Adds a header's dotted key to the tree. */
static int add_header(struct table *t, struct branch *root, size_t column)
{
    const struct cell *header = &t->cell[column];
    struct branch *b = root;
    const char *key = header->text;
    char quoted[NODE_QUOTE];
    if (!key)
        return psn_mistake_add(t->all, PSN_EINPUT, header->place,
                               "an empty header; expected a key such as population");
    for (size_t parts = 1;; parts++) {
        size_t length = strcspn(key, ".");
        if (length == 0 || parts > PARTS_MOST)
            return psn_mistake_add(t->all, PSN_EINPUT, header->place,
                                   "\"%s\" is no dotted key; expected one such as staff.town-hall",
                                   node_quote(header->text, quoted));
        b = child_of(t, b, key, length);
        if (!b)
            return out_of_memory(t);
        bool last = key[length] == '\0';
        if (b->column || (last && b->n))
            return psn_mistake_add(t->all, PSN_EINPUT, header->place,
                                   "\"%s\" stands twice among the headers; expected each key once",
                                   node_quote(header->text, quoted));
        if (!b->place.line)
            b->place = header->place;
        if (last)
            break;
        key += length + 1;
    }
    b->column = column;
    return 0;
}

/* The header row. *section is set to its first cell. Mistakes of single headers do not end it. */
static int read_headers(struct table *t, struct branch *root, struct cell *section)
{
    char quoted[NODE_QUOTE];
    int error = read_row(t);
    if (error || !t->cell)
        return error;
    *section = t->cell[0];
    if (!section->text ||
        (strcmp(section->text, "partners") != 0 && strcmp(section->text, "sites") != 0))
        return psn_mistake_add(t->all, PSN_EINPUT, section->place,
                               "\"%s\" is the first header; expected partners or sites, above the "
                               "column of names",
                               node_quote(section->text ? section->text : "", quoted));
    if (t->n_cells > HEADERS_MOST)
        return psn_mistake_add(t->all, PSN_EINPUT, t->cell[HEADERS_MOST].place,
                               "more than %d columns; expected fewer", HEADERS_MOST);
    for (size_t i = 1; i < t->n_cells; i++)
        if (add_header(t, root, i) == PSN_EMEMORY)
            return PSN_EMEMORY;
    return 0;
}

/* The map of a branch for this row; NULL where all its cells are empty (and memory remains). */
static struct node *row_map(struct table *t, const struct branch *b, psn_place place, bool *failed)
{
    struct node *map = node_new_map(t->arena, place, b->n);
    if (!map)
        *failed = true;
    if (!map || b->n == 0)
        return map;
    size_t count = 0;
    for (size_t i = 0; i < b->n && !*failed; i++) {
        const struct branch *child = b->child[i];
        struct node *value = NULL;
        if (child->column && child->column < t->n_cells && t->cell[child->column].text) {
            const struct cell *cell = &t->cell[child->column];
            value = yaml_plain(t->arena, cell->place, cell->text, strlen(cell->text));
            *failed = *failed || !value;
        } else if (!child->column) {
            value = row_map(t, child, place, failed);
            if (value && value->count == 0)
                value = NULL;
        }
        if (value)
            map->member[count++] = (struct member){child->key, child->place, value};
    }
    map->count = count;
    return map;
}

/* Tells a row whose number of cells is not that of the headers. */
static bool row_fits(struct table *t, size_t columns)
{
    if (t->n_cells == columns)
        return true;
    psn_mistake_add(t->all, PSN_EINPUT,
                    t->n_cells > columns ? t->cell[columns].place : t->cell[0].place,
                    "this row has %zu cells; expected %zu, as the header has (a cell with a comma "
                    "stands in quotes)",
                    t->n_cells, columns);
    return false;
}

static int read_rows(struct table *t, const struct branch *root, size_t columns,
                     struct member **entries, size_t *n, size_t *room)
{
    while (more_rows(t)) {
        int error = read_row(t);
        if (error)
            return error;
        if (!row_fits(t, columns))
            continue;
        const struct cell *name = &t->cell[0];
        if (!name->text) {
            psn_mistake_add(t->all, PSN_EINPUT, name->place,
                            "this row has no name; expected one in its first cell");
            continue;
        }
        bool failed = false;
        struct node *entry = row_map(t, root, name->place, &failed);
        void *grown = *entries;
        if (failed || array_reserve(&grown, room, *n + 1, sizeof **entries))
            return out_of_memory(t);
        *entries = grown;
        (*entries)[(*n)++] = (struct member){name->text, name->place, entry};
    }
    return 0;
}

/* The map of one section with these entries. */
static struct node *section_map(struct arena *a, const struct cell *section,
                                const struct member *entries, size_t n)
{
    struct node *root = node_new_map(a, section->place, 1);
    struct node *map = node_new_map(a, section->place, n);
    if (!root || !map)
        return NULL;
    if (n && entries)
        memcpy(map->member, entries, n * sizeof *entries);
    root->member[0] = (struct member){section->text, section->place, map};
    return root;
}

/* Before the first row of a text, which is sound and not empty. */
static int begin(struct table *t, struct arena *a, const char *file, const char *bytes, size_t size,
                 size_t *cells_left, psn_diagnostics *all)
{
    int error = text_check(file, bytes, size, all);
    if (error)
        return error;
    *t = (struct table){.arena = a,
                        .at = bytes + text_mark_length(bytes, size),
                        .end = bytes + size,
                        .place = {file, 1, 1},
                        .all = all};
    t->cells_left = cells_left;
    return more_rows(t) ? 0
                        : psn_mistake_add(all, PSN_EINPUT, t->place,
                                          "this table is empty; expected a row of headers");
}

int csv_read(struct arena *a, const char *file, const char *bytes, size_t size, size_t *cells_left,
             struct node **out, psn_diagnostics *all)
{
    *out = NULL;
    struct table t;
    struct branch root = {0};
    struct cell section = {0};
    struct member *entries = NULL;
    size_t n = 0, room = 0, before = all->count + all->dropped;
    int error = begin(&t, a, file, bytes, size, cells_left, all);
    if (error)
        return error;
    error = read_headers(&t, &root, &section);
    if (!error)
        error = read_rows(&t, &root, t.n_cells, &entries, &n, &room);
    if (!error && yaml_unique(entries, &n, all) == PSN_EMEMORY)
        error = out_of_memory(&t);
    if (!error) {
        *out = section_map(a, &section, entries, n);
        if (!*out)
            error = out_of_memory(&t);
        else if (all->count + all->dropped > before)
            error = PSN_EINPUT;
    }
    free(entries);
    free(t.cell);
    return error;
}

/* The factors that the headers name; mistakes of single ones are told. */
static struct cell *factor_headers(struct table *t, size_t *n)
{
    struct cell *header = arena_array(t->arena, t->n_cells + 1, sizeof *header);
    *n = t->n_cells;
    for (size_t i = 0; header && i < *n; i++) {
        header[i] = t->cell[i];
        if (!header[i].text)
            psn_mistake_add(t->all, PSN_EINPUT, header[i].place,
                            "an empty header; expected a factor such as demand");
        for (size_t k = 0; header[i].text && k < i; k++)
            if (header[k].text && strcmp(header[k].text, header[i].text) == 0)
                psn_mistake_add(t->all, PSN_EINPUT, header[i].place,
                                "\"%s\" stands twice among the headers; expected each factor once",
                                header[i].text);
    }
    return header;
}

/* The row that was read last as a map. NULL where memory ends. */
static struct node *point_map(const struct table *t, const struct cell *header)
{
    struct node *map = node_new_map(t->arena, t->cell[0].place, t->n_cells);
    for (size_t i = 0; map && i < t->n_cells; i++) {
        const char *text = t->cell[i].text ? t->cell[i].text : "";
        struct node *value = yaml_plain(t->arena, t->cell[i].place, text, strlen(text));
        if (!value)
            return NULL;
        map->member[i] = (struct member){header[i].text, header[i].place, value};
    }
    return map;
}

/* All rows behind the header. */
static int read_points(struct table *t, const struct cell *header, size_t columns,
                       struct node ***point, size_t *n)
{
    size_t room = 0;
    while (more_rows(t)) {
        int error = read_row(t);
        if (error)
            return error;
        if (!row_fits(t, columns))
            continue;
        struct node *map = point_map(t, header);
        void *grown = *point;
        if (!map || array_reserve(&grown, &room, *n + 1, sizeof(struct node *)))
            return out_of_memory(t);
        *point = grown;
        (*point)[(*n)++] = map;
    }
    return 0;
}

int csv_points(struct arena *a, const char *file, const char *bytes, size_t size,
               size_t *cells_left, struct node **out, psn_diagnostics *all)
{
    *out = NULL;
    struct table t;
    size_t before = all->count + all->dropped, columns = 0, n = 0;
    struct node **point = NULL;
    int error = begin(&t, a, file, bytes, size, cells_left, all);
    if (error)
        return error;
    psn_place place = t.place;
    error = read_row(&t);
    const struct cell *header = error ? NULL : factor_headers(&t, &columns);
    if (!error && !header)
        error = out_of_memory(&t);
    bool sound = all->count + all->dropped == before;
    if (!error && sound)
        error = read_points(&t, header, columns, &point, &n);
    if (!error && all->count + all->dropped > before)
        error = PSN_EINPUT;
    if (!error) {
        *out = node_new_list(a, place, n);
        if (!*out)
            error = out_of_memory(&t);
        else if (n)
            memcpy((*out)->item, point, n * sizeof(struct node *));
    }
    free(point);
    free(t.cell);
    return error;
}

/* The cell of a row of one column as a scalar; NULL where memory ends, or with a mistake told. */
static struct node *only_cell(struct table *t)
{
    const struct cell *cell = t->n_cells ? &t->cell[0] : NULL;
    if (t->n_cells > 1) {
        psn_mistake_add(t->all, PSN_EINPUT, t->cell[1].place,
                        "a second cell; expected one column (a cell with a comma stands in "
                        "quotes)");
        return NULL;
    }
    if (!cell || !cell->text) {
        psn_mistake_add(t->all, PSN_EINPUT, cell ? cell->place : t->place,
                        "an empty cell; expected a value");
        return NULL;
    }
    return node_new_scalar(t->arena, cell->place, cell->text);
}

int csv_column(struct arena *a, const char *file, const char *bytes, size_t size,
               size_t *cells_left, struct node **out, psn_diagnostics *all)
{
    *out = NULL;
    struct table t;
    size_t before = all->count + all->dropped, n = 0, room = 0;
    struct node **cell = NULL;
    int error = begin(&t, a, file, bytes, size, cells_left, all);
    if (error)
        return error;
    psn_place place = t.place;
    do {
        void *grown = cell;
        error = read_row(&t);
        struct node *scalar = error ? NULL : only_cell(&t);
        if (!scalar)
            continue;
        if (array_reserve(&grown, &room, n + 1, sizeof(struct node *)))
            error = out_of_memory(&t);
        cell = grown;
        if (!error)
            cell[n++] = scalar;
    } while (!error && more_rows(&t));
    if (!error && n > 0) {
        *out = node_new_list(a, place, n);
        if (!*out)
            error = out_of_memory(&t);
        else
            memcpy((*out)->item, cell, n * sizeof(struct node *));
    }
    if (!error && all->count + all->dropped > before)
        error = PSN_EINPUT;
    free(cell);
    free(t.cell);
    return error;
}
