"""The two servers under one suite, aws-double and moto, as processes on loopback, and boto3 clients for them."""

import json
import os
import pathlib
import socket
import subprocess
import sys
import time
import urllib.request

import boto3
from botocore.config import Config

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY, SECRET = "AKIDPROOF", "a secret that only the two ends know"


class Double:
    name = "double"

    def __init__(self, folder, *arguments):
        path = pathlib.Path(os.environ.get("BINARIES") or ROOT / ".build" / "debug") / "aws-double"
        log = folder / f"double-{len(arguments)}.log"
        with open(log, "wb") as output:
            self.process = subprocess.Popen([path, "--port", "0", "--control-port", "0", *arguments], stdout=output)
        line = wait_for(lambda: next((line for line in log.read_text().splitlines() if '"address"' in line), None))
        ready = json.loads(line)
        self.url, self.control_url = ready["address"], ready["control"]

    def control(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.control_url + path, data=data)
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)


class Moto:
    name = "moto"

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with open(folder / "moto.log", "wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
                stdout=output, stderr=subprocess.STDOUT)
        self.url = f"http://127.0.0.1:{port}"
        wait_for(lambda: is_open(port))


def is_open(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(0.02)
    raise AssertionError("a server did not start in time")


def client(service, url, key=KEY, secret=SECRET, **settings):
    config = Config(retries={"max_attempts": 0}, read_timeout=10, connect_timeout=5, **settings)
    return boto3.client(service, endpoint_url=url, region_name="us-east-1", aws_access_key_id=key,
                        aws_secret_access_key=secret, config=config)
