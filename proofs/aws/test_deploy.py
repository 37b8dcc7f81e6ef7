"""From an empty account to a running system, as far as moto goes. What moto does not make is listed, never counted as passed."""

import pathlib
import re

import stand_in

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
    assert "00-network: nothing would change" in run.stdout
    changed = changes(account.calls_made())
    assert changed and all(re.match(r"cloudformation (create|delete)-change-set", line) for line in changed)
    assert account.stamps() == [f"{step}.stamp" for step in STEPS]


def test_the_other_region_is_a_system_of_its_own(account):
    """Nothing that stands here counts there."""
    run = account.deploy("plan", AWS_REGION="ap-northeast-1", DOMAIN_NAME="tokyo.tickets.example.com")
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("new     stack with") == 8 and "nothing would change" not in run.stdout.replace("08-db-init: nothing", "")
    assert changes(account.calls_made()) == []


def test_a_command_runs_inside_the_account(account):
    run = account.deploy("ticket", "integrity", "demo")
    assert run.returncode == 0 and "not exercised: what ticket integrity demo says" in run.stdout, run.stdout + run.stderr
    assert [line.split()[1] for line in changes(account.calls_made())] == ["run-task"]
    assert '"command": ["integrity", "demo"]' in account.every_call.read_text()


def test_a_new_image_is_a_new_revision_and_the_way_back_is_the_one_before(account):
    # Steps by name, without what make would look at again before them.
    run = account.deploy("step", "01-ecr", "04-taskdefs", IMAGE_TAG="second")
    # The same bytes under another tag have the same digest: nothing to register.
    assert run.returncode == 0 and "pushed" in run.stdout and "registered" not in run.stdout, run.stdout + run.stderr
    run = account.deploy("step", "04-taskdefs", "05-services", TRACING="off")
    assert run.returncode == 0 and "registered ticket-worker:2" in run.stdout, run.stdout + run.stderr
    service = account.aws("ecs", "describe-services", "--cluster", "ticket", "--services", "ticket-worker")
    assert "task-definition/ticket-worker:2" in service
    assert account.make("rollback", "SERVICE=worker").returncode == 0
    service = account.aws("ecs", "describe-services", "--cluster", "ticket", "--services", "ticket-worker")
    assert "task-definition/ticket-worker:1" in service
    # What was rolled back does not come again by itself.
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
