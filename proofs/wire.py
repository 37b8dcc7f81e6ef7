"""HTTP/1.1 over asyncio streams, only as much as the proofs need; a client of its own, so that server and client do not
share a misunderstanding. Each answer has to be one that the API document has."""

import asyncio
import itertools
import json

import document


class Unanswered(Exception):
    """The request may or may not have had its effect: the connection ended before the answer did."""


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return json.loads(self.body)


class Client:
    """Keeps connections to a service's processes and sends each request on one that is free, to one after the other."""

    def __init__(self, ports, timeout=15, most=512):
        self._ports = itertools.cycle(ports)
        self.timeout = timeout
        self._free = {port: [] for port in ports}
        self._gate = asyncio.Semaphore(most)

    async def request(self, method, target, headers=None, body=None):
        async with self._gate:
            try:
                answer = await asyncio.wait_for(self._once(method, target, headers or {}, body), self.timeout)
            except (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, ValueError) as error:
                raise Unanswered(repr(error)) from error
        document.check(method, target, answer)
        return answer

    async def _once(self, method, target, headers, body):
        port = next(self._ports)
        free = self._free[port]
        reader, writer = free.pop() if free else await asyncio.open_connection("127.0.0.1", port)
        done = False
        try:
            content = b"" if body is None else json.dumps(body).encode()
            lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            if body is not None:
                lines.append("Content-Type: application/json")
            if method == "POST":
                lines.append(f"Content-Length: {len(content)}")
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = dict(line.split(": ", 1) for line in head[1:] if line)
            fields = {name.lower(): value for name, value in fields.items()}
            answer = Answer(int(head[0].split()[1]), fields, await reader.readexactly(int(fields.get("content-length", 0))))
            done = fields.get("connection", "").lower() != "close"
            return answer
        finally:
            if done:
                free.append((reader, writer))
            else:
                writer.close()

    def close(self):
        for connections in self._free.values():
            for _, writer in connections:
                writer.close()
            connections.clear()
