#!/usr/bin/env python3
"""Whether memory stays flat: the three services under the mix of an on-sale for ten minutes, resident memory of each all along.

The first third fills what is bounded (caches, tables of recent buyers, pools); what grows after it would not stop.
Payments are declined, which frees the seats again: an event that sells is larger at its end than at its beginning, and so is
what ticket-public holds of it. `--sells` lets them be taken, to see by how much.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

import machine
import onsale
from servers import Broken, resident_bytes_of

MOST_GROWTH_PERCENT = 5
MOST_GROWTH_BYTES = 4 << 20
# What is kept of ten minutes' work grows in most of these parts; a moment in which the machine stood still, and requests
# piled up, raises one or two for good, since malloc keeps what it once had.
PARTS = 10
PART_GROWTH = 0.004


def event_file(seats):
    """So many seats, in sections of 1,000."""
    sections = [
        {"id": f"S{section}", "rows": [
            {"row": str(row), "from": 1, "to": 100, "price": "one", "x": 0, "y": row * 10} for row in range(1, 11)]}
        for section in range(1, max(2, seats // 1000 + 1))]
    return {
        "id": "soak", "name": "Soak", "venue": "Loopback", "currency": "EUR",
        "sale": {"opensAt": "2020-01-01T00:00:00.000Z", "closesAt": "2099-01-01T00:00:00.000Z"},
        "limits": {"seatsPerIntent": 6, "seatsPerBuyer": 1000, "holdSeconds": 600},
        "prices": [{"name": "one", "amount": 5000}], "sections": sections}


class Memory:
    """Samples of the resident memory of some processes, taken beside the load."""

    def __init__(self, pids, every_seconds):
        self.samples = {name: [] for name in pids}
        self._pids, self._every = pids, every_seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _sample(self):
        while not self._over.is_set():
            for name, pid in self._pids.items():
                self.samples[name].append(resident_bytes_of(pid))
            self._over.wait(self._every)


def growth(samples):
    """Of what comes after the first third: the mean of its first part, that of its last, and in how many it grew."""
    rest = samples[len(samples) // 3:]
    size = len(rest) / PARTS
    parts = [rest[int(number * size):max(int(number * size) + 1, int((number + 1) * size))] for number in range(PARTS)]
    means = [sum(part) / len(part) for part in parts]
    return means[0], means[-1], sum(after > before * (1 + PART_GROWTH) for before, after in zip(means, means[1:], strict=False))


def is_growing(before, after, grown_parts):
    """By more than noise, and again and again."""
    return (after > before * (1 + MOST_GROWTH_PERCENT / 100) and after > before + MOST_GROWTH_BYTES
            and grown_parts > (PARTS - 1) // 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticket", default=".build/release/ticket")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=300, help="requests a second; a fifth are purchases")
    parser.add_argument("--sells", action="store_true", help="take the payments, so that the event fills up")
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    print(machine.describe(), flush=True)
    seconds = arguments.minutes * 60
    # The mix buys up to six seats at once, two on the average.
    seats = int(arguments.rate * 0.2 * seconds * 3) + 10_000
    with tempfile.TemporaryDirectory(prefix="ticket-bench-") as folder:
        with onsale.distributed(arguments, folder, [event_file(seats)]) as (services, _):
            scenario = {
                "name": "soak", "events": ["soak"], "peakPerSecond": arguments.rate, "connections": 128, "maxLatenessMs": 1000,
                "steps": [{"name": "hold", "percent": 100, "seconds": seconds}],
                "purchases": {"paymentToken": "tok_ok" if arguments.sells else "tok_declined"},
                "stop": {"notHeldSeconds": 3600, "p95Seconds": 3600, "failedPercent": 50}, "verdict": {"settleSeconds": 60}}
            with open(f"{folder}/scenario.json", "w") as file:
                json.dump(scenario, file)
            print(f"{arguments.rate:,.0f} requests a second for {arguments.minutes:g} minutes over {seats:,} seats", flush=True)
            with Memory(services.pids_by_name(), max(1, seconds / 120)) as memory:
                started = time.monotonic()
                done = subprocess.run(
                    [os.path.abspath(arguments.ticket), "load", f"{folder}/scenario.json", "--target", services.addresses["public"][0],
                     "--confirm", services.addresses["confirm"][0], "--loops", "1", "--tokens", f"{folder}/tokens",
                     "--output", f"{folder}/report"], capture_output=True, text=True, timeout=seconds * 2 + 300)
            if done.returncode not in (0, 1, 75):
                raise Broken(f"the load generator failed: {done.stdout}{done.stderr}")
            print(done.stdout.strip(), f"\nin {time.monotonic() - started:.0f} s", flush=True)
    flat = True
    for name, samples in memory.samples.items():
        before, after, grown_parts = growth(samples)
        grows = is_growing(before, after, grown_parts)
        flat = flat and not grows
        print(f"  ticket-{name:8} start {samples[0] / 1e6:6.1f}  after a third {before / 1e6:6.1f}  end {after / 1e6:6.1f} MB"
              f"  grew in {grown_parts} of {PARTS - 1} parts"
              + ("  GROWS" if grows else ""))
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(memory.samples, file)
    print("memory is flat" if flat else "memory is NOT flat")
    sys.exit(0 if flat and done.returncode == 0 else 1)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        try:
            main()
        except (Broken, onsale.whole.Broken) as problem:
            sys.exit(f"soak: {problem}")
