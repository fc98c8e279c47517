/* SPDX-License-Identifier: Apache-2.0
 * A folder of its own for each test of the results, removed at the end, and helpers on files. */
#ifndef TESTS_FOLDER_H
#define TESTS_FOLDER_H

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../study/invented.h"

struct folder {
    char path[256], journals[300], result[300];
};

static inline void folder_new(struct folder *f)
{
    const char *base = getenv("TMPDIR");
    snprintf(f->path, sizeof f->path, "%s/psnsim-test-XXXXXX", base ? base : "/tmp");
    cr_assert(mkdtemp(f->path));
    snprintf(f->journals, sizeof f->journals, "%s/study.h5.runs", f->path);
    snprintf(f->result, sizeof f->result, "%s/study.h5", f->path);
}

static inline int folder_unlink(const char *path, const struct stat *s, int flag, struct FTW *walk)
{
    (void)s;
    (void)flag;
    (void)walk;
    return remove(path);
}

static inline void folder_free(const struct folder *f)
{
    nftw(f->path, folder_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

/* The number of entries of a folder; -1 where it is not there. */
static inline int folder_count(const char *path)
{
    DIR *dir = opendir(path);
    if (!dir)
        return -1;
    int n = 0;
    for (struct dirent *e; (e = readdir(dir));)
        n += e->d_name[0] != '.';
    closedir(dir);
    return n;
}

/* The path of the first entry of a folder. */
static inline void folder_first(const char *path, char *name, size_t size)
{
    DIR *dir = opendir(path);
    cr_assert(dir);
    for (struct dirent *e; (e = readdir(dir));)
        if (e->d_name[0] != '.')
            snprintf(name, size, "%s/%s", path, e->d_name);
    closedir(dir);
}

/* A whole file; freed by the caller. NULL where it is not there. */
static inline char *folder_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*size + 1);
    cr_assert(bytes && fread(bytes, 1, *size, file) == *size);
    fclose(file);
    return bytes;
}

/* Asserts that `code` came with a mistake, and forgets it. */
static inline void folder_expect(int got, int code, psn_diagnostics *all)
{
    cr_assert_eq(got, code, "%d instead of %d: %s", got, code,
                 all->count ? all->items[0].text : "no mistake");
    if (code)
        cr_assert(all->count > 0);
    psn_diagnostics_fini(all);
}

#endif
