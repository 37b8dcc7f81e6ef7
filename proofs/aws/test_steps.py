"""What the steps do where the stand-in has nothing to do it with: secrets, and which steps a change touches."""

import pathlib
import re
import subprocess

import pytest

from deploy import beforehand, steps
from deploy.aws import AwsFault
from deploy.steps import BY_NAME, STEPS

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Vault:
    """Secrets Manager as far as the steps use it. It keeps the words of every command."""

    def __init__(self, held=None):
        self.held, self.words = held, []

    def call(self, service, operation, *words, **_):
        self.words.append((operation, *words))
        if operation == "put-secret-value":
            given = words[words.index("--secret-string") + 1]
            self.held = pathlib.Path(given.removeprefix("file://")).read_text() if given.startswith("file://") else given
            return {}
        if self.held is None:
            raise AwsFault("secretsmanager", "ResourceNotFoundException", "it has no value")
        return {"SecretString": self.held, "VersionId": "1"}

    @property
    def puts(self):
        return [words for words in self.words if words[0] == "put-secret-value"]


class Deployment:
    """Only what these functions ask for."""

    def __init__(self, vault, seed="demo"):
        self.aws, self.settings = vault, {"SEED_EVENT": seed}

    def exercised(self, kind, what):
        return True

    def output(self, name):
        return f"arn:{name}"

    def say(self, line):
        pass


def test_the_ticket_key_is_made_once_and_never_stands_in_a_command():
    vault = Vault()
    assert steps.make_ticket_key(Deployment(vault))
    key = vault.held
    assert len(key) == 43 and not [words for words in vault.words if key in words]
    assert not steps.make_ticket_key(Deployment(vault))
    assert vault.held == key and len(vault.puts) == 1


def test_the_event_is_put_where_the_task_finds_it_and_only_when_it_differs(tmp_path):
    file = tmp_path / "event.json"
    file.write_text('{"id": "one"}')
    vault = Vault()
    for _ in range(2):
        steps.put_seed(Deployment(vault, str(file)))
    assert vault.held == '{"id": "one"}' and len(vault.puts) == 1
    file.write_text('{"id": "two"}')
    steps.put_seed(Deployment(vault, str(file)))
    assert vault.held == '{"id": "two"}' and len(vault.puts) == 2
    steps.put_seed(Deployment(vault, "demo"))
    assert vault.held == "demo"


def touched(tree, *paths):
    """What deploy/touched-steps.sh says of a tree in which these files differ from its first commit."""
    def git(*words):
        subprocess.run(["git", "-c", "user.name=proof", "-c", "user.email=proof@example.com", *words], cwd=tree, check=True,
                       capture_output=True, timeout=30)
    (tree / "deploy").mkdir()
    (tree / "deploy" / "touched-steps.sh").write_bytes((ROOT / "deploy" / "touched-steps.sh").read_bytes())
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "-m", "before")
    for path in paths:
        (tree / path).parent.mkdir(parents=True, exist_ok=True)
        (tree / path).write_text("changed")
    git("add", ".")
    run = subprocess.run(["bash", "deploy/touched-steps.sh", "HEAD"], cwd=tree, check=True, capture_output=True, text=True, timeout=30)
    return run.stdout.split()


def test_a_change_touches_its_own_steps_and_no_other(tmp_path):
    assert touched(tmp_path, "stacks/07-cloudfront.yaml", "cloudfront/viewer-request.js", "docs/operating.md", "tasks/worker.json") == [
        "01-ecr", "04-taskdefs", "07-cloudfront"]


def test_a_change_of_the_settings_touches_every_step_in_the_order_of_make_all(tmp_path):
    order = re.search(r"^all: (.*?) ##", (ROOT / "deploy" / "aws.mk").read_text(), re.M).group(1).split()
    assert sorted(order) == [step.name for step in STEPS]
    assert touched(tmp_path, "env.sh") == order
    assert list(BY_NAME) == sorted(BY_NAME)


class Answers:
    """AWS with one answer for each operation; an AwsFault is raised. It keeps which operations were asked."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def call(self, service, operation, *_, **__):
        self.asked.append(operation)
        answer = self.answers.get(operation.replace("-", "_"), {})
        if isinstance(answer, AwsFault):
            raise answer
        return answer


class Region:
    """A deployment with the answers of its AWS and the stacks of one step."""

    def __init__(self, aws, stack=None, resources=(), **settings):
        self.aws, self.stack, self.found = aws, stack, [{"ResourceType": kind, "PhysicalResourceId": name} for kind, name in resources]
        self.settings = {"AWS_REGION": "ap-northeast-1", "DOMAIN_NAME": "seoul.example.com", "HOSTED_ZONE_ID": "Z0", **settings}

    require, region_of = steps.Deployment.require, steps.Deployment.region_of

    def exercised(self, kind, what):
        return True

    def say(self, line):
        pass

    def stack_name(self, step):
        return "shop"

    def output(self, name):
        return name

    def stacks(self, step):
        return self

    def find(self, name):
        return self.stack

    def resources(self, name):
        return self.found


@pytest.mark.parametrize("tracing, there", [("on", 8), ("off", 7)])
def test_the_network_has_as_many_endpoints_as_tracing_asks_for(tracing, there):
    gateways = {"NatGateways": [{"State": "available"}]}

    def look(count):
        endpoints = {"VpcEndpoints": [{"ServiceName": "one", "State": "available"}] * count}
        region = Region(Answers(describe_nat_gateways=gateways, describe_vpc_endpoints=endpoints), NAT_PER_ZONE="off", TRACING=tracing)
        steps.verify_network(region)
    look(there)
    for other in {6, 7, 8} - {there}:
        with pytest.raises(steps.StepFault) as fault:
            look(other)
        assert f"{other} of {there} endpoints" in str(fault.value)


def test_an_alarm_knows_the_nodes_of_its_own_redis():
    def nodes(*members):
        groups = {"ReplicationGroups": [{"MemberClusters": list(members)}]}
        return steps.redis_nodes(Region(Answers(describe_replication_groups=groups), REDIS_CLUSTER_ID="shop-cache")).split(",")
    assert nodes("b", "a", "c") == ["a", "b", "c", "a", "b", "c", "a", "b", "c", "a"]
    ten = [f"n{index}" for index in range(10)]
    assert nodes(*ten) == ten
    assert nodes(*ten, "n10") == ["-"] * 10


class Planned(Region):
    """A deployment in which these services would get a new revision, and these steps have been stamped."""

    def __init__(self, new=(), stamped=(), stack=None, table="shop-ledger", **settings):
        super().__init__(Answers(), stack, SEED_EVENT="demo", **settings)
        self.tasks, self.stamped, self.table = self, stamped, table
        self.differs, self.family = new.__contains__, "shop-{}".format

    def find_output(self, name):
        return self.table

    def is_stamped(self, name):
        return name in self.stamped


def test_a_plan_says_which_services_roll_when_there_will_be_new_revisions():
    stack = {"StackStatus": "CREATE_COMPLETE"}
    assert steps.plan_of_services(Planned(["confirm", "db-init"], stack=stack)) == ["rolls   shop-confirm to the new revision"]
    assert steps.plan_of_services(Planned(stack=stack)) == []
    # A stack that is not there starts with them, and says so itself.
    assert steps.plan_of_services(Planned(["confirm"])) == []


def test_a_plan_says_that_the_database_would_be_looked_at():
    runs = ["runs    ticket db init: the migrations that are missing", "runs    ticket events seed: demo"]
    assert steps.plan_of_database(Planned()) == runs
    assert steps.plan_of_database(Planned(stamped=["08-db-init"])) == []
    # A stamp of an account that was emptied since.
    assert steps.plan_of_database(Planned(stamped=["08-db-init"], table=None)) == runs
    none = Planned()
    none.settings["SEED_EVENT"] = "none"
    assert steps.plan_of_database(none) == runs[:1]


def test_the_first_services_are_not_made_before_the_database_has_its_tables():
    def check(deployment):
        beforehand.check_schema(deployment, BY_NAME["05-services"])
    with pytest.raises(steps.StepFault) as fault:
        check(Planned())
    assert "run make 08-db-init before" in str(fault.value)
    check(Planned(stamped=["08-db-init"]))
    # What stands had its tables once; another machine has no stamps.
    check(Planned(stack={"StackStatus": "UPDATE_COMPLETE"}))
    assert beforehand.BEFOREHAND["05-services"] is beforehand.check_schema


def make_role(region):
    return beforehand.make_service_linked_role(region, BY_NAME["02-cluster"])


def check_version(region):
    beforehand.check_engine_version(region, BY_NAME["03-dataplane"])


def check_name(region):
    beforehand.check_name_is_free(region, BY_NAME["07-cloudfront"])


def test_a_new_account_gets_the_role_of_ecs_and_another_is_left_as_it_is():
    none = {"Roles": []}
    new = Answers(list_roles=none)
    assert make_role(Region(new)) and new.asked == ["list-roles", "create-service-linked-role"]
    old = Answers(list_roles={"Roles": [{"RoleName": "AWSServiceRoleForECS"}]})
    assert not make_role(Region(old)) and old.asked == ["list-roles"]
    taken = AwsFault("iam", "InvalidInput", "Service role name AWSServiceRoleForECS has been taken in this account")
    assert not make_role(Region(Answers(list_roles=none, create_service_linked_role=taken)))
    with pytest.raises(AwsFault):
        make_role(Region(Answers(list_roles=none, create_service_linked_role=AwsFault("iam", "AccessDenied", "no"))))


def test_a_version_that_aws_has_retired_is_refused_before_anything_is_made():
    versions = {"DBEngineVersions": [{"EngineVersion": version} for version in ("16.10", "16.8", "16.8-limitless", "17.7")]}
    aws = Answers(describe_db_engine_versions=versions)
    check_version(Region(aws, AURORA_ENGINE_VERSION="16.8"))
    with pytest.raises(steps.StepFault) as fault:
        check_version(Region(aws, AURORA_ENGINE_VERSION="16.6"))
    assert str(fault.value).endswith("AURORA_ENGINE_VERSION=16.6: ap-northeast-1 makes no new cluster of it; it has 16.8, 16.10")
    parameters = [{"ParameterKey": "AuroraEngineVersion", "ParameterValue": "16.6"}]
    # What runs goes on; what never came to run does not.
    check_version(Region(aws, {"StackStatus": "UPDATE_COMPLETE", "Parameters": parameters}, AURORA_ENGINE_VERSION="16.6"))
    with pytest.raises(steps.StepFault):
        check_version(Region(aws, {"StackStatus": "CREATE_FAILED", "Parameters": parameters}, AURORA_ENGINE_VERSION="16.6"))


def test_the_default_version_is_one_that_settings_take_and_not_a_retired_one():
    default = re.search(r"AURORA_ENGINE_VERSION:-([0-9.]+)", (ROOT / "env.sh").read_text()).group(1)
    assert int(default.removeprefix("16.")) >= 8


def test_a_name_that_another_region_has_is_refused_before_anything_is_made():
    seoul = {"Id": "E1SEOUL", "Comment": "ticket ap-northeast-2", "Aliases": {"Items": ["seoul.example.com"]}}
    record = {"Name": "seoul.example.com.", "Type": "A", "AliasTarget": {"DNSName": "d1.cloudfront.net."}}
    free = {"ResourceRecordSets": [{"Name": "tokyo.example.com.", "Type": "A"}, {"Name": "seoul.example.com.", "Type": "TXT"}]}
    with pytest.raises(steps.StepFault) as fault:
        check_name(Region(Answers(list_distributions={"DistributionList": {"Items": [seoul]}}, list_resource_record_sets=free)))
    assert "E1SEOUL" in str(fault.value) and "a name of its own" in str(fault.value)
    with pytest.raises(steps.StepFault) as fault:
        check_name(Region(Answers(list_resource_record_sets={"ResourceRecordSets": [record]})))
    assert "A to d1.cloudfront.net." in str(fault.value)
    check_name(Region(Answers(list_resource_record_sets=free)))
    # Its own distribution and record are no collision.
    own = [("AWS::CloudFront::Distribution", "E1SEOUL"), ("AWS::Route53::RecordSet", "seoul.example.com")]
    check_name(Region(Answers(list_distributions={"DistributionList": {"Items": [seoul]}},
                                            list_resource_record_sets={"ResourceRecordSets": [record]}), {"StackStatus": "CREATE_COMPLETE"}, own))
