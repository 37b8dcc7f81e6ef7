"""`make smoke` against the system that `make run` starts, and against ones that are not right."""

import http.server
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
from distributed import answers, free_ports
from system import ROOT, Process, binary

START_SECONDS = 60


def smoke(url, **environment):
    """`make smoke` with nothing in its surroundings that could speak for it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    run = subprocess.run(["make", "smoke", f"URL={url}"], cwd=ROOT, env={**kept, **environment}, capture_output=True, text=True,
                         timeout=180, check=False, stdin=subprocess.DEVNULL)
    return run.returncode, run.stdout + run.stderr


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """The command of the target `run`, on a free port and a folder of its own."""
    folder = tmp_path_factory.mktemp("smoke")
    process = Process([binary("ticket"), "run", "--demo", "--data", str(folder / "data"), "--port", "0", "--admin-port", "0"],
                      str(folder / "run.log"), dict(os.environ))
    yield process
    process.stop()


def test_a_running_system_passes_again_and_again(running):
    for _ in range(2):
        code, said = smoke(running.address)
        assert code == 0, said
        assert "health: both answer" in said and "cache: headers and ETag are right, 1 events" in said
        assert "its replay has the same bytes; consumed, declined" in said


def test_a_purchase_that_comes_through_passes_too(running):
    code, said = smoke(running.address, SMOKE_PAYMENT_TOKEN="tok_ok", SMOKE_EVENT="demo")
    assert code == 0 and "consumed, confirmed" in said, said


def until_open(process, log):
    """What it says once it has said all: how to end it."""
    deadline = time.monotonic() + START_SECONDS
    while "Ctrl-C ends all of it" not in log.read_text():
        assert process.poll() is None and time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)
    return log.read_text()


def test_what_run_distributed_starts_passes_under_one_address_and_ends_with_ctrl_c(open_folder):
    """The program of the target `run-distributed`: Redis, PostgreSQL, aws-double and each service in a process of its own."""
    port = free_ports(4)
    log = open_folder / "run.log"
    with open(log, "wb") as file:
        process = subprocess.Popen(
            [sys.executable, ROOT / "dev" / "distributed.py", "--port", str(port), "--data", open_folder / "data"],
            stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)
    try:
        guide = until_open(process, log)
        # The very line that it prints for a second terminal.
        told = re.search(r"^  make smoke URL=(\S+)$", guide, re.MULTILINE)
        assert told, guide
        code, said = smoke(told[1])
        assert code == 0 and "consumed, declined" in said, said
        folder = pathlib.Path(re.search(r"^  \. (\S+)/environment$", guide, re.MULTILINE)[1])
        orders = subprocess.run(
            ["sh", "-c", f". {folder}/environment && {binary('ticket')} orders list"], capture_output=True, text=True, timeout=60, check=False)
        assert orders.returncode == 0, orders.stderr
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0, log.read_text()
        assert not any(answers(port + step) for step in range(4)), "something is still there"
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def test_nobody_there_is_a_failure_and_no_address_is_a_mistake():
    code, said = smoke("http://127.0.0.1:9")
    assert code != 0 and "/public/health: no answer" in said
    code, said = smoke("")
    assert code != 0 and "say where" in said


class Meddler(http.server.BaseHTTPRequestHandler):
    """Passes everything on, but for one change that a broken deployment would make."""

    upstream, change = "", None

    def relay(self):
        length = int(self.headers.get("content-length") or 0)
        headers = [f"{name}: {value}" for name, value in self.headers.items() if name.lower() not in ("host", "content-length", "connection")]
        command = ["curl", "--silent", "--include", "--max-time", "15", "-X", self.command, self.upstream + self.path]
        command += [word for header in headers for word in ("-H", header)]
        command += ["--data-binary", "@-"] if length else []
        answer = subprocess.run(command, input=self.rfile.read(length), capture_output=True, timeout=20, check=True).stdout
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        status, fields = int(lines[0].split()[1]), [line.split(": ", 1) for line in lines[1:]]
        status, fields, body = type(self).change(self.path, status, fields, body)
        self.send_response_only(status)
        for name, value in fields:
            if name.lower() not in ("connection", "content-length", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = relay

    def log_message(self, *_):
        pass


def without(name):
    return lambda path, status, fields, body: (status, [field for field in fields if field[0].lower() != name], body)


def cached_health(path, status, fields, body):
    return status, [[name, "public" if path.endswith("/health") and name.lower() == "cache-control" else value] for name, value in fields], body


def other_bytes(path, status, fields, body):
    return status, fields, body + b" " if status == 200 and path == "/confirm/payment-intent" else body


def never_consumed(path, status, fields, body):
    is_intent = path.startswith("/confirm/payment-intent/")
    return status, fields, body.replace(b'"declined"', b'"pending"').replace(b'"confirmed"', b'"pending"') if is_intent else body


@pytest.mark.parametrize("change, complaint", [
    (cached_health, "may be cached"),
    (without("etag"), "has no ETag"),
    (without("idempotent-replayed"), "not a replay"),
    (other_bytes, "the replay has other bytes"),
    (never_consumed, "no worker takes messages"),
], ids=lambda value: getattr(value, "__name__", "") or None)
def test_what_is_wrong_is_found(running, change, complaint):
    handler = type("Changed", (Meddler,), {"upstream": running.address, "change": staticmethod(change)})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
    try:
        code, said = smoke(f"http://127.0.0.1:{server.server_address[1]}", SMOKE_CONSUMED_SECONDS="3")
        assert code != 0 and complaint in said, said
    finally:
        server.shutdown()
        server.server_close()
