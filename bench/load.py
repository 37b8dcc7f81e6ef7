"""Runs wrk and reads what it counted."""

import json
import os
import subprocess
from dataclasses import dataclass

from servers import Broken

REPORT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wrk_report.lua")


@dataclass(frozen=True)
class Load:
    """What wrk counted in one run; latencies in microseconds."""

    requests: int
    seconds: float
    p50_us: float
    p99_us: float
    max_us: float
    status_errors: int
    socket_errors: int

    @property
    def rps(self):
        return self.requests / self.seconds

    @property
    def is_clean(self):
        return self.requests > 0 and self.status_errors == 0 and self.socket_errors == 0


def run(url, threads, connections, seconds):
    command = [
        "wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", "--timeout", "5s", "-s", REPORT, url,
    ]
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds + 30,
        )
    except FileNotFoundError as error:
        raise Broken("wrk is not installed: dev/install-packages.sh bench") from error
    except subprocess.TimeoutExpired as error:
        raise Broken(f"wrk did not end: {' '.join(command)}") from error
    if done.returncode != 0:
        raise Broken(f"wrk ended with exit code {done.returncode}: {done.stdout}{done.stderr}")
    return parse(done.stdout)


def parse(output):
    """wrk prints its own words first; the last line is the report of wrk_report.lua."""
    lines = [line for line in output.splitlines() if line.startswith("{")]
    if not lines:
        raise Broken(f"wrk printed no report: {output[-500:]}")
    report = json.loads(lines[-1])
    return Load(
        requests=report["requests"],
        seconds=report["duration_us"] / 1e6,
        p50_us=report["p50_us"],
        p99_us=report["p99_us"],
        max_us=report["max_us"],
        status_errors=report["status"],
        socket_errors=report["connect"] + report["read"] + report["write"] + report["timeout"],
    )
