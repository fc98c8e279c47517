/* SPDX-License-Identifier: Apache-2.0
 * Writes how the points of a study ended: the precision asked for, and what each point got. */
#include "results/ends.h"

#include <stdio.h>
#include <stdlib.h>

/* What stopped the replications, where their number was not fixed. */
static bool put_precision(hid_t file, const struct description *d)
{
    const struct precision *p = &d->precision;
    char of[1000] = "";
    size_t used = 0;
    for (size_t i = 0; i < p->n_of && used < sizeof of; i++) {
        int n = snprintf(of + used, sizeof of - used, "%s%s", i ? ", " : "", p->of[i]);
        used += n > 0 ? (size_t)n : 0;
    }
    int32_t at_least = (int32_t)p->at_least, at_most = (int32_t)d->replications;
    return h5_put_int32(file, "at_least", &at_least, 1) &&
           h5_put_int32(file, "at_most", &at_most, 1) && h5_put_real(file, "until", p->until) &&
           h5_put_text(file, "measures", of);
}

void result_key(const struct point_key *key, char hex[65])
{
    snprintf(hex, 65, "%016llx%016llx%016llx%016llx", (unsigned long long)key->word[0],
             (unsigned long long)key->word[1], (unsigned long long)key->word[2],
             (unsigned long long)key->word[3]);
}

void ends_root(const struct layout *l)
{
    if (!l->sink->failed && layout_rule(l) && !put_precision(l->sink->file, l->study->base))
        sink_fail(l->sink);
}

void ends_design(const struct layout *l, struct table *t)
{
    const struct study *s = l->study;
    int32_t *number = calloc(s->n_points + 1, sizeof *number);
    char(*hex)[65] = calloc(s->n_points + 1, sizeof *hex);
    const char **key = calloc(s->n_points + 1, sizeof *key);
    if (!number || !hex || !key) {
        sink_out_of_memory(t->sink);
    } else {
        for (size_t i = 0; i < s->n_points; i++) {
            result_key(&s->key[i], hex[i]);
            key[i] = hex[i];
            number[i] = (int32_t)layout_replications(l, i);
        }
        struct variable v = {.name = "replications",
                             .type = TABLE_INT32,
                             .dimensions = "point",
                             .unit = "1",
                             .meaning = "replications of the point in this file"};
        table_write(t, &v, number);
        v = (struct variable){.name = "key",
                              .type = TABLE_TEXT,
                              .dimensions = "point",
                              .meaning = "SHA-256 of what the runs of the point depend on"};
        table_write(t, &v, key);
        for (size_t i = 0; layout_rule(l) && i < s->n_points; i++)
            number[i] = l->ending->point[i].precise;
        v = (struct variable){.name = "precision",
                              .type = TABLE_INT32,
                              .dimensions = "point",
                              .unit = "1",
                              .meaning = "whether the precision was reached within the most "
                                         "replications allowed",
                              .flags = "not_reached reached"};
        if (layout_rule(l))
            table_write(t, &v, number);
    }
    free(number);
    free(hex);
    free(key);
}
