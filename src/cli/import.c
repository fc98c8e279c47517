/* SPDX-License-Identifier: Apache-2.0
 * The command `import`: a scenario from a network that another tool's file describes. */
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/import.h"
#include "cli/job.h"
#include "scenario/node.h"
#include "scenario/quantity.h"
#include "scenario/text.h"

typedef int import_reader(struct import_network *w, const char *bytes, size_t size,
                          const struct import_options *o);

static const struct {
    const char *name;
    import_reader *read;
    bool demands;
} formats[] = {{"graphml", import_graphml, false}, {"sndlib", import_sndlib, true}};

#define N_FORMATS (sizeof formats / sizeof *formats)

/* The value of an option in base units; `standard` where it is not given. */
static void read_option(const struct arguments *a, enum option_id id, const char *said,
                        const char *standard, enum dimension d, double *x, psn_diagnostics *all)
{
    const struct node n = {.kind = NODE_SCALAR,
                           .text = a->given[id] ? a->value[id] : standard,
                           .place = {.file = said}};
    quantity_plain(&n, d, id == OPTION_DELAY ? BOUND_NOT_NEGATIVE : BOUND_POSITIVE, x, all);
}

static int read_options(const struct arguments *a, bool demands, struct import_options *o)
{
    static const enum option_id of_demands[] = {OPTION_UNIT, OPTION_SIZE, OPTION_FLOWS};
    static const char *const said[] = {"--unit", "--size", "--flows"};
    psn_diagnostics all = {0};
    psn_place place = {.file = "--detour"};
    *o = (struct import_options){.unit_given = a->given[OPTION_UNIT],
                                 .flows = a->given[OPTION_FLOWS]};
    read_option(a, OPTION_DETOUR, "--detour", "1.5", DIMENSION_NUMBER, &o->detour, &all);
    read_option(a, OPTION_DELAY, "--delay", "1 ms", DIMENSION_TIME, &o->delay_ns, &all);
    read_option(a, OPTION_BANDWIDTH, "--bandwidth", "1 Gbit/s", DIMENSION_BANDWIDTH,
                &o->bandwidth_bps, &all);
    read_option(a, OPTION_UNIT, "--unit", "1 Mbit/s", DIMENSION_BANDWIDTH, &o->unit_bps, &all);
    read_option(a, OPTION_SIZE, "--size", "1 MB", DIMENSION_SIZE, &o->size_bits, &all);
    if (all.count == 0 && o->detour < 1)
        psn_mistake_add(&all, PSN_EINPUT, place,
                        "%g; expected 1 or more: no link is shorter than a great circle",
                        o->detour);
    for (size_t i = 0; !demands && i < sizeof said / sizeof *said; i++)
        if (a->given[of_demands[i]])
            psn_mistake_add(&all, PSN_EINPUT, (psn_place){.file = said[i]},
                            "it is about demands, and graphml has none; expected it with sndlib");
    return job_told(all.count + all.dropped > 0 ? PSN_EINPUT : PSN_OK, &all);
}

/* --- output --- */

static int tell(const char *path, const char *why, int status)
{
    fprintf(stderr, "psnsim: %s: %s; nothing was written\n", path, why);
    return status;
}

/* Makes a new file of a text; what cannot be finished is removed. Returns the exit status. */
static int write_new(const char *path, const char *text, size_t size)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0)
        return tell(path, errno == EEXIST ? "it is there already" : strerror(errno), EXIT_INPUT);
    int error = 0;
    for (size_t done = 0; done < size && !error;) {
        ssize_t n = write(file, text + done, size - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            error = n == 0 ? EIO : errno;
    }
    if (close(file) && !error)
        error = errno;
    if (!error)
        return EXIT_DONE;
    unlink(path);
    return tell(path, strerror(error), EXIT_INCOMPLETE);
}

/* All of it is made before the first byte is written. */
static int write_out(const struct arguments *a, const struct import_network *w,
                     const struct import_options *o)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (f)
        import_write(f, w, o);
    bool good = f && !ferror(f);
    good = f && fclose(f) == 0 && good && w->all->count == 0;
    int status = EXIT_INCOMPLETE;
    if (!good)
        fputs("psnsim: out of memory\n", stderr);
    else if (a->given[OPTION_OUTPUT])
        status = write_new(a->value[OPTION_OUTPUT], text, size);
    else
        status = fwrite(text, 1, size, stdout) == size ? EXIT_DONE : EXIT_INCOMPLETE;
    free(text);
    return status;
}

static void keep(void *entry)
{
    (void)entry; /* the arena's */
}

static int import(const struct arguments *a, size_t format, const char *path)
{
    struct arena arena = {0};
    psn_diagnostics all = {0};
    struct import_options options;
    struct import_network w = {
        .arena = &arena, .file = path, .all = &all, .format = formats[format].name};
    char *bytes = NULL;
    size_t size = 0;
    int status = read_options(a, formats[format].demands, &options);
    if (status != EXIT_DONE)
        return status;
    int code = text_fetch(path, (psn_place){0}, &bytes, &size, &all);
    if (code == PSN_EIO)
        code = PSN_EINPUT; /* a file that cannot be read is a wrong command line */
    if (!code)
        code = formats[format].read(&w, bytes, size, &options);
    if (!code)
        code = import_complete(&w, &options);
    free(bytes);
    status = job_told(code, &all);
    if (!code)
        status = write_out(a, &w, &options);
    for (size_t i = 0; status == EXIT_DONE && i < w.n_notes; i++)
        fprintf(stderr, "%s: %s\n", path, w.note[i]);
    tdestroy(w.ids, keep);
    arena_fini(&arena);
    return status;
}

int command_import(const struct arguments *a)
{
    const char *names[N_FORMATS];
    for (size_t i = 0; i < N_FORMATS; i++) {
        names[i] = formats[i].name;
        if (strcmp(a->operands[0], names[i]) == 0)
            return import(a, i, a->operands[1]);
    }
    options_unknown("format", a->operands[0], names, N_FORMATS);
    return EXIT_INPUT;
}
