/* SPDX-License-Identifier: Apache-2.0
 * Dimensions and coordinates that several groups have. */
#include "results/layout_parts.h"

#include <stdlib.h>
#include <string.h>

#include "results/factors.h"

#define NAME_SIZE 512

void layout_number_dimension(struct table *t, const char *name, const char *meaning,
                             const size_t *value, size_t n)
{
    int64_t *number = calloc(n + 1, sizeof *number);
    if (!number) {
        sink_out_of_memory(t->sink);
        return;
    }
    for (size_t i = 0; i < n; i++)
        number[i] = (int64_t)(value ? value[i] : i);
    table_dimension(
        t,
        &(struct variable){
            .name = name, .type = TABLE_INT64, .dimensions = name, .unit = "1", .meaning = meaning},
        n, number);
    free(number);
}

void layout_text_dimension(struct table *t, const char *name, const char *meaning, size_t n,
                           const void *texts)
{
    table_dimension(t,
                    &(struct variable){
                        .name = name, .type = TABLE_TEXT, .dimensions = name, .meaning = meaning},
                    n, texts);
}

void layout_text_coordinate(struct table *t, const char *name, const char *along,
                            const char *meaning, const void *texts)
{
    table_write(t,
                &(struct variable){.name = name,
                                   .type = TABLE_TEXT,
                                   .dimensions = along,
                                   .meaning = meaning,
                                   .coordinate = true},
                texts);
}

void layout_run_dimension(const struct layout *l, struct table *t)
{
    layout_number_dimension(t, "run", "number of the run: point x replications + replication",
                            l->run, l->n_rows);
    int64_t *point = calloc(l->n_rows + 1, sizeof *point);
    int64_t *replication = calloc(l->n_rows + 1, sizeof *replication);
    if (!point || !replication)
        sink_out_of_memory(l->sink);
    for (size_t i = 0; point && replication && i < l->n_rows; i++) {
        point[i] = (int64_t)l->point[i];
        replication[i] = (int64_t)(l->run[i] % study_rows(l->study));
    }
    struct variable v = {.name = "point",
                         .type = TABLE_INT64,
                         .dimensions = "run",
                         .unit = "1",
                         .meaning = "number of the design point",
                         .coordinate = true};
    table_write(t, &v, point);
    v.name = "replication";
    v.meaning = "number of the replication";
    table_write(t, &v, replication);
    free(point);
    free(replication);
    factors_write(t, l->study, "run", l->point, l->n_rows);
}

void layout_partner_dimension(const struct layout *l, struct table *t)
{
    const struct description *d = l->study->base;
    const char **name = calloc(2 * d->n_partners + 1, sizeof *name);
    const char **label = name + d->n_partners;
    for (size_t i = 0; name && i < d->n_partners; i++) {
        name[i] = d->partner[i].name;
        label[i] = d->partner[i].label;
    }
    if (name) {
        layout_text_dimension(t, "partner", "name of the partner", d->n_partners, name);
        layout_text_coordinate(t, "partner_label", "partner",
                               "what tables and pictures call the partner", label);
    } else {
        sink_out_of_memory(l->sink);
    }
    free(name);
}

char **layout_stations(const struct study *s)
{
    char **name = calloc(s->shape.stations + 1, sizeof *name);
    for (size_t i = 0; name && i < s->shape.stations; i++) {
        char text[NAME_SIZE];
        model_station_name(s->base, i, text, sizeof text);
        name[i] = strdup(text);
        if (!name[i]) {
            h5_texts_free(name, i);
            return NULL;
        }
    }
    return name;
}

void layout_points(const struct layout *l, struct table *t)
{
    layout_number_dimension(t, "point", "number of the design point", NULL, l->study->n_points);
    factors_write(t, l->study, "point", NULL, l->study->n_points);
}
