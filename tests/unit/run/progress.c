/* SPDX-License-Identifier: Apache-2.0
 * Tests of run/progress: the text, how often it is drawn, and that it is removed. */
#include "run/progress.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

Test(progress, text)
{
    struct progress p;
    char text[200];
    progress_init(&p, NULL, 120, 20, 0);
    progress_text(&p, 0, 0, 5, 0, text, sizeof text);
    cr_assert_str_eq(text, "20 of 120 runs");
    /* 10 of the missing 100 in 20 s: 90 more take 180 s. */
    progress_text(&p, 10, 500000, 20, 0, text, sizeof text);
    cr_assert_str_eq(text, "30 of 120 runs, 25.0 k requests/s, 3 min 00 s left");
    progress_text(&p, 10, 500000, 20, 30, text, sizeof text);
    cr_assert_str_eq(text, "30 of 120 runs, 25.0 k requests/s, 2 min 30 s left");
    progress_text(&p, 100, 40000000, 20, 0, text, sizeof text);
    cr_assert_str_eq(text, "120 of 120 runs, 2.00 M requests/s, 0 s left");
    p.stopping = true;
    progress_text(&p, 1, 100, 100, 0, text, sizeof text);
    cr_assert_str_eq(text, "21 of 120 runs, 1 requests/s, 2 h 45 min left (stopping: the runs in "
                           "flight are finished first)");
}

Test(progress, text_of_a_total_that_is_not_known)
{
    struct progress p;
    char text[200];
    progress_init(&p, NULL, 800, 20, 0);
    p.points = 4;
    p.settled = 1;
    progress_text(&p, 10, 500000, 20, 0, text, sizeof text);
    cr_assert_str_eq(text, "30 runs of at most 800, 1 of 4 points done, 25.0 k requests/s");
}

Test(progress, short_buffer_is_kept)
{
    struct progress p;
    char text[12];
    progress_init(&p, NULL, 1000000, 0, 0);
    memset(text, 'x', sizeof text);
    progress_text(&p, 999999, 1, 1, 0, text, 10);
    cr_assert_eq(strlen(text), 9);
    cr_assert_eq(text[10], 'x');
}

Test(progress, at_most_five_drawings_a_second)
{
    char *written = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&written, &size);
    struct progress p;
    progress_init(&p, f, 10, 0, 0);
    for (uint64_t ms = 0; ms < 1000; ms += 10)
        progress_draw(&p, 1, 1, ms * UINT64_C(1000000));
    fflush(f);
    size_t drawings = 0;
    for (const char *c = written; (c = strstr(c, "\r\033[2K")); c++)
        drawings++;
    cr_assert_eq(drawings, 5);
    progress_clear(&p);
    fclose(f);
    cr_assert_str_eq(written + strlen(written) - 5, "\r\033[2K");
    free(written);
}

Test(progress, silent_without_a_terminal)
{
    struct progress p;
    progress_init(&p, NULL, 10, 0, 0);
    progress_draw(&p, 1, 1, 1000000000);
    progress_clear(&p);
    cr_assert_not(p.drawn);
}
