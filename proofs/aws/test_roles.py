"""The roles of the workflows: nobody else may take them, and they allow what the jobs do. moto allows everything."""

import fnmatch
import pathlib
import re

import yaml

import template

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESOURCES = yaml.load((ROOT / "workflows" / "sign-in" / "roles.yaml").read_text(encoding="utf-8"), template.Loader)["Resources"]
ISSUER = "token.actions.githubusercontent.com"
# Nobody needs to be allowed this one.
FREE = {"sts:GetCallerIdentity"}
# Only a person takes everything down.
BY_HAND = {"cloudformation:DeleteStack"}


def as_list(value):
    return value if isinstance(value, list) else [value]


def statements(role):
    properties = RESOURCES[role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    documents += [RESOURCES[managed["Ref"]]["Properties"]["PolicyDocument"] for managed in properties["ManagedPolicyArns"]]
    return [statement for document in documents for statement in document["Statement"]]


def actions(role):
    return {action for statement in statements(role) for action in as_list(statement["Action"])}


def allows(role, action):
    return any(fnmatch.fnmatchcase(action, pattern) for pattern in actions(role))


def calls(*files):
    """What the deploy script asks of AWS, as IAM calls it."""
    found = set()
    for name in files:
        text = (ROOT / "deploy" / f"{name}.py").read_text(encoding="utf-8")
        pairs = re.findall(r'call\(\s*"([a-z0-9-]+)", "([a-z0-9-]+)"', text)
        pairs += [("cloudformation", operation) for operation in re.findall(r'_cfn\(\s*"([a-z-]+)"', text)]
        found |= {f"{service}:{operation.title().replace('-', '').replace('Db', 'DB')}" for service, operation in pairs}
    return found - FREE - BY_HAND


def test_a_role_can_be_taken_by_one_environment_of_one_repository_alone():
    for role, environment in (("DeployRole", "production"), ("PlanRole", "plan")):
        (trust,) = RESOURCES[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Action"] == "sts:AssumeRoleWithWebIdentity" and list(trust["Principal"]) == ["Federated"]
        assert trust["Condition"] == {"StringEquals": {
            f"{ISSUER}:aud": "sts.amazonaws.com", f"{ISSUER}:sub": {"Fn::Sub": f"repo:${{Repository}}:environment:{environment}"}}}
    assert RESOURCES["Provider"]["Properties"] == {"Url": f"https://{ISSUER}", "ClientIdList": ["sts.amazonaws.com"]}


def test_the_workflows_take_each_role_in_the_environment_that_it_trusts():
    seen = set()
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        for job in yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values():
            for step in job.get("steps", []):
                if step.get("uses") == "./workflows/sign-in":
                    seen.add((step["with"]["role"], job["environment"]))
    assert seen == {("${{ vars.AWS_DEPLOY_ROLE }}", "production"), ("${{ vars.AWS_PLAN_ROLE }}", "plan")}


def test_a_deployment_may_do_what_the_script_asks():
    asked = calls("aws", "beforehand", "images", "services", "stacks", "steps", "tasks", "__main__")
    assert {"ecs:UpdateService", "cloudformation:ExecuteChangeSet", "rds:DescribeDBClusters", "iam:CreateServiceLinkedRole"} <= asked
    assert sorted(action for action in asked if not allows("DeployRole", action)) == []


def test_a_plan_may_look_and_make_change_sets_but_change_nothing():
    for action in actions("PlanRole"):
        assert re.match(r"[a-z0-9-]+:(Describe|List|Get|BatchGet)[A-Za-z]*$", action) or action in (
            "cloudformation:CreateChangeSet", "cloudformation:DeleteChangeSet"), action
        # It reads a pull request's own code, so it may read nothing that is secret.
        assert not action.startswith(("secretsmanager:", "ssm:", "dynamodb:GetItem", "s3:Get")), action
    asked = calls("stacks", "tasks", "images") - {"cloudformation:CreateStack", "cloudformation:UpdateStack", "cloudformation:ExecuteChangeSet",
                                                  "ecs:RegisterTaskDefinition"}
    assert sorted(action for action in asked if not allows("PlanRole", action)) == []


def test_a_deployment_makes_and_lends_roles_of_the_application_alone():
    for statement in statements("DeployRole"):
        own = [action for action in as_list(statement["Action"]) if action.startswith("iam:") and not re.match(r"iam:List", action)]
        if own:
            assert statement["Resource"]["Fn::Sub"].endswith((":role/${AppName}-*", ":role/aws-service-role/*")), statement["Sid"]
        if "iam:PassRole" in own:
            principals = set(statement["Condition"]["StringEquals"]["iam:PassedToService"])
    made = [resource["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"]
            for loaded in template.all_of().values() for resource in loaded["Resources"].values() if resource["Type"] == "AWS::IAM::Role"]
    assert principals == set(made)


def test_every_service_of_the_templates_is_one_that_a_deployment_may_use():
    prefixes = {"ApplicationAutoScaling": "application-autoscaling", "CertificateManager": "acm", "ElasticLoadBalancingV2": "elasticloadbalancing"}
    used = {resource["Type"].split("::")[1] for loaded in template.all_of().values() for resource in loaded["Resources"].values()}
    for service in used:
        prefix = prefixes.get(service, service.lower())
        assert any(action.startswith(f"{prefix}:") and not action.startswith(f"{prefix}:Describe") for action in actions("DeployRole")), service
