/* SPDX-License-Identifier: Apache-2.0
 * Commands and their options: one table that drives the reading of the command line and the help.
 * Used by main and by every command. */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses: conventions of command-line programs. */
enum {
    EXIT_DONE = 0,
    EXIT_INCOMPLETE = 1,   /* the simulation could not be completed */
    EXIT_INPUT = 2,        /* the input or the command line is wrong */
    EXIT_INTERRUPTED = 130 /* by a signal; what was done is kept */
};

enum option_id {
    OPTION_HELP,
    OPTION_OUTPUT,
    OPTION_SET,
    OPTION_REPLICATIONS,
    OPTION_THREADS,
    OPTION_THREADS_PER_RUN,
    OPTION_RESTART,
    OPTION_RETRY_FAILED,
    OPTION_TIDY,
    OPTION_DRY_RUN,
    OPTION_FAILED,
    OPTION_QUIET,
    OPTION_JSON,
    OPTION_POINT,
    OPTION_REPLICATION,
    OPTION_ALL,
    OPTION_SCENARIO,
    OPTION_EXPLAIN,
    OPTION_LIST,
    OPTION_AGAINST,
    OPTION_CSV,
    OPTION_SENSITIVITY,
    OPTION_LINKS,
    OPTION_LEVEL,
    OPTION_TOGETHER,
    OPTION_GAIN,
    OPTION_PARTITIONS,
    OPTION_PARTITION_SEED,
    OPTION_DETOUR,
    OPTION_DELAY,
    OPTION_BANDWIDTH,
    OPTION_UNIT,
    OPTION_SIZE,
    OPTION_FLOWS,
    OPTION_FAILURES,
    OPTION_COUNT
};

struct option_spec {
    enum option_id id;
    char letter;          /* the short form, or 0 */
    const char *name;     /* without the dashes; NULL ends a table */
    const char *argument; /* what its value is called in the help; NULL: it takes none */
    const char *help;     /* one sentence; NULL: hidden (for tests) */
};

struct arguments;

struct command {
    const char *name;    /* NULL ends the table of commands */
    const char *operand; /* what it works on: "FILE"; "A B": two; "[CASE]": one or none; "": none */
    const char *summary; /* one line, for the list of commands */
    const char *about;   /* the paragraph of its own help */
    const struct option_spec *option;
    int (*run)(const struct arguments *a);
};

/* A command line as read. Texts are argv's. */
struct arguments {
    const struct command *command;
    const char *operand; /* the first; NULL where there is none */
    const char **operands;
    size_t n_operands;
    const char *value[OPTION_COUNT]; /* the last value given */
    bool given[OPTION_COUNT];
    const char **set; /* every --set, in order; --replications is one of them */
    size_t n_sets;
    char *replications; /* the text of that one */
    char *line;         /* the whole command line, for the log */
};

/* All commands. */
const struct command *commands(void);

/* The exit statuses and what they mean, ended by a NULL meaning. */
struct exit_status {
    int status;
    const char *meaning;
};
const struct exit_status *exit_statuses(void);

/* The help of the program, and of a command. */
void options_usage(FILE *out);
void options_help(const struct command *c, FILE *out);

/* Reads the command line of a command (argv[0] is the command's name). Returns -1 with *a to be
 * freed by arguments_fini; else the exit status with which the program ends: help was printed on
 * stdout, or a mistake told on stderr. */
int options_read(const struct command *c, int argc, char **argv, struct arguments *a);
void arguments_fini(struct arguments *a);

/* The command of this name; where there is none, tells so on stderr, with a near name, and returns
 * NULL. */
const struct command *options_command(const char *name);

/* Tells on stderr that `word` is unknown ("option", "command"), with the nearest of `names`. */
void options_unknown(const char *what, const char *word, const char *const *names, size_t n);

/* The value of a numeric option, `standard` where it was not given. */
uint64_t arguments_number(const struct arguments *a, enum option_id id, uint64_t standard);

#endif
