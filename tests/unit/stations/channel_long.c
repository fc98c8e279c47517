/* SPDX-License-Identifier: Apache-2.0
 * Channels over hours, with weights, rates and caps that are no round numbers: no work is lost or
 * made, and it does not matter when anyone looks. */
#include "channel.h"

#define S PSN_SECOND

enum { RIDES = 3000, OPERATIONS = 400 };

static const struct channel_class classes[] = {{.level = 2},
                                               {.weight = 0.123456, .by_owner = true},
                                               {.level = 1, .limit = FULL / 7, .burst = 5 * S},
                                               {.weight = 3.3},
                                               {.weight = 7,
                                                .by_owner = true,
                                                .early = true,
                                                .early_from = 0.3,
                                                .early_to = 1,
                                                .early_most = 1},
                                               {.level = 2}};

static void draw_rides(uint64_t *seed, struct ride *ride, int64_t gap)
{
    psn_time clock = 0;
    for (size_t i = 0; i < RIDES; i++) {
        clock += draw(seed, gap);
        psn_time work = draw(seed, S), last = draw(seed, 4) == 0 ? draw(seed, work + 1) : 0;
        ride[i] = (struct ride){.at = clock,
                                .chance = (double)draw(seed, 1000) / 1000,
                                .job = {.service = work,
                                        .last = last,
                                        .group = (uint32_t)draw(seed, COUNT(classes)),
                                        .owner = (uint32_t)draw(seed, 12)}};
    }
}

Test(channel_long, looks_change_nothing)
{
    /* Once with each operation, once with as many looks between them, which set the speed to what
     * it is. */
    const struct channel_config config = {.n_classes = COUNT(classes),
                                          .class = classes,
                                          .packet = S / 50,
                                          .buffer = 5 * S,
                                          .contract = FULL / 5 * 4,
                                          .contract_burst = 3 * S};
    struct ride *ride = malloc((size_t)2 * RIDES * sizeof *ride);
    struct operation *operation = calloc((size_t)4 * OPERATIONS, sizeof *operation);
    cr_assert(ride && operation);
    uint64_t seed = 71;
    draw_rides(&seed, ride, S);
    memcpy(ride + RIDES, ride, RIDES * sizeof *ride);
    struct operation *looks = operation + OPERATIONS;
    psn_time clock = 0;
    uint64_t speed = FULL;
    for (size_t i = 0; i < OPERATIONS; i++) {
        clock += draw(&seed, 4 * S);
        int64_t kind = draw(&seed, 100);
        operation[i] = (struct operation){.at = clock,
                                          .deed = kind < 2    ? FLUSH
                                                  : kind < 30 ? SPEED
                                                              : BACKGROUND,
                                          .class = (uint32_t)draw(&seed, COUNT(classes)),
                                          .value = (uint64_t)draw(&seed, (int64_t)FULL + 1) / 4,
                                          .weight = (uint32_t)(1 + draw(&seed, 5))};
        if (operation[i].deed == SPEED)
            operation[i].value = speed = FULL - operation[i].value;
        looks[3 * i] = operation[i];
        for (size_t k = 1; k < 3; k++)
            looks[3 * i + k] = (struct operation){
                .at = clock + draw(&seed, 2), .deed = SPEED, .value = speed, .class = 0};
        if (looks[3 * i + 2].at < looks[3 * i + 1].at)
            looks[3 * i + 2].at++;
        clock++;
    }
    struct course course = {.config = &config,
                            .ride = ride,
                            .n_rides = RIDES,
                            .operation = operation,
                            .n_operations = OPERATIONS,
                            .until = 3000 * S};
    struct course looked = course;
    looked.ride = ride + RIDES;
    looked.operation = looks;
    looked.n_operations = 3 * (size_t)OPERATIONS;
    course_drive(&course);
    course_drive(&looked);
    size_t taken = 0;
    for (size_t i = 0; i < RIDES; i++) {
        cr_assert_eq(looked.ride[i].fate, ride[i].fate, "fate of %zu", i);
        cr_assert_eq(looked.ride[i].gone, ride[i].gone, "%zu: %lld, not %lld", i,
                     (long long)looked.ride[i].gone, (long long)ride[i].gone);
        cr_assert_eq(looked.ride[i].staged, ride[i].staged);
        taken += ride[i].fate == CHANNEL_TAKEN && !ride[i].flushed;
    }
    cr_assert(taken > RIDES / 3 && taken < RIDES);
    free(ride);
    free(operation);
}

Test(channel_long, work_is_conserved)
{
    /* Whenever it falls idle it has done all the work that a single queue would have done, but for
     * less than 1 ns for each time that a queue fell empty; and each class's work is that of its
     * jobs. */
    struct ride *ride = malloc(RIDES * sizeof *ride);
    struct operation look[COUNT(classes)];
    cr_assert(ride);
    uint64_t seed = 73;
    const struct channel_config config = {
        .n_classes = COUNT(classes), .class = classes, .packet = S / 50};
    draw_rides(&seed, ride, S);
    for (size_t k = 0; k < COUNT(classes); k++)
        look[k] = (struct operation){.at = RIDES * S, .deed = LOOK, .class = (uint32_t)k};
    struct course course = {.config = &config,
                            .ride = ride,
                            .n_rides = RIDES,
                            .operation = look,
                            .n_operations = COUNT(classes),
                            .until = RIDES * S + 1};
    course_drive(&course);
    psn_time done = 0, last = 0;
    exact_sum work[COUNT(classes)] = {0};
    for (size_t i = 0; i < RIDES; i++) {
        if (ride[i].fate != CHANNEL_TAKEN)
            continue;
        done = (done > ride[i].at ? done : ride[i].at) + ride[i].job.service;
        last = ride[i].gone > last ? ride[i].gone : last;
        work[ride[i].job.group] += ride[i].job.service;
    }
    cr_assert(last >= done && last < done + RIDES);
    for (size_t k = 0; k < COUNT(classes); k++)
        cr_assert(look[k].work == work[k] && work[k] > 0, "class %zu", k);
    free(ride);
}
