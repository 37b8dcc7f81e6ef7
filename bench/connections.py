"""Thousands of client connections held by one thread."""

import contextlib
import select
import socket
import time

from servers import Broken

# Not in Python's socket module: lets the kernel pick the port at connect, when it knows the whole address pair.
IP_BIND_ADDRESS_NO_PORT = 24

OPEN_TIMEOUT_SECONDS = 60


def source_address(number):
    """A loopback address of its own: closed connections keep their ports for a minute, and one address has 28,000."""
    return f"127.0.{1 + number // 200}.{1 + number % 200}"


def connect(port, source, receive_buffer=None):
    """A non-blocking connection, established or still being so."""
    client = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    client.setblocking(False)
    client.setsockopt(socket.IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 1)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if receive_buffer is not None:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.bind((source, 0))
    with contextlib.suppress(BlockingIOError):
        client.connect(("127.0.0.1", port))
    return client


class IdleConnections:
    """Keep-alive connections that have done one request each and then say nothing."""

    REQUEST_TEMPLATE = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    # Opened in steps, so that the listen queue, 4,096 at most on many systems, is never the limit.
    STEP = 500

    def __init__(self, port, path, count, source):
        self._clients = []
        request = self.REQUEST_TEMPLATE.format(path=path).encode()
        try:
            while len(self._clients) < count:
                step = [connect(port, source) for _ in range(min(self.STEP, count - len(self._clients)))]
                self._clients += step
                self._ask_each(step, request)
        except BaseException:
            self.close()
            raise

    def _ask_each(self, clients, request):
        waiting = {client.fileno(): client for client in clients}
        answers = {descriptor: b"" for descriptor in waiting}
        poller = select.epoll()
        for descriptor in waiting:
            poller.register(descriptor, select.EPOLLOUT)
        deadline = time.monotonic() + OPEN_TIMEOUT_SECONDS
        while waiting:
            if time.monotonic() > deadline:
                raise Broken(f"{len(waiting)} connections had no answer after {OPEN_TIMEOUT_SECONDS} s")
            for descriptor, events in poller.poll(1):
                client = waiting[descriptor]
                try:
                    if events & select.EPOLLOUT:
                        client.send(request)
                        poller.modify(descriptor, select.EPOLLIN)
                        continue
                    part = client.recv(65536)
                except OSError as error:
                    raise Broken(f"a connection failed while opening: {error}") from error
                answers[descriptor] += part
                if not part:
                    raise Broken(f"the server closed a connection instead of keeping it: {answers[descriptor][:200]}")
                if is_complete(answers[descriptor]):
                    if not answers[descriptor].startswith(b"HTTP/1.1 200 "):
                        raise Broken(f"an idle connection's request failed: {answers[descriptor][:200]}")
                    poller.unregister(descriptor)
                    del waiting[descriptor]
        poller.close()

    def closed_by_server(self):
        """How many are no longer open: an idle connection must outlive the measurement."""
        closed = 0
        for client in self._clients:
            try:
                closed += client.recv(1, socket.MSG_PEEK) == b""
            except BlockingIOError:
                continue
            except OSError:
                closed += 1
        return closed

    def close(self):
        for client in self._clients:
            client.close()
        self._clients = []


def is_complete(answer):
    """Whether a whole sized answer has come."""
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return len(body) >= int(value)
    raise Broken(f"an answer without Content-Length: {head[:200]}")
