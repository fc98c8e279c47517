/* SPDX-License-Identifier: Apache-2.0
 * Opens scenarios, sweeps them and prints what came out: the common part of run and sweep. */
#include "cli/job.h"

#include <stdlib.h>
#include <string.h>

#include "cli/beside.h"
#include "cli/dry_run.h"
#include "cli/emit.h"
#include "cli/inside.h"
#include "cli/sensitivity_view.h"

bool job_is_result(const char *path)
{
    static const char signature[8] =
        "\211HDF\r\n\032\n"; /* of the HDF5 file format, section II.A */
    char bytes[sizeof signature];
    FILE *f = fopen(path, "rbe");
    if (!f)
        return false;
    bool same = fread(bytes, sizeof bytes, 1, f) == 1 && !memcmp(bytes, signature, sizeof bytes);
    fclose(f);
    return same;
}

int job_told(int code, psn_diagnostics *all)
{
    psn_diagnostics_print(all, stderr);
    psn_diagnostics_fini(all);
    switch (code) {
    case PSN_OK:
        return EXIT_DONE;
    case PSN_EINPUT:
        return EXIT_INPUT;
    case PSN_EINTERRUPTED:
        return EXIT_INTERRUPTED;
    default:
        return EXIT_INCOMPLETE;
    }
}

int job_scenario(const char *path, const char *const *sets, size_t n_sets, struct scenario **out,
                 psn_diagnostics *all)
{
    if (!job_is_result(path))
        return scenario_load(path, sets, n_sets, out, all);
    struct result *r = NULL;
    int code = result_read(path, &r, all);
    if (!code)
        code = inside_scenario(r, path, sets, n_sets, out, all);
    result_free(r);
    return code;
}

/* Does the study have what its precision is of? The rule itself is made when it is carried out. */
static int check_precision(const struct study *s, psn_diagnostics *all)
{
    struct stopping *rule = NULL;
    int code = stopping_open(s, &rule, all);
    stopping_free(rule);
    return code;
}

int job_open(const struct arguments *a, bool with_factors, struct job *j)
{
    *j = (struct job){0};
    if (job_is_result(a->operand)) {
        fprintf(stderr, "psnsim: %s is a result, not a scenario; psnsim show prints it\n",
                a->operand);
        return EXIT_INPUT;
    }
    psn_diagnostics all = {0};
    int code = scenario_load(a->operand, a->set, a->n_sets, &j->scenario, &all);
    if (!code)
        code = study_open(j->scenario, with_factors, &j->study, &all);
    if (!code)
        code = check_precision(j->study, &all);
    if (!code) {
        psn_diagnostics_fini(&all);
        return -1;
    }
    job_close(j);
    /* A scenario that cannot be read is a wrong command line, not a failed simulation. */
    return job_told(code == PSN_EIO ? PSN_EINPUT : code, &all);
}

void job_close(struct job *j)
{
    if (j->study)
        study_free(j->study);
    if (j->scenario)
        scenario_free(j->scenario);
    *j = (struct job){0};
}

/* results/NAME.h5 or results/NAME.run.h5: NAME is the file's without folder and ending. */
static char *standard_result(const char *path, bool with_factors)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const char *dot = strrchr(name, '.');
    int length = dot && dot > name ? (int)(dot - name) : (int)strlen(name);
    char *text = NULL;
    if (asprintf(&text, "results/%.*s%s.h5", length, name, with_factors ? "" : ".run") < 0)
        return NULL;
    return text;
}

/* More points of a design that is drawn or listed than stand side by side. */
#define POINTS_ABREAST 24

/* What suits the design: of one point all its figures and theory beside them, of a study for
 * sensitivity that, else the points side by side, or how they spread. */
static int print_tables(struct result *r, struct study *study, const struct view_page *page)
{
    bool drawn =
        r->design == DESIGN_LATIN || r->design == DESIGN_SOBOL || r->design == DESIGN_POINTS;
    struct view_point point = view_of(r, 0);
    if (r->n_points == 1) {
        int code = view_print_point(&point, page);
        return code ? code : beside_print(r, study, 0, page);
    }
    if (r->sensitivity)
        return sensitivity_print(r, false, page);
    if (drawn && r->n_points > POINTS_ABREAST)
        return view_print_spread(r, page);
    return view_print_study(r, page);
}

/* A result of one point has theory beside it. */
static int print_result_json(struct result *r, struct study *study)
{
    json_t *o = emit_result(r);
    if (r->n_points == 1)
        json_object_set_new(o, "theory", beside_json(r, study, 0));
    return emit_print(o);
}

int job_print_result(struct result *r, struct study *study, bool json)
{
    if (json)
        return print_result_json(r, study);
    struct view_page page = view_stdout();
    view_title(r, &page);
    int code = print_tables(r, study, &page);
    view_print_precision(r, 0, r->n_points, &page);
    if (!code)
        code = view_print_method(r, 0, r->n_points, false, &page);
    if (code)
        fputs("psnsim: out of memory\n", stderr);
    return code ? EXIT_INCOMPLETE : EXIT_DONE;
}

static void tell_report(const char *path, const struct sweep_report *r)
{
    if (r->was_complete)
        fprintf(stderr, "%s stood there already, complete; --restart simulates it anew\n", path);
    else if (r->done_before)
        fprintf(stderr,
                "%s: %zu runs, %zu of them kept from before; %.3g million requests in %.3g s\n",
                path, r->runs, r->done_before, (double)r->requests / 1e6, r->wall_s);
    else
        fprintf(stderr, "%s: %zu runs, %.3g million requests in %.3g s\n", path, r->runs,
                (double)r->requests / 1e6, r->wall_s);
}

static void tell_interrupted(const struct arguments *a, const char *path,
                             const struct sweep_report *r)
{
    size_t kept = r->done_before + r->done_now;
    if (kept == 0) {
        fputs("psnsim: interrupted before the first run was done; nothing is kept\n", stderr);
        return;
    }
    fprintf(stderr,
            "psnsim: interrupted; %zu of %s%zu runs are kept in %s.runs, and the same command%s "
            "goes on from there\n",
            kept, r->at_most ? "at most " : "", r->runs, path,
            a->given[OPTION_RESTART] ? " without --restart" : "");
}

static int look_and_print(const struct arguments *a, struct study *s,
                          const struct sweep_options *options)
{
    struct sweep_outlook outlook;
    psn_diagnostics all = {0};
    int code = sweep_outlook(s, options, &outlook, &all);
    int status = job_told(code, &all);
    if (!code)
        status = dry_run_print(s, options->result, &outlook, a->given[OPTION_JSON]);
    sweep_outlook_fini(&outlook);
    return status;
}

static int sweep_and_print(const struct arguments *a, struct study *s, const char *path)
{
    struct sweep_options options = {
        .result = path,
        .command = a->line,
        .threads = (int)arguments_number(a, OPTION_THREADS, 0),
        .threads_per_run = (int)arguments_number(a, OPTION_THREADS_PER_RUN, 0),
        .restart = a->given[OPTION_RESTART],
        .retry_failed = a->given[OPTION_RETRY_FAILED],
        .tidy = a->given[OPTION_TIDY],
        .quiet = a->given[OPTION_QUIET],
        .schedule = {.partitions = (uint32_t)arguments_number(a, OPTION_PARTITIONS, 0),
                     .partition_seed = arguments_number(a, OPTION_PARTITION_SEED, 0)}};
    if (options.threads > 0 && options.threads_per_run > options.threads) {
        fprintf(stderr, "psnsim: --threads-per-run %d is more than --threads %d\n",
                options.threads_per_run, options.threads);
        return EXIT_INPUT;
    }
    if (a->given[OPTION_DRY_RUN])
        return look_and_print(a, s, &options);
    struct sweep_report report;
    psn_diagnostics all = {0};
    int code = sweep_run(s, &options, &report, &all);
    if (code == PSN_EINTERRUPTED)
        tell_interrupted(a, path, &report);
    else if (report.complete && !a->given[OPTION_QUIET])
        tell_report(path, &report);
    int status = job_told(code, &all);
    if (!report.complete)
        return status;
    if (status == EXIT_INCOMPLETE)
        fprintf(stderr,
                "psnsim show --failed %s lists them; the same command with --retry-failed does "
                "them again\n",
                path);
    struct result *r = NULL;
    code = result_read(path, &r, &all);
    if (code)
        return job_told(code, &all);
    int printed = job_print_result(r, s, a->given[OPTION_JSON]);
    result_free(r);
    psn_diagnostics_fini(&all);
    return status ? status : printed;
}

int job_simulate(const struct arguments *a, bool with_factors)
{
    struct job j;
    int status = job_open(a, with_factors, &j);
    if (status >= 0)
        return status;
    char *standard = standard_result(a->operand, with_factors);
    if (standard)
        status = sweep_and_print(a, j.study,
                                 a->given[OPTION_OUTPUT] ? a->value[OPTION_OUTPUT] : standard);
    else
        status = EXIT_INCOMPLETE;
    free(standard);
    job_close(&j);
    return status;
}
