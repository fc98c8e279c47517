/* SPDX-License-Identifier: Apache-2.0
 * Results as JSON. Keys come in the order in which they are set here. */
#include "cli/emit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/options.h"
#include "stats/proportion.h"

json_t *emit_number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

json_t *emit_text(const char *text)
{
    if (!text || !*text)
        return json_null();
    json_t *value = json_string(text);
    if (value)
        return value;
    char *plain = strdup(text);
    for (char *c = plain; c && *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    value = plain ? json_string(plain) : NULL;
    free(plain);
    return value;
}

static json_t *verdict(enum verdict v)
{
    switch (v) {
    case VERDICT_MET:
        return json_string("met");
    case VERDICT_MISSED:
        return json_string("missed");
    case VERDICT_TOO_CLOSE:
        return json_string("too close to tell");
    default:
        return json_null();
    }
}

static json_t *figure(const struct measure *m, const struct summary_value *v)
{
    json_t *o = json_object();
    json_object_set_new(o, "figure", emit_text(m->figure));
    json_object_set_new(o, "subject", emit_text(m->subject));
    json_object_set_new(o, "partner", emit_text(m->partner));
    json_object_set_new(o, "unit", emit_text(m->unit));
    json_object_set_new(o, "value", v->unstable ? json_null() : emit_number(v->estimate.value));
    json_object_set_new(o, "half_width",
                        v->unstable ? json_null() : emit_number(v->estimate.half_width));
    json_object_set_new(o, "replications", json_integer((json_int_t)v->estimate.n));
    json_object_set_new(o, "unstable", json_boolean(v->unstable));
    if (!isnan(v->gain))
        json_object_set_new(o, "gain", emit_number(v->gain));
    if (v->correlated)
        json_object_set_new(o, "correlated", json_true());
    json_object_set_new(o, "no_mean", json_boolean(v->no_mean));
    if (v->judged > 0) {
        struct proportion share = proportion_exact(v->kept, v->judged, SUMMARY_LEVEL);
        json_object_set_new(o, "judged", json_integer((json_int_t)v->judged));
        json_object_set_new(o, "kept", json_integer((json_int_t)v->kept));
        json_object_set_new(o, "kept_low", emit_number(share.low));
        json_object_set_new(o, "kept_high", emit_number(share.high));
    }
    if (!isnan(m->limit)) {
        json_object_set_new(o, m->at_most ? "at_most" : "at_least", emit_number(m->limit));
        json_object_set_new(o, "verdict",
                            v->unstable || v->no_mean ? json_null() : verdict(v->verdict));
    }
    return o;
}

/* Adds the keys of a point to `o`. */
static void set_point(json_t *o, const struct view_point *v)
{
    json_t *unstable = json_array(), *figures = json_array();
    for (size_t i = 0; i < v->n_stations; i++)
        if (v->unstable[i] > 0)
            json_array_append_new(unstable, emit_text(v->station[i]));
    for (size_t i = 0; i < v->n_measures; i++)
        json_array_append_new(figures, figure(&v->measure[i], &v->value[i]));
    json_object_set_new(o, "unstable", unstable);
    json_object_set_new(o, "figures", figures);
}

json_t *emit_point(const struct view_point *v)
{
    json_t *o = json_object();
    set_point(o, v);
    return o;
}

static json_t *factors(const struct result *r, size_t point)
{
    json_t *all = json_object();
    for (size_t f = 0; f < r->n_factors; f++) {
        const struct result_factor *factor = &r->factor[f];
        json_t *o = json_object();
        json_object_set_new(o, "label", emit_text(factor->label[point]));
        json_object_set_new(o, "number", emit_number(factor->number[point]));
        json_object_set_new(o, "unit", emit_text(factor->unit));
        json_object_set_new(all, factor->name, o);
    }
    return all;
}

/* What the replications were carried on for; null where their number is fixed. */
static json_t *precision(const struct result *r)
{
    if (!(r->until > 0))
        return json_null();
    json_t *o = json_object();
    json_object_set_new(o, "at_least", json_integer((json_int_t)r->at_least));
    json_object_set_new(o, "until", emit_number(r->until));
    json_object_set_new(o, "of", emit_text(r->of));
    json_object_set_new(o, "at_most", json_integer((json_int_t)r->n_replications));
    return o;
}

static json_t *runs(const struct result *r)
{
    json_t *all = json_array();
    for (size_t i = 0; i < r->n_runs; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "point", json_integer(r->run_point[i]));
        json_object_set_new(o, "replication", json_integer(r->run_replication[i]));
        json_object_set_new(o, "status", json_integer(r->run_status[i]));
        json_object_set_new(o, "error", emit_text(r->run_error[i]));
        json_object_set_new(o, "events", json_integer(r->run_events[i]));
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *texts(char **text, size_t n)
{
    json_t *all = json_array();
    for (size_t i = 0; i < n; i++)
        json_array_append_new(all, emit_text(text[i]));
    return all;
}

json_t *emit_result(const struct result *r)
{
    json_t *o = json_object(), *points = json_array();
    json_object_set_new(o, "title", emit_text(r->title));
    json_object_set_new(o, "version", emit_text(r->version));
    json_object_set_new(o, "study", emit_text(r->hash));
    json_object_set_new(o, "complete", json_boolean(r->complete));
    json_object_set_new(o, "replications", json_integer((json_int_t)r->n_replications));
    if (r->batches)
        json_object_set_new(o, "batches", json_integer((json_int_t)r->batches));
    if (r->antithetic)
        json_object_set_new(o, "antithetic", json_true());
    if (r->controls)
        json_object_set_new(o, "controls", json_string("offered"));
    json_object_set_new(o, "precision", precision(r));
    json_object_set_new(o, "warmup_s", emit_number(r->warmup_s));
    json_object_set_new(o, "warmup", json_string(r->warmup_auto ? "automatic" : "stated"));
    json_object_set_new(o, "texts", texts(r->text_name, r->n_texts));
    json_object_set_new(o, "settings", texts(r->set, r->n_sets));
    for (size_t i = 0; i < r->n_points; i++) {
        struct view_point v = view_of(r, i);
        json_t *point = json_object();
        json_object_set_new(point, "point", json_integer((json_int_t)i));
        json_object_set_new(point, "factors", factors(r, i));
        json_object_set_new(point, "replications",
                            json_integer((json_int_t)r->point_replications[i]));
        json_object_set_new(point, "precise",
                            r->until > 0 ? json_boolean(r->point_precise[i]) : json_null());
        if (r->warmup_pilot_s)
            json_object_set_new(point, "warmup_pilot_s", emit_number(r->warmup_pilot_s[i]));
        set_point(point, &v);
        json_array_append_new(points, point);
    }
    json_object_set_new(o, "points", points);
    json_object_set_new(o, "runs", runs(r));
    return o;
}

int emit_print(json_t *value)
{
    int failed = !value || json_dumpf(value, stdout, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    putchar('\n');
    json_decref(value);
    if (failed)
        fputs("psnsim: the JSON could not be written\n", stderr);
    return failed ? EXIT_INCOMPLETE : EXIT_DONE;
}
