/* SPDX-License-Identifier: Apache-2.0
 * Users who do not wait for ever: every attempt of a source's requests until it is answered or its
 * time is over. All wait equally long, so the order of beginning is that of the deadlines. In the
 * process of the source's site; used by demand. */
#ifndef MODEL_ATTEMPTS_H
#define MODEL_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "kernel/process.h"

struct attempt {
    psn_time born;     /* arrival of the request, whichever attempt this is */
    psn_time deadline; /* the answer counts up to here */
    uint64_t number;   /* of the request */
    uint32_t attempt;  /* 0: the first */
    bool answered;
};

struct attempts;

/* An attempt has waited in vain. */
typedef void (*attempts_over)(void *context, const struct attempt *attempt, psn_time now);

/* A ring of attempts under way; a ticket is the count of those begun before. */
struct attempts {
    psn_time timeout; /* 0: these users wait for ever, and nothing here is used */
    uint32_t slot;
    struct process *process;
    attempts_over over;
    void *context;
    struct attempt *ring; /* capacity is a power of two */
    size_t capacity;
    uint64_t first, end; /* tickets of the oldest attempt kept, and of the next to begin */
};

/* Binds the slot; process, slot, timeout, over and context are set by the caller. */
void attempts_init(struct attempts *a);
void attempts_fini(struct attempts *a);

/* An attempt begins; returns its ticket. Where memory ends the process's error is set. */
uint64_t attempts_begin(struct attempts *a, uint64_t number, psn_time born, uint32_t attempt,
                        psn_time now);

/* The attempt is answered, or known to have failed; false where its time was over: that comes too
 * late. */
bool attempts_answer(struct attempts *a, uint64_t ticket);

/* Calls `visit` for every attempt that is waited for. */
void attempts_each(const struct attempts *a, attempts_over visit, void *context, psn_time now);

#endif
