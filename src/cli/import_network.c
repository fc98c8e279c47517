/* SPDX-License-Identifier: Apache-2.0
 * The network that is imported: nodes, links and demands as they come in, then what the file leaves
 * open: ends, lengths, delays, bandwidths, and which nodes hang together. */
#include <math.h>
#include <search.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli/import.h"
#include "scenario/node.h"

/* Mean radius of the Earth in km: R1 of H. Moritz, "Geodetic reference system 1980", Journal of
 * Geodesy 74, 2000. */
#define EARTH_KM 6371.0088

/* Light in optical fibre, ns for each km: ITU-T G.114 (05/2003), annex A, table A.1. */
#define FIBRE_NS_PER_KM 5000.0

static int no_memory(struct import_network *w)
{
    return psn_mistake_add(w->all, PSN_EMEMORY, (psn_place){.file = w->file}, "out of memory");
}

/* Room for one more item of an array in the arena; the old one stays behind, so the whole is at
 * most twice as large as the last. */
static bool grow(struct import_network *w, void **items, size_t *room, size_t n, size_t size)
{
    if (n < *room)
        return true;
    size_t more = *room ? 2 * *room : 64;
    void *all = arena_array(w->arena, more, size);
    if (!all) {
        no_memory(w);
        return false;
    }
    if (n > 0)
        memcpy(all, *items, n * size);
    *items = all;
    *room = more;
    return true;
}

/* An entry of the tree of identifiers: the first two members of a node's key. */
struct id_entry {
    const char *id;
    size_t node;
};

static int compare_ids(const void *a, const void *b)
{
    return strcmp(((const struct id_entry *)a)->id, ((const struct id_entry *)b)->id);
}

static bool too_many(struct import_network *w, size_t n, size_t most, const char *what,
                     psn_place place)
{
    if (n < most)
        return false;
    psn_mistake_add(w->all, PSN_EINPUT, place, "more than %zu %s; expected a smaller network", most,
                    what);
    return true;
}

struct import_node *import_add_node(struct import_network *w, const char *id, psn_place place)
{
    char said[NODE_QUOTE];
    void *items = w->node;
    if (too_many(w, w->n_nodes, IMPORT_NODES_MOST, "nodes", place) ||
        !grow(w, &items, &w->room_nodes, w->n_nodes, sizeof *w->node))
        return NULL;
    w->node = items;
    struct id_entry *e = arena_alloc(w->arena, sizeof *e);
    if (!e) {
        no_memory(w);
        return NULL;
    }
    *e = (struct id_entry){id, w->n_nodes};
    struct id_entry **found = tsearch(e, &w->ids, compare_ids);
    if (!found) {
        no_memory(w);
        return NULL;
    }
    if (*found != e) {
        psn_mistake_add(w->all, PSN_EINPUT, place,
                        "a second node '%s'; expected each node once (the first is in line %u)",
                        node_quote(id, said), (unsigned)w->node[(*found)->node].place.line);
        return NULL;
    }
    struct import_node *n = &w->node[w->n_nodes++];
    *n = (struct import_node){.id = id, .place = place};
    return n;
}

struct import_link *import_add_link(struct import_network *w, const char *from, const char *to,
                                    psn_place place)
{
    void *items = w->link;
    if (too_many(w, w->n_links, IMPORT_LINKS_MOST, "links", place) ||
        !grow(w, &items, &w->room_links, w->n_links, sizeof *w->link))
        return NULL;
    w->link = items;
    struct import_link *l = &w->link[w->n_links++];
    *l = (struct import_link){.from_id = from, .to_id = to, .place = place};
    return l;
}

struct import_demand *import_add_demand(struct import_network *w, const char *from, const char *to,
                                        psn_place place)
{
    void *items = w->demand;
    if (too_many(w, w->n_demands, IMPORT_DEMANDS_MOST, "demands", place) ||
        !grow(w, &items, &w->room_demands, w->n_demands, sizeof *w->demand))
        return NULL;
    w->demand = items;
    struct import_demand *d = &w->demand[w->n_demands++];
    *d = (struct import_demand){.from_id = from, .to_id = to, .place = place};
    return d;
}

int import_note(struct import_network *w, const char *format, ...)
{
    void *items = w->note;
    if (!grow(w, &items, &w->room_notes, w->n_notes, sizeof *w->note))
        return PSN_EMEMORY;
    w->note = items;
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    const char *kept = length < 0 ? NULL : arena_string(w->arena, text);
    if (length >= 0)
        free(text);
    if (!kept)
        return no_memory(w);
    w->note[w->n_notes++] = kept;
    return 0;
}

bool import_rate_good(struct import_network *w, const char *what, double bps, psn_place place)
{
    if (bps >= 1 && bps <= 1e18)
        return true;
    psn_mistake_add(w->all, PSN_EINPUT, place, "%s of %g bit/s; expected 1 to 1e18 bit/s", what,
                    bps);
    return false;
}

/* --- ends --- */

/* The node of that identifier, or n_nodes: told. */
static size_t find_node(struct import_network *w, const char *id, const char *what, psn_place place)
{
    struct id_entry key = {id, 0}, **found = tfind(&key, &w->ids, compare_ids);
    char said[NODE_QUOTE];
    if (found)
        return (*found)->node;
    psn_mistake_add(w->all, PSN_EINPUT, place,
                    "%s '%s', and no node has this name; expected one of the "
                    "nodes of the file",
                    what, node_quote(id, said));
    return w->n_nodes;
}

static bool find_ends(struct import_network *w)
{
    bool all_there = true;
    for (size_t i = 0; i < w->n_links; i++) {
        struct import_link *l = &w->link[i];
        l->from = find_node(w, l->from_id, "a link from", l->place);
        l->to = find_node(w, l->to_id, "a link to", l->place);
        all_there &= l->from < w->n_nodes && l->to < w->n_nodes;
    }
    for (size_t i = 0; i < w->n_demands; i++) {
        struct import_demand *d = &w->demand[i];
        d->from = find_node(w, d->from_id, "a demand from", d->place);
        d->to = find_node(w, d->to_id, "a demand to", d->place);
        all_there &= d->from < w->n_nodes && d->to < w->n_nodes;
    }
    return all_there;
}

/* --- links that a scenario cannot have, or has otherwise --- */

static const char *said_name(const struct import_node *n)
{
    return n->label && *n->label ? n->label : n->id;
}

/* Leaves out links from a node to itself. */
static int drop_loops(struct import_network *w)
{
    size_t kept = 0, dropped = 0, first = 0;
    for (size_t i = 0; i < w->n_links; i++) {
        if (w->link[i].from != w->link[i].to) {
            w->link[kept++] = w->link[i];
            continue;
        }
        if (dropped++ == 0)
            first = w->link[i].from;
    }
    w->n_links = kept;
    if (dropped == 0)
        return 0;
    return import_note(
        w,
        "%zu %s from a node to itself left out, for within a site a message takes no "
        "time; the first is at %s",
        dropped, dropped == 1 ? "link" : "links", said_name(&w->node[first]));
}

/* A link by its two ends, for finding others between the same ones. */
struct pair {
    size_t low, high, link;
};

static int compare_pairs(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->low != y->low)
        return x->low < y->low ? -1 : 1;
    if (x->high != y->high)
        return x->high < y->high ? -1 : 1;
    return (x->link > y->link) - (x->link < y->link);
}

static struct pair *make_pairs(struct import_network *w)
{
    struct pair *p = arena_array(w->arena, w->n_links + 1, sizeof *p);
    if (!p)
        return NULL;
    for (size_t i = 0; i < w->n_links; i++) {
        const struct import_link *l = &w->link[i];
        p[i] =
            (struct pair){l->from < l->to ? l->from : l->to, l->from < l->to ? l->to : l->from, i};
    }
    qsort(p, w->n_links, sizeof *p, compare_pairs);
    return p;
}

static bool same_ends(const struct pair *a, const struct pair *b)
{
    return a->low == b->low && a->high == b->high;
}

/* Among the pairs behind `i` the first directed link that leads back, and is not taken; n_links
 * where there is none. */
static size_t opposite_of(const struct import_network *w, const struct pair *p, size_t i,
                          const bool *taken)
{
    const struct import_link *a = &w->link[p[i].link];
    if (!a->directed || taken[p[i].link])
        return w->n_links;
    for (size_t k = i + 1; k < w->n_links && same_ends(&p[i], &p[k]); k++) {
        const struct import_link *b = &w->link[p[k].link];
        if (b->directed && a->from == b->to && !taken[p[k].link])
            return k;
    }
    return w->n_links;
}

/* Of directed links from A to B and from B to A makes one; one without its opposite becomes a link
 * of both directions, which is told. */
static int join_directed(struct import_network *w)
{
    struct pair *p = make_pairs(w);
    bool *gone = arena_array(w->arena, w->n_links + 1, sizeof *gone);
    bool *paired = arena_array(w->arena, w->n_links + 1, sizeof *paired);
    if (!p || !gone || !paired)
        return no_memory(w);
    size_t joined = 0, alone = 0, unequal = 0, kept = 0;
    for (size_t i = 0; i < w->n_links; i++) {
        struct import_link *a = &w->link[p[i].link];
        size_t k = opposite_of(w, p, i, paired);
        if (k == w->n_links)
            continue;
        const struct import_link *b = &w->link[p[k].link];
        paired[p[i].link] = paired[p[k].link] = gone[p[k].link] = true;
        joined++;
        unequal += a->bandwidth_bps != b->bandwidth_bps;
        a->bandwidth_bps = fmax(a->bandwidth_bps, b->bandwidth_bps);
    }
    for (size_t i = 0; i < w->n_links; i++) {
        alone += w->link[i].directed && !paired[i];
        if (!gone[i])
            w->link[kept++] = w->link[i];
    }
    w->n_links = kept;
    int code = 0;
    if (joined > 0)
        code = import_note(
            w, "%zu %s of opposite directed edges became one link of two directions each", joined,
            joined == 1 ? "pair" : "pairs");
    if (unequal > 0 && !code)
        code = import_note(w,
                           "in %zu of these the two directions had other bandwidths: the greater "
                           "one holds for both",
                           unequal);
    if (alone > 0 && !code)
        code = import_note(w, "%zu directed %s no opposite one; a link here has both directions",
                           alone, alone == 1 ? "edge has" : "edges have");
    return code;
}

static int note_parallels(struct import_network *w)
{
    struct pair *p = make_pairs(w);
    if (!p)
        return no_memory(w);
    size_t n = 0;
    const struct pair *first = NULL;
    for (size_t i = 1; i < w->n_links; i++)
        if (same_ends(&p[i], &p[i - 1])) {
            first = first ? first : &p[i];
            n++;
        }
    if (n == 0)
        return 0;
    return import_note(
        w,
        "%zu %s parallel to another, the first between %s and %s; each is there, and of "
        "equal delay messages take the first by name",
        n, n == 1 ? "link is" : "links are", said_name(&w->node[first->low]),
        said_name(&w->node[first->high]));
}

/* --- lengths, delays and bandwidths --- */

/* Along a great circle, in km, by the haversine formula, which is exact on a sphere and keeps its
 * digits where the places are near (R. W. Sinnott, "Virtues of the haversine", Sky and Telescope
 * 68, 1984). */
static double great_circle_km(const struct import_node *a, const struct import_node *b)
{
    double degree = acos(-1) / 180, up = sin((b->latitude - a->latitude) * degree / 2),
           along = sin((b->longitude - a->longitude) * degree / 2);
    double h = up * up + cos(a->latitude * degree) * cos(b->latitude * degree) * along * along;
    return 2 * EARTH_KM * asin(sqrt(h < 1 ? h : 1));
}

/* "A, B and 3 more" of the nodes that have no place. */
static const char *name_unplaced(struct import_network *w, size_t n)
{
    enum { NAMED = 5 };
    const char *text = "";
    size_t named = 0;
    for (size_t i = 0; i < w->n_nodes && text && named < NAMED; i++)
        if (!w->node[i].placed) {
            text =
                arena_format(w->arena, "%s%s%s", text, named ? ", " : "", said_name(&w->node[i]));
            named++;
        }
    return text && n > named ? arena_format(w->arena, "%s and %zu more", text, n - named) : text;
}

static int fill_delays(struct import_network *w, const struct import_options *o)
{
    size_t unplaced = 0, without = 0, together = 0;
    for (size_t i = 0; i < w->n_nodes; i++)
        unplaced += !w->node[i].placed;
    for (size_t i = 0; i < w->n_links; i++) {
        struct import_link *l = &w->link[i];
        const struct import_node *a = &w->node[l->from], *b = &w->node[l->to];
        l->distance_km = a->placed && b->placed ? great_circle_km(a, b) : -1;
        l->delay_ns =
            l->distance_km < 0 ? o->delay_ns : rint(l->distance_km * o->detour * FIBRE_NS_PER_KM);
        without += l->distance_km < 0;
        together += l->delay_ns == 0;
    }
    int code = 0;
    if (without < w->n_links)
        code = import_note(
            w,
            "delays are those of light in fibre, 5 us for each km (ITU-T G.114), over %g "
            "times the great-circle distance (--detour; ITU-T G.826 and Y.1541 take 1.5 "
            "below 1,000 km)",
            o->detour);
    if (unplaced > 0 && !code) {
        const char *names = name_unplaced(w, unplaced);
        if (!names)
            return no_memory(w);
        code = import_note(
            w, "%zu %s no coordinates (%s); the %zu %s there %s a delay of %g ms (--delay)",
            unplaced, unplaced == 1 ? "node has" : "nodes have", names, without,
            without == 1 ? "link" : "links", without == 1 ? "gets" : "get", o->delay_ns / 1e6);
    }
    if (together > 0 && !code)
        code = import_note(w, "%zu %s a delay of 0, as both ends are at one place", together,
                           together == 1 ? "link has" : "links have");
    return code;
}

static int fill_bandwidths(struct import_network *w, const struct import_options *o)
{
    size_t without = 0;
    for (size_t i = 0; i < w->n_links; i++)
        if (w->link[i].bandwidth_bps == 0) {
            w->link[i].bandwidth_bps = o->bandwidth_bps;
            without++;
        }
    if (without == 0)
        return 0;
    return import_note(w, "%s%zu %s no bandwidth and %s %g Mbit/s (--bandwidth)",
                       without == w->n_links && without > 1 ? "all " : "", without,
                       without == 1 ? "link states" : "links state", without == 1 ? "gets" : "get",
                       o->bandwidth_bps / 1e6);
}

/* --- what hangs together --- */

static size_t root_of(size_t *up, size_t i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]]; /* path halving */
    return i;
}

/* Numbers the parts, the largest first, of equal ones that which the file names first. */
static int find_parts(struct import_network *w)
{
    size_t *up = arena_array(w->arena, w->n_nodes + 1, sizeof *up);
    size_t *count = arena_array(w->arena, w->n_nodes + 1, sizeof *count);
    if (!up || !count)
        return no_memory(w);
    for (size_t i = 0; i < w->n_nodes; i++)
        up[i] = i;
    for (size_t i = 0; i < w->n_links; i++) {
        w->node[w->link[i].from].degree++;
        w->node[w->link[i].to].degree++;
        size_t a = root_of(up, w->link[i].from), b = root_of(up, w->link[i].to);
        up[a > b ? a : b] = a < b ? a : b;
    }
    size_t largest = 0;
    for (size_t i = 0; i < w->n_nodes; i++) {
        size_t root = root_of(up, i);
        w->parts += root == i;
        count[root]++;
    }
    for (size_t i = 0; i < w->n_nodes; i++)
        largest = count[i] > count[largest] ? i : largest;
    size_t next = 1;
    for (size_t i = 0; i < w->n_nodes; i++) /* the root of a part is its first node */
        w->node[i].part = up[i] != i ? w->node[root_of(up, i)].part : i == largest ? 0 : next++;
    if (w->parts < 2)
        return 0;
    return import_note(
        w,
        "the network has %zu parts with no link between them; the largest has %zu of %zu "
        "nodes, and users are there alone",
        w->parts, count[largest], w->n_nodes);
}

/* Leaves out demands that ask nothing of any link. */
static int drop_demands(struct import_network *w)
{
    size_t kept = 0, all = w->n_demands;
    for (size_t i = 0; i < all; i++)
        if (w->demand[i].bps > 0 && w->demand[i].from != w->demand[i].to)
            w->demand[kept++] = w->demand[i];
    w->n_demands = kept;
    if (kept == all)
        return 0;
    return import_note(w, "%zu %s of nothing, or from a node to itself, left out", all - kept,
                       all - kept == 1 ? "demand" : "demands");
}

/* Demands between parts can never be met. */
static bool check_demands(struct import_network *w)
{
    bool good = true;
    for (size_t i = 0; i < w->n_demands; i++) {
        const struct import_demand *d = &w->demand[i];
        char from[NODE_QUOTE], to[NODE_QUOTE];
        if (w->node[d->from].part == w->node[d->to].part)
            continue;
        good = false;
        psn_mistake_add(
            w->all, PSN_EINPUT, d->place,
            "a demand from '%s' to '%s', and no links lead there; expected a connected network",
            node_quote(d->from_id, from), node_quote(d->to_id, to));
    }
    return good;
}

int import_complete(struct import_network *w, const struct import_options *o)
{
    psn_place top = {.file = w->file, .line = 1, .column = 1};
    if (!find_ends(w))
        return PSN_EINPUT;
    int code = drop_loops(w);
    if (!code)
        code = join_directed(w);
    if (!code && w->n_links == 0)
        return psn_mistake_add(w->all, PSN_EINPUT, top,
                               "no link between two nodes; expected a network with one at least");
    if (!code)
        code = note_parallels(w);
    if (!code)
        code = fill_delays(w, o);
    if (!code)
        code = fill_bandwidths(w, o);
    if (!code)
        code = drop_demands(w);
    if (!code)
        code = find_parts(w);
    if (!code && !check_demands(w))
        code = PSN_EINPUT;
    return code ? code : import_name(w);
}
