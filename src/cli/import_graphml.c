/* SPDX-License-Identifier: Apache-2.0
 * GraphML by expat. Files come from anywhere: entities are refused before the first could expand,
 * nothing outside the file is ever read, and depth, sizes and numbers of things have limits. */
#include <expat.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/import.h"
#include "scenario/node.h"

#define DEPTH_MOST 32
#define KEYS_MOST  1000

enum element {
    ELEMENT_OTHER,
    ELEMENT_GRAPHML,
    ELEMENT_KEY,
    ELEMENT_GRAPH,
    ELEMENT_NODE,
    ELEMENT_EDGE,
    ELEMENT_DATA,
    ELEMENT_DEFAULT
};

/* What is read of data; all else is of no use to a scenario. */
enum datum {
    DATUM_NONE,
    DATUM_LABEL,
    DATUM_LATITUDE,
    DATUM_LONGITUDE,
    DATUM_HYPEREDGE,
    DATUM_SPEED,
    DATUM_UNITS,
    DATUM_RAW,
    DATUM_LINK_LABEL,
    DATUM_NETWORK,
    DATUM_DATE,
    DATUM_SOURCE,
    DATUM_COUNT
};

/* Names of The Internet Topology Zoo, by what they belong to. */
static const struct {
    const char *name;
    enum element of;
    enum datum datum;
} data_names[] = {
    {"label", ELEMENT_NODE, DATUM_LABEL},         {"Latitude", ELEMENT_NODE, DATUM_LATITUDE},
    {"Longitude", ELEMENT_NODE, DATUM_LONGITUDE}, {"hyperedge", ELEMENT_NODE, DATUM_HYPEREDGE},
    {"LinkSpeed", ELEMENT_EDGE, DATUM_SPEED},     {"LinkSpeedUnits", ELEMENT_EDGE, DATUM_UNITS},
    {"LinkSpeedRaw", ELEMENT_EDGE, DATUM_RAW},    {"LinkLabel", ELEMENT_EDGE, DATUM_LINK_LABEL},
    {"Network", ELEMENT_GRAPH, DATUM_NETWORK},    {"NetworkDate", ELEMENT_GRAPH, DATUM_DATE},
    {"Source", ELEMENT_GRAPH, DATUM_SOURCE},      {"label", ELEMENT_GRAPH, DATUM_LABEL},
};

struct key {
    const char *id, *name;
    enum element of; /* ELEMENT_OTHER: all */
    const char *standard;
};

struct reader {
    struct import_network *w;
    XML_Parser parser;
    size_t depth;
    enum element element[DEPTH_MOST + 1];
    size_t graph_depth; /* 0: none yet */
    bool graph_done, directed_default;
    struct key *key;
    size_t n_keys, room_keys;
    const struct key *data_key; /* of the <data> that is being read; NULL: nobody knows it */
    psn_place data_place;
    char text[IMPORT_TEXT_MOST + 1];
    size_t length;
    const char *of_item[DATUM_COUNT];  /* of the node or edge that is being read */
    psn_place item_place[DATUM_COUNT]; /* where that stands */
    const char *of_graph[DATUM_COUNT];
    size_t unread_speeds, several_speeds, nodes_that_are_links;
    int code;
};

static psn_place here(const struct reader *r)
{
    return (psn_place){.file = r->w->file,
                       .line = (uint32_t)XML_GetCurrentLineNumber(r->parser),
                       .column = (uint32_t)XML_GetCurrentColumnNumber(r->parser) + 1};
}

/* Stops: the first mistake of the file's form is the last. */
__attribute__((format(printf, 2, 3))) static void stop(struct reader *r, const char *format, ...)
{
    char text[512];
    va_list args;
    if (r->code)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    r->code = psn_mistake_add(r->w->all, PSN_EINPUT, here(r), "%s", text);
    XML_StopParser(r->parser, XML_FALSE);
}

static void stop_memory(struct reader *r)
{
    if (!r->code)
        r->code = psn_mistake_add(r->w->all, PSN_EMEMORY, here(r), "out of memory");
    XML_StopParser(r->parser, XML_FALSE);
}

/* A function that adds to the network has told why it could not. */
static void stop_told(struct reader *r)
{
    for (size_t i = 0; i < r->w->all->count && !r->code; i++)
        if (r->w->all->items[i].code == PSN_EMEMORY)
            r->code = PSN_EMEMORY;
    if (!r->code)
        r->code = PSN_EINPUT;
    XML_StopParser(r->parser, XML_FALSE);
}

static const char *attribute(const XML_Char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

/* An attribute that must be there, kept in the arena; NULL, told, where it is not. */
static const char *required(struct reader *r, const char *element, const XML_Char **attributes,
                            const char *name)
{
    const char *value = attribute(attributes, name);
    if (!value || !*value)
        stop(r, "<%s> without %s; expected %s=\"...\"", element, name, name);
    else if (strlen(value) > IMPORT_TEXT_MOST)
        stop(r, "%s of more than %d bytes; expected a shorter one", name, IMPORT_TEXT_MOST);
    else {
        const char *kept = arena_string(r->w->arena, value);
        if (!kept)
            stop_memory(r);
        return kept;
    }
    return NULL;
}

static enum element element_named(const char *name)
{
    static const char *const names[] = {"",     "graphml", "key",  "graph",
                                        "node", "edge",    "data", "default"};
    for (size_t i = 1; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], name) == 0)
            return (enum element)i;
    return ELEMENT_OTHER;
}

/* --- beginnings --- */

static void begin_key(struct reader *r, const XML_Char **attributes)
{
    const char *id = required(r, "key", attributes, "id");
    const char *name = attribute(attributes, "attr.name"), *of = attribute(attributes, "for");
    if (!id)
        return;
    if (r->n_keys == KEYS_MOST) {
        stop(r, "more than %d keys; expected fewer", KEYS_MOST);
        return;
    }
    if (!r->key)
        r->key = arena_array(r->w->arena, KEYS_MOST, sizeof *r->key);
    const char *kept = arena_string(r->w->arena, name ? name : "");
    if (!r->key || !kept) {
        stop_memory(r);
        return;
    }
    r->key[r->n_keys++] =
        (struct key){.id = id, .name = kept, .of = element_named(of ? of : "all")};
}

static void begin_graph(struct reader *r, const XML_Char **attributes)
{
    const char *direction = attribute(attributes, "edgedefault");
    if (r->graph_depth) {
        stop(r, "a graph within a %s; expected a flat graph",
             r->element[r->depth - 1] == ELEMENT_NODE ? "node" : "graph");
    } else if (r->graph_done) {
        stop(r, "a second graph; expected one graph in a file");
    } else if (direction && strcmp(direction, "directed") != 0 &&
               strcmp(direction, "undirected") != 0) {
        char said[NODE_QUOTE];
        stop(r, "edgedefault '%s'; expected directed or undirected", node_quote(direction, said));
    } else {
        r->graph_depth = r->depth;
        r->directed_default = direction && strcmp(direction, "directed") == 0;
    }
}

static void begin_item(struct reader *r)
{
    memset(r->of_item, 0, sizeof r->of_item);
}

static void begin_node(struct reader *r, const XML_Char **attributes)
{
    const char *id = required(r, "node", attributes, "id");
    begin_item(r);
    if (id && !import_add_node(r->w, id, here(r)))
        stop_told(r);
}

static void begin_edge(struct reader *r, const XML_Char **attributes)
{
    const char *from = required(r, "edge", attributes, "source");
    const char *to = from ? required(r, "edge", attributes, "target") : NULL;
    const char *directed = attribute(attributes, "directed");
    begin_item(r);
    if (!to)
        return;
    struct import_link *l = import_add_link(r->w, from, to, here(r));
    if (!l)
        stop_told(r);
    else
        l->directed = directed ? strcmp(directed, "true") == 0 : r->directed_default;
}

static void begin_data(struct reader *r, const XML_Char **attributes)
{
    const char *id = attribute(attributes, "key");
    char said[NODE_QUOTE];
    r->data_key = NULL;
    r->length = 0;
    r->data_place = here(r);
    for (size_t i = 0; id && i < r->n_keys && !r->data_key; i++)
        if (strcmp(r->key[i].id, id) == 0)
            r->data_key = &r->key[i];
    if (!id)
        stop(r, "<data> without key; expected key=\"...\"");
    else if (!r->data_key)
        stop(r,
             "data of key '%s', which no <key> before it declares; expected one of those declared",
             node_quote(id, said));
}

/* The part of a name behind its namespace, which expat puts before a '|'. */
static const char *local_name(const XML_Char *name)
{
    const char *bar = strrchr(name, '|');
    return bar ? bar + 1 : name;
}

static void XMLCALL begin(void *context, const XML_Char *name, const XML_Char **attributes)
{
    struct reader *r = context;
    const char *local = local_name(name);
    enum element e = element_named(local), above = r->element[r->depth];
    char said[NODE_QUOTE];
    if (r->code)
        return;
    if (++r->depth > DEPTH_MOST) {
        stop(r, "elements more than %d deep; expected fewer", DEPTH_MOST);
        return;
    }
    r->element[r->depth] = ELEMENT_OTHER;
    if (r->depth == 1 && e != ELEMENT_GRAPHML) {
        stop(r, "the root is <%s>; expected <graphml>", node_quote(local, said));
        return;
    }
    if (above == ELEMENT_GRAPH && strcmp(local, "hyperedge") == 0) {
        stop(r, "a hyperedge joins several nodes at once, and a link joins two; expected a node in "
                "its place, "
                "and an edge from it to each");
        return;
    }
    bool fits = (e == ELEMENT_GRAPHML && r->depth == 1) ||
                (e == ELEMENT_KEY && above == ELEMENT_GRAPHML) ||
                (e == ELEMENT_DEFAULT && above == ELEMENT_KEY) || e == ELEMENT_GRAPH ||
                ((e == ELEMENT_NODE || e == ELEMENT_EDGE) && above == ELEMENT_GRAPH) ||
                (e == ELEMENT_DATA &&
                 (above == ELEMENT_GRAPH || above == ELEMENT_NODE || above == ELEMENT_EDGE));
    if (!fits)
        return; /* <desc>, <port>, and what other programs put into <data>: nothing for a scenario
                 */
    r->element[r->depth] = e;
    if (e == ELEMENT_KEY)
        begin_key(r, attributes);
    else if (e == ELEMENT_GRAPH)
        begin_graph(r, attributes);
    else if (e == ELEMENT_NODE)
        begin_node(r, attributes);
    else if (e == ELEMENT_EDGE)
        begin_edge(r, attributes);
    else if (e == ELEMENT_DATA)
        begin_data(r, attributes);
    else if (e == ELEMENT_DEFAULT)
        r->length = 0;
}

static void XMLCALL characters(void *context, const XML_Char *text, int length)
{
    struct reader *r = context;
    enum element e = r->element[r->depth];
    if (r->code || (e != ELEMENT_DATA && e != ELEMENT_DEFAULT))
        return;
    if (r->length + (size_t)length > IMPORT_TEXT_MOST) {
        stop(r, "a text of more than %d bytes; expected a shorter one", IMPORT_TEXT_MOST);
        return;
    }
    memcpy(r->text + r->length, text, (size_t)length);
    r->length += (size_t)length;
}

/* --- ends --- */

static enum datum datum_of(const struct key *k, enum element of)
{
    for (size_t i = 0; i < sizeof data_names / sizeof *data_names; i++)
        if (data_names[i].of == of && strcasecmp(data_names[i].name, k->name) == 0)
            return data_names[i].datum;
    return DATUM_NONE;
}

static const char *take_text(struct reader *r)
{
    r->text[r->length] = '\0';
    const char *line = import_line(r->w->arena, r->text);
    if (!line)
        stop_memory(r);
    return line;
}

static void end_data(struct reader *r)
{
    enum element of = r->element[r->depth - 1];
    enum datum d = r->data_key ? datum_of(r->data_key, of) : DATUM_NONE;
    if (d == DATUM_NONE)
        return;
    const char **all = of == ELEMENT_GRAPH ? r->of_graph : r->of_item;
    const char *text = take_text(r);
    all[d] = text && *text ? text : NULL;
    r->item_place[d] = r->data_place;
}

/* What keys say by default holds where the item says nothing itself. */
static void fill_defaults(struct reader *r, enum element of)
{
    for (size_t i = 0; i < r->n_keys; i++) {
        const struct key *k = &r->key[i];
        enum datum d =
            k->standard && (k->of == of || k->of == ELEMENT_OTHER) ? datum_of(k, of) : DATUM_NONE;
        if (d == DATUM_NONE || r->of_item[d] || !*k->standard)
            continue;
        r->of_item[d] = k->standard;
        r->item_place[d] = here(r);
    }
}

/* A number of these bounds; false, told at its place, where it is none. */
static bool read_coordinate(struct reader *r, enum datum d, double most, double *x)
{
    char *end, said[NODE_QUOTE];
    *x = strtod(r->of_item[d], &end);
    if (end > r->of_item[d] && !*end && fabs(*x) <= most)
        return true;
    psn_mistake_add(r->w->all, PSN_EINPUT, r->item_place[d],
                    "%s '%s'; expected degrees from -%g to %g",
                    d == DATUM_LATITUDE ? "Latitude" : "Longitude", node_quote(r->of_item[d], said),
                    most, most);
    return false;
}

static void end_node(struct reader *r)
{
    struct import_node *n = &r->w->node[r->w->n_nodes - 1];
    fill_defaults(r, ELEMENT_NODE);
    n->label = r->of_item[DATUM_LABEL];
    n->loop = r->of_item[DATUM_HYPEREDGE] && strcmp(r->of_item[DATUM_HYPEREDGE], "0") != 0;
    r->nodes_that_are_links += n->loop;
    if (!r->of_item[DATUM_LATITUDE] || !r->of_item[DATUM_LONGITUDE])
        return;
    bool good = read_coordinate(r, DATUM_LATITUDE, 90, &n->latitude);
    good &= read_coordinate(r, DATUM_LONGITUDE, 180, &n->longitude);
    n->placed = good;
}

/* LinkSpeedRaw is in bit/s; LinkSpeed and LinkSpeedUnits are "10" and "G"; LinkLabel is what people
 * wrote. */
static double edge_speed(struct reader *r)
{
    double bps = 0;
    int rates = 0;
    const char *raw = r->of_item[DATUM_RAW], *speed = r->of_item[DATUM_SPEED],
               *units = r->of_item[DATUM_UNITS];
    if (raw) {
        char *end, said[NODE_QUOTE];
        bps = strtod(raw, &end);
        if (end == raw || *end)
            psn_mistake_add(r->w->all, PSN_EINPUT, r->item_place[DATUM_RAW],
                            "LinkSpeedRaw '%s'; expected bits a second", node_quote(raw, said));
        else
            import_rate_good(r->w, "LinkSpeedRaw", bps, r->item_place[DATUM_RAW]);
        return bps;
    }
    if (speed) {
        const char *text = arena_format(r->w->arena, "%s%s", speed, units ? units : "");
        if (!text)
            stop_memory(r);
        rates = text ? import_rate(text, &bps) : 0;
    }
    if (rates == 0 && r->of_item[DATUM_LINK_LABEL])
        rates = import_rate(r->of_item[DATUM_LINK_LABEL], &bps);
    r->several_speeds += rates > 1;
    r->unread_speeds += rates == 0 && speed;
    if (rates > 0)
        import_rate_good(r->w, "a speed", bps,
                         r->item_place[speed ? DATUM_SPEED : DATUM_LINK_LABEL]);
    return rates > 0 ? bps : 0;
}

static void end_edge(struct reader *r)
{
    struct import_link *l = &r->w->link[r->w->n_links - 1];
    fill_defaults(r, ELEMENT_EDGE);
    l->label = r->of_item[DATUM_LINK_LABEL];
    l->bandwidth_bps = edge_speed(r);
}

static void XMLCALL end(void *context, const XML_Char *name)
{
    struct reader *r = context;
    (void)name;
    if (r->code)
        return;
    enum element e = r->element[r->depth];
    if (e == ELEMENT_DEFAULT)
        r->key[r->n_keys - 1].standard = take_text(r);
    else if (e == ELEMENT_DATA)
        end_data(r);
    else if (e == ELEMENT_NODE)
        end_node(r);
    else if (e == ELEMENT_EDGE)
        end_edge(r);
    else if (e == ELEMENT_GRAPH && r->depth == r->graph_depth) {
        r->graph_depth = 0;
        r->graph_done = true;
    }
    r->depth--;
}

/* --- entities --- */

/* Expansion of entities is how a small file becomes a large text; GraphML has no use for any. */
static void XMLCALL entity(void *context, const XML_Char *name, int parameter,
                           const XML_Char *value, int length, const XML_Char *base,
                           const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
    char said[NODE_QUOTE];
    (void)parameter, (void)value, (void)length, (void)base, (void)system, (void)public,
        (void)notation;
    stop(context, "a declaration of the entity '%s'; expected none, as entities are not expanded",
         node_quote(name, said));
}

static void XMLCALL skipped(void *context, const XML_Char *name, int parameter)
{
    char said[NODE_QUOTE];
    (void)parameter;
    stop(context, "the entity '%s', which the file does not define; expected text",
         node_quote(name, said));
}

/* --- the whole --- */

static void parse(struct reader *r, const char *bytes, size_t size)
{
    XML_SetUserData(r->parser, r);
    XML_SetElementHandler(r->parser, begin, end);
    XML_SetCharacterDataHandler(r->parser, characters);
    XML_SetEntityDeclHandler(r->parser, entity);
    XML_SetSkippedEntityHandler(r->parser, skipped);
    if (XML_Parse(r->parser, bytes, (int)size, XML_TRUE) == XML_STATUS_OK || r->code)
        return;
    enum XML_Error error = XML_GetErrorCode(r->parser);
    if (error == XML_ERROR_NO_MEMORY)
        stop_memory(r);
    else
        r->code =
            psn_mistake_add(r->w->all, PSN_EINPUT, here(r),
                            "no well-formed XML: %s; expected GraphML", XML_ErrorString(error));
}

/* Who made the network known, and when. */
static int take_origin(struct reader *r)
{
    struct import_network *w = r->w;
    const char *network = r->of_graph[DATUM_NETWORK], *date = r->of_graph[DATUM_DATE],
               *source = r->of_graph[DATUM_SOURCE];
    w->title = network ? network : r->of_graph[DATUM_LABEL];
    if (!date && !source)
        return 0;
    w->origin = arena_format(w->arena, "%s%s%s%s", date ? "as of " : "", date ? date : "",
                             date && source ? ", after "
                             : source       ? "after "
                                            : "",
                             source ? source : "");
    return w->origin ? 0 : psn_mistake_add(w->all, PSN_EMEMORY, (psn_place){0}, "out of memory");
}

static int note_oddities(struct reader *r)
{
    int code = 0;
    if (r->nodes_that_are_links > 0)
        code = import_note(
            r->w, "%zu %s for a link that joins several nodes; here it is a site like any other",
            r->nodes_that_are_links, r->nodes_that_are_links == 1 ? "node stands" : "nodes stand");
    if (r->unread_speeds > 0 && !code)
        code =
            import_note(r->w, "%zu %s that could not be read as a rate, and counts as not stated",
                        r->unread_speeds,
                        r->unread_speeds == 1 ? "link has a LinkSpeed" : "links have a LinkSpeed");
    if (r->several_speeds > 0 && !code)
        code = import_note(r->w, "%zu %s several rates: the first holds", r->several_speeds,
                           r->several_speeds == 1 ? "link states" : "links state");
    return code;
}

int import_graphml(struct import_network *w, const char *bytes, size_t size,
                   const struct import_options *o)
{
    (void)o;
    struct reader *r = calloc(1, sizeof *r);
    XML_Parser parser = r ? XML_ParserCreateNS(NULL, '|') : NULL;
    if (!parser) {
        free(r);
        return psn_mistake_add(w->all, PSN_EMEMORY, (psn_place){.file = w->file}, "out of memory");
    }
    *r = (struct reader){.w = w, .parser = parser};
    parse(r, bytes, size);
    int code = r->code;
    if (!code && w->all->count > 0)
        code = PSN_EINPUT;
    if (!code && !r->graph_done)
        code = psn_mistake_add(w->all, PSN_EINPUT,
                               (psn_place){.file = w->file, .line = 1, .column = 1},
                               "no graph in it; expected <graph> with nodes and edges");
    if (!code)
        code = take_origin(r);
    if (!code)
        code = note_oddities(r);
    XML_ParserFree(parser);
    free(r);
    return code;
}
