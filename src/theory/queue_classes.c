/* SPDX-License-Identifier: Apache-2.0
 * Several classes at one station: priorities, and sharing by weight. */
#include <gsl/gsl_linalg.h>
#include <math.h>
#include <stdlib.h>

#include "psnsim/types.h"
#include "theory/queue.h"

static double second_moment(struct service_time s)
{
    return s.mean * s.mean * (1 + s.scv);
}

/* Have all levels one exponential law of service? */
static bool alike(const struct queue_class *level, size_t n)
{
    const struct queue_class *first = NULL;
    for (size_t i = 0; i < n; i++) {
        if (level[i].rate <= 0)
            continue;
        if (!first)
            first = &level[i];
        if (level[i].service.scv != 1 || level[i].service.mean != first->service.mean)
            return false;
    }
    return true;
}

/* All levels together as one first-come queue. */
static struct service_time together(const struct queue_class *level, size_t n, double *rate)
{
    double first = 0, second = 0;
    *rate = 0;
    for (size_t i = 0; i < n; i++) {
        *rate += level[i].rate;
        first += level[i].rate * level[i].service.mean;
        second += level[i].rate * second_moment(level[i].service);
    }
    if (!(*rate > 0) || !(first > 0))
        return (struct service_time){0, 0};
    double mean = first / *rate;
    return (struct service_time){mean, second / *rate / (mean * mean) - 1};
}

/* One server of `speed`: what is left of the service in hand, and the loads above. */
static void one_server(struct queue_class *level, size_t n, double speed, bool preemptive)
{
    double residual = 0, above = 0;
    for (size_t i = 0; i < n && !preemptive; i++)
        residual += level[i].rate * second_moment(level[i].service) / 2 / (speed * speed);
    for (size_t i = 0; i < n; i++) {
        double mean = level[i].service.mean / speed, load = above + level[i].rate * mean;
        if (preemptive)
            residual += level[i].rate * second_moment(level[i].service) / 2 / (speed * speed);
        bool stable = load < 1 && above < 1;
        level[i].wait = !stable ? INFINITY
                                : residual / ((1 - above) * (1 - load)) +
                                      (preemptive ? mean * above / (1 - above) : 0);
        above = load;
    }
}

/* One exponential law on several servers, exactly. Non-preemptive: what is left until a server is
 * free, over the loads. Preemptive: levels 0 to k together are M/M/c, whatever is below them. */
static void several_alike(struct queue_class *level, size_t n, int64_t servers, bool preemptive)
{
    double rate, above = 0, before = 0, present = 0;
    struct service_time all = together(level, n, &rate);
    double c = (double)servers;
    double free = queue_erlang_c(servers, rate * all.mean) * all.mean / c;
    for (size_t i = 0; i < n; i++) {
        double upto = before + level[i].rate, load = upto * all.mean / c;
        if (load >= 1) {
            level[i].wait = INFINITY;
        } else if (preemptive) {
            double here = queue_mmc(upto, all.mean, servers).present;
            level[i].wait = level[i].rate > 0 ? (here - present) / level[i].rate - all.mean : 0;
            present = here;
        } else {
            level[i].wait = free / ((1 - above) * (1 - load));
        }
        above = load;
        before = upto;
    }
}

bool queue_priority(struct queue_class *level, size_t n, int64_t servers, bool preemptive)
{
    if (servers == 1) {
        one_server(level, n, 1, preemptive);
        return true;
    }
    if (alike(level, n)) {
        several_alike(level, n, servers, preemptive);
        return true;
    }
    double rate, c = (double)servers;
    struct service_time all = together(level, n, &rate);
    one_server(level, n, c, preemptive);
    double fast = queue_mg1(rate, (struct service_time){all.mean / c, all.scv}).wait;
    double slow = queue_mgc(rate, all, servers).wait;
    if (fast > 0 && isfinite(fast) && isfinite(slow))
        for (size_t i = 0; i < n; i++)
            level[i].wait *= slow / fast;
    return false;
}

/* The equations of the sojourns T: T_k (1 - sum of p_kj) - sum of p_kj T_j = service_k, where p_kj
 * = rate_j g_j / (g_j mu_j + g_k mu_k). `memory` is of n x n + 2 n numbers. */
static void solve_sojourns(struct queue_class *class, size_t n, double *memory, gsl_permutation *p)
{
    gsl_matrix_view a = gsl_matrix_view_array(memory, n, n);
    gsl_vector_view b = gsl_vector_view_array(memory + n * n, n);
    gsl_vector_view x = gsl_vector_view_array(memory + n * n + n, n);
    int sign;
    for (size_t k = 0; k < n; k++) {
        double diagonal = 1;
        for (size_t j = 0; j < n; j++) {
            double speed =
                class[j].weight / class[j].service.mean + class[k].weight / class[k].service.mean;
            double part = class[j].rate * class[j].weight / speed;
            diagonal -= part;
            memory[k * n + j] = -part;
        }
        memory[k * n + k] += diagonal;
        gsl_vector_set(&b.vector, k, class[k].service.mean);
    }
    gsl_linalg_LU_decomp(&a.matrix, p, &sign);
    gsl_linalg_LU_solve(&a.matrix, p, &b.vector, &x.vector);
    for (size_t k = 0; k < n; k++)
        class[k].wait = gsl_vector_get(&x.vector, k) - class[k].service.mean;
}

int queue_discriminatory(struct queue_class *class, size_t n)
{
    double load = 0;
    for (size_t i = 0; i < n; i++)
        load += class[i].rate * class[i].service.mean;
    for (size_t i = 0; i < n; i++)
        class[i].wait = load >= 1 ? INFINITY : 0;
    if (load >= 1 || n == 0)
        return 0;
    double *memory = calloc(n * n + 2 * n, sizeof *memory);
    size_t *order = calloc(n, sizeof *order);
    int code = memory && order ? 0 : PSN_EMEMORY;
    gsl_permutation p = {n, order};
    if (!code)
        solve_sojourns(class, n, memory, &p);
    free(memory);
    free(order);
    return code;
}
