/* SPDX-License-Identifier: Apache-2.0
 * The result file: the same bytes from any journals, read back, compared with a repeated run. */
#include "folder.h"
#include "keep.h"

#include <hdf5.h>
#include <hdf5_hl.h>

#include "results/result.h"

/* A shard with every run from `from` in steps of `step`, backwards where asked. */
static void shard(const struct study *s, const char *dir, size_t from, size_t step, bool backwards)
{
    psn_diagnostics all = {0};
    struct journal *j;
    folder_expect(journal_create(s, dir, &j, &all), 0, &all);
    for (size_t i = 0; i < s->n_runs; i++) {
        size_t r = backwards ? s->n_runs - 1 - i : i;
        if (r % step != from)
            continue;
        struct outcome *o = invented_outcome(s, r);
        folder_expect(keep_run(j, s, r, o, &all), 0, &all);
        outcome_free(o);
    }
    folder_expect(journal_close(j, &all), 0, &all);
}

static int write_result(const struct study *s, const char *dir, const char *path, bool partial,
                        psn_diagnostics *all)
{
    struct journals *j;
    folder_expect(journals_open(s, dir, &j, all), 0, all);
    int error = result_write(s, NULL, j, path, partial, 2, all);
    journals_close(j);
    return error;
}

/* A whole result of the invented study in a folder of its own. */
static struct invented *whole_result(struct folder *f)
{
    struct invented *v = invented_new();
    psn_diagnostics all = {0};
    folder_new(f);
    shard(&v->study, f->journals, 0, 1, false);
    folder_expect(write_result(&v->study, f->journals, f->result, false, &all), 0, &all);
    return v;
}

Test(result, same_bytes_from_any_journals)
{
    struct folder f;
    struct invented *v = whole_result(&f);
    psn_diagnostics all = {0};
    char other[400], again[400];
    size_t size, other_size, again_size;
    char *bytes = folder_read(f.result, &size);

    sleep(1); /* HDF5 keeps times in whole seconds */
    snprintf(again, sizeof again, "%s/again.h5", f.path);
    folder_expect(write_result(&v->study, f.journals, again, false, &all), 0, &all);
    char *second = folder_read(again, &again_size);
    cr_assert(size == again_size && memcmp(bytes, second, size) == 0, "written twice");

    snprintf(other, sizeof other, "%s/other.runs", f.path);
    shard(&v->study, other, 2, 3, true);
    shard(&v->study, other, 0, 3, false);
    shard(&v->study, other, 1, 3, true);
    snprintf(again, sizeof again, "%s/other.h5", f.path);
    folder_expect(write_result(&v->study, other, again, false, &all), 0, &all);
    char *third = folder_read(again, &other_size);
    cr_assert(size == other_size && memcmp(bytes, third, size) == 0, "from three shards");
    free(bytes);
    free(second);
    free(third);
    folder_free(&f);
    invented_free(v);
}

Test(result, missing_runs_need_leave)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    folder_expect(write_result(&v->study, f.journals, f.result, true, &all), PSN_EINPUT, &all);
    shard(&v->study, f.journals, 1, 5, false);
    folder_expect(write_result(&v->study, f.journals, f.result, false, &all), PSN_EINPUT, &all);
    folder_expect(write_result(&v->study, f.journals, f.result, true, &all), 0, &all);
    struct result *r;
    folder_expect(result_read(f.result, &r, &all), 0, &all);
    cr_assert_not(r->complete);
    cr_assert_eq(r->n_runs, 10);
    cr_assert_eq(r->run_point[1], 1); /* run 6 */
    cr_assert_eq(r->run_replication[1], 2);
    result_free(r);
    folder_free(&f);
    invented_free(v);
}

/* What a result says of its study, its texts and its runs. */
static void expect_heads(const struct result *r, const struct invented *v)
{
    cr_assert_str_eq(r->title, v->d.title);
    cr_assert_str_eq(r->hash, v->study.hash);
    cr_assert(r->factors_used && r->complete);
    cr_assert_eq(r->n_points, 12);
    cr_assert_eq(r->n_replications, 4);
    cr_assert_eq(r->n_runs, 48);
    cr_assert_eq(r->n_factors, 3);
    cr_assert_str_eq(r->factor[1].name, "growth");
    cr_assert_str_eq(r->factor[1].label[3], "h\xc3\xb6her");
    cr_assert(isnan(r->factor[1].number[3]));
    cr_assert_str_eq(r->factor[2].unit, "bit/s");
    cr_assert_eq(r->factor[2].number[11], 1e9);
    cr_assert_eq(r->n_texts, 2);
    cr_assert_str_eq(r->text_name[0], "first.yaml");
    cr_assert_eq(r->text_size[0], v->text[0].size);
    cr_assert_eq(memcmp(r->text[0], v->text[0].bytes, v->text[0].size), 0);
    cr_assert_str_eq(r->text[1], "");
    cr_assert_eq(r->n_sets, 1);
    cr_assert_str_eq(r->set[0], "demand=1.2");
    cr_assert_eq(r->run_status[7], 1);
    cr_assert_str_eq(r->run_error[7], "out of memory \xe2\x80\x93 invented");
    cr_assert_str_eq(r->run_error[8], "");
    cr_assert_eq(r->n_stations, 5);
    cr_assert_str_eq(r->station[4], "county to civic");
    for (size_t p = 0; p < 12; p++)
        for (size_t i = 0; i < 5; i++)
            cr_assert_eq(r->unstable[p * 5 + i], p == 5 && i == 2);
}

static void expect_value(const struct summary_value *there, const struct summary_value *value)
{
    cr_assert(isnan(value->estimate.value) ? isnan(there->estimate.value)
                                           : there->estimate.value == value->estimate.value);
    cr_assert(isnan(value->estimate.half_width)
                  ? isnan(there->estimate.half_width)
                  : there->estimate.half_width == value->estimate.half_width);
    cr_assert_eq(there->estimate.n, value->estimate.n);
    cr_assert_eq(there->unstable, value->unstable);
    cr_assert_eq(there->verdict, value->verdict);
}

Test(result, read_back)
{
    struct folder f;
    struct invented *v = whole_result(&f);
    psn_diagnostics all = {0};
    struct result *r;
    folder_expect(result_read(f.result, &r, &all), 0, &all);
    expect_heads(r, v);

    /* The summary as it was computed. */
    size_t n;
    struct measure *measure = measures_new(&v->study, &n);
    cr_assert_eq(r->n_measures, n);
    struct summary_value *value = calloc(n, sizeof *value);
    for (size_t p = 0; p < 12; p++) {
        struct summary *m = summary_new(&v->study);
        for (size_t k = 0; k < 4; k++) {
            struct outcome *o = invented_outcome(&v->study, p * 4 + k);
            cr_assert_eq(summary_add(m, o), 0);
            outcome_free(o);
        }
        cr_assert_eq(summary_values(m, value), 0);
        for (size_t i = 0; i < n; i++) {
            cr_assert_str_eq(r->measure[i].figure, measure[i].figure);
            cr_assert_str_eq(r->measure[i].unit, measure[i].unit);
            expect_value(&r->value[p * n + i], &value[i]);
        }
        summary_free(m);
    }
    free(value);
    measures_free(measure, n);
    result_free(r);
    folder_free(&f);
    invented_free(v);
}

Test(result, without_factors_objectives_or_settings)
{
    struct invented *v = invented_new();
    struct folder f;
    folder_new(&f);
    psn_diagnostics all = {0};
    struct study *s = &v->study;
    s->factors_used = false;
    s->n_points = 1;
    s->n_runs = s->n_replications;
    s->shape.targets = 0;
    v->d.n_targets = 0;
    v->scenario.n_sets = 0;
    struct journal *j;
    folder_expect(journal_create(s, f.journals, &j, &all), 0, &all);
    for (size_t r = 0; r < s->n_runs; r++) {
        struct outcome *o = outcome_new(&s->shape);
        o->events = 5;
        folder_expect(keep_run(j, s, r, o, &all), 0, &all);
        outcome_free(o);
    }
    folder_expect(journal_close(j, &all), 0, &all);
    folder_expect(write_result(s, f.journals, f.result, false, &all), 0, &all);
    struct result *r;
    folder_expect(result_read(f.result, &r, &all), 0, &all);
    cr_assert_not(r->factors_used);
    cr_assert_eq(r->n_factors, 0);
    cr_assert_eq(r->n_sets, 0);
    result_free(r);
    folder_free(&f);
    invented_free(v);
}

Test(result, hash_and_refusals)
{
    struct folder f;
    struct invented *v = whole_result(&f);
    psn_diagnostics all = {0};
    char hex[65], path[400];
    folder_expect(result_hash(f.result, hex, &all), 0, &all);
    cr_assert_str_eq(hex, v->study.hash);

    snprintf(path, sizeof path, "%s/none.h5", f.path);
    struct result *r;
    folder_expect(result_read(path, &r, &all), PSN_EINPUT, &all);
    cr_assert_null(r);
    FILE *file = fopen(path, "w");
    cr_assert(file && fputs("no HDF5 at all", file) > 0 && fclose(file) == 0);
    folder_expect(result_hash(path, hex, &all), PSN_EINPUT, &all);
    hid_t id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    cr_assert(id >= 0 && H5Fclose(id) >= 0);
    cr_assert_eq(result_read(path, &r, &all), PSN_EINPUT);
    cr_assert(strstr(all.items[0].text, "no result of psnsim"));
    psn_diagnostics_fini(&all);

    id = H5Fopen(f.result, H5F_ACC_RDWR, H5P_DEFAULT);
    int64_t newer = 2;
    hid_t attribute = H5Aopen(id, "layout_version", H5P_DEFAULT);
    cr_assert(H5Awrite(attribute, H5T_NATIVE_INT64, &newer) >= 0);
    cr_assert(H5Aclose(attribute) >= 0 && H5Fclose(id) >= 0);
    cr_assert_eq(result_read(f.result, &r, &all), PSN_EINPUT);
    cr_assert(strstr(all.items[0].text, "layout 2"));
    psn_diagnostics_fini(&all);
    folder_free(&f);
    invented_free(v);
}

Test(result, compare_finds_the_first_difference)
{
    struct folder f;
    struct invented *v = whole_result(&f);
    psn_diagnostics all = {0};
    bool same;
    char where[200];
    for (size_t run = 0; run < 48; run++) {
        struct outcome *o = invented_outcome(&v->study, run);
        folder_expect(result_compare(f.result, &v->study, run, o, &same, where, sizeof where, &all),
                      0, &all);
        cr_assert(same, "run %zu: %s", run, where);
        outcome_free(o);
    }
    struct outcome *o = invented_outcome(&v->study, 9);
    o->station[3].throughput = nextafter(o->station[3].throughput, INFINITY);
    folder_expect(result_compare(f.result, &v->study, 9, o, &same, where, sizeof where, &all), 0,
                  &all);
    cr_assert(!same);
    cr_assert_str_eq(where, "stations/throughput [3]");
    o->stream[3].response.sum++;
    folder_expect(result_compare(f.result, &v->study, 9, o, &same, where, sizeof where, &all), 0,
                  &all);
    cr_assert_str_eq(where, "services/response_mean [3]");
    o->events++;
    folder_expect(result_compare(f.result, &v->study, 9, o, &same, where, sizeof where, &all), 0,
                  &all);
    cr_assert_str_eq(where, "runs/events [9]");
    folder_expect(result_compare(f.result, &v->study, 48, o, &same, where, sizeof where, &all),
                  PSN_EINPUT, &all);
    v->study.hash[0] = 'f';
    folder_expect(result_compare(f.result, &v->study, 9, o, &same, where, sizeof where, &all),
                  PSN_EINPUT, &all);
    outcome_free(o);
    folder_free(&f);
    invented_free(v);
}

/* Every dataset has a scale on every dimension, and no object keeps a time. */
static herr_t check_object(hid_t root, const char *name, const H5O_info_t *info, void *count)
{
    cr_assert_eq(info->ctime, 0, "%s", name);
    cr_assert_eq(info->mtime, 0, "%s", name);
    if (info->type != H5O_TYPE_DATASET)
        return 0;
    ++*(int *)count;
    hid_t set = H5Dopen2(root, name, H5P_DEFAULT), space = H5Dget_space(set);
    cr_assert(H5Aexists(set, "long_name") > 0, "%s", name);
    if (H5DSis_scale(set) <= 0)
        for (unsigned i = 0; i < (unsigned)H5Sget_simple_extent_ndims(space); i++)
            cr_assert_eq(H5DSget_num_scales(set, i), 1, "%s", name);
    hsize_t extent[H5S_MAX_RANK], most[H5S_MAX_RANK];
    int rank = H5Sget_simple_extent_dims(space, extent, most);
    for (int i = 0; i < rank; i++)
        cr_assert_eq(extent[i], most[i], "%s", name);
    H5Sclose(space);
    H5Dclose(set);
    return 0;
}

Test(result, scales_everywhere_times_nowhere)
{
    struct folder f;
    struct invented *v = whole_result(&f);
    hid_t file = H5Fopen(f.result, H5F_ACC_RDONLY, H5P_DEFAULT);
    cr_assert(file >= 0);
    int count = 0;
    cr_assert(H5Ovisit2(file, H5_INDEX_CRT_ORDER, H5_ITER_INC, check_object, &count,
                        H5O_INFO_BASIC | H5O_INFO_TIME) >= 0);
    cr_assert(count > 90, "%d", count);
    H5Fclose(file);
    const char *keep = getenv("PSNSIM_TEST_KEEP"); /* a copy to look at with other programs */
    if (keep)
        cr_assert_eq(rename(f.result, keep), 0);
    folder_free(&f);
    invented_free(v);
}
