/* SPDX-License-Identifier: Apache-2.0
 * Groups: many alike sites in one entry (`count`), and the links that join them. Which entries of
 * the compact tree are groups, how many members each has, and what each of its links joins. For
 * the checker (spec_check.c), the expansion (expand.c, members.c) and whoever words a mistake. */
#ifndef SCENARIO_GROUPS_H
#define SCENARIO_GROUPS_H

#include "scenario/node.h"

/* Members of all groups together. More is a slip of the pen. */
#define GROUP_MEMBERS_MOST 100000

enum join { JOIN_BETWEEN, JOIN_RING, JOIN_MESH };

struct group;

/* An end of a link: a group (one member for each link, dealt like cards) or one site. */
struct link_end {
    const char *site;
    const struct group *group; /* NULL: the one site */
};

/* An entry of `sites` or `links`. */
struct group {
    const char *name;
    const struct member *entry;
    uint32_t count;         /* members, named NAME/1 to NAME/count; 0: no group, one thing */
    bool wrong;             /* its text is wrong, so that nobody knows how many: told */
    enum join join;         /* of a link */
    struct link_end end[2]; /* JOIN_BETWEEN */
    const char **site;      /* JOIN_RING, JOIN_MESH: the sites in order, groups member by member */
    size_t n_sites;
};

/* The entries of a section in the order of their names. */
struct group_list {
    struct group *item;
    size_t n;
};

struct groups {
    struct group_list sites, links;
};

/* Finds the groups of a tree whose `like` has been followed, and tells what is wrong with the ends
 * of its links and with the number of members; names and values by themselves are spec_check's to
 * judge. Memory is the arena's, and names point into the tree. False where memory ends (told). */
bool groups_find(struct arena *a, const struct node *tree, struct groups *out,
                 psn_diagnostics *all);

/* The entry of that name in `sites` or `links`; NULL in any other section, and where there is none.
 */
const struct group *groups_get(const struct groups *g, const char *section, const char *name);

/* The two sites that link `number` (from 1) of a group joins, or a link that is no group; a name
 * that has to be made is made in the arena. False where memory ends. */
bool groups_ends(struct arena *a, const struct group *link, uint32_t number, const char *ends[2]);

/* The length of the group's name in a member's ("schools/17": 7); of any other name the whole. */
size_t group_name_length(const char *name);

/* The number in a member's name, from 1; 0 where it is none as it is written ("schools/01"). */
uint32_t group_number(const char *name);

/* Judges a name that stands for an entry of the space-separated sections: is it a member that is
 * there, or a group where `allowed` says that one may stand? Mistakes are told. False where the
 * name is of neither form, and anybody else's to judge. */
bool groups_judge(const struct groups *g, const char *sections, const char *name, bool allowed,
                  psn_place place, psn_diagnostics *all);

/* Tells where a key of a map names a member of a group that is a key as well. */
void groups_judge_key(const struct node *map, const struct member *key, psn_diagnostics *all);

/* Room for the words of group_range. */
#define GROUP_RANGE ((size_t)3 * NODE_QUOTE)

/* "one of schools/1 to schools/102": what stands for a member that is not there. */
const char *group_range(const char *name, uint32_t count, char buffer[GROUP_RANGE]);

#endif
