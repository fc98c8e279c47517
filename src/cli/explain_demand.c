/* SPDX-License-Identifier: Apache-2.0
 * What services, workloads, profiles, hours and objectives come to. */
#include <math.h>
#include <string.h>

#include "cli/explain_entries.h"
#include "cli/number.h"

#define ANY NO_INDEX

/* Rows of a table that people still read. */
#define TARGETS_MOST 24

/* The roles of steps, and of the services that they call. */
static void mark_roles(const struct description *d, const struct step *step, size_t n, bool *roles)
{
    for (size_t i = 0; i < n; i++) {
        if (step[i].role != NO_INDEX)
            roles[step[i].role] = true;
        if (step[i].verb == STEP_CALL)
            mark_roles(d, d->service[step[i].service].step, d->service[step[i].service].n_steps,
                       roles);
        for (size_t b = 0; b < step[i].n_branches; b++)
            mark_roles(d, step[i].branch[b].step, step[i].branch[b].n_steps, roles);
    }
}

static const char *verb_name(enum step_verb verb)
{
    switch (verb) {
    case STEP_REQUEST:
        return "request";
    case STEP_COMPUTE:
        return "compute";
    case STEP_READ:
        return "read";
    case STEP_WRITE:
        return "write";
    case STEP_DELAY:
        return "delay";
    case STEP_CHOICE:
        return "choice";
    case STEP_RESPONSE:
        return "response";
    case STEP_CALL:
        return "call";
    case STEP_FORK:
        return "fork";
    case STEP_DESK:
        return "desk";
    case STEP_LOOP:
        return "loop";
    case STEP_STREAM:
        return "stream";
    }
    return "";
}

static const char *law_said(enum law_kind kind)
{
    const struct law_name *l = quantity_laws();
    while (l->name && l->kind != kind)
        l++;
    return l->name ? l->said : "";
}

const char *explain_random(struct explanation *e, const struct random_amount *r, enum dimension d)
{
    const char *said = law_said(r->law.kind), *text;
    char mean[NUMBER_SIZE];
    double cv = sqrt(law_scv(&r->law));
    number_quantity(r->mean.value, d, mean);
    if (isinf(cv))
        text = arena_format(&e->memory, "%s, %s, cv infinite", mean, said);
    else if (cv > 0)
        text = arena_format(&e->memory, "%s, %s, cv %.3g", mean, said, cv);
    else
        text = arena_format(&e->memory, "%s", mean);
    if (!text)
        e->sheet.code = PSN_EMEMORY;
    return text ? text : "";
}

/* "400 ms, lognormal", "4 % of data.db": what a step moves or takes, as a mean; or what is within
 * it. */
static void add_mean(struct explanation *e, const struct step *s)
{
    bool time = s->verb == STEP_COMPUTE || s->verb == STEP_DELAY || s->verb == STEP_DESK;
    char text[NUMBER_SIZE];
    if (s->verb == STEP_CALL) {
        sheet_text(&e->sheet, "the steps of %s", e->d->service[s->service].name);
    } else if (s->verb == STEP_LOOP) {
        number_percent(s->again, text);
        if (s->again > 0)
            sheet_text(&e->sheet, "again in %s %% of cases: %.3g passes", text, 1 / (1 - s->again));
        else
            sheet_text(&e->sheet, "%s", "over and over");
    } else if (s->n_branches > 0) {
        sheet_text(&e->sheet,
                   s->verb == STEP_FORK ? "all %zu branches at once" : "one of %zu branches",
                   s->n_branches);
    } else {
        sheet_text(&e->sheet, "%s%s%s",
                   s->amount.mean.of != ATTRIBUTE_NONE
                       ? "by partner: see below"
                       : explain_random(e, &s->amount, time ? DIMENSION_TIME : DIMENSION_SIZE),
                   s->impatient ? "; leaves after " : "",
                   s->impatient ? explain_random(e, &s->patience, DIMENSION_TIME) : "");
    }
}

/* "180 s, exponential: 87 kbit/s each way in packets of 218 B". */
static void add_stream(struct explanation *e, const struct step *s)
{
    char rate[NUMBER_SIZE], packet[NUMBER_SIZE];
    number_quantity(s->rate_bps, DIMENSION_BANDWIDTH, rate);
    number_quantity(s->packet_bits, DIMENSION_SIZE, packet);
    sheet_text(&e->sheet, "%s: %s %s in packets of %s",
               explain_random(e, &s->amount, DIMENSION_TIME), rate,
               s->out && s->back ? "each way"
               : s->out          ? "out"
                                 : "back",
               packet);
}

/* The row of a branch: how often it is taken. */
static void add_branch(struct explanation *e, const struct step *s, size_t b, const char *number)
{
    bool fork = s->verb == STEP_FORK;
    char share[NUMBER_SIZE];
    number_quantity(s->branch[b].share, DIMENSION_SHARE, share);
    sheet_text(&e->sheet, "%s", number);
    sheet_text(&e->sheet, "branch");
    sheet_text(&e->sheet, "%s", "");
    sheet_text(&e->sheet, "%s%s%s%s", fork ? "always" : "in ", fork ? "" : share,
               fork ? "" : " of cases", s->branch[b].n_steps ? "" : ": nothing");
    sheet_number(&e->sheet, 1, "");
}

/* Steps and those of their branches, numbered 4.1.2: the second step of the first branch of step 4;
 * the second step of a loop is 4.2. */
static void add_steps(struct explanation *e, const struct step *step, size_t n, const char *before)
{
    for (size_t i = 0; i < n; i++) {
        const struct step *s = &step[i];
        const char *number = arena_format(&e->memory, "%s%zu", before, i + 1);
        if (!number) {
            e->sheet.code = PSN_EMEMORY;
            return;
        }
        sheet_text(&e->sheet, "%s", number);
        sheet_text(&e->sheet, "%s", verb_name(s->verb));
        sheet_text(&e->sheet, "%s", s->role == NO_INDEX ? "" : e->d->role[s->role]);
        if (s->verb == STEP_STREAM)
            add_stream(e, s);
        else
            add_mean(e, s);
        sheet_number(&e->sheet, s->times,
                     s->times > 1 ? arena_format(&e->memory, "× %u", s->times) : "");
        for (size_t b = 0; b < s->n_branches; b++) {
            bool loop = s->verb == STEP_LOOP;
            const char *branch = loop ? number : arena_format(&e->memory, "%s.%zu", number, b + 1);
            const char *below = branch ? arena_format(&e->memory, "%s.", branch) : NULL;
            if (!below)
                return;
            if (!loop)
                add_branch(e, s, b, branch);
            add_steps(e, s->branch[b].step, s->branch[b].n_steps, below);
        }
    }
}

void explain_service(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->service, d->n_services, sizeof *d->service, m->key);
    bool *roles = explanation_flags(e, d->n_roles);
    const struct source_filter own = {ANY, i, ANY, ANY};
    if (i == NO_INDEX || !roles)
        return;
    const bool *partners = explanation_concerned(e, "services", m->key);
    bool *workloads = explanation_flags(e, d->n_workloads);
    if (!partners || !workloads)
        return;
    for (size_t w = 0; w < d->n_workloads; w++)
        workloads[w] = explanation_reaches(d, d->workload[w].service, i);
    const char *asked =
        explanation_names(e, d->workload, d->n_workloads, sizeof *d->workload, workloads);
    sheet_fact(&e->sheet, "workloads", "is asked for by", NAN, "%s", *asked ? asked : "nobody");
    if (d->service[i].class != NO_INDEX)
        sheet_fact(&e->sheet, "class", "is of class", NAN, "%s",
                   d->class[d->service[i].class].name);
    if (d->service[i].timeout > 0) {
        char text[NUMBER_SIZE];
        number_quantity((double)d->service[i].timeout, DIMENSION_TIME, text);
        sheet_fact(&e->sheet, "timeout_s", "is given up after",
                   (double)d->service[i].timeout * 1e-9, "%s, and tried again %u time%s", text,
                   d->service[i].retries, d->service[i].retries == 1 ? "" : "s");
    }
    if (d->service[i].timeout == 0 && d->service[i].retries > 0)
        sheet_fact(&e->sheet, "retries", "is tried again", d->service[i].retries,
                   "%u time%s, where it was refused or left", d->service[i].retries,
                   d->service[i].retries == 1 ? "" : "s");
    sheet_table(&e->sheet, "steps", "What one request does");
    sheet_column(&e->sheet, "step", "step", TABLE_LEFT);
    sheet_column(&e->sheet, "verb", "verb", TABLE_LEFT);
    sheet_column(&e->sheet, "role", "role", TABLE_LEFT);
    sheet_column(&e->sheet, "amount", "on average", TABLE_LEFT);
    sheet_column(&e->sheet, "times", "times", TABLE_LEFT);
    add_steps(e, d->service[i].step, d->service[i].n_steps, "");
    sheet_end(&e->sheet);
    mark_roles(d, d->service[i].step, d->service[i].n_steps, roles);
    explanation_roles(e, d, roles, partners);
    explanation_amounts(e, "services", m, 1);
    explanation_sources(e, &own);
}

/* The requests a second of all sources together. */
static void total_rate(struct explanation *e, uint32_t workload, const struct source_filter *f)
{
    const double *hour = &e->total[(size_t)workload * COURSE_HOURS];
    double mean = 0, users = 0;
    uint32_t busiest = 0;
    size_t n = 0;
    char at[16], mean_text[NUMBER_SIZE], text[NUMBER_SIZE];
    for (uint32_t h = 0; h < COURSE_HOURS; h++)
        busiest = hour[h] > hour[busiest] ? h : busiest;
    for (uint32_t i = 0; i < e->d->n_sources; i++)
        if (explanation_matches(e, i, f)) {
            mean += e->rate[i].mean_per_s;
            users += (double)e->d->source[i].users;
            n++;
        }
    if (e->d->workload[workload].kind == WORKLOAD_SCHEDULED) {
        number_quantity(mean, DIMENSION_RATE, text);
        sheet_fact(&e->sheet, "mean_per_s", "asks", mean, "%s, %zu source%s together", text, n,
                   n == 1 ? "" : "s");
        return;
    }
    number_plain(mean, mean_text);
    if (e->d->workload[workload].kind == WORKLOAD_CLOSED) {
        number_count(users, text);
        sheet_fact(&e->sheet, "users", "users", users, "%s, in %zu place%s", text, n,
                   n == 1 ? "" : "s");
    }
    sheet_fact(&e->sheet, "mean_per_s", "asks", mean, "%s requests a second on average%s",
               mean_text, e->d->workload[workload].kind == WORKLOAD_CLOSED ? ", at most" : "");
    if (hour[busiest] > 0) {
        station_hour(busiest, at);
        number_plain(hour[busiest], text);
        sheet_fact(&e->sheet, "busiest_per_s", "at its busiest", hour[busiest],
                   "%s requests a second, %s", text, at);
    }
}

static const char *kind_text(enum workload_kind kind)
{
    switch (kind) {
    case WORKLOAD_OPEN:
        return "open: requests at random, whatever becomes of the earlier ones";
    case WORKLOAD_CLOSED:
        return "closed: each user asks, waits for the answer, and thinks";
    case WORKLOAD_SCHEDULED:
        return "scheduled: a job in each period";
    }
    return "";
}

void explain_workload(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->workload, d->n_workloads, sizeof *d->workload, m->key);
    const struct source_filter own = {i, ANY, ANY, ANY};
    if (i == NO_INDEX)
        return;
    const struct workload *w = &d->workload[i];
    sheet_fact(&e->sheet, "kind", "is", NAN, "%s", kind_text(w->kind));
    sheet_fact(&e->sheet, "service", "asks for", NAN, "%s", d->service[w->service].name);
    sheet_fact(&e->sheet, "profile", "over the week", NAN, "%s",
               w->kind == WORKLOAD_SCHEDULED ? "when its window opens"
                                             : EXPLANATION_NAME(d->profile, w->profile, "level"));
    if (w->kind == WORKLOAD_CLOSED) {
        char text[NUMBER_SIZE];
        number_quantity(w->think.mean.value, DIMENSION_TIME, text);
        if (w->think.mean.of == ATTRIBUTE_NONE)
            sheet_fact(&e->sheet, "think_s", "thinks", w->think.mean.value * 1e-9, "%s on average",
                       text);
    }
    if (d->demand != 1) {
        char text[NUMBER_SIZE];
        number_count(d->demand, text);
        sheet_fact(&e->sheet, "demand", "times", d->demand, "%s, the factor demand", text);
    }
    total_rate(e, i, &own);
    explanation_amounts(e, "workloads", m, 1);
    explanation_sources(e, &own);
}

void explain_profile(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->profile, d->n_profiles, sizeof *d->profile, m->key);
    if (i == NO_INDEX)
        return;
    const double *week = d->profile[i].week;
    double sum = 0, monday = 0;
    uint32_t most = 0;
    char at[16], text[NUMBER_SIZE], mean[NUMBER_SIZE];
    for (uint32_t h = 0; h < COURSE_HOURS; h++) {
        sum += week[h];
        monday += h < 24 ? week[h] : 0;
        most = week[h] > week[most] ? h : most;
    }
    station_hour(most, at);
    number_plain(week[most], text);
    sheet_fact(&e->sheet, "most", "most", week[most], "%s, first at %s", text, at);
    number_plain(sum / COURSE_HOURS, mean);
    sheet_fact(&e->sheet, "mean", "mean", sum / COURSE_HOURS, "%s over an ordinary week", mean);
    number_plain(week[most] * COURSE_HOURS / sum, text);
    sheet_fact(&e->sheet, "peak_to_mean", "of a rate", week[most] * COURSE_HOURS / sum,
               "the busiest hour has %s times the mean", text);
    number_plain(monday, text);
    if (week[most] <= 1) /* else it is no share signed on */
        sheet_fact(&e->sheet, "hours_a_weekday", "of users", monday,
                   "each is signed on for %s hours a weekday", text);
    for (size_t w = 0; w < d->n_workloads; w++)
        if (d->workload[w].profile == i)
            sheet_fact(&e->sheet, d->workload[w].name, "shapes", NAN, "workload %s",
                       d->workload[w].name);
}

void explain_hours(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->hours, d->n_hours, sizeof *d->hours, m->key);
    if (i == NO_INDEX)
        return;
    const struct hours *h = &d->hours[i];
    double open = 0;
    size_t n = 0;
    char text[NUMBER_SIZE], at[32];
    for (size_t k = 0; k < h->n_spans; k++) {
        psn_time from = h->span[k].open > 0 ? h->span[k].open : 0;
        psn_time to = h->span[k].close < d->horizon ? h->span[k].close : d->horizon;
        if (to <= from)
            continue;
        if (n++ == 0) {
            explanation_date(d, from, at);
            sheet_fact(&e->sheet, "first", "first open", NAN, "%s", at);
        }
        open += (double)(to - from);
    }
    number_quantity(open, DIMENSION_TIME, text);
    sheet_fact(&e->sheet, "open_s", "open in this run", open * 1e-9, "%s, in %zu span%s", text, n,
               n == 1 ? "" : "s");
    number_percent(open / (double)d->horizon, text);
    sheet_fact(&e->sheet, "share", "which is", open / (double)d->horizon, "%s %% of the time",
               text);
}

void explain_objective(struct explanation *e, const struct member *m)
{
    const struct description *d = e->d;
    uint32_t i = explanation_find(d->objective, d->n_objectives, sizeof *d->objective, m->key);
    if (i == NO_INDEX)
        return;
    const struct objective *o = &d->objective[i];
    bool time = description_figure_is_time(o->figure);
    size_t shown = 0, more = 0;
    char text[NUMBER_SIZE];
    number_with_unit(time ? o->limit * 1e-9 : o->limit, time ? "s" : "1", text);
    sheet_fact(&e->sheet, "figure", "judges", NAN, "%s", o->text);
    sheet_fact(&e->sheet, o->at_most ? "at_most" : "at_least", o->at_most ? "at most" : "at least",
               time ? o->limit * 1e-9 : o->limit, "%s", text);
    sheet_fact(&e->sheet, "hours", "in the hours", NAN, "%s",
               EXPLANATION_NAME(d->hours, o->hours, "always"));
    sheet_table(&e->sheet, "targets", "Its targets");
    sheet_column(&e->sheet, "target", "target", TABLE_LEFT);
    sheet_column(&e->sheet, "partner", "of", TABLE_LEFT);
    sheet_column(&e->sheet, "takes_part", "takes part", TABLE_LEFT);
    for (size_t k = 0; k < d->n_targets; k++) {
        const struct target *t = &d->target[k];
        if (t->objective != i)
            continue;
        if (shown == TARGETS_MOST && !e->sheet.json) {
            more++;
            continue;
        }
        shown++;
        sheet_text(&e->sheet, "%s", t->name);
        sheet_text(&e->sheet, "%s", EXPLANATION_NAME(d->partner, t->partner, "all together"));
        sheet_yes(&e->sheet, t->exists);
    }
    sheet_end(&e->sheet);
    if (more)
        fprintf(e->sheet.page.out, "%zu more; --json has them.\n", more);
}
