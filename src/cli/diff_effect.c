/* SPDX-License-Identifier: Apache-2.0
 * What the differences between two scenarios do to their stations, by operational laws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"
#include "cli/number.h"

/* What differs by less is left out of the table: it shows three digits. */
#define SHOWN 0.005
/* And by less than this is the same but for rounding. */
#define ROUNDING 1e-9

/* A station that either has; `load` NULL where it takes no part. */
struct pair {
    char name[STATION_NAME_SIZE];
    const char *kind;
    const struct station_load *load[2];
};

struct pairs {
    struct pair *item;
    size_t n;
    size_t
        after; /* the item last found: both sides are in the order of names, so the next is near */
};

static struct pair *find(struct pairs *all, const char *name, const char *kind)
{
    for (size_t i = 0; i < all->n; i++) {
        struct pair *p = &all->item[(all->after + i) % all->n];
        if (strcmp(p->name, name) != 0 || strcmp(p->kind, kind) != 0)
            continue;
        all->after = (size_t)(p - all->item);
        return p;
    }
    return NULL;
}

/* The stations of both, those of A first. NULL items where memory ends. */
static struct pairs pairs_make(const struct diff_side side[2])
{
    struct pairs all = {0};
    all.item = calloc(side[0].load.n_stations + side[1].load.n_stations + 1, sizeof *all.item);
    for (size_t i = 0; i < 2 && all.item; i++) {
        const struct diff_side *s = &side[i];
        for (size_t t = 0; t < s->load.n_stations; t++) {
            char name[STATION_NAME_SIZE];
            if (!s->load.station[t].exists)
                continue;
            const char *kind = model_station_kind(s->description, t);
            model_station_name(s->description, t, name, sizeof name);
            struct pair *p = i ? find(&all, name, kind) : NULL;
            if (!p) {
                p = &all.item[all.n++];
                memcpy(p->name, name, sizeof name);
                p->kind = kind;
            }
            p->load[i] = &s->load.station[t];
        }
    }
    return all;
}

static double offered(const struct station_load *s)
{
    return s && s->open > 0 ? s->open : NAN; /* closed work offers no fixed amount */
}

static double busiest(const struct station_load *s)
{
    return s ? s->busiest : NAN;
}

static double saturates(const struct station_load *s)
{
    return s && station_is_used(s) ? s->saturates : NAN;
}

/* Do two figures differ by more than this share of them? */
static bool differs(double x, double y, double share)
{
    if (isnan(x) || isnan(y) || isinf(x) || isinf(y))
        return !(isnan(x) && isnan(y)) && x != y;
    return fabs(x - y) > share * fmax(fabs(x), fabs(y));
}

/* Does anything that `check` tells of the station differ by more than this share? One that nothing
 * uses on either side tells nothing. */
static bool changes(const struct pair *p, double share)
{
    bool used_a = p->load[0] && station_is_used(p->load[0]);
    bool used_b = p->load[1] && station_is_used(p->load[1]);
    if (!used_a && !used_b)
        return false;
    return !p->load[0] || !p->load[1] || differs(busiest(p->load[0]), busiest(p->load[1]), share) ||
           differs(offered(p->load[0]), offered(p->load[1]), share) ||
           differs(saturates(p->load[0]), saturates(p->load[1]), share);
}

static void add_two(struct table *t, double a, double b,
                    void (*number)(double x, char text[NUMBER_SIZE]))
{
    char text[NUMBER_SIZE];
    number(a, text);
    table_add(t, "%s", text);
    number(b, text);
    table_add(t, "%s", text);
}

static void bottleneck(const struct diff_side *s, char name[STATION_NAME_SIZE])
{
    snprintf(name, STATION_NAME_SIZE, "none");
    if (s->load.bottleneck != NO_INDEX)
        model_station_name(s->description, s->load.bottleneck, name, STATION_NAME_SIZE);
}

static void print_bottleneck(const struct diff_side side[2])
{
    char a[STATION_NAME_SIZE], b[STATION_NAME_SIZE];
    bottleneck(&side[0], a);
    bottleneck(&side[1], b);
    if (!strcmp(a, b))
        printf("\nThe bottleneck is %s in both.\n", a);
    else
        printf("\nThe bottleneck is %s in A, and %s in B.\n", a, b);
}

int diff_effect_print(const struct diff_side side[2], const struct view_page *page)
{
    struct table t = {0};
    struct pairs all = pairs_make(side);
    if (!all.item)
        return PSN_EMEMORY;
    size_t shown = 0, same = 0;
    bool slightly = false; /* does anything change at all? */
    table_key(&t, "station", TABLE_LEFT);
    table_column(&t, NULL, "kind", TABLE_LEFT);
    table_column(&t, "busiest hour, %", "A", TABLE_DECIMAL);
    table_column(&t, "busiest hour, %", "B", TABLE_DECIMAL);
    table_column(&t, "saturates at demand ×", "A", TABLE_DECIMAL);
    table_column(&t, "saturates at demand ×", "B", TABLE_DECIMAL);
    for (size_t i = 0; i < all.n; i++) {
        const struct pair *p = &all.item[i];
        slightly = slightly || changes(p, ROUNDING);
        if (!changes(p, SHOWN)) {
            same++;
            continue;
        }
        shown++;
        table_add(&t, "%s", p->name);
        table_add(&t, "%s", p->kind);
        add_two(&t, busiest(p->load[0]), busiest(p->load[1]), number_percent);
        add_two(&t, saturates(p->load[0]), saturates(p->load[1]), number_plain);
    }
    free(all.item);
    view_heading(page, "What that does to the stations, by operational laws (base cases)");
    if (!shown)
        puts(slightly ? "Next to nothing: no station changes by more than 0.5 %."
                      : "Nothing: utilisation and saturation stay as they are.");
    int code = table_print(&t, page->out, page->bold);
    if (shown && same)
        printf("%zu more %s within 0.5 %%.\n", same, same == 1 ? "stays" : "stay");
    if (shown && !code)
        print_bottleneck(side);
    return code;
}

void diff_effect_json(const struct diff_side side[2], json_t *o)
{
    struct pairs all = pairs_make(side);
    json_t *list = json_array();
    for (size_t i = 0; i < all.n; i++) {
        const struct pair *p = &all.item[i];
        if (!changes(p, ROUNDING))
            continue;
        json_t *s = json_object();
        json_object_set_new(s, "station", emit_text(p->name));
        json_object_set_new(s, "kind", emit_text(p->kind));
        json_object_set_new(s, "offered_a", emit_number(offered(p->load[0])));
        json_object_set_new(s, "offered_b", emit_number(offered(p->load[1])));
        json_object_set_new(s, "busiest_a", emit_number(busiest(p->load[0])));
        json_object_set_new(s, "busiest_b", emit_number(busiest(p->load[1])));
        json_object_set_new(s, "saturates_a", emit_number(saturates(p->load[0])));
        json_object_set_new(s, "saturates_b", emit_number(saturates(p->load[1])));
        json_array_append_new(list, s);
    }
    free(all.item);
    char name[STATION_NAME_SIZE];
    json_object_set_new(o, "stations", list);
    bottleneck(&side[0], name);
    json_object_set_new(o, "bottleneck_a", emit_text(name));
    bottleneck(&side[1], name);
    json_object_set_new(o, "bottleneck_b", emit_text(name));
}
