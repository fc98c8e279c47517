/* SPDX-License-Identifier: Apache-2.0
 * The runs of a result that failed, as a table or as JSON. */
#include "cli/failed.h"

#include <stdio.h>

#include "cli/emit.h"
#include "cli/options.h"

static int print_json(const struct result *r)
{
    json_t *all = json_array();
    for (size_t i = 0; i < r->n_runs; i++) {
        if (!r->run_status[i])
            continue;
        char name[500];
        json_t *o = json_object();
        result_point_name(r, (size_t)r->run_point[i], name, sizeof name);
        json_object_set_new(o, "point", json_integer(r->run_point[i]));
        json_object_set_new(o, "factors", emit_text(name));
        json_object_set_new(o, "replication", json_integer(r->run_replication[i]));
        json_object_set_new(o, "error", emit_text(r->run_error[i]));
        json_array_append_new(all, o);
    }
    return emit_print(all);
}

int failed_print(const struct result *r, bool json)
{
    if (json)
        return print_json(r);
    struct view_page page = view_stdout();
    struct table t = {0};
    size_t n = 0;
    table_key(&t, "point", TABLE_RIGHT);
    if (r->n_factors)
        table_column(&t, NULL, "which is", TABLE_LEFT);
    table_column(&t, NULL, "replication", TABLE_RIGHT);
    table_column(&t, NULL, "error", TABLE_LEFT);
    for (size_t i = 0; i < r->n_runs; i++) {
        if (!r->run_status[i])
            continue;
        char name[500];
        result_point_name(r, (size_t)r->run_point[i], name, sizeof name);
        table_add(&t, "%lld", (long long)r->run_point[i]);
        if (r->n_factors)
            table_add(&t, "%s", name);
        table_add(&t, "%lld", (long long)r->run_replication[i]);
        table_add(&t, "%s", r->run_error[i]);
        n++;
    }
    if (!n) {
        table_fini(&t);
        puts("No run failed.");
        return EXIT_DONE;
    }
    view_heading(&page, "%zu of %zu runs failed", n, r->n_runs);
    if (!table_print(&t, page.out, page.bold))
        return EXIT_DONE;
    fputs("psnsim: out of memory\n", stderr);
    return EXIT_INCOMPLETE;
}
