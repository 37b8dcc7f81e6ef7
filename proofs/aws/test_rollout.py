"""How a new revision is judged, without AWS."""

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
