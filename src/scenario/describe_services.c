/* SPDX-License-Identifier: Apache-2.0
 * The description's roles and services: recipes of steps, each with one verb. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/describe.h"
#include "scenario/yaml.h"

#define TIMES_MAX 1000000

#define RETRIES_MAX 1000

/* From a stream's packet to the next, s. */
#define STREAM_LEAST_S 1e-6

/* Choices and forks nest at most eight deep, and loops sixteen, in a text or an override: each
 * takes four, or two, levels of maps and lists, of which the YAML reader takes no more than this.
 * So nothing here counts them. */
_Static_assert(YAML_DEPTH_MOST < 4 * 9 - 1, "a ninth choice within a choice could be written");

/* How a step is written: its verb's key, the key that holds its amount (NULL: the verb's own
 * value), and whether a role provides it. */
struct verb {
    const char *key, *amount;
    enum dimension dimension;
    bool role;
};

static const struct verb verbs[] = {
    [STEP_REQUEST] = {"request", NULL, DIMENSION_SIZE, false},
    [STEP_COMPUTE] = {"compute", "work", DIMENSION_TIME, true},
    [STEP_READ] = {"read", "size", DIMENSION_SIZE, true},
    [STEP_WRITE] = {"write", "size", DIMENSION_SIZE, true},
    [STEP_DELAY] = {"delay", NULL, DIMENSION_TIME, false},
    [STEP_CHOICE] = {"choice", NULL, DIMENSION_NUMBER, false},
    [STEP_RESPONSE] = {"response", NULL, DIMENSION_SIZE, false},
    [STEP_CALL] = {"call", NULL, DIMENSION_NUMBER, false},
    [STEP_FORK] = {"fork", NULL, DIMENSION_NUMBER, false},
    [STEP_DESK] = {"desk", "work", DIMENSION_TIME, true},
    [STEP_LOOP] = {"loop", NULL, DIMENSION_NUMBER, false},
    [STEP_STREAM] = {"stream", "for", DIMENSION_TIME, true},
};
#define N_VERBS (sizeof verbs / sizeof verbs[0])

/* The keys of a step in the table of the language. */
static const struct spec_key *step_keys(void)
{
    return spec_key(spec_section("services")->key, "steps", false)->record;
}

static int by_text(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;
    return strcmp(*x, *y);
}

/* Names on their way into the list of roles. */
struct names {
    const char **name;
    size_t n, room;
};

static void add_name(struct reading *r, struct names *names, const struct node *text)
{
    if (text == NULL || text->kind != NODE_SCALAR || node_is_none(text))
        return;
    const char **list = reading_grow(r, names->name, names->n, &names->room, sizeof *list);
    if (list == NULL)
        return;
    names->name = list;
    names->name[names->n++] = text->text;
}

/* The lists of steps within a step: of the branches of a choice or fork, or of a loop. */
static size_t count_inside(const struct node *step)
{
    const struct node *choice = node_get(step, "choice"), *fork = node_get(step, "fork");
    if (node_get(step, "loop") != NULL)
        return 1;
    return reading_count(choice != NULL ? choice : fork);
}

static const struct node *inside(const struct node *step, size_t i)
{
    const struct node *choice = node_get(step, "choice"), *loop = node_get(step, "loop");
    if (loop != NULL)
        return loop;
    return node_get(reading_item(choice != NULL ? choice : node_get(step, "fork"), i), "steps");
}

static void add_step_roles(struct reading *r, struct names *names, const struct node *steps)
{
    for (size_t i = 0; i < reading_count(steps); i++) {
        const struct node *step = reading_item(steps, i);
        for (size_t v = 0; v < N_VERBS; v++)
            if (verbs[v].role)
                add_name(r, names, node_get(step, verbs[v].key));
        for (size_t k = 0; k < count_inside(step); k++)
            add_step_roles(r, names, inside(step, k));
    }
}

static void add_hosting_roles(struct reading *r, struct names *names, const struct node *hosting)
{
    size_t n = hosting != NULL && hosting->kind == NODE_MAP ? hosting->count : 0;
    for (size_t i = 0; i < n; i++) {
        const struct node *map = hosting->member[i].value;
        for (size_t k = 0; map->kind == NODE_MAP && k < map->count; k++) {
            struct node key = {.kind = NODE_SCALAR, .quoted = true, .text = map->member[k].key};
            add_name(r, names, &key);
        }
    }
}

/* Roles share one name space with partners, sites, links and stations (rule 7), whose names
 * spec_check has compared with each other. */
static void check_name_space(struct reading *r)
{
    const struct entries *const all[] = {&r->partners, &r->sites, &r->links, &r->pools, &r->arrays};
    for (size_t s = 0; s < sizeof all / sizeof all[0]; s++)
        for (size_t i = 0; i < all[s]->n; i++)
            if (describe_role(r->out, all[s]->name[i]) != NO_INDEX)
                reading_mistake(r, all[s]->member[i]->place,
                                "\"%s\" is also a role; expected another name (partners, sites, "
                                "links, stations and roles share theirs)",
                                all[s]->name[i]);
}

void describe_roles(struct reading *r)
{
    struct names names = {0};
    for (size_t i = 0; i < r->arrangements.n; i++)
        add_hosting_roles(r, &names, node_get(r->arrangements.member[i]->value, "hosting"));
    for (size_t i = 0; i < r->services.n; i++)
        add_step_roles(r, &names, node_get(r->services.member[i]->value, "steps"));
    const char **role = reading_keep(r, names.n, sizeof *role);
    if (r->exhausted)
        return;
    if (names.n > 0)
        qsort(names.name, names.n, sizeof *names.name, by_text);
    r->out->role = role;
    for (size_t i = 0; i < names.n; i++)
        if (i == 0 || strcmp(names.name[i], names.name[i - 1]) != 0)
            role[r->out->n_roles++] = reading_text(r, names.name[i]);
    check_name_space(r);
}

uint32_t describe_role(const struct description *d, const char *name)
{
    return name_index(d->role, d->n_roles, name);
}

/* The one verb of a step; N_VERBS with the mistake told where there is none or several. */
static size_t find_verb(struct reading *r, const struct node *step)
{
    size_t found = N_VERBS;
    for (size_t v = 0; v < N_VERBS; v++) {
        const struct member *m = node_member(step, verbs[v].key);
        if (m == NULL)
            continue;
        if (found != N_VERBS) {
            reading_mistake(r, m->place,
                            "a step with two verbs, \"%s\" and \"%s\"; expected a step "
                            "for each",
                            verbs[found].key, verbs[v].key);
            return N_VERBS;
        }
        found = v;
    }
    if (found == N_VERBS)
        reading_mistake(r, step->place,
                        "a step without a verb; expected request, response, compute, desk, "
                        "read, write, stream, delay, choice, fork, loop or call");
    return found;
}

/* Keys that belong to another verb. */
static void check_arguments(struct reading *r, const struct node *step, const struct verb *verb)
{
    char expected[SPEC_WORDS];
    for (size_t i = 0; i < step->count; i++) {
        const struct member *m = &step->member[i];
        const struct spec_key *key = spec_key(step_keys(), m->key, false);
        if (key == NULL || key->one_of != NULL || spec_has_word(key->with, verb->key))
            continue;
        spec_list_words(key->with, expected);
        reading_mistake(r, m->place, "\"%s\" does not belong to \"%s\"; expected it with %s",
                        m->key, verb->key, expected);
    }
}

static void read_times(struct reading *r, const struct node *n, struct step *s)
{
    double times = 1;
    s->times = 1;
    if (n == NULL || !reading_plain(r, n, DIMENSION_NUMBER, BOUND_WHOLE_POSITIVE, &times))
        return;
    if (times > TIMES_MAX)
        reading_mistake(r, n->place, "%.0f times; expected at most %d", times, TIMES_MAX);
    else
        s->times = (uint32_t)times;
}

/* A part of a stream that it cannot do without. */
static bool read_part(struct reading *r, const struct node *n, const char *key, enum dimension d,
                      double *out)
{
    const struct node *value = node_get(n, key);
    if (value == NULL)
        reading_mistake(r, n->place, "\"stream\" without \"%s\"; expected %s", key,
                        quantity_expected(d));
    return reading_plain(r, value, d, BOUND_POSITIVE, out) && value != NULL;
}

/* What a stream sends, besides for how long. */
static void read_stream(struct reading *r, const struct node *n, struct step *s)
{
    const struct node *ways = node_get(n, "ways");
    s->out = ways == NULL || strcmp(ways->text, "back") != 0;
    s->back = ways == NULL || strcmp(ways->text, "out") != 0;
    bool rate = read_part(r, n, "rate", DIMENSION_BANDWIDTH, &s->rate_bps);
    if (!read_part(r, n, "packet", DIMENSION_SIZE, &s->packet_bits))
        return;
    psn_place place = node_get(n, "packet")->place;
    if (s->packet_bits > PACKET_BITS)
        reading_mistake(r, place, "packets of %g bytes; expected 1500 B at most",
                        s->packet_bits / 8);
    else if (rate && s->packet_bits / s->rate_bps < STREAM_LEAST_S)
        reading_mistake(r, place,
                        "a packet every %.3g ns; expected at least 1 us from one to the next, by "
                        "larger packets or a lower rate",
                        s->packet_bits / s->rate_bps * 1e9);
}

static size_t read_steps(struct reading *r, const struct node *list, struct step **out);

/* `times: 3`, or `again: 20 %`: a loop has one of them. */
static void read_loop(struct reading *r, const struct node *n, struct step *s)
{
    const struct node *times = node_get(n, "times"), *again = node_get(n, "again");
    s->branch = reading_keep(r, 1, sizeof *s->branch);
    if (r->exhausted)
        return;
    if ((times == NULL) == (again == NULL))
        reading_mistake(r, again != NULL ? again->place : n->place,
                        "a loop with %s; expected one of times: 3 and again: 20 %%",
                        again != NULL ? "both \"times\" and \"again\"" : "no end");
    else if (again != NULL &&
             reading_plain(r, again, DIMENSION_SHARE, BOUND_NOT_NEGATIVE, &s->again) &&
             s->again > 1 - 1.0 / TIMES_MAX) {
        reading_mistake(r, again->place,
                        "again with %.10g %%; expected less, for a loop that ends (at most %d "
                        "passes in the mean)",
                        100 * s->again, TIMES_MAX);
    }
    s->n_branches = 1;
    s->branch->share = 1;
    s->branch->n_steps = read_steps(r, node_get(n, "loop"), &s->branch->step);
}

/* The branches of a choice, which have shares, or of a fork, which have none. */
static void read_branches(struct reading *r, const struct node *list, struct step *s)
{
    size_t n = reading_count(list);
    bool choice = s->verb == STEP_CHOICE, well = true;
    double sum = 0;
    s->branch = reading_keep(r, n, sizeof *s->branch);
    if (r->exhausted)
        return;
    if (n < (choice ? 1 : 2)) {
        reading_mistake(r, list->place, "%s; expected branches such as %s",
                        choice ? "an empty choice" : "a fork of fewer than two branches",
                        choice ? "[{share: 30 %, steps: [...]}, {share: 70 %}]"
                               : "[{steps: [...]}, {steps: [...]}]");
        return;
    }
    s->n_branches = n;
    for (size_t i = 0; i < n; i++) {
        const struct node *branch = reading_item(list, i);
        const struct node *share = node_get(branch, "share");
        struct branch *b = &s->branch[i];
        b->share = 1;
        if (choice && share == NULL) {
            reading_mistake(r, branch->place,
                            "a branch without a share; expected one such as "
                            "{share: 30 %%, steps: [...]}");
            well = false;
            continue;
        }
        if (choice)
            well &= reading_plain(r, share, DIMENSION_SHARE, BOUND_NOT_NEGATIVE, &b->share);
        sum += b->share;
        b->n_steps = read_steps(r, node_get(branch, "steps"), &b->step);
    }
    if (choice && well && fabs(sum - 1) > 1e-9)
        reading_mistake(r, list->place, "the shares of this choice add up to %.10g; expected 1",
                        sum);
}

static void read_step(struct reading *r, const struct node *n, struct step *s)
{
    size_t v = find_verb(r, n);
    s->place = reading_place(r, n->place);
    s->role = NO_INDEX;
    s->service = NO_INDEX;
    s->times = 1;
    s->verb = STEP_DELAY; /* where there is a mistake: of no time */
    if (v == N_VERBS)
        return;
    const struct verb *verb = &verbs[v];
    const struct node *value = node_get(n, verb->key);
    s->verb = (enum step_verb)v;
    check_arguments(r, n, verb);
    read_times(r, node_get(n, "times"), s);
    if (s->verb == STEP_CALL) {
        s->service = reading_reference(r, value, &r->services, "a service");
        return;
    }
    if (s->verb == STEP_CHOICE || s->verb == STEP_FORK) {
        read_branches(r, value, s);
        return;
    }
    if (s->verb == STEP_LOOP) {
        read_loop(r, n, s);
        return;
    }
    if (verb->role) {
        if (value->kind == NODE_SCALAR)
            s->role = describe_role(r->out, value->text);
        else
            reading_mistake(r, value->place, "%s in place of a role; expected a name such as db",
                            node_kind_name(value));
        value = node_get(n, verb->amount);
    }
    if (value == NULL)
        reading_mistake(r, n->place, "\"%s\" without \"%s\"; expected %s", verb->key, verb->amount,
                        quantity_expected(verb->dimension));
    reading_random(r, value, verb->dimension, BOUND_NOT_NEGATIVE, &s->amount);
    if (s->verb == STEP_STREAM)
        read_stream(r, n, s);
    const struct node *patience = node_get(n, "patience");
    s->impatient = patience != NULL;
    reading_random(r, patience, DIMENSION_TIME, BOUND_NOT_NEGATIVE, &s->patience);
}

static size_t read_steps(struct reading *r, const struct node *list, struct step **out)
{
    size_t n = reading_count(list);
    struct step *s = reading_keep(r, n, sizeof *s);
    *out = s;
    if (r->exhausted)
        return 0;
    for (size_t i = 0; i < n && !r->exhausted; i++)
        read_step(r, reading_item(list, i), &s[i]);
    return n;
}

/* Steps of a service, those of all branches counted: what a reader could follow, and the model's
 * recursion over them stays shallow. */
#define STEPS_MOST 1000

static size_t count_steps(const struct node *list)
{
    size_t n = reading_count(list);
    for (size_t i = 0; i < reading_count(list); i++) {
        const struct node *step = reading_item(list, i);
        for (size_t b = 0; b < count_inside(step); b++)
            n += count_steps(inside(step, b));
    }
    return n;
}

/* How long users wait, and how often they try. */
static void read_give_up(struct reading *r, const struct member *m, struct service *s)
{
    const struct node *timeout = node_get(m->value, "timeout");
    const struct node *retries = node_get(m->value, "retries");
    double n = 0;
    if (timeout != NULL)
        reading_time(r, timeout, BOUND_POSITIVE, &s->timeout);
    if (retries == NULL ||
        !reading_plain(r, retries, DIMENSION_NUMBER, BOUND_WHOLE_NOT_NEGATIVE, &n))
        return;
    if (n > RETRIES_MAX)
        reading_mistake(r, retries->place, "%.0f retries; expected at most %d", n, RETRIES_MAX);
    else
        s->retries = (uint32_t)n;
}

void describe_services(struct reading *r)
{
    struct description *d = r->out;
    size_t before = r->all->count + r->all->dropped;
    d->service = reading_keep(r, r->services.n, sizeof *d->service);
    if (r->exhausted)
        return;
    d->n_services = r->services.n;
    for (size_t i = 0; i < d->n_services && !r->exhausted; i++) {
        const struct member *m = r->services.member[i];
        struct service *s = &d->service[i];
        s->name = reading_text(r, m->key);
        s->place = reading_place(r, m->place);
        s->class = reading_reference(r, node_get(m->value, "class"), &r->classes, "a class");
        read_give_up(r, m, s);
        if (count_steps(node_get(m->value, "steps")) > STEPS_MOST) {
            reading_mistake(r, m->place,
                            "service \"%s\" has more than %d steps; expected fewer, or `times`",
                            m->key, STEPS_MOST);
            continue;
        }
        s->n_steps = read_steps(r, node_get(m->value, "steps"), &s->step);
        if (s->n_steps == 0)
            reading_mistake(r, m->place, "service \"%s\" has no steps; expected at least one",
                            m->key);
    }
    /* What follows a request is unknown as long as steps have mistakes. */
    if (!r->exhausted && r->all->count + r->all->dropped == before)
        calls_check(r, STEPS_MOST);
}
