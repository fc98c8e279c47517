/* SPDX-License-Identifier: Apache-2.0
 * How often confidence intervals hold the truth: repeats experiments whose exact answer is known.
 *
 *     validation_coverage [EXPERIMENTS [PART...]]
 *
 * EXPERIMENTS is 1000 where not given; the parts are listed below, all of them where none is named.
 * Seeds are fixed, so a run repeats itself to the bit on any number of threads. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coverage.h"

int coverage_holds(const struct estimate *e, double exact)
{
    return fabs(e->value - exact) <= e->half_width;
}

/* How much further away a limit is where there are few experiments. The limits of 1,000 are about 3
 * standard deviations of a share; fewer are looked at with every change of the code, sixty figures
 * at a time, so there they are 3.7: a sound interval falls beyond them once in 5,000 times. */
static double wider(size_t n)
{
    return n < EXPERIMENTS ? 3.7 / 3 * sqrt((double)EXPERIMENTS / (double)n) : 1;
}

double coverage_tolerance(double tolerance, size_t n)
{
    return tolerance * wider(n);
}

int coverage_judge(const char *what, size_t held, size_t n, double low, double high)
{
    double share = (double)held / (double)n;
    low = 0.95 - (0.95 - low) * wider(n);
    high = fmin(1, 0.95 + (high - 0.95) * wider(n));
    int bad = !(share >= low && share <= high);
    printf("%s %-56s %5.1f %%   %.1f to %.1f\n", bad ? "BAD " : "ok  ", what, 100 * share,
           100 * low, 100 * high);
    return bad;
}

int coverage_judge_reference(const char *what, size_t held, size_t n, double reference)
{
    double share = (double)held / (double)n;
    double room = 3 * sqrt(reference * (1 - reference) / (double)n);
    int bad = !(fabs(share - reference) <= room);
    printf("%s %-56s %5.1f %%   %.1f ± %.1f\n", bad ? "BAD " : "ok  ", what, 100 * share,
           100 * reference, 100 * room);
    return bad;
}

int coverage_judge_value(const char *what, double found, double expected, double tolerance)
{
    int bad = !(fabs(found - expected) <= tolerance * fabs(expected));
    printf("%s %-56s %8.5g   %.5g within %.2g %%\n", bad ? "BAD " : "ok  ", what, found, expected,
           100 * tolerance);
    return bad;
}

static const struct part {
    const char *name;
    int (*run)(size_t n, const char *folder);
} parts[] = {
    {"tables", coverage_tables},         {"orders", coverage_orders},
    {"waits", coverage_waits},           {"stopping", coverage_stopping},
    {"sequential", coverage_sequential}, {"queues", coverage_queues},
    {"methods", coverage_methods},
};

static int wanted(const struct part *p, int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        if (!strcmp(argv[i], p->name))
            return 1;
    return argc <= 2;
}

int main(int argc, char **argv)
{
    const char *folder = getenv("COVERAGE_FOLDER");
    size_t n = argc > 1 ? strtoul(argv[1], NULL, 10) : EXPERIMENTS;
    int bad = 0, done = 0;
    if (n < 2)
        return 2;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (!wanted(&parts[i], argc, argv))
            continue;
        int found = parts[i].run(n, folder ? folder : COVERAGE_FOLDER);
        bad += found != 0;
        done++;
        fflush(stdout);
    }
    return bad || !done;
}
