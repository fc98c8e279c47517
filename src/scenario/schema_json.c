/* SPDX-License-Identifier: Apache-2.0
 * JSON for the schema: putting it together, and the table's YAML texts as JSON. */
#include "scenario/schema_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/yaml.h"

void schema_set(struct schema *s, json_t *object, const char *key, json_t *value)
{
    s->failed |= json_object_set_new(object, key, value) != 0;
}

void schema_add(struct schema *s, json_t *array, json_t *value)
{
    s->failed |= json_array_append_new(array, value) != 0;
}

json_t *schema_ref(const char *name)
{
    return json_pack("{s:s+}", "$ref", "#/definitions/", name);
}

void schema_path(char out[SCHEMA_NAME], const char *path, const char *name)
{
    snprintf(out, SCHEMA_NAME, "%s.%s", path, name);
    for (char *c = out; *c; c++)
        if (*c == ' ')
            *c = '-';
}

/* A plain scalar as YAML's core schema types it (YAML 1.2.2, section 10.3.2), but for hexadecimal
 * and octal numbers, infinities and NaN, which the language has not. */
static json_t *plain(const char *text)
{
    char *end;
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)
        return json_boolean(*text == 't');
    if (strspn(text, "+-.0123456789eE") == strlen(text)) {
        double value = strtod(text, &end);
        if (end != text && *end == '\0')
            return strcspn(text, ".eE") == strlen(text) ? json_integer(atoll(text))
                                                        : json_real(value);
    }
    return json_string(text);
}

static json_t *of_node(const struct node *n)
{
    json_t *value = NULL;
    switch (n->kind) {
    case NODE_NULL:
        return json_null();
    case NODE_SCALAR:
        return n->quoted ? json_string(n->text) : plain(n->text);
    case NODE_LIST:
        value = json_array();
        for (size_t i = 0; i < n->count && value; i++)
            if (json_array_append_new(value, of_node(n->item[i]))) {
                json_decref(value);
                return NULL;
            }
        break;
    case NODE_MAP:
        value = json_object();
        for (size_t i = 0; i < n->count && value; i++)
            if (json_object_set_new(value, n->member[i].key, of_node(n->member[i].value))) {
                json_decref(value);
                return NULL;
            }
        break;
    }
    return value;
}

json_t *schema_yaml(const char *text)
{
    struct arena arena = {0};
    psn_diagnostics all = {0};
    struct node *root = NULL;
    size_t nodes = YAML_NODES_MOST;
    json_t *value = NULL;
    if (!yaml_read(&arena, "the table of the language", text, strlen(text), &nodes, &root, &all) &&
        root)
        value = of_node(root);
    psn_diagnostics_fini(&all);
    arena_fini(&arena);
    return value;
}
