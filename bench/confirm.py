#!/usr/bin/env python3
"""CPU that ticket-confirm spends of its own for each accepted intent, on DynamoDB and SQS of aws-double.

The service has one core to itself; aws-double and wrk share the other. Every purchase is another buyer's, of another
seat. A service on FastAPI and aiobotocore that makes the same calls is measured in the same run, round by round. The
double counts the calls and what AWS would bill for them; wrk counts what was accepted. Exits non-zero only when something is broken.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import machine
from embedded import event_file
from figures import Spread, paired, table, write_json
from servers import Broken, Server, _wait_until_ready, free_port, stop, wait_until_listening

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = Path(__file__).with_name("confirm.lua")
TARGET_US, TARGET_QUEUE_CALLS = 60, 0.15
# USD for a million, on demand, in us-east-1: what AWS's price list says of both services at the end of 2025. Other
# regions differ; the units do not.
WRITE_UNITS_USD, READ_UNITS_USD, QUEUE_REQUESTS_USD = 0.625, 0.125, 0.50
OURS, PEER = "ticket-confirm", "FastAPI + aiobotocore"


def main():
    arguments = parse_arguments()
    print(f"Machine: {machine.describe()}", flush=True)
    if os.cpu_count() < 2:
        raise Broken("two cores are needed: one for the service, one for aws-double and the load")
    results = {OURS: {}, PEER: {}}
    with tempfile.TemporaryDirectory(prefix="ticket-bench-") as folder, contextlib.ExitStack() as stack:
        stage = Stage(folder, stack, arguments)
        names = [OURS] if arguments.no_peer else [OURS, PEER]
        for name in names:
            stage.measure(name, 2)
        memory = stage.servers[OURS].resident_bytes()
        for number in range(arguments.rounds):
            for name in names[::-1] if number % 2 else names:
                results[name][number] = stage.measure(name, arguments.seconds)
            print(f"  round {number + 1} of {arguments.rounds} done", flush=True)
        grown = stage.servers[OURS].resident_bytes() - memory
    report(results, grown, arguments)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--buyers", type=int, default=250_000)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--peer-python", default=".venv-bench/bin/python")
    parser.add_argument("--binaries", default=".build/release")
    parser.add_argument("--json", metavar="FILE", help="write all figures there too")
    return parser.parse_args()


class Stage:
    """aws-double with the services on it, and the buyers, of whom each comes once."""

    def __init__(self, folder, stack, arguments):
        self.folder, self.stack, self.arguments = folder, stack, arguments
        self.double, self.control = self.start_double()
        self.used = dict.fromkeys((OURS, PEER), 0)
        environment = {
            "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_ENDPOINT_URL": self.double.address,
            "AWS_ACCESS_KEY_ID": "AKIDBENCH", "AWS_SECRET_ACCESS_KEY": "bench"}
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")} | environment
        self.data = f"{folder}/data"
        with open(f"{folder}/event.json", "w", encoding="utf-8") as file:
            json.dump(event_file(), file)
        self.ticket("events", "import", f"{folder}/event.json", "--data", self.data)
        with open(f"{folder}/tokens", "w", encoding="utf-8") as file:
            self.ticket("token", "issue", "--count", str(arguments.buyers), "--data", self.data, output=file)
        self.servers = {OURS: self.start_ours()}
        if not arguments.no_peer:
            self.servers[PEER] = self.start_peer()

    # What runs.

    def binary(self, name):
        path = os.path.abspath(f"{self.arguments.binaries}/{name}")
        if not os.access(path, os.X_OK):
            raise Broken(f"{path} is not there; build it first: dev/build.sh {name}")
        return path

    def ticket(self, *command, output=subprocess.DEVNULL, **variables):
        subprocess.run([self.binary("ticket"), *command], check=True, stdout=output, env=self.environment | variables)

    def begin(self, name, command, core, log, **variables):
        """On one core from its first thread on."""
        with open(log, "wb") as file:
            process = subprocess.Popen(
                ["taskset", "-c", str(core), *command], stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                env=getattr(self, "environment", os.environ) | variables, cwd=self.folder)
        self.stack.callback(stop, process)
        return process

    def start_double(self):
        log = f"{self.folder}/double.log"
        process = self.begin("aws-double", [self.binary("aws-double"), "--port", "0", "--control-port", "0"], 1, log)
        ready = _wait_until_ready(process, log)
        return Server("aws-double", process, ready["address"]), ready["control"]

    def stores(self, name):
        queue = f"{self.double.address}/000000000000/{name}.fifo"
        variables = {"TICKET_LEDGER": f"dynamodb:{name}", "TICKET_QUEUE": f"sqs:{queue}"}
        self.ticket("aws", "create", "--data", self.data, **variables)
        return variables, queue

    def start_ours(self):
        variables, _ = self.stores("ours")
        log = f"{self.folder}/ours.log"
        command = [self.binary("ticket-confirm"), "--port", "0", "--admin-port", "0", "--loops", "1", "--data", self.data,
                   "--log-level", "info", "--access-log-sample", "1"]
        process = self.begin(OURS, command, 0, log, **variables)
        return Server(OURS, process, _wait_until_ready(process, log)["address"])

    def start_peer(self):
        _, queue = self.stores("peer")
        port, log = free_port(), f"{self.folder}/peer.log"
        python = os.path.abspath(self.arguments.peer_python)
        command = [python, "-m", "uvicorn", "confirm_peer:app", "--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop",
                   "--http", "httptools", "--no-access-log", "--log-level", "warning", "--app-dir", str(ROOT / "bench")]
        process = self.begin(PEER, command, 0, log, PEER_TABLE="peer", PEER_QUEUE_URL=queue)
        wait_until_listening(process, port, log)
        return Server(PEER, process, f"http://127.0.0.1:{port}")

    # What is measured.

    def measure(self, name, seconds):
        server = self.servers[name]
        self.ask("/reset", {"data": False})
        cpu_before = server.cpu_seconds()
        loaded = self.load(server, self.used[name], seconds)
        # Those that wrk had sent when it stopped come to their end.
        time.sleep(0.3)
        cpu = server.cpu_seconds() - cpu_before
        counts = self.ask("/counts")
        server.require_alive()
        self.used[name] += loaded["sent"]
        if self.used[name] >= self.arguments.buyers:
            raise Broken("all buyers have bought: ask for more of them (--buyers)")
        accepted = purchases_accepted(name, loaded, self.arguments.connections)
        table_calls = sum(row["calls"] for call, row in counts["calls"].items() if call.startswith("DynamoDB."))
        queue_calls = sum(row["calls"] for call, row in counts["calls"].items() if call.startswith("SQS."))
        return {
            "accepted": accepted, "answered": loaded["requests"], "perSecond": loaded["requests"] / loaded["duration_us"] * 1e6,
            "cpuUs": cpu / accepted * 1e6, "tableCalls": table_calls / accepted, "queueCalls": queue_calls / accepted,
            "p50Us": loaded["p50_us"], "p99Us": loaded["p99_us"],
            "writeUnits": counts["billed"]["writeUnits"] / accepted, "readUnits": counts["billed"]["readUnits"] / accepted,
            "queueRequests": counts["billed"]["queueRequests"] / accepted}

    def load(self, server, first, seconds):
        done = subprocess.run(
            ["taskset", "-c", "1", "wrk", "-t1", f"-c{self.arguments.connections}", f"-d{seconds}s", "--timeout", "5s",
             "-s", str(SCRIPT), server.address, "--", f"{self.folder}/tokens", str(first)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 60)
        last = [line for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode != 0 or not last:
            raise Broken(f"wrk ended with exit code {done.returncode}: {done.stdout}{done.stderr}")
        return json.loads(last[-1])

    def ask(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(urllib.request.Request(self.control + path, data=data), timeout=10) as answer:
            return json.load(answer)


def purchases_accepted(name, loaded, connections):
    """By what wrk was answered, not by the calls that are to be counted for each: all that it sent were accepted, but for
    those that it had no more time to hear of, one a connection at most."""
    # The first that wrk has the script make it only looks at, to see whether there is one in it or several.
    sent = loaded["sent"] - 1
    unheard = sent - loaded["requests"]
    failed = {kind: loaded[kind] for kind in ("status", "connect", "read", "write", "timeout") if loaded[kind]}
    if failed or loaded["requests"] == 0 or not 0 <= unheard <= connections:
        raise Broken(f"{name} accepted not all of {sent} purchases: {loaded['requests']} were answered, {failed}")
    return sent


def usd(round_):
    return (round_["writeUnits"] * WRITE_UNITS_USD + round_["readUnits"] * READ_UNITS_USD
            + round_["queueRequests"] * QUEUE_REQUESTS_USD)


def report(results, grown, arguments):
    def spread(name, member):
        return Spread.of(round_[member] for round_ in results[name].values())

    names = [name for name in results if results[name]]
    rows = [[name, spread(name, "cpuUs").words(1), spread(name, "tableCalls").words(3), spread(name, "queueCalls").words(3),
             f"{spread(name, 'perSecond').median:,.0f}", f"{spread(name, 'p50Us').median / 1000:.1f}",
             f"{spread(name, 'p99Us').median / 1000:.1f}"] for name in names]
    print("\nFor each accepted intent, median [least..most]:")
    print(table(["", "own CPU us", "DynamoDB calls", "SQS calls", "a second", "p50 ms", "p99 ms"], rows))
    first = next(iter(results[OURS].values()))
    print("\nBilled for a million intents, as the double counts, at the list price of us-east-1:")
    print(f"  {first['writeUnits']:.2f} M write units, {first['readUnits']:.2f} M read units, {first['queueRequests']:.3f} M queue "
          f"requests: {usd(first):.2f} USD")
    if results[PEER]:
        ratio = Spread.of(paired({key: value["cpuUs"] for key, value in results[OURS].items()},
                                 {key: value["cpuUs"] for key, value in results[PEER].items()}))
        print(f"\nOwn CPU, ours to {PEER}: {ratio.words(4)}")
    cpu, queue = spread(OURS, "cpuUs").median, spread(OURS, "queueCalls").median
    held = cpu <= TARGET_US and queue <= TARGET_QUEUE_CALLS
    print(f"The figure to hold: {TARGET_US} us, 1 DynamoDB call, {TARGET_QUEUE_CALLS} SQS calls: {'held' if held else 'NOT held here'}. "
          f"Memory grew by {grown / 1e6:.1f} MB over all rounds.")
    write_json(arguments.json, {"rounds": results, "usdPerMillion": usd(first)})


if __name__ == "__main__":
    try:
        main()
    except Broken as problem:
        sys.exit(f"confirm: {problem}")
