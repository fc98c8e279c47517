/* SPDX-License-Identifier: Apache-2.0
 * The mean response of a request from the times at its stations. Internal to the analysis. */
#ifndef MODEL_RESPONSE_H
#define MODEL_RESPONSE_H

#include "model/asking.h"
#include "model/visits.h"

enum response_part {
    RESPONSE_DELAYS, /* what passes outside of stations; of a message that overlaps on several links
                        less by what the sum of its transmissions is too long */
    RESPONSE_ALONE,  /* with service at stations, without waiting */
    RESPONSE_WHOLE,  /* with the waits found */
};

/* The mean in s; NaN where memory ends or a wait is unknown. RESPONSE_DELAYS is 0 at least. */
double response_of(const struct asking *w, const struct asker *a, enum response_part part,
                   enum visits_fork fork);

#endif
