/* SPDX-License-Identifier: Apache-2.0
 * Random quantities as texts write them: a law with its arguments apart by spaces,
 * `lognormal(60 ms cv 1.5)`, or a quantity alone, which is constant. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scenario/amount.h"
#include "scenario/sample.h"
#include "scenario/units.h"

/* Beyond this a law is a mistake of the text, not a model. */
#define CV_MOST 100.0

#define N_LAWS 13
static const struct law_name laws[N_LAWS + 1] = {
    {.name = "const", .kind = LAW_CONST, .said = "constant"},
    {.name = "exp", .kind = LAW_EXP, .said = "exponential"},
    {.name = "uniform", .kind = LAW_UNIFORM, .said = "uniform", .ends = 2},
    {.name = "triangular", .kind = LAW_TRIANGULAR, .said = "triangular", .ends = 3},
    {.name = "erlang", .kind = LAW_ERLANG, .said = "Erlang", .parameter = "shape cv"},
    {.name = "hyperexp", .kind = LAW_HYPEREXP, .said = "hyperexponential", .parameter = "cv"},
    {.name = "gamma", .kind = LAW_GAMMA, .said = "gamma", .parameter = "cv"},
    {.name = "weibull", .kind = LAW_WEIBULL, .said = "Weibull", .parameter = "shape cv"},
    {.name = "lognormal", .kind = LAW_LOGNORMAL, .said = "lognormal", .parameter = "cv"},
    {.name = "pareto", .kind = LAW_PARETO, .said = "Pareto", .parameter = "shape"},
    {.name = "ph2", .kind = LAW_PH2, .said = "phase type", .parameter = "cv"},
    {.name = "ph3", .kind = LAW_PH3, .said = "phase type", .parameter = "cv", .second = "skew"},
    {.name = "empirical", .kind = LAW_EMPIRICAL, .said = "empirical"},
    {.name = NULL},
};

const struct law_name *quantity_laws(void)
{
    return laws;
}

/* Is `word` among the words of a law's parameter (space separated)? */
static bool has_word(const char *words, const char *word)
{
    size_t length = strlen(word);
    for (const char *c = words; c; c = strchr(c, ' '), c = c ? c + 1 : NULL)
        if (strncmp(c, word, length) == 0 && (c[length] == ' ' || c[length] == '\0'))
            return true;
    return false;
}

/* Reads `cv 1.5` or `shape 4`, whichever the law has. `is_shape` tells which it was. */
static int read_parameter(struct amount_text *t, const struct law_name *law, bool *is_shape,
                          double *out)
{
    bool shape = has_word(law->parameter, "shape"), cv = has_word(law->parameter, "cv");
    *is_shape = shape && amount_at_word(t, "shape");
    if (!*is_shape && !(cv && amount_at_word(t, "cv")))
        return amount_wrong(t, "lacks %s after the mean",
                            !cv      ? "`shape X`"
                            : !shape ? "`cv X`"
                                     : "`shape X` or `cv X`");
    t->at += *is_shape ? strlen("shape") : strlen("cv");
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
    if (!(*parameter >= 1 && *parameter <= LAW_SHAPE_MOST && *parameter == floor(*parameter)))
        return amount_wrong(t, "has a shape that is no whole number from 1 to %d", LAW_SHAPE_MOST);
    return 0;
}

static int check_cv(const struct amount_text *t, enum law_kind kind, double cv)
{
    if (!(cv <= CV_MOST))
        return amount_wrong(t, "has a cv above %.0f", CV_MOST);
    if (kind == LAW_HYPEREXP && cv == 1)
        return amount_wrong(t, "has a cv of 1: that is exp");
    if (kind == LAW_HYPEREXP && cv < 1)
        return amount_wrong(t, "has a cv below 1, which no hyperexponential has (erlang, gamma and "
                               "lognormal have)");
    if (!(cv > 0))
        return amount_wrong(t, "has a cv that is not above zero (const has none)");
    bool shaped = kind == LAW_GAMMA || kind == LAW_PH2 || kind == LAW_PH3;
    if (shaped && cv * cv * LAW_SHAPE_MOST < 1 - 1e-12)
        return amount_wrong(t, "has a cv below %g (lognormal has such)", 1 / sqrt(LAW_SHAPE_MOST));
    return 0;
}

/* Weibull's shape: given, or that which has the cv. */
static int weibull_shape(const struct amount_text *t, bool is_shape, double *parameter)
{
    if (!is_shape) {
        int error = check_cv(t, LAW_WEIBULL, *parameter);
        if (error)
            return error;
        *parameter = law_weibull_shape(*parameter);
        if (isnan(*parameter))
            return amount_wrong(t, "has a cv below 0.0128, which asks for a shape above %.0f",
                                LAW_WEIBULL_MOST);
    }
    if (!(*parameter >= LAW_WEIBULL_LEAST && *parameter <= LAW_WEIBULL_MOST))
        return amount_wrong(t, "has a shape outside %g..%.0f", LAW_WEIBULL_LEAST, LAW_WEIBULL_MOST);
    return 0;
}

static int check_pareto(const struct amount_text *t, double shape)
{
    if (shape <= 1)
        return amount_wrong(t, "has a shape that is not above 1, and so no finite mean");
    if (shape > LAW_SHAPE_MOST)
        return amount_wrong(t, "has a shape above %d", LAW_SHAPE_MOST);
    return 0;
}

/* The parameter behind the mean, as law_init wants it. */
static int read_shape(struct amount_text *t, const struct law_name *law, double *parameter)
{
    bool is_shape;
    amount_at_end(t);
    int error = read_parameter(t, law, &is_shape, parameter);
    if (error)
        return error;
    switch (law->kind) {
    case LAW_ERLANG:
        return erlang_shape(t, is_shape, parameter);
    case LAW_WEIBULL:
        return weibull_shape(t, is_shape, parameter);
    case LAW_PARETO:
        return check_pareto(t, *parameter);
    default:
        return check_cv(t, law->kind, *parameter);
    }
}

/* The skewness behind the cv; the law is made with both. */
static int read_skew(struct amount_text *t, double cv, struct law *out)
{
    double skew;
    amount_at_end(t);
    if (!amount_at_word(t, "skew"))
        return amount_wrong(t, "lacks `skew Y` after the cv");
    t->at += strlen("skew");
    int error = amount_number(t, &skew);
    if (error || law_init_phase3(out, cv, skew) == PSN_OK)
        return error;
    double least = ceil(law_least_skew(cv) * 1e3) / 1e3;
    return amount_wrong(t,
                        "has a skew of %.4g, but no law of positive values with this cv has one of "
                        "cv - 1 / cv = %.4g or below (near: skew %g)",
                        skew, cv - 1 / cv, least);
}

/* LOW HIGH or LOW MODE HIGH. */
static int read_ends(struct arena *a, struct amount_text *t, const struct law_name *law,
                     double end[3])
{
    enum bound asked = t->bound;
    int error = 0;
    if (t->bound != BOUND_ANY)
        t->bound = BOUND_NOT_NEGATIVE; /* the mean keeps the bound; the lower end may be 0 */
    for (size_t i = 0; i < law->ends && !error; i++) {
        struct amount each = {0};
        if (i > 0 && amount_at_end(t))
            error = amount_wrong(t, "has %s where %s has %s", i == 1 ? "one bound" : "two bounds",
                                 law->name, law->ends == 2 ? "two" : "three: LOW MODE HIGH");
        else
            error = amount_read(a, t, false, &each);
        end[i] = each.value;
    }
    t->bound = asked;
    return error;
}

/* uniform(LOW HIGH) and triangular(LOW MODE HIGH): the mean and the law. */
static int read_bounded(struct arena *a, struct amount_text *t, const struct law_name *law,
                        struct random_amount *out)
{
    double end[3] = {0}, sum = 0;
    int error = read_ends(a, t, law, end);
    if (error)
        return error;
    if (end[0] < 0)
        return amount_wrong(t, "has a negative bound");
    for (size_t i = 0; i < law->ends; i++)
        sum += end[i];
    out->mean =
        (struct amount){.value = sum / (double)law->ends, .per = 1, .place = t->node->place};
    if (law->kind == LAW_TRIANGULAR) {
        if (law_init_triangular(&out->law, end[0], end[1], end[2]))
            return amount_wrong(t, "has bounds that do not rise, as LOW MODE HIGH do");
        return 0;
    }
    if (!(end[1] > end[0]))
        return amount_wrong(t, "has a second bound that is not above the first");
    return law_init(&out->law, LAW_UNIFORM, (end[1] - end[0]) / (end[1] + end[0]));
}

/* The mean, and what stands behind it. */
static int read_moments(struct arena *a, struct amount_text *t, const struct law_name *law,
                        bool attributes, struct random_amount *out)
{
    double parameter = 0;
    int error = amount_read(a, t, attributes, &out->mean);
    if (!error && law->parameter)
        error = read_shape(t, law, &parameter);
    if (error)
        return error;
    if (law->kind == LAW_PH3)
        return read_skew(t, parameter, &out->law);
    if (law_init(&out->law, law->kind, parameter))
        return amount_wrong(t, "has a parameter that %s cannot have", law->name);
    return 0;
}

/* The mean of the values in the file, in base units of the dimension. */
static int own_mean(const struct amount_text *t, const struct sample *s, struct amount *mean)
{
    struct unit made;
    char quoted[NODE_QUOTE];
    const struct unit *u = s->unit ? unit_find(s->unit, t->dimension, &made) : NULL;
    if (!s->unit)
        return amount_wrong(t, "names a file whose header has no unit, such as work [ms]");
    if (!u)
        return amount_wrong(t, "names a file whose header has the unit \"%s\"",
                            node_quote(s->unit, quoted));
    *mean = (struct amount){.value = u->divisor != 0 ? s->mean / u->divisor : s->mean * u->factor,
                            .per = 1,
                            .place = t->node->place};
    return amount_check(t, mean);
}

/* empirical(FILE) or empirical(MEAN of FILE): the last word is the file's name. */
static int read_empirical(struct arena *a, struct amount_text *t, bool attributes,
                          struct random_amount *out)
{
    const struct sample *s = t->node->sample;
    const char *file;
    size_t length;
    if (amount_at_end(t) || !sample_named(t->node->text, &file, &length))
        return amount_wrong(t, "lacks a file of values");
    if (!s)
        return amount_wrong(t,
                            "names a file that was not read, for it stands in none of the texts");
    if (s->wrong)
        return psn_mistake_add(t->all, PSN_EINPUT, t->node->place, "%s", s->wrong);
    out->law = s->law;
    bool alone = t->at == file;
    t->end = file;
    if (alone)
        return own_mean(t, s, &out->mean);
    while (t->end > t->at && t->end[-1] == ' ')
        t->end--;
    if (t->end - t->at < 4 || strncmp(t->end - 3, " of", 3) != 0)
        return amount_wrong(t, "has several words where FILE or MEAN of FILE stands (a file's name "
                               "has no blanks)");
    t->end -= 3;
    return amount_read(a, t, attributes, &out->mean);
}

/* The arguments of a law of this kind, up to t->end. */
static int read_arguments(struct arena *a, struct amount_text *t, const struct law_name *law,
                          bool attributes, struct random_amount *out)
{
    char quoted[NODE_QUOTE];
    int error = law->kind == LAW_EMPIRICAL ? read_empirical(a, t, attributes, out)
                : law->ends                ? read_bounded(a, t, law, out)
                                           : read_moments(a, t, law, attributes, out);
    if (error || amount_at_end(t))
        return error;
    char rest[NODE_QUOTE];
    size_t n = (size_t)(t->end - t->at) < sizeof rest ? (size_t)(t->end - t->at) : sizeof rest - 1;
    memcpy(rest, t->at, n);
    rest[n] = '\0';
    return amount_wrong(t, "gives %s more than it takes: \"%s\"", law->name,
                        node_quote(rest, quoted));
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
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < N_LAWS; i++)
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s",
                                 i == 0            ? ""
                                 : i + 1 == N_LAWS ? " or "
                                                   : ", ",
                                 laws[i].name);
    return psn_mistake_add(t->all, PSN_EINPUT, t->node->place,
                           "\"%s\" names an unknown law \"%s\"; expected %s%s%s%s",
                           node_quote(t->node->text, text), node_quote(name, quoted), known,
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
