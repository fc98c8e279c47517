/* SPDX-License-Identifier: Apache-2.0
 * Judges whether a study extends what stands there already. */
#include "run/standing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define NAME_SIZE   512
#define REASON_SIZE 1200

int standing_look(struct standing *w, const struct study *s, bool restart, psn_diagnostics *all)
{
    struct stat found;
    if (stat(w->path, &found))
        return 0;
    if (S_ISDIR(found.st_mode))
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                               "%s is a folder; a result is a file: name one with -o", w->path);
    char hash[65] = "";
    psn_diagnostics why = {0};
    int code = result_hash(w->path, hash, &why);
    psn_diagnostics_fini(&why);
    if (code)
        return psn_mistake_add(
            all, PSN_EINPUT, (psn_place){0},
            "%s stands there and is no result of psnsim; remove it, or name another with -o",
            w->path);
    if (restart)
        return 0;
    code = result_read(w->path, &w->old, all);
    if (code)
        return code;
    w->same = w->old->complete && strcmp(hash, s->hash) == 0;
    for (size_t i = 0; i < w->old->n_runs; i++)
        w->failed += w->old->run_status[i] != 0;
    return 0;
}

void standing_fini(struct standing *w)
{
    result_free(w->old);
    w->old = NULL;
}

/* A point by the hex digits of its key. */
struct keyed {
    char hex[65];
    size_t point;
};

static int compare_keys(const void *a, const void *b)
{
    return strcmp(((const struct keyed *)a)->hex, ((const struct keyed *)b)->hex);
}

/* The points of a study in the order of keys; NULL where memory ends. */
static struct keyed *index_make(const struct study *s)
{
    struct keyed *x = calloc(s->n_points + 1, sizeof *x);
    for (size_t i = 0; x && i < s->n_points; i++) {
        result_key(&s->key[i], x[i].hex);
        x[i].point = i;
    }
    if (x)
        qsort(x, s->n_points, sizeof *x, compare_keys);
    return x;
}

/* The study's point that a point of a result is; NULL where it has none such. */
static const struct keyed *index_find(const struct keyed *x, const struct study *s, const char *hex)
{
    struct keyed wanted = {{0}, 0};
    snprintf(wanted.hex, sizeof wanted.hex, "%s", hex);
    return bsearch(&wanted, x, s->n_points, sizeof *x, compare_keys);
}

static bool has_point_named(const struct study *s, const char *name)
{
    char text[sizeof((struct stranger *)0)->point];
    for (size_t i = 0; i < s->n_points; i++) {
        study_point_name(s, i, text, sizeof text);
        if (strncmp(text, name, sizeof text - 1) == 0)
            return true;
    }
    return false;
}

/* Why a run that the study has not makes it another one. */
static void say_why(const struct study *s, const struct stranger *stranger, char *text, size_t size)
{
    char name[160] = "the base case";
    if (*stranger->point && strcmp(stranger->point, name) != 0)
        snprintf(name, sizeof name, "point \"%s\"", stranger->point);
    if (!stranger->known && !*stranger->point)
        snprintf(text, size, "that is of the base case alone");
    else if (stranger->known)
        snprintf(text, size, "%s has %zu replications there, and this study gives at most %zu",
                 name, stranger->replication + 1, s->n_replications);
    else if (has_point_named(s, *stranger->point ? stranger->point : "the base case"))
        snprintf(text, size,
                 "%s was simulated there from another text, setting, seed, warm-up or version",
                 name);
    else
        snprintf(text, size, "this study has no %s", name);
}

/* The first point of the old result that the study has not; false where it has all of them. */
static bool old_stranger(const struct result *old, const struct study *s, const struct keyed *x,
                         struct stranger *out)
{
    *out = (struct stranger){.known = false};
    for (size_t i = 0; i < old->n_points; i++) {
        bool known = index_find(x, s, old->point_key[i]) != NULL;
        if (known && old->point_replications[i] <= study_rows(s))
            continue;
        out->known = known;
        out->replication = old->point_replications[i] - 1;
        result_point_name(old, i, out->point, sizeof out->point);
        return true;
    }
    return false;
}

int standing_judge(const struct standing *w, const struct study *s, const struct journals *j,
                   psn_diagnostics *all)
{
    struct stranger stranger;
    char why[REASON_SIZE];
    bool strange = journals_stranger(j, &stranger);
    if (!strange && (journals_count(j) > 0 || !w->old))
        return 0;
    if (!strange) {
        struct keyed *x = index_make(s);
        if (!x)
            return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
        strange = old_stranger(w->old, s, x, &stranger);
        free(x);
    }
    if (!strange)
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                               "%s cannot be extended or mended, because its journals in %s are "
                               "gone (--tidy removes them); name another with -o, or simulate all "
                               "of it anew with --restart",
                               w->path, w->journals_dir);
    say_why(s, &stranger, why, sizeof why);
    if (w->old)
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                               "%s is the result of another study: %s; name another with -o, or "
                               "replace it with --restart",
                               w->path, why);
    return psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                           "%s keeps the runs of another study: %s; name another result with -o, "
                           "or remove them with --restart",
                           w->journals_dir, why);
}

/* Do the journals hold the first n replications of a point? */
static bool holds(const struct plan *p, size_t point, size_t n)
{
    for (size_t r = 0; r < n; r++)
        if (r >= p->study->n_replications ||
            !journals_has(p->journals, point * p->study->n_replications + r))
            return false;
    return true;
}

int standing_keeps(const struct standing *w, const struct plan *p, psn_diagnostics *all)
{
    const struct study *s = p->study;
    if (!w->old)
        return 0;
    struct keyed *x = index_make(s);
    if (!x)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int code = 0;
    for (size_t k = 0; k < w->old->n_points && !code; k++) {
        const struct keyed *found = index_find(x, s, w->old->point_key[k]);
        size_t n = w->old->point_replications[k];
        /* Where the journals lack some of those runs, they were begun anew since. */
        if (!found || !p->point[found->point].settled || n <= p->end[found->point].replications ||
            !holds(p, found->point, n))
            continue;
        char name[NAME_SIZE];
        study_point_name(s, found->point, name, sizeof name);
        code = psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                               "%s has %zu replications of %s, and this study would stop at %zu; "
                               "name another with -o, or replace it with --restart",
                               w->path, n, name, p->end[found->point].replications);
    }
    free(x);
    return code;
}
