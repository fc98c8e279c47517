/* SPDX-License-Identifier: Apache-2.0
 * A channel that goes on ns by ns, in exact parts of a ns, with nothing to save time: what the
 * station's tests compare it with. */
#include "channel.h"

/* Parts of a ns of work: eighths of the line divided by sums of weights (up to 9) and then by
 * members of a class (up to 5) are whole. */
#define PARTS   ((int64_t)1209600) /* 8 x 2520 x 60 */
#define EIGHTH  (PARTS / 8)
#define CLASSES 8
#define ENDLESS INT64_MAX

struct world {
    const struct channel_config *config;
    struct ride *ride;
    size_t first, come; /* those before the first are gone */
    int64_t *left;      /* [rides], parts */
    int64_t speed;      /* parts a ns */
    int64_t cap[CLASSES], weight[CLASSES];
    int64_t bucket[CLASSES]; /* of policers */
    int64_t tokens;          /* of the shaper */
    int64_t sent;            /* by backgrounds since a packet of theirs began */
    int64_t hold;            /* parts that the packet under way has left */
    int64_t done[CLASSES];   /* parts, of jobs that are gone */
    uint32_t serving;        /* a level; UINT32_MAX: none */
    bool holding;
    psn_time now;
};

/* A member of a max-min division. */
struct claim {
    int64_t weight, cap, gets;
    bool closed;
};

static int64_t parts_of(uint64_t share)
{
    return (int64_t)(share / (FULL / 8)) * EIGHTH;
}

static bool is_fair(const struct world *w, uint32_t class)
{
    return w->config->class[class].weight > 0;
}

/* Levels: those of strict classes, and one below. */
static uint32_t level_of(const struct world *w, uint32_t class)
{
    return is_fair(w, class) ? UINT32_MAX - 1 : w->config->class[class].level;
}

/* Do two jobs share a queue? */
static bool same_queue(const struct world *w, const struct job *a, const struct job *b)
{
    if (level_of(w, a->group) != level_of(w, b->group))
        return false;
    if (!is_fair(w, a->group))
        return true;
    return a->group == b->group && (a->owner == b->owner || !w->config->class[a->group].by_owner);
}

static bool is_here(const struct world *w, size_t i)
{
    return i < w->come && w->ride[i].fate == CHANNEL_TAKEN && w->ride[i].gone == PSN_NEVER;
}

/* Is it the first of its queue? */
static bool is_head(const struct world *w, size_t i)
{
    if (!is_here(w, i))
        return false;
    for (size_t k = w->first; k < i; k++) {
        if (is_here(w, k) && same_queue(w, &w->ride[k].job, &w->ride[i].job))
            return false;
    }
    return true;
}

/* The level that goes first. */
static uint32_t first_level(const struct world *w)
{
    uint32_t first = UINT32_MAX;
    for (size_t i = w->first; i < w->come; i++) {
        uint32_t level = level_of(w, w->ride[i].job.group);
        if (is_here(w, i) && level < first)
            first = level;
    }
    return first;
}

static bool has_jobs(const struct world *w, uint32_t level)
{
    for (size_t i = w->first; i < w->come; i++) {
        if (is_here(w, i) && level_of(w, w->ride[i].job.group) == level)
            return true;
    }
    return false;
}

/* Divides `rest`, the least cap by weight first; returns what is left. */
static int64_t divide(struct claim *claim, size_t n, int64_t rest)
{
    int64_t weights = 0;
    for (size_t i = 0; i < n; i++) {
        claim[i].closed = false;
        weights += claim[i].weight;
    }
    for (size_t round = 0; round < n; round++) {
        struct claim *least = NULL;
        for (size_t i = 0; i < n; i++) {
            if (!claim[i].closed && claim[i].cap < ENDLESS &&
                (!least || claim[i].cap * least->weight < least->cap * claim[i].weight))
                least = &claim[i];
        }
        if (!least || least->cap > rest * least->weight / weights)
            break;
        least->gets = least->cap;
        least->closed = true;
        rest -= least->cap;
        weights -= least->weight;
    }
    int64_t open = rest;
    for (size_t i = 0; i < n; i++) {
        if (claim[i].closed)
            continue;
        cr_assert_eq(open * claim[i].weight % weights, 0, "parts are whole");
        claim[i].gets = open * claim[i].weight / weights;
        rest -= claim[i].gets;
    }
    return rest;
}

/* A strict level gets `rest`; returns what is left of it; *rate is its queue's. */
static int64_t divide_level(const struct world *w, uint32_t level, bool jobs, int64_t rest,
                            int64_t *rate)
{
    struct claim claim[CLASSES + 1];
    size_t n = 0;
    for (uint32_t k = 0; k < w->config->n_classes; k++) {
        if (level_of(w, k) == level && w->cap[k] > 0)
            claim[n++] = (struct claim){.weight = w->weight[k], .cap = w->cap[k]};
    }
    if (jobs)
        claim[n++] = (struct claim){.weight = 1, .cap = ENDLESS};
    rest = divide(claim, n, rest);
    *rate = jobs ? claim[n - 1].gets : 0;
    return rest;
}

static int64_t heads_of(const struct world *w, uint32_t class)
{
    int64_t heads = 0;
    for (size_t i = w->first; i < w->come; i++)
        heads += w->ride[i].job.group == class && is_head(w, i);
    return heads;
}

/* The fair classes get `rest`; returns what is left of it. */
static int64_t divide_fair(const struct world *w, bool jobs, int64_t rest, int64_t *rate)
{
    struct claim claim[CLASSES];
    uint32_t of[CLASSES];
    size_t n = 0;
    for (uint32_t k = 0; k < w->config->n_classes; k++) {
        bool own = is_fair(w, k) && jobs && heads_of(w, k) > 0;
        if (!is_fair(w, k) || (!own && w->cap[k] == 0))
            continue;
        of[n] = k;
        claim[n++] = (struct claim){.weight = (int64_t)w->config->class[k].weight,
                                    .cap = own ? ENDLESS : w->cap[k]};
    }
    rest = divide(claim, n, rest);
    for (size_t i = 0; i < n; i++) {
        uint32_t k = of[i];
        int64_t heads = jobs ? heads_of(w, k) : 0;
        if (heads == 0)
            continue;
        struct claim within[2] = {{.weight = heads, .cap = ENDLESS},
                                  {.weight = w->weight[k], .cap = w->cap[k]}};
        divide(within, w->cap[k] > 0 ? 2 : 1, claim[i].gets);
        cr_assert_eq(within[0].gets % heads, 0, "parts are whole");
        rate[k] = within[0].gets / heads;
    }
    return rest;
}

/* The rates of each queue, by class, at this rate of the line; returns what of that is in use. */
static int64_t rates(const struct world *w, int64_t line, int64_t *rate)
{
    int64_t rest = line;
    memset(rate, 0, CLASSES * sizeof *rate);
    for (uint32_t level = 0; level < CLASSES; level++) {
        bool jobs = w->serving == level;
        int64_t own = 0;
        if (level <= w->serving)
            rest = divide_level(w, level, jobs, rest, &own);
        for (uint32_t k = 0; k < w->config->n_classes; k++) {
            if (level_of(w, k) == level)
                rate[k] = own;
        }
    }
    if (w->serving >= UINT32_MAX - 1)
        rest = divide_fair(w, w->serving < UINT32_MAX, rest, rate);
    return line - rest;
}

/* All that is in force now: the line's rate, what is in use of it, each queue's rate. */
static void in_force(const struct world *w, int64_t *line, int64_t *used, int64_t *rate)
{
    int64_t contract = parts_of(w->config->contract);
    *line = w->speed;
    *used = rates(w, *line, rate);
    if (contract > 0 && *used > contract + w->tokens) {
        *line = contract + w->tokens;
        *used = rates(w, *line, rate);
    }
}

/* What is left of a head's stage. */
static int64_t stage_left(const struct world *w, size_t i)
{
    const struct ride *r = &w->ride[i];
    return w->left[i] - (r->staged == PSN_NEVER ? r->job.last * PARTS : 0);
}

/* Whoever is done goes; then the packet under way may be over. */
static void leave(struct world *w)
{
    for (bool again = true; again;) {
        again = false;
        for (size_t i = w->first; i < w->come; i++) {
            struct ride *r = &w->ride[i];
            if (!is_head(w, i) || stage_left(w, i) > 0)
                continue;
            again = true;
            if (r->job.last > 0 && r->staged == PSN_NEVER) {
                r->staged = w->now;
                continue;
            }
            r->gone = w->now;
            w->done[r->job.group] += r->job.service * PARTS;
            for (size_t k = i + 1; k < w->come; k++) {
                if (is_head(w, k) && same_queue(w, &r->job, &w->ride[k].job))
                    w->left[k] += w->left[i];
            }
        }
    }
    while (w->first < w->come && !is_here(w, w->first))
        w->first++;
    if (w->holding && w->hold > 0 && w->first < w->come &&
        (w->serving == UINT32_MAX || has_jobs(w, w->serving)))
        return;
    w->holding = false;
    w->serving = first_level(w);
}

static int64_t whole_ns(int64_t work, int64_t rate)
{
    return rate > 0 ? (work + rate - 1) / rate : ENDLESS;
}

/* The job of the level that has the line that departs next. */
static size_t next_job(const struct world *w, const int64_t *rate)
{
    int64_t soonest = ENDLESS;
    size_t next = SIZE_MAX;
    for (uint32_t k = 0; k < w->config->n_classes; k++) {
        size_t first = SIZE_MAX;
        for (size_t i = w->first; i < w->come; i++) {
            if (w->ride[i].job.group != k || level_of(w, k) != w->serving || !is_head(w, i))
                continue;
            if (first == SIZE_MAX || stage_left(w, i) < stage_left(w, first) ||
                (stage_left(w, i) == stage_left(w, first) &&
                 w->ride[i].job.owner < w->ride[first].job.owner))
                first = i;
        }
        if (first == SIZE_MAX)
            continue;
        int64_t when = whole_ns(stage_left(w, first), rate[k]);
        if (next == SIZE_MAX || when < soonest) {
            next = first;
            soonest = when;
        }
    }
    return next;
}

/* What all jobs get of the line. */
static int64_t jobs_get(const struct world *w, const int64_t *rate)
{
    int64_t sum = 0;
    for (size_t i = w->first; i < w->come; i++) {
        if (is_head(w, i) && level_of(w, w->ride[i].job.group) == w->serving)
            sum += rate[w->ride[i].job.group];
    }
    return sum;
}

/* What backgrounds of levels above one get of a rate of the line. */
static int64_t above_get(const struct world *w, uint32_t level, int64_t line)
{
    int64_t rest = line, none;
    for (uint32_t l = 0; l < CLASSES && l < level; l++)
        rest = divide_level(w, l, false, rest, &none);
    return line - rest;
}

static bool has_background(const struct world *w, uint32_t level)
{
    for (uint32_t k = 0; k < w->config->n_classes; k++) {
        if (w->cap[k] > 0 && level_of(w, k) == level)
            return true;
    }
    return false;
}

/* A job of `level`, above the one that has the line, comes: the rest of the packet under way. */
static void hold(struct world *w, uint32_t level)
{
    int64_t line, used, rate[CLASSES], packet = w->config->packet * PARTS;
    in_force(w, &line, &used, rate);
    if (packet == 0 || (w->serving == UINT32_MAX && level == UINT32_MAX - 1))
        return;
    if (w->serving == UINT32_MAX) {
        /* Those below send a packet in packet / below ns, first the packet, then nothing. */
        int64_t below = used - above_get(w, level + 1, line);
        if ((double)w->sent * (double)line >= (double)below * (double)packet)
            return;
        w->hold = packet - (int64_t)((__extension__(__int128) w->sent * line) / below);
        w->holding = true;
        return;
    }
    size_t next = next_job(w, rate);
    if (w->left[next] <= 0)
        return;
    w->hold = packet - (w->ride[next].job.service * PARTS - w->left[next]) % packet;
    if (w->hold > w->left[next])
        w->hold = w->left[next];
    int64_t beside = line - above_get(w, w->serving, line) - jobs_get(w, rate);
    if (has_background(w, w->serving) && beside > 0 &&
        whole_ns(packet - w->sent, beside) < whole_ns(w->hold, rate[w->ride[next].job.group]))
        w->hold = packet - w->sent;
    w->holding = true;
}

/* The queue that a job comes to: jobs in it, and their work. */
static psn_time backlog(const struct world *w, const struct job *job, bool *empty)
{
    psn_time sum = 0;
    *empty = true;
    for (size_t i = w->first; i < w->come; i++) {
        if (!is_here(w, i) || !same_queue(w, &w->ride[i].job, job))
            continue;
        sum += w->ride[i].job.service;
        *empty = false;
    }
    return sum;
}

static enum channel_fate fate_of(struct world *w, const struct ride *r)
{
    const struct channel_class *class = &w->config->class[r->job.group];
    int64_t work = r->job.service * PARTS;
    if (class->limit > 0 && w->bucket[r->job.group] < work)
        return CHANNEL_POLICED;
    if (class->limit > 0)
        w->bucket[r->job.group] -= work;
    bool empty;
    psn_time buffer = w->config->buffer, queued = backlog(w, &r->job, &empty);
    if (buffer == 0 || empty)
        return CHANNEL_TAKEN;
    if (queued + r->job.service > buffer)
        return CHANNEL_FULL;
    double share = (double)queued / (double)buffer;
    if (!class->early || share < class->early_from)
        return CHANNEL_TAKEN;
    if (share >= class->early_to)
        return CHANNEL_EARLY;
    double over = (share - class->early_from) / (class->early_to - class->early_from);
    return r->chance < over * class->early_most ? CHANNEL_EARLY : CHANNEL_TAKEN;
}

static void come(struct world *w)
{
    struct ride *r = &w->ride[w->come];
    bool empty;
    r->fate = fate_of(w, r);
    w->left[w->come] = r->job.service * PARTS;
    backlog(w, &r->job, &empty);
    if (r->fate == CHANNEL_TAKEN && empty && !w->holding && level_of(w, r->job.group) < w->serving)
        hold(w, level_of(w, r->job.group));
    w->come++;
}

static void operate(struct world *w, struct operation *o)
{
    if (o->deed == SPEED)
        w->speed = parts_of(o->value);
    if (o->deed == BACKGROUND) {
        w->cap[o->class] = parts_of(o->value);
        w->weight[o->class] = o->weight;
    }
    if (o->deed == LOOK)
        o->work = w->done[o->class];
    for (size_t i = w->first; i < w->come; i++) {
        struct ride *r = &w->ride[i];
        if (!is_here(w, i))
            continue;
        if (o->deed == LOOK && r->job.group == o->class && is_head(w, i))
            o->work += exact_product(r->job.service, PARTS) - w->left[i];
        if (o->deed == FLUSH && is_head(w, i))
            w->done[r->job.group] += r->job.service * PARTS - w->left[i];
    }
    for (size_t i = w->first; o->deed == FLUSH && i < w->come; i++) {
        struct ride *r = &w->ride[i];
        r->flushed = r->flushed || is_here(w, i);
        r->gone = is_here(w, i) ? w->now : r->gone;
    }
    if (o->deed == LOOK)
        o->work /= PARTS;
}

/* One ns. */
static double go_on(struct world *w)
{
    int64_t line, used, rate[CLASSES];
    in_force(w, &line, &used, rate);
    if (w->config->packet > 0)
        w->sent = (w->sent + used - jobs_get(w, rate)) % (w->config->packet * PARTS);
    for (size_t i = w->first; i < w->come; i++) {
        if (is_head(w, i) && level_of(w, w->ride[i].job.group) == w->serving)
            w->left[i] -= rate[w->ride[i].job.group];
    }
    int64_t depth = w->config->contract_burst * PARTS;
    w->tokens += parts_of(w->config->contract) - used;
    w->tokens = w->tokens < depth ? w->tokens : depth;
    for (uint32_t k = 0; k < w->config->n_classes; k++) {
        w->bucket[k] += parts_of(w->config->class[k].limit);
        if (w->bucket[k] > w->config->class[k].burst * PARTS)
            w->bucket[k] = w->config->class[k].burst * PARTS;
    }
    w->hold -= line;
    w->now++;
    int64_t contract = parts_of(w->config->contract);
    int64_t of = contract > 0 && contract < w->speed ? contract : line;
    return of > 0 ? (double)used / (double)of : 0;
}

void course_expect(struct course *course)
{
    struct world w = {.config = course->config,
                      .ride = course->ride,
                      .speed = PARTS,
                      .tokens = course->config->contract_burst * PARTS,
                      .serving = UINT32_MAX};
    size_t operated = 0;
    w.left = calloc(course->n_rides + 1, sizeof *w.left);
    cr_assert(w.left && course->config->n_classes <= CLASSES);
    for (uint32_t k = 0; k < course->config->n_classes; k++) {
        cr_assert_lt(course->config->class[k].level, CLASSES);
        w.bucket[k] = course->config->class[k].burst * PARTS;
    }
    for (size_t i = 0; i < course->n_rides; i++) {
        course->ride[i].staged = course->ride[i].gone = PSN_NEVER;
        course->ride[i].flushed = false;
    }
    course->utilisation = 0;
    while (w.now < course->until) {
        leave(&w);
        while (operated < course->n_operations && course->operation[operated].at == w.now) {
            operate(&w, &course->operation[operated++]);
            leave(&w);
        }
        while (w.come < course->n_rides && w.ride[w.come].at == w.now) {
            come(&w);
            leave(&w);
        }
        course->utilisation += go_on(&w) / (double)course->until;
    }
    free(w.left);
}
