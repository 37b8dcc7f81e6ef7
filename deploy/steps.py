"""The steps, in order: which template each submits, where, what it needs first, and how it convinces itself of its result."""

import base64
import hashlib
import ipaddress
import json
import re
import secrets
import tempfile
from dataclasses import dataclass, field

from . import stamps
from .aws import Aws, AwsFault, wait_until
from .beforehand import BEFOREHAND
from .images import ImageMissing, Images
from .settings import ROOT
from .stacks import Stacks, parameters_of, skipped_types
from .tasks import FAMILIES, TaskDefinitions

# CloudFront, its certificate and its WAF exist there alone.
EDGE_REGION = "us-east-1"
# Zones in which CloudFront has no private way to a load balancer (its developer guide, VPC origins).
ZONES_WITHOUT_VPC_ORIGINS = {"apne1-az3", "apne2-az1"}
SERVICES = ("public", "confirm", "worker")
# CloudWatch's quota for an alarm on an expression.
METRICS_OF_AN_ALARM = 10


class StepFault(Exception):
    """A step whose result is not what it should be."""


@dataclass(frozen=True)
class Step:
    name: str
    needs: tuple = ()
    # Whether stacks/NAME.yaml is submitted; 04 and 08 work on ECS directly.
    has_stack: bool = True
    at_edge: bool = False
    # Settings and files that matter beyond the template's own parameters.
    settings: tuple = ()
    files: tuple = field(default=())


STEPS = (
    Step("00-network"),
    Step("01-ecr", settings=("IMAGE_TAG", "IMAGE_REGISTRY", "CPU_ARCHITECTURE", "TRACING", "XRAY_SOURCE_IMAGE")),
    Step("02-cluster", needs=("00-network", "01-ecr")),
    Step("03-dataplane", needs=("02-cluster",)),
    Step("04-taskdefs", needs=("03-dataplane",), has_stack=False, files=("tasks/*.json", "tasks/fill.py"),
         settings=("IMAGE_TAG", "IMAGE_REGISTRY", "CPU_ARCHITECTURE", "TRACING", "XRAY_SOURCE_IMAGE", "PAYMENTS_URL")),
    Step("05-services", needs=("04-taskdefs",)),
    Step("06-autoscaling", needs=("05-services",)),
    Step("07-cloudfront", needs=("05-services",), at_edge=True, files=("cloudfront/viewer-request.js",)),
    Step("08-db-init", needs=("04-taskdefs",), has_stack=False, settings=("SEED_EVENT",)),
    Step("09-watching", needs=("06-autoscaling", "07-cloudfront")),
)
BY_NAME = {step.name: step for step in STEPS}


class Deployment:
    """One system in one region: its settings, its stacks, and what each step does."""

    def __init__(self, settings, say):
        self.settings = settings
        self.say = say
        self.aws = Aws(settings["AWS_REGION"])
        self._stacks = {}
        self._looked_up = {}
        self.skips = skipped_types(self.aws)
        self.images = Images(settings, self.aws, say)
        self.tasks = TaskDefinitions(settings, self.aws, self.output, self.images, say)

    # MARK: Names and values

    def region_of(self, step):
        return EDGE_REGION if step.at_edge else self.settings["AWS_REGION"]

    def stack_name(self, step):
        # The edge of both regions is in us-east-1, so its name says whose it is.
        middle = f"-{self.settings['AWS_REGION']}" if step.at_edge else ""
        return f"{self.settings['APP_NAME']}{middle}-{step.name}"

    def stacks(self, step):
        region = self.region_of(step)
        if region not in self._stacks:
            self._stacks[region] = Stacks(self.aws, region, self.say)
        return self._stacks[region]

    @staticmethod
    def template(step):
        return (ROOT / "stacks" / f"{step.name}.yaml").read_text(encoding="utf-8")

    def tags(self, step):
        return {"App": self.settings["APP_NAME"], "Step": step.name}

    def find_output(self, name):
        for step in STEPS:
            if step.has_stack and name in (outputs := self.stacks(step).outputs(self.stack_name(step))):
                return outputs[name]
        return None

    def output(self, name):
        value = self.find_output(name)
        if value is None:
            raise StepFault(f"no stack has the output {name}; run the earlier steps first")
        return value

    def value(self, name):
        """A template's parameter by its name alone: a setting, an earlier stack's output, or something to look up."""
        setting = re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).upper()
        if name in LOOK_UPS:
            if name not in self._looked_up:
                self._looked_up[name] = LOOK_UPS[name](self)
            return self._looked_up[name]
        return self.settings[setting] if setting in self.settings else self.output(name)

    def parameters(self, step):
        return {name: self.value(name) for name in parameters_of(self.template(step))}

    def inputs(self, step):
        """A digest of everything a step is made from, the steps before it included."""
        told = {"account": self.settings["AWS_ACCOUNT_ID"], "region": self.settings["AWS_REGION"], "app": self.settings["APP_NAME"],
                "endpoint": self.aws.endpoint, "needs": [self.inputs(BY_NAME[name]) for name in step.needs]}
        names = list(step.settings)
        files = [path for pattern in step.files for path in sorted(ROOT.glob(pattern))]
        if step.has_stack:
            files.append(ROOT / "stacks" / f"{step.name}.yaml")
            for parameter in parameters_of(self.template(step)):
                names.append(re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", parameter).upper())
        if "SEED_EVENT" in names and self.settings["SEED_EVENT"] not in ("demo", "none"):
            told["seed"] = hashlib.sha256(seed_text(self).encode()).hexdigest()
        told["settings"] = {name: self.settings[name] for name in sorted(names) if name in self.settings}
        told["files"] = {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def is_stamped(self, name):
        return stamps.is_fresh(BY_NAME[name], self.inputs(BY_NAME[name]))

    # MARK: Running

    def check_account(self):
        account = self.aws.call("sts", "get-caller-identity")["Account"]
        if account != self.settings["AWS_ACCOUNT_ID"]:
            raise StepFault(f"the credentials are for account {account}, and AWS_ACCOUNT_ID is {self.settings['AWS_ACCOUNT_ID']}")

    def run(self, step):
        """Does the step and verifies it. True when something was changed."""
        changed = bool(BEFOREHAND.get(step.name, lambda *_: False)(self, step))
        if step.has_stack:
            changed |= self.stacks(step).submit(self.stack_name(step), self.template(step), self.parameters(step), self.tags(step))
        changed = bool(AFTERWARDS.get(step.name, lambda _: False)(self)) or changed
        self.verify(step)
        return changed

    def verify(self, step):
        if step.has_stack:
            for resource in self.stacks(step).resources(self.stack_name(step)):
                if resource["ResourceType"] in self.skips:
                    self.say(f"not exercised: {resource['ResourceType']} {resource['LogicalResourceId']} (the stand-in skips it)")
                elif not resource["ResourceStatus"].endswith("_COMPLETE"):
                    raise StepFault(f"{resource['LogicalResourceId']} of {step.name} is {resource['ResourceStatus']}")
        VERIFICATIONS[step.name](self)

    def exercised(self, kind, what):
        """False, and said so, for a kind of resource that the stand-in does not make."""
        if kind in self.skips:
            self.say(f"not exercised: {what}")
            return False
        return True

    def require(self, truth, sentence):
        if not truth:
            raise StepFault(sentence)

    # MARK: Planning

    def plan(self, step):
        """What the step would change, as lines; nothing is changed."""
        lines = self._plan_of_stack(step) if step.has_stack else []
        return lines + PLANS.get(step.name, lambda _: [])(self)

    def _plan_of_stack(self, step):
        stacks, name = self.stacks(step), self.stack_name(step)
        if stacks.find(name) is None:
            return stacks.plan(name, self.template(step), {}, {})
        try:
            parameters = self.parameters(step)
        except StepFault as fault:
            return [f"unknown {fault}"]
        return stacks.plan(name, self.template(step), parameters, self.tags(step))


# MARK: Values that are neither a setting nor an output

def prefix_list(pattern):
    def look_up(deployment):
        name = pattern.format(region=deployment.settings["AWS_REGION"])
        lists = deployment.aws.call("ec2", "describe-managed-prefix-lists", "--filters", f"Name=prefix-list-name,Values={name}")
        deployment.require(lists["PrefixLists"], f"this region has no prefix list {name}")
        return lists["PrefixLists"][0]["PrefixListId"]
    return look_up


def zones(deployment):
    if deployment.settings["AVAILABILITY_ZONES"]:
        return deployment.settings["AVAILABILITY_ZONES"]
    answer = deployment.aws.call("ec2", "describe-availability-zones", "--filters", "Name=zone-type,Values=availability-zone",
                                 "Name=state,Values=available")
    usable = sorted(zone["ZoneName"] for zone in answer["AvailabilityZones"] if zone["ZoneId"] not in ZONES_WITHOUT_VPC_ORIGINS)
    deployment.require(len(usable) >= 3, f"only {len(usable)} zones here can be reached by CloudFront; set AVAILABILITY_ZONES")
    return ",".join(usable[:3])


def subnets(first):
    """Three /20 of the /16: 4,096 addresses a zone."""
    return lambda deployment: ",".join(
        str(part) for part in list(ipaddress.ip_network(deployment.settings["VPC_CIDR"]).subnets(new_prefix=20))[first:first + 3])


def newest_revision(name):
    def look_up(deployment):
        newest = deployment.tasks.newest(name)
        deployment.require(newest, f"{deployment.tasks.family(name)} has no revision; run make 04-taskdefs")
        return newest[0]
    return look_up


def redis_nodes(deployment):
    """The names of Redis's nodes, as many as an alarm takes metrics: the first ones again where there are fewer, and none where
    there are more."""
    group = deployment.settings["REDIS_CLUSTER_ID"]
    if deployment.exercised("AWS::ElastiCache::ReplicationGroup", "the names of Redis's nodes"):
        found = deployment.aws.call("elasticache", "describe-replication-groups", "--replication-group-id", group)
        names = sorted(found["ReplicationGroups"][0]["MemberClusters"])
    else:
        names = [f"{group}-{shard + 1:04}-{node:03}" for shard in range(int(deployment.settings["REDIS_SHARDS"])) for node in (1, 2)]
    return ",".join((names * METRICS_OF_AN_ALARM)[:METRICS_OF_AN_ALARM] if len(names) <= METRICS_OF_AN_ALARM else ["-"] * METRICS_OF_AN_ALARM)


LOOK_UPS = {
    "AvailabilityZones": zones,
    "RedisNodes": redis_nodes,
    "PublicCidrs": subnets(0),
    "PrivateCidrs": subnets(4),
    "CloudfrontPrefixListId": prefix_list("com.amazonaws.global.cloudfront.origin-facing"),
    "S3PrefixListId": prefix_list("com.amazonaws.{region}.s3"),
    "DynamodbPrefixListId": prefix_list("com.amazonaws.{region}.dynamodb"),
    "PublicTaskDefinitionArn": newest_revision("public"),
    "ConfirmTaskDefinitionArn": newest_revision("confirm"),
    "WorkerTaskDefinitionArn": newest_revision("worker"),
    "ViewerRequestFunctionCode": lambda _: (ROOT / "cloudfront" / "viewer-request.js").read_text(encoding="utf-8"),
}


# MARK: What a step does besides its stack

def push_images(deployment):
    return deployment.images.push_missing()


def put_secret(deployment, arn, text):
    """By way of a file that only we can read: everybody on this machine can read the words of a command."""
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="ticket-secret-") as file:
        file.write(text)
        file.flush()
        deployment.aws.call("secretsmanager", "put-secret-value", "--secret-id", arn, "--secret-string", f"file://{file.name}")


def make_ticket_key(deployment):
    """Puts the seed of the ticket key in, once. Scanners know its public half, so one that is there stays."""
    if not deployment.exercised("AWS::SecretsManager::Secret", "the making of the ticket key"):
        return False
    arn = deployment.output("TicketKeySecretArn")
    try:
        deployment.aws.call("secretsmanager", "get-secret-value", "--secret-id", arn, "--query", "VersionId")
        return False
    except AwsFault as fault:
        if fault.code != "ResourceNotFoundException":
            raise
    seed = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    put_secret(deployment, arn, seed)
    deployment.say("made the ticket key")
    return True


def register_tasks(deployment):
    return any([deployment.tasks.register(name)[1] for name in FAMILIES])


def seed_text(deployment):
    """What SEED_EVENT says, as `ticket events seed` takes it."""
    seed = deployment.settings["SEED_EVENT"]
    return seed if seed in ("demo", "none") else (ROOT / seed).read_text(encoding="utf-8")


def put_seed(deployment):
    """Puts the event into its secret, unless it lies there already."""
    if not deployment.exercised("AWS::SecretsManager::Secret", "the event's way into the task"):
        return
    arn, text = deployment.output("SeedSecretArn"), seed_text(deployment)
    try:
        held = deployment.aws.call("secretsmanager", "get-secret-value", "--secret-id", arn)["SecretString"]
    except AwsFault as fault:
        if fault.code != "ResourceNotFoundException":
            raise
        held = None
    if held != text:
        put_secret(deployment, arn, text)


def log_lines(deployment, task):
    """What a task of the db-init definition said."""
    answer = deployment.aws.call(
        "logs", "get-log-events", "--log-group-name", deployment.output("WorkerLogGroupName"),
        "--log-stream-name", f"ecs/db-init/{task.rsplit('/', 1)[1]}", "--start-from-head", "--limit", "1000")
    return [event["message"] for event in answer["events"]]


def run_once(deployment, what, command, echo=None):
    """Runs a command of `ticket` as a task of its own and waits for its end. `echo` is given each line that it said."""
    aws, cluster = deployment.aws, deployment.output("ClusterName")
    network = json.dumps({"awsvpcConfiguration": {
        "subnets": deployment.output("PrivateSubnets").split(","),
        "securityGroups": [deployment.output("WorkerServiceSecurityGroupId")], "assignPublicIp": "DISABLED"}})
    overrides = json.dumps({"containerOverrides": [{"name": "db-init", "command": command}]})
    started = aws.call("ecs", "run-task", "--cluster", cluster, "--task-definition", deployment.tasks.family("db-init"),
                       "--launch-type", "FARGATE", "--network-configuration", network, "--overrides", overrides,
                       "--started-by", "08-db-init")
    deployment.require(started["tasks"], f"the task did not start: {started.get('failures')}")
    task = started["tasks"][0]["taskArn"]

    def stopped():
        seen = aws.call("ecs", "describe-tasks", "--cluster", cluster, "--tasks", task)["tasks"]
        return seen[0] if seen and seen[0]["lastStatus"] == "STOPPED" else None
    end = wait_until(what, stopped, 900, 0.2 if aws.is_stand_in else 5)
    container = end["containers"][0]
    if echo and deployment.exercised("AWS::ECS::Service.Tasks", f"what {what} says"):
        for line in log_lines(deployment, task):
            echo(line)
    deployment.require(
        container.get("exitCode") == 0,
        f"{what} ended with exit code {container.get('exitCode')} ({end.get('stoppedReason', '')}, "
        f"{container.get('reason', '')}); the log is in {deployment.output('WorkerLogGroupName')}")
    if deployment.exercised("AWS::ECS::Service.Tasks", f"what {what} does"):
        deployment.say(f"{what} has ended well")


def initialise_database(deployment):
    """Migrations, then the event. Safe to repeat: `ticket db init` applies what is missing, and the same event changes nothing."""
    # A roll-out comes here without step 04, and an older revision would bring the migrations of an older image.
    deployment.tasks.register("db-init")
    put_seed(deployment)
    run_once(deployment, "the migration", ["db", "init"])
    if deployment.settings["SEED_EVENT"] != "none":
        run_once(deployment, "the import", ["events", "seed"])
    return True


AFTERWARDS = {"01-ecr": push_images, "03-dataplane": make_ticket_key, "04-taskdefs": register_tasks, "08-db-init": initialise_database}


# MARK: What a step would do besides its stack

def plan_of_images(deployment):
    # Without its repositories the registry has nothing, and need not be asked.
    stands = deployment.find_output("PublicRepositoryArn") is not None
    return [f"pushes  {image}" for image in deployment.images.missing(ask=stands)]


def new_revision(deployment, name):
    """A sentence about the revision that step 04 would register, or nothing."""
    family = deployment.tasks.family(name)
    if deployment.find_output("TableName") is None:
        return f"new     {family}"
    # A pull request's images are pushed after it was merged, and the plan is wanted before.
    try:
        return f"new revision of {family}" if deployment.tasks.differs(name) else ""
    except ImageMissing:
        return f"new revision of {family} (its image is not pushed yet)"


def plan_of_tasks(deployment):
    return [line for name in FAMILIES if (line := new_revision(deployment, name))]


def plan_of_services(deployment):
    """Its stack only knows the revisions that there are; step 04 comes first."""
    if deployment.stacks(BY_NAME["05-services"]).find(deployment.stack_name(BY_NAME["05-services"])) is None:
        return []
    return [f"rolls   {deployment.tasks.family(name)} to the new revision" for name in SERVICES if new_revision(deployment, name)]


def plan_of_database(deployment):
    if deployment.is_stamped("08-db-init") and deployment.find_output("TableName") is not None:
        return []
    seed = deployment.settings["SEED_EVENT"]
    return ["runs    ticket db init: the migrations that are missing",
            *([f"runs    ticket events seed: {seed}"] if seed != "none" else [])]


PLANS = {"01-ecr": plan_of_images, "04-taskdefs": plan_of_tasks, "05-services": plan_of_services, "08-db-init": plan_of_database}


# MARK: How a step convinces itself

def verify_network(deployment):
    vpc = deployment.output("VpcId")
    gateways = deployment.aws.call("ec2", "describe-nat-gateways", "--filter", f"Name=vpc-id,Values={vpc}")["NatGateways"]
    wanted = 3 if deployment.settings["NAT_PER_ZONE"] == "on" else 1
    running = [gateway for gateway in gateways if gateway["State"] == "available"]
    deployment.require(len(running) == wanted, f"{len(running)} of {wanted} NAT gateways are available")
    endpoints = deployment.aws.call("ec2", "describe-vpc-endpoints", "--filters", f"Name=vpc-id,Values={vpc}")["VpcEndpoints"]
    waiting = [endpoint["ServiceName"] for endpoint in endpoints if endpoint["State"].lower() != "available"]
    wanted = 8 if deployment.settings["TRACING"] == "on" else 7
    deployment.require(len(endpoints) == wanted and not waiting, f"{len(endpoints)} of {wanted} endpoints are there, not available: {waiting}")


def verify_images(deployment):
    for name in SERVICES:
        deployment.images.by_digest(name, deployment.settings["IMAGE_TAG"])


def verify_cluster(deployment):
    clusters = deployment.aws.call("ecs", "describe-clusters", "--clusters", deployment.output("ClusterName"))["clusters"]
    deployment.require(clusters and clusters[0]["status"] == "ACTIVE", "the cluster is not active")


def verify_data(deployment):
    aws, table = deployment.aws, deployment.output("TableName")
    status = aws.call("dynamodb", "describe-table", "--table-name", table)["Table"]["TableStatus"]
    deployment.require(status == "ACTIVE", f"the table is {status}")
    if deployment.exercised("AWS::DynamoDB::Table.TimeToLive", "that the table purges"):
        ttl = aws.call("dynamodb", "describe-time-to-live", "--table-name", table)["TimeToLiveDescription"]
        deployment.require(ttl.get("AttributeName") == "purgeAfter" and ttl["TimeToLiveStatus"] in ("ENABLED", "ENABLING"),
                           "the table does not purge by purgeAfter")
    if deployment.exercised("AWS::DynamoDB::Table.PointInTimeRecovery", "point-in-time recovery of the table"):
        backups = aws.call("dynamodb", "describe-continuous-backups", "--table-name", table)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        deployment.require(recovery == "ENABLED", f"point-in-time recovery is {recovery}")
    queue = aws.call("sqs", "get-queue-attributes", "--queue-url", deployment.output("QueueUrl"), "--attribute-names", "All")["Attributes"]
    deployment.require(queue.get("FifoThroughputLimit") == "perMessageGroupId" and queue.get("DeduplicationScope") == "messageGroup",
                       "the queue is not in high throughput")
    if deployment.exercised("AWS::ElastiCache::ReplicationGroup", "the state of Redis"):
        group = aws.call("elasticache", "describe-replication-groups", "--replication-group-id", deployment.settings["REDIS_CLUSTER_ID"])
        deployment.require(group["ReplicationGroups"][0]["Status"] == "available", "Redis is not available")
    if deployment.exercised("AWS::RDS::DBCluster", "the state of Aurora"):
        cluster = aws.call("rds", "describe-db-clusters", "--db-cluster-identifier", deployment.settings["AURORA_CLUSTER_ID"])
        deployment.require(cluster["DBClusters"][0]["Status"] == "available", "Aurora is not available")


def verify_tasks(deployment):
    for name in FAMILIES:
        deployment.require(not deployment.tasks.differs(name), f"the newest revision of {deployment.tasks.family(name)} is not what is checked out")


def verify_services(deployment):
    aws, cluster = deployment.aws, deployment.output("ClusterName")
    names = [deployment.output(f"{name.capitalize()}ServiceName") for name in SERVICES]

    def steady():
        services = aws.call("ecs", "describe-services", "--cluster", cluster, "--services", *names)["services"]
        deployment.require(len(services) == 3, "not all three services are there")
        broken = [service["serviceName"] for service in services for rollout in service["deployments"] if rollout.get("rolloutState") == "FAILED"]
        deployment.require(not broken, f"the roll-out of {', '.join(broken)} failed; ECS has gone back to what ran before")
        return all(len(service["deployments"]) == 1 and service["runningCount"] >= service["desiredCount"] for service in services)
    if deployment.exercised("AWS::ECS::Service.Tasks", "that the tasks run and are healthy"):
        wait_until("steady services", steady, 1200, 10)
    else:
        deployment.require(
            len(aws.call("ecs", "describe-services", "--cluster", cluster, "--services", *names)["services"]) == 3,
            "not all three services are there")


def verify_scaling(deployment):
    if not deployment.exercised("AWS::ApplicationAutoScaling::ScalableTarget", "what the scaler knows"):
        return
    targets = deployment.aws.call("application-autoscaling", "describe-scalable-targets", "--service-namespace", "ecs")["ScalableTargets"]
    known = {target["ResourceId"] for target in targets}
    for name in SERVICES:
        resource = f"service/{deployment.output('ClusterName')}/{deployment.output(name.capitalize() + 'ServiceName')}"
        deployment.require(resource in known, f"the scaler does not know {resource}")


def verify_edge(deployment):
    if deployment.exercised("AWS::CloudFront::Distribution", "the state of the distribution"):
        seen = deployment.aws.call("cloudfront", "get-distribution", "--id", deployment.output("DistributionId"), region=EDGE_REGION)
        deployment.require(seen["Distribution"]["Status"] == "Deployed", "the distribution is not deployed everywhere yet")


def verify_watching(deployment):
    if deployment.exercised("AWS::CloudWatch::Alarm", "which alarms there are"):
        alarms = deployment.aws.call("cloudwatch", "describe-alarms", "--alarm-name-prefix", f"{deployment.settings['APP_NAME']}-")
        found = {alarm["AlarmName"] for alarm in alarms["MetricAlarms"] + alarms.get("CompositeAlarms", [])}
        wanted = set(re.findall(r'AlarmName: !Sub "\$\{AppName\}-([a-z0-9-]+)"', deployment.template(BY_NAME["09-watching"])))
        missing = {name for name in wanted if f"{deployment.settings['APP_NAME']}-{name}" not in found}
        deployment.require(not missing, f"alarms are missing: {', '.join(sorted(missing))}")


VERIFICATIONS = {
    "00-network": verify_network, "01-ecr": verify_images, "02-cluster": verify_cluster, "03-dataplane": verify_data,
    "04-taskdefs": verify_tasks, "05-services": verify_services, "06-autoscaling": verify_scaling, "07-cloudfront": verify_edge,
    # The task's exit code was its verification.
    "08-db-init": lambda _: None, "09-watching": verify_watching,
}
