/* SPDX-License-Identifier: Apache-2.0
 * How often a sequential interval holds the truth: an M/M/1 queue, simulated by the model and
 * stopped by the study's own rule once the mean response is known to 5 %, with one seed an
 * experiment. The exact mean is W = 1 / (mu - lambda) (Kleinrock, Queueing Systems I, 1975,
 * section 3.2).
 *
 *     validation_coverage [EXPERIMENTS [RHO [SECONDS]]]
 *
 * Stopping early by luck costs a sequential interval some of its 95 %: 92.5 % are asked of 1,000
 * experiments. Of fewer, so much less that a true coverage of 94 % falls below it once in 10,000
 * times (3.72 standard deviations of a share). The seeds are fixed: 1, 2, 3 ... */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "study/stopping.h"

#define MU    10.0 /* a second */
#define UNTIL "5 %%"

/* Warm-up: 40 s are 400 mean services. The queue forgets its empty start with the relaxation time
 * 1 / (mu (1 - sqrt(rho))^2) (Cohen, The Single Server Queue, 1982, section II.2.1): 9 s at rho =
 * 0.8. */
static const char text[] =
    "psnsim: 1\n"
    "time: {start: 2024-01-01, horizon: %.0f s, warmup: 40 s, interval: 40 s}\n"
    "partners: {town: {population: 1000, staff: {hall: 10}}}\n"
    "sites: {hall: {partner: town}}\n"
    "compute: {server: {site: hall, hosts: 1, cores: 1, discipline: fifo}}\n"
    "services: {ask: {steps: [{compute: app, work: exp(100 ms)}]}}\n"
    "workloads: {asking: {service: ask, partners: all, rate: %.17g / s}}\n"
    "arrangements: {alone: {hosting: {all: {app: server}}}}\n"
    "use: {arrangement: alone}\n"
    "study: {replications: {until: " UNTIL ", of: response mean}}\n";

static int fetch(void *context, const char *name, psn_place asked, char **bytes, size_t *size,
                 psn_diagnostics *all)
{
    (void)name;
    (void)asked;
    (void)all;
    *bytes = strdup(context);
    *size = strlen(context);
    return *bytes ? 0 : PSN_EMEMORY;
}

/* What an experiment found. */
struct found {
    struct estimate estimate;
    size_t replications;
    bool precise;
};

/* Adds replications up to n; 0 or a PSN_E code. */
static int simulate(const struct study *s, struct summary *m, size_t from, size_t n,
                    psn_diagnostics *all)
{
    static const struct model_schedule alone = {0};
    for (size_t r = from; r < n; r++) {
        struct outcome *o = NULL;
        int code = model_run(s->base, (uint32_t)r, &alone, NULL, &o, all);
        if (!code)
            code = summary_add(m, o);
        outcome_free(o);
        if (code)
            return code;
    }
    return 0;
}

/* One experiment: as the sweep does it, without journals. */
static int experiment(const struct study *s, struct stopping *rule, size_t measure,
                      size_t n_measures, struct found *f, psn_diagnostics *all)
{
    struct summary *m = summary_new(s);
    struct summary_value *value = calloc(n_measures, sizeof *value);
    int code = m && value ? 0 : PSN_EMEMORY;
    size_t n = 0;
    *f = (struct found){.replications = 0};
    for (size_t next; !code && !f->precise && (next = stopping_next(rule, n)) > 0; n = next) {
        code = simulate(s, m, n, next, all);
        struct judgement j = {false, false};
        if (!code)
            code = stopping_judge(rule, m, &j);
        f->precise = j.enough;
    }
    if (!code)
        code = summary_values(m, value);
    if (!code)
        *f = (struct found){value[measure].estimate, n, f->precise};
    free(value);
    summary_free(m);
    return code;
}

static int run(struct study *s, size_t experiments, double exact, psn_diagnostics *all)
{
    struct stopping *rule;
    size_t n_measures, measure = 0, covered = 0, imprecise = 0, replications = 0;
    int code = stopping_open(s, &rule, all);
    struct measure *list = code ? NULL : measures_new(s, &n_measures);
    while (list && strcmp(list[measure].figure, "response mean") != 0)
        measure++;
    for (size_t i = 0; !code && list && i < experiments; i++) {
        struct found f;
        s->base->seed = i + 1;
        code = experiment(s, rule, measure, n_measures, &f, all);
        covered += fabs(f.estimate.value - exact) <= f.estimate.half_width;
        imprecise += !f.precise;
        replications += f.replications;
    }
    if (list)
        measures_free(list, n_measures);
    stopping_free(rule);
    if (code || !list)
        return code ? code : PSN_EMEMORY;
    double n = (double)experiments, share = (double)covered / n;
    double limit = experiments < 1000 ? 0.94 - 3.72 * sqrt(0.94 * 0.06 / n) : 0.925;
    printf("%zu experiments: the interval held %.6g s in %zu, %.1f %%; at least %.1f %% expected\n",
           experiments, exact, covered, 100 * share, 100 * limit);
    printf("replications: %.1f in the mean; not precise: %zu\n", (double)replications / n,
           imprecise);
    return share >= limit && imprecise == 0 ? 0 : PSN_ERUN;
}

int main(int argc, char **argv)
{
    size_t experiments = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
    double rho = argc > 2 ? strtod(argv[2], NULL) : 0.6,
           seconds = argc > 3 ? strtod(argv[3], NULL) : 200;
    psn_diagnostics all = {0};
    struct scenario *scenario = NULL;
    struct study *study = NULL;
    char scenario_text[2000];
    if (experiments == 0 || !(rho > 0 && rho < 0.9) || !(seconds >= 1))
        return 2;
    snprintf(scenario_text, sizeof scenario_text, text, 40 + seconds, rho * MU);
    int code = scenario_load_from(fetch, scenario_text, "mm1.yaml", NULL, 0, &scenario, &all);
    if (!code)
        code = study_open(scenario, false, &study, &all);
    if (!code)
        code = run(study, experiments, 1 / (MU - rho * MU), &all);
    psn_diagnostics_print(&all, stderr);
    psn_diagnostics_fini(&all);
    study_free(study);
    scenario_free(scenario);
    return code ? 1 : 0;
}
