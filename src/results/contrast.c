/* SPDX-License-Identifier: Apache-2.0
 * Pairs the points, the measures and the replications of results, and compares them. */
#include "results/contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "stats/batch.h"
#include "stats/multiple.h"

/* The figure that every (service, partner) in use has. */
static const char of_service[] = "response mean";

const struct measure *contrasts_measure(const struct contrasts *c, size_t i)
{
    return &c->other->measure[c->measure[i].other];
}

const struct summary_value *contrasts_base(const struct contrasts *c, const struct contrast *k,
                                           size_t i)
{
    return &c->base->value[k->base * c->base->n_measures + c->measure[i].base];
}

const struct summary_value *contrasts_other(const struct contrasts *c, const struct contrast *k,
                                            size_t i)
{
    return &c->other->value[k->other * c->other->n_measures + c->measure[i].other];
}

static bool same_measure(const struct measure *a, const struct measure *b)
{
    return !strcmp(a->figure, b->figure) && !strcmp(a->subject, b->subject) &&
           !strcmp(a->partner, b->partner) && !strcmp(a->unit, b->unit);
}

/* The measures that both have, in the other's order. Both orders are canonical, so the search goes
 * on where it last ended. */
static int match_measures(struct contrasts *c)
{
    const struct result *a = c->base, *b = c->other;
    c->measure = calloc(b->n_measures + 1, sizeof *c->measure);
    if (!c->measure)
        return PSN_EMEMORY;
    size_t at = 0;
    for (size_t i = 0; i < b->n_measures; i++)
        for (size_t k = 0; k < a->n_measures; k++) {
            size_t try = (at + k) % a->n_measures;
            if (same_measure(&a->measure[try], &b->measure[i])) {
                c->measure[c->n_measures++] = (struct contrast_measure){try, i};
                at = try + 1;
                break;
            }
        }
    return PSN_OK;
}

static bool has_service(const struct result *r, const char *service)
{
    for (size_t i = 0; i < r->n_measures; i++)
        if (!strcmp(r->measure[i].figure, of_service) && !strcmp(r->measure[i].subject, service))
            return true;
    return false;
}

/* Tells each service of `a` that `b` lacks. */
static int check_services(const struct result *a, const char *name_a, const struct result *b,
                          const char *name_b, psn_diagnostics *all)
{
    int error = PSN_OK;
    for (size_t i = 0; i < a->n_measures; i++) {
        const struct measure *m = &a->measure[i];
        if (strcmp(m->figure, of_service) != 0 || has_service(b, m->subject))
            continue;
        error = psn_mistake_add(all, PSN_EINPUT, (psn_place){.file = name_b},
                                "there is no service %s, which %s has; results of the same "
                                "services were expected",
                                m->subject, name_a);
    }
    return error;
}

static int read_side(const char *path, struct result **r, struct samples **s, psn_diagnostics *all)
{
    int error = result_read(path, r, all);
    return error ? error : samples_read(path, *r, s, all);
}

static int read_both(struct contrasts *c, const char *base, const char *other, psn_diagnostics *all)
{
    int error = read_side(base, &c->base, &c->base_samples, all);
    if (!other) {
        c->other = c->base;
        c->other_samples = c->base_samples;
        return error;
    }
    int second = read_side(other, &c->other, &c->other_samples, all);
    if (error || second)
        return error ? error : second;
    error = check_services(c->base, base, c->other, other, all);
    second = check_services(c->other, other, c->base, base, all);
    return error ? error : second;
}

int contrasts_open(const char *base, const char *other, struct contrasts **out,
                   psn_diagnostics *all)
{
    *out = NULL;
    struct contrasts *c = calloc(1, sizeof *c);
    int error = c ? read_both(c, base, other, all) : PSN_EMEMORY;
    if (!error)
        error = match_measures(c);
    if (error == PSN_EMEMORY)
        psn_mistake_add(all, error, (psn_place){.file = base}, "memory ended");
    if (error) {
        contrasts_free(c);
        return error;
    }
    c->paired = c->base_samples->seed == c->other_samples->seed &&
                c->base->antithetic == c->other->antithetic &&
                c->base->batches == c->other->batches;
    *out = c;
    return PSN_OK;
}

void contrasts_free(struct contrasts *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n; i++)
        free(c->item[i].figure);
    free(c->item);
    free(c->measure);
    if (c->other != c->base) {
        result_free(c->other);
        samples_free(c->other_samples);
    }
    result_free(c->base);
    samples_free(c->base_samples);
    free(c);
}

static bool same_option(const struct result_factor *a, size_t i, const struct result_factor *b,
                        size_t j)
{
    if (isfinite(a->number[i]) && isfinite(b->number[j]) && !strcmp(a->unit, b->unit))
        return a->number[i] == b->number[j];
    return !strcmp(a->label[i], b->label[j]);
}

/* Both list their factors in the order of names. */
static bool same_options(const struct result *a, size_t i, const struct result *b, size_t j)
{
    if (a->n_factors != b->n_factors)
        return false;
    for (size_t f = 0; f < a->n_factors; f++)
        if (strcmp(a->factor[f].name, b->factor[f].name) != 0 ||
            !same_option(&a->factor[f], i, &b->factor[f], j))
            return false;
    return true;
}

size_t contrasts_match(const struct contrasts *c, size_t other)
{
    size_t i = 0;
    while (i < c->base->n_points && !same_options(c->base, i, c->other, other))
        i++;
    return i;
}

/* The runs of both points that are of the same replication. */
struct pairs {
    size_t *base, *other, n;
};

/* The first run from `i` on that is of this point and was not in vain; n_runs where there is none.
 */
static size_t next_run(const struct result *r, size_t point, size_t i)
{
    while (i < r->n_runs && ((size_t)r->run_point[i] != point || r->run_status[i] != 0))
        i++;
    return i;
}

/* Runs stand in the order of (point, replication). */
static void pair_runs(const struct contrasts *c, size_t base, size_t other, struct pairs *p)
{
    const struct result *a = c->base, *b = c->other;
    size_t i = next_run(a, base, 0), j = next_run(b, other, 0);
    p->n = 0;
    while (i < a->n_runs && j < b->n_runs) {
        int64_t first = a->run_replication[i], second = b->run_replication[j];
        if (first == second) {
            p->base[p->n] = i;
            p->other[p->n++] = j;
        }
        if (first <= second)
            i = next_run(a, base, i + 1);
        if (second <= first)
            j = next_run(b, other, j + 1);
    }
}

/* Of antithetic replications only the averages of pairs are independent: takes them into the
 * beginning of x and y. Returns their number. */
static size_t fold_mates(const struct contrasts *c, const struct pairs *p, double *x, double *y)
{
    const int64_t *replication = c->base->run_replication;
    size_t n = 0;
    for (size_t k = 0; k + 1 < p->n; k++) {
        int64_t first = replication[p->base[k]];
        if (first % 2 != 0 || replication[p->base[k + 1]] != first + 1)
            continue;
        x[n] = (x[k] + x[k + 1]) / 2;
        y[n++] = (y[k] + y[k + 1]) / 2;
    }
    return n;
}

/* Of batches of one run so many neighbours are joined that their differences are independent. */
static size_t fold_batches(double *x, double *y, size_t n, double *room)
{
    double *difference = room, *joined = room + n;
    for (size_t k = 0; k < n; k++)
        difference[k] = y[k] - x[k];
    struct batching b = batch_join(difference, n, joined);
    batch_means(x, n, b.batches, x);
    batch_means(y, n, b.batches, y);
    return b.batches;
}

/* A count of a run is the sum of those of its batches. */
static bool adds_up(const struct measure *m)
{
    static const char *const counts[] = {"failed", "refused", "abandoned", "retries", "overruns"};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        if (!strcmp(m->figure, counts[i]))
            return true;
    return false;
}

/* The figure i in pairs of runs, or of batches; x and y hold what each says. `room` is for twice as
 * many. */
static struct comparison compare_pairs(const struct contrasts *c, const struct contrast *item,
                                       size_t i, const struct pairs *p, double *x, double *y,
                                       double *room)
{
    struct summary_value base = *contrasts_base(c, item, i), other = *contrasts_other(c, item, i);
    size_t n = p->n;
    if (c->base->antithetic)
        n = fold_mates(c, p, x, y);
    if (c->base->batches > 0) {
        for (size_t k = 0; k < n && adds_up(contrasts_measure(c, i)); k++) {
            x[k] *= (double)c->base->batches;
            y[k] *= (double)c->base->batches;
        }
        n = fold_batches(x, y, n, room);
        base.estimate.n = other.estimate.n = n;
    }
    /* Pairs share their arrivals, so a control by these has nothing to add: the plain means. */
    bool quantile = strstr(contrasts_measure(c, i)->figure, " p") != NULL;
    if ((c->base->controls || c->other->controls) && !quantile)
        base.estimate.n = other.estimate.n = SIZE_MAX;
    return compare_paired(&base, &other, x, y, n, room);
}

static void compare_measures(const struct contrasts *c, struct contrast *item,
                             const struct pairs *p, double *x, double *y, double *room)
{
    const struct result *a = c->base, *b = c->other;
    for (size_t i = 0; i < c->n_measures; i++) {
        size_t from = c->measure[i].base, to = c->measure[i].other;
        const struct summary_value *base = contrasts_base(c, item, i);
        const struct summary_value *other = contrasts_other(c, item, i);
        for (size_t k = 0; k < p->n; k++) {
            x[k] = c->base_samples->value[from * a->n_runs + p->base[k]];
            y[k] = c->other_samples->value[to * b->n_runs + p->other[k]];
        }
        item->figure[i] =
            c->paired ? compare_pairs(c, item, i, p, x, y, room) : compare_apart(base, other);
    }
}

int contrasts_add(struct contrasts *c, size_t base, size_t other)
{
    void *item = c->item;
    if (array_reserve(&item, &c->capacity, c->n + 1, sizeof *c->item))
        return PSN_EMEMORY;
    c->item = item;
    struct contrast *to = &c->item[c->n];
    *to = (struct contrast){.base = base, .other = other};
    to->figure = calloc(c->n_measures + 1, sizeof *to->figure);
    size_t most = c->base->n_runs + 1;
    struct pairs p = {calloc(most, sizeof *p.base), calloc(most, sizeof *p.other), 0};
    double *room = calloc(4 * most, sizeof *room);
    bool ok = to->figure && p.base && p.other && room;
    if (ok) {
        pair_runs(c, base, other, &p);
        to->pairs = p.n;
        compare_measures(c, to, &p, room, room + most, room + 2 * most);
        c->n++;
    } else {
        free(to->figure);
    }
    free(p.base);
    free(p.other);
    free(room);
    return ok ? PSN_OK : PSN_EMEMORY;
}

static bool has_interval(const struct comparison *f)
{
    return !isnan(f->difference.half_width);
}

void contrasts_together(struct contrasts *c, bool (*shown)(const struct measure *m), double level,
                        bool together)
{
    for (size_t k = 0; k < c->n; k++)
        for (size_t i = 0; i < c->n_measures; i++)
            c->family += shown(contrasts_measure(c, i)) && has_interval(&c->item[k].figure[i]);
    c->apiece = multiple_level(level, c->family);
    c->level = together ? c->apiece : level;
    for (size_t k = 0; k < c->n; k++)
        for (size_t i = 0; i < c->n_measures; i++) {
            struct comparison *f = &c->item[k].figure[i];
            struct comparison by_itself = compare_at_level(f, level);
            struct comparison of_all = compare_at_level(f, c->apiece);
            *f = together ? of_all : by_itself;
            f->alone = by_itself.change != of_all.change;
        }
}
