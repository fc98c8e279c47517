/* SPDX-License-Identifier: Apache-2.0
 * The table of the language: unknown and later keys, kinds of values, names; and its reference. */
#include <stdio.h>

#include "reading.h"
#include "scenario/spec.h"

Test(spec, the_sound_text_is_sound)
{
    struct given texts[] = {{"main.yaml", SOUND, 0}, {0}};
    psn_diagnostics all = {0};
    struct arena a = {0};
    struct scenario *s = NULL;
    cr_expect(given_expand(texts, NULL, 0, &s, &a, &all));
    psn_diagnostics_print(&all, stderr);
    cr_expect_eq(all.count, 0);
    psn_diagnostics_fini(&all);
    scenario_free(s);
    arena_fini(&a);
}

/* A record says everything of itself, and no name stands twice in it. */
static void whole(const struct spec_key *record, int depth)
{
    for (const struct spec_key *k = record; k && k->name; k++) {
        for (const struct spec_key *other = record; other < k; other++)
            cr_expect_str_neq(other->name, k->name);
        if (k->later)
            continue;
        cr_expect(k->meaning && k->example, "%s lacks its meaning or example", k->name);
        cr_expect_eq(k->meaning[strlen(k->meaning) - 1], '.', "%s", k->name);
        cr_expect(!(k->required && k->standard), "%s", k->name);
        if (k->kind == SPEC_REFERENCE || k->kind == SPEC_PAIR)
            cr_expect(k->section);
        if (k->kind == SPEC_WORD)
            cr_expect(k->words);
        if (depth < 4)
            whole(k->record, depth + 1);
    }
}

Test(spec, the_table_is_whole)
{
    size_t n = 0;
    for (const struct spec_section *s = spec_sections(); s->name; s++, n++) {
        if (s->later)
            continue;
        cr_expect(s->key && s->meaning && s->example, "%s", s->name);
        whole(s->key, 0);
    }
    cr_expect_eq(n, 29, "the sections of the grammar");
    whole(spec_common(), 0);
}

/* Every space-separated word is a key of the record. */
static void keys_of(const struct spec_key *record, const char *words)
{
    char copy[128] = "", *rest = NULL;
    strncpy(copy, words ? words : "", sizeof copy - 1);
    for (char *w = strtok_r(copy, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
        cr_expect(spec_key(record, w, false), "%s", w);
}

Test(spec, keys_that_depend_on_each_other_are_of_one_record)
{
    for (const struct spec_section *s = spec_sections(); s->name; s++)
        for (const struct spec_key *k = s->key; k && k->name; k++) {
            keys_of(s->key, k->with);
            keys_of(s->key, k->without);
        }
    const struct spec_key *steps = spec_key(spec_section("services")->key, "steps", false)->record;
    size_t verbs = 0;
    for (const struct spec_key *k = steps; k->name; k++) {
        if (k->later)
            continue;
        keys_of(steps, k->with);
        cr_expect(k->one_of || k->with, "%s is neither a verb nor of one", k->name);
        verbs += k->one_of != NULL;
    }
    cr_expect_geq(verbs, 7);
}

Test(spec, defaults_and_examples_are_values_of_their_kind)
{
    struct arena a = {0};
    psn_diagnostics all = {0};
    for (const struct spec_section *s = spec_sections(); s->name; s++)
        for (const struct spec_key *k = s->key; k && k->name; k++) {
            const char *texts[] = {k->standard, k->example};
            for (size_t i = 0; i < 2; i++) {
                struct random_amount random;
                struct amount amount;
                struct node *n = texts[i] ? node_new_scalar(&a, (psn_place){0}, texts[i]) : NULL;
                if (n && k->kind == SPEC_QUANTITY && !k->later)
                    quantity_amount(&a, n, k->dimension, k->bound, k->attributes, &amount, &all);
                if (n && k->kind == SPEC_RANDOM)
                    quantity_random(&a, n, k->dimension, k->bound, k->attributes, &random, &all);
                if (n && k->kind == SPEC_WORD)
                    cr_expect(spec_has_word(k->words, texts[i]));
            }
        }
    psn_diagnostics_print(&all, stderr);
    cr_expect_eq(all.count, 0);
    psn_diagnostics_fini(&all);
    arena_fini(&a);
}

Test(spec, unknown_sections_and_keys)
{
    sound_mistake("lnks: {}\n", 8, 1,
                  "\"lnks\" is no section; expected a section (did you mean links?)");
    sound_mistake("demand: 2\n", 8, 1, "\"demand\" is no section");
    sound_mistake(
        "links: {l: {between: [hall, dc], bandwith: 1 Mbit/s, bandwidth: 1 Mbit/s}}\n", 8, 34,
        "\"bandwith\" is no key here; expected between, ring, mesh, bandwidth, delay, during, "
        "contract, burst, buffer, overhead, loss, metric, "
        "partner, like, only, label, source, from or until (did you mean bandwidth?)");
    sound_mistake("links: {l: {between: [hall, dc], dlay: none, bandwidth: 1 Mbit/s}}\n", 8, 34,
                  "\"dlay\" is no key here");
    sound_mistake("partners: {a: {data: {db: {size: 1 TB, sice: none}}}}\n", 8, 40,
                  "\"sice\" is no key here");
    sound_mistake("links: {l: {between: [hall, dc]}}\n", 8, 9,
                  "`bandwidth` is missing; expected bandwidth: 100 Mbit/s");
    sound_mistake("partners: {a: {staff: {hall: 3, more}}}\n", 8, 33, "\"more\" is not defined");
    sound_mistake("partners: {a: {population: 3, more}}\n", 8, 31,
                  "has no value (a comma inside { } starts a new key)");
}

Test(spec, later_sections_and_keys_are_refused_by_name)
{
    const char *sections[] = {"money",     "transitions", "prices", "costs",
                              "contracts", "plan",        "share"};
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        char text[1000], gist[100];
        snprintf(text, sizeof text, SOUND "%s: {}\n", sections[i]);
        snprintf(gist, sizeof gist, "`%s` is part of the language but not built in this version",
                 sections[i]);
        text_mistake(text, 8, 1, gist);
    }
    sound_mistake("links: {l: {between: [hall, dc], bandwidth: 1 Mbit/s, price: x}}\n", 8, 55,
                  "`price` is part of the language but not built in this version");
    sound_mistake("study: {against: 3}\n", 8, 9, "`against` is part of the language");
    sound_mistake("partners: {a: {owners: {b: 1}}}\n", 8, 16, "`owners` is part of the language");
    sound_mistake("services: {}\n", 8, 1, "stands twice");
    text_mistake(
        "psnsim: 1\ntime: {start: 2014-04-07, horizon: 1 d, warmup: atuo}\nuse: {arrangement: a}\n"
        "arrangements: {a: {hosting: {}}}\n",
        2, 49,
        "\"atuo\" is not possible here; expected a time such as 40 ms, or auto (did you mean "
        "auto?)");
    text_mistake("psnsim: 1\ntime: {start: 2014-04-07, horizon: auto}\nuse: {arrangement: a}\n"
                 "arrangements: {a: {hosting: {}}}\n",
                 2, 36, "expected a time such as 40 ms");
    text_mistake("psnsim: 1\ntime: {start: 2014-04-07, horizon: 1 d}\nuse: {arrangement: a}\n"
                 "arrangements: {a: {hosting: {}}}\nsites: {s: {}}\n"
                 "services: {v: {steps: [{delay: 1 s}]}}\n"
                 "objectives: {o: {service: v, figure: response max, at most: 1 s, per: site}}\n",
                 7, 71,
                 "`site` is part of the language but not built in this version; expected partner");
}

Test(spec, values_of_the_wrong_kind)
{
    sound_mistake(
        "links: {l: {between: [hall, dc], bandwidth: 10 Mb}}\n", 8, 45,
        "unknown unit \"Mb\"; expected a bandwidth such as 10 Mbit/s (did you mean Mbit/s?)");
    sound_mistake("links: {l: {between: [hall, dc], bandwidth: 64 KB}}\n", 8, 45,
                  "\"64 KB\" is a size; expected a bandwidth");
    sound_mistake("links: {l: {between: [hall, dc], bandwidth: .inf}}\n", 8, 45, "is not finite");
    sound_mistake("partners: {a: {data: {db: {size: -3 TB}}}}\n", 8, 34, "\"-3 TB\" is negative");
    sound_mistake("partners: {a: {population: 10 people}}\n", 8, 28, "has a unit \"people\"");
    sound_mistake("partners:\n  a:\n    population: 182,493\n", 10, 17,
                  "no thousands commas, write 182493");
    sound_mistake("partners: {a: {population: [1]}}\n", 8, 28,
                  "a list stands here; expected a plain");
    sound_mistake("partners: {a: {population: }}\n", 8, 16, "\"population\" has no value");
    sound_mistake("partners: {a: }\n", 8, 12, "\"a\" has no value; expected a map of keys ({}");
    sound_mistake("partners: {a: 3}\n", 8, 15, "\"a\" holds no map");
    sound_mistake("partners:\n", 8, 1, "\"partners\" has no value");
    sound_mistake("partners: [a]\n", 8, 11, "\"partners\" holds a list; expected a map of names");
    sound_mistake("links: {l: {between: [hall], bandwidth: 1 Mbit/s}}\n", 8, 22,
                  "1 names stand here; expected two");
    sound_mistake("links: {l: {between: hall, bandwidth: 1 Mbit/s}}\n", 8, 22,
                  "expected a list of names");
    sound_mistake("profiles: {p: {weekday: [1, 2]}}\n", 8, 25, "2 values stand here; expected 24");
    sound_mistake("objectives: {o: {service: ask, figure: response mean, per: partners}}\n", 8, 60,
                  "\"partners\" is not possible here; expected partner (did you mean partner?)");
    sound_mistake("hours: {office: {a: 1}}\n", 8, 17, "a map stands here; expected a text");
    text_mistake("psnsim: 1\ntime: {start: 2014-02-30, horizon: 1 d}\nuse: {arrangement: a}\n"
                 "arrangements: {a: {hosting: {}}}\n",
                 2, 15, "\"2014-02-30\" is no date");
    text_mistake(
        "psnsim: 1\ntime: {start: \"2014-02-03T10:30\", horizon: 1 d}\nuse: {arrangement: a}\n"
        "arrangements: {a: {hosting: {}}}\n",
        2, 15, "is not on a whole hour");
}

Test(spec, names)
{
    sound_mistake("partners: {Adur: {}}\n", 8, 12, "\"Adur\" is no name; expected small letters");
    sound_mistake("partners: {all: {}}\n", 8, 12, "\"all\" is no name");
    sound_mistake("partners: {a: {calendar: englnd}}\ncalendars: {england: {holidays: 12-25}}\n", 8,
                  26, "\"englnd\" is not defined; expected a calendar (did you mean england?)");
    sound_mistake("workloads: {w: {service: ask, rate: 1 / s, partners: [b]}}\npartners: {a: {}}\n",
                  8, 55, "\"b\" is not defined; expected a partner");
    sound_mistake("workloads: {w: {service: ask, rate: 1 / s, partners: []}}\n", 8, 54,
                  "the list is empty; expected names or `all`");
    sound_mistake("partners: {a: {staff: {hal: 3}}}\n", 8, 24,
                  "\"hal\" is not defined; expected a site (did you mean hall?)");
    sound_mistake("partners: {pool: {}}\n", 6, 11,
                  "\"pool\" of compute has the name of an entry of partners at main.yaml:8:12");
    text_mistake("psnsim: 1\ntime: {start: 2014-04-07, horizon: 1 d}\nuse: {arrangement: shard}\n"
                 "arrangements: {shared: {hosting: {all: {app: pool}}}}\n"
                 "sites: {s: {}}\ncompute: {pool: {site: s}}\n",
                 3, 20, "\"shard\" is not defined; expected an arrangement");
}

Test(spec, missing_sections)
{
    text_mistake("psnsim: 1\nuse: {arrangement: a}\narrangements: {a: {hosting: {}}}\n", 1, 1,
                 "`time` is missing; expected time: {start");
    text_mistake("psnsim: 1\ntime: {start: 2014-04-07}\n", 2, 1, "`horizon` is missing");
}

Test(spec, the_reference_has_every_key)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert(out);
    cr_expect_eq(scenario_reference(out), 0);
    fclose(out);
    for (const struct spec_section *s = spec_sections(); s->name; s++) {
        cr_expect(strstr(text, s->name), "%s", s->name);
        for (const struct spec_key *k = s->key; k && k->name; k++) {
            if (!k->later)
                cr_expect(strstr(text, k->meaning), "%s.%s", s->name, k->name);
            else
                cr_expect(strstr(text, k->name), "%s.%s", s->name, k->name);
        }
    }
    cr_expect(strstr(text, "| `data.NAME.size` | a size | required |"));
    cr_expect(strstr(text, "| `steps.choice.share` |"));
    free(text);
}
