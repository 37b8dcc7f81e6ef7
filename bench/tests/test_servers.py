import os
import subprocess

import pytest

import servers
from servers import Broken


def test_the_ready_line_is_found_among_logs():
    output = '{"level":"info","message":"starting"}\nnot json\n{"ready":true,"address":"http://127.0.0.1:81"}\n{"a'
    assert servers.ready_line(output)["address"] == "http://127.0.0.1:81"
    assert servers.ready_line('{"level":"info"}\n') is None


def test_a_body_that_nginx_would_rewrite_is_refused():
    with pytest.raises(Broken):
        servers.nginx_configuration("/tmp/x", 81, 1, '{"price":"$1"}', "application/json", 60)


def test_quotes_in_the_body_reach_nginx_as_they_are():
    text = servers.nginx_configuration("/tmp/x", 81, 2, "it's \\ here", "text/plain", 60)
    assert "return 200 'it\\'s \\\\ here';" in text
    assert "worker_processes 2;" in text


def test_cpu_time_of_a_busy_process_and_of_its_children_is_counted():
    process = subprocess.Popen(["sh", "-c", "sh -c 'while true; do :; done' & wait"])
    try:
        server = servers.Server("busy", process, "http://127.0.0.1:81")
        while len(server.processes()) < 2 or server.cpu_seconds() < 0.05:
            server.require_alive()
        assert servers.cpu_seconds_of(process.pid) < server.cpu_seconds()
        assert server.resident_bytes() > 100_000
    finally:
        for pid in reversed(server.processes()):
            os.kill(pid, 9)
        process.wait()


def test_a_server_that_ended_is_broken():
    process = subprocess.Popen(["true"])
    process.wait()
    with pytest.raises(Broken, match="ended with exit code 0"):
        servers.Server("gone", process, "http://127.0.0.1:81").require_alive()


def test_an_executable_that_is_missing_is_said_with_the_cure():
    with pytest.raises(Broken, match="build it first"):
        with servers.service("nowhere/http-bench-server"):
            pass


def test_header_fields_reach_nginx_as_they_are():
    text = servers.nginx_configuration("/tmp/x", 81, 2, "{}", "text/plain", 60, [("ETag", '"it\'s"'), ("Age", "0")])
    assert """location / { add_header ETag '"it\\'s"'; add_header Age '0'; return 200 '{}'; }""" in text
    with pytest.raises(servers.Broken):
        servers.nginx_configuration("/tmp/x", 81, 1, "{}", "text/plain", 60, [("As-Of", "$now")])
