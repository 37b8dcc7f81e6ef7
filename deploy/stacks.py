"""CloudFormation stacks: looked at, planned, submitted as change sets, deleted."""

import hashlib
import json
import os
import re
import time

from .aws import AwsFault, wait_until

# Aurora and CloudFront take their time; longer than this nobody waits.
STACK_SECONDS = 3600
# What a stand-in answers at once, AWS takes seconds for.
PAUSE_SECONDS = 5
# A creation, or the continuation of one, that stopped half-way. It is not rolled back: Aurora and the balancer protect themselves
# from deletion, so a rollback gets stuck. What stands is kept, and the next run makes the rest.
UNFINISHED = ("CREATE_FAILED", "UPDATE_FAILED")
# Nothing stands in these, and CloudFormation takes nothing but their removal.
EMPTY = ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS")
# Where neither a run nor CloudFormation gets any further by itself, and what somebody has to do.
STUCK = {
    "ROLLBACK_FAILED": "take the deletion protection off what its events name, then "
                       "aws cloudformation delete-stack --stack-name {name} --region {region}, and run the step again",
    "UPDATE_ROLLBACK_FAILED": "mend what its events name, then "
                              "aws cloudformation continue-update-rollback --stack-name {name} --region {region}, and run the step again",
    "DELETE_FAILED": "its deletion did not come to an end; make destroy goes on with it",
}


class StackFault(Exception):
    """A stack that did not come to where it should be."""


def digest_of(template, parameters):
    return hashlib.sha256(json.dumps([template, parameters], sort_keys=True).encode()).hexdigest()


def parameters_of(template):
    """The names under `Parameters:`; the templates keep to two spaces, and a test holds them to it."""
    block = re.search(r"^Parameters:\n((?:(?:[ #].*)?\n)*)", template, re.M)
    return re.findall(r"^  ([A-Za-z0-9]+):", block.group(1), re.M) if block else []


def only_tagged(resources):
    """The names of resources whose own values stay as they are. The digest of a stack's inputs is one of its tags, and tags reach
    every resource; what refers to a resource is listed as well, in case a new tag gave that another name."""
    def is_idle(resource, idle):
        def leaves_it(detail):
            cause = detail.get("CausingEntity", "").split(".")[0]
            return detail.get("Target", {}).get("Attribute") == "Tags" or (detail.get("Evaluation") == "Dynamic" and cause in idle)
        details = resource.get("Details", [])
        return resource.get("Action") == "Modify" and (resource.get("Scope") == ["Tags"] or bool(details) and all(map(leaves_it, details)))
    idle = set()
    while True:
        more = {resource["LogicalResourceId"] for resource in resources if is_idle(resource, idle)}
        if more == idle:
            return idle
        idle = more


class Stacks:
    """The stacks of one region. What AWS said of them is kept until something is submitted."""

    def __init__(self, aws, region, say):
        self._aws = aws
        self._region = region
        self._say = say
        self._seen = None
        self._pause = 0.2 if aws.is_stand_in else PAUSE_SECONDS

    def _cfn(self, operation, *arguments):
        return self._aws.call("cloudformation", operation, *arguments, region=self._region)

    def all(self):
        if self._seen is None:
            answer = self._cfn("describe-stacks")
            self._seen = {stack["StackName"]: stack for stack in answer.get("Stacks", [])
                          if stack["StackStatus"] != "DELETE_COMPLETE"}
        return self._seen

    def find(self, name):
        return self.all().get(name)

    def outputs(self, name):
        stack = self.find(name) or {}
        return {output["OutputKey"]: output.get("OutputValue", "") for output in stack.get("Outputs", [])}

    def resources(self, name):
        return self._cfn("list-stack-resources", "--stack-name", name)["StackResourceSummaries"]

    @staticmethod
    def _described(template, parameters, tags):
        """The arguments that say what a stack should be. A tag carries their digest."""
        tags = dict(tags, Inputs=digest_of(template, parameters))
        return ["--template-body", template, "--capabilities", "CAPABILITY_IAM",
                "--parameters", json.dumps([{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]),
                "--tags", json.dumps([{"Key": key, "Value": value} for key, value in tags.items()])]

    def is_as_wanted(self, name, template, parameters):
        """Whether the stack was made from these very values and still has this very template: nothing to submit then."""
        stack = self.find(name)
        if not stack or stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return False
        tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
        if tags.get("Inputs") != digest_of(template, parameters):
            return False
        return self._cfn("get-template", "--stack-name", name)["TemplateBody"] == template

    def _change_set(self, name, template, parameters, tags):
        """Makes a change set of a stack that exists. Gives back its name and changes; None when there are none."""
        change = f"change-{time.time_ns()}"
        self._cfn("create-change-set", "--stack-name", name, "--change-set-name", change, "--change-set-type", "UPDATE",
                  *self._described(template, parameters, tags))

        def made_up():
            seen = self._cfn("describe-change-set", "--change-set-name", change, "--stack-name", name)
            return seen if seen["Status"] in ("CREATE_COMPLETE", "FAILED") else None
        seen = wait_until(f"the change set of {name}", made_up, 600, self._pause)
        if seen["Status"] == "FAILED":
            reason = seen.get("StatusReason", "")
            self._cfn("delete-change-set", "--change-set-name", change, "--stack-name", name)
            if "didn't contain changes" in reason or "No updates are to be performed" in reason:
                return None
            raise StackFault(f"{name}: the change set failed: {reason}")
        return change, seen.get("Changes", [])

    @staticmethod
    def lines_of(changes):
        changed = [change.get("ResourceChange", {}) for change in changes]
        passed_over = only_tagged(changed)
        for resource in changed:
            if resource.get("LogicalResourceId") in passed_over:
                continue
            replaced = {"True": " (REPLACED)", "Conditional": " (perhaps replaced)"}.get(resource.get("Replacement"), "")
            yield f"{resource.get('Action', '?'):7} {resource.get('ResourceType', '?')} {resource.get('LogicalResourceId', '?')}{replaced}"

    @staticmethod
    def line_of_new(template):
        return f"new     stack with {len(re.findall(r'^    Type: .?AWS::', template, re.M))} resources"

    def _fault_of(self, stack):
        """Why nothing can be submitted to this stack, or nothing."""
        name, status = stack["StackName"], stack["StackStatus"]
        if status in STUCK:
            return f"{name} is {status}: {STUCK[status].format(name=name, region=self._region)}"
        if status in UNFINISHED or status in EMPTY or status.endswith("_COMPLETE"):
            return ""
        return f"{name} is {status}; see its events"

    def plan(self, name, template, parameters, tags):
        """What would change, as lines; nothing is changed."""
        stack = self.find(name)
        if stack is None or stack["StackStatus"] in EMPTY:
            return [self.line_of_new(template)]
        if self._fault_of(stack):
            return [f"stuck   {self._fault_of(stack)}"]
        if stack["StackStatus"] in UNFINISHED:
            return [f"goes on {name} is {stack['StackStatus']}: what is missing is made"]
        if self.is_as_wanted(name, template, parameters):
            return []
        made = self._change_set(name, template, parameters, tags)
        if made is None:
            return []
        self._cfn("delete-change-set", "--change-set-name", made[0], "--stack-name", name)
        return list(self.lines_of(made[1]))

    def submit(self, name, template, parameters, tags):
        """Brings the stack to this template and these values. True when something was changed."""
        stack = self._at_rest(name)
        if stack and self._fault_of(stack):
            raise StackFault(self._fault_of(stack))
        if stack and stack["StackStatus"] in EMPTY:
            self._say(f"{name} is {stack['StackStatus']} from before: it is removed first")
            self.delete(name)
            stack = None
        if self.is_as_wanted(name, template, parameters):
            return False
        if stack is None:
            self._say(self.line_of_new(template))
            self._cfn("create-stack", "--stack-name", name, "--disable-rollback", *self._described(template, parameters, tags))
        elif stack["StackStatus"] in UNFINISHED:
            self._say(f"{name} is {stack['StackStatus']} from before: what is missing is made")
            self._cfn("update-stack", "--stack-name", name, "--disable-rollback", *self._described(template, parameters, tags))
        else:
            made = self._change_set(name, template, parameters, tags)
            if made is None:
                return False
            for line in self.lines_of(made[1]):
                self._say(line)
            self._cfn("execute-change-set", "--change-set-name", made[0], "--stack-name", name, "--no-disable-rollback")
        self._settle(name)
        return True

    def _at_rest(self, name):
        """The stack when nothing moves in it any more: an earlier run that was broken off may have left it at work. None
        without one."""
        def resting():
            stack = self.find(name) or {"StackName": name, "StackStatus": "gone"}
            if stack["StackStatus"].endswith("_IN_PROGRESS") and stack["StackStatus"] not in EMPTY:
                self._seen = None
                return None
            return stack
        stack = wait_until(name, resting, STACK_SECONDS, self._pause)
        return None if stack["StackStatus"] == "gone" else stack

    def _settle(self, name):
        self._seen = None
        stack = self._at_rest(name) or {"StackStatus": "gone"}
        if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return
        lines = [f"{name} ended as {stack['StackStatus']}", *self._failures(name)[:10]]
        if stack["StackStatus"] in UNFINISHED:
            lines.append("what stands is kept: mend the cause and run the step again")
        raise StackFault("\n".join(lines))

    def _failures(self, name):
        """What failed since the stack was last submitted, the first failure first."""
        failed = []
        for event in self._cfn("describe-stack-events", "--stack-name", name).get("StackEvents", []):
            if event["LogicalResourceId"] == name and event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
                break
            if event["ResourceStatus"].endswith("_FAILED"):
                failed.append(f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason given')}")
        return failed[::-1]

    def delete(self, name):
        self._cfn("delete-stack", "--stack-name", name)

        def gone():
            self._seen = None
            stack = self.find(name)
            if stack and stack["StackStatus"] == "DELETE_FAILED":
                raise StackFault(f"{name} cannot be deleted: {stack.get('StackStatusReason', '')}")
            return stack is None
        wait_until(f"the end of {name}", gone, STACK_SECONDS, self._pause)


def skipped_types(aws):
    """Resource types that the stand-in says it makes and does not, from the file that a test names. On AWS there are none:
    without a loopback endpoint the variable is not even read."""
    path = os.environ.get("AWS_STAND_IN_SKIPS", "")
    if not aws.is_stand_in or not path:
        return set()
    with open(path, encoding="utf-8") as file:
        return {line.split("#")[0].strip() for line in file} - {""}


__all__ = ["AwsFault", "StackFault", "Stacks", "UNFINISHED", "parameters_of", "skipped_types"]
