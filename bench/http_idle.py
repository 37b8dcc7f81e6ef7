#!/usr/bin/env python3
"""What 10,000 idle keep-alive connections cost: resident memory each, and the p99 of 64 active ones beside them.

Every idle connection has done one request. Memory is the server's own (VmRSS); the kernel's socket buffers are not
in it. Runs with and without the idle ones are interleaved. Exits non-zero only when something is broken.
"""

import argparse
import contextlib
import sys
import time

import load
import machine
from connections import IdleConnections, source_address
from figures import Spread, table, write_json
from http_nginx import PATHS, STAND_IN_BODY
from servers import Broken, nginx, service


def main():
    arguments = parse_arguments()
    machine.raise_descriptor_limit(arguments.idle + 500)
    print(f"Machine: {machine.describe()}")
    summary = {"machine": machine.describe(), "idle connections": arguments.idle, "servers": []}
    rows = []
    for name, path, start in contenders(arguments):
        with start() as server:
            found = examine(server, path, arguments)
        summary["servers"].append({"server": name, **found})
        rows.append([
            name, f"{found['bytes per idle connection']:.0f}", found["p99 us without"].words(0),
            found["p99 us with"].words(0), f"{found['ratio of medians']:.2f}", found["paired ratios"].words(),
        ])
    print()
    print(table(
        ["server", "bytes/idle connection", "p99 us without", "p99 us with", "ratio of medians", "paired ratios"], rows))
    print(f"\n{arguments.idle} idle, 64 active, {arguments.rounds} rounds of {arguments.seconds} s each way.")
    print("The figures to hold: at most 8192 bytes each, ratio at most 1.5.")
    write_json(arguments.json, summary)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections (default 10000)")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--loops", type=int, default=2)
    parser.add_argument("--server", default=".build/release/http-bench-server")
    parser.add_argument("--server-arguments", default="", help="given to the server on top, split at spaces")
    parser.add_argument("--nginx-only", action="store_true", help="leave our server out: tries the bench itself")
    parser.add_argument("--json", metavar="FILE")
    return parser.parse_args()


def contenders(arguments):
    if not arguments.nginx_only:
        extra = ["--loops", str(arguments.loops), *arguments.server_arguments.split()]
        yield "ticket", PATHS["ready"], lambda: service(arguments.server, extra)
    yield "nginx", "/", lambda: nginx(arguments.loops, STAND_IN_BODY, "application/json")


def examine(server, path, arguments):
    url = server.address + path
    # Warm first: what the first requests allocate for good is no idle connection's cost.
    load.run(url, 1, 64, 2)
    time.sleep(0.5)
    resident = server.resident_bytes()
    without, beside, per_connection = {}, {}, None
    for round_number in range(arguments.rounds):
        for is_beside in ((False, True) if round_number % 2 == 0 else (True, False)):
            if not is_beside:
                without[round_number] = measure(url, server, arguments.seconds)
                continue
            idle = IdleConnections(server.port, path, arguments.idle, source_address(round_number))
            with contextlib.closing(idle):
                # Only the first opening is counted: later ones meet memory that the server has kept.
                if per_connection is None:
                    per_connection = (server.resident_bytes() - resident) / arguments.idle
                beside[round_number] = measure(url, server, arguments.seconds)
                if closed := idle.closed_by_server():
                    raise Broken(f"{server.name} closed {closed} of {arguments.idle} idle connections too early")
        print(f"  {server.name}: round {round_number + 1} of {arguments.rounds} done", flush=True)
    p99_without, p99_with = Spread.of(without.values()), Spread.of(beside.values())
    return {
        "bytes per idle connection": per_connection,
        "p99 us without": p99_without,
        "p99 us with": p99_with,
        "ratio of medians": p99_with.median / p99_without.median,
        "paired ratios": Spread.of(beside[key] / without[key] for key in without),
    }


def measure(url, server, seconds):
    time.sleep(0.3)
    counted = load.run(url, 1, 64, seconds)
    server.require_alive()
    if not counted.is_clean:
        raise Broken(
            f"{counted.status_errors} answers with an error status and {counted.socket_errors} socket errors "
            f"among {counted.requests} requests to {server.name}")
    return counted.p99_us


if __name__ == "__main__":
    try:
        main()
    except Broken as broken:
        sys.exit(f"error: {broken}")
