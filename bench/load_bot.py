#!/usr/bin/env python3
"""How many requests a second `ticket load` begins on time from one core, against a server that does nothing, and its CPU a request.

nginx answers every path from memory. The generator is kept to one core and nginx to another. The rate is raised until one does
not hold: not all answered, or more than one in a hundred begun over a millisecond late.
"""

import argparse
import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile

import machine
import servers
from servers import Broken

AIM = 60_000
MOST_LATE_US = 1_000
SCENARIO = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load", "trivial.json")

HEALTH = '{"status":"ok"}'
EVENTS = '{"events":[{"id":"e"}]}'
EVENT = ('{"id":"e","limits":{"seatsPerIntent":2,"seatsPerBuyer":12,"holdSeconds":600},"sections":[{"id":"A"}],'
         '"map":{"url":"/public/events/e/map/h"}}')
MAP = json.dumps({"seats": [{"id": f"A-1-{seat}"} for seat in range(1, 101)]}, separators=(",", ":"))
AVAILABILITY = '{"event":"e","version":"v1","since":"v1","changes":[],"padding":"' + "x" * 500 + '"}'


@contextlib.contextmanager
def trivial_server(core):
    """nginx with the few pages that the bot reads before it begins, and one answer for everything else."""
    pages = [("/public/health", HEALTH), ("/public/events", EVENTS), ("/public/events/e", EVENT), ("/public/events/e/map/h", MAP)]
    locations = "\n".join(f"location = {path} {{ return 200 '{body}'; }}" for path, body in pages)
    with tempfile.TemporaryDirectory(prefix="ticket-bench-nginx-") as folder:
        port = servers.free_port()
        text = servers.nginx_configuration(folder, port, 1, AVAILABILITY, "application/json", 60)
        path = os.path.join(folder, "nginx.conf")
        with open(path, "w") as file:
            file.write(text.replace("location / {", locations + "\nlocation / {"))
        try:
            process = subprocess.Popen(
                ["taskset", "-c", str(core), "nginx", "-c", path, "-e", os.path.join(folder, "error.log")],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin"})
        except FileNotFoundError as error:
            raise Broken("nginx or taskset is not installed: dev/install-packages.sh bench") from error
        try:
            servers.wait_until_listening(process, port, os.path.join(folder, "error.log"))
            yield servers.Server("nginx", process, f"http://127.0.0.1:{port}")
        finally:
            servers.stop(process)


def measure(ticket, server, folder, rate, seconds, connections, core):
    with open(SCENARIO) as file:
        scenario = json.load(file)
    scenario["peakPerSecond"], scenario["connections"] = rate, connections
    scenario["steps"][-1]["seconds"] = seconds
    path = os.path.join(folder, "scenario.json")
    with open(path, "w") as file:
        json.dump(scenario, file)
    before, server_before = resource.getrusage(resource.RUSAGE_CHILDREN), server.cpu_seconds()
    done = subprocess.run(
        ["taskset", "-c", str(core), ticket, "load", path, "--target", server.address, "--loops", "1", "--no-verdict",
         "--max-rate", "10000000", "--output", os.path.join(folder, "report")],
        capture_output=True, text=True, timeout=seconds * 4 + 60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1, 75):
        raise Broken(f"the load generator failed: {done.stdout}{done.stderr}")
    with open(os.path.join(folder, "report.json")) as file:
        report = json.load(file)
    # The last step alone, without its borders: the warm-up is slower on purpose, and behind the end only what is late comes in.
    begins, ends = scenario["steps"][0]["seconds"] + 0.5, scenario["steps"][0]["seconds"] + seconds - 0.2
    hold = [slice for slice in report["timeline"] if slice["startsAt"] >= begins and slice["startsAt"] + slice["seconds"] <= ends]
    if not hold:
        raise Broken("the run was too short to have a slice that counts")
    held_for = sum(slice["seconds"] for slice in hold)
    total = report["total"]["offered"]
    cpu = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return {
        "rate": rate, "offeredPerSecond": sum(slice["offered"] for slice in hold) / held_for,
        "answeredPerSecond": sum(slice["answered"] for slice in hold) / held_for,
        "cpuUsPerRequest": report["generator"]["cpuPerRequestUs"], "processCpuUsPerRequest": cpu / total * 1e6,
        "serverCpuUsPerRequest": (server.cpu_seconds() - server_before) / total * 1e6,
        "lateP99Us": report["summary"]["lateness"]["p99Us"], "p50Us": report["summary"]["latency"]["p50Us"],
        "p99Us": report["summary"]["latency"]["p99Us"], "failed": report["summary"]["failed"],
    }


def holds(result):
    return (result["answeredPerSecond"] >= 0.99 * result["rate"] and result["failed"] == 0 and result["lateP99Us"] <= MOST_LATE_US)


def describe(result):
    return (
        f"{result['rate']:>8,.0f}/s  offered {result['offeredPerSecond']:>8,.0f}/s  answered {result['answeredPerSecond']:>8,.0f}/s  "
        f"{result['cpuUsPerRequest']:.2f} us CPU a request (whole process {result['processCpuUsPerRequest']:.2f}, nginx "
        f"{result['serverCpuUsPerRequest']:.2f})  "
        f"begun late: p99 {result['lateP99Us'] / 1000:.2f} ms  latency p50 {result['p50Us'] / 1000:.2f} ms, p99 {result['p99Us'] / 1000:.2f} ms  "
        f"failed {result['failed']}{'' if holds(result) else '  NOT held'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticket", default=".build/release/ticket")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--rates", default="20000,40000,60000,70000,80000,90000,100000,120000")
    parser.add_argument("--connections", type=int, default=256)
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise Broken("two cores are needed: one for the generator, one for the server")
    print(machine.describe(), flush=True)
    results = []
    with tempfile.TemporaryDirectory(prefix="ticket-bench-") as folder, trivial_server(cores[1]) as server:
        for rate in map(float, arguments.rates.split(",")):
            results.append(
                measure(os.path.abspath(arguments.ticket), server, folder, rate, arguments.seconds, arguments.connections, cores[0]))
            print("  " + describe(results[-1]), flush=True)
            if not holds(results[-1]) and rate > AIM:
                break
    highest = max((result["rate"] for result in results if holds(result)), default=0)
    reached = max(result["answeredPerSecond"] for result in results)
    print(f"\nThe figure to hold: {AIM:,}/s from one core. Highest that held on time: {highest:,.0f}/s; most answered: {reached:,.0f}/s.")
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump({"highest": highest, "mostAnswered": reached, "tried": results}, file, indent=1)
    sys.exit(0 if reached >= 0.99 * AIM else 1)


if __name__ == "__main__":
    try:
        main()
    except Broken as problem:
        sys.exit(f"load_bot: {problem}")
