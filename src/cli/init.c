/* SPDX-License-Identifier: Apache-2.0
 * psnsim init: a new scenario from one that is shipped with, and inside, the program. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cases.h"
#include "cli/commands.h"
#include "cli/emit.h"
#include "cli/job.h"
#include "scenario/text.h"

static const struct case_text *find_text(const char *name)
{
    for (const struct case_text *t = case_texts; t->name; t++)
        if (!strcmp(t->name, name))
            return t;
    return NULL;
}

/* Hands the shipped texts to the reader of scenarios. */
static int fetch_shipped(void *context, const char *name, psn_place asked, char **bytes,
                         size_t *size, psn_diagnostics *all)
{
    (void)context;
    const struct case_text *t = find_text(name);
    if (!t)
        return psn_mistake_add(all, PSN_EINPUT, asked, "%s is no shipped text", name);
    *bytes = malloc(t->size + 1);
    if (!*bytes)
        return psn_mistake_add(all, PSN_EMEMORY, asked, "out of memory");
    memcpy(*bytes, t->bytes, t->size);
    (*bytes)[t->size] = '\0';
    *size = t->size;
    return 0;
}

/* A shipped scenario with a title: the others are only there to be included. */
struct shipped {
    char *name; /* "tri-borough" for tri-borough.yaml */
    struct scenario *scenario;
};

struct shipped_list {
    struct shipped *item;
    size_t n;
};

static const char *title_of(const struct scenario *s)
{
    const struct node *title = node_get(s->tree, "title");
    return title && title->kind == NODE_SCALAR ? title->text : NULL;
}

static void shipped_free(struct shipped_list *l)
{
    for (size_t i = 0; i < l->n; i++) {
        free(l->item[i].name);
        scenario_free(l->item[i].scenario);
    }
    free(l->item);
}

/* Reads one shipped text; it is a case where it has a title. */
static int add_shipped(struct shipped_list *l, const char *text, psn_diagnostics *all)
{
    size_t length = strlen(text), ending = strlen(".yaml");
    if (length <= ending || strcmp(text + length - ending, ".yaml") != 0)
        return 0;
    struct shipped *item = &l->item[l->n];
    int code = scenario_load_from(fetch_shipped, NULL, text, NULL, 0, &item->scenario, all);
    if (code || !title_of(item->scenario)) {
        scenario_free(item->scenario);
        return code;
    }
    l->n++;
    item->name = strndup(text, length - ending);
    return item->name ? 0 : psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
}

static int shipped_read(struct shipped_list *l, psn_diagnostics *all)
{
    size_t n = 0;
    while (case_texts[n].name)
        n++;
    l->item = calloc(n + 1, sizeof *l->item);
    if (!l->item)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int code = 0;
    for (size_t i = 0; i < n && !code; i++)
        code = add_shipped(l, case_texts[i].name, all);
    return code;
}

void cases_offered(char *names, size_t size)
{
    struct shipped_list list = {0};
    psn_diagnostics all = {0};
    size_t used = 0;
    *names = '\0';
    shipped_read(&list, &all);
    for (size_t i = 0; i < list.n && used < size; i++)
        used +=
            (size_t)snprintf(names + used, size - used, "%s%s", i ? " " : "", list.item[i].name);
    shipped_free(&list);
    psn_diagnostics_fini(&all);
}

static int list_json(const struct shipped_list *l)
{
    json_t *list = json_array();
    for (size_t i = 0; i < l->n; i++) {
        const struct scenario *s = l->item[i].scenario;
        json_t *o = json_object(), *files = json_array();
        json_object_set_new(o, "case", emit_text(l->item[i].name));
        json_object_set_new(o, "title", emit_text(title_of(s)));
        for (size_t k = 0; k < s->n_texts; k++)
            json_array_append_new(files, emit_text(s->text[k].name));
        json_object_set_new(o, "files", files);
        json_array_append_new(list, o);
    }
    return emit_print(list);
}

static int list_cases(const struct shipped_list *l)
{
    struct table t = {0};
    struct view_page page = view_stdout();
    table_column(&t, NULL, "case", TABLE_LEFT);
    table_column(&t, NULL, "what it is", TABLE_LEFT);
    for (size_t i = 0; i < l->n; i++) {
        table_add(&t, "%s", l->item[i].name);
        table_add(&t, "%s", title_of(l->item[i].scenario));
    }
    if (table_print(&t, page.out, page.bold)) {
        fputs("psnsim: out of memory\n", stderr);
        return EXIT_INCOMPLETE;
    }
    puts("\npsnsim init CASE writes one into the current folder, to be changed at will.");
    return EXIT_DONE;
}

/* Files under way: what was made is removed again where one of them cannot be. */
struct writing {
    const struct scenario *scenario;
    char **path; /* of each text */
    bool *made;
};

static int tell(const char *path, const char *between, const char *why, int status)
{
    fprintf(stderr, "psnsim: %s%s%s; nothing was written\n", path, between, why);
    return status;
}

/* Does the file hold exactly this text? */
static bool holds(const char *path, const struct scenario_text *t)
{
    psn_diagnostics quiet = {0};
    char *bytes = NULL;
    size_t size = 0;
    int code = text_fetch(path, (psn_place){0}, &bytes, &size, &quiet);
    bool same = !code && size == t->size && !memcmp(bytes, t->bytes, size);
    psn_diagnostics_fini(&quiet);
    free(bytes);
    return same;
}

/* Makes the file of a text, which must not be there. An included text that is there already, to the
 * byte, stays: two cases in one folder share it. Returns -1 or the exit status. */
static int write_text(struct writing *w, size_t i)
{
    const struct scenario_text *t = &w->scenario->text[i];
    const char *path = w->path[i];
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0 && errno == EEXIST)
        return i > 0 && holds(path, t) ? -1 : tell(path, " ", "is there already", EXIT_INPUT);
    if (file < 0)
        return tell(path, ": ", strerror(errno), EXIT_INPUT);
    w->made[i] = true;
    size_t done = 0;
    while (done < t->size) {
        ssize_t n = write(file, t->bytes + done, t->size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        done += (size_t)n;
    }
    int error = done < t->size ? errno : 0;
    if (close(file) && !error)
        error = errno;
    return error ? tell(path, ": ", strerror(error), EXIT_INCOMPLETE) : -1;
}

static int print_written(const struct arguments *a, const struct writing *w)
{
    size_t n = w->scenario->n_texts;
    if (a->given[OPTION_JSON]) {
        json_t *o = json_object(), *files = json_array();
        json_object_set_new(o, "case", emit_text(a->operand));
        for (size_t i = 0; i < n; i++)
            if (w->made[i])
                json_array_append_new(files, emit_text(w->path[i]));
        json_object_set_new(o, "files", files);
        return emit_print(o);
    }
    for (size_t i = 0; i < n; i++)
        printf(i == 0 ? "%s %s\n" : "%s, which it includes, %s\n", w->path[i],
               w->made[i] ? "written" : "was there already, byte for byte the same");
    printf("\nNext, see whether it is sound and what saturates first, and simulate its study:\n"
           "  psnsim check %s\n"
           "  psnsim sweep %s\n",
           w->path[0], w->path[0]);
    return EXIT_DONE;
}

/* Where each text goes: the case at `first`, what it includes beside it. False where memory ends.
 */
static bool make_paths(struct writing *w, const char *first)
{
    const char *slash = strrchr(first, '/');
    int folder = slash ? (int)(slash - first) + 1 : 0;
    for (size_t i = 0; i < w->scenario->n_texts; i++)
        if (asprintf(&w->path[i], "%.*s%s", i ? folder : (int)strlen(first), first,
                     i ? w->scenario->text[i].name : "") < 0) {
            w->path[i] = NULL;
            return false;
        }
    return true;
}

static int write_case(const struct arguments *a, const struct scenario *s)
{
    struct writing w = {.scenario = s};
    const char *first = a->given[OPTION_OUTPUT] ? a->value[OPTION_OUTPUT] : s->text[0].name;
    int status = EXIT_INCOMPLETE;
    w.path = calloc(s->n_texts, sizeof *w.path);
    w.made = calloc(s->n_texts, sizeof *w.made);
    if (w.path && w.made && make_paths(&w, first)) {
        status = -1;
        for (size_t i = 0; i < s->n_texts && status < 0; i++)
            status = write_text(&w, i);
        for (size_t i = 0; i < s->n_texts && status >= 0; i++)
            if (w.made[i])
                unlink(w.path[i]);
        if (status < 0)
            status = print_written(a, &w);
    } else {
        fputs("psnsim: out of memory\n", stderr);
    }
    for (size_t i = 0; w.path && i < s->n_texts; i++)
        free(w.path[i]);
    free(w.path);
    free(w.made);
    return status;
}

/* The shipped case of this name (.yaml may stand behind it); NULL, told, where there is none. */
static const struct shipped *find_case(const struct shipped_list *l, const char *name)
{
    const char **names = calloc(l->n + 1, sizeof *names);
    size_t n = 0;
    for (; names && n < l->n; n++) {
        names[n] = l->item[n].name;
        if (strcmp(names[n], name) != 0 && strcmp(l->item[n].scenario->text[0].name, name) != 0)
            continue;
        free(names);
        return &l->item[n];
    }
    options_unknown("case", name, names, n);
    fputs("psnsim init tells which there are\n", stderr);
    free(names);
    return NULL;
}

static int init(const struct arguments *a, const struct shipped_list *l)
{
    if (!a->operand && a->given[OPTION_OUTPUT]) {
        fputs("psnsim: init --output wants a CASE; psnsim init tells which there are\n", stderr);
        return EXIT_INPUT;
    }
    if (!a->operand || a->given[OPTION_LIST])
        return a->given[OPTION_JSON] ? list_json(l) : list_cases(l);
    const struct shipped *s = find_case(l, a->operand);
    return s ? write_case(a, s->scenario) : EXIT_INPUT;
}

int command_init(const struct arguments *a)
{
    psn_diagnostics all = {0};
    struct shipped_list l = {0};
    int code = shipped_read(&l, &all);
    int status = job_told(code, &all);
    if (!code)
        status = init(a, &l);
    shipped_free(&l);
    return status;
}
