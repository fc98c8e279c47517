/* SPDX-License-Identifier: Apache-2.0
 * YAML texts into nodes, by libfyaml's events; see yaml.h. */
#include "scenario/yaml.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "scenario/text.h"

/* A map or list that is being read. The arrays are kept for the next one at this depth. */
struct frame {
    struct node *node;
    bool flow;
    bool has_key;
    struct member key; /* waits for its value */
    bool key_quoted;
    size_t trap_member,
        trap_mistake; /* where the last comma trap stood, and its mistake's number */
    psn_place trap_place;
    struct member *member;
    struct node **item;
    size_t count, member_room, item_room;
};

struct reader {
    struct arena *arena;
    const char *file, *bytes;
    size_t *nodes_left;
    psn_diagnostics *all;  /* the caller's: the syntax error */
    psn_diagnostics found; /* what does not end the reading */
    struct frame frame[YAML_DEPTH_MOST];
    size_t depth;
    struct node *root;
    bool had_document;
};

/* Tells the mistake that ends the reading. */
#define FATAL(r, place, ...) psn_mistake_add((r)->all, PSN_EINPUT, place, __VA_ARGS__)

static int out_of_memory(struct reader *r, psn_place place)
{
    return psn_mistake_add(r->all, PSN_EMEMORY, place, "out of memory");
}

static psn_place token_place(const struct reader *r, struct fy_token *token)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    if (!mark)
        return (psn_place){.file = r->file};
    return (psn_place){r->file, (uint32_t)mark->line + 1, (uint32_t)mark->column + 1};
}

/* Does the token begin with this character of the text? Tells { } and [ ] from blocks. */
static bool token_begins(const struct reader *r, struct fy_token *token, char c)
{
    const struct fy_mark *mark = token ? fy_token_start_mark(token) : NULL;
    return mark && r->bytes[mark->input_pos] == c;
}

static struct frame *top(struct reader *r)
{
    return r->depth ? &r->frame[r->depth - 1] : NULL;
}

/* Anchors and tags, on whatever they stand. */
static int refuse_properties(struct reader *r, struct fy_token *anchor, struct fy_token *tag)
{
    if (anchor)
        return FATAL(r, token_place(r, anchor),
                     "an anchor (&); expected no anchors and aliases: `like` takes their place");
    if (tag)
        return FATAL(r, token_place(r, tag), "a tag (!); expected plain values without tags");
    return 0;
}

static int count_node(struct reader *r, psn_place place)
{
    if (*r->nodes_left == 0)
        return FATAL(r, place, "more than %d keys and values; expected a smaller scenario",
                     YAML_NODES_MOST);
    --*r->nodes_left;
    return 0;
}

struct node *yaml_plain(struct arena *a, psn_place place, const char *text, size_t length)
{
    static const char *const nothing[] = {"", "~", "null", "Null", "NULL"};
    struct node *n = arena_alloc(a, sizeof *n);
    if (!n)
        return NULL;
    *n = (struct node){.kind = NODE_NULL, .place = place};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        if (strlen(nothing[i]) == length && memcmp(nothing[i], text, length) == 0)
            return n;
    n->kind = NODE_SCALAR;
    n->text = arena_string_n(a, text, length);
    return n->text ? n : NULL;
}

static bool all_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

/* Could it be a key (a name, a word of the language, a path)? What a comma cut off seldom could. */
static bool is_plausible_key(const char *key)
{
    return *key >= 'a' && *key <= 'z' &&
           key[strspn(key, "abcdefghijklmnopqrstuvwxyz0123456789-.* /")] == '\0';
}

/* A value longer than this is not mended. */
#define MENDED_MOST 200

/* How what the comma cut goes on, and what to do about it. */
static const char *trap_advice(const char *before, const char *key, const char **between)
{
    *between = "";
    if (all_digits(before) && all_digits(key))
        return "no thousands commas: write ";
    *between = " ";
    if (strchr(before, '(') && key[strlen(key) - 1] == ')')
        return "the arguments of a law are apart by spaces: write ";
    *between = ", ";
    return "a text with a comma stands in quotes: write ";
}

/* The comma trap: { a: 182,493 } has a key 493 without a value. Told with what to write, and
 * mended, so that nothing else is said about it. Returns true where it was one. */
static bool comma_trap(struct reader *r, struct frame *f, const struct node *value)
{
    const char *key = f->key.key, *between;
    if (!f->flow || f->key_quoted || value->kind != NODE_NULL || f->count == 0 ||
        is_plausible_key(key))
        return false;
    char quoted[NODE_QUOTE];
    psn_place place = f->key.place;
    struct node *before = f->member[f->count - 1].value;
    if (before->kind != NODE_SCALAR || before->quoted || strlen(before->text) > MENDED_MOST) {
        psn_mistake_add(
            &r->found, PSN_EINPUT, place,
            "a comma inside { } starts a new key, here \"%s\" without a value; expected "
            "`key: value`",
            node_quote(key, quoted));
        return true;
    }
    const char *advice = trap_advice(before->text, key, &between);
    char *joined = arena_format(r->arena, "%s%s%s", before->text, between, key);
    if (joined)
        before->text = joined;
    if (f->trap_member == f->count && f->trap_mistake == r->found.count) {
        /* 1,182,493: one mistake, at its first comma */
        place = f->trap_place;
        free(r->found.items[--r->found.count].text);
    }
    f->trap_member = f->count;
    f->trap_mistake = r->found.count + 1;
    f->trap_place = place;
    const char *mark = *between == ',' ? "\"" : "";
    psn_mistake_add(&r->found, PSN_EINPUT, place,
                    "a comma inside { } starts a new key, and this one has no value; %s%s%s%s",
                    advice, mark, node_quote(before->text, quoted), mark);
    return true;
}

/* A finished value goes into the map or list that is open, or is the root. */
static int place_value(struct reader *r, struct node *value)
{
    struct frame *f = top(r);
    if (!f) {
        r->root = value;
        return 0;
    }
    void *room;
    if (f->node->kind == NODE_LIST) {
        room = f->item;
        if (array_reserve(&room, &f->item_room, f->count + 1, sizeof *f->item))
            return out_of_memory(r, value->place);
        f->item = room;
        f->item[f->count++] = value;
        return 0;
    }
    f->has_key = false;
    if (comma_trap(r, f, value))
        return 0;
    room = f->member;
    if (array_reserve(&room, &f->member_room, f->count + 1, sizeof *f->member))
        return out_of_memory(r, value->place);
    f->member = room;
    f->key.value = value;
    f->member[f->count++] = f->key;
    return 0;
}

static int on_key(struct reader *r, struct frame *f, psn_place place, const char *text,
                  size_t length, bool quoted)
{
    if (length == 0)
        return FATAL(r, place, "a value without its key; expected `key: value`");
    if (!quoted && length == 2 && memcmp(text, "<<", 2) == 0)
        return FATAL(r, place, "a merge key (<<); expected `like: NAME`, which takes its place");
    f->key = (struct member){.key = arena_string_n(r->arena, text, length), .place = place};
    f->key_quoted = quoted;
    f->has_key = true;
    return f->key.key ? 0 : out_of_memory(r, place);
}

static int on_scalar(struct reader *r, const struct fy_event_scalar_data *e)
{
    struct frame *f = top(r);
    bool is_key = f && f->node->kind == NODE_MAP && !f->has_key;
    bool after_key = f && f->node->kind == NODE_MAP && f->has_key;
    enum fy_scalar_style style = e->value ? fy_token_scalar_style(e->value) : FYSS_PLAIN;
    bool quoted = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    bool block = style == FYSS_LITERAL || style == FYSS_FOLDED;
    psn_place place = e->value ? token_place(r, e->value) : (psn_place){.file = r->file};
    if (quoted && place.column > 1)
        place.column--; /* the mark stands behind the quote */
    size_t length = 0;
    const char *text = e->value ? fy_token_get_text(e->value, &length) : "";
    if (!text)
        return out_of_memory(r, place);
    if (after_key && (!e->value || block || (length == 0 && !quoted)))
        place = f->key.place;
    else if (f && !place.line)
        place = f->node->place;
    if (refuse_properties(r, e->anchor, e->tag) || count_node(r, place))
        return PSN_EINPUT;
    if (memchr(text, '\0', length))
        return FATAL(r, place, "a NUL character (\\0); expected plain text");
    if (is_key)
        return on_key(r, f, place, text, length, quoted || block);
    struct node *n = NULL;
    if (quoted || block) {
        n = arena_alloc(r->arena, sizeof *n);
        if (n) {
            *n = (struct node){.kind = NODE_SCALAR, .quoted = true, .place = place};
            n->text = arena_string_n(r->arena, text, length);
        }
        if (n && !n->text)
            n = NULL;
    } else {
        n = yaml_plain(r->arena, place, text, length);
    }
    return n ? place_value(r, n) : out_of_memory(r, place);
}

static int on_begin(struct reader *r, enum node_kind kind, struct fy_token *start,
                    struct fy_token *anchor, struct fy_token *tag)
{
    struct frame *f = top(r);
    psn_place place = token_place(r, start);
    bool flow = token_begins(r, start, kind == NODE_MAP ? '{' : '[');
    if (refuse_properties(r, anchor, tag) || count_node(r, place))
        return PSN_EINPUT;
    if (f && f->node->kind == NODE_MAP && !f->has_key)
        return FATAL(r, place, "%s as a key; expected a name or a word",
                     kind == NODE_MAP ? "a map" : "a list");
    if (r->depth == YAML_DEPTH_MOST)
        return FATAL(r, place, "more than %d levels of maps and lists; expected a flatter text",
                     YAML_DEPTH_MOST);
    if (kind == NODE_MAP && !flow && f && f->has_key)
        place = f->key.place;
    struct node *n = arena_alloc(r->arena, sizeof *n);
    if (!n)
        return out_of_memory(r, place);
    *n = (struct node){.kind = kind, .place = place};
    f = &r->frame[r->depth++];
    f->node = n;
    f->flow = flow;
    f->has_key = false;
    f->count = f->trap_member = 0;
    return 0;
}

static int on_end(struct reader *r)
{
    struct frame *f = top(r);
    struct node *n = f->node;
    if (n->kind == NODE_MAP && yaml_unique(f->member, &f->count, &r->found) == PSN_EMEMORY)
        return out_of_memory(r, n->place);
    n->count = f->count;
    if (n->kind == NODE_MAP && n->count) {
        n->member = arena_array(r->arena, n->count, sizeof *n->member);
        if (!n->member)
            return out_of_memory(r, n->place);
        memcpy(n->member, f->member, n->count * sizeof *n->member);
    } else if (n->count) {
        n->item = arena_array(r->arena, n->count, sizeof *n->item);
        if (!n->item)
            return out_of_memory(r, n->place);
        memcpy(n->item, f->item, n->count * sizeof *n->item);
    }
    r->depth--;
    return place_value(r, n);
}

static int on_event(struct reader *r, struct fy_event *e)
{
    switch (e->type) {
    case FYET_DOCUMENT_START:
        if (r->had_document)
            return FATAL(r, token_place(r, e->document_start.document_start),
                         "a second document begins; expected one document in a file");
        r->had_document = true;
        return 0;
    case FYET_SCALAR:
        return on_scalar(r, &e->scalar);
    case FYET_ALIAS:
        return FATAL(r, token_place(r, e->alias.anchor),
                     "an alias (*); expected no anchors and aliases: `like` takes their place");
    case FYET_MAPPING_START:
        return on_begin(r, NODE_MAP, e->mapping_start.mapping_start, e->mapping_start.anchor,
                        e->mapping_start.tag);
    case FYET_SEQUENCE_START:
        return on_begin(r, NODE_LIST, e->sequence_start.sequence_start, e->sequence_start.anchor,
                        e->sequence_start.tag);
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        return on_end(r);
    default:
        return 0;
    }
}

/* libfyaml looks ahead to the end of a line for the colon that would make what it has a key, and
 * keeps up to 350 bytes for each token on the way: so what makes tokens is counted before. */
#define LINE_TOKENS_MOST 400000

static int check_lines(struct reader *r, size_t size)
{
    static const char makes_token[256] = {
        ['['] = 1,  [']'] = 1, ['{'] = 1, ['}'] = 1, [','] = 1, [':'] = 1, ['"'] = 1,
        ['\''] = 1, ['&'] = 1, ['*'] = 1, ['!'] = 1, ['?'] = 1, ['-'] = 1};
    size_t tokens = 0;
    uint32_t line = 1;
    for (size_t i = 0; i < size; i++) {
        char c = r->bytes[i];
        if (c == '\n' || c == '\r') {
            tokens = 0;
            line += c == '\n' || !(i + 1 < size && r->bytes[i + 1] == '\n');
        } else if (makes_token[(unsigned char)c] && ++tokens > LINE_TOKENS_MOST) {
            return FATAL(r, ((psn_place){r->file, line, 1}),
                         "a line with more than %d brackets, commas and the like; expected it on "
                         "several lines",
                         LINE_TOKENS_MOST);
        }
    }
    return 0;
}

/* libfyaml's own output is not wanted: its errors are collected. */
static void swallow(struct fy_diag *diag, void *user, const char *text, size_t length)
{
    (void)diag;
    (void)user;
    (void)text;
    (void)length;
}

/* The first error that the parser collected. */
static int syntax_error(struct reader *r, struct fy_diag *diag)
{
    void *at = NULL;
    struct fy_diag_error *e = fy_diag_errors_iterate(diag, &at);
    psn_place place = {.file = r->file};
    if (!e)
        return FATAL(r, place, "this is no YAML; expected a text in YAML 1.2");
    place.line = e->line > 0 ? (uint32_t)e->line : 1;
    place.column = e->column > 0 ? (uint32_t)e->column : 1;
    return FATAL(r, place, "no YAML: %s; expected a text in YAML 1.2", e->msg);
}

static int parse(struct reader *r, struct fy_parser *parser, struct fy_diag *diag, size_t size)
{
    if (fy_parser_set_string(parser, r->bytes, size))
        return out_of_memory(r, (psn_place){.file = r->file});
    for (;;) {
        struct fy_event *e = fy_parser_parse(parser);
        if (!e)
            break;
        int error = on_event(r, e);
        fy_parser_event_free(parser, e);
        if (error)
            return error;
    }
    if (fy_parser_get_stream_error(parser) || r->depth)
        return syntax_error(r, diag);
    return 0;
}

static int run(struct reader *r, size_t size)
{
    struct fy_diag_cfg about;
    fy_diag_cfg_default(&about);
    about.fp = NULL;
    about.output_fn = swallow;
    struct fy_diag *diag = fy_diag_create(&about);
    if (!diag)
        return out_of_memory(r, (psn_place){.file = r->file});
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg how = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG |
                                        FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE |
                                        FYPCF_ALLOW_DUPLICATE_KEYS,
                               .diag = diag};
    struct fy_parser *parser = fy_parser_create(&how);
    int error =
        parser ? parse(r, parser, diag, size) : out_of_memory(r, (psn_place){.file = r->file});
    if (parser)
        fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return error;
}

int yaml_read(struct arena *a, const char *file, const char *bytes, size_t size, size_t *nodes_left,
              struct node **out, psn_diagnostics *all)
{
    *out = NULL;
    int error = text_check(file, bytes, size, all);
    if (error)
        return error;
    size_t mark = text_mark_length(bytes, size);
    struct reader *r = calloc(1, sizeof *r);
    if (!r)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){.file = file}, "out of memory");
    r->arena = a;
    r->file = file;
    r->bytes = bytes + mark;
    r->nodes_left = nodes_left;
    r->all = all;
    error = check_lines(r, size - mark);
    if (!error)
        error = run(r, size - mark);
    if (!error && !r->root)
        r->root = yaml_plain(a, (psn_place){file, 1, 1}, "", 0);
    if (!error && !r->root)
        error = out_of_memory(r, (psn_place){.file = file});
    if (!error) {
        *out = r->root;
        error = r->found.count ? PSN_EINPUT : 0;
        for (size_t i = 0; i < r->found.count; i++)
            psn_mistake_add(all, r->found.items[i].code, r->found.items[i].place, "%s",
                            r->found.items[i].text);
        all->dropped += r->found.dropped;
    }
    for (size_t i = 0; i < YAML_DEPTH_MOST; i++) {
        free(r->frame[i].member);
        free(r->frame[i].item);
    }
    psn_diagnostics_fini(&r->found);
    free(r);
    return error;
}

/* A key and where it stands in its map. */
struct ranked {
    const char *key;
    size_t at;
};

static int compare_ranked(const void *x, const void *y)
{
    const struct ranked *a = x, *b = y;
    int order = strcmp(a->key, b->key);
    return order ? order : (a->at > b->at) - (a->at < b->at);
}

int yaml_unique(struct member *members, size_t *count, psn_diagnostics *all)
{
    if (*count < 2)
        return 0;
    struct ranked *ranked = malloc(*count * sizeof *ranked);
    if (!ranked)
        return PSN_EMEMORY;
    for (size_t i = 0; i < *count; i++)
        ranked[i] = (struct ranked){members[i].key, i};
    qsort(ranked, *count, sizeof *ranked, compare_ranked);
    bool found = false;
    size_t first = 0;
    for (size_t i = 1; i < *count; i++) {
        if (strcmp(ranked[i].key, ranked[first].key) != 0) {
            first = i;
            continue;
        }
        char quoted[NODE_QUOTE];
        found = true;
        psn_mistake_add(all, PSN_EINPUT, members[ranked[i].at].place,
                        "\"%s\" stands twice in this map, first in line %u; expected each key once",
                        node_quote(ranked[i].key, quoted), members[ranked[first].at].place.line);
        members[ranked[i].at].value = NULL;
    }
    free(ranked);
    if (!found)
        return 0;
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (members[i].value)
            members[kept++] = members[i];
    *count = kept;
    return PSN_EINPUT;
}
