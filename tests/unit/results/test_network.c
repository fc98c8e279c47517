/* SPDX-License-Identifier: Apache-2.0
 * The network's figures by class: through the journal to the bit, into the result, back, and
 * compared with a repeated run. */
#include "folder.h"
#include "keep.h"

#include "results/links_read.h"
#include "results/result.h"
#include "results/samples.h"

/* A whole result of the invented study with classes, in a folder of its own. */
static struct invented *with_network(struct folder *f)
{
    struct invented *v = invented_new();
    const struct study *s = &v->study;
    psn_diagnostics all = {0};
    struct journal *j;
    struct journals *journals;
    invented_network(v);
    folder_new(f);
    folder_expect(journal_create(s, f->journals, &j, &all), 0, &all);
    for (size_t r = 0; r < s->n_runs; r++) {
        struct outcome *o = invented_outcome(s, r);
        folder_expect(keep_run(j, s, r, o, &all), 0, &all);
        outcome_free(o);
    }
    folder_expect(journal_close(j, &all), 0, &all);
    folder_expect(journals_open(s, f->journals, &journals, &all), 0, &all);
    for (size_t r = 0; r < s->n_runs; r++) {
        struct outcome *there, *here = invented_outcome(s, r);
        folder_expect(journals_read(journals, r, &there, &all), 0, &all);
        cr_assert(invented_same(here, there), "run %zu", r);
        outcome_free(there);
        outcome_free(here);
    }
    folder_expect(result_write(s, NULL, journals, f->result, false, 2, &all), 0, &all);
    journals_close(journals);
    return v;
}

static size_t find(const struct result *r, const char *figure, const char *subject,
                   const char *partner)
{
    size_t i = 0;
    while (i < r->n_measures && (strcmp(r->measure[i].figure, figure) != 0 ||
                                 strcmp(r->measure[i].subject, subject) != 0 ||
                                 strcmp(r->measure[i].partner, partner) != 0))
        i++;
    return i;
}

Test(network, measures_of_classes)
{
    struct folder f;
    struct invented *v = with_network(&f);
    psn_diagnostics all = {0};
    struct result *r;
    folder_expect(result_read(f.result, &r, &all), 0, &all);
    size_t loss = find(r, "loss", "bulk", ""), p99 = find(r, "delay p99", "default", "");
    cr_assert_lt(loss, r->n_measures);
    cr_assert_lt(p99, r->n_measures);
    cr_assert_lt(find(r, "goodput mean", "bulk", "adur"), r->n_measures);
    cr_assert_eq(find(r, "goodput mean", "default", ""), r->n_measures, "it has no flows");
    cr_assert_eq(find(r, "delay mean", "voice", ""), r->n_measures, "nobody uses it");
    cr_assert_eq(find(r, "delay mean", "bulk", "worthing"), r->n_measures);
    cr_assert_lt(find(r, "lost", "backup", "adur"), r->n_measures);
    cr_assert_str_eq(r->measure[find(r, "goodput mean", "bulk", "")].unit, "bit/s");

    /* The loss of each run, 23 of what arrived and 23; the class allows a half. */
    double sum = 0;
    struct histogram pooled;
    histogram_init(&pooled);
    psn_time max = 0;
    for (size_t k = 0; k < 4; k++) {
        struct outcome *o = invented_outcome(&v->study, k);
        sum += 23.0 / (23.0 + (double)o->class[0].delivered);
        cr_assert_eq(histogram_merge(&pooled, &o->class_delay[2]), 0);
        struct outcome_class c = outcome_class_total(o, 2);
        cr_assert_eq(c.delivered, o->class[6].delivered + o->class[8].delivered);
        max = c.delay.max > max ? c.delay.max : max;
        outcome_free(o);
    }
    cr_assert_float_eq(r->value[loss].estimate.value, sum / 4, 1e-12);
    cr_assert_eq(r->value[loss].verdict, VERDICT_MET);
    cr_assert_eq(r->measure[loss].limit, 0.5);
    cr_assert_eq(r->value[loss].judged, 4);
    cr_assert_eq(r->value[loss].kept, 4);
    cr_assert_eq(r->value[p99].verdict, VERDICT_NONE);
    cr_assert_float_eq(r->value[p99].estimate.value, histogram_quantile(&pooled, 0.99, max) / 1e9,
                       1e-12);
    histogram_fini(&pooled);
    result_free(r);
    folder_free(&f);
    invented_free(v);
}

Test(network, single_runs_by_class_and_partner)
{
    struct folder f;
    struct invented *v = with_network(&f);
    psn_diagnostics all = {0};
    struct result *r;
    struct samples *s;
    folder_expect(result_read(f.result, &r, &all), 0, &all);
    folder_expect(samples_read(f.result, r, &s, &all), 0, &all);
    struct outcome *o = invented_outcome(&v->study, 5);
    const double *of_run = s->value + 5;
    size_t n = r->n_runs;
    cr_assert_float_eq(of_run[find(r, "delay mean", "bulk", "adur") * n],
                       tally_mean(&o->class[0].delay) / 1e9, 1e-12);
    cr_assert_float_eq(of_run[find(r, "delay p95", "bulk", "") * n],
                       histogram_quantile(&o->class_delay[0], 0.95, o->class[0].delay.max) / 1e9,
                       1e-12);
    struct outcome_class c = outcome_class_total(o, 2);
    cr_assert_float_eq(of_run[find(r, "messages sent", "default", "") * n],
                       (double)c.sent / (23.5 * 3600), 1e-12, "a rate over the measured time");
    cr_assert_float_eq(of_run[find(r, "delay max", "default", "worthing") * n],
                       (double)o->class[8].delay.max / 1e9, 1e-12);
    outcome_free(o);
    samples_free(s);
    result_free(r);
    folder_free(&f);
    invented_free(v);
}

Test(network, links_at_a_point)
{
    struct folder f;
    struct invented *v = with_network(&f);
    psn_diagnostics all = {0};
    struct result_links *k;
    folder_expect(result_links_read(f.result, 2, &k, &all), 0, &all);
    cr_assert_eq(k->n_directions, 2);
    cr_assert_eq(k->n_classes, 3);
    cr_assert_str_eq(k->direction[1], "county to civic");
    cr_assert_str_eq(k->link[1], "county");
    cr_assert_str_eq(k->class[2], "default");
    double hours = 0, peak = 0, day = 0, utilisation = 0;
    for (size_t i = 8; i < 12; i++) {
        struct outcome *o = invented_outcome(&v->study, i);
        hours += o->channel[4].hours_above / 4;
        peak += o->direction[1].peak / 4;
        utilisation += o->station[4].utilisation / 4;
        day += o->day[4 * OUTCOME_DAY + 12] / 4;
        outcome_free(o);
    }
    cr_assert_float_eq(k->channel[CHANNEL_HOURS_ABOVE].mean[4], hours, 1e-12);
    cr_assert(k->channel[CHANNEL_HOURS_ABOVE].half_width[4] > 0);
    cr_assert(isnan(k->channel[CHANNEL_DELAY_MEAN].mean[3]), "nothing was sent");
    cr_assert_float_eq(k->direction_of[DIRECTION_PEAK].mean[1], peak, 1e-12);
    cr_assert_float_eq(k->direction_of[DIRECTION_UTILISATION].mean[1], utilisation, 1e-12);
    cr_assert_eq(k->peak_share.mean[2], 0.75);
    cr_assert(isnan(k->peak_share.mean[3]), "no peak where nothing was sent");
    cr_assert_float_eq(k->day.mean[4 * OUTCOME_DAY + 12], day, 1e-12);
    result_links_free(k);
    folder_free(&f);
    invented_free(v);
}

Test(network, a_repeated_run_is_compared)
{
    struct folder f;
    struct invented *v = with_network(&f);
    psn_diagnostics all = {0};
    struct outcome *o = invented_outcome(&v->study, 9);
    bool same;
    char where[200];
    folder_expect(result_compare(f.result, &v->study, 9, o, &same, where, sizeof where, &all), 0,
                  &all);
    cr_assert(same, "%s", where);
    o->class[8].delay.max++;
    folder_expect(result_compare(f.result, &v->study, 9, o, &same, where, sizeof where, &all), 0,
                  &all);
    cr_assert_str_eq(where, "classes/delay_max [2]");
    o->class[8].delay.max--;
    o->peak_share[2] = 0.5;
    folder_expect(result_compare(f.result, &v->study, 9, o, &same, where, sizeof where, &all), 0,
                  &all);
    cr_assert_str_eq(where, "links/peak_share [2]");
    outcome_free(o);
    folder_free(&f);
    invented_free(v);
}

Test(network, none_without_classes)
{
    struct invented *v = invented_new();
    struct folder f;
    psn_diagnostics all = {0};
    struct journal *j;
    struct journals *journals;
    struct result_links *k;
    folder_new(&f);
    folder_expect(journal_create(&v->study, f.journals, &j, &all), 0, &all);
    for (size_t r = 0; r < v->study.n_runs; r++) {
        struct outcome *o = invented_outcome(&v->study, r);
        cr_assert_null(o->class);
        folder_expect(keep_run(j, &v->study, r, o, &all), 0, &all);
        outcome_free(o);
    }
    folder_expect(journal_close(j, &all), 0, &all);
    folder_expect(journals_open(&v->study, f.journals, &journals, &all), 0, &all);
    folder_expect(result_write(&v->study, NULL, journals, f.result, false, 2, &all), 0, &all);
    journals_close(journals);
    folder_expect(result_links_read(f.result, 0, &k, &all), 0, &all);
    cr_assert_null(k);
    folder_free(&f);
    invented_free(v);
}

Test(network, loss_and_spread_by_hand)
{
    struct histogram h;
    histogram_init(&h);
    cr_assert(isnan(outcome_spread(&h, 0)));
    for (psn_time x = 1; x <= 200; x++) /* below 256 ns buckets are exact */
        histogram_add(&h, x);
    cr_assert_float_eq(outcome_spread(&h, 200), (198 - 100) * 1e-9, 1e-15);
    histogram_fini(&h);
    cr_assert(isnan(outcome_loss(&(struct outcome_class){.sent = 3, .under_way = 3})));
    /* Ten sent: eight arrived, one after two losses; two lost for good. */
    cr_assert_float_eq(
        outcome_loss(&(struct outcome_class){.sent = 10, .delivered = 8, .lost = 2, .dropped = 4}),
        4.0 / 12, 1e-15);
}
