/* SPDX-License-Identifier: Apache-2.0
 * Draws the progress line of a sweep. `\r\033[2K` returns to the line's start and empties it: every
 * terminal of the last forty years understands both. */
#include "run/progress.h"

#include <math.h>

void progress_init(struct progress *p, FILE *out, size_t total, size_t before, uint64_t now_ns)
{
    *p = (struct progress){
        .out = out, .total = total, .before = before, .began_ns = now_ns, .of = "runs"};
}

/* "850", "12.3 k", "4.56 M". */
static void rate_text(double rate, char *text, size_t size)
{
    if (rate < 1e3)
        snprintf(text, size, "%.0f", rate);
    else if (rate < 1e6)
        snprintf(text, size, "%.1f k", rate / 1e3);
    else
        snprintf(text, size, "%.2f M", rate / 1e6);
}

/* "8 s", "3 min 20 s", "2 h 05 min". */
static void time_text(double seconds, char *text, size_t size)
{
    long long s = (long long)ceil(fmin(seconds, 1e9));
    if (s < 60)
        snprintf(text, size, "%lld s", s);
    else if (s < 3600)
        snprintf(text, size, "%lld min %02lld s", s / 60, s % 60);
    else
        snprintf(text, size, "%lld h %02lld min", s / 3600, s / 60 % 60);
}

void progress_text(const struct progress *p, size_t done, int64_t requests, double elapsed_s,
                   double since_s, char *text, size_t size)
{
    size_t all_done = p->before + done;
    int n = snprintf(text, size, "%zu of %zu %s", all_done, p->total, p->of);
    if (done > 0 && elapsed_s > 0 && n > 0 && (size_t)n < size) {
        char rate[32], left[48];
        rate_text((double)requests / elapsed_s, rate, sizeof rate);
        double all = (double)(p->total - all_done) * elapsed_s / (double)done;
        time_text(fmax(all - since_s, 0), left, sizeof left);
        n += snprintf(text + n, size - (size_t)n, ", %s requests/s, %s left", rate, left);
    }
    if (p->stopping && n > 0 && (size_t)n < size)
        snprintf(text + n, size - (size_t)n, " (stopping: the runs in flight are finished first)");
}

void progress_draw(struct progress *p, size_t done, int64_t requests, uint64_t now_ns)
{
    if (!p->out || (p->drawn && now_ns - p->drawn_ns < PROGRESS_EVERY_MS * UINT64_C(1000000)))
        return;
    if (done != p->done || !p->drawn) {
        p->done = done;
        p->done_ns = now_ns;
    }
    char text[200];
    progress_text(p, done, requests, (double)(p->done_ns - p->began_ns) / 1e9,
                  (double)(now_ns - p->done_ns) / 1e9, text, sizeof text);
    fprintf(p->out, "\r\033[2K%s", text);
    fflush(p->out);
    p->drawn = true;
    p->drawn_ns = now_ns;
}

void progress_clear(struct progress *p)
{
    if (!p->drawn)
        return;
    fputs("\r\033[2K", p->out);
    fflush(p->out);
    p->drawn = false;
}
