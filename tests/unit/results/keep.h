/* SPDX-License-Identifier: Apache-2.0
 * One run into a journal, for the tests of results and runs: packed and appended by itself. */
#ifndef TESTS_KEEP_H
#define TESTS_KEEP_H

#include "results/journal.h"

/* Returns what journal_pack or journal_append does. */
static inline int keep_run(struct journal *j, const struct study *s, size_t run,
                           const struct outcome *o, psn_diagnostics *all)
{
    struct journal_record record = {0};
    const struct journal_record *one = &record;
    size_t appended;
    int code = journal_pack(&record, s, run, o);
    if (!code)
        code = journal_append(j, &one, 1, &appended, all);
    journal_record_fini(&record);
    return code;
}

#endif
