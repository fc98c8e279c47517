/* SPDX-License-Identifier: Apache-2.0
 * The canonical example as a description: every part, by hand. */
#include <criterion/criterion.h>
#include <math.h>

#include "describing.h"

static struct description *councils(const char *const *sets, size_t n)
{
    char *mistakes;
    struct description *d = describing(COUNCILS, sets, n, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_not_null(d);
    return d;
}

Test(describe, time_and_frame)
{
    struct description *d = councils(NULL, 0);
    cr_assert_str_eq(d->title, "Two councils");
    cr_assert_eq(d->start_day, 15222);
    cr_assert_eq(d->start_of_week, 0);
    cr_assert_eq(d->horizon, 2 * PSN_WEEK);
    cr_assert_eq(d->warmup, PSN_DAY);
    cr_assert_eq(d->interval, 15 * PSN_MINUTE);
    cr_assert_eq(d->demand, 1);
    cr_assert_str_eq(d->arrangement, "shared");
    cr_assert_eq(d->seed, 2011);
    cr_assert_eq(d->replications, 20);
    description_free(d);
}

Test(describe, an_automatic_warmup_is_none_yet)
{
    static const char *const sets[] = {"time.warmup=auto"};
    struct description *d = councils(NULL, 0);
    cr_assert_not(d->warmup_auto);
    description_free(d);
    d = councils(sets, 1);
    cr_assert(d->warmup_auto);
    cr_assert_eq(d->warmup, 0);
    cr_assert_not_null(d->warmup_place.file);
    description_free(d);
}

Test(describe, hour_of_week)
{
    static const char *const sets[] = {"time.start=2011-09-10T22:00"}; /* a Saturday */
    struct description *d = councils(sets, 1);
    cr_assert_eq(d->start_of_week, 5 * PSN_DAY + 22 * PSN_HOUR);
    cr_assert_eq(description_hour_of_week(d, 0), 142);
    cr_assert_eq(description_hour_of_week(d, PSN_HOUR - 1), 142);
    cr_assert_eq(description_hour_of_week(d, PSN_HOUR), 143);
    cr_assert_eq(description_hour_of_week(d, 26 * PSN_HOUR), 0);
    cr_assert_eq(description_hour_of_week(d, -PSN_HOUR), 141);
    cr_assert_eq(description_hour_of_week(d, 3 * PSN_WEEK + PSN_HOUR), 143);
    description_free(d);
}

Test(describe, partners_in_the_order_of_names)
{
    struct description *d = councils(NULL, 0);
    cr_assert_eq(d->n_partners, 2);
    const struct partner *adur = &d->partner[0], *worthing = &d->partner[1];
    cr_assert_str_eq(adur->name, "adur");
    cr_assert_str_eq(adur->label, "Adur");
    cr_assert_str_eq(worthing->label, "worthing");
    cr_assert_eq(worthing->population, 104640);
    cr_assert_eq(worthing->staff, 760);
    cr_assert_eq(worthing->n_staff_at, 2);
    cr_assert_eq(worthing->staff_at[0].site, 0); /* civic, internet, town-hall */
    cr_assert_eq(worthing->staff_at[0].people, 460);
    cr_assert_eq(worthing->staff_at[1].site, 2);
    cr_assert_eq(adur->n_data, 1);
    cr_assert_str_eq(adur->data_name[0], "db");
    cr_assert_eq(adur->data_bits[0], 24e12);
    cr_assert_str_eq(adur->place.file, "test.yaml");
    cr_assert_eq(adur->place.line, 11);
    cr_assert_eq(adur->place.column, 3);
    description_free(d);
}

Test(describe, places)
{
    struct description *d = councils(NULL, 0);
    cr_assert_eq(d->n_links, 2);
    const struct link *county = &d->link[0], *web = &d->link[1];
    cr_assert_str_eq(county->name, "county");
    cr_assert_eq(county->end[0],
                 2); /* as the text has it: from the town hall to the civic centre */
    cr_assert_eq(county->end[1], 0);
    cr_assert_eq(county->bandwidth_bps, 1e8);
    cr_assert_eq(county->delay, 2000000);
    cr_assert_eq(county->partner, NO_INDEX);
    cr_assert_eq(web->delay, 0);
    cr_assert(web->exists);
    cr_assert_eq(d->n_pools, 2);
    const struct pool *adur = &d->pool[0], *joint = &d->pool[1];
    cr_assert_str_eq(adur->name, "adur-servers");
    cr_assert_eq(adur->hosts, 2);
    cr_assert_eq(adur->cores, 4);
    cr_assert_eq(adur->discipline, DISCIPLINE_FIFO);
    cr_assert_eq(adur->partner, 0);
    cr_assert_not(adur->exists);
    cr_assert_eq(joint->hosts, 3);
    cr_assert_eq(joint->cores, 12); /* 1 per 100 of 420 + 760 staff, rounded up */
    cr_assert_eq(joint->discipline, DISCIPLINE_SHARING);
    cr_assert_eq(joint->speed, 1);
    cr_assert(joint->exists);
    cr_assert_eq(d->n_arrays, 1);
    cr_assert_eq(d->array[0].iops, 9000);
    cr_assert_eq(d->array[0].bandwidth_bps, 8e9);
    cr_assert_eq(d->array[0].latency, 1000000);
    cr_assert_eq(d->array[0].capacity_bits, 240e12);
    cr_assert_eq(d->array[0].site, 2);
    description_free(d);
}

Test(describe, sizes_follow_the_hosting)
{
    static const char *const sets[] = {"use.arrangement=alone"};
    struct description *d = councils(sets, 1);
    cr_assert(d->pool[0].exists);
    cr_assert_not(d->link[1].exists);
    cr_assert_eq(d->pool[1].cores, 8); /* Worthing's 760 alone */
    description_free(d);
}

Test(describe, services)
{
    struct description *d = councils(NULL, 0);
    cr_assert_eq(d->n_roles, 3);
    cr_assert_str_eq(d->role[0], "app");
    cr_assert_str_eq(d->role[1], "db");
    cr_assert_str_eq(d->role[2], "vault");
    cr_assert_eq(d->n_services, 2);
    const struct service *backup = &d->service[0], *work = &d->service[1];
    cr_assert_eq(work->n_steps, 5);
    cr_assert_eq(work->step[0].verb, STEP_REQUEST);
    cr_assert_eq(work->step[0].role, NO_INDEX);
    cr_assert_eq(work->step[0].amount.mean.value, 32000);
    cr_assert_eq(work->step[1].verb, STEP_COMPUTE);
    cr_assert_eq(work->step[1].role, 0);
    cr_assert_eq(work->step[1].amount.mean.value, 60e6);
    cr_assert_eq(work->step[1].amount.law.kind, LAW_LOGNORMAL);
    cr_assert_eq(work->step[2].verb, STEP_READ);
    cr_assert_eq(work->step[2].times, 3);
    cr_assert_eq(work->step[3].verb, STEP_CHOICE);
    cr_assert_eq(work->step[3].n_branches, 2);
    cr_assert_float_eq(work->step[3].branch[0].share, 0.3, 1e-15);
    cr_assert_eq(work->step[3].branch[0].n_steps, 1);
    cr_assert_eq(work->step[3].branch[0].step[0].verb, STEP_WRITE);
    cr_assert_eq(work->step[3].branch[1].n_steps, 0);
    cr_assert_eq(work->step[4].verb, STEP_RESPONSE);
    cr_assert_eq(work->step[4].times, 1);
    /* 4 % of 3 TB and of 5 TB */
    cr_assert_float_eq(description_amount(d, &backup->step[0].amount.mean, 0), 0.96e12, 1);
    cr_assert_float_eq(description_amount(d, &backup->step[1].amount.mean, 1), 1.6e12, 1);
    description_free(d);
}

Test(describe, hosting_by_partner_and_for_all)
{
    static const char *const sets[] = {"use.arrangement=alone"};
    struct description *d = councils(sets, 1);
    const struct machine *adur = d->hosting, *worthing = d->hosting + d->n_roles;
    cr_assert_eq(adur[0].kind, MACHINE_POOL);
    cr_assert_eq(adur[0].index, 0);
    cr_assert_eq(worthing[0].index, 1);
    cr_assert_eq(adur[1].kind, MACHINE_ARRAY);
    cr_assert_eq(worthing[2].kind, MACHINE_SITE);
    cr_assert_eq(worthing[2].index, 1);
    description_free(d);
}

Test(describe, hours_of_the_only_calendar)
{
    struct description *d = councils(NULL, 0);
    cr_assert_eq(d->n_hours, 2);
    cr_assert_str_eq(d->hours[1].name, "office");
    cr_assert(hours_open(&d->hours[1], 8 * PSN_HOUR));
    cr_assert_not(hours_open(&d->hours[1], 9 * PSN_DAY + 12 * PSN_HOUR)); /* 2011-09-14 */
    cr_assert(hours_open(&d->hours[1], 10 * PSN_DAY + 12 * PSN_HOUR));
    description_free(d);
}

Test(describe, objectives_and_their_targets)
{
    struct description *d = councils(NULL, 0);
    static const char *const names[] = {"fast adur",
                                        "fast worthing",
                                        "roomy county to civic",
                                        "roomy county to town-hall",
                                        "roomy web to town-hall",
                                        "roomy web to internet"};
    cr_assert_eq(d->n_objectives, 2);
    const struct objective *fast = &d->objective[0], *roomy = &d->objective[1];
    cr_assert_eq(fast->kind, SUBJECT_SERVICE);
    cr_assert_eq(fast->figure, FIGURE_RESPONSE_QUANTILE);
    cr_assert_float_eq(fast->quantile, 0.95, 1e-15);
    cr_assert(fast->at_most);
    cr_assert_eq(fast->limit, 2e9);
    cr_assert_eq(fast->hours, 1);
    cr_assert_eq(roomy->figure, FIGURE_UTILISATION_QUANTILE);
    cr_assert_float_eq(roomy->limit, 0.8, 1e-15);
    cr_assert_eq(roomy->hours, NO_INDEX);
    cr_assert_eq(d->n_targets, 6);
    for (size_t i = 0; i < 6; i++) {
        cr_assert_str_eq(d->target[i].name, names[i]);
        cr_assert(d->target[i].exists);
    }
    cr_assert_eq(d->target[1].partner, 1);
    cr_assert_eq(d->target[3].subject, 1);
    cr_assert_eq(d->target[3].partner, NO_INDEX);
    description_free(d);
}

/* In the other arrangement all lists are the same; only what takes part differs. */
Test(describe, the_same_lists_in_every_arrangement)
{
    static const char *const sets[] = {"use.arrangement=alone"};
    struct description *shared = councils(NULL, 0), *alone = councils(sets, 1);
    cr_assert_eq(shared->n_sources, alone->n_sources);
    for (size_t i = 0; i < shared->n_sources; i++)
        cr_assert_str_eq(shared->source[i].name, alone->source[i].name);
    cr_assert_eq(shared->n_targets, alone->n_targets);
    for (size_t i = 0; i < shared->n_targets; i++)
        cr_assert_str_eq(shared->target[i].name, alone->target[i].name);
    cr_assert(alone->target[3].exists);
    cr_assert_not(alone->target[4].exists);
    description_free(shared);
    description_free(alone);
}

static void check_figure(const char *figure, const char *limit, const char *subject,
                         enum figure expected, double quantile, double within, double bound,
                         bool at_most)
{
    char text[8192], *mistakes;
    snprintf(text, sizeof text, "%s%s", COUNCILS, "");
    char *at = strstr(text, "  roomy:"), rest[2048];
    strcpy(rest, strchr(at, '\n'));
    snprintf(at, 512, "  roomy: {%s, figure: %s, %s}", subject, figure, limit);
    strcat(text, rest);
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    const struct objective *o = &d->objective[1];
    cr_assert_eq(o->figure, expected, "%s", figure);
    cr_assert_float_eq(o->quantile, quantile, 1e-12, "%s", figure);
    cr_assert_float_eq(o->within, within, 1e-6, "%s", figure);
    cr_assert_float_eq(o->limit, bound, 1e-9, "%s: %g", figure, o->limit);
    cr_assert_eq(o->at_most, at_most);
    description_free(d);
}

Test(describe, figures)
{
    static const char *const service = "service: all", *const link = "link: county",
                             *const station = "station: [joint-san, joint-servers]";
    check_figure("response mean", "at most: 100 ms", service, FIGURE_RESPONSE_MEAN, 0, 0, 1e8,
                 true);
    check_figure("response p99.9", "at most: 1 s", service, FIGURE_RESPONSE_QUANTILE, 0.999, 0, 1e9,
                 true);
    check_figure("response max", "at most: 1 min", service, FIGURE_RESPONSE_MAX, 0, 0, 60e9, true);
    check_figure("response within 2 s", "at least: 99 %", service, FIGURE_RESPONSE_WITHIN, 0, 2e9,
                 0.99, false);
    check_figure("utilisation", "at most: 0.7", link, FIGURE_UTILISATION_MEAN, 0, 0, 0.7, true);
    check_figure("utilisation mean", "at most: 70 %", station, FIGURE_UTILISATION_MEAN, 0, 0, 0.7,
                 true);
    check_figure("utilisation p50", "at most: 70 %", station, FIGURE_UTILISATION_QUANTILE, 0.5, 0,
                 0.7, true);
    check_figure("utilisation max", "at most: 95 %", link, FIGURE_UTILISATION_MAX, 0, 0, 0.95,
                 true);
    check_figure("utilisation above 80 %", "at most: 2 h / week", link, FIGURE_UTILISATION_ABOVE, 0,
                 0.8, 2.0 / 168, true);
    check_figure("utilisation above 80 %", "at most: 1 %", link, FIGURE_UTILISATION_ABOVE, 0, 0.8,
                 0.01, true);
    check_figure("wait mean", "at most: 5 ms", station, FIGURE_WAIT_MEAN, 0, 0, 5e6, true);
}

/* The description stands by itself: nothing points into the scenario, which is gone (ASan sees it).
 */
Test(describe, factors)
{
    struct description *d = councils(NULL, 0);
    cr_assert_eq(d->n_factors, 3);
    const struct factor *arrangement = &d->factor[0], *demand = &d->factor[1],
                        *link = &d->factor[2];
    cr_assert_str_eq(arrangement->name, "arrangement");
    cr_assert_eq(arrangement->n_options, 2);
    cr_assert_str_eq(arrangement->option[1].label, "shared");
    cr_assert(isnan(arrangement->option[0].number));
    cr_assert_null(arrangement->option[0].unit);
    cr_assert_str_eq(demand->option[1].label, "1.0");
    cr_assert_eq(demand->option[2].number, 1.3);
    cr_assert_str_eq(demand->option[2].unit, "1");
    cr_assert_str_eq(link->name, "links.county.bandwidth");
    cr_assert_str_eq(link->option[1].label, "1 Gbit/s");
    cr_assert_eq(link->option[1].number, 1e9);
    cr_assert_str_eq(link->option[1].unit, "bit/s");
    cr_assert_eq(link->option[1].n_settings, 1);
    cr_assert_str_eq(link->option[1].setting[0].path, "links.county.bandwidth");
    cr_assert_str_eq(link->option[1].setting[0].value->text, "1 Gbit/s");
    cr_assert_str_eq(link->option[1].setting[0].place.file, "test.yaml");
    description_free(d);
}

/* A point's settings, taken from the base case's factors, are described in turn. */
Test(describe, a_point_of_the_study)
{
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    struct description *base = NULL, *point = NULL;
    const char *text = COUNCILS;
    cr_assert_eq(scenario_load_from(describing_fetch, (void *)(uintptr_t)text, "test.yaml", NULL, 0,
                                    &s, &all),
                 0);
    cr_assert_eq(scenario_describe(s, NULL, 0, &base, &all), 0);
    struct setting settings[3] = {base->factor[0].option[0].setting[0],
                                  base->factor[1].option[2].setting[0],
                                  base->factor[2].option[1].setting[0]};
    cr_assert_eq(scenario_describe(s, settings, 3, &point, &all), 0);
    cr_assert_str_eq(point->arrangement, "alone");
    cr_assert_eq(point->demand, 1.3);
    cr_assert_eq(point->link[0].bandwidth_bps, 1e9);
    cr_assert_eq(point->source[0].users, 322); /* 1.3 x 59 % x 420 = 322.14 */
    cr_assert_eq(all.count, 0);
    description_free(base);
    description_free(point);
    scenario_free(s);
    psn_diagnostics_fini(&all);
}

Test(describe, a_bundle_and_a_star)
{
    char text[8192], *mistakes;
    strcpy(text, COUNCILS);
    char *at = strstr(text, "  factors:");
    strcpy(at, "  factors:\n"
               "    when:\n"
               "      late: {demand: 1.3, links.*.bandwidth: 5 Mbit/s}\n"
               "      early: {arrangement: alone}\n"
               "    links.*b.delay: [500 us, 2 ms]\n"
               "    arrangements.shared.hosting.all.vault: [internet, civic]\n"
               "    partners.adur.data.db.size: [1 TB]\n");
    struct description *d = describing(text, NULL, 0, &mistakes);
    cr_assert_null(mistakes, "%s", mistakes);
    cr_assert_eq(d->n_factors, 4);
    cr_assert_str_eq(d->factor[0].name, "arrangements.shared.hosting.all.vault");
    cr_assert(isnan(d->factor[0].option[0].number));
    cr_assert_str_eq(d->factor[1].name, "links.*b.delay");
    cr_assert_float_eq(d->factor[1].option[0].number, 5e-4, 1e-18);
    cr_assert_str_eq(d->factor[1].option[0].unit, "s");
    cr_assert_eq(d->factor[2].option[0].number, 8e12);
    cr_assert_str_eq(d->factor[2].option[0].unit, "bit");
    const struct factor *when = &d->factor[3];
    cr_assert_str_eq(when->name, "when");
    cr_assert_eq(when->n_options, 2);
    cr_assert_str_eq(when->option[0].label, "late");
    cr_assert_eq(when->option[0].n_settings, 2);
    cr_assert_str_eq(when->option[0].setting[1].path, "links.*.bandwidth");
    cr_assert_null(when->option[0].unit);
    description_free(d);
}
