/* SPDX-License-Identifier: Apache-2.0
 * psnsim run: the base case of a scenario, or one run of a result once more. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/inside.h"
#include "cli/job.h"
#include "run/threads.h"
#include "study/warmup.h"

/* One run to repeat: where it comes from and what came out. */
struct repetition {
    const struct arguments *a;
    struct result *result;
    struct job job;
    size_t point, replication;
    struct outcome *outcome;
    bool same;
    char where[200]; /* the first figure that differs */
};

/* Checks the command line against the result. Returns -1 or the exit status. */
static int check_request(const struct repetition *r)
{
    static const enum option_id others[] = {OPTION_OUTPUT,  OPTION_SET,     OPTION_REPLICATIONS,
                                            OPTION_RESTART, OPTION_THREADS, OPTION_THREADS_PER_RUN,
                                            OPTION_QUIET,   OPTION_TIDY,    OPTION_RETRY_FAILED};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (r->a->given[others[i]]) {
            fprintf(stderr,
                    "psnsim: %s is a result: to repeat one of its runs takes only --point, "
                    "--replication and --json\n",
                    r->a->operand);
            return EXIT_INPUT;
        }
    if (!r->a->given[OPTION_POINT] || !r->a->given[OPTION_REPLICATION]) {
        fprintf(stderr,
                "psnsim: %s is a result: name the run to repeat with --point and --replication\n",
                r->a->operand);
        return EXIT_INPUT;
    }
    bool point = r->point < r->result->n_points;
    size_t replications =
        point ? r->result->point_replications[r->point] : r->result->n_replications;
    if (point && r->replication < replications)
        return -1;
    fprintf(stderr,
            "psnsim: %s has no such run; its points are 0 to %zu, its replications 0 to %zu\n",
            r->a->operand, r->result->n_points - 1, replications - 1);
    return EXIT_INPUT;
}

static int open_texts(struct repetition *r, psn_diagnostics *all)
{
    int code = inside_scenario(r->result, r->a->operand, NULL, 0, &r->job.scenario, all);
    if (!code)
        code = study_open(r->job.scenario, r->result->factors_used, &r->job.study, all);
    if (!code && r->result->warmup_auto)
        code = warmup_adopt(r->job.study, r->result->warmup_s, all);
    return code;
}

static int simulate(struct repetition *r, psn_diagnostics *all)
{
    struct model_schedule schedule = {
        .threads = threads_standard(),
        .adapt = true,
        .partitions = (uint32_t)arguments_number(r->a, OPTION_PARTITIONS, 0),
        .partition_seed = arguments_number(r->a, OPTION_PARTITION_SEED, 0)};
    struct description *d = NULL;
    bool batches = r->job.study->shape.batches > 0;
    int code = study_describe(r->job.study, r->point, &d, all);
    if (!code)
        code =
            model_run(d, batches ? 0 : (uint32_t)r->replication, &schedule, NULL, &r->outcome, all);
    if (d)
        description_free(d);
    if (code)
        return code;
    size_t run = r->point * study_rows(r->job.study) + r->replication;
    const struct outcome *o =
        batches && !r->outcome->status ? r->outcome->batch[r->replication] : r->outcome;
    return result_compare(r->a->operand, r->job.study, run, o, &r->same, r->where, sizeof r->where,
                          all);
}

/* The names of the stations and which of them were unstable in this run, as a view wants them. */
struct station_names {
    char (*text)[512];
    char **name;
    int32_t *unstable;
    size_t n;
};

static void names_free(struct station_names *s)
{
    free(s->text);
    free(s->name);
    free(s->unstable);
}

static int names_make(const struct repetition *r, struct station_names *s)
{
    s->n = r->outcome->shape.stations;
    s->text = calloc(s->n + 1, sizeof *s->text);
    s->name = calloc(s->n + 1, sizeof *s->name);
    s->unstable = calloc(s->n + 1, sizeof *s->unstable);
    if (!s->text || !s->name || !s->unstable)
        return PSN_EMEMORY;
    for (size_t i = 0; i < s->n; i++) {
        model_station_name(r->job.study->base, i, s->text[i], sizeof s->text[i]);
        s->name[i] = s->text[i];
        s->unstable[i] = r->outcome->station[i].unstable;
    }
    return 0;
}

static void print_verdict(const struct repetition *r)
{
    if (r->same)
        printf("\nEvery figure is the same to the bit as in %s.\n", r->a->operand);
    else
        printf("\nNot the same as in %s: %s differs.\n", r->a->operand, r->where);
    if (!r->same && strcmp(r->result->version, PSNSIM_VERSION) != 0)
        printf("It was written by psnsim %s; this is %s.\n", r->result->version, PSNSIM_VERSION);
}

static int print_view(const struct repetition *r, const struct view_point *v)
{
    if (r->a->given[OPTION_JSON]) {
        json_t *o = json_object();
        json_object_set_new(o, "point", json_integer((json_int_t)r->point));
        json_object_set_new(o, "replication", json_integer((json_int_t)r->replication));
        json_object_set_new(o, "same", json_boolean(r->same));
        json_object_set_new(o, "differs", r->same ? json_null() : emit_text(r->where));
        json_object_set_new(o, "events", json_integer(r->outcome->events));
        json_t *figures = emit_point(v);
        json_object_update(o, figures);
        json_decref(figures);
        return emit_print(o) == EXIT_DONE ? 0 : PSN_EIO;
    }
    struct view_page page = view_stdout();
    char factors[500];
    view_factors(r->result, r->point, factors, sizeof factors);
    if (r->result->title && *r->result->title)
        printf("%s\n", r->result->title);
    printf("Point %zu%s%s, %s %zu: %lld events\n", r->point, *factors ? ": " : "", factors,
           r->result->batches ? "the run of batch" : "replication", r->replication,
           (long long)r->outcome->events);
    int code = view_print_point(v, &page);
    print_verdict(r);
    return code;
}

static int print_repetition(const struct repetition *r)
{
    struct station_names names = {0};
    size_t n = 0;
    struct measure *measure = measures_new(r->job.study, &n);
    struct summary_value *value = calloc(n + 1, sizeof *value);
    struct summary *summary = summary_new(r->job.study);
    int code = measure && value && summary ? names_make(r, &names) : PSN_EMEMORY;
    if (!code)
        code = summary_add(summary, r->outcome);
    if (!code)
        code = summary_values(summary, value);
    if (!code) {
        struct view_point v = {.measure = measure,
                               .value = value,
                               .n_measures = n,
                               .station = names.name,
                               .unstable = names.unstable,
                               .n_stations = names.n};
        code = print_view(r, &v);
    }
    summary_free(summary);
    free(value);
    measures_free(measure, n);
    names_free(&names);
    return code;
}

static int repeat(const struct arguments *a)
{
    struct repetition r = {.a = a,
                           .point = (size_t)arguments_number(a, OPTION_POINT, 0),
                           .replication = (size_t)arguments_number(a, OPTION_REPLICATION, 0)};
    psn_diagnostics all = {0};
    int code = result_read(a->operand, &r.result, &all);
    if (code)
        return job_told(code == PSN_EIO ? PSN_EINPUT : code, &all);
    int status = check_request(&r);
    if (status < 0) {
        code = open_texts(&r, &all);
        if (!code)
            code = simulate(&r, &all);
        if (!code)
            code = print_repetition(&r);
        status = job_told(code, &all);
        if (!status && !r.same)
            status = EXIT_INCOMPLETE;
    }
    outcome_free(r.outcome);
    job_close(&r.job);
    result_free(r.result);
    return status;
}

int command_run(const struct arguments *a)
{
    if (job_is_result(a->operand))
        return repeat(a);
    if (a->given[OPTION_POINT] || a->given[OPTION_REPLICATION]) {
        fprintf(stderr, "psnsim: --point and --replication repeat a run of a result; %s is none\n",
                a->operand);
        return EXIT_INPUT;
    }
    return job_simulate(a, false);
}
