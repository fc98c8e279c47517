/* SPDX-License-Identifier: Apache-2.0
 * psnsim compare: which points are held against which, and what is said of them as a whole. */
#include <string.h>

#include "cli/commands.h"
#include "cli/contrast_view.h"
#include "cli/emit.h"
#include "cli/job.h"

static int no_memory(void)
{
    fputs("psnsim: out of memory\n", stderr);
    return EXIT_INCOMPLETE;
}

/* Tells where a point that was asked for is not in the result. */
static bool has_point(const struct arguments *a, enum option_id id, const char *file,
                      const struct result *r)
{
    size_t point = (size_t)arguments_number(a, id, 0);
    if (point < r->n_points)
        return true;
    fprintf(stderr, "psnsim: %s has no point %zu; its points are 0 to %zu\n", file, point,
            r->n_points - 1);
    return false;
}

static bool same_but_arrangement(const struct result *r, size_t i, size_t j)
{
    for (size_t f = 0; f < r->n_factors; f++)
        if (strcmp(r->factor[f].name, "arrangement") != 0 &&
            strcmp(r->factor[f].label[i], r->factor[f].label[j]) != 0)
            return false;
    return true;
}

/* Each arrangement against the first one, at the same options of all other factors. */
static int add_arrangements(struct contrasts *c)
{
    const struct result *r = c->base;
    const struct result_factor *f = &r->factor[contrast_arrangement(r)];
    int code = PSN_OK;
    for (size_t i = 0; !code && i < r->n_points; i++) {
        if (!strcmp(f->label[i], f->label[0]))
            continue;
        size_t base = 0;
        while (base < r->n_points &&
               (strcmp(f->label[base], f->label[0]) != 0 || !same_but_arrangement(r, base, i)))
            base++;
        if (base < r->n_points)
            code = contrasts_add(c, base, i);
    }
    return code;
}

/* The points of one file, by the options of the command line. */
static int add_of_one(const struct arguments *a, struct contrast_page *p, struct contrasts *c)
{
    const struct result *r = c->base;
    size_t base = (size_t)arguments_number(a, OPTION_AGAINST, 0);
    if (a->given[OPTION_POINT])
        return contrasts_add(c, base, (size_t)arguments_number(a, OPTION_POINT, 0));
    size_t f = contrast_arrangement(r);
    for (size_t i = 0; !a->given[OPTION_AGAINST] && f < r->n_factors && i < r->n_points; i++)
        if (strcmp(r->factor[f].label[i], r->factor[f].label[0]) != 0)
            p->by_arrangement = true;
    if (p->by_arrangement)
        return add_arrangements(c);
    int code = PSN_OK;
    for (size_t i = 0; !code && i < r->n_points; i++)
        if (i != base)
            code = contrasts_add(c, base, i);
    return code;
}

/* The points of two files that have the same options, or those that were asked for. */
static int add_of_two(const struct arguments *a, struct contrasts *c)
{
    int code = PSN_OK;
    size_t only = (size_t)arguments_number(a, OPTION_POINT, 0);
    for (size_t i = 0; !code && i < c->other->n_points; i++) {
        if (a->given[OPTION_POINT] && i != only)
            continue;
        size_t base = a->given[OPTION_AGAINST] ? (size_t)arguments_number(a, OPTION_AGAINST, 0)
                                               : contrasts_match(c, i);
        if (base < c->base->n_points)
            code = contrasts_add(c, base, i);
    }
    return code;
}

/* No two points to compare: says what would help. */
static int nothing_to_compare(const struct contrasts *c, const struct contrast_page *p)
{
    if (c->base == c->other)
        fprintf(stderr,
                "psnsim: %s has one design point and nothing to compare it with; "
                "psnsim compare A.h5 B.h5 compares two results\n",
                p->base_file);
    else
        fprintf(stderr,
                "psnsim: no design point of %s has the options of one of %s; --point N of the "
                "second and --against M of the first name two to compare\n",
                p->other_file, p->base_file);
    return EXIT_INPUT;
}

/* Points that a design has drawn: no one of them is what the others are measured by. */
static bool is_drawn(const struct result *r)
{
    return r->design == DESIGN_LATIN || r->design == DESIGN_SOBOL || r->design == DESIGN_MORRIS ||
           r->design == DESIGN_SENSITIVITY;
}

static int no_base(const struct result *r, const char *file)
{
    fprintf(stderr,
            "psnsim: the points of %s are drawn by design %s, and none is a base; expected "
            "--against M, --point N, or both\n",
            file, design_word(r->design));
    return EXIT_INPUT;
}

static void print_point(const struct contrast_page *p, const char *before, const char *file,
                        const struct result *r, size_t point)
{
    char factors[500];
    view_factors(r, point, factors, sizeof factors);
    fprintf(p->page.out, "%s", before);
    if (p->contrasts->base != p->contrasts->other)
        fprintf(p->page.out, "%s, ", file);
    fprintf(p->page.out, "point %zu", point);
    if (*factors)
        fprintf(p->page.out, ": %s", factors);
    fputc('\n', p->page.out);
}

/* How the random numbers of the two sides go together. */
static void print_method(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    FILE *out = p->page.out;
    size_t least = c->item[0].pairs, most = least;
    for (size_t k = 1; k < c->n; k++) {
        least = c->item[k].pairs < least ? c->item[k].pairs : least;
        most = c->item[k].pairs > most ? c->item[k].pairs : most;
    }
    if (!c->paired && c->base_samples->seed == c->other_samples->seed) {
        fputs("One has antithetic pairs or batches and the other has not: nothing to pair, so the "
              "intervals are Welch's\nfor independent replications, and wider.\n",
              out);
    } else if (!c->paired) {
        fprintf(out,
                "The seeds differ (%lld and %lld): nothing to pair, so the intervals are Welch's "
                "for independent\nreplications, and wider.\n",
                (long long)c->base_samples->seed, (long long)c->other_samples->seed);
    } else if (least == most) {
        fprintf(out,
                "%zu %s%s, in pairs that share their random numbers; ± is of the "
                "difference.\n",
                most, c->base->batches ? "batch" : "replication",
                most == 1          ? ""
                : c->base->batches ? "es"
                                   : "s");
    } else {
        fprintf(out,
                "%zu to %zu replications, those that both points have, in pairs that share their "
                "random numbers;\n± is of the difference.\n",
                least, most);
    }
}

/* What two files differ in besides. */
static void print_files(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    const struct samples *a = c->base_samples, *b = c->other_samples;
    FILE *out = p->page.out;
    if (c->base == c->other)
        return;
    if (a->horizon_s != b->horizon_s || a->warmup_s != b->warmup_s)
        fputs("Their horizons or warm-ups differ: so do the stretches of time that are compared.\n",
              out);
    if (strcmp(c->base->version, c->other->version) != 0)
        fprintf(out, "They were simulated by psnsim %s and %s.\n", c->base->version,
                c->other->version);
    size_t only = c->base->n_measures + c->other->n_measures - 2 * c->n_measures;
    if (only)
        fprintf(out, "%zu figures that only one of the two files has are left out.\n", only);
    if (c->n < c->other->n_points && c->n > 1)
        fprintf(out, "%zu points of %s have no counterpart in %s.\n", c->other->n_points - c->n,
                p->other_file, p->base_file);
}

static void print_head(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    FILE *out = p->page.out;
    if (c->other->title && *c->other->title)
        fprintf(out, p->page.bold ? "\033[1m%s\033[0m\n" : "%s\n", c->other->title);
    if (c->n == 1) {
        print_point(p, "         ", p->other_file, c->other, c->item[0].other);
        print_point(p, "against  ", p->base_file, c->base, c->item[0].base);
    } else if (c->base != c->other) {
        fprintf(out, "%s against %s: points with the same options\n", p->other_file, p->base_file);
    } else if (p->by_arrangement) {
        const struct result_factor *f = &c->base->factor[contrast_arrangement(c->base)];
        fprintf(out, "Each arrangement against %s, all other options the same\n", f->label[0]);
    } else {
        print_point(p, "Each point against ", p->base_file, c->base, c->item[0].base);
    }
    print_method(p);
    print_files(p);
}

/* Every contrast in full, one after the other. */
static int print_each(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    int code = 0;
    for (size_t k = 0; !code && k < c->n; k++) {
        char name[500];
        view_factors(c->other, c->item[k].other, name, sizeof name);
        if (c->n > 1)
            view_heading(&p->page, "Point %zu against %zu: %s", c->item[k].other, c->item[k].base,
                         name);
        code = contrast_print(p, &c->item[k]);
    }
    return code;
}

static double percent(double level)
{
    return 100 * level;
}

/* At which level the intervals are, and what they say together. */
static void print_level(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    FILE *out = p->page.out;
    fputs("\nNo real difference: the interval holds 0. ", out);
    if (p->together)
        fprintf(out,
                "All %zu differences shown hold together at %g %%:\neach interval is at %.4g %% "
                "(Bonferroni).\n",
                c->family, percent(p->level), percent(c->apiece));
    else
        fprintf(out,
                "Each interval is at %g %% by itself.\n?: it would hold 0 if all %zu differences "
                "shown had to hold together, each at %.4g %%;\n--together widens the intervals "
                "so.\n",
                percent(p->level), c->family, percent(c->apiece));
}

static int print(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    print_head(p);
    if (p->gain)
        return gain_print(p) ? no_memory() : EXIT_DONE;
    if (c->n == 1 || p->every_figure ? print_each(p) : contrasts_print(p))
        return no_memory();
    print_level(p);
    if (c->n > 1 && !p->every_figure)
        fputs("--point N tells more of one point; --all tells every figure of every point.\n",
              p->page.out);
    return EXIT_DONE;
}

static bool every(const struct measure *m)
{
    (void)m;
    return true;
}

static int compare(const struct arguments *a, struct contrasts *c)
{
    struct contrast_page p = {.contrasts = c,
                              .base_file = a->operand,
                              .other_file = a->operands[a->n_operands - 1],
                              .every_figure = a->given[OPTION_ALL],
                              .together = a->given[OPTION_TOGETHER],
                              .gain = a->given[OPTION_GAIN],
                              .level = (double)arguments_number(a, OPTION_LEVEL, 95) / 100,
                              .page = view_stdout()};
    bool known = has_point(a, OPTION_POINT, p.other_file, c->other);
    known = has_point(a, OPTION_AGAINST, p.base_file, c->base) && known;
    if (!known)
        return EXIT_INPUT;
    if (c->base == c->other && is_drawn(c->base) && !a->given[OPTION_POINT] &&
        !a->given[OPTION_AGAINST])
        return no_base(c->base, p.base_file);
    if (c->base == c->other ? add_of_one(a, &p, c) : add_of_two(a, c))
        return no_memory();
    if (!c->n)
        return nothing_to_compare(c, &p);
    if (p.gain && !c->paired) {
        fprintf(
            stderr,
            "psnsim: the seeds differ (%lld and %lld), or the methods, so no random numbers are "
            "common; --gain wants points of one study\n",
            (long long)c->base_samples->seed, (long long)c->other_samples->seed);
        return EXIT_INPUT;
    }
    bool (*shown)(const struct measure *) = a->given[OPTION_JSON] || p.every_figure ? every
                                            : c->n == 1                             ? contrast_shows
                                                        : contrasts_show;
    contrasts_together(c, shown, p.level, p.together);
    return a->given[OPTION_JSON] ? emit_print(contrasts_emit(&p)) : print(&p);
}

int command_compare(const struct arguments *a)
{
    psn_diagnostics all = {0};
    struct contrasts *c = NULL;
    const char *other = a->n_operands > 1 ? a->operands[1] : NULL;
    int code = contrasts_open(a->operand, other, &c, &all);
    if (code)
        return job_told(code == PSN_EIO ? PSN_EINPUT : code, &all);
    int status = compare(a, c);
    contrasts_free(c);
    psn_diagnostics_fini(&all);
    return status;
}
