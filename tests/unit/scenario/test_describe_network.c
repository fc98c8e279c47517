/* SPDX-License-Identifier: Apache-2.0
 * What descriptions say of the network: classes, links, routes, what faults do to messages,
 * streams, and figures of classes. The town has links road (hall to barn) and boxes (box/1, box/2
 * to hall); its calls are of class voice. */
#include <math.h>

#include "town.h"

/* The town with more text, and this setting; it must be sound. */
static struct description *with(const char *set, const char *add)
{
    char *mistakes, *text = malloc(strlen(TOWN) + strlen(add) + 1);
    strcat(strcpy(text, TOWN), add);
    struct description *d = describing(text, &set, *set != '\0', &mistakes);
    cr_assert_null(mistakes, "%s%s: %s", set, add, mistakes);
    free(text);
    return d;
}

/* Classes: alarm, pager, rest, voice, work. Links: boxes/1, boxes/2, road. Sites: barn, box/1,
 * box/2, hall, pop. */
enum { ALARM, PAGER, REST, VOICE, WORK };
enum { BOX_1, BOX_2, ROAD };
enum { AT_BARN, AT_BOX_1, AT_BOX_2, AT_HALL, AT_POP };

Test(network_described, classes_where_nothing_is_said)
{
    struct description *d = town(NULL, 0);
    const struct service_class *voice = &d->class[VOICE], *work = &d->class[WORK];
    cr_assert_str_eq(voice->dscp, "EF");
    cr_assert_null(work->dscp);
    cr_assert(isnan(work->delay_target) && isnan(work->jitter_target) && isnan(work->loss_target));
    cr_assert(!work->flows && !work->early && work->window_bits == 0 && work->start_bits == 0);
    cr_assert_eq(work->resend, PSN_SECOND, "RFC 6298");
    cr_assert_eq(voice->resend, 0);
    cr_assert_eq(voice->limit, 0);
    cr_assert_eq(description_class(d, 0), VOICE);
    cr_assert_eq(description_class(d, 1), d->n_classes, "a service without one");
    description_free(d);
}

Test(network_described, classes)
{
    struct description *d = with("classes.voice={queue: strict, limit: 30 %, burst: 3 KB, delay: "
                                 "100 ms, jitter: 50 ms, loss: 0.1 %, resend: 20 ms}",
                                 "");
    const struct service_class *c = &d->class[VOICE];
    cr_assert_eq(c->limit, 0.3);
    cr_assert_eq(c->burst_bits, 24000);
    cr_assert_eq(c->delay_target, 100e6);
    cr_assert_eq(c->jitter_target, 50e6);
    cr_assert_eq(c->loss_target, 0.001);
    cr_assert_eq(c->resend, 20000000);
    description_free(d);
    d = with("classes.work={transfer: flows, window: 64 KB, start: 14600 B, resend: none, early: "
             "{from: 20 %, to: 60 %}}",
             "");
    c = &d->class[WORK];
    cr_assert(c->flows && c->early);
    cr_assert_eq(c->window_bits, 512000);
    cr_assert_eq(c->start_bits, 116800);
    cr_assert_eq(c->resend, 0);
    cr_assert_eq(c->early_from, 0.2);
    cr_assert_eq(c->early_to, 0.6);
    cr_assert_eq(c->early_most, 0.1);
    description_free(d);
}

Test(network_described, wrong_classes)
{
    check_wrong("classes.voice.limit=130 %", "", "a share of 130 %; expected 100 % or less");
    check_wrong("classes.voice.limit=0 %", "", "zero");
    check_wrong("classes.voice.burst=30 KB", "", "class \"voice\" has a burst, and no limit");
    check_wrong("classes.voice={queue: strict, limit: 30 %, burst: 500 B}", "",
                "a burst of 500 bytes, which lets no packet through");
    check_wrong("classes.voice.transfer=flows", "", "class \"voice\" is strict and sends flows");
    check_wrong("classes.work.early={from: 60 %, to: 20 %}", "",
                "drops early from 60 % to 20 % of a buffer");
    check_wrong("classes.work.early={from: 60 %, to: 120 %}", "", "a share of 120 %");
    check_wrong("classes.work.early={from: 60 %}", "", "`to` is missing");
    check_wrong("classes.work={window: 10 KB, start: 20 KB}", "",
                "starts with 20000 bytes and has a window of 10000");
    check_wrong("classes.work.resend=0 s", "", "zero");
    check_wrong("classes.work.resend=never", "", "expected a time such as 40 ms, or none");
    check_wrong("classes.work.delay=0 s", "", "zero");
    check_wrong("classes.work.loss=200 %", "", "a share of 200 %");
    check_wrong("classes.work.transfer=streams", "", "expected messages or flows");
}

Test(network_described, links)
{
    struct description *d =
        with("links.road={between: [hall, barn], bandwidth: 10 Mbit/s, contract: 5 Mbit/s, buffer: "
             "250 KB, overhead: {packet: 73 B, share: 4 %}, loss: 0.1 %}",
             "");
    const struct link *l = &d->link[ROAD];
    cr_assert_eq(l->contract_bps, 5e6);
    cr_assert_eq(l->burst_bits, 1e5, "what 10 Mbit/s sends in 10 ms");
    cr_assert_eq(l->buffer_bits, 2e6);
    cr_assert_eq(l->overhead_bits, 584);
    cr_assert_eq(l->overhead_share, 0.04);
    cr_assert_eq(l->loss, 0.001);
    cr_assert(isnan(l->metric));
    l = &d->link[BOX_1];
    cr_assert_eq(l->contract_bps + l->burst_bits + l->buffer_bits + l->overhead_bits +
                     l->overhead_share + l->loss,
                 0);
    cr_assert_eq(l->n_capacities, 0);
    description_free(d);
    d = with("links.road={between: [hall, barn], bandwidth: 200 kbit/s, contract: 100 kbit/s}", "");
    cr_assert_eq(d->link[ROAD].burst_bits, PACKET_BITS, "a packet at least");
    description_free(d);
}

/* 1 Mbit/s, ten times as much from 20:00 to 08:00, nothing from 17:00 to 20:00; four days. */
Test(network_described, bandwidth_by_hours)
{
    struct description *d =
        with("links.road.during={night: {bandwidth: 10 Mbit/s}, late: {bandwidth: 0}}", "");
    const struct link *l = &d->link[ROAD];
    cr_assert_eq(l->bandwidth_bps, 1e7, "the most");
    cr_assert_eq(l->n_capacities, 1 + 4 * 3);
    static const struct {
        int64_t hour, servers;
        double speed;
    } first[] = {{0, 1, 1}, {8, 1, 0.1}, {17, 0, 1}, {20, 1, 1}, {32, 1, 0.1}};
    for (size_t i = 0; i < sizeof first / sizeof *first; i++) {
        cr_expect_eq(l->capacity[i].at, first[i].hour * PSN_HOUR);
        cr_expect_eq(l->capacity[i].servers, first[i].servers);
        if (first[i].servers)
            cr_expect_float_eq(l->capacity[i].speed, first[i].speed, 1e-15);
    }
    description_free(d);
    d = with("links.road.during={night: {bandwidth: 1 Mbit/s}}", "");
    cr_assert_eq(d->link[ROAD].n_capacities, 0, "the same as ever");
    description_free(d);
}

Test(network_described, wrong_links)
{
    check_wrong("links.road.contract=1 Mbit/s", "",
                "a contract of 1 Mbit/s for a line that sends 1 Mbit/s; expected less");
    check_wrong("links.boxes.contract=2 Mbit/s", "", "a contract of 2 Mbit/s");
    check_wrong("links.road.burst=10 KB", "", "a burst, and no contract");
    check_wrong("links.road={between: [hall, barn], bandwidth: 1 Mbit/s, contract: 1 kbit/s, "
                "burst: 100 B}",
                "", "a burst of 100 bytes");
    check_wrong("links.road.loss=100 %", "", "a line that loses all packets");
    check_wrong("links.road.buffer=0 B", "", "zero");
    check_wrong("links.road.overhead={packets: 3 B}", "", "did you mean packet?");
    check_wrong("links.road.overhead=73 B", "", "expected a map such as {packet: 73 B}");
    check_wrong("links.road.metric=0", "", "zero");
    check_wrong("links.road.metric=10", "", "has no metric, and link \"road\" has one");
    check_wrong("links.road.during={late: {bandwidth: 2 Mbit/s}, office: {bandwidth: 3 Mbit/s}}",
                "", "of link \"road\" are both open on 2011-09-05 17:00");
    check_wrong("links.road.during={night: {}}", "", "`bandwidth` is missing");
    check_wrong("links.road.during={never: {bandwidth: 1 Mbit/s}}", "", "\"never\" is not defined");
}

#define ROUTES(text) "routes: {" text "}\n"

Test(network_described, routes)
{
    struct description *d =
        with("", ROUTES("a: {from: [hall, box, hall], to: barn, via: [hall, barn]}, "
                        "b: {spread: equal}, c: {from: barn, via: hall}, "
                        "d: {from: box, to: pop, via: hall, only: [only]}"));
    cr_assert_eq(d->n_route_rules, 4);
    const struct route_rule *a = &d->route_rule[0], *b = &d->route_rule[1], *c = &d->route_rule[2];
    static const uint32_t from[] = {AT_BOX_1, AT_BOX_2, AT_HALL}, via[] = {AT_HALL, AT_BARN};
    cr_assert_eq(a->n_from, 3, "each once");
    cr_assert_eq(memcmp(a->from, from, sizeof from), 0, "in order");
    cr_assert_eq(a->n_to, 1);
    cr_assert_eq(a->n_via, 2);
    cr_assert_eq(memcmp(a->via, via, sizeof via), 0, "in the order of the way");
    cr_assert(!a->spread && b->spread && b->n_via == 0 && b->n_from == 0 && b->n_to == 0);
    cr_assert(c->n_from == 1 && c->n_to == 0 && c->via[0] == AT_HALL);
    description_free(d);
}

Test(network_described, routes_of_other_arrangements)
{
    static const char *const other =
        "{else: {hosting: {all: {app: front, sort: zone, people: help, db: disk}}}}";
    char *mistakes, *text = malloc(strlen(TOWN) + 500), *end;
    strcpy(text, TOWN);
    end = strstr(text, "arrangements: {only:");
    snprintf(end, 500,
             "arrangements: {only: {hosting: {all: {app: front, sort: zone, people: help, db: "
             "disk}}}, %s\nuse: {arrangement: only}\n%s",
             other + 1,
             ROUTES("a: {to: barn, via: hall, only: [else]}, b: {to: barn, via: box/1}"));
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_eq(d->n_route_rules, 1);
    cr_assert_str_eq(d->route_rule[0].name, "b");
    description_free(d);
    free(text);
}

Test(network_described, wrong_routes)
{
    check_wrong("", ROUTES("a: {from: hall}"), "route \"a\" has no way; expected one of via");
    check_wrong("", ROUTES("a: {via: hall, spread: equal}"), "both a way and a spread");
    check_wrong("", ROUTES("a: {from: hal, via: barn}"), "did you mean hall?");
    check_wrong("", ROUTES("a: {via: [barn, hall, barn]}"), "through site \"barn\" twice");
    check_wrong("", ROUTES("a: {via: box}"), "\"box\"");
    check_wrong("", ROUTES("a: {from: hall, to: hall, via: barn}"), "to itself");
    check_wrong("", ROUTES("a: {via: barn, until: 2011-09-06}"), "\"until\" says nothing");
    check_wrong("", ROUTES("a: {spread: all}"), "expected equal");
    check_wrong("", ROUTES("a: {to: barn, via: hall}, b: {from: box/1, via: hall}"),
                "routes \"a\" and \"b\" are both for messages from \"box/1\" to \"barn\"");
    check_wrong("", ROUTES("a: {spread: equal}, b: {via: hall}"), "are both for messages from");
    check_wrong("", ROUTES("a: {from: box, via: hall}, b: {from: [box/2, pop], spread: equal}"),
                "are both for messages from \"box/2\" to \"barn\"");
}

/* From the hall, and to the hall: no pair of sites is in both. Beside one for all others. */
Test(network_described, routes_that_do_not_meet)
{
    struct description *d = with(
        "", ROUTES("a: {from: hall, via: barn}, b: {to: hall, via: barn}, c: {spread: equal}"));
    cr_assert_eq(d->n_route_rules, 3);
    description_free(d);
}

#define FAULT(more) "faults: {f: {of: " more ", at: 2011-09-06, for: 1 h}}\n"

Test(network_described, flight)
{
    static const struct {
        const char *fault;
        psn_time reroute;
        bool lost;
        size_t n_links, n_stations;
    } list[] = {
        {FAULT("road"), PSN_SECOND, true, 1, 2},
        {FAULT("road, reroute: 50 ms"), 50000000, true, 1, 2},
        {FAULT("road, reroute: none"), PSN_NEVER, true, 1, 2},
        {FAULT("road, flight: held"), PSN_NEVER, false, 1, 2},
        {FAULT("road, flight: held, reroute: none"), PSN_NEVER, false, 1, 2},
        {FAULT("road, degrade: 50 %"), PSN_NEVER, false, 0, 2},
        {FAULT("barn"), PSN_SECOND, true, 1, 3},
        {FAULT("barn, degrade: 50 %"), PSN_NEVER, false, 0, 1},
        {FAULT("hall"), PSN_SECOND, true, 3, 9},
        {FAULT("box/1"), PSN_SECOND, true, 1, 2},
        {FAULT("front"), PSN_NEVER, false, 0, 1},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct description *d = with("", list[i].fault);
        const struct fault *f = &d->fault[0];
        cr_expect(f->exists, "%s", list[i].fault);
        cr_expect_eq(f->reroute, list[i].reroute, "%s", list[i].fault);
        cr_expect_eq(f->lost, list[i].lost, "%s", list[i].fault);
        cr_expect_eq(f->n_links, list[i].n_links, "%s", list[i].fault);
        cr_expect_eq(f->n_stations, list[i].n_stations, "%s: %zu", list[i].fault, f->n_stations);
        description_free(d);
    }
}

Test(network_described, wrong_flight)
{
    check_wrong("", FAULT("front, reroute: 1 s"),
                "fault \"f\" says reroute, and \"front\" carries no messages");
    check_wrong("", FAULT("[road, front], flight: held"), "\"front\" carries no messages");
    check_wrong("", FAULT("road, degrade: 50 %, flight: held"),
                "fault \"f\" says flight, and leaves \"road\" a part of its speed");
    check_wrong("", FAULT("road, flight: held, reroute: 1 s"),
                "holds what is in flight until the repair, and leads routes around it");
    check_wrong("", FAULT("road, flight: kept"), "expected lost or held");
    check_wrong("", FAULT("road, reroute: -1 s"), "negative");
}

#define STREAM(more) "services.plain.steps=[{stream: app" more "}]"

Test(network_described, streams)
{
    struct description *d =
        with(STREAM(", rate: 87 kbit/s, packet: 218 B, for: exp(3 min), ways: out"), "");
    const struct step *s = &d->service[1].step[0];
    cr_assert_eq(s->verb, STEP_STREAM);
    cr_assert_eq(s->rate_bps, 87000);
    cr_assert_eq(s->packet_bits, 1744);
    cr_assert_eq(s->amount.mean.value, 180e9);
    cr_assert_eq(s->amount.law.kind, LAW_EXP);
    cr_assert(s->out && !s->back);
    cr_assert_str_eq(d->role[s->role], "app");
    description_free(d);
    d = with(STREAM(", rate: 87 kbit/s, packet: 218 B, for: 3 min"), "");
    cr_assert(d->service[1].step[0].out && d->service[1].step[0].back);
    description_free(d);
}

Test(network_described, wrong_streams)
{
    check_wrong(STREAM(", packet: 218 B, for: 3 min"), "", "\"stream\" without \"rate\"");
    check_wrong(STREAM(", rate: 1 Mbit/s, for: 3 min"), "", "\"stream\" without \"packet\"");
    check_wrong(STREAM(", rate: 1 Mbit/s, packet: 218 B"), "", "\"stream\" without \"for\"");
    check_wrong(STREAM(", rate: 1 Mbit/s, packet: 1501 B, for: 1 s"), "",
                "packets of 1501 bytes; expected 1500 B at most");
    check_wrong(STREAM(", rate: 10 Gbit/s, packet: 100 B, for: 1 s"), "", "a packet every 80 ns");
    check_wrong(STREAM(", rate: 1 Mbit/s, packet: 218 B, for: 1 s, ways: up"), "",
                "expected both, out or back");
    check_wrong(STREAM(", rate: 1 Mbit/s, packet: 218 B, for: 1 s, times: 2"), "",
                "\"times\" does not belong to \"stream\"");
    check_wrong(STREAM(", rate: 0 Mbit/s, packet: 218 B, for: 1 s"), "", "zero");
    check_wrong("services.plain.steps=[{delay: 1 s, ways: out}]", "",
                "\"ways\" does not belong to \"delay\"; expected it with stream");
}

#define JUDGED(rest) "objectives: {o: {" rest "}}\n"

Test(network_described, figures_of_classes)
{
    static const struct {
        const char *figure;
        enum figure f;
        double number;
    } list[] = {
        {"delay mean, at most: 100 ms", FIGURE_DELAY_MEAN, 100e6},
        {"delay p99.9, at most: 100 ms", FIGURE_DELAY_QUANTILE, 100e6},
        {"delay max, at most: 100 ms", FIGURE_DELAY_MAX, 100e6},
        {"delay within 50 ms, at least: 99 %", FIGURE_DELAY_WITHIN, 0.99},
        {"jitter, at most: 50 ms", FIGURE_JITTER, 50e6},
        {"jitter p99, at most: 50 ms", FIGURE_JITTER_SPREAD, 50e6},
        {"loss, at most: 0.1 %", FIGURE_LOSS, 0.001},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        char add[200];
        snprintf(add, sizeof add, JUDGED("class: voice, per: partner, figure: %s"), list[i].figure);
        struct description *d = with("", add);
        const struct objective *o = &d->objective[0];
        cr_expect_eq(o->kind, SUBJECT_CLASS);
        cr_expect_eq(o->figure, list[i].f, "%s", list[i].figure);
        cr_expect_float_eq(o->limit, list[i].number, 1e-9, "%s: %g", list[i].figure, o->limit);
        if (o->figure == FIGURE_DELAY_QUANTILE)
            cr_expect_float_eq(o->quantile, 0.999, 1e-12);
        if (o->figure == FIGURE_DELAY_WITHIN)
            cr_expect_eq(o->within, 50e6);
        cr_expect_eq(d->n_targets, 2, "a and b ask");
        cr_expect_str_eq(d->target[0].name, "o a");
        cr_expect(d->target[0].exists && d->target[0].subject == VOICE);
        description_free(d);
    }
    struct description *d = with("", JUDGED("class: all, figure: loss, at most: 1 %"));
    cr_assert_eq(d->n_targets, 1, "nobody asks in the others");
    cr_assert_str_eq(d->target[0].name, "o voice");
    description_free(d);
}

Test(network_described, wrong_figures_of_classes)
{
    check_wrong("", JUDGED("class: voice, figure: wait p95, at most: 1 s"),
                "\"wait p95\" is no figure of a class; expected delay, jitter, jitter p99 or loss");
    check_wrong("", JUDGED("class: voice, figure: delay, at most: 1 s"), "\"delay\" is no figure");
    check_wrong("", JUDGED("class: voice, figure: delay within 0 s, at least: 9 %"), "zero");
    check_wrong("", JUDGED("class: voice, figure: loss, at most: 1 s"), "share");
    check_wrong("", JUDGED("class: voice, figure: jitter, at most: 1 %"), "time");
    check_wrong("", JUDGED("class: loud, figure: loss, at most: 1 %"), "\"loud\"");
    check_wrong("", JUDGED("class: work, figure: loss, at most: 1 %"),
                "judges what no workload asks for; expected a service of a workload, or its class");
    check_wrong("", JUDGED("station: front, figure: delay max, at most: 1 s"),
                "\"delay max\" is no figure of a station");
}
