/* SPDX-License-Identifier: Apache-2.0
 * What the language describes and the model does not simulate. */
#include "model/built.h"

static int refuse(psn_diagnostics *all, psn_place place, const char *what)
{
    return psn_mistake_add(all, PSN_EINPUT, place,
                           "%s is part of the language but not built in this version; expected a "
                           "scenario without it",
                           what);
}

static int check_pool(const struct pool *p, psn_diagnostics *all)
{
    int code = 0;
    if (p->desk)
        return refuse(all, p->place, "a desk");
    if (p->discipline != DISCIPLINE_FIFO && p->discipline != DISCIPLINE_SHARING)
        code = refuse(all, p->place, "a discipline other than fifo and sharing");
    if (p->room > 0)
        code = refuse(all, p->place, "`room`");
    if (p->n_capacities > 0)
        code = refuse(all, p->place, "`during`");
    return code;
}

static int check_steps(const struct step *s, size_t n, psn_diagnostics *all)
{
    int code = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i].impatient)
            code = refuse(all, s[i].place, "`patience`");
        for (size_t b = 0; b < s[i].n_branches; b++) {
            int within = check_steps(s[i].branch[b].step, s[i].branch[b].n_steps, all);
            code = code ? code : within;
        }
    }
    return code;
}

int built_check(const struct description *d, psn_diagnostics *all)
{
    int code = 0;
    for (size_t i = 0; i < d->n_pools; i++) {
        int c = check_pool(&d->pool[i], all);
        code = code ? code : c;
    }
    for (size_t i = 0; i < d->n_services; i++) {
        int c = check_steps(d->service[i].step, d->service[i].n_steps, all);
        code = code ? code : c;
    }
    for (size_t i = 0; i < d->n_faults; i++)
        code = refuse(all, d->fault[i].place, "a fault");
    for (size_t i = 0; i < d->n_objectives; i++)
        if (d->objective[i].figure > FIGURE_WAIT_MEAN)
            code = refuse(all, d->objective[i].place, "this figure of an objective");
    return code;
}
