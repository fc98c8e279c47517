/* SPDX-License-Identifier: Apache-2.0
 * Quantities: numbers with units, and amounts tied to an attribute of a partner (rule 4 of the
 * grammar). Laws are read in law_text.c on top of this. */
#include "scenario/quantity.h"

#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "kernel/random.h"
#include "scenario/amount.h"
#include "scenario/units.h"

/* Seconds in a year of 365 days. */
#define YEAR_S 31536000.0

/* The largest time: psn_time counts nanoseconds in 64 bits, which is 292 years. */
#define TIME_MOST 9.2e18
/* Whole numbers are exact in a double up to here. */
#define WHOLE_MOST 9007199254740992.0

const char *quantity_expected(enum dimension d)
{
    switch (d) {
    case DIMENSION_SHARE:
        return "a share such as 30 % or 0.3";
    case DIMENSION_TIME:
        return "a time such as 40 ms";
    case DIMENSION_SIZE:
        return "a size such as 64 KB";
    case DIMENSION_BANDWIDTH:
        return "a bandwidth such as 10 Mbit/s";
    case DIMENSION_RATE:
        return "a rate such as 13 / year";
    case DIMENSION_GROWTH:
        return "a growth such as 10 % / year";
    case DIMENSION_NUMBER:
    default:
        return "a plain number such as 12";
    }
}

/* "a size" of "a size such as 64 KB". */
static int kind_length(enum dimension d)
{
    const char *text = quantity_expected(d);
    return (int)(strstr(text, " such") - text);
}

const char *quantity_expected_within(enum dimension d, enum bound b, bool law)
{
    if (law && d == DIMENSION_TIME)
        return "a time such as 40 ms or a law such as exp(40 ms)";
    if (law && d == DIMENSION_SIZE)
        return "a size such as 64 KB or a law such as exp(64 KB)";
    if (b == BOUND_WHOLE_POSITIVE)
        return "a whole number from 1, such as 4";
    if (b == BOUND_WHOLE_NOT_NEGATIVE)
        return "a whole number from 0, such as 2";
    return quantity_expected(d);
}

static const char *expected(const struct amount_text *t)
{
    return quantity_expected_within(t->dimension, t->bound, t->law);
}

int amount_wrong(const struct amount_text *t, const char *format, ...)
{
    char quoted[NODE_QUOTE], wrong[4 * NODE_QUOTE];
    va_list args;
    va_start(args, format);
    vsnprintf(wrong, sizeof wrong, format, args);
    va_end(args);
    return psn_mistake_add(t->all, PSN_EINPUT, t->node->place, "\"%s\" %s; expected %s",
                           node_quote(t->node->text, quoted), wrong, expected(t));
}

bool amount_at_end(struct amount_text *t)
{
    while (t->at < t->end && (*t->at == ' ' || *t->at == '\t' || *t->at == '\n'))
        t->at++;
    return t->at == t->end;
}

/* Letters, % and what is not ASCII (the micro sign): what a unit or keyword is made of. */
static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || c == '%' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t word_length(const struct amount_text *t)
{
    size_t n = 0;
    while (t->at + n < t->end && is_letter(t->at[n]))
        n++;
    return n;
}

bool amount_at_word(const struct amount_text *t, const char *word)
{
    size_t n = word_length(t);
    return n == strlen(word) && strncmp(t->at, word, n) == 0;
}

/* 10^0 ... 10^22 are exact doubles, and so is an integer below 2^53: one operation on the two
 * rounds once (W. D. Clinger, How to Read Floating Point Numbers Accurately, PLDI 1990, section 3).
 * All else goes through strtod in the C locale. */
static double convert(const char *from, const char *to)
{
    static const double power[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                   1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                   1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    uint64_t mantissa = 0;
    int scale = 0;
    bool point = false;
    const char *c = from + (*from == '-' || *from == '+');
    for (; c < to && (is_digit(*c) || *c == '.'); c++) {
        if (*c == '.') {
            point = true;
        } else {
            if (mantissa > (UINT64_C(1) << 53) / 10 - 1)
                break;
            mantissa = 10 * mantissa + (uint64_t)(*c - '0');
            scale -= point;
        }
    }
    if (c == to && scale >= -22) {
        double value = (double)mantissa / power[-scale];
        return *from == '-' ? -value : value;
    }
    size_t length = (size_t)(to - from);
    char *text = strndup(from, length);
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    double value = NAN;
    if (text && plain)
        value = strtod_l(text, NULL, plain);
    if (plain)
        freelocale(plain);
    free(text);
    return value;
}

/* `inf`, `.inf`, `nan` and the like, which YAML and C read as numbers. */
static bool at_infinity(const struct amount_text *t)
{
    static const char *const words[] = {"inf", "infinity", "nan"};
    struct amount_text u = *t;
    if (u.at < u.end && (*u.at == '-' || *u.at == '+'))
        u.at++;
    if (u.at < u.end && *u.at == '.')
        u.at++;
    size_t n = word_length(&u);
    for (size_t i = 0; i < 3; i++)
        if (n == strlen(words[i]) && strncasecmp(u.at, words[i], n) == 0)
            return true;
    return false;
}

/* The end of the number that begins at `c`; `c` itself where there is none. */
static const char *number_end(const char *from, const char *end)
{
    const char *c = from + (from < end && (*from == '-' || *from == '+'));
    size_t digits = 0;
    for (; c < end && is_digit(*c); c++)
        digits++;
    if (c < end && *c == '.')
        for (c++; c < end && is_digit(*c); c++)
            digits++;
    if (!digits)
        return from;
    const char *e = c;
    if (e < end && (*e == 'e' || *e == 'E')) {
        e++;
        if (e < end && (*e == '-' || *e == '+'))
            e++;
        if (e < end && is_digit(*e)) {
            while (e < end && is_digit(*e))
                e++;
            c = e;
        }
    }
    return c;
}

/* "182,493" and "1,5": says what to write. */
static int comma_wrong(const struct amount_text *t, const char *from)
{
    char plain[32];
    size_t n = 0;
    const char *c = from;
    bool thousands = true;
    for (; c < t->end && (is_digit(*c) || *c == ',' || *c == '.'); c++) {
        if (*c == ',') {
            size_t digits = 0;
            while (c + 1 + digits < t->end && is_digit(c[1 + digits]))
                digits++;
            thousands = thousands && digits == 3;
        }
        if (*c != ',' && n + 1 < sizeof plain)
            plain[n++] = *c;
    }
    plain[n] = '\0';
    if (thousands)
        return amount_wrong(t, "has a comma: no thousands commas, write %s", plain);
    return amount_wrong(t, "has a comma where a decimal point stands");
}

int amount_number(struct amount_text *t, double *out)
{
    amount_at_end(t);
    if (at_infinity(t))
        return amount_wrong(t, "is not finite");
    const char *end = number_end(t->at, t->end);
    if (end == t->at)
        return amount_wrong(t, t->at == t->end ? "ends where a number stands"
                                               : "has no number where one stands");
    if (end + 1 < t->end && *end == ',' && is_digit(end[1]))
        return comma_wrong(t, t->at);
    *out = convert(t->at, end);
    if (isnan(*out))
        return psn_mistake_add(t->all, PSN_EMEMORY, t->node->place, "out of memory");
    if (isinf(*out))
        return amount_wrong(t, "is not finite");
    t->at = end;
    return 0;
}

/* Longer units than this are none. */
#define UNIT_MOST 24

static bool at_keyword(const struct amount_text *t)
{
    return amount_at_word(t, "per") || amount_at_word(t, "of") || amount_at_word(t, "cv") ||
           amount_at_word(t, "shape") || amount_at_word(t, "skew");
}

/* Reads `unit [/ unit]` without its blanks, "" where there is none. */
static void read_unit(struct amount_text *t, char unit[2 * UNIT_MOST + 2])
{
    size_t n = 0;
    unit[0] = '\0';
    if (amount_at_end(t) || at_keyword(t))
        return;
    size_t length = word_length(t);
    n = length < UNIT_MOST ? length : UNIT_MOST;
    memcpy(unit, t->at, n);
    t->at += length;
    if (!amount_at_end(t) && *t->at == '/') {
        t->at++;
        amount_at_end(t);
        unit[n++] = '/';
        length = word_length(t);
        size_t more = length < UNIT_MOST ? length : UNIT_MOST;
        memcpy(unit + n, t->at, more);
        t->at += length;
        n += more;
    }
    unit[n] = '\0';
}

static int unit_wrong(const struct amount_text *t, const char *unit)
{
    char spare[32], quoted[NODE_QUOTE];
    if (!*unit)
        return amount_wrong(t, "has no unit");
    int other = unit_dimension(unit, t->dimension);
    if (t->dimension == DIMENSION_NUMBER)
        return amount_wrong(t, "has a unit \"%s\"", node_quote(unit, quoted));
    if (other >= 0) {
        enum dimension d = (enum dimension)other;
        return amount_wrong(t, "is %.*s", kind_length(d), quantity_expected(d));
    }
    node_quote(t->node->text, quoted);
    char name[NODE_QUOTE];
    node_quote(unit, name);
    const char *near = unit_nearest(unit, t->dimension, spare);
    return psn_mistake_add(t->all, PSN_EINPUT, t->node->place,
                           "\"%s\" has an unknown unit \"%s\"; expected %s%s%s%s", quoted, name,
                           expected(t), near ? " (did you mean " : "", near ? near : "",
                           near ? "?)" : "");
}

/* The attributes as messages list them. */
#define ATTRIBUTES "population, staff, counts.NAME, data.NAME or site"

const struct attribute_name *quantity_attributes(void)
{
    static const struct attribute_name names[] = {
        {"population", ATTRIBUTE_POPULATION, false},
        {"staff", ATTRIBUTE_STAFF, false},
        {"counts", ATTRIBUTE_COUNT, true},
        {"data", ATTRIBUTE_DATA, true},
        {"site", ATTRIBUTE_SITE, false},
        {NULL, ATTRIBUTE_NONE, false},
    };
    return names;
}

/* The attribute that this text names, up to its dot where it has a further name; NULL: none. */
static const struct attribute_name *find_attribute(const char *text)
{
    size_t length = strcspn(text, ".");
    for (const struct attribute_name *n = quantity_attributes(); n->name; n++)
        if (strlen(n->name) == length && strncmp(n->name, text, length) == 0 &&
            (n->further ? text[length] == '.' && text[length + 1] : !text[length]))
            return n;
    return NULL;
}

/* Reads the attribute's name behind `per` or `of`. */
static int read_attribute(struct arena *a, struct amount_text *t, struct amount *out)
{
    amount_at_end(t);
    const char *from = t->at;
    while (t->at < t->end && (isalnum((unsigned char)*t->at) || *t->at == '.' || *t->at == '-'))
        t->at++;
    char name[64] = "", quoted[NODE_QUOTE];
    size_t n = (size_t)(t->at - from) < sizeof name ? (size_t)(t->at - from) : sizeof name - 1;
    memcpy(name, from, n);
    name[n] = '\0';
    const struct attribute_name *found = find_attribute(name);
    if (found) {
        const char *further = from + strlen(found->name) + 1;
        out->of = found->of;
        if (found->further)
            out->name = a ? arena_string_n(a, further, (size_t)(t->at - further)) : NULL;
        if (found->further && !out->name)
            return psn_mistake_add(t->all, PSN_EMEMORY, t->node->place, "out of memory");
    } else {
        static const char *const names[] = {"population", "staff", "site"};
        const char *near = node_nearest(name, names, 3);
        char text[NODE_QUOTE];
        return psn_mistake_add(
            t->all, PSN_EINPUT, t->node->place,
            "\"%s\" is tied to \"%s\", which is no attribute; expected " ATTRIBUTES "%s%s%s",
            node_quote(t->node->text, text), node_quote(name, quoted),
            near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
    }
    return 0;
}

/* `of`: a share or number of an attribute of the same dimension as the amount. */
static int check_of(const struct amount_text *t, const struct amount *out, const char *unit)
{
    if (*unit && strcmp(unit, "%") != 0)
        return amount_wrong(t, "has both a unit and `of`: of an attribute one takes a share, as in "
                               "4 %% of data.db");
    bool size = out->of == ATTRIBUTE_DATA;
    if (t->dimension == DIMENSION_SIZE ? size : t->dimension == DIMENSION_NUMBER && !size)
        return 0;
    if (size)
        return amount_wrong(t, "is a size, for data is one");
    if (out->of == ATTRIBUTE_SITE)
        return amount_wrong(t, "takes `per site`, not `of site`");
    return amount_wrong(t, "is a number of people, for its attribute is one (`per` divides)");
}

int amount_check(const struct amount_text *t, const struct amount *out)
{
    double value = out->value;
    if (fabs(value) > (t->dimension == DIMENSION_TIME ? TIME_MOST : QUANTITY_MOST))
        return amount_wrong(t, t->dimension == DIMENSION_TIME ? "is longer than 290 years"
                                                              : "is out of all proportion");
    if (t->dimension == DIMENSION_TIME && out->of == ATTRIBUTE_NONE && value != 0 &&
        fabs(value) < TIME_LEAST)
        return amount_wrong(t, "is less than 1 ns, the least time that is not 0");
    if (t->bound != BOUND_ANY && value < 0)
        return amount_wrong(t, "is negative");
    if ((t->bound == BOUND_POSITIVE || t->bound == BOUND_WHOLE_POSITIVE) && value <= 0)
        return amount_wrong(t, "is zero, and must be above it");
    bool whole = t->bound == BOUND_WHOLE_POSITIVE || t->bound == BOUND_WHOLE_NOT_NEGATIVE;
    if (whole && out->of == ATTRIBUTE_NONE && (value != floor(value) || value > WHOLE_MOST))
        return amount_wrong(t, "is no whole number");
    return 0;
}

/* The number's worth in base units. */
static int apply_unit(const struct amount_text *t, const char *unit, double *value)
{
    struct unit rate;
    bool plain = t->dimension == DIMENSION_NUMBER || t->dimension == DIMENSION_SHARE;
    if (!*unit && (plain || *value == 0)) /* nothing is nothing in any unit */
        return 0;
    const struct unit *u = unit_find(unit, t->dimension, &rate);
    if (!u)
        return unit_wrong(t, unit);
    if (t->dimension == DIMENSION_GROWTH) {
        if (*value <= -100)
            return amount_wrong(t, "leaves nothing, or less");
        *value = random_log(1 + *value / 100);
    }
    *value = u->divisor != 0 ? *value / u->divisor : *value * u->factor;
    if (isinf(*value))
        return amount_wrong(t, "is not finite");
    return 0;
}

int amount_read(struct arena *a, struct amount_text *t, bool attributes, struct amount *out)
{
    char unit[2 * UNIT_MOST + 2];
    *out = (struct amount){.per = 1, .place = t->node->place};
    if (amount_number(t, &out->value))
        return PSN_EINPUT;
    read_unit(t, unit);
    bool end = amount_at_end(t), of = !end && amount_at_word(t, "of");
    if (!of && apply_unit(t, unit, &out->value))
        return PSN_EINPUT;
    if (!of && (end || !amount_at_word(t, "per")))
        return amount_check(t, out);
    if (!attributes)
        return amount_wrong(t, "is tied to an attribute, which this key cannot be");
    t->at += of ? 2 : 3;
    amount_at_end(t);
    if (!of && number_end(t->at, t->end) != t->at) {
        if (amount_number(t, &out->per))
            return PSN_EINPUT;
        if (out->per <= 0)
            return amount_wrong(t, "is per a number that is not above zero");
    }
    if (read_attribute(a, t, out))
        return PSN_EINPUT;
    if (of) {
        if (check_of(t, out, unit))
            return PSN_EINPUT;
        out->value = *unit ? out->value / 100 : out->value;
    } else if (out->of == ATTRIBUTE_DATA) {
        return amount_wrong(t, "is per data, where only `of` is possible");
    }
    return amount_check(t, out);
}

/* A scalar, or told. */
static int begin(struct amount_text *t)
{
    if (!t->node || t->node->kind != NODE_SCALAR) {
        psn_place place = t->node ? t->node->place : (psn_place){0};
        psn_mistake_add(t->all, PSN_EINPUT, place, "%s stands here; expected %s",
                        node_kind_name(t->node), expected(t));
        return PSN_EINPUT;
    }
    t->at = t->node->text;
    t->end = t->at + strlen(t->at);
    return 0;
}

int quantity_amount(struct arena *a, const struct node *n, enum dimension d, enum bound b,
                    bool attributes, struct amount *out, psn_diagnostics *all)
{
    struct amount_text t = {.node = n, .dimension = d, .bound = b, .all = all};
    char quoted[NODE_QUOTE];
    if (begin(&t) || amount_read(a, &t, attributes, out))
        return PSN_EINPUT;
    if (!amount_at_end(&t))
        return amount_wrong(&t, "goes on with \"%s\"", node_quote(t.at, quoted));
    return 0;
}

int quantity_plain(const struct node *n, enum dimension d, enum bound b, double *out,
                   psn_diagnostics *all)
{
    struct amount amount;
    int error = quantity_amount(NULL, n, d, b, false, &amount, all);
    if (!error)
        *out = amount.value;
    return error;
}

const char *quantity_base_unit(enum dimension d)
{
    switch (d) {
    case DIMENSION_TIME:
        return "s";
    case DIMENSION_SIZE:
        return "bit";
    case DIMENSION_BANDWIDTH:
        return "bit/s";
    case DIMENSION_RATE:
        return "1/s";
    case DIMENSION_GROWTH:
        return "1/year";
    case DIMENSION_NUMBER:
    case DIMENSION_SHARE:
        break;
    }
    return "1";
}

double quantity_in_base_unit(double value, enum dimension d)
{
    if (d == DIMENSION_GROWTH)
        return random_exp(value * YEAR_S) - 1;
    return d == DIMENSION_TIME ? value / (double)PSN_SECOND : value;
}
