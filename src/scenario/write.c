/* SPDX-License-Identifier: Apache-2.0
 * Nodes back into YAML text. */
#include "scenario/write.h"

#include <stdlib.h>
#include <string.h>

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

static void write_node(FILE *out, const struct node *n, bool flow, bool in_list)
{
    const char *between = "";
    switch (n->kind) {
    case NODE_SCALAR:
        write_scalar(out, n, flow);
        break;
    case NODE_LIST:
        putc('[', out);
        for (size_t i = 0; i < n->count; i++) {
            fputs(i ? ", " : "", out);
            write_node(out, n->item[i], true, true);
        }
        putc(']', out);
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
            write_node(out, n->member[i].value, true, false);
        }
        putc('}', out);
        break;
    case NODE_NULL:
    default:
        fputs("~", out);
        break;
    }
}

static const char *line_of(struct arena *a, const struct node *n, bool in_list)
{
    char *text = NULL, *copy = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    write_node(out, n, in_list, in_list);
    if (fclose(out) == 0)
        copy = arena_string(a, text);
    free(text);
    return copy;
}

const char *write_line(struct arena *a, const struct node *n)
{
    return line_of(a, n, false);
}

const char *write_item(struct arena *a, const struct node *n)
{
    return line_of(a, n, true);
}
