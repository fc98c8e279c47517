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

void log_run(struct log *l, const struct queue_item *item, size_t point, size_t replication,
             psn_diagnostics *all)
{
    const struct model_account *a = &item->account;
    if (!l->file || l->failed)
        return;
    int n = fprintf(l->file,
                    "{\"event\": \"run\", \"run\": %zu, \"point\": %zu, \"replication\": %zu, "
                    "\"wall_s\": %.6f, \"requests\": %lld, \"events\": %lld, \"thread\": %d",
                    item->record.run, point, replication, item->wall_s, (long long)item->requests,
                    (long long)item->events, item->thread);
    if (n >= 0 && a->processes > 1)
        n = fprintf(l->file,
                    ", \"threads\": %d, \"processes\": %zu, \"windows\": %lld, \"shared\": %lld, "
                    "\"heaviest\": %.3f, \"lookahead_s\": %.9g",
                    a->threads, a->processes, (long long)a->windows, (long long)a->shared,
                    a->heaviest, (double)a->lookahead * 1e-9);
    if (n < 0 || fputs("}\n", l->file) < 0)
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
