/* SPDX-License-Identifier: Apache-2.0
 * Flows over a platform in SimGrid: reads both as text on standard input, prints when each flow ended on
 * standard output and how long the simulation took on standard error. Used by simgrid.py; the options of
 * SimGrid, such as --cfg=network/model:CM02, are on the command line.
 *
 *   hosts N                     hosts 0 to N - 1
 *   link BANDWIDTH LATENCY      link 0, 1, ... in bytes a second and seconds
 *   route FROM TO LINK...       one direction
 *   flow FROM TO BYTES START    flow 0, 1, ... in the order of START, in s
 *
 * With `--alike FACTOR` before SimGrid's options links have no latency: a flow begins FACTOR times its route's latency
 * later instead, and takes window / (2 latency) at most. So every flow has the same weight, whatever its round trip.
 * With `--actors` an actor at each end of each flow sends and receives it, as SimGrid's examples do; else one actor starts
 * all of them. */
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

namespace sg4 = simgrid::s4u;

namespace {

struct Flow {
    size_t from, to;
    double bytes, start, latency, end;
};

struct World {
    std::vector<sg4::Host *> host;
    std::vector<sg4::Link *> link;
    std::vector<double> link_latency;
    std::map<std::pair<size_t, size_t>, double> latency; // of routes
    std::vector<Flow> flow;
    double alike = 0; // the factor; 0: latencies are the links'
    double window = 0;
    bool actors = false;
};

void read_world(World &w, sg4::NetZone *zone)
{
    std::string line;
    while (std::getline(std::cin, line)) {
        std::istringstream in(line);
        std::string what;
        in >> what;
        if (what == "hosts") {
            size_t n = 0;
            in >> n;
            for (size_t i = 0; i < n; i++)
                w.host.push_back(zone->create_host("h" + std::to_string(i), 1e9)->seal());
        } else if (what == "window") {
            in >> w.window;
        } else if (what == "link") {
            double bandwidth = 0, latency = 0;
            in >> bandwidth >> latency;
            auto *l = zone->create_link("l" + std::to_string(w.link.size()), bandwidth);
            l->set_latency(w.alike > 0 ? 0 : latency);
            w.link.push_back(l->seal());
            w.link_latency.push_back(latency);
        } else if (what == "route") {
            size_t from = 0, to = 0, i = 0;
            double latency = 0;
            std::vector<sg4::LinkInRoute> links;
            in >> from >> to;
            while (in >> i) {
                links.emplace_back(w.link.at(i));
                latency += w.link_latency.at(i);
            }
            zone->add_route(w.host.at(from)->get_netpoint(), w.host.at(to)->get_netpoint(), nullptr, nullptr, links,
                            false);
            w.latency[{from, to}] = latency;
        } else if (what == "flow") {
            Flow f{};
            in >> f.from >> f.to >> f.bytes >> f.start;
            f.latency = w.latency.at({f.from, f.to});
            w.flow.push_back(f);
        } else if (!what.empty()) {
            std::cerr << "simgrid_flows: unknown line: " << line << '\n';
            std::exit(2);
        }
    }
}

/* One actor starts all flows; what ends is told by SimGrid's own signal, without an actor for each. */
void start_flows(World *w)
{
    std::vector<size_t> order(w->flow.size());
    auto begins = [w](size_t i) { return w->flow[i].start + w->alike * w->flow[i].latency; };
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return begins(a) < begins(b); });
    std::vector<sg4::CommPtr> all;
    all.reserve(order.size());
    for (size_t i : order) {
        const Flow &f = w->flow[i];
        sg4::this_actor::sleep_until(begins(i));
        sg4::CommPtr c = sg4::Comm::sendto_init();
        if (w->alike > 0 && w->window > 0 && f.latency > 0)
            c->set_rate(w->window / (2 * f.latency));
        c->set_payload_size(static_cast<uint64_t>(f.bytes));
        c->set_source(w->host[f.from])->set_destination(w->host[f.to]); // with both ends it starts by itself
        all.push_back(c);
    }
    for (size_t k = 0; k < all.size(); k++) {
        all[k]->wait();
        w->flow[order[k]].end = all[k]->get_finish_time();
    }
}

/* An actor at each end of a flow. */
void create_ends(World *w, size_t i)
{
    const Flow &f = w->flow[i];
    sg4::Mailbox *box = sg4::Mailbox::by_name(std::to_string(i));
    sg4::Actor::create("sender", w->host[f.from], [w, i, box] {
        sg4::this_actor::sleep_until(w->flow[i].start);
        box->put(&w->flow[i], static_cast<uint64_t>(w->flow[i].bytes));
    });
    sg4::Actor::create("receiver", w->host[f.to], [w, i, box] {
        box->get<Flow>();
        w->flow[i].end = sg4::Engine::get_clock();
    });
}

} // namespace

int main(int argc, char **argv)
{
    World w;
    if (argc > 2 && std::strcmp(argv[1], "--alike") == 0) {
        w.alike = std::atof(argv[2]);
        for (int i = 1; i + 2 < argc; i++)
            argv[i] = argv[i + 2];
        argc -= 2;
    }
    if (argc > 1 && std::strcmp(argv[1], "--actors") == 0) {
        w.actors = true;
        for (int i = 1; i + 1 < argc; i++)
            argv[i] = argv[i + 1];
        argc--;
    }
    sg4::Engine engine(&argc, argv);
    auto *zone = sg4::create_full_zone("world");
    read_world(w, zone);
    zone->seal();
    if (w.actors)
        for (size_t i = 0; i < w.flow.size(); i++)
            create_ends(&w, i);
    else
        sg4::Actor::create("source", w.host.at(0), start_flows, &w);
    auto before = std::chrono::steady_clock::now();
    engine.run();
    std::chrono::duration<double> took = std::chrono::steady_clock::now() - before;
    for (const Flow &f : w.flow)
        std::printf("%.9f\n", f.end);
    std::fprintf(stderr, "simulated in %.9f s\n", took.count());
    return 0;
}
