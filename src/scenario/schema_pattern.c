/* SPDX-License-Identifier: Apache-2.0
 * Regular expressions of quantities: they follow the reader's tokens (quantity.c, law_text.c), so
 * blanks may stand between any two of them, and a word ends where no letter follows. */
#include "scenario/schema_pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/units.h"

#define BLANKS "\\s*"
/* The end of a word, and of an attribute's name. */
#define WORD_END "(?![A-Za-z%])"
#define NAME_END "(?![A-Za-z0-9.-])"
/* Digits and an exponent; nothing but zeros ahead. */
#define MANTISSA "([0-9]+\\.?[0-9]*|\\.[0-9]+)"
#define EXPONENT "[eE][-+]?[0-9]+"
#define NUMBER   MANTISSA "(" EXPONENT ")?"
#define ZERO     "[0.]+(?![0-9.])"
#define WHOLE    "([0-9]+(\\.0*)?|" MANTISSA EXPONENT ")"
/* The sign, and what of digits it stands before. */
#define POSITIVE     "\\+?(?!" ZERO ")"
#define NOT_NEGATIVE "(\\+?|-(?=" ZERO "))"

/* A number within the bound. */
static const char *number(enum bound b)
{
    switch (b) {
    case BOUND_NOT_NEGATIVE:
        return NOT_NEGATIVE NUMBER;
    case BOUND_POSITIVE:
        return POSITIVE NUMBER;
    case BOUND_WHOLE_POSITIVE:
        return POSITIVE WHOLE;
    case BOUND_WHOLE_NOT_NEGATIVE:
        return NOT_NEGATIVE WHOLE;
    case BOUND_ANY:
        break;
    }
    return "[-+]?" NUMBER;
}

/* May the quantity be zero? Then it needs no unit. */
static bool may_be_zero(enum bound b)
{
    return b != BOUND_POSITIVE && b != BOUND_WHOLE_POSITIVE;
}

/* The units of a dimension as alternatives. */
static void put_units(FILE *out, enum dimension d)
{
    const char *between = "(";
    for (const struct unit *u = units_all(); u->name; u++) {
        if (u->dimension != d)
            continue;
        fputs(between, out);
        for (const char *c = u->name; *c; c++)
            if (*c == '/')
                fputs(BLANKS "/" BLANKS, out);
            else
                putc(*c, out);
        between = "|";
    }
    fputs(")" WORD_END, out);
}

/* What stands before a unit of time in a dimension whose units are made so; NULL in others. */
static const char *before_time(enum dimension d)
{
    static const char *const signs[] = {"/", "%/"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        struct unit made;
        char name[8];
        snprintf(name, sizeof name, "%ss", signs[i]);
        if (unit_find(name, d, &made) == &made)
            return signs[i];
    }
    return NULL;
}

/* `number unit`. */
static void put_plain(FILE *out, enum dimension d, enum bound b)
{
    const char *before = before_time(d);
    fputs(number(b), out);
    if (d == DIMENSION_NUMBER)
        return;
    fputs(BLANKS, out);
    for (const char *c = before; c && *c; c++)
        fprintf(out, "%c" BLANKS, *c);
    put_units(out, before ? DIMENSION_TIME : d);
}

/* `number unit`, or without its unit where it needs none. */
static void put_amount(FILE *out, enum dimension d, enum bound b)
{
    fputs("(", out);
    put_plain(out, d, b);
    if (d == DIMENSION_SHARE)
        fprintf(out, "|%s", number(b));
    else if (d != DIMENSION_NUMBER && may_be_zero(b))
        fputs("|[-+]?(?=" ZERO ")" NUMBER, out);
    fputs(")", out);
}

/* Attributes that are data's sizes, or all others. */
static void put_attributes(FILE *out, bool data)
{
    const char *between = "(";
    for (const struct attribute_name *n = quantity_attributes(); n->name; n++) {
        if ((n->of == ATTRIBUTE_DATA) != data)
            continue;
        fprintf(out, "%s%s%s", between, n->name, n->further ? "\\.[A-Za-z0-9.-]+" : "");
        between = "|";
    }
    fputs(")" NAME_END, out);
}

/* An amount, also tied to an attribute where that is allowed: `amount per [number] attribute`, and
 * `number [%] of attribute` where the attribute is of the amount's dimension. */
static void put_tied(FILE *out, enum dimension d, enum bound b, bool attributes)
{
    enum bound tied = b == BOUND_WHOLE_POSITIVE       ? BOUND_POSITIVE
                      : b == BOUND_WHOLE_NOT_NEGATIVE ? BOUND_NOT_NEGATIVE
                                                      : b; /* tied, it need not be whole */
    if (!attributes) {
        put_amount(out, d, b);
        return;
    }
    fputs("(", out);
    put_amount(out, d, b);
    fputs("|", out);
    put_amount(out, d, tied);
    fputs(BLANKS "per" WORD_END BLANKS "(" POSITIVE NUMBER ")?" BLANKS, out);
    put_attributes(out, false);
    if (d == DIMENSION_NUMBER || d == DIMENSION_SIZE) {
        fprintf(out, "|%s", number(tied));
        fputs(BLANKS "(%" WORD_END ")?" BLANKS "of" WORD_END BLANKS, out);
        put_attributes(out, d == DIMENSION_SIZE);
    }
    fputs(")", out);
}

static void put_law(FILE *out, const struct law_name *law, enum dimension d, enum bound b,
                    bool attributes)
{
    fprintf(out, "|%s" BLANKS "\\(" BLANKS, law->name);
    for (size_t i = 0; i < law->ends; i++) {
        fputs(i ? BLANKS : "", out);
        put_amount(out, d, b == BOUND_ANY ? BOUND_ANY : BOUND_NOT_NEGATIVE);
    }
    if (law->kind == LAW_EMPIRICAL) {
        fputs("(", out);
        put_tied(out, d, b, attributes);
        fputs("\\s+of\\s+)?[^\\s,]+", out);
    } else if (law->ends == 0) {
        put_tied(out, d, b, attributes);
    }
    if (law->parameter) {
        fputs(BLANKS "(", out);
        for (const char *c = law->parameter; *c; c++)
            putc(*c == ' ' ? '|' : *c, out);
        fputs(")" WORD_END BLANKS POSITIVE NUMBER, out);
    }
    if (law->second) {
        fprintf(out, BLANKS "%s", law->second);
        fputs(WORD_END BLANKS "[-+]?" NUMBER, out);
    }
    fputs(BLANKS "\\)", out);
}

char *schema_pattern(enum dimension d, enum bound b, bool attributes, bool law)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fputs("^" BLANKS "(", out);
    put_tied(out, d, b, attributes);
    for (const struct law_name *l = quantity_laws(); law && l->name; l++)
        put_law(out, l, d, b, attributes);
    fputs(")" BLANKS "$", out);
    bool failed = ferror(out) != 0;
    if (fclose(out) || failed) {
        free(text);
        return NULL;
    }
    return text;
}
