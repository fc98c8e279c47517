/* SPDX-License-Identifier: Apache-2.0
 * Loading and expanding: files, includes, settings, `like`, unused entries, the hash; bounded in
 * time and memory whatever the text. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reading.h"
#include "scenario/spec.h"

struct loaded {
    struct scenario *s;
    struct arena a;
    psn_diagnostics all;
    struct node *tree;
};

static struct loaded expand(struct given *texts, const char *const *sets, size_t n_sets)
{
    struct loaded l = {0};
    l.tree = given_expand(texts, sets, n_sets, &l.s, &l.a, &l.all);
    return l;
}

static struct loaded sound(const char *text)
{
    struct given texts[] = {{"main.yaml", text, 0}, {0}};
    struct loaded l = expand(texts, NULL, 0);
    psn_diagnostics_print(&l.all, stderr);
    cr_assert(l.tree);
    return l;
}

static void finish(struct loaded *l)
{
    scenario_free(l->s);
    arena_fini(&l->a);
    psn_diagnostics_fini(&l->all);
}

static const char *text_at(const struct loaded *l, const char *path)
{
    const struct node *n = node_at(l->tree, path);
    return n && n->kind == NODE_SCALAR ? n->text : "(nothing)";
}

Test(scenario, like_merges_maps_and_replaces_the_rest)
{
    struct loaded l = sound(SOUND "partners:\n"
                                  "  a: {population: 10, staff: {hall: 3, dc: 1}, label: A}\n"
                                  "  b: {like: a, staff: {hall: 5}, label: none}\n"
                                  "  c: {like: b, population: none, data: {db: {size: 1 TB}}}\n"
                                  "profiles:\n"
                                  "  p: {weekday: 1, weekend: none}\n");
    cr_expect_str_eq(text_at(&l, "partners.b.population"), "10");
    cr_expect_str_eq(text_at(&l, "partners.b.staff.hall"), "5");
    cr_expect_str_eq(text_at(&l, "partners.b.staff.dc"), "1");
    cr_expect_null(node_at(l.tree, "partners.b.label"));
    cr_expect_null(node_at(l.tree, "partners.b.like"));
    cr_expect_null(node_at(l.tree, "partners.c.population"));
    cr_expect_null(node_at(l.tree, "partners.c.label"),
                   "what is dropped stays dropped down the chain");
    cr_expect_str_eq(text_at(&l, "partners.c.staff.hall"), "5");
    cr_expect_str_eq(text_at(&l, "partners.a.staff.hall"), "3");
    cr_expect_null(node_at(l.tree, "profiles.p.weekend"));
    finish(&l);
}

Test(scenario, none_drops_names_of_a_map_and_keys_below_them)
{
    struct loaded l = sound(SOUND "partners:\n"
                                  "  a: {data: {db: {size: 1 TB}, web: {size: 2 TB}}}\n"
                                  "  b: {like: a, data: {db: {growth: none}, web: none}}\n");
    cr_expect_str_eq(text_at(&l, "partners.b.data.db.size"), "1 TB");
    cr_expect_null(node_at(l.tree, "partners.b.data.db.growth"));
    cr_expect_null(node_at(l.tree, "partners.b.data.web"));
    finish(&l);
}

Test(scenario, none_is_a_value_in_hosting)
{
    struct loaded l =
        sound("psnsim: 1\ntime: {start: 2014-04-07, horizon: 1 d}\nuse: {arrangement: y}\n"
              "sites: {s: {}}\ncompute: {pool: {site: s}}\npartners: {a: {}, b: {}, c: {}}\n"
              "arrangements:\n"
              "  x: {hosting: {all: {app: pool, db: pool}, b: none}}\n"
              "  y: {like: x, hosting: {a: none, c: {db: none}}}\n");
    cr_expect_str_eq(text_at(&l, "arrangements.x.hosting.b"), "none");
    cr_expect_str_eq(text_at(&l, "arrangements.y.hosting.a"), "none");
    cr_expect_str_eq(text_at(&l, "arrangements.y.hosting.b"), "none");
    cr_expect_str_eq(text_at(&l, "arrangements.y.hosting.c.db"), "none");
    cr_expect_str_eq(text_at(&l, "arrangements.y.hosting.all.db"), "pool");
    finish(&l);
}

/* The sound scenario with a second service. */
#define TELLING                                                                                    \
    "psnsim: 1\n"                                                                                  \
    "time: {start: 2014-04-07, horizon: 1 d}\n"                                                    \
    "use: {arrangement: shared}\n"                                                                 \
    "arrangements: {shared: {hosting: {all: {app: pool}}}}\n"                                      \
    "sites: {dc: {}}\n"                                                                            \
    "compute: {pool: {site: dc}}\n"                                                                \
    "services:\n"                                                                                  \
    "  ask: {steps: [{request: 4 KB}]}\n"                                                          \
    "  tell: {steps: {choice: {share: 1, steps: {request: 1 KB}}}}\n"

Test(scenario, lists_of_one)
{
    struct loaded l =
        sound(TELLING "partners: {a: {only: shared}}\n"
                      "workloads: {w: {service: ask, partners: a, rate: 1 / s},\n"
                      "  v: {service: tell, partners: all, rate: 1 / s}}\n"
                      "calendars: {england: {holidays: 12-25}}\n"
                      "objectives: {o: {service: ask, figure: response mean, at most: 1 s},\n"
                      "  p: {service: \"all\", figure: response mean, at most: 1 s}}\n");
    cr_expect_str_eq(node_at(l.tree, "partners.a.only")->item[0]->text, "shared");
    cr_expect_str_eq(node_at(l.tree, "workloads.w.partners")->item[0]->text, "a");
    cr_expect_str_eq(text_at(&l, "workloads.v.partners"), "all");
    cr_expect_str_eq(text_at(&l, "objectives.p.service"), "all",
                     "JSON has no other way to write it");
    cr_expect_str_eq(node_at(l.tree, "calendars.england.holidays")->item[0]->text, "12-25");
    cr_expect_str_eq(node_at(l.tree, "objectives.o.service")->item[0]->text, "ask");
    const struct node *steps = node_at(l.tree, "services.tell.steps");
    cr_assert_eq(steps->kind, NODE_LIST);
    const struct node *choice = node_get(steps->item[0], "choice");
    cr_assert_eq(choice->kind, NODE_LIST);
    cr_expect_eq(node_get(choice->item[0], "steps")->kind, NODE_LIST);
    finish(&l);
}

Test(scenario, circle_of_like)
{
    sound_mistake("partners: {a: {like: a}}\n", 8, 22,
                  "\"a\" is like itself, in a circle of `like`");
    sound_mistake("partners:\n  a: {like: b}\n  b: {like: c}\n  c: {like: a}\n", 11, 13,
                  "\"a\" is like itself");
    sound_mistake(
        "partners: {adur: {}, b: {like: adr}}\n", 8, 32,
        "\"adr\" is no entry of partners; expected another entry of this section (did you mean "
        "adur?)");
    sound_mistake("partners: {a: {}, b: {like: [a]}}\n", 8, 29, "\"like\" holds no name");
}

Test(scenario, chain_of_like, .timeout = 5)
{
    size_t room = 40000 * 40 + 2000;
    char *text = malloc(room);
    int used = snprintf(text, room, SOUND "partners:\n  p0: {}\n");
    for (int i = 1; i < 40000; i++)
        used += snprintf(text + used, room - (size_t)used, "  p%d: {like: p%d}\n", i, i - 1);
    struct given texts[] = {{"main.yaml", text, 0}, {0}};
    struct loaded l = expand(texts, NULL, 0);
    cr_expect_null(l.tree);
    cr_expect(l.all.count > 0);
    cr_expect(strstr(l.all.items[0].text, "too many `like`"));
    finish(&l);
    free(text);
}

/* 40,000 keys taken over 10,000 times would be 400 million. */
Test(scenario, like_bomb, .timeout = 5)
{
    size_t room = 40000 * 20 + 10000 * 60;
    char *text = malloc(room);
    int used = snprintf(text, room, SOUND "partners:\n  p:\n    counts:\n");
    for (int i = 0; i < 40000; i++)
        used += snprintf(text + used, room - (size_t)used, "      c%d: 1\n", i);
    for (int i = 0; i < 10000; i++)
        used += snprintf(text + used, room - (size_t)used, "  p%d: {like: p, counts: {x: 1}}\n", i);
    struct given texts[] = {{"main.yaml", text, 0}, {0}};
    struct loaded l = expand(texts, NULL, 0);
    cr_expect_null(l.tree);
    cr_expect_eq(l.all.count, 1);
    cr_expect(strstr(l.all.items[0].text, "more than 2000000 keys once `like` is followed"));
    cr_expect_lt(l.a.total, 150000000);
    finish(&l);
    free(text);
}

Test(scenario, forty_thousand_names_and_references, .timeout = 10)
{
    size_t room = 40000 * 80 + 2000;
    char *text = malloc(room);
    int used = snprintf(text, room, SOUND "links:\n");
    for (int i = 0; i < 20000; i++)
        used += snprintf(text + used, room - (size_t)used,
                         "  l%d: {between: [hall, dc], bandwidth: 1 Mbit/s}\n", i);
    struct given texts[] = {{"main.yaml", text, 0}, {0}};
    struct loaded l = expand(texts, NULL, 0);
    psn_diagnostics_print(&l.all, stderr);
    cr_assert(l.tree);
    cr_expect_eq(node_get(l.tree, "links")->count, 20000);
    finish(&l);
    free(text);
}

Test(scenario, includes_merge_and_tell_what_is_twice)
{
    struct given texts[] = {
        {"main.yaml", SOUND "include: [sub/a.yaml, b.yaml]\npartners: {x: {}}\n", 0},
        {"sub/a.yaml", "psnsim: 1\ninclude: ../b.yaml\npartners: {y: {}}\n", 0},
        {"b.yaml",
         "psnsim: 1\npartners:\n  z: {}\n  x: {}\ntime: {start: 2014-04-07, horizon: 1 d}\n", 0},
        {0}};
    struct loaded l = expand(texts, NULL, 0);
    cr_expect_null(l.tree);
    cr_expect_eq(l.all.count, 2);
    assert_mistake(&l.all, "b.yaml", 4, 3,
                   "\"x\" of partners is defined twice, first at main.yaml:9:12");
    assert_mistake(&l.all, "b.yaml", 5, 1, "\"time\" is defined twice, first at main.yaml:2:1");
    finish(&l);
    texts[2].text = "psnsim: 1\npartners:\n  z: {}\n";
    l = expand(texts, NULL, 0);
    psn_diagnostics_print(&l.all, stderr);
    cr_assert(l.tree);
    cr_expect_eq(l.s->n_texts, 3, "a file that two include is read once");
    cr_expect_str_eq(l.s->text[1].name, "sub/a.yaml");
    cr_expect_str_eq(l.s->text[2].name, "b.yaml");
    cr_expect_eq(node_get(l.tree, "partners")->count, 3);
    finish(&l);
}

Test(scenario, circle_of_include)
{
    struct given self[] = {{"main.yaml", SOUND "include: [./main.yaml]\n", 0}, {0}};
    one_mistake(self, NULL, 0, "main.yaml", 8, 11, "\"main.yaml\" includes itself");
    struct given through[] = {{"main.yaml", SOUND "include: d/a.yaml\n", 0},
                              {"d/a.yaml", "psnsim: 1\ninclude: [../main.yaml]\n", 0},
                              {0}};
    one_mistake(through, NULL, 0, "d/a.yaml", 2, 11,
                "\"main.yaml\" includes itself through \"d/a.yaml\"; expected no circle");
}

Test(scenario, texts_that_are_none)
{
    text_mistake("", 1, 1, "this text is empty; expected psnsim: 1");
    text_mistake("# nothing\n", 1, 1, "this text is empty");
    text_mistake("- 1\n", 1, 1, "a list stands here; expected a map of sections");
    text_mistake("time: {start: 2014-04-07, horizon: 1 d}\n"
                 "use: {arrangement: a}\narrangements: {a: {hosting: {}}}\n",
                 1, 1, "`psnsim` is missing; expected psnsim: 1");
    text_mistake("psnsim: 2\ntime: {start: 2014-04-07, horizon: 1 d}\n"
                 "use: {arrangement: a}\narrangements: {a: {hosting: {}}}\n",
                 1, 9, "\"2\" is no version of the language");
    struct given texts[] = {
        {"main.yaml", SOUND "include: [b.yaml]\n", 0}, {"b.yaml", "partners: {}\n", 0}, {0}};
    one_mistake(texts, NULL, 0, "b.yaml", 1, 1, "`psnsim` is missing");
    texts[1].text = "psnsim: 1\npartners: {\n";
    one_mistake(texts, NULL, 0, "b.yaml", 3, 1, "no YAML");
    texts[1].name = "c.yaml";
    one_mistake(texts, NULL, 0, "main.yaml", 8, 11, "no text \"b.yaml\"");
}

/* All mistakes in one pass: of the reader, of merging and of the table of keys. */
Test(scenario, all_mistakes_in_one_pass)
{
    struct given texts[] = {{"main.yaml",
                             SOUND
                             "partners: {a: {population: 1,000, population: 3, colour: red}}\n"
                             "lnks: {}\n",
                             0},
                            {0}};
    const char *sets[] = {"links.x.delay=0"};
    struct loaded l = expand(texts, sets, 1);
    cr_expect_null(l.tree);
    cr_expect_eq(l.all.count, 5);
    assert_mistake(&l.all, "main.yaml", 8, 30, "starts a new key");
    assert_mistake(&l.all, "main.yaml", 8, 35, "stands twice");
    assert_mistake(&l.all, "main.yaml", 8, 50, "\"colour\" is no key");
    assert_mistake(&l.all, "main.yaml", 9, 1, "no section");
    assert_mistake(&l.all, "--set links.x.delay", 0, 0, "names no entry");
    finish(&l);
}

/* Rule 7: what an included text defines and nothing names is not judged. */
Test(scenario, unused_entries_of_an_include)
{
    struct given texts[] = {
        {"main.yaml",
         SOUND
         "include: [common.yaml]\npartners: {a: {staff: {hall: 10}}}\n"
         "workloads: {w: {service: used, rate: 1 / s, profile: flat}}\n"
         "study: {factors: {arrangement: [shared, other], hours.spare: [daily 00:00-24:00]}}\n",
         0},
        {"common.yaml",
         "psnsim: 1\n"
         "classes: {bulk: {queue: late}}\n"
         "prices: {}\n"
         "profiles: {flat: {weekday: 1}, odd: {days: [], weekday: 1 KB}}\n"
         "hours: {spare: daily 01:00-02:00, never: [1]}\n"
         "services:\n"
         "  base: {class: bulk, steps: {request: 1 KB}}\n"
         "  used: {like: base, class: none}\n"
         "  unused: {class: bulk, like: nothing}\n"
         "arrangements: {other: {hosting: {all: {app: late}}}, third: {hosting: 3}}\n"
         "compute: {late: {site: dc}, idle: {site: nowhere}}\n",
         0},
        {0}};
    struct loaded l = expand(texts, NULL, 0);
    psn_diagnostics_print(&l.all, stderr);
    cr_assert(l.tree);
    cr_expect_eq(node_at(l.tree, "services.used.steps")->kind, NODE_LIST, "a list of one");
    cr_expect_eq(node_get(l.tree, "services")->count, 2);
    cr_expect_eq(node_get(l.tree, "profiles")->count, 1);
    cr_expect_eq(node_get(l.tree, "hours")->count, 1);
    cr_expect_eq(node_get(l.tree, "arrangements")->count, 2);
    cr_expect_eq(node_get(l.tree, "compute")->count, 2, "late is reached through other");
    finish(&l);
    /* named, it is judged */
    texts[0].text = SOUND "include: [common.yaml]\nworkloads: {w: {service: base, rate: 1 / s}}\n";
    one_mistake(texts, NULL, 0, "common.yaml", 2, 25,
                "\"late\" is not possible here; expected strict or fair");
    /* a setting names it, too */
    texts[0].text = SOUND "include: [common.yaml]\n";
    const char *sets[] = {"profiles.odd.weekday=1"};
    one_mistake(texts, sets, 1, "common.yaml", 4, 44, "a list stands here; expected a map");
    /* what acts by itself is refused wherever it stands */
    texts[1].text = "psnsim: 1\ncosts: {}\n";
    one_mistake(texts, NULL, 0, "common.yaml", 2, 1, "`costs` is part of the language");
}

Test(scenario, settings)
{
    struct given texts[] = {{"main.yaml",
                             SOUND "links:\n"
                                   "  a-x: {between: [hall, dc], bandwidth: 1 Mbit/s}\n"
                                   "  b-x: {like: a-x}\n"
                                   "  c: {like: a-x}\n",
                             0},
                            {0}};
    const char *sets[] = {"links.a-x.bandwidth=2 Mbit/s", "links.*-x.delay=3 ms", "demand=1.3",
                          "links.c.between=[dc, hall]",   "study.replications=7", "title=A title"};
    struct loaded l = expand(texts, sets, 6);
    psn_diagnostics_print(&l.all, stderr);
    cr_assert(l.tree);
    cr_expect_str_eq(text_at(&l, "links.b-x.bandwidth"), "2 Mbit/s", "before `like` is followed");
    cr_expect_str_eq(text_at(&l, "links.b-x.delay"), "3 ms");
    cr_expect_str_eq(text_at(&l, "links.c.delay"), "3 ms");
    cr_expect_str_eq(node_at(l.tree, "links.c.between")->item[0]->text, "dc");
    cr_expect_str_eq(text_at(&l, "demand"), "1.3");
    cr_expect_str_eq(text_at(&l, "study.replications"), "7");
    cr_expect_str_eq(text_at(&l, "title"), "A title");
    cr_expect_eq(l.s->n_sets, 6);
    cr_expect_str_eq(l.s->set[1], "links.*-x.delay=3 ms");
    /* those of a study's point come on top, in the caller's arena only */
    struct setting more[] = {
        {"arrangement", node_new_scalar(&l.a, (psn_place){0}, "shared"), {0}},
        {"links.c.delay", node_new_scalar(&l.a, (psn_place){0}, "4 ms"), {0}},
        {"demand", node_new_scalar(&l.a, (psn_place){0}, "2"), {0}},
    };
    const struct node *point = scenario_expand(l.s, more, 3, &l.a, &l.all);
    cr_assert(point);
    cr_expect_str_eq(node_at(point, "links.c.delay")->text, "4 ms");
    cr_expect_str_eq(node_at(point, "demand")->text, "2");
    cr_expect_null(node_at(l.s->tree, "links.c.delay"));
    finish(&l);
}

Test(scenario, settings_that_are_wrong)
{
    struct given texts[] = {
        {"main.yaml", SOUND "links: {county: {between: [hall, dc], bandwidth: 1 Mbit/s}}\n", 0},
        {0}};
    static const struct {
        const char *set, *file, *gist;
        uint32_t line, column;
    } cases[] = {
        {"links.conty.delay=1 s", "--set links.conty.delay",
         "names no entry; expected one that the texts define (did you mean county?)", 0, 0},
        {"lnks.county.delay=1 s", "--set lnks.county.delay", "(did you mean links?)", 0, 0},
        {"links.county.delay", "--set", "is no setting; expected PATH=VALUE", 0, 0},
        {"links.county.delay=3", "--set links.county.delay", "\"3\" has no unit", 1, 1},
        {"links.county.delay=", "--set links.county.delay", "\"delay\" has no value", 1, 1},
        {"links.county.between=[hall, dcc]", "--set links.county.between", "\"dcc\" is not defined",
         1, 8},
        {"links.county.between=[hall", "--set links.county.between", "no YAML", 2, 1},
        {"links.county.between.x=3", "--set links.county.between.x", "below a text or list", 0, 0},
        {"links={}", "--set links", "is a whole section", 0, 0},
        {"links..delay=1", "--set links..delay", "has an empty part", 0, 0},
        {"psnsim=2", "--set psnsim", "cannot be set", 0, 0},
        {"plan.a.use=2", "--set plan.a.use", "`plan` is part of the language", 0, 0},
        {"demand=-1", "--set demand", "is negative", 1, 1},
        {"demand=0", "--set demand", "is zero", 1, 1},
        {"arrangement=shred", "--set arrangement", "\"shred\" is not defined", 1, 1},
        {"links.z*.delay=1 s", "--set links.z*.delay", "names no entry", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        one_mistake(texts, &cases[i].set, 1, cases[i].file, cases[i].line, cases[i].column,
                    cases[i].gist);
    }
}

Test(scenario, hash_tells_studies_apart)
{
    struct given one[] = {{"main.yaml", SOUND, 0}, {0}};
    struct given two[] = {{"main.yaml", SOUND " ", 0}, {0}};
    const char *sets[] = {"demand=2"}, *others[] = {"demand=3"};
    char hex[4][65];
    struct loaded l = expand(one, NULL, 0);
    scenario_hash(l.s, hex[0]);
    char again[65];
    scenario_hash(l.s, again);
    cr_expect_str_eq(hex[0], again);
    cr_expect_eq(strlen(again), 64);
    cr_expect_eq(strspn(again, "0123456789abcdef"), 64);
    finish(&l);
    l = expand(two, NULL, 0);
    scenario_hash(l.s, hex[1]);
    finish(&l);
    l = expand(one, sets, 1);
    scenario_hash(l.s, hex[2]);
    finish(&l);
    l = expand(one, others, 1);
    scenario_hash(l.s, hex[3]);
    finish(&l);
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect_str_neq(hex[i], hex[j]);
}

/* A folder for the tests that need files; `name` within it. */
static void path_of(char *path, size_t room, const char *folder, const char *name)
{
    snprintf(path, room, "%s/%s", folder, name);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    cr_assert(f);
    cr_assert(fputs(text, f) >= 0);
    fclose(f);
}

static void file_mistake(const char *path, const char *gist)
{
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    cr_expect_eq(scenario_load(path, NULL, 0, &s, &all), PSN_EINPUT);
    cr_expect_null(s);
    cr_expect_eq(all.count, 1);
    assert_mistake(&all, path, 0, 0, gist);
    psn_diagnostics_fini(&all);
}

Test(scenario, files, .timeout = 5)
{
    char folder[] = "/tmp/psnsim-scenario-XXXXXX", path[200], other[200];
    cr_assert(mkdtemp(folder));
    path_of(path, sizeof path, folder, "missing.yaml");
    file_mistake(path, "No such file or directory; expected a readable file");
    file_mistake(folder, "is a directory; expected a scenario file");
    path_of(path, sizeof path, folder, "large.yaml");
    int file = open(path, O_CREAT | O_WRONLY, 0600);
    cr_assert(file >= 0);
    cr_assert_eq(ftruncate(file, 100000000), 0);
    close(file);
    file_mistake(path, "has 100000000 bytes; expected at most 16 MB");
    unlink(path);
    path_of(path, sizeof path, folder, "pipe.yaml");
    cr_assert_eq(mkfifo(path, 0600), 0);
    file_mistake(path, "is no regular file");
    unlink(path);
    path_of(path, sizeof path, folder, "closed.yaml");
    write_file(path, SOUND);
    chmod(path, 0);
    if (geteuid() != 0) /* root may read everything */
        file_mistake(path, "Permission denied");
    unlink(path);
    path_of(path, sizeof path, folder, "main.yaml");
    path_of(other, sizeof other, folder, "b.yaml");
    write_file(path, SOUND "include: [b.yaml]\n");
    write_file(other, "psnsim: 1\npartners: {a: {populaton: 1}}\n");
    psn_diagnostics all = {0};
    struct scenario *s = NULL;
    struct arena a = {0};
    cr_assert_eq(scenario_load(path, NULL, 0, &s, &all), 0);
    cr_expect_str_eq(s->text[0].name, "main.yaml", "names do not depend on the folder");
    cr_expect_str_eq(s->text[1].name, "b.yaml");
    cr_expect_null(scenario_expand(s, NULL, 0, &a, &all));
    assert_mistake(&all, other, 2, 16, "(did you mean population?)");
    psn_diagnostics_fini(&all);
    arena_fini(&a);
    scenario_free(s);
    unlink(path);
    unlink(other);
    rmdir(folder);
}
