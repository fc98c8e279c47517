/* SPDX-License-Identifier: Apache-2.0
 * What commands say of a station by operational laws. */
#ifndef CLI_STATION_H
#define CLI_STATION_H

#include "model/laws.h"
#include "model/model.h"

/* The longest name of a station: two names of sites and " to ". */
#define STATION_NAME_SIZE 512

/* "Tue 10:00" for an hour of the week. */
void station_hour(uint32_t hour, char text[16]);

/* Does anything come to it? */
bool station_is_used(const struct station_load *s);

#endif
