"""Clients that are slow on purpose, and how long a server bears each of them."""

import collections
import contextlib
import select
import threading
import time
from dataclasses import dataclass

from connections import connect

# Many small steps: thousands of peers do not move in time with each other, and steps of a hundred would be bursts.
TICKS_PER_SECOND = 200
KINDS = ("head", "body", "read")


@dataclass(frozen=True)
class Ending:
    """How a slow connection ended: `answered` is a status, `closed`, `reset`, or `still held`.

    A server that closes in the ordinary way while the client has not read all is not noticed, and rightly: its kernel
    goes on holding the rest.
    """

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
        self._slots = [[] for _ in range(TICKS_PER_SECOND)]
        self._poller = select.epoll()
        self._source, self._count = source, count
        self._stop = threading.Event()
        # Set when each of them has sent its request, or begun to, and is slow from then on.
        self.begun = threading.Event()
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
            self._keep_going()
        finally:
            self.begun.set()
            for client in self._clients.values():
                self.endings.append(Ending(time.monotonic() - client.since, "still held"))
                client.socket.close()
            self._poller.close()

    def _open(self, number):
        client = _Client(
            connect(self._port, self._source, receive_buffer=1024 if self._kind == "read" else None),
            first_bytes(self._kind), time.monotonic(),
        )
        self._clients[client.socket.fileno()] = client
        self._slots[number % TICKS_PER_SECOND].append(client)
        # A slow reader must not hear of bytes, only of the end.
        self._poller.register(
            client.socket.fileno(), select.EPOLLRDHUP | (0 if self._kind == "read" else select.EPOLLIN))

    def _keep_going(self):
        tick, begun = 0, time.monotonic()
        while self._clients and not self._stop.is_set() and time.monotonic() - begun < self._patience:
            for client in self._slots[tick % TICKS_PER_SECOND]:
                if not client.has_ended:
                    self._step(client)
            if tick == TICKS_PER_SECOND:
                self.begun.set()
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
                client.since = time.monotonic()
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
        if self._kind != "read" and heard.startswith(b"HTTP/1.1 "):
            client.status = heard[9:12].decode("ascii", "replace")
        if not heard:
            self._end(client, f"answered {client.status}" if client.status else how)

    def _end(self, client, how):
        self.endings.append(Ending(time.monotonic() - client.since, how))
        client.has_ended = True
        del self._clients[client.socket.fileno()]
        with contextlib.suppress(OSError):
            self._poller.unregister(client.socket.fileno())
        client.socket.close()


class _Client:
    def __init__(self, client, first, since):
        self.socket = client
        self.first = first
        self.since = since
        self.status = None
        self.has_ended = False


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


def count_endings(endings):
    return dict(collections.Counter(ending.how for ending in endings).most_common())
