/* SPDX-License-Identifier: Apache-2.0
 * The command `schema`: the language as a JSON Schema, for editors. */
#include "scenario/schema.h"

#include "cli/commands.h"
#include "cli/options.h"
#include "psnsim/diagnostics.h"

int command_schema(const struct arguments *a)
{
    (void)a;
    int error = scenario_schema(stdout);
    if (error == PSN_EMEMORY)
        fputs("psnsim: out of memory\n", stderr);
    return error ? EXIT_INCOMPLETE : EXIT_DONE; /* main tells that stdout could not be written */
}
