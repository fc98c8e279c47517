/* SPDX-License-Identifier: Apache-2.0
 * The description's objectives: a figure of services, links or stations with its limit, and the
 * single targets that it judges. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scenario/describe.h"

/* What an objective judges, on its way to targets. */
struct subjects {
    uint32_t *index; /* of services, links, or stations (pools, then arrays), in order */
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

static bool is_response(enum figure f)
{
    return f <= FIGURE_RESPONSE_WITHIN;
}

/* The figure's text; false with the mistake told where it is none. */
static bool read_figure(struct reading *r, const struct node *n, struct objective *o)
{
    static const char *const first[] = {"response", "utilisation", "wait"};
    static const char *const later = "available surplus full lag jitter delay loss abandoned";
    char quoted[NODE_QUOTE], word[16] = "";
    size_t length = strcspn(n->text, " ");
    const char *rest = after_word(n->text, length);
    if (length < sizeof word)
        memcpy(word, n->text, length);
    bool response = strcmp(word, "response") == 0, use = strcmp(word, "utilisation") == 0;
    if (strcmp(word, "wait") == 0 && strcmp(rest, "mean") == 0) {
        o->figure = FIGURE_WAIT_MEAN;
        return true;
    }
    if ((response || use) && (strcmp(rest, "mean") == 0 || (use && *rest == '\0')))
        o->figure = response ? FIGURE_RESPONSE_MEAN : FIGURE_UTILISATION_MEAN;
    else if ((response || use) && strcmp(rest, "max") == 0)
        o->figure = response ? FIGURE_RESPONSE_MAX : FIGURE_UTILISATION_MAX;
    else if ((response || use) && read_quantile(rest, &o->quantile))
        o->figure = response ? FIGURE_RESPONSE_QUANTILE : FIGURE_UTILISATION_QUANTILE;
    else if (response && strncmp(rest, "within ", 7) == 0) {
        o->figure = FIGURE_RESPONSE_WITHIN;
        return read_part(r, n, after_word(rest, 6), DIMENSION_TIME, BOUND_POSITIVE, &o->within);
    } else if (use && strncmp(rest, "above ", 6) == 0) {
        o->figure = FIGURE_UTILISATION_ABOVE;
        return read_part(r, n, after_word(rest, 5), DIMENSION_SHARE, BOUND_NOT_NEGATIVE,
                         &o->within);
    } else if (*word != '\0' &&
               (spec_has_word(later, word) || strncmp(n->text, "wait within ", 12) == 0)) {
        reading_mistake(r, n->place,
                        "figure \"%s\" is not built in this version; expected response, "
                        "utilisation or wait mean",
                        node_quote(n->text, quoted));
        return false;
    } else {
        reading_mistake(
            r, n->place,
            "\"%s\" is no figure%s; expected response mean, pNN, max or within TIME, "
            "utilisation mean, pNN, max or above SHARE, or wait mean",
            node_quote(n->text, quoted),
            response || use || strcmp(word, "wait") == 0 ? "" : reading_hint(r, word, first, 3));
        return false;
    }
    return true;
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
    bool time = o->figure == FIGURE_WAIT_MEAN ||
                (is_response(o->figure) && o->figure != FIGURE_RESPONSE_WITHIN);
    if (time) {
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
    static const char *const subject[] = {"service", "link", "station"};
    const struct node *figure = node_get(m->value, "figure"), *per = node_get(m->value, "per");
    const struct node *named = NULL;
    char quoted[NODE_QUOTE];
    size_t n_subjects = 0;
    o->name = reading_text(r, m->key);
    o->place = reading_place(r, m->place);
    o->hours = reading_hours(r, node_get(m->value, "hours"));
    s->per_partner = per != NULL && per->kind == NODE_SCALAR && strcmp(per->text, "partner") == 0;
    for (size_t i = 0; i < 3; i++) {
        const struct node *n = node_get(m->value, subject[i]);
        if (n == NULL)
            continue;
        o->kind = (enum subject_kind)i;
        named = n;
        n_subjects++;
    }
    if (n_subjects != 1) {
        reading_mistake(r, m->place,
                        "objective \"%s\" has %s of service, link and station; expected one",
                        m->key, n_subjects == 0 ? "none" : "several");
        return;
    }
    if (o->kind == SUBJECT_SERVICE)
        read_subjects(r, named, &r->services, NULL, s);
    else if (o->kind == SUBJECT_LINK)
        read_subjects(r, named, &r->links, NULL, s);
    else
        read_subjects(r, named, &r->pools, &r->arrays, s);
    if (per != NULL && !s->per_partner)
        reading_mistake(r, per->place, "\"per\" is %s; expected per: partner",
                        per->kind == NODE_SCALAR ? "not partner" : node_kind_name(per));
    if (per != NULL && s->per_partner && o->kind != SUBJECT_SERVICE)
        reading_mistake(r, per->place,
                        "\"per\" of a %s is not built in this version; expected it with "
                        "service",
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
    if (is_response(o->figure) != (o->kind == SUBJECT_SERVICE)) {
        reading_mistake(r, figure->place, "\"%s\" is no figure of a %s; expected %s",
                        node_quote(figure->text, quoted), subject[o->kind],
                        o->kind == SUBJECT_SERVICE ? "response" : "utilisation or wait");
        return;
    }
    read_limit(r, m, o);
}

/* Who asks for a service. */
enum asking { ASKS_NOT, ASKS_ELSEWHERE, ASKS_HERE }; /* elsewhere: in other arrangements */

/* For each partner; the most over all of them is returned. */
static enum asking find_asking(struct reading *r, uint32_t service, enum asking *of)
{
    const struct description *d = r->out;
    enum asking most = ASKS_NOT;
    for (size_t i = 0; i < d->n_sources; i++) {
        const struct source *s = &d->source[i];
        if (d->workload[s->workload].service != service)
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
    if (list->n == list->room) {
        size_t room = list->room * 2 + 32;
        struct target *more = reading_scratch(r, room, sizeof *more);
        if (more == NULL)
            return;
        if (list->n > 0)
            memcpy(more, list->item, list->n * sizeof *more);
        list->item = more;
        list->room = room;
    }
    t.name = name;
    list->item[list->n++] = t;
}

static void add_service(struct reading *r, struct targets *list, uint32_t objective,
                        uint32_t service, const struct subjects *s, bool in)
{
    struct description *d = r->out;
    struct arena *a = &d->memory;
    const char *name = d->objective[objective].name, *of = d->service[service].name;
    struct target t = {.objective = objective, .subject = service, .partner = NO_INDEX};
    enum asking *of_partner = reading_scratch(r, d->n_partners, sizeof *of_partner);
    if (r->exhausted)
        return;
    enum asking asking = find_asking(r, service, of_partner);
    if (asking == ASKS_NOT)
        return; /* of `all`: a service that nobody asks for has no figure */
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
        if (o->kind == SUBJECT_SERVICE) {
            add_service(r, list, objective, at, s, in);
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
                        "service of a workload",
                        m->key);
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
