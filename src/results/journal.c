/* SPDX-License-Identifier: Apache-2.0
 * Writes journals. HDF5 makes the skeleton of a shard in memory; from then on some runs are two
 * writes of the system into holes of the file and one of eight bytes each that makes them count. So
 * an error carries the system's own reason, and nothing is left half-open when a disk is full. */
#include "results/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "results/h5.h"
#include "results/pack.h"
#include "results/shard.h"

#define ROWS           1024       /* runs in one shard */
#define CAPACITY_LIMIT (4u << 20) /* words in one shard, but for longer records: 32 MiB */
#define LONG_RECORDS   2          /* so many records where each is longer than that */
#define ALIGNMENT      4096       /* datasets begin on pages: no identifier lies across two */
#define ATTEMPTS       100
#define AT_A_TIME      64 /* runs in one write of the system */

/* An empty shard but for its words, which are a hole: the bytes before and behind them. */
struct skeleton {
    uint64_t capacity; /* words; 0: there is none */
    char *head, *tail;
    size_t tail_size;
    off_t run_at, entry_at, words_at; /* the head is as long as the last of these */
};

struct journal {
    const struct study *study;
    char *dir, *path; /* `path`: the shard now written */
    int file;
    bool made; /* the skeleton stands in the file */
    struct skeleton skeleton;
    size_t row; /* the next to fill */
    uint64_t used;
    /* By row: which run it is, and its entry. The first `told` of them are known to the reader. */
    size_t run[ROWS];
    struct shard_entry entry[ROWS];
    size_t told;
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
static bool skeleton_contents(const struct study *s, struct skeleton *k, hid_t file)
{
    int64_t format = SHARD_FORMAT, shape[SHARD_SHAPE];
    shard_shape(&s->shape, shape);
    hsize_t rows[2] = {ROWS, sizeof(struct shard_entry) / sizeof(uint64_t)};
    hsize_t capacity = k->capacity;
    return h5_put_int64(file, SHARD_A_FORMAT, &format, 1) &&
           h5_put_text(file, SHARD_A_HASH, s->hash) &&
           h5_put_int64(file, SHARD_A_SHAPE, shape, SHARD_SHAPE) &&
           skeleton_set(file, SHARD_RUN, H5T_NATIVE_INT64, 1, rows, &k->run_at) &&
           skeleton_set(file, SHARD_ENTRY, H5T_NATIVE_UINT64, 2, rows, &k->entry_at) &&
           skeleton_set(file, SHARD_WORDS, H5T_NATIVE_UINT64, 1, &capacity, &k->words_at) &&
           H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
}

static char *copy(const char *from, size_t size)
{
    char *to = malloc(size + 1);
    if (to)
        memcpy(to, from, size);
    return to;
}

/* Copies what the words leave of the memory in which HDF5's core driver keeps a flushed file.
 * (H5Fget_file_image of 1.10.8 blanks a byte of the superblock without renewing its checksum: its
 * copy does not open.) */
static bool skeleton_copy(struct skeleton *k, hid_t file)
{
    void *handle = NULL;
    hsize_t length = 0;
    if (H5Fget_filesize(file, &length) < 0 || length == 0 ||
        H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || !handle)
        return false;
    const char *image = *(char **)handle;
    size_t from = (size_t)k->words_at, to = from + k->capacity * sizeof(uint64_t);
    if (from > length || to > length)
        return false;
    k->tail_size = (size_t)length - to;
    k->head = copy(image, from);
    k->tail = copy(image + to, k->tail_size);
    return k->head && k->tail;
}

static void skeleton_fini(struct skeleton *k)
{
    free(k->head);
    free(k->tail);
    *k = (struct skeleton){0};
}

/* An empty shard with room for so many words. False on failure. */
static bool skeleton_make(struct skeleton *k, const struct study *s, uint64_t capacity)
{
    bool made = false;
    hid_t access = h5_access(), file = H5I_INVALID_HID;
    skeleton_fini(k);
    k->capacity = capacity;
    if (access >= 0 && H5Pset_alignment(access, ALIGNMENT / 2, ALIGNMENT) >= 0 &&
        H5Pset_fapl_core(access, 1 << 16, false) >= 0)
        file = H5Fcreate("skeleton", H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (file >= 0)
        made = skeleton_contents(s, k, file) && skeleton_copy(k, file);
    hid_t reason = H5Eget_current_stack(); /* of a failure; the closing would clear it */
    if (file >= 0)
        H5Fclose(file);
    if (access >= 0)
        H5Pclose(access);
    if (reason >= 0)
        H5Eset_current_stack(reason);
    if (!made)
        skeleton_fini(k);
    return made;
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

/* The file in full length with everything but the words, which stay a hole, as does what HDF5's
 * driver has behind them. */
static int write_skeleton(int file, const struct skeleton *k)
{
    off_t to = k->words_at + (off_t)(k->capacity * sizeof(uint64_t));
    size_t size = k->tail_size;
    while (size > 0 && k->tail[size - 1] == 0)
        size--;
    if (ftruncate(file, 0) != 0 || ftruncate(file, to + (off_t)k->tail_size) != 0)
        return errno;
    int error = write_at(file, k->head, (size_t)k->words_at, 0);
    return error || size == 0 ? error : write_at(file, k->tail, size, to);
}

/* How many words a shard gets whose first record has n: records differ in length by their
 * histograms, so half as much again for all of them; not too many. */
static uint64_t capacity_for(const struct study *s, size_t n)
{
    uint64_t wanted, rows = s->n_runs < ROWS ? s->n_runs : ROWS;
    uint64_t records = s->n_runs < LONG_RECORDS ? s->n_runs : LONG_RECORDS;
    if (__builtin_mul_overflow((uint64_t)n + n / 2, rows, &wanted) || wanted > CAPACITY_LIMIT)
        wanted = CAPACITY_LIMIT;
    return n > wanted ? (uint64_t)n * (records ? records : 1) : wanted;
}

/* Lays down the shard's skeleton, wide enough for a record of n words at least; mostly the one of
 * the shard before. */
static int make_skeleton(struct journal *j, size_t n, psn_diagnostics *all)
{
    j->row = j->told = 0;
    j->used = 0;
    if (j->skeleton.capacity < n &&
        !skeleton_make(&j->skeleton, j->study, capacity_for(j->study, n)))
        return h5_mistake(all, PSN_EIO, j->path, "a journal cannot be made");
    int error = write_skeleton(j->file, &j->skeleton);
    if (error)
        return psn_mistake_errno(all, (psn_place){.file = j->path}, "the journal cannot be written",
                                 error);
    j->made = true;
    return PSN_OK;
}

static bool has_room(const struct journal *j, size_t n)
{
    return j->made && j->row < ROWS && j->used + n <= j->skeleton.capacity;
}

/* Sees to it that a record of n words has room: in this shard, or in a new one. */
static int make_room(struct journal *j, size_t n, psn_diagnostics *all)
{
    if (has_room(j, n))
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

int journal_pack(struct journal_record *r, const struct study *s, size_t run,
                 const struct outcome *o)
{
    size_t point = run / s->n_replications;
    struct packed p = {.words = r->words, .n = SHARD_NAME, .capacity = r->capacity};
    int error = pack_write(o, &p);
    r->words = p.words;
    r->capacity = p.capacity;
    if (error)
        return error;
    char name[SHARD_NAME_SIZE] = "";
    study_point_name(s, point, name, sizeof name);
    memcpy(r->words, name, sizeof name);
    r->run = run;
    r->n = p.n;
    r->failed = o->status != 0;
    const struct shard_entry e = {.status = r->failed, .point = s->key[point]};
    r->checksum = pack_checksum(shard_identity(&e, run % s->n_replications), r->words, r->n);
    return PSN_OK;
}

void journal_record_fini(struct journal_record *r)
{
    free(r->words);
    *r = (struct journal_record){0};
}

/* Writes the words of records one behind the other; 0 or the system's error. */
static int write_words(const struct journal *j, const struct journal_record *const *record,
                       size_t n)
{
    struct iovec part[AT_A_TIME];
    off_t at = j->skeleton.words_at + (off_t)(j->used * sizeof(uint64_t));
    size_t size = 0, k = 0;
    for (; k < n; k++) {
        part[k] = (struct iovec){record[k]->words, record[k]->n * sizeof(uint64_t)};
        size += part[k].iov_len;
    }
    ssize_t written = pwritev(j->file, part, (int)n, at);
    if (written < 0 && errno != EINTR)
        return errno;
    /* What a signal or a full disk has cut short is gone on with, record by record. */
    size_t done = written > 0 ? (size_t)written : 0, before = 0;
    int error = 0;
    for (k = 0; k < n && done < size && !error; k++) {
        size_t end = before + part[k].iov_len, from = done > before ? done - before : 0;
        if (end > done)
            error = write_at(j->file, (const char *)part[k].iov_base + from, part[k].iov_len - from,
                             at + (off_t)(before + from));
        before = end;
    }
    return error;
}

/* Writes records for which there is room; n is AT_A_TIME at most. 0 or the system's error. */
static int write_records(struct journal *j, const struct journal_record *const *record, size_t n)
{
    int64_t identifier[AT_A_TIME];
    struct shard_entry *entry = &j->entry[j->row];
    uint64_t used = j->used;
    for (size_t k = 0; k < n; k++) {
        size_t replications = j->study->n_replications;
        entry[k] = (struct shard_entry){.first = used,
                                        .words = record[k]->n,
                                        .checksum = record[k]->checksum,
                                        .status = record[k]->failed,
                                        .point = j->study->key[record[k]->run / replications]};
        identifier[k] = (int64_t)(record[k]->run % replications) + 1;
        j->run[j->row + k] = record[k]->run;
        used += record[k]->n;
    }
    off_t row = (off_t)j->row;
    int failed = write_words(j, record, n);
    if (!failed)
        failed = write_at(j->file, entry, n * sizeof *entry,
                          j->skeleton.entry_at + row * (off_t)sizeof *entry);
    if (!failed)
        failed = write_at(j->file, identifier, n * sizeof *identifier,
                          j->skeleton.run_at + row * (off_t)sizeof *identifier);
    if (failed)
        return failed;
    j->row += n;
    j->used = used;
    return 0;
}

int journal_append(struct journal *j, const struct journal_record *const *record, size_t n,
                   size_t *appended, psn_diagnostics *all)
{
    h5_silence();
    *appended = 0;
    int error = make_room(j, record[0]->n, all);
    if (error)
        return error;
    size_t some = 0;
    for (uint64_t used = j->used; some < n && some < AT_A_TIME && j->row + some < ROWS; some++) {
        used += record[some]->n;
        if (used > j->skeleton.capacity)
            break;
    }
    int failed = write_records(j, record, some);
    if (failed)
        return psn_mistake_errno(all, (psn_place){.file = j->path}, "a run cannot be kept", failed);
    *appended = some;
    return PSN_OK;
}

const char *journal_news(struct journal *j, size_t *n, const size_t **run,
                         const struct shard_entry **entry, off_t *words_at)
{
    *words_at = j->skeleton.words_at;
    *n = j->row - j->told;
    *run = &j->run[j->told];
    *entry = &j->entry[j->told];
    j->told = j->row;
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
    skeleton_fini(&j->skeleton);
    free(j->path);
    free(j->dir);
    free(j);
    return error;
}
