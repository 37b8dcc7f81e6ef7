#!/usr/bin/env python3
"""How long the services take from exec to their ready line, and what they occupy when idle.

Exits non-zero only when something is broken: no ready line, or a stop that does not end with exit code 0.
"""

import argparse
import os
import select
import signal
import subprocess
import sys
import tempfile
import time

import machine
from figures import Spread, table, write_json
from servers import READY_TIMEOUT_SECONDS, STOP_TIMEOUT_SECONDS, Broken, ready_line, resident_bytes_of

SERVICES = ("ticket-public", "ticket-confirm", "ticket-worker")
IDLE_SECONDS = 0.5


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--folder", default=".build/release", help="where the executables are")
    parser.add_argument("--arguments", default="", help="given to each service on top, split at spaces")
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()
    print(f"Machine: {machine.describe()}")
    summary, rows = {"machine": machine.describe(), "services": []}, []
    for name in SERVICES:
        path = os.path.join(arguments.folder, name)
        if not os.access(path, os.X_OK):
            raise Broken(f"{path} is not there; build it first: make build")
        runs = [start_once(path, arguments.arguments.split()) for _ in range(arguments.runs)]
        found = {
            "service": name,
            "ready ms": Spread.of(run[0] for run in runs),
            "resident MB": Spread.of(run[1] for run in runs),
            "stop ms": Spread.of(run[2] for run in runs),
        }
        summary["services"].append(found)
        rows.append([
            name, found["ready ms"].words(1), found["resident MB"].words(1), found["stop ms"].words(1),
            f"{os.path.getsize(path) / 1e6:.1f}",
        ])
    print()
    print(table(["service", "exec to ready, ms", "resident when idle, MB", "stop, ms", "executable, MB"], rows))
    print(f"\n{arguments.runs} starts each. The figures to hold: ready within 50 ms, at most 20 MB.")
    write_json(arguments.json, summary)


def start_once(path, arguments):
    """Ready in ms, resident MB, stopped in ms."""
    with tempfile.TemporaryDirectory(prefix="ticket-bench-") as folder:
        begun = time.monotonic()
        process = subprocess.Popen(
            [os.path.abspath(path), "--port", "0", "--admin-port", "0", *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder,
        )
        try:
            read_until_ready(process, begun)
            ready = time.monotonic() - begun
            time.sleep(IDLE_SECONDS)
            resident = resident_bytes_of(process.pid)
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            # Its last words have to go somewhere, or it could wait for the pipe.
            process.communicate(timeout=STOP_TIMEOUT_SECONDS)
            stopped = time.monotonic() - begun
        except subprocess.TimeoutExpired as error:
            raise Broken(f"{path} did not stop within {STOP_TIMEOUT_SECONDS} s of SIGTERM") from error
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode != 0:
        raise Broken(f"{path} stopped with exit code {process.returncode}")
    return ready * 1e3, resident / 1e6, stopped * 1e3


def read_until_ready(process, begun):
    output = b""
    descriptor = process.stdout.fileno()
    while True:
        left = begun + READY_TIMEOUT_SECONDS - time.monotonic()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            raise Broken(f"no ready line within {READY_TIMEOUT_SECONDS} s; the output was: {output[-500:]!r}")
        part = os.read(descriptor, 65536)
        if not part:
            raise Broken(f"it ended before it was ready; the output was: {output[-500:]!r}")
        output += part
        if ready_line(output.decode("utf-8", "replace")):
            return


if __name__ == "__main__":
    try:
        main()
    except Broken as broken:
        sys.exit(f"error: {broken}")
