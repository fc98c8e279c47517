/* SPDX-License-Identifier: Apache-2.0
 * Random quantities as texts write them: a law with its arguments apart by spaces,
 * `lognormal(60 ms cv 1.5)`, or a quantity alone, which is constant. */
#include <math.h>
#include <string.h>

#include "scenario/amount.h"

/* Beyond these a law is a mistake of the text, not a model. */
#define CV_MOST    100.0
#define SHAPE_MOST 10000.0

#define N_LAWS 6
static const struct law_name laws[N_LAWS + 1] = {
    {"const", LAW_CONST, NULL},       {"exp", LAW_EXP, NULL},
    {"uniform", LAW_UNIFORM, NULL},   {"erlang", LAW_ERLANG, "shape cv"},
    {"hyperexp", LAW_HYPEREXP, "cv"}, {"lognormal", LAW_LOGNORMAL, "cv"},
    {NULL, LAW_CONST, NULL},
};

const struct law_name *quantity_laws(void)
{
    return laws;
}

/* Reads `cv 1.5` or `shape 4`. `word` tells which it was. */
static int read_parameter(struct amount_text *t, bool shapes, bool *is_shape, double *out)
{
    *is_shape = shapes && amount_at_word(t, "shape");
    if (!*is_shape && !amount_at_word(t, "cv"))
        return amount_wrong(t, shapes ? "lacks `shape N` or `cv X` after the mean"
                                      : "lacks `cv X` after the mean");
    t->at += *is_shape ? 5 : 2;
    return amount_number(t, out);
}

/* Erlang's shape: given, or 1 / cv squared, which must be whole. */
static int erlang_shape(const struct amount_text *t, bool is_shape, double *parameter)
{
    if (!is_shape) {
        if (!(*parameter > 0 && *parameter <= 1))
            return amount_wrong(t, "has a cv outside 0..1, which no Erlang law has");
        double shape = 1 / (*parameter * *parameter), whole = nearbyint(shape);
        if (fabs(shape - whole) > 1e-6 * shape)
            return amount_wrong(t,
                                "asks for a shape of 1 / cv\xC2\xB2 = %.4g, which is not whole "
                                "(near: shape %.0f)",
                                shape, whole);
        *parameter = whole;
    }
    if (!(*parameter >= 1 && *parameter <= SHAPE_MOST && *parameter == floor(*parameter)))
        return amount_wrong(t, "has a shape that is no whole number from 1 to %.0f", SHAPE_MOST);
    return 0;
}

static int check_cv(const struct amount_text *t, enum law_kind kind, double cv)
{
    if (!(cv <= CV_MOST))
        return amount_wrong(t, "has a cv above %.0f", CV_MOST);
    if (kind == LAW_HYPEREXP && cv == 1)
        return amount_wrong(t, "has a cv of 1: that is exp");
    if (kind == LAW_HYPEREXP && cv < 1)
        return amount_wrong(t, "has a cv below 1, which no hyperexponential has (erlang and "
                               "lognormal have)");
    if (!(cv > 0))
        return amount_wrong(t, "has a cv that is not above zero (const has none)");
    return 0;
}

/* uniform(LOW HIGH): mean and spread. */
static int read_uniform(struct arena *a, struct amount_text *t, struct random_amount *out,
                        double *spread)
{
    struct amount low, high;
    enum bound asked = t->bound;
    if (t->bound != BOUND_ANY)
        t->bound = BOUND_NOT_NEGATIVE; /* the mean keeps the bound; the lower end may be 0 */
    int error = amount_read(a, t, false, &low);
    if (!error && amount_at_end(t))
        error = amount_wrong(t, "has one bound where uniform has two");
    if (!error)
        error = amount_read(a, t, false, &high);
    t->bound = asked;
    if (error)
        return error;
    if (low.value < 0)
        return amount_wrong(t, "has a negative bound");
    if (!(high.value > low.value))
        return amount_wrong(t, "has a second bound that is not above the first");
    out->mean =
        (struct amount){.value = (low.value + high.value) / 2, .per = 1, .place = t->node->place};
    *spread = (high.value - low.value) / (high.value + low.value);
    return 0;
}

/* The arguments of a law of this kind, up to t->end. */
static int read_arguments(struct arena *a, struct amount_text *t, const struct law_name *law,
                          bool attributes, struct random_amount *out)
{
    enum law_kind kind = law->kind;
    double parameter = 0;
    bool is_shape;
    char quoted[NODE_QUOTE];
    int error = kind == LAW_UNIFORM ? read_uniform(a, t, out, &parameter)
                                    : amount_read(a, t, attributes, &out->mean);
    if (!error && law->parameter) {
        amount_at_end(t);
        error = read_parameter(t, kind == LAW_ERLANG, &is_shape, &parameter);
        if (!error)
            error = kind == LAW_ERLANG ? erlang_shape(t, is_shape, &parameter)
                                       : check_cv(t, kind, parameter);
    }
    if (error)
        return error;
    if (!amount_at_end(t)) {
        char rest[NODE_QUOTE];
        size_t n =
            (size_t)(t->end - t->at) < sizeof rest ? (size_t)(t->end - t->at) : sizeof rest - 1;
        memcpy(rest, t->at, n);
        rest[n] = '\0';
        return amount_wrong(t, "gives %s more than it takes: \"%s\"", law->name,
                            node_quote(rest, quoted));
    }
    if (law_init(&out->law, kind, parameter))
        return amount_wrong(t, "has a parameter that %s cannot have", law->name);
    return 0;
}

/* A comma between arguments, other than within a number. */
static const char *argument_comma(const struct amount_text *t)
{
    for (const char *c = t->at; c < t->end; c++)
        if (*c == ',' && !(c > t->at && c + 1 < t->end && c[-1] >= '0' && c[-1] <= '9' &&
                           c[1] >= '0' && c[1] <= '9'))
            return c;
    return NULL;
}

static int unknown_law(struct amount_text *t, size_t length)
{
    char name[NODE_QUOTE], quoted[NODE_QUOTE], text[NODE_QUOTE];
    size_t n = length < sizeof name ? length : sizeof name - 1;
    memcpy(name, t->at, n);
    name[n] = '\0';
    const char *names[N_LAWS];
    for (size_t i = 0; i < N_LAWS; i++)
        names[i] = laws[i].name;
    const char *near = node_nearest(name, names, N_LAWS);
    return psn_mistake_add(t->all, PSN_EINPUT, t->node->place,
                           "\"%s\" names an unknown law \"%s\"; expected const, exp, uniform, "
                           "erlang, hyperexp or lognormal%s%s%s",
                           node_quote(t->node->text, text), node_quote(name, quoted),
                           near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
}

/* `name(arguments)`; `open` is the parenthesis. */
static int read_law(struct arena *a, struct amount_text *t, const char *open, bool attributes,
                    struct random_amount *out)
{
    size_t length = (size_t)(open - t->at), which = 0;
    while (length > 0 && t->at[length - 1] == ' ')
        length--;
    while (which < N_LAWS &&
           !(strlen(laws[which].name) == length && strncmp(t->at, laws[which].name, length) == 0))
        which++;
    if (which == N_LAWS)
        return unknown_law(t, length);
    while (t->end > open + 1 && t->end[-1] == ' ')
        t->end--;
    if (t->end[-1] != ')')
        return amount_wrong(t, memchr(open, ')', (size_t)(t->end - open))
                                   ? "goes on behind its closing parenthesis"
                                   : "has no closing parenthesis (a comma inside { } or [ ] ends a "
                                     "text: arguments are apart by spaces)");
    t->end--;
    t->at = open + 1;
    if (argument_comma(t))
        return amount_wrong(t, "has a comma: the arguments of a law are apart by spaces, as in "
                               "lognormal(60 ms cv 1.5)");
    return read_arguments(a, t, &laws[which], attributes, out);
}

int quantity_random(struct arena *a, const struct node *n, enum dimension d, enum bound b,
                    bool attributes, struct random_amount *out, psn_diagnostics *all)
{
    struct amount_text t = {.node = n, .dimension = d, .bound = b, .law = true, .all = all};
    *out = (struct random_amount){0};
    if (n && n->kind == NODE_SCALAR) {
        t.at = n->text;
        t.end = t.at + strlen(t.at);
        amount_at_end(&t);
        const char *open = strchr(t.at, '(');
        if (open)
            return read_law(a, &t, open, attributes, out);
    }
    if (quantity_amount(a, n, d, b, attributes, &out->mean, all))
        return PSN_EINPUT;
    return law_init(&out->law, LAW_CONST, 0);
}
