/* SPDX-License-Identifier: Apache-2.0
 * Writes an imported network as a scenario. Demands become workloads; where the file has none, one
 * service with users at every site stands in for them, so that the scenario is complete. */
#include <math.h>
#include <string.h>

#include "cli/import.h"
#include "scenario/node.h"
#include "scenario/write.h"

/* A text in double quotes; it is one line already. */
static void write_quoted(FILE *out, const char *text)
{
    write_scalar(out, &(struct node){.kind = NODE_SCALAR, .quoted = true, .text = text}, true);
}

static void write_bandwidth(FILE *out, double bps)
{
    static const struct {
        const char *name;
        double bps;
    } units[] = {{"Gbit/s", 1e9}, {"Mbit/s", 1e6}, {"kbit/s", 1e3}, {"bit/s", 1}};
    size_t i = 0;
    while (i < 3 && bps < units[i].bps)
        i++;
    fprintf(out, "%.10g %s", bps / units[i].bps, units[i].name);
}

/* A sentence as an item of a list in comments, in lines that a page can show. */
static void write_note(FILE *out, const char *text)
{
    enum { WIDTH = 100 };
    size_t column = 3;
    fputs("# -", out);
    while (*text) {
        size_t length = strcspn(text, " ");
        if (column + 1 + length > WIDTH && column > 3) {
            fputs("\n#  ", out);
            column = 3;
        }
        fprintf(out, " %.*s", (int)length, text);
        column += 1 + length;
        text += length + strspn(text + length, " ");
    }
    fputs("\n", out);
}

/* The file's own texts are in comments as they stand there, in one line. */
static void write_head(FILE *out, const struct import_network *w)
{
    const char *slash = strrchr(w->file, '/');
    const char *line = import_line(w->arena, slash ? slash + 1 : w->file);
    fprintf(out, "# Imported by `psnsim import %s` from %s", w->format, line ? line : "a file");
    if (w->origin)
        fprintf(out, ",\n# %s", w->origin);
    fprintf(out, ".\n# %zu nodes and %zu links. What was assumed:\n", w->n_nodes, w->n_links);
    for (size_t i = 0; i < w->n_notes; i++)
        write_note(out, w->note[i]);
    fputs("psnsim: 1\ntitle: ", out);
    write_quoted(out, w->title ? w->title : line ? line : "a network");
    fputs(
        "\ntime: {start: 2024-01-01, horizon: 1 h, warmup: 10 min, interval: 5 min}  # assumed\n\n"
        "partners:\n  users: {}  # assumed: one for all\n\n",
        out);
}

static void write_sites(FILE *out, const struct import_network *w)
{
    fputs("sites:\n", out);
    for (size_t i = 0; i < w->n_nodes; i++) {
        const struct import_node *n = &w->node[i];
        fprintf(out, "  %s: {", n->name);
        const char *label = n->label ? n->label : n->id;
        if (strcmp(label, n->name) != 0) {
            fputs("label: ", out);
            write_quoted(out, label);
        }
        fputs("}", out);
        if (n->placed)
            fprintf(out, "  # latitude %.6g, longitude %.6g", n->latitude, n->longitude);
        else
            fputs("  # no coordinates", out);
        if (w->parts > 1)
            fprintf(out, "; part %zu", n->part + 1);
        fputs("\n", out);
    }
}

static void write_links(FILE *out, const struct import_network *w)
{
    fputs("\nlinks:\n", out);
    for (size_t i = 0; i < w->n_links; i++) {
        const struct import_link *l = &w->link[i];
        fprintf(out, "  %s: {between: [%s, %s], bandwidth: ", l->name, w->node[l->from].name,
                w->node[l->to].name);
        write_bandwidth(out, l->bandwidth_bps);
        fprintf(out, ", delay: %.10g us}", l->delay_ns / 1e3);
        const char *between = "  # ";
        if (l->distance_km >= 0) {
            fprintf(out, "%s%.1f km", between, l->distance_km);
            between = "; ";
        }
        if (l->label)
            fprintf(out, "%s%s", between, l->label);
        fputs("\n", out);
    }
}

/* The site with the most links in the largest part, of equal ones the first: where a server is
 * soonest reached from everywhere. */
static size_t find_hub(const struct import_network *w)
{
    size_t hub = w->n_nodes;
    for (size_t i = 0; i < w->n_nodes; i++)
        if (w->node[i].part == 0 && (hub == w->n_nodes || w->node[i].degree > w->node[hub].degree))
            hub = i;
    return hub;
}

static void write_stand_in(FILE *out, const struct import_network *w)
{
    size_t hub = find_hub(w);
    fprintf(
        out,
        "\n# The file says nothing of demand. In its place, all of it assumed: at every other site "
        "users ask\n"
        "# servers at %s, the site with the most links, for pages.\n"
        "compute:\n  servers: {site: %s, discipline: unlimited}\n"
        "services:\n"
        "  page: {steps: [{request: 2 KB}, {compute: app, work: exp(20 ms)}, {response: 100 KB}]}\n"
        "workloads:\n"
        "  pages:\n    service: page\n    rate: 1 / s per site\n    at: [",
        w->node[hub].name, w->node[hub].name);
    const char *between = "";
    size_t column = 0;
    for (size_t i = 0; i < w->n_nodes; i++) {
        if (w->node[i].part != 0 || i == hub)
            continue;
        column += strlen(w->node[i].name) + 2;
        if (column > 90) {
            between = ",\n         ";
            column = strlen(w->node[i].name) + 2;
        }
        fprintf(out, "%s%s", between, w->node[i].name);
        between = ", ";
    }
    fputs("]\narrangements:\n  imported: {hosting: {all: {app: servers}}}\n", out);
}

/* One service to each node that demands lead to; `to` is its role, whose machine is the node
 * itself. */
static void write_demands(FILE *out, const struct import_network *w, const struct import_options *o)
{
    bool *asked = arena_array(w->arena, w->n_nodes + 1, sizeof *asked);
    if (!asked) {
        psn_mistake_add(w->all, PSN_EMEMORY, (psn_place){.file = w->file}, "out of memory");
        return;
    }
    for (size_t i = 0; i < w->n_demands; i++)
        asked[w->demand[i].to] = true;
    if (o->flows)
        fputs("\nclasses:\n  demand: {transfer: flows}\n", out);
    fputs("\nservices:  # a message to a node, each sent as `write` sends it: its end is known "
          "when word comes back\n",
          out);
    for (size_t i = 0; i < w->n_nodes; i++)
        if (asked[i])
            fprintf(out, "  to-%s: {%ssteps: [{write: %s, size: %.10g B}]}\n", w->node[i].name,
                    o->flows ? "class: demand, " : "", w->node[i].role, o->size_bits / 8);
    fputs("\nworkloads:\n", out);
    for (size_t i = 0; i < w->n_demands; i++) {
        const struct import_demand *d = &w->demand[i];
        fprintf(out, "  %s: {service: to-%s, at: %s, rate: %.10g / s}  # ", d->name,
                w->node[d->to].name, w->node[d->from].name, d->bps / o->size_bits);
        write_bandwidth(out, d->bps);
        fputs("\n", out);
    }
    fputs("\narrangements:\n  imported:\n    hosting:\n      all:\n", out);
    for (size_t i = 0; i < w->n_nodes; i++)
        if (asked[i])
            fprintf(out, "        %s: %s\n", w->node[i].role, w->node[i].name);
}

void import_write(FILE *out, const struct import_network *w, const struct import_options *o)
{
    write_head(out, w);
    write_sites(out, w);
    write_links(out, w);
    if (w->n_demands > 0)
        write_demands(out, w, o);
    else
        write_stand_in(out, w);
    fputs("use: {arrangement: imported}\nstudy: {seed: 1, replications: 3}\n", out);
}
