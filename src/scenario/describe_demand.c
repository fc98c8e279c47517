/* SPDX-License-Identifier: Apache-2.0
 * The description's workloads: what each partner asks for, how often, and when scheduled jobs are
 * released. describe_sources.c deals it out to those who ask. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"

#define RELEASES_MAX 10000000

/* The largest first; of equal ones the earlier part. */
static int by_remainder(const void *a, const void *b)
{
    const struct remainder *x = a, *y = b;
    if (x->rest != y->rest)
        return x->rest > y->rest ? -1 : 1;
    return (x->part > y->part) - (x->part < y->part);
}

void demand_deal(int64_t total, const double *weight, size_t n, struct remainder *room,
                 int64_t *share)
{
    double sum = 0;
    int64_t left = total;
    for (size_t i = 0; i < n; i++)
        sum += weight[i];
    for (size_t i = 0; i < n; i++) {
        /* Remainders are exact where total and weights are whole, so that equal ones are equal. */
        double part = (double)total * weight[i], rest = sum > 0 ? fmod(part, sum) : 0;
        room[i] = (struct remainder){rest, i};
        share[i] = sum > 0 ? (int64_t)((part - rest) / sum + 0.5) : 0; /* whole */
        left -= share[i];
    }
    if (n == 0 || left <= 0)
        return;
    if (!(sum > 0)) {
        share[0] = total;
        return;
    }
    qsort(room, n, sizeof *room, by_remainder);
    for (size_t i = 0; i < n && left > 0; i++, left--)
        share[room[i].part]++;
    share[0] += left; /* rounding left more than there are parts */
}

/* The release in the period that begins at `begin`, where `next` is the first span that opens in or
 * after it. A period that goes on beyond the horizon may have its release there: then it has none.
 */
static bool release_in(const struct hours *window, size_t next, psn_time begin, psn_time every,
                       psn_time horizon, struct release *out)
{
    if (next < window->n_spans && window->span[next].open - begin < every) {
        *out = (struct release){window->span[next].open, window->span[next].close};
        return out->at < horizon;
    }
    /* A window no longer than a period, which opened in the period before: it had its release then.
     * Spans are known from two days before the start on: one that opened earlier than a day before
     * it may be longer. */
    bool tail = next > 0 && window->span[next - 1].open >= begin - every &&
                window->span[next - 1].open > -PSN_DAY &&
                window->span[next - 1].close - window->span[next - 1].open <= every;
    if (next > 0 && window->span[next - 1].close > begin && !tail) {
        *out = (struct release){begin, window->span[next - 1].close};
        return true;
    }
    return false;
}

struct release *demand_releases(struct arena *a, const struct hours *window, psn_time every,
                                psn_time horizon, size_t *n)
{
    size_t next = 0;
    struct release *list = arena_array(a, (size_t)((horizon - 1) / every) + 1, sizeof *list);
    *n = 0;
    if (list == NULL)
        return NULL;
    for (psn_time begin = 0; begin < horizon;) {
        psn_time end = every > horizon - begin ? horizon : begin + every;
        if (window == NULL) {
            list[(*n)++] = (struct release){begin, PSN_NEVER};
        } else {
            while (next < window->n_spans && window->span[next].open < begin)
                next++;
            *n += release_in(window, next, begin, every, horizon, &list[*n]);
        }
        begin = end;
    }
    return list;
}

/* Which partners: `all`, or those named. */
static void read_partners(struct reading *r, const struct node *named, struct demand *d)
{
    size_t n = r->partners.n;
    bool *in = reading_scratch(r, n, sizeof *in);
    d->partner = reading_scratch(r, n, sizeof *d->partner);
    if (r->exhausted)
        return;
    if (named == NULL)
        memset(in, 1, n * sizeof *in);
    for (size_t i = 0; i < reading_count(named); i++) {
        const struct node *item = reading_item(named, i);
        if (item->kind == NODE_SCALAR && strcmp(item->text, "all") == 0) {
            memset(in, 1, n * sizeof *in);
            continue;
        }
        uint32_t p = reading_reference(r, item, &r->partners, "a partner");
        if (p != NO_INDEX)
            in[p] = true;
    }
    for (uint32_t p = 0; p < n; p++)
        if (in[p])
            d->partner[d->n_partners++] = p;
}

/* The three kinds by their key, and which other keys each may have. */
static const struct {
    const char *key;
    bool think, window, profile, loading;
} kinds[] = {
    [WORKLOAD_OPEN] = {"rate", false, false, true, true},
    [WORKLOAD_CLOSED] = {"users", true, false, true, false},
    [WORKLOAD_SCHEDULED] = {"every", false, true, false, false},
};

/* Tells keys that do not go together; false where the kind is not known. */
static bool read_kind(struct reading *r, const struct member *m, struct workload *w)
{
    int found = -1;
    for (int k = 0; k < 3; k++) {
        const struct member *key = node_member(m->value, kinds[k].key);
        if (key == NULL)
            continue;
        if (found >= 0) {
            reading_mistake(r, key->place,
                            "workload \"%s\" has both \"%s\" and \"%s\"; expected one of "
                            "users, rate and every",
                            m->key, kinds[found].key, kinds[k].key);
            return false;
        }
        found = k;
    }
    if (found < 0) {
        reading_mistake(r, m->place,
                        "workload \"%s\" has none of users, rate and every; expected one", m->key);
        return false;
    }
    w->kind = (enum workload_kind)found;
    const struct {
        const char *key, *with;
        bool fits;
    } other[] = {{"think", "users", kinds[found].think},
                 {"window", "every", kinds[found].window},
                 {"profile", "users or rate", kinds[found].profile},
                 {"growth", "users or rate", kinds[found].profile},
                 {"loading", "rate", kinds[found].loading}};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++) {
        const struct member *key = node_member(m->value, other[i].key);
        if (key != NULL && !other[i].fits)
            reading_mistake(r, key->place, "\"%s\" does not go with \"%s\"; expected it with %s",
                            other[i].key, kinds[found].key, other[i].with);
    }
    if (w->kind == WORKLOAD_CLOSED && node_get(m->value, "think") == NULL)
        reading_mistake(r, m->place,
                        "workload \"%s\" has users who do not think; expected a time such "
                        "as think: exp(45 s)",
                        m->key);
    return true;
}

static int by_rank(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The sites of `at`, in order. */
static void read_sites(struct reading *r, const struct node *at, struct demand *d)
{
    char quoted[NODE_QUOTE];
    size_t n = reading_count(at);
    d->at = reading_scratch(r, n, sizeof *d->at);
    for (size_t i = 0; i < n && !r->exhausted; i++) {
        uint32_t site = reading_reference(r, reading_item(at, i), &r->sites, "a site");
        if (site != NO_INDEX)
            d->at[d->n_at++] = site;
    }
    if (r->exhausted)
        return;
    qsort(d->at, d->n_at, sizeof *d->at, by_rank);
    for (size_t i = 1; i < d->n_at; i++)
        if (d->at[i] == d->at[i - 1]) {
            reading_mistake(r, at->place, "\"%s\" stands twice in \"at\"; expected each site once",
                            node_quote(r->sites.name[d->at[i]], quoted));
            return;
        }
}

/* Where those who ask are: `at`, `by`, or where the staff sit. */
static void read_whereabouts(struct reading *r, const struct member *m, const struct workload *w,
                             struct demand *d)
{
    const struct node *at = node_get(m->value, "at"), *by = node_get(m->value, "by");
    char quoted[NODE_QUOTE];
    if (at != NULL)
        read_sites(r, at, d);
    d->by = NO_INDEX;
    if (at != NULL && by != NULL)
        reading_mistake(r, by->place, "workload \"%s\" has both \"at\" and \"by\"; expected one",
                        m->key);
    if (by != NULL) {
        if (by->kind == NODE_SCALAR)
            d->by = describe_role(r->out, by->text);
        if (d->by == NO_INDEX)
            reading_mistake(
                r, by->place, "\"%s\" is no role%s; expected one that steps or hosting name",
                by->kind == NODE_SCALAR ? node_quote(by->text, quoted) : node_kind_name(by),
                by->kind == NODE_SCALAR ? reading_hint(r, by->text, r->out->role, r->out->n_roles)
                                        : "");
    }
    if (w->kind == WORKLOAD_SCHEDULED && at == NULL && by == NULL)
        reading_mistake(r, m->place,
                        "scheduled workload \"%s\" does not say who asks; expected by: "
                        "ROLE or at: SITE",
                        m->key);
}

static void read_schedule(struct reading *r, const struct member *m, struct demand *d)
{
    const struct node *every = node_get(m->value, "every"), *window = node_get(m->value, "window");
    psn_time horizon = r->out->horizon;
    bool well = reading_time(r, every, BOUND_POSITIVE, &d->every);
    d->window = reading_hours(r, window);
    if (!well || horizon <= 0 || (window != NULL && d->window == NO_INDEX))
        return;
    psn_time n = (horizon - 1) / d->every + 1;
    if (n > RELEASES_MAX) {
        reading_mistake(r, every->place, "%lld jobs over the horizon; expected at most %d",
                        (long long)n, RELEASES_MAX);
        return;
    }
    const struct hours *hours = d->window == NO_INDEX ? NULL : &r->out->hours[d->window];
    d->release = demand_releases(&r->out->memory, hours, d->every, horizon, &d->n_releases);
    r->exhausted |= d->release == NULL;
    if (!r->exhausted && d->n_releases == 0 && window != NULL && hours != NULL &&
        !r->hours_wrong[d->window])
        reading_mistake(r, window->place,
                        "window \"%s\" never opens within the horizon; expected hours "
                        "that do",
                        hours->name);
}

/* A closed profile is the share of users who are signed on. */
static void check_shares(struct reading *r, const struct node *named, const struct workload *w)
{
    if (w->kind != WORKLOAD_CLOSED || w->profile == NO_INDEX)
        return;
    const struct profile *p = &r->out->profile[w->profile];
    if (p->vary > 0)
        reading_mistake(
            r, named->place,
            "profile \"%s\" varies from day to day, which is for workloads with a rate; "
            "expected a profile without vary for users",
            p->name);
    for (size_t h = 0; h < 168 && !p->dated; h++) /* by date: describe_shapes.c */
        if (p->week[h] > 1) {
            reading_mistake(
                r, named->place,
                "profile \"%s\" has %g at hour %zu of the week; expected shares from 0 to 1, "
                "for it says how many of the users are signed on",
                p->name, p->week[h], h);
            return;
        }
}

/* How far the day's level goes with the factor that all share. */
static void read_loading(struct reading *r, const struct member *m, struct workload *w)
{
    const struct member *key = node_member(m->value, "loading");
    reading_plain(r, reading_value(r, "workloads", m->value, "loading"), DIMENSION_SHARE, BOUND_ANY,
                  &w->loading);
    if (key == NULL || w->kind != WORKLOAD_OPEN)
        return;
    if (!(w->loading >= -1 && w->loading <= 1))
        reading_mistake(r, key->value->place, "a loading of %g %%; expected -100 %% to 100 %%",
                        100 * w->loading);
    if (node_get(m->value, "profile") == NULL ||
        (w->profile != NO_INDEX && !(r->out->profile[w->profile].vary > 0)))
        reading_mistake(r, key->place,
                        "workload \"%s\" loads on the day's common factor, but its level does not "
                        "vary from day to day; expected a profile with vary",
                        m->key);
}

static void read_workload(struct reading *r, const struct member *m, struct workload *w,
                          struct demand *d)
{
    size_t before = r->all->count + r->all->dropped;
    const struct node *service = node_get(m->value, "service");
    const struct node *profile = node_get(m->value, "profile");
    w->name = reading_text(r, m->key);
    w->place = reading_place(r, m->place);
    w->exists = reading_presence(r, m->value, ALWAYS, &w->there);
    w->service = reading_reference(r, service, &r->services, "a service");
    if (service == NULL)
        reading_mistake(r, m->place, "workload \"%s\" has no service; expected service: NAME",
                        m->key);
    if (service != NULL && w->service != NO_INDEX && r->out->service[w->service].timeout > 0 &&
        node_get(m->value, "every") != NULL)
        reading_mistake(r, service->place,
                        "service \"%s\" has a timeout, which is for users who wait; expected one "
                        "without for a workload with \"every\"",
                        r->out->service[w->service].name);
    w->profile = reading_reference(r, profile, &r->profiles, "a profile");
    d->scale = 1;
    d->window = NO_INDEX;
    reading_plain(r, reading_value(r, "workloads", m->value, "scale"), DIMENSION_NUMBER,
                  BOUND_NOT_NEGATIVE, &d->scale);
    read_partners(r, node_get(m->value, "partners"), d);
    if (!r->exhausted && read_kind(r, m, w)) {
        read_loading(r, m, w);
        reading_growth(r, node_get(m->value, "growth"), &d->growth);
        check_shares(r, profile, w);
        read_whereabouts(r, m, w, d);
        reading_random(r, node_get(m->value, "think"), DIMENSION_TIME, BOUND_NOT_NEGATIVE,
                       &w->think);
        if (w->kind == WORKLOAD_OPEN)
            reading_amount(r, node_get(m->value, "rate"), DIMENSION_RATE, BOUND_NOT_NEGATIVE,
                           &d->amount);
        else if (w->kind == WORKLOAD_CLOSED)
            reading_amount(r, node_get(m->value, "users"), DIMENSION_NUMBER, BOUND_NOT_NEGATIVE,
                           &d->amount);
        else
            read_schedule(r, m, d);
    }
    d->well = r->all->count + r->all->dropped == before;
}

void describe_workloads(struct reading *r)
{
    struct description *d = r->out;
    d->workload = reading_keep(r, r->workloads.n, sizeof *d->workload);
    r->demand = reading_scratch(r, r->workloads.n, sizeof *r->demand);
    if (r->exhausted)
        return;
    d->n_workloads = r->workloads.n;
    if (d->n_workloads == 0)
        reading_mistake(r, r->tree->place,
                        "no workload; expected a section \"workloads\" that says who "
                        "asks for which service");
    if (d->n_partners == 0)
        reading_mistake(r, r->tree->place,
                        "no partner; expected a section \"partners\" with at least "
                        "one");
    for (size_t i = 0; i < d->n_workloads && !r->exhausted; i++)
        read_workload(r, r->workloads.member[i], &d->workload[i], &r->demand[i]);
}
