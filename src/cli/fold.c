/* SPDX-License-Identifier: Apache-2.0
 * Which rows of a long table are shown. */
#include "cli/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "psnsim/types.h"

/* A row on its way: its name without the numbers of members. */
struct row {
    char *alike;
    double weight;
    size_t at;
};

/* "access/17 to schools/17" as "access/ to schools/". */
static char *without_numbers(const char *name)
{
    char *copy = strdup(name), *out = copy;
    if (!copy)
        return NULL;
    for (const char *c = name; *c;) {
        *out++ = *c;
        c += *c == '/' ? 1 + strspn(c + 1, "0123456789") : 1;
    }
    *out = '\0';
    return copy;
}

static int compare_rows(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    int order = strcmp(a->alike, b->alike);
    if (order)
        return order;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

static int compare_weights(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* Of the rows that are kept so far only FOLD_ROWS stay, those of the greatest weight. */
static void keep_greatest(struct row *row, size_t n, bool *keep, size_t *hidden)
{
    size_t kept = 0;
    qsort(row, n, sizeof *row, compare_weights);
    for (size_t i = 0; i < n; i++) {
        if (!keep[row[i].at] || ++kept <= FOLD_ROWS)
            continue;
        keep[row[i].at] = false;
        ++*hidden;
    }
}

int fold_rows(const char *const *name, const double *weight, size_t n, bool *keep, size_t *hidden)
{
    struct row *row = calloc(n + 1, sizeof *row);
    bool well = row != NULL;
    *hidden = 0;
    for (size_t i = 0; well && i < n; i++) {
        row[i] =
            (struct row){without_numbers(name[i]), isnan(weight[i]) ? -INFINITY : weight[i], i};
        well = row[i].alike != NULL;
        keep[i] = true;
    }
    if (well && n > FOLD_ROWS) {
        qsort(row, n, sizeof *row, compare_rows);
        for (size_t i = 1; i < n; i++) {
            bool again = strcmp(row[i].alike, row[i - 1].alike) == 0;
            keep[row[i].at] = !again;
            *hidden += again;
        }
        keep_greatest(row, n, keep, hidden);
    }
    for (size_t i = 0; row && i < n; i++)
        free(row[i].alike);
    free(row);
    return well ? 0 : PSN_EMEMORY;
}

int fold_list(const char *const *name, const double *weight, size_t *row, size_t *n, size_t *hidden)
{
    bool *keep = calloc(*n + 1, sizeof *keep);
    int code = keep ? fold_rows(name, weight, *n, keep, hidden) : PSN_EMEMORY;
    size_t kept = 0;
    for (size_t i = 0; !code && i < *n; i++)
        if (keep[i])
            row[kept++] = row[i];
    *n = code ? *n : kept;
    free(keep);
    return code;
}
