/* SPDX-License-Identifier: Apache-2.0
 * How often the study's intervals hold the exact values of queues: each experiment is a study of a
 * scenario in this folder with a seed of its own, carried out by the model as a sweep does it,
 * without journals. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coverage.h"
#include "study/stopping.h"

#define PATH_SIZE   4096
#define FIGURES     4
#define FIGURE_SIZE 80

/* What is known of a queue, by the name of a figure and of its subject. */
struct truth {
    const char *figure, *subject; /* subject NULL: the first with the figure */
    double exact;
};

/* Warm-ups are five relaxation times or more: an M/M/1 queue forgets its empty start with the time
 * 1 / (mu (1 - sqrt(rho))^2) (Cohen, The Single Server Queue, 1982, section II.2.1), 38 s at rho =
 * 0.9. Sources of the values: M/M/1 and M/M/c: Kleinrock, Queueing Systems I, 1975, sections 3.2
 * and 3.5; its response is an exponential wait with probability C (Erlang's), and the service after
 * it; the closed network: exact mean value analysis (Reiser and Lavenberg, JACM 27, 1980); the
 * desk: Erlang-A as a process of births and deaths (Garnett, Mandelbaum and Reiman, Manufacturing &
 * Service Operations Management 4, 2002). */
struct queue_case {
    const char *file;
    struct truth truth[FIGURES];
};

static const struct queue_case cases[] = {
    {"mm1-05.yaml",
     {{"response mean", NULL, 0.2},
      {"response p95", NULL, 0.5991464547107982},
      {"utilisation", "server", .5}}},
    {"mm1-08.yaml",
     {{"response mean", NULL, 0.5},
      {"response p95", NULL, 1.4978661367769954},
      {"utilisation", "server", .8}}},
    {"mm1-09.yaml",
     {{"response mean", NULL, 1.0},
      {"response p95", NULL, 2.995732273553991},
      {"utilisation", "server", .9}}},
    {"mm4.yaml",
     {{"response mean", NULL, 0.17455405897342557},
      {"response p95", NULL, 0.47380194960365946},
      {"wait mean", "server", 0.07455405897342557}}},
    {"closed.yaml",
     {{"response mean", NULL, 0.66355926564032},
      {"utilisation", "second", 0.750874976126803},
      {"present mean", "second", 1.9295267684405155},
      {"throughput", "second", 3.754374880634015}}},
    {"desk.yaml",
     {{"wait mean", "desk", 0.1340234309468962 * 60},
      {"utilisation", "desk", 0.8396894560738968},
      {"present mean", "desk", 9.603105439261034},
      {"throughput", "desk", 9 * (1 - 0.0670117154734481) / 60}}},
};

/* Other methods on the same queues. `set`: settings as of the command line. */
static const struct method {
    const char *what;
    const char *set[3];
    struct queue_case queue;
} methods[] = {
    {"control by arrivals",
     {"study.controls=offered"},
     {"mm1-05.yaml", {{"response mean", NULL, 0.2}, {"utilisation", "server", .5}}}},
    {"antithetic pairs",
     {"study.antithetic=yes"},
     {"mm1-05.yaml",
      {{"response mean", NULL, 0.2},
       {"response p95", NULL, 0.5991464547107982},
       {"utilisation", "server", .5}}}},
    {"20 batches",
     {"study={batches: 20}",
      "time={start: 2024-01-01, horizon: 16060 s, warmup: 60 s, interval: 80 s}"},
     {"mm1-08.yaml",
      {{"response mean", NULL, 0.5},
       {"response p95", NULL, 1.4978661367769954},
       {"utilisation", "server", .8},
       {"wait mean", "server", 0.4}}}},
};

#define SETS_MOST 3

/* One study by one thread. */
struct lab {
    struct scenario *scenario;
    struct study *study;
    struct stopping *rule;
    struct summary_value *value;
    size_t n_measures, measure[FIGURES];
    psn_diagnostics all;
};

/* The index of a known figure; n where the study does not have it. */
static size_t find(const struct measure *m, size_t n, const struct truth *t)
{
    size_t i = 0;
    while (i < n && (strcmp(m[i].figure, t->figure) != 0 ||
                     (t->subject && strcmp(m[i].subject, t->subject) != 0)))
        i++;
    return i;
}

static void lab_close(struct lab *l)
{
    psn_diagnostics_print(&l->all, stderr);
    psn_diagnostics_fini(&l->all);
    stopping_free(l->rule);
    free(l->value);
    study_free(l->study);
    scenario_free(l->scenario);
}

/* `set`: settings of the command line, up to a NULL. 0 or a PSN_E code; lab_close in either case.
 */
static int lab_open(struct lab *l, const char *folder, const struct queue_case *c,
                    const char *const set[SETS_MOST])
{
    size_t n_sets = 0;
    while (n_sets < SETS_MOST && set[n_sets])
        n_sets++;
    char path[PATH_SIZE];
    *l = (struct lab){.scenario = NULL};
    snprintf(path, sizeof path, "%s/%s", folder, c->file);
    int code = scenario_load(path, set, n_sets, &l->scenario, &l->all);
    if (!code)
        code = study_open(l->scenario, false, &l->study, &l->all);
    if (!code)
        code = stopping_open(l->study, &l->rule, &l->all);
    struct measure *m = code ? NULL : measures_new(l->study, &l->n_measures);
    l->value = m ? calloc(l->n_measures + 1, sizeof *l->value) : NULL;
    if (!code && !l->value)
        code = PSN_EMEMORY;
    for (size_t i = 0; !code && i < FIGURES && c->truth[i].figure; i++) {
        l->measure[i] = find(m, l->n_measures, &c->truth[i]);
        if (l->measure[i] == l->n_measures)
            code = psn_mistake_add(&l->all, PSN_EINPUT, (psn_place){.file = c->file},
                                   "there is no figure %s", c->truth[i].figure);
    }
    measures_free(m, l->n_measures);
    return code;
}

/* What an experiment found. */
struct found {
    struct estimate estimate[FIGURES];
    size_t replications;
    bool precise;
};

/* Adds replications up to n; 0 or a PSN_E code. */
static int simulate(struct lab *l, struct summary *m, size_t from, size_t n)
{
    static const struct model_schedule alone = {0};
    int code = 0;
    for (size_t r = from; r < n && !code; r++) {
        struct outcome *o = NULL;
        code = model_run(l->study->base, (uint32_t)r, &alone, NULL, &o, &l->all);
        if (!code)
            code = summary_add(m, o);
        outcome_free(o);
    }
    return code;
}

static int experiment(struct lab *l, uint64_t seed, struct found *f)
{
    struct summary *m = summary_new(l->study);
    int code = m ? 0 : PSN_EMEMORY;
    size_t n = 0;
    bool enough = false;
    l->study->base->seed = seed;
    for (size_t next; !code && !enough && (next = stopping_next(l->rule, n)) > 0; n = next) {
        code = simulate(l, m, n, next);
        struct judgement j = {false, false};
        if (!code)
            code = stopping_judge(l->rule, m, &j);
        enough = j.enough;
    }
    if (!code)
        code = summary_values(m, l->value);
    *f = (struct found){.replications = n, .precise = enough};
    for (size_t i = 0; !code && i < FIGURES; i++)
        f->estimate[i] = l->value[l->measure[i]].estimate;
    summary_free(m);
    return code;
}

/* Experiments of different kinds share no random numbers, else they would miss together: each kind
 * has seeds of its own. */
#define SEEDS 1000000

/* n experiments, each found[i]. */
static int run(const struct queue_case *c, const char *folder, const char *const set[SETS_MOST],
               size_t kind, size_t n, struct found *found)
{
    uint64_t seed = 1 + kind * SEEDS;
    int worst = 0;
#pragma omp parallel reduction(min : worst)
    {
        struct lab l;
        worst = lab_open(&l, folder, c, set);
#pragma omp for schedule(dynamic)
        for (size_t i = 0; i < n; i++)
            if (!worst)
                worst = experiment(&l, seed + i, &found[i]);
        lab_close(&l);
    }
    return worst;
}

static size_t count_held(const struct found *found, size_t n, size_t figure, double exact)
{
    size_t held = 0;
    for (size_t i = 0; i < n; i++)
        held += (size_t)coverage_holds(&found[i].estimate[figure], exact);
    return held;
}

/* A check for each figure of a case. */
static int judge(const char *what, const struct queue_case *c, const struct found *found, size_t n)
{
    int bad = 0;
    for (size_t i = 0; i < FIGURES && c->truth[i].figure; i++) {
        char line[FIGURE_SIZE];
        bool quantile = strstr(c->truth[i].figure, "response p") != NULL;
        snprintf(line, sizeof line, "%.*s%s%s: %s", (int)strcspn(c->file, "."), c->file,
                 *what ? ", " : "", what, c->truth[i].figure);
        bad += coverage_judge(line, count_held(found, n, i, c->truth[i].exact), n,
                              quantile ? .92 : .929, quantile ? 1 : .971);
    }
    return bad;
}

int coverage_queues(size_t n, const char *folder)
{
    static const char *const none[SETS_MOST];
    struct found *found = calloc(n, sizeof *found);
    int bad = 0, code = found ? 0 : PSN_EMEMORY;
    for (size_t k = 0; !code && k < sizeof cases / sizeof *cases; k++) {
        code = run(&cases[k], folder, none, 2 * k, n, found);
        if (!code)
            bad += judge("", &cases[k], found, n);
    }
    free(found);
    return code ? code : bad;
}

int coverage_methods(size_t n, const char *folder)
{
    struct found *found = calloc(n, sizeof *found);
    int bad = 0, code = found ? 0 : PSN_EMEMORY;
    for (size_t k = 0; !code && k < sizeof methods / sizeof *methods; k++) {
        const struct method *m = &methods[k];
        code = run(&m->queue, folder, m->set, 100 + k, n, found);
        if (!code)
            bad += judge(m->what, &m->queue, found, n);
    }
    free(found);
    return code ? code : bad;
}

/* Replications until the first figure of a case is known to 5 %. */
int coverage_sequential(size_t n, const char *folder)
{
    struct found *found = calloc(n, sizeof *found);
    int bad = 0, code = found ? 0 : PSN_EMEMORY;
    for (size_t k = 0; !code && k < sizeof cases / sizeof *cases; k++) {
        const struct queue_case *c = &cases[k];
        char text[FIGURE_SIZE], what[FIGURE_SIZE];
        const char *const until[SETS_MOST] = {text};
        snprintf(text, sizeof text, "study.replications={until: 5 %%, of: %s, at most: 5000}",
                 c->truth[0].figure);
        code = run(c, folder, until, 2 * k + 1, n, found);
        size_t replications = 0, imprecise = 0;
        for (size_t i = 0; i < n && !code; i++) {
            replications += found[i].replications;
            imprecise += !found[i].precise;
        }
        snprintf(what, sizeof what, "%.*s: until 5 %%, %.1f replications",
                 (int)strcspn(c->file, "."), c->file, (double)replications / (double)n);
        if (!code)
            bad += coverage_judge(what, count_held(found, n, 0, c->truth[0].exact), n, .925, 1);
        bad += imprecise > 0;
    }
    free(found);
    return code ? code : bad;
}
