/* SPDX-License-Identifier: Apache-2.0
 * Tests of stations/weighted: hand calculations, egalitarian sharing, and a reference that goes on
 * ns by ns. */
#include "drive.h"

#define FULL PACE_FULL

/* Runs trips and changes through a fresh station, and checks every departure. */
static void run(struct weighted_config config, struct trip *trip, size_t n,
                const struct change *change, size_t n_changes, const psn_time *expected)
{
    struct station s = {.kind = WEIGHTED, .change = change, .n_changes = n_changes};
    cr_assert_eq(weighted_init(&s.is.weighted, &config), PSN_OK);
    station_measure(&s, 0, PSN_NEVER - 1, config.servers);
    drive(&s, trip, n);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %zu departs at %lld, not %lld", i,
                     (long long)trip[i].gone, (long long)expected[i]);
    station_fini(&s);
}

#define JOB(when, work, to)                                                                        \
    {                                                                                              \
        .at = (when), .job = {.service = (work), .group = (to) }                                   \
    }
#define COUNT(array)           (sizeof(array) / sizeof *(array))
#define RUN(config, trip, ...) run(config, trip, COUNT(trip), NULL, 0, (psn_time[]){__VA_ARGS__})

static struct weighted_config config_of(int64_t servers, uint32_t groups, const double *weight,
                                        bool whole)
{
    return (struct weighted_config){
        .servers = servers, .n_groups = groups, .weight = weight, .whole = whole};
}

Test(weighted, one_group_is_egalitarian)
{
    /* Every departure, and the order of those at one time, as from stations/sharing. */
    enum { JOBS = 20000 };
    struct trip *trip = calloc(JOBS, sizeof *trip);
    psn_time *expected = malloc(JOBS * sizeof *expected);
    uint32_t *place = malloc(JOBS * sizeof *place);
    cr_assert(trip && expected && place);
    uint64_t seed = 11;
    for (int64_t servers = 1; servers <= 5; servers += 2) {
        psn_time clock = 0, unit = servers == 1 ? 2000000 : 20;
        for (int i = 0; i < JOBS; i++) {
            clock += draw(&seed, unit);
            trip[i] = (struct trip)JOB(clock, draw(&seed, unit * servers * 99 / 100), 0);
        }
        drive_fresh(SHARING, servers, trip, JOBS, NULL);
        for (int i = 0; i < JOBS; i++) {
            expected[i] = trip[i].gone;
            place[i] = trip[i].place;
        }
        drive_fresh(WEIGHTED, servers, trip, JOBS, expected);
        for (int i = 0; i < JOBS; i++)
            cr_assert_eq(trip[i].place, place[i]);
    }
    free(trip);
    free(expected);
    free(place);
}

Test(weighted, a_writer_and_a_privileged_one)
{
    /* Two flows of 4 MB on a disk of 40 MB/s, the second with twice the weight; then again, the
     * second after a rest of 50 ms and with equal weight for its first 2 MB (100 ms). In us. */
    const double weight[] = {1, 2};
    struct trip trip[] = {JOB(0, 100000, 0), JOB(0, 100000, 1), JOB(200000, 100000, 0),
                          JOB(200000, 50000, 0), JOB(300000, 50000, 1)};
    RUN(config_of(1, 2, weight, false), trip, 200000, 150000, 400000, 300000, 375000);
}

Test(weighted, by_job_and_by_group)
{
    /* Weights 3 and 1, three jobs of 6 in the first, one in the second. By job 3/10 each and 1/10:
     * the three are done at 20, the other has 4 left. By group 1/4 each, all done at 24. */
    const double weight[] = {3, 1};
    struct trip trip[] = {JOB(0, 6, 0), JOB(0, 6, 0), JOB(0, 6, 0), JOB(0, 6, 1)};
    RUN(config_of(1, 2, weight, false), trip, 20, 20, 20, 24);
    RUN(config_of(1, 2, weight, true), trip, 24, 24, 24, 24);
    cr_assert(trip[0].place == 0 && trip[2].place == 2 && trip[3].place == 3);
    /* More jobs gain the first group nothing: 10 of 6 each beside 30 of the other. */
    struct trip noisy[11];
    psn_time expected[11];
    for (int i = 0; i < 10; i++) {
        noisy[i] = (struct trip)JOB(0, 6, 0);
        expected[i] = 90;
    }
    noisy[10] = (struct trip)JOB(0, 30, 1);
    expected[10] = 60;
    run(config_of(1, 2, (double[]){1, 1}, true), noisy, 11, NULL, 0, expected);
}

Test(weighted, one_server_at_most)
{
    /* Three servers, weights 8 and 1: the first would have 8/11 of three, and gets one; four others
     * share two. At 10 they have 5 left each, and half of them go on at 3/4. */
    const double weight[] = {8, 1};
    struct trip trip[] = {JOB(0, 10, 0), JOB(0, 10, 1), JOB(0, 10, 1), JOB(0, 14, 1),
                          JOB(0, 14, 1)};
    /* 5 at 3/4: 6 2/3, so at 17, where the longer ones have had 10 1/4: 3 3/4 left. */
    RUN(config_of(3, 2, weight, false), trip, 10, 17, 17, 21, 21);
    /* By group, weights 1: one job against four on two servers: one each group. */
    struct trip whole[] = {JOB(0, 10, 0), JOB(0, 10, 1), JOB(0, 10, 1), JOB(0, 10, 1),
                           JOB(0, 10, 1)};
    RUN(config_of(2, 2, (double[]){5, 1}, true), whole, 10, 25, 25, 25, 25);
}

Test(weighted, strict_levels)
{
    /* Groups 0 and 2 below group 1, on two servers. The one of level 0 gets a server, the others
     * share the second; two of level 0 leave nothing. */
    const double weight[] = {1, 1, 3};
    const uint32_t level[] = {1, 0, 1};
    struct weighted_config config = config_of(2, 3, weight, false);
    config.level = level;
    struct trip trip[] = {JOB(0, 9, 0), JOB(0, 9, 2), JOB(0, 8, 1), JOB(4, 6, 1)};
    /* To 4: 1/4 and 3/4, so 1 and 3 done. Nothing to 8, then one server as before, and 2 of level 0
     * left: to 10, 1 1/2 and 4 1/2 done. Then two servers for two: 7.5 and 4.5. */
    RUN(config, trip, 18, 15, 8, 10);
}

Test(weighted, servers_and_speed_that_change)
{
    /* Two servers for three of 12: 2/3 each, 4 done at 6. Then one at half speed: 1/6 each, 1 done
     * at 12; no server until 20; three at full speed. */
    const double weight[] = {1};
    struct trip trip[] = {JOB(0, 12, 0), JOB(0, 12, 0), JOB(0, 12, 0), JOB(13, 2, 0)};
    const struct change change[] = {{.at = 6, .servers = 1, .speed = FULL / 2},
                                    {.at = 12, .servers = 0, .speed = FULL},
                                    {.at = 20, .servers = 3, .speed = 0},
                                    {.at = 22, .servers = 3, .speed = FULL}};
    /* From 22: three quarters each; the fourth of 2 at 24 2/3, so at 25 the others have 4 3/4. */
    const psn_time expected[] = {30, 30, 30, 25};
    struct station s = {.kind = WEIGHTED, .change = change, .n_changes = 4};
    const struct weighted_config config = config_of(2, 1, weight, false);
    cr_assert_eq(weighted_init(&s.is.weighted, &config), PSN_OK);
    station_measure(&s, 0, 40, 2);
    drive(&s, trip, 4);
    for (int i = 0; i < 4; i++)
        cr_assert_eq(trip[i].gone, expected[i], "job %d at %lld", i, (long long)trip[i].gone);
    struct meter *m = station_finish(&s);
    cr_assert(m->busy_total == 2 * 6 + 6 + 3 * 8);
    cr_assert(m->capacity_total == 2 * 6 + 6 + 3 * 20);
    station_fini(&s);
}

Test(weighted, never_idle_for_years)
{
    /* Two jobs of ten years with weights 1 and 2, and a short one of weight 3 every day: no
     * overflow, no drift. Each short one takes twice its demand. */
    enum { DAYS = 3650 };
    const psn_time short_service = 1000000007, long_service = 3650 * PSN_DAY;
    struct trip *trip = calloc(DAYS + 2, sizeof *trip);
    psn_time *expected = malloc((DAYS + 2) * sizeof *expected);
    cr_assert(trip && expected);
    trip[0] = (struct trip)JOB(0, long_service, 0);
    trip[1] = (struct trip)JOB(0, long_service, 1);
    for (int i = 0; i < DAYS; i++) {
        trip[i + 2] = (struct trip)JOB((i + 1) * PSN_DAY, short_service, 2);
        expected[i + 2] = trip[i + 2].at + 2 * short_service;
    }
    /* The second has two thirds of what the short ones leave until it is done. */
    psn_time days = long_service * 3 / 2 / PSN_DAY;
    cr_assert_gt(days, DAYS, "all short ones come before");
    expected[1] = long_service * 3 / 2 + DAYS * short_service;
    expected[0] = 2 * long_service + DAYS * short_service;
    run(config_of(1, 3, (double[]){1, 2, 3}, false), trip, DAYS + 2, NULL, 0, expected);
    free(trip);
    free(expected);
}

/* ---- The reference: ns by ns, in exact parts of a ns ---- */

#define GROUPS 4

struct reference {
    const struct weighted_config *config;
    const struct trip *trip;
    exact_sum parts; /* of a ns: divides by all that comes up */
    exact_sum left[128], rate[128];
    psn_time *gone;
    size_t come;
};

static bool present(const struct reference *r, size_t i)
{
    return r->gone[i] == PSN_NEVER;
}

static int64_t weight_of(const struct reference *r, size_t i)
{
    return (int64_t)r->config->weight[r->trip[i].job.group];
}

/* Rates of a level's jobs from `servers`: the job with the most weight of its own first, as much as
 * it may have of what is left. Returns what they leave. */
static exact_sum reference_level(struct reference *r, uint32_t level, exact_sum servers)
{
    int64_t members[GROUPS] = {0}, weights = 0;
    size_t open = 0;
    bool done[128] = {false};
    for (size_t i = 0; i < r->come; i++) {
        done[i] = !present(r, i) || r->config->level[r->trip[i].job.group] != level;
        if (!done[i] && (members[r->trip[i].job.group]++ == 0 || !r->config->whole))
            weights += weight_of(r, i);
        open += !done[i];
    }
    /* In parts of a weight: 27720 divides by up to 12 members. */
    exact_sum all = (exact_sum)weights * 27720;
    for (int g = 0; g < GROUPS; g++)
        cr_assert_leq(members[g], 12);
    for (; open > 0; open--) {
        size_t next = r->come;
        int64_t most = 0;
        for (size_t i = 0; i < r->come; i++) {
            if (done[i])
                continue;
            int64_t own = weight_of(r, i) * 27720;
            own /= r->config->whole ? members[r->trip[i].job.group] : 1;
            if (own > most) {
                most = own;
                next = i;
            }
        }
        exact_sum part = servers * most / all;
        cr_assert(part * all == servers * most || part >= r->parts, "parts divide");
        r->rate[next] = part < r->parts ? part : r->parts;
        servers -= r->rate[next];
        all -= most;
        done[next] = true;
    }
    return servers;
}

static void reference_run(struct reference *r, size_t n, const struct change *change,
                          size_t n_changes)
{
    int64_t servers = r->config->servers, quarters = 4;
    size_t changed = 0;
    for (size_t i = 0; i < n; i++)
        r->gone[i] = PSN_NEVER;
    for (psn_time now = 0; now < 20000; now++) {
        for (size_t i = 0; i < r->come; i++)
            if (present(r, i) && r->left[i] <= 0)
                r->gone[i] = now;
        for (; changed < n_changes && change[changed].at == now; changed++) {
            servers = change[changed].servers;
            quarters = (int64_t)(change[changed].speed / (FULL / 4));
        }
        for (; r->come < n && r->trip[r->come].at == now; r->come++) {
            r->left[r->come] = r->parts * 4 * r->trip[r->come].job.service;
            if (r->left[r->come] == 0)
                r->gone[r->come] = now;
        }
        exact_sum rest = servers * r->parts;
        for (uint32_t level = 0; level < GROUPS; level++)
            rest = reference_level(r, level, rest);
        for (size_t i = 0; i < r->come; i++)
            if (present(r, i))
                r->left[i] -= r->rate[i] * quarters;
    }
}

static void check_random(bool whole, exact_sum parts, uint64_t seed)
{
    enum { JOBS = 60, CHANGES = 20 };
    for (int round = 0; round < 150; round++) {
        struct trip trip[JOBS];
        struct change change[CHANGES];
        psn_time expected[JOBS], clock = 0;
        double weight[GROUPS];
        uint32_t level[GROUPS];
        for (int g = 0; g < GROUPS; g++) {
            weight[g] = (double)(1 + draw(&seed, whole ? 2 : 3));
            level[g] = round % 2 ? (uint32_t)draw(&seed, 3) : 0;
        }
        struct weighted_config config = config_of(1 + draw(&seed, 3), GROUPS, weight, whole);
        config.level = level;
        for (int i = 0; i < JOBS; i++) {
            clock += draw(&seed, 70) * (draw(&seed, 4) > 0);
            trip[i] = (struct trip)JOB(clock, draw(&seed, 25), (uint32_t)draw(&seed, GROUPS));
        }
        clock = 0;
        for (int i = 0; i < CHANGES; i++) {
            clock += draw(&seed, 150);
            change[i] = (struct change){.at = clock,
                                        .servers = 1 + draw(&seed, 4),
                                        .speed = FULL / 4 * (uint64_t)(2 + draw(&seed, 3))};
        }
        size_t n_changes = round % 3 ? CHANGES : 0;
        struct reference r = {.config = &config, .trip = trip, .parts = parts, .gone = expected};
        reference_run(&r, JOBS, change, n_changes);
        run(config, trip, JOBS, change, n_changes, expected);
    }
}

Test(weighted, random_jobs_against_the_reference)
{
    check_random(false, 144403552893600, 7); /* divides by 1 to 36 */
    check_random(true, (exact_sum)69854400 * 27720, 8);
}
