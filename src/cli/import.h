/* SPDX-License-Identifier: Apache-2.0
 * A network as another tool's file describes it, on its way to a scenario: read by import_graphml.c
 * and import_sndlib.c, completed by import_network.c, written by import_write.c. Used by import. */
#ifndef CLI_IMPORT_H
#define CLI_IMPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "psnsim/diagnostics.h"

/* More would be no scenario that psnsim reads: it takes 300,000 keys and values, and a site has up
 * to three, a link up to eight, a workload of a demand up to ten. */
#define IMPORT_NODES_MOST   20000
#define IMPORT_LINKS_MOST   20000
#define IMPORT_DEMANDS_MOST 5000

/* The longest text of a label or an identifier, in bytes. */
#define IMPORT_TEXT_MOST 4096

struct import_node {
    const char *id;    /* as the file names it */
    const char *label; /* as people name it; NULL: none */
    const char *name;  /* in the scenario */
    const char *role;  /* as what demands name it */
    bool placed;
    double latitude, longitude; /* degrees; where placed */
    bool loop;                  /* it stands for a link that joins several nodes */
    size_t degree;              /* links that end here */
    size_t part;                /* the number of its part of the network, from 0 */
    psn_place place;
};

struct import_link {
    const char *id; /* as the file names it; NULL: not at all */
    const char *from_id, *to_id;
    size_t from, to;      /* nodes */
    const char *name;     /* in the scenario */
    const char *label;    /* as the file describes it; NULL: not at all */
    double bandwidth_bps; /* 0: not stated */
    double delay_ns;
    double distance_km; /* along a great circle; negative: an end has no coordinates */
    bool directed;
    psn_place place;
};

struct import_demand {
    const char *id, *from_id, *to_id;
    size_t from, to;
    const char *name; /* of its workload */
    double bps;       /* what it asks for in the mean */
    psn_place place;
};

/* What the command line says besides the file. */
struct import_options {
    double detour;        /* length of a link / great-circle distance */
    double delay_ns;      /* of links whose ends have no coordinates */
    double bandwidth_bps; /* of links that state none */
    double unit_bps;      /* of capacities and demands that are plain numbers */
    double size_bits;     /* of each message of a demand */
    bool unit_given;
    bool flows; /* demands are flows, not messages */
};

/* Zero-initialise with `arena`, `file` and `all`; everything lives in the arena. */
struct import_network {
    struct arena *arena;
    const char *file;     /* its path, as told in messages */
    psn_diagnostics *all; /* mistakes */
    const char *format;   /* "graphml" */
    const char *title;    /* NULL: the file says none */
    const char *origin; /* a line on whose network this is and when; NULL: the file says nothing */
    struct import_node *node;
    size_t n_nodes, room_nodes;
    struct import_link *link;
    size_t n_links, room_links;
    struct import_demand *demand;
    size_t n_demands, room_demands;
    size_t parts;      /* of the network, with no link between them */
    const char **note; /* what was assumed or left out: a sentence each */
    size_t n_notes, room_notes;
    void *ids; /* a tree of nodes by identifier */
};

/* Reads GraphML (Brandes and others, "GraphML progress report", Graph Drawing 2001) as The Internet
 * Topology Zoo uses it (Knight and others, IEEE JSAC 29(9), 2011). Returns 0, PSN_EINPUT with the
 * mistakes told, or PSN_EMEMORY. */
int import_graphml(struct import_network *w, const char *bytes, size_t size,
                   const struct import_options *o);

/* Reads SNDlib's native format (Orlowski, Wessaely, Pioro and Tomaszewski, Networks 55(3), 2010;
 * "SNDlib native format", sndlib.zib.de). Returns as import_graphml. */
int import_sndlib(struct import_network *w, const char *bytes, size_t size,
                  const struct import_options *o);

/* Add a node, a link or a demand. The pointer is good until the next one is added; NULL, told,
 * where there are too many, where memory ends, or where a node's identifier is taken. */
struct import_node *import_add_node(struct import_network *w, const char *id, psn_place place);
struct import_link *import_add_link(struct import_network *w, const char *from, const char *to,
                                    psn_place place);
struct import_demand *import_add_demand(struct import_network *w, const char *from, const char *to,
                                        psn_place place);

/* Adds a sentence on what was assumed. Returns 0 or PSN_EMEMORY. */
__attribute__((format(printf, 2, 3))) int import_note(struct import_network *w, const char *format,
                                                      ...);

/* Is it a rate that a link may have, from 1 bit/s to 1e18 bit/s? Tells where it is none: "what of
 * ...". */
bool import_rate_good(struct import_network *w, const char *what, double bps, psn_place place);

/* Finds the ends of links and demands, leaves out what a scenario cannot have (a link from a node
 * to itself), fills in delays and bandwidths, finds the parts that hang together, and names
 * everything. Notes say what was assumed. Returns 0, PSN_EINPUT with the mistakes told, or
 * PSN_EMEMORY. */
int import_complete(struct import_network *w, const struct import_options *o);

/* Gives every node, link and demand a name of the language: small letters, digits and hyphens, a
 * letter first, no two alike. Returns 0 or PSN_EMEMORY. */
int import_name(struct import_network *w);

/* Reads a rate as people write it: "10 Gbit/s", "2.5Gbps", "STM-16", "OC-48", "E3", "2 x 10GE",
 * "Gigabit Ethernet": the first one in the text. Returns how many different ones the text has (0:
 * none) and fills *bps with the first. */
int import_rate(const char *text, double *bps);

/* A text in one line: white space and control characters as single blanks, none at the ends. A copy
 * in the arena; "" where nothing is left, NULL where memory ends. */
const char *import_line(struct arena *a, const char *text);

/* Writes the scenario. What fails is the stream's error. */
void import_write(FILE *out, const struct import_network *w, const struct import_options *o);

#endif
