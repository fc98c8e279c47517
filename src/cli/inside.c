/* SPDX-License-Identifier: Apache-2.0
 * The scenario inside a result.
 */
#include "cli/inside.h"

#include <stdlib.h>
#include <string.h>

/* Hands the texts of a result to the reader of scenarios. */
static int fetch_text(void *context, const char *name, psn_place asked, char **bytes, size_t *size,
                      psn_diagnostics *all)
{
    const struct result *r = context;
    for (size_t i = 0; i < r->n_texts; i++) {
        if (strcmp(r->text_name[i], name) != 0)
            continue;
        *bytes = malloc(r->text_size[i] + 1);
        if (!*bytes)
            return psn_mistake_add(all, PSN_EMEMORY, asked, "out of memory");
        memcpy(*bytes, r->text[i], r->text_size[i]);
        (*bytes)[r->text_size[i]] = '\0';
        *size = r->text_size[i];
        return 0;
    }
    return psn_mistake_add(all, PSN_EINPUT, asked, "the result holds no text named %s", name);
}

int inside_scenario(struct result *r, const char *path, const char *const *sets, size_t n_sets,
                    struct scenario **out, psn_diagnostics *all)
{
    *out = NULL;
    if (!r->n_texts)
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0}, "%s holds no scenario", path);
    const char **both = calloc(r->n_sets + n_sets + 1, sizeof *both);
    if (!both)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    for (size_t i = 0; i < r->n_sets; i++)
        both[i] = r->set[i];
    for (size_t i = 0; i < n_sets; i++)
        both[r->n_sets + i] = sets[i];
    int code =
        scenario_load_from(fetch_text, r, r->text_name[0], both, r->n_sets + n_sets, out, all);
    free(both);
    return code;
}
