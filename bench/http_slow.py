#!/usr/bin/env python3
"""What 2,000 slow connections do to good traffic, and when the server ends them.

Three kinds: a byte a second of the head, of the body, and a byte a second read from a 1 MiB answer, each on its own
beat and all of them slow before anything is measured. Good traffic is wrk with 64 connections; its p99 is taken with
none, with the slow ones on another server (what simulating them costs this machine), and with the slow ones on the
same server, interleaved. Exits non-zero only when something is broken: an error in good traffic, or a slow connection
held long past its deadline.
"""

import argparse
import contextlib
import sys
import time

import load
import machine
from connections import source_address
from figures import Spread, table, write_json
from http_nginx import PATHS, STAND_IN_BODY
from servers import Broken, nginx, service
from slow_connections import KINDS, SlowConnections, count_endings

GRACE_SECONDS = 3


def main():
    arguments = parse_arguments()
    machine.raise_descriptor_limit(2 * arguments.slow + 500)
    print(f"Machine: {machine.describe()}")
    path, start = contender(arguments)
    with start() as server, start() as elsewhere:
        results = examine(server, elsewhere, path, arguments)
    report(results, arguments)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--slow", type=int, default=2_000, help="slow connections of each kind (default 2000)")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--deadline", type=int, default=5, help="seconds the server gives each of them (default 5)")
    parser.add_argument("--loops", type=int, default=2)
    parser.add_argument("--server", default=".build/release/http-bench-server")
    parser.add_argument("--nginx-only", action="store_true", help="leave our server out: tries the bench itself")
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    if arguments.nginx_only:
        # Its other deadlines count from byte to byte, so a byte a second never meets them.
        arguments.kinds = ["head"]
    return arguments


def contender(arguments):
    if arguments.nginx_only:
        return "/", lambda: nginx(
            arguments.loops, STAND_IN_BODY, "application/json", header_timeout_seconds=arguments.deadline)
    deadline = str(arguments.deadline * 1000)
    flags = ["--loops", str(arguments.loops)]
    for name in ("head", "body", "write"):
        flags += [f"--{name}-timeout-ms", deadline]
    return PATHS["ready"], lambda: service(arguments.server, flags)


def examine(server, elsewhere, path, arguments):
    url = server.address + path
    for each in (server, elsewhere):
        load.run(each.address + path, 1, 64, 1)
    conditions = ["none", *((kind, target) for kind in arguments.kinds for target in ("elsewhere", "here"))]
    p99 = {condition: {} for condition in conditions}
    endings = {kind: [] for kind in arguments.kinds}
    source = 0
    for round_number in range(arguments.rounds):
        for condition in conditions if round_number % 2 == 0 else conditions[::-1]:
            if condition == "none":
                p99[condition][round_number] = measure(url, server, arguments)
                continue
            kind, target = condition
            source += 1
            slow = SlowConnections(
                kind, (server if target == "here" else elsewhere).port, arguments.slow, source_address(source),
                arguments.deadline + GRACE_SECONDS)
            with contextlib.ExitStack() as stack:
                stack.callback(slow.stop)
                slow.begun.wait()
                p99[condition][round_number] = measure(url, server, arguments)
                if target == "here":
                    endings[kind] += slow.wait_until_ended()
        print(f"  round {round_number + 1} of {arguments.rounds} done", flush=True)
    return {"p99": p99, "endings": endings}


def measure(url, server, arguments):
    time.sleep(0.3)
    counted = load.run(url, 1, 64, arguments.seconds)
    server.require_alive()
    if not counted.is_clean:
        raise Broken(
            f"good traffic met {counted.status_errors} error statuses and {counted.socket_errors} socket errors "
            f"among {counted.requests} requests")
    return counted.p99_us


def report(results, arguments):
    p99, summary, rows, late = results["p99"], {"machine": machine.describe(), "kinds": []}, [], {}
    none = p99["none"]
    for kind in arguments.kinds:
        here, elsewhere = p99[kind, "here"], p99[kind, "elsewhere"]
        endings = results["endings"][kind]
        lives = sorted(ending.seconds for ending in endings)
        found = {
            "kind": kind,
            "p99 us without": Spread.of(none.values()),
            "p99 us elsewhere": Spread.of(elsewhere.values()),
            "p99 us here": Spread.of(here.values()),
            "here/without": Spread.of(here[key] / none[key] for key in none),
            "here/elsewhere": Spread.of(here[key] / elsewhere[key] for key in none),
            "lived seconds": {
                "least": lives[0], "median": lives[len(lives) // 2],
                "p99": lives[len(lives) * 99 // 100], "most": lives[-1],
            },
            "endings": count_endings(endings),
        }
        summary["kinds"].append(found)
        rows.append([
            kind, found["p99 us without"].words(0), found["p99 us elsewhere"].words(0), found["p99 us here"].words(0),
            found["here/without"].words(), found["here/elsewhere"].words(),
        ])
        late[kind] = found["endings"].get("still held", 0)
    print()
    print(table(["slow", "p99 us without", "on another server", "on this server", "here/without", "here/elsewhere"], rows))
    print(f"\nHow long the slow ones lived; their deadline is {arguments.deadline} s:")
    for found in summary["kinds"]:
        lived = found["lived seconds"]
        print(
            f"  {found['kind']}: median {lived['median']:.1f} s, {lived['least']:.1f}..{lived['most']:.1f} s "
            f"(p99 {lived['p99']:.1f}); " + ", ".join(f"{count} {how}" for how, count in found["endings"].items()))
    print("The figures to hold: p99 changed by under 20 %, every slow connection ended at its deadline.")
    write_json(arguments.json, summary)
    if any(late.values()):
        raise Broken(
            f"slow connections still held {GRACE_SECONDS} s past their deadline: "
            + ", ".join(f"{count} of kind {kind}" for kind, count in late.items() if count))


if __name__ == "__main__":
    try:
        main()
    except Broken as broken:
        sys.exit(f"error: {broken}")
