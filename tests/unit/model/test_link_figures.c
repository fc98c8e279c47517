/* SPDX-License-Identifier: Apache-2.0
 * What a link measures of its messages: since when each was served. */
#include <criterion/criterion.h>

#include "model/link_figures.h"

#define S PSN_SECOND

/* Three messages of a second each in queues of two partners of a fair class: the second waits for
 * the first, the third for nobody. In a strict class all stand in one queue. */
Test(link_figures, a_message_is_served_since_the_one_before_it_left_its_queue)
{
    struct service_class class[] = {{.strict = true}};
    struct description d = {.class = class, .n_classes = 1, .n_partners = 2, .horizon = 100 * S};
    struct arena memory = {0};
    struct link_figures f;
    cr_assert_eq(link_figures_init(&f, &d, &(struct owners){0, 2}, &memory), 0);
    for (uint32_t c = 0; c < 2; c++) {
        link_figures_come(&f, c, 0, S, 0);
        link_figures_come(&f, c, 0, S, S);
        link_figures_come(&f, c, 1, S, S);
    }
    cr_assert_eq(link_figures_left(&f, 1, 0, S, 0, 2 * S), 0, "it came to an empty queue");
    cr_assert_eq(link_figures_left(&f, 1, 1, S, S, 3 * S), S, "another queue");
    cr_assert_eq(link_figures_left(&f, 1, 0, S, S, 4 * S), 2 * S, "behind the first");
    cr_assert_eq(link_figures_left(&f, 0, 0, S, 0, 2 * S), 0);
    cr_assert_eq(link_figures_left(&f, 0, 0, S, S, 3 * S), 2 * S);
    cr_assert_eq(link_figures_left(&f, 0, 1, S, S, 4 * S), 3 * S, "behind both");
    link_figures_come(&f, 0, 1, S, 9 * S);
    cr_assert_eq(link_figures_left(&f, 0, 1, S, 9 * S, 10 * S), 9 * S, "it was empty before");
    arena_fini(&memory);
}
