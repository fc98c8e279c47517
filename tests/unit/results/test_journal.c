/* SPDX-License-Identifier: Apache-2.0
 * Journals: back to the bit, refused where foreign, whole after errors. */
#include "folder.h"
#include "keep.h"

#include "results/journal.h"

static void append(const struct study *s, struct journal *j, size_t run)
{
    psn_diagnostics all = {0};
    struct outcome *o = invented_outcome(s, run);
    folder_expect(keep_run(j, s, run, o, &all), 0, &all);
    outcome_free(o);
}

/* A shard with the runs [from, to). */
static void shard(const struct study *s, const char *dir, size_t from, size_t to)
{
    psn_diagnostics all = {0};
    struct journal *j;
    folder_expect(journal_create(s, dir, &j, &all), 0, &all);
    for (size_t r = from; r < to; r++)
        append(s, j, r);
    folder_expect(journal_close(j, &all), 0, &all);
}

/* Asserts that a run comes back to the bit. */
static void expect_run(const struct study *s, struct journals *j, size_t run)
{
    psn_diagnostics all = {0};
    struct outcome *there = NULL, *here = invented_outcome(s, run);
    cr_assert(journals_has(j, run));
    folder_expect(journals_read(j, run, &there, &all), 0, &all);
    cr_assert(invented_same(here, there), "run %zu", run);
    outcome_free(there);
    outcome_free(here);
}

Test(journal, back_to_the_bit_from_three_shards)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    shard(&v->study, f.journals, 30, 48);
    shard(&v->study, f.journals, 0, 11);
    shard(&v->study, f.journals, 8, 20); /* 8 to 10 twice */
    cr_assert_eq(folder_count(f.journals), 3);
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert_eq(journals_count(j), 38);
    for (size_t r = 0; r < 48; r++) {
        cr_assert_eq(journals_has(j, r), r < 20 || r >= 30);
        if (journals_has(j, r))
            expect_run(&v->study, j, r);
    }
    cr_assert_not(journals_has(j, 48));
    struct outcome *o;
    folder_expect(journals_read(j, 25, &o, &all), PSN_EINPUT, &all);
    journals_close(j);
    folder_expect(journals_remove(f.journals, &all), 0, &all);
    cr_assert_eq(folder_count(f.journals), -1);
    folder_free(&f);
    invented_free(v);
}

Test(journal, a_full_shard_is_followed_by_another)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    v->study.n_points = 600; /* 2,400 runs: more than the rows of one shard */
    v->study.n_runs = 2400;
    struct journal *w;
    folder_expect(journal_create(&v->study, f.journals, &w, &all), 0, &all);
    struct outcome *o = invented_outcome(&v->study, 3);
    for (size_t r = 0; r < 2400; r++)
        folder_expect(keep_run(w, &v->study, r, o, &all), 0, &all);
    folder_expect(journal_close(w, &all), 0, &all);
    cr_assert(folder_count(f.journals) >= 3);
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert_eq(journals_count(j), 2400);
    for (size_t r = 0; r < 2400; r += 97) {
        struct outcome *there;
        folder_expect(journals_read(j, r, &there, &all), 0, &all);
        cr_assert(invented_same(o, there));
        outcome_free(there);
    }
    outcome_free(o);
    journals_close(j);
    folder_free(&f);
    invented_free(v);
}

Test(journal, more_shards_than_are_held_open)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    for (size_t r = 0; r < 48; r++)
        shard(&v->study, f.journals, r, r + 1);
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    for (size_t r = 0; r < 96; r++)
        expect_run(&v->study, j, r * 31 % 48);
    journals_close(j);
    folder_free(&f);
    invented_free(v);
}

Test(journal, no_folder_and_empty_shards)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert_eq(journals_count(j), 0);
    journals_close(j);
    folder_expect(journals_remove(f.journals, &all), 0, &all);
    shard(&v->study, f.journals, 0, 0);
    cr_assert_eq(folder_count(f.journals), 0, "an empty shard is removed");

    /* What a kill at the first moment leaves, and something that only looks like a shard. */
    char path[400];
    snprintf(path, sizeof path, "%s/shard-0.h5", f.journals);
    FILE *file = fopen(path, "w");
    cr_assert(file && fclose(file) == 0);
    snprintf(path, sizeof path, "%s/shard-1.h5", f.journals);
    file = fopen(path, "w");
    cr_assert(file && fputs("\x89HDF\r\n\x1a\nand then nothing", file) > 0 && fclose(file) == 0);
    shard(&v->study, f.journals, 5, 6);
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert_eq(journals_count(j), 1);
    expect_run(&v->study, j, 5);
    journals_close(j);
    folder_free(&f);
    invented_free(v);
}

/* Opens the journals of `f` and returns whether there is a stranger. */
static bool stranger(const struct study *s, const struct folder *f, struct stranger *out)
{
    psn_diagnostics all = {0};
    struct journals *j;
    folder_expect(journals_open(s, f->journals, &j, &all), 0, &all);
    bool strange = journals_stranger(j, out);
    journals_close(j);
    return strange;
}

Test(journal, a_run_of_another_point_is_a_stranger_by_name)
{
    struct invented *v = invented_new();
    struct folder f;
    struct stranger found;
    folder_new(&f);
    shard(&v->study, f.journals, 0, 8);
    cr_assert_not(stranger(&v->study, &f, &found));
    memset(v->study.hash, 'b', 10); /* other texts, the same points */
    cr_assert_not(stranger(&v->study, &f, &found));
    v->study.key[1].word[3] = 99;
    cr_assert(stranger(&v->study, &f, &found));
    cr_assert_not(found.known);
    cr_assert_str_eq(found.point,
                     "arrangement = alone, growth = low, links.county.bandwidth = 100 Mbit/s");
    folder_free(&f);
    invented_free(v);
}

Test(journal, a_replication_too_many_is_a_stranger)
{
    struct invented *v = invented_new();
    struct folder f;
    struct stranger found;
    folder_new(&f);
    shard(&v->study, f.journals, 0, 8);
    v->study.n_replications = 2;
    v->study.n_runs = 24;
    cr_assert(stranger(&v->study, &f, &found));
    cr_assert(found.known);
    cr_assert_eq(found.replication, 3, "the greatest of them");
    folder_free(&f);
    invented_free(v);
}

Test(journal, points_are_found_wherever_they_stand)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    shard(&v->study, f.journals, 0, 12);                     /* points 0 to 2 */
    struct outcome *before = invented_outcome(&v->study, 5); /* point 1, replication 1 */
    struct point_key first = v->study.key[0];
    v->study.key[0] = v->study.key[1]; /* the points change places, and there is room for more */
    v->study.key[1] = v->study.key[2];
    v->study.key[2] = first;
    v->study.n_replications = 10;
    v->study.n_runs = 120;
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert_eq(journals_count(j), 12);
    for (size_t r = 0; r < 120; r++)
        cr_assert_eq(journals_has(j, r), r < 30 && r % 10 < 4, "run %zu", r);
    struct outcome *there = NULL;
    folder_expect(journals_read(j, 1, &there, &all), 0, &all);
    cr_assert(invented_same(before, there));
    outcome_free(there);
    outcome_free(before);
    journals_close(j);
    folder_free(&f);
    invented_free(v);
}

Test(journal, a_run_that_is_done_takes_the_place_of_one_that_failed)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    struct journal *w;
    struct journals *j;
    shard(&v->study, f.journals, 7, 8); /* run 7 failed */
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert(journals_has(j, 7) && journals_failed(j, 7));
    cr_assert_not(journals_failed(j, 6));

    /* Read on while another journal is written. */
    struct outcome *o = invented_outcome(&v->study, 6), *there = NULL;
    folder_expect(journal_create(&v->study, f.journals, &w, &all), 0, &all);
    for (size_t run = 6; run < 9; run++) {
        folder_expect(keep_run(w, &v->study, run, o, &all), 0, &all);
        folder_expect(journals_learn(j, w, &all), 0, &all);
        cr_assert(journals_has(j, run) && !journals_failed(j, run));
        folder_expect(journals_read(j, run, &there, &all), 0, &all);
        cr_assert(invented_same(o, there));
        outcome_free(there);
    }
    cr_assert_eq(journals_count(j), 3);
    journals_close(j);
    struct outcome *failed = invented_outcome(&v->study, 7);
    folder_expect(keep_run(w, &v->study, 7, failed, &all), 0, &all); /* done once is done */
    folder_expect(journal_close(w, &all), 0, &all);
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    cr_assert(journals_has(j, 7) && !journals_failed(j, 7));
    outcome_free(failed);
    outcome_free(o);
    journals_close(j);
    folder_free(&f);
    invented_free(v);
}

Test(journal, a_torn_record_is_told)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    shard(&v->study, f.journals, 0, 2);
    char path[600];
    folder_first(f.journals, path, sizeof path);
    /* One byte of the first record, behind its point's name. */
    size_t size;
    char *bytes = folder_read(path, &size);
    char name[128] = "";
    study_point_name(&v->study, 0, name, sizeof name);
    char *at = memmem(bytes, size, name, sizeof name);
    cr_assert(at);
    at[300] ^= 1;
    FILE *file = fopen(path, "wb");
    cr_assert(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    free(bytes);
    struct journals *j;
    folder_expect(journals_open(&v->study, f.journals, &j, &all), 0, &all);
    struct outcome *there = NULL;
    folder_expect(journals_read(j, 0, &there, &all), PSN_EIO, &all);
    cr_assert_null(there);
    expect_run(&v->study, j, 1);
    journals_close(j);
    folder_free(&f);
    invented_free(v);
}

Test(journal, removal_refuses_what_is_no_shard)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    shard(&v->study, f.journals, 0, 2);
    char path[400];
    snprintf(path, sizeof path, "%s/thesis.docx", f.journals);
    FILE *file = fopen(path, "w");
    cr_assert(file && fclose(file) == 0);
    folder_expect(journals_remove(f.journals, &all), PSN_EINPUT, &all);
    cr_assert_eq(folder_count(f.journals), 2, "nothing was removed");
    folder_free(&f);
    invented_free(v);
}

Test(journal, a_folder_that_cannot_be_made)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    FILE *file = fopen(f.result, "w"); /* a file where a folder is needed */
    cr_assert(file && fclose(file) == 0);
    char path[400];
    snprintf(path, sizeof path, "%s/runs", f.result);
    struct journal *j;
    folder_expect(journal_create(&v->study, path, &j, &all), PSN_EIO, &all);
    cr_assert_null(j);
    folder_free(&f);
    invented_free(v);
}
