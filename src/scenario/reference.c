/* SPDX-License-Identifier: Apache-2.0
 * The reference of the language in Markdown, printed from the one table (spec_sections.c) and the
 * units. */
#include <stdio.h>
#include <string.h>

#include "scenario/spec.h"
#include "scenario/units.h"

static const char introduction[] =
    "# The scenario language\n"
    "\n"
    "A scenario is a YAML text (JSON is YAML too), alone or with others that it includes. All of "
    "it is\n"
    "checked before anything is simulated, and every mistake is reported as\n"
    "`file:line:column: what is wrong; what was expected`, all of them at once.\n"
    "\n"
    "## Seven rules\n"
    "\n"
    "1. **Sections of names.** At the top level stand sections. Most are maps of names, each with "
    "an entry; "
    "a few are a single record (`time`, `use`, `study`). So every value has one dotted path, "
    "`section.name.key`, by which a study varies it and `--set` overrides it. Names are small "
    "letters, "
    "digits and hyphens, and begin with a letter; `all` and `none` are taken. In a path, `*` "
    "stands for any "
    "part of a name. A site with `count: 102` is a group, and `schools/17` one of its members.\n"
    "2. **Keys are words, values are quantities.** No number and no file text is ever a key. What "
    "has an "
    "order, or no name, is a list; a list of one may be written as its item.\n"
    "3. **`like`.** An entry may be `like` another of its section: maps are merged key by key to "
    "any depth, "
    "lists and plain values are replaced, and `none` drops a key. YAML's own aliases, anchors and "
    "merge "
    "keys are refused. Any entry may also have `only`, `from`, `until`, `label` and `source`.\n"
    "4. **Quantities carry their unit.** `number unit`, a rate as `number / unit`. A quantity may "
    "be tied to "
    "an attribute: `13 / year per staff`, `1 per 100 staff`, `59 % of staff`, `4 % of data.db`. "
    "Attributes "
    "are `population`, `staff`, `counts.NAME`, `data.NAME` of the partner concerned, and `site`. "
    "On a thing "
    "that several partners share, an attribute is the sum over those hosted there.\n"
    "5. **No commas within values.** In YAML a comma inside `{ }` or `[ ]` begins the next key or "
    "item. So "
    "the arguments of a law are apart by spaces, `lognormal(60 ms cv 1.5)`, and 182493 has no "
    "thousands "
    "comma.\n"
    "6. **Choices.** The machine of a role is one name; or `{a: 70 %, b: 30 %}`, and each request "
    "is "
    "bound to one of them at its beginning, by these shares; or `[a, b]`, in order of preference: "
    "the "
    "first that is there when the request arrives (`only`, `from`, `until`).\n"
    "7. **One name, one thing.** Partners, sites, links, pools, desks, arrays and roles share one "
    "name "
    "space; every "
    "other section has its own. Over all included files a name is defined once. What an included "
    "file "
    "defines and nothing names is not judged.\n";

static const char laws[] =
    "## Laws\n"
    "\n"
    "Where the tables say *or a law*, a random quantity may stand. A plain quantity is constant. "
    "The mean "
    "may be tied to an attribute, as in `exp(4 % of data.db)`.\n"
    "\n"
    "| law | example | meaning |\n"
    "|---|---|---|\n"
    "| `const(MEAN)` | `const(40 ms)` | always the mean; the same as `40 ms` |\n"
    "| `exp(MEAN)` | `exp(40 ms)` | exponential |\n"
    "| `uniform(LOW HIGH)` | `uniform(20 ms 60 ms)` | anything between the two is equally likely "
    "|\n"
    "| `triangular(LOW MODE HIGH)` | `triangular(20 ms 30 ms 70 ms)` | between the two ends, MODE "
    "the "
    "likeliest; its mean is a third of the sum |\n"
    "| `erlang(MEAN shape N)` | `erlang(40 ms shape 4)` | the sum of N exponentials; `cv X` in "
    "place of "
    "`shape N` where 1/X\xC2\xB2 is whole |\n"
    "| `hyperexp(MEAN cv X)` | `hyperexp(40 ms cv 2)` | two exponentials with balanced means; X "
    "above 1 |\n"
    "| `gamma(MEAN cv X)` | `gamma(40 ms cv 0.8)` | gamma, of shape 1/X\xC2\xB2 |\n"
    "| `weibull(MEAN shape K)` | `weibull(8 h shape 0.7)` | Weibull, K from 0.1 to 100; `cv X` in "
    "place of `shape K` |\n"
    "| `lognormal(MEAN cv X)` | `lognormal(40 ms cv 1.2)` | lognormal |\n"
    "| `pareto(MEAN shape A)` | `pareto(90 KB shape 2.2)` | Pareto's first law: nothing is below "
    "the "
    "least value, MEAN (A \xE2\x88\x92 1) / A, and a share (least / x)^A is above x. A is above 1, "
    "for "
    "else there "
    "is no mean; up to 2 there is no variance |\n"
    "| `ph2(MEAN cv X)` | `ph2(40 ms cv 0.7)` | phase type by two moments: for X up to 1 a mixture "
    "of "
    "Erlang laws of orders k and k \xE2\x88\x92 1 and one rate, k the least with 1/k up to "
    "X\xC2\xB2 (Tijms); above 1 "
    "as `hyperexp` |\n"
    "| `ph3(MEAN cv X skew Y)` | `ph3(40 ms cv 1.5 skew 4)` | phase type by three moments: a "
    "mixture of "
    "two Erlang laws of one order, the least that has them (Johnson and Taaffe); the skewness Y is "
    "above X \xE2\x88\x92 1/X, as that of every law of positive values is |\n"
    "| `empirical(FILE)` | `empirical(work.csv)` | any value of the file, each as likely |\n"
    "| `empirical(MEAN of FILE)` | `empirical(40 ms of work.csv)` | the same, all values times "
    "what "
    "makes this their mean |\n"
    "\n"
    "`cv` is the coefficient of variation: the standard deviation divided by the mean; of `gamma`, "
    "`ph2` and "
    "`ph3` it is 0.01 at least. A change of the mean keeps every draw, so that two points of a "
    "study see "
    "the same requests.\n"
    "\n"
    "The FILE of an empirical law is a CSV table of one column: a header with the unit in "
    "brackets, "
    "`work [ms]`, "
    "and up to 100,000 values below it, none of them negative. Its name has no blanks, and is "
    "relative to the text "
    "that names it (with `--set`, to the scenario). Draws are the values themselves, nothing "
    "between them. The "
    "file is one of the scenario's texts: a result holds it, and repeats its runs without it.\n";

static void print_units(FILE *out)
{
    static const struct {
        enum dimension dimension;
        const char *name;
    } rows[] = {
        {DIMENSION_TIME, "time"},
        {DIMENSION_SIZE, "size"},
        {DIMENSION_BANDWIDTH, "bandwidth"},
        {DIMENSION_SHARE, "share"},
    };
    fputs("## Units\n\n| quantity | units |\n|---|---|\n", out);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fprintf(out, "| %s | ", rows[i].name);
        const char *between = "";
        for (const struct unit *u = units_all(); u->name; u++) {
            if (u->dimension != rows[i].dimension)
                continue;
            bool again = u != units_all() && strcmp(u[-1].meaning, u->meaning) == 0;
            fprintf(out, again ? " or `%s`" : "%s`%s`", again ? u->name : between, u->name);
            bool last = !u[1].name || u[1].dimension != u->dimension;
            if (last || strcmp(u[1].meaning, u->meaning) != 0)
                fprintf(out, " (%s)", u->meaning);
            between = ", ";
        }
        fputs(rows[i].dimension == DIMENSION_SHARE ? "; or a plain number, 0.3 for 30 %" : "", out);
        fputs(" |\n", out);
    }
    fputs(
        "| rate | `/` and a unit of time: `13 / year`, `2 / s` |\n"
        "| growth | `% /` and a unit of time: `10 % / year`, which compounds; above -100 % |\n"
        "| number | none |\n"
        "\n"
        "`0` needs no unit. Numbers have a decimal point, and may have an exponent (`1e6`). Times "
        "are counted in whole nanoseconds: one that is not 0 is 1 ns at least, and one below 1 us "
        "that is no law is whole ns.\n",
        out);
}

/* "a pool, array or site", "pools and arrays". */
static void print_sections(FILE *out, const char *sections, bool many)
{
    char words[SPEC_SECTIONS_WORDS];
    fputs(spec_sections_in_words(sections, many, words), out);
}

static void print_words(FILE *out, const char *words)
{
    const char *between = "";
    while (*words) {
        size_t n = strcspn(words, " "), gap = strspn(words + n, " ");
        fprintf(out, "%s`%.*s`", between, (int)n, words);
        words += n + gap;
        between = strchr(words, ' ') ? ", " : " or ";
    }
}

static void print_quantity(FILE *out, const struct spec_key *k)
{
    static const char *const names[] = {
        [DIMENSION_NUMBER] = "a number",       [DIMENSION_SHARE] = "a share",
        [DIMENSION_TIME] = "a time",           [DIMENSION_SIZE] = "a size",
        [DIMENSION_BANDWIDTH] = "a bandwidth", [DIMENSION_RATE] = "a rate",
        [DIMENSION_GROWTH] = "a growth",
    };
    fputs(k->bound == BOUND_WHOLE_POSITIVE       ? "a whole number from 1"
          : k->bound == BOUND_WHOLE_NOT_NEGATIVE ? "a whole number from 0"
                                                 : names[k->dimension],
          out);
    if (k->bound == BOUND_POSITIVE)
        fputs(" above 0", out);
    if (k->kind == SPEC_RANDOM)
        fputs(" or a law", out);
    if (k->attributes)
        fputs(", also tied to an attribute", out);
    if (k->words) {
        fputs(", or ", out);
        print_words(out, k->words);
    }
}

/* What a kind takes whatever else its key says; NULL: that depends. */
static const char *fixed_kind(enum spec_kind kind)
{
    switch (kind) {
    case SPEC_DATE:
        return "a date, or date and hour";
    case SPEC_NAME:
        return "a role";
    case SPEC_MONTHLY:
        return "12 numbers";
    case SPEC_HOURLY:
        return "24 numbers, or one";
    case SPEC_RECORDS:
        return "a list of maps";
    case SPEC_POINTS:
        return "a whole number, a list of maps, or a file";
    case SPEC_BOOL:
        return "`true` or `false`";
    default:
        return NULL;
    }
}

/* Entries of sections, or texts: a list of any length, or (`two`) a pair. */
static void print_names(FILE *out, const struct spec_key *k, bool two)
{
    fputs(two ? "a list of two " : "a list of ", out);
    if (k->section)
        print_sections(out, k->section, true);
    else
        fputs("texts", out);
    fputs(k->groups ? " or groups" : "", out);
    fputs(!two && k->words ? ", or `all`" : "", out);
}

static void print_text(FILE *out, const struct spec_key *k)
{
    fputs("a text", out);
    if (k->section || k->record)
        fputs(", or ", out);
    if (k->record)
        fputs("a map", out);
    else if (k->section)
        print_sections(out, k->section, false);
}

static void print_kind(FILE *out, const struct spec_key *k)
{
    const char *fixed = fixed_kind(k->kind);
    if (fixed) {
        fputs(fixed, out);
        return;
    }
    switch (k->kind) {
    case SPEC_QUANTITY:
    case SPEC_RANDOM:
        print_quantity(out, k);
        fputs(k->record ? ", or a map" : "", out);
        break;
    case SPEC_WORD:
        print_words(out, k->words);
        break;
    case SPEC_REFERENCE:
        print_sections(out, k->section, false);
        fputs(k->none ? ", or `none`" : "", out);
        break;
    case SPEC_CHOICE:
        print_sections(out, k->section, false);
        fputs(", a list of them, or shares; or `none`", out);
        break;
    case SPEC_NAMES:
    case SPEC_PAIR:
        print_names(out, k, k->kind == SPEC_PAIR);
        break;
    case SPEC_RECORD:
    case SPEC_MAP:
    case SPEC_CUSTOM:
        fputs(k->none ? "a map, or `none`" : "a map", out);
        break;
    default:
        print_text(out, k);
        break;
    }
}

/* What a key "*" is called where it stands. */
static const char *free_name(const struct spec_key *of)
{
    if (!of || !of->section)
        return "NAME";
    return strcmp(of->section, "sites") == 0      ? "SITE"
           : strcmp(of->section, "partners") == 0 ? "PARTNER"
           : strcmp(of->section, "hours") == 0    ? "HOURS"
                                                  : "NAME";
}

/* The steps of a loop, or of a choice's or fork's branch, are those of any service: told once. */
static bool steps_again(const struct spec_key *k, const char *path)
{
    return strcmp(k->name, "loop") == 0 ||
           (strcmp(k->name, "steps") == 0 && (strstr(path, "choice") || strstr(path, "fork")));
}

/* A path, as far as it fits, with one part more. */
static void add_part(char *path, size_t size, const char *part)
{
    size_t used = strlen(path);
    snprintf(path + used, size - used, ".%s", part);
}

/* One key, and the keys below it with their path before them. */
static void print_key(FILE *out, const struct spec_key *k, const struct spec_key *above,
                      const char *path)
{
    char full[128];
    if (k->later)
        return;
    const char *name = strcmp(k->name, "*") == 0 ? free_name(above) : k->name;
    if (above && above->none) /* a machine's row below hosting.PARTNER */
        name = "ROLE";
    snprintf(full, sizeof full, "%s%s%s", path, *path ? "." : "", name);
    fprintf(out, "| `%s` | ", full);
    print_kind(out, k);
    fputs(" | ", out);
    if (k->required)
        fputs("required", out);
    else if (k->standard)
        fprintf(out, "`%s`", k->standard);
    fprintf(out, " | %s | `%s` |\n", k->meaning, k->example);
    if (steps_again(k, path))
        return;
    if (spec_holds_records(k))
        add_part(full, sizeof full, free_name(k));
    for (const struct spec_key *below = k->record; below && below->name; below++)
        print_key(out, below, k, full);
}

static void print_later(FILE *out, const struct spec_key *record, const char *path, bool *any)
{
    for (const struct spec_key *k = record; k && k->name; k++) {
        char full[128];
        snprintf(full, sizeof full, "%s%s%s", path, *path ? "." : "", k->name);
        if (k->later) {
            fprintf(out, "%s`%s`", *any ? ", " : "\nNot in this version: ", full);
            *any = true;
        }
        bool again = steps_again(k, path);
        if (spec_holds_records(k))
            add_part(full, sizeof full, free_name(k));
        if (!again)
            print_later(out, k->record, full, any);
        for (const char *w = k->later_words; w && *w;) {
            size_t n = strcspn(w, " ");
            fprintf(out, "%s`%s: %.*s`", *any ? ", " : "\nNot in this version: ", full, (int)n, w);
            *any = true;
            w += n + strspn(w + n, " ");
        }
    }
}

#define TABLE_HEAD "| key | value | default | meaning | example |\n|---|---|---|---|---|\n"

static void print_section(FILE *out, const struct spec_section *s)
{
    bool names = !s->single && !s->scalar, any = false;
    fprintf(out, "\n### %s\n\n%s\n\n```yaml\n", s->name, s->meaning);
    if (names)
        fprintf(out, "%s:\n  %s\n```\n\n" TABLE_HEAD, s->name, s->example);
    else
        fprintf(out, "%s\n```\n\n" TABLE_HEAD, s->example);
    for (const struct spec_key *k = s->key; k->name; k++) {
        if (strcmp(k->name, "=") == 0) {
            struct spec_key whole = *k;
            whole.name = names ? "NAME" : s->name;
            print_key(out, &whole, NULL, "");
        } else {
            print_key(out, k, NULL, "");
        }
    }
    print_later(out, s->key, "", &any);
    if (any)
        fputs(".\n", out);
}

static void print_common(FILE *out)
{
    bool any = false;
    fputs("\n## Keys of any entry\n\n" TABLE_HEAD, out);
    for (const struct spec_key *k = spec_common(); k->name; k++)
        print_key(out, k, NULL, "");
    print_later(out, spec_common(), "", &any);
    if (any)
        fputs(".\n", out);
}

static void print_rest(FILE *out)
{
    fputs(
        "\n## Settings\n\n"
        "`--set PATH=VALUE` and the factors of a study override any key: `--set "
        "links.county.bandwidth='1 Gbit/s'`. VALUE is a YAML text, so lists and maps are possible. "
        "Besides the paths of the sections there are two short ones: `arrangement` is "
        "`use.arrangement`, and `demand` is a factor on every rate and number of users, 1 unless "
        "set. An override adds a key to an entry where need be, never an entry. "
        "`links.access/17.bandwidth` sets one member of a group, after all that sets the group.\n"
        "\n## Tables\n\n"
        "A file in `include` that ends in `.csv` is a table of partners or sites (RFC 4180, "
        "UTF-8). "
        "Its first header is the section, the cells below are the names; the other headers are "
        "dotted keys; an empty cell gives no key.\n\n"
        "```csv\n"
        "partners,label,population,staff.town-hall,data.db.size\n"
        "adur,Adur,61182,420,3 TB\n"
        "worthing,\"Worthing, Sussex\",104640,,5 TB\n"
        "```\n"
        "\n## Limits\n\n"
        "A text has at most 16 MB, a table 64 MB; maps and lists go 32 levels deep; all texts "
        "together "
        "have at most 300000 keys and values, all tables 500000 cells, all groups 100000 members. "
        "Aliases, anchors, merge "
        "keys, "
        "tags and a second document are refused.\n"
        "\n## Not in this version\n\n"
        "These sections are part of the language, and refused by name until they are built: ",
        out);
    const char *between = "";
    for (const struct spec_section *s = spec_sections(); s->name; s++)
        if (s->later) {
            fprintf(out, "%s`%s`", between, s->name);
            between = ", ";
        }
    fputs(".\n", out);
}

int scenario_reference(FILE *out)
{
    fputs(introduction, out);
    fputs("\n", out);
    print_units(out);
    fputs("\n", out);
    fputs(laws, out);
    print_common(out);
    fputs("\n## Sections\n", out);
    for (const struct spec_section *s = spec_sections(); s->name; s++)
        if (!s->later)
            print_section(out, s);
    print_rest(out);
    return ferror(out) ? PSN_EIO : 0;
}
