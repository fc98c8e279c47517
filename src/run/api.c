/* SPDX-License-Identifier: Apache-2.0
 * The public C API over the rooms: a scenario opened as a study and swept. */
#include <stdlib.h>

#include "psnsim/psnsim.h"
#include "run/sweep.h"

struct psn_study {
    struct scenario *scenario;
    struct study *study;
};

const char *psn_version(void)
{
    return PSNSIM_VERSION;
}

int psn_study_open(const char *path, const char *const *sets, size_t n_sets, bool with_factors,
                   psn_study **out, psn_diagnostics *all)
{
    *out = NULL;
    psn_study *s = calloc(1, sizeof *s);
    if (!s)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int code = scenario_load(path, sets, n_sets, &s->scenario, all);
    if (!code)
        code = study_open(s->scenario, with_factors, &s->study, all);
    if (code)
        psn_study_free(s);
    else
        *out = s;
    return code;
}

void psn_study_free(psn_study *s)
{
    if (!s)
        return;
    if (s->study)
        study_free(s->study);
    if (s->scenario)
        scenario_free(s->scenario);
    free(s);
}

const char *psn_study_title(const psn_study *s)
{
    return s->study->base->title;
}

size_t psn_study_points(const psn_study *s)
{
    return s->study->n_points;
}

size_t psn_study_replications(const psn_study *s)
{
    return s->study->n_replications;
}

int psn_study_sweep(psn_study *s, const char *result, int threads, psn_diagnostics *all)
{
    struct sweep_options options = {.result = result, .threads = threads, .quiet = true};
    struct sweep_report report;
    return sweep_run(s->study, &options, &report, all);
}
