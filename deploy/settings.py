"""env.sh, read and checked. Whatever is missing or malformed is named, all of it at once, before anything is created."""

import ipaddress
import json
import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent

# API calls a second of one kind on FIFO queues with high throughput, AWS's defaults (SQS developer guide, message quotas, read
# 2026-11). A region is supported when it stands here.
FIFO_CALLS_PER_SECOND = {"ap-northeast-1": 9000, "ap-northeast-2": 2400}
# ticket-confirm sends together what comes within this time, so many at most (Sources/SQS, SendGathering).
GATHERING_SECONDS = 0.005
MOST_IN_A_CALL = 10
# What CloudWatch Logs accepts.
RETENTIONS = {1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}


class SettingsFault(Exception):
    """What is wrong with the settings, one line each."""

    def __init__(self, problems):
        super().__init__("\n".join(problems))
        self.problems = problems


def send_calls(intents):
    """SQS calls a second for so many intents a second, at the worst: spread over as many tasks as scaling may start, each gathers
    the fewest."""
    tasks = json.loads((ROOT / "tasks" / "scaling-confirm.json").read_text(encoding="utf-8"))["maxTasks"]
    return intents / min(MOST_IN_A_CALL, 1 + intents / tasks * GATHERING_SECONDS)


def matches(pattern):
    return lambda text: re.fullmatch(pattern, text) is not None


def one_of(*words):
    return lambda text: text in words


def whole(least, most):
    return lambda text: re.fullmatch(r"[0-9]{1,9}", text) is not None and least <= int(text) <= most


def capacity(text):
    return re.fullmatch(r"[0-9]{1,3}(\.[05])?", text) is not None and 0.5 <= float(text) <= 256


def private_network(text):
    try:
        network = ipaddress.IPv4Network(text)
    except ValueError:
        return False
    return network.prefixlen == 16 and network.is_private


def networks(text):
    try:
        return all(ipaddress.IPv4Network(part) and "/" in part for part in text.split(","))
    except ValueError:
        return False


def certificates(text):
    """The path of a file with at least one certificate in it, where the images take theirs from (dev/image-root.sh)."""
    path = ROOT / text
    if path.resolve().parent != (ROOT / "deploy" / "certificates").resolve() or path.suffix != ".pem":
        return False
    return path.is_file() and "-----BEGIN CERTIFICATE-----" in path.read_text(encoding="ascii", errors="replace")


def seed_file(text):
    """`demo`, `none`, or the path of a file that fits into a secret."""
    if text in ("demo", "none"):
        return True
    path = ROOT / text
    return path.is_file() and 0 < path.stat().st_size <= 65_536


def optional(check):
    return lambda text: text == "" or check(text)


# Name, what is right, and how the sentence "it must be ..." ends.
RULES = [
    ("AWS_REGION", one_of(*FIFO_CALLS_PER_SECOND), "ap-northeast-1 or ap-northeast-2"),
    ("AWS_ACCOUNT_ID", matches(r"[0-9]{12}"), "the 12 digits of the account"),
    ("APP_NAME", matches(r"[a-z](-?[a-z0-9]){1,15}"), "2 to 16 small letters, digits and single hyphens"),
    ("DOMAIN_NAME", matches(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"), "a name such as seoul.tickets.example.com"),
    ("HOSTED_ZONE_ID", matches(r"[A-Z0-9]{1,32}"), "the id of a Route 53 zone, capitals and digits"),
    ("VPC_CIDR", private_network, "a private /16 such as 10.42.0.0/16"),
    ("AVAILABILITY_ZONES", optional(lambda text: len(set(text.split(","))) == len(text.split(",")) == 3),
     "three different zones, separated by commas, or empty"),
    ("NAT_PER_ZONE", one_of("on", "off"), "on or off"),
    ("AURORA_CLUSTER_ID", matches(r"[a-z](-?[a-z0-9]){1,50}"), "small letters, digits and single hyphens"),
    ("AURORA_ENGINE_VERSION", matches(r"16\.[0-9]{1,2}"), "a version of Aurora PostgreSQL 16, such as 16.8"),
    ("RDS_CERTIFICATES", certificates, "AWS's certificate bundle for RDS as a .pem in deploy/certificates; env.sh says where it is had"),
    ("AURORA_MIN_ACU", capacity, "0.5 to 256 in steps of 0.5"),
    ("AURORA_MAX_ACU", capacity, "0.5 to 256 in steps of 0.5"),
    ("REDIS_CLUSTER_ID", matches(r"[a-z](-?[a-z0-9]){1,39}"), "at most 40 small letters, digits and single hyphens"),
    ("REDIS_NODE_TYPE", matches(r"cache\.[a-z0-9]+\.[a-z0-9]+"), "a node type such as cache.t4g.medium"),
    ("REDIS_SHARDS", whole(1, 90), "1 to 90"),
    ("DYNAMODB_WARM_READS", whole(12000, 40_000_000), "12000 or more"),
    ("DYNAMODB_WARM_WRITES", whole(4000, 40_000_000), "4000 or more"),
    ("CPU_ARCHITECTURE", one_of("ARM64", "X86_64"), "ARM64 or X86_64"),
    ("IMAGE_TAG", matches(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"), "a tag of letters, digits, dots and hyphens"),
    ("IMAGE_LAYOUTS", matches(r"[^\0]+"), "a folder"),
    ("IMAGE_BUILDER", one_of("compiled", "local"), "compiled or local"),
    ("PAYMENTS_URL", one_of("sandbox:"), "sandbox: - the services know no other gateway yet"),
    ("SEED_EVENT", seed_file, "demo, none, or an event file of at most 65536 bytes"),
    ("TRACING", one_of("on", "off"), "on or off"),
    ("XRAY_SOURCE_IMAGE", matches(r"\S+[:@]\S+"), "an image with its tag or digest"),
    ("FORECAST_INTENTS_PER_SECOND", whole(1, 1_000_000), "1 to 1000000"),
    ("SQS_FIFO_CALLS_PER_SECOND", optional(whole(300, 1_000_000)), "300 or more, or empty"),
    ("WAF_REQUESTS_PER_MINUTE", whole(10, 2_000_000), "10 to 2000000"),
    ("WAF_CONFIRM_REQUESTS_PER_MINUTE", whole(10, 2_000_000), "10 to 2000000"),
    ("WAF_ALLOWED_CIDRS", optional(networks), "IPv4 ranges such as 192.0.2.0/28, separated by commas, or empty"),
    ("LOG_RETENTION_DAYS", lambda text: text.isdigit() and int(text) in RETENTIONS, "a number of days that CloudWatch Logs knows"),
    ("ALARM_EMAIL", optional(matches(r"[^@\s]+@[^@\s]+\.[^@\s]+")), "a mail address, or empty"),
]
MAY_BE_EMPTY = {"AVAILABILITY_ZONES", "SQS_FIFO_CALLS_PER_SECOND", "WAF_ALLOWED_CIDRS", "ALARM_EMAIL"}


def sourced():
    """Every variable after env.sh has been read by a shell of its own."""
    run = subprocess.run(["bash", "-euc", '. "$1" && env -0', "env.sh", str(ROOT / "env.sh")],
                         capture_output=True, text=True, timeout=20, check=False)
    if run.returncode != 0:
        raise SettingsFault([f"env.sh cannot be read: {run.stderr.strip()}"])
    return dict(entry.split("=", 1) for entry in run.stdout.split("\0") if "=" in entry)


def commit_tag():
    """The commit that is checked out, or nothing when it does not say what would be built."""
    def git(*words):
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, timeout=20, check=False)
    sources = ["Sources", "Package.swift", "Dockerfile", "dev", "deploy/certificates"]
    commit, changes = git("rev-parse", "--short=12", "HEAD"), git("status", "--porcelain", "--", *sources)
    clean = commit.returncode == 0 and changes.returncode == 0 and not changes.stdout.strip()
    return commit.stdout.strip() if clean else ""


def problems_of(values):
    problems = []
    for name, is_right, expectation in RULES:
        text = values[name]
        if text == "" and name not in MAY_BE_EMPTY:
            reason = "the work tree has changes, so no commit says what would be built" if name == "IMAGE_TAG" else "it is missing"
            problems.append(f"{name}: {reason}; it must be {expectation}")
        elif not is_right(text):
            problems.append(f"{name}={text[:80]} is not right: it must be {expectation}")
    if problems:
        return problems
    if float(values["AURORA_MIN_ACU"]) > float(values["AURORA_MAX_ACU"]):
        problems.append(f"AURORA_MIN_ACU={values['AURORA_MIN_ACU']} is above AURORA_MAX_ACU={values['AURORA_MAX_ACU']}")
    zones = [zone for zone in values["AVAILABILITY_ZONES"].split(",") if not re.fullmatch(values["AWS_REGION"] + "[a-z]", zone)]
    if values["AVAILABILITY_ZONES"] and zones:
        problems.append(f"AVAILABILITY_ZONES: {', '.join(zones)} is not in {values['AWS_REGION']}")
    quota = int(values["SQS_FIFO_CALLS_PER_SECOND"] or FIFO_CALLS_PER_SECOND[values["AWS_REGION"]])
    needed = send_calls(int(values["FORECAST_INTENTS_PER_SECOND"]))
    if needed > quota:
        problems.append(
            f"FORECAST_INTENTS_PER_SECOND={values['FORECAST_INTENTS_PER_SECOND']} needs {needed:.0f} SQS calls a second, and FIFO queues in "
            f"{values['AWS_REGION']} take {quota}: have the quota raised and set SQS_FIFO_CALLS_PER_SECOND, or use the other region")
    return problems


def load():
    """The settings by name, or a SettingsFault that names everything that is wrong."""
    environment = sourced()
    values = {name: environment.get(name, "") for name, _, _ in RULES}
    values["IMAGE_TAG"] = values["IMAGE_TAG"] or commit_tag()
    problems = problems_of(values)
    if problems:
        raise SettingsFault(problems)
    values["IMAGE_REGISTRY"] = os.environ.get("IMAGE_REGISTRY") or "{AWS_ACCOUNT_ID}.dkr.ecr.{AWS_REGION}.amazonaws.com".format(**values)
    return values
