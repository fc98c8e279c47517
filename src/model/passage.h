/* SPDX-License-Identifier: Apache-2.0
 * Long messages over several links. Used by transport. */
#ifndef MODEL_PASSAGE_H
#define MODEL_PASSAGE_H

#include "model/transport_parts.h"

/* A long message, front or remnant of one comes to a link. */
void passage_enter(struct transmitter *x, const struct route *r, struct job *job, psn_time now);

/* A transport_front: the first segment of a front is out (JOB_STAGED), and goes ahead to the next
 * link; or all of it is. */
void passage_front(struct transmitter *x, struct job *front, psn_time now);

/* A transport_front: it is dropped, and so is its message, now or once it comes. */
void passage_dropped(struct transmitter *x, struct job *front, psn_time now);

/* A transport_take_back: of a message of any length. */
struct job *passage_take_back(struct transmitter *x, struct job *message, bool staged);

#endif
