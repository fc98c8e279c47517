/* SPDX-License-Identifier: Apache-2.0
 * The commands of psnsim: each does its work and returns the program's exit status. Used by the
 * table of commands. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

struct arguments;

int command_check(const struct arguments *a);
int command_run(const struct arguments *a);
int command_sweep(const struct arguments *a);
int command_show(const struct arguments *a);
int command_diff(const struct arguments *a);
int command_init(const struct arguments *a);
int command_schema(const struct arguments *a);
int command_completion(const struct arguments *a);
int command_man(const struct arguments *a);
int command_compare(const struct arguments *a);
int command_import(const struct arguments *a);

#endif
