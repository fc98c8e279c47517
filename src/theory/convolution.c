/* SPDX-License-Identifier: Apache-2.0
 * The exact solution of a product-form network with open and closed classes.
 *
 * G(n) is the sum of the weights of all states with n = (n_1, ..., n_R) closed customers. A
 * station's weight for n is (|n|! / n_1! ... n_R!) times the product of D_r^n_r / (mu(1) ...
 * mu(|n|)), mu(i) the rate at which it serves i closed customers. mu(i) is constant, mu, from some
 * i on, so the station's weight F has F(n) - sum of D_r F(n - 1_r) / mu = F(n) (1 - mu(|n|) / mu),
 * which is 0 there and nowhere negative. Convolving with F is thus a recursion and a short sum of
 * positive terms. Demands are scaled by near throughputs, so that weights stay within doubles. */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "psnsim/types.h"
#include "theory/queue.h"
#include "theory/queueing_network.h"

/* One closed class of the network. */
struct lane {
    size_t class, stride, population;
    double scale; /* near its throughput */
};

struct lattice {
    struct queueing_network *q;
    struct lane lane[QN_LANES_MOST];
    size_t n_lanes, size; /* populations: the product of (population + 1) */
    size_t customers;     /* closed, in all */
    double work;          /* done and to do, see QN_WORK_MOST */
    double *whole, *base; /* G of all stations; of delays and single servers */
    double *g, *h, *f;    /* of some; to write to; the weights of one */
    double *rate;         /* of the station looked at: mu(0 .. customers) */
    double *open_found;   /* open customers there, given as many closed ones */
    size_t level;         /* from which on mu is constant */
    double most;          /* that */
    size_t *offset;       /* the short sum: where its terms stand, and their number */
    double *term;
    size_t n_terms;
    double closed_here, open_here; /* customers at the station looked at */
};

static bool holds(const struct qn_class *c)
{
    return !(c->rate > 0) && c->population > 0;
}

static double open_load(const struct queueing_network *q, size_t k)
{
    double load = 0;
    for (size_t r = 0; r < q->n_classes; r++)
        load += q->class[r].rate * q->class[r].demand[k];
    return load;
}

/* The sum over j open customers of (n + j)! / (n! j!) a^j n! / (min(n, c)! ...): the weight of n
 * closed ones with all open ones that may be beside them, over that with none; and their mean. */
static double beside(double a, double servers, size_t n, double *mean)
{
    double term = 1, sum = 1, first = 0;
    for (double j = 1; term > 1e-17 * sum || (double)n + j <= servers; j++) {
        term *= ((double)n + j) / j * a / fmin((double)n + j, servers);
        sum += term;
        first += j * term;
        if (a <= 0)
            break;
    }
    *mean = first / sum;
    return sum;
}

/* Fills rate, open_found, level and most for station k. QN_TOO_LARGE where the weights of open
 * customers leave the range of doubles. */
static int rates(struct lattice *l, size_t k)
{
    double servers = (double)l->q->station[k].servers, a = open_load(l->q, k), before = 1;
    l->level = (size_t)fmin(servers, (double)l->customers + 1);
    l->most = servers - a;
    for (size_t n = 0; n <= l->customers; n++) {
        l->rate[n] = l->most;
        l->open_found[n] = (double)(n + 1) * a / l->most;
        if (n >= l->level)
            continue;
        double now = beside(a, servers, n, &l->open_found[n]);
        if (!isfinite(now))
            return QN_TOO_LARGE;
        l->rate[n] = (double)n * before / now;
        before = now;
    }
    return 0;
}

/* The demand of a lane at station k, scaled. */
static double scaled(const struct lattice *l, size_t lane, size_t k)
{
    const struct lane *a = &l->lane[lane];
    return a->scale * l->q->class[a->class].demand[k];
}

/* The populations in the order of their index: counts[] of each lane. */
static void step(const struct lattice *l, size_t *count)
{
    for (size_t r = 0; r < l->n_lanes; r++) {
        if (count[r] < l->lane[r].population) {
            count[r]++;
            return;
        }
        count[r] = 0;
    }
}

static size_t total(const struct lattice *l, const size_t *count)
{
    size_t sum = 0;
    for (size_t r = 0; r < l->n_lanes; r++)
        sum += count[r];
    return sum;
}

/* The weights F of station k into l->f. */
static void weights(struct lattice *l, size_t k, size_t *count)
{
    memset(count, 0, l->n_lanes * sizeof *count);
    l->f[0] = 1;
    for (size_t i = 1; i < l->size; i++) {
        step(l, count);
        double sum = 0;
        for (size_t r = 0; r < l->n_lanes; r++)
            sum += count[r] ? scaled(l, r, k) * l->f[i - l->lane[r].stride] : 0;
        l->f[i] = sum / l->rate[total(l, count)];
    }
}

/* Lists the populations below `level`, with the weights F (1 - mu(|n|) / mu). */
static int short_sum(struct lattice *l, size_t k, size_t *count)
{
    size_t n_states = l->level > 1 ? l->size : 1; /* one server: only n = 0 */
    l->n_terms = 0;
    l->f[0] = 1;
    if (l->level > 1)
        weights(l, k, count);
    memset(count, 0, l->n_lanes * sizeof *count);
    for (size_t i = 0; i < n_states; i++, step(l, count)) {
        size_t n = total(l, count);
        if (n >= l->level || !(l->f[i] > 0))
            continue;
        l->offset[l->n_terms] = i;
        l->term[l->n_terms++] = l->f[i] * (1 - l->rate[n] / l->most);
    }
    l->work += (double)l->size * (double)(l->n_terms + l->n_lanes);
    return l->work > QN_WORK_MOST ? QN_TOO_LARGE : 0;
}

/* May `below` be taken from `count`, lane by lane? Then `i - offset` is a population. */
static bool within(const struct lattice *l, const size_t *count, size_t offset)
{
    for (size_t r = l->n_lanes; r-- > 0;) {
        size_t part = offset / l->lane[r].stride;
        if (part > count[r])
            return false;
        offset -= part * l->lane[r].stride;
    }
    return true;
}

/* out = in * F of the station in l->rate; they are apart. */
static int convolve(struct lattice *l, size_t k, const double *in, double *out)
{
    size_t count[QN_LANES_MOST];
    int code = short_sum(l, k, count);
    if (code)
        return code;
    memset(count, 0, sizeof count);
    for (size_t i = 0; i < l->size; i++, step(l, count)) {
        double sum = 0;
        for (size_t r = 0; r < l->n_lanes; r++)
            sum += count[r] ? scaled(l, r, k) * out[i - l->lane[r].stride] : 0;
        sum /= l->most;
        for (size_t t = 0; t < l->n_terms; t++)
            if (l->offset[t] <= i && (l->offset[t] == 0 || within(l, count, l->offset[t])))
                sum += l->term[t] * in[i - l->offset[t]];
        out[i] = sum;
    }
    return 0;
}

/* The delays, all together: the product of Z_r^n_r / n_r!, the largest of them 1. */
static void delays(struct lattice *l, double *out)
{
    size_t count[QN_LANES_MOST] = {0};
    double think[QN_LANES_MOST] = {0}, largest = -INFINITY;
    for (size_t r = 0; r < l->n_lanes; r++)
        for (size_t k = 0; k < l->q->n_stations; k++)
            think[r] += l->q->station[k].servers ? 0 : scaled(l, r, k);
    for (size_t i = 0; i < l->size; i++, step(l, count)) {
        out[i] = 0;
        for (size_t r = 0; r < l->n_lanes; r++)
            if (count[r])
                out[i] += (double)count[r] * log(think[r]) - lgamma((double)count[r] + 1);
        largest = fmax(largest, out[i]);
    }
    for (size_t i = 0; i < l->size; i++)
        out[i] = exp(out[i] - largest);
}

/* Does a closed class queue at station k? */
static bool queues(const struct lattice *l, size_t k)
{
    for (size_t r = 0; l->q->station[k].servers && r < l->n_lanes; r++)
        if (l->q->class[l->lane[r].class].demand[k] > 0)
            return true;
    return false;
}

/* Convolves l->g with the stations of one server, or of several, but for `without`. */
static int convolve_all(struct lattice *l, bool several, size_t without)
{
    int code = 0;
    for (size_t k = 0; k < l->q->n_stations && !code; k++) {
        if (k == without || !queues(l, k) || (l->q->station[k].servers > 1) != several)
            continue;
        code = rates(l, k);
        if (!code)
            code = convolve(l, k, l->g, l->h);
        double *swap = l->g;
        l->g = l->h;
        l->h = swap;
    }
    return code;
}

/* What closed classes find at a station of one server: (D_r / mu) G(N - 1_r) with the station
 * twice, over G(N). */
static int at_one_server(struct lattice *l, size_t k)
{
    int code = rates(l, k);
    if (!code)
        code = convolve(l, k, l->whole, l->g);
    l->closed_here = 0;
    for (size_t r = 0; r < l->n_lanes && !code; r++) {
        struct qn_class *c = &l->q->class[l->lane[r].class];
        double here = scaled(l, r, k) / l->most * l->g[l->size - 1 - l->lane[r].stride] /
                      l->whole[l->size - 1];
        l->closed_here += here;
        c->residence[k] = here / c->throughput;
    }
    l->open_here = l->most > 0 ? open_load(l->q, k) / l->most * (1 + l->closed_here) : INFINITY;
    return code;
}

/* The same at one of several servers, by the law of how many are there: F(n) G(N - n) without the
 * station, over G(N). */
static int at_several(struct lattice *l, size_t k)
{
    size_t count[QN_LANES_MOST] = {0};
    double here[QN_LANES_MOST] = {0};
    memcpy(l->g, l->base, l->size * sizeof *l->g);
    int code = convolve_all(l, true, k);
    if (!code)
        code = rates(l, k);
    if (code)
        return code;
    weights(l, k, count);
    memset(count, 0, sizeof count);
    l->open_here = 0;
    for (size_t i = 0; i < l->size; i++, step(l, count)) {
        double share = l->f[i] * l->g[l->size - 1 - i] / l->whole[l->size - 1];
        l->open_here += share * l->open_found[total(l, count)];
        for (size_t r = 0; r < l->n_lanes; r++)
            here[r] += share * (double)count[r];
    }
    for (size_t r = 0; r < l->n_lanes; r++) {
        struct qn_class *c = &l->q->class[l->lane[r].class];
        c->residence[k] = here[r] / c->throughput;
    }
    return 0;
}

/* Residences at station k, of closed and of open classes. */
static int at_station(struct lattice *l, size_t k)
{
    const struct qn_station *s = &l->q->station[k];
    double load = open_load(l->q, k);
    int code = 0;
    if (s->servers && queues(l, k))
        code = s->servers > 1 ? at_several(l, k) : at_one_server(l, k);
    else if (s->servers)
        l->open_here = queue_mmc(load, 1, s->servers).present;
    for (size_t r = 0; r < l->q->n_classes; r++) {
        struct qn_class *c = &l->q->class[r];
        if (c->rate > 0 && c->demand[k] > 0)
            c->residence[k] = s->servers ? l->open_here / load * c->demand[k] : c->demand[k];
        if (!s->servers && !(c->rate > 0))
            c->residence[k] = c->demand[k];
    }
    return code;
}

/* G of all stations, and with it the throughputs. */
static int throughputs(struct lattice *l)
{
    delays(l, l->g);
    int code = convolve_all(l, false, SIZE_MAX);
    if (code)
        return code;
    memcpy(l->base, l->g, l->size * sizeof *l->base);
    code = convolve_all(l, true, SIZE_MAX);
    if (code)
        return code;
    memcpy(l->whole, l->g, l->size * sizeof *l->whole);
    double all = l->whole[l->size - 1];
    for (size_t r = 0; r < l->n_lanes; r++) {
        double less = l->whole[l->size - 1 - l->lane[r].stride];
        if (!(all > 0) || !isfinite(all) || !(less > 0) || !isfinite(less))
            return QN_TOO_LARGE;
        l->q->class[l->lane[r].class].throughput = l->lane[r].scale * less / all;
    }
    return 0;
}

/* Lists the closed classes. QN_TOO_LARGE where there are too many, or too many populations. */
static int lay_out(struct lattice *l)
{
    double size = 1;
    l->size = 1;
    for (size_t r = 0; r < l->q->n_classes; r++) {
        struct qn_class *c = &l->q->class[r];
        if (c->rate > 0)
            c->throughput = c->rate;
        if (!holds(c))
            continue;
        size *= (double)c->population + 1;
        if (l->n_lanes == QN_LANES_MOST || size > QN_WORK_MOST / 10 || !(c->throughput > 0))
            return QN_TOO_LARGE;
        l->lane[l->n_lanes++] = (struct lane){r, l->size, (size_t)c->population, c->throughput};
        l->size *= (size_t)c->population + 1;
        l->customers += (size_t)c->population;
    }
    return 0;
}

static int make_room(struct lattice *l)
{
    double **array[] = {&l->g, &l->h, &l->f, &l->base, &l->whole, &l->term};
    bool ok = true;
    for (size_t i = 0; i < sizeof array / sizeof *array; i++) {
        *array[i] = calloc(l->size, sizeof **array[i]);
        ok = ok && *array[i];
    }
    l->offset = calloc(l->size, sizeof *l->offset);
    l->rate = calloc(l->customers + 1, sizeof *l->rate);
    l->open_found = calloc(l->customers + 1, sizeof *l->open_found);
    return ok && l->offset && l->rate && l->open_found ? 0 : PSN_EMEMORY;
}

int qn_exact(struct queueing_network *q)
{
    struct lattice l = {.q = q};
    int code = qn_approximate(q); /* throughputs to scale by */
    if (!code)
        code = lay_out(&l);
    for (size_t k = 0; k < q->n_stations && !code; k++)
        if (q->station[k].servers && open_load(q, k) >= (double)q->station[k].servers)
            code = QN_TOO_LARGE;
    if (!code)
        code = make_room(&l);
    if (!code)
        code = throughputs(&l);
    for (size_t k = 0; k < q->n_stations && !code; k++)
        code = at_station(&l, k);
    free(l.g);
    free(l.h);
    free(l.f);
    free(l.base);
    free(l.whole);
    free(l.term);
    free(l.offset);
    free(l.rate);
    free(l.open_found);
    return code;
}
