/* SPDX-License-Identifier: Apache-2.0
 * Tokens that wander between sites. Every choice is a function of the token and the time, so that a
 * token that comes too late, too early or out of order changes all that follows. */
#include "crowd.h"

#include <stdlib.h>

#include "kernel/distance.h"

static uint64_t mix(uint64_t a, uint64_t b)
{
    uint64_t x = a * 0x9E3779B97F4A7C15u ^ (b + 0x632BE59BD9B4E019u);
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static void see(struct crowd_site *s, psn_time now, uint64_t what)
{
    s->hash = mix(s->hash, (uint64_t)now ^ what << 20);
    s->seen++;
    if (s->crowd->stop_at && s == s->crowd->site && s->seen == s->crowd->stop_at) {
        __atomic_store_n(&s->crowd->stop, 1, __ATOMIC_RELAXED);
        s->process->error = s->crowd->code;
    }
}

/* Stays for a while, or goes over one of the links, which now and then carries a bare signal, too.
 */
static void go_on(struct crowd_site *s, struct job *token, psn_time now)
{
    struct crowd *c = s->crowd;
    uint64_t r = mix(token->number, mix((uint64_t)now, s->hash));
    if (r % 4 == 0) {
        line_put(s->process, &s->held, now + (psn_time)(r >> 32) % 3000, s->kept++, token);
        return;
    }
    struct crowd_link *l = &c->link[(size_t)(s - c->site) * CROWD_OUT + (r >> 8) % CROWD_OUT];
    if (r % 16 == 5) {
        line_put(s->process, &l->line, now + l->delay, l->sent, NULL);
        l->sent++;
    }
    line_put(s->process, &l->line, now + l->delay + (psn_time)(r >> 40) % 7, l->sent, token);
    l->sent++;
}

static void arrives(void *owner, psn_time now)
{
    struct crowd_link *l = owner;
    struct crowd_site *s = &l->crowd->site[l->to];
    struct job *token = line_take(&l->line);
    see(s, now, token ? token->number + 1 : 0);
    if (token)
        go_on(s, token, now);
}

static void leaves(void *owner, psn_time now)
{
    struct crowd_site *s = owner;
    struct job *token = line_take(&s->held);
    see(s, now, token->number + 1 + CROWD_TOKENS);
    go_on(s, token, now);
}

static int make_processes(struct crowd *c)
{
    c->process = process_array(c->n);
    c->distance = malloc(c->n * c->n * sizeof *c->distance);
    if (!c->process || !c->distance)
        return PSN_EMEMORY;
    for (size_t i = 0; i < c->n * c->n; i++)
        c->distance[i] = PSN_NEVER;
    for (size_t p = 0; p < c->n; p++) {
        uint32_t slots = 0;
        for (size_t i = 0; i < CROWD_SITES; i++)
            slots += c->process_of[i] == p ? 1 + CROWD_OUT * CROWD_SITES : 0;
        if (process_init(&c->process[p], slots))
            return PSN_EMEMORY;
    }
    return 0;
}

/* Slots are numbered in the order of the sites, so that it is the same in all partitions. */
static void make_sites(struct crowd *c)
{
    uint32_t slots[CROWD_SITES] = {0};
    for (uint32_t i = 0; i < CROWD_SITES; i++) {
        struct crowd_site *s = &c->site[i];
        uint32_t p = c->process_of[i];
        *s = (struct crowd_site){.crowd = c, .process = &c->process[p]};
        s->held = (struct line){.home = s->process, .slot = slots[p]++};
        process_bind(s->process, s->held.slot, leaves, s);
        for (size_t k = 0; k < (size_t)CROWD_SITES * CROWD_OUT; k++) {
            struct crowd_link *l = &c->link[k];
            if (l->to != i)
                continue;
            l->line = (struct line){.home = s->process, .slot = slots[p]++};
            process_bind(s->process, l->line.slot, arrives, l);
        }
    }
}

static void make_links(struct crowd *c)
{
    for (uint32_t k = 0; k < (size_t)CROWD_SITES * CROWD_OUT; k++) {
        uint64_t r = mix(c->seed, k);
        uint32_t from = k / CROWD_OUT;
        /* One link of each site makes a ring. Delays from a few to a thousand. */
        uint32_t to = k % CROWD_OUT ? (uint32_t)(r >> 32) % CROWD_SITES : (from + 1) % CROWD_SITES;
        psn_time delay = 3 + (psn_time)(r % 10 == 0 ? r >> 20 & 1023 : r >> 20 & 63);
        c->link[k] = (struct crowd_link){.crowd = c, .from = from, .to = to, .delay = delay};
    }
}

static void make_distances(struct crowd *c)
{
    for (uint32_t k = 0; k < (size_t)CROWD_SITES * CROWD_OUT; k++) {
        const struct crowd_link *l = &c->link[k];
        uint32_t a = c->process_of[l->from], b = c->process_of[l->to];
        psn_time *d = &c->distance[a * c->n + b];
        if (a != b)
            *d = l->delay < *d ? l->delay : *d;
    }
    distance_close(c->distance, c->n);
}

struct crowd *crowd_new(uint64_t seed, size_t n, const uint32_t *process_of)
{
    struct crowd *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->seed = seed;
    c->n = n;
    for (uint32_t i = 0; i < CROWD_SITES; i++)
        c->process_of[i] = process_of ? process_of[i] : (uint32_t)(mix(seed + n, i) % n);
    make_links(c);
    if (make_processes(c)) {
        crowd_free(c);
        return NULL;
    }
    make_sites(c);
    make_distances(c);
    for (uint64_t k = 0; k < CROWD_TOKENS; k++) {
        /* All begin at a few sites, so that others are idle until something comes. */
        struct crowd_site *s = &c->site[mix(seed, k + 1000) % 5];
        struct job *token = process_job(s->process);
        if (!token) {
            crowd_free(c);
            return NULL;
        }
        token->number = k;
        line_put(s->process, &s->held, (psn_time)(mix(seed, k) % 5000), s->kept++, token);
    }
    return c;
}

void crowd_free(struct crowd *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < CROWD_SITES; i++)
        line_fini(&c->site[i].held);
    for (size_t k = 0; k < (size_t)CROWD_SITES * CROWD_OUT; k++)
        line_fini(&c->link[k].line);
    for (size_t p = 0; c->process && p < c->n; p++)
        process_fini(&c->process[p]);
    free(c->process);
    free(c->distance);
    free(c);
}

int crowd_run(struct crowd *c, psn_time horizon, int threads, bool adapt)
{
    const struct windows w = {.n = c->n,
                              .process = c->process,
                              .distance = c->distance,
                              .horizon = horizon,
                              .stop = &c->stop,
                              .threads = threads,
                              .adapt = adapt};
    return windows_run(&w);
}

static void count(void *context, struct job *job)
{
    (void)job;
    ++*(int *)context;
}

int crowd_count(struct crowd *c)
{
    int tokens = 0;
    for (size_t p = 0; p < c->n; p++)
        process_each_job(&c->process[p], count, &tokens);
    return tokens;
}
