"""What the figures were measured on, and how busy everybody else was meanwhile."""

import os
import platform
import resource


def describe():
    """One line for people: a figure without its machine says nothing."""
    return (
        f"{os.cpu_count()} cores, {_cpu_model()}, kernel {platform.release()}, "
        f"load average {os.getloadavg()[0]:.2f}"
    )


def raise_descriptor_limit(needed):
    """Takes the hard limit; the servers started later inherit it. Returns what was got."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else 1 << 20
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    if wanted < needed:
        raise SystemExit(
            f"error: {needed} open descriptors are needed and the hard limit is {wanted}; "
            f"raise it (ulimit -Hn) or ask for fewer connections"
        )
    return wanted


class Neighbours:
    """Processor time used by anything that is not part of the measurement, in cores.

    A loaded neighbour does not make a paired ratio wrong, but it widens it, so it is printed.
    """

    def __init__(self, server_cpu_seconds):
        self._server_cpu_seconds = server_cpu_seconds
        self._start = self._busy(), self._own()
        self._clock = _uptime()

    def cores(self):
        elapsed = _uptime() - self._clock
        if elapsed <= 0:
            return 0.0
        busy, own = self._busy() - self._start[0], self._own() - self._start[1]
        return max(0.0, (busy - own) / elapsed)

    def _own(self):
        used = 0.0
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            used += usage.ru_utime + usage.ru_stime
        return used + self._server_cpu_seconds()

    @staticmethod
    def _busy():
        with open("/proc/stat") as file:
            user, nice, system, _idle, _iowait, irq, softirq, steal = map(int, file.readline().split()[1:9])
        return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _uptime():
    with open("/proc/uptime") as file:
        return float(file.read().split()[0])


def _cpu_model():
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown processor"
