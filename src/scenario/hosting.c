/* SPDX-License-Identifier: Apache-2.0
 * Hosting: who provides each role for each partner in the arrangement in use, and whether that is
 * all that a workload needs. */
#include <string.h>

#include "scenario/describe.h"

/* The machine of that name; kind MACHINE_NONE with the mistake told where there is none. */
static struct machine find_machine(struct reading *r, const char *name, psn_place place)
{
    struct machine m = {
        .kind = MACHINE_NONE, .index = NO_INDEX, .share = 1, .place = reading_place(r, place)};
    const struct {
        const struct entries *entries;
        enum machine_kind kind;
    } of[] = {{&r->pools, MACHINE_POOL}, {&r->arrays, MACHINE_ARRAY}, {&r->sites, MACHINE_SITE}};
    char quoted[NODE_QUOTE];
    const char *near = "";
    for (size_t i = 0; i < 3; i++) {
        m.index = entries_find(of[i].entries, name);
        if (m.index != NO_INDEX) {
            m.kind = of[i].kind;
            return m;
        }
    }
    for (size_t i = 0; i < 3 && *near == '\0'; i++)
        near = reading_hint(r, name, of[i].entries->name, of[i].entries->n);
    reading_mistake(r, place,
                    "\"%s\" is no machine%s; expected a name of the sections \"compute\", "
                    "\"desks\", \"storage\" or \"sites\"",
                    node_quote(name, quoted), near);
    return m;
}

/* Several machines, each with its share of the requests: a chain in the order of names. */
static struct machine find_shares(struct reading *r, const struct node *map)
{
    struct entries e;
    struct machine chain = {.kind = MACHINE_NONE, .index = NO_INDEX, .share = 1};
    reading_members(r, map, &e);
    struct machine *m = reading_keep(r, e.n, sizeof *m);
    if (r->exhausted || e.n == 0)
        return chain;
    for (size_t i = e.n; i-- > 0;) {
        m[i] = find_machine(r, e.name[i], e.member[i]->place);
        reading_plain(r, e.member[i]->value, DIMENSION_SHARE, BOUND_POSITIVE, &m[i].share);
        m[i].next = i + 1 < e.n ? &m[i + 1] : NULL;
    }
    return m[0];
}

static struct machine no_machine(struct reading *r, psn_place place)
{
    return (struct machine){
        .kind = MACHINE_NONE, .index = NO_INDEX, .share = 1, .place = reading_place(r, place)};
}

static struct machine find_one(struct reading *r, const struct node *n)
{
    if (n->kind != NODE_SCALAR || node_is_none(n))
        return no_machine(r, n->place);
    return find_machine(r, n->text, n->place);
}

/* Rule 6: one, a list in order of preference (the first that is there), or shares. */
static struct machine find_choice(struct reading *r, const struct node *n)
{
    if (n->kind == NODE_MAP)
        return find_shares(r, n);
    if (n->kind != NODE_LIST || n->count < 2)
        return find_one(r, n->kind == NODE_LIST && n->count == 1 ? n->item[0] : n);
    struct machine *m = reading_keep(r, n->count, sizeof *m);
    if (r->exhausted)
        return no_machine(r, n->place);
    for (size_t i = n->count; i-- > 0;) {
        m[i] = find_one(r, n->item[i]);
        m[i].otherwise = i + 1 < n->count ? &m[i + 1] : NULL;
    }
    return m[0];
}

/* Writes one partner's (or all partners') roles into the table. */
static void place_roles(struct reading *r, const struct node *roles, uint32_t partner, bool all,
                        bool in_use)
{
    struct description *d = r->out;
    if (roles->kind != NODE_MAP) {
        if (!node_is_none(roles))
            reading_mistake(r, roles->place,
                            "hosting is %s; expected roles with their machines, such "
                            "as {app: servers, db: san}",
                            node_kind_name(roles));
        return;
    }
    for (size_t i = 0; i < roles->count; i++) {
        struct machine m = find_choice(r, roles->member[i].value);
        uint32_t role = describe_role(d, roles->member[i].key);
        if (!in_use || role == NO_INDEX)
            continue;
        for (uint32_t p = all ? 0 : partner; p < (all ? d->n_partners : partner + 1); p++)
            d->hosting[p * d->n_roles + role] = m;
    }
}

static void read_arrangement(struct reading *r, const struct member *arrangement, bool in_use)
{
    const struct node *hosting = node_get(arrangement->value, "hosting");
    if (hosting == NULL || hosting->kind != NODE_MAP)
        return; /* a service without roles needs none; what is needed is checked where it is used */
    const struct node *all = node_get(hosting, "all");
    if (all != NULL)
        place_roles(r, all, 0, true, in_use);
    for (size_t i = 0; i < hosting->count;
         i++) { /* a partner's own roles go before those of `all` */
        const struct member *m = &hosting->member[i];
        if (m->value == all)
            continue;
        uint32_t partner = entries_find(&r->partners, m->key);
        if (partner == NO_INDEX)
            reading_mistake(r, m->place,
                            "hosting for \"%s\", which is no partner%s; expected a name of "
                            "the section \"partners\", or all",
                            m->key, reading_hint(r, m->key, r->partners.name, r->partners.n));
        place_roles(r, m->value, partner, false, in_use && partner != NO_INDEX);
    }
}

void describe_hosting(struct reading *r)
{
    struct description *d = r->out;
    d->hosting = reading_keep(r, d->n_partners * d->n_roles, sizeof *d->hosting);
    for (size_t i = 0; i < d->n_partners * d->n_roles && !r->exhausted; i++)
        d->hosting[i].index = NO_INDEX;
    for (uint32_t i = 0; i < r->arrangements.n && !r->exhausted; i++)
        read_arrangement(r, r->arrangements.member[i], i == r->arrangement);
}

/* Does the machine take part in the arrangement, for a time within the run at least? */
static bool machine_exists(const struct description *d, const struct machine *m)
{
    switch (m->kind) {
    case MACHINE_POOL:
        return d->pool[m->index].exists;
    case MACHINE_ARRAY:
        return d->array[m->index].exists;
    case MACHINE_SITE:
        return d->site[m->index].exists;
    case MACHINE_NONE:
        break;
    }
    return false;
}

uint32_t hosting_site(const struct description *d, uint32_t partner, uint32_t role, psn_time at)
{
    return description_machine_site(d, description_host(d, partner, role, at));
}

bool hosting_uses(const struct description *d, uint32_t partner, uint32_t pool)
{
    if (!d->partner[partner].exists)
        return false;
    for (size_t k = 0; k < d->n_roles; k++) {
        for (const struct machine *m = &d->hosting[partner * d->n_roles + k]; m;
             m = m->next ? m->next : m->otherwise)
            if (m->kind == MACHINE_POOL && m->index == pool)
                return true;
    }
    return false;
}

/* What a workload of a partner asks of the hosting at a time. */
struct need {
    uint32_t workload, service, partner;
    psn_time at;
    bool tell; /* mistakes; else machines are only counted */
    size_t present, absent, missing;
};

/* The machine takes part in the arrangement, but is not there all the time that it is needed. */
static void tell_absence(struct reading *r, const struct need *need, const struct step *s,
                         const struct machine *m)
{
    const struct description *d = r->out;
    bool ever = machine_exists(d, m);
    char when[32] = "";
    if (ever)
        reading_date(r, need->at, when, sizeof when);
    reading_mistake(r, m->place,
                    "role \"%s\" of partner \"%s\" is hosted on \"%s\", which %s%s%s\"%s\"; "
                    "expected a machine that %s",
                    d->role[s->role], d->partner[need->partner].name,
                    description_machine_name(d, m), ever ? "is not there on " : "takes no part in ",
                    when, ever ? " in arrangement " : "arrangement ", d->arrangement,
                    ever ? "is, or a list in order of preference such as [old-san, new-san]"
                         : "does");
}

/* Can the machine do what the step asks of it? */
static void check_machine(struct reading *r, const char *service, const struct step *s,
                          const struct machine *m)
{
    const struct description *d = r->out;
    const struct pool *pool = m->kind == MACHINE_POOL ? &d->pool[m->index] : NULL;
    const char *role = d->role[s->role], *name = description_machine_name(d, m);
    const char *what = pool == NULL ? "" : pool->desk ? "desk " : "pool ";
    bool desk = s->verb == STEP_DESK;
    if (s->verb == STEP_STREAM)
        return; /* between sites, whatever stands there */
    if (s->verb != STEP_COMPUTE && !desk) {
        if (pool != NULL)
            reading_mistake(r, m->place,
                            "service \"%s\" %s role \"%s\", which %s\"%s\" provides; expected an "
                            "array of the section \"storage\", or a site",
                            service, s->verb == STEP_READ ? "reads" : "writes", role, what, name);
    } else if (pool == NULL || pool->desk != desk) {
        reading_mistake(r, m->place,
                        "service \"%s\" %s role \"%s\", which %s\"%s\" provides; expected a %s of "
                        "the section \"%s\"",
                        service, desk ? "goes to the desk of" : "computes on", role, what, name,
                        desk ? "desk" : "pool", desk ? "desks" : "compute");
    } else if (s->impatient && !description_has_room(pool->discipline)) {
        reading_mistake(r, s->place,
                        "service \"%s\" has patience at pool \"%s\", where every job is served at "
                        "once; expected it without, or a pool with discipline fifo, priority or "
                        "preemptive",
                        service, name);
    }
}

static void need_machine(struct reading *r, struct need *need, const struct step *s,
                         const struct machine *m)
{
    const struct description *d = r->out;
    bool there = description_machine_there(d, m, need->at);
    need->present += there;
    need->missing += m->kind == MACHINE_NONE;
    need->absent += m->kind != MACHINE_NONE && !there;
    if (!need->tell)
        return;
    const char *role = d->role[s->role], *partner = d->partner[need->partner].name;
    if (m->kind == MACHINE_NONE)
        reading_mistake(r, d->workload[need->workload].place,
                        "role \"%s\" of service \"%s\" is hosted nowhere for partner \"%s\" in "
                        "arrangement \"%s\"; expected it in the arrangement's hosting",
                        role, d->service[need->service].name, partner, d->arrangement);
    else if (!there)
        tell_absence(r, need, s, m);
    else
        check_machine(r, d->service[need->service].name, s, m);
}

static void need_role(struct reading *r, struct need *need, const struct step *s)
{
    const struct description *d = r->out;
    for (const struct machine *m = description_host(d, need->partner, s->role, need->at); m;
         m = m->next)
        need_machine(r, need, s, m);
}

static void need_steps(struct reading *r, struct need *need, const struct step *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i].role != NO_INDEX)
            need_role(r, need, &s[i]);
        if (need->tell && s[i].n_branches == 0)
            reading_attribute(r, &s[i].amount.mean, need->partner);
        if (s[i].verb == STEP_CALL && s[i].service != NO_INDEX &&
            r->out->service[s[i].service].n_all > 0) {
            const struct service *called = &r->out->service[s[i].service];
            need_steps(r, need, called->step, called->n_steps);
        }
        for (size_t k = 0; k < s[i].n_branches; k++)
            need_steps(r, need, s[i].branch[k].step, s[i].branch[k].n_steps);
    }
}

/* The times at which what is needed may change: when the workload begins to ask, and every later
 * epoch in which it does. Returns PSN_NEVER after the last. */
static psn_time next_time(const struct description *d, const struct span *asks, psn_time after)
{
    if (after < asks->open)
        return asks->open < asks->close ? asks->open : PSN_NEVER;
    for (size_t i = 0; i < d->n_epochs; i++)
        if (d->epoch[i] > after)
            return d->epoch[i] < asks->close ? d->epoch[i] : PSN_NEVER;
    return PSN_NEVER;
}

void hosting_check(struct reading *r, uint32_t workload, uint32_t partner, bool *exists)
{
    const struct description *d = r->out;
    const struct span asks = span_common(d->workload[workload].there, r->partner_there[partner]);
    struct need need = {
        .workload = workload, .service = d->workload[workload].service, .partner = partner};
    *exists = false;
    if (need.service == NO_INDEX || r->arrangement == NO_INDEX)
        return;
    const struct service *s = &d->service[need.service];
    for (psn_time t = next_time(d, &asks, -1); t != PSN_NEVER; t = next_time(d, &asks, t)) {
        need.at = t;
        need_steps(r, &need, s->step, s->n_steps);
    }
    if (need.absent > 0 && need.present + need.missing == 0)
        return; /* the whole service is left out of this arrangement */
    need.tell = true;
    size_t before = r->all->count + r->all->dropped;
    for (psn_time t = next_time(d, &asks, -1); t != PSN_NEVER; t = next_time(d, &asks, t)) {
        need.at = t;
        if (r->all->count + r->all->dropped == before)
            need_steps(r, &need, s->step, s->n_steps);
    }
    *exists = need.absent + need.missing == 0;
}

/* The list without those that the arrangement leaves out; none where all of a list, or one of those
 * with shares, is. */
static struct machine settle(const struct description *d, struct machine m)
{
    while (m.otherwise != NULL && !machine_exists(d, &m))
        m = *m.otherwise;
    for (const struct machine *part = &m; part != NULL; part = part->next)
        if (!machine_exists(d, part))
            return (struct machine){
                .kind = MACHINE_NONE, .index = NO_INDEX, .share = 1, .place = m.place};
    return m;
}

void hosting_settle(struct reading *r)
{
    struct description *d = r->out;
    for (size_t i = 0; i < d->n_partners * d->n_roles; i++)
        d->hosting[i] = settle(d, d->hosting[i]);
}
