/* SPDX-License-Identifier: Apache-2.0
 * The promise that everything stands on: how sites are dealt to processes moves no bit. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "same.h"

Test(partition, moves_no_bit)
{
    struct description *d = fixture_describe(fixture_shire);
    struct outcome *one = fixture_run(d, 3, NULL);
    int64_t completed = 0, failed = 0;
    for (size_t i = 0; i < one->shape.services * one->shape.partners; i++) {
        bool called = strcmp(d->service[i / one->shape.partners].name, "look-up") == 0;
        cr_assert(called || one->stream[i].completed > 0,
                  "stream %zu has no request: the test sees nothing", i);
        completed += one->stream[i].completed;
        failed += one->stream[i].failed;
        cr_assert_eq(one->stream[i].offered,
                     one->stream[i].completed + one->stream[i].failed + one->stream[i].unfinished);
    }
    cr_assert_gt(completed, 3000);
    cr_assert_gt(failed, 0, "no user gave up: the test does not see what that moves");
    for (uint32_t k = 2; k <= 7; k++) {
        struct model_schedule schedule = {.partitions = k, .partition_seed = 10 + k};
        struct outcome *other = fixture_run(d, 3, &schedule);
        same_outcome(one, other);
        outcome_free(other);
    }
    outcome_free(one);
    description_free(d);
}

Test(partition, replications_and_seeds_differ)
{
    struct description *d = fixture_describe(fixture_shire);
    struct outcome *a = fixture_run(d, 0, NULL), *b = fixture_run(d, 1, NULL);
    struct outcome *again = fixture_run(d, 0, NULL);
    same_outcome(a, again);
    cr_assert(a->stream[0].response.sum != b->stream[0].response.sum);
    outcome_free(a);
    outcome_free(b);
    outcome_free(again);
    description_free(d);
}

/* Every request has one fate. */
static void no_request_is_lost(const struct outcome *o)
{
    for (size_t i = 0; i < o->shape.services * o->shape.partners; i++) {
        const struct outcome_stream *s = &o->stream[i];
        cr_expect_eq(s->offered, s->completed + s->failed + s->unfinished, "stream %zu", i);
        cr_expect_geq(s->unfinished, 0, "stream %zu", i);
        cr_expect_geq(s->failed, s->refused + s->abandoned, "stream %zu", i);
    }
}

static size_t station_of(const struct description *d, const char *name)
{
    char text[64];
    for (size_t i = 0; i < model_shape(d).stations; i++) {
        model_station_name(d, i, text, sizeof text);
        if (strcmp(text, name) == 0)
            return i;
    }
    cr_assert_fail("no station %s", name);
    return 0;
}

Test(partition, moves_no_bit_in_town)
{
    struct description *d = fixture_describe(fixture_town);
    struct outcome *one = fixture_run(d, 3, NULL);
    static const char *const refuse[] = {"counter"}, *const abandon[] = {"counter", "urgent",
                                                                         "help", "expert"};
    for (size_t i = 0; i < 1; i++)
        cr_expect_gt(one->station[station_of(d, refuse[i])].refused, 0, "%s", refuse[i]);
    for (size_t i = 0; i < 4; i++)
        cr_expect_gt(one->station[station_of(d, abandon[i])].abandoned, 0, "%s", abandon[i]);
    no_request_is_lost(one);
    for (uint32_t k = 2; k <= 5; k++) {
        struct model_schedule schedule = {.partitions = k, .partition_seed = 20 + k};
        struct outcome *other = fixture_run(d, 3, &schedule);
        same_outcome(one, other);
        outcome_free(other);
    }
    outcome_free(one);
    description_free(d);
}

/* A ring with a diagonal, whose links and a site fail every few minutes: messages over equal
 * routes, long ones and short, are led around, lost and sent again, and some find no route. */
static const char diamond[] =
    "psnsim: 1\ntime: {start: 2014-05-12, horizon: 40 min, interval: 10 min}\n"
    "partners: {p: {population: 10}, q: {population: 10}}\n"
    "sites: {a: {}, b: {}, c: {}, d: {}, e: {}}\n"
    "classes: {voice: {queue: strict, priority: 1}, data: {weight: 3}}\n"
    "links:\n"
    "  ab: {between: [a, b], bandwidth: 4 Mbit/s, delay: 1 ms, buffer: 30 KB}\n"
    "  bc: {between: [b, c], bandwidth: 4 Mbit/s, delay: 1 ms}\n"
    "  cd: {between: [c, d], bandwidth: 4 Mbit/s, delay: 1 ms, loss: 1 %}\n"
    "  da: {between: [d, a], bandwidth: 4 Mbit/s, delay: 1 ms}\n"
    "  bd: {between: [b, d], bandwidth: 1 Mbit/s, delay: 5 ms, overhead: {packet: 70 B}}\n"
    "  ce: {between: [c, e], bandwidth: 8 Mbit/s, delay: 1 ms}\n"
    "compute: {far: {site: c, cores: 4}, further: {site: e, cores: 4}}\n"
    "services:\n"
    "  case: {class: data, steps: [{request: 1 KB}, {compute: app, work: exp(5 ms)}, {response: "
    "exp(20 KB)}]}\n"
    "  both: {steps: [{fork: [{steps: [{request: 1 KB}, {compute: app, work: 1 ms}]}, {steps: "
    "[{request: 2 KB}, {compute: db, work: 1 ms}]}]}]}\n"
    "  talk: {class: voice, timeout: 2 s, retries: 1, steps: [{request: 200 B}, {compute: db, "
    "work: "
    "1 ms}, {response: 200 B}]}\n"
    "workloads:\n"
    "  w: {service: case, partners: p, at: [a, b], rate: 6 / s}\n"
    "  x: {service: both, partners: q, at: [a, d], rate: 3 / s}\n"
    "  y: {service: talk, partners: all, at: [a, b, d], rate: 9 / s}\n"
    "  z: {service: case, partners: q, at: a, users: 5, think: exp(2 s)}\n"
    "routes: {every: {spread: equal}}\n"
    "faults:\n"
    "  dig: {of: [ab, bc, cd, da], mtbf: exp(4 min), mttr: exp(1 min)}\n"
    "  fire: {of: c, mtbf: exp(15 min), mttr: exp(20 s), reroute: 200 ms}\n"
    "  fog: {of: ce, mtbf: exp(8 min), mttr: exp(10 s), flight: held}\n"
    "arrangements: {x: {hosting: {all: {app: far, db: further}}}}\n";

Test(partition, moves_no_bit_where_links_fail)
{
    struct description *d = fixture_describe(diamond);
    struct outcome *one = fixture_run(d, 3, NULL);
    int64_t unrouted = 0, completed = 0;
    no_request_is_lost(one);
    for (size_t i = 0; i < one->shape.services * one->shape.partners; i++) {
        unrouted += one->stream[i].unrouted;
        completed += one->stream[i].completed;
    }
    cr_assert_gt(unrouted, 100);
    cr_assert_gt(completed, 10000);
    for (uint32_t k = 2; k <= 5; k++) {
        struct model_schedule schedule = {.partitions = k, .partition_seed = 30 + k};
        struct outcome *other = fixture_run(d, 3, &schedule);
        same_outcome(one, other);
        outcome_free(other);
    }
    outcome_free(one);
    description_free(d);
}

/* The same text with another one in place of a part of it. */
static struct description *changed(const char *part, const char *other)
{
    const char *at = strstr(fixture_town, part);
    cr_assert(at, "no \"%s\"", part);
    size_t size = strlen(fixture_town) + strlen(other) + 1;
    char *text = malloc(size);
    snprintf(text, size, "%.*s%s%s", (int)(at - fixture_town), fixture_town, other,
             at + strlen(part));
    struct description *d = fixture_describe(text);
    free(text);
    return d;
}

/* Things that nobody uses, before and between the others in the order of names. */
Test(partition, unused_things_move_no_bit)
{
    struct description *d = fixture_describe(fixture_town);
    struct description *more = changed(
        "classes: {", "classes: {aaa: {queue: strict, priority: 2}, nobodys: {weight: 9}, ");
    struct description *pool = changed(
        "compute:\n", "compute:\n  aaa: {site: centre, cores: 9, discipline: priority, room: 3}\n"
                      "  crowd: {site: annexe, discipline: unlimited}\n"
                      "  idle: {site: centre, cores: 2, during: {noon: {speed: 0.5}}}\n");
    struct outcome *one = fixture_run(d, 1, NULL), *two = fixture_run(more, 1, NULL),
                   *three = fixture_run(pool, 1, NULL);
    same_outcome(one, two);
    cr_expect_eq(one->events, three->events);
    for (size_t i = 0; i < one->shape.services * one->shape.partners; i++)
        same_stream(&one->stream[i], &three->stream[i], i);
    for (size_t i = 0; i < one->shape.stations; i++) {
        char name[64];
        model_station_name(d, i, name, sizeof name);
        same_station(&one->station[i], &three->station[station_of(pool, name)], i);
    }
    outcome_free(one);
    outcome_free(two);
    outcome_free(three);
    description_free(d);
    description_free(more);
    description_free(pool);
}

Test(partition, no_request_is_lost_whatever_fails)
{
    static const char *const rooms[] = {"cores: 2, room: 1}", "cores: 2, room: 4, full: block}",
                                        "cores: 1, discipline: preemptive, room: 2}"};
    for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++)
        for (uint32_t replication = 0; replication < 2; replication++) {
            struct description *d = changed("cores: 2, room: 4}", rooms[i]);
            struct outcome *o = fixture_run(d, replication, NULL);
            no_request_is_lost(o);
            outcome_free(o);
            description_free(d);
        }
}

/* A ring of five sites with a spur, on which everything happens to messages that can: classes that
 * are strict, policed, dropped early, and fair by partner; long messages over up to four links;
 * buffers, a contract, lossy lines, overheads, hours of less bandwidth; links and a site that fail
 * often, with what is there lost or held, and ways around; flows of two kinds; branches whose ends
 * must be told. */
static const char *const ring =
    "psnsim: 1\ntitle: a ring\n"
    "time: {start: 2014-05-12T09:00, horizon: 70 min, warmup: 10 min, interval: 5 min}\n"
    "hours: {noon: 'Mon-Fri 10:00-12:00'}\n"
    "partners: {p: {staff: {a: 20}}, q: {staff: {b: 15}}}\n"
    "sites: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}}\n"
    "classes:\n"
    "  voice: {queue: strict, priority: 1, limit: 20 %, burst: 6 KB}\n"
    "  video: {queue: strict, priority: 2, resend: 200 ms}\n"
    "  data: {weight: 3, early: {from: 30 %, to: 100 %, most: 20 %}, resend: 300 ms}\n"
    "  file: {weight: 1, transfer: flows}\n"
    "links:\n"
    "  ab: {between: [a, b], bandwidth: 10 Mbit/s, delay: 1 ms, buffer: 200 KB}\n"
    "  bc: {between: [b, c], bandwidth: 4 Mbit/s, delay: 3 ms, buffer: 100 KB, loss: 0.1 %}\n"
    "  cd: {between: [c, d], bandwidth: 8 Mbit/s, delay: 2 ms, contract: 4 Mbit/s, burst: 50 KB}\n"
    "  de: {between: [d, e], bandwidth: 6 Mbit/s, delay: 4 ms, overhead: {packet: 73 B, share: 2 "
    "%}}\n"
    "  ea: {between: [e, a], bandwidth: 5 Mbit/s, delay: 6 ms, during: {noon: {bandwidth: 3 "
    "Mbit/s}}}\n"
    "  df: {between: [d, f], bandwidth: 20 Mbit/s, delay: 2 ms, buffer: 50 KB, loss: 1 %}\n"
    "compute: {box: {site: d, cores: 8}, far: {site: f, cores: 4}}\n"
    "storage: {disk: {site: f, iops: 500, bandwidth: 1 Gbit/s}, near: {site: c, iops: 500, "
    "bandwidth: 1 Gbit/s}}\n"
    "services:\n"
    "  talk: {class: voice, steps: [{request: exp(2 KB)}, {compute: app, work: 1 ms}, {response: 2 "
    "KB}]}\n"
    "  look: {class: video, steps: [{request: 4 KB}, {compute: app, work: 5 ms}, {response: exp(60 "
    "KB)}]}\n"
    "  case: {class: data, timeout: 10 s, retries: 1, steps: [fork: [{steps: [{request: exp(20 "
    "KB)}, "
    "{compute: app, work: 10 ms}]}, {steps: [{read: store, size: exp(40 KB), times: 2}]}, {steps: "
    "[{request: 2 KB}, {compute: other, work: 5 ms}]}], {compute: app, work: 1 ms}, {response: "
    "exp(50 KB)}]}\n"
    "  plain: {steps: [{request: 1 KB}, {compute: other, work: 3 ms}, {response: exp(30 KB)}]}\n"
    "  load: {class: file, steps: [{request: 1 KB}, {compute: app, work: 3 ms}, {response: exp(2 "
    "MB)}]}\n"
    "  save: {class: file, steps: [{read: store, size: 5 MB}, {write: vault, size: 5 MB}]}\n"
    "workloads:\n"
    "  talks: {service: talk, rate: 2 / s}\n"
    "  looks: {service: look, rate: 0.8 / s}\n"
    "  cases: {service: case, users: 30 % of staff, think: exp(4 s)}\n"
    "  plains: {service: plain, rate: 1 / s}\n"
    "  loads: {service: load, rate: 0.01 / s}\n"
    "  saves: {service: save, by: store, every: 15 min}\n"
    "faults:\n"
    "  cut: {of: bc, mtbf: exp(3 min), mttr: exp(20 s), reroute: 2 s}\n"
    "  dig: {of: ea, mtbf: exp(4 min), mttr: exp(30 s)}\n"
    "  hold: {of: de, mtbf: exp(5 min), mttr: exp(5 s), flight: held}\n"
    "  dark: {of: f, mtbf: exp(8 min), mttr: exp(10 s)}\n"
    "  slow: {of: ab, mtbf: exp(6 min), mttr: exp(20 s), degrade: 30 %}\n"
    "arrangements: {base: {hosting: {all: {app: box, other: far, store: disk, vault: near}}}}\n";

Test(partition, moves_no_bit_in_a_network_that_drops_and_fails)
{
    struct description *d = fixture_describe(ring);
    struct outcome *one = fixture_run(d, 3, NULL);
    int64_t dropped = 0, resent = 0, lost = 0, unrouted = 0, failed = 0;
    cr_assert_eq(one->status, 0, "%s", one->error);
    for (size_t i = 0; i < one->shape.classes * one->shape.partners; i++) {
        dropped += one->class[i].dropped;
        resent += one->class[i].resent;
        lost += one->class[i].lost;
        unrouted += one->class[i].unrouted;
    }
    for (size_t i = 0; i < one->shape.services * one->shape.partners; i++)
        failed += one->stream[i].lost + one->stream[i].unrouted;
    cr_expect(dropped > 100 && resent > 100 && lost > 0 && unrouted > 0 && failed > 0,
              "%lld dropped, %lld resent, %lld lost, %lld unrouted, %lld failed: the test sees "
              "nothing",
              (long long)dropped, (long long)resent, (long long)lost, (long long)unrouted,
              (long long)failed);
    no_request_is_lost(one);
    for (uint32_t k = 2; k <= 6; k++) {
        struct model_schedule schedule = {.partitions = k, .partition_seed = 40 + k};
        struct outcome *other = fixture_run(d, 3, &schedule);
        cr_assert_eq(other->status, 0, "%s", other->error);
        same_outcome(one, other);
        outcome_free(other);
    }
    outcome_free(one);
    description_free(d);
}

/* Where sites share a process, the link and the disk of the backups promise departures, which each
 * backup revokes: of short messages, of long ones in either stage, and of reads. Where they do not,
 * the link promises nothing. */
static const char *const backups =
    "psnsim: 1\ntitle: backups\n"
    "time: {start: 2014-05-12, horizon: 20 min, warmup: 1 min, interval: 2 min}\n"
    "partners: {p: {staff: {c: 10}}, q: {staff: {c: 5}}}\n"
    "sites: {a: {}, b: {}, c: {}}\n"
    "links:\n"
    "  ab: {between: [a, b], bandwidth: 10 Mbit/s, delay: 3 ms}\n"
    "  bc: {between: [b, c], bandwidth: 8 Mbit/s, delay: 2 ms}\n"
    "compute: {box: {site: a, cores: 8}}\n"
    "storage: {disk: {site: a, iops: 200, bandwidth: 100 Mbit/s, latency: 1 ms}, tape: {site: b, "
    "iops: 500, bandwidth: 100 Mbit/s}}\n"
    "services:\n"
    "  case: {steps: [{request: exp(2 KB)}, {compute: app, work: exp(5 ms)}, {read: db, size: "
    "exp(60 KB)}, {response: exp(40 KB)}]}\n"
    "  note: {steps: [{request: 1 KB}, {compute: app, work: exp(1 ms)}, {response: 900 B}]}\n"
    "  save: {steps: [{read: db, size: exp(600 KB)}, {write: vault, size: 600 KB}]}\n"
    "workloads:\n"
    "  cases: {service: case, at: c, rate: 8 / s}\n"
    "  notes: {service: note, at: c, rate: 20 / s}\n"
    "  saves: {service: save, by: db, every: 5 s}\n"
    "arrangements: {x: {hosting: {all: {app: box, db: disk, vault: tape}}}}\n";

Test(partition, moves_no_bit_where_promises_are_revoked)
{
    struct description *d = fixture_describe(backups);
    struct outcome *one = fixture_run(d, 5, NULL);
    cr_assert_eq(one->status, 0, "%s", one->error);
    for (size_t i = 0; i < one->shape.services * one->shape.partners; i++)
        cr_expect_gt(one->stream[i].completed, 100, "stream %zu", i);
    for (uint32_t k = 2; k <= 5; k++) {
        struct model_schedule schedule = {.partitions = k, .partition_seed = 70 + k};
        struct outcome *other = fixture_run(d, 5, &schedule);
        same_outcome(one, other);
        outcome_free(other);
    }
    outcome_free(one);
    description_free(d);
}

/* Flows and messages of several classes and partners over two ways each, links that fail and lose
 * packets, buffers that overflow, links without delay. */
static const char *const region =
    "psnsim: 1\ntitle: a region\n"
    "time: {start: 2014-05-12T09:00, horizon: 1 h, warmup: 10 min, interval: 10 min}\n"
    "partners: {p: {staff: {a: 20}, data: {db: {size: 10 GB}}}, q: {staff: {b: 30, e: 5}, data: "
    "{db: {size: 20 GB}}}}\n"
    "sites: {a: {}, b: {}, c: {}, d: {}, e: {}}\n"
    "classes: {voice: {queue: strict}, live: {weight: 3}, files: {weight: 1, transfer: flows, "
    "window: 1 MB, start: 15 KB}}\n"
    "links:\n"
    "  ab: {between: [a, b], bandwidth: 20 Mbit/s, delay: 2 ms, buffer: 300 KB}\n"
    "  bc: {between: [b, c], bandwidth: 40 Mbit/s, delay: 3 ms, loss: 0.01 %}\n"
    "  cd: {between: [c, d], bandwidth: 30 Mbit/s, delay: 4 ms, overhead: {packet: 60 B}}\n"
    "  da: {between: [d, a], bandwidth: 25 Mbit/s, delay: 2500 us, contract: 20 Mbit/s}\n"
    "  ec: {between: [e, c], bandwidth: 100 Mbit/s, delay: 0 s}\n"
    "compute: {m: {site: c, hosts: 2, cores: 4}, n: {site: d, cores: 4}}\n"
    "storage: {san: {site: c, iops: 3000, bandwidth: 1 Gbit/s, latency: 1 ms}, tape: {site: a, "
    "iops: 500, bandwidth: 400 Mbit/s}}\n"
    "faults: {cut: {of: [ab, cd], mtbf: exp(10 min), mttr: exp(1 min)}}\n"
    "services:\n"
    "  case: {class: live, steps: [{request: 4 KB}, {compute: app, work: exp(20 ms)}, {read: db, "
    "size: 64 KB}, {response: exp(60 KB)}]}\n"
    "  fetch: {class: files, steps: [{request: 1 KB}, {compute: other, work: 1 ms}, {response: "
    "exp(3 MB)}]}\n"
    "  say: {class: voice, steps: [{request: 200 B}, {compute: other, work: 1 us}]}\n"
    "  save: {steps: [{read: db, size: 1 % of data.db}, {write: vault, size: 1 % of data.db}]}\n"
    "workloads:\n"
    "  cases: {service: case, users: 100 % of staff, think: exp(4 s)}\n"
    "  fetches: {service: fetch, users: 50 % of staff, think: exp(15 s)}\n"
    "  says: {service: say, partners: q, at: b, rate: 20 / s}\n"
    "  saves: {service: save, by: db, every: 10 min}\n"
    "arrangements: {x: {hosting: {all: {app: m, other: n, db: san, vault: tape}}}}\n";

Test(partition, moves_no_bit_of_flows)
{
    struct description *d = fixture_describe(region);
    struct outcome *one = fixture_run(d, 2, NULL);
    int64_t flows = 0;
    cr_assert_eq(one->status, 0, "%s", one->error);
    for (size_t i = 0; i < one->shape.classes * one->shape.partners; i++)
        flows += one->class[i].flows;
    cr_expect_gt(flows, 1000, "%lld flows", (long long)flows);
    for (uint32_t k = 2; k <= 5; k++) {
        struct model_schedule schedule = {.partitions = k, .partition_seed = 30 + k};
        struct outcome *other = fixture_run(d, 2, &schedule);
        same_outcome(one, other);
        for (size_t i = 0; i < one->shape.classes * one->shape.partners; i++)
            cr_expect_eq(memcmp(&one->class[i], &other -> class[i], sizeof *one->class), 0,
                         "class %zu", i);
        outcome_free(other);
    }
    outcome_free(one);
    description_free(d);
}

/* Two data centres whose machines stand apart, and a hall: everything that a job can do at a
 * machine and on its way from one to another. */
static const char lans[] =
    "psnsim: 1\ntitle: two data centres\n"
    "time: {start: 2014-05-12T09:00, horizon: 6 min, warmup: 1 min, interval: 1 min}\n"
    "partners: {p: {staff: {hall: 40}, data: {db: {size: 5 GB}}}, q: {staff: {south: 10}}}\n"
    "sites: {hall: {}, south: {lan: 100 us}, north: {lan: 250 us}}\n"
    "classes: {voice: {queue: strict}, live: {weight: 3}, files: {weight: 1, transfer: flows}}\n"
    "links:\n"
    "  hs: {between: [hall, south], bandwidth: 50 Mbit/s, delay: 2 ms, loss: 0.1 %}\n"
    "  sn: {between: [south, north], bandwidth: 80 Mbit/s, delay: 3 ms, buffer: 400 KB}\n"
    "compute:\n"
    "  m-web: {site: south, cores: 4}\n"
    "  m-app: {site: south, cores: 3, discipline: priority, room: 8}\n"
    "  m-gate: {site: south, cores: 1, room: 3, full: block}\n"
    "  m-lanes: {site: north, cores: 1, speed: 2, discipline: fair-queues}\n"
    "  m-batch: {site: north, cores: 2, discipline: sharing}\n"
    "storage: {san: {site: south, iops: 2000, bandwidth: 4 Gbit/s, latency: 1 ms}, m-tape: {site: "
    "north, iops: 500, bandwidth: 1 Gbit/s}}\n"
    "desks: {m-help: {site: south, people: {always: 3}, wrap-up: exp(2 s)}}\n"
    "hours: {always: daily 00:00-24:00}\n"
    "services:\n"
    "  case: {class: live, timeout: 3 s, retries: 1, steps: [{request: 4 KB}, {compute: web, work: "
    "exp(5 ms)}, {fork: [{steps: [{compute: app, work: exp(20 ms), patience: exp(1 s)}, {response: "
    "1 KB}]}, {steps: [{compute: gate, work: exp(15 ms)}, {read: db, size: exp(40 KB), times: "
    "2}]}]}, {choice: [{share: 40 %, steps: [{compute: lanes, work: exp(20 ms)}, {write: tape, "
    "size: 8 KB}]}, {share: 60 %, steps: [{loop: [{compute: app, work: exp(5 ms)}, {read: db, "
    "size: 4 KB}], again: 50 %}]}]}, {call: store}, {response: exp(30 KB)}]}\n"
    "  store: {steps: [{request: 1 KB}, {compute: web, work: 1 ms}, {delay: exp(3 ms)}, {response: "
    "2 KB}]}\n"
    "  told: {class: live, steps: [{compute: web, work: exp(2 ms)}, {request: 2 KB}, {compute: "
    "batch, work: exp(30 ms)}]}\n"
    "  say: {class: voice, steps: [{stream: lanes, rate: 80 kbit/s, packet: 200 B, for: exp(3 "
    "s)}]}\n"
    "  ask: {class: live, steps: [{desk: help, work: exp(3 s)}, {request: 1 KB}, {compute: app, "
    "work: exp(10 ms)}]}\n"
    "  save: {class: files, steps: [{read: db, size: 20 MB}, {write: tape, size: 20 MB}]}\n"
    "workloads:\n"
    "  cases: {service: case, users: 100 % of staff, think: exp(1500 ms)}\n"
    "  tolds: {service: told, partners: q, users: 20, think: exp(1 s)}\n"
    "  says: {service: say, partners: p, rate: 0.2 / s}\n"
    "  asks: {service: ask, partners: q, rate: 0.4 / s}\n"
    "  saves: {service: save, partners: p, by: db, every: 2 min}\n"
    "faults: {fire: {of: south, mtbf: exp(2 min), mttr: exp(5 s)}, worn: {of: m-batch, mtbf: exp(2 "
    "min), mttr: exp(5 s)}}\n"
    "arrangements: {x: {hosting: {all: {web: m-web, app: m-app, gate: m-gate, lanes: m-lanes, "
    "batch: "
    "m-batch, db: san, tape: m-tape, help: m-help}}}}\n";

Test(partition, moves_no_bit_of_machines_that_stand_apart)
{
    struct description *d = fixture_describe(lans);
    struct outcome *one = fixture_run(d, 1, NULL);
    int64_t completed = 0, flows = 0;
    cr_assert_eq(one->status, 0, "%s", one->error);
    no_request_is_lost(one);
    for (size_t i = 0; i < one->shape.services * one->shape.partners; i++)
        completed += one->stream[i].completed;
    for (size_t i = 0; i < one->shape.classes * one->shape.partners; i++)
        flows += one->class[i].flows;
    cr_expect(completed > 5000 && flows >= 2, "%lld completed, %lld flows: the test sees nothing",
              (long long)completed, (long long)flows);
    for (uint32_t k = 2; k <= 5; k++) {
        struct model_schedule schedule = {.partitions = 3 * k, .partition_seed = 50 + k};
        struct outcome *other = fixture_run(d, 1, &schedule);
        same_outcome(one, other);
        outcome_free(other);
    }
    for (int threads = 2; threads <= 4; threads++) {
        struct model_schedule schedule = {.threads = threads};
        struct outcome *other = fixture_run(d, 1, &schedule);
        same_outcome(one, other);
        outcome_free(other);
    }
    outcome_free(one);
    description_free(d);
}
