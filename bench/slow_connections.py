"""Clients that are slow on purpose, and how long a server bears each of them."""

import collections
import contextlib
import select
import threading
import time
from dataclasses import dataclass

from connections import connect

TICKS_PER_SECOND = 20
KINDS = ("head", "body", "read")


@dataclass(frozen=True)
class Ending:
    """How a slow connection ended: `answered` is a status, `closed`, `reset`, `let go` (the server closed its side
    while the client had not read all), or `still held`."""

    seconds: float
    how: str


class SlowConnections:
    """Connections of one kind, each doing a byte a second, spread over the second, on a thread of their own.

    `head` sends the request's head so, `body` the body, `read` reads the answer so through a small buffer.
    """

    def __init__(self, kind, port, count, source, seconds):
        self.endings = []
        self._kind = kind
        self._port = port
        self._patience = seconds
        self._clients = {}
        self._poller = select.epoll()
        self._source, self._count = source, count
        self._stop = threading.Event()
        self.opened = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def wait_until_ended(self):
        """Until the server has ended every one, or patience has. Returns the endings."""
        self._thread.join()
        return self.endings

    def stop(self):
        self._stop.set()
        self._thread.join()

    def _run(self):
        try:
            for number in range(self._count):
                self._open(number)
            self.opened.set()
            self._keep_going()
        finally:
            self.opened.set()
            for client in self._clients.values():
                self.endings.append(Ending(time.monotonic() - client.since, "still held"))
                client.socket.close()
            self._poller.close()

    def _open(self, number):
        client = _Client(
            connect(self._port, self._source, receive_buffer=1024 if self._kind == "read" else None),
            number % TICKS_PER_SECOND, first_bytes(self._kind), time.monotonic(),
        )
        self._clients[client.socket.fileno()] = client
        # A slow reader must not hear of bytes, only of the end.
        self._poller.register(
            client.socket.fileno(), select.EPOLLRDHUP | (0 if self._kind == "read" else select.EPOLLIN))

    def _keep_going(self):
        tick, begun = 0, time.monotonic()
        while self._clients and not self._stop.is_set() and time.monotonic() - begun < self._patience:
            for client in [c for c in self._clients.values() if c.slot == tick % TICKS_PER_SECOND]:
                self._step(client)
            if self._kind == "read" and tick % TICKS_PER_SECOND == 0:
                self._look_for_those_let_go()
            tick += 1
            while (wait := begun + tick / TICKS_PER_SECOND - time.monotonic()) > 0:
                for descriptor, _ in self._poller.poll(wait):
                    if client := self._clients.get(descriptor):
                        self._hear(client)

    def _step(self, client):
        try:
            if client.first:
                client.socket.send(client.first)
                client.first = b""
            elif self._kind == "read":
                if client.socket.recv(1) == b"":
                    self._end(client, "closed")
            else:
                client.socket.send(b"a")
        except BlockingIOError:
            return
        except OSError:
            self._end(client, "reset")

    def _hear(self, client):
        try:
            heard = client.socket.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            heard, how = b"", "reset"
        else:
            how = "closed"
        if heard.startswith(b"HTTP/1.1 "):
            client.status = heard[9:12].decode("ascii", "replace")
        if not heard:
            self._end(client, f"answered {client.status}" if client.status else how)

    def _look_for_those_let_go(self):
        held = ports_held_by_server(self._port)
        for client in list(self._clients.values()):
            if not client.first and client.port not in held:
                self._end(client, "let go")

    def _end(self, client, how):
        self.endings.append(Ending(time.monotonic() - client.since, how))
        del self._clients[client.socket.fileno()]
        with contextlib.suppress(OSError):
            self._poller.unregister(client.socket.fileno())
        client.socket.close()


class _Client:
    def __init__(self, client, slot, first, since):
        self.socket = client
        self.slot = slot
        self.first = first
        self.since = since
        self.status = None
        self.port = client.getsockname()[1]


def first_bytes(kind):
    """What is sent at once, before the slow part."""
    if kind == "head":
        return b"GET /bench/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
    if kind == "body":
        return (
            b"POST /bench/echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1000\r\n\r\n"
        )
    return b"GET /bench/large HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def ports_held_by_server(server_port):
    """Client ports of the connections that a process still holds on the server's side.

    A socket the server has closed stays in the kernel, without an owner, until the slow client has read the rest.
    """
    with open("/proc/net/tcp") as file:
        return parse_held(file, server_port)


def parse_held(lines, server_port):
    local_end, held = f":{server_port:04X}", set()
    for line in lines:
        columns = line.split()
        if len(columns) > 9 and columns[1].endswith(local_end) and columns[9] != "0":
            held.add(int(columns[2].rsplit(":", 1)[1], 16))
    return held


def count_endings(endings):
    return dict(collections.Counter(ending.how for ending in endings).most_common())
