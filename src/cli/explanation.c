/* SPDX-License-Identifier: Apache-2.0
 * The loads of a scenario for check --explain, and the tables that several kinds of entries have.
 */
#include "cli/explanation.h"

#include <math.h>
#include <string.h>

#include "cli/number.h"
#include "scenario/civil.h"

/* A table for people has no more rows of sources; JSON has all. */
#define ROWS_MOST 24
/* Nor does a list of names have more. */
#define NAMES_MOST 6

/* Adds one source to what its workload asks of every station. */
static int add_source(void *context, const struct source_load *s)
{
    struct explanation *e = context;
    const struct description *d = e->d;
    uint32_t workload = d->source[s->source].workload;
    struct source_rate *r = &e->rate[s->source];
    *r = (struct source_rate){true, s->alone_ns, s->mean_per_s, NAN, s->busiest_hour};
    if (s->rate)
        r->busiest_per_s = s->rate[s->busiest_hour];
    for (size_t h = 0; s->rate && h < COURSE_HOURS; h++)
        e->total[(size_t)workload * COURSE_HOURS + h] += s->rate[h];
    for (size_t t = 0; t < e->load.n_stations; t++) {
        struct station_use *u = &e->use[t * d->n_workloads + workload];
        const struct station_load *load = &e->load.station[t];
        double demand_s = s->demand[t] * 1e-9;
        if (demand_s <= 0)
            continue;
        u->sources++;
        u->mean += isinf(load->supply) ? NAN : s->mean_per_s * demand_s / load->supply;
        u->busiest += s->rate && !isinf(load->supply)
                          ? s->rate[load->busiest_hour] * demand_s / load->busiest_supply
                          : NAN;
        u->work += s->mean_per_s * s->demand[t];
        u->requests += s->mean_per_s;
    }
    return 0;
}

int explanation_init(struct explanation *e, const struct scenario *s, const struct description *d,
                     psn_diagnostics *all)
{
    *e = (struct explanation){.scenario = s, .d = d};
    int code = laws_report(d, &e->load, all);
    if (code)
        return code;
    e->rate = arena_array(&e->memory, d->n_sources + 1, sizeof *e->rate);
    e->total = arena_array(&e->memory, d->n_workloads * COURSE_HOURS + 1, sizeof *e->total);
    e->use = arena_array(&e->memory, e->load.n_stations * d->n_workloads + 1, sizeof *e->use);
    if (!e->rate || !e->total || !e->use)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    return laws_sources(d, add_source, e, all);
}

void explanation_fini(struct explanation *e)
{
    laws_fini(&e->load);
    arena_fini(&e->memory);
}

uint32_t explanation_find(const void *list, size_t n, size_t size, const char *name)
{
    for (size_t i = 0; i < n; i++) {
        const char *own;
        memcpy(&own, (const char *)list + i * size, sizeof own);
        if (strcmp(own, name) == 0)
            return (uint32_t)i;
    }
    return NO_INDEX;
}

const char *explanation_names(struct explanation *e, const void *list, size_t n, size_t size,
                              const bool *in)
{
    const char *text = "";
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < n && text; i++) {
        const char *name;
        memcpy(&name, (const char *)list + i * size, sizeof name);
        if (!in[i])
            continue;
        if (shown == NAMES_MOST && !e->sheet.json) {
            more++;
            continue;
        }
        text = arena_format(&e->memory, "%s%s%s", text, shown ? ", " : "", name);
        shown++;
    }
    if (more && text)
        text = arena_format(&e->memory, "%s and %zu more", text, more);
    if (!text)
        e->sheet.code = PSN_EMEMORY;
    return text ? text : "";
}

static bool steps_reach(const struct description *d, const struct step *step, size_t n,
                        uint32_t service)
{
    for (size_t i = 0; i < n; i++) {
        if (step[i].verb == STEP_CALL && explanation_reaches(d, step[i].service, service))
            return true;
        for (size_t b = 0; b < step[i].n_branches; b++)
            if (steps_reach(d, step[i].branch[b].step, step[i].branch[b].n_steps, service))
                return true;
    }
    return false;
}

bool explanation_reaches(const struct description *d, uint32_t from, uint32_t service)
{
    return from == service ||
           steps_reach(d, d->service[from].step, d->service[from].n_steps, service);
}

void explanation_date(const struct description *d, psn_time t, char text[32])
{
    static const char *const day[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    psn_time of_day = d->start_of_week % PSN_DAY + t;
    int64_t days = d->start_day + of_day / PSN_DAY;
    struct civil date = civil_date(days);
    snprintf(text, 32, "%s %04d-%02u-%02u %02d:%02d", day[civil_weekday(days)], date.year,
             date.month, date.day, (int)(of_day % PSN_DAY / PSN_HOUR),
             (int)(of_day % PSN_HOUR / PSN_MINUTE));
}

bool explanation_matches(const struct explanation *e, uint32_t source,
                         const struct source_filter *f)
{
    const struct source *s = &e->d->source[source];
    return (f->workload == NO_INDEX || f->workload == s->workload) &&
           (f->service == NO_INDEX ||
            explanation_reaches(e->d, e->d->workload[s->workload].service, f->service)) &&
           (f->partner == NO_INDEX || f->partner == s->partner) &&
           (f->site == NO_INDEX || f->site == s->site) && e->rate[source].known;
}

/* What the source is: "177 users", "a Poisson process", "7 jobs, one in 1 d". */
static void add_demand(struct sheet *t, const struct description *d, const struct source *s)
{
    char text[NUMBER_SIZE], every[NUMBER_SIZE];
    switch (d->workload[s->workload].kind) {
    case WORKLOAD_CLOSED:
        number_count((double)s->users, text);
        sheet_text(t, "%s users", text);
        break;
    case WORKLOAD_SCHEDULED:
        number_count((double)s->n_releases, text);
        number_quantity((double)s->every, DIMENSION_TIME, every);
        sheet_text(t, "%s jobs, 1 in %s", text, every);
        break;
    case WORKLOAD_OPEN:
    default:
        sheet_text(t, "at random");
        break;
    }
}

/* Requests a second; of scheduled jobs in a unit that suits them. */
static void add_rate(struct sheet *t, double per_s, bool scheduled)
{
    char text[NUMBER_SIZE];
    if (scheduled && !isnan(per_s))
        number_quantity(per_s, DIMENSION_RATE, text);
    else
        number_plain(per_s, text);
    sheet_number(t, per_s, scheduled || isnan(per_s) ? text : table_text(&t->table, "%s /s", text));
}

static void add_source_row(struct explanation *e, uint32_t i, const struct source_filter *f)
{
    const struct description *d = e->d;
    const struct source *s = &d->source[i];
    const struct source_rate *r = &e->rate[i];
    struct sheet *t = &e->sheet;
    char hour[16] = "–", alone[NUMBER_SIZE];
    number_quantity(r->alone_ns, DIMENSION_TIME, alone);
    if (!isnan(r->busiest_per_s))
        station_hour(r->busiest_hour, hour);
    if (f->workload == NO_INDEX)
        sheet_text(t, "%s", d->workload[s->workload].name);
    if (f->partner == NO_INDEX)
        sheet_text(t, "%s", d->partner[s->partner].name);
    sheet_text(t, "%s", d->site[s->site].name);
    add_demand(t, d, s);
    add_rate(t, r->mean_per_s, isnan(r->busiest_per_s));
    add_rate(t, r->busiest_per_s, isnan(r->busiest_per_s));
    sheet_text(t, "%s", hour);
    sheet_number(t, r->alone_ns * 1e-9, alone);
}

void explanation_sources(struct explanation *e, const struct source_filter *f)
{
    struct sheet *t = &e->sheet;
    size_t shown = 0, more = 0;
    sheet_table(t, "sources", "Who asks, from where, how often");
    if (f->workload == NO_INDEX)
        sheet_column(t, "workload", "workload", TABLE_LEFT);
    if (f->partner == NO_INDEX)
        sheet_column(t, "partner", "partner", TABLE_LEFT);
    sheet_column(t, "site", "at", TABLE_LEFT);
    sheet_column(t, "demand", "who", TABLE_LEFT);
    sheet_column(t, "mean_per_s", "mean", TABLE_RIGHT);
    sheet_column(t, "busiest_per_s", "busiest", TABLE_RIGHT);
    sheet_column(t, "busiest_hour", "which is", TABLE_LEFT);
    sheet_column(t, "alone_s", "takes\nalone", TABLE_RIGHT);
    for (uint32_t i = 0; i < e->d->n_sources; i++) {
        if (!explanation_matches(e, i, f))
            continue;
        if (shown == ROWS_MOST && !t->json) {
            more++;
            continue;
        }
        shown++;
        add_source_row(e, i, f);
    }
    sheet_end(t);
    if (more)
        fprintf(t->page.out, "%zu more; --json has them.\n", more);
}

/* One workload at one station. */
static void add_use(struct explanation *e, size_t station, uint32_t workload, bool direction)
{
    const struct description *d = e->d;
    const struct station_use *u = &e->use[station * d->n_workloads + workload];
    struct sheet *t = &e->sheet;
    char name[STATION_NAME_SIZE], text[NUMBER_SIZE];
    double takes = u->requests > 0 ? u->work / u->requests : 0;
    if (direction) {
        const struct link *link = &d->link[(station - d->n_pools - d->n_arrays) / 2];
        model_station_name(d, station, name, sizeof name);
        sheet_text(t, "%s", name);
        takes *= link->bandwidth_bps * 1e-9;
    }
    sheet_text(t, "%s", d->workload[workload].name);
    sheet_number(t, u->sources, (number_count(u->sources, text), text));
    number_quantity(takes, direction ? DIMENSION_SIZE : DIMENSION_TIME, text);
    sheet_number(t, direction ? takes : takes * 1e-9, text);
    number_percent(u->mean, text);
    sheet_number(t, u->mean, text);
    number_percent(u->busiest, text);
    sheet_number(t, u->busiest, isnan(u->busiest) ? "bulk" : text); /* takes what is left over */
}

void explanation_uses(struct explanation *e, size_t first, size_t n, bool direction)
{
    const struct description *d = e->d;
    struct sheet *t = &e->sheet;
    sheet_table(t, "uses", direction ? "What goes over it" : "What it is asked for");
    if (direction)
        sheet_column(t, "direction", "direction", TABLE_LEFT);
    sheet_column(t, "workload", "workload", TABLE_LEFT);
    sheet_column(t, "sources", "sources", TABLE_RIGHT);
    sheet_column(t, direction ? "bits" : "takes_s",
                 direction ? "a request\nsends" : "a request\ntakes", TABLE_RIGHT);
    sheet_column(t, "offered", "mean\nload, %", TABLE_DECIMAL);
    sheet_column(t, "busiest", "busiest\nhour, %", TABLE_DECIMAL);
    for (size_t i = first; i < first + n; i++)
        for (uint32_t w = 0; w < d->n_workloads; w++)
            if (e->use[i * d->n_workloads + w].sources)
                add_use(e, i, w, direction);
    sheet_end(t);
    sheet_table(t, "stations", NULL);
    sheet_column(t, "station", "station", TABLE_LEFT);
    sheet_column(t, "busiest", "busiest\nhour, %", TABLE_DECIMAL);
    sheet_column(t, "busiest_hour", "which is", TABLE_LEFT);
    sheet_column(t, "saturates", "saturates at\ndemand ×", TABLE_DECIMAL);
    for (size_t i = first; i < first + n; i++) {
        const struct station_load *s = &e->load.station[i];
        char name[STATION_NAME_SIZE], hour[16], busiest[NUMBER_SIZE], saturates[NUMBER_SIZE];
        if (!station_is_used(s))
            continue;
        model_station_name(d, i, name, sizeof name);
        station_hour(s->busiest_hour, hour);
        number_percent(s->busiest, busiest);
        number_plain(s->saturates, saturates);
        sheet_text(t, "%s", name);
        sheet_number(t, s->busiest, busiest);
        sheet_text(t, "%s", hour);
        sheet_number(t, s->saturates, saturates);
    }
    sheet_end(t);
}

/* "joint-servers", "a 70 %, b 30 %", "a, else b", "none". */
static const char *machine_text(struct explanation *e, const struct description *d,
                                const struct machine *m)
{
    const char *text = "";
    const char *between = "";
    while (m && text) {
        char share[NUMBER_SIZE];
        number_quantity(m->share, DIMENSION_SHARE, share);
        text = arena_format(&e->memory, "%s%s%s%s%s", text, between, description_machine_name(d, m),
                            m->share < 1 ? " " : "", m->share < 1 ? share : "");
        between = m->otherwise ? ", else " : ", ";
        m = m->otherwise ? m->otherwise : m->next;
    }
    if (!text)
        e->sheet.code = PSN_EMEMORY;
    return text ? text : "";
}

/* The same machines in the same shares, or in the same order? */
static bool same_machine(const struct machine *a, const struct machine *b)
{
    while (a && b && a->kind == b->kind && a->index == b->index && a->share == b->share) {
        if (!a->otherwise != !b->otherwise)
            return false;
        a = a->otherwise ? a->otherwise : a->next;
        b = b->otherwise ? b->otherwise : b->next;
    }
    return !a && !b;
}

static const char *site_text(const struct description *d, const struct machine *m)
{
    uint32_t site = description_machine_site(d, m);
    for (const struct machine *k = m; k; k = k->otherwise ? k->otherwise : k->next)
        if (description_machine_site(d, k) != site)
            return "several";
    return EXPLANATION_NAME(d->site, site, "–");
}

void explanation_roles(struct explanation *e, const struct description *d, const bool *roles,
                       const bool *partners)
{
    struct sheet *t = &e->sheet;
    bool *same = arena_array(&e->memory, d->n_partners + 1, sizeof *same);
    bool *done = arena_array(&e->memory, d->n_partners + 1, sizeof *done);
    if (!same || !done) {
        t->code = PSN_EMEMORY;
        return;
    }
    sheet_table(t, "roles", "Who provides the roles");
    sheet_column(t, "role", "role", TABLE_LEFT);
    sheet_column(t, "partners", "for", TABLE_LEFT);
    sheet_column(t, "machine", "machine", TABLE_LEFT);
    sheet_column(t, "site", "at", TABLE_LEFT);
    for (size_t r = 0; r < d->n_roles; r++) {
        memset(done, 0, d->n_partners * sizeof *done);
        for (size_t p = 0; p < d->n_partners && roles[r]; p++) {
            const struct machine *m = &d->hosting[p * d->n_roles + r];
            if (done[p] || !partners[p] || m->kind == MACHINE_NONE)
                continue;
            for (size_t q = 0; q < d->n_partners; q++) {
                const struct machine *other = &d->hosting[q * d->n_roles + r];
                same[q] = partners[q] && same_machine(m, other);
                done[q] = done[q] || same[q];
            }
            sheet_text(t, "%s", d->role[r]);
            sheet_text(t, "%s",
                       explanation_names(e, d->partner, d->n_partners, sizeof *d->partner, same));
            sheet_text(t, "%s", machine_text(e, d, m));
            sheet_text(t, "%s", site_text(d, m));
        }
    }
    sheet_end(t);
}

void explanation_takes_part(struct explanation *e, bool exists)
{
    const char *text =
        arena_format(&e->memory, "%s, in arrangement %s", exists ? "yes" : "no", e->d->arrangement);
    sheet_flag(&e->sheet, "takes_part", "takes part", exists, text ? text : "");
}

void explanation_belongs_to(struct explanation *e, uint32_t partner)
{
    if (partner != NO_INDEX)
        sheet_fact(&e->sheet, "partner", "belongs to", NAN, "%s", e->d->partner[partner].label);
}
