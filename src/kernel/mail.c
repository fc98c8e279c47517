/* SPDX-License-Identifier: Apache-2.0
 * Mail between threads. */
#include "kernel/mail.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/array.h"

int mail_init(struct mail *m, size_t turns, size_t threads, size_t n)
{
    *m = (struct mail){.turns = turns, .threads = threads};
    m->bag = array_lines(turns * threads * sizeof *m->bag);
    m->least = array_lines(n * sizeof *m->least);
    m->touched = array_lines(n * sizeof *m->touched);
    if (!m->bag || !m->least || !m->touched)
        return PSN_EMEMORY;
    for (size_t i = 0; i < n; i++)
        m->least[i] = PSN_NEVER;
    m->open = m->bag;
    return PSN_OK;
}

void mail_fini(struct mail *m)
{
    for (size_t i = 0; m->bag && i < m->turns * m->threads; i++) {
        free(m->bag[i].bare.letter);
        free(m->bag[i].laden.letter);
        free(m->bag[i].job);
    }
    free(m->bag);
    free(m->least);
    free(m->touched);
    *m = (struct mail){0};
}

void mail_open(struct mail *m, size_t turn)
{
    m->open = &m->bag[turn * m->threads];
    for (size_t i = 0; i < m->threads; i++) {
        struct mail_bag *b = &m->open[i];
        struct mail_pile *bare = &b->bare, *laden = &b->laden;
        /* Others have read this; about as much will be written again. */
        array_fetch_to_write(bare->letter,
                             mail_first_bytes(bare->n, MAIL_LETTERS, sizeof *bare->letter));
        array_fetch_to_write(laden->letter,
                             mail_first_bytes(laden->n, MAIL_LETTERS, sizeof *laden->letter));
        array_fetch_to_write(b->job, mail_first_bytes(laden->n, MAIL_JOBS, sizeof *b->job));
        bare->n = 0;
        laden->n = 0;
    }
}

size_t mail_close(struct mail *m, struct due *due)
{
    size_t n = m->n_touched;
    for (size_t i = 0; i < n; i++) {
        uint32_t to = m->touched[i];
        due[i] = (struct due){m->least[to], to};
        m->least[to] = PSN_NEVER;
    }
    m->n_touched = 0;
    return n;
}

/* A place for the next letter; false where memory ends. */
static inline bool reserve(struct mail_pile *p)
{
    if (__builtin_expect(p->n < p->capacity, 1))
        return true;
    void *letter = p->letter;
    int code = array_reserve_lines(&letter, &p->capacity, p->n + 1, sizeof *p->letter);
    p->letter = letter;
    return code == 0;
}

static bool reserve_job(struct mail_bag *b)
{
    void *job = b->job;
    int code = array_reserve_lines(&job, &b->job_capacity, b->laden.n + 1, sizeof *b->job);
    b->job = job;
    return code == 0;
}

int mail_write(struct mail *m, const struct process *to, struct letter letter,
               const struct job *job)
{
    struct mail_bag *b = &m->open[to->thread];
    struct mail_pile *pile = job ? &b->laden : &b->bare;
    if (!reserve(pile))
        return PSN_EMEMORY;
    if (job) {
        if (__builtin_expect(pile->n >= b->job_capacity, 0) && !reserve_job(b))
            return PSN_EMEMORY;
        struct job *copy = &b->job[pile->n];
        if (pile->n + MAIL_JOBS < b->job_capacity)
            array_fetch_to_write(copy + MAIL_JOBS, sizeof *copy);
        *copy = *job;
    }
    struct letter *written = &pile->letter[pile->n++];
    if (pile->n + MAIL_LETTERS <= pile->capacity)
        array_fetch_to_write(written + MAIL_LETTERS, 1);
    *written = letter;
    psn_time *least = &m->least[to->index];
    if (letter.at < *least) {
        if (*least == PSN_NEVER)
            m->touched[m->n_touched++] = to->index;
        *least = letter.at;
    }
    return PSN_OK;
}
