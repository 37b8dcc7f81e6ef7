"""The project's own rules for its templates, beyond what linters know."""

import json
import pathlib
import re
import subprocess

import pytest
import yaml

import template
from deploy.destroy import Retained
from deploy.stacks import parameters_of
from deploy.steps import LOOK_UPS, METRICS_OF_AN_ALARM, STEPS
from deploy import settings

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALL = template.all_of()
# Fargate's pairs: CPU units, then memory from and to in MiB and in which steps.
FARGATE = {256: (512, 2048, 512), 512: (1024, 4096, 1024), 1024: (2048, 8192, 1024), 2048: (4096, 16384, 1024),
           4096: (8192, 30720, 1024), 8192: (16384, 61440, 4096), 16384: (32768, 122880, 8192)}
# Actions for which AWS knows no resource narrower than "*" (service authorization reference).
ONLY_EVERYTHING = {"ecr:GetAuthorizationToken", "xray:PutTraceSegments", "xray:PutTelemetryRecords", "xray:GetSamplingRules",
                   "xray:GetSamplingTargets"}


def as_list(value):
    return value if isinstance(value, list) else [value]


def test_there_is_a_template_for_each_step_and_no_other():
    assert set(ALL) == {step.name for step in STEPS if step.has_stack}


@pytest.mark.parametrize("name", ALL)
def test_a_template_can_be_submitted_whole(name):
    assert len((ROOT / "stacks" / f"{name}.yaml").read_bytes()) <= 51_200


def test_every_parameter_has_a_source_in_an_earlier_step():
    names, outputs = {name for name, _, _ in settings.RULES}, set()
    for step in STEPS:
        if not step.has_stack:
            continue
        found = parameters_of((ROOT / "stacks" / f"{step.name}.yaml").read_text())
        assert found == list(ALL[step.name].get("Parameters", {}))
        for parameter in found:
            setting = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", parameter).upper()
            assert parameter in LOOK_UPS or setting in names or parameter in outputs, f"{step.name}: {parameter}"
        outputs |= set(ALL[step.name].get("Outputs") or {})


def test_nothing_is_allowed_on_everything_that_can_be_narrower():
    for name, loaded in ALL.items():
        for resource, statement in template.statements(loaded):
            if statement["Effect"] != "Allow":
                continue
            actions = as_list(statement["Action"])
            assert not [action for action in actions if "*" in action], f"{name} {resource}"
            if "*" in [one for one in as_list(statement.get("Resource", [])) if isinstance(one, str)]:
                assert set(actions) <= ONLY_EVERYTHING, f"{name} {resource}: {actions}"


def test_roles_of_policies_exist_and_no_role_may_be_assumed_by_anyone():
    made = {role for role in template.resources(ALL["02-cluster"], "AWS::IAM::Role")}
    for name, loaded in ALL.items():
        own = set(template.resources(loaded, "AWS::IAM::Role"))
        for resource, policy in template.resources(loaded, "AWS::IAM::Policy").items():
            for role in policy["Roles"]:
                assert role["Ref"] in own or role["Ref"].removesuffix("Name") in made, f"{name} {resource}: {role}"
        for resource, role in template.resources(loaded, "AWS::IAM::Role").items():
            for statement in role["AssumeRolePolicyDocument"]["Statement"]:
                assert list(statement["Principal"]) == ["Service"] and "Condition" in statement, f"{name} {resource}"


def test_the_password_changes_when_the_tasks_are_started_after_it_and_at_no_other_time():
    """A task never sees a change of its own variables."""
    services = ALL["05-services"]["Resources"]
    schedules = template.resources(ALL["05-services"], "AWS::Scheduler::Schedule")
    minutes, restarted = {}, set()
    for name, schedule in schedules.items():
        minutes[name], hour, rest = re.fullmatch(r"cron\((\d+) (\d+) (\? \* [A-Z]{3} \*)\)", schedule["ScheduleExpression"]).groups()
        assert (hour, rest, schedule["ScheduleExpressionTimezone"], schedule["FlexibleTimeWindow"]) == ("19", "? * SUN *", "UTC", {"Mode": "OFF"})
        call, given = schedule["Target"]["Arn"]["Fn::Sub"].rsplit(":", 1)[1], json.loads(schedule["Target"]["Input"]["Fn::Sub"])
        if call == "rotateSecret":
            rotation = schedule
            # More than a week after each change: RDS's own schedule never comes to its day.
            assert given == {"SecretId": "${AuroraSecretArn}", "RotationRules": {"AutomaticallyAfterDays": 30}}
        else:
            assert call == "updateService" and given.pop("ForceNewDeployment") is True and given.pop("Cluster") == "${ClusterName}"
            restarted.add(re.fullmatch(r"\$\{(\w+)\.Name\}", given.pop("Service")).group(1))
    assert restarted == set(template.resources(ALL["05-services"], "AWS::ECS::Service"))
    assert rotation is schedules["RotatePassword"] and len(schedules) == 1 + len(restarted)
    first = int(minutes.pop("RotatePassword")) * 60 + rotation["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"]
    # AWS says that a change is made within a minute; the last try has five.
    assert all(int(minute) * 60 >= first + 300 for minute in minutes.values())
    allowed = [statement for resource, statement in template.statements(ALL["05-services"]) if resource == "PasswordRole" and "Resource" in statement]
    assert [(one["Action"], one["Resource"]) for one in allowed] == [
        ("secretsmanager:RotateSecret", {"Ref": "AuroraSecretArn"}), ("ecs:UpdateService", [{"Ref": name} for name in services if name in restarted])]


def test_every_log_has_an_end():
    """What a service makes for itself is kept, and paid, for ever: so its group is there before it."""
    groups = {name: group for loaded in ALL.values() for name, group in template.resources(loaded, "AWS::Logs::LogGroup").items()}
    assert len(groups) >= 6 and all(group.get("RetentionInDays") for group in groups.values())
    exported = 0
    for entry in ALL["03-dataplane"]["Resources"].values():
        for kind in entry["Properties"].get("EnableCloudwatchLogsExports", []):
            assert entry["Properties"]["DBClusterIdentifier"] == {"Ref": "AuroraClusterId"}
            before = groups[entry["DependsOn"]]
            assert before["LogGroupName"] == {"Fn::Sub": "/aws/rds/cluster/${AuroraClusterId}/" + kind}
            assert before["RetentionInDays"] == {"Ref": "LogRetentionDays"}
            exported += 1
    assert exported == 1


def test_the_way_to_xray_is_there_only_for_what_is_traced():
    endpoints = {name: entry for name, entry in ALL["00-network"]["Resources"].items() if entry["Type"] == "AWS::EC2::VPCEndpoint"}
    assert {name: entry["Condition"] for name, entry in endpoints.items() if "Condition" in entry} == {"XrayEndpoint": "TasksAreTraced"}
    assert ALL["00-network"]["Conditions"]["TasksAreTraced"] == {"Fn::Equals": [{"Ref": "Tracing"}, "on"]}
    assert endpoints["XrayEndpoint"]["Properties"]["ServiceName"]["Fn::Sub"].endswith(".xray") and len(endpoints) == 8


def test_the_balancer_is_private_and_strict():
    balancer = ALL["05-services"]["Resources"]["LoadBalancer"]["Properties"]
    attributes = {entry["Key"]: entry["Value"] for entry in balancer["LoadBalancerAttributes"]}
    assert balancer["Scheme"] == "internal" and attributes["routing.http.desync_mitigation_mode"] == "strictest"
    listeners = template.resources(ALL["05-services"], "AWS::ElasticLoadBalancingV2::Listener")
    assert [listener["Protocol"] for listener in listeners.values()] == ["HTTPS"]
    assert all("TLS13-1-2" in listener["SslPolicy"] for listener in listeners.values())
    for group in template.resources(ALL["05-services"], "AWS::ElasticLoadBalancingV2::TargetGroup").values():
        assert (group["HealthCheckPort"], group["HealthCheckPath"]) == ("9080", "/ready")
    for service in template.resources(ALL["05-services"], "AWS::ECS::Service").values():
        assert service["DeploymentConfiguration"]["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True}
        assert "DesiredCount" not in service


def test_the_balancer_forwards_what_a_rule_names_and_nothing_else():
    """Metrics and health live on another port; a path that reached a service by default would be a way around this."""
    listener, = template.resources(ALL["05-services"], "AWS::ElasticLoadBalancingV2::Listener").values()
    assert [(action["Type"], action["FixedResponseConfig"]["StatusCode"]) for action in listener["DefaultActions"]] == [("fixed-response", "404")]
    forwarded = {}
    for name, rule in template.resources(ALL["05-services"], "AWS::ElasticLoadBalancingV2::ListenerRule").items():
        assert rule["ListenerArn"] == {"Ref": "Listener"}, name
        condition, = rule["Conditions"]
        action, = rule["Actions"]
        assert (condition["Field"], action["Type"]) == ("path-pattern", "forward"), name
        for path in condition["PathPatternConfig"]["Values"]:
            assert path not in forwarded
            forwarded[path] = action["TargetGroupArn"]["Ref"]
    assert forwarded == {"/public/*": "PublicTargets", "/confirm/*": "ConfirmTargets"}
    ways = {service["LoadBalancers"][0]["ContainerName"]: service["LoadBalancers"][0]["TargetGroupArn"]["Ref"]
            for service in template.resources(ALL["05-services"], "AWS::ECS::Service").values() if "LoadBalancers" in service}
    assert ways == {"public": "PublicTargets", "confirm": "ConfirmTargets"}


def test_the_edge_caches_as_described():
    described = json.loads((ROOT / "cloudfront" / "behaviours.json").read_text())["behaviours"]
    resources = ALL["07-cloudfront"]["Resources"]
    config = resources["Distribution"]["Properties"]["DistributionConfig"]
    assert [behaviour["PathPattern"] for behaviour in config["CacheBehaviors"]] == [entry["path"] for entry in described]
    for behaviour, entry in zip(config["CacheBehaviors"], described):
        if not entry.get("cached", True):
            assert behaviour["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
            continue
        policy = resources[behaviour["CachePolicyId"]["Ref"]]["Properties"]["CachePolicyConfig"]
        key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
        assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (entry["minTtl"], entry["defaultTtl"], entry["maxTtl"])
        assert key["EnableAcceptEncodingBrotli"] and key["EnableAcceptEncodingGzip"] and behaviour["Compress"]
        assert key["HeadersConfig"]["HeaderBehavior"] == key["CookiesConfig"]["CookieBehavior"] == "none"
        assert sorted(key["QueryStringsConfig"].get("QueryStrings", [])) == entry["queryStrings"]
        assert behaviour["AllowedMethods"] == ["GET", "HEAD"]
    assert config["HttpVersion"] == "http2and3" and "VpcOriginConfig" in config["Origins"][0]


def test_the_edge_forwards_every_question_that_the_api_knows_and_no_other():
    """A parameter that the edge drops would silently never reach the service."""
    document = yaml.safe_load((ROOT / "docs" / "openapi.yaml").read_text())
    asked = set()
    for path, item in document["paths"].items():
        for operation in (value for key, value in item.items() if key in ("get", "head") and path.startswith("/public/")):
            for parameter in item.get("parameters", []) + operation.get("parameters", []):
                if "$ref" in parameter:
                    parameter = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
                asked |= {parameter["name"]} if parameter["in"] == "query" else set()
    described = json.loads((ROOT / "cloudfront" / "behaviours.json").read_text())["behaviours"]
    function = (ROOT / "cloudfront" / "viewer-request.js").read_text()
    known = set(re.findall(r"^    ([a-z]+): /", function, re.M))
    assert {"since", "form"} <= asked == known == {name for entry in described for name in entry.get("queryStrings", [])}


def test_task_definitions_are_ones_that_fargate_has():
    for name in ("public", "confirm", "worker", "db-init"):
        task = json.loads((ROOT / "tasks" / f"{name}.json").read_text())
        least, most, step = FARGATE[int(task["cpu"])]
        memory = int(task["memory"])
        assert least <= memory <= most and (memory - least) % step == 0, name
        for container in task["containerDefinitions"][:1]:
            assert container["readonlyRootFilesystem"] and container["user"].split(":")[0] not in ("0", "root")


def test_steps_of_scaling_do_not_overlap():
    found = 0
    for policy in template.resources(ALL["06-autoscaling"], "AWS::ApplicationAutoScaling::ScalingPolicy").values():
        steps = policy.get("StepScalingPolicyConfiguration", {}).get("StepAdjustments", [])
        ranges = sorted((float(step.get("MetricIntervalLowerBound", "-inf")), float(step.get("MetricIntervalUpperBound", "inf"))) for step in steps)
        assert all(before[1] == after[0] for before, after in zip(ranges, ranges[1:]))
        found += bool(steps)
    assert found >= 3


def test_every_alarm_has_its_entry_in_the_runbook():
    """Alarms and entries are the same set, so that neither an alarm nor an entry is left over."""
    runbook = (ROOT / "docs" / "operating.md").read_text()
    alarms = template.resources(ALL["09-watching"], "AWS::CloudWatch::Alarm") | template.resources(ALL["09-watching"], "AWS::CloudWatch::CompositeAlarm")
    assert len(alarms) >= 20
    named = set()
    for name, alarm in alarms.items():
        anchor = re.search(r"docs/operating\.md#([a-z0-9-]+)$", alarm["AlarmDescription"])
        assert anchor, f"{name} names no entry"
        named.add(anchor.group(1))
    entries = re.search(r"^## Alarms\n(.*?)^## ", runbook, re.M | re.S).group(1)
    assert named == set(re.findall(r"^### ([a-z0-9-]+)$", entries, re.M))
    # Those that only add tasks page nobody; they share one entry.
    for name, alarm in template.resources(ALL["06-autoscaling"], "AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmDescription"].endswith("docs/operating.md#scaling"), name
    assert "\n## Scaling\n" in runbook


def test_what_the_alarms_and_the_dashboard_read_is_what_the_services_write():
    """A misspelt metric never rings and shows an empty graph."""
    watching = (ROOT / "stacks" / "09-watching.yaml").read_text()
    read = set(re.findall(r'"Ticket", "([A-Za-z]+)"', watching))
    for alarm in template.resources(ALL["09-watching"], "AWS::CloudWatch::Alarm").values():
        read |= {alarm["MetricName"]} if alarm.get("Namespace") == "Ticket" else set()
    sources = "\n".join(path.read_text() for path in (ROOT / "Sources").rglob("*.swift"))
    assert len(read) >= 6
    assert not [name for name in read if f'"{name}"' not in sources]


def test_redis_rings_for_its_own_nodes():
    """Two systems in one account are told apart; only where an alarm cannot name all nodes the whole account is looked at."""
    wanted = {("CacheClusterId", index) for index in range(METRICS_OF_AN_ALARM)}
    for name, metric in (("RedisEvictions", "Evictions"), ("RedisCpu", "EngineCPUUtilization")):
        condition, own, account = ALL["09-watching"]["Resources"][name]["Properties"]["Metrics"]["Fn::If"]
        worst, *nodes = own
        assert (condition, worst["Expression"], len(nodes)) == ("RedisNodesAreNamed", "MAX(METRICS())", METRICS_OF_AN_ALARM)
        seen = set()
        for node in (entry["MetricStat"] for entry in nodes):
            cluster, place = node["Metric"]["Dimensions"]
            assert (node["Metric"]["MetricName"], node["Stat"], place) == (metric, "Maximum", {"Name": "CacheNodeId", "Value": "0001"})
            index, parameter = cluster["Value"]["Fn::Select"]
            assert parameter == {"Ref": "RedisNodes"}
            seen.add((cluster["Name"], index))
        assert seen == wanted
        assert f"MAX({metric})" in account[0]["Expression"]


def test_an_outage_without_a_single_target_rings():
    """The balancer counts a request when it has chosen a target for it, and its own 503 apart: both are what buyers asked."""
    shares = [entry["Expression"] for alarm in template.resources(ALL["09-watching"], "AWS::CloudWatch::Alarm").values()
              for entry in template.metrics_of(alarm) if entry["Id"] == "share"]
    asked = "FILL(requests,0) + FILL(ours,0)"
    assert shares == [f"IF({asked} > 100, 100 * (FILL(ours,0) + FILL(theirs,0)) / ({asked}), 0)"] * 5


def test_what_destroy_removes_is_what_the_stack_keeps():
    resources = ALL["03-dataplane"]["Resources"]
    kept = {json.dumps(value).split('"')[3] for entry in resources.values() if entry.get("DeletionPolicy", "").startswith("Retain")
            for key, value in entry["Properties"].items() if key in ("TableName", "QueueName", "Name")}
    names = Retained("${AppName}")
    assert kept == {names.table, *names.queues, *names.keys}
    # What fails for the first time is not kept: the next try would find its name taken.
    assert not [name for loaded in ALL.values() for name, entry in loaded["Resources"].items() if entry.get("DeletionPolicy") == "Retain"]


def test_who_watches_an_instance_of_aurora_watches_all_of_them():
    """After a failover the writer is another one."""
    instances = {json.dumps(instance["DBInstanceIdentifier"]) for instance in template.resources(ALL["03-dataplane"], "AWS::RDS::DBInstance").values()}
    assert len(instances) == 2
    watched = 0
    for name, alarm in template.resources(ALL["09-watching"], "AWS::CloudWatch::Alarm").items():
        metrics = [alarm, *(entry.get("MetricStat", {}).get("Metric", {}) for entry in template.metrics_of(alarm))]
        named = {json.dumps(dimension["Value"]) for metric in metrics for dimension in metric.get("Dimensions", [])
                 if dimension["Name"] == "DBInstanceIdentifier"}
        assert not named or named == instances, name
        watched += bool(named)
    assert watched == 1
    body = json.dumps(ALL["09-watching"]["Resources"]["Dashboard"])
    assert all(json.loads(instance)["Fn::Sub"] in body for instance in instances)


def test_the_dashboard_shows_what_was_asked_for():
    body = ALL["09-watching"]["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    shown = json.loads(re.sub(r"\$\{[A-Za-z]+\}", "x", body))["widgets"]
    text = json.dumps(shown)
    for name in ("RequestCount", "p95", "p99", "DesiredTaskCount", "RunningTaskCount", "ApproximateNumberOfMessagesVisible",
                 "ApproximateAgeOfOldestMessage", "CacheHitRate", "ServerlessDatabaseCapacity", "VolumeReadIOPs", "VolumeWriteIOPs",
                 "DatabaseConnections", "WriteThrottleEvents", "ConditionalCheckFailedRequests", "SeatsSold"):
        assert name in text, name
    places = [(widget["x"], widget["y"]) for widget in shown]
    assert len(set(places)) == len(places)


def test_the_function_at_the_edge_keeps_the_key_small():
    program = (ROOT / "cloudfront" / "viewer-request.js").read_text() + """
    function ask(uri, query) { return handler({ request: { uri: uri, querystring: query } }); }
    console.log(JSON.stringify([
        ask('/public/events/demo/availability', { since: { value: 'v1' }, made: { value: 'up' } }).querystring,
        ask('/public/events/demo/availability', { since: { value: 'a b' } }).querystring,
        ask('/confirm/buyer', { x: { value: '1' } }).querystring,
        ask('/metrics', {}).statusCode]));"""
    try:
        run = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=30, check=True)
    except FileNotFoundError:
        pytest.skip("no node on this machine")
    assert json.loads(run.stdout) == [{"since": {"value": "v1"}}, {}, {"x": {"value": "1"}}, 404]
