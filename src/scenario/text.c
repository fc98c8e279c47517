/* SPDX-License-Identifier: Apache-2.0
 * Texts before they are parsed: fetched from files within a limit, and proven to be plain UTF-8. */
#include "scenario/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

bool text_is_table(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcasecmp(name + length - 4, ".csv") == 0;
}

size_t text_most(const char *name)
{
    return text_is_table(name) ? TEXT_TABLE_MOST : TEXT_YAML_MOST;
}

/* Reads `size` bytes; fewer where the file was cut meanwhile. */
static int read_all(int file, char *bytes, size_t *size)
{
    size_t done = 0;
    while (done < *size) {
        ssize_t n = read(file, bytes + done, *size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return PSN_EIO;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    *size = done;
    bytes[done] = '\0';
    return 0;
}

/* Reads the open file. */
static int fetch_open(int file, const char *path, psn_place asked, char **bytes, size_t *size,
                      psn_diagnostics *all)
{
    struct stat about;
    if (fstat(file, &about))
        return psn_mistake_add(all, PSN_EIO, asked, "cannot read \"%s\": %s", path,
                               strerror(errno));
    if (S_ISDIR(about.st_mode))
        return psn_mistake_add(all, PSN_EINPUT, asked,
                               "\"%s\" is a directory; expected a scenario file", path);
    if (!S_ISREG(about.st_mode))
        return psn_mistake_add(all, PSN_EINPUT, asked,
                               "\"%s\" is no regular file; expected a scenario file", path);
    size_t most = text_most(path);
    if (about.st_size > (off_t)most)
        return psn_mistake_add(all, PSN_EINPUT, asked,
                               "\"%s\" has %lld bytes; expected at most %zu MB", path,
                               (long long)about.st_size, most / 1000000);
    *size = (size_t)about.st_size;
    *bytes = malloc(*size + 1);
    if (!*bytes)
        return psn_mistake_add(all, PSN_EMEMORY, asked, "out of memory for \"%s\"", path);
    if (read_all(file, *bytes, size)) {
        int error = errno;
        free(*bytes);
        *bytes = NULL;
        return psn_mistake_add(all, PSN_EIO, asked, "cannot read \"%s\": %s", path,
                               strerror(error));
    }
    return 0;
}

int text_fetch(const char *path, psn_place asked, char **bytes, size_t *size, psn_diagnostics *all)
{
    if (!asked.file)
        asked = (psn_place){.file = path};
    *bytes = NULL;
    /* Without O_NONBLOCK a named pipe would wait for its writer. */
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0)
        return psn_mistake_add(all, PSN_EINPUT, asked,
                               "cannot open \"%s\": %s; expected a readable file", path,
                               strerror(errno));
    int error = fetch_open(file, path, asked, bytes, size, all);
    close(file);
    return error;
}

size_t text_mark_length(const char *bytes, size_t size)
{
    return size >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
}

/* The length of the well-formed UTF-8 character at `c`; 0 where there is none (Unicode 15.0, table
 * 3-7: no overlong forms, no surrogates, nothing above U+10FFFF). */
static size_t character_length(const unsigned char *c, const unsigned char *end)
{
    size_t length = *c < 0x80                 ? 1
                    : *c >= 0xC2 && *c < 0xE0 ? 2
                    : *c >= 0xE0 && *c < 0xF0 ? 3
                    : *c >= 0xF0 && *c < 0xF5 ? 4
                                              : 0;
    if (length == 0 || (size_t)(end - c) < length)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xC0) != 0x80)
            return 0;
    if ((*c == 0xE0 && c[1] < 0xA0) || (*c == 0xED && c[1] > 0x9F) || (*c == 0xF0 && c[1] < 0x90) ||
        (*c == 0xF4 && c[1] > 0x8F))
        return 0;
    return length;
}

/* What is wrong with the character at `c`; NULL where nothing is. */
static const char *character_wrong(const unsigned char *c, size_t length)
{
    if (length == 0)
        return "a byte that is not UTF-8; expected UTF-8 text";
    if (*c == 0)
        return "a NUL byte; expected plain text";
    if ((*c < 0x20 && *c != '\t' && *c != '\n' && *c != '\r') || *c == 0x7F)
        return "a control character; expected plain text";
    return NULL;
}

int text_check(const char *file, const char *bytes, size_t size, psn_diagnostics *all)
{
    const unsigned char *c = (const unsigned char *)bytes, *end = c + size;
    psn_place place = {file, 1, 1};
    if (size >= 2 && ((c[0] == 0xFF && c[1] == 0xFE) || (c[0] == 0xFE && c[1] == 0xFF)))
        return psn_mistake_add(all, PSN_EINPUT, place, "this is UTF-16; expected UTF-8 text");
    c += text_mark_length(bytes, size);
    while (c < end) {
        if (*c >= 0x20 && *c < 0x7F) { /* the common case */
            c++;
            place.column++;
            continue;
        }
        size_t length = character_length(c, end);
        const char *wrong = character_wrong(c, length);
        if (wrong)
            return psn_mistake_add(all, PSN_EINPUT, place, "%s", wrong);
        bool ends = *c == '\n' || (*c == '\r' && !(c + 1 < end && c[1] == '\n'));
        c += length;
        place.line += ends;
        place.column = ends ? 1 : place.column + 1;
    }
    return 0;
}
