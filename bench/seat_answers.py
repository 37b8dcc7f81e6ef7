"""A small event on the embedded store and ticket-public beside it, for the cost of a cached answer about its seats."""

import contextlib
import json
import os
import subprocess
import tempfile

from servers import Broken, service

PATH = "/public/events/bench/seats"
# About as many bytes in words as the bench's other bodies.
SEATS = 5
# What differs from one answer to the next, or is the server's own affair.
NOT_COPIED = {"content-length", "content-type", "date", "connection", "server"}


def event_file():
    return {
        "id": "bench", "name": "Bench", "venue": "Loopback", "currency": "EUR",
        "sale": {"opensAt": "2020-01-01T00:00:00.000Z", "closesAt": "2099-01-01T00:00:00.000Z"},
        "limits": {"seatsPerIntent": 5, "seatsPerBuyer": 5, "holdSeconds": 600},
        "prices": [{"name": "one", "amount": 5000}],
        "sections": [{"id": "A", "rows": [{"row": "1", "from": 1, "to": SEATS, "price": "one", "x": 0, "y": 0}]}],
    }


@contextlib.contextmanager
def store(ticket):
    """A data directory with the event in it, made by `ticket events import`."""
    if not os.access(ticket, os.X_OK):
        raise Broken(f"{ticket} is not there; build it first: dev/build.sh ticket")
    with tempfile.TemporaryDirectory(prefix="ticket-bench-seats-") as folder:
        data, file = os.path.join(folder, "data"), os.path.join(folder, "event.json")
        with open(file, "w", encoding="utf-8") as output:
            json.dump(event_file(), output)
        done = subprocess.run([ticket, "events", "import", file, "--data", data], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, check=False)
        if done.returncode != 0:
            raise Broken(f"the event was not imported: {done.stderr}{done.stdout}")
        yield data


def public_site(path, data, loops):
    """With its cache as it comes: once a second it reads the store again, and that is counted too."""
    return service(path, ["--loops", str(loops), "--data", data], name=f"ticket-public with {loops} loop(s)")


def copied(headers):
    """The header fields that the peer is to send as well: as many, and as long."""
    return [(name, value) for name, value in headers.items() if name.lower() not in NOT_COPIED]
