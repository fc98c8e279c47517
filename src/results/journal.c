/* SPDX-License-Identifier: Apache-2.0
 * Writes journals. HDF5 makes the skeleton of a shard in memory; from then on a run is two writes
 * of the system into holes of the file and one of eight bytes that makes it count. So an error
 * carries the system's own reason, and nothing is left half-open when a disk is full. */
#include "results/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "results/h5.h"
#include "results/pack.h"
#include "results/shard.h"

#define ROWS           1024       /* runs in one shard */
#define CAPACITY_LIMIT (4u << 20) /* words in one shard, but for longer records: 32 MiB */
#define LONG_RECORDS   4          /* so many records where each is longer than that */
#define ALIGNMENT      4096       /* datasets begin on pages: no identifier lies across two */
#define ATTEMPTS       100

struct journal {
    const struct study *study;
    size_t last; /* the run appended last; its entry is `entry` */
    struct shard_entry entry;
    char *dir, *path; /* `path`: the shard now written */
    int file;
    bool made; /* the skeleton stands in the file */
    off_t run_at, entry_at, words_at;
    size_t row; /* the next to fill */
    uint64_t capacity, used;
    uint64_t *buffer;
    size_t buffer_capacity;
};

/* mkdir -p. */
static int make_folder(const char *dir, psn_diagnostics *all)
{
    char *path = strdup(dir);
    if (!path)
        return h5_memory(all, dir);
    int error = 0;
    for (char *c = path + 1; !error && *c; c++)
        if (*c == '/') {
            *c = '\0';
            if (mkdir(path, 0777) != 0 && errno != EEXIST)
                error = errno;
            *c = '/';
        }
    if (!error && mkdir(path, 0777) != 0 && errno != EEXIST)
        error = errno;
    free(path);
    return error ? psn_mistake_errno(all, (psn_place){.file = dir},
                                     "the folder for journals cannot be made", error)
                 : PSN_OK;
}

/* A new empty file with a name that no other process takes; its name means nothing. */
static int new_file(struct journal *j, psn_diagnostics *all)
{
    free(j->path);
    j->path = NULL;
    for (unsigned attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        if (asprintf(&j->path, "%s/" SHARD_PREFIX "%016llx-%x-%02x" SHARD_SUFFIX, j->dir,
                     (unsigned long long)now.tv_sec * 1000000000u + (unsigned long long)now.tv_nsec,
                     (unsigned)getpid(), attempt) < 0) {
            j->path = NULL;
            return h5_memory(all, j->dir);
        }
        j->file = open(j->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (j->file >= 0)
            return PSN_OK;
        int error = errno;
        free(j->path);
        j->path = NULL;
        if (error != EEXIST)
            return psn_mistake_errno(all, (psn_place){.file = j->dir},
                                     "a journal cannot be written here", error);
    }
    return psn_mistake_errno(all, (psn_place){.file = j->dir}, "a journal cannot be written here",
                             EEXIST);
}

int journal_create(const struct study *s, const char *dir, struct journal **out,
                   psn_diagnostics *all)
{
    *out = NULL;
    h5_silence();
    int error = make_folder(dir, all);
    if (error)
        return error;
    struct journal *j = calloc(1, sizeof *j);
    if (!j)
        return h5_memory(all, dir);
    j->file = -1;
    j->study = s;
    j->dir = strdup(dir);
    error = j->dir ? new_file(j, all) : h5_memory(all, dir);
    if (error) {
        free(j->dir);
        free(j);
        return error;
    }
    *out = j;
    return PSN_OK;
}

/* A dataset whose place in the file is fixed now; *at is where its first byte lies. */
static bool skeleton_set(hid_t file, const char *name, hid_t type, int rank, const hsize_t *extent,
                         off_t *at)
{
    hid_t space = H5Screate_simple(rank, extent, NULL);
    hid_t create = H5Pcreate(H5P_DATASET_CREATE);
    hid_t set = H5I_INVALID_HID;
    if (space >= 0 && create >= 0 && H5Pset_layout(create, H5D_CONTIGUOUS) >= 0 &&
        H5Pset_alloc_time(create, H5D_ALLOC_TIME_EARLY) >= 0 &&
        H5Pset_fill_time(create, H5D_FILL_TIME_NEVER) >= 0)
        set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, create, H5P_DEFAULT);
    haddr_t offset = set >= 0 ? H5Dget_offset(set) : HADDR_UNDEF;
    if (set >= 0)
        H5Dclose(set);
    if (create >= 0)
        H5Pclose(create);
    if (space >= 0)
        H5Sclose(space);
    *at = (off_t)offset;
    return offset != HADDR_UNDEF;
}

/* Attributes and datasets of a shard in an open file. */
static bool skeleton_contents(struct journal *j, hid_t file)
{
    int64_t format = SHARD_FORMAT, shape[SHARD_SHAPE];
    shard_shape(&j->study->shape, shape);
    hsize_t rows[2] = {ROWS, sizeof(struct shard_entry) / sizeof(uint64_t)};
    hsize_t capacity = j->capacity;
    return h5_put_int64(file, SHARD_A_FORMAT, &format, 1) &&
           h5_put_text(file, SHARD_A_HASH, j->study->hash) &&
           h5_put_int64(file, SHARD_A_SHAPE, shape, SHARD_SHAPE) &&
           skeleton_set(file, SHARD_RUN, H5T_NATIVE_INT64, 1, rows, &j->run_at) &&
           skeleton_set(file, SHARD_ENTRY, H5T_NATIVE_UINT64, 2, rows, &j->entry_at) &&
           skeleton_set(file, SHARD_WORDS, H5T_NATIVE_UINT64, 1, &capacity, &j->words_at) &&
           H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
}

/* A copy of the memory in which HDF5's core driver keeps a flushed file. (H5Fget_file_image
 * of 1.10.8 blanks a byte of the superblock without renewing its checksum: its copy does not open.)
 */
static char *copy_memory(hid_t file, size_t *size)
{
    void *handle = NULL;
    hsize_t length = 0;
    if (H5Fget_filesize(file, &length) < 0 || length == 0 ||
        H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || !handle)
        return NULL;
    char *image = malloc((size_t)length);
    if (image)
        memcpy(image, *(void **)handle, (size_t)length);
    *size = (size_t)length;
    return image;
}

/* The bytes of an empty shard; NULL on failure. */
static char *skeleton_image(struct journal *j, size_t *size)
{
    char *image = NULL;
    hid_t access = h5_access(), file = H5I_INVALID_HID;
    if (access >= 0 && H5Pset_alignment(access, ALIGNMENT / 2, ALIGNMENT) >= 0 &&
        H5Pset_fapl_core(access, 1 << 16, false) >= 0)
        file = H5Fcreate("skeleton", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (file >= 0 && skeleton_contents(j, file))
        image = copy_memory(file, size);
    hid_t reason = H5Eget_current_stack(); /* of a failure; the closing would clear it */
    if (file >= 0)
        H5Fclose(file);
    if (access >= 0)
        H5Pclose(access);
    if (reason >= 0)
        H5Eset_current_stack(reason);
    return image;
}

/* Writes all bytes at a place of the file; 0 or the system's error. */
static int write_at(int file, const void *bytes, size_t size, off_t at)
{
    const char *from = bytes;
    while (size > 0) {
        ssize_t n = pwrite(file, from, size, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        if (n == 0)
            return ENOSPC;
        from += n;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

/* The file in full length with everything but the words, which stay a hole, as does what the driver
 * has behind them. */
static int write_skeleton(struct journal *j, const char *image, size_t length)
{
    size_t from = (size_t)j->words_at, to = from + j->capacity * sizeof(uint64_t), size = length;
    while (size > to && image[size - 1] == 0)
        size--;
    if (ftruncate(j->file, 0) != 0 || ftruncate(j->file, (off_t)length) != 0)
        return errno;
    int error = write_at(j->file, image, from, 0);
    return error || to >= size ? error : write_at(j->file, image + to, size - to, (off_t)to);
}

/* Makes the shard's skeleton, wide enough for a record of n words at least. */
static int make_skeleton(struct journal *j, size_t n, psn_diagnostics *all)
{
    uint64_t wanted;
    j->row = 0;
    j->used = 0;
    /* Records differ in length by their histograms: half as much again for all runs of a small
     * study. */
    if (__builtin_mul_overflow((uint64_t)n + n / 2, j->study->n_runs, &wanted) ||
        wanted > CAPACITY_LIMIT)
        wanted = CAPACITY_LIMIT;
    j->capacity = n > wanted ? (uint64_t)n * LONG_RECORDS : wanted;
    size_t size = 0;
    char *image = skeleton_image(j, &size);
    if (!image)
        return h5_mistake(all, PSN_EIO, j->path, "a journal cannot be made");
    int error = write_skeleton(j, image, size);
    free(image);
    if (error)
        return psn_mistake_errno(all, (psn_place){.file = j->path}, "the journal cannot be written",
                                 error);
    j->made = true;
    return PSN_OK;
}

/* Sees to it that a record of n words has room: in this shard, or in a new one. */
static int make_room(struct journal *j, size_t n, psn_diagnostics *all)
{
    if (j->made && j->row < ROWS && j->used + n <= j->capacity)
        return PSN_OK;
    if (j->made && j->row > 0) {
        int file = j->file;
        char *path = j->path;
        j->path = NULL;
        int error = new_file(j, all);
        if (error) { /* stay with the full shard: the next append tries again */
            j->file = file;
            j->path = path;
            return error;
        }
        close(file);
        free(path);
    }
    j->made = false;
    return make_skeleton(j, n, all);
}

/* The record of a run: its point's name and its outcome, in the buffer. */
static void fill_record(struct journal *j, size_t point, const struct outcome *o)
{
    char name[SHARD_NAME_SIZE] = "";
    study_point_name(j->study, point, name, sizeof name);
    memcpy(j->buffer, name, sizeof name);
    pack_write(o, j->buffer + SHARD_NAME);
}

int journal_append(struct journal *j, size_t run, const struct outcome *o, psn_diagnostics *all)
{
    h5_silence();
    size_t n = SHARD_NAME + pack_words(o);
    size_t point = run / j->study->n_replications, replication = run % j->study->n_replications;
    void *buffer = j->buffer;
    int error = array_reserve(&buffer, &j->buffer_capacity, n, sizeof *j->buffer);
    j->buffer = buffer;
    if (error)
        return h5_memory(all, j->path);
    fill_record(j, point, o);
    error = make_room(j, n, all);
    if (error)
        return error;
    struct shard_entry entry = {
        .first = j->used, .words = n, .status = o->status != 0, .point = j->study->key[point]};
    entry.checksum = pack_checksum(shard_identity(&entry, replication), j->buffer, n);
    int64_t identifier = (int64_t)replication + 1;
    off_t row = (off_t)j->row;
    int failed = write_at(j->file, j->buffer, n * sizeof(uint64_t),
                          j->words_at + (off_t)(j->used * sizeof(uint64_t)));
    if (!failed)
        failed = write_at(j->file, &entry, sizeof entry, j->entry_at + row * (off_t)sizeof entry);
    if (!failed)
        failed = write_at(j->file, &identifier, sizeof identifier,
                          j->run_at + row * (off_t)sizeof identifier);
    if (failed)
        return psn_mistake_errno(all, (psn_place){.file = j->path}, "a run cannot be kept", failed);
    j->row++;
    j->used += n;
    j->last = run;
    j->entry = entry;
    return PSN_OK;
}

const char *journal_last(const struct journal *j, size_t *run, struct shard_entry *entry)
{
    *run = j->last;
    *entry = j->entry;
    return j->path;
}

int journal_close(struct journal *j, psn_diagnostics *all)
{
    if (!j)
        return PSN_OK;
    int error = PSN_OK;
    bool empty = !j->made || j->row == 0;
    if (close(j->file) != 0)
        error = psn_mistake_errno(all, (psn_place){.file = j->path}, "the journal cannot be closed",
                                  errno);
    if (empty && unlink(j->path) != 0 && errno != ENOENT)
        error = psn_mistake_errno(all, (psn_place){.file = j->path},
                                  "an empty journal cannot be removed", errno);
    free(j->buffer);
    free(j->path);
    free(j->dir);
    free(j);
    return error;
}
