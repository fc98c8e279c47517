/* SPDX-License-Identifier: Apache-2.0
 * Reads the placeholders of operands and of options' values. */
#include "cli/placeholder.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "cli/cases.h"

/* What a name in capitals stands for. Others (N, PATH=VALUE) are nothing that a shell can list. */
static const struct {
    const char *name;
    bool scenario, result, folder, network;
} kinds[] = {
    {.name = "FILE", .scenario = true},
    {.name = "RESULT", .result = true},
    {.name = "OTHER", .result = true},
    {.name = "A", .scenario = true, .result = true},
    {.name = "B", .scenario = true, .result = true},
    {.name = "FOLDER", .folder = true},
    {.name = "NETWORK", .network = true},
};

/* One of the alternatives in a placeholder: a name in capitals, or a word to write. */
static void add_alternative(struct placeholder *p, const char *text, size_t length)
{
    if (length > 0 && islower((unsigned char)*text)) {
        size_t used = strlen(p->words);
        snprintf(p->words + used, sizeof p->words - used, "%s%.*s", used ? " " : "", (int)length,
                 text);
        return;
    }
    if (strlen("CASE") == length && strncmp("CASE", text, length) == 0)
        cases_offered(p->words, sizeof p->words);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i].name) == length && strncmp(kinds[i].name, text, length) == 0) {
            p->scenario |= kinds[i].scenario;
            p->result |= kinds[i].result;
            p->folder |= kinds[i].folder;
            p->network |= kinds[i].network;
        }
}

void placeholder_add(struct placeholder *all, const struct placeholder *p)
{
    size_t used = strlen(all->words);
    snprintf(all->words + used, sizeof all->words - used, "%s%s", used && *p->words ? " " : "",
             p->words);
    all->scenario |= p->scenario;
    all->result |= p->result;
    all->folder |= p->folder;
    all->network |= p->network;
}

const char *placeholder_next(const char *text, struct placeholder *out)
{
    *out = (struct placeholder){0};
    while (*text == ' ')
        text++;
    if (!*text)
        return NULL;
    size_t whole = strcspn(text, " "), length = whole;
    const char *name = text;
    out->optional = *name == '[';
    if (out->optional) {
        name++;
        length--;
    }
    /* "[NAME]..." and "[NAME...]" alike */
    for (size_t i = 0; i < 2; i++) {
        if (length > 0 && name[length - 1] == ']')
            length--;
        if (length > 3 && strncmp(name + length - 3, "...", 3) == 0) {
            out->many = true;
            length -= 3;
        }
    }
    snprintf(out->name, sizeof out->name, "%.*s", (int)length, name);
    for (const char *at = out->name; *at;) {
        size_t n = strcspn(at, "|");
        add_alternative(out, at, n);
        at += n + (at[n] == '|');
    }
    return text + whole;
}
