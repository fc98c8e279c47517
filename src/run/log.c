/* SPDX-License-Identifier: Apache-2.0
 * Writes the log of a sweep: JSON lines, appended, buffered by stdio. */
#include "run/log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A JSON string. Bytes from 0x80 on are passed through: names and arguments are UTF-8 in practice,
 * and what is not is the reader's to repair. */
static void put_string(FILE *f, const char *text)
{
    putc('"', f);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fprintf(f, "\\%c", *c);
        else if (*c < 0x20 || *c == 0x7f)
            fprintf(f, "\\u%04x", *c);
        else
            putc(*c, f);
    }
    putc('"', f);
}

static void put_start(FILE *f, const struct log_start *start)
{
    char when[40] = "", host[256] = "";
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(when, sizeof when, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (gethostname(host, sizeof host - 1))
        host[0] = '\0';
    fprintf(f, "{\"event\": \"start\", \"time\": \"%s\", \"host\": ", when);
    put_string(f, host);
    fprintf(f, ", \"version\": \"%s\", \"study\": \"%s\", \"threads\": %d", PSNSIM_VERSION,
            start->hash, start->threads->used);
    fprintf(f, ", \"runs\": %zu, \"missing\": %zu", start->runs, start->missing);
    if (start->until > 0)
        fprintf(f, ", \"until\": %.17g", start->until);
    fputs(", \"command\": ", f);
    if (start->command)
        put_string(f, start->command);
    else
        fputs("null", f);
    fputs("}\n", f);
}

int log_open(struct log *l, const char *path, const struct log_start *start, psn_diagnostics *all)
{
    *l = (struct log){.path = strdup(path)};
    if (!l->path)
        return PSN_EMEMORY;
    l->file = fopen(path, "ae");
    if (l->file) {
        put_start(l->file, start);
        if (!fflush(l->file))
            return 0;
    }
    int code = psn_mistake_add(all, PSN_EIO, (psn_place){0}, "the log %s cannot be written: %s",
                               path, strerror(errno));
    if (l->file)
        fclose(l->file);
    free(l->path);
    *l = (struct log){0};
    return code;
}

static void told(struct log *l, psn_diagnostics *all)
{
    if (!l->failed)
        psn_mistake_add(all, PSN_EIO, (psn_place){0}, "the log %s could not be written: %s",
                        l->path, strerror(errno));
    l->failed = true;
}

/* A number of `digits` digits at least: very many short runs would spend more in printf than in
 * writing. `to` has room for it; the end of what was written. */
static char *put_number(char *to, uint64_t x, int digits)
{
    char reversed[24];
    int n = 0;
    for (; x > 0 || n < digits; x /= 10)
        reversed[n++] = (char)('0' + x % 10);
    while (n > 0)
        *to++ = reversed[--n];
    return to;
}

/* The members that the lines of all runs have, into `line`; its end. Counts are never negative. */
#define LINE_MOST 400
static char *put_run(char line[LINE_MOST], const struct queue_item *item, size_t point,
                     size_t replication)
{
    uint64_t wall_us = item->wall_s > 0 ? (uint64_t)(item->wall_s * 1e6 + 0.5) : 0;
    char *to = stpcpy(line, "{\"event\": \"run\", \"run\": ");
    to = put_number(to, item->record.run, 1);
    to = put_number(stpcpy(to, ", \"point\": "), point, 1);
    to = put_number(stpcpy(to, ", \"replication\": "), replication, 1);
    to = put_number(stpcpy(to, ", \"wall_s\": "), wall_us / 1000000, 1);
    to = put_number(stpcpy(to, "."), wall_us % 1000000, 6);
    to = put_number(stpcpy(to, ", \"requests\": "), (uint64_t)item->requests, 1);
    to = put_number(stpcpy(to, ", \"events\": "), (uint64_t)item->events, 1);
    return put_number(stpcpy(to, ", \"thread\": "), (uint64_t)item->thread, 1);
}

void log_run(struct log *l, const struct queue_item *item, size_t point, size_t replication,
             psn_diagnostics *all)
{
    const struct model_account *a = &item->account;
    char line[LINE_MOST];
    if (!l->file || l->failed)
        return;
    size_t length = (size_t)(put_run(line, item, point, replication) - line);
    bool whole = fwrite(line, 1, length, l->file) == length;
    if (whole && a->processes > 1)
        whole = fprintf(l->file,
                        ", \"threads\": %d, \"processes\": %zu, \"windows\": %lld, \"shared\": "
                        "%lld, \"heaviest\": %.3f, \"lookahead_s\": %.9g",
                        a->threads, a->processes, (long long)a->windows, (long long)a->shared,
                        a->heaviest, (double)a->lookahead * 1e-9) >= 0;
    if (!whole || fputs("}\n", l->file) < 0)
        told(l, all);
}

void log_point(struct log *l, size_t point, const struct stopped *end, psn_diagnostics *all)
{
    if (!l->file || l->failed)
        return;
    if (fprintf(l->file,
                "{\"event\": \"point\", \"point\": %zu, \"replications\": %zu, \"precise\": %s}\n",
                point, end->replications, end->precise ? "true" : "false") < 0)
        told(l, all);
}

void log_close(struct log *l, psn_diagnostics *all)
{
    if (l->file && fclose(l->file))
        told(l, all);
    free(l->path);
    *l = (struct log){0};
}
