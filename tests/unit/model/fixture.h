/* SPDX-License-Identifier: Apache-2.0
 * Descriptions from inline texts, for the model's unit tests. */
#ifndef TESTS_MODEL_FIXTURE_H
#define TESTS_MODEL_FIXTURE_H

#include "model/model.h"
#include "scenario/scenario.h"

/* The description of a scenario given as text; fails the test with every mistake printed where it
 * is not sound. End with description_free. */
struct description *fixture_describe(const char *text);

/* The same where a mistake is expected: its first line is copied to `message`, in which "" means
 * none. Covers scenario_load, scenario_describe and model_check. */
void fixture_mistake(const char *text, char *message, size_t size);

/* One run; fails the test where it does not complete. End with outcome_free. */
struct outcome *fixture_run(const struct description *d, uint32_t replication,
                            const struct model_schedule *schedule);

/* A hub with three town halls, a web and a vault: open, closed and scheduled workloads, a choice,
 * reads and writes over two links, long messages, day levels. Four hours. */
extern const char *const fixture_shire;

/* Two halls and a centre with one station of every kind: rooms that refuse and hold back, patience,
 * hours, wrap-up, faults of all kinds of things, nested loops, a fork whose branches may fail,
 * users who try again. Eighty minutes of a morning. */
extern const char *const fixture_town;

#endif
