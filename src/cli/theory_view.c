/* SPDX-License-Identifier: Apache-2.0
 * What queueing theory says of a scenario: tables and JSON. */
#include "cli/theory_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "cli/fold.h"
#include "cli/number.h"
#include "cli/station.h"
#include "scenario/civil.h"

/* Where the station is named and where not; %s is the station. */
struct reason_words {
    const char *at, *here;
};

static const struct reason_words reason_words[] = {
    [REASON_NONE] = {"", ""},
    [REASON_CLOSED] = {"nobody serves at %s then", "nobody serves then"},
    [REASON_DISCIPLINE] = {"no formula for the discipline of %s", "no formula for its discipline"},
    [REASON_BLOCKING] = {"jobs are held back at %s", "jobs are held back"},
    [REASON_JOBS] = {"without the scheduled jobs at %s", "without scheduled jobs"},
    [REASON_FAULTS] = {"%s fails at random", "it fails at random"},
    [REASON_VARIES] = {"on a day of mean level", "on a day of mean level"},
    [REASON_TIMEOUT] = {"users may give up", "users may give up"},
    [REASON_RETRIES] = {"who is lost at %s may try again", "who is lost may try again"},
    [REASON_LOSSES] = {"what %s loses is gone", "what was lost before is gone"},
    [REASON_FORK] = {"branches side by side", "branches side by side"},
    [REASON_SAMPLED] = {"transfers at %s are of random size", "transfers are of random size"},
    [REASON_GENERAL] = {"service at %s is not exponential", "service is not exponential"},
    [REASON_PATIENCE] = {"patience at %s is not exponential", "patience is not exponential"},
    [REASON_SAME] = {"what comes to %s has the size that it had before",
                     "what comes has the size that it had before"},
    [REASON_HEAVY] = {"service times at %s have no finite variance",
                      "service times have no finite variance"},
    [REASON_NOT_POISSON] = {"arrivals at %s are not Poisson", "arrivals are not Poisson"},
    [REASON_DROPS] = {"%s may drop messages", "it may drop messages"},
    [REASON_SHAPED] = {"%s has a shaper", "it has a shaper"},
    [REASON_FLOWS] = {"flows share %s", "flows share it"},
    [REASON_ROUTES] = {"routes may lead over %s when others fail",
                       "routes may lead here when others fail"},
    [REASON_USERS] = {"users wait for their answers, and %s has no product form",
                      "users wait for their answers, and %s has no product form"},
    [REASON_POPULATION] = {"too many users to add up", "too many users to add up"},
};

/* Why a figure is not exact, in words; empty where it is. `here` as in theory_add_note. */
static void reason(const struct description *d, const struct theory_note *note, uint32_t here,
                   char *text, size_t size)
{
    const struct reason_words *w = &reason_words[note->reason];
    char name[STATION_NAME_SIZE] = "it";
    if (note->station != NO_INDEX)
        model_station_name(d, note->station, name, sizeof name);
    const char *form = note->station == here ? w->here : w->at;
    const char *place = strstr(form, "%s");
    if (place)
        snprintf(text, size, "%.*s%s%s", (int)(place - form), form, name, place + 2);
    else
        snprintf(text, size, "%s", form);
}

/* Which of the quantiles the table shows. */
#define P95 2

static const char *kind_word(enum theory_kind kind)
{
    static const char *const word[] = {[THEORY_NONE] = "none",
                                       [THEORY_BOUNDS] = "bounds",
                                       [THEORY_APPROXIMATE] = "approximate",
                                       [THEORY_EXACT] = "exact"};
    return word[kind];
}

int theory_add_note(struct table *t, const struct description *d, struct theory_notes *notes,
                    const struct theory_note *note, uint32_t here)
{
    char why[THEORY_REASON_SIZE];
    size_t i = 0;
    reason(d, note, here, why, sizeof why);
    if (!*why) {
        table_add(t, "%s", kind_word(note->kind));
        return 0;
    }
    while (i < notes->n && strcmp(notes->text[i], why) != 0)
        i++;
    if (i == notes->n) {
        if (array_reserve((void **)&notes->text, &notes->room, i + 1, sizeof *notes->text))
            return PSN_EMEMORY;
        memcpy(notes->text[notes->n++], why, sizeof why);
    }
    table_add(t, "%s (%zu)", kind_word(note->kind), i + 1);
    return 0;
}

void theory_print_notes(struct theory_notes *notes, FILE *out)
{
    for (size_t i = 0; i < notes->n; i++)
        fprintf(out, "(%zu) %s\n", i + 1, notes->text[i]);
    free(notes->text);
    *notes = (struct theory_notes){0};
}

/* What is looked at: the steady state, or the busiest hour. */
static void heading(const struct description *d, const struct analysis *a,
                    const struct view_page *page)
{
    if (a->steady) {
        view_heading(page, "By queueing theory, without simulation");
        return;
    }
    char hour[16];
    struct civil date = civil_date(d->start_day + (int64_t)description_day(d, a->at));
    station_hour(description_hour_of_week(d, a->at), hour);
    view_heading(page, "By queueing theory, as if the busiest hour, %s on %04d-%02u-%02u, lasted",
                 hour, date.year, date.month, date.day);
}

static void add_response(struct table *t, const struct stream_theory *s, double scale)
{
    char low[NUMBER_SIZE], high[NUMBER_SIZE];
    char mean[NUMBER_SIZE];
    number_plain(s->low_s * scale, low);
    number_plain(s->high_s * scale, high);
    number_plain(s->response_s * scale, mean);
    if (s->note.kind == THEORY_BOUNDS && isfinite(s->high_s))
        table_add(t, "%s to %s", low, high);
    else if (isinf(s->response_s))
        table_add(t, s->unstable ? "unstable" : "no mean");
    else
        table_add(t, "%s", mean);
}

static struct time_unit stream_unit(const struct analysis *a)
{
    double *x = calloc(a->n_streams + 1, sizeof *x);
    size_t n = 0;
    for (size_t i = 0; x && i < a->n_streams; i++)
        if (a->stream[i].used)
            x[n++] = a->stream[i].low_s;
    struct time_unit unit = number_time_unit(x, n);
    free(x);
    return unit;
}

static void add_figure(struct table *t, double x)
{
    char text[NUMBER_SIZE];
    number_plain(x, text);
    table_add(t, "%s", text);
}

/* Rows of a table: what they are of; how many are left out of many; and of how many more nothing is
 * known. */
struct chosen {
    size_t *row;
    size_t n, hidden, silent;
};

/* Which streams have a row. Of many, only those of which anything is known, the slowest at that.
 * c->row: the caller's to free. Returns 0 or PSN_EMEMORY. */
static int choose_streams(const struct description *d, const struct analysis *a, struct chosen *c)
{
    size_t used = 0;
    const char **name = calloc(a->n_streams + 1, sizeof *name);
    double *weight = calloc(a->n_streams + 1, sizeof *weight);
    c->row = calloc(a->n_streams + 1, sizeof *c->row);
    int code = name && weight && c->row ? 0 : PSN_EMEMORY;
    for (size_t i = 0; i < a->n_streams; i++)
        used += a->stream[i].used;
    for (size_t i = 0; !code && i < a->n_streams; i++) {
        const struct stream_theory *s = &a->stream[i];
        if (s->used && used > FOLD_ROWS && s->note.kind == THEORY_NONE) {
            c->silent++;
        } else if (s->used) {
            name[c->n] = d->partner[i % d->n_partners].name;
            weight[c->n] = isnan(s->response_s) ? s->low_s : s->response_s;
            c->row[c->n++] = i;
        }
    }
    if (!code)
        code = fold_list(name, weight, c->row, &c->n, &c->hidden);
    free(name);
    free(weight);
    return code;
}

/* Which stations of those in `keep` have a row: of many, those of which anything is known. As
 * choose_streams. */
static int choose_stations(const struct analysis *a, const bool *keep, struct chosen *c)
{
    size_t used = 0;
    c->row = calloc(a->n_stations + 1, sizeof *c->row);
    for (size_t i = 0; i < a->n_stations; i++)
        used += a->station[i].used;
    for (size_t i = 0; c->row && i < a->n_stations; i++) {
        const struct station_theory *s = &a->station[i];
        bool silent = used > FOLD_ROWS && s->note.kind == THEORY_NONE;
        c->silent += s->used && silent;
        if (s->used && keep[i] && !silent)
            c->row[c->n++] = i;
    }
    return c->row ? 0 : PSN_EMEMORY;
}

static void print_silent(size_t silent, const char *what, FILE *out)
{
    if (silent)
        fprintf(out, "Of %zu %s theory says nothing; why, --json tells of each.\n", silent, what);
}

static int print_streams(const struct description *d, const struct analysis *a,
                         const struct chosen *c, struct theory_notes *notes,
                         const struct view_page *page)
{
    struct table t = {0};
    struct time_unit unit = stream_unit(a);
    const char *head = table_text(&t, "response\nmean, %s", unit.name);
    const char *p95 = table_text(&t, "\np95, %s", unit.name);
    int code = 0;
    bool quantiles = false;
    for (size_t i = 0; i < a->n_streams; i++)
        quantiles = quantiles || (a->stream[i].used && isfinite(a->stream[i].quantile_s[P95]));
    table_key(&t, "service", TABLE_LEFT);
    table_key(&t, "partner", TABLE_LEFT);
    table_column(&t, NULL, head ? head : "", TABLE_DECIMAL);
    if (quantiles)
        table_column(&t, NULL, p95 ? p95 : "", TABLE_DECIMAL);
    table_column(&t, NULL, "how good", TABLE_LEFT);
    for (size_t k = 0; k < c->n && !code; k++) {
        size_t i = c->row[k];
        const struct stream_theory *s = &a->stream[i];
        table_add(&t, "%s", d->service[i / d->n_partners].name);
        table_add(&t, "%s", d->partner[i % d->n_partners].name);
        add_response(&t, s, unit.per_second);
        if (quantiles)
            add_figure(&t, s->quantile_s[P95] * unit.per_second);
        code = theory_add_note(&t, d, notes, &s->note, NO_INDEX);
    }
    if (code)
        table_fini(&t);
    return code ? code : table_print(&t, page->out, page->bold);
}

/* A time with a unit of its own: the waits of one table may be µs and hours. */
static void add_wait(struct table *t, double seconds, bool unstable)
{
    char text[NUMBER_SIZE];
    if (isinf(seconds))
        snprintf(text, sizeof text, unstable ? "unstable" : "no mean");
    else if (seconds < 5e-7)
        snprintf(text, sizeof text, "%s", seconds > 0 ? "<1 µs" : "0 s");
    else
        number_with_unit(seconds, "s", text);
    table_add(t, "%s", text);
}

static void add_present(struct table *t, double n)
{
    char text[NUMBER_SIZE];
    if (isinf(n))
        snprintf(text, sizeof text, "–");
    else if (n > 0 && n < 5e-4)
        snprintf(text, sizeof text, "<0.001");
    else
        number_plain(n, text);
    table_add(t, "%s", text);
}

static void add_station(struct table *t, const struct description *d, uint32_t i,
                        const struct station_theory *s, bool losses)
{
    char name[STATION_NAME_SIZE], share[NUMBER_SIZE];
    model_station_name(d, i, name, sizeof name);
    table_add(t, "%s", name);
    table_add(t, "%s", *s->by ? s->by : "–");
    number_percent(s->utilisation, share);
    table_add(t, "%s", share);
    add_wait(t, s->wait_s, s->unstable);
    add_present(t, s->present);
    number_percent(s->refused + s->abandoned, share);
    if (losses)
        table_add(t, "%s", s->refused + s->abandoned > 0 ? share : "–");
}

static int print_stations(const struct description *d, const struct analysis *a,
                          const struct chosen *c, struct theory_notes *notes,
                          const struct view_page *page)
{
    struct table t = {0};
    bool losses = false;
    int code = 0;
    for (size_t k = 0; k < c->n; k++)
        losses = losses || a->station[c->row[k]].refused + a->station[c->row[k]].abandoned > 0;
    table_key(&t, "station", TABLE_LEFT);
    table_column(&t, NULL, "formula", TABLE_LEFT);
    table_column(&t, NULL, "busy, %", TABLE_DECIMAL);
    table_column(&t, NULL, "wait\nmean", TABLE_RIGHT);
    table_column(&t, NULL, "present\nmean", TABLE_DECIMAL);
    if (losses)
        table_column(&t, NULL, "lost, %", TABLE_DECIMAL);
    table_column(&t, NULL, "how good", TABLE_LEFT);
    for (size_t k = 0; k < c->n && !code; k++) {
        uint32_t i = (uint32_t)c->row[k];
        const struct station_theory *s = &a->station[i];
        add_station(&t, d, i, s, losses);
        code = theory_add_note(&t, d, notes, &s->note, i);
    }
    fputc('\n', page->out);
    if (code)
        table_fini(&t);
    return code ? code : table_print(&t, page->out, page->bold);
}

int theory_print(const struct description *d, const struct analysis *a, const bool *keep,
                 const struct view_page *page)
{
    struct theory_notes notes = {0};
    bool some = false, scheduled = false;
    for (size_t i = 0; i < a->n_streams; i++) {
        some = some || a->stream[i].used;
        scheduled = scheduled || a->stream[i].scheduled;
    }
    if (!some)
        return 0;
    heading(d, a, page);
    struct chosen streams = {0}, stations = {0};
    int code = choose_streams(d, a, &streams);
    if (!code)
        code = choose_stations(a, keep, &stations);
    if (!code && streams.n > 0)
        code = print_streams(d, a, &streams, &notes, page);
    view_hidden(streams.hidden, "slowest", page->out);
    print_silent(streams.silent, "responses", page->out);
    if (!code && stations.n > 0)
        code = print_stations(d, a, &stations, &notes, page);
    print_silent(stations.silent, "stations", page->out);
    theory_print_notes(&notes, page->out);
    free(streams.row);
    free(stations.row);
    if (scheduled)
        fputs("Of scheduled jobs theory says nothing here.\n", page->out);
    return code;
}

void theory_set_note(json_t *o, const struct description *d, const struct theory_note *note,
                     uint32_t here)
{
    char why[THEORY_REASON_SIZE];
    reason(d, note, here, why, sizeof why);
    json_object_set_new(o, "kind", emit_text(kind_word(note->kind)));
    json_object_set_new(o, "reason", emit_text(why));
}

static json_t *streams_json(const struct description *d, const struct analysis *a)
{
    json_t *all = json_array();
    for (size_t i = 0; i < a->n_streams; i++) {
        const struct stream_theory *s = &a->stream[i];
        if (!s->used)
            continue;
        json_t *o = json_object();
        json_object_set_new(o, "service", emit_text(d->service[i / d->n_partners].name));
        json_object_set_new(o, "partner", emit_text(d->partner[i % d->n_partners].name));
        json_object_set_new(o, "response_mean_s", emit_number(s->response_s));
        for (size_t q = 0; q < THEORY_QUANTILES; q++) {
            char key[32];
            snprintf(key, sizeof key, "response_p%.0f_s", 100 * theory_quantile[q]);
            json_object_set_new(o, key, emit_number(s->quantile_s[q]));
        }
        json_object_set_new(o, "at_least_s", emit_number(s->low_s));
        json_object_set_new(o, "at_most_s", emit_number(s->high_s));
        json_object_set_new(o, "unstable", json_boolean(s->unstable));
        json_object_set_new(o, "no_mean", json_boolean(!s->unstable && isinf(s->response_s)));
        theory_set_note(o, d, &s->note, NO_INDEX);
        json_array_append_new(all, o);
    }
    return all;
}

static json_t *stations_json(const struct description *d, const struct analysis *a)
{
    json_t *all = json_array();
    for (uint32_t i = 0; i < a->n_stations; i++) {
        const struct station_theory *s = &a->station[i];
        char name[STATION_NAME_SIZE];
        if (!s->used)
            continue;
        model_station_name(d, i, name, sizeof name);
        json_t *o = json_object();
        json_object_set_new(o, "station", emit_text(name));
        json_object_set_new(o, "formula", emit_text(s->by));
        json_object_set_new(o, "arrivals_per_s", emit_number(s->arrivals_per_s));
        json_object_set_new(o, "utilisation", emit_number(s->utilisation));
        json_object_set_new(o, "wait_mean_s", emit_number(s->wait_s));
        json_object_set_new(o, "present_mean", emit_number(s->present));
        json_object_set_new(o, "refused", emit_number(s->refused));
        json_object_set_new(o, "abandoned", emit_number(s->abandoned));
        json_object_set_new(o, "unstable", json_boolean(s->unstable));
        json_object_set_new(o, "no_mean", json_boolean(!s->unstable && isinf(s->wait_s)));
        theory_set_note(o, d, &s->note, i);
        json_array_append_new(all, o);
    }
    return all;
}

json_t *theory_json(const struct description *d, const struct analysis *a)
{
    json_t *o = json_object();
    json_object_set_new(o, "steady", json_boolean(a->steady));
    json_object_set_new(o, "at_s", json_real((double)a->at / PSN_SECOND));
    json_object_set_new(o, "streams", streams_json(d, a));
    json_object_set_new(o, "stations", stations_json(d, a));
    return o;
}
