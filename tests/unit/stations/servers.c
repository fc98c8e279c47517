/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/servers by hand, to the ns. */
#include "drive.h"

#define FULL PACE_FULL

/* One job: when, its demand, level, patience, and how long its server stays taken after it. */
#define JOB(when, work, rank, wait, then)                                                          \
    {                                                                                              \
        .at = (when), .hold = (then), .job = {                                                     \
            .service = (work),                                                                     \
            .level = (rank),                                                                       \
            .patience = (wait)                                                                     \
        }                                                                                          \
    }
#define PLAIN(when, work, rank) JOB(when, work, rank, PSN_NEVER, 0)

/* Runs trips and changes through a fresh station up to `horizon`, and checks every departure. */
static void run(struct station *s, struct servers_config config, struct trip *trip, size_t n,
                const struct change *change, size_t n_changes, psn_time horizon,
                const psn_time *expected)
{
    *s = (struct station){.kind = SERVERS, .change = change, .n_changes = n_changes};
    cr_assert_eq(servers_init(&s->is.servers, &config), PSN_OK);
    station_measure(s, 0, horizon, config.servers);
    drive_until(s, trip, n, horizon);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %zu leaves at %lld, not %lld", i,
                     (long long)trip[i].gone, (long long)expected[i]);
    meter_finish(station_meter(s));
}

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define RUN(s, config, trip, change, horizon, ...)                                                 \
    run(s, (struct servers_config)config, trip, COUNT(trip), change, COUNT(change), horizon,       \
        (psn_time[]){__VA_ARGS__})
#define CONFIG(...)                                                                                \
    {                                                                                              \
        __VA_ARGS__                                                                                \
    }

static const struct change nothing[1] = {{.at = PSN_NEVER}};

Test(servers, without_levels_it_is_first_come_first_served)
{
    enum { JOBS = 4000 };
    struct trip *trip = calloc(JOBS, sizeof *trip);
    psn_time *expected = malloc(JOBS * sizeof *expected);
    uint32_t *place = malloc(JOBS * sizeof *place);
    cr_assert(trip && expected && place);
    uint64_t seed = 19;
    for (int64_t servers = 1; servers <= 9; servers += 2) {
        psn_time clock = 0;
        for (int i = 0; i < JOBS; i++) {
            clock += draw(&seed, 20);
            trip[i] = (struct trip)PLAIN(clock, draw(&seed, 20 * servers), 0);
        }
        drive_fresh(FIFO, servers, trip, JOBS, NULL);
        for (int i = 0; i < JOBS; i++) {
            expected[i] = trip[i].gone;
            place[i] = trip[i].place;
        }
        drive_fresh(SERVERS, servers, trip, JOBS, expected);
        for (int i = 0; i < JOBS; i++)
            cr_assert_eq(trip[i].place, place[i]);
    }
    free(trip);
    free(expected);
    free(place);
}

Test(servers, levels_without_preemption)
{
    struct station s;
    struct trip trip[] = {PLAIN(0, 4, 2), PLAIN(1, 3, 1), PLAIN(2, 2, 2), PLAIN(3, 1, 0),
                          PLAIN(9, 2, 1)};
    RUN(&s, CONFIG(1, 3, false, 0), trip, nothing, 12, 4, 8, 10, 5, PSN_NEVER);
    cr_assert_eq(station_next(&s), 12);
    station_fini(&s);
}

Test(servers, levels_with_preemption)
{
    /* At 1 the second takes the server (3 left of the first), at 3 the fourth (1 left of the
     * second); at 5 the first resumes before the third, which came later; at 9 the fifth takes the
     * server from the third (1 left). */
    struct station s;
    struct trip trip[] = {PLAIN(0, 4, 2), PLAIN(1, 3, 1), PLAIN(2, 2, 2), PLAIN(3, 1, 0),
                          PLAIN(9, 2, 1)};
    RUN(&s, CONFIG(1, 3, true, 0), trip, nothing, 20, 8, 5, 12, 4, 11);
    cr_assert(station_meter(&s)->wait.sum == 4 + 1 + 8 + 0 + 0);
    cr_assert_float_eq(meter_utilisation(station_meter(&s)), 12 / 20.0, 1e-15);
    station_fini(&s);
}

Test(servers, who_stands_last_loses_its_server)
{
    /* Two servers; the last of the lowest level is the third job, not the one that began last. */
    struct station s;
    struct trip trip[] = {PLAIN(0, 9, 1), PLAIN(0, 5, 0), PLAIN(2, 9, 2),
                          PLAIN(6, 4, 0), PLAIN(7, 4, 1), PLAIN(8, 1, 0)};
    /* At 5 the third begins, and loses the server at 6 to the fourth (8 left). At 7 the fifth
     * finds nobody below it. At 8 the sixth takes the first one's server: 1 left of it at 9, where
     * it resumes before the fifth. At 10 both are free: for the fifth, and the third with 8 left.
     */
    RUN(&s, CONFIG(2, 3, true, 0), trip, nothing, 40, 10, 5, 18, 10, 14, 9);
    station_fini(&s);
}

Test(servers, speed_preemption_and_blocking)
{
    /* The first has 6 left at 4, 4 at 8, when the second comes; that has done 1 at 10, when all
     * stands still until 20; 2 left take 8 at a quarter. Its server is held until 33; at 37 the
     * first has 3 left, and goes on at full speed. */
    struct station s;
    struct trip trip[] = {PLAIN(0, 10, 1), JOB(8, 3, 0, PSN_NEVER, FREED_LATER)};
    const struct change change[] = {{.at = 4, .servers = 1, .speed = FULL / 2},
                                    {.at = 10, .servers = 1, .speed = 0},
                                    {.at = 20, .servers = 1, .speed = FULL / 4},
                                    {.at = 33, .free = true},
                                    {.at = 37, .servers = 1, .speed = FULL}};
    RUN(&s, CONFIG(1, 2, true, 0), trip, change, 40 + 10, 40, 28);
    struct meter *m = station_meter(&s);
    cr_assert_float_eq(meter_utilisation(m), 30 / 50.0, 1e-15, "not busy from 10 to 20");
    cr_assert_float_eq(meter_present(m), (40 + 25) / 50.0, 1e-15, "who is blocked is here");
    cr_assert(m->wait.sum == 30 + 17);
    station_fini(&s);
}

Test(servers, a_busy_server_does_not_drift)
{
    /* At three quarters a demand of 1 takes 4/3: ends at 4/3, 8/3, 4, ... each rounded up. */
    struct station s;
    struct trip trip[30];
    psn_time expected[30];
    for (int i = 0; i < 30; i++) {
        trip[i] = (struct trip)PLAIN(0, 1, 0);
        expected[i] = (4 * (i + 1) + 2) / 3;
    }
    const struct change change[] = {{.at = 0, .servers = 1, .speed = FULL / 4 * 3}};
    run(&s, (struct servers_config){1, 1, false, 0}, trip, 30, change, 1, 50, expected);
    station_fini(&s);
    /* A speed that changes a thousand times in a day, a demand of a day: to the ns. */
    enum { TIMES = 1000 };
    struct change *often = calloc(TIMES, sizeof *often);
    exact_sum left = exact_product(PSN_DAY, FULL);
    uint64_t seed = 29;
    cr_assert(often);
    for (int i = 0; i < TIMES; i++) {
        often[i] = (struct change){.at = i * (PSN_DAY / TIMES) + draw(&seed, 1000),
                                   .servers = 1,
                                   .speed = (uint64_t)draw(&seed, FULL) * (i < TIMES - 1) +
                                            FULL * (i == TIMES - 1)};
        psn_time before = i > 0 ? often[i - 1].at : 0;
        left -= exact_product((int64_t)(i > 0 ? often[i - 1].speed : FULL), often[i].at - before);
    }
    cr_assert(left > 0);
    struct trip day[] = {PLAIN(0, PSN_DAY, 0)};
    run(&s, (struct servers_config){1, 1, false, 0}, day, 1, often, TIMES, 3 * PSN_DAY,
        (psn_time[]){often[TIMES - 1].at + (psn_time)((left + (1 << 30) - 1) >> 30)});
    station_fini(&s);
    free(often);
}

Test(servers, patience)
{
    /* The second's ends as the server gets free: it is served. The third leaves at 7, the fourth
     * has none. Who waits behind them does not wait for them. */
    struct station s;
    struct trip trip[] = {PLAIN(0, 10, 0), JOB(1, 3, 0, 9, 0), JOB(2, 3, 0, 5, 0),
                          JOB(3, 3, 0, 0, 0), JOB(12, 2, 0, 1, 0)};
    RUN(&s, CONFIG(1, 1, false, 0), trip, nothing, 20, 10, 13, 7, 3, 15);
    struct meter *m = station_meter(&s);
    cr_assert(!trip[1].abandoned && trip[2].abandoned && trip[3].abandoned && !trip[4].abandoned);
    cr_assert_eq(m->abandoned, 2);
    cr_assert_eq(m->served, 3);
    cr_assert(m->wait.count == 5 && m->wait.sum == 0 + 9 + 5 + 0 + 1);
    station_fini(&s);
    /* If the server stays taken at 10, the second leaves then. */
    struct trip held[] = {JOB(0, 10, 0, PSN_NEVER, 4), JOB(1, 3, 0, 9, 0), JOB(1, 3, 0, 13, 0)};
    RUN(&s, CONFIG(1, 1, false, 0), held, nothing, 20, 10, 10, 17);
    cr_assert(held[1].abandoned && !held[2].abandoned);
    station_fini(&s);
}

Test(servers, who_has_begun_is_patient)
{
    struct station s;
    struct trip trip[] = {JOB(0, 10, 1, 2, 0), PLAIN(1, 50, 0), JOB(1, 1, 1, 2, 0)};
    RUN(&s, CONFIG(1, 2, true, 0), trip, nothing, 100, 60, 51, 3);
    cr_assert(!trip[0].abandoned && trip[2].abandoned);
    station_fini(&s);
}

Test(servers, room)
{
    struct station s;
    struct trip trip[] = {PLAIN(0, 10, 0), PLAIN(1, 5, 0), PLAIN(2, 5, 0), PLAIN(10, 5, 0)};
    RUN(&s, CONFIG(1, 1, false, 2), trip, nothing, 30, 10, 15, PSN_NEVER, 20);
    cr_assert(trip[2].refused && !trip[3].refused);
    cr_assert_eq(station_meter(&s)->refused, 1);
    cr_assert_eq(station_meter(&s)->present_max, 2);
    station_fini(&s);
    /* Blocked, the first keeps its place until 8; in wrap-up only its server. */
    const struct change freed[] = {{.at = 8, .free = true}};
    struct trip blocked[] = {JOB(0, 3, 0, PSN_NEVER, FREED_LATER), PLAIN(5, 1, 0), PLAIN(8, 1, 0)};
    RUN(&s, CONFIG(1, 1, false, 1), blocked, freed, 20, 3, PSN_NEVER, 9);
    cr_assert(!servers_full(&s.is.servers));
    cr_assert_float_eq(meter_present(station_meter(&s)), 9 / 20.0, 1e-15);
    station_fini(&s);
    struct trip wraps[] = {JOB(0, 3, 0, PSN_NEVER, 5), PLAIN(5, 1, 0), PLAIN(8, 1, 0)};
    RUN(&s, CONFIG(1, 1, false, 1), wraps, nothing, 20, 3, 9, PSN_NEVER);
    cr_assert_float_eq(meter_utilisation(station_meter(&s)), 9 / 20.0, 1e-15);
    cr_assert_float_eq(meter_present(station_meter(&s)), 7 / 20.0, 1e-15);
    station_fini(&s);
}

Test(servers, shifts)
{
    /* Two until 5; then one: the first to be free leaves, at 10. The third begins at 20 and is
     * finished after the end of the shift at 22; the fourth waits for the next at 40. */
    struct station s;
    struct trip trip[] = {PLAIN(0, 10, 0), PLAIN(0, 20, 0), PLAIN(1, 5, 0), PLAIN(23, 5, 0)};
    const struct change change[] = {{.at = 5, .servers = 1, .speed = FULL},
                                    {.at = 22, .servers = 0, .speed = FULL},
                                    {.at = 40, .servers = 2, .speed = FULL}};
    RUN(&s, CONFIG(2, 1, false, 0), trip, change, 50, 10, 20, 25, 45);
    struct meter *m = station_meter(&s);
    cr_assert(m->busy_total == 20 + 10 + 5 + 5);
    cr_assert(m->capacity_total == 2 * 10 + 15 + 2 * 10);
    cr_assert_float_eq(meter_utilisation(m), 40 / 55.0, 1e-15);
    station_fini(&s);
}

Test(servers, preemption_while_servers_leave)
{
    /* One of two is to leave from 5 on. The third takes the second one's server, and as it is
     * through at 10 the first one is at work: so the second goes on at 20, with 24 left. */
    struct station s;
    struct trip trip[] = {PLAIN(0, 20, 1), PLAIN(0, 30, 1), PLAIN(6, 4, 0)};
    const struct change fewer[] = {{.at = 5, .servers = 1, .speed = FULL}};
    RUN(&s, CONFIG(2, 2, true, 0), trip, fewer, 60, 20, 44, 10);
    station_fini(&s);
    /* Without any that stays nobody begins. */
    const struct change none[] = {{.at = 5, .servers = 0, .speed = FULL}};
    RUN(&s, CONFIG(2, 2, true, 0), trip, none, 60, 20, 30, PSN_NEVER);
    station_fini(&s);
}

Test(servers, nobody_begins_while_all_stands_still)
{
    /* At 6 the first by level begins, though it came last. */
    struct station s;
    struct trip trip[] = {PLAIN(1, 2, 1), JOB(2, 2, 1, 3, 0), PLAIN(3, 2, 0)};
    const struct change change[] = {{.at = 0, .servers = 1, .speed = 0},
                                    {.at = 6, .servers = 1, .speed = FULL}};
    RUN(&s, CONFIG(1, 2, false, 0), trip, change, 20, 10, 5, 8);
    cr_assert(trip[1].abandoned);
    station_fini(&s);
}

Test(servers, who_has_all_its_work_keeps_its_server)
{
    /* The owner sends a job at 10 before it takes the departure of 10. */
    struct servers s;
    enum servers_end how = SERVERS_ABANDONED;
    struct job low = {.service = 10, .level = 1, .patience = PSN_NEVER};
    struct job high[2] = {{.service = 3, .patience = PSN_NEVER},
                          {.service = 3, .patience = PSN_NEVER}};
    cr_assert_eq(servers_init(&s, &(struct servers_config){1, 2, true, 0}), PSN_OK);
    meter_init(&s.meter, 0, 100, 100, 1, NULL, NULL, NULL);
    servers_arrive(&s, &low, 0);
    cr_assert_eq(s.next, 10);
    servers_arrive(&s, &high[0], 10);
    servers_arrive(&s, &high[1], 10);
    cr_assert_eq(s.next, 10);
    cr_assert_eq(servers_depart(&s, 10, &how), &low);
    cr_assert_eq(how, SERVERS_SERVED);
    cr_assert_eq(servers_hold(&s, 12, 10), PSN_OK);
    while (s.next == 10)
        cr_assert_null(servers_depart(&s, 10, &how));
    cr_assert_eq(s.next, 12);
    cr_assert_null(servers_depart(&s, 12, &how));
    cr_assert_eq(s.next, 15);
    cr_assert_eq(servers_depart(&s, 15, &how), &high[0]);
    cr_assert_eq(servers_depart(&s, 18, &how), &high[1]);
    cr_assert_eq(s.next, PSN_NEVER);
    cr_assert_eq(s.meter.present, 0);
    servers_fini(&s);
}

Test(servers, far_away)
{
    /* A demand, and a patience, beyond the end of time. */
    struct station s;
    struct trip trip[] = {PLAIN(10, PSN_NEVER - 5, 0), JOB(11, 1, 0, PSN_NEVER - 11, 0),
                          JOB(11, 1, 0, PSN_NEVER - 12, 0)};
    RUN(&s, CONFIG(1, 1, false, 0), trip, nothing, PSN_NEVER - 1, PSN_NEVER, PSN_NEVER, PSN_NEVER);
    cr_assert_eq(station_next(&s), PSN_NEVER - 1, "the third's patience");
    station_fini(&s);
}

Test(servers, a_tandem_without_room_between_blocks)
{
    /* A source that never runs dry, two servers in a row of exactly 3 and 5, no room between: the
     * first is held from its end until the second takes its job. */
    struct servers a, b;
    enum servers_end how;
    struct job job[5];
    psn_time gone[5], now = 0;
    int through = 0;
    struct job *blocked = NULL;
    cr_assert_eq(servers_init(&a, &(struct servers_config){1, 1, false, 0}), PSN_OK);
    cr_assert_eq(servers_init(&b, &(struct servers_config){1, 1, false, 1}), PSN_OK);
    meter_init(&a.meter, 0, 28, 28, 1, NULL, NULL, NULL);
    meter_init(&b.meter, 0, 28, 28, 1, NULL, NULL, NULL);
    for (int i = 0; i < 5; i++) {
        job[i] = (struct job){.service = 3, .patience = PSN_NEVER};
        servers_arrive(&a, &job[i], 0);
    }
    while (through < 5) {
        now = b.next <= a.next ? b.next : a.next;
        if (b.next == now) {
            gone[through++] = now;
            servers_depart(&b, now, &how);
            if (blocked) {
                servers_free(&a, now);
                servers_arrive(&b, blocked, now);
                blocked = NULL;
            }
            continue;
        }
        struct job *j = servers_depart(&a, now, &how);
        j->service = 5;
        if (servers_full(&b)) {
            blocked = j;
            servers_hold(&a, PSN_NEVER, now);
        } else {
            servers_arrive(&b, j, now);
        }
    }
    for (int i = 0; i < 5; i++)
        cr_assert_eq(gone[i], 8 + 5 * i);
    cr_assert_eq(b.meter.refused, 0);
    meter_finish(&a.meter);
    meter_finish(&b.meter);
    cr_assert_float_eq(meter_utilisation(&a.meter), 23 / 28.0, 1e-15); /* idle once all are out */
    cr_assert_float_eq(meter_utilisation(&b.meter), 25 / 28.0, 1e-15);
    servers_fini(&a);
    servers_fini(&b);
}
