/* SPDX-License-Identifier: Apache-2.0
 * Files of values that empirical laws draw from. */
#include "scenario/sample.h"

#include <string.h>

#include "scenario/csv.h"
#include "scenario/quantity.h"

#define LAW "empirical"

bool sample_named(const char *text, const char **file, size_t *length)
{
    const char *c = text + strspn(text, " ");
    if (strncmp(c, LAW, strlen(LAW)) != 0)
        return false;
    c += strlen(LAW);
    c += strspn(c, " ");
    const char *end = c + strlen(c);
    while (end > c && end[-1] == ' ')
        end--;
    if (*c != '(' || end[-1] != ')')
        return false;
    c++;
    end--;
    while (end > c && end[-1] == ' ')
        end--;
    const char *from = end;
    while (from > c && from[-1] != ' ')
        from--;
    *file = from;
    *length = (size_t)(end - from);
    return *length > 0;
}

static int out_of_memory(const struct node *at, psn_diagnostics *all)
{
    return psn_mistake_add(all, PSN_EMEMORY, at->place, "out of memory");
}

/* The unit that the header has in brackets, without its blanks: `work [ms]`. */
static int read_unit(struct arena *a, const struct node *header, struct sample *out,
                     psn_diagnostics *all)
{
    const char *open = strchr(header->text, '[');
    size_t length = open ? strcspn(open, "]") : 0, n = 0;
    if (!open)
        return 0;
    char *unit = arena_string_n(a, open + 1, length - 1);
    if (!unit)
        return out_of_memory(header, all);
    for (const char *c = unit; *c; c++)
        if (*c != ' ')
            unit[n++] = *c;
    unit[n] = '\0';
    out->unit = unit;
    char quoted[NODE_QUOTE];
    if (n > 0 && strcmp(open + length, "]") == 0)
        return 0;
    return psn_mistake_add(
        all, PSN_EINPUT, header->place,
        "\"%s\" has no unit in its brackets; expected a header such as work [ms]",
        node_quote(header->text, quoted));
}

/* The rows below the header as numbers. */
static int read_values(const struct node *column, double *value, psn_diagnostics *all)
{
    int error = 0;
    for (size_t i = 1; i < column->count; i++)
        if (quantity_plain(column->item[i], DIMENSION_NUMBER, BOUND_NOT_NEGATIVE, &value[i - 1],
                           all))
            error = PSN_EINPUT;
    return error;
}

static int read_column(struct arena *a, const struct node *column, struct sample *out,
                       psn_diagnostics *all)
{
    const struct node *header = column->item[0];
    size_t n = column->count - 1;
    int error = read_unit(a, header, out, all);
    if (error)
        return error;
    if (n == 0 || n > LAW_VALUES_MOST)
        return psn_mistake_add(all, PSN_EINPUT, header->place,
                               "%zu values stand below this header; expected 1 to %d", n,
                               LAW_VALUES_MOST);
    double *value = arena_array(a, n, sizeof *value);
    if (!value)
        return out_of_memory(header, all);
    error = read_values(column, value, all);
    if (!error && law_init_empirical(&out->law, value, n, &out->mean))
        error = psn_mistake_add(all, PSN_EINPUT, header->place,
                                "all values below this header are zero; expected a mean above it");
    return error;
}

int sample_read(struct arena *a, const char *file, const char *bytes, size_t size,
                size_t *cells_left, struct sample **out, psn_diagnostics *all)
{
    struct arena scratch = {0}; /* cells have no use once they are numbers */
    struct node *column;
    *out = arena_alloc(a, sizeof **out);
    if (!*out)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){.file = file}, "out of memory");
    **out = (struct sample){.file = file};
    int error = csv_column(&scratch, file, bytes, size, cells_left, &column, all);
    int also = column ? read_column(a, column, *out, all) : 0;
    arena_fini(&scratch);
    return error ? error : also;
}

/* Words for people, which may say anything. */
static bool is_said(const char *key)
{
    return strcmp(key, "title") == 0 || strcmp(key, "label") == 0 || strcmp(key, "source") == 0;
}

int sample_each(struct node *n, int (*visit)(void *context, struct node *scalar), void *context)
{
    const char *file;
    size_t length;
    int error = 0;
    if (n->kind == NODE_SCALAR && sample_named(n->text, &file, &length))
        return visit(context, n);
    for (size_t i = 0; n->kind == NODE_LIST && i < n->count && !error; i++)
        error = sample_each(n->item[i], visit, context);
    for (size_t i = 0; n->kind == NODE_MAP && i < n->count && !error; i++)
        if (!is_said(n->member[i].key))
            error = sample_each(n->member[i].value, visit, context);
    return error;
}
