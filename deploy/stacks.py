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


class StackFault(Exception):
    """A stack that did not come to where it should be."""


def digest_of(template, parameters):
    return hashlib.sha256(json.dumps([template, parameters], sort_keys=True).encode()).hexdigest()


def parameters_of(template):
    """The names under `Parameters:`; the templates keep to two spaces, and a test holds them to it."""
    block = re.search(r"^Parameters:\n((?:(?:[ #].*)?\n)*)", template, re.M)
    return re.findall(r"^  ([A-Za-z0-9]+):", block.group(1), re.M) if block else []


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
        for change in changes:
            resource = change.get("ResourceChange", {})
            replaced = {"True": " (REPLACED)", "Conditional": " (perhaps replaced)"}.get(resource.get("Replacement"), "")
            yield f"{resource.get('Action', '?'):7} {resource.get('ResourceType', '?')} {resource.get('LogicalResourceId', '?')}{replaced}"

    @staticmethod
    def line_of_new(template):
        return f"new     stack with {len(re.findall(r'^    Type: .?AWS::', template, re.M))} resources"

    def plan(self, name, template, parameters, tags):
        """What would change, as lines; nothing is changed."""
        if self.find(name) is None:
            return [self.line_of_new(template)]
        if self.is_as_wanted(name, template, parameters):
            return []
        made = self._change_set(name, template, parameters, tags)
        if made is None:
            return []
        self._cfn("delete-change-set", "--change-set-name", made[0], "--stack-name", name)
        return list(self.lines_of(made[1]))

    def submit(self, name, template, parameters, tags):
        """Brings the stack to this template and these values. True when something was changed."""
        stack = self.find(name)
        # A first creation that failed leaves an empty stack that can only be deleted.
        if stack and stack["StackStatus"] in ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS", "CREATE_FAILED", "DELETE_FAILED"):
            self._say(f"{name} is {stack['StackStatus']} from before: it is removed first")
            self.delete(name)
            stack = None
        if self.is_as_wanted(name, template, parameters):
            return False
        if stack is None:
            self._say(self.line_of_new(template))
            self._cfn("create-stack", "--stack-name", name, *self._described(template, parameters, tags))
        else:
            made = self._change_set(name, template, parameters, tags)
            if made is None:
                return False
            for line in self.lines_of(made[1]):
                self._say(line)
            self._cfn("execute-change-set", "--change-set-name", made[0], "--stack-name", name)
        self._settle(name)
        return True

    def _settle(self, name):
        def settled():
            self._seen = None
            stack = self.find(name) or {"StackStatus": "gone"}
            return None if stack["StackStatus"].endswith("_IN_PROGRESS") else stack
        stack = wait_until(name, settled, STACK_SECONDS, self._pause)
        if stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return
        events = self._cfn("describe-stack-events", "--stack-name", name).get("StackEvents", [])
        failed = [f"  {event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason given')}"
                  for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
        raise StackFault("\n".join([f"{name} ended as {stack['StackStatus']}", *failed[:10]]))

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


__all__ = ["AwsFault", "StackFault", "Stacks", "parameters_of", "skipped_types"]
