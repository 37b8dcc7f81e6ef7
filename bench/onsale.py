#!/usr/bin/env python3
"""The highest rate that a running system holds under the mix of an on-sale with p95 at most 200 ms, and its latency at half of it.

`ticket load` drives it, with reads, purchases, repeats, conflicts and cancels as in its preset; load and system share the
machine's cores. Each try has an event of 10,000 seats of its own, so that none finds the seats sold by the one before it.
After each, every purchase is followed to its end and all guarantees are checked: a try that breaks one does not hold.
With --distributed it is the three services on Redis, PostgreSQL and aws-double, otherwise `ticket run`. With --target a system
that runs already is measured; its events and buyers' tokens have to be named.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile

import machine
from servers import Broken, cpu_seconds_of, service

import distributed as whole  # in dev/, which `servers` has put on the path

P95_US = 200_000
SECTIONS, ROWS, SEATS = 10, 10, 100
BUYERS = 5_000
MOST_TRIES = 14


def event_file(number):
    """10,000 seats."""
    sections = [
        {"id": f"S{section}", "rows": [
            {"row": str(row), "from": 1, "to": SEATS, "price": "one", "x": 0, "y": row * 10} for row in range(1, ROWS + 1)]}
        for section in range(1, SECTIONS + 1)]
    return {
        "id": f"sale-{number}", "name": f"Sale {number}", "venue": "Loopback", "currency": "EUR",
        "sale": {"opensAt": "2020-01-01T00:00:00.000Z", "closesAt": "2099-01-01T00:00:00.000Z"},
        "limits": {"seatsPerIntent": 6, "seatsPerBuyer": 1000, "holdSeconds": 600},
        "prices": [{"name": "one", "amount": 5000}], "sections": sections}


class Bench:
    def __init__(self, arguments, folder, target, events, tokens, cpu_seconds=None, confirm=None):
        self.ticket, self.loops, self.seconds = os.path.abspath(arguments.ticket), arguments.loops, arguments.seconds
        self.folder, self.target, self.tokens = folder, target, tokens
        self.confirm = ["--confirm", confirm] if confirm else []
        self.events = iter(events)
        self.cpu_seconds = cpu_seconds or (lambda: 0.0)

    def run(self, rate, seconds=None, keep=None):
        """One try at this rate: a short rise, then the hold that is judged."""
        event = next(self.events, None)
        if event is None:
            raise Broken("there is no event left that nothing was sold of")
        scenario = {
            "name": "onsale-mix", "events": [event], "peakPerSecond": rate, "connections": 128, "maxLatenessMs": 100,
            "steps": [{"name": "rise", "percent": 25, "seconds": 2}, {"name": "hold", "percent": 100, "seconds": seconds or self.seconds}],
            "stop": {"notHeldSeconds": 3600, "p95Seconds": 3600, "failedPercent": 100},
            "verdict": {"settleSeconds": 60}}
        path, output = f"{self.folder}/scenario.json", keep or f"{self.folder}/report"
        with open(path, "w") as file:
            json.dump(scenario, file)
        cpu = self.cpu_seconds()
        done = subprocess.run(
            [self.ticket, "load", path, "--target", self.target, *self.confirm, "--loops", str(self.loops), "--tokens", self.tokens,
             "--max-rate", "1000000", "--output", output], capture_output=True, text=True, timeout=600)
        if done.returncode not in (0, 1, 75):
            raise Broken(f"the load generator failed: {done.stdout}{done.stderr}")
        with open(f"{output}.json") as file:
            report = json.load(file)
        latency, total = report["summary"]["latency"], report["total"]["offered"]
        return {
            "rate": rate, "offered": total, "failed": report["summary"]["failed"], "unexpected": report["summary"]["unexpected"],
            "answered": sum(slice["answered"] for slice in report["timeline"]), "purchases": report["total"]["statuses"].get("201", 0),
            "p50Us": latency["p50Us"], "p95Us": latency["p95Us"], "p99Us": latency["p99Us"], "maxUs": latency["maxUs"],
            "lateP99Us": report["summary"]["lateness"]["p99Us"], "keptUp": report["generator"]["keptUp"],
            "systemCpuUsPerRequest": (self.cpu_seconds() - cpu) / max(total, 1) * 1e6, "outcome": report["outcome"],
            "findings": {finding["guarantee"]: finding["grade"] for finding in report["findings"]},
            "words": [f"{finding['guarantee']}: {finding['words']}" for finding in report["findings"] if finding["grade"] == "broken"]}


def holds(result):
    return (
        result["p95Us"] <= P95_US and result["keptUp"] and not result["words"]
        and result["failed"] * 50 < result["offered"] and result["answered"] >= 0.95 * result["offered"])


def describe(result):
    cpu = f"  system CPU {result['systemCpuUsPerRequest']:.0f} us a request" if result["systemCpuUsPerRequest"] > 0 else ""
    return (
        f"{result['rate']:>7,.0f}/s  p50 {result['p50Us'] / 1000:7.2f}  p95 {result['p95Us'] / 1000:8.2f}  p99 {result['p99Us'] / 1000:8.2f}  "
        f"max {result['maxUs'] / 1000:8.1f} ms  {result['purchases']:,} purchases  failed {result['failed']}{cpu}"
        + ("" if result["keptUp"] else "  [generator late]") + ("" if holds(result) else "  NOT held")
        + "".join(f"\n             BROKEN {words}" for words in result["words"]))


def search(bench, first):
    """Up by half until a rate does not hold, then the gap is halved until it is under 8 %. What does not hold is tried twice:
    one hiccup of the machine is not the system's limit."""
    low, high, rate, tried = None, None, first, []
    while (low is None or high is None or high / low > 1.08) and len(tried) < MOST_TRIES:
        result = bench.run(rate)
        tried.append(result)
        print("  " + describe(result), flush=True)
        if not holds(result) and len(tried) < MOST_TRIES:
            result = bench.run(rate)
            tried.append(result)
            print("  " + describe(result) + "  (again)", flush=True)
        if holds(result):
            low = rate
        else:
            high = rate
        rate = rate * 1.5 if high is None else rate / 1.5 if low is None else (low + high) / 2
    return low, tried


@contextlib.contextmanager
def embedded(arguments, folder):
    """`ticket run` with fresh data, and as many events and buyers as the search may need."""
    data, ticket = f"{folder}/data", os.path.abspath(arguments.ticket)
    events = [event_file(number) for number in range(MOST_TRIES + 3)]
    for event in events:
        path = f"{folder}/event.json"
        with open(path, "w") as file:
            json.dump(event, file)
        subprocess.run([ticket, "events", "import", path, "--data", data], check=True, stdout=subprocess.DEVNULL)
    with open(f"{folder}/tokens", "w") as file:
        subprocess.run([ticket, "token", "issue", "--count", str(BUYERS), "--data", data], check=True, stdout=file)
    with service(
            ticket, ["--data", data, "--access-log-sample", "1", "--buyer-rate", "100000", "--buyer-burst", "100000"],
            name="ticket run", command=["run"]) as server:
        yield Bench(arguments, folder, server.address, [event["id"] for event in events], f"{folder}/tokens", server.cpu_seconds)


@contextlib.contextmanager
def distributed(arguments, folder, events):
    """The three services as processes of their own, with these events. Gives them with their buyers' tokens and the stores."""
    programs = os.path.dirname(os.path.abspath(arguments.ticket))

    def binary(name):
        return os.path.join(programs, name)

    backends = whole.Backends(f"{folder}/backends", binary)
    try:
        # One generator stands for all buyers.
        backends.environment.update({"TICKET_BUYER_RATE": "100000", "TICKET_BUYER_BURST": "100000", "TICKET_LOG_LEVEL": "warning"})
        ticket = whole.runner(backends.environment, f"{folder}/data", binary)
        backends.prepare(ticket)
        for event in events:
            with open(f"{folder}/event.json", "w") as file:
                json.dump(event, file)
            ticket("events", "import", f"{folder}/event.json")
        with open(f"{folder}/tokens", "w") as file:
            file.write(ticket("token", "issue", "--count", str(BUYERS)))
        services = whole.Services(backends, f"{folder}/data", binary, whole.free_ports(3), 1)
        try:
            yield services, backends
        finally:
            services.stop()
    finally:
        backends.stop()


@contextlib.contextmanager
def distributed_bench(arguments, folder):
    events = [event_file(number) for number in range(MOST_TRIES + 3)]
    with distributed(arguments, folder, events) as (services, _):
        yield Bench(
            arguments, folder, services.addresses["public"][0], [event["id"] for event in events], f"{folder}/tokens",
            lambda: sum(map(cpu_seconds_of, services.pids())), services.addresses["confirm"][0])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticket", default=".build/release/ticket")
    parser.add_argument("--rate", type=float, default=1_000, help="where the search begins")
    parser.add_argument("--seconds", type=float, default=8, help="of each try")
    parser.add_argument("--half-seconds", type=float, default=20, help="at half of the highest rate")
    parser.add_argument("--loops", type=int, default=1)
    parser.add_argument("--distributed", action="store_true", help="the three services on Redis, PostgreSQL and aws-double")
    parser.add_argument("--target", help="a system that runs already; otherwise `ticket run` is started")
    parser.add_argument("--events", help="ids of its events that nothing was sold of, separated by commas")
    parser.add_argument("--tokens", help="a file of its buyers' tokens")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--output", metavar="NAME", help="keeps the report at half of the rate, without .json and .html")
    arguments = parser.parse_args()
    if arguments.target and not (arguments.events and arguments.tokens):
        parser.error("--target needs --events and --tokens")
    print(machine.describe(), flush=True)
    with tempfile.TemporaryDirectory(prefix="ticket-bench-") as folder, contextlib.ExitStack() as stack:
        if arguments.target:
            bench = Bench(arguments, folder, arguments.target, arguments.events.split(","), os.path.abspath(arguments.tokens))
        else:
            bench = stack.enter_context((distributed_bench if arguments.distributed else embedded)(arguments, folder))
        print(f"\nThe mix of an on-sale, {arguments.seconds:.0f} s at each rate:", flush=True)
        highest, tried = search(bench, arguments.rate)
        figures = {"highest": highest, "tried": tried, "half": None}
        if highest:
            print(f"  highest with p95 at most 200 ms: {highest:,.0f}/s\n\nHalf of it, {arguments.half_seconds:.0f} s:", flush=True)
            figures["half"] = bench.run(highest / 2, arguments.half_seconds, keep=arguments.output)
            print("  " + describe(figures["half"]), flush=True)
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(figures, file, indent=1)
    broken = [words for result in [*tried, *filter(None, [figures["half"]])] for words in result["words"]]
    sys.exit(1 if broken or not highest else 0)


if __name__ == "__main__":
    try:
        main()
    except (Broken, whole.Broken) as problem:
        sys.exit(f"onsale: {problem}")
