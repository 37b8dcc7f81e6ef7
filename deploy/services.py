"""Services rolled out and back by task-definition revision, and watched while they are new."""

import datetime
import json
import time

from .aws import wait_until
from .steps import StepFault
from .tasks import ROLLED_BACK_TAG

WATCH_SECONDS = 300
WATCH_PAUSE_SECONDS = 30
ROLL_OUT_SECONDS = 1200
# What the new revision may do to buyers while it is watched. Each is also an alarm; here nobody waits for one.
MOST_FAILED_SHARE = 0.01
MOST_SECONDS_AVERAGE = 0.1
MOST_SECONDS_P95 = 0.2
# Fewer requests than this in a minute say nothing.
LEAST_REQUESTS = 100


class Services:
    """The three ECS services of a deployment."""

    def __init__(self, deployment, clock=time.monotonic, sleep=time.sleep):
        self._deployment = deployment
        self._aws = deployment.aws
        self._say = deployment.say
        self._clock = clock
        self._sleep = sleep

    def _describe(self, name):
        cluster, service = self._deployment.output("ClusterName"), self._deployment.tasks.family(name)
        found = self._aws.call("ecs", "describe-services", "--cluster", cluster, "--services", service)["services"]
        if not found:
            raise StepFault(f"there is no service {service}; run make 05-services")
        return found[0]

    def current(self, name):
        return self._describe(name)["taskDefinition"]

    def _update(self, name, revision):
        self._aws.call("ecs", "update-service", "--cluster", self._deployment.output("ClusterName"),
                       "--service", self._deployment.tasks.family(name), "--task-definition", revision)

    def _await_rollout(self, name, revision):
        """Waits until the revision alone runs. False when ECS's circuit breaker took it back."""
        def settled():
            service = self._describe(name)
            # Another one that failed may still be on its way out.
            if any(rollout.get("rolloutState") == "FAILED" for rollout in service["deployments"] if rollout["taskDefinition"] == revision):
                return "failed"
            primary = next(rollout for rollout in service["deployments"] if rollout["status"] == "PRIMARY")
            # The circuit breaker goes back by itself; then another revision is the primary one.
            if primary["taskDefinition"] != revision:
                return "failed"
            complete = primary.get("rolloutState", "COMPLETED") == "COMPLETED" and len(service["deployments"]) == 1
            return "complete" if complete else None
        return wait_until(f"the roll-out of {name}", settled, ROLL_OUT_SECONDS, 0.2 if self._aws.is_stand_in else 10) == "complete"

    # MARK: Back

    def roll_back(self, name, reason="by hand"):
        """Puts the revision before the running one in its place, and takes the running one out of use."""
        running = self.current(name)
        earlier = [arn for arn in self._deployment.tasks.revisions(name) if number(arn) < number(running)]
        if not earlier:
            raise StepFault(f"{running.rsplit('/', 1)[1]} has no revision before it that is still in use")
        previous = earlier[0]
        self._say(f"{name}: back from {short(running)} to {short(previous)} ({reason})")
        described = self._aws.call("ecs", "describe-task-definition", "--task-definition", running, "--include", "TAGS")
        inputs = next((tag["value"] for tag in described.get("tags", []) if tag["key"] == "Inputs"), "")
        # Marked before anything else: whoever runs step 04 from now on must not register the same thing again.
        if inputs:
            self._aws.call("ecs", "tag-resource", "--resource-arn", self._describe(name)["serviceArn"],
                           "--tags", f"key={ROLLED_BACK_TAG},value={inputs}")
        self._update(name, previous)
        if not self._await_rollout(name, previous):
            raise StepFault(f"{short(previous)} did not come up either; look at the events of the service")
        # The newest revision in use is what should run: that is what step 05 and the next roll-out go by.
        self._aws.call("ecs", "deregister-task-definition", "--task-definition", running)
        return previous

    # MARK: Out

    def roll_out(self, name):
        """Registers what is checked out, rolls it out, watches it, and keeps it or goes back. True when it stays."""
        before = self.current(name)
        revision, _ = self._deployment.tasks.register(name)
        if revision == before:
            self._say(f"{name}: {short(revision)} runs already")
            return True
        self._say(f"{name}: {short(before)} -> {short(revision)}")
        self._update(name, revision)
        if not self._await_rollout(name, revision):
            self._aws.call("ecs", "deregister-task-definition", "--task-definition", revision)
            self._say(f"{name}: the tasks did not become healthy; ECS went back to {short(before)}")
            return False
        fault = self.watch(name)
        if fault:
            self.roll_back(name, fault)
            return False
        self._say(f"{name}: {short(revision)} stays")
        return True

    def watch(self, name):
        """Looks every half minute for five minutes. Gives back what is wrong when it is so twice in a row, else nothing."""
        if not self._deployment.exercised("AWS::ECS::Service.Tasks", f"five minutes of watching {name}"):
            return ""
        until, worse = self._clock() + WATCH_SECONDS, 0
        while self._clock() < until:
            self._sleep(WATCH_PAUSE_SECONDS)
            fault = self.fault_of(name, self._figures(name))
            worse = worse + 1 if fault else 0
            if worse == 2:
                return fault
        return ""

    @staticmethod
    def fault_of(name, figures):
        """What is wrong with a minute's figures, or nothing."""
        if name == "worker":
            return f"{figures['dead']:.0f} dead letters" if figures.get("dead", 0) > 0 else ""
        # What the balancer itself refuses is not among the requests of the targets: with no target left it is all there is.
        requests = figures.get("requests", 0) + figures.get("refused", 0)
        if requests < LEAST_REQUESTS:
            return ""
        failed = (figures.get("failed", 0) + figures.get("refused", 0)) / requests
        if failed > MOST_FAILED_SHARE:
            return f"{failed:.1%} of requests end in 5xx"
        if figures.get("average", 0) > MOST_SECONDS_AVERAGE:
            return f"the average response time is {figures['average'] * 1000:.0f} ms"
        if figures.get("p95", 0) > MOST_SECONDS_P95:
            return f"p95 is {figures['p95'] * 1000:.0f} ms"
        return ""

    def _asked(self, name):
        """What is read of a service: (namespace, metric, dimensions, statistic) by the name that `fault_of` knows it by."""
        deployment = self._deployment
        if name == "worker":
            own = [{"Name": "App", "Value": deployment.settings["APP_NAME"]}, {"Name": "Service", "Value": "worker"}]
            return {"dead": ("Ticket", "DeadLetters", own, "Sum")}
        balancer = [{"Name": "LoadBalancer", "Value": deployment.output("LoadBalancerFullName")}]
        group = [*balancer, {"Name": "TargetGroup", "Value": deployment.output(f"{name.capitalize()}TargetGroupFullName")}]
        return {"requests": ("AWS/ApplicationELB", "RequestCount", group, "Sum"),
                "failed": ("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", group, "Sum"),
                # Its own failures the balancer counts for all of its services together. Only one is rolled out at a time.
                "refused": ("AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", balancer, "Sum"),
                "average": ("AWS/ApplicationELB", "TargetResponseTime", group, "Average"),
                "p95": ("AWS/ApplicationELB", "TargetResponseTime", group, "p95")}

    def _figures(self, name):
        queries = [{"Id": key, "MetricStat": {"Metric": {"Namespace": space, "MetricName": metric, "Dimensions": dimensions},
                                              "Period": 60, "Stat": stat}}
                   for key, (space, metric, dimensions, stat) in self._asked(name).items()]
        # The current minute is not whole yet, and the balancer's figures come a minute late.
        end = datetime.datetime.now(datetime.timezone.utc).replace(second=0, microsecond=0) - datetime.timedelta(minutes=1)
        answer = self._aws.call("cloudwatch", "get-metric-data", "--metric-data-queries", json.dumps(queries),
                                "--start-time", (end - datetime.timedelta(minutes=1)).isoformat(), "--end-time", end.isoformat())
        return {result["Id"]: result["Values"][0] for result in answer["MetricDataResults"] if result["Values"]}


def number(arn):
    return int(arn.rsplit(":", 1)[1])


def short(arn):
    return arn.rsplit("/", 1)[1]
