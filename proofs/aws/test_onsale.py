"""The commands of `ticket policies onsale` name what the stacks make, and are ones that the AWS CLI takes."""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys

import pytest

import template
from system import binary

ROOT = pathlib.Path(__file__).resolve().parents[2]
AWS = pathlib.Path(sys.executable).parent / "aws"
ARN = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:loadbalancer/app/shop/0123456789abcdef"


def plan():
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TICKET_", "AURORA_", "DYNAMODB_", "APP_"))}
    run = subprocess.run([binary("ticket"), "policies", "onsale", "--at", "2099-03-01T10:00:00Z", "--expect", "100000", "--purchases", "2000", "--json"],
                         env={**environment, "APP_NAME": "shop"}, capture_output=True, text=True, timeout=30, check=True)
    return json.loads(run.stdout)


COMMANDS = [step["command"] for step in plan()["commands"]]


def named(stack, resource, name):
    """A property that is made from the application's name alone, for the application `shop`."""
    value = template.load(stack)["Resources"][resource]["Properties"][name]
    text = value.get("Fn::Sub") or "${" + value["Ref"] + "}"
    return text.replace("${AppName}", "shop")


def options(command):
    """What is said by flag, of every command of the plan together."""
    words = shlex.split(re.sub(r'"\$\(.*?\)"', ARN, command))
    return {word: words[index + 1] for index, word in enumerate(words[:-1]) if word.startswith("--")}


def said(flag):
    return {options(command)[flag] for command in COMMANDS if flag in options(command)}


def complaint(words):
    """What the CLI says to a call that cannot come through."""
    run = subprocess.run([str(AWS), *words, "--region", "ap-northeast-2", "--endpoint-url", "http://127.0.0.1:1"],
                         env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true",
                              "AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "nothing", "AWS_MAX_ATTEMPTS": "1"},
                         capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    return run.stderr


def test_the_names_are_those_of_the_stacks():
    assert said("--table-name") == {named("03-dataplane", "Table", "TableName")}
    cluster = named("02-cluster", "Cluster", "ClusterName")
    services = {named("05-services", f"{name}Service", "ServiceName") for name in ("Public", "Confirm", "Worker")}
    assert said("--resource-id") == {f"service/{cluster}/{service}" for service in services}
    default = re.search(r'AURORA_CLUSTER_ID:-\$\{APP_NAME\}([a-z-]+)\}', (ROOT / "env.sh").read_text()).group(1)
    assert said("--db-cluster-identifier") == {f"shop{default}"}
    balancer = named("05-services", "LoadBalancer", "Name")
    assert {name for command in COMMANDS for name in re.findall(r"describe-load-balancers --names (\S+)", command)} == {balancer}
    index = template.load("03-dataplane")["Resources"]["Table"]["Properties"]["GlobalSecondaryIndexes"][0]["IndexName"]
    assert all(f"IndexName={index}," in value for value in said("--global-secondary-index-updates"))


def default(name):
    """A number that env.sh sets when nothing else does."""
    return float(re.search(rf"{name}:-([0-9.]+)\}}", (ROOT / "env.sh").read_text()).group(1))


def capacities(text):
    return {key: float(value) for key, value in (part.split("=") for part in text.split(","))}


def test_tasks_go_up_within_what_scaling_allows_and_down_to_where_it_starts():
    for service in ("public", "confirm", "worker"):
        limits = json.loads((ROOT / "tasks" / f"scaling-{service}.json").read_text())
        actions = {options(command)["--scheduled-action-name"]: capacities(options(command)["--scalable-target-action"]) for command in COMMANDS
                   if options(command).get("--resource-id") == f"service/shop/shop-{service}"}
        assert {action["MaxCapacity"] for action in actions.values()} == {limits["maxTasks"]}
        assert limits["minTasks"] < actions["onsale-up"]["MinCapacity"] <= limits["maxTasks"]
        assert actions["onsale-down"]["MinCapacity"] == limits["minTasks"]


def test_nothing_but_these_commands_raises_anything_before_a_sale():
    """What env.sh says of Aurora's smallest size: no stack has a schedule, and the plan's commands raise it and put it back."""
    assert not [name for name, loaded in template.all_of().items() if "ScheduledActions" in json.dumps(loaded)]
    above = (ROOT / "env.sh").read_text().split("export AURORA_MIN_ACU=")[0].rsplit("#", 1)[1]
    assert "by hand" in above and "ticket policies onsale" in above
    floors = [capacities(options(command)["--serverless-v2-scaling-configuration"]) for command in COMMANDS if " rds modify-db-cluster " in command]
    usual = {"MinCapacity": default("AURORA_MIN_ACU"), "MaxCapacity": default("AURORA_MAX_ACU")}
    assert len(floors) == 2 and usual["MinCapacity"] < floors[0]["MinCapacity"] <= usual["MaxCapacity"] and floors[1] == usual


def test_warming_never_asks_for_less_than_the_stack_gave():
    """AWS refuses to lower it, so such a command would fail on the day before."""
    warm = capacities(next(iter(said("--warm-throughput"))))
    index = next(iter(said("--global-secondary-index-updates")))
    for text, kind in (("ReadUnitsPerSecond", "DYNAMODB_WARM_READS"), ("WriteUnitsPerSecond", "DYNAMODB_WARM_WRITES")):
        assert warm[text] >= default(kind) and float(re.search(rf"{text}=([0-9]+)", index).group(1)) >= default(kind)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command.split()[1:3]))
def test_the_cli_takes_the_command(command):
    """It checks every flag and value against AWS's own description before it calls; nobody listens where it then calls."""
    words = shlex.split(re.sub(r'"\$\(.*?\)"', ARN, command))
    assert words[0] == "aws"
    assert "Could not connect to the endpoint URL" in complaint(words[1:])


def test_a_command_that_the_cli_does_not_take_would_be_seen():
    said = complaint(["dynamodb", "update-table", "--table-name", "shop-ledger", "--warm-throughput", "WriteUnits=1"])
    assert "Could not connect" not in said and "WriteUnits" in said
