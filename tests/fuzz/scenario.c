/* SPDX-License-Identifier: Apache-2.0
 * Fuzzes the scenario language: any bytes are either a sound scenario or told as mistakes, within
 * bounds of time and memory, never a crash. Build and run by hand: see tests/fuzz/README.md. */
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
#include "scenario/scenario.h"

struct input {
    const uint8_t *data;
    size_t size;
};

/* Every text of the scenario, includes too, is the fuzzer's: a file that includes itself is an
 * input. */
static int fetch(void *context, const char *name, psn_place asked, char **bytes, size_t *size,
                 psn_diagnostics *all)
{
    const struct input *in = context;
    (void)name;
    *bytes = malloc(in->size + 1);
    if (!*bytes)
        return psn_mistake_add(all, PSN_EMEMORY, asked, "out of memory");
    memcpy(*bytes, in->data, in->size);
    (*bytes)[in->size] = '\0';
    *size = in->size;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input in = {data, size};
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    struct description *d = NULL;
    int code = scenario_load_from(fetch, &in, size && data[0] == ',' ? "x.csv" : "x.yaml", NULL, 0,
                                  &s, &all);
    if (!code)
        code = scenario_describe(s, NULL, 0, &d, &all);
    if (d && d->n_sites < 100)
        code = model_check(d, &all);
    if (code && !all.count && !all.dropped)
        abort(); /* a refusal must say why */
    if (d)
        description_free(d);
    if (s)
        scenario_free(s);
    psn_diagnostics_fini(&all);
    return 0;
}
