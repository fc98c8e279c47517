/* SPDX-License-Identifier: Apache-2.0
 * The command `man`: the manual page psnsim(1) in roff's man macros (man(7)), from the tables of
 * commands and options. */
#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "psnsim/psnsim.h"

/* One character of UTF-8 as a number; *text moves behind it. */
static uint32_t character(const char **text)
{
    const unsigned char *c = (const unsigned char *)*text;
    size_t more = *c >= 0xF0 ? 3 : *c >= 0xE0 ? 2 : *c >= 0xC0 ? 1 : 0;
    uint32_t value = more ? *c & (0x3FU >> more) : *c;
    for (size_t i = 1; i <= more && c[i]; i++)
        value = value << 6 | (c[i] & 0x3F);
    *text += 1 + (strlen(*text + 1) < more ? strlen(*text + 1) : more);
    return value;
}

/* A text of at most `length` bytes, escaped: no character of it is roff's. */
static void put_text(FILE *out, const char *text, size_t length)
{
    for (const char *end = text + length; text < end && *text;) {
        uint32_t c = character(&text);
        if (c == '-')
            fputs("\\-", out);
        else if (c == '\\')
            fputs("\\e", out);
        else if (c == '\'')
            fputs("\\(aq", out);
        else if (c == '`')
            fputs("\\(ga", out);
        else if (c >= 0x80)
            fprintf(out, "\\[u%04X]", (unsigned)c);
        else
            putc((int)c, out);
    }
}

/* Lines of the tables as a paragraph; those that begin with blanks are shown as they stand. */
static void put_lines(FILE *out, const char *text)
{
    for (bool shown = false; *text;) {
        size_t length = strcspn(text, "\n"), blanks = strspn(text, " ");
        if (shown != (blanks > 0))
            fputs(blanks > 0 ? ".PP\n.RS 4\n.nf\n" : ".fi\n.RE\n.PP\n", out);
        shown = blanks > 0;
        if (text[blanks] == '.')
            fputs("\\&", out);
        put_text(out, text + blanks, length - blanks);
        putc('\n', out);
        text += length + (text[length] == '\n');
        if (shown && !*text)
            fputs(".fi\n.RE\n", out);
    }
}

/* Operands: what is to be written as it stands is bold, what it stands for is in italics. */
static void put_operands(FILE *out, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, " |[].");
        if (length > 0) {
            fputs(islower((unsigned char)*text) ? "\\fB" : "\\fI", out);
            put_text(out, text, length);
            fputs("\\fR", out);
        } else {
            length = 1;
            put_text(out, text, 1);
        }
        text += length;
    }
}

/* "psnsim check [OPTION]... FILE" */
static void put_synopsis(FILE *out, const struct command *c)
{
    fprintf(out, "\\fBpsnsim %s\\fR [\\fIOPTION\\fR]...", c->name);
    if (*c->operand)
        putc(' ', out);
    put_operands(out, c->operand);
    putc('\n', out);
}

static void put_option(FILE *out, const struct option_spec *o)
{
    fputs(".TP\n", out);
    if (o->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB", out);
    put_text(out, "--", 2);
    put_text(out, o->name, strlen(o->name));
    fputs("\\fR", out);
    if (o->argument) {
        putc(' ', out);
        put_operands(out, o->argument);
    }
    putc('\n', out);
    put_lines(out, o->help);
}

static void put_command(FILE *out, const struct command *c)
{
    fputs(".SS ", out);
    put_synopsis(out, c);
    put_lines(out, c->about);
    for (const struct option_spec *o = c->option; o->name; o++)
        if (o->help)
            put_option(out, o);
}

static const char begin[] =
    ".SH NAME\n"
    "psnsim \\- capacity simulation of infrastructure that public bodies share\n"
    ".SH SYNOPSIS\n";

static const char description[] =
    ".SH DESCRIPTION\n"
    ".B psnsim\n"
    "simulates what happens when public bodies share data centres, storage and network links.\n"
    "A scenario, a YAML text, describes the partners, their demand and the infrastructure;\n"
    ".B psnsim\n"
    "says what each partner will get, alone and together, over as many variations and repetitions\n"
    "as it takes to be sure.\n"
    "Tables go to standard output, progress and mistakes to standard error.\n"
    ".PP\n"
    "\\fBpsnsim \\-\\-help\\fR lists the commands, \\fBpsnsim \\-\\-version\\fR prints the "
    "version.\n"
    ".SH COMMANDS\n";

static const char files[] =
    ".SH FILES\n"
    ".TP\n"
    ".I results/NAME.h5\n"
    "The result of\n"
    ".B psnsim sweep\n"
    "for the scenario NAME.yaml: HDF5, and netCDF\\-4.\n"
    "That of\n"
    ".B psnsim run\n"
    "is\n"
    ".IR results/NAME.run.h5 .\n"
    ".TP\n"
    ".I results/NAME.h5.runs/\n"
    "Its runs, each kept as it ends: an interrupted study goes on from them, and one that is\n"
    "done can be extended. --tidy removes them.\n"
    ".TP\n"
    ".I results/NAME.h5.log\n"
    "What was run, a line of JSON each.\n"
    ".TP\n"
    ".I share/psnsim/scenarios/\n"
    "Scenarios to begin with, and the reference of the language, README.md.\n"
    ".TP\n"
    ".I share/psnsim/psnsim.schema.json\n"
    "The language as a JSON Schema, for editors.\n";

static const char examples[] =
    ".SH EXAMPLES\n"
    ".TP\n"
    ".B psnsim check scenario.yaml\n"
    "What is wrong with it; if nothing is, which station saturates first, and what theory says.\n"
    ".TP\n"
    ".B psnsim sweep scenario.yaml \\-\\-set compute.servers.hosts=3\n"
    "Its study, with three hosts in the pool servers.\n"
    ".TP\n"
    ".B psnsim show results/scenario.h5 \\-\\-json\n"
    "Every figure of the result, for a program.\n"
    ".TP\n"
    ".B psnsim run results/scenario.h5 \\-\\-point 2 \\-\\-replication 0\n"
    "One run of the result again, compared to the bit.\n"
    ".SH SEE ALSO\n"
    ".BR h5dump (1),\n"
    ".BR ncdump (1)\n";

int command_man(const struct arguments *a)
{
    (void)a;
    printf(".TH PSNSIM 1 \"\" \"psnsim %s\" \"User Commands\"\n.nh\n.ad l\n", psn_version());
    fputs(begin, stdout);
    for (const struct command *c = commands(); c->name; c++) {
        if (c != commands())
            fputs(".br\n", stdout);
        put_synopsis(stdout, c);
    }
    fputs(description, stdout);
    for (const struct command *c = commands(); c->name; c++)
        put_command(stdout, c);
    fputs(".SH EXIT STATUS\n", stdout);
    for (const struct exit_status *s = exit_statuses(); s->meaning; s++) {
        printf(".TP\n.B %d\n", s->status);
        put_lines(stdout, s->meaning);
    }
    fputs(files, stdout);
    fputs(examples, stdout);
    return EXIT_DONE; /* main tells that stdout could not be written */
}
