/* SPDX-License-Identifier: Apache-2.0
 * Makes and locks the folders of a sweep. The lock is flock on the folder itself: no lock file that
 * could be left behind, and the kernel releases it however the process ends. */
#include "run/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int cannot_make(const char *dir, psn_diagnostics *all)
{
    return psn_mistake_add(all, PSN_EIO, (psn_place){0}, "the folder %s cannot be made: %s", dir,
                           strerror(errno));
}

/* Makes `dir` and those above it. `dir` is written to on the way and restored. */
static int make_all(char *dir, psn_diagnostics *all)
{
    for (char *c = dir + 1; *c; c++) {
        if (*c != '/')
            continue;
        *c = '\0';
        int failed = mkdir(dir, 0777) && errno != EEXIST;
        if (failed)
            cannot_make(dir, all);
        *c = '/';
        if (failed)
            return PSN_EIO;
    }
    if (mkdir(dir, 0777) && errno != EEXIST)
        return cannot_make(dir, all);
    struct stat s;
    if (!stat(dir, &s) && !S_ISDIR(s.st_mode)) {
        errno = ENOTDIR;
        return cannot_make(dir, all);
    }
    return 0;
}

int folder_prepare(const char *path, psn_diagnostics *all)
{
    const char *slash = strrchr(path, '/');
    char *dir = slash == path ? strdup("/")
                : slash       ? strndup(path, (size_t)(slash - path))
                              : strdup(".");
    if (!dir)
        return psn_mistake_add(all, PSN_EMEMORY, (psn_place){0}, "out of memory");
    int code = slash && slash != path ? make_all(dir, all) : 0;
    if (!code && access(dir, W_OK | X_OK))
        code = psn_mistake_add(all, PSN_EIO, (psn_place){0},
                               "nothing can be written in the folder %s: %s", dir, strerror(errno));
    free(dir);
    return code;
}

int folder_lock(const char *dir, int *lock, psn_diagnostics *all)
{
    /* Whoever holds the lock may remove the folder when its sweep is done: then ours is of a folder
     * that nobody can find any more, and we begin again with a new one. */
    for (int attempt = 0; attempt < 100; attempt++) {
        if (mkdir(dir, 0777) && errno != EEXIST)
            return cannot_make(dir, all);
        int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd < 0)
            return psn_mistake_add(all, PSN_EIO, (psn_place){0},
                                   "the folder %s cannot be opened: %s", dir, strerror(errno));
        if (flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) {
            close(fd);
            return psn_mistake_add(all, PSN_EINPUT, (psn_place){0},
                                   "another psnsim is at work in %s; wait until it ends, or name "
                                   "another result with -o",
                                   dir);
        }
        /* Any other failure: a file system without locks. Each program writes shards of its own, so
         * two of them waste time but lose nothing. */
        struct stat ours, found;
        if (!fstat(fd, &ours) && !stat(dir, &found) && ours.st_ino == found.st_ino &&
            ours.st_dev == found.st_dev) {
            *lock = fd;
            return 0;
        }
        close(fd);
    }
    return psn_mistake_add(all, PSN_EIO, (psn_place){0}, "the folder %s vanishes again and again",
                           dir);
}

void folder_unlock(int *lock)
{
    if (*lock >= 0)
        close(*lock);
    *lock = -1;
}
