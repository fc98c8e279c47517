/* SPDX-License-Identifier: Apache-2.0
 * The reference of all figures of speed: the models of mm1.yaml, row.yaml, mm16.yaml, sharing.yaml
 * and network.yaml written by hand, event by event, each as one loop that knows nothing else. They
 * draw random numbers and keep histograms by the same code as psnsim (kernel/random.h,
 * stats/histogram.h), so that the ratio of the two tells what generality costs. Prints a line a
 * case, with the mean response beside theory. Never passes or fails.
 *
 * Sources of theory: Kleinrock, Queueing Systems, volume 1 (1975), sections 3.2 (M/M/1), 3.5
 * (M/M/m); volume 2 (1976), section 4.4 (processor sharing). */
#include "measure.h"

/* Rings are as long as a queue at a load of 0.9 gets once in e^(0.105 x 4096) visits: never. */
#define RING      4096u
#define RING_MASK (RING - 1)

/* Times of birth that wait, in the order in which they came. */
struct births {
    uint32_t head, tail;
    psn_time at[RING];
};

static inline void births_push(struct births *b, psn_time born)
{
    b->at[b->tail++ & RING_MASK] = born;
    if (__builtin_expect(b->tail - b->head == RING, 0))
        abort();
}

static inline psn_time births_pop(struct births *b)
{
    return b->at[b->head++ & RING_MASK];
}

static inline uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* M/M/1: two things can happen next. */
static void run_mm1(psn_time horizon, struct responses *figures)
{
    static struct births queue;
    static struct times gap, work;
    struct responses r = *figures;
    times_init(&gap, "gap", (double)SECOND / 0.9);
    times_init(&work, "work", (double)SECOND);
    psn_time arrival = times_draw(&gap), departure = PSN_NEVER;
    queue.head = queue.tail = 0;
    for (;;) {
        if (arrival < departure) {
            if (arrival >= horizon)
                break;
            if (queue.head == queue.tail)
                departure = arrival + times_draw(&work);
            births_push(&queue, arrival);
            arrival += times_draw(&gap);
        } else {
            if (departure >= horizon)
                break;
            responses_add(&r, departure - births_pop(&queue));
            departure = queue.head == queue.tail ? PSN_NEVER : departure + times_draw(&work);
        }
    }
    *figures = r;
}

/* Four M/M/1 in a row: the outside is a station 0 that is never empty, so that an arrival and a
 * departure are one code. Keys are time << 3 | station; five are fewer than a tree pays for. */
#define ROW_STATIONS 5
#define ROW_BITS     3
#define ROW_MASK     ((1u << ROW_BITS) - 1)

static void run_row(psn_time horizon, struct responses *figures)
{
    static struct births queue[ROW_STATIONS];
    static struct times time[ROW_STATIONS];
    struct responses r = *figures;
    uint64_t key[ROW_STATIONS];
    const uint64_t end = (uint64_t)horizon << ROW_BITS;
    for (uint32_t s = 0; s < ROW_STATIONS; s++) {
        char name[8];
        snprintf(name, sizeof name, "row %u", s);
        times_init(&time[s], name, s == 0 ? (double)SECOND / 0.9 : (double)SECOND);
        queue[s].head = queue[s].tail = 0;
        key[s] = UINT64_MAX;
    }
    key[0] = (uint64_t)times_draw(&time[0]) << ROW_BITS;
    for (;;) {
        uint64_t first = least(least(least(key[0], key[1]), least(key[2], key[3])), key[4]);
        if (first >= end)
            break;
        psn_time now = (psn_time)(first >> ROW_BITS), born = now;
        uint32_t s = (uint32_t)first & ROW_MASK;
        if (s > 0)
            born = births_pop(&queue[s]);
        if (s == 0 || queue[s].head != queue[s].tail)
            key[s] = (uint64_t)(now + times_draw(&time[s])) << ROW_BITS | s;
        else
            key[s] = UINT64_MAX;
        if (s + 1 == ROW_STATIONS) {
            responses_add(&r, now - born);
            continue;
        }
        s++;
        if (queue[s].head == queue[s].tail)
            key[s] = (uint64_t)(now + times_draw(&time[s])) << ROW_BITS | s;
        births_push(&queue[s], born);
    }
    *figures = r;
}

/* A 4-ary winner tree of 64 places, of which a case uses the first so many: keys are time << 6 |
 * place. Levels from the root: 1, 4, 16, 64. */
#define PLACE_BITS 6
#define PLACES     64
#define PLACE_MASK (PLACES - 1)

struct winners {
    uint64_t leaf[PLACES], upper[16], top[4];
};

static void winners_init(struct winners *w)
{
    memset(w, 0xFF, sizeof *w);
}

static inline uint64_t least_of_four(const uint64_t *key)
{
    return least(least(key[0], key[1]), least(key[2], key[3]));
}

static inline uint64_t winners_key(uint32_t place, psn_time when)
{
    return (uint64_t)when << PLACE_BITS | place;
}

static inline void winners_set(struct winners *w, uint32_t place, uint64_t key)
{
    w->leaf[place] = key;
    w->upper[place / 4] = least_of_four(&w->leaf[place & ~3u]);
    w->top[place / 16] = least_of_four(&w->upper[place / 4 & ~3u]);
}

/* M/M/16: a place for each server; the arrival is compared with the first of them. */
#define SERVERS 16

static void run_mm16(psn_time horizon, struct responses *figures)
{
    static struct births queue;
    static struct times gap, work;
    struct responses r = *figures;
    struct winners w;
    psn_time born[SERVERS];
    uint32_t idle = (1u << SERVERS) - 1; /* a bit for each server */
    const uint64_t end = (uint64_t)horizon << PLACE_BITS;
    times_init(&gap, "gap", (double)SECOND / 14.4);
    times_init(&work, "work", (double)SECOND);
    winners_init(&w);
    queue.head = queue.tail = 0;
    uint64_t arrival = winners_key(0, times_draw(&gap));
    for (;;) {
        uint64_t departure = w.top[0]; /* 16 places have one group at the top */
        if (arrival < departure) {
            if (arrival >= end)
                break;
            psn_time now = (psn_time)(arrival >> PLACE_BITS);
            if (idle) {
                uint32_t server = (uint32_t)__builtin_ctz(idle);
                idle &= idle - 1;
                born[server] = now;
                winners_set(&w, server, winners_key(server, now + times_draw(&work)));
            } else {
                births_push(&queue, now);
            }
            arrival = winners_key(0, now + times_draw(&gap));
        } else {
            if (departure >= end)
                break;
            psn_time now = (psn_time)(departure >> PLACE_BITS);
            uint32_t server = (uint32_t)departure & PLACE_MASK;
            responses_add(&r, now - born[server]);
            if (queue.head != queue.tail) {
                born[server] = births_pop(&queue);
                winners_set(&w, server, winners_key(server, now + times_draw(&work)));
            } else {
                idle |= 1u << server;
                winners_set(&w, server, UINT64_MAX);
            }
        }
    }
    *figures = r;
}

/* M/M/1 with processor sharing, in virtual time, which goes on by 1/n of real time while n are
 * there: a job leaves when it has reached its tag, what it came at plus its work. Some nine jobs
 * are there, so tags lie in order in an array, the first to leave last: a new one moves half of
 * them. */
#define PRESENT 4096

struct present {
    double tag;
    psn_time born;
};

static void run_sharing(psn_time horizon, struct responses *figures)
{
    static struct present here[PRESENT + 1];
    static struct times gap, work;
    struct responses r = *figures;
    times_init(&gap, "gap", (double)SECOND / 0.9);
    times_init(&work, "work", (double)SECOND);
    size_t n = 0;
    double virtual = 0;
    psn_time last = 0, arrival = times_draw(&gap), departure = PSN_NEVER;
    here[0].tag = INFINITY; /* a wall before which everything is inserted */
    for (;;) {
        psn_time now = arrival < departure ? arrival : departure;
        if (now >= horizon)
            break;
        if (now == arrival && arrival < departure) {
            virtual = n ? virtual + (double)(now - last) / (double)n : 0;
            double tag = virtual + (double)times_draw(&work);
            size_t i = ++n;
            if (__builtin_expect(n > PRESENT, 0))
                abort();
            for (; here[i - 1].tag <= tag; i--)
                here[i] = here[i - 1];
            here[i] = (struct present){tag, now};
            arrival += times_draw(&gap);
        } else {
            virtual = here[n].tag;
            responses_add(&r, now - here[n].born);
            n--;
        }
        last = now;
        /* Rounded up: nobody leaves before the work is done. */
        departure = n ? now + (psn_time)ceil((here[n].tag - virtual) * (double)n) : PSN_NEVER;
    }
    *figures = r;
}

/* The request network: six partners who each ask 100 times a second over a link of their own, then
 * the application, the database, and the link back. A first-come link and its delay are one event:
 * what arrives at its end when is known as soon as it is sent. Five events a request: it is asked,
 * it has come over the link, leaves the application, leaves the database, is back. */
#define PARTNERS  6
#define LINK_UP   320000              /* 4 KB at 100 Mbit/s, ns */
#define LINK_DOWN 4800000.0           /* 60 KB, ns, in the mean */
#define DELAY     (2 * SECOND / 1000) /* of a link */

/* Places: what is back, what has come, what is asked, each by partner; the two servers. */
enum { BACK = 0, COME = PARTNERS, ASKED = 2 * PARTNERS, APPLICATION = 3 * PARTNERS, DATABASE };

struct asked {
    psn_time at, born;
    uint32_t partner;
};

/* What waits at a server or is on a link's delay line, in order. */
struct ring {
    uint32_t head, tail;
    struct asked entry[RING];
};

static inline void ring_push(struct ring *q, psn_time at, psn_time born, uint32_t partner)
{
    q->entry[q->tail++ & RING_MASK] = (struct asked){at, born, partner};
    if (__builtin_expect(q->tail - q->head == RING, 0))
        abort();
}

static inline struct asked ring_pop(struct ring *q)
{
    return q->entry[q->head++ & RING_MASK];
}

struct network {
    struct winners w;
    struct times gap[PARTNERS], size[PARTNERS], work[2];
    psn_time free[2][PARTNERS]; /* when the links up and down have sent what they have */
    struct ring line[2][PARTNERS], queue[2];
};

static inline void network_set(struct network *net, uint32_t place, psn_time when)
{
    winners_set(&net->w, place, winners_key(place, when));
}

/* Sends over a link: 0 up, 1 down. Its line stands in the tree by its first. */
static inline void network_send(struct network *net, uint32_t way, uint32_t partner, psn_time born,
                                psn_time now, psn_time takes)
{
    psn_time *free = &net->free[way][partner];
    struct ring *line = &net->line[way][partner];
    *free = (*free > now ? *free : now) + takes;
    psn_time at = *free + DELAY;
    if (line->head == line->tail)
        network_set(net, (way == 0 ? COME : BACK) + partner, at);
    ring_push(line, at, born, partner);
}

/* The first off a line; the next one takes its place in the tree. */
static inline struct asked network_take(struct network *net, uint32_t way, uint32_t partner)
{
    struct ring *line = &net->line[way][partner];
    uint32_t place = (way == 0 ? COME : BACK) + partner;
    struct asked first = ring_pop(line);
    if (line->head == line->tail)
        winners_set(&net->w, place, UINT64_MAX);
    else
        network_set(net, place, line->entry[line->head & RING_MASK].at);
    return first;
}

/* Comes to a server: 0 the application, 1 the database. */
static inline void network_enter(struct network *net, uint32_t server, psn_time now, psn_time born,
                                 uint32_t partner)
{
    struct ring *queue = &net->queue[server];
    if (queue->head == queue->tail)
        network_set(net, APPLICATION + server, now + times_draw(&net->work[server]));
    ring_push(queue, now, born, partner);
}

static inline struct asked network_leave(struct network *net, uint32_t server, psn_time now)
{
    struct ring *queue = &net->queue[server];
    struct asked first = ring_pop(queue);
    if (queue->head == queue->tail)
        winners_set(&net->w, APPLICATION + server, UINT64_MAX);
    else
        network_set(net, APPLICATION + server, now + times_draw(&net->work[server]));
    return first;
}

static void network_init(struct network *net)
{
    char name[32];
    memset(net, 0, sizeof *net);
    winners_init(&net->w);
    times_init(&net->work[0], "application", 1e6);
    times_init(&net->work[1], "database", 1.2e6);
    for (uint32_t p = 0; p < PARTNERS; p++) {
        snprintf(name, sizeof name, "gap %u", p);
        times_init(&net->gap[p], name, 1e7);
        snprintf(name, sizeof name, "size %u", p);
        times_init(&net->size[p], name, LINK_DOWN);
        network_set(net, ASKED + p, times_draw(&net->gap[p]));
    }
}

static void run_network(psn_time horizon, struct responses *figures)
{
    static struct network network;
    struct network *net = &network;
    struct responses r = *figures;
    const uint64_t end = (uint64_t)horizon << PLACE_BITS;
    network_init(net);
    for (;;) {
        uint64_t first = least(net->w.top[0], net->w.top[1]);
        if (first >= end)
            break;
        psn_time now = (psn_time)(first >> PLACE_BITS);
        uint32_t place = (uint32_t)first & PLACE_MASK;
        struct asked a;
        if (place < COME) {
            responses_add(&r, now - network_take(net, 1, place - BACK).born);
        } else if (place < ASKED) {
            a = network_take(net, 0, place - COME);
            network_enter(net, 0, now, a.born, a.partner);
        } else if (place < APPLICATION) {
            uint32_t p = place - ASKED;
            network_set(net, place, now + times_draw(&net->gap[p]));
            network_send(net, 0, p, now, now, LINK_UP);
        } else if (place == APPLICATION) {
            a = network_leave(net, 0, now);
            network_enter(net, 1, now, a.born, a.partner);
        } else {
            a = network_leave(net, 1, now);
            network_send(net, 1, a.partner, a.born, now, times_draw(&net->size[a.partner]));
        }
    }
    *figures = r;
}

/* 1 + Erlang's C(16, 14.4) / (16 - 14.4), by the recursion of Erlang's B. */
#define MM16_MEAN 1.36959
/* The link up M/D/1 (0.32 + 0.0053 ms), then M/M/1 at loads of 0.6, 0.72 and 0.48 (2.5, 4.2857 and
 * 9.2308 ms), and two delays: a hair off, as the departures of an M/D/1 are not quite Poisson. */
#define NETWORK_MEAN 0.0203417

int main(int argc, char **argv)
{
    static const struct loop loop[] = {
        {"mm1", 11111111 * SECOND, 10, 1, run_mm1},
        {"row", 2777778 * SECOND, 40, 4, run_row},
        {"mm16", 694444 * SECOND, MM16_MEAN, 1, run_mm16},
        {"sharing", 11111111 * SECOND, 10, 1, run_sharing},
        {"network", 8000 * SECOND, NETWORK_MEAN, 1, run_network},
    };
    return loops_main(loop, sizeof loop / sizeof *loop, argc, argv);
}
