"""The executables under proof: started on free ports over one data directory, killed, started again."""

import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import time


ROOT = pathlib.Path(__file__).resolve().parent.parent
START_SECONDS = 15
# A buyer of these proofs is a crowd; where the story is about limits, it sets them itself.
GENEROUS = ("--buyer-rate", "100000", "--buyer-burst", "100000")


def binary(name):
    """Where the build in use puts executables: the debug build of `make test`, or BINARIES."""
    folder = os.environ.get("BINARIES") or ROOT / ".build" / "debug"
    return str(pathlib.Path(folder) / name)


class Process:
    """One executable. Its output goes to a file, because a pipe nobody reads would stop it."""

    def __init__(self, command, log, environment):
        self._command = command
        self._log = log
        self._environment = environment
        self.address = self.admin = None
        self.start()

    def start(self):
        seen = os.path.getsize(self._log) if os.path.exists(self._log) else 0
        with open(self._log, "ab") as file:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT,
                                             env=self._environment)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with open(self._log, "rb") as file:
                file.seek(seen)
                for line in file.read().decode(errors="replace").splitlines():
                    if '"address"' in line:
                        self.address, self.admin = (json.loads(line)[name] for name in ("address", "admin"))
                        return
            if self._process.poll() is not None:
                break
            time.sleep(0.005)
        raise AssertionError(f"{self._command[0]} did not start: {pathlib.Path(self._log).read_text(errors='replace')[-800:]}")

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    def kill(self):
        self._process.kill()
        self._process.wait()

    def stop(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                return self._process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
                return -9
        return self._process.returncode

    def keep_port(self):
        """From now on it starts on the port it has: buyers do not look it up again."""
        self._command = [*self._command[: self._command.index("--port") + 1], str(self.port),
                         *self._command[self._command.index("--port") + 2:]]


class System:
    """A sale's processes over one data directory: `ticket run`, or the three services sharing the store. With `backends`
    they stand on these instead of files, and there may be several of each. Services that are `late` wait for `start`."""

    def __init__(self, folder, event, separate=False, rates=GENEROUS, guests="on", backends=None, copies=1, late=()):
        self.folder = pathlib.Path(folder)
        self.data = str(self.folder / "data")
        self.backends = backends
        self._environment = {**os.environ, **(backends.environment if backends else {})}
        if backends:
            backends.prepare(self.ticket)
        file = self.folder / "event.json"
        file.write_text(event if isinstance(event, str) else json.dumps(event))
        self.ticket("events", "import", str(file))
        common = ["--port", "0", "--admin-port", "0", "--data", self.data]
        if separate or backends:
            commands = {
                "public": [binary("ticket-public"), *common],
                "confirm": [binary("ticket-confirm"), *common, "--guests", guests, *rates],
                "worker": [binary("ticket-worker"), *common],
            }
        else:
            commands = {"all": [binary("ticket"), "run", *common, *rates]}
        self._commands = commands
        self._copies = copies
        self.processes = {}
        for service in commands:
            if service not in late:
                self.start(service)

    def start(self, service):
        """Each copy of it; from then on every one keeps its port."""
        for copy in range(self._copies):
            name = service if self._copies == 1 else f"{service}-{copy + 1}"
            self.processes[name] = Process(self._commands[service], str(self.folder / f"{name}.log"), self._environment)
            self.processes[name].keep_port()

    def ticket(self, *command):
        """Runs a `ticket` command over the same stores and gives what it printed."""
        done = subprocess.run(
            [binary("ticket"), *command, "--data", self.data], capture_output=True, text=True, timeout=60, env=self._environment)
        assert done.returncode == 0, f"ticket {' '.join(command)}: exit {done.returncode}: {done.stderr}{done.stdout}"
        return done.stdout

    def tokens(self, count):
        return self.ticket("token", "issue", "--count", str(count)).split()

    def ports(self, service):
        """Of every process that serves it."""
        return [process.port for name, process in self.processes.items() if name.split("-")[0] in (service, "all")]

    def orders(self):
        """All that stand in the book."""
        orders, page = [], {"next": None}
        while True:
            after = ["--after", page["next"]] if page["next"] else []
            page = json.loads(self.ticket("orders", "list", "--limit", "5000", "--json", *after))
            orders += page["orders"]
            if not page["next"]:
                return orders

    def payment_records(self):
        """The gateway's own books, read past the program."""
        if self.backends:
            return [bytes.fromhex(row[0]) for row in self.backends.rows("SELECT record FROM attempt_records")]
        with sqlite3.connect(f"file:{self.data}/ticket.db?mode=ro", uri=True) as store:
            return [row[0] for row in store.execute("SELECT record FROM attempt_records")]

    def restart(self, name):
        self.processes[name].kill()
        self.processes[name].start()

    def stop(self):
        return [process.stop() for process in self.processes.values()]


def event(seats, per_buyer=1000, per_intent=6, hold_seconds=600, identifier="proof"):
    """An event with so many seats in sections of 50."""
    rows = [{"row": "1", "from": 1, "to": min(50, seats - start), "price": "one", "x": 0, "y": start} for start in range(0, seats, 50)]
    return {
        "id": identifier, "name": "Proof", "venue": "Loopback", "currency": "EUR",
        "sale": {"opensAt": "2020-01-01T00:00:00.000Z", "closesAt": "2099-01-01T00:00:00.000Z"},
        "limits": {"seatsPerIntent": per_intent, "seatsPerBuyer": per_buyer, "holdSeconds": hold_seconds},
        "prices": [{"name": "one", "amount": 5000}],
        "sections": [{"id": f"S{index}", "rows": [row]} for index, row in enumerate(rows)],
    }


def seat_names(seats):
    return [f"S{index // 50}-1-{index % 50 + 1}" for index in range(seats)]
