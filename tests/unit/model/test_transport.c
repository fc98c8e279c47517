/* SPDX-License-Identifier: Apache-2.0
 * Messages over links, calculated by hand to the ns: a user who thinks for a fixed time sends at
 * known instants, and what a station has to do is constant. Every case runs in one process and with
 * its sites dealt over several, and the books of messages balance in each. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "fixture.h"

#define US 1000
#define MS (1000 * (psn_time)US)
#define S  PSN_SECOND

/* Sites a to e in a row; `box` stands at the end of the row, at which all work takes 1 ms. `more`
 * is the rest of the scenario. Requests begin when the users have thought. */
static struct description *row(const char *end, const char *more)
{
    char text[4000];
    snprintf(text, sizeof text,
             "psnsim: 1\ntitle: a row\n"
             "time: {start: 2014-05-12, horizon: %d s, interval: 10 s}\n"
             "partners: {p: {staff: {a: 1}}}\n"
             "sites: {a: {}, b: {}, c: {}, d: {}, e: {}}\n"
             "compute: {box: {site: %s, cores: 100}}\n"
             "arrangements: {base: {hosting: {all: {app: box}}}}\n%s",
             strstr(more, "faults:") ? 3690 : 90, end, more);
    return fixture_describe(text);
}

static const struct outcome_stream *stream_of(const struct description *d, const struct outcome *o,
                                              const char *service)
{
    for (size_t i = 0; i < d->n_services; i++)
        if (strcmp(d->service[i].name, service) == 0)
            return &o->stream[i * o->shape.partners];
    cr_assert_fail("no service %s", service);
    return NULL;
}

/* The sum and the longest of the first `n` responses of a service: all that the run has. */
static void responses(const struct description *d, const struct outcome *o, const char *service,
                      int64_t n, psn_time sum, psn_time longest)
{
    const struct outcome_stream *s = stream_of(d, o, service);
    cr_expect_eq(o->status, 0, "%s", o->error);
    cr_expect_eq(s->completed, n, "%s: %lld completed", service, (long long)s->completed);
    cr_expect(s->response.sum == sum, "%s: sum %lld ns", service, (long long)s->response.sum);
    cr_expect_eq(s->response.max, longest, "%s: longest %lld ns", service,
                 (long long)s->response.max);
}

/* One process, then two to five. */
static struct outcome *run(const struct description *d, uint32_t k)
{
    struct model_schedule schedule = {.partitions = k, .partition_seed = 30 + k};
    return fixture_run(d, 0, k > 1 ? &schedule : NULL);
}
#define EACH_PARTITION(k) for (uint32_t k = 1; k <= 5; k++)

#define SERVICE(name, size, more)                                                                  \
    name ": {steps: [{request: " size "}, {compute: app, work: 1 ms}]" more "}"
#define USERS(name, n, think) name ": {service: " name ", at: a, users: " n ", think: " think "}"

/* 10 packets over 10, 2 and 10 Mbit/s: the first takes the sum of L / R and of the delays, each
 * other one L / R of the slowest link more. */
Test(transport, store_and_forward_over_three_links)
{
    struct description *d =
        row("d",
            "links:\n"
            "  x: {between: [a, b], bandwidth: 10 Mbit/s, delay: 1 ms}\n"
            "  y: {between: [b, c], bandwidth: 2 Mbit/s, delay: 5 ms}\n"
            "  z: {between: [c, d], bandwidth: 10 Mbit/s, delay: 2 ms}\n"
            "services: {" SERVICE("s", "1500 B", "") "}\n"
                                                     "workloads: {" USERS("s", "10", "60 s") "}\n");
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        responses(d, o, "s", 10, 10 * (16400 + 1000) * US + 45 * 6 * MS, 71400 * US);
        outcome_free(o);
    }
    description_free(d);
}

/* A long message alone: sum of delays + S / slowest + segment / rate of the other links, where a
 * segment is what the slowest link sends in 1 ms, 1,500 bytes at least. */
Test(transport, long_messages_overlap_from_link_to_link)
{
    static const struct {
        const char *end;
        psn_time alone;
    } path[] = {
        {"b", 12 * MS + 1 * MS},
        {"c", 60 * MS + 1200 * US + 6 * MS},
        {"d", 60 * MS + 1200 * US + 300 * US + 8 * MS},
        {"e", 60 * MS + 1200 * US + 300 * US + 120 * US + 8 * MS},
    };
    for (size_t i = 0; i < sizeof path / sizeof *path; i++) {
        struct description *d = row(
            path[i].end,
            "links:\n"
            "  w: {between: [a, b], bandwidth: 10 Mbit/s, delay: 1 ms}\n"
            "  x: {between: [b, c], bandwidth: 2 Mbit/s, delay: 5 ms}\n"
            "  y: {between: [c, d], bandwidth: 40 Mbit/s, delay: 2 ms}\n"
            "  z: {between: [d, e], bandwidth: 100 Mbit/s}\n"
            "services: {" SERVICE("s", "15000 B", "") "}\n"
                                                      "workloads: {" USERS("s", "1", "60 s") "}\n");
        EACH_PARTITION(k)
        {
            struct outcome *o = run(d, k);
            responses(d, o, "s", 1, path[i].alone + MS, path[i].alone + MS);
            outcome_free(o);
        }
        description_free(d);
    }
}

/* Over one link a strict message waits for the rest of one packet of 1.2 ms, and the fair one for
 * the strict one. */
Test(transport, strict_waits_for_the_rest_of_a_packet)
{
    struct description *d =
        row("b", "classes: {voice: {queue: strict}, data: {}}\n"
                 "links: {x: {between: [a, b], bandwidth: 10 Mbit/s}}\n"
                 "services: {" SERVICE("v", "1500 B", ", class: voice") ", " SERVICE(
                     "s", "15000 B",
                     ", class: data") "}\n"
                                      "workloads: {" USERS("v", "1", "60.0005 s") ", " USERS(
                                          "s", "1", "60 s") "}\n");
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        responses(d, o, "v", 1, 700 * US + 1200 * US + MS, 2900 * US);
        responses(d, o, "s", 1, 13200 * US + MS, 14200 * US);
        cr_expect_eq(o->class[0].delay.max + o->class[1].delay.max, 15100 * US);
        outcome_free(o);
    }
    description_free(d);
}

/* Three strict messages come 0.6 ms after four fair ones, over 10 and 5 Mbit/s: at the first link
 * they wait for the rest of a packet (to 1.2 ms) and go by the others; at the second the first fair
 * one is before them. */
Test(transport, a_strict_burst_ahead_of_a_fair_queue_over_two_links)
{
    struct description *d = row(
        "c",
        "classes: {voice: {queue: strict}, data: {}}\n"
        "links:\n"
        "  x: {between: [a, b], bandwidth: 10 Mbit/s, delay: 1 ms}\n"
        "  y: {between: [b, c], bandwidth: 5 Mbit/s, delay: 1 ms}\n"
        "services:\n"
        "  " SERVICE(
            "v", "1500 B",
            ", class: voice") "\n"
                              "  " SERVICE(
                                  "s", "1500 B",
                                  ", class: data") "\n"
                                                   "workloads:\n"
                                                   "  " USERS("v", "3",
                                                              "60.0006 s") "\n"
                                                                           "  " USERS("s", "4",
                                                                                      "60 s") "\n");
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        responses(d, o, "s", 4, (4600 + 14200 + 16600 + 19000) * US + 8 * MS, 21 * MS);
        responses(d, o, "v", 3, (6400 + 8800 + 11200) * US + 6 * MS, 13200 * US);
        outcome_free(o);
    }
    description_free(d);
}

/* 1,500 bytes and 10 % and 100 bytes a packet are 14,000 bits; 3,001 bytes are three packets. */
Test(transport, overheads_are_sent_too)
{
    struct description *d =
        row("b", "links: {x: {between: [a, b], bandwidth: 10 Mbit/s, overhead: {packet: 100 B, "
                 "share: 10 %}}}\n"
                 "services: {" SERVICE("s", "1500 B", "") ", " SERVICE(
                     "l", "3001 B",
                     "") "}\n"
                         "workloads: {" USERS("s", "1", "60 s") ", " USERS("l", "1", "70 s") "}\n");
    struct outcome *o = run(d, 1);
    responses(d, o, "s", 1, 1400 * US + MS, 2400 * US);
    responses(d, o, "l", 1, 2880880 + MS, 3880880); /* 24008 x 1.1 + 3 x 800 bits */
    outcome_free(o);
    description_free(d);
}

/* A bucket of two messages: of five at once three are lost for good, and their requests fail. */
Test(transport, a_policer_drops_what_is_over)
{
    struct description *d =
        row("b", "classes: {voice: {queue: strict, limit: 10 %, burst: 3000 B}}\n"
                 "links: {x: {between: [a, b], bandwidth: 10 Mbit/s, delay: 1 ms}}\n"
                 "services: {" SERVICE(
                     "v", "1500 B", ", class: voice") "}\n"
                                                      "workloads: {" USERS("v", "5", "60 s") "}\n");
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        const struct outcome_stream *s = stream_of(d, o, "v");
        responses(d, o, "v", 2, (1200 + 2400) * US + 2 * 2 * MS, 4400 * US);
        cr_expect_eq(s->failed, 3);
        cr_expect_eq(s->lost, 3);
        cr_expect_eq(o->class[0].sent, 5);
        cr_expect_eq(o->class[0].delivered, 2);
        cr_expect_eq(o->class[0].lost, 3);
        cr_expect_eq(o->class[0].dropped, 3);
        cr_expect_eq(o->class[0].resent, 0);
        outcome_free(o);
    }
    description_free(d);
}

/* Room for two messages, and five come: three are sent again after 1 s, and one of them again, 2 s
 * after that. */
Test(transport, what_a_buffer_drops_is_sent_again)
{
    struct description *d = row(
        "b", "links: {x: {between: [a, b], bandwidth: 10 Mbit/s, delay: 1 ms, buffer: 3000 B}}\n"
             "services: {" SERVICE("s", "1500 B", "") "}\n"
                                                      "workloads: {" USERS("s", "5", "60 s") "}\n");
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        responses(d, o, "s", 5, (1200 + 2400) * US * 2 + 1200 * US + 5 * S + 5 * 2 * MS,
                  3 * S + 3200 * US);
        outcome_free(o);
    }
    description_free(d);
}

/* The time-out of 1 ms is over before the sender can know of the drop at the second link: it learns
 * of it 5 ms after, and sends again at once. */
Test(transport, nobody_sends_again_before_a_drop_can_be_known)
{
    struct description *d =
        row("c", "classes: {data: {resend: 1 ms}}\n"
                 "links:\n"
                 "  x: {between: [a, b], bandwidth: 10 Mbit/s, delay: 5 ms}\n"
                 "  y: {between: [b, c], bandwidth: 1 Mbit/s, delay: 1 ms, buffer: 1500 B}\n"
                 "services: {" SERVICE("s", "1500 B", ", class: data") "}\n"
                                                                       "workloads: {" USERS(
                                                                           "s", "2", "60 s") "}\n");
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        responses(d, o, "s", 2, (18200 + 30600) * US + 2 * 2 * MS, 32600 * US);
        cr_expect_eq(o->class[0].resent, 1);
        outcome_free(o);
    }
    description_free(d);
}

#define FAILING(of, duration, more)                                                                \
    "faults: {cut: {of: " of ", at: '2014-05-12T01:00', for: " duration more "}}\n"
#define LINE                                                                                       \
    "links:\n"                                                                                     \
    "  x: {between: [a, b], bandwidth: 10 Mbit/s, delay: 1 ms}\n"                                  \
    "  y: {between: [b, c], bandwidth: 10 Mbit/s, delay: 1 ms}\n"                                  \
    "  z: {between: [c, d], bandwidth: 10 Mbit/s, delay: 1 ms}\n"
#define LONG                                                                                       \
    "services: {" SERVICE("s", "15000 B", "") "}\n"                                                \
                                              "workloads: {" USERS("s", "1", "3599.99 s") "}\n"

/* The second link fails 10 ms after the message has set out, when its front is there. Its last bit
 * comes after 13 ms and is dropped; sent again 1 s later it fares no better; 2 s after that the
 * link is repaired. */
Test(transport, a_failure_in_the_middle_loses_the_whole_message)
{
    struct description *d =
        row("c", LINE LONG FAILING("y", "2 s", ", flight: lost, reroute: none"));
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        psn_time response = 13 * MS + S + 13 * MS + 2 * S + 15200 * US + MS;
        responses(d, o, "s", 1, response, response);
        outcome_free(o);
    }
    description_free(d);
}

/* Held, it stands for 2 s. */
Test(transport, a_failure_in_the_middle_holds_the_message)
{
    struct description *d = row("c", LINE LONG FAILING("y", "2 s", ", flight: held"));
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        responses(d, o, "s", 1, 2 * S + 15200 * US + MS, 2 * S + 16200 * US);
        outcome_free(o);
    }
    description_free(d);
}

/* The front is at the third link when the second one fails. What is left follows it there, and the
 * third link has sent it all, in vain; then it sends the message that is sent again. */
Test(transport, the_front_of_a_lost_message_vanishes)
{
    struct description *d =
        row("d", LINE LONG FAILING("y", "500 ms", ", flight: lost, reroute: none"));
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        psn_time response = 13 * MS + S + 17400 * US + MS;
        size_t z = d->n_pools + 4;
        responses(d, o, "s", 1, response, response);
        cr_expect_float_eq(o->station[z].utilisation, 0.024 / 3690, 1e-12);
        cr_expect_eq(o->station[z].present_max, 1);
        outcome_free(o);
    }
    description_free(d);
}

/* After 1 s there is no route any more: who asks then fails at once. */
Test(transport, without_a_route_a_request_fails)
{
    struct description *d =
        row("c", LINE "services: {" SERVICE(
                     "s", "1500 B",
                     "") "}\n"
                         "workloads: {" USERS("s", "3", "3602 s") "}\n" FAILING("y", "10 s", ""));
    EACH_PARTITION(k)
    {
        struct outcome *o = run(d, k);
        const struct outcome_stream *s = stream_of(d, o, "s");
        cr_expect_eq(o->status, 0, "%s", o->error);
        cr_expect_eq(s->offered, 3);
        cr_expect_eq(s->failed, 3);
        cr_expect_eq(s->unrouted, 3);
        outcome_free(o);
    }
    description_free(d);
}
