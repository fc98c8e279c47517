/* SPDX-License-Identifier: Apache-2.0
 * The tables of commands and options, and their help. Reading a command line by them is
 * arguments.c. */
#include "cli/options.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

#define HELP                                                                                       \
    {                                                                                              \
        OPTION_HELP, 'h', "help", NULL, "print this help"                                          \
    }
#define SET                                                                                        \
    {                                                                                              \
        OPTION_SET, 's', "set", "PATH=VALUE",                                                      \
            "override a key of FILE, such as study.seed=7; may be repeated"                        \
    }
#define END                                                                                        \
    {                                                                                              \
        OPTION_COUNT, 0, NULL, NULL, NULL                                                          \
    }
#define SIMULATION                                                                                 \
    {OPTION_OUTPUT, 'o', "output", "RESULT", "the result file"}, SET,                              \
        {OPTION_REPLICATIONS, 'r', "replications", "N", "short for --set study.replications=N"},   \
        {OPTION_THREADS, 't', "threads", "N", "threads; default: one for each processor"},         \
        {OPTION_THREADS_PER_RUN, 0, "threads-per-run", "N|auto",                                   \
         "so many share a run, even where slower; default: auto, where it pays"},                  \
        {OPTION_RESTART, 0, "restart", NULL,                                                       \
         "begin anew; an earlier result is replaced at the end"},                                  \
        {OPTION_RETRY_FAILED, 0, "retry-failed", NULL,                                             \
         "do the runs that failed again, and write the result anew"},                              \
        {OPTION_TIDY, 0, "tidy", NULL,                                                             \
         "remove the journals in RESULT.runs at the end; it cannot grow then"},                    \
    {                                                                                              \
        OPTION_QUIET, 'q', "quiet", NULL, "no progress line and no closing line on stderr"         \
    }

static const struct option_spec no_options[] = {HELP, END};

static const struct option_spec check_options[] = {
    SET,
    {OPTION_EXPLAIN, 'e', "explain", "PATH",
     "what an entry, a key or a section means, such as links.county"},
    {OPTION_POINT, 'p', "point", "N",
     "look at design point N of the study (from 0), not the base case"},
    {OPTION_FAILURES, 0, "failures", NULL, "what the failure of each link and site would do"},
    {OPTION_JSON, 0, "json", NULL, "print JSON, for machines"},
    HELP,
    END,
};

static const struct option_spec run_options[] = {
    SIMULATION,
    {OPTION_POINT, 'p', "point", "N", "RESULT.h5: the design point of the run to repeat, from 0"},
    {OPTION_REPLICATION, 0, "replication", "M",
     "RESULT.h5: the replication of the run to repeat, from 0"},
    {OPTION_JSON, 0, "json", NULL, "print JSON, for machines"},
    {OPTION_PARTITIONS, 0, "partitions", "K", NULL},
    {OPTION_PARTITION_SEED, 0, "partition-seed", "S", NULL},
    HELP,
    END,
};

static const struct option_spec sweep_options[] = {
    SIMULATION,
    {OPTION_DRY_RUN, 'n', "dry-run", NULL,
     "list the points and what is to do of each; write nothing"},
    {OPTION_JSON, 0, "json", NULL, "print JSON, for machines"},
    {OPTION_PARTITIONS, 0, "partitions", "K", NULL},
    {OPTION_PARTITION_SEED, 0, "partition-seed", "S", NULL},
    HELP,
    END,
};

static const struct option_spec show_options[] = {
    {OPTION_POINT, 'p', "point", "N", "every figure of design point N, from 0"},
    {OPTION_ALL, 'a', "all", NULL, "every figure of every point"},
    {OPTION_SENSITIVITY, 0, "sensitivity", NULL,
     "how much each factor matters, of design sensitivity or morris"},
    {OPTION_LINKS, 0, "links", NULL,
     "how busy each link direction is, by class, and whose the busiest interval is"},
    {OPTION_FAILED, 0, "failed", NULL, "list the runs that failed, and why"},
    {OPTION_SCENARIO, 0, "scenario", NULL, "print the texts of the scenario that the result holds"},
    {OPTION_JSON, 0, "json", NULL, "print everything as JSON, for machines"},
    {OPTION_CSV, 0, "csv", NULL,
     "print every figure of every point as CSV, for spreadsheets and plots"},
    HELP,
    END,
};

static const struct option_spec diff_options[] = {
    {OPTION_SET, 's', "set", "PATH=VALUE",
     "override a key of both, such as use.arrangement=alone; may be repeated"},
    {OPTION_JSON, 0, "json", NULL, "print JSON, for machines"},
    HELP,
    END,
};

static const struct option_spec compare_options[] = {
    {OPTION_POINT, 'p', "point", "N", "only design point N, in full (of the second file)"},
    {OPTION_AGAINST, 0, "against", "M",
     "against design point M (of the first file); default: 0, or the same options"},
    {OPTION_ALL, 'a', "all", NULL, "every figure of every comparison"},
    {OPTION_TOGETHER, 0, "together", NULL,
     "widen the intervals so that all differences shown hold together"},
    {OPTION_LEVEL, 0, "level", "PERCENT", "the level of the intervals, 50 to 99; default: 95"},
    {OPTION_GAIN, 0, "gain", NULL,
     "what common random numbers save: the variance of each difference against independent seeds"},
    {OPTION_JSON, 0, "json", NULL, "print everything as JSON, for machines"},
    HELP,
    END,
};

static const struct option_spec init_options[] = {
    {OPTION_LIST, 'l', "list", NULL, "list the cases; so does no CASE"},
    {OPTION_OUTPUT, 'o', "output", "FILE",
     "the file to write; default: CASE.yaml in the current folder"},
    {OPTION_JSON, 0, "json", NULL, "print JSON, for machines"},
    HELP,
    END,
};

static const struct option_spec import_options[] = {
    {OPTION_OUTPUT, 'o', "output", "FILE", "the scenario to write; default: standard output"},
    {OPTION_BANDWIDTH, 'b', "bandwidth", "RATE",
     "of links for which NETWORK states none; default: '1 Gbit/s'"},
    {OPTION_DELAY, 'd', "delay", "TIME",
     "of links between places that are not known; default: '1 ms'"},
    {OPTION_DETOUR, 0, "detour", "FACTOR",
     "a link's length over the great-circle distance of its ends; default: 1.5"},
    {OPTION_UNIT, 'u', "unit", "RATE",
     "sndlib: of capacities and demands; default: what the file says, else '1 Mbit/s'"},
    {OPTION_SIZE, 0, "size", "SIZE", "sndlib: of each message of a demand; default: '1 MB'"},
    {OPTION_FLOWS, 0, "flows", NULL, "sndlib: demands are flows that share links, not messages"},
    HELP,
    END,
};

static const struct command all_commands[] = {
    {"check", "FILE",
     "is a scenario sound, what saturates first, and what does queueing theory say?",
     "Reads the scenario FILE, tells every mistake in it, and prints what operational laws say of "
     "its\n"
     "stations before any simulation: how busy each is, when, and at which demand it saturates;\n"
     "and what queueing theory says of mean responses and waits, and how good that is.\n"
     "With --failures, prints in place of that what the failure of each link and site alone would\n"
     "do: which routes are led around it, which are lost, and how busy the busiest link then is.\n"
     "With --explain, prints in place of that what a part of the scenario means: as YAML with\n"
     "`like` followed and defaults filled in, each value with the place that it comes from, and\n"
     "what it comes to for each partner. PATH is SECTION, SECTION.NAME or SECTION.NAME.KEY; *\n"
     "stands for any part of a name.",
     check_options, command_check},
    {"run", "FILE|RESULT", "simulate the base case of a scenario, or repeat one run of a result",
     "Simulates the base case of the scenario FILE, each replication once, and prints its figures. "
     "The\n"
     "result is results/NAME.run.h5 where -o names no other. What was interrupted goes on with "
     "the\n"
     "same command.\n"
     "Repeats one of the runs of RESULT from the texts inside it and says whether every figure is "
     "the\n"
     "same to the bit: psnsim run RESULT.h5 --point N --replication M.",
     run_options, command_run},
    {"sweep", "FILE", "simulate the study of a scenario: every point and replication",
     "Simulates every design point of the study in the scenario FILE, each replication once, and "
     "prints\n"
     "what came out. The result is results/NAME.h5 where -o names no other. What was interrupted "
     "goes\n"
     "on with the same command, and a study that has grown keeps what is done.",
     sweep_options, command_sweep},
    {"show", "RESULT", "print the figures of a result",
     "Prints the figures of the result file RESULT as tables: response times by service and "
     "partner,\n"
     "objectives, and how busy each station is, with 95 % confidence intervals; of one point with\n"
     "what queueing theory says beside them, where nothing changes over a run.",
     show_options, command_show},
    {"diff", "A B", "what differs by meaning between two scenarios, and what that does",
     "Reads the scenarios A and B (a result counts as the scenario inside it) and prints which "
     "values\n"
     "differ in meaning: not comments, the order of keys, `like` or a default written out, or\n"
     "1 Gbit/s for 1000 Mbit/s. Then what that does to the utilisation of their stations, by\n"
     "operational laws. The exit status is 0 whether or not they differ.",
     diff_options, command_diff},
    {"init", "[CASE]", "a new scenario from a shipped one; without CASE, which there are",
     "Writes the shipped scenario CASE, and what it includes, into the current folder (or beside\n"
     "FILE) to be changed at will. Never writes over a file.",
     init_options, command_init},
    {"import", "graphml|sndlib NETWORK", "a scenario from a network in another tool's format",
     "Reads NETWORK and prints a scenario of it: its nodes as sites, its edges as links. What the\n"
     "file leaves open is assumed; the scenario says so, and so do lines on standard error.\n"
     "graphml: GraphML as The Internet Topology Zoo has it (topology-zoo.org). Delays are those "
     "of\n"
     "light in fibre between the nodes' coordinates; bandwidths are from LinkSpeedRaw, LinkSpeed "
     "or\n"
     "LinkLabel. One service stands in for the demand.\n"
     "sndlib: the native format of SNDlib (sndlib.zib.de). Demands become workloads.",
     import_options, command_import},
    {"compare", "RESULT [RESULT]", "what differs between points of a result, or of two",
     "Compares design points with 95 % confidence intervals of their differences, and says in\n"
     "words what is faster, slower, busier, or no real difference. One file: each arrangement\n"
     "against the first one, all other options the same; without that factor, each point against\n"
     "point 0. Two files: the second against the first, at the points that have the same options.\n"
     "Each interval holds by itself. A change marked ? would not stand if all differences shown\n"
     "had to hold together; --together widens the intervals so that they do (Bonferroni).",
     compare_options, command_compare},
    {"schema", "", "the language as a JSON Schema, for editors",
     "Prints a JSON Schema (draft-07) of the scenario language, by which editors complete and "
     "explain\n"
     "keys and mark mistakes. With the schema as psnsim.schema.json beside it, a scenario's first\n"
     "line says so:\n"
     "  # yaml-language-server: $schema=psnsim.schema.json",
     no_options, command_schema},
    {"completion", "bash|zsh|fish", "the script by which a shell completes psnsim's command line",
     "Prints a script by which a shell completes commands, options, scenarios and results. It is\n"
     "installed with psnsim; where it is not, for this session of bash:\n"
     "  eval \"$(psnsim completion bash)\"",
     no_options, command_completion},
    {"man", "", "the manual page psnsim(1)",
     "Prints the manual page psnsim(1), in roff. It is installed with psnsim; where it is not:\n"
     "  psnsim man | man -l -",
     no_options, command_man},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

const struct command *commands(void)
{
    return all_commands;
}

const struct exit_status *exit_statuses(void)
{
    static const struct exit_status all[] = {
        {EXIT_DONE, "done"},
        {EXIT_INCOMPLETE, "the simulation could not be completed"},
        {EXIT_INPUT, "the input or the command line is wrong"},
        {EXIT_INTERRUPTED, "interrupted by a signal; what was done is kept"},
        {0, NULL},
    };
    return all;
}

void options_usage(FILE *out)
{
    fputs("psnsim simulates the capacity of infrastructure that public bodies share.\n\n"
          "usage: psnsim COMMAND [OPTION]... FILE\n\n"
          "commands:\n",
          out);
    for (const struct command *c = all_commands; c->name; c++)
        fprintf(out, "  %-10s  %s\n", c->name, c->summary);
    fputs("\n"
          "psnsim COMMAND --help   the options of a command\n"
          "psnsim --version        the version\n\n"
          "exit status:\n",
          out);
    for (const struct exit_status *s = exit_statuses(); s->meaning; s++)
        fprintf(out, "  %-10d  %s\n", s->status, s->meaning);
}

/* "-o, --output RESULT" */
static void option_text(const struct option_spec *o, char *text, size_t size)
{
    char letter[8] = "    ";
    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(text, size, "%s--%s%s%s", letter, o->name, o->argument ? " " : "",
             o->argument ? o->argument : "");
}

void options_help(const struct command *c, FILE *out)
{
    fprintf(out, "usage: psnsim %s [OPTION]...%s%s\n\n%s\n\noptions:\n", c->name,
            *c->operand ? " " : "", c->operand, c->about);
    int width = 0;
    char text[80];
    bool counts = false;
    for (const struct option_spec *o = c->option; o->name; o++) {
        counts = counts || o->id == OPTION_POINT || o->id == OPTION_REPLICATIONS;
        option_text(o, text, sizeof text);
        if (o->help && (int)strlen(text) > width)
            width = (int)strlen(text);
    }
    for (const struct option_spec *o = c->option; o->name; o++) {
        option_text(o, text, sizeof text);
        if (o->help)
            fprintf(out, "  %-*s  %s\n", width, text, o->help);
    }
    if (counts)
        fputs("\nPoints and replications count from 0.\n", out);
}
