#!/usr/bin/env python3
"""What a Redis read adds to an answer: CPU a request of our server with the entry from Redis, from the process, ready.

One loop, the same 600 bytes each way, a real redis-server on loopback. Rounds are interleaved, in changing order, and
the figure to look at is the median of the paired differences. Redis's own CPU is printed too, beside what
redis-benchmark costs it with as many connections and no pipelining. Exits non-zero only when something is broken.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

import load
import machine
from figures import Spread, table, write_json
from servers import Broken, cpu_seconds_of, free_port, service, stop

PATHS = {"ready": "/bench/ready", "process": "/bench/process", "redis": "/bench/redis"}
REDIS_READY_SECONDS = 10


@dataclass(frozen=True)
class Measurement:
    load: load.Load
    cpu_us: float
    redis_cpu_us: float


def main():
    arguments = parse_arguments()
    print(f"Machine: {machine.describe()}")
    results = {name: {} for name in PATHS}
    peers = []
    with contextlib.ExitStack() as stack:
        redis = stack.enter_context(redis_server())
        os.environ["REDIS_BENCH_URL"] = f"redis://127.0.0.1:{redis.port}"
        server = stack.enter_context(service(arguments.server, ["--loops", "1"]))
        for path in PATHS.values():
            load.run(server.address + path, 1, arguments.connections, 1)
        resident_before, open_before = server.resident_bytes(), descriptors(server)
        for round_number in range(arguments.rounds):
            names = list(PATHS)
            names = names[round_number % 3:] + names[:round_number % 3]
            for name in names[::-1] if round_number % 2 else names:
                measurement = measure(server, redis, PATHS[name], arguments)
                if measurement.load.is_clean:
                    results[name][round_number] = measurement
            peers.append(redis_benchmark(redis, arguments))
            print(f"  round {round_number + 1} of {arguments.rounds} done", flush=True)
        resident_after, open_after = server.resident_bytes(), descriptors(server)
    if any(len(rounds) * 2 <= arguments.rounds for rounds in results.values()):
        raise Broken("more than half of the rounds of a path were void")
    report(results, peers, arguments)
    print(
        f"Our server's memory {resident_before / 1e6:.1f} MB before and {resident_after / 1e6:.1f} MB after all "
        f"rounds, descriptors {open_before} and {open_after}.")


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--server", default=".build/release/redis-bench-server")
    parser.add_argument("--json", metavar="FILE", help="write all figures there too")
    return parser.parse_args()


@dataclass(frozen=True)
class Redis:
    port: int
    pid: int


@contextlib.contextmanager
def redis_server():
    with tempfile.TemporaryDirectory(prefix="ticket-bench-redis-") as folder:
        port = free_port()
        try:
            process = subprocess.Popen(
                ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                 "--dir", folder],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        except FileNotFoundError as error:
            raise Broken("redis-server is not installed: dev/install-packages.sh servers") from error
        try:
            deadline = time.monotonic() + REDIS_READY_SECONDS
            while subprocess.run(["redis-cli", "-p", str(port), "PING"], capture_output=True).stdout != b"PONG\n":
                if process.poll() is not None or time.monotonic() > deadline:
                    raise Broken("redis-server did not start")
                time.sleep(0.02)
            yield Redis(port, process.pid)
        finally:
            stop(process)


def measure(server, redis, path, arguments):
    before, redis_before = server.cpu_seconds(), cpu_seconds_of(redis.pid)
    counted = load.run(server.address + path, 1, arguments.connections, arguments.seconds)
    used, redis_used = server.cpu_seconds() - before, cpu_seconds_of(redis.pid) - redis_before
    server.require_alive()
    requests = max(1, counted.requests)
    return Measurement(counted, used / requests * 1e6, redis_used / requests * 1e6)


def redis_benchmark(redis, arguments):
    """What a GET costs Redis when each connection sends one at a time: commands a second, and CPU of a command."""
    commands = 100_000
    before = cpu_seconds_of(redis.pid)
    done = subprocess.run(
        ["redis-benchmark", "-p", str(redis.port), "-t", "get", "-d", "600", "-n", str(commands),
         "-c", str(arguments.connections), "--csv"], capture_output=True, text=True, timeout=120,
    )
    if done.returncode != 0:
        raise Broken(f"redis-benchmark failed: {done.stderr}")
    rps = float(done.stdout.strip().splitlines()[-1].split(",")[1].strip('"'))
    return rps, (cpu_seconds_of(redis.pid) - before) / commands * 1e6


def descriptors(server):
    return sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in server.processes())


def report(results, peers, arguments):
    print(f"\n1 loop, {arguments.connections} connections: median [least..most]")
    rows = []
    for name, rounds in results.items():
        rows.append([
            name, Spread.of(m.cpu_us for m in rounds.values()).words(),
            Spread.of(m.redis_cpu_us for m in rounds.values()).words(),
            Spread.of(m.load.rps for m in rounds.values()).words(0),
            Spread.of(m.load.p99_us for m in rounds.values()).words(0),
        ])
    rows.append([
        "redis-benchmark GET", "", Spread.of(cpu for _, cpu in peers).words(),
        Spread.of(rps for rps, _ in peers).words(0), "",
    ])
    print(table(["the answer comes from", "our CPU us", "Redis's CPU us", "a second", "p99 us"], rows))
    summary = {"machine": machine.describe(), "differences": {}}
    for name in ("process", "ready"):
        both = results["redis"].keys() & results[name].keys()
        spread = Spread.of(results["redis"][key].cpu_us - results[name][key].cpu_us for key in sorted(both))
        summary["differences"][name] = spread
        print(f"  redis - {name}, paired: {spread.words()} us of our CPU a request")
    print("The figure to hold: redis - process at most 1.5 us in the median of the paired differences.")
    write_json(arguments.json, summary)


if __name__ == "__main__":
    try:
        main()
    except Broken as broken:
        sys.exit(f"error: {broken}")
