"""env.sh as it is read: what is refused, and that nothing has to be guessed."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RIGHT = {"AWS_ACCOUNT_ID": "123456789012", "DOMAIN_NAME": "seoul.tickets.example.com", "HOSTED_ZONE_ID": "Z0123", "IMAGE_TAG": "first"}


TREE = {}


@pytest.fixture(autouse=True, scope="module")
def tree(tmp_path_factory):
    """What `deploy settings` reads, with AWS's bundle in its place."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("deploy", "tasks"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "env.sh", copy)
    (copy / "deploy" / "certificates" / "aws-rds.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    (copy / "elsewhere.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    TREE["copy"] = copy


def settings(**given):
    """Exit code, and what was said."""
    run = subprocess.run([sys.executable, "-m", "deploy", "settings"], cwd=TREE["copy"], capture_output=True, text=True, timeout=30, check=False,
                         env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **RIGHT, **given}, stdin=subprocess.DEVNULL)
    return run.returncode, run.stdout + run.stderr


def test_three_settings_are_enough():
    code, said = settings()
    assert code == 0, said
    assert '"IMAGE_REGISTRY": "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"' in said


@pytest.mark.parametrize("name, value", [
    ("AWS_ACCOUNT_ID", ""), ("AWS_ACCOUNT_ID", "12345"), ("AWS_REGION", "eu-west-1"), ("APP_NAME", "Ticket"), ("APP_NAME", "a" * 17),
    ("DOMAIN_NAME", "no name"), ("VPC_CIDR", "10.0.0.0/8"), ("VPC_CIDR", "8.8.0.0/16"), ("AVAILABILITY_ZONES", "ap-northeast-2a,ap-northeast-2b"),
    ("AVAILABILITY_ZONES", "ap-northeast-1a,ap-northeast-1c,ap-northeast-1d"), ("AURORA_MIN_ACU", "0.7"), ("AURORA_MIN_ACU", "128"),
    ("REDIS_SHARDS", "0"), ("RDS_CERTIFICATES", "deploy/certificates/README.md"), ("RDS_CERTIFICATES", "deploy/certificates/nowhere.pem"),
    # The images would not carry it.
    ("RDS_CERTIFICATES", "elsewhere.pem"), ("RDS_CERTIFICATES", "deploy/certificates/../../elsewhere.pem"),
    ("DYNAMODB_WARM_WRITES", "10"), ("CPU_ARCHITECTURE", "arm"), ("PAYMENTS_URL", "https://pay.example"),
    ("SEED_EVENT", "nowhere/event.json"), ("WAF_ALLOWED_CIDRS", "192.0.2.1"), ("LOG_RETENTION_DAYS", "31"), ("ALARM_EMAIL", "nobody"),
])
def test_what_is_not_right_is_named(name, value):
    code, said = settings(**{name: value})
    assert code == 64 and name in said, said


def test_everything_wrong_is_named_at_once():
    code, said = settings(AWS_REGION="moon", APP_NAME="", REDIS_SHARDS="x")
    assert code == 64 and all(name in said for name in ("AWS_REGION", "REDIS_SHARDS")), said


def test_a_forecast_above_the_quota_of_the_region_stops_here():
    too_much = "4000"
    code, said = settings(FORECAST_INTENTS_PER_SECOND=too_much)
    assert code == 64 and "needs 3000 SQS calls a second, and FIFO queues in ap-northeast-2 take 2400" in said, said
    assert settings(FORECAST_INTENTS_PER_SECOND=too_much, AWS_REGION="ap-northeast-1")[0] == 0
    assert settings(FORECAST_INTENTS_PER_SECOND=too_much, SQS_FIFO_CALLS_PER_SECOND="5000")[0] == 0


def test_the_calls_of_a_forecast_are_reckoned_as_the_sender_gathers():
    text = next((ROOT / "Sources" / "SQS").rglob("SendGathering.swift")).read_text()
    from deploy import settings as module
    assert f"lingerNs: UInt64 {{ {module.GATHERING_SECONDS * 1e9:_.0f} }}" in text
    assert f"maxEntries: Int {{ {module.MOST_IN_A_CALL} }}" in text
    # 4,000 a second over 60 tasks: 67 each, a third of one within 5 ms beside the first.
    assert round(module.send_calls(4000)) == 3000
    assert module.send_calls(1_000_000) == 100_000


def test_every_setting_that_is_checked_is_in_env_sh_with_a_word_about_it():
    lines = (ROOT / "env.sh").read_text().splitlines()
    from deploy.settings import RULES
    exported = {match.group(1): index for index, line in enumerate(lines) if (match := re.match(r"export ([A-Z_]+)=", line))}
    assert set(exported) == {name for name, _, _ in RULES}
    for name, index in exported.items():
        above = lines[index - 1]
        # A line may speak for the setting under it as well.
        assert above.startswith(("#", "export ")), name


def steps_of(target):
    run = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    return re.findall(r"deploy step (\S+)", run.stdout)


def test_make_runs_what_a_step_needs_before_it():
    """Each alone, from an empty account: the services only become ready in a database that has its tables."""
    first = ["00-network", "01-ecr", "02-cluster", "03-dataplane", "04-taskdefs"]
    ready = [*first, "08-db-init", "05-services"]
    assert steps_of("04-taskdefs") == first and steps_of("08-db-init") == ready[:-1] and steps_of("05-services") == ready
    assert steps_of("06-autoscaling") == [*ready, "06-autoscaling"] and steps_of("07-cloudfront") == [*ready, "07-cloudfront"]
    assert steps_of("09-watching") == steps_of("all") == [*ready, "06-autoscaling", "07-cloudfront", "09-watching"]
