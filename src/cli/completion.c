/* SPDX-License-Identifier: Apache-2.0
 * The command `completion`: scripts by which shells complete psnsim's command line, from the tables
 * of commands and options. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/placeholder.h"

/* What stands for a command besides the commands. */
#define OWN_OPTIONS "--help --version"

/* A text within single quotes of a shell. Characters of `also` get a backslash before them; in fish
 * the quote has one, too. */
static void put_quoted(FILE *out, const char *text, const char *also, const char *quote)
{
    for (const char *c = text; *c; c++) {
        if (*c == '\'')
            fputs(quote, out);
        else if (strchr(also, *c))
            fprintf(out, "\\%c", *c);
        else
            putc(*c, out);
    }
}

/* The value that an option takes; false where it takes none. */
static bool value_of(const struct option_spec *o, struct placeholder *p)
{
    return o->argument && placeholder_next(o->argument, p) != NULL;
}

static bool offers(const struct placeholder *p)
{
    return *p->words || p->scenario || p->result || p->folder || p->network;
}

/* What any operand of a command may be. */
static struct placeholder operands_of(const struct command *c)
{
    struct placeholder all = {0}, p;
    for (const char *at = placeholder_next(c->operand, &p); at; at = placeholder_next(at, &p))
        placeholder_add(&all, &p);
    return all;
}

/* --- bash --- */

/* The line that offers what stands for a placeholder. */
static void bash_offer(FILE *out, const struct placeholder *p, const char *indent)
{
    if (*p->words)
        fprintf(out, "%s_psnsim_words '%s'\n", indent, p->words);
    if (p->network)
        fprintf(out, "%s_psnsim_files graphml xml txt\n", indent);
    else if (!*p->words && offers(p))
        fprintf(out, "%s_psnsim_files%s%s\n", indent, p->scenario ? " yaml" : "",
                p->result ? " h5" : "");
}

/* " | -o | --output" */
static void bash_option(FILE *out, const struct option_spec *o, const char *between)
{
    fputs(between, out);
    if (o->letter)
        fprintf(out, "-%c | ", o->letter);
    fprintf(out, "--%s", o->name);
}

/* What the value of an option may be: a case for each that can be offered, then all others. */
static void bash_values(FILE *out, const struct command *c)
{
    struct placeholder p;
    const char *begin = "        case $previous in\n";
    for (const struct option_spec *o = c->option; o->name; o++) {
        if (!o->help || !value_of(o, &p) || !offers(&p))
            continue;
        fputs(begin, out);
        bash_option(out, o, "        ");
        fputs(")\n", out);
        bash_offer(out, &p, "            ");
        fputs("            return ;;\n", out);
        begin = "";
    }
    const char *between = "        ", *end = "";
    for (const struct option_spec *o = c->option; o->name; o++) {
        if (!o->help || !value_of(o, &p) || offers(&p))
            continue;
        fputs(begin, out);
        bash_option(out, o, between);
        begin = "";
        between = " | ";
        end = ")\n            return ;;\n";
    }
    fputs(end, out);
    fputs(*begin ? "" : "        esac\n", out);
}

static void bash_command(FILE *out, const struct command *c)
{
    struct placeholder p = operands_of(c);
    fprintf(out, "    %s)\n", c->name);
    bash_values(out, c);
    fputs("        if [[ $current == -* ]]; then\n            _psnsim_words '", out);
    const char *between = "";
    for (const struct option_spec *o = c->option; o->name; o++) {
        if (!o->help)
            continue;
        fprintf(out, "%s--%s", between, o->name);
        between = " ";
    }
    fputs("'\n            return\n        fi\n", out);
    bash_offer(out, &p, "        ");
    fputs("        ;;\n", out);
}

static void bash(FILE *out)
{
    fputs("# bash completion for psnsim; printed by `psnsim completion bash`\n\n"
          "_psnsim_words() {\n"
          "    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W \"$1\" -- \"$current\")\n"
          "}\n\n"
          "# Folders, and files with these endings.\n"
          "_psnsim_files() {\n"
          "    local ending\n"
          "    compopt -o filenames 2>/dev/null\n"
          "    mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -X '*.h5.runs' -- "
          "\"$current\")\n"
          "    for ending; do\n"
          "        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < "
          "<(compgen -f -X \"!*.$ending\" -- \"$current\")\n"
          "    done\n"
          "}\n\n"
          "_psnsim() {\n"
          "    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} "
          "command= i\n"
          "    COMPREPLY=()\n"
          "    # bash parts --option=value into three words\n"
          "    if [[ $current == = ]]; then\n"
          "        current=\n"
          "    elif [[ $previous == = ]]; then\n"
          "        previous=${COMP_WORDS[COMP_CWORD-2]}\n"
          "    fi\n"
          "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        if [[ ${COMP_WORDS[i]} != -* ]]; then\n"
          "            command=${COMP_WORDS[i]}\n"
          "            break\n"
          "        fi\n"
          "    done\n"
          "    case $command in\n"
          "    '' | help)\n"
          "        _psnsim_words '",
          out);
    const char *between = "";
    for (const struct command *c = commands(); c->name; c++, between = " ")
        fprintf(out, "%s%s", between, c->name);
    fputs("'\n        [[ $command ]] || _psnsim_words 'help " OWN_OPTIONS "'\n        ;;\n", out);
    for (const struct command *c = commands(); c->name; c++)
        bash_command(out, c);
    fputs("    esac\n}\n\ncomplete -F _psnsim psnsim\n", out);
}

/* --- zsh --- */

#define ZSH_QUOTE "'\\''"

/* ":NAME:what lists it" */
static void zsh_value(FILE *out, const struct placeholder *p)
{
    putc(':', out);
    put_quoted(out, p->name, ":[]", ZSH_QUOTE);
    putc(':', out);
    if (*p->words)
        fprintf(out, "(%s)", p->words);
    else if (p->scenario || p->result)
        fprintf(out, "_files -g \"%s%s%s\"", p->scenario ? "*.yaml" : "",
                p->scenario && p->result ? " " : "", p->result ? "*.h5" : "");
    else if (p->network)
        fputs("_files -g \"*.graphml *.xml *.txt\"", out);
    else if (p->folder)
        fputs("_files -/", out);
}

/* One spelling of an option. The other is no longer offered once this is there, but for options
 * that may be repeated. */
static void zsh_option(FILE *out, const struct option_spec *o, bool letter)
{
    struct placeholder p;
    bool value = value_of(o, &p);
    fputs(" \\\n            '", out);
    if (o->id == OPTION_SET)
        putc('*', out);
    else if (o->letter)
        fprintf(out, "(-%c --%s)", o->letter, o->name);
    if (letter)
        fprintf(out, "-%c%s[", o->letter, value ? "+" : "");
    else
        fprintf(out, "--%s%s[", o->name, value ? "=" : "");
    put_quoted(out, o->help, ":[]", ZSH_QUOTE);
    putc(']', out);
    if (value)
        zsh_value(out, &p);
    putc('\'', out);
}

static void zsh_command(FILE *out, const struct command *c)
{
    struct placeholder p;
    int n = 0;
    fprintf(out, "        %s)\n            _arguments -s -S", c->name);
    for (const struct option_spec *o = c->option; o->name; o++) {
        if (!o->help)
            continue;
        if (o->letter)
            zsh_option(out, o, true);
        zsh_option(out, o, false);
    }
    for (const char *at = placeholder_next(c->operand, &p); at; at = placeholder_next(at, &p)) {
        fputs(" \\\n            '", out);
        if (p.many)
            putc('*', out);
        else
            fprintf(out, "%d%s", ++n, p.optional ? ":" : "");
        zsh_value(out, &p);
        putc('\'', out);
    }
    fputs("\n            ;;\n", out);
}

static void zsh(FILE *out)
{
    fputs("#compdef psnsim\n"
          "# zsh completion for psnsim; printed by `psnsim completion zsh`\n\n"
          "_psnsim_commands() {\n"
          "    local -a commands\n"
          "    commands=(\n",
          out);
    for (const struct command *c = commands(); c->name; c++) {
        fprintf(out, "        '%s:", c->name);
        put_quoted(out, c->summary, ":", ZSH_QUOTE);
        fputs("'\n", out);
    }
    fputs("        'help:the help of a command'\n"
          "    )\n"
          "    _describe -t commands command commands\n"
          "}\n\n"
          "_psnsim() {\n"
          "    local curcontext=$curcontext state line\n"
          "    typeset -A opt_args\n"
          "    _arguments -C \\\n"
          "        '(- *)'{-h,--help}'[print help]' \\\n"
          "        '(- *)'{-V,--version}'[print the version]' \\\n"
          "        '1:command:_psnsim_commands' \\\n"
          "        '*::operand:->operand'\n"
          "    if [[ $state == operand ]]; then\n"
          "        case $words[1] in\n"
          "        help)\n"
          "            _arguments '1:command:_psnsim_commands'\n"
          "            ;;\n",
          out);
    for (const struct command *c = commands(); c->name; c++)
        zsh_command(out, c);
    fputs("        esac\n"
          "    fi\n"
          "}\n\n"
          "if [[ $funcstack[1] == _psnsim ]]; then\n"
          "    _psnsim \"$@\"\n"
          "else\n"
          "    compdef _psnsim psnsim\n"
          "fi\n",
          out);
}

/* --- fish --- */

/* " -a '...'" where something can be offered. */
static void fish_offer(FILE *out, const struct placeholder *p)
{
    if (*p->words)
        fprintf(out, " -a '%s'", p->words);
    if (p->network)
        fputs(" -k -a '(__fish_complete_suffix .graphml; __fish_complete_suffix .xml; "
              "__fish_complete_suffix .txt)'",
              out);
    else if (*p->words)
        return;
    else if (p->scenario || p->result)
        fprintf(out, " -k -a '(%s%s%s)'", p->result ? "__fish_complete_suffix .h5" : "",
                p->scenario && p->result ? "; " : "",
                p->scenario ? "__fish_complete_suffix .yaml" : "");
    else if (p->folder)
        fputs(" -a '(__fish_complete_directories)'", out);
}

static void fish_command(FILE *out, const struct command *c)
{
    struct placeholder p;
    for (const struct option_spec *o = c->option; o->name; o++) {
        if (!o->help)
            continue;
        fprintf(out, "complete -c psnsim -n '__fish_seen_subcommand_from %s' -l %s", c->name,
                o->name);
        if (o->letter)
            fprintf(out, " -s %c", o->letter);
        fputs(" -d '", out);
        put_quoted(out, o->help, "\\", "\\'");
        putc('\'', out);
        if (value_of(o, &p)) {
            fputs(" -x", out);
            fish_offer(out, &p);
        }
        putc('\n', out);
    }
    p = operands_of(c);
    if (!offers(&p))
        return;
    fprintf(out, "complete -c psnsim -n '__fish_seen_subcommand_from %s'", c->name);
    fish_offer(out, &p);
    putc('\n', out);
}

static void fish(FILE *out)
{
    fputs("# fish completion for psnsim; printed by `psnsim completion fish`\n"
          "complete -c psnsim -f\n"
          "complete -c psnsim -n __fish_use_subcommand -s h -l help -d 'print help'\n"
          "complete -c psnsim -n __fish_use_subcommand -s V -l version -d 'print the version'\n"
          "complete -c psnsim -n __fish_use_subcommand -a help -d 'the help of a command'\n",
          out);
    for (const struct command *c = commands(); c->name; c++) {
        fprintf(out, "complete -c psnsim -n __fish_use_subcommand -a %s -d '", c->name);
        put_quoted(out, c->summary, "\\", "\\'");
        fprintf(out, "'\ncomplete -c psnsim -n '__fish_seen_subcommand_from help' -a %s\n",
                c->name);
    }
    for (const struct command *c = commands(); c->name; c++)
        fish_command(out, c);
}

int command_completion(const struct arguments *a)
{
    static const struct {
        const char *name;
        void (*print)(FILE *out);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    const char *names[sizeof shells / sizeof *shells];
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        names[i] = shells[i].name;
        if (strcmp(a->operand, shells[i].name) == 0) {
            shells[i].print(stdout);
            return EXIT_DONE;
        }
    }
    options_unknown("shell", a->operand, names, sizeof names / sizeof *names);
    return EXIT_INPUT;
}
