"""From an empty account to a running system, as far as moto goes. What moto does not make is listed, never counted as passed."""

import json
import pathlib
import re
import subprocess

import stand_in
import template

STEPS = ["00-network", "01-ecr", "02-cluster", "03-dataplane", "04-taskdefs", "05-services", "06-autoscaling", "07-cloudfront",
         "08-db-init", "09-watching"]
# Calls that change something. `deploy` may make none of them when nothing is different.
CHANGING = re.compile(r"^\S+ (create|update|put|delete|register|deregister|execute|run|modify|tag)-")


def changes(lines):
    return [line for line in lines if CHANGING.match(line)]


def test_nothing_is_created_before_the_settings_are_right(account):
    run = account.make("00-network", VPC_CIDR="8.8.8.0/24", DOMAIN_NAME="", AURORA_MIN_ACU="0.7")
    assert run.returncode != 0
    for name in ("VPC_CIDR=8.8.8.0/24", "DOMAIN_NAME", "AURORA_MIN_ACU=0.7"):
        assert name in run.stderr
    assert account.calls_made() == []
    assert account.stamps() == []


def test_another_account_is_left_alone(account):
    run = account.make("00-network", AWS_ACCOUNT_ID="999999999999")
    assert run.returncode != 0 and "the credentials are for account 123456789012" in run.stderr
    assert changes(account.calls_made()) == []


def test_a_step_that_fails_before_it_is_submitted_leaves_no_stamp_and_can_be_run_again(account):
    template = account.tree / "stacks" / "00-network.yaml"
    right = template.read_text()
    template.write_text(right.replace("  AppName: { Type: String }", "  AppName: { Type: String }\n  NobodyKnowsThis: { Type: String }", 1))
    run = account.make("00-network")
    assert run.returncode != 0 and "NobodyKnowsThis" in run.stderr
    assert changes(account.calls_made()) == []
    assert account.stamps() == []
    template.write_text(right)
    run = account.make("00-network")
    assert run.returncode == 0, run.stderr
    assert account.stamps() == ["00-network.stamp"]


def test_everything_from_an_empty_account(account, capsys):
    run = account.make("all")
    assert run.returncode == 0, run.stdout + run.stderr
    assert account.stamps() == [f"{step}.stamp" for step in STEPS]
    assert "made the service-linked role of ECS" in run.stdout
    skipped = set(pathlib.Path(account.skips).read_text().split())
    said = set(re.findall(r"not exercised: (AWS::\S+)", run.stdout))
    # Whatever moto's CloudFormation passes over has been named, and nothing else was passed over behind our back.
    assert said >= {kind for kind in skipped if kind not in stand_in.UNREADABLE} - {"AWS::EC2::SecurityGroupEgress", "AWS::SNS::Subscription"}
    assert "No Moto CloudFormation support" not in account.moto.log.read_text(errors="replace")
    with capsys.disabled():
        print("\n   moto has no such thing, so not exercised here: " + ", ".join(sorted(skipped)))
        print("   nor: " + "; ".join(stand_in.NOT_THERE))


def test_images_went_to_the_registry_and_tasks_name_them_by_digest(account):
    for name in ("public", "confirm", "worker"):
        family = account.aws("ecs", "describe-task-definition", "--task-definition", f"ticket-{name}")
        assert re.search(rf'"image": "127\.0\.0\.1:\d+/ticket/{name}@sha256:[0-9a-f]{{64}}"', family), family[:800]


def test_an_image_of_another_architecture_is_not_pushed(account):
    run = account.make("01-ecr", IMAGE_TAG="other", CPU_ARCHITECTURE="X86_64")
    assert run.returncode != 0 and "is for arm64, and CPU_ARCHITECTURE is X86_64" in run.stderr
    assert "pushed" not in run.stdout
    # What failed took the stamp away; nothing has to be done to have it back.
    assert account.make("01-ecr").returncode == 0


def test_a_second_run_changes_nothing_and_asks_nothing(account):
    account.calls_made()
    run = account.make("all")
    assert run.returncode == 0, run.stderr
    assert account.calls_made() == []
    assert run.stdout.count("its stamp is fresh") >= len(STEPS)


def test_deleted_stamps_change_nothing(account):
    for step in STEPS:
        if step != "08-db-init":
            (account.tree / ".stamps" / f"{step}.stamp").unlink()
    run = account.make("all")
    assert run.returncode == 0, run.stdout + run.stderr
    assert changes(account.calls_made()) == []
    assert run.stdout.count("nothing to change, verified") == len(STEPS) - 1
    assert account.stamps() == [f"{step}.stamp" for step in STEPS]


def test_the_database_step_may_run_again(account):
    (account.tree / ".stamps" / "08-db-init.stamp").unlink()
    run = account.make("08-db-init")
    assert run.returncode == 0, run.stderr
    assert [line.split()[1] for line in changes(account.calls_made())] == ["run-task", "run-task"], run.stdout


def test_a_plan_shows_what_would_change_and_changes_nothing(account):
    # moto's change sets list no changes; that one was made and taken back is what can be seen here.
    run = account.make("plan", LOG_RETENTION_DAYS="14")
    assert run.returncode == 0, run.stderr
    for step in ("00-network", "01-ecr", "04-taskdefs"):
        assert f"{step}: nothing would change" in run.stdout
    # Its stamp says what was made of other logs, so make would run it.
    assert "runs    ticket db init" in run.stdout
    changed = changes(account.calls_made())
    assert changed and all(re.match(r"cloudformation (create|delete)-change-set", line) for line in changed)
    assert account.stamps() == [f"{step}.stamp" for step in STEPS]


def test_the_other_region_is_a_system_of_its_own(account):
    """Nothing that stands here counts there."""
    run = account.deploy("plan", AWS_REGION="ap-northeast-1", DOMAIN_NAME="tokyo.tickets.example.com")
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("new     stack with") == 8 and "nothing would change" not in run.stdout
    assert run.stdout.count("pushes  ") == 4 and "runs    ticket db init" in run.stdout
    assert changes(account.calls_made()) == []


def test_a_command_runs_inside_the_account(account):
    run = account.deploy("ticket", "integrity", "demo")
    assert run.returncode == 0 and "not exercised: what ticket integrity demo says" in run.stdout, run.stdout + run.stderr
    assert [line.split()[1] for line in changes(account.calls_made())] == ["run-task"]
    assert '"command": ["integrity", "demo"]' in account.every_call.read_text()


def running(account, name):
    """The revision of a service, as ECS says it."""
    answer = json.loads(account.aws("ecs", "describe-services", "--cluster", "ticket", "--services", f"ticket-{name}"))
    return answer["services"][0]["taskDefinition"].rsplit("/", 1)[1]


def test_a_plan_of_what_is_not_pushed_yet_does_not_stop(account):
    run = account.deploy("plan", IMAGE_TAG="unborn")
    assert run.returncode == 0, run.stderr
    assert "new revision of ticket-worker (its image is not pushed yet)" in run.stdout
    assert re.search(r"pushes  127\.0\.0\.1:\d+/ticket/worker:unborn \(built first\)", run.stdout)
    assert run.stdout.count("pushes  ") == 3
    services = run.stdout.split("05-services:")[1].split("06-autoscaling:")[0]
    assert re.findall(r"rolls   ticket-(\S+) to the new revision", services) == ["public", "confirm", "worker"]
    # The stamp of the database says what was made from another image.
    assert "08-db-init: nothing" not in run.stdout


def test_a_new_image_is_rolled_out_and_the_way_back_is_the_one_before(account):
    run = account.deploy("step", "01-ecr", IMAGE_TAG="second")
    assert run.returncode == 0 and "pushed" in run.stdout, run.stdout + run.stderr
    assert "--tag second --into" in account.builds.read_text().splitlines()[-1]
    account.calls_made()
    run = account.deploy("roll-out", "worker", IMAGE_TAG="second")
    assert run.returncode == 0, run.stdout + run.stderr
    for line in ("registered ticket-worker:2", "worker: ticket-worker:1 -> ticket-worker:2", "not exercised: five minutes of watching worker",
                 "worker: ticket-worker:2 stays"):
        assert line in run.stdout
    assert [line.split()[1] for line in changes(account.calls_made())] == ["register-task-definition", "update-service"]
    assert (running(account, "worker"), running(account, "public")) == ("ticket-worker:2", "ticket-public:1")
    # What the stamps said of revisions is not so any more.
    assert not {"04-taskdefs.stamp", "05-services.stamp"} & set(account.stamps())
    run = account.deploy("roll-out", "worker", IMAGE_TAG="second")
    assert "ticket-worker:2 runs already" in run.stdout and changes(account.calls_made()) == []
    assert account.make("rollback", "SERVICE=worker").returncode == 0
    assert running(account, "worker") == "ticket-worker:1"
    # What was rolled back does not come again by itself.
    run = account.deploy("roll-out", "worker", IMAGE_TAG="second")
    assert run.returncode != 0 and "was rolled back" in run.stderr, run.stdout + run.stderr
    assert running(account, "worker") == "ticket-worker:1"


def test_migrations_are_those_of_the_new_image_and_no_service_changes_with_them(account):
    """What the roll-out does before its services: nobody has run step 04 by then."""
    before = running(account, "worker")
    account.calls_made()
    run = account.deploy("step", "08-db-init", IMAGE_TAG="second", SEED_EVENT="none")
    assert run.returncode == 0 and "registered ticket-db-init:2" in run.stdout, run.stdout + run.stderr
    assert [line.split()[1] for line in changes(account.calls_made())] == ["register-task-definition", "run-task"]
    definition = json.loads(account.aws("ecs", "describe-task-definition", "--task-definition", "ticket-db-init"))["taskDefinition"]
    worker = json.loads(account.aws("ecs", "describe-task-definition", "--task-definition", before))["taskDefinition"]
    assert definition["containerDefinitions"][0]["image"] != worker["containerDefinitions"][0]["image"]
    assert running(account, "worker") == before


def test_the_steps_bring_a_new_revision_as_well(account):
    # Steps by name, without what make would look at again before them.
    run = account.deploy("step", "04-taskdefs", "05-services", TRACING="off")
    assert run.returncode == 0 and "registered ticket-worker:3" in run.stdout, run.stdout + run.stderr
    assert running(account, "worker") == "ticket-worker:3"
    assert account.make("rollback", "SERVICE=worker").returncode == 0
    assert running(account, "worker") == "ticket-worker:1"
    run = account.deploy("step", "04-taskdefs", TRACING="off")
    assert run.returncode != 0 and "was rolled back" in run.stderr, run.stdout + run.stderr


def test_a_service_without_a_name_is_refused(account):
    run = account.make("rollback")
    assert run.returncode != 0 and "name one service: public, confirm, worker" in run.stderr


def test_status_says_what_stands(account):
    run = account.make("status")
    assert run.returncode == 0, run.stderr
    assert "CREATE_COMPLETE" in run.stdout and "ticket-intents.fifo" in run.stdout


def test_nothing_is_destroyed_while_there_are_orders_or_without_the_name(account):
    run = account.deploy("destroy", stdin="yes\n")
    assert run.returncode != 0 and "nothing was destroyed" in run.stderr
    account.aws("dynamodb", "put-item", "--table-name", "ticket-ledger", "--item", '{"pk":{"S":"I#1"},"sk":{"S":"I"}}')
    account.calls_made()
    run = account.deploy("destroy", stdin="ticket\n")
    assert run.returncode != 0 and "FORCE=orders-and-all" in run.stderr
    assert changes(account.calls_made()) == []


def shape(account):
    """What makes the table the one that the services need."""
    table = json.loads(account.aws("dynamodb", "describe-table", "--table-name", "ticket-ledger"))["Table"]
    indexes = [{key: index[key] for key in ("IndexName", "KeySchema", "Projection")} for index in table["GlobalSecondaryIndexes"]]
    definitions = sorted(table["AttributeDefinitions"], key=lambda definition: definition["AttributeName"])
    return table["KeySchema"], definitions, indexes, table["BillingModeSummary"]["BillingMode"]


def test_the_runbook_makes_a_lost_table_again_as_the_stack_made_it(account):
    runbook = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text()
    section = re.search(r"^## Rebuilding the ledger from orders\n(.*?)^## ", runbook, re.M | re.S).group(1)
    commands = "\n".join(re.findall(r"^ +```\n(.*?)^ +```$", section, re.M | re.S))
    assert commands.count("aws dynamodb") == 5
    # What moto does not take from a template, or does not show again.
    table = template.load("03-dataplane")["Resources"]["Table"]["Properties"]
    assert table["SSESpecification"] == {"SSEEnabled": True} and "--sse-specification Enabled=true" in commands
    assert table["WarmThroughput"] == table["GlobalSecondaryIndexes"][0]["WarmThroughput"] and commands.count("$DYNAMODB_WARM_WRITES") == 2
    before = shape(account)
    account.aws("dynamodb", "update-table", "--table-name", "ticket-ledger", "--no-deletion-protection-enabled")
    account.aws("dynamodb", "delete-table", "--table-name", "ticket-ledger")
    # Why the runbook has commands at all: the stack is as it was.
    (account.tree / ".stamps" / "03-dataplane.stamp").unlink()
    account.calls_made()
    run = account.deploy("step", "03-dataplane")
    assert run.returncode != 0 and changes(account.calls_made()) == []
    url = account.environment["AWS_ENDPOINT_URL"]
    script = f'set -eu; . ./env.sh; aws() {{ command aws "$@" --region ap-northeast-2 --endpoint-url {url}; }}\n{commands}'
    run = subprocess.run(["bash", "-c", script], cwd=account.tree, env=account.environment, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert shape(account) == before
    told = account.aws("dynamodb", "describe-time-to-live", "--table-name", "ticket-ledger")
    assert '"purgeAfter"' in told and "ENABLED" in told
    assert '"PointInTimeRecoveryStatus": "ENABLED"' in account.aws("dynamodb", "describe-continuous-backups", "--table-name", "ticket-ledger")
    assert '"DeletionProtectionEnabled": true' in account.aws("dynamodb", "describe-table", "--table-name", "ticket-ledger")
    account.calls_made()
    run = account.deploy("step", "03-dataplane")
    assert run.returncode == 0 and "nothing to change, verified" in run.stdout, run.stdout + run.stderr


def test_the_drill_gives_the_other_region_the_keys_of_this_one(account):
    """Scanners and buyers know this region's keys, and the other one made its own."""
    runbook = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "operating.md").read_text()
    section = re.search(r"^## The other region\n(.*?)^## ", runbook, re.M | re.S).group(1)
    copies = next(block for block in re.findall(r"^ +```\n(.*?)^ +```$", section, re.M | re.S) if "put-secret-value" in block)
    seoul, tokyo = ({name: f"{name} of {region}" for name in ("ticket-key", "token-key")} for region in ("Seoul", "Tokyo"))
    for region, keys in (("ap-northeast-2", seoul), ("ap-northeast-1", tokyo)):
        held = json.loads(account.aws("secretsmanager", "list-secrets", "--query", "SecretList[].Name", region=region))
        for name, value in keys.items():
            word = ("put-secret-value", "--secret-id") if f"ticket/{name}" in held else ("create-secret", "--name")
            account.aws("secretsmanager", *word, f"ticket/{name}", "--secret-string", value, region=region)
    url = account.environment["AWS_ENDPOINT_URL"]
    script = f'set -euo pipefail; . ./env.sh; HERE=ap-northeast-2 THERE=ap-northeast-1; aws() {{ command aws "$@" --endpoint-url {url}; }}\n{copies}'
    run = subprocess.run(["bash", "-c", script], cwd=account.tree, env=account.environment, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    # As it was, without a line end.
    for name, value in seoul.items():
        assert json.loads(account.aws("secretsmanager", "get-secret-value", "--secret-id", f"ticket/{name}", region="ap-northeast-1"))["SecretString"] == value
        account.aws("secretsmanager", "delete-secret", "--secret-id", f"ticket/{name}", "--force-delete-without-recovery", region="ap-northeast-1")
    assert "file://" in account.every_call.read_text().rsplit("put-secret-value", 1)[1]


def left(account):
    """Everything that could be left of a system, by name."""
    stacks = [name for region in ("ap-northeast-2", "us-east-1")
              for name in json.loads(account.aws("cloudformation", "describe-stacks", "--query", "Stacks[].StackName", region=region))]
    queues = json.loads(account.aws("sqs", "list-queues") or "{}").get("QueueUrls", [])
    return stacks + json.loads(account.aws("dynamodb", "list-tables"))["TableNames"] + queues


def test_forced_all_of_it_goes_and_the_orders_are_backed_up(account):
    account.aws("dynamodb", "put-item", "--table-name", "ticket-ledger", "--item", '{"pk":{"S":"I#1"},"sk":{"S":"I"}}')
    run = account.deploy("destroy", "orders-and-all", stdin="ticket\n")
    assert run.returncode == 0, run.stdout + run.stderr
    assert "the backup ticket-ledger-before-destroy" in run.stdout and "not exercised: that Aurora lets itself be deleted" in run.stdout
    assert left(account) == [] and account.stamps() == []
    backup = json.loads(account.aws("dynamodb", "list-backups"))["BackupSummaries"][0]
    assert (backup["TableName"], backup["BackupName"]) == ("ticket-ledger", "ticket-ledger-before-destroy")
    # The last stack first, the network at the end.
    deleted = re.findall(r"(\S+): its stack is deleted", run.stdout)
    assert deleted == [step for step in reversed(STEPS) if step not in ("04-taskdefs", "08-db-init")]


def test_a_system_that_was_never_finished_goes_without_force(account):
    run = account.deploy("step", "00-network", "01-ecr", "02-cluster", "03-dataplane")
    assert run.returncode == 0, run.stdout + run.stderr
    run = account.deploy("destroy", stdin="ticket\n")
    assert run.returncode == 0 and "backup" not in run.stdout, run.stdout + run.stderr
    assert left(account) == []
    # Once more: there is nothing left, and that is no fault.
    assert account.deploy("destroy", stdin="ticket\n").returncode == 0


def test_no_call_left_the_machine(account):
    """Twice over: what the deploy script said to the CLI, from the first call of this module to the last, and what came to
    the proxy that stands before the way out."""
    said = account.every_call.read_text().splitlines()
    assert len(said) > 200, "the calls of the tests before this one were not written down"
    stand_in_flag = f"--endpoint-url http://127.0.0.1:{account.port} "
    assert not [line[:200] for line in said if stand_in_flag not in line]
    assert account.trap.seen == []


def test_a_call_that_would_leave_the_machine_is_caught(account):
    """Without this the test above could be passed by a proxy that nobody asks."""
    run = account.deploy("status", AWS_ENDPOINT_URL="")
    assert run.returncode != 0
    assert account.trap.seen and all("amazonaws.com:443" in line for line in account.trap.seen), account.trap.seen
    account.trap.seen.clear()
    # skopeo too: a registry of somebody else.
    run = account.deploy("step", "01-ecr", IMAGE_REGISTRY="registry.example.com", IMAGE_TAG="escape")
    assert run.returncode != 0
    assert any("registry.example.com" in line for line in account.trap.seen), account.trap.seen
    account.trap.seen.clear()
    account.calls_made()
