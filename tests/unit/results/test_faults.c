/* SPDX-License-Identifier: Apache-2.0
 * Journals and results under faults: writers killed at any moment, and disks that are full. */
#include "folder.h"
#include "keep.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "results/result.h"

/* A child that appends run after run and acknowledges each through the pipe once it is kept. */
static void write_until_killed(const struct study *s, const char *dir, int acknowledge)
{
    psn_diagnostics all = {0};
    struct journal *j;
    if (journal_create(s, dir, &j, &all) != 0)
        _exit(1);
    for (uint32_t run = 0; run < s->n_runs; run++) {
        struct outcome *o = invented_outcome(s, run);
        if (keep_run(j, s, run, o, &all) != 0 || write(acknowledge, &run, sizeof run) != sizeof run)
            _exit(1);
        outcome_free(o);
    }
    _exit(0);
}

/* Kills a writer `delay` after its first run was kept; every acknowledged run must be there. */
static void kill_after(struct invented *v, long delay_us)
{
    struct folder f;
    folder_new(&f);
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert_neq(child, -1);
    if (child == 0) {
        close(ends[0]);
        write_until_killed(&v->study, f.journals, ends[1]);
    }
    close(ends[1]);
    uint32_t run, kept = 0;
    cr_assert_eq(read(ends[0], &run, sizeof run), (ssize_t)sizeof run);
    kept++;
    struct timespec wait = {.tv_nsec = delay_us * 1000};
    nanosleep(&wait, NULL);
    cr_assert_eq(kill(child, SIGKILL), 0);
    while (read(ends[0], &run, sizeof run) == (ssize_t)sizeof run)
        kept++;
    close(ends[0]);
    cr_assert_eq(waitpid(child, NULL, 0), child);

    psn_diagnostics all = {0};
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert(journals_count(j) == kept || journals_count(j) == kept + 1, "%zu of %u",
              journals_count(j), kept);
    for (size_t r = 0; r < journals_count(j); r++) {
        struct outcome *there = NULL, *here = invented_outcome(&v->study, r);
        folder_expect(journals_read(j, r, &there, &all), 0, &all);
        cr_assert(invented_same(here, there));
        outcome_free(here);
        outcome_free(there);
    }
    journals_close(j);
    folder_free(&f);
}

Test(faults, killed_at_ten_moments)
{
    static const long delays_us[] = {0, 137, 911, 2003, 4801, 7919, 12007, 20011, 33013, 50021};
    struct invented *v = invented_new();
    v->study.n_points = 100000 / v->study.n_replications;
    v->study.n_runs = 100000; /* more than are written before any kill */
    for (size_t i = 0; i < sizeof delays_us / sizeof *delays_us; i++)
        kill_after(v, delays_us[i]);
    invented_free(v);
}

/* No file may grow beyond this: what a full disk does, without one. */
static void limit_files(rlim_t bytes)
{
    struct rlimit limit = {.rlim_cur = bytes, .rlim_max = RLIM_INFINITY};
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(faults, disk_full_at_the_first_run)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    struct journal *w;
    folder_expect(journal_create(&v->study, f.journals, &w, &all), 0, &all);
    struct outcome *o = invented_outcome(&v->study, 0);
    limit_files(4096);
    cr_assert_eq(keep_run(w, &v->study, 0, o, &all), PSN_EIO);
    cr_assert(strstr(all.items[0].text, "File too large"), "%s", all.items[0].text);
    psn_diagnostics_fini(&all);
    limit_files(RLIM_INFINITY); /* the disk has room again: the same journal goes on */
    folder_expect(keep_run(w, &v->study, 0, o, &all), 0, &all);
    folder_expect(journal_close(w, &all), 0, &all);
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert_eq(journals_count(j), 1);
    journals_close(j);
    outcome_free(o);
    folder_free(&f);
    invented_free(v);
}

Test(faults, disk_full_after_three_runs)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    struct journal *w;
    folder_expect(journal_create(&v->study, f.journals, &w, &all), 0, &all);
    off_t used = 0;
    for (size_t r = 0; r < 5; r++) {
        struct outcome *o = invented_outcome(&v->study, r);
        if (r == 3) { /* where the third record ends: holes behind it have no blocks yet */
            char path[600];
            folder_first(f.journals, path, sizeof path);
            int file = open(path, O_RDONLY);
            used = lseek(file, 0, SEEK_DATA);
            for (off_t hole; used >= 0 && (hole = lseek(file, used, SEEK_HOLE)) >= 0;) {
                off_t data = lseek(file, hole, SEEK_DATA);
                used = data < 0 ? hole : data;
                if (data < 0)
                    break;
            }
            close(file);
            limit_files((rlim_t)used);
        }
        folder_expect(keep_run(w, &v->study, r, o, &all), r < 3 ? 0 : PSN_EIO, &all);
        outcome_free(o);
    }
    limit_files(RLIM_INFINITY);
    folder_expect(journal_close(w, &all), 0, &all);
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert_eq(journals_count(j), 3);
    for (size_t r = 0; r < 3; r++) {
        struct outcome *there = NULL, *here = invented_outcome(&v->study, r);
        folder_expect(journals_read(j, r, &there, &all), 0, &all);
        cr_assert(invented_same(here, there));
        outcome_free(here);
        outcome_free(there);
    }
    journals_close(j);
    folder_free(&f);
    invented_free(v);
}

Test(faults, disk_full_leaves_the_old_result)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    struct journal *w;
    folder_expect(journal_create(&v->study, f.journals, &w, &all), 0, &all);
    for (size_t r = 0; r < v->study.n_runs; r++) {
        struct outcome *o = invented_outcome(&v->study, r);
        folder_expect(keep_run(w, &v->study, r, o, &all), 0, &all);
        outcome_free(o);
    }
    folder_expect(journal_close(w, &all), 0, &all);
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    folder_expect(result_write(&v->study, NULL, j, f.result, false, 2, &all), 0, &all);
    size_t before_size, after_size;
    char *before = folder_read(f.result, &before_size);
    static const rlim_t limits[] = {0, 2048, 70000, 100000, 150000, 250000};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        limit_files(limits[i]);
        int error = result_write(&v->study, NULL, j, f.result, false, 2, &all);
        limit_files(RLIM_INFINITY);
        folder_expect(error, PSN_EIO, &all);
        char *after = folder_read(f.result, &after_size);
        cr_assert(after_size == before_size && memcmp(before, after, before_size) == 0);
        free(after);
        cr_assert_eq(folder_count(f.path), 2, "the part was removed");
    }
    /* And the library is sound enough afterwards to write it again. */
    folder_expect(result_write(&v->study, NULL, j, f.result, false, 2, &all), 0, &all);
    free(before);
    journals_close(j);
    folder_free(&f);
    invented_free(v);
}
