/* SPDX-License-Identifier: Apache-2.0
 * What the differences between two scenarios do to their stations, by operational laws. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/diff.h"
#include "cli/fold.h"
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

/* Fills `row` with the *n stations that change; of a group's members the one whose busiest hour
 * changes most, *hidden others being left out. 0 or PSN_EMEMORY. */
static int pick_stations(const struct pairs *all, size_t *row, size_t *n, size_t *hidden)
{
    const char **name = calloc(all->n + 1, sizeof *name);
    double *weight = calloc(all->n + 1, sizeof *weight);
    int code = name && weight ? 0 : PSN_EMEMORY;
    *n = *hidden = 0;
    for (size_t i = 0; !code && i < all->n; i++) {
        const struct pair *p = &all->item[i];
        if (!changes(p, SHOWN))
            continue;
        double a = busiest(p->load[0]), b = busiest(p->load[1]);
        weight[*n] = isnan(a) || isnan(b) ? fmax(a, b) : fabs(b - a);
        name[*n] = p->name;
        row[(*n)++] = i;
    }
    if (!code)
        code = fold_list(name, weight, row, n, hidden);
    free(name);
    free(weight);
    return code;
}

static bool any_changes(const struct pairs *all)
{
    for (size_t i = 0; i < all->n; i++)
        if (changes(&all->item[i], ROUNDING))
            return true;
    return false;
}

static int print_stations(const struct pairs *all, const size_t *row, size_t n,
                          const struct view_page *page)
{
    struct table t = {0};
    table_key(&t, "station", TABLE_LEFT);
    table_column(&t, NULL, "kind", TABLE_LEFT);
    table_column(&t, "busiest hour, %", "A", TABLE_DECIMAL);
    table_column(&t, "busiest hour, %", "B", TABLE_DECIMAL);
    table_column(&t, "saturates at demand ×", "A", TABLE_DECIMAL);
    table_column(&t, "saturates at demand ×", "B", TABLE_DECIMAL);
    for (size_t i = 0; i < n; i++) {
        const struct pair *p = &all->item[row[i]];
        table_add(&t, "%s", p->name);
        table_add(&t, "%s", p->kind);
        add_two(&t, busiest(p->load[0]), busiest(p->load[1]), number_percent);
        add_two(&t, saturates(p->load[0]), saturates(p->load[1]), number_plain);
    }
    return table_print(&t, page->out, page->bold);
}

int diff_effect_print(const struct diff_side side[2], const struct view_page *page)
{
    struct pairs all = pairs_make(side);
    size_t *row = calloc(all.n + 1, sizeof *row), shown = 0, hidden = 0;
    int code = all.item && row ? pick_stations(&all, row, &shown, &hidden) : PSN_EMEMORY;
    if (code) {
        free(all.item);
        free(row);
        return code;
    }
    view_heading(page, "What that does to the stations, by operational laws (base cases)");
    if (!shown)
        puts(any_changes(&all) ? "Next to nothing: no station changes by more than 0.5 %."
                               : "Nothing: utilisation and saturation stay as they are.");
    size_t same = all.n - shown - hidden;
    if (shown)
        code = print_stations(&all, row, shown, page);
    view_hidden(hidden, "one that changes most", page->out);
    if (shown && same)
        printf("%zu more %s within 0.5 %%.\n", same, same == 1 ? "stays" : "stay");
    if (shown && !code)
        print_bottleneck(side);
    free(all.item);
    free(row);
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
