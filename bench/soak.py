#!/usr/bin/env python3
"""Whether memory stays flat: the three services under the mix of an on-sale for ten minutes, resident memory of each all along.

The first third fills what is bounded (caches, tables of recent buyers, pools); what grows after it would not stop.
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
    """From the end of the first third to the end, each as the mean of a tenth."""
    tenth = max(1, len(samples) // 10)
    third = len(samples) // 3
    before, after = (sum(part) / len(part) for part in (samples[third:third + tenth], samples[-tenth:]))
    return before, after


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ticket", default=".build/release/ticket")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=300, help="requests a second; a fifth are purchases")
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
        before, after = growth(samples)
        grows = after > before * (1 + MOST_GROWTH_PERCENT / 100) and after > before + MOST_GROWTH_BYTES
        flat = flat and not grows
        print(f"  ticket-{name:8} start {samples[0] / 1e6:6.1f}  after a third {before / 1e6:6.1f}  end {after / 1e6:6.1f} MB"
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
