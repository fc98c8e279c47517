/* SPDX-License-Identifier: Apache-2.0
 * Mail between threads. */
#include "kernel/mail.h"

#include <stdlib.h>

#include "base/array.h"
#include "kernel/line.h"

static const struct mail_box empty = {.least = PSN_NEVER};

int mail_init(struct mail *m, size_t n)
{
    *m = (struct mail){0};
    m->box = malloc(n * sizeof *m->box);
    m->touched = malloc(n * sizeof *m->touched);
    if (!m->box || !m->touched)
        return PSN_EMEMORY;
    for (size_t i = 0; i < n; i++)
        m->box[i] = empty;
    return PSN_OK;
}

void mail_fini(struct mail *m)
{
    free(m->letter);
    free(m->job);
    free(m->box);
    free(m->touched);
    *m = (struct mail){0};
}

void mail_clear(struct mail *m)
{
    for (size_t i = 0; i < m->n_touched; i++)
        m->box[m->touched[i]] = empty;
    m->n_touched = 0;
    m->n_letters = 0;
    m->n_jobs = 0;
}

int mail_write(struct mail *m, uint32_t to, const struct letter *letter, const struct job *job)
{
    if (m->n_letters == UINT32_MAX ||
        array_reserve((void **)&m->letter, &m->letter_capacity, m->n_letters + 1,
                      sizeof *m->letter) ||
        array_reserve((void **)&m->job, &m->job_capacity, m->n_jobs + 1, sizeof *m->job))
        return PSN_EMEMORY;
    struct letter *l = &m->letter[m->n_letters++];
    *l = *letter;
    if (job) {
        m->job[m->n_jobs++] = *job;
        l->job = (uint32_t)m->n_jobs;
    }
    struct mail_box *box = &m->box[to];
    uint32_t index = (uint32_t)m->n_letters;
    if (box->first == 0) {
        box->first = index;
        m->touched[m->n_touched++] = to;
    } else {
        m->letter[box->last - 1].next = index;
    }
    box->last = index;
    box->least = letter->at < box->least ? letter->at : box->least;
    return PSN_OK;
}

void mail_deliver(const struct mail *m, struct process *home)
{
    for (uint32_t index = m->box[home->index].first; index;) {
        const struct letter *l = &m->letter[index - 1];
        struct job *job = NULL;
        if (l->job && !(job = process_copy(home, &m->job[l->job - 1])))
            return;
        line_insert(l->line, l->at, l->order, job);
        index = l->next;
    }
}
