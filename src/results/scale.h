/* SPDX-License-Identifier: Apache-2.0
 * Dimension scales, as the HDF5 dimension scale specification has them and netCDF-4 reads them.
 * H5DSattach_scale writes a scale's list of users anew for each of them, so that a group's cost
 * grows with the square of its variables; here each list is written once. Internal to the results
 * room. */
#ifndef RESULTS_SCALE_H
#define RESULTS_SCALE_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

/* A dimension of a dataset that a scale is attached to: an item of REFERENCE_LIST. */
struct scale_use {
    hobj_ref_t dataset;
    int dimension;
};

struct scale {
    hid_t set;
    hobj_ref_t reference; /* to it */
    struct scale_use *use;
    size_t n_uses, capacity;
};

/* Makes the dataset `set`, `name` in a group, a scale of that name. False on failure. To be ended
 * by scale_close. */
bool scale_make(struct scale *s, hid_t group, const char *name, hid_t set);

/* Attaches a scale to each of the dimensions of the dataset `set`, `name` in the group. PSN_OK,
 * PSN_EIO or PSN_EMEMORY. */
int scale_attach(struct scale *const *scale, int rank, hid_t group, const char *name, hid_t set);

/* Writes, where `whole`, what the scale is attached to; closes its dataset and frees. False where
 * HDF5 failed. */
bool scale_close(struct scale *s, bool whole);

#endif
