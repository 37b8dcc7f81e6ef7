"""Starting, watching and stopping the servers under measurement. Each ends with the `with` block it was made in."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir, "dev"))

from distributed import free_port

READY_TIMEOUT_SECONDS = 10
STOP_TIMEOUT_SECONDS = 15


class Broken(Exception):
    """Something did not work at all; a slow figure is not one of these."""


class Server:
    """A running server, seen from outside: its address and what the kernel counts for its processes."""

    def __init__(self, name, process, address, admin=None):
        self.name = name
        self.address = address
        self.admin = admin
        self._process = process

    @property
    def pid(self):
        return self._process.pid

    @property
    def port(self):
        return int(self.address.rsplit(":", 1)[1])

    def require_alive(self):
        if self._process.poll() is not None:
            raise Broken(f"{self.name} ended with exit code {self._process.returncode} during the measurement")

    def processes(self):
        """The process and its descendants: nginx does its work in children."""
        found, waiting = [], [self._process.pid]
        while waiting:
            pid = waiting.pop()
            found.append(pid)
            with contextlib.suppress(FileNotFoundError):
                with open(f"/proc/{pid}/task/{pid}/children") as file:
                    waiting.extend(map(int, file.read().split()))
        return found

    def cpu_seconds(self):
        """Time on a processor of every thread, to the nanosecond; getrusage counts in ticks of 10 ms."""
        return sum(cpu_seconds_of(pid) for pid in self.processes())

    def resident_bytes(self):
        """Of all its processes: pages they share are counted in each, which a difference cancels."""
        return sum(map(resident_bytes_of, self.processes()))


def cpu_seconds_of(pid):
    nanoseconds = 0
    with contextlib.suppress(FileNotFoundError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                with open(f"/proc/{pid}/task/{task}/schedstat") as file:
                    nanoseconds += int(file.read().split()[0])
    return nanoseconds / 1e9


def resident_bytes_of(pid):
    with open(f"/proc/{pid}/status") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    raise Broken(f"process {pid} has no VmRSS: it has ended")


def ready_line(text):
    """The first line of a service's output that says where it listens; logs are JSON too."""
    for line in text.splitlines():
        with contextlib.suppress(json.JSONDecodeError):
            value = json.loads(line)
            if isinstance(value, dict) and "address" in value:
                return value
    return None


@contextlib.contextmanager
def service(path, arguments=(), name="ticket", command=(), admin="--admin-port"):
    """Starts one of our executables on free ports and waits for its ready line.

    `command` goes before the ports, for `ticket run`; `admin` is what the second port is called. Its output goes to a file: reading 1 % access logs through a pipe would cost the cores being measured.
    """
    if not os.access(path, os.X_OK):
        raise Broken(f"{path} is not there; build it first: dev/build.sh {os.path.basename(path)}")
    with tempfile.TemporaryDirectory(prefix="ticket-bench-") as folder:
        output = os.path.join(folder, "output")
        with open(output, "wb") as file:
            process = subprocess.Popen(
                [os.path.abspath(path), *command, "--port", "0", admin, "0", *arguments],
                stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, cwd=folder,
            )
        try:
            ready = _wait_until_ready(process, output)
            yield Server(name, process, ready["address"], ready.get("admin") or ready.get("control"))
        finally:
            stop(process)


@contextlib.contextmanager
def nginx(workers, body, content_type, name="nginx", header_timeout_seconds=60, headers=()):
    """Debian's nginx answering every GET with these bytes from memory, the same way we do: no log, keep-alive."""
    with tempfile.TemporaryDirectory(prefix="ticket-bench-nginx-") as folder:
        port = free_port()
        configuration = os.path.join(folder, "nginx.conf")
        with open(configuration, "w") as file:
            file.write(nginx_configuration(folder, port, workers, body, content_type, header_timeout_seconds, headers))
        try:
            process = subprocess.Popen(
                ["nginx", "-c", configuration, "-e", os.path.join(folder, "error.log")],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env={**os.environ, "PATH": os.environ.get("PATH", "") + ":/usr/sbin"},
            )
        except FileNotFoundError as error:
            raise Broken("nginx is not installed: dev/install-packages.sh bench") from error
        try:
            wait_until_listening(process, port, os.path.join(folder, "error.log"))
            yield Server(name, process, f"http://127.0.0.1:{port}")
        finally:
            stop(process)


def nginx_configuration(folder, port, workers, body, content_type, header_timeout_seconds, headers=()):
    quoted = nginx_text(body)
    fields = "".join(f" add_header {name} '{nginx_text(value)}';" for name, value in headers)
    return f"""
daemon off;
{"user root;" if os.getuid() == 0 else ""}
worker_processes {workers};
pid {folder}/pid;
error_log {folder}/error.log warn;
worker_rlimit_nofile 16384;
events {{ worker_connections 12000; }}
http {{
    access_log off;
    server_tokens off;
    keepalive_requests 1000000000;
    keepalive_timeout 75s;
    client_header_timeout {header_timeout_seconds}s;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port} reuseport backlog=4096;
        default_type {content_type};
        location / {{{fields} return 200 '{quoted}'; }}
    }}
}}
"""


def nginx_text(text):
    if "$" in text:
        raise Broken("nginx would read a $ in a body or header as a variable")
    return text.replace("\\", "\\\\").replace("'", "\\'")


def stop(process):
    """Asks first, so that a server's own clean stop is used, and insists in the end."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process, output):
    deadline = time.monotonic() + READY_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        with open(output, encoding="utf-8", errors="replace") as file:
            text = file.read()
        if value := ready_line(text):
            return value
        if process.poll() is not None:
            raise Broken(f"the server ended with exit code {process.returncode} before it was ready: {text[-500:]}")
        time.sleep(0.005)
    raise Broken(f"no ready line within {READY_TIMEOUT_SECONDS} s; the output was: {text[-500:]}")


def wait_until_listening(process, port, log):
    deadline = time.monotonic() + READY_TIMEOUT_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        if process.poll() is not None:
            with open(log, errors="replace") as file:
                raise Broken(f"nginx ended with exit code {process.returncode}: {file.read()[-500:]}")
        time.sleep(0.01)
    raise Broken(f"nginx did not listen within {READY_TIMEOUT_SECONDS} s")
