/* SPDX-License-Identifier: Apache-2.0
 * Nodes back into YAML text. */
#include "scenario/write.h"

#include <stdlib.h>
#include <string.h>

#include "scenario/groups.h"
#include "scenario/standard.h"

/* Would a plain scalar of this text read as something else? YAML 1.2, 7.3.3. */
static bool needs_quotes(const char *text, bool flow)
{
    size_t length = strlen(text);
    if (length == 0 || !strcmp(text, "~") || !strcmp(text, "null") || text[0] == ' ' ||
        text[length - 1] == ' ' || text[length - 1] == ':')
        return true;
    if (strchr("[]{},#&*!|>'\"%@`", text[0]))
        return true;
    if (strchr("-?:", text[0]) && (text[1] == ' ' || text[1] == '\0'))
        return true;
    if (strstr(text, ": ") || strstr(text, " #") || (flow && strpbrk(text, ",[]{}")))
        return true;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c == 0x7F)
            return true;
    return false;
}

static void write_text(FILE *out, const char *text, bool quoted, bool flow)
{
    if (!quoted && !needs_quotes(text, flow)) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(out, "\\%c", *c);
        else if (*c == '\n')
            fputs("\\n", out);
        else if (*c < 0x20 || *c == 0x7F)
            fprintf(out, "\\x%02x", *c);
        else
            putc(*c, out);
    }
    putc('"', out);
}

void write_scalar(FILE *out, const struct node *n, bool flow)
{
    write_text(out, n->text, n->quoted, flow);
}

void write_key(FILE *out, const char *key, bool flow)
{
    write_text(out, key, false, flow);
}

/* Members of a group in a row that are written in full; of more the first and the last are. */
#define MEMBERS_MOST 4

/* How many items from `first` on are members of one group, each the next of the one before; 1 where
 * the item is no member. */
static size_t count_members(const struct node *list, size_t first)
{
    size_t n = 1;
    for (; first + n < list->count; n++) {
        const struct node *a = list->item[first + n - 1], *b = list->item[first + n];
        if (a->kind != NODE_SCALAR || b->kind != NODE_SCALAR)
            break;
        size_t length = group_name_length(a->text);
        if (a->text[length] != '/' || strncmp(a->text, b->text, length + 1) != 0 ||
            group_number(a->text) == 0 || group_number(b->text) != group_number(a->text) + 1)
            break;
    }
    return n;
}

static void write_node(FILE *out, const struct node *n, bool flow, bool in_list, bool brief);

static void write_list(FILE *out, const struct node *n, bool brief)
{
    putc('[', out);
    for (size_t i = 0; i < n->count; i++) {
        size_t members = brief ? count_members(n, i) : 1;
        fputs(i ? ", " : "", out);
        write_node(out, n->item[i], true, true, brief);
        if (members > MEMBERS_MOST) {
            fputs(", ...", out);
            i += members - 2;
        }
    }
    putc(']', out);
}

static void write_node(FILE *out, const struct node *n, bool flow, bool in_list, bool brief)
{
    const char *between = "";
    switch (n->kind) {
    case NODE_SCALAR:
        write_scalar(out, n, flow);
        break;
    case NODE_LIST:
        write_list(out, n, brief);
        break;
    case NODE_MAP:
        putc('{', out);
        for (size_t i = 0; i < n->count; i++) {
            if (in_list && standard_is(n->member[i].value))
                continue;
            fputs(between, out);
            between = ", ";
            write_key(out, n->member[i].key, true);
            fputs(": ", out);
            write_node(out, n->member[i].value, true, false, brief);
        }
        putc('}', out);
        break;
    case NODE_NULL:
    default:
        fputs("~", out);
        break;
    }
}

static const char *line_of(struct arena *a, const struct node *n, bool in_list, bool brief)
{
    char *text = NULL, *copy = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    write_node(out, n, in_list, in_list, brief);
    if (fclose(out) == 0)
        copy = arena_string(a, text);
    free(text);
    return copy;
}

const char *write_line(struct arena *a, const struct node *n)
{
    return line_of(a, n, false, false);
}

const char *write_brief(struct arena *a, const struct node *n, bool item)
{
    return line_of(a, n, item, true);
}

const char *write_item(struct arena *a, const struct node *n)
{
    return line_of(a, n, true, false);
}
