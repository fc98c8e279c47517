/* SPDX-License-Identifier: Apache-2.0
 * psnsim show: the figures and texts of a result file. */
#include <string.h>

#include "cli/beside.h"
#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/failed.h"
#include "cli/job.h"
#include "cli/links_emit.h"
#include "cli/sensitivity_view.h"

/* The texts that the study was made from, one after the other, or as JSON. */
static int show_scenario(const struct result *r, bool json)
{
    if (json) {
        json_t *all = json_array();
        for (size_t i = 0; i < r->n_texts; i++) {
            json_t *o = json_object();
            json_object_set_new(o, "name", emit_text(r->text_name[i]));
            json_object_set_new(o, "text", emit_text(r->text[i]));
            json_array_append_new(all, o);
        }
        return emit_print(all);
    }
    for (size_t i = 0; i < r->n_sets; i++)
        printf("# --set %s\n", r->set[i]);
    for (size_t i = 0; i < r->n_texts; i++) {
        if (r->n_texts > 1)
            printf("%s# %s\n", i ? "\n" : "", r->text_name[i]);
        fwrite(r->text[i], 1, r->text_size[i], stdout);
        if (r->text_size[i] && r->text[i][r->text_size[i] - 1] != '\n')
            putchar('\n');
    }
    return EXIT_DONE;
}

static int show_point(struct result *r, size_t point, const struct view_page *page)
{
    char factors[500];
    view_factors(r, point, factors, sizeof factors);
    if (*factors)
        view_heading(page, "Point %zu: %s", point, factors);
    struct view_point v = view_of(r, point);
    if (!view_print_point(&v, page) && !beside_print(r, NULL, point, page))
        return EXIT_DONE;
    fputs("psnsim: out of memory\n", stderr);
    return EXIT_INCOMPLETE;
}

static int show_points(struct result *r, size_t first, size_t n)
{
    struct view_page page = view_stdout();
    int status = EXIT_DONE;
    view_title(r, &page);
    for (size_t i = first; !status && i < first + n; i++)
        status = show_point(r, i, &page);
    view_print_precision(r, first, n, &page);
    if (!status && view_print_method(r, first, n, true, &page)) {
        fputs("psnsim: out of memory\n", stderr);
        status = EXIT_INCOMPLETE;
    }
    return status;
}

static bool has_point(const struct arguments *a, const struct result *r, size_t point)
{
    if (point < r->n_points)
        return true;
    fprintf(stderr, "psnsim: %s has no point %zu; its points are 0 to %zu\n", a->operand, point,
            r->n_points - 1);
    return false;
}

/* One point's links: as a table, as CSV, or into `json`. 0 or a PSN_E code. */
static int show_point_links(const struct arguments *a, const struct result *r, size_t point,
                            bool head, json_t *json, psn_diagnostics *all)
{
    struct result_links *k;
    int code = result_links_read(a->operand, point, &k, all);
    if (!code && !k)
        code = psn_mistake_add(all, PSN_EINPUT, (psn_place){.file = a->operand},
                               "the result has no figures of links by class; one of a scenario "
                               "with links and `classes` was expected");
    if (code)
        return code;
    if (a->given[OPTION_CSV]) {
        links_csv(k, point, head);
    } else if (json) {
        json_t *o = json_object();
        json_object_set_new(o, "point", json_integer((json_int_t)point));
        json_object_set_new(o, "links", links_emit(k));
        json_array_append_new(json, o);
    } else {
        struct view_page page = view_stdout();
        char factors[500];
        view_factors(r, point, factors, sizeof factors);
        if (*factors)
            view_heading(&page, "Point %zu: %s", point, factors);
        code = view_print_links(k, a->given[OPTION_ALL], &page);
    }
    result_links_free(k);
    return code;
}

static int show_links(const struct arguments *a, const struct result *r)
{
    psn_diagnostics all = {0};
    size_t first = (size_t)arguments_number(a, OPTION_POINT, 0);
    size_t end = a->given[OPTION_POINT] ? first + 1 : r->n_points;
    if (!has_point(a, r, first))
        return EXIT_INPUT;
    json_t *json = a->given[OPTION_JSON] && !a->given[OPTION_CSV] ? json_array() : NULL;
    struct view_page page = view_stdout();
    int code = 0;
    if (!json && !a->given[OPTION_CSV])
        view_title(r, &page);
    for (size_t i = first; !code && i < end; i++)
        code = show_point_links(a, r, i, i == first, json, &all);
    int status = job_told(code == PSN_EIO ? PSN_EINPUT : code, &all);
    psn_diagnostics_fini(&all);
    if (status || !json) {
        json_decref(json);
        return status;
    }
    return emit_print(json);
}

static int show_one(const struct arguments *a, struct result *r)
{
    size_t point = (size_t)arguments_number(a, OPTION_POINT, 0);
    if (!has_point(a, r, point))
        return EXIT_INPUT;
    if (!a->given[OPTION_JSON])
        return show_points(r, point, 1);
    struct view_point v = view_of(r, point);
    json_t *o = emit_point(&v);
    json_object_set_new(o, "theory", beside_json(r, NULL, point));
    return emit_print(o);
}

static int show_sensitivity(const struct arguments *a, const struct result *r)
{
    if (!r->sensitivity) {
        fprintf(stderr,
                "psnsim: %s says nothing of sensitivity: its design is %s; a study of design "
                "sensitivity or morris was expected\n",
                a->operand, design_word(r->design));
        return EXIT_INPUT;
    }
    if (a->given[OPTION_JSON])
        return emit_print(sensitivity_emit(r));
    if (a->given[OPTION_CSV]) {
        sensitivity_csv(r);
        return EXIT_DONE;
    }
    struct view_page page = view_stdout();
    view_title(r, &page);
    if (!sensitivity_print(r, a->given[OPTION_ALL], &page))
        return EXIT_DONE;
    fputs("psnsim: out of memory\n", stderr);
    return EXIT_INCOMPLETE;
}

static int show(const struct arguments *a, struct result *r)
{
    if (a->given[OPTION_FAILED])
        return failed_print(r, a->given[OPTION_JSON]);
    if (a->given[OPTION_SENSITIVITY])
        return show_sensitivity(a, r);
    if (a->given[OPTION_LINKS])
        return show_links(a, r);
    if (a->given[OPTION_SCENARIO])
        return show_scenario(r, a->given[OPTION_JSON]);
    if (a->given[OPTION_CSV]) {
        emit_csv(r);
        return EXIT_DONE;
    }
    if (a->given[OPTION_POINT])
        return show_one(a, r);
    if (a->given[OPTION_ALL] && !a->given[OPTION_JSON])
        return show_points(r, 0, r->n_points);
    return job_print_result(r, NULL, a->given[OPTION_JSON]);
}

int command_show(const struct arguments *a)
{
    psn_diagnostics all = {0};
    struct result *r = NULL;
    int code = result_read(a->operand, &r, &all);
    if (code)
        return job_told(code == PSN_EIO ? PSN_EINPUT : code, &all);
    int status = show(a, r);
    result_free(r);
    psn_diagnostics_fini(&all);
    return status;
}
