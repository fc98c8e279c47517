# SPDX-License-Identifier: Apache-2.0
"""The table of cases, group by group, and what is not in it. Used by suite.py."""

from table import closed, flows, laws, networks, one_station, sharing, traces, transient, varying

# (heading, module): the module's own text begins the group.
GROUPS = [
    ("One station, first come first served", one_station),
    ("Processor sharing", sharing),
    ("Laws", laws),
    ("Open networks", networks),
    ("Closed networks", closed),
    ("Demand that changes", varying),
    ("From empty", transient),
    ("Hand simulations", traces),
    ("Messages and flows", flows),
]

# What the language cannot express, and why.
BEYOND = {
    "token-bucket-shaper": "there are no shapers",
}
