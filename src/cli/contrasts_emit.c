/* SPDX-License-Identifier: Apache-2.0
 * Contrasts as JSON: every figure, in the order of the file. */
#include <string.h>

#include "cli/change.h"
#include "cli/contrast_view.h"
#include "cli/emit.h"

static const char *change_name(enum change change)
{
    switch (change) {
    case CHANGE_NONE:
        return "no real difference";
    case CHANGE_LESS:
        return "less";
    case CHANGE_MORE:
        return "more";
    case CHANGE_UNSURE:
        return "too few replications";
    default:
        return change_missing(change);
    }
}

static json_t *figure(const struct measure *m, const struct comparison *c)
{
    char words[CHANGE_SIZE];
    struct estimate relative = compare_relative(c);
    change_words(m, c, words);
    json_t *o = json_object();
    json_object_set_new(o, "figure", emit_text(m->figure));
    json_object_set_new(o, "subject", emit_text(m->subject));
    json_object_set_new(o, "partner", emit_text(m->partner));
    json_object_set_new(o, "unit", emit_text(m->unit));
    json_object_set_new(o, "base", emit_number(c->base));
    json_object_set_new(o, "value", emit_number(c->other));
    json_object_set_new(o, "difference", emit_number(c->difference.value));
    json_object_set_new(o, "half_width", emit_number(c->difference.half_width));
    json_object_set_new(o, "relative", emit_number(relative.value));
    json_object_set_new(o, "relative_half_width", emit_number(relative.half_width));
    json_object_set_new(o, "stands_together", json_boolean(!c->alone));
    json_object_set_new(o, "gain", emit_number(c->gain));
    json_object_set_new(o, "replications", json_integer((json_int_t)c->difference.n));
    json_object_set_new(o, "change", emit_text(change_name(c->change)));
    json_object_set_new(o, "words", emit_text(words));
    return o;
}

static json_t *factors(const struct result *r, size_t point)
{
    json_t *o = json_object();
    for (size_t f = 0; f < r->n_factors; f++)
        json_object_set_new(o, r->factor[f].name, emit_text(r->factor[f].label[point]));
    return o;
}

static json_t *contrast(const struct contrasts *c, const struct contrast *k)
{
    json_t *o = json_object(), *figures = json_array();
    json_object_set_new(o, "point", json_integer((json_int_t)k->other));
    json_object_set_new(o, "factors", factors(c->other, k->other));
    json_object_set_new(o, "against", json_integer((json_int_t)k->base));
    json_object_set_new(o, "against_factors", factors(c->base, k->base));
    json_object_set_new(o, "pairs", c->paired ? json_integer((json_int_t)k->pairs) : json_null());
    for (size_t i = 0; i < c->n_measures; i++)
        json_array_append_new(figures, figure(contrasts_measure(c, i), &k->figure[i]));
    json_object_set_new(o, "figures", figures);
    return o;
}

json_t *contrasts_emit(const struct contrast_page *p)
{
    const struct contrasts *c = p->contrasts;
    json_t *o = json_object(), *all = json_array(), *seeds = json_array();
    json_object_set_new(o, "base", emit_text(p->base_file));
    json_object_set_new(o, "result", emit_text(p->other_file));
    json_array_append_new(seeds, json_integer(c->base_samples->seed));
    json_array_append_new(seeds, json_integer(c->other_samples->seed));
    json_object_set_new(o, "seeds", seeds);
    json_object_set_new(o, "paired", json_boolean(c->paired));
    json_object_set_new(o, "level", json_real(c->level));
    json_object_set_new(o, "differences", json_integer((json_int_t)c->family));
    json_object_set_new(o, "level_together", json_real(c->apiece));
    for (size_t k = 0; k < c->n; k++)
        json_array_append_new(all, contrast(c, &c->item[k]));
    json_object_set_new(o, "comparisons", all);
    return o;
}
