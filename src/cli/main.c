/* SPDX-License-Identifier: Apache-2.0
 * The program: finds the command, hands it its part of the command line, and ends with its status.
 */
#include <getopt.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/options.h"
#include "psnsim/psnsim.h"

/* The program's own options, before the command. Returns -1 to go on, else the exit status. */
static int own_options(int argc, char **argv)
{
    static const struct option table[] = {
        {"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
    static const char *const names[] = {"help", "version"};
    opterr = 0;
    int found = getopt_long(argc, argv, "+hV", table, NULL);
    if (found == 'h') {
        options_usage(stdout);
        return EXIT_DONE;
    }
    if (found == 'V') {
        printf("psnsim %s\n", psn_version());
        return EXIT_DONE;
    }
    if (found == -1)
        return -1;
    options_unknown("option", argv[1], names, 2);
    return EXIT_INPUT;
}

static int dispatch(int argc, char **argv)
{
    int status = own_options(argc, argv);
    if (status >= 0)
        return status;
    if (optind >= argc) {
        options_usage(stderr);
        return EXIT_INPUT;
    }
    int first = optind;
    if (!strcmp(argv[first], "help")) {
        const struct command *c = first + 1 < argc ? options_command(argv[first + 1]) : NULL;
        if (c)
            options_help(c, stdout);
        else if (first + 1 >= argc)
            options_usage(stdout);
        return c || first + 1 >= argc ? EXIT_DONE : EXIT_INPUT;
    }
    const struct command *c = options_command(argv[first]);
    struct arguments a;
    if (!c)
        return EXIT_INPUT;
    status = options_read(c, argc - first, argv + first, &a);
    if (status < 0) {
        status = c->run(&a);
        arguments_fini(&a);
    }
    return status;
}

int main(int argc, char **argv)
{
    /* A limit on file sizes is then a write that fails and is told, not a death by signal. */
    signal(SIGXFSZ, SIG_IGN);
    /* GSL would end the program where memory ends; its callers look at what it returns. */
    gsl_set_error_handler_off();
    int status = dispatch(argc, argv);
    /* A full disk or a closed pipe behind stdout is no success. */
    if (fflush(stdout) || ferror(stdout)) {
        fputs("psnsim: the output could not be written\n", stderr);
        status = status ? status : EXIT_INCOMPLETE;
    }
    return status;
}
