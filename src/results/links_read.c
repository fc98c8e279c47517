/* SPDX-License-Identifier: Apache-2.0
 * Reads /link_summary, one point of it. */
#include "results/links_read.h"

#include <stdlib.h>

#include "results/layout.h"
#include "results/open.h"
#include "results/series.h"

static bool read_pair(hid_t group, const struct variable v[2], size_t point, size_t n,
                      struct link_estimates *e)
{
    e->mean = calloc(n + 1, sizeof *e->mean);
    e->half_width = calloc(n + 1, sizeof *e->half_width);
    return e->mean && e->half_width &&
           h5_read_row(group, v[0].name, H5T_NATIVE_DOUBLE, point, n, e->mean) &&
           h5_read_row(group, v[1].name, H5T_NATIVE_DOUBLE, point, n, e->half_width);
}

static bool read_group(hid_t group, size_t point, struct result_links *k)
{
    size_t n = 0;
    k->direction = h5_read_texts(group, "direction", &k->n_directions);
    k->link = h5_read_texts(group, "link", &n);
    k->class = h5_read_texts(group, "class", &k->n_classes);
    k->partner = h5_read_texts(group, "partner", &k->n_partners);
    bool ok = k->direction && k->link && k->class && k->partner && n == k->n_directions;
    size_t channels = k->n_directions * k->n_classes;
    for (size_t i = 0; ok && i < CHANNEL_FIGURES; i++)
        ok = read_pair(group, links_channel[i], point, channels, &k->channel[i]);
    for (size_t i = 0; ok && i < DIRECTION_FIGURES; i++)
        ok = read_pair(group, links_direction[i], point, k->n_directions, &k->direction_of[i]);
    return ok &&
           read_pair(group, links_peak, point, k->n_directions * k->n_partners, &k->peak_share) &&
           read_pair(group, links_day, point, channels * OUTCOME_DAY, &k->day);
}

int result_links_read(const char *path, size_t point, struct result_links **out,
                      psn_diagnostics *all)
{
    *out = NULL;
    hid_t file;
    int error = result_open(path, &file, all);
    if (error)
        return error;
    if (H5Lexists(file, "link_summary", H5P_DEFAULT) > 0) {
        struct result_links *k = calloc(1, sizeof *k);
        hid_t group = H5Gopen2(file, "link_summary", H5P_DEFAULT);
        if (k && group >= 0 && read_group(group, point, k))
            *out = k;
        else {
            error = psn_mistake_add(all, PSN_EIO, (psn_place){.file = path},
                                    "the figures of links are damaged or too large for memory; a "
                                    "whole file of layout %d was expected",
                                    LAYOUT_VERSION);
            result_links_free(k);
        }
        if (group >= 0)
            H5Gclose(group);
    }
    H5Fclose(file);
    return error;
}

static void free_estimates(struct link_estimates *e, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(e[i].mean);
        free(e[i].half_width);
    }
}

void result_links_free(struct result_links *k)
{
    if (!k)
        return;
    h5_texts_free(k->direction, k->n_directions);
    h5_texts_free(k->link, k->n_directions);
    h5_texts_free(k->class, k->n_classes);
    h5_texts_free(k->partner, k->n_partners);
    free_estimates(k->channel, CHANNEL_FIGURES);
    free_estimates(k->direction_of, DIRECTION_FIGURES);
    free_estimates(&k->peak_share, 1);
    free_estimates(&k->day, 1);
    free(k);
}
