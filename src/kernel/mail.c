/* SPDX-License-Identifier: Apache-2.0
 * Mail between threads. */
#include "kernel/mail.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/array.h"
#include "kernel/process.h"

int mail_init(struct mail *m, size_t threads, size_t n)
{
    *m = (struct mail){.n_bags = threads};
    m->bag = process_lines(threads * sizeof *m->bag);
    m->least = process_lines(n * sizeof *m->least);
    m->touched = process_lines(n * sizeof *m->touched);
    if (!m->bag || !m->least || !m->touched)
        return PSN_EMEMORY;
    for (size_t i = 0; i < n; i++)
        m->least[i] = PSN_NEVER;
    return PSN_OK;
}

void mail_fini(struct mail *m)
{
    for (size_t i = 0; m->bag && i < m->n_bags; i++) {
        free(m->bag[i].letter);
        free(m->bag[i].job);
    }
    free(m->bag);
    free(m->least);
    free(m->touched);
    *m = (struct mail){0};
}

void mail_clear(struct mail *m)
{
    for (size_t i = 0; i < m->n_touched; i++)
        m->least[m->touched[i]] = PSN_NEVER;
    m->n_touched = 0;
    for (size_t i = 0; i < m->n_bags; i++) {
        m->bag[i].n_letters = 0;
        m->bag[i].n_jobs = 0;
    }
}

/* A place for the next letter, and one for its job; false where memory ends. */
static bool reserve(struct mail_bag *b)
{
    void *letter = b->letter, *job = b->job;
    int code = array_reserve(&letter, &b->letter_capacity, b->n_letters + 1, sizeof *b->letter);
    b->letter = letter;
    code = code ? code : array_reserve(&job, &b->job_capacity, b->n_jobs + 1, sizeof *b->job);
    b->job = job;
    return code == 0;
}

int mail_write(struct mail *m, const struct process *to, struct letter letter,
               const struct job *job)
{
    struct mail_bag *b = &m->bag[to->thread];
    if (__builtin_expect(b->n_letters >= b->letter_capacity || b->n_jobs >= b->job_capacity, 0) &&
        !reserve(b))
        return PSN_EMEMORY;
    if (job) {
        b->job[b->n_jobs++] = *job;
        letter.job = b->n_jobs;
    }
    __builtin_prefetch(&b->letter[b->n_letters + MAIL_AHEAD], 1);
    b->letter[b->n_letters++] = letter;
    psn_time *least = &m->least[to->index];
    if (letter.at < *least) {
        if (*least == PSN_NEVER)
            m->touched[m->n_touched++] = to->index;
        *least = letter.at;
    }
    return PSN_OK;
}
