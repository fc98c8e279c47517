/* SPDX-License-Identifier: Apache-2.0
 * Writes groups as netCDF-4 has them: dimension scales in the same group, one attached to every
 * dimension of every dataset, creation order tracked, no times, extents fixed. See
 * results/README.md. */
#include "results/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFLATE_LEVEL  4
#define CHUNK_BYTES    (256u << 10) /* HDF5 caches 1 MiB of chunks for each dataset */
#define COMPRESS_BYTES 4096         /* smaller ones lie as they are */
#define LARGE_BYTES    (1u << 20) /* of the rows held of a variable: more are not kept in memory */
#define COMPACT_LIMIT  64         /* attributes of an object kept in its header */

void sink_fail(struct sink *k)
{
    if (!k->failed)
        h5_why(k->why);
    k->failed = true;
}

void sink_out_of_memory(struct sink *k)
{
    if (!k->failed)
        snprintf(k->why, sizeof k->why, "out of memory");
    k->failed = true;
}

/* Creation order of links and attributes is what netCDF tells variables' order by; HDF5's times
 * would make equal studies differ. */
static hid_t creation(hid_t class)
{
    hid_t list = H5Pcreate(class);
    if (list < 0)
        return list;
    unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    bool ok = H5Pset_obj_track_times(list, false) >= 0 &&
              H5Pset_attr_creation_order(list, order) >= 0 &&
              H5Pset_attr_phase_change(list, COMPACT_LIMIT, COMPACT_LIMIT / 2) >= 0;
    if (ok && class != H5P_DATASET_CREATE)
        ok = H5Pset_link_creation_order(list, order) >= 0;
    if (!ok) {
        H5Pclose(list);
        return H5I_INVALID_HID;
    }
    return list;
}

void sink_open(struct sink *k, const char *path)
{
    *k = (struct sink){.file = H5I_INVALID_HID};
    hid_t access = h5_access(), create = creation(H5P_FILE_CREATE);
    if (access >= 0 && create >= 0)
        k->file = H5Fcreate(path, H5F_ACC_TRUNC, create, access);
    if (k->file < 0)
        sink_fail(k);
    if (access >= 0)
        H5Pclose(access);
    if (create >= 0)
        H5Pclose(create);
}

bool sink_close(struct sink *k)
{
    if (k->file >= 0 && !k->failed && H5Fflush(k->file, H5F_SCOPE_GLOBAL) < 0)
        sink_fail(k);
    /* After a failure HDF5 would write again what cannot be written, and be left half closed: the
     * file is given up as it is. */
    if (k->file >= 0 && !k->failed && H5Fclose(k->file) < 0)
        sink_fail(k);
    k->file = H5I_INVALID_HID;
    return !k->failed;
}

void table_open(struct sink *k, const char *name, const char *title, struct table *t)
{
    *t = (struct table){.sink = k, .group = H5I_INVALID_HID};
    if (k->failed)
        return;
    hid_t create = creation(H5P_GROUP_CREATE);
    if (create >= 0)
        t->group = H5Gcreate2(k->file, name, H5P_DEFAULT, create, H5P_DEFAULT);
    if (t->group < 0 || !h5_put_text(t->group, "title", title))
        sink_fail(k);
    if (create >= 0)
        H5Pclose(create);
}

void table_close(struct table *t)
{
    if (!t->sink->failed && t->coordinates && !h5_put_text(t->group, "coordinates", t->coordinates))
        sink_fail(t->sink);
    for (size_t i = 0; i < t->n_dimensions; i++)
        if (!scale_close(&t->dimension[i].scale, !t->sink->failed))
            sink_fail(t->sink);
    if (!t->sink->failed && t->group >= 0 && H5Gclose(t->group) < 0)
        sink_fail(t->sink);
    free(t->coordinates);
    *t = (struct table){.sink = t->sink, .group = H5I_INVALID_HID};
}

size_t table_type_size(enum table_type type)
{
    return type == TABLE_INT32 ? sizeof(int32_t) : sizeof(int64_t);
}

hid_t table_memory_type(enum table_type type)
{
    return type == TABLE_REAL    ? H5T_NATIVE_DOUBLE
           : type == TABLE_INT64 ? H5T_NATIVE_INT64
                                 : H5T_NATIVE_INT32;
}

static hid_t stored_type(enum table_type type)
{
    return type == TABLE_REAL    ? H5T_IEEE_F64LE
           : type == TABLE_INT64 ? H5T_STD_I64LE
                                 : H5T_STD_I32LE;
}

/* flag_values and flag_meanings of the CF conventions (section 3.5). */
static bool put_flags(hid_t set, const struct variable *v)
{
    int32_t value[16];
    size_t n = 1;
    for (const char *c = v->flags; *c; c++)
        n += *c == ' ';
    if (n > sizeof value / sizeof *value)
        return false;
    for (size_t i = 0; i < n; i++)
        value[i] = v->first_flag + (int32_t)i;
    return h5_put_int32(set, "flag_values", value, n) &&
           h5_put_text(set, "flag_meanings", v->flags);
}

static bool put_attributes(hid_t set, const struct variable *v)
{
    int64_t no64 = TABLE_NO_INT64;
    int32_t no32 = TABLE_NO_INT32;
    bool ok = h5_put_text(set, "long_name", v->meaning);
    if (ok && v->unit)
        ok = h5_put_text(set, "units", v->unit);
    if (ok && v->missing && v->type == TABLE_INT64)
        ok = h5_put_int64(set, "_FillValue", &no64, 1);
    if (ok && v->missing && v->type == TABLE_INT32)
        ok = h5_put_int32(set, "_FillValue", &no32, 1);
    return ok && (!v->flags || put_flags(set, v));
}

/* Chunks of whole rows as far as they fit; of parts of a row where one alone is larger. */
static void chunk_of(int rank, const hsize_t *extent, size_t item, hsize_t *chunk)
{
    hsize_t bytes = item;
    for (int i = 0; i < rank; i++) {
        chunk[i] = extent[i];
        bytes *= extent[i];
    }
    for (int i = 0; i < rank && bytes > CHUNK_BYTES; i++) {
        hsize_t rest = bytes / chunk[i];
        chunk[i] = rest < CHUNK_BYTES ? CHUNK_BYTES / rest : 1;
        bytes = rest * chunk[i];
    }
}

static bool is_compressed(enum table_type type, int rank, const hsize_t *extent)
{
    hsize_t bytes = table_type_size(type);
    for (int i = 0; i < rank; i++)
        bytes *= extent[i];
    return bytes > COMPRESS_BYTES;
}

/* Properties of a dataset of numbers: its fill value, and compression where it pays. */
static bool set_storage(hid_t create, const struct variable *v, int rank, const hsize_t *extent)
{
    double none = NAN;
    int64_t no64 = TABLE_NO_INT64;
    int32_t no32 = TABLE_NO_INT32;
    const void *fill = v->type == TABLE_REAL    ? (const void *)&none
                       : v->type == TABLE_INT64 ? (const void *)&no64
                                                : (const void *)&no32;
    if (H5Pset_fill_value(create, table_memory_type(v->type), fill) < 0)
        return false;
    hsize_t chunk[TABLE_DIMENSIONS];
    if (!is_compressed(v->type, rank, extent))
        return true;
    chunk_of(rank, extent, table_type_size(v->type), chunk);
    return H5Pset_chunk(create, rank, chunk) >= 0 && H5Pset_shuffle(create) >= 0 &&
           H5Pset_deflate(create, DEFLATE_LEVEL) >= 0;
}

/* A new dataset with its attributes. */
static hid_t create_set(struct table *t, const struct variable *v, int rank, const hsize_t *extent)
{
    hid_t set = H5I_INVALID_HID, create = creation(H5P_DATASET_CREATE);
    hid_t space = H5Screate_simple(rank, extent, NULL);
    hid_t type = v->type == TABLE_TEXT ? h5_text_type() : H5Tcopy(stored_type(v->type));
    if (create >= 0 && space >= 0 && type >= 0 &&
        (v->type == TABLE_TEXT || set_storage(create, v, rank, extent)))
        set = H5Dcreate2(t->group, v->name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    if (set < 0 || !put_attributes(set, v))
        sink_fail(t->sink);
    if (create >= 0)
        H5Pclose(create);
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    return set;
}

/* All items of a dataset, whose extents are given. */
static bool write_all(hid_t set, enum table_type type, int rank, const hsize_t *extent,
                      const void *data)
{
    if (type != TABLE_TEXT)
        return H5Dwrite(set, table_memory_type(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    size_t n = 1;
    for (int i = 0; i < rank; i++)
        n *= (size_t)extent[i];
    hid_t text = h5_text_type(), transfer = h5_text_transfer(n);
    bool ok =
        text >= 0 && transfer >= 0 && H5Dwrite(set, text, H5S_ALL, H5S_ALL, transfer, data) >= 0;
    if (text >= 0)
        H5Tclose(text);
    if (transfer >= 0)
        H5Pclose(transfer);
    return ok;
}

static void add_coordinate(struct table *t, const char *name)
{
    char *longer;
    if (asprintf(&longer, "%s%s%s", t->coordinates ? t->coordinates : "", t->coordinates ? " " : "",
                 name) < 0) {
        sink_out_of_memory(t->sink);
        return;
    }
    free(t->coordinates);
    t->coordinates = longer;
}

void table_dimension(struct table *t, const struct variable *v, size_t n, const void *data)
{
    if (t->sink->failed)
        return;
    hsize_t extent = n;
    hid_t set = create_set(t, v, 1, &extent);
    if (set < 0)
        return;
    if (t->n_dimensions == TABLE_SCALES) {
        snprintf(t->sink->why, sizeof t->sink->why, "too many dimensions for %s", v->name);
        t->sink->failed = true;
        H5Dclose(set);
        return;
    }
    size_t i = t->n_dimensions++;
    snprintf(t->dimension[i].name, sizeof t->dimension[i].name, "%s", v->name);
    t->dimension[i].n = extent;
    if (t->sink->failed || !write_all(set, v->type, 1, &extent, data) ||
        !scale_make(&t->dimension[i].scale, t->group, v->name, set))
        sink_fail(t->sink);
}

/* Splits v->dimensions: fills the extents and indices of its dimensions; returns how many, or -1.
 */
static int find_dimensions(const struct table *t, const struct variable *v, hsize_t *extent,
                           size_t *index)
{
    int rank = 0;
    for (const char *from = v->dimensions; from; rank++) {
        const char *end = strchr(from, ' ');
        size_t length = end ? (size_t)(end - from) : strlen(from), i = 0;
        while (i < t->n_dimensions && (strlen(t->dimension[i].name) != length ||
                                       strncmp(t->dimension[i].name, from, length) != 0))
            i++;
        if (i == t->n_dimensions || rank == TABLE_DIMENSIONS)
            return -1;
        extent[rank] = t->dimension[i].n;
        index[rank] = i;
        from = end ? end + 1 : NULL;
    }
    return rank;
}

/* A dataset with a scale on each of its dimensions. */
static hid_t attached_set(struct table *t, const struct variable *v, int *rank, hsize_t *extent)
{
    size_t index[TABLE_DIMENSIONS];
    *rank = find_dimensions(t, v, extent, index);
    if (*rank < 0) {
        snprintf(t->sink->why, sizeof t->sink->why, "no dimensions %s for %s", v->dimensions,
                 v->name);
        t->sink->failed = true;
        return H5I_INVALID_HID;
    }
    hid_t set = create_set(t, v, *rank, extent);
    struct scale *scale[TABLE_DIMENSIONS];
    for (int i = 0; i < *rank; i++)
        scale[i] = &t->dimension[index[i]].scale;
    int code = t->sink->failed ? PSN_OK : scale_attach(scale, *rank, t->group, v->name, set);
    if (code == PSN_EMEMORY)
        sink_out_of_memory(t->sink);
    else if (code)
        sink_fail(t->sink);
    if (!t->sink->failed && v->coordinate)
        add_coordinate(t, v->name);
    return set;
}

void table_write(struct table *t, const struct variable *v, const void *data)
{
    if (t->sink->failed)
        return;
    int rank;
    hsize_t extent[TABLE_DIMENSIONS];
    hid_t set = attached_set(t, v, &rank, extent);
    if (!t->sink->failed && !write_all(set, v->type, rank, extent, data))
        sink_fail(t->sink);
    if (!t->sink->failed && H5Dclose(set) < 0)
        sink_fail(t->sink);
}

void table_note(struct table *t, const char *variable, const char *name, const char *text)
{
    if (t->sink->failed)
        return;
    hid_t set = H5Dopen2(t->group, variable, H5P_DEFAULT);
    if (set < 0 || !h5_put_text(set, name, text) || H5Dclose(set) < 0)
        sink_fail(t->sink);
}

/* How a column is written: the rows of a chunk at a time, or all where there are no chunks. */
static void plan_column(struct column *c)
{
    hsize_t chunk[TABLE_DIMENSIONS] = {1};
    chunk_of(c->rank, c->extent, table_type_size(c->type), chunk);
    c->rows = (size_t)chunk[0];
    c->chunked = c->rank > 0 && is_compressed(c->type, c->rank, c->extent) &&
                 H5Tequal(stored_type(c->type), table_memory_type(c->type)) > 0;
    for (int i = 1; i < c->rank; i++)
        c->chunked &= chunk[i] == c->extent[i];
}

void column_open(struct table *t, const struct variable *v, struct column *c)
{
    *c = (struct column){.sink = t->sink, .set = H5I_INVALID_HID, .type = v->type, .items = 1};
    if (t->sink->failed)
        return;
    c->set = attached_set(t, v, &c->rank, c->extent);
    if (t->sink->failed)
        return;
    for (int i = 1; i < c->rank; i++)
        c->items *= (size_t)c->extent[i];
    plan_column(c);
}

/* Is there nothing in the rows held? What is not written is the fill value to whoever reads it: the
 * half-widths of a single replication, say, take neither time nor room. */
static bool is_blank(const struct column *c)
{
    const double *real = (const void *)c->buffer;
    const int64_t *whole = (const void *)c->buffer;
    const int32_t *half = (const void *)c->buffer;
    size_t n = c->held * c->items, i = 0;
    if (c->type == TABLE_REAL)
        while (i < n && isnan(real[i]))
            i++;
    else if (c->type == TABLE_INT64)
        while (i < n && whole[i] == TABLE_NO_INT64)
            i++;
    else
        while (i < n && half[i] == TABLE_NO_INT32)
            i++;
    return i == n;
}

void column_pack(struct column *c)
{
    if (!c->chunked || c->held == 0 || c->packed.bytes || is_blank(c))
        return;
    size_t size = c->rows * column_row_size(c);
    for (size_t i = c->held; i < c->rows; i++) /* beyond the last row the chunk is missing */
        column_blank(c, c->buffer + i * column_row_size(c));
    chunk_pack(c->buffer, size, table_type_size(c->type), DEFLATE_LEVEL, &c->packed);
}

/* Hands HDF5 the rows held as the chunk that they are. */
static void write_chunk(struct column *c)
{
    hsize_t start[TABLE_DIMENSIONS] = {c->written};
    column_pack(c);
    if (!c->packed.bytes)
        sink_out_of_memory(c->sink);
    else if (H5Dwrite_chunk(c->set, H5P_DEFAULT, c->packed.passed_over, start, c->packed.size,
                            c->packed.bytes) < 0)
        sink_fail(c->sink);
    free(c->packed.bytes);
    c->packed = (struct chunk){0};
}

static void write_rows(struct column *c)
{
    hsize_t start[TABLE_DIMENSIONS] = {c->written}, count[TABLE_DIMENSIONS];
    for (int i = 0; i < c->rank; i++)
        count[i] = i == 0 ? c->held : c->extent[i];
    /* Of the same shape on both sides, or HDF5 goes item by item. */
    hid_t file = H5Dget_space(c->set), memory = H5Screate_simple(c->rank, count, NULL);
    if (file < 0 || memory < 0 ||
        H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, count, NULL) < 0 ||
        H5Dwrite(c->set, table_memory_type(c->type), memory, file, H5P_DEFAULT, c->buffer) < 0)
        sink_fail(c->sink);
    if (file >= 0)
        H5Sclose(file);
    if (memory >= 0)
        H5Sclose(memory);
}

static void write_held(struct column *c)
{
    if (c->held == 0 || c->sink->failed)
        return;
    if (c->chunked && !is_blank(c))
        write_chunk(c);
    else if (!c->chunked && !is_blank(c))
        write_rows(c);
    c->written += c->held;
    c->held = 0;
}

size_t column_row_size(const struct column *c)
{
    return c->items * table_type_size(c->type);
}

void column_blank(const struct column *c, void *row)
{
    for (size_t i = 0; i < c->items; i++) {
        if (c->type == TABLE_REAL)
            ((double *)row)[i] = NAN;
        else if (c->type == TABLE_INT64)
            ((int64_t *)row)[i] = TABLE_NO_INT64;
        else
            ((int32_t *)row)[i] = TABLE_NO_INT32;
    }
}

/* Memory for the next row; NULL after a failure. */
static void *next_row(struct column *c)
{
    if (c->held == c->rows)
        write_held(c);
    if (c->sink->failed)
        return NULL;
    if (!c->buffer)
        c->buffer = calloc(c->rows, column_row_size(c));
    if (!c->buffer) {
        sink_out_of_memory(c->sink);
        return NULL;
    }
    return c->buffer + c->held++ * column_row_size(c);
}

void *column_row(struct column *c)
{
    void *row = next_row(c);
    if (row)
        column_blank(c, row);
    return row;
}

void column_put(struct column *c, const void *row)
{
    void *to = next_row(c);
    if (to)
        memcpy(to, row, column_row_size(c));
    column_filled(c);
}

void column_filled(struct column *c)
{
    size_t bytes = c->rows * c->items * table_type_size(c->type);
    if (c->held < c->rows || bytes <= LARGE_BYTES)
        return;
    write_held(c);
    free(c->buffer);
    c->buffer = NULL;
}

void column_close(struct column *c)
{
    write_held(c);
    if (!c->sink->failed && H5Dclose(c->set) < 0)
        sink_fail(c->sink);
    free(c->buffer);
    free(c->packed.bytes);
    *c = (struct column){.sink = c->sink, .set = H5I_INVALID_HID};
}
