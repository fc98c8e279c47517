#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""M/M/1, four M/M/1 in a row and the request network in SimPy (Debian's python3-simpy3), as its documentation writes
models: a generator a customer, a Resource a server. Prints the line that bench_bare prints: case, count (visits of the
row), CPU s, M/s, mean s, theory s. Run by scripts/bench."""
import argparse
import random
import time

import simpy


class Responses:
    """Their sum and number: less than psnsim and the loops of bare.c keep."""

    def __init__(self):
        self.count, self.sum = 0, 0.0

    def add(self, response):
        self.count += 1
        self.sum += response


def serve(env, server, mean):
    """One visit, first come first served."""
    with server.request() as turn:
        yield turn
        yield env.timeout(random.expovariate(1 / mean))


def row_customer(env, servers, responses):
    came = env.now
    for server in servers:
        yield from serve(env, server, 1.0)
    responses.add(env.now - came)


def row_source(env, servers, responses):
    while True:
        yield env.timeout(random.expovariate(0.9))
        env.process(row_customer(env, servers, responses))


def row(env, responses, servers=4):
    env.process(row_source(env, [simpy.Resource(env) for _ in range(servers)], responses))


def mm1(env, responses):
    row(env, responses, 1)


UP, DOWN, DELAY = 320e-6, 4.8e-3, 2e-3  # s: 4 KB and 60 KB at 100 Mbit/s, and the way itself


def request(env, up, application, database, down, responses):
    asked = env.now
    with up.request() as turn:
        yield turn
        yield env.timeout(UP)
    yield env.timeout(DELAY)
    yield from serve(env, application, 1e-3)
    yield from serve(env, database, 1.2e-3)
    yield from serve(env, down, DOWN)
    yield env.timeout(DELAY)
    responses.add(env.now - asked)


def partner(env, application, database, responses):
    up, down = simpy.Resource(env), simpy.Resource(env)
    while True:
        yield env.timeout(random.expovariate(100))
        env.process(request(env, up, application, database, down, responses))


def network(env, responses):
    application, database = simpy.Resource(env), simpy.Resource(env)
    for _ in range(6):
        env.process(partner(env, application, database, responses))


# name: the model, arrivals a second, visits a response stands for, the mean response by theory (bare.c)
MODELS = {"mm1": (mm1, 0.9, 1, 10), "row": (row, 0.9, 4, 40), "network": (network, 600, 1, 0.0203417)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("customers", type=int, nargs="?", default=100000, help="how many come, about (default: 100000)")
    options = parser.parse_args()
    build, rate, visits, theory = MODELS[options.model]
    random.seed(1)
    env, responses = simpy.Environment(), Responses()
    build(env, responses)
    begun = time.process_time()
    env.run(until=options.customers / rate)
    took = time.process_time() - begun
    count = responses.count * visits
    print(f"{options.model} {count} {took:.4f} {count / took / 1e6:.4f} {responses.sum / responses.count:.6g} {theory:g}")


if __name__ == "__main__":
    main()
