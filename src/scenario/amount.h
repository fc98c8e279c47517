/* SPDX-License-Identifier: Apache-2.0
 * Reading one amount at a place within a text: what whole quantities (quantity.c) and the arguments
 * of laws (law_text.c) share. */
#ifndef SCENARIO_AMOUNT_H
#define SCENARIO_AMOUNT_H

#include "scenario/quantity.h"

/* A text that is being read. `at` moves on; nothing at or after `end` is looked at. */
struct amount_text {
    const char *at, *end;
    const struct node *node; /* for its place, and its text in messages */
    enum dimension dimension;
    enum bound bound;
    bool law; /* may the whole be a law? for the wording of what was expected */
    psn_diagnostics *all;
};

/* Skips blanks; true where the text is at its end. */
bool amount_at_end(struct amount_text *t);

/* Is the next word (letters) exactly this one? Does not move on. */
bool amount_at_word(const struct amount_text *t, const char *word);

/* Reads a finite decimal number, no unit. Told and PSN_EINPUT where there is none. */
int amount_number(struct amount_text *t, double *out);

/* Reads `number unit [per|of [number] attribute]` and checks the bound. A name is copied into `a`.
 */
int amount_read(struct arena *a, struct amount_text *t, bool attributes, struct amount *out);

/* Is the amount within the bound and the range of its dimension? Else told, and PSN_EINPUT. */
int amount_check(const struct amount_text *t, const struct amount *out);

/* Adds `"TEXT" WRONG; expected EXPECTED` at the text's place and returns PSN_EINPUT. */
__attribute__((format(printf, 2, 3))) int amount_wrong(const struct amount_text *t,
                                                       const char *format, ...);

#endif
