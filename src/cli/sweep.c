/* SPDX-License-Identifier: Apache-2.0
 * psnsim sweep: every point and replication of a scenario's study. */
#include "cli/commands.h"
#include "cli/job.h"

int command_sweep(const struct arguments *a)
{
    return job_simulate(a, true);
}
