/* SPDX-License-Identifier: Apache-2.0
 * Files, attributes, strings and the error text of HDF5, for journals and results. */
#include "results/h5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void h5_silence(void)
{
    /* A file that a full disk kept from closing stays open, and HDF5 1.10.8 crashes when it tries
     * again at exit. We close all that can be closed, so nothing is left for then. Counts only as
     * the very first call of HDF5; fails without effect later. */
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* Called from the innermost record outwards: keeps the first that says something. */
static herr_t keep_reason(unsigned n, const H5E_error2_t *e, void *context)
{
    (void)n;
    char *why = context;
    if (why[0] != '\0' || !e->desc || e->desc[0] == '\0')
        return 0;
    /* "file write failed: time = ..., error message = 'No space left on device', buf = ...": only
     * the system's message means something to a user. */
    static const char marker[] = "error message = '";
    const char *message = strstr(e->desc, marker);
    if (message) {
        message += sizeof marker - 1;
        const char *end = strchr(message, '\'');
        size_t length = end ? (size_t)(end - message) : strlen(message);
        if (length >= H5_WHY_SIZE)
            length = H5_WHY_SIZE - 1;
        memcpy(why, message, length);
        why[length] = '\0';
    } else {
        snprintf(why, H5_WHY_SIZE, "%s", e->desc);
    }
    return 0;
}

void h5_why(char why[H5_WHY_SIZE])
{
    why[0] = '\0';
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_reason, why);
    if (why[0] == '\0')
        snprintf(why, H5_WHY_SIZE, "HDF5 gives no reason");
}

int h5_mistake(psn_diagnostics *all, int code, const char *path, const char *what)
{
    char why[H5_WHY_SIZE];
    h5_why(why);
    return psn_mistake_add(all, code, (psn_place){.file = path}, "%s: %s", what, why);
}

int h5_memory(psn_diagnostics *all, const char *path)
{
    return psn_mistake_add(all, PSN_EMEMORY, (psn_place){.file = path}, "out of memory");
}

hid_t h5_access(void)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0)
        return access;
    if (H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) < 0 ||
        H5Pset_file_locking(access, false, true) < 0) {
        H5Pclose(access);
        return H5I_INVALID_HID;
    }
    return access;
}

hid_t h5_open(const char *path)
{
    hid_t access = h5_access();
    if (access < 0)
        return access;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    /* Any call clears HDF5's reason, and the caller wants it: set it aside for the closing. */
    hid_t reason = H5Eget_current_stack();
    H5Pclose(access);
    if (reason >= 0)
        H5Eset_current_stack(reason);
    return file;
}

hid_t h5_text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type < 0)
        return type;
    if (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

/* HDF5 converts what a transfer moves in two buffers of 1 MiB, which it clears for each: for a
 * handful of texts that is nearly all that the transfer costs. */
#define TRANSFER_MOST  ((size_t)1 << 20)
#define TRANSFER_LEAST ((size_t)4096)
#define TEXT_BYTES     ((size_t)16) /* of a text in a file: its length and where it lies */

hid_t h5_text_transfer(size_t n)
{
    hid_t transfer = H5Pcreate(H5P_DATASET_XFER);
    if (transfer < 0)
        return transfer;
    size_t size = n < TRANSFER_MOST / TEXT_BYTES ? n * TEXT_BYTES : TRANSFER_MOST;
    if (H5Pset_buffer(transfer, size > TRANSFER_LEAST ? size : TRANSFER_LEAST, NULL, NULL) < 0) {
        H5Pclose(transfer);
        return H5I_INVALID_HID;
    }
    return transfer;
}

/* Creates an attribute, writes it and closes type, space and attribute. */
static bool put_attribute(hid_t at, const char *name, hid_t stored, hid_t space, hid_t memory,
                          const void *data)
{
    if (stored < 0 || space < 0)
        return false;
    hid_t attribute = H5Acreate2(at, name, stored, space, H5P_DEFAULT, H5P_DEFAULT);
    bool ok = attribute >= 0 && H5Awrite(attribute, memory, data) >= 0;
    if (attribute >= 0)
        ok = H5Aclose(attribute) >= 0 && ok;
    return ok;
}

bool h5_put_text(hid_t at, const char *name, const char *text)
{
    size_t length = strlen(text);
    hid_t type = H5Tcopy(H5T_C_S1);
    hid_t space = H5Screate(H5S_SCALAR);
    bool ok = type >= 0 && H5Tset_size(type, length ? length : 1) >= 0 &&
              H5Tset_cset(type, H5T_CSET_UTF8) >= 0 &&
              /* all bytes may be text: no room for a NUL is kept */
              H5Tset_strpad(type, length ? H5T_STR_NULLPAD : H5T_STR_NULLTERM) >= 0;
    ok = ok && put_attribute(at, name, type, space, type, text);
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    return ok;
}

/* Numbers: a scalar where there is one. */
static bool put_numbers(hid_t at, const char *name, hid_t stored, hid_t memory, const void *value,
                        size_t n)
{
    hsize_t extent = n;
    hid_t space = n == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &extent, NULL);
    bool ok = put_attribute(at, name, stored, space, memory, value);
    if (space >= 0)
        H5Sclose(space);
    return ok;
}

bool h5_put_int64(hid_t at, const char *name, const int64_t *value, size_t n)
{
    return put_numbers(at, name, H5T_STD_I64LE, H5T_NATIVE_INT64, value, n);
}

bool h5_put_int32(hid_t at, const char *name, const int32_t *value, size_t n)
{
    return put_numbers(at, name, H5T_STD_I32LE, H5T_NATIVE_INT32, value, n);
}

bool h5_put_real(hid_t at, const char *name, double value)
{
    return put_numbers(at, name, H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, &value, 1);
}

char *h5_get_text(hid_t at, const char *name)
{
    hid_t attribute = H5Aopen(at, name, H5P_DEFAULT);
    if (attribute < 0)
        return NULL;
    char *text = NULL;
    hid_t type = H5Aget_type(attribute);
    if (type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0) {
        size_t size = H5Tget_size(type);
        text = calloc(size + 1, 1);
        if (text && H5Aread(attribute, type, text) < 0) {
            free(text);
            text = NULL;
        }
    }
    if (type >= 0)
        H5Tclose(type);
    H5Aclose(attribute);
    return text;
}

/* `n` numbers of an attribute in the memory's `type`. */
static bool get_numbers(hid_t at, const char *name, hid_t type, void *value, size_t n)
{
    hid_t attribute = H5Aopen(at, name, H5P_DEFAULT);
    if (attribute < 0)
        return false;
    hid_t space = H5Aget_space(attribute);
    bool ok = space >= 0 && H5Sget_simple_extent_npoints(space) == (hssize_t)n &&
              H5Aread(attribute, type, value) >= 0;
    if (space >= 0)
        H5Sclose(space);
    H5Aclose(attribute);
    return ok;
}

bool h5_get_int64(hid_t at, const char *name, int64_t *value, size_t n)
{
    return get_numbers(at, name, H5T_NATIVE_INT64, value, n);
}

bool h5_get_real(hid_t at, const char *name, double *value)
{
    return get_numbers(at, name, H5T_NATIVE_DOUBLE, value, 1);
}

/* The items of an open dataset, or -1. */
static hssize_t count_items(hid_t set)
{
    hid_t space = H5Dget_space(set);
    if (space < 0)
        return -1;
    hssize_t n = H5Sget_simple_extent_npoints(space);
    H5Sclose(space);
    return n;
}

bool h5_items(hid_t group, const char *name, size_t *items)
{
    hid_t set = H5Dopen2(group, name, H5P_DEFAULT);
    if (set < 0)
        return false;
    hssize_t n = count_items(set);
    H5Dclose(set);
    if (n < 0)
        return false;
    *items = (size_t)n;
    return true;
}

bool h5_read(hid_t group, const char *name, hid_t type, size_t items, void *data)
{
    hid_t set = H5Dopen2(group, name, H5P_DEFAULT);
    if (set < 0)
        return false;
    bool ok = count_items(set) == (hssize_t)items &&
              H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    H5Dclose(set);
    return ok;
}

bool h5_read_row(hid_t group, const char *name, hid_t type, hsize_t row, size_t items, void *data)
{
    hid_t set = H5Dopen2(group, name, H5P_DEFAULT);
    if (set < 0)
        return false;
    hsize_t extent[H5S_MAX_RANK], start[H5S_MAX_RANK] = {row}, count[H5S_MAX_RANK], n = 1;
    hid_t file = H5Dget_space(set);
    int rank = file < 0 ? -1 : H5Sget_simple_extent_dims(file, extent, NULL);
    for (int i = 0; i < rank; i++) {
        count[i] = i == 0 ? 1 : extent[i];
        n *= count[i];
    }
    bool ok = rank >= 1 && n == items && row < extent[0] &&
              H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
    hid_t memory = ok ? H5Screate_simple(1, &n, NULL) : H5I_INVALID_HID;
    ok = memory >= 0 && H5Dread(set, type, memory, file, H5P_DEFAULT, data) >= 0;
    if (memory >= 0)
        H5Sclose(memory);
    if (file >= 0)
        H5Sclose(file);
    H5Dclose(set);
    return ok;
}

/* Copies what HDF5 allocated; an empty string may come as NULL. */
static char **copy_texts(char *const *from, size_t n)
{
    char **text = calloc(n + 1, sizeof *text);
    for (size_t i = 0; text && i < n; i++) {
        text[i] = strdup(from[i] ? from[i] : "");
        if (!text[i]) {
            h5_texts_free(text, n);
            return NULL;
        }
    }
    return text;
}

char **h5_read_texts(hid_t group, const char *name, size_t *n)
{
    hid_t set = H5Dopen2(group, name, H5P_DEFAULT);
    if (set < 0)
        return NULL;
    char **text = NULL;
    hid_t type = h5_text_type(), space = H5Dget_space(set);
    hssize_t items = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
    char **raw = items < 0 ? NULL : calloc((size_t)items + 1, sizeof *raw);
    hid_t transfer = raw ? h5_text_transfer((size_t)items) : H5I_INVALID_HID;
    if (transfer >= 0 && type >= 0 && H5Dread(set, type, H5S_ALL, H5S_ALL, transfer, raw) >= 0) {
        *n = (size_t)items;
        text = copy_texts(raw, *n);
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, raw);
    }
    free(raw);
    if (transfer >= 0)
        H5Pclose(transfer);
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    H5Dclose(set);
    return text;
}

void h5_texts_free(char **text, size_t n)
{
    for (size_t i = 0; text && i < n; i++)
        free(text[i]);
    free(text);
}
