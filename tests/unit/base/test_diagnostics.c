/* SPDX-License-Identifier: Apache-2.0
 * Tests of psnsim/diagnostics.h: what is kept, and how it is printed. */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "psnsim/diagnostics.h"

/* What the list prints; the caller frees. */
static char *printed(const psn_diagnostics *all)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    psn_diagnostics_print(all, out);
    fclose(out);
    return text;
}

static void expect(const psn_diagnostics *all, const char *text)
{
    char *got = printed(all);
    cr_expect_str_eq(got, text);
    free(got);
}

static psn_place at(const char *file, uint32_t line, uint32_t column)
{
    return (psn_place){file, line, column};
}

Test(diagnostics, empty_prints_nothing)
{
    psn_diagnostics all = {0};
    expect(&all, "");
    psn_diagnostics_fini(&all);
}

Test(diagnostics, sorted_by_place_and_stable_with_unknown_parts_left_out)
{
    psn_diagnostics all = {0};
    cr_expect_eq(psn_mistake_add(&all, PSN_EINPUT, at("b.yaml", 1, 1), "first"), PSN_EINPUT);
    psn_mistake_add(&all, PSN_EINPUT, at("a.yaml", 10, 2), "ten");
    psn_mistake_add(&all, PSN_EINPUT, at("a.yaml", 9, 30), "nine, z");
    psn_mistake_add(&all, PSN_EINPUT, at("a.yaml", 9, 30), "nine, a");
    psn_mistake_add(&all, PSN_EINPUT, at("a.yaml", 9, 4), "nine %s %d", "early", 4);
    psn_mistake_add(&all, PSN_EINPUT, at("a.yaml", 9, 0), "whole line");
    psn_mistake_add(&all, PSN_EINPUT, at("a.yaml", 0, 0), "whole file");
    psn_mistake_add(&all, PSN_EIO, at(NULL, 0, 0), "no place");
    expect(&all, "no place\n"
                 "a.yaml: whole file\n"
                 "a.yaml:9: whole line\n"
                 "a.yaml:9:4: nine early 4\n"
                 "a.yaml:9:30: nine, z\n"
                 "a.yaml:9:30: nine, a\n"
                 "a.yaml:10:2: ten\n"
                 "b.yaml:1:1: first\n");
    cr_expect_eq(all.count, 8);
    cr_expect_str_eq(all.items[0].text, "first");
    psn_diagnostics_fini(&all);
    cr_expect_eq(all.count, 0);
    cr_expect_null(all.items);
}

Test(diagnostics, repeats_print_once)
{
    psn_diagnostics all = {0};
    for (int i = 0; i < 3; i++) {
        psn_mistake_add(&all, PSN_EINPUT, at("a", 1, 1), "same");
        psn_mistake_add(&all, PSN_EINPUT, at("a", 1, 1), "other");
        psn_mistake_add(&all, PSN_EINPUT, at("a", 1, 2), "same");
    }
    expect(&all, "a:1:1: same\na:1:1: other\na:1:2: same\n");
    psn_diagnostics_fini(&all);
}

Test(diagnostics, the_file_name_and_text_are_copied)
{
    psn_diagnostics all = {0};
    char file[] = "x.yaml";
    char text[] = "wrong";
    psn_mistake_add(&all, PSN_EINPUT, at(file, 2, 3), "%s", text);
    memset(file, '?', sizeof file - 1);
    memset(text, '?', sizeof text - 1);
    expect(&all, "x.yaml:2:3: wrong\n");
    psn_diagnostics_fini(&all);
}

Test(diagnostics, one_line_each)
{
    psn_diagnostics all = {0};
    psn_mistake_add(&all, PSN_EINPUT, at("a", 1, 1), "two\nlines\x1b[31m");
    expect(&all, "a:1:1: two lines [31m\n");
    psn_diagnostics_fini(&all);
}

Test(diagnostics, more_than_the_limit_are_counted)
{
    psn_diagnostics all = {0};
    for (uint32_t i = 0; i < PSN_DIAGNOSTICS_KEPT + 23; i++)
        psn_mistake_add(&all, PSN_EINPUT, at("a", i + 1, 1), "mistake %u", i);
    psn_mistake_add(&all, PSN_EINPUT, at("a", 1, 1), "mistake 0"); /* a repeat of one kept */
    cr_expect_eq(all.count, PSN_DIAGNOSTICS_KEPT);
    cr_expect_eq(all.dropped, 23);
    char *got = printed(&all);
    cr_expect_not_null(strstr(got, "\na:100:1: mistake 99\n... and 23 more\n"));
    free(got);
    psn_diagnostics_fini(&all);
}

Test(diagnostics, a_text_that_cannot_be_made_is_counted)
{
    psn_diagnostics all = {0};
    /* Longer than printf can count, so it fails as it would out of memory. */
    volatile int width = INT_MAX;
    cr_expect_eq(psn_mistake_add(&all, PSN_EINPUT, at("a", 1, 1), "%*d%9d", width, 1, 1),
                 PSN_EINPUT);
    cr_expect_eq(all.count, 0);
    cr_expect_eq(all.dropped, 1);
    expect(&all, "... and 1 more\n");
    psn_diagnostics_fini(&all);
}
