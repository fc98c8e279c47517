/* SPDX-License-Identifier: Apache-2.0
 * Tables: groups of the result file with dimensions, their coordinates and variables along them,
 * laid down so that netCDF-4, xarray and R read them. Internal to the results room.
 *
 * A sink remembers its first failure and does nothing after it, so callers check once at the end.
 */
#ifndef RESULTS_TABLE_H
#define RESULTS_TABLE_H

#include "results/chunk.h"
#include "results/h5.h"
#include "results/scale.h"

#define TABLE_DIMENSIONS 4 /* of a variable */
#define TABLE_SCALES     6 /* of a group */
#define TABLE_NAME_SIZE  512

/* What marks a missing integer: the default fill values of netCDF. */
#define TABLE_NO_INT64 INT64_C(-9223372036854775806)
#define TABLE_NO_INT32 INT32_C(-2147483647)

struct sink {
    hid_t file;
    bool failed;
    char why[H5_WHY_SIZE];
};

/* Creates the file (an existing one is replaced). On failure sink->failed is set. */
void sink_open(struct sink *k, const char *path);

/* Closes the file; false where anything failed since it was opened: then HDF5 keeps it open to the
 * end of the program, and the caller removes it. */
bool sink_close(struct sink *k);

/* Notes a failure of HDF5, or of memory. */
void sink_fail(struct sink *k);
void sink_out_of_memory(struct sink *k);

enum table_type { TABLE_REAL, TABLE_INT64, TABLE_INT32, TABLE_TEXT };

/* Of one value of a type that is no text: its bytes in memory, and HDF5's name of it. */
size_t table_type_size(enum table_type type);
hid_t table_memory_type(enum table_type type);

/* A variable as a reader sees it. */
struct variable {
    const char *name;
    enum table_type type;
    const char *dimensions; /* names apart by one space, in order */
    const char *unit;       /* NULL: none (texts; figures whose unit another variable gives) */
    const char *meaning;    /* long_name */
    const char *flags; /* TABLE_INT32: the meanings of 0, 1, 2 ... apart by spaces; else NULL */
    int first_flag;    /* the value of the first of them */
    bool missing;      /* integers: may hold the mark of a missing value */
    bool coordinate;   /* named in the group's `coordinates` */
};

struct table {
    struct sink *sink;
    hid_t group;
    struct {
        char name[TABLE_NAME_SIZE];
        struct scale scale;
        hsize_t n;
    } dimension[TABLE_SCALES];
    size_t n_dimensions;
    char *coordinates; /* names apart by spaces; NULL where none */
};

/* A group at the root. */
void table_open(struct sink *k, const char *name, const char *title, struct table *t);
void table_close(struct table *t);

/* A dimension of n > 0 steps, with the values of its coordinate (v->dimensions is its own name). */
void table_dimension(struct table *t, const struct variable *v, size_t n, const void *data);

/* A whole variable at once. Texts: an array of const char *. */
void table_write(struct table *t, const struct variable *v, const void *data);

/* An attribute of a variable that was written. */
void table_note(struct table *t, const char *variable, const char *name, const char *text);

/* A variable of numbers that is written row by row along its first dimension. */
struct column {
    struct sink *sink;
    hid_t set;
    enum table_type type;
    size_t items; /* in a row */
    size_t rows;  /* held at a time: those of a chunk */
    size_t held;
    hsize_t written;
    int rank;
    hsize_t extent[TABLE_DIMENSIONS];
    char *buffer;
    bool chunked;        /* its chunks are whole rows, compressed, and packed here */
    struct chunk packed; /* of the rows held; bytes NULL: not yet */
};

void column_open(struct table *t, const struct variable *v, struct column *c);

/* The next row to fill: `items` doubles or integers, missing to begin with. NULL after a failure.
 * It is written with a later call. */
void *column_row(struct column *c);

/* The row is filled. A large one is written at once, and its memory freed. */
void column_filled(struct column *c);

/* A row that was filled elsewhere, as column_row and column_filled; *row is then the caller's
 * again. One that is made by column_blank is missing all of it. On any thread. */
size_t column_row_size(const struct column *c);
void column_blank(const struct column *c, void *row);
void column_put(struct column *c, const void *row);

/* Compresses the rows that are held, for a column that gets no more: most of the work of closing
 * it, on any thread. */
void column_pack(struct column *c);

void column_close(struct column *c);

#endif
