#!/usr/bin/env python3
"""Everything that a large sale stands on, on this machine: Redis, PostgreSQL, aws-double and the three services.

    dev/distributed.py [--port 8080] [--data .data/distributed] [--copies 1]

Every start begins anew: aws-double keeps its table and queue in memory. Ctrl-C ends all of it.
"""

import argparse
import contextlib
import json
import os
import pathlib
import pwd
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from front import Front

ROOT = pathlib.Path(__file__).resolve().parent.parent
START_SECONDS = 30
STOP_SECONDS = 30
ACCOUNT = "000000000000"


class Broken(Exception):
    """Something did not start or stop; the message says what and where to look."""


def free_port():
    return free_ports(1)


def free_ports(count):
    """The first of so many ports in a row that nobody has, nor the ones a thousand above, where services have their metrics.

    Below those that the kernel gives to outgoing connections: one of these may take a port between this look and its use.
    """
    while True:
        first = random.randrange(12_000, 31_000 - count)
        if all(is_free(first + step + up) for step in range(count) for up in (0, 1000)):
            return first


def is_free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(is_so, what, log, seconds=START_SECONDS):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return
        time.sleep(0.02)
    raise Broken(f"{what} did not come up in {seconds} s; its log is {log}")


def postgres_programs():
    for version in ("17", "16", "15", "14"):
        folder = pathlib.Path(f"/usr/lib/postgresql/{version}/bin")
        if (folder / "initdb").exists():
            return folder
    raise Broken("PostgreSQL's programs are not installed: `make set-up-servers` does that")


def answers(port):
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


def debug_binary(name):
    """Of the build in use: the debug build, or BINARIES."""
    return str(pathlib.Path(os.environ.get("BINARIES") or ROOT / ".build" / "debug") / name)


class Backends:
    """The servers behind the services, each on a free port of 127.0.0.1, their files below one folder."""

    def __init__(self, folder, binary, is_durable=True):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._processes = []
        self._binary = binary
        self._data = None
        try:
            self._start_redis()
            self._start_postgres(is_durable)
            self._start_double()
        except BaseException:
            self.stop()
            raise
        queue = f"http://127.0.0.1:{self.double_port}/{ACCOUNT}/orders.fifo"
        database = f"postgres://ticket@127.0.0.1:{self.postgres_port}/ticket?sslmode=disable"
        self.environment = {
            "TICKET_LEDGER": "dynamodb:tickets", "TICKET_QUEUE": f"sqs:{queue}", "TICKET_ORDERS": database,
            "TICKET_CATALOGUE": database, "TICKET_CACHE": f"redis://127.0.0.1:{self.redis_port}",
            "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.double_port}",
            # Nothing checks them here; without any a program of AWS's kind says that it has none.
            "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}

    def prepare(self, ticket):
        """Makes table, queues and schema. `ticket` runs a command of that name."""
        ticket("aws", "create")
        ticket("db", "init")

    def _spawn(self, name, command, user=None):
        log = open(self.folder / f"{name}.log", "ab")
        with log:
            who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
            process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, cwd="/", **who)
        self._processes.append((name, process))
        return process

    def start(self, name):
        """Again, where it was: after `kill`."""
        {"redis": self._run_redis, "postgres": self._run_postgres}[name]()

    def _start_redis(self):
        self.redis_port = free_port()
        self._run_redis()

    def _run_redis(self):
        self._spawn("redis", ["redis-server", "--bind", "127.0.0.1", "--port", self.redis_port, "--save", "", "--appendonly", "no"])
        wait_until(lambda: answers(self.redis_port), "redis-server", self.folder / "redis.log")

    def _start_postgres(self, is_durable):
        self._programs = postgres_programs()
        # It refuses to run as root, and whoever it runs as may not pass through the folder of somebody else.
        self._user = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        self._data = pathlib.Path(tempfile.mkdtemp(prefix="ticket-postgres-"))
        if self._user:
            os.chown(self._data, self._user.pw_uid, self._user.pw_gid)
        self.postgres_port = free_port()
        made = self._spawn("initdb", [
            self._programs / "initdb", "-D", self._data, "-U", "ticket", "--auth=trust", "-E", "UTF8", "--locale=C", "--no-sync",
            "--no-instructions"], self._user)
        if made.wait(60) != 0:
            raise Broken(f"initdb failed; its log is {self.folder / 'initdb.log'}")
        self._processes.pop()
        self._postgres_options = [] if is_durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]
        self._run_postgres()
        done = subprocess.run(
            [self._programs / "createdb", "-h", "127.0.0.1", "-p", str(self.postgres_port), "-U", "ticket", "ticket"],
            capture_output=True, text=True, timeout=30)
        if done.returncode != 0:
            raise Broken(f"createdb failed: {done.stderr}")

    def _run_postgres(self):
        command = [
            self._programs / "postgres", "-D", self._data, "-c", "listen_addresses=127.0.0.1", "-c", f"port={self.postgres_port}",
            "-c", "unix_socket_directories=", "-c", "max_connections=200", *self._postgres_options]
        ready = [self._programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.postgres_port), "-d", "postgres"]
        process = self._spawn("postgres", command, self._user)

        def is_up():
            nonlocal process
            if process.poll() is not None:
                # After a kill the last processes of the old server hold its memory for a moment.
                self._processes = [entry for entry in self._processes if entry[1] is not process]
                time.sleep(0.2)
                process = self._spawn("postgres", command, self._user)
            return subprocess.run(ready, check=False).returncode == 0
        wait_until(is_up, "PostgreSQL", self.folder / "postgres.log")

    def _start_double(self):
        self.double_port, self.control_port = free_port(), free_port()
        self._spawn("aws-double", [self._binary("aws-double"), "--port", self.double_port, "--control-port", self.control_port])
        wait_until(lambda: answers(self.double_port), "aws-double", self.folder / "aws-double.log")

    # MARK: What proofs do with them

    def control(self, path, body=None):
        """Asks the private port of aws-double."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.control_port}{path}", data, {"Content-Type": "application/json"},
            method="GET" if body is None else "POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def rows(self, statement):
        """The rows of a query, each a list of texts, read with PostgreSQL's own client."""
        done = subprocess.run(
            [self._programs / "psql", "-h", "127.0.0.1", "-p", str(self.postgres_port), "-U", "ticket", "-d", "ticket", "-AtX", "-F", "\t",
             "-c", statement], capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise Broken(f"psql: {done.stderr}")
        return [line.split("\t") for line in done.stdout.splitlines()]

    def kill(self, name):
        """As a crash would end it."""
        for entry in [entry for entry in self._processes if entry[0] == name]:
            entry[1].kill()
            entry[1].wait()
            self._processes.remove(entry)

    def stop(self):
        """In the other order of starting; PostgreSQL is asked to end its sessions."""
        for name, process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for name, process in reversed(self._processes):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes = []
        if self._data:
            shutil.rmtree(self._data, ignore_errors=True)


class Services:
    """The services, their logs beside the backends' files."""

    def __init__(self, backends, data, binary, port, copies):
        self._processes = []
        self.environment = {**os.environ, **backends.environment, "TICKET_DATA": str(data)}
        self.addresses = {}
        for name, first, extra in (("public", port, []), ("confirm", port + 1, ["--guests", "on"]), ("worker", port + 2, [])):
            for copy in range(copies):
                # The others take the next free hundreds, so that the first stay where the guide says.
                own = first + copy * 100
                log = backends.folder / f"ticket-{name}-{copy + 1}.log"
                with open(log, "wb") as file:
                    process = subprocess.Popen(
                        [binary(f"ticket-{name}"), "--port", str(own), "--admin-port", str(own + 1000), *extra], stdin=subprocess.DEVNULL,
                        stdout=file, stderr=subprocess.STDOUT, env=self.environment, start_new_session=True)
                self._processes.append((name, process, log))
                self.addresses.setdefault(name, []).append(f"http://127.0.0.1:{own}")
                self._wait(name, process, own + 1000, log)

    @staticmethod
    def _wait(name, process, admin_port, log):
        def is_ready():
            if process.poll() is not None:
                last = log.read_text(errors="replace").splitlines()[-1:]
                raise Broken(f"ticket-{name} ended: {last[0] if last else 'it said nothing'}")
            with contextlib.suppress(OSError, urllib.error.URLError):
                with urllib.request.urlopen(f"http://127.0.0.1:{admin_port}/ready", timeout=2) as answer:
                    return answer.status == 200
            return False
        wait_until(is_ready, f"ticket-{name}", log)

    def pids(self):
        return [process.pid for _, process, _ in self._processes]

    def pids_by_name(self):
        return {name: process.pid for name, process, _ in self._processes}

    def first_ended(self):
        for name, process, log in self._processes:
            if process.poll() is not None:
                return f"ticket-{name} ended with exit code {process.returncode}; its log is {log}"
        return None

    def stop(self):
        for _, process, _ in self._processes:
            if process.poll() is None:
                process.terminate()
        for _, process, _ in self._processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def runner(environment, data, binary=debug_binary):
    """Runs `ticket` with these variables and gives what it printed."""
    def ticket(*words):
        done = subprocess.run(
            [binary("ticket"), *words, "--data", str(data)], env={**os.environ, **environment}, capture_output=True, text=True,
            timeout=120)
        if done.returncode != 0:
            raise Broken(f"ticket {' '.join(words)}: {done.stderr}{done.stdout}".strip())
        return done.stdout
    return ticket


def guide(front, addresses, folder, token):
    """Where to go, and a purchase to paste."""
    site = addresses["public"][0]
    return f"""
Ticket is open on {front}: three services on Redis, PostgreSQL and aws-double
  on sale    {front}/public/events
  confirm    {front}/confirm/payment-intent
  services   public {site}, confirm {addresses["confirm"][0]}, worker {addresses["worker"][0]}/health
  metrics    {site.rsplit(":", 1)[0]}:{int(site.rsplit(":", 1)[1]) + 1000}/metrics
  logs       {folder}/*.log

Buy seat A-1-1 of demo:
  curl -s {front}/confirm/payment-intent -H 'Content-Type: application/json' \\
    -H 'Idempotency-Key: first-A-1-1' -H 'Authorization: Bearer {token}' \\
    -d '{{"event":"demo","seats":["A-1-1"],"payment":{{"method":"sandbox","token":"tok_ok"}}}}'

Look at it from a second terminal, in this folder:
  . {folder}/environment
  .build/debug/ticket orders list
  make smoke URL={front}

Ctrl-C ends all of it. The next start begins anew.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8080, help="of all of it; public, confirm and worker take the next three (8080)")
    parser.add_argument("--data", default=".data/distributed", help="the folder of everything that is kept (.data/distributed)")
    parser.add_argument("--copies", type=int, default=1, choices=[1, 2, 3, 4], help="processes of each service (1)")
    arguments = parser.parse_args()
    for taken in range(arguments.port, arguments.port + 4):
        if answers(taken):
            raise Broken(f"port {taken} is taken: give another with --port")
    folder = pathlib.Path(arguments.data).resolve()
    data = folder / "data"
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        print("Starting Redis, PostgreSQL and aws-double", flush=True)
        backends = Backends(folder, debug_binary)
        stack.callback(backends.stop)
        ticket = runner(backends.environment, data)
        backends.prepare(ticket)
        (folder / "demo.json").write_text(ticket("events", "demo"))
        ticket("events", "import", str(folder / "demo.json"))
        variables = {**backends.environment, "TICKET_DATA": str(data)}
        (folder / "environment").write_text("".join(f"export {name}='{value}'\n" for name, value in sorted(variables.items())))
        print("Starting the services", flush=True)
        services = Services(backends, data, debug_binary, arguments.port + 1, arguments.copies)
        stack.callback(services.stop)
        addresses = services.addresses
        front = Front(
            arguments.port, {name: addresses[name] for name in ("public", "confirm")}, otherwise=addresses["public"][0])
        stack.callback(front.stop)
        token = ticket("token", "issue").strip()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: sys.exit(0))
        print(guide(front.address, addresses, folder, token), flush=True)
        while True:
            if trouble := services.first_ended():
                raise Broken(trouble)
            time.sleep(0.5)


if __name__ == "__main__":
    try:
        main()
    except Broken as problem:
        sys.exit(f"distributed: {problem}")
    except KeyboardInterrupt:
        sys.exit(0)
