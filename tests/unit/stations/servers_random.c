/* SPDX-License-Identifier: Apache-2.0
 * stations/servers against a reference that goes on ns by ns and looks at every job each time: what
 * the header says, written out without heaps, lists or virtual time. */
#include "drive.h"

#define FULL ((int64_t)1 << 30)

enum place { AWAY, WAITING, SERVING, GONE };

/* The reference's own state of everything. */
struct reference {
    const struct servers_config *config;
    const struct trip *given;
    struct trip *trip; /* what came of it */
    size_t n, come;
    enum place place[64];
    exact_sum left[64]; /* in 2^-30 ns */
    uint64_t begun[64]; /* when, by number; 0: not yet */
    psn_time held[64];  /* ends of holds */
    size_t n_held;
    int64_t blocked, servers, speed;
    uint64_t begins;
    int64_t lost; /* servers, to jobs of levels above */
    uint32_t gone;
};

static int64_t in_service(const struct reference *r, uint32_t up_to_level)
{
    int64_t count = 0;
    for (size_t i = 0; i < r->n; i++)
        count += r->place[i] == SERVING && r->given[i].job.level <= up_to_level;
    return count;
}

static int64_t held(const struct reference *r)
{
    return (int64_t)r->n_held + r->blocked;
}

static int64_t taken(const struct reference *r)
{
    return in_service(r, UINT32_MAX) + held(r);
}

/* Jobs are numbered by arrival: the first (or last) by level and then number in a place. */
static size_t first_in(const struct reference *r, enum place place, bool last)
{
    size_t found = r->n;
    for (size_t i = 0; i < r->n; i++) {
        if (r->place[i] != place)
            continue;
        uint32_t level = r->given[i].job.level;
        if (found == r->n ||
            (last ? level >= r->given[found].job.level : level < r->given[found].job.level))
            found = i;
    }
    return found;
}

/* One job begins, if one may; `credit`: what its server has done since it was free. */
static bool begin(struct reference *r, exact_sum credit, bool may_preempt)
{
    size_t next = first_in(r, WAITING, false);
    if (next == r->n || r->speed == 0)
        return false;
    if (taken(r) >= r->servers) {
        uint32_t level = r->given[next].job.level;
        size_t victim = first_in(r, SERVING, true);
        if (!may_preempt || !r->config->preemptive || victim == r->n ||
            r->given[victim].job.level <= level || in_service(r, level) + held(r) >= r->servers)
            return false;
        r->place[victim] = WAITING;
        r->lost++;
        credit = 0;
    }
    r->place[next] = SERVING;
    r->left[next] -= credit;
    r->begun[next] = ++r->begins;
    return true;
}

static void leave(struct reference *r, size_t i, psn_time now, bool abandoned)
{
    r->place[i] = GONE;
    r->trip[i].gone = now;
    r->trip[i].place = r->gone++;
    r->trip[i].abandoned = abandoned;
}

/* The end of a service that is due. */
static bool serve(struct reference *r, psn_time now)
{
    size_t first = r->n;
    for (size_t i = 0; i < r->n; i++) {
        if (r->place[i] == SERVING && r->left[i] <= 0 &&
            (first == r->n || r->left[i] < r->left[first] ||
             (r->left[i] == r->left[first] && r->begun[i] < r->begun[first])))
            first = i;
    }
    if (first == r->n)
        return false;
    leave(r, first, now, false);
    psn_time hold = r->given[first].hold;
    if (hold == FREED_LATER)
        r->blocked++;
    else if (hold > 0)
        r->held[r->n_held++] = now + hold;
    else
        begin(r, -r->left[first], false);
    return true;
}

static bool end_holds(struct reference *r, psn_time now)
{
    size_t kept = 0, before = r->n_held;
    for (size_t i = 0; i < before; i++) {
        if (r->held[i] > now)
            r->held[kept++] = r->held[i];
    }
    r->n_held = kept;
    return kept < before;
}

static psn_time deadline(const struct reference *r, size_t i)
{
    psn_time patience = r->given[i].job.patience;
    return patience == PSN_NEVER ? PSN_NEVER : r->given[i].at + patience;
}

static bool lose_patience(struct reference *r, psn_time now)
{
    size_t first = r->n;
    for (size_t i = 0; i < r->n; i++) {
        if (r->place[i] == WAITING && r->begun[i] == 0 && deadline(r, i) <= now &&
            (first == r->n || deadline(r, i) < deadline(r, first)))
            first = i;
    }
    if (first < r->n)
        leave(r, first, now, true);
    return first < r->n;
}

/* All that happens by itself at this instant. */
static void happen(struct reference *r, psn_time now)
{
    for (;;) {
        while (serve(r, now) || begin(r, 0, true))
            continue;
        if (!end_holds(r, now) && !lose_patience(r, now))
            return;
    }
}

static void come(struct reference *r)
{
    size_t i = r->come++;
    int64_t here = r->blocked;
    for (size_t k = 0; k < i; k++)
        here += r->place[k] == WAITING || r->place[k] == SERVING;
    r->trip[i].refused = r->config->room > 0 && here >= r->config->room;
    if (r->trip[i].refused)
        return;
    r->place[i] = WAITING;
    r->left[i] = exact_product(r->given[i].job.service, FULL);
    while (begin(r, 0, true))
        continue;
}

/* Runs to `horizon`; areas in unit ns from `warmup` on. */
static void reference_run(struct reference *r, const struct change *change, size_t n_changes,
                          psn_time warmup, psn_time horizon, int64_t area[3])
{
    size_t changed = 0;
    memset(area, 0, 3 * sizeof *area);
    for (psn_time now = 0; now < horizon; now++) {
        happen(r, now);
        for (; changed < n_changes && change[changed].at == now; changed++) {
            const struct change *c = &change[changed];
            if (!c->free) {
                r->servers = c->servers;
                r->speed = (int64_t)c->speed;
            } else if (r->blocked > 0) {
                r->blocked--;
            }
            happen(r, now);
        }
        while (r->come < r->n && r->given[r->come].at == now) {
            come(r);
            happen(r, now);
        }
        int64_t busy = taken(r), present = r->blocked;
        for (size_t i = 0; i < r->n; i++) {
            present += r->place[i] == SERVING || r->place[i] == WAITING;
            if (r->place[i] == SERVING)
                r->left[i] -= r->speed;
        }
        if (now >= warmup) {
            area[0] += r->speed > 0 ? busy : 0;
            area[1] += busy > r->servers ? busy : r->servers;
            area[2] += present;
        }
    }
}

static uint64_t draw_speed(uint64_t *seed)
{
    const uint64_t speed[] = {1 << 30, 1 << 30, 1 << 29, (1 << 30) / 3, 0};
    return draw(seed, 6) == 0 ? (uint64_t)draw(seed, FULL + 1) : speed[draw(seed, 5)];
}

/* A random station and what happens to it. */
static void scene(uint64_t *seed, struct servers_config *config, struct trip *trip, size_t n,
                  struct change *change, size_t n_changes)
{
    *config = (struct servers_config){.servers = draw(seed, 4),
                                      .levels = 1 + (uint32_t)draw(seed, 3),
                                      .preemptive = draw(seed, 2) == 0,
                                      .room = draw(seed, 2) * (1 + draw(seed, 8))};
    bool impatient = draw(seed, 2) == 0, holds = draw(seed, 2) == 0;
    psn_time clock = 0, gap = 3 + draw(seed, 12);
    for (size_t i = 0; i < n; i++) {
        clock += draw(seed, gap) * (draw(seed, 4) > 0);
        trip[i] = (struct trip){.at = clock, .gone = PSN_NEVER};
        trip[i].job.service = draw(seed, 18);
        trip[i].job.level = (uint16_t)draw(seed, config->levels);
        trip[i].job.patience = impatient && draw(seed, 3) > 0 ? draw(seed, 40) : PSN_NEVER;
        if (holds && draw(seed, 3) == 0)
            trip[i].hold = draw(seed, 3) == 0 ? FREED_LATER : draw(seed, 20);
    }
    psn_time end = clock;
    clock = 0;
    for (size_t i = 0; i < n_changes; i++) {
        clock += draw(seed, 2 * end / (psn_time)n_changes + 1);
        change[i] = (struct change){.at = clock,
                                    .free = holds && draw(seed, 2) == 0,
                                    .servers = draw(seed, 4),
                                    .speed = draw_speed(seed)};
    }
}

static void compare(const struct trip *trip, const struct trip *expected, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        cr_assert_eq(trip[i].gone, expected[i].gone, "job %zu leaves at %lld, not %lld", i,
                     (long long)trip[i].gone, (long long)expected[i].gone);
        cr_assert_eq(trip[i].refused, expected[i].refused, "job %zu", i);
        cr_assert_eq(trip[i].abandoned, expected[i].abandoned, "job %zu", i);
        if (trip[i].gone < PSN_NEVER)
            cr_assert_eq(trip[i].place, expected[i].place, "job %zu", i);
    }
}

/* Counts and waits after warm-up, as the meter's comments define them. */
static void compare_meter(struct station *s, const struct trip *expected, size_t n,
                          const struct histogram *waits, const int64_t area[3])
{
    struct meter *m = station_meter(s);
    struct tally wait = {0};
    struct histogram h;
    int64_t refused = 0, abandoned = 0, served = 0;
    histogram_init(&h);
    for (size_t i = 0; i < n; i++) {
        const struct trip *t = &expected[i];
        refused += t->refused && t->at >= m->warmup;
        if (t->refused || t->gone == PSN_NEVER)
            continue;
        served += !t->abandoned && t->gone >= m->warmup;
        if (t->at < m->warmup)
            continue;
        abandoned += t->abandoned;
        psn_time waited = t->gone - t->at - (t->abandoned ? 0 : t->job.service);
        cr_assert_geq(waited, 0);
        tally_add(&wait, waited);
        histogram_add(&h, waited);
    }
    cr_assert_eq(m->refused, refused);
    cr_assert_eq(m->abandoned, abandoned);
    cr_assert_eq(m->served, served);
    cr_assert_eq(m->wait.count, wait.count);
    cr_assert(m->wait.sum == wait.sum && m->wait.max == wait.max);
    cr_assert_eq(h.total, waits->total);
    for (uint32_t b = 0; b < HISTOGRAM_BUCKETS; b++)
        if (histogram_at(&h, b) != histogram_at(waits, b))
            cr_assert_fail("bucket %u", b);
    histogram_fini(&h);
    meter_finish(m);
    cr_assert(m->busy_total == area[0], "busy %lld, not %lld", (long long)m->busy_total,
              (long long)area[0]);
    cr_assert(m->capacity_total == area[1], "capacity %lld, not %lld", (long long)m->capacity_total,
              (long long)area[1]);
    cr_assert(m->present_total == area[2]);
}

Test(servers_random, whatever_happens_is_as_in_the_reference)
{
    enum { JOBS = 60, CHANGES = 24 };
    uint64_t seed = 41;
    int64_t left = 0, lost = 0, refused = 0, held = 0;
    for (int round = 0; round < 1500; round++) {
        struct servers_config config;
        struct trip trip[JOBS], expected[JOBS];
        struct change change[CHANGES];
        size_t n_changes = round % 3 == 0 ? 0 : CHANGES;
        int64_t area[3];
        scene(&seed, &config, trip, JOBS, change, CHANGES);
        memcpy(expected, trip, sizeof trip);
        psn_time horizon = trip[JOBS - 1].at + 150, warmup = draw(&seed, horizon);
        struct reference r = {.config = &config,
                              .given = trip,
                              .trip = expected,
                              .n = JOBS,
                              .servers = config.servers,
                              .speed = FULL};
        reference_run(&r, change, n_changes, warmup, horizon, area);

        struct station s = {.kind = SERVERS, .change = change, .n_changes = n_changes};
        struct histogram waits;
        cr_assert_eq(servers_init(&s.is.servers, &config), PSN_OK);
        histogram_init(&waits);
        station_measure(&s, warmup, horizon, config.servers);
        station_meter(&s)->waits = &waits;
        drive_until(&s, trip, JOBS, horizon);
        compare(trip, expected, JOBS);
        compare_meter(&s, expected, JOBS, &waits, area);
        histogram_fini(&waits);
        station_fini(&s);

        for (int i = 0; i < JOBS; i++) {
            left += trip[i].abandoned;
            refused += trip[i].refused;
            held += trip[i].hold > 0 && trip[i].gone < PSN_NEVER && !trip[i].abandoned;
        }
        lost += r.lost;
    }
    cr_assert(left > 1500 && refused > 1500 && held > 1500 && lost > 1500, "%lld %lld %lld %lld",
              (long long)left, (long long)refused, (long long)held, (long long)lost);
}
