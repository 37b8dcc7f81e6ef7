"""The task definitions as they are registered: filled in, whole, and taken by the services that they start."""

import json
import os
import pathlib
import re
import subprocess
import sys

import pytest
import system

FILL = system.ROOT / "tasks" / "fill.py"
ACCOUNT = {
    "APP_NAME": "shop", "AWS_REGION": "ap-northeast-2", "IMAGE": "registry/shop/public@sha256:00",
    "EXECUTION_ROLE_ARN": "arn:aws:iam::111122223333:role/execution", "TASK_ROLE_ARN": "arn:aws:iam::111122223333:role/task",
    "LOG_GROUP": "/shop/public", "LEDGER": "dynamodb:shop", "QUEUE": "sqs:https://queue.example/shop.fifo",
    "ORDERS_URL": "postgres://db.example:5432/ticket", "ORDERS_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:db",
    "CACHE_URL_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:cache",
    "TOKEN_KEY_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:token",
    "TICKET_KEY_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:ticket",
    "SEED_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:seed",
    "PAYMENTS_URL": "sandbox:", "XRAY_IMAGE": "registry/shop/xray:3",
}
SERVICES = ["public", "confirm", "worker"]
TASKS = [*SERVICES, "db-init"]


def fill(*words, environment=None):
    done = subprocess.run([sys.executable, str(FILL), *words], env=ACCOUNT if environment is None else environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("architecture", ["ARM64", "X86_64"])
def test_nothing_is_left_to_fill_in(task, architecture):
    code, out, err = fill(task, "--architecture", architecture)
    assert code == 0, err
    assert "${" not in out
    assert json.loads(out)["runtimePlatform"]["cpuArchitecture"] == architecture


@pytest.mark.parametrize("task", TASKS)
def test_a_missing_variable_is_named_and_nothing_is_printed(task):
    text = (FILL.parent / f"{task}.json").read_text()
    for name in sorted(set(re.findall(r"\$\{([A-Z_]+)\}", text)) - {"CPU_ARCHITECTURE"}):
        for value in [None, ""]:
            environment = {**ACCOUNT, name: value}
            code, out, err = fill(task, environment={key: text for key, text in environment.items() if text is not None})
            assert (code, out) == (64, ""), name
            assert name in err


@pytest.mark.parametrize("service", SERVICES)
def test_tracing_off_takes_the_sidecar_and_its_image_away(service):
    _, on, _ = fill(service)
    names = [container["name"] for container in json.loads(on)["containerDefinitions"]]
    assert names == [service, "xray"]
    environment = {name: value for name, value in ACCOUNT.items() if name != "XRAY_IMAGE"}
    code, off, err = fill(service, "--tracing", "off", environment=environment)
    assert code == 0, err
    [container] = json.loads(off)["containerDefinitions"]
    assert not [setting for setting in container["environment"] if "TRACE" in setting["name"]]


def test_an_unknown_task_is_refused():
    code, out, _ = fill("scaling-public")
    assert (code, out) == (64, "")


# What Secrets Manager would put in place of each reference.
SECRETS = {
    "PGUSER": "orders-admin", "PGPASSWORD": "p4ss word/of=rds", "TICKET_CACHE": "rediss+cluster://:token@cache.example:6379",
    "TICKET_TOKEN_KEY": "k" * 64, "TICKET_TICKET_KEY": "A" * 43, "SEED_EVENT": "demo",
}


@pytest.mark.parametrize("service", SERVICES)
def test_the_service_takes_every_setting_that_it_is_given(service):
    """Services refuse what they do not know; `--print-config` reads it all and connects to nothing."""
    _, out, _ = fill(service)
    container = json.loads(out)["containerDefinitions"][0]
    given = {setting["name"]: setting["value"] for setting in container["environment"]}
    secrets = {secret["name"]: SECRETS[secret["name"]] for secret in container["secrets"]}
    shown = subprocess.run([system.binary(f"ticket-{service}"), "--print-config"], env={**given, **secrets}, stdin=subprocess.DEVNULL,
                           capture_output=True, text=True, timeout=30)
    assert shown.returncode == 0, shown.stderr
    names = re.findall(r"^(TICKET_\w+)=", shown.stdout, re.MULTILINE)
    for name in (name for name in {**given, **secrets} if name.startswith("TICKET_")):
        assert name in names, name
    for name, value in secrets.items():
        assert value not in shown.stdout, f"{name} is shown"


def test_the_tool_takes_what_its_task_is_given():
    _, out, _ = fill("db-init")
    container = json.loads(out)["containerDefinitions"][0]
    given = {setting["name"]: setting["value"] for setting in container["environment"]}
    secrets = {secret["name"]: SECRETS[secret["name"]] for secret in container["secrets"]}
    # A command that reads all settings and needs none of the stores.
    shown = subprocess.run([system.binary("ticket"), "tasks", "render", "--check", "--into", str(system.ROOT)], env={**given, **secrets},
                           stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
    assert shown.returncode == 0, shown.stderr
