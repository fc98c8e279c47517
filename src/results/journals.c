/* SPDX-License-Identifier: Apache-2.0
 * Reads journals: which runs the shards of a folder hold, and each of them to the bit. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "results/h5.h"
#include "results/journal.h"
#include "results/pack.h"
#include "results/shard.h"

#define OPEN_LIMIT 32 /* shards held open at a time */

struct shard {
    char *path;
    hid_t file; /* invalid while closed */
};

/* Where a run lies. */
struct place {
    uint32_t shard; /* index + 1; 0: nowhere */
    struct shard_entry entry;
};

struct journals {
    struct outcome_shape shape;
    char hash[65];
    size_t n_runs, count;
    struct place *place; /* by run */
    struct shard *shard;
    size_t n_shards, shard_capacity;
    size_t n_open, next_to_close;
    uint64_t *buffer;
    size_t buffer_capacity;
};

static bool is_shard(const char *name)
{
    size_t length = strlen(name), suffix = strlen(SHARD_SUFFIX);
    return strncmp(name, SHARD_PREFIX, strlen(SHARD_PREFIX)) == 0 && length > suffix &&
           strcmp(name + length - suffix, SHARD_SUFFIX) == 0;
}

static int any_file(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int shard_file(const struct dirent *e)
{
    return is_shard(e->d_name);
}

/* Names in a folder, sorted by bytes; a missing folder has none. Freed by free_names. */
static int list(const char *dir, int (*filter)(const struct dirent *), struct dirent ***names,
                int *n, psn_diagnostics *all)
{
    *names = NULL;
    *n = scandir(dir, names, filter, NULL);
    if (*n >= 0)
        return PSN_OK;
    int error = errno;
    *n = 0;
    return error == ENOENT ? PSN_OK
                           : psn_mistake_errno(all, (psn_place){.file = dir},
                                               "the folder of journals cannot be read", error);
}

static void free_names(struct dirent **names, int n)
{
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

static int by_name(const void *a, const void *b)
{
    const struct dirent *const *x = a, *const *y = b;
    return strcmp((*x)->d_name, (*y)->d_name);
}

/* Is this open file a shard of our study? PSN_EINPUT where of another; *whole says whether its
 * skeleton is complete. */
static int check_shard(const struct journals *j, const char *path, hid_t file, bool *whole,
                       psn_diagnostics *all)
{
    *whole = false;
    psn_place place = {.file = path};
    int64_t format, shape[SHARD_SHAPE], expected[SHARD_SHAPE];
    if (!h5_get_int64(file, SHARD_A_FORMAT, &format, 1))
        return PSN_OK;
    if (format != SHARD_FORMAT)
        return psn_mistake_add(
            all, PSN_EINPUT, place,
            "the journal is of format %lld; %d was expected, so it was written by "
            "another version of psnsim",
            (long long)format, SHARD_FORMAT);
    char *hash = h5_get_text(file, SHARD_A_HASH);
    if (!hash)
        return PSN_OK;
    bool ours = strcmp(hash, j->hash) == 0;
    free(hash);
    if (!ours)
        return psn_mistake_add(all, PSN_EINPUT, place,
                               "the journal belongs to another study; the same texts, settings and "
                               "version as before were expected");
    shard_shape(&j->shape, expected);
    *whole = h5_get_int64(file, SHARD_A_SHAPE, shape, SHARD_SHAPE) &&
             memcmp(shape, expected, sizeof shape) == 0;
    return PSN_OK;
}

/* Notes the runs of one shard. The first shard that holds a run is the one it is read from. */
static int index_shard(struct journals *j, hid_t file, uint32_t shard, psn_diagnostics *all)
{
    size_t rows, width = sizeof(struct shard_entry) / sizeof(uint64_t), words;
    if (!h5_items(file, SHARD_RUN, &rows) || !h5_items(file, SHARD_WORDS, &words))
        return PSN_OK;
    int64_t *run = calloc(rows + 1, sizeof *run);
    struct shard_entry *entry = calloc(rows + 1, sizeof *entry);
    int error = PSN_OK;
    if (!run || !entry)
        error = h5_memory(all, j->shard[shard].path);
    else if (h5_read(file, SHARD_RUN, H5T_NATIVE_INT64, rows, run) &&
             h5_read(file, SHARD_ENTRY, H5T_NATIVE_UINT64, rows * width, entry))
        for (size_t i = 0; i < rows; i++) {
            bool sound = run[i] > 0 && (uint64_t)run[i] <= j->n_runs && entry[i].first <= words &&
                         entry[i].words <= words - entry[i].first;
            struct place *p = sound ? &j->place[run[i] - 1] : NULL;
            if (!p || p->shard)
                continue;
            *p = (struct place){.shard = shard + 1, .entry = entry[i]};
            j->count++;
        }
    free(run);
    free(entry);
    return error;
}

/* Opens, checks, indexes and closes one file. What HDF5 cannot open was never begun in full. */
static int add_shard(struct journals *j, const char *dir, const char *name, psn_diagnostics *all)
{
    void *shards = j->shard;
    int error = array_reserve(&shards, &j->shard_capacity, j->n_shards + 1, sizeof *j->shard);
    j->shard = shards;
    char *path = NULL;
    if (error || asprintf(&path, "%s/%s", dir, name) < 0)
        return h5_memory(all, dir);
    j->shard[j->n_shards] = (struct shard){.path = path, .file = H5I_INVALID_HID};
    if (access(path, R_OK) != 0) {
        error = errno == ENOENT ? PSN_OK
                                : psn_mistake_errno(all, (psn_place){.file = path},
                                                    "the journal cannot be read", errno);
        free(path);
        return error;
    }
    bool whole = false;
    hid_t file = h5_open(path);
    if (file >= 0) {
        error = check_shard(j, path, file, &whole, all);
        if (!error && whole)
            error = index_shard(j, file, (uint32_t)j->n_shards, all);
        H5Fclose(file);
    }
    if (error || !whole)
        free(path);
    else
        j->n_shards++;
    return error;
}

int journals_open(const struct study *s, const char *dir, struct journals **out,
                  psn_diagnostics *all)
{
    *out = NULL;
    h5_silence();
    struct dirent **names;
    int n;
    int error = list(dir, shard_file, &names, &n, all);
    if (error)
        return error;
    if (n > 0)
        qsort(names, (size_t)n, sizeof *names, by_name);
    struct journals *j = calloc(1, sizeof *j);
    struct place *place = calloc(s->n_runs + 1, sizeof *place);
    if (!j || !place) {
        free(j);
        free(place);
        free_names(names, n);
        return h5_memory(all, dir);
    }
    j->place = place;
    j->shape = s->shape;
    j->n_runs = s->n_runs;
    memcpy(j->hash, s->hash, sizeof j->hash);
    for (int i = 0; i < n && !error; i++)
        error = add_shard(j, dir, names[i]->d_name, all);
    free_names(names, n);
    if (error)
        journals_close(j);
    else
        *out = j;
    return error;
}

void journals_close(struct journals *j)
{
    if (!j)
        return;
    for (size_t i = 0; i < j->n_shards; i++) {
        if (j->shard[i].file >= 0)
            H5Fclose(j->shard[i].file);
        free(j->shard[i].path);
    }
    free(j->shard);
    free(j->place);
    free(j->buffer);
    free(j);
}

bool journals_has(const struct journals *j, size_t run)
{
    return run < j->n_runs && j->place[run].shard != 0;
}

size_t journals_count(const struct journals *j)
{
    return j->count;
}

/* Closes shards in turn until one more may be opened. */
static void limit_open(struct journals *j)
{
    while (j->n_open >= OPEN_LIMIT) {
        struct shard *s = &j->shard[j->next_to_close];
        j->next_to_close = (j->next_to_close + 1) % j->n_shards;
        if (s->file >= 0) {
            H5Fclose(s->file);
            s->file = H5I_INVALID_HID;
            j->n_open--;
        }
    }
}

/* Part of /words into the buffer. */
static bool read_words(hid_t file, const struct shard_entry *e, uint64_t *buffer)
{
    hid_t set = H5Dopen2(file, SHARD_WORDS, H5P_DEFAULT);
    if (set < 0)
        return false;
    hsize_t first = e->first, n = e->words;
    hid_t from = H5Dget_space(set), to = H5Screate_simple(1, &n, NULL);
    bool ok = from >= 0 && to >= 0 &&
              H5Sselect_hyperslab(from, H5S_SELECT_SET, &first, NULL, &n, NULL) >= 0 &&
              H5Dread(set, H5T_NATIVE_UINT64, to, from, H5P_DEFAULT, buffer) >= 0;
    if (from >= 0)
        H5Sclose(from);
    if (to >= 0)
        H5Sclose(to);
    H5Dclose(set);
    return ok;
}

int journals_read(struct journals *j, size_t run, struct outcome **out, psn_diagnostics *all)
{
    *out = NULL;
    h5_silence();
    if (!journals_has(j, run))
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0}, "no journal holds run %zu", run);
    const struct place *p = &j->place[run];
    struct shard *s = &j->shard[p->shard - 1];
    if (s->file < 0) {
        limit_open(j);
        s->file = h5_open(s->path);
        if (s->file < 0)
            return h5_mistake(all, PSN_EIO, s->path, "the journal cannot be read");
        j->n_open++;
    }
    void *buffer = j->buffer;
    int error = array_reserve(&buffer, &j->buffer_capacity, p->entry.words, sizeof *j->buffer);
    j->buffer = buffer;
    if (error)
        return h5_memory(all, s->path);
    if (!read_words(s->file, &p->entry, j->buffer))
        return h5_mistake(all, PSN_EIO, s->path, "the journal cannot be read");
    bool memory = false;
    if (pack_checksum(run, j->buffer, p->entry.words) == p->entry.checksum)
        *out = pack_read(&j->shape, j->buffer, p->entry.words, &memory);
    if (memory)
        return h5_memory(all, s->path);
    if (!*out)
        return psn_mistake_add(
            all, PSN_EIO, (psn_place){.file = s->path},
            "run %zu in it is damaged; remove this journal, and its runs will be "
            "done again",
            run);
    return PSN_OK;
}

/* Every name must be a shard's, and a plain file's, before anything is removed. */
static int check_all_shards(const char *dir, struct dirent **names, int n, psn_diagnostics *all)
{
    for (int i = 0; i < n; i++) {
        char *path;
        struct stat status;
        if (asprintf(&path, "%s/%s", dir, names[i]->d_name) < 0)
            return h5_memory(all, dir);
        bool plain =
            is_shard(names[i]->d_name) && lstat(path, &status) == 0 && S_ISREG(status.st_mode);
        int error = plain ? PSN_OK
                          : psn_mistake_add(all, PSN_EINPUT, (psn_place){.file = path},
                                            "this is no journal of psnsim; a folder that holds "
                                            "journals only was expected, so nothing was removed");
        free(path);
        if (error)
            return error;
    }
    return PSN_OK;
}

int journals_remove(const char *dir, psn_diagnostics *all)
{
    struct dirent **names;
    int n;
    int error = list(dir, any_file, &names, &n, all);
    if (!error)
        error = check_all_shards(dir, names, n, all);
    for (int i = 0; i < n && !error; i++) {
        char *path;
        if (asprintf(&path, "%s/%s", dir, names[i]->d_name) < 0) {
            error = h5_memory(all, dir);
            break;
        }
        if (unlink(path) != 0 && errno != ENOENT)
            error = psn_mistake_errno(all, (psn_place){.file = path},
                                      "the journal cannot be removed", errno);
        free(path);
    }
    free_names(names, n);
    if (!error && rmdir(dir) != 0 && errno != ENOENT && errno != ENOTEMPTY && errno != EEXIST)
        error = psn_mistake_errno(all, (psn_place){.file = dir},
                                  "the folder of journals cannot be removed", errno);
    return error;
}
