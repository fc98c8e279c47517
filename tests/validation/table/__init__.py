# SPDX-License-Identifier: Apache-2.0
"""The table of cases, group by group, and what is not in it. Used by suite.py."""

from table import (blocking, closed, failures, flows, laws, loops, networks, one_station, patience, priorities,
                   rooms, sharing, shifts, traces, transient, varying, weights)

# (heading, module): the module's own text begins the group.
GROUPS = [
    ("One station, first come first served", one_station),
    ("Finite rooms", rooms),
    ("Patience", patience),
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
]

# What the language cannot express, and why.
BEYOND = {
    "token-bucket-shaper": "there are no shapers",
}
