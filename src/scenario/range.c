/* SPDX-License-Identifier: Apache-2.0
 * Ranges of factors; see range.h. */
#include "scenario/range.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "kernel/random.h"

/* Of the width of a range (of a value with `log`): how fine its values are. */
#define FINENESS 1e-6

/* A whole number up to here is exact in a double. */
#define EXACT 9007199254740992.0

#define DECIMALS_MOST 17

/* With so many decimals, narrower ranges would be too coarse. */
#define NARROWEST 1e-9

/* One end on its way into a range. */
struct end {
    const char *before, *after;
    double number;
    struct random_amount value;
};

static bool is_quantity(const struct spec_key *key)
{
    return key && (key->kind == SPEC_QUANTITY || key->kind == SPEC_RANDOM);
}

bool range_is(const struct node *n, const struct spec_key *key)
{
    return is_quantity(key) && n->kind == NODE_SCALAR && strstr(n->text, "..");
}

static int wrong(const struct node *n, const char *what, psn_diagnostics *all)
{
    char quoted[NODE_QUOTE];
    return psn_mistake_add(all, PSN_EINPUT, n->place,
                           "\"%s\" %s; expected a range such as 1..8, 10 Mbit/s..1 Gbit/s, "
                           "1 s..1 h log or 2..8 step 2",
                           node_quote(n->text, quoted), what);
}

static int no_memory(const struct node *n, psn_diagnostics *all)
{
    return psn_mistake_add(all, PSN_EMEMORY, n->place, "out of memory");
}

/* Where the number of a quantity or law begins, and its length. */
static const char *find_number(const char *text, size_t *length)
{
    const char *open = strchr(text, '('), *from = open ? open + 1 : text;
    from += strspn(from, " \t");
    size_t n = strspn(from, "+-");
    n += strspn(from + n, "0123456789.");
    if (from[n] == 'e' || from[n] == 'E') {
        size_t sign = strspn(from + n + 1, "+-"),
               digits = strspn(from + n + 1 + sign, "0123456789");
        n += digits ? 1 + sign + digits : 0;
    }
    *length = n;
    return from;
}

/* Reads one end: the value, its number, and what stands around it. */
static int read_end(struct arena *a, const struct node *n, const char *text, size_t length,
                    const struct spec_key *key, struct end *out, psn_diagnostics *all)
{
    while (length > 0 && text[length - 1] == ' ')
        length--;
    const char *own = arena_string_n(a, text, length);
    struct node *value = own ? node_new_scalar(a, n->place, own) : NULL;
    if (!value)
        return no_memory(n, all);
    int error = key->kind == SPEC_RANDOM ? quantity_random(a, value, key->dimension, key->bound,
                                                           key->attributes, &out->value, all)
                                         : quantity_amount(a, value, key->dimension, key->bound,
                                                           key->attributes, &out->value.mean, all);
    if (error)
        return error;
    const char *number = find_number(own, &length);
    out->before = arena_string_n(a, own, (size_t)(number - own));
    out->after = arena_string(a, number + length);
    const char *digits = arena_string_n(a, number, length);
    struct node *plain = digits ? node_new_scalar(a, n->place, digits) : NULL;
    if (!out->before || !out->after || !plain)
        return no_memory(n, all);
    return quantity_plain(plain, DIMENSION_NUMBER, BOUND_ANY, &out->number, all);
}

static bool same_name(const char *x, const char *y)
{
    return x == y || (x && y && strcmp(x, y) == 0);
}

/* The number of `x` as it would stand in the text around `frame`'s. False where it cannot. */
static bool convert(const struct end *x, const struct end *frame, const struct spec_key *key,
                    double *number)
{
    const struct amount *a = &x->value.mean, *b = &frame->value.mean;
    if (strcmp(x->before, frame->before) == 0 && strcmp(x->after, frame->after) == 0) {
        *number = x->number;
        return true;
    }
    if (x->number == 0 && !*x->before && !*x->after) { /* nothing is nothing in any unit */
        *number = 0;
        return key->dimension != DIMENSION_GROWTH;
    }
    *number = a->value / b->value * frame->number;
    return key->dimension != DIMENSION_GROWTH && !*x->before && !*frame->before && a->of == b->of &&
           a->per == b->per && same_name(a->name, b->name) && b->value != 0;
}

/* Cuts ` log` or ` step c` off the end; *step is the text of c. */
static size_t cut_words(const char *text, size_t length, bool *logarithmic, const char **step)
{
    const char *at = strstr(text, " step ");
    *step = at ? at + strlen(" step ") : NULL;
    length = at ? (size_t)(at - text) : length;
    *logarithmic = length > 4 && memcmp(text + length - 4, " log", 4) == 0;
    return *logarithmic ? length - 4 : length;
}

static int check(const struct node *n, const struct range *r, psn_diagnostics *all)
{
    if (!(r->low < r->high))
        return wrong(n, "does not go up", all);
    if (r->logarithmic && r->low <= 0)
        return wrong(n, "has no logarithm at its lower end", all);
    double width = r->logarithmic ? r->low : r->high - r->low;
    if (width < NARROWEST || fabs(r->low) > EXACT || fabs(r->high) > EXACT)
        return wrong(n, "is out of all proportion in this unit", all);
    if (r->logarithmic && r->step > 0)
        return wrong(n, "has both a step and `log`", all);
    if (r->step > r->high - r->low)
        return wrong(n, "has a step beyond its end", all);
    if (r->step > 0 && r->whole && r->step != floor(r->step))
        return wrong(n, "has a step that is no whole number", all);
    return 0;
}

int range_read(struct arena *a, const struct node *n, const struct spec_key *key, struct range *out,
               psn_diagnostics *all)
{
    const char *dots = strstr(n->text, ".."), *behind = dots + 2, *step;
    struct end low = {.before = "", .after = "", .value = {.mean = {.per = 1}}}, high = low,
               pace = low;
    *out = (struct range){.key = key};
    behind += strspn(behind, " ");
    size_t length = cut_words(behind, strlen(behind), &out->logarithmic, &step);
    int error = read_end(a, n, n->text, (size_t)(dots - n->text), key, &low, all);
    if (!error)
        error = read_end(a, n, behind, length, key, &high, all);
    if (!error && step)
        error = read_end(a, n, step, strlen(step), key, &pace, all);
    if (error)
        return error;
    const struct end *frame = low.number == 0 && !*low.after ? &high : &low;
    if (!convert(&low, frame, key, &out->low) || !convert(&high, frame, key, &out->high) ||
        (step && !convert(&pace, frame, key, &out->step)))
        return wrong(n, "has ends of different kinds", all);
    if (step && !(out->step > 0))
        return wrong(n, "has a step that leads nowhere", all);
    bool whole = key->bound == BOUND_WHOLE_POSITIVE || key->bound == BOUND_WHOLE_NOT_NEGATIVE;
    out->whole = whole && low.value.mean.of == ATTRIBUTE_NONE;
    if (key->dimension == DIMENSION_TIME && !*frame->before &&
        frame->value.mean.of == ATTRIBUTE_NONE)
        out->ns = frame->value.mean.value / frame->number;
    out->before = frame->before;
    out->after = frame->after;
    return check(n, out, all);
}

static double between(const struct range *r, double high, double u)
{
    if (!r->logarithmic)
        return r->low + u * (high - r->low);
    double from = random_log(r->low);
    return random_exp(from + u * (random_log(high) - from));
}

double range_quantile(const struct range *r, double u)
{
    if (!r->whole)
        return between(r, r->high, u);
    /* Rounded up to the end beyond the last, it is still the last. */
    return fmin(floor(between(r, r->high + 1, u)), r->high);
}

double range_at(const struct range *r, double u)
{
    double x = between(r, r->high, u);
    return r->whole ? floor(x + 0.5) : x;
}

/* How many decimals make a value fine enough, and 10 to that power. */
static int decimals(const struct range *r, double x, double *power)
{
    double fine = FINENESS * (r->logarithmic ? fabs(x) : r->high - r->low);
    double finest = fabs(x) * r->ns < TIME_WHOLE_BELOW && r->ns > 0 ? r->ns : INFINITY;
    int n = 0;
    *power = 1;
    for (; !r->whole && fine < 1 && *power < finest && n < DECIMALS_MOST &&
           fabs(x) * *power * 10 < EXACT;
         n++) {
        fine *= 10;
        *power *= 10;
    }
    return n;
}

/* The number of units of the last decimal nearest to x and within the range. */
static int64_t inside(const struct range *r, double x, double power)
{
    double n = floor(x * power + 0.5);
    n += n / power < r->low ? 1 : 0;
    n -= n / power > r->high ? 1 : 0;
    return (int64_t)n;
}

const char *range_text(const struct range *r, double x, struct arena *a)
{
    double power;
    int digits = decimals(r, x, &power);
    int64_t n = inside(r, x, power);
    for (; digits > 0 && n % 10 == 0; digits--)
        n /= 10;
    uint64_t size = n < 0 ? (uint64_t)-n : (uint64_t)n, unit = 1;
    for (int i = 0; i < digits; i++)
        unit *= 10;
    /* By whole numbers, so that no locale puts in a comma. */
    const char *sign = n < 0 ? "-" : "";
    if (digits == 0)
        return arena_format(a, "%s%s%" PRIu64 "%s", r->before, sign, size, r->after);
    return arena_format(a, "%s%s%" PRIu64 ".%0*" PRIu64 "%s", r->before, sign, size / unit, digits,
                        size % unit, r->after);
}

const char *range_write(const struct range *r, struct arena *a)
{
    const char *low = range_text(r, r->low, a), *high = range_text(r, r->high, a);
    return low && high ? arena_format(a, "%s to %s%s", low, high, r->logarithmic ? ", log" : "")
                       : NULL;
}
