/* SPDX-License-Identifier: Apache-2.0
 * Prints the reference of the scenario language from its table: what scenarios/README.md holds. The
 * test `reference` compares the two, so that table and page cannot part. */
#include "scenario/spec.h"

int main(void)
{
    return scenario_reference(stdout) ? 1 : 0;
}
