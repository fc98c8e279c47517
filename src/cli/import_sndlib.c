/* SPDX-License-Identifier: Apache-2.0
 * SNDlib's native format: sections in parentheses, words apart by blanks, # to the end of a line.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/import.h"
#include "scenario/node.h"
#include "scenario/text.h"

/* What the first line of every such file begins with. */
static const char magic[] = "?SNDlib native format";

struct token {
    const char *at;
    size_t length; /* 0: the end of the file */
    psn_place place;
};

struct reader {
    struct import_network *w;
    const struct import_options *o;
    const char *at, *end;
    uint32_t line, column;
    struct token token; /* the one to be looked at */
    double unit_bps;
    size_t from_modules, with_modules, without;
    int code;
};

static void step(struct reader *r)
{
    if (*r->at == '\n') {
        r->line++;
        r->column = 1;
    } else if (((unsigned char)*r->at & 0xC0) != 0x80) {
        r->column++;
    }
    r->at++;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',';
}

/* Moves to the next token: a parenthesis, an equals sign, or a word. */
static void advance(struct reader *r)
{
    while (r->at < r->end && (is_blank(*r->at) || *r->at == '#'))
        if (*r->at == '#')
            while (r->at < r->end && *r->at != '\n')
                step(r);
        else
            step(r);
    r->token = (struct token){.at = r->at, .place = {r->w->file, r->line, r->column}};
    if (r->at == r->end)
        return;
    do
        step(r);
    while (!strchr("()=", *r->token.at) && r->at < r->end && !is_blank(*r->at) &&
           !strchr("()=#", *r->at));
    r->token.length = (size_t)(r->at - r->token.at);
}

static bool is_token(const struct reader *r, const char *text)
{
    return r->token.length == strlen(text) && strncmp(r->token.at, text, r->token.length) == 0;
}

/* Tells what stands there and what was expected. Returns false. */
static bool expected(struct reader *r, const char *what)
{
    char text[NODE_QUOTE], said[NODE_QUOTE + 8] = "the file ends";
    if (r->token.length > 0) {
        char word[NODE_QUOTE];
        snprintf(word, sizeof word, "%.*s", (int)(r->token.length < 120 ? r->token.length : 120),
                 r->token.at);
        snprintf(said, sizeof said, "'%s'", node_quote(word, text));
    }
    r->code = psn_mistake_add(r->w->all, PSN_EINPUT, r->token.place, "%s; expected %s", said, what);
    return false;
}

static bool read_sign(struct reader *r, const char *sign, const char *what)
{
    if (!is_token(r, sign))
        return expected(r, what);
    advance(r);
    return true;
}

/* A word, kept in the arena. */
static const char *read_word(struct reader *r, const char *what)
{
    if (r->token.length == 0 || r->token.length > IMPORT_TEXT_MOST || strchr("()=", *r->token.at)) {
        expected(r, what);
        return NULL;
    }
    const char *word = arena_string_n(r->w->arena, r->token.at, r->token.length);
    if (!word)
        r->code = psn_mistake_add(r->w->all, PSN_EMEMORY, r->token.place, "out of memory");
    advance(r);
    return word;
}

/* A number from `least` on; `word` may be true for one that is no number, UNLIMITED. */
static bool read_number(struct reader *r, double least, const char *what, double *x)
{
    char text[64], *end = text;
    if (r->token.length > 0 && r->token.length < sizeof text) {
        memcpy(text, r->token.at, r->token.length);
        text[r->token.length] = '\0';
        *x = strtod(text, &end);
    }
    if (end == text || *end || !(*x >= least) || !isfinite(*x))
        return expected(r, what);
    advance(r);
    return true;
}

/* "( FROM TO )" */
static bool read_ends(struct reader *r, const char **from, const char **to)
{
    return read_sign(r, "(", "'(' before the two ends") &&
           (*from = read_word(r, "the node where it begins")) &&
           (*to = read_word(r, "the node where it ends")) &&
           read_sign(r, ")", "')' behind the two ends");
}

/* The reason has been told where a node or the like could not be added. */
static bool failed(struct reader *r)
{
    r->code = PSN_EINPUT;
    for (size_t i = 0; i < r->w->all->count; i++)
        if (r->w->all->items[i].code == PSN_EMEMORY)
            r->code = PSN_EMEMORY;
    return false;
}

/* "NAME [( LONGITUDE LATITUDE )]": pixels of a drawing, as some networks have, are no place. */
static bool read_node(struct reader *r)
{
    psn_place place = r->token.place;
    double x, y;
    const char *id = read_word(r, "the name of a node, or ')'");
    struct import_node *n = id ? import_add_node(r->w, id, place) : NULL;
    if (!n)
        return r->code ? false : failed(r);
    if (!is_token(r, "("))
        return true;
    advance(r);
    if (!read_number(r, -HUGE_VAL, "a longitude", &x) ||
        !read_number(r, -HUGE_VAL, "a latitude", &y) ||
        !read_sign(r, ")", "')' behind the coordinates"))
        return false;
    n->longitude = x;
    n->latitude = y;
    n->placed = fabs(x) <= 180 && fabs(y) <= 90;
    return true;
}

/* "( {CAPACITY COST}* )": fills the least capacity above 0 and appends all to *label. */
static bool read_modules(struct reader *r, double *least, const char **label)
{
    double capacity, cost;
    if (!read_sign(r, "(", "'(' before the modules"))
        return false;
    while (!is_token(r, ")")) {
        if (!read_number(r, 0, "the capacity of a module, or ')'", &capacity) ||
            !read_number(r, 0, "the cost of a module", &cost))
            return false;
        if (capacity > 0 && (*least == 0 || capacity < *least))
            *least = capacity;
        if (strlen(*label) < 200)
            *label = arena_format(r->w->arena, "%s%s%.9g", *label, **label ? ", " : "modules of ",
                                  capacity);
        if (!*label)
            return failed(r);
    }
    advance(r);
    return true;
}

/* "NAME ( FROM TO ) PRE-INSTALLED ITS-COST ROUTING-COST SETUP-COST ( MODULES )" */
static bool read_link(struct reader *r)
{
    psn_place place = r->token.place;
    const char *from, *to, *label = "", *id = read_word(r, "the name of a link, or ')'");
    double installed, cost, module = 0;
    if (!id || !read_ends(r, &from, &to) ||
        !read_number(r, 0, "the capacity that is installed", &installed) ||
        !read_number(r, 0, "the cost of that capacity", &cost) ||
        !read_number(r, 0, "the routing cost", &cost) ||
        !read_number(r, 0, "the setup cost", &cost) || !read_modules(r, &module, &label))
        return false;
    struct import_link *l = import_add_link(r->w, from, to, place);
    if (!l)
        return failed(r);
    l->id = id;
    l->label = *label ? label : NULL;
    l->bandwidth_bps = (installed > 0 ? installed : module) * r->unit_bps;
    r->with_modules += installed > 0 && module > 0;
    r->from_modules += installed == 0 && module > 0;
    if (l->bandwidth_bps == 0 || import_rate_good(r->w, "a capacity", l->bandwidth_bps, place))
        return true;
    return failed(r);
}

/* "NAME ( FROM TO ) ROUTING-UNIT VALUE LONGEST-PATH" */
static bool read_demand(struct reader *r)
{
    psn_place place = r->token.place;
    const char *from, *to, *id = read_word(r, "the name of a demand, or ')'");
    double unit, value;
    if (!id || !read_ends(r, &from, &to) || !read_number(r, 0, "the routing unit", &unit) ||
        !read_number(r, 0, "the value of the demand", &value) ||
        !read_word(r, "the longest path in links, or UNLIMITED"))
        return false;
    struct import_demand *d = import_add_demand(r->w, from, to, place);
    if (!d)
        return failed(r);
    d->id = id;
    d->bps = value * unit * r->unit_bps;
    if (d->bps == 0 || import_rate_good(r->w, "a demand", d->bps, place))
        return true;
    return failed(r);
}

/* "unit = MBITPERSEC" among other things. */
static bool read_meta(struct reader *r)
{
    static const struct {
        const char *name;
        double bps;
    } units[] = {{"BITPERSEC", 1}, {"KBITPERSEC", 1e3}, {"MBITPERSEC", 1e6}, {"GBITPERSEC", 1e9}};
    bool is_unit = is_token(r, "unit");
    if (!read_word(r, "a word, or ')'"))
        return false;
    if (!is_unit || !is_token(r, "="))
        return true;
    advance(r);
    const char *unit = read_word(r, "a unit");
    if (!unit || r->o->unit_given)
        return unit != NULL;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcasecmp(units[i].name, unit) == 0) {
            r->unit_bps = units[i].bps;
            return true;
        }
    return import_note(r->w, "the file's unit, %s, is unknown here", unit) == 0 || failed(r);
}

/* What does not matter, up to the parenthesis that closes the section. */
static bool skip_section(struct reader *r)
{
    for (size_t depth = 1;; advance(r)) {
        if (r->token.length == 0)
            return expected(r, "')'");
        depth += is_token(r, "(");
        depth -= is_token(r, ")");
        if (depth == 0)
            return true;
    }
}

/* "NAME ( ITEM* )" */
static bool read_section(struct reader *r)
{
    static const struct {
        const char *name;
        bool (*item)(struct reader *);
    } sections[] = {{"META", NULL},
                    {"NODES", read_node},
                    {"LINKS", read_link},
                    {"DEMANDS", read_demand},
                    {"ADMISSIBLE_PATHS", NULL}};
    size_t i = 0;
    while (i < sizeof sections / sizeof *sections && !is_token(r, sections[i].name))
        i++;
    if (i == sizeof sections / sizeof *sections)
        return expected(r, "NODES, LINKS, DEMANDS, META or ADMISSIBLE_PATHS");
    advance(r);
    if (!read_sign(r, "(", "'('"))
        return false;
    bool (*item)(struct reader *) = i == 0 ? NULL : sections[i].item;
    if (i == 0) {
        while (!is_token(r, ")"))
            if (is_token(r, "="))
                advance(r);
            else if (!read_meta(r))
                return false;
    } else if (!item) {
        if (!skip_section(r))
            return false;
    } else {
        while (!is_token(r, ")"))
            if (!item(r))
                return false;
    }
    advance(r);
    return true;
}

static int note_assumptions(struct reader *r)
{
    struct import_network *w = r->w;
    const struct import_options *o = r->o;
    int code = import_note(
        w, "a plain number is %g Mbit/s (--unit)%s", r->unit_bps / 1e6,
        r->o->unit_given || r->unit_bps != o->unit_bps ? "" : ", the file naming no other unit");
    if (r->with_modules > 0 && !code)
        code = import_note(
            w, "a link has the capacity that is installed; its modules, beside it, could be added");
    if (r->from_modules > 0 && !code)
        code = import_note(w, "%zu %s nothing installed: the smallest module counts",
                           r->from_modules, r->from_modules == 1 ? "link has" : "links have");
    if (w->n_demands > 0 && !code)
        code = import_note(
            w, "a demand is from its first node to its second one, %s of %g KB at random (--size)",
            o->flows ? "flows" : "messages", o->size_bits / 8000);
    return code;
}

int import_sndlib(struct import_network *w, const char *bytes, size_t size,
                  const struct import_options *o)
{
    psn_place top = {.file = w->file, .line = 1, .column = 1};
    int code = text_check(w->file, bytes, size, w->all);
    if (code)
        return code;
    size_t mark = text_mark_length(bytes, size);
    struct reader r = {.w = w,
                       .o = o,
                       .at = bytes + mark,
                       .end = bytes + size,
                       .line = 1,
                       .column = 1,
                       .unit_bps = o->unit_bps};
    if (size - mark < strlen(magic) || strncmp(r.at, magic, strlen(magic)) != 0)
        return psn_mistake_add(w->all, PSN_EINPUT, top,
                               "no native format of SNDlib; expected '%s' in the first line",
                               magic);
    while (r.at < r.end && *r.at != '\n')
        step(&r);
    advance(&r);
    while (r.token.length > 0)
        if (!read_section(&r))
            return r.code;
    if (w->n_nodes == 0)
        return psn_mistake_add(w->all, PSN_EINPUT, top,
                               "no nodes in it; expected a section NODES with some");
    return note_assumptions(&r);
}
