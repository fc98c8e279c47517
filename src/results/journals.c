/* SPDX-License-Identifier: Apache-2.0
 * Reads journals: which runs the shards of a folder hold, and each of them to the bit. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
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
    int file;       /* -1 while closed */
    size_t readers; /* that read from it now: it stays open */
    off_t words_at; /* where the first word lies in it */
};

/* Where a run lies. */
struct place {
    uint32_t shard; /* index + 1; 0: nowhere */
    bool failed;
    uint64_t first, words, checksum;
};

/* A point by its key. */
struct keyed {
    struct point_key key;
    size_t point;
};

struct journals {
    const struct study *study;
    size_t count, records; /* runs of the study, and of any */
    struct place *place;   /* by run */
    struct keyed *keyed;   /* the points in the order of keys */
    bool strange;          /* there is a stranger */
    struct stranger stranger;
    struct shard *shard;
    size_t n_shards, shard_capacity;
    pthread_mutex_t lock; /* of which shards are open, and for whom */
    size_t n_open, next_to_close;
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

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    for (size_t i = 0; i < 4; i++)
        if (x->key.word[i] != y->key.word[i])
            return x->key.word[i] < y->key.word[i] ? -1 : 1;
    return (x->point > y->point) - (x->point < y->point);
}

/* The first of the study's points with this key, as an index into `keyed`; n_points where there is
 * none. */
static size_t find_key(const struct journals *j, const struct point_key *key)
{
    const struct keyed wanted = {.key = *key};
    size_t from = 0, to = j->study->n_points;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (by_key(&j->keyed[middle], &wanted) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    bool found = from < j->study->n_points && memcmp(&j->keyed[from].key, key, sizeof *key) == 0;
    return found ? from : j->study->n_points;
}

/* Is this open file a shard? PSN_EINPUT where of another format; *whole says whether its skeleton
 * is complete. */
static int check_shard(const char *path, hid_t file, bool *whole, psn_diagnostics *all)
{
    int64_t format, shape[SHARD_SHAPE];
    *whole = false;
    if (!h5_get_int64(file, SHARD_A_FORMAT, &format, 1))
        return PSN_OK;
    if (format != SHARD_FORMAT)
        return psn_mistake_add(
            all, PSN_EINPUT, (psn_place){.file = path},
            "the journal is of format %lld; %d was expected, so it was written by "
            "another version of psnsim: finish the study with that one, or begin anew with "
            "--restart",
            (long long)format, SHARD_FORMAT);
    *whole = h5_get_int64(file, SHARD_A_SHAPE, shape, SHARD_SHAPE);
    return PSN_OK;
}

/* Notes where a run of the study lies. The first that is done is the one it is read from; one that
 * failed only for want of it. */
static void note_run(struct journals *j, size_t run, uint32_t shard, const struct shard_entry *e)
{
    struct place *p = &j->place[run];
    if (p->shard && (!p->failed || e->status != 0))
        return;
    j->count += p->shard == 0;
    *p = (struct place){.shard = shard + 1,
                        .failed = e->status != 0,
                        .first = e->first,
                        .words = e->words,
                        .checksum = e->checksum};
}

/* Notes the run for every point that has this key. False where none has so many replications. */
static bool note_key(struct journals *j, uint32_t shard, const struct shard_entry *e,
                     size_t replication)
{
    size_t n = j->study->n_replications, i = find_key(j, &e->point);
    if (i == j->study->n_points || replication >= n)
        return false;
    for (; i < j->study->n_points && memcmp(&j->keyed[i].key, &e->point, sizeof e->point) == 0; i++)
        note_run(j, j->keyed[i].point * n + replication, shard, e);
    return true;
}

/* Part of /words into the buffer. */
static bool read_words(hid_t file, uint64_t first_word, uint64_t words, uint64_t *buffer)
{
    hid_t set = H5Dopen2(file, SHARD_WORDS, H5P_DEFAULT);
    if (set < 0)
        return false;
    hsize_t first = first_word, n = words;
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

/* Remembers a run that the study has not: of points that it lacks the first, else of a point that
 * it has the greatest replication. */
static void note_stranger(struct journals *j, hid_t file, const struct shard_entry *e,
                          size_t replication)
{
    struct stranger *s = &j->stranger;
    bool known = find_key(j, &e->point) < j->study->n_points;
    if (j->strange && (!s->known || (known && replication <= s->replication)))
        return;
    uint64_t name[SHARD_NAME] = {0};
    j->strange = true;
    *s = (struct stranger){.known = known, .replication = replication};
    if (e->words >= SHARD_NAME && read_words(file, e->first, SHARD_NAME, name)) {
        memcpy(s->point, name, sizeof s->point);
        s->point[sizeof s->point - 1] = '\0';
    }
}

_Static_assert(sizeof(((struct stranger *)0)->point) == SHARD_NAME_SIZE, "a name fits");

/* Where the words lie in a shard's file; false where that is not fixed. */
static bool find_words(hid_t file, off_t *at)
{
    hid_t set = H5Dopen2(file, SHARD_WORDS, H5P_DEFAULT);
    haddr_t offset = set >= 0 ? H5Dget_offset(set) : HADDR_UNDEF;
    if (set >= 0)
        H5Dclose(set);
    *at = (off_t)offset;
    return offset != HADDR_UNDEF;
}

/* Notes the runs of one shard. */
static int index_shard(struct journals *j, hid_t file, uint32_t shard, psn_diagnostics *all)
{
    size_t rows, width = sizeof(struct shard_entry) / sizeof(uint64_t), words;
    if (!h5_items(file, SHARD_RUN, &rows) || !h5_items(file, SHARD_WORDS, &words) ||
        !find_words(file, &j->shard[shard].words_at))
        return PSN_OK;
    int64_t *run = calloc(rows + 1, sizeof *run);
    struct shard_entry *entry = calloc(rows + 1, sizeof *entry);
    int error = PSN_OK;
    if (!run || !entry)
        error = h5_memory(all, j->shard[shard].path);
    else if (h5_read(file, SHARD_RUN, H5T_NATIVE_INT64, rows, run) &&
             h5_read(file, SHARD_ENTRY, H5T_NATIVE_UINT64, rows * width, entry))
        for (size_t i = 0; i < rows; i++) {
            bool sound = run[i] > 0 && entry[i].first <= words && entry[i].words >= SHARD_NAME &&
                         entry[i].words <= words - entry[i].first;
            j->records += sound;
            if (sound && !note_key(j, shard, &entry[i], (size_t)run[i] - 1))
                note_stranger(j, file, &entry[i], (size_t)run[i] - 1);
        }
    free(run);
    free(entry);
    return error;
}

/* Room for one more shard; false where memory ends. */
static bool reserve_shard(struct journals *j)
{
    void *shards = j->shard;
    int error = array_reserve(&shards, &j->shard_capacity, j->n_shards + 1, sizeof *j->shard);
    j->shard = shards;
    return !error;
}

/* Opens, checks, indexes and closes one file. What HDF5 cannot open was never begun in full. */
static int add_shard(struct journals *j, const char *dir, const char *name, psn_diagnostics *all)
{
    char *path = NULL;
    int error = PSN_OK;
    if (!reserve_shard(j) || asprintf(&path, "%s/%s", dir, name) < 0)
        return h5_memory(all, dir);
    j->shard[j->n_shards] = (struct shard){.path = path, .file = -1};
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
        error = check_shard(path, file, &whole, all);
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

/* Journals without shards. */
static struct journals *new_journals(const struct study *s)
{
    struct journals *j = calloc(1, sizeof *j);
    if (!j || pthread_mutex_init(&j->lock, NULL)) {
        free(j);
        return NULL;
    }
    j->study = s;
    j->place = calloc(s->n_runs + 1, sizeof *j->place);
    j->keyed = calloc(s->n_points + 1, sizeof *j->keyed);
    if (!j->place || !j->keyed) {
        journals_close(j);
        return NULL;
    }
    for (size_t i = 0; i < s->n_points; i++)
        j->keyed[i] = (struct keyed){.key = s->key[i], .point = i};
    qsort(j->keyed, s->n_points, sizeof *j->keyed, by_key);
    return j;
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
    struct journals *j = new_journals(s);
    if (!j) {
        free_names(names, n);
        return h5_memory(all, dir);
    }
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
            close(j->shard[i].file);
        free(j->shard[i].path);
    }
    pthread_mutex_destroy(&j->lock);
    free(j->shard);
    free(j->place);
    free(j->keyed);
    free(j);
}

bool journals_has(const struct journals *j, size_t run)
{
    return run < j->study->n_runs && j->place[run].shard != 0;
}

bool journals_failed(const struct journals *j, size_t run)
{
    return journals_has(j, run) && j->place[run].failed;
}

size_t journals_records(const struct journals *j)
{
    return j->records;
}

bool journals_stranger(const struct journals *j, struct stranger *out)
{
    *out = j->stranger;
    return j->strange;
}

int journals_learn(struct journals *j, struct journal *w, psn_diagnostics *all)
{
    size_t n, shard = 0;
    const size_t *run;
    const struct shard_entry *entry;
    off_t words_at;
    const char *path = journal_news(w, &n, &run, &entry, &words_at);
    /* The journal being written is the last shard, or a new one. */
    if (j->n_shards > 0 && strcmp(j->shard[j->n_shards - 1].path, path) == 0)
        shard = j->n_shards - 1;
    else {
        char *copy = strdup(path);
        if (!copy || !reserve_shard(j)) {
            free(copy);
            return h5_memory(all, path);
        }
        shard = j->n_shards++;
        j->shard[shard] = (struct shard){.path = copy, .file = -1, .words_at = words_at};
    }
    for (size_t k = 0; k < n; k++)
        note_key(j, (uint32_t)shard, &entry[k], run[k] % j->study->n_replications);
    return PSN_OK;
}

size_t journals_count(const struct journals *j)
{
    return j->count;
}

/* Closes shards in turn until one more may be opened; more than that stay open while all are read
 * from. */
static void limit_open(struct journals *j)
{
    for (size_t n = j->n_shards; n > 0 && j->n_open >= OPEN_LIMIT; n--) {
        struct shard *s = &j->shard[j->next_to_close];
        j->next_to_close = (j->next_to_close + 1) % j->n_shards;
        if (s->file >= 0 && s->readers == 0) {
            close(s->file);
            s->file = -1;
            j->n_open--;
        }
    }
}

/* Opens a shard where it is closed. 0 or the system's error. */
static int open_shard(struct journals *j, struct shard *s)
{
    if (s->file >= 0)
        return 0;
    limit_open(j);
    s->file = open(s->path, O_RDONLY | O_CLOEXEC);
    if (s->file < 0)
        return errno;
    j->n_open++;
    return 0;
}

/* All bytes from a place of a file. 0 or the system's error; EIO where the file ends before. */
static int read_at(int file, void *bytes, size_t size, off_t at)
{
    char *to = bytes;
    while (size > 0) {
        ssize_t n = pread(file, to, size, at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? errno : EIO;
        to += n;
        at += n;
        size -= (size_t)n;
    }
    return 0;
}

/* The words of a run, as they lie there: straight from the file, for of HDF5's own nothing changes
 * in it. On any thread. */
static int fetch(struct journals *j, const struct place *p, uint64_t *words, psn_diagnostics *all)
{
    struct shard *s = &j->shard[p->shard - 1];
    pthread_mutex_lock(&j->lock);
    int error = open_shard(j, s), file = s->file;
    s->readers += !error;
    pthread_mutex_unlock(&j->lock);
    if (!error) {
        error = read_at(file, words, p->words * sizeof *words,
                        s->words_at + (off_t)(p->first * sizeof *words));
        pthread_mutex_lock(&j->lock);
        s->readers--;
        pthread_mutex_unlock(&j->lock);
    }
    return error ? psn_mistake_errno(all, (psn_place){.file = s->path},
                                     "the journal cannot be read", error)
                 : PSN_OK;
}

int journals_read(struct journals *j, size_t run, struct outcome **out, psn_diagnostics *all)
{
    *out = NULL;
    if (!journals_has(j, run))
        return psn_mistake_add(all, PSN_EINPUT, (psn_place){0}, "no journal holds run %zu", run);
    const struct place *p = &j->place[run];
    const char *path = j->shard[p->shard - 1].path;
    uint64_t *words = malloc(p->words * sizeof *words);
    if (!words)
        return h5_memory(all, path);
    int error = fetch(j, p, words, all);
    bool memory = false;
    size_t n = j->study->n_replications;
    const struct shard_entry e = {.status = p->failed, .point = j->study->key[run / n]};
    if (!error && pack_checksum(shard_identity(&e, run % n), words, p->words) == p->checksum)
        *out = pack_read(&j->study->shape, words + SHARD_NAME, p->words - SHARD_NAME, &memory);
    free(words);
    if (error)
        return error;
    if (memory)
        return h5_memory(all, path);
    if (!*out)
        return psn_mistake_add(
            all, PSN_EIO, (psn_place){.file = path},
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
