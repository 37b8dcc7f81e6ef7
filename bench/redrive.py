#!/usr/bin/env python3
"""Letters a second that `ticket queue redrive` sends back to work, on DynamoDB and SQS of aws-double.

The operator's own command is timed from its start to its end, once with an aws-double that answers at once and once with
one that takes 5 ms for every call, as DynamoDB and SQS do within a region. AWS's own way, StartMessageMoveTask, moves 500
messages a second at most and cannot choose. Exits non-zero only when something is broken.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request

import machine
from figures import Spread, table, write_json
from servers import Broken, service

# Its documented maximum: MaxNumberOfMessagesPerSecond.
PEER_PER_SECOND = 500
LATENCIES_MS = (0, 5)


def main():
    arguments = parse_arguments()
    print(f"Machine: {machine.describe()}", flush=True)
    results = {}
    for latency_ms in LATENCIES_MS:
        rounds = [measure(latency_ms, arguments) for _ in range(arguments.rounds)]
        results[f"{latency_ms} ms a call"] = {member: Spread.of(each[member] for each in rounds) for member in rounds[0]}
    print(f"\n{arguments.letters:,} dead letters sent back by `ticket queue redrive`, median [least..most]:")
    print(table(
        ["aws-double", "letters a second", "DynamoDB calls", "SQS calls", "write units", "CPU us of the command"],
        [[name, each["perSecond"].words(0), each["tableCalls"].words(2), each["queueCalls"].words(2), each["writeUnits"].words(2),
          each["cpuUs"].words(0)] for name, each in results.items()]))
    ratios = [each["perSecond"].median / PEER_PER_SECOND for each in results.values()]
    print(f"StartMessageMoveTask moves at most {PEER_PER_SECOND} a second: {ratios[0]:.1f} times that, and with "
          f"{LATENCIES_MS[1]} ms a call {ratios[1]:.1f} times: {'held' if min(ratios) > 1 else 'NOT held here'}.")
    write_json(arguments.json, results)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--letters", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--binaries", default=".build/release")
    parser.add_argument("--json", metavar="FILE", help="write all figures there too")
    return parser.parse_args()


def measure(latency_ms, arguments):
    """One redrive of all letters, on a double of its own."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ticket-bench-"))
        double, control = stack.enter_context(aws_double(arguments.binaries))
        environment = os.environ | variables(double, folder)

        def run(name, *command):
            done = subprocess.run(
                [os.path.abspath(f"{arguments.binaries}/{name}"), *command], env=environment, capture_output=True, text=True, timeout=600)
            if done.returncode != 0:
                raise Broken(f"{name} {' '.join(command)}: {done.stdout}{done.stderr}")
            return done.stdout

        run("ticket", "aws", "create")
        run("aws-bench", "letters", "tickets", str(arguments.letters))
        ask(control, "/reset", {"data": False})
        ask(control, "/faults", {"latencyMs": latency_ms})
        cpu, started = children_seconds(), time.monotonic()
        said = run("ticket", "queue", "redrive", "--json")
        seconds, cpu = time.monotonic() - started, children_seconds() - cpu
        counts = ask(control, "/counts")
        ask(control, "/faults", {})
        if len(json.loads(said)["redriven"]) != arguments.letters:
            raise Broken(f"not all letters were redriven: {said[:500]}")
        stats = json.loads(run("ticket", "queue", "stats", "--json"))
        if (stats["visible"], stats["deadLetters"]) != (arguments.letters, 0):
            raise Broken(f"the queue says {stats}")
        calls = {prefix: sum(row["calls"] for call, row in counts["calls"].items() if call.startswith(prefix))
                 for prefix in ("DynamoDB.", "SQS.")}
        return {
            "perSecond": arguments.letters / seconds, "cpuUs": cpu / arguments.letters * 1e6,
            "tableCalls": calls["DynamoDB."] / arguments.letters, "queueCalls": calls["SQS."] / arguments.letters,
            "writeUnits": counts["billed"]["writeUnits"] / arguments.letters}


@contextlib.contextmanager
def aws_double(binaries):
    with service(f"{binaries}/aws-double", [], name="aws-double", admin="--control-port") as double:
        yield double.address, double.admin


def variables(double, folder):
    """Letters stand in the table where orders are in PostgreSQL. There is none here: nobody asks it anything."""
    orders = "postgres://ticket@127.0.0.1:1/ticket?sslmode=disable"
    return {
        "TICKET_LEDGER": "dynamodb:tickets", "TICKET_QUEUE": f"sqs:{double}/000000000000/orders.fifo", "TICKET_ORDERS": orders,
        "TICKET_CATALOGUE": orders, "TICKET_DATA": f"{folder}/data", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": double,
        "AWS_ACCESS_KEY_ID": "AKIDBENCH", "AWS_SECRET_ACCESS_KEY": "bench"}


def ask(control, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(control + path, data=data), timeout=10) as answer:
        return json.load(answer)


def children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    try:
        main()
    except Broken as problem:
        sys.exit(f"redrive: {problem}")
