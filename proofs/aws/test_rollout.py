"""How a new revision is judged, without AWS."""

import datetime
import json

import pytest

import template
from deploy.services import Services


def test_a_quiet_minute_says_nothing():
    assert Services.fault_of("public", {"requests": 5, "failed": 5}) == ""


def test_failures_and_slowness_are_faults():
    good = {"requests": 1000, "failed": 3, "average": 0.02, "p95": 0.15}
    assert Services.fault_of("confirm", good) == ""
    assert "5xx" in Services.fault_of("confirm", dict(good, failed=30))
    assert "average" in Services.fault_of("confirm", dict(good, average=0.3))
    assert "p95" in Services.fault_of("confirm", dict(good, p95=0.25))
    assert "dead" in Services.fault_of("worker", {"dead": 1})


def test_what_the_balancer_refuses_itself_is_a_failure_too():
    good = {"requests": 1000, "failed": 3, "refused": 3}
    assert Services.fault_of("confirm", good) == ""
    assert "2.0% of requests" in Services.fault_of("confirm", {"requests": 985, "failed": 5, "refused": 15})
    # With no target left no target has a request.
    assert "100.0% of requests" in Services.fault_of("confirm", {"refused": 500})
    assert Services.fault_of("confirm", {"refused": 50}) == ""


class Metrics:
    """CloudWatch with a figure for each metric of a deployment, as AWS answers; it keeps the times that it was asked for."""

    def __init__(self, figures):
        self.figures, self.times = figures, None

    def call(self, service, operation, *words):
        assert (service, operation) == ("cloudwatch", "get-metric-data")
        value = dict(zip(words[::2], words[1::2]))
        self.times = [datetime.datetime.fromisoformat(value[name]) for name in ("--start-time", "--end-time")]
        results = []
        for query in json.loads(value["--metric-data-queries"]):
            stat = query["MetricStat"]
            dimensions = tuple((entry["Name"], entry["Value"]) for entry in stat["Metric"]["Dimensions"])
            found = self.figures.get((stat["Metric"]["Namespace"], stat["Metric"]["MetricName"], dimensions, stat["Stat"]))
            results.append({"Id": query["Id"], "Values": [] if found is None else [found]})
        return {"MetricDataResults": results}


class Balanced:
    """A deployment whose outputs are their own names."""

    def __init__(self, figures=()):
        self.aws, self.say, self.settings = Metrics(dict(figures)), None, {"APP_NAME": "shop"}

    def output(self, name):
        return name


BALANCER = ("LoadBalancer", "LoadBalancerFullName")


def test_the_figures_of_a_service_are_its_own_and_those_of_the_balancer():
    group, whole = (BALANCER, ("TargetGroup", "ConfirmTargetGroupFullName")), (BALANCER,)
    deployment = Balanced({
        ("AWS/ApplicationELB", "RequestCount", group, "Sum"): 900, ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", group, "Sum"): 9,
        ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", whole, "Sum"): 7, ("AWS/ApplicationELB", "TargetResponseTime", group, "Average"): 0.03,
        ("AWS/ApplicationELB", "TargetResponseTime", group, "p95"): 0.1,
        ("Ticket", "DeadLetters", (("App", "shop"), ("Service", "worker")), "Sum"): 2})
    services = Services(deployment)
    assert services._figures("confirm") == {"requests": 900, "failed": 9, "refused": 7, "average": 0.03, "p95": 0.1}
    assert services._figures("public") == {"refused": 7}
    assert services._figures("worker") == {"dead": 2}
    start, end = deployment.aws.times
    # One whole minute, as long as the period that is asked for.
    assert end - start == datetime.timedelta(minutes=1) and end.second == 0


def watched_by_alarms():
    """Every metric of an alarm in step 09: its namespace and name, and its dimensions as the steps fill them in."""
    resources = template.load("09-watching")["Resources"]
    for alarm in (entry["Properties"] for entry in resources.values() if entry["Type"] == "AWS::CloudWatch::Alarm"):
        for metric in [alarm, *(entry["MetricStat"]["Metric"] for entry in template.metrics_of(alarm) if "MetricStat" in entry)]:
            if "MetricName" in metric:
                filled = {(entry["Name"], entry["Value"].get("Ref") if isinstance(entry["Value"], dict) else entry["Value"])
                          for entry in metric["Dimensions"]}
                yield (metric["Namespace"], metric["MetricName"]), filled


@pytest.mark.parametrize("name", ["public", "confirm", "worker"])
def test_what_is_read_is_called_as_the_alarms_call_it(name):
    """A misspelt metric has no figure, and a revision without figures stays."""
    known = list(watched_by_alarms())
    deployment = Balanced()
    deployment.settings["APP_NAME"] = "AppName"
    asked = Services(deployment)._asked(name)
    assert asked
    for namespace, metric, dimensions, _ in asked.values():
        pairs = {(entry["Name"], entry["Value"]) for entry in dimensions}
        assert (namespace, metric) in {names for names, _ in known}, metric
        # An alarm may look at the whole balancer where this looks at one group of it.
        assert pairs <= {pair for (space, _), filled in known if space == namespace for pair in filled}, metric
    if name != "worker":
        assert ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count") in {question[:2] for question in asked.values()}


class Deployment:
    """Only what watching asks for."""
    aws, say = None, None

    def exercised(self, kind, what):
        return True


class Watched(Services):
    """Services whose figures come from a list and whose time passes by itself."""

    def __init__(self, minutes):
        self.now, self.minutes = 0, iter(minutes)
        super().__init__(Deployment(), clock=lambda: self.now, sleep=self.pass_time)

    def pass_time(self, seconds):
        self.now += seconds

    def _figures(self, name):
        return next(self.minutes)


GOOD, BAD = {"requests": 1000, "failed": 0}, {"requests": 1000, "failed": 100}


def test_one_bad_look_is_forgiven_two_in_a_row_are_not():
    assert Watched([GOOD, BAD] * 5).watch("public") == ""
    assert "5xx" in Watched([GOOD, BAD, BAD]).watch("public")


def test_it_watches_for_five_minutes():
    watched = Watched([GOOD] * 20)
    watched.watch("public")
    assert watched.now == 300


class Cluster:
    """ECS with one service, whose roll-outs end at once as it is told. It keeps what was asked that changes something."""

    is_stand_in = True

    def __init__(self, breaks=()):
        self.runs, self.tags, self.retired, self.asked, self.breaks = "shop/public:1", {}, [], [], breaks
        # What failed yesterday and still drains.
        self.old = {"taskDefinition": "shop/public:0", "status": "ACTIVE", "rolloutState": "FAILED"}

    def call(self, service, operation, *words):
        value = {words[index]: words[index + 1] for index in range(len(words) - 1)}
        if not operation.startswith("describe-"):
            self.asked.append(operation)
        if operation == "update-service":
            # The circuit breaker goes back to what ran.
            self.runs = self.runs if value["--task-definition"] in self.breaks else value["--task-definition"]
        if operation == "tag-resource":
            self.tags.update(part.split("=") for part in value["--tags"].split(","))
        if operation == "deregister-task-definition":
            self.retired.append(value["--task-definition"])
        if operation == "describe-task-definition":
            return {"tags": [{"key": "Inputs", "value": f"inputs of {value['--task-definition']}"}]}
        primary = {"taskDefinition": self.runs, "status": "PRIMARY", "rolloutState": "COMPLETED"}
        deployments, self.old = [self.old, primary] if self.old else [primary], None
        return {"services": [{"serviceArn": "shop", "taskDefinition": self.runs, "deployments": deployments}]}


class Shop(Deployment):
    """A deployment whose checked-out definition is always revision 2."""

    def __init__(self, cluster):
        self.aws, self.said, self.tasks = cluster, [], self
        self.say = self.said.append

    def output(self, name):
        return name

    def family(self, name):
        return f"shop-{name}"

    def register(self, name):
        return "shop/public:2", True

    def revisions(self, name):
        return ["shop/public:2", "shop/public:1"]


class RolledOut(Watched):
    """Services of that shop, watched by figures from a list."""

    def __init__(self, cluster, minutes=()):
        self.now, self.minutes = 0, iter(minutes)
        Services.__init__(self, Shop(cluster), clock=lambda: self.now, sleep=self.pass_time)


def test_a_revision_that_does_well_stays():
    cluster = Cluster()
    assert RolledOut(cluster, [GOOD] * 10).roll_out("public")
    assert cluster.runs == "shop/public:2" and cluster.asked == ["update-service"]


def test_a_revision_that_does_badly_goes_back_and_is_marked_before_it_is_replaced():
    cluster = Cluster()
    services = RolledOut(cluster, [GOOD, BAD, BAD])
    assert not services.roll_out("public")
    assert cluster.runs == "shop/public:1" and cluster.retired == ["shop/public:2"]
    assert cluster.asked == ["update-service", "tag-resource", "update-service", "deregister-task-definition"]
    assert cluster.tags == {"key": "RolledBack", "value": "inputs of shop/public:2"}
    assert any("back from public:2 to public:1" in line and "5xx" in line for line in services._say.__self__)


def test_a_revision_that_never_becomes_healthy_is_taken_out_of_use():
    """ECS has gone back by itself; the newest revision in use has to be the one that runs."""
    cluster = Cluster(breaks=["shop/public:2"])
    assert not RolledOut(cluster).roll_out("public")
    assert cluster.runs == "shop/public:1" and cluster.retired == ["shop/public:2"]
    assert cluster.asked == ["update-service", "deregister-task-definition"]


def test_what_runs_already_is_not_rolled_out():
    cluster = Cluster()
    cluster.runs = "shop/public:2"
    assert RolledOut(cluster).roll_out("public") and cluster.asked == []
