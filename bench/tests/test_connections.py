import contextlib
import socket
import struct
import threading

import pytest

from connections import IdleConnections, is_complete, source_address
from servers import Broken
from slow_connections import SlowConnections, count_endings

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@contextlib.contextmanager
def listener(serve):
    """A server in a thread; `serve` gets each connection and may keep it."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        kept = []

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    kept.append(connection)
                    serve(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for connection in kept:
            connection.close()


def answer_once(connection):
    connection.recv(4096)
    connection.sendall(ANSWER)


def test_a_sized_answer_is_complete_when_all_of_it_came():
    assert is_complete(ANSWER)
    assert not is_complete(ANSWER[:-1])
    assert not is_complete(ANSWER[:20])
    with pytest.raises(Broken):
        is_complete(b"HTTP/1.1 200 OK\r\n\r\n")


def test_source_addresses_are_loopback_and_all_different():
    addresses = [source_address(number) for number in range(500)]
    assert len(set(addresses)) == 500
    for address in addresses:
        socket.inet_aton(address)
        assert address.startswith("127.0.")


def test_idle_connections_stay_open_and_their_end_is_noticed():
    kept = []

    def serve(connection):
        answer_once(connection)
        kept.append(connection)

    with listener(serve) as port:
        with contextlib.closing(IdleConnections(port, "/", 5, "127.0.0.1")) as idle:
            assert idle.closed_by_server() == 0
            kept[2].shutdown(socket.SHUT_RDWR)
            assert idle.closed_by_server() == 1


def test_an_idle_connection_that_was_refused_is_broken():
    with listener(lambda connection: connection.close()) as port:
        with pytest.raises(Broken):
            IdleConnections(port, "/", 3, "127.0.0.1")


def test_slow_connections_tell_how_each_ended():
    def refuse(connection):
        connection.sendall(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)

    with listener(refuse) as port:
        endings = SlowConnections("head", port, 4, "127.0.0.1", seconds=10).wait_until_ended()
    assert count_endings(endings) == {"answered 408": 4}


def test_slow_connections_that_nobody_ends_are_still_held():
    with listener(lambda connection: None) as port:
        endings = SlowConnections("body", port, 3, "127.0.0.1", seconds=0.3).wait_until_ended()
    assert count_endings(endings) == {"still held": 3}


def test_a_slow_reader_hears_at_once_that_it_was_cut_off():
    def cut_off(connection):
        connection.recv(4096)
        connection.sendall(ANSWER)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with listener(cut_off) as port:
        endings = SlowConnections("read", port, 4, "127.0.0.1", seconds=10).wait_until_ended()
    assert count_endings(endings) == {"reset": 4}


def test_slow_connections_have_begun_when_each_has_sent_its_request():
    with listener(lambda connection: None) as port:
        slow = SlowConnections("read", port, 60, "127.0.0.1", seconds=10)
        assert slow.begun.wait(30)
        assert all(client.first == b"" for client in slow._clients.values())
        slow.stop()
    assert count_endings(slow.endings) == {"still held": 60}
