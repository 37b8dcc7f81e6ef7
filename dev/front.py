"""One address for several services, by the first part of the path: what the load balancer is on AWS."""

import asyncio
import itertools
import threading
import urllib.parse

MOST_HEAD_BYTES = 65_536
HEAD_SECONDS = 30
CONNECT_SECONDS = 5
UNREACHABLE = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Front:
    """Serves on a thread of its own, for people to try and not for loads: every request has a connection of its own."""

    def __init__(self, port, routes, otherwise):
        """`routes` are the addresses that have a first part of the path, asked in turn; all other paths are `otherwise`'s."""
        self._routes = {part: itertools.cycle(addresses) for part, addresses in routes.items()}
        self._otherwise = otherwise
        self._connections = set()
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", port, limit=MOST_HEAD_BYTES))
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        self._thread = threading.Thread(target=self._loop.run_forever, name="front")
        self._thread.start()

    def stop(self):
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self):
        self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _serve(self, reader, writer):
        connection = asyncio.current_task()
        self._connections.add(connection)
        try:
            await self._relay(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.TimeoutError, asyncio.CancelledError):
            # Whoever asked has gone, or never asked: the end of the connection says the same to them.
            pass
        finally:
            writer.close()
            self._connections.discard(connection)

    async def _relay(self, reader, writer):
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), HEAD_SECONDS)
        first, *fields = head[:-4].split(b"\r\n")
        address = urllib.parse.urlsplit(self._address(first))
        try:
            answer, request = await asyncio.wait_for(
                asyncio.open_connection(address.hostname, address.port, limit=MOST_HEAD_BYTES), CONNECT_SECONDS)
        except (OSError, asyncio.TimeoutError):
            writer.write(UNREACHABLE)
            return await writer.drain()
        # The next request may belong elsewhere, so the service ends the connection behind its answer.
        kept = [field for field in fields if field.split(b":")[0].strip().lower() not in (b"connection", b"keep-alive")]
        request.write(b"\r\n".join([first, *kept, b"Connection: close"]) + b"\r\n\r\n")
        asking = asyncio.ensure_future(copy(reader, request))
        try:
            await copy(answer, writer)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            request.close()

    def _address(self, first):
        words = first.decode("latin-1").split(" ")
        path = words[1].split("?")[0] if len(words) > 1 else ""
        part = path.split("/")[1] if path.count("/") else ""
        return next(self._routes[part]) if part in self._routes else self._otherwise


async def copy(source, target):
    while data := await source.read(MOST_HEAD_BYTES):
        target.write(data)
        await target.drain()
