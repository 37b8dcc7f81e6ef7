"""What a system under proof stands on: files of one process's own, or the servers of a large sale, with faults."""

import contextlib

from distributed import Backends
from system import binary

# What the network and AWS do on a bad day, and do here all the time.
FAULTS = {"throttlePercent": 2, "errorAfterPercent": 1, "dropPercent": 1, "duplicatePercent": 5, "spikePercent": 2, "spikeMs": 200}
# As aws-double counts them: throttle, errorAfter, drop, duplicate, spike.
PERCENT_BY_KIND = {name.removesuffix("Percent"): share for name, share in FAULTS.items() if name.endswith("Percent")}
# What is met so often on average is missed altogether once in millions of runs.
CERTAIN = 16
KINDS = ["embedded", "distributed"]


class Ground:
    def __init__(self, backends):
        self.backends = backends
        # After a lost answer a message comes back when its visibility ends, which the embedded queue does sooner.
        self.settle_seconds = 180 if backends else 30

    @property
    def is_distributed(self):
        return self.backends is not None

    def arguments(self):
        """For `System`."""
        return {"backends": self.backends, "copies": 2} if self.backends else {}

    def begin_faults(self):
        """Once everything has started: the sale begins."""
        if self.backends:
            self._calls_before = self._calls()
            self.backends.control("/faults", FAULTS)

    def end_faults(self):
        """The last looks are for what happened, not for what goes wrong while looking."""
        if self.backends:
            self.faults = self.backends.control("/counts")["faults"]
            self.calls = self._calls() - self._calls_before
            self.backends.control("/faults", {})

    def check_faults(self, memory):
        """That they were there: each kind that so many calls, and messages for the duplicates, cannot have missed."""
        if not self.backends:
            return
        messages = len({purchase.id for purchase in memory.purchases if purchase.created})
        for kind, share in PERCENT_BY_KIND.items():
            expected = (messages if kind == "duplicate" else self.calls) * share / 100
            assert self.faults[kind] > 0 or expected < CERTAIN, f"no {kind} was met in {self.calls} calls, {messages} messages: {self.faults}"

    def _calls(self):
        return sum(row["calls"] for row in self.backends.control("/counts")["calls"].values())


@contextlib.contextmanager
def ground(kind, folder):
    if kind == "embedded":
        yield Ground(None)
        return
    backends = Backends(folder / "backends", binary, is_durable=False)
    try:
        yield Ground(backends)
    finally:
        backends.stop()
