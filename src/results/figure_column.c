/* SPDX-License-Identifier: Apache-2.0
 * Items of a row. */
#include "results/figure_column.h"

#include <math.h>

size_t figure_items(const struct figure_column *c, const struct outcome_shape *shape)
{
    switch (c->rows) {
    case ROWS_STREAM:
        return shape->services * shape->partners;
    case ROWS_STATION:
        return shape->stations;
    case ROWS_SHARE:
        return shape->stations * shape->partners;
    case ROWS_TARGET:
        return shape->targets;
    case ROWS_CLASS:
        return shape->classes;
    case ROWS_CLASS_PARTNER:
        return shape->classes * shape->partners;
    case ROWS_CHANNEL:
        return shape->directions * shape->classes;
    case ROWS_DIRECTION:
        return shape->directions;
    default:
        return shape->directions * shape->partners;
    }
}

void figure_put(const struct figure_column *c, void *row, size_t i, double x)
{
    if (isnan(x))
        return;
    if (c->variable.type == TABLE_REAL)
        ((double *)row)[i] = x;
    else if (c->variable.type == TABLE_INT64)
        ((int64_t *)row)[i] = (int64_t)x;
    else
        ((int32_t *)row)[i] = (int32_t)x;
}
