/* SPDX-License-Identifier: Apache-2.0
 * Reads a command line by the table of options: getopt_long, with operands anywhere. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "scenario/node.h"

/* More options than any command has. */
#define MOST_OPTIONS 24

/* Values of long options without a letter; above every character. */
#define LONG_ONLY 1000

struct getopt_tables {
    struct option item[MOST_OPTIONS + 1];
    const char *name[MOST_OPTIONS];
    size_t count;
    char letters[2 * MOST_OPTIONS + 4];
};

static void make_tables(const struct command *c, struct getopt_tables *t)
{
    *t = (struct getopt_tables){0};
    char *l = t->letters;
    *l++ = '+'; /* stop at an operand: we take it and go on */
    *l++ = ':'; /* tell a missing value apart from an unknown option */
    for (const struct option_spec *o = c->option; o->name && t->count < MOST_OPTIONS; o++) {
        t->item[t->count] = (struct option){o->name, o->argument ? required_argument : no_argument,
                                            NULL, o->letter ? o->letter : LONG_ONLY + (int)o->id};
        if (o->letter) {
            *l++ = o->letter;
            if (o->argument)
                *l++ = ':';
        }
        if (o->help)
            t->name[t->count] = o->name;
        else
            t->name[t->count] = "";
        t->count++;
    }
}

static const struct option_spec *find_option(const struct command *c, int value)
{
    for (const struct option_spec *o = c->option; o->name; o++)
        if (value == (o->letter ? o->letter : LONG_ONLY + (int)o->id))
            return o;
    return NULL;
}

void options_unknown(const char *what, const char *word, const char *const *names, size_t n)
{
    fprintf(stderr, "psnsim: unknown %s %s", what, word);
    while (*word == '-')
        word++;
    char plain[64];
    size_t length = strcspn(word, "=");
    snprintf(plain, sizeof plain, "%.*s", (int)(length < 60 ? length : 60), word);
    const char *near = node_nearest(plain, names, n);
    if (near && *near)
        fprintf(stderr, "; did you mean %s%s?", strcmp(what, "option") != 0 ? "" : "--", near);
    putc('\n', stderr);
}

const struct command *options_command(const char *name)
{
    const char *names[MOST_OPTIONS];
    size_t n = 0;
    for (const struct command *c = commands(); c->name; c++) {
        if (!strcmp(c->name, name))
            return c;
        names[n++] = c->name;
    }
    options_unknown("command", name, names, n);
    return NULL;
}

/* A whole number within bounds, nothing before or behind it. */
static bool read_number(const char *text, uint64_t least, uint64_t most, uint64_t *out)
{
    if (*text < '0' || *text > '9')
        return false;
    char *end;
    errno = 0;
    unsigned long long x = strtoull(text, &end, 10);
    if (errno || *end || x < least || x > most)
        return false;
    *out = x;
    return true;
}

static bool numeric_bounds(enum option_id id, uint64_t *least, uint64_t *most)
{
    *least = 1;
    *most = INT32_MAX;
    switch (id) {
    case OPTION_POINT:
    case OPTION_AGAINST:
    case OPTION_REPLICATION:
        *least = 0;
        return true;
    case OPTION_REPLICATIONS:
    case OPTION_PARTITIONS:
        return true;
    case OPTION_LEVEL:
        *least = 50;
        *most = 99;
        return true;
    case OPTION_THREADS:
        *most = 4096;
        return true;
    case OPTION_THREADS_PER_RUN:
        *most = 64; /* more find no work: THREADS_PER_RUN_MOST */
        return true;
    case OPTION_PARTITION_SEED:
        *least = 0;
        *most = UINT64_MAX;
        return true;
    default:
        return false;
    }
}

uint64_t arguments_number(const struct arguments *a, enum option_id id, uint64_t standard)
{
    uint64_t least, most, x;
    if (!a->given[id] || !numeric_bounds(id, &least, &most) ||
        !read_number(a->value[id], least, most, &x))
        return standard;
    return x;
}

static int out_of_memory(void)
{
    fputs("psnsim: out of memory\n", stderr);
    return EXIT_INCOMPLETE;
}

/* Keeps one option. Returns -1, or the exit status after a mistake. */
static int take_option(const struct option_spec *o, const char *value, struct arguments *a)
{
    uint64_t least, most, x;
    bool automatic = o->id == OPTION_THREADS_PER_RUN;
    if (value && numeric_bounds(o->id, &least, &most) && !read_number(value, least, most, &x) &&
        !(automatic && strcmp(value, "auto") == 0)) {
        fprintf(stderr, "psnsim: --%s wants a whole number from %llu to %llu%s, not '%s'\n",
                o->name, (unsigned long long)least, (unsigned long long)most,
                automatic ? " or auto" : "", value);
        return EXIT_INPUT;
    }
    if (o->id == OPTION_SET && value) {
        if (!strchr(value, '=') || *value == '=') {
            fprintf(stderr, "psnsim: --set wants PATH=VALUE, such as study.seed=7, not '%s'\n",
                    value);
            return EXIT_INPUT;
        }
        a->set[a->n_sets++] = value;
    }
    if (o->id == OPTION_OUTPUT && value && !*value) {
        fputs("psnsim: --output wants the name of a file\n", stderr);
        return EXIT_INPUT;
    }
    a->given[o->id] = true;
    a->value[o->id] = value;
    return -1;
}

/* --replications as the setting that it is short for. */
static int take_replications(struct arguments *a)
{
    char *text = NULL;
    if (asprintf(&text, "study.replications=%s", a->value[OPTION_REPLICATIONS]) < 0)
        return out_of_memory();
    a->replications = text;
    a->set[a->n_sets++] = a->replications;
    return -1;
}

static char *join(int argc, char **argv)
{
    size_t size = sizeof "psnsim";
    for (int i = 0; i < argc; i++)
        size += strlen(argv[i]) + 1;
    char *line = malloc(size), *end = line;
    if (!line)
        return NULL;
    end = stpcpy(end, "psnsim");
    for (int i = 0; i < argc; i++) {
        *end++ = ' ';
        end = stpcpy(end, argv[i]);
    }
    return line;
}

/* How many operands the table's text asks for: its words, of which [words] may be left out. */
static void count_operands(const char *text, size_t *least, size_t *most)
{
    *least = *most = 0;
    for (bool begins = true; *text; text++) {
        *most += begins;
        *least += begins && *text != '[';
        begins = *text == ' ';
    }
}

static int take_operand(const struct command *c, const char *text, struct arguments *a)
{
    size_t least, most;
    count_operands(c->operand, &least, &most);
    if (most == 0) {
        fprintf(stderr, "psnsim: %s takes no operand, and '%s' is one\n", c->name, text);
        return EXIT_INPUT;
    }
    if (a->n_operands == most && most == 1) {
        fprintf(stderr, "psnsim: %s takes one %s, and '%s' is a second\n", c->name, c->operand,
                text);
        return EXIT_INPUT;
    }
    if (a->n_operands == most) {
        fprintf(stderr, "psnsim: %s takes %s, and '%s' is one more\n", c->name, c->operand, text);
        return EXIT_INPUT;
    }
    if (!a->operand)
        a->operand = text;
    a->operands[a->n_operands++] = text;
    return -1;
}

/* What getopt could not take: a value that is missing, one too many, or an unknown option. */
static int tell_bad_option(const struct command *c, int found, const char *word,
                           const struct getopt_tables *t)
{
    const struct option_spec *o = optopt ? find_option(c, optopt) : NULL;
    if (found == ':' && o)
        fprintf(stderr, "psnsim: --%s wants a value: %s\n", o->name, o->argument);
    else if (o && !o->argument)
        fprintf(stderr, "psnsim: --%s takes no value\n", o->name);
    else if (optopt > 0 && optopt < 128 && strncmp(word, "--", 2) != 0) {
        char letter[3] = {'-', (char)optopt, '\0'};
        options_unknown("option", letter, t->name, 0);
    } else
        options_unknown("option", word, t->name, t->count);
    fprintf(stderr, "psnsim %s --help tells the options\n", c->name);
    return EXIT_INPUT;
}

static int read_all(const struct command *c, int argc, char **argv, struct arguments *a)
{
    struct getopt_tables t;
    make_tables(c, &t);
    opterr = 0;
    optind = 0; /* glibc: begin anew, whatever was read before */
    int before = 1, status = -1;
    bool operands_only = false;
    while (status < 0) {
        int found = operands_only ? -1 : getopt_long(argc, argv, t.letters, t.item, NULL);
        if (found == -1) {
            if (!operands_only && optind == before + 1 && !strcmp(argv[before], "--"))
                operands_only = true;
            if (optind >= argc)
                break;
            status = take_operand(c, argv[optind++], a);
        } else if (found == '?' || found == ':') {
            status = tell_bad_option(c, found, argv[before < argc ? before : argc - 1], &t);
        } else {
            const struct option_spec *o = find_option(c, found);
            if (o->id == OPTION_HELP) {
                options_help(c, stdout);
                return EXIT_DONE;
            }
            status = take_option(o, optarg, a);
        }
        before = optind;
    }
    return status;
}

int options_read(const struct command *c, int argc, char **argv, struct arguments *a)
{
    *a = (struct arguments){.command = c};
    a->set = calloc((size_t)argc + 1, sizeof *a->set);
    a->operands = calloc((size_t)argc + 1, sizeof *a->operands);
    a->line = join(argc, argv);
    int status = a->set && a->operands && a->line ? read_all(c, argc, argv, a) : out_of_memory();
    if (status < 0 && a->given[OPTION_REPLICATIONS])
        status = take_replications(a);
    size_t least, most;
    count_operands(c->operand, &least, &most);
    if (status < 0 && a->n_operands < least) {
        fprintf(stderr, "psnsim: %s wants %s%s; psnsim %s --help tells more\n", c->name,
                least == 1 ? "a " : "", c->operand, c->name);
        status = EXIT_INPUT;
    }
    if (status >= 0)
        arguments_fini(a);
    return status;
}

void arguments_fini(struct arguments *a)
{
    free(a->set);
    free(a->operands);
    free(a->line);
    free(a->replications);
    *a = (struct arguments){0};
}
