/* SPDX-License-Identifier: Apache-2.0
 * What commands say of a station by operational laws. */
#include "cli/station.h"

#include <math.h>
#include <stdio.h>

void station_hour(uint32_t hour, char text[16])
{
    static const char *const day[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    snprintf(text, 16, "%s %02u:00", day[hour / 24 % 7], hour % 24);
}

bool station_is_used(const struct station_load *s)
{
    return s->exists && (s->busiest > 0 || s->open > 0 || isnan(s->open));
}
