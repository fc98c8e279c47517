/* SPDX-License-Identifier: Apache-2.0
 * Lays down the groups of the network: classes of service, link directions, hours of the day. */
#include "results/layout_network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/network.h"

#define SECONDS ((double)PSN_SECOND)

static const char *queue_word(const struct description *d, size_t class)
{
    return class < d->n_classes && d->class[class].strict ? "strict" : "fair";
}

void layout_class_dimension(const struct layout *l, struct table *t)
{
    const struct description *d = l->study->base;
    size_t n = l->study->shape.classes;
    const char **text = calloc(2 * n + 1, sizeof *text);
    for (size_t i = 0; text && i < n; i++) {
        text[i] = model_class_name(d, i);
        text[n + i] = queue_word(d, i);
    }
    if (text) {
        layout_text_dimension(t, "class", "name of the class of service; default: of what has none",
                              n, text);
        layout_text_coordinate(t, "queue", "class", "how it is served: strict or fair", text + n);
    } else {
        sink_out_of_memory(l->sink);
    }
    free(text);
}

/* What the classes ask for. */
static void class_targets(const struct layout *l, struct table *t)
{
    static const char *const name[] = {"delay_target", "jitter_target", "loss_target"};
    static const char *const meaning[] = {"most that the class allows of its mean delay",
                                          "most that it allows of its jitter p99",
                                          "most that it allows of its loss"};
    const struct description *d = l->study->base;
    double *x = calloc(l->study->shape.classes + 1, sizeof *x);
    if (!x) {
        sink_out_of_memory(l->sink);
        return;
    }
    for (size_t k = 0; k < 3; k++) {
        for (size_t i = 0; i < d->n_classes; i++)
            x[i] = k == 0   ? d->class[i].delay_target / SECONDS
                   : k == 1 ? d->class[i].jitter_target / SECONDS
                            : d->class[i].loss_target;
        x[d->n_classes] = NAN;
        table_write(t,
                    &(struct variable){.name = name[k],
                                       .type = TABLE_REAL,
                                       .dimensions = "class",
                                       .unit = k == 2 ? "1" : "s",
                                       .meaning = meaning[k],
                                       .coordinate = true},
                    x);
    }
    free(x);
}

/* Link directions with their links and ends; their names are those of the stations. */
static void direction_dimension(const struct layout *l, struct table *t)
{
    const struct study *s = l->study;
    const struct description *d = s->base;
    size_t n = s->shape.directions;
    char **station = layout_stations(s);
    const char **text = calloc(3 * n + 1, sizeof *text);
    for (uint32_t i = 0; text && i < n; i++) {
        text[i] = d->link[i / 2].name;
        text[n + i] = d->site[network_from(d, i)].name;
        text[2 * n + i] = d->site[network_to(d, i)].name;
    }
    if (station && text) {
        layout_text_dimension(t, "direction", "link and the site that it leads to", n,
                              station + links_station(&s->shape, 0));
        layout_text_coordinate(t, "link", "direction", "name of the link", text);
        layout_text_coordinate(t, "from", "direction", "site that it leads from", text + n);
        layout_text_coordinate(t, "to", "direction", "site that it leads to", text + 2 * n);
    } else {
        sink_out_of_memory(l->sink);
    }
    free(text);
    h5_texts_free(station, s->shape.stations);
}

void layout_network(const struct layout *l, const char *group, struct table *t)
{
    bool links = strcmp(group, "links") == 0;
    if (links)
        direction_dimension(l, t);
    layout_class_dimension(l, t);
    if (strcmp(group, "classes") == 0)
        class_targets(l, t);
    else
        layout_partner_dimension(l, t);
}

void layout_links(const struct layout *l, struct table *t)
{
    table_open(l->sink, "link_summary",
               "Figures of link directions for each design point over its replications", t);
    layout_points(l, t);
    direction_dimension(l, t);
    layout_class_dimension(l, t);
    layout_partner_dimension(l, t);
    layout_number_dimension(t, "hour", "hour of the civil day", NULL, OUTCOME_DAY);
}
