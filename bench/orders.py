#!/usr/bin/env python3
"""Rows a second that the order book writes into PostgreSQL, inbox included, and what a whole order costs the worker.

First: the order book beside pgbench with the same tables and the same `unnest`, in batches of 100 and of 1, on the same
server, and beside two Python job queues whose jobs do nothing. Rounds are interleaved. Then, apart: ticket-worker draining
a queue of paid-for intents to the end (claim, payment, order, settle, delete), with its CPU by thread: all embedded, with
orders in PostgreSQL, and with ledger and queue on DynamoDB and SQS of aws-double besides.
Exits non-zero only when something is broken.
"""

import argparse
import contextlib
import json
import os
import pwd
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass

import embedded
import machine
from figures import Spread, paired, table, write_json
from redis import redis_server
from servers import Broken, cpu_seconds_of, free_port, service, stop

READY_SECONDS = 30
BATCHES = (100, 1)


def main():
    arguments = parse_arguments()
    print(f"Machine: {machine.describe()}", flush=True)
    figures = {"machine": machine.describe()}
    with contextlib.ExitStack() as stack:
        if "book" in arguments.parts:
            server = stack.enter_context(postgres_server())
            figures["book"] = measure_book(server, arguments, stack)
        if "worker" in arguments.parts:
            figures["worker"] = measure_worker(arguments)
    write_json(arguments.json, figures)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--connections", type=int, default=8, help="to PostgreSQL, ours and pgbench's")
    parser.add_argument("--jobs", type=int, default=4_000, help="of each job queue in a round")
    parser.add_argument("--orders", type=int, default=20_000, help="of the whole worker")
    parser.add_argument("--parts", nargs="+", choices=["book", "worker"], default=["book", "worker"])
    parser.add_argument("--workers", nargs="+", choices=WORKERS, default=list(WORKERS), help="which of the three")
    parser.add_argument("--without-peers", action="store_true", help="without Dramatiq and Celery")
    parser.add_argument("--bin", default=".build/release")
    parser.add_argument("--peers", default=".venv-bench", help="the Python environment of Dramatiq and Celery")
    parser.add_argument("--json", metavar="FILE", help="write all figures there too")
    return parser.parse_args()


# MARK: PostgreSQL

@dataclass(frozen=True)
class Postgres:
    port: int
    process: subprocess.Popen
    programs: str

    @property
    def url(self):
        return f"postgres://ticket@127.0.0.1:{self.port}/postgres?sslmode=disable"

    def sql(self, statements):
        done = subprocess.run(
            [f"{self.programs}/psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "ticket",
             "postgres", "-c", statements], capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise Broken(f"psql: {done.stderr}")

    def empty(self):
        """Both sides begin with empty tables and nothing left to write."""
        self.sql("TRUNCATE inbox, orders, tickets")
        self.sql("CHECKPOINT")

    def cpu_seconds(self):
        """Of the server's processes that are there and of those that have ended, which the first one has waited for."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        ended = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            return ended + sum(cpu_seconds_of(int(pid)) for pid in [self.process.pid, *file.read().split()])


@contextlib.contextmanager
def postgres_server():
    """PostgreSQL as Debian ships it, with its own defaults, durable; as an unprivileged user, as it demands."""
    programs = postgres_programs()
    with tempfile.TemporaryDirectory(prefix="ticket-bench-postgres-") as folder:
        user = {}
        if os.getuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(folder, entry.pw_uid, entry.pw_gid)
            user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        port = free_port()
        with open(f"{folder}/log", "wb") as log:
            made = subprocess.run(
                [f"{programs}/initdb", "-D", f"{folder}/data", "-U", "ticket", "--auth=trust", "-E", "UTF8", "--locale=C"],
                stdout=log, stderr=log, cwd=folder, **user)
            if made.returncode != 0:
                raise Broken("initdb failed")
            process = subprocess.Popen(
                [f"{programs}/postgres", "-D", f"{folder}/data", "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}",
                 "-c", "unix_socket_directories="], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder, **user)
        try:
            wait_until(lambda: subprocess.run(
                [f"{programs}/pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]).returncode == 0, process, "PostgreSQL")
            yield Postgres(port, process, programs)
        finally:
            # SIGINT ends the sessions and stops; SIGTERM would wait for a client that hangs.
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            stop(process)


def postgres_programs():
    for version in ("17", "16", "15", "14"):
        folder = f"/usr/lib/postgresql/{version}/bin"
        if os.access(f"{folder}/initdb", os.X_OK):
            return folder
    found = shutil.which("initdb")
    if found is None:
        raise Broken("PostgreSQL is not installed: dev/install-packages.sh servers")
    return os.path.dirname(os.path.realpath(found))


def wait_until(is_ready, process, name):
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Broken(f"{name} did not start")
        time.sleep(0.05)


# MARK: The order book

@dataclass(frozen=True)
class Measurement:
    rows: float
    """A second."""
    server_us: float
    client_us: float
    parts: dict


def measure_book(server, arguments, stack):
    names = [f"{who} {batch}" for batch in BATCHES for who in ("pgbench", "ours")]
    results = {name: {} for name in names}
    peers = {}
    if not arguments.without_peers:
        broker = stack.enter_context(redis_server())
        peers = {"Dramatiq": {}, "Celery": {}}
    # The schema, and the first plans.
    subprocess.run([*ours(server, arguments, 100, "warm"), "seconds=1"], check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory(prefix="ticket-bench-") as folder:
        for round_number in range(arguments.rounds):
            order = names if round_number % 2 == 0 else names[::-1]
            for name in order:
                who, batch = name.split()
                measure = measure_ours if who == "ours" else measure_pgbench
                server.empty()
                results[name][round_number] = measure(server, arguments, int(batch), f"{folder}/script", round_number)
            for name in peers:
                peers[name][round_number] = measure_jobs(name, broker, arguments)
            print(f"  round {round_number + 1} of {arguments.rounds} done", flush=True)
    return report_book(results, peers, arguments)


def ours(server, arguments, batch, event):
    return [
        os.path.abspath(f"{arguments.bin}/orders-bench"), f"url={server.url}", f"event={event}", f"batch={batch}",
        f"callers={arguments.connections}", f"connections={arguments.connections}"]


def counted(server, command, seconds):
    """What it says, and the CPU of the server and of itself meanwhile."""
    before, server_before = own_children_seconds(), server.cpu_seconds()
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60)
    if done.returncode != 0:
        raise Broken(f"{command[0]}: {done.stdout}{done.stderr}")
    # The last backends end a moment after their client.
    time.sleep(0.3)
    return done.stdout, own_children_seconds() - before, server.cpu_seconds() - server_before


def own_children_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_ours(server, arguments, batch, _script, round_number):
    event = f"bench{batch}x{round_number}"
    command = [*ours(server, arguments, batch, event), f"seconds={arguments.seconds}"]
    said, client, server_cpu = counted(server, command, arguments.seconds)
    figures = json.loads(said)
    # The warm-up before the clock starts is work of the server too; it is a small part and counts against us.
    rows = max(1, figures["orders"])
    return Measurement(figures["ordersPerSecond"], server_cpu / rows * 1e6, client / rows * 1e6, figures["cpuUsPerOrder"])


def measure_pgbench(server, arguments, batch, script, _round_number):
    with open(script, "w") as file:
        file.write(pgbench_script(batch))
    command = [
        f"{server.programs}/pgbench", "-n", "-M", "prepared", "-c", str(arguments.connections), "-j", "1",
        "-T", str(arguments.seconds), "-f", script, "-h", "127.0.0.1", "-p", str(server.port), "-U", "ticket", "postgres"]
    said, client, server_cpu = counted(server, command, arguments.seconds)
    transactions, per_second = pgbench_figures(said)
    rows = max(1, transactions * batch)
    return Measurement(per_second * batch, server_cpu / rows * 1e6, client / rows * 1e6, {})


def pgbench_figures(said):
    """Transactions, and a second."""
    count = re.search(r"number of transactions actually processed: (\d+)", said)
    rate = re.search(r"^tps = ([0-9.]+)", said, re.MULTILINE)
    if count is None or rate is None:
        raise Broken(f"pgbench said: {said}")
    return int(count[1]), float(rate[1])


def pgbench_script(batch):
    """The same statement, columns and widths as ours, except that the server makes the values from one number a row:
    pgbench sends none of the arrays and waits for no client to fill them."""
    return f"""\\set base random(1, 4000000000000000)
WITH new AS MATERIALIZED (
    SELECT n, md5(n::text) AS digest, md5(n::text)::uuid AS attempt
    FROM unnest(ARRAY(SELECT generate_series(:base::bigint, :base::bigint + {batch - 1}))) AS n),
taken AS (
    INSERT INTO inbox (attempt, outcome, reason) SELECT attempt, 'confirmed', NULL FROM new
    ON CONFLICT (attempt) DO NOTHING RETURNING attempt),
placed AS (
    INSERT INTO orders (number, intent, event_id, buyer, minor_units, currency, payment_reference, placed_at, seats)
    SELECT left(digest, 19), 'pi_' || digest || left(digest, 20), 'bench', 'b_' || n % 50000, 90000, 'KRW',
        'sandbox-' || attempt, now(), 'S' || n % 40 || '-' || n
    FROM new WHERE attempt IN (SELECT attempt FROM taken)),
issued AS (
    INSERT INTO tickets (event_id, seat_id, section_id, order_number, code, minor_units, currency)
    SELECT 'bench', 'S' || n % 40 || '-' || n, 'S' || n % 40, left(digest, 19),
        't1.bench.S' || n % 40 || '-' || n || '.' || attempt || '.' || repeat('k', 86), 90000, 'KRW'
    FROM new WHERE attempt IN (SELECT attempt FROM taken))
SELECT attempt FROM taken;
"""


def report_book(results, peers, arguments):
    print(f"\nRows a second into inbox, orders and tickets, {arguments.connections} connections: median [least..most]")
    rows = []
    for name, rounds in results.items():
        rows.append([
            f"{name.split()[0]}, {name.split()[1]} a statement", Spread.of(m.rows for m in rounds.values()).words(0),
            Spread.of(m.server_us for m in rounds.values()).words(1), Spread.of(m.client_us for m in rounds.values()).words(1)])
    for name, rounds in peers.items():
        rows.append([f"{name}, jobs that do nothing", Spread.of(m.rows for m in rounds.values()).words(0), "",
                     Spread.of(m.client_us for m in rounds.values()).words(1)])
    print(table(["", "rows a second", "PostgreSQL's CPU us a row", "the client's"], rows))
    summary = {"ratios": {}, "parts": {}}
    for batch in BATCHES:
        mine, theirs = ({key: m.rows for key, m in results[f"{who} {batch}"].items()} for who in ("ours", "pgbench"))
        ratio = Spread.of(paired(mine, theirs))
        summary["ratios"][f"pgbench {batch}"] = ratio
        aim = " (aim: at least 0.5)" if batch == 100 else ""
        print(f"ours / pgbench at {batch} a statement: {ratio.words()}{aim}")
        for part in ("worker", "postgres"):
            spread = Spread.of(m.parts[part] for m in results[f"ours {batch}"].values())
            summary["parts"][f"{part} {batch}"] = spread
            print(f"    CPU of our thread `{part}`: {spread.words()} us an order")
    for name, rounds in peers.items():
        ratio = Spread.of(paired(
            {key: m.rows for key, m in results["ours 1"].items()}, {key: m.rows for key, m in rounds.items()}))
        summary["ratios"][name] = ratio
        print(f"ours, one order a statement / {name}: {ratio.words()}")
    for name, rounds in [*results.items(), *peers.items()]:
        summary[name] = {
            "rowsPerSecond": Spread.of(m.rows for m in rounds.values()),
            "serverUs": Spread.of(m.server_us for m in rounds.values()),
            "clientUs": Spread.of(m.client_us for m in rounds.values())}
    return summary


# MARK: Dramatiq and Celery

def measure_jobs(name, broker, arguments):
    """Jobs that only count themselves, already queued when the workers start; counted from the first that is done."""
    python = os.path.abspath(f"{arguments.peers}/bin")
    if not os.access(f"{python}/python", os.X_OK):
        raise Broken(f"{arguments.peers} is not there: dev/python-venv.sh bench, or --without-peers")
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "peers")
    environment = {**os.environ, "BENCH_REDIS_URL": f"redis://127.0.0.1:{broker.port}/0", "PYTHONPATH": folder,
                   "PYTHONDONTWRITEBYTECODE": "1"}
    redis_ask(broker, "FLUSHALL")
    module = f"{name.lower()}_jobs"
    subprocess.run([f"{python}/python", f"{folder}/{module}.py", str(arguments.jobs)], check=True, env=environment, timeout=120)
    workers = {
        "Dramatiq": [f"{python}/dramatiq", module, "--processes", "2", "--threads", "8"],
        "Celery": [f"{python}/celery", "-A", module, "worker", "-c", "2", "--prefetch-multiplier", "64", "-l", "error",
                   "--without-gossip", "--without-mingle", "--without-heartbeat"],
    }[name]
    with tempfile.TemporaryDirectory(prefix="ticket-bench-jobs-") as scratch:
        process = subprocess.Popen(
            workers, env=environment, cwd=scratch, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        try:
            first, started, cpu_before = wait_for_jobs(broker, process, 1)
            last, ended, cpu_after = wait_for_jobs(broker, process, arguments.jobs)
        finally:
            stop(process)
    jobs = max(1, last - first)
    return Measurement(jobs / (ended - started), 0, (cpu_after - cpu_before) / jobs * 1e6, {})


def wait_for_jobs(broker, process, count):
    deadline = time.monotonic() + 120
    while True:
        done = int(redis_ask(broker, "GET done") or 0)
        if done >= count:
            return done, time.monotonic(), tree_cpu_seconds(process.pid)
        if process.poll() is not None or time.monotonic() > deadline:
            raise Broken(f"{done} of {count} jobs were done")
        time.sleep(0.01)


def tree_cpu_seconds(pid):
    with contextlib.suppress(FileNotFoundError):
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            return cpu_seconds_of(pid) + sum(tree_cpu_seconds(int(child)) for child in file.read().split())
    return 0.0


def redis_ask(broker, words):
    with socket.create_connection(("127.0.0.1", broker.port), 10) as connection:
        connection.sendall(words.encode() + b"\r\n")
        lines = connection.makefile("rb")
        head = lines.readline()
        return lines.readline().strip().decode() if head.startswith(b"$") and head != b"$-1\r\n" else None


# MARK: The whole worker

EMBEDDED, ORDERS, DISTRIBUTED = "all of it embedded", "orders in PostgreSQL", "ledger and queue on aws-double, orders in PostgreSQL"
WORKERS = {"embedded": EMBEDDED, "postgres": ORDERS, "aws": DISTRIBUTED}
# Of whoever asks whether the queue is empty and nothing died: no work of an order.
ASKING = ("SQS.GetQueueAttributes", "SQS.GetQueueUrl", "DynamoDB.Query")
# What the threads of ticket-worker do, for whoever reads their times.
THREADS = {
    "worker": "the worker's loop: the steps of every order, payment, its JSON and SQL; and with aws-double all of each call: its "
              "JSON, signature, HTTP and socket",
    "postgres": "libpq and its sockets",
    "store-writer": "the embedded store's writer: its statements and commits",
    "aws-calls": "calls to AWS that no loop of the worker makes: credentials, and the commands' own",
}


def measure_worker(arguments):
    print(f"\nticket-worker on a queue of {arguments.orders:,} intents: claim, payment, order, settle, delete")
    figures = {}
    for name in (WORKERS[word] for word in arguments.workers):
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="ticket-bench-"))
            orders = stack.enter_context(postgres_server()) if name != EMBEDDED else None
            double = None
            if name == DISTRIBUTED:
                double = stack.enter_context(
                    service(f"{arguments.bin}/aws-double", [], name="aws-double", admin="--control-port"))
            figures[name] = drain(folder, orders, double, arguments)
        report_worker(name, figures[name])
    return figures


def report_worker(name, figures):
    parts = sorted(figures["cpuUsPerOrder"].items(), key=lambda each: -each[1])
    rows = [[part, f"{us:.1f}"] for part, us in parts]
    print(f"\n{name}: {figures['ordersPerSecond']:,.0f} orders a second, "
          f"{sum(figures['cpuUsPerOrder'].values()):.0f} us of the worker's CPU an order, by thread:")
    print(table(["thread", "us an order"], rows))
    for part, _ in parts:
        if part in THREADS:
            print(f"    {part}: {THREADS[part]}")
    if figures["postgresUsPerOrder"]:
        print(f"PostgreSQL's own: {figures['postgresUsPerOrder']:.0f} us an order")
    if calls := figures["callsPerOrder"]:
        print(f"aws-double's own: {figures['doubleUsPerOrder']:.0f} us an order. Calls an order, by what the double counted:")
        print(table(["call", "an order"], [[call, f"{count:.3f}"] for call, count in calls.items()]))
        print("Billed an order: " + ", ".join(f"{count:.2f} {what}" for what, count in figures["billedPerOrder"].items()))


def variables_of(orders, double, data):
    variables = {"TICKET_DATA": data}
    if orders is not None:
        variables["TICKET_ORDERS"] = orders.url
    if double is not None:
        variables |= {
            "TICKET_LEDGER": "dynamodb:tickets", "TICKET_QUEUE": f"sqs:{double.address}/000000000000/orders.fifo",
            "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": double.address, "AWS_ACCESS_KEY_ID": "AKIDBENCH",
            "AWS_SECRET_ACCESS_KEY": "bench"}
    return variables


def drain(folder, orders, double, arguments):
    """Fills the queue while no worker runs, then starts one and waits until nothing is left."""
    ticket = os.path.abspath(f"{arguments.bin}/ticket")
    environment = variables_of(orders, double, f"{folder}/data")
    os.environ.update(environment)
    try:
        if orders is not None:
            run([ticket, "db", "init"])
        if double is not None:
            run([ticket, "aws", "create"])
        with open(f"{folder}/event.json", "w") as file:
            json.dump(embedded.event_file(), file)
        run([ticket, "events", "import", f"{folder}/event.json"])
        fill(folder, ticket, arguments)
        if double is not None:
            ask(double, "/reset", {"data": False})
        with service(f"{arguments.bin}/ticket-worker", [], name="ticket-worker") as worker:
            pid = worker.processes()[0]
            before, started = thread_seconds(pid), time.monotonic()
            server_before = orders.cpu_seconds() if orders else 0
            double_before = double.cpu_seconds() if double else 0
            wait_until_empty(ticket, worker)
            seconds, after = time.monotonic() - started, thread_seconds(pid)
            server_seconds = orders.cpu_seconds() - server_before if orders else 0
            double_seconds = double.cpu_seconds() - double_before if double else 0
            counts = ask(double, "/counts") if double else {"calls": {}, "billed": {}}
        # Ends with 1, which is broken here, when anything does not add up.
        sold = json.loads(run([ticket, "integrity", "bench", "--json"]))["sold"]
        if sold != arguments.orders:
            raise Broken(f"{sold} of {arguments.orders} seats are sold")
    finally:
        for name in environment:
            os.environ.pop(name, None)
    return {
        "orders": sold, "seconds": seconds, "ordersPerSecond": arguments.orders / seconds,
        "cpuUsPerOrder": {
            part: (after[part] - before.get(part, 0)) / arguments.orders * 1e6
            for part in after if after[part] - before.get(part, 0) > 0.001},
        "postgresUsPerOrder": server_seconds / arguments.orders * 1e6, "doubleUsPerOrder": double_seconds / arguments.orders * 1e6,
        "callsPerOrder": {call: row["calls"] / arguments.orders for call, row in counts["calls"].items() if call not in ASKING},
        "billedPerOrder": {what: count / arguments.orders for what, count in counts["billed"].items()}}


def ask(double, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(double.admin + path, data=data), timeout=10) as answer:
        return json.load(answer)


def fill(folder, ticket, arguments):
    with open(f"{folder}/tokens", "w") as file:
        subprocess.run([ticket, "token", "issue", "--count", "10000"], check=True, stdout=file)
    rate = 1_000
    with open(f"{folder}/scenario.json", "w") as file:
        json.dump(embedded.scenario(rate, arguments.orders / rate, 0), file)
    desk = ["--access-log-sample", "0", "--buyer-rate", "100000", "--buyer-burst", "100000"]
    with service(ticket, desk, name="ticket run", command=["run", "--no-worker"]) as desks:
        run([ticket, "load", f"{folder}/scenario.json", "--target", desks.address, "--loops", "1", "--tokens",
             f"{folder}/tokens", "--output", f"{folder}/report", "--max-rate", "1000000", "--no-verdict"], accept=(0, 1))
    with open(f"{folder}/report.json") as file:
        created = json.load(file)["total"]["statuses"].get("201", 0)
    if created != arguments.orders:
        raise Broken(f"{created} of {arguments.orders} intents were taken")


def run(command, accept=(0,)):
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode not in accept:
        raise Broken(f"{' '.join(command[:3])}: {done.stdout}{done.stderr}")
    return done.stdout


def wait_until_empty(ticket, worker):
    deadline = time.monotonic() + 300
    while True:
        worker.require_alive()
        stats = json.loads(run([ticket, "queue", "stats", "--json"]))
        if stats["deadLetters"] or stats["dead"]:
            raise Broken(f"orders failed: {stats}")
        if stats["visible"] + stats["inFlight"] == 0:
            return
        if time.monotonic() > deadline:
            raise Broken(f"the queue was not empty in time: {stats}")
        time.sleep(0.1)


def thread_seconds(pid):
    """Time on a processor by thread name."""
    times = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            with open(f"/proc/{pid}/task/{task}/comm") as file:
                name = file.read().strip()
            with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                times[name] = times.get(name, 0) + int(file.read().split()[0]) / 1e9
    return times


if __name__ == "__main__":
    try:
        main()
    except Broken as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
