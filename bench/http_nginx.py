#!/usr/bin/env python3
"""CPU a request, requests a second and p99 of our HTTP server against nginx, in the same run.

Both answer the same bytes from memory on loopback. With `--seats` ours is `ticket-public`, which answers about the seats of a
small event through its whole cache, and nginx sends the same bytes and as many header fields. Rounds are interleaved, in changing order, and the figure to
look at is the median of the paired ratios: wrk shares the cores with the servers, so absolute numbers move with
the machine. Exits non-zero only when something is broken, never because something is slow.
"""

import argparse
import contextlib
import http.client
import os
import sys
from dataclasses import dataclass

import load
import machine
import seat_answers
from figures import Spread, paired, table, write_json
from servers import Broken, nginx, service

BENCH_PATHS = {"ready": "/bench/ready", "async": "/bench/async"}
PATHS = {**BENCH_PATHS, "seats": seat_answers.PATH}
STAND_IN_BODY = ('{"text":"' + "nginx alone, the server was left out. " * 20)[:598] + '"}'


@dataclass(frozen=True)
class Cell:
    """One server under one load."""

    contender: str
    loops: int
    connections: int


@dataclass(frozen=True)
class Measurement:
    load: load.Load
    cpu_us: float
    neighbours: float


def main():
    arguments = parse_arguments()
    loops, connections = arguments.loops, arguments.connections
    print(f"Machine: {machine.describe()}")
    with contextlib.ExitStack() as stack:
        servers, contenders = start_seats(stack, arguments) if arguments.seats else start(stack, arguments)
        cells = [
            Cell(contender, loop_count, count)
            for loop_count in loops for count in connections for contender in contenders
        ]
        print(
            f"{arguments.rounds} rounds of {len(cells)} runs of {arguments.seconds} s, interleaved: about "
            f"{arguments.rounds * len(cells) * (arguments.seconds + 0.3) / 60:.0f} min", flush=True,
        )
        results = {cell: {} for cell in cells}
        void = []
        for round_number in range(arguments.rounds):
            for cell in order(cells, round_number):
                server = servers[("nginx" if cell.contender == "nginx" else "ticket"), cell.loops]
                measurement = measure(server, PATHS.get(cell.contender, "/"), cell, arguments.seconds)
                if measurement.load.is_clean:
                    results[cell][round_number] = measurement
                else:
                    void.append((round_number, cell, measurement.load))
            print(f"  round {round_number + 1} of {arguments.rounds} done", flush=True)
    report(results, void, contenders, arguments)
    short = [cell for cell, rounds in results.items() if len(rounds) * 2 <= arguments.rounds]
    if short:
        raise Broken(f"more than half of the rounds were void for {', '.join(map(str, short))}")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5, help="rounds, each with every run once (default 5)")
    parser.add_argument("--seconds", type=int, default=3, help="length of one run (default 3)")
    parser.add_argument("--loops", type=int, nargs="+", default=[1, 2], help="loops, workers, wrk threads")
    parser.add_argument("--connections", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--server", help="default .build/release/http-bench-server, with --seats .build/release/ticket-public")
    parser.add_argument("--seats", action="store_true", help="cached answers about seats; `ticket` beside the server makes the event")
    parser.add_argument("--nginx-only", action="store_true", help="leave our server out: tries the bench itself")
    parser.add_argument("--json", metavar="FILE", help="write all figures there too")
    arguments = parser.parse_args()
    arguments.server = arguments.server or f".build/release/{'ticket-public' if arguments.seats else 'http-bench-server'}"
    return arguments


def start(stack, arguments):
    """All servers for all loop counts, running at the same time: an idle one costs nothing."""
    servers = {}
    body, content_type, contenders = STAND_IN_BODY, "application/json", ["nginx"]
    if not arguments.nginx_only:
        contenders = [*BENCH_PATHS, "nginx"]
        for loops in arguments.loops:
            servers["ticket", loops] = stack.enter_context(
                service(arguments.server, ["--loops", str(loops)], name=f"ticket with {loops} loop(s)"))
        first = servers["ticket", arguments.loops[0]]
        body, content_type = answer(first, PATHS["ready"])
        if answer(first, PATHS["async"]) != (body, content_type):
            raise Broken("/bench/async does not answer the same bytes as /bench/ready")
    for loops in arguments.loops:
        servers["nginx", loops] = stack.enter_context(
            nginx(loops, body, content_type, name=f"nginx with {loops} worker(s)"))
        if answer(servers["nginx", loops], "/") != (body, content_type):
            raise Broken("nginx does not answer the same bytes and type")
    print(f"Both sides answer the same {len(body)} bytes of {content_type}.")
    for (_, loops), server in servers.items():
        load.run(server.address + (PATHS["ready"] if "ticket" in server.name else "/"), loops, 64, 1)
    return servers, contenders


def start_seats(stack, arguments):
    """The same for a cached answer about seats."""
    server = os.path.abspath(arguments.server)
    data = stack.enter_context(seat_answers.store(os.path.join(os.path.dirname(server), "ticket")))
    servers = {}
    for loops in arguments.loops:
        ours = servers["ticket", loops] = stack.enter_context(seat_answers.public_site(server, data, loops))
        body, headers = fetch(ours, PATHS["seats"])
        copied = seat_answers.copied(headers)
        peer = servers["nginx", loops] = stack.enter_context(nginx(
            loops, body, headers["Content-Type"], name=f"nginx with {loops} worker(s)", headers=copied))
        same, sent = fetch(peer, "/")
        if same != body or seat_answers.copied(sent) != copied:
            raise Broken("nginx does not answer the same bytes and header fields")
    print(f"Both sides answer the same {len(body)} bytes of seats with {len(copied)} header fields beside the usual ones.")
    for (contender, loops), running in servers.items():
        load.run(running.address + (PATHS["seats"] if contender == "ticket" else "/"), loops, 64, 1)
    return servers, ["seats", "nginx"]


def answer(server, path):
    body, headers = fetch(server, path)
    return body, headers.get("Content-Type")


def fetch(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read().decode("utf-8")
    except OSError as error:
        raise Broken(f"{server.name} did not answer {path}: {error}") from error
    finally:
        connection.close()
    if response.status != 200:
        raise Broken(f"{server.name} answered {path} with {response.status}")
    return body, response.headers


def order(cells, round_number):
    """Every second round backwards, and each starting elsewhere: none is always first or always after the same."""
    shift = round_number % len(cells)
    turned = cells[shift:] + cells[:shift]
    return turned[::-1] if round_number % 2 else turned


def measure(server, path, cell, seconds):
    neighbours = machine.Neighbours(server.cpu_seconds)
    before = server.cpu_seconds()
    counted = load.run(server.address + path, cell.loops, cell.connections, seconds)
    used = server.cpu_seconds() - before
    server.require_alive()
    return Measurement(counted, used / max(1, counted.requests) * 1e6, neighbours.cores())


FIGURES = {
    "CPU us/request": (lambda m: m.cpu_us, 2),
    "requests/s": (lambda m: m.load.rps, 0),
    "p50 us": (lambda m: m.load.p50_us, 0),
    "p99 us": (lambda m: m.load.p99_us, 0),
}


def report(results, void, contenders, arguments):
    summary = {"machine": machine.describe(), "rounds": arguments.rounds, "cells": [], "ratios": [], "void": []}
    for (loops, connections) in sorted({(cell.loops, cell.connections) for cell in results}):
        print(f"\n{loops} loop(s), {connections} connections: median [least..most]")
        rows = []
        for contender in contenders:
            rounds = results[Cell(contender, loops, connections)]
            spreads = {name: Spread.of(map(get, rounds.values())) for name, (get, _) in FIGURES.items()}
            neighbours = Spread.of(m.neighbours for m in rounds.values())
            rows.append([
                contender,
                *(spreads[name].words(digits) if spreads[name] else "void" for name, (_, digits) in FIGURES.items()),
                neighbours.words() if neighbours else "void",
            ])
            summary["cells"].append({
                "contender": contender, "loops": loops, "connections": connections, **spreads,
                "neighbour cores": neighbours,
            })
        print(table(["server", *FIGURES, "neighbours, cores"], rows))
        for contender in (c for c in contenders if c != "nginx"):
            words = []
            for name, (get, _) in FIGURES.items():
                spread = Spread.of(paired(
                    {key: get(m) for key, m in results[Cell(contender, loops, connections)].items()},
                    {key: get(m) for key, m in results[Cell("nginx", loops, connections)].items()},
                ))
                if spread is None:
                    continue
                summary["ratios"].append({
                    "contender": contender, "loops": loops, "connections": connections, "figure": name,
                    "ratio to nginx": spread,
                })
                if name != "p50 us":
                    words.append(f"{name.split(' ')[0]} {spread.words()}")
            print(f"  {contender}/nginx, paired: {', '.join(words)}")
    for round_number, cell, counted in void:
        print(
            f"  void: round {round_number + 1}, {cell.contender} with {cell.loops} loop(s) and {cell.connections} "
            f"connections: {counted.status_errors} answers with an error status, {counted.socket_errors} socket errors")
        summary["void"].append({"round": round_number, **vars(cell), **vars(counted)})
    if not void:
        print("\nNo errors: every answer 2xx, no socket errors.")
    if "ready" in contenders or "seats" in contenders:
        print("The figure to hold: CPU ratio at most 1.00 in the median of the paired ratios.")
    write_json(arguments.json, summary)


if __name__ == "__main__":
    try:
        main()
    except Broken as broken:
        sys.exit(f"error: {broken}")
