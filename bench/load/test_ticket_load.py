"""`ticket load` as people start it, against a sale that these tests start: what it says, what it leaves, how it ends."""

import contextlib
import html.parser
import json
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

import pytest

from servers import free_port, service
from system import binary

GUARANTEES = {
    "no-double-sale", "no-lost-intent", "same-key-same-answer", "no-dead-seat", "stale-is-bounded", "refuse-early"}
PASSED, FAILED, USAGE, BAD_DATA, UNAVAILABLE, DOES_NOT_COUNT = 0, 1, 64, 65, 69, 75
# What these tests look at is what is found and said; how fast a crowded machine is must not decide them.
PATIENT = {"heldPercent": 1, "notHeldSeconds": 3600, "p95Ms": 60_000, "failedPercent": 100}


@contextlib.contextmanager
def running_sale(folder):
    data = str(folder / "data")
    with service(binary("ticket"), ["--demo", "--data", data], command=["run"]) as sale:
        sale.data = data
        yield sale


@pytest.fixture(scope="module")
def sale(tmp_path_factory):
    with running_sale(tmp_path_factory.mktemp("sale")) as sale:
        yield sale


def load(*arguments, timeout=90):
    done = subprocess.run(
        [binary("ticket"), "load", *map(str, arguments)], capture_output=True, text=True, timeout=timeout)
    return done.returncode, done.stdout, done.stderr


def scenario(folder, name="scenario.json", preset="smoke", seconds=2, **changes):
    """The preset as a file, made short and patient, with these members in place of its own."""
    code, text, _ = load("--preset", preset, "--print-scenario")
    assert code == PASSED
    value = json.loads(text)
    value.update({"maxLatenessMs": 60_000, "steps": [{"name": "hold", "percent": 100, "seconds": seconds}], "buyers": 10})
    value["stop"].update(PATIENT)
    for member, change in changes.items():
        value[member] = {**value[member], **change} if isinstance(change, dict) else change
    path = folder / name
    path.write_text(json.dumps(value))
    return path


def report(output):
    with open(f"{output}.json") as file:
        return json.load(file)


class Page(html.parser.HTMLParser):
    """What a browser would fetch or run, and whether every element is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.references, self.tags = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        if tag not in ("meta", "br", "hr"):
            self.open.append(tag)
        self.references += [value for name, value in attributes if name in ("src", "href", "xlink:href", "data", "action")]
        self.references += [name for name, _ in attributes if name.startswith("on")]

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_smoke_passes_with_every_guarantee_seen_to_hold(tmp_path):
    output = tmp_path / "out"
    file = scenario(tmp_path, seconds=4, purchases={"cancelPercent": 25})
    with running_sale(tmp_path) as sale:
        code, said, lines = load(file, "--target", sale.address, "--output", output)
    assert code == PASSED, said + lines
    assert re.search(r"^passed: .*out\.json and .*out\.html", said, re.M), said
    result = report(output)
    # Nothing was refused, so nobody saw how; all the rest was seen.
    assert {finding["guarantee"]: finding["grade"] for finding in result["findings"]} == {
        **dict.fromkeys(GUARANTEES, "holds"), "refuse-early": "not checked"}
    for guarantee in GUARANTEES - {"refuse-early"}:
        assert re.search(rf"^ok +{guarantee} ", said, re.M), said
    assert re.search(r"^unseen +refuse-early ", said, re.M), said
    assert result["outcome"] == "passed" and result["summary"]["unexpected"] == 0, result["surprises"]
    assert {"event", "map", "availability", "seats", "payment-intent", "cancel"} <= {route["name"] for route in result["routes"]}
    # Not a terminal: plain lines, each whole in itself.
    assert re.search(r"^.*hold: offered [\d,]+/s, answered [\d,]+/s, p50 .*, p95 .*, p99 .*, max ", lines, re.M), lines
    assert "\x1b" not in said + lines


def test_the_page_stands_alone(tmp_path, sale):
    output = tmp_path / "out"
    code, said, lines = load(
        scenario(tmp_path), "--target", sale.address, "--metrics", sale.admin + "/metrics", "--output", output)
    assert code == PASSED, said + lines
    text = (tmp_path / "out.html").read_text()
    page = Page(text)
    assert page.open == [] and page.references == []
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(page.tags)
    assert "url(" not in text and "@import" not in text
    # Latency, throughput, errors and the queue; each line told apart by its dashes and its name.
    assert page.tags.count("svg") >= 4
    assert text.count("stroke-dasharray") > page.tags.count("svg")
    for words in ("Latency", "offered", "answered", "p99", "oldest", "Verdict"):
        assert words in text, words


def test_a_terminal_gets_a_picture(tmp_path, sale):
    columns = 60
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, columns))
    process = subprocess.Popen(
        [binary("ticket"), "load", str(scenario(tmp_path)), "--target", sale.address, "--metrics", sale.admin + "/metrics",
         "--output", str(tmp_path / "out")],
        stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    seen = b""
    with contextlib.suppress(OSError):
        while select.select([master], [], [], 60)[0]:
            seen += os.read(master, 65_536)
    os.close(master)
    assert process.wait(30) == PASSED, seen.decode(errors="replace")[-2000:]
    text = seen.decode()
    for words in ("whole run", "p95", "availability", "payment-intent", "success", "#", "\x1b[", "queue depth", "oldest message"):
        assert words in text, words
    # As wide as the terminal, up to what is said when it is over.
    picture = re.sub(r"\x1b\[[0-9]*[A-Z]", "", text[:text.rindex("the load is over")]).replace("\r", "").split("\n")[:-1]
    assert max(map(len, picture)) <= columns, picture


def test_ctrl_c_ends_it_early_with_a_report(tmp_path, sale):
    output = tmp_path / "out"
    process = subprocess.Popen(
        [binary("ticket"), "load", str(scenario(tmp_path, seconds=300)), "--target", sale.address, "--output", str(output)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert "offered" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    said, lines = process.communicate(timeout=60)
    assert process.returncode == DOES_NOT_COUNT, said + lines
    result = report(output)
    assert result["wasInterrupted"] and result["outcome"] == "does not count" and not result["stops"]
    assert result["generator"]["seconds"] < 60
    assert len(result["findings"]) == len(GUARANTEES)
    assert "somebody ended the run early" in said
    assert (tmp_path / "out.html").exists()


def test_only_this_machine_unless_the_host_is_named(tmp_path, sale):
    output = tmp_path / "out"
    code, _, lines = load("--preset", "smoke", "--target", "http://192.0.2.1:8080", "--output", output)
    assert code == USAGE
    assert "192.0.2.1 is not this machine" in lines and "--i-own-this-target 192.0.2.1" in lines
    code, _, lines = load("--preset", "smoke", "--target", sale.address, "--confirm", "http://192.0.2.1", "--output", output)
    assert code == USAGE and "192.0.2.1 is not this machine" in lines
    # Another host's name does not open the door.
    any_address = sale.address.replace("127.0.0.1", "0.0.0.0")
    file = scenario(tmp_path, seconds=1)
    code, _, lines = load(file, "--target", any_address, "--i-own-this-target", "example.org", "--output", output)
    assert code == USAGE
    assert not (tmp_path / "out.json").exists()
    # Public and confirm may have two hosts.
    code, said, lines = load(file, "--target", any_address, "--i-own-this-target", "example.org", "--i-own-this-target", "0.0.0.0",
                             "--output", output)
    assert code == PASSED, said + lines


def test_rate_and_time_have_caps(tmp_path):
    code, _, lines = load("--preset", "onsale", "--peak", "100000")
    assert code == USAGE and "--max-rate allows more" in lines
    code, _, lines = load("--preset", "onsale", "--time-scale", "3")
    assert code == USAGE and "--max-minutes allows more" in lines
    code, _, lines = load("--preset", "smoke", "--fault-at", "2m", "true")
    assert code == USAGE and "the run is over after 30 s" in lines


def test_what_is_wrong_with_a_scenario_is_said_with_its_place(tmp_path):
    path = tmp_path / "wrong.json"
    path.write_text('{\n "peakPerSecond": -1,\n "hurry": true\n}')
    code, _, lines = load(path)
    assert code == BAD_DATA
    assert "wrong.json:2:" in lines and "wrong.json:3:" in lines and "`hurry`" in lines


def test_nobody_there_is_said_at_once(tmp_path):
    code, _, lines = load("--preset", "smoke", "--target", f"http://127.0.0.1:{free_port()}", "--output", tmp_path / "out")
    assert code == UNAVAILABLE and "/public/health" in lines


def test_a_fault_is_measured_to_the_recovery(tmp_path, sale):
    output = tmp_path / "out"
    file = scenario(tmp_path, seconds=6, timeoutMs=5_000, stop={**PATIENT, "p95Ms": 400})
    command = f"kill -STOP {sale.pid}; sleep 1; kill -CONT {sale.pid}"
    code, said, lines = load(file, "--target", sale.address, "--output", output, "--fault-at", "1s", command)
    result = report(output)
    [fault] = result["faults"]
    assert code == PASSED, said + lines
    assert fault["exitCode"] == 0 and 1 <= fault["startedAt"] < fault["endedAt"]
    assert fault["recoverySeconds"] is not None, said
    # Requests that were due while nothing answered have waited that long, though the rest was fast.
    assert result["summary"]["latency"]["maxUs"] > 800_000
    assert "in bounds again" in said
    assert "fault" in (tmp_path / "out.html").read_text()


def test_a_stop_rule_ends_the_run_and_fails_it(tmp_path, sale):
    output = tmp_path / "out"
    file = scenario(tmp_path, seconds=300, timeoutMs=300, stop={**PATIENT, "p95Ms": 100, "p95Seconds": 1}, verdict={"settleSeconds": 5})
    # Six times the rule's window: whatever the machine does, no answer comes for that long.
    command = f"kill -STOP {sale.pid}; sleep 6; kill -CONT {sale.pid}"
    code, said, lines = load(file, "--target", sale.address, "--output", output, "--fault-at", "0.5s", command)
    result = report(output)
    assert code == FAILED, said + lines
    assert result["outcome"] == "failed" and [stop["rule"] for stop in result["stops"]] == ["p95 too high"]
    assert re.search(r"^stopped +p95 too high at .*: p95 was above 100 ms since second ", said, re.M), said
    assert result["generator"]["seconds"] < 60


def test_a_generator_that_was_held_up_does_not_count(tmp_path, sale):
    output = tmp_path / "out"
    file = scenario(tmp_path, seconds=4, maxLatenessMs=300, timeoutMs=20_000)
    process = subprocess.Popen(
        [binary("ticket"), "load", str(file), "--target", sale.address, "--output", str(output)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert "offered" in process.stderr.readline()
    process.send_signal(signal.SIGSTOP)
    time.sleep(1.5)
    process.send_signal(signal.SIGCONT)
    said, lines = process.communicate(timeout=60)
    assert process.returncode == DOES_NOT_COUNT, said + lines
    assert "FELL BEHIND" in said and "the run does not count: the generator fell behind" in lines
    # What was late is in the latencies, not hidden.
    assert report(output)["summary"]["latency"]["maxUs"] > 1_000_000


def test_shards_are_merged_exactly_and_compared(tmp_path, sale):
    file = scenario(tmp_path)
    shards = []
    for index in (1, 2):
        output = tmp_path / f"box-{index}"
        code, said, lines = load(file, "--target", sale.address, "--shard", f"{index}/2", "--output", output)
        assert code == PASSED, said + lines
        shards.append(report(output))
    names = [str(tmp_path / f"box-{index}.json") for index in (1, 2)]
    code, said, lines = load("merge", *names, "--output", tmp_path / "all")
    assert code == PASSED, said + lines
    merged = report(tmp_path / "all")
    assert merged["shards"] == ["1/2", "2/2"]
    assert merged["total"]["offered"] == sum(shard["total"]["offered"] for shard in shards)
    assert merged["summary"]["latency"]["count"] == sum(shard["summary"]["latency"]["count"] for shard in shards)
    assert merged["summary"]["latency"]["maxUs"] == max(shard["summary"]["latency"]["maxUs"] for shard in shards)
    # Both halves of the plan, none of it twice: as many as the whole would have had.
    assert abs(merged["total"]["offered"] - 100) < 60

    assert load("merge", names[0], names[0], "--output", tmp_path / "twice")[0] == BAD_DATA
    code, said, _ = load("compare", names[0], tmp_path / "all.json")
    assert code == PASSED and "all p99" in said and "B/A" in said
    code, said, _ = load("compare", names[0], tmp_path / "all.json", "--json")
    assert {row["name"] for row in json.loads(said)["rows"]} >= {"outcome", "answered /s", "all p50", "all p99"}


def test_probes_go_through_the_queue(tmp_path, sale):
    output = tmp_path / "out"
    file = scenario(tmp_path, mix={"public": 0, "confirm": 0, "queue": 100})
    code, said, lines = load(
        file, "--target", sale.address, "--probes", "--data", sale.data, "--output", output, "--no-verdict")
    assert code == PASSED, said + lines
    [route] = report(output)["routes"]
    assert route["name"] == "probe message" and route["good"] > 0 and route["failed"] == 0


def test_buyers_are_brought_along(tmp_path, sale):
    tokens = tmp_path / "tokens"
    with open(tokens, "w") as file:
        subprocess.run(
            [binary("ticket"), "token", "issue", "--count", "20", "--data", sale.data], check=True, stdout=file, timeout=30)
    output = tmp_path / "out"
    code, said, lines = load(scenario(tmp_path), "--target", sale.address, "--tokens", tokens, "--output", output)
    assert code == PASSED, said + lines
    assert "401" not in report(output)["total"]["statuses"]
    tokens.write_text("not a token\n")
    assert load(scenario(tmp_path), "--target", sale.address, "--tokens", tokens, "--output", output)[0] == BAD_DATA


def test_tasks_are_counted_and_scaling_is_timed(tmp_path, sale):
    """A stand-in for the `aws` command says two tasks before the load rises and four after."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "aws").write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\nif [ -e {tmp_path}/more ]; then echo 4; else touch {tmp_path}/more; echo 2.0; fi\n')
    (folder / "aws").chmod(0o755)
    steps = [{"name": "low", "percent": 50, "seconds": 1}, {"name": "high", "percent": 100, "seconds": 7}]
    output = tmp_path / "out"
    done = subprocess.run(
        [binary("ticket"), "load", str(scenario(tmp_path, steps=steps)), "--target", sale.address, "--output", str(output),
         "--ecs", "ticket-cluster:ticket-public,ticket-confirm"], capture_output=True, text=True, timeout=90,
        env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
    assert done.returncode == PASSED, done.stdout + done.stderr
    asked = (tmp_path / "asked").read_text().splitlines()[0]
    assert asked.startswith("ecs describe-services --cluster ticket-cluster --services ticket-public ticket-confirm --query")
    reactions = [reaction for reaction in report(output)["scaling"] if reaction["tasksAfter"] == 4]
    assert [(reaction["direction"], reaction["tasksBefore"]) for reaction in reactions] == [("out", 2)]
    assert 0 < reactions[0]["firstSeconds"] <= 7
    assert "2 to 4 tasks: first after" in done.stdout
    code, _, lines = load("--preset", "smoke", "--ecs", "cluster;reboot:service")
    assert code == USAGE and "--ecs" in lines
