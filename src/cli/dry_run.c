/* SPDX-License-Identifier: Apache-2.0
 * What a sweep would do: its points, what is done of each and what is to do. Simulates and writes
 * nothing. */
#include "cli/dry_run.h"

#include <stdio.h>

#include "cli/emit.h"
#include "cli/options.h"

static int print_json(const struct study *s, const char *path, const struct sweep_outlook *o)
{
    json_t *all = json_object(), *points = json_array();
    for (size_t i = 0; i < s->n_points; i++) {
        char name[500];
        json_t *point = json_object();
        study_point_name(s, i, name, sizeof name);
        json_object_set_new(point, "point", json_integer((json_int_t)i));
        json_object_set_new(point, "name", emit_text(name));
        json_object_set_new(point, "done", json_integer((json_int_t)o->point[i].done));
        json_object_set_new(point, "todo", json_integer((json_int_t)o->point[i].todo));
        json_array_append_new(points, point);
    }
    json_object_set_new(all, "result", emit_text(path));
    json_object_set_new(all, "complete", json_boolean(o->complete));
    json_object_set_new(all, "replications", json_integer((json_int_t)s->n_replications));
    json_object_set_new(all, "until",
                        o->at_most ? emit_number(s->base->precision.until) : json_null());
    json_object_set_new(all, "points", points);
    return emit_print(all);
}

static void print_totals(const struct study *s, const char *path, const struct sweep_outlook *o)
{
    if (o->complete) {
        printf("\n%s stands there already, complete: nothing is to do.\n", path);
        return;
    }
    if (o->unknown)
        puts("\nThe warm-up is automatic: what is kept already shows only after its pilot runs.");
    printf("%s%zu run%s %s kept, %zu %s to do", o->unknown ? "" : "\n", o->done,
           o->done == 1 ? "" : "s", o->done == 1 ? "is" : "are", o->todo,
           o->todo == 1 ? "is" : "are");
    if (o->at_most)
        printf(" up to the next checkpoints, and at most %zu in all",
               s->n_runs - (o->done < s->n_runs ? o->done : s->n_runs));
    printf(".\nThe result would be %s.\n", path);
}

int dry_run_print(const struct study *s, const char *path, const struct sweep_outlook *o, bool json)
{
    if (json)
        return print_json(s, path, o);
    struct view_page page = view_stdout();
    struct table t = {0};
    size_t factors = study_factors(s);
    if (s->base->title && *s->base->title)
        puts(s->base->title);
    view_heading(&page, s->base->batches > 0 ? "Design points and their runs"
                                             : "Design points and their replications");
    table_key(&t, "point", TABLE_RIGHT);
    for (size_t f = 0; f < factors; f++)
        table_column(&t, NULL, study_factor(s, f)->name, TABLE_LEFT);
    table_column(&t, NULL, "done", TABLE_RIGHT);
    table_column(&t, NULL, "to do", TABLE_RIGHT);
    for (size_t i = 0; i < s->n_points; i++) {
        table_add(&t, "%zu", i);
        for (size_t f = 0; f < factors; f++)
            table_add(&t, "%s", study_option(s, i, f)->label);
        table_add(&t, "%zu", o->point[i].done);
        table_add(&t, "%zu", o->point[i].todo);
    }
    if (table_print(&t, page.out, page.bold)) {
        fputs("psnsim: out of memory\n", stderr);
        return EXIT_INCOMPLETE;
    }
    print_totals(s, path, o);
    return EXIT_DONE;
}
