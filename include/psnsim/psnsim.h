/* SPDX-License-Identifier: Apache-2.0
 * All of psnsim for a C program: include this one header and link the library. */
#ifndef PSNSIM_PSNSIM_H
#define PSNSIM_PSNSIM_H

#include "psnsim/diagnostics.h"
#include "psnsim/study.h"
#include "psnsim/types.h"

/* The version of the library that is linked, such as "0.1.0". */
const char *psn_version(void);

#endif
