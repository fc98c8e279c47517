/* SPDX-License-Identifier: Apache-2.0
 * Loading a scenario: its text, what it includes, CSV tables and the settings of the command line,
 * into one tree; and the hash that tells studies apart. */
#include "scenario/scenario.h"

#include <sha2.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "scenario/csv.h"
#include "scenario/load.h"
#include "scenario/sample.h"
#include "scenario/setting.h"
#include "scenario/text.h"
#include "scenario/yaml.h"

/* Texts of one scenario, and their bytes together. */
#define TEXTS_MOST 100
#define BYTES_MOST ((size_t)96000000)

enum text_state { TEXT_READING, TEXT_READ };

struct loader {
    struct scenario *scenario;
    scenario_fetch fetch;
    void *context;
    const char *folder; /* of the first text, with its slash; "" where texts come from elsewhere */
    psn_diagnostics *found;
    enum text_state state[TEXTS_MOST];
    size_t bytes, nodes_left, cells_left;
    struct sample *sample[TEXTS_MOST]; /* of texts that are files of values */
    struct piece *piece;
    size_t n_pieces, pieces_room;
    bool syntax; /* a text could not be read at all: what it defines is not known */
};

static int out_of_memory(struct loader *l)
{
    return psn_mistake_add(l->found, PSN_EMEMORY, (psn_place){0}, "out of memory");
}

/* The length of the folder's part of a path, with its slash. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* `name` as the text `from` means it: in that text's folder, `.` and `..` worked out where
 * possible. */
static char *resolve(struct arena *a, const char *from, const char *name)
{
    size_t folder = *name == '/' ? 0 : folder_length(from);
    char *path = arena_alloc(a, folder + strlen(name) + 1);
    if (!path)
        return NULL;
    memcpy(path, from, folder);
    memcpy(path + folder, name, strlen(name) + 1);
    char *out = path; /* never ahead of what is read */
    size_t parts = 0; /* that a `..` could take back */
    for (const char *c = path; *c;) {
        size_t n = strcspn(c, "/"), step = n + (c[n] == '/');
        bool dot = n == 1 && c[0] == '.', dots = n == 2 && c[0] == '.' && c[1] == '.';
        if (dots && parts > 0) {
            out--;
            while (out > path && out[-1] != '/')
                out--;
            parts--;
        } else if (!dot && (n > 0 || c == path)) {
            memmove(out, c, step);
            out += step;
            parts += !dots && n > 0;
        }
        c += step;
    }
    *out = '\0';
    return path;
}

/* Adds a text to the scenario; its bytes are owned by it from then on, or freed. */
static int add_text(struct loader *l, const char *name, const char *file, char *bytes, size_t size)
{
    struct scenario *s = l->scenario;
    char *ended = realloc(bytes, size + 1);
    if (!ended) {
        free(bytes);
        return out_of_memory(l);
    }
    ended[size] = '\0';
    s->text[s->n_texts] = (struct scenario_text){name, file, ended, size};
    l->state[s->n_texts++] = TEXT_READING;
    l->bytes += size;
    return 0;
}

/* `psnsim: 1` at the top level. */
static void check_version(struct loader *l, const struct node *root, const char *file)
{
    const struct member *m = node_member(root, "psnsim");
    char quoted[NODE_QUOTE];
    if (!m)
        psn_mistake_add(l->found, PSN_EINPUT, (psn_place){file, 1, 1},
                        "`psnsim` is missing; expected psnsim: 1, the version of the language");
    else if (m->value->kind != NODE_SCALAR)
        psn_mistake_add(l->found, PSN_EINPUT, m->value->place, "%s stands here; expected psnsim: 1",
                        node_kind_name(m->value));
    else if (strcmp(m->value->text, "1") != 0)
        psn_mistake_add(
            l->found, PSN_EINPUT, m->value->place,
            "\"%s\" is no version of the language that is known here; expected psnsim: 1",
            node_quote(m->value->text, quoted));
}

static int load_text(struct loader *l, const char *name, psn_place asked);

/* The texts of one `include`. */
static int load_includes(struct loader *l, const struct node *include, const char *from)
{
    const struct node *one[] = {include};
    bool list = include->kind == NODE_LIST;
    size_t count = list ? include->count : 1;
    for (size_t i = 0; i < count; i++) {
        const struct node *n = list ? include->item[i] : one[i];
        if (n->kind != NODE_SCALAR || !*n->text) {
            psn_mistake_add(l->found, PSN_EINPUT, n->place,
                            "%s stands here; expected a file, or a list of files",
                            n->kind == NODE_SCALAR ? "an empty text" : node_kind_name(n));
            continue;
        }
        char *name = resolve(&l->scenario->memory, from, n->text);
        if (!name)
            return out_of_memory(l);
        int error = load_text(l, name, n->place);
        if (error)
            return error;
    }
    return 0;
}

/* Keeps the top level of a text. `psnsim` and `include` of included texts have done their work. */
static int add_pieces(struct loader *l, const struct node *root, bool first)
{
    void *room = l->piece;
    if (array_reserve(&room, &l->pieces_room, l->n_pieces + root->count, sizeof *l->piece))
        return out_of_memory(l);
    l->piece = room;
    for (size_t i = 0; i < root->count; i++) {
        const struct member *m = &root->member[i];
        if (!first && (strcmp(m->key, "psnsim") == 0 || strcmp(m->key, "include") == 0))
            continue;
        l->piece[l->n_pieces] = (struct piece){*m, first, l->n_pieces};
        l->n_pieces++;
    }
    return 0;
}

/* Adds the mistakes from the one numbered `first` on, and empties their list. */
static void move_mistakes(psn_diagnostics *from, size_t first, psn_diagnostics *to)
{
    for (size_t i = first; i < from->count; i++)
        psn_mistake_add(to, from->items[i].code, from->items[i].place, "%s", from->items[i].text);
    to->dropped += from->dropped;
    psn_diagnostics_fini(from);
}

/* Reads the newest text into nodes. Returns an error only where nothing else matters any more. */
static int read_text(struct loader *l)
{
    struct scenario *s = l->scenario;
    const struct scenario_text *t = &s->text[s->n_texts - 1];
    bool first = s->n_texts == 1, table = !first && text_is_table(t->name);
    struct node *root;
    psn_diagnostics own = {0};
    int error =
        table ? csv_read(&s->memory, t->file, t->bytes, t->size, &l->cells_left, &root, &own)
              : yaml_read(&s->memory, t->file, t->bytes, t->size, &l->nodes_left, &root, &own);
    if (!root)
        psn_diagnostics_fini(l->found); /* the first syntax error is told alone */
    move_mistakes(&own, root || own.count == 0 ? 0 : own.count - 1, l->found);
    if (!root) {
        l->syntax = true;
        return error;
    }
    if (root->kind == NODE_NULL)
        return psn_mistake_add(l->found, PSN_EINPUT, (psn_place){t->file, 1, 1},
                               "this text is empty; expected psnsim: 1 and sections");
    if (root->kind != NODE_MAP)
        return psn_mistake_add(
            l->found, PSN_EINPUT, root->place,
            "%s stands here; expected a map of sections, beginning with psnsim: 1",
            node_kind_name(root));
    if (!table)
        check_version(l, root, t->file);
    error = add_pieces(l, root, first);
    const struct node *include = node_get(root, "include");
    if (!error && include && !table)
        error = load_includes(l, include, t->name);
    return error;
}

static int circle(struct loader *l, size_t which, psn_place asked)
{
    const struct scenario *s = l->scenario;
    char name[NODE_QUOTE], through[NODE_QUOTE];
    size_t last = s->n_texts - 1;
    while (l->state[last] != TEXT_READING)
        last--;
    node_quote(s->text[which].name, name);
    if (last == which)
        return psn_mistake_add(l->found, PSN_EINPUT, asked,
                               "\"%s\" includes itself; expected no circle of `include`", name);
    return psn_mistake_add(l->found, PSN_EINPUT, asked,
                           "\"%s\" includes itself through \"%s\"; expected no circle of `include`",
                           name, node_quote(s->text[last].name, through));
}

/* Fetches a text and adds it. Returns an error only where nothing else matters any more; *added
 * false where there is none, which was told. */
static int fetch_text(struct loader *l, const char *name, psn_place asked, bool *added)
{
    struct scenario *s = l->scenario;
    *added = false;
    if (s->n_texts == TEXTS_MOST)
        return psn_mistake_add(l->found, PSN_EINPUT, asked,
                               "more than %d texts; expected fewer files", TEXTS_MOST);
    char *file = *name == '/' ? arena_string(&s->memory, name)
                              : arena_format(&s->memory, "%s%s", l->folder, name);
    char *bytes = NULL;
    size_t size = 0;
    if (!file)
        return out_of_memory(l);
    int error = l->fetch ? l->fetch(l->context, name, asked, &bytes, &size, l->found)
                         : text_fetch(file, asked, &bytes, &size, l->found);
    if (error) {
        l->syntax = true;
        return error == PSN_EMEMORY ? error : 0;
    }
    if (size > text_most(name) || l->bytes + size > BYTES_MOST) {
        free(bytes);
        l->syntax = true;
        return psn_mistake_add(
            l->found, PSN_EINPUT, asked,
            "\"%s\" has %zu bytes; expected at most %zu MB, and %zu MB in all texts", file, size,
            text_most(name) / 1000000, BYTES_MOST / 1000000);
    }
    error = add_text(l, name, file, bytes, size);
    *added = !error;
    return error;
}

/* Reads the text of this name and what it includes; once only. Returns an error only where nothing
 * else matters any more. */
static int load_text(struct loader *l, const char *name, psn_place asked)
{
    struct scenario *s = l->scenario;
    for (size_t i = 0; i < s->n_texts; i++)
        if (strcmp(s->text[i].name, name) == 0) {
            if (l->state[i] == TEXT_READING)
                circle(l, i, asked);
            return 0;
        }
    bool added;
    int error = fetch_text(l, name, asked, &added);
    if (error || !added)
        return error;
    size_t own = s->n_texts - 1;
    error = read_text(l);
    l->state[own] = TEXT_READ;
    return error;
}

/* The settings of the command line, on top of the tree. */
static int apply_sets(struct loader *l, const char *const *sets, size_t n_sets)
{
    struct scenario *s = l->scenario;
    if (n_sets == 0)
        return 0;
    s->set = arena_array(&s->memory, n_sets, sizeof *s->set);
    s->member_set = arena_array(&s->memory, n_sets, sizeof *s->member_set);
    if (!s->set || !s->member_set)
        return out_of_memory(l);
    for (size_t i = 0; i < n_sets; i++) {
        struct setting setting;
        s->set[i] = arena_string(&s->memory, sets[i]);
        if (!s->set[i])
            return out_of_memory(l);
        s->n_sets++;
        if (setting_read(&s->memory, sets[i], &setting, l->found) && !setting.value)
            continue;
        struct node *tree = setting_apply(&s->memory, s->tree, &setting, l->found);
        if (tree && setting_of_members(&setting))
            s->member_set[s->n_member_sets++] = setting;
        s->tree = tree ? tree : s->tree;
    }
    return 0;
}

/* The name of the text in which a place lies; of the first text where it lies in none. */
static const char *text_of(const struct scenario *s, psn_place place)
{
    for (size_t i = 0; place.file && i < s->n_texts; i++)
        if (strcmp(s->text[i].file, place.file) == 0)
            return s->text[i].name;
    return s->text[0].name;
}

/* The text that `written`, at `place`, names: fetched where it is not there yet. *which is its
 * number, or the number of texts where there is none, which was told. */
static int find_text(struct loader *l, const char *written, psn_place place, size_t *which)
{
    struct scenario *s = l->scenario;
    const char *name = resolve(&s->memory, text_of(s, place), written);
    *which = s->n_texts;
    if (!name)
        return out_of_memory(l);
    for (*which = 0; *which < s->n_texts; ++*which)
        if (strcmp(s->text[*which].name, name) == 0)
            return 0;
    bool added;
    int error = fetch_text(l, name, place, &added);
    *which = error || !added ? s->n_texts : s->n_texts - 1;
    return error;
}

/* The table of design points that `study.points` names: a text like all others. */
static int load_points(struct loader *l)
{
    struct scenario *s = l->scenario;
    const struct node *points = node_at(s->tree, "study.points");
    size_t i = 0;
    if (!points || points->kind != NODE_SCALAR || !text_is_table(points->text))
        return 0;
    int error = find_text(l, points->text, points->place, &i);
    if (error || i == s->n_texts)
        return error;
    l->state[i] = TEXT_READ;
    error = csv_points(&s->memory, s->text[i].file, s->text[i].bytes, s->text[i].size,
                       &l->cells_left, &s->points, l->found);
    l->syntax |= error != 0; /* what follows from it is not told */
    return error == PSN_EMEMORY ? error : 0;
}

/* find_text of what a law names. That there is none is a mistake only where the law is read, for
 * nothing may name the entry that it stands in: till then the law keeps what is to be told. */
static int find_values(struct loader *l, const char *written, struct node *law, size_t *which)
{
    struct scenario *s = l->scenario;
    psn_diagnostics *found = l->found, own = {0};
    bool syntax = l->syntax;
    l->found = &own;
    int error = find_text(l, written, law->place, which);
    l->found = found;
    l->syntax = syntax;
    if (!error && own.count > 0) {
        struct sample *none = arena_alloc(&s->memory, sizeof *none);
        if (none)
            *none = (struct sample){.wrong = arena_string(&s->memory, own.items[0].text)};
        law->sample = none;
        error = none && none->wrong ? 0 : out_of_memory(l);
    } else {
        move_mistakes(&own, 0, l->found);
    }
    psn_diagnostics_fini(&own);
    return error;
}

/* The file of values that a law names, read once for all laws. The law then has the name of the
 * text, which the first text means too, whatever text the law stands in. */
static int load_sample(void *context, struct node *law)
{
    struct loader *l = context;
    struct scenario *s = l->scenario;
    const char *from;
    size_t length, i;
    sample_named(law->text, &from, &length);
    const char *written = arena_string_n(&s->memory, from, length);
    if (!written)
        return out_of_memory(l);
    int error = find_values(l, written, law, &i);
    if (error || i == s->n_texts)
        return error;
    const struct scenario_text *t = &s->text[i];
    if (!l->sample[i]) {
        l->state[i] = TEXT_READ;
        error = sample_read(&s->memory, t->file, t->bytes, t->size, &l->cells_left, &l->sample[i],
                            l->found);
        l->syntax |= error != 0;
    }
    law->sample = l->sample[i];
    if (strcmp(written, t->name) != 0)
        law->text =
            arena_format(&s->memory, "%.*s%s)", (int)(from - law->text), law->text, t->name);
    if (!law->text)
        return out_of_memory(l);
    return error == PSN_EMEMORY ? error : 0;
}

/* The files of values that laws name, wherever they stand. */
static int load_samples(struct loader *l)
{
    struct scenario *s = l->scenario;
    int error = sample_each(s->tree, load_sample, l);
    if (!error && s->points)
        error = sample_each(s->points, load_sample, l);
    for (size_t i = 0; i < s->n_member_sets && !error; i++)
        if (s->member_set[i].value)
            error = sample_each(s->member_set[i].value, load_sample, l);
    return error;
}

/* All texts into one tree. */
static int load_all(struct loader *l, const char *name, const char *const *sets, size_t n_sets)
{
    struct scenario *s = l->scenario;
    int error = load_text(l, name, (psn_place){0});
    if (error || s->n_texts == 0)
        return error;
    s->tree = merge_pieces(&s->memory, l->piece, l->n_pieces, (psn_place){s->text[0].file, 1, 1},
                           l->found);
    if (!s->tree)
        return out_of_memory(l);
    error = apply_sets(l, sets, n_sets);
    if (!error)
        error = load_points(l);
    if (!error)
        error = load_samples(l);
    if (!error && l->found->count && !l->syntax) {
        /* All mistakes in one pass: what the expansion would say, too. */
        struct arena scratch = {0};
        scenario_expand(s, NULL, 0, &scratch, l->found);
        arena_fini(&scratch);
    }
    return error;
}

static int load(scenario_fetch fetch, void *context, const char *folder, const char *name,
                const char *const *sets, size_t n_sets, struct scenario **out, psn_diagnostics *all)
{
    psn_diagnostics found = {0};
    struct scenario *s = calloc(1, sizeof *s);
    struct scenario_text *texts = calloc(TEXTS_MOST, sizeof *texts);
    struct loader *l = calloc(1, sizeof *l);
    *out = NULL;
    if (!s || !texts || !l) {
        free(s);
        free(texts);
        free(l);
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    }
    s->text = texts;
    *l = (struct loader){.scenario = s,
                         .fetch = fetch,
                         .context = context,
                         .folder = folder,
                         .found = &found,
                         .nodes_left = YAML_NODES_MOST,
                         .cells_left = CSV_CELLS_MOST};
    char *copy = arena_string(&s->memory, name);
    int error = copy ? load_all(l, copy, sets, n_sets) : out_of_memory(l);
    if (!error && found.count)
        error = found.items[0].code;
    move_mistakes(&found, 0, all);
    free(l->piece);
    free(l);
    if (error)
        scenario_free(s);
    else
        *out = s;
    return error;
}

int scenario_load(const char *path, const char *const *sets, size_t n_sets, struct scenario **out,
                  psn_diagnostics *all)
{
    size_t length = folder_length(path);
    char *folder = strndup(path, length);
    *out = NULL;
    if (!folder)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int error = load(NULL, NULL, folder, path + length, sets, n_sets, out, all);
    free(folder);
    return error;
}

int scenario_load_from(scenario_fetch fetch, void *context, const char *name,
                       const char *const *sets, size_t n_sets, struct scenario **out,
                       psn_diagnostics *all)
{
    return load(fetch, context, "", name, sets, n_sets, out, all);
}

void scenario_free(struct scenario *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_texts; i++)
        free(s->text[i].bytes);
    free(s->text);
    arena_fini(&s->memory);
    free(s);
}

/* A length before every text, so that no two lists of texts look alike. */
static void hash_bytes(SHA2_CTX *hash, const void *bytes, size_t size)
{
    uint8_t length[8];
    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)((uint64_t)size >> (8 * i));
    SHA256Update(hash, length, sizeof length);
    SHA256Update(hash, bytes, size);
}

void scenario_hash(const struct scenario *s, char hex[65])
{
    SHA2_CTX hash;
    uint8_t digest[SHA256_DIGEST_LENGTH];
    SHA256Init(&hash);
    hash_bytes(&hash, PSNSIM_VERSION, strlen(PSNSIM_VERSION));
    for (size_t i = 0; i < s->n_texts; i++) {
        hash_bytes(&hash, s->text[i].name, strlen(s->text[i].name));
        hash_bytes(&hash, s->text[i].bytes, s->text[i].size);
    }
    hash_bytes(&hash, "set", 3);
    for (size_t i = 0; i < s->n_sets; i++)
        hash_bytes(&hash, s->set[i], strlen(s->set[i]));
    SHA256Final(digest, &hash);
    for (size_t i = 0; i < sizeof digest; i++) {
        hex[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    hex[64] = '\0';
}
