/* SPDX-License-Identifier: Apache-2.0
 * Tests of run/folder and run/log: folders made, locked and refused; the lines of the log. */
#include "run/folder.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/log.h"

static char dir[64];

static void make_dir(void)
{
    strcpy(dir, "/tmp/psnsim-test-XXXXXX");
    cr_assert_not_null(mkdtemp(dir));
    cr_assert_eq(chdir(dir), 0);
}

TestSuite(folder, .init = make_dir);

Test(folder, makes_every_folder_above)
{
    psn_diagnostics all = {0};
    struct stat s;
    cr_assert_eq(folder_prepare("a/b/c/result.h5", &all), 0);
    cr_assert(!stat("a/b/c", &s) && S_ISDIR(s.st_mode));
    cr_assert_eq(folder_prepare("a/b/c/result.h5", &all), 0);
    cr_assert_eq(folder_prepare("result.h5", &all), 0);
    cr_assert_eq(folder_prepare("/result-that-is-never-made.h5", &all),
                 access("/", W_OK) ? PSN_EIO : 0);
    psn_diagnostics_fini(&all);
    rmdir("a/b/c"), rmdir("a/b"), rmdir("a"), rmdir(dir);
}

Test(folder, refuses_a_path_below_a_file)
{
    psn_diagnostics all = {0};
    fclose(fopen("file", "w"));
    cr_assert_eq(folder_prepare("file/result.h5", &all), PSN_EIO);
    cr_assert_eq(all.count, 1);
    cr_assert_not_null(strstr(all.items[0].text, "file"));
    cr_assert_eq(folder_prepare("file/more/result.h5", &all), PSN_EIO);
    cr_assert_eq(all.count, 2);
    psn_diagnostics_fini(&all);
    unlink("file");
    rmdir(dir);
}

Test(folder, one_lock_at_a_time)
{
    psn_diagnostics all = {0};
    int first = -1, second = -1;
    cr_assert_eq(folder_lock("runs", &first, &all), 0);
    cr_assert_eq(folder_lock("runs", &second, &all), PSN_EINPUT);
    cr_assert_eq(all.count, 1);
    cr_assert_not_null(strstr(all.items[0].text, "another psnsim"));
    folder_unlock(&first);
    cr_assert_eq(first, -1);
    cr_assert_eq(folder_lock("runs", &second, &all), 0);
    folder_unlock(&second);
    psn_diagnostics_fini(&all);
    rmdir("runs");
    rmdir(dir);
}

Test(folder, log_lines)
{
    psn_diagnostics all = {0};
    struct log l;
    struct log_start start = {.command = "psnsim sweep \"a\\b\"\n",
                              .hash = "abc",
                              .runs = 6,
                              .missing = 2,
                              .threads = &(struct threads){.used = 2}};
    cr_assert_eq(log_open(&l, "x.log", &start, &all), 0);
    const struct queue_item item = {
        .record.run = 5, .requests = 42, .events = 99, .wall_s = 0.25, .thread = 1};
    log_run(&l, &item, 1, 2, &all);
    log_close(&l, &all);
    log_close(&l, &all);
    cr_assert_eq(all.count, 0);
    char text[2000] = "";
    FILE *f = fopen("x.log", "r");
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    cr_assert_gt(n, 0);
    cr_assert_not_null(strstr(text, "\"command\": \"psnsim sweep \\\"a\\\\b\\\"\\u000a\"}\n"));
    cr_assert_not_null(strstr(text, "\"threads\": 2, \"runs\": 6, \"missing\": 2"));
    cr_assert_not_null(strstr(text,
                              "{\"event\": \"run\", \"run\": 5, \"point\": 1, \"replication\": 2, "
                              "\"wall_s\": 0.250000, \"requests\": 42, \"events\": 99, "
                              "\"thread\": 1}\n"));
    unlink("x.log");
    rmdir(dir);
}

Test(folder, log_that_cannot_be_written)
{
    psn_diagnostics all = {0};
    struct log l;
    struct log_start start = {.hash = "", .threads = &(struct threads){.used = 1}};
    cr_assert_eq(log_open(&l, "none/x.log", &start, &all), PSN_EIO);
    cr_assert_eq(all.count, 1);
    cr_assert_null(l.file);
    log_close(&l, &all);
    psn_diagnostics_fini(&all);
    rmdir(dir);
}

Test(folder, log_on_a_full_disk_is_told_once)
{
    psn_diagnostics all = {0};
    struct log l;
    struct log_start start = {.hash = "", .threads = &(struct threads){.used = 1}};
    /* /dev/full: every write fails with ENOSPC. */
    cr_assert_eq(log_open(&l, "/dev/full", &start, &all), PSN_EIO);
    cr_assert_eq(all.count, 1);
    psn_diagnostics_fini(&all);
    rmdir(dir);
}
