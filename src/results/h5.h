/* SPDX-License-Identifier: Apache-2.0
 * What the results need of HDF5 in one place: files without locks, attributes, the reason of an
 * error. Internal to the results room. HDF5 never prints by itself once h5_silence was called. */
#ifndef RESULTS_H5_H
#define RESULTS_H5_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "psnsim/diagnostics.h"

#define H5_WHY_SIZE 400

/* Turns HDF5's printing of errors off for the calling thread, and its work at exit. Every public
 * function of the room that uses HDF5 calls it first. */
void h5_silence(void);

/* The innermost reason that HDF5 knows: the system's message where there is one. */
void h5_why(char why[H5_WHY_SIZE]);

/* Adds "`what`: reason" at `path` and returns `code`. */
int h5_mistake(psn_diagnostics *all, int code, const char *path, const char *what);

/* A mistake about memory. */
int h5_memory(psn_diagnostics *all, const char *path);

/* Access properties without file locks (network file systems may have none) and with the library
 * bounds of version 1.8, which all readers know. H5I_INVALID_HID where memory ends. */
hid_t h5_access(void);

/* Opens for reading. */
hid_t h5_open(const char *path);

/* Variable-length UTF-8 strings in memory and file; to be closed by H5Tclose. */
hid_t h5_text_type(void);

/* How so many of them are best moved between memory and file: to be closed by H5Pclose. */
hid_t h5_text_transfer(size_t n);

/* Attributes of an object. They return false on failure. A text is of fixed length, as netCDF's
 * are. */
bool h5_put_text(hid_t at, const char *name, const char *text);
bool h5_put_int64(hid_t at, const char *name, const int64_t *value, size_t n);
bool h5_put_int32(hid_t at, const char *name, const int32_t *value, size_t n);
bool h5_put_real(hid_t at, const char *name, double value);
char *h5_get_text(hid_t at, const char *name); /* malloc'ed; NULL on failure */
bool h5_get_int64(hid_t at, const char *name, int64_t *value, size_t n);
bool h5_get_real(hid_t at, const char *name, double *value);

/* A whole dataset of a group into memory of `items` items; false where its size is another. */
bool h5_read(hid_t group, const char *name, hid_t type, size_t items, void *data);

/* One row (the first dimension's index `row`) of `items` items. */
bool h5_read_row(hid_t group, const char *name, hid_t type, hsize_t row, size_t items, void *data);

/* The number of items of a dataset (all dimensions); false where it is not there. */
bool h5_items(hid_t group, const char *name, size_t *items);

/* All strings of a dataset, each malloc'ed, in an array of n + 1 with NULL behind; NULL on failure.
 */
char **h5_read_texts(hid_t group, const char *name, size_t *n);
void h5_texts_free(char **text, size_t n);

#endif
