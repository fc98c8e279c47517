#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes scenarios/national.yaml from scripts/national.csv: every UK council of April 2021 on one government network.

`scripts/national.py` prints it; `scripts/national.py --write` puts it in its place. The same table always gives the same
text. `scripts/national.py --busy` prints some seconds of its busiest hour with every telephone call, packet by packet, to
stand beside common.yaml: millions of events a second. `scripts/national.py --table FILE` makes national.csv from mySociety's
uk_local_authorities.csv.
"""
import argparse
import csv
import math
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
TABLE = HERE / "national.csv"
SCENARIO = HERE.parent / "scenarios" / "national.yaml"

COLUMNS = ["code", "name", "type", "region", "population", "latitude", "longitude"]
ABOUT = """\
# The councils of the United Kingdom of 1 April 2021, the Greater London Authority and combined authorities of that day
# whose place is known: type, region, population of 2020, a point within.
# From mySociety's table of UK local authorities (github.com/mysociety/uk_local_authority_names_and_codes), MIT licence,
# Copyright (c) mySociety. Contains data of the Office for National Statistics and of Ordnance Survey, both licensed
# under the Open Government Licence v3.0 (Crown copyright and database right).
# Made by scripts/national.py --table.
"""

# By type of authority: what it is called; whether schools are its business; residents for each of its staff [A]; bandwidth
# of its hall's access line [A: sizes of the wholesale list of 2008 [F]].
TYPES = {
    "LBO": ("London borough", True, 60, "1 Gbit/s"),
    "CC": ("City corporation", True, 10, "1 Gbit/s"),
    "MD": ("metropolitan district", True, 60, "1 Gbit/s"),
    "UA": ("unitary authority", True, 60, "1 Gbit/s"),
    "SCO": ("Scottish council", True, 45, "1 Gbit/s"),
    "WPA": ("Welsh council", True, 45, "1 Gbit/s"),
    "CTY": ("county", True, 80, "1 Gbit/s"),
    "NMD": ("district", False, 250, "100 Mbit/s"),
    "NID": ("Northern Irish district", False, 170, "100 Mbit/s"),
    "SRA": ("Greater London Authority", False, 8000, "100 Mbit/s"),
    "COMB": ("combined authority", False, 8000, "100 Mbit/s"),
}

# Round the country, each region next to the one before; a name and a label.
REGIONS = [("lon", "London"), ("se", "South East"), ("sw", "South West"), ("wal", "Wales"), ("wm", "West Midlands"),
           ("nw", "North West"), ("ni", "Northern Ireland"), ("sco", "Scotland"), ("ne", "North East"),
           ("yh", "Yorkshire and The Humber"), ("em", "East Midlands"), ("ee", "East of England")]
CARRIERS = ["a", "b", "c", "d"]      # four of them [F]
EXCHANGES = ["lon", "nw", "sco"]     # where carriers meet [A]
# The region of authorities that the table gives none.
ELSEWHERE = {"Greater London": "London", "Greater Manchester": "North West", "Liverpool City Region": "North West",
             "North East": "North East", "North of Tyne": "North East", "South Yorkshire": "Yorkshire and The Humber",
             "Tees Valley": "North East", "West Yorkshire": "Yorkshire and The Humber"}

# Residents for each office, and for each line to schools [A]; two offices at least.
PER_OFFICE, PER_SCHOOL = 50000, 50000
DETOUR, FIBRE_US_PER_KM, EARTH_KM = 1.5, 5.0, 6371.0088   # ITU-T G.826, ITU-T G.114, Moritz 2000


def make_table(path):
    """The rows of national.csv from mySociety's table."""
    rows = []
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["nice-name"].replace(" Mayoral Combined Authority", "")
            there = row["start-date"] <= "2021-04-01" and (not row["end-date"] or row["end-date"] > "2021-04-01")
            if there and row["pop-2020"] and row["lat"] and row["local-authority-type"] in TYPES:
                rows.append([row["local-authority-code"], name, row["local-authority-type"], row["region"] or ELSEWHERE[name],
                             round(float(row["pop-2020"])), f"{float(row['lat']):.4f}", f"{float(row['long']):.4f}"])
    return sorted(rows)


def write_table(rows, out):
    out.write(ABOUT)
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)


def name_of(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower().replace("'", "")).strip("-")


def read_councils():
    with open(TABLE, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    regions = {label: key for key, label in REGIONS}
    councils, taken = [], set()
    for row in sorted(rows, key=lambda r: (name_of(r["name"]), r["code"])):
        what, schools, per_staff, access = TYPES[row["type"]]
        name = name_of(row["name"])
        if name in taken or row["type"] in ("SRA", "COMB"):
            name += "-ca" if row["type"] == "COMB" else "-" + row["code"].lower()
        taken.add(name)
        population = int(row["population"])
        joint = row["type"] in ("SRA", "COMB")
        staff = max(10 * round(population / per_staff / 10), 100)
        councils.append({
            "name": name, "label": row["name"], "what": what, "type": row["type"], "region": regions[row["region"]],
            "population": population, "place": (float(row["latitude"]), float(row["longitude"])), "staff": staff,
            "access": access, "offices": 2 if joint else max(2, round(population / PER_OFFICE)),
            "schools": max(1, round(population / PER_SCHOOL)) if schools else 0})
    return councils


def kilometres(a, b):
    """Along a great circle, by the haversine formula."""
    p, q = map(math.radians, (a[0], b[0]))
    h = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(h))


def delay(a, b):
    """Of light in fibre, 0.1 ms at least: equipment at both ends [A]."""
    return f"{max(kilometres(a, b) * DETOUR * FIBRE_US_PER_KM, 100):.0f} us"


def centres(councils):
    """Where a region's nodes are: the mean place of its councils, weighted by population."""
    places = {}
    for region, _ in REGIONS:
        of = [c for c in councils if c["region"] == region and c["type"] not in ("SRA", "COMB")]
        total = sum(c["population"] for c in of)
        places[region] = tuple(sum(c["population"] * c["place"][i] for c in of) / total for i in (0, 1))
    return places


def head(councils):
    residents = sum(c["population"] for c in councils if c["type"] not in ("CTY", "SRA", "COMB"))
    halls = len(councils)
    offices, schools = (sum(c[k] for c in councils) for k in ("offices", "schools"))
    links = halls + offices + schools + len(REGIONS) * len(CARRIERS) + len(EXCHANGES) * 6 + (2 + 1) * 2 * len(REGIONS) + 3 * 2
    return f"""\
# Every council of the United Kingdom on one government network: {halls} partners, {residents / 1e6:.1f} million residents,
# {halls + offices + schools + len(REGIONS) * (len(CARRIERS) + 3) + 3:,} sites, {links:,} links, for a day. What does a national network carry, and where is it tight?
# It is the scale test of psnsim, too.
#
# Written by scripts/national.py from scripts/national.csv (types, populations and places of councils: mySociety, MIT;
# contains ONS and OS data, Open Government Licence v3.0). Change that, not this.
#
# [F] found in a published source, [C] computed from such figures, [A] assumed: put your own measurement there.
# The network's shape [F]: a core run by four carriers, the Government Conveyance Network; customers attach to a direct
# network service provider (DNSP) and never to the core; DNSPs attach to the core. All else of it [A]: each carrier has a
# node in each of the {len(REGIONS)} regions, in a ring of 10 Gbit/s; carriers meet in London, the North West and Scotland; two DNSPs a
# region, each on two carriers; councils by turns on one or the other.
# LAN of the national data centres: 250 us one way, half of a round trip to reckon with inside one (Dean, LADIS 2009) [F].
# Delays [C]: light in fibre, 5 us a km (ITU-T G.114), over 1.5 times the great-circle distance (ITU-T G.826), 0.1 ms at
# least; to offices and schools [A].
# Left out: voice, for half a million calls a day packet by packet are another order of size; janet.yaml has it.
psnsim: 1
title: Every UK council on one government network, for a day
include: [common.yaml]
# A Tuesday in term [A], from 05:00 so that a whole night of backups is in it.
time: {{start: 2021-09-14T05:00, horizon: 25 h, warmup: 1 h, interval: 15 min}}
"""


def partners(councils):
    yield "# Population of 2020 [F]. Staff by type of council, half of them at the hall; case workers: one in twenty; data: 4 GB an"
    yield "# employee [A]."
    yield "partners:"
    for c in councils:
        n, staff = c["name"], c["staff"]
        yield (f"  {n}: {{label: {c['label']!r}, population: {c['population']}, "
               f"staff: {{{n}-hall: {staff // 2}, {n}-offices: {staff - staff // 2}}}, counts: {{case-workers: {max(staff // 20, 4)}}}, "
               f"data: {{db: {{size: {staff * 4} GB}}}}}}").replace("'", '"')


def sites(councils):
    yield "\n# Offices: one for 50,000 residents, two at least; schools, where they are the council's business: one line for 50,000"
    yield "# residents, as if several shared it [A]."
    yield "sites:"
    for c in councils:
        n = c["name"]
        yield f"  {n}-hall: {{partner: {n}}}"
        yield f"  {n}-offices: {{partner: {n}, count: {c['offices']}}}"
        if c["schools"]:
            yield f"  {n}-schools: {{partner: {n}, count: {c['schools']}}}"
    for region, label in REGIONS:
        for carrier in CARRIERS:
            yield f"  gcn-{carrier}-{region}: {{label: GCN carrier {carrier.upper()} in {label}}}"
        for i in (1, 2):
            yield f"  dnsp-{region}-{i}: {{label: DNSP {i} of {label}}}"
        yield f"  vault-{region}: {{label: data centre for backups in {label}}}"
    yield "  dc-south: {label: national data centre in the South East, lan: 250 us}"
    yield "  dc-north: {label: second national data centre in the North West, lan: 250 us}"
    yield "  internet: {}"


def core_links(places):
    for carrier in CARRIERS:
        around = [region for region, _ in REGIONS]
        for a, b in zip(around, around[1:] + around[:1]):
            yield (f"  core-{carrier}-{a}-{b}: {{between: [gcn-{carrier}-{a}, gcn-{carrier}-{b}], bandwidth: 10 Gbit/s, "
                   f"delay: {delay(places[a], places[b])}}}")
    for region in EXCHANGES:
        nodes = ", ".join(f"gcn-{carrier}-{region}" for carrier in CARRIERS)
        yield f"  exchange-{region}: {{mesh: [{nodes}], bandwidth: 10 Gbit/s, delay: 100 us}}"
    for k, (region, _) in enumerate(REGIONS):
        for i in (1, 2):
            for half in (0, 1):
                carrier = CARRIERS[(k + i + 2 * half) % 4]
                yield (f"  dnsp-{region}-{i}-{carrier}: {{between: [dnsp-{region}-{i}, gcn-{carrier}-{region}], "
                       f"bandwidth: 10 Gbit/s, delay: 100 us}}")
    for region, _ in REGIONS:
        for i in (1, 2):
            yield f"  vault-{region}-{i}: {{between: [vault-{region}, dnsp-{region}-{i}], bandwidth: 10 Gbit/s, delay: 100 us}}"
    for name, region, carriers in (("dc-south", "se", "ac"), ("dc-north", "nw", "bd"), ("internet", "lon", "ab")):
        for carrier in carriers:
            yield f"  {name}-{carrier}: {{between: [{name}, gcn-{carrier}-{region}], bandwidth: 10 Gbit/s, delay: 200 us}}"


def links(councils, places):
    yield "\n# The core, then each council's lines: its hall's by type [A]; 10 Mbit/s to an office, as in Herefordshire [F], 100 Mbit/s"
    yield "# to schools, the larger size of London's [F]."
    yield "links:"
    yield from core_links(places)
    turn = {}
    for c in councils:
        n, region = c["name"], c["region"]
        turn[region] = turn.get(region, 0) + 1
        yield (f"  {n}-access: {{between: [{n}-hall, dnsp-{region}-{1 + turn[region] % 2}], bandwidth: {c['access']}, "
               f"delay: {delay(c['place'], places[region])}, partner: {n}}}")
        yield f"  {n}-office-access: {{between: [{n}-offices, {n}-hall], bandwidth: 10 Mbit/s, delay: 300 us, partner: {n}}}"
        if c["schools"]:
            yield f"  {n}-school-access: {{between: [{n}-schools, {n}-hall], bandwidth: 100 Mbit/s, delay: 300 us, partner: {n}}}"


def machines(councils):
    yield "\n# A core for each ten case workers at work, two at least; arrays: all [A]. The national data centres have more than enough."
    yield "compute:"
    for c in councils:
        cores = max(2, math.ceil(c["staff"] / 20 * 0.59 / 10))
        yield f"  {c['name']}-servers: {{site: {c['name']}-hall, partner: {c['name']}, cores: {cores}, discipline: sharing}}"
    yield "  national-web: {site: dc-south, discipline: unlimited}"
    yield "  national-records: {site: dc-north, discipline: unlimited}"
    yield "storage:"
    for c in councils:
        yield (f"  {c['name']}-disk: {{site: {c['name']}-hall, partner: {c['name']}, iops: 4000, bandwidth: 2 Gbit/s, latency: 4 ms}}")
    for region, _ in REGIONS:
        yield f"  {region}-backups: {{site: vault-{region}, iops: 400000, bandwidth: 40 Gbit/s, latency: 1 ms}}"


DEMAND = """
# Classes: code points and shares [A], for the network's official table was not found.
classes:
  interactive: {dscp: AF31, queue: fair, weight: 6}
  business:    {dscp: AF21, queue: fair, weight: 3}
  bulk:        {dscp: AF11, queue: fair, weight: 1, transfer: flows, window: 4 MiB}

services:                # sizes and work [A]
  case-work:             # a transaction with the council's own system
    class: interactive
    steps: [{request: 4 KB}, {compute: app, work: lognormal(400 ms cv 1)}, {read: db, size: 64 KB}, {response: 90 KB}]
  record:                # a look-up in a national register
    class: business
    steps: [{request: 2 KB}, {compute: register, work: exp(50 ms)}, {response: 30 KB}]
  visit:                 # to a council's web site in the national data centre: six pages of 250 KB in one
    class: business
    steps: [{request: 2 KB}, {compute: web, work: exp(50 ms)}, {response: 1.5 MB}]
  lesson:                # a page of the web for a pupil
    class: business
    steps: [{request: 2 KB}, {read: www, size: 1.2 MB}]
  backup:                # 3 to 5 % of the data change a day
    class: bulk
    steps: [{read: db, size: 4 % of data.db}, {write: vault, size: 4 % of data.db}]
profiles:                # [A]
  school: {weekday: [0, 0, 0, 0, 0, 0, 0, .05, .4, 1, 1, .9, .4, 1, .9, .3, .1, .05, 0, 0, 0, 0, 0, 0], weekend: 0, days: {holidays: 0}}

# case: 59 % of accounts at work at once [F], a transaction in two minutes; record: 0.04 new benefit claims a resident a year
# [C], ten look-ups each; visits: 10.5 a resident a year [F]; lessons: six pupils on each line at a time [A].
"""


def workloads(councils):
    yield "workloads:"
    yield "  case:    {service: case-work, partners: all, users: 59 % of counts.case-workers, think: exp(2 min), profile: office}"
    yield "  records: {service: record, partners: all, rate: 0.4 / year per population, profile: office}"
    yield "  visits:  {service: visit, partners: all, at: internet, rate: 10.5 / year per population, profile: web}"
    yield "  nightly: {service: backup, partners: all, by: db, every: 1 d, window: nights}"
    for c in councils:
        if c["schools"]:
            n = c["name"]
            yield (f"  {n}-lessons: {{service: lesson, partners: [{n}], at: {n}-schools, users: 6 per site, think: exp(2 min), "
                   "profile: school}")


def arrangements(councils):
    yield "\n# Backups are kept in the next region round the country [A]."
    yield "arrangements:"
    yield "  national:"
    yield "    hosting:"
    yield "      all: {web: national-web, register: national-records, www: internet}"
    following = dict(zip([r for r, _ in REGIONS], [r for r, _ in REGIONS[1:] + REGIONS[:1]]))
    for c in councils:
        yield f"      {c['name']}: {{app: {c['name']}-servers, db: {c['name']}-disk, vault: {following[c['region']]}-backups}}"
    yield "use: {arrangement: national}"


OBJECTIVES = """
objectives:              # limits [A], but for the office hours
  case-fast:  {service: case-work, figure: response p95, at most: 2 s, hours: office, per: partner}
  backed-up:  {service: backup, figure: response within 10 h, at least: 99 %, per: partner}
  core-roomy: {link: [CORE], figure: utilisation p95, at most: 80 %}
study: {seed: 2021, replications: 2, factors: {demand: [1, 1.3]}}
"""


def scenario(councils):
    places = centres(councils)
    core = [line.split(":")[0].strip() for line in core_links(places) if line.startswith("  core-")]
    parts = [head(councils), "\n".join(partners(councils)), "\n".join(sites(councils)), "\n".join(links(councils, places)),
             "\n".join(machines(councils)), DEMAND.rstrip("\n"), "\n".join(workloads(councils)), "\n".join(arrangements(councils)),
             OBJECTIVES.replace("CORE", ", ".join(core)).rstrip("\n")]
    return "\n".join(parts) + "\n"


BUSY = (  # what is another text in the busiest hour, each once
    ("title: Every UK council on one government network, for a day\n",
     "title: Every UK council on one government network, some seconds of its busiest hour with every call\n"),
    ("# Left out: voice, for half a million calls a day packet by packet are another order of size; janet.yaml has it.\n", ""),
    ("# A Tuesday in term [A], from 05:00 so that a whole night of backups is in it.\n"
     "time: {start: 2021-09-14T05:00, horizon: 25 h, warmup: 1 h, interval: 15 min}\n",
     "time: {start: 2021-09-14T10:00, horizon: 6 s, warmup: 2 s, interval: 1 s}\n"),
    ("classes:\n", "classes:\n  voice:       {dscp: EF, queue: strict, delay: 100 ms, jitter: 50 ms, loss: 0.1 %}\n"),
    ("services:                # sizes and work [A]\n",
     "services:                # sizes and work [A]\n"
     "  call:                  # G.711 on Ethernet: 50 packets of 218 bytes a second [F], four minutes and a half [A]\n"
     "    class: voice\n"
     "    steps: [{stream: telephones, rate: 87.2 kbit/s, packet: 218 B, for: exp(4.5 min)}]\n"),
    ("  nightly: {service: backup, partners: all, by: db, every: 1 d, window: nights}\n",
     "  calls:   {service: call, partners: all, users: 0.3 % of staff, think: exp(1 s)}  # half a million calls a day [A]\n"),
    ("www: internet}\n", "www: internet, telephones: internet}\n"),
    ("  backed-up:  {service: backup, figure: response within 10 h, at least: 99 %, per: partner}\n", ""),
    ("study: {seed: 2021, replications: 2, factors: {demand: [1, 1.3]}}\n", "study: {seed: 2021, replications: 1}\n"),
)


def busy(text):
    """The scenario's text with what is another one in the busiest hour."""
    for old, new in BUSY:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help=f"write {SCENARIO.name} in place")
    parser.add_argument("--busy", action="store_true", help="print the busiest hour, with every call")
    parser.add_argument("--table", metavar="FILE", help="print national.csv from mySociety's table")
    options = parser.parse_args()
    if options.table:
        write_table(make_table(options.table), sys.stdout)
    elif options.busy:
        sys.stdout.write(busy(scenario(read_councils())))
    elif options.write:
        SCENARIO.write_text(scenario(read_councils()), encoding="utf-8")
    else:
        sys.stdout.write(scenario(read_councils()))


if __name__ == "__main__":
    main()
