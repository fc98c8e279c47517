# SPDX-License-Identifier: Apache-2.0
"""The table of cases, group by group, and what is not in it. Used by suite.py."""

from table import (blocking, closed, desks, failures, flows, laws, links, loops, networks, one_station, patience,
                   priorities, rooms, sharing, sharing_links, shifts, traces, transient, varying, weights)

# (heading, module): the module's own text begins the group.
GROUPS = [
    ("One station, first come first served", one_station),
    ("Finite rooms", rooms),
    ("Patience", patience),
    ("Desks, and stations where nobody waits", desks),
    ("Priorities", priorities),
    ("Processor sharing", sharing),
    ("Sharing by weight", weights),
    ("Laws", laws),
    ("Open networks", networks),
    ("Loops", loops),
    ("Blocking", blocking),
    ("Closed networks", closed),
    ("Failure and repair", failures),
    ("Demand that changes", varying),
    ("Capacity that changes", shifts),
    ("From empty", transient),
    ("Hand simulations", traces),
    ("Messages and flows", flows),
    ("Messages at a link", links),
    ("Flows that come and go", sharing_links),
]

# Collected cases that the language cannot express, and why.
BEYOND = {
    "simgrid-energy-exec": "there is no energy",
    "simgrid-energy-boot": "there is no energy",
    "simgrid-energy-link": "there is no energy",
    "cost-tiered": "there are no prices",
    "shapley-airport": "there are no shares of costs",
    "raid-rebuild": "arrays have no disks that are rebuilt",
}

# Figures of collected cases that the program does not have.
WITHOUT = {
    "mm1-1": "variances of sojourn and number present, mean busy period: no figures of the program",
    "mg1-uniform": "the variance of the wait",
    "mg1ps-exp": "the slowdown (sojourn by work) of each job",
    "ciw-capacitated-ps": "how long so many are present; only their mean number",
    "lazowska-open-2class": "residence and number present by class and station; their sums are checked",
    "lazowska-142": "numbers present by class; their sums are checked",
    "schwetman-t5": "numbers present by class; their sum is checked",
    "mtminf-periodic": "the lag of the peak; the mean present is checked at the time of the peak",
    "mm1-first25": "the wait of the 25th alone",
    "kofn-2of3-1crew": "how long and how often two of three are down: availability, MTBF, MTTF; the mean number "
                       "that is down is checked",
}
