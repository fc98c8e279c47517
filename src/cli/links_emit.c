/* SPDX-License-Identifier: Apache-2.0
 * The figures of link directions as JSON and as CSV. */
#include "cli/links_emit.h"

#include <math.h>

#include "cli/emit.h"

struct named {
    const char *figure, *unit;
};

static const struct named channel_names[CHANNEL_FIGURES] = {
    [CHANNEL_UTILISATION] = {"utilisation", "1"},
    [CHANNEL_P95] = {"utilisation p95", "1"},
    [CHANNEL_HOURS_ABOVE] = {"hours above 80 %", "h"},
    [CHANNEL_QUEUE_MEAN] = {"queue mean", "1"},
    [CHANNEL_QUEUE_MAX] = {"queue max", "bit"},
    [CHANNEL_DELAY_MEAN] = {"delay mean", "s"},
    [CHANNEL_DELAY_MAX] = {"delay max", "s"},
    [CHANNEL_SENT] = {"messages sent", "1"},
    [CHANNEL_DROPPED] = {"messages dropped", "1"},
    [CHANNEL_LOSS] = {"loss", "1"},
    [CHANNEL_BITS] = {"bits", "bit"},
};

static const struct named direction_names[DIRECTION_FIGURES] = {
    [DIRECTION_UTILISATION] = {"utilisation", "1"},
    [DIRECTION_P95] = {"utilisation p95", "1"},
    [DIRECTION_HOURS_ABOVE] = {"hours above 80 %", "h"},
    [DIRECTION_PEAK] = {"peak utilisation", "1"},
};

static json_t *figure(const struct named *name, const struct link_estimates *e, size_t cell)
{
    json_t *o = json_object();
    json_object_set_new(o, "figure", json_string(name->figure));
    json_object_set_new(o, "unit", json_string(name->unit));
    json_object_set_new(o, "value", emit_number(e->mean[cell]));
    json_object_set_new(o, "half_width", emit_number(e->half_width[cell]));
    return o;
}

static json_t *classes(const struct result_links *k, size_t direction)
{
    json_t *all = json_array();
    for (size_t c = 0; c < k->n_classes; c++) {
        size_t channel = direction * k->n_classes + c;
        json_t *o = json_object(), *figures = json_array(), *day = json_array();
        for (size_t f = 0; f < CHANNEL_FIGURES; f++)
            json_array_append_new(figures, figure(&channel_names[f], &k->channel[f], channel));
        for (size_t h = 0; h < OUTCOME_DAY; h++)
            json_array_append_new(day, emit_number(k->day.mean[channel * OUTCOME_DAY + h]));
        json_object_set_new(o, "class", emit_text(k->class[c]));
        json_object_set_new(o, "figures", figures);
        json_object_set_new(o, "utilisation_by_hour", day);
        json_array_append_new(all, o);
    }
    return all;
}

/* The partners that used the busiest interval. */
static json_t *peak(const struct result_links *k, size_t direction)
{
    json_t *all = json_array();
    for (size_t p = 0; p < k->n_partners; p++) {
        size_t cell = direction * k->n_partners + p;
        if (!(k->peak_share.mean[cell] > 0))
            continue;
        json_t *o = json_object();
        json_object_set_new(o, "partner", emit_text(k->partner[p]));
        json_object_set_new(o, "share", emit_number(k->peak_share.mean[cell]));
        json_object_set_new(o, "half_width", emit_number(k->peak_share.half_width[cell]));
        json_array_append_new(all, o);
    }
    return all;
}

json_t *links_emit(const struct result_links *k)
{
    json_t *all = json_array();
    for (size_t i = 0; i < k->n_directions; i++) {
        json_t *o = json_object(), *figures = json_array();
        for (size_t f = 0; f < DIRECTION_FIGURES; f++)
            json_array_append_new(figures, figure(&direction_names[f], &k->direction_of[f], i));
        json_object_set_new(o, "direction", emit_text(k->direction[i]));
        json_object_set_new(o, "link", emit_text(k->link[i]));
        json_object_set_new(o, "figures", figures);
        json_object_set_new(o, "peak_shares", peak(k, i));
        json_object_set_new(o, "classes", classes(k, i));
        json_array_append_new(all, o);
    }
    return all;
}

static void put_row(size_t point, const char *direction, const char *class, const char *partner,
                    const struct named *name, const struct link_estimates *e, size_t cell)
{
    printf("%zu,", point);
    emit_csv_text(direction);
    putchar(',');
    emit_csv_text(class);
    putchar(',');
    emit_csv_text(partner);
    printf(",%s,%s,", name->figure, name->unit);
    emit_csv_number(e->mean[cell]);
    putchar(',');
    emit_csv_number(e->half_width[cell]);
    putchar('\n');
}

void links_csv(const struct result_links *k, size_t point, bool head)
{
    static const struct named share = {"peak share", "1"};
    if (head)
        puts("point,direction,class,partner,figure,unit,value,half_width");
    for (size_t i = 0; i < k->n_directions; i++) {
        for (size_t f = 0; f < DIRECTION_FIGURES; f++)
            put_row(point, k->direction[i], "", "", &direction_names[f], &k->direction_of[f], i);
        for (size_t p = 0; p < k->n_partners; p++)
            if (k->peak_share.mean[i * k->n_partners + p] > 0)
                put_row(point, k->direction[i], "", k->partner[p], &share, &k->peak_share,
                        i * k->n_partners + p);
        for (size_t c = 0; c < k->n_classes; c++)
            for (size_t f = 0; f < CHANNEL_FIGURES; f++)
                put_row(point, k->direction[i], k->class[c], "", &channel_names[f], &k->channel[f],
                        i * k->n_classes + c);
    }
}
