/* SPDX-License-Identifier: Apache-2.0
 * Tests of the public API and of run/sweep behind it: a study from its text to its result file. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../results/keep.h"
#include "psnsim/psnsim.h"
#include "run/sweep.h"

static const char text[] =
    "psnsim: 1\n"
    "title: One office, one server\n"
    "time: {start: 2024-01-01, horizon: 10 min, warmup: 1 min, interval: 1 min}\n"
    "partners: {town: {population: 1000, staff: {hall: 10}}}\n"
    "sites: {hall: {partner: town}}\n"
    "compute: {server: {site: hall, hosts: 1, cores: 1, discipline: fifo}}\n"
    "services: {ask: {steps: [{compute: app, work: exp(100 ms)}]}}\n"
    "workloads: {asking: {service: ask, partners: all, rate: 5 / s}}\n"
    "arrangements: {alone: {hosting: {all: {app: server}}}}\n"
    "use: {arrangement: alone}\n"
    "study: {seed: 7, replications: 3, factors: {demand: [0.5, 1]}}\n";

static char dir[64];

static void write_file(const char *path, const char *bytes)
{
    FILE *f = fopen(path, "w");
    cr_assert_not_null(f);
    fputs(bytes, f);
    fclose(f);
}

static void make_dir(void)
{
    strcpy(dir, "/tmp/psnsim-test-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    cr_assert_eq(chdir(dir), 0);
    write_file("one.yaml", text);
}

static void remove_dir(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", dir);
    cr_assert_eq(system(command), 0);
}

TestSuite(api, .init = make_dir, .fini = remove_dir, .timeout = 120);

static char *read_file(const char *path, size_t *size)
{
    FILE *f = fopen(path, "rb");
    cr_assert_not_null(f);
    struct stat s;
    cr_assert_eq(fstat(fileno(f), &s), 0);
    *size = (size_t)s.st_size;
    char *bytes = malloc(*size + 1);
    cr_assert_eq(fread(bytes, 1, *size, f), *size);
    fclose(f);
    return bytes;
}

Test(api, study_to_result)
{
    psn_diagnostics all = {0};
    psn_study *s = NULL;
    cr_assert_eq(psn_study_open("one.yaml", NULL, 0, true, &s, &all), 0);
    cr_assert_str_eq(psn_study_title(s), "One office, one server");
    cr_assert_eq(psn_study_points(s), 2);
    cr_assert_eq(psn_study_replications(s), 3);
    cr_assert_eq(psn_study_sweep(s, "out/a.h5", 1, &all), 0);
    cr_assert_eq(psn_study_sweep(s, "out/b.h5", 3, &all), 0);
    cr_assert_eq(psn_study_sweep(s, "out/a.h5", 1, &all), 0); /* stands there already */
    cr_assert_eq(all.count, 0);
    size_t a_size, b_size;
    char *a = read_file("out/a.h5", &a_size), *b = read_file("out/b.h5", &b_size);
    cr_assert_eq(a_size, b_size);
    cr_assert_eq(memcmp(a, b, a_size), 0);
    cr_assert_eq(access("out/a.h5.runs", F_OK), 0, "what a study that grows goes on from");
    cr_assert_eq(access("out/a.h5.log", F_OK), 0);
    free(a);
    free(b);
    psn_study_free(s);
}

Test(api, version_is_a_version)
{
    int major, minor, patch;
    cr_assert_eq(sscanf(psn_version(), "%d.%d.%d", &major, &minor, &patch), 3);
}

Test(api, mistakes_are_told)
{
    psn_diagnostics all = {0};
    psn_study *s = NULL;
    const char *set[] = {"compute.server.cores=none-such"};
    cr_assert_eq(psn_study_open("one.yaml", set, 1, true, &s, &all), PSN_EINPUT);
    cr_assert_null(s);
    cr_assert_geq(all.count, 1);
    psn_diagnostics_fini(&all);
    cr_assert_lt(psn_study_open("nowhere.yaml", NULL, 0, true, &s, &all), 0);
    cr_assert_geq(all.count, 1);
    psn_diagnostics_fini(&all);
    psn_study_free(NULL);
}

/* Opens the base case of one.yaml with a setting and sweeps it to `result`. */
static int sweep_with(const char *set, const char *result, bool restart,
                      struct sweep_report *report, psn_diagnostics *all)
{
    struct scenario *scenario = NULL;
    struct study *study = NULL;
    cr_assert_eq(scenario_load("one.yaml", &set, 1, &scenario, all), 0);
    cr_assert_eq(study_open(scenario, false, &study, all), 0);
    struct sweep_options options = {
        .result = result, .threads = 2, .restart = restart, .quiet = true};
    int code = sweep_run(study, &options, report, all);
    study_free(study);
    scenario_free(scenario);
    return code;
}

Test(api, report_and_another_study)
{
    psn_diagnostics all = {0};
    struct sweep_report r;
    cr_assert_eq(sweep_with("study.seed=1", "r.h5", false, &r, &all), 0);
    cr_assert(r.complete && !r.was_complete);
    cr_assert_eq(r.runs, 3);
    cr_assert_eq(r.done_before, 0);
    cr_assert_eq(r.done_now, 3);
    cr_assert_eq(r.failed, 0);
    /* 3 runs x 540 s x 5 a second: 8100 requests, within five standard deviations of 90. */
    cr_assert_gt(r.requests, 7650);
    cr_assert_lt(r.requests, 8550);
    cr_assert_gt(r.events, 0);
    cr_assert_gt(r.wall_s, 0);

    cr_assert_eq(sweep_with("study.seed=1", "r.h5", false, &r, &all), 0);
    cr_assert(r.complete && r.was_complete);
    cr_assert_eq(r.done_before, 3);
    cr_assert_eq(r.done_now, 0);

    cr_assert_eq(sweep_with("study.seed=2", "r.h5", false, &r, &all), PSN_EINPUT);
    cr_assert_not(r.complete);
    cr_assert_eq(all.count, 1);
    cr_assert_not_null(strstr(all.items[0].text, "another study"));
    psn_diagnostics_fini(&all);

    cr_assert_eq(sweep_with("study.seed=2", "r.h5", true, &r, &all), 0);
    cr_assert(r.complete && !r.was_complete);
    cr_assert_eq(all.count, 0);
}

Test(api, what_is_no_result_is_left_alone)
{
    psn_diagnostics all = {0};
    struct sweep_report r;
    write_file("note.txt", "not a result\n");
    cr_assert_eq(sweep_with("study.seed=1", "note.txt", false, &r, &all), PSN_EINPUT);
    size_t size;
    char *bytes = read_file("note.txt", &size);
    cr_assert_eq(size, strlen("not a result\n"));
    free(bytes);
    cr_assert_eq(mkdir("folder", 0777), 0);
    cr_assert_eq(sweep_with("study.seed=1", "folder", true, &r, &all), PSN_EINPUT);
    cr_assert_eq(all.count, 2);
    psn_diagnostics_fini(&all);
}

Test(api, failed_runs_are_told_and_kept)
{
    psn_diagnostics all = {0};
    struct scenario *scenario = NULL;
    struct study *study = NULL;
    cr_assert_eq(scenario_load("one.yaml", NULL, 0, &scenario, &all), 0);
    cr_assert_eq(study_open(scenario, true, &study, &all), 0);

    /* Two runs that failed, with one error, as an earlier program would have left them. */
    struct journal *j = NULL;
    cr_assert_eq(study_identify(study, &all), 0);
    cr_assert_eq(journal_create(study, "r.h5.runs", &j, &all), 0);
    struct outcome *o = outcome_new(&study->shape);
    o->status = 1;
    strcpy(o->error, "the clock stood still");
    cr_assert_eq(keep_run(j, study, 4, o, &all), 0);
    cr_assert_eq(keep_run(j, study, 1, o, &all), 0);
    outcome_free(o);
    cr_assert_eq(journal_close(j, &all), 0);

    struct sweep_options options = {.result = "r.h5", .threads = 2, .quiet = true};
    for (int round = 0; round < 2; round++) { /* simulated, and then found complete */
        struct sweep_report r;
        cr_assert_eq(sweep_run(study, &options, &r, &all), PSN_ERUN);
        cr_assert(r.complete);
        cr_assert_eq(r.was_complete, round == 1);
        cr_assert_eq(r.failed, 2);
        cr_assert_eq(r.done_now, round == 0 ? 4 : 0);
        cr_assert_eq(all.count, 1);
        cr_assert_str_eq(all.items[0].text, "2 of 6 runs failed: the clock stood still (the first: "
                                            "point 0, replication 1)");
        psn_diagnostics_fini(&all);
    }
    options.retry_failed = true; /* the clock goes again */
    options.tidy = true;
    for (int round = 0; round < 2; round++) {
        struct sweep_report r;
        cr_assert_eq(sweep_run(study, &options, &r, &all), 0);
        cr_assert_eq(r.done_now, round == 0 ? 2 : 0);
        cr_assert_eq(r.was_complete, round == 1);
        cr_assert_eq(r.failed, 0);
        cr_assert_neq(access("r.h5.runs", F_OK), 0);
    }
    study_free(study);
    scenario_free(scenario);
}
