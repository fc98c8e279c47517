/* SPDX-License-Identifier: Apache-2.0
 * The description's objectives: a figure of services, links, stations or classes with its limit,
 * and the single targets that it judges. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scenario/describe.h"

/* What an objective judges, on its way to targets. */
struct subjects {
    uint32_t *index; /* of services, links, stations (pools, then arrays) or classes, in order */
    size_t n;
    bool per_partner;
};

/* The rest of a text behind its first word, blanks skipped. */
static const char *after_word(const char *text, size_t word)
{
    text += word;
    return text + strspn(text, " ");
}

/* A quantity within a figure's text, told at the figure's place. */
static bool read_part(struct reading *r, const struct node *figure, const char *text,
                      enum dimension d, enum bound b, double *out)
{
    struct node part = {.kind = NODE_SCALAR, .place = figure->place, .text = text};
    return reading_plain(r, &part, d, b, out);
}

/* `p95`, `p99.9`: the share below, strictly between 0 and 1. */
static bool read_quantile(const char *text, double *out)
{
    if (text[0] != 'p' || text[1] < '0' || text[1] > '9')
        return false;
    size_t digits = strspn(text + 1, "0123456789");
    size_t more = text[1 + digits] == '.' ? 1 + strspn(text + 2 + digits, "0123456789") : 0;
    if (text[1 + digits + more] != '\0' || more == 1 || digits > 2)
        return false;
    *out = strtod(text + 1, NULL) / 100;
    return *out > 0 && *out < 1;
}

/* Figures by their first word, and what may follow it. */
struct figure_word {
    const char *word, *word_further;
    enum figure mean, quantile, max, further; /* further: behind `word_further` */
    enum dimension dimension;                 /* of what follows that word */
    bool alone;                               /* may stand by itself, and is a mean then */
};

static const struct figure_word figures[] = {
    {"response", "within", FIGURE_RESPONSE_MEAN, FIGURE_RESPONSE_QUANTILE, FIGURE_RESPONSE_MAX,
     FIGURE_RESPONSE_WITHIN, DIMENSION_TIME, false},
    {"utilisation", "above", FIGURE_UTILISATION_MEAN, FIGURE_UTILISATION_QUANTILE,
     FIGURE_UTILISATION_MAX, FIGURE_UTILISATION_ABOVE, DIMENSION_SHARE, true},
    {"wait", "within", FIGURE_WAIT_MEAN, FIGURE_WAIT_QUANTILE, FIGURE_WAIT_MAX, FIGURE_WAIT_WITHIN,
     DIMENSION_TIME, false},
    {"delay", "within", FIGURE_DELAY_MEAN, FIGURE_DELAY_QUANTILE, FIGURE_DELAY_MAX,
     FIGURE_DELAY_WITHIN, DIMENSION_TIME, false},
};
#define N_FIGURES (sizeof figures / sizeof *figures)

/* What follows the first word of a figure; false where it is nothing of that, or (*told) a mistake
 * within it. */
static bool read_rest(struct reading *r, const struct node *n, const struct figure_word *f,
                      const char *rest, struct objective *o, bool *told)
{
    size_t further = strlen(f->word_further);
    if (strcmp(rest, "mean") == 0 || (f->alone && *rest == '\0')) {
        o->figure = f->mean;
    } else if (strcmp(rest, "max") == 0) {
        o->figure = f->max;
    } else if (read_quantile(rest, &o->quantile)) {
        o->figure = f->quantile;
    } else if (strncmp(rest, f->word_further, further) == 0 && rest[further] == ' ') {
        o->figure = f->further;
        bool whole = f->further == FIGURE_RESPONSE_WITHIN || f->further == FIGURE_DELAY_WITHIN;
        *told = !read_part(r, n, after_word(rest, further), f->dimension,
                           whole ? BOUND_POSITIVE : BOUND_NOT_NEGATIVE, &o->within);
        return !*told;
    } else {
        return false;
    }
    return true;
}

/* Figures of few words, as they are written. */
struct figure_name {
    const char *text;
    enum figure figure;
};

static const struct figure_name names[] = {
    {"refused", FIGURE_REFUSED}, {"abandoned", FIGURE_ABANDONED},      {"loss", FIGURE_LOSS},
    {"jitter", FIGURE_JITTER},   {"jitter p99", FIGURE_JITTER_SPREAD},
};
#define N_NAMES (sizeof names / sizeof *names)

/* What the figures of each kind of subject are, in words. */
static const char *const figures_of[] = {
    [SUBJECT_SERVICE] = "response",
    [SUBJECT_LINK] = "utilisation or wait",
    [SUBJECT_STATION] = "utilisation, wait, refused or abandoned",
    [SUBJECT_CLASS] = "delay, jitter, jitter p99 or loss",
};

/* The figure's text; false with the mistake told where it is none. */
static bool read_figure(struct reading *r, const struct node *n, struct objective *o)
{
    static const char *const first[] = {"abandoned", "delay",    "jitter",      "loss",
                                        "refused",   "response", "utilisation", "wait"};
    const size_t n_words = sizeof first / sizeof *first;
    static const char *const later = "available surplus full lag";
    char quoted[NODE_QUOTE], word[16] = "";
    size_t length = strcspn(n->text, " ");
    const char *rest = after_word(n->text, length);
    bool told = false;
    if (length < sizeof word)
        memcpy(word, n->text, length);
    for (size_t i = 0; i < N_FIGURES; i++)
        if (strcmp(word, figures[i].word) == 0 && read_rest(r, n, &figures[i], rest, o, &told))
            return true;
    for (size_t i = 0; i < N_NAMES; i++)
        if (strcmp(n->text, names[i].text) == 0) {
            o->figure = names[i].figure;
            return true;
        }
    if (told)
        return false;
    if (*word != '\0' && spec_has_word(later, word))
        reading_mistake(r, n->place,
                        "figure \"%s\" is not built in this version; expected %s of a service, or "
                        "%s, or of a class %s",
                        node_quote(n->text, quoted), figures_of[SUBJECT_SERVICE],
                        figures_of[SUBJECT_STATION], figures_of[SUBJECT_CLASS]);
    else
        reading_mistake(r, n->place,
                        "\"%s\" is no figure%s; expected response, wait or delay with mean, pNN, "
                        "max or within TIME, utilisation with mean, pNN, max or above SHARE, "
                        "refused, abandoned, jitter, jitter p99 or loss",
                        node_quote(n->text, quoted),
                        name_index(first, n_words, word) != NO_INDEX
                            ? ""
                            : reading_hint(r, word, first, n_words));
    return false;
}

/* Is the figure one of such a subject? */
static bool fits(enum figure f, enum subject_kind kind)
{
    switch (kind) {
    case SUBJECT_SERVICE:
        return f <= FIGURE_RESPONSE_WITHIN;
    case SUBJECT_LINK:
        return f > FIGURE_RESPONSE_WITHIN && f < FIGURE_REFUSED;
    case SUBJECT_STATION:
        return f > FIGURE_RESPONSE_WITHIN && f < FIGURE_DELAY_MEAN;
    case SUBJECT_CLASS:
        break;
    }
    return f >= FIGURE_DELAY_MEAN;
}

/* The same; mistakes are told. */
static bool check_subject(struct reading *r, const struct node *figure, const struct objective *o,
                          const char *subject)
{
    char quoted[NODE_QUOTE];
    if (fits(o->figure, o->kind))
        return true;
    node_quote(figure->text, quoted);
    if (o->kind == SUBJECT_SERVICE && strncmp(figure->text, "wait", 4) == 0)
        reading_mistake(r, figure->place,
                        "\"%s\" of a service is not built in this version; expected response, or "
                        "the wait of a station",
                        quoted);
    else
        reading_mistake(r, figure->place, "\"%s\" is no figure of a %s; expected %s", quoted,
                        subject, figures_of[o->kind]);
    return false;
}

/* `2 h / week` as a share of time; false where the text is not of that form. */
static bool is_time_per_time(const struct node *n, char left[64], char right[64])
{
    const char *slash = strchr(n->text, '/');
    if (slash == NULL || slash - n->text >= 64 || strlen(slash) >= 60)
        return false;
    memcpy(left, n->text, (size_t)(slash - n->text));
    left[slash - n->text] = '\0';
    const char *unit = slash + 1 + strspn(slash + 1, " ");
    snprintf(right, 64, "%s%s", *unit >= '0' && *unit <= '9' ? "" : "1 ", unit);
    return true;
}

static void read_limit(struct reading *r, const struct member *m, struct objective *o)
{
    const struct node *most = node_get(m->value, "at most"),
                      *least = node_get(m->value, "at least");
    char left[64], right[64];
    if ((most == NULL) == (least == NULL)) {
        reading_mistake(r, least != NULL ? least->place : m->place,
                        "objective \"%s\" has %s; expected one of \"at most\" and \"at least\"",
                        m->key, least != NULL ? "two limits" : "no limit");
        return;
    }
    const struct node *limit = most != NULL ? most : least;
    o->at_most = most != NULL;
    if (description_figure_is_time(o->figure)) {
        reading_plain(r, limit, DIMENSION_TIME, BOUND_NOT_NEGATIVE, &o->limit);
        return;
    }
    if (o->figure == FIGURE_UTILISATION_ABOVE && limit->kind == NODE_SCALAR &&
        is_time_per_time(limit, left, right)) {
        double spent = 0, of = 1;
        if (!read_part(r, limit, left, DIMENSION_TIME, BOUND_NOT_NEGATIVE, &spent) ||
            !read_part(r, limit, right, DIMENSION_TIME, BOUND_POSITIVE, &of))
            return;
        o->limit = spent / of;
    } else if (!reading_plain(r, limit, DIMENSION_SHARE, BOUND_NOT_NEGATIVE, &o->limit)) {
        return;
    }
    if (o->limit > 1)
        reading_mistake(r, limit->place, "a limit of %g %%; expected a share up to 100 %%",
                        100 * o->limit);
}

/* Names of one or two sections into ranks; those of the second follow those of the first. */
static void read_subjects(struct reading *r, const struct node *named, const struct entries *first,
                          const struct entries *second, struct subjects *s)
{
    size_t all = first->n + (second != NULL ? second->n : 0);
    bool *in = reading_scratch(r, all, sizeof *in);
    s->index = reading_scratch(r, all, sizeof *s->index);
    if (r->exhausted)
        return;
    for (size_t i = 0; i < reading_count(named); i++) {
        const struct node *item = reading_item(named, i);
        if (item->kind == NODE_SCALAR && strcmp(item->text, "all") == 0) {
            memset(in, 1, all * sizeof *in);
            continue;
        }
        uint32_t at = NO_INDEX;
        if (second != NULL && item->kind == NODE_SCALAR)
            at = entries_find(second, item->text);
        if (at != NO_INDEX)
            at += (uint32_t)first->n;
        else
            at = reading_reference(r, item, first, "a name");
        if (at != NO_INDEX)
            in[at] = true;
    }
    for (uint32_t i = 0; i < all; i++)
        if (in[i])
            s->index[s->n++] = i;
}

static void read_objective(struct reading *r, const struct member *m, struct objective *o,
                           struct subjects *s)
{
    static const char *const subject[] = {[SUBJECT_SERVICE] = "service",
                                          [SUBJECT_LINK] = "link",
                                          [SUBJECT_STATION] = "station",
                                          [SUBJECT_CLASS] = "class"};
    const struct node *figure = node_get(m->value, "figure"), *per = node_get(m->value, "per");
    const struct node *named = NULL;
    size_t n_subjects = 0;
    o->name = reading_text(r, m->key);
    o->place = reading_place(r, m->place);
    o->hours = reading_hours(r, node_get(m->value, "hours"));
    s->per_partner = per != NULL && per->kind == NODE_SCALAR && strcmp(per->text, "partner") == 0;
    for (size_t i = 0; i < sizeof subject / sizeof *subject; i++) {
        const struct node *n = node_get(m->value, subject[i]);
        if (n == NULL)
            continue;
        o->kind = (enum subject_kind)i;
        named = n;
        n_subjects++;
    }
    if (n_subjects != 1) {
        reading_mistake(r, m->place,
                        "objective \"%s\" has %s of service, link, station and class; expected one",
                        m->key, n_subjects == 0 ? "none" : "several");
        return;
    }
    if (o->kind == SUBJECT_SERVICE)
        read_subjects(r, named, &r->services, NULL, s);
    else if (o->kind == SUBJECT_LINK)
        read_subjects(r, named, &r->links, NULL, s);
    else if (o->kind == SUBJECT_CLASS)
        read_subjects(r, named, &r->classes, NULL, s);
    else
        read_subjects(r, named, &r->pools, &r->arrays, s);
    if (per != NULL && !s->per_partner)
        reading_mistake(r, per->place, "\"per\" is %s; expected per: partner",
                        per->kind == NODE_SCALAR ? "not partner" : node_kind_name(per));
    if (per != NULL && s->per_partner && o->kind != SUBJECT_SERVICE && o->kind != SUBJECT_CLASS)
        reading_mistake(r, per->place,
                        "\"per\" of a %s is not built in this version; expected it with "
                        "service or class",
                        subject[o->kind]);
    if (figure == NULL || figure->kind != NODE_SCALAR) {
        reading_mistake(r, m->place,
                        "objective \"%s\" has no figure; expected one such as response p95",
                        m->key);
        return;
    }
    o->text = reading_text(r, figure->text);
    if (!read_figure(r, figure, o))
        return;
    if (check_subject(r, figure, o, subject[o->kind]))
        read_limit(r, m, o);
}

/* Who asks for a service, or in a class. */
enum asking { ASKS_NOT, ASKS_ELSEWHERE, ASKS_HERE }; /* elsewhere: in other arrangements */

/* Is a source's demand what an objective of such a subject judges? */
static bool is_of(const struct description *d, const struct source *s, enum subject_kind kind,
                  uint32_t subject)
{
    uint32_t service = d->workload[s->workload].service;
    if (kind == SUBJECT_SERVICE)
        return service == subject;
    return service != NO_INDEX && d->service[service].class == subject;
}

/* For each partner; the most over all of them is returned. */
static enum asking find_asking(struct reading *r, enum subject_kind kind, uint32_t subject,
                               enum asking *of)
{
    const struct description *d = r->out;
    enum asking most = ASKS_NOT;
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *s = &d->source[i];
        if (!is_of(d, s, kind, subject))
            continue;
        enum asking now = r->source_exists[i] ? ASKS_HERE : ASKS_ELSEWHERE;
        of[s->partner] = now > of[s->partner] ? now : of[s->partner];
        most = now > most ? now : most;
    }
    return most;
}

/* The targets on their way. */
struct targets {
    struct target *item;
    size_t n, room;
};

static void add_target(struct reading *r, struct targets *list, struct target t, const char *name)
{
    r->exhausted |= name == NULL;
    if (r->exhausted)
        return;
    struct target *item = reading_grow(r, list->item, list->n, &list->room, sizeof *item);
    if (item == NULL)
        return;
    list->item = item;
    t.name = name;
    list->item[list->n++] = t;
}

/* Of a service or a class. */
static void add_demand(struct reading *r, struct targets *list, uint32_t objective,
                       uint32_t subject, const struct subjects *s, bool in)
{
    struct description *d = r->out;
    struct arena *a = &d->memory;
    enum subject_kind kind = d->objective[objective].kind;
    const char *name = d->objective[objective].name;
    const char *of = kind == SUBJECT_SERVICE ? d->service[subject].name : d->class[subject].name;
    struct target t = {.objective = objective, .subject = subject, .partner = NO_INDEX};
    enum asking *of_partner = reading_scratch(r, d->n_partners, sizeof *of_partner);
    if (r->exhausted)
        return;
    enum asking asking = find_asking(r, kind, subject, of_partner);
    if (asking == ASKS_NOT)
        return; /* of `all`: what nobody asks for has no figure */
    if (!s->per_partner) {
        t.exists = in && asking == ASKS_HERE;
        add_target(r, list, t,
                   s->n == 1 ? arena_string(a, name) : arena_format(a, "%s %s", name, of));
        return;
    }
    for (uint32_t p = 0; p < d->n_partners; p++) {
        if (of_partner[p] == ASKS_NOT)
            continue;
        t.partner = p;
        t.exists = in && of_partner[p] == ASKS_HERE;
        add_target(r, list, t,
                   s->n == 1 ? arena_format(a, "%s %s", name, d->partner[p].name)
                             : arena_format(a, "%s %s %s", name, of, d->partner[p].name));
    }
}

static void add_link(struct reading *r, struct targets *list, uint32_t objective, uint32_t link,
                     bool in)
{
    struct description *d = r->out;
    const struct link *l = &d->link[link];
    for (uint32_t direction = 0; direction < 2; direction++) {
        uint32_t to = l->end[1 - direction];
        struct target t = {.objective = objective,
                           .subject = link * 2 + direction,
                           .partner = NO_INDEX,
                           .exists = in && l->exists};
        add_target(r, list, t,
                   arena_format(&d->memory, "%s %s to %s", d->objective[objective].name, l->name,
                                to != NO_INDEX ? d->site[to].name : ""));
    }
}

static void add_targets(struct reading *r, struct targets *list, uint32_t objective,
                        const struct subjects *s, const struct member *m)
{
    struct description *d = r->out;
    const struct objective *o = &d->objective[objective];
    bool in = reading_presence(r, m->value, ALWAYS, &d->objective[objective].there);
    size_t before = list->n;
    for (size_t i = 0; i < s->n && !r->exhausted; i++) {
        uint32_t at = s->index[i];
        if (o->kind == SUBJECT_SERVICE || o->kind == SUBJECT_CLASS) {
            add_demand(r, list, objective, at, s, in);
        } else if (o->kind == SUBJECT_LINK) {
            add_link(r, list, objective, at, in);
        } else {
            bool pool = at < d->n_pools;
            struct target t = {.objective = objective, .subject = at, .partner = NO_INDEX};
            t.exists = in && (pool ? d->pool[at].exists : d->array[at - d->n_pools].exists);
            const char *of = pool ? d->pool[at].name : d->array[at - d->n_pools].name;
            add_target(r, list, t,
                       s->n == 1 ? arena_string(&d->memory, o->name)
                                 : arena_format(&d->memory, "%s %s", o->name, of));
        }
    }
    if (!r->exhausted && list->n == before && s->n > 0 && d->n_sources > 0)
        reading_mistake(r, m->place,
                        "objective \"%s\" judges what no workload asks for; expected a "
                        "service of a workload%s",
                        m->key, o->kind == SUBJECT_CLASS ? ", or its class" : "");
}

void describe_objectives(struct reading *r)
{
    struct description *d = r->out;
    struct targets list = {0};
    d->objective = reading_keep(r, r->objectives.n, sizeof *d->objective);
    if (r->exhausted)
        return;
    d->n_objectives = r->objectives.n;
    for (uint32_t i = 0; i < d->n_objectives && !r->exhausted; i++) {
        struct subjects s = {0};
        read_objective(r, r->objectives.member[i], &d->objective[i], &s);
        add_targets(r, &list, i, &s, r->objectives.member[i]);
    }
    d->target = reading_keep(r, list.n, sizeof *d->target);
    if (r->exhausted)
        return;
    if (list.n > 0)
        memcpy(d->target, list.item, list.n * sizeof *d->target);
    d->n_targets = list.n;
}
