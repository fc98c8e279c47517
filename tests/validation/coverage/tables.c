/* SPDX-License-Identifier: Apache-2.0
 * Exact values that intervals and warm-ups stand on: Student's quantiles, and MSER-5 on a series
 * whose cut is known. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "coverage.h"
#include "psnsim/types.h"
#include "stats/mser.h"

/* Roots of the incomplete beta function in multiple precision. */
static const struct t_value {
    double p, df, t;
} student[] = {
    {0.9, 1, 3.077683537175254},      {0.95, 1, 6.313751514675038},
    {0.975, 1, 12.706204736174694},   {0.995, 1, 63.656741162871526},
    {0.9, 2, 1.885618083164127},      {0.95, 2, 2.9199855803537242},
    {0.975, 2, 4.302652729749462},    {0.995, 2, 9.92484320091829},
    {0.9, 4, 1.533206274058944},      {0.95, 4, 2.1318467863266495},
    {0.975, 4, 2.7764451051977934},   {0.995, 4, 4.604094871349992},
    {0.9, 9, 1.3830287383966324},     {0.95, 9, 1.8331129326562365},
    {0.975, 9, 2.262157162798205},    {0.995, 9, 3.249835541592126},
    {0.9, 19, 1.3277282090267986},    {0.95, 19, 1.729132811521369},
    {0.975, 19, 2.093024054408309},   {0.995, 19, 2.860934606464979},
    {0.9, 29, 1.311433647301551},     {0.95, 29, 1.6991270265334972},
    {0.975, 29, 2.045229642132704},   {0.995, 29, 2.7563859036706053},
    {0.9, 99, 1.2901614420344854},    {0.95, 99, 1.6603911560169904},
    {0.975, 99, 1.9842169515864172},  {0.995, 99, 2.626405457280827},
    {0.9, 999, 1.2823995700373974},   {0.95, 999, 1.6463803454275352},
    {0.975, 999, 1.9623414611334495}, {0.995, 999, 2.5807596372676365},
};

#define PATH_SIZE 4096
#define SERIES    2000

/* The second column of a table with a head; how many rows there were. */
static size_t read_series(const char *path, double *x, size_t most)
{
    FILE *in = fopen(path, "r");
    size_t n = 0, row;
    if (!in)
        return 0;
    if (fscanf(in, "%*[^\n]") == 0)
        while (n < most && fscanf(in, "%zu,%lf", &row, &x[n]) == 2)
            n++;
    fclose(in);
    return n;
}

/* An autoregressive series that begins at 0 and settles at 10: White (1997), White, Cobb and Spratt
 * (2000); the values by an independent program in multiple precision. */
static int check_mser(const char *folder)
{
    char path[PATH_SIZE];
    double *x = calloc(SERIES, sizeof *x), sum = 0;
    snprintf(path, sizeof path, "%s/ar1_transient.csv", folder);
    size_t n = x ? read_series(path, x, SERIES) : 0;
    struct mser_cut c = mser5(x, n);
    for (size_t i = c.cut; i < n; i++)
        sum += x[i];
    int bad = n != SERIES || !c.settled;
    bad += coverage_judge_value("MSER-5: observations cut", (double)c.cut, 130, 0);
    bad += coverage_judge_value("MSER-5: mean of the rest", sum / (double)(n - c.cut),
                                9.9860045381106, 1e-10);
    free(x);
    return bad;
}

int coverage_tables(size_t n, const char *folder)
{
    double worst = 0;
    (void)n;
    for (size_t i = 0; i < sizeof student / sizeof *student; i++)
        worst = fmax(worst, fabs(interval_t(student[i].p, student[i].df) / student[i].t - 1));
    int bad = !(worst <= 1e-10);
    printf("%s Student's quantiles: at most %.1e apart\n", bad ? "BAD " : "ok  ", worst);
    return bad + check_mser(folder);
}
