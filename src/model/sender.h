/* SPDX-License-Identifier: Apache-2.0
 * What becomes of messages that a link drops: each goes back to the site that sent it. Used by
 * transmitters, passages and transport. */
#ifndef MODEL_SENDER_H
#define MODEL_SENDER_H

#include "model/transport_parts.h"

/* Readies a site to send again; zeroed before. The slots are those of its line and its heap. */
void sender_init(struct sender *s, struct transport *t, struct process *process, uint32_t back_slot,
                 uint32_t waiting_slot);
void sender_fini(struct sender *s);

/* A link has dropped a message at `at`, now or later: it goes back to its sender. */
void sender_drop(struct transmitter *x, struct job *message, psn_time at);

#endif
