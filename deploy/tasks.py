"""Task definitions: tasks/*.json filled in and registered, a revision only when something differs."""

import hashlib
import json
import os
import subprocess
import sys

from .settings import ROOT

FAMILIES = ("public", "confirm", "worker", "db-init")
# The tag of a revision that says what it was made from.
INPUTS_TAG = "Inputs"
# The tag of a service that says which inputs were rolled back.
ROLLED_BACK_TAG = "RolledBack"


class TaskFault(Exception):
    """A task definition that cannot be filled in or registered."""


class TaskDefinitions:
    """The families APP_NAME-public, -confirm, -worker and -db-init of one region."""

    def __init__(self, settings, aws, outputs, images, say):
        self._settings = settings
        self._aws = aws
        self._outputs = outputs
        self._images = images
        self._say = say
        # What was seen of each family, until something is registered in it.
        self._newest = {}

    def family(self, name):
        return f"{self._settings['APP_NAME']}-{name}"

    def _variables(self, name):
        # Migrations run as the worker does: same image, same roles, same log.
        owner = "worker" if name == "db-init" else name
        title, out, settings = owner.capitalize(), self._outputs, self._settings
        variables = {
            "APP_NAME": settings["APP_NAME"], "AWS_REGION": settings["AWS_REGION"], "PAYMENTS_URL": settings["PAYMENTS_URL"],
            "IMAGE": self._images.by_digest(owner, settings["IMAGE_TAG"]),
            "EXECUTION_ROLE_ARN": out(f"{title}ExecutionRoleArn"), "TASK_ROLE_ARN": out(f"{title}TaskRoleArn"),
            "LOG_GROUP": out(f"{title}LogGroupName"),
            "LEDGER": f"dynamodb:{out('TableName')}", "QUEUE": f"sqs:{out('QueueUrl')}",
            "ORDERS_URL": f"postgres://{out('AuroraHost')}:5432/ticket?sslmode=verify-full",
            "ORDERS_SECRET_ARN": out("AuroraSecretArn"), "CACHE_URL_SECRET_ARN": out("CacheUrlSecretArn"),
            "TOKEN_KEY_SECRET_ARN": out("TokenKeySecretArn"), "TICKET_KEY_SECRET_ARN": out("TicketKeySecretArn"),
            "SEED_SECRET_ARN": out("SeedSecretArn"),
        }
        if settings["TRACING"] == "on":
            variables["XRAY_IMAGE"] = self._images.by_digest("xray", self._images.xray_tag())
        return variables

    def filled(self, name):
        """The definition as it would be registered now."""
        command = [sys.executable, str(ROOT / "tasks" / "fill.py"), name, "--architecture", self._settings["CPU_ARCHITECTURE"],
                   "--tracing", self._settings["TRACING"]]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False,
                             env=dict(os.environ, **self._variables(name)))
        if run.returncode != 0:
            raise TaskFault(f"tasks/{name}.json cannot be filled in: {run.stderr.strip()}")
        return json.loads(run.stdout)

    @staticmethod
    def inputs_of(definition):
        return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()[:32]

    def newest(self, name):
        """The newest revision that has not been taken out of use, as (arn, what it was made from); None without one."""
        if name not in self._newest:
            self._newest[name] = self._look_up_newest(name)
        return self._newest[name]

    def _look_up_newest(self, name):
        revisions = self.revisions(name)
        if not revisions:
            return None
        answer = self._aws.call("ecs", "describe-task-definition", "--task-definition", revisions[0], "--include", "TAGS")
        tags = {tag["key"]: tag["value"] for tag in answer.get("tags", [])}
        return answer["taskDefinition"]["taskDefinitionArn"], tags.get(INPUTS_TAG, "")

    def _was_rolled_back(self, name, inputs):
        cluster = self._outputs("ClusterName")
        answer = self._aws.call("ecs", "describe-services", "--cluster", cluster, "--services", self.family(name), "--include", "TAGS")
        tags = [tag for service in answer["services"] for tag in service.get("tags", [])]
        return {"key": ROLLED_BACK_TAG, "value": inputs} in tags

    def differs(self, name):
        newest = self.newest(name)
        return newest is None or newest[1] != self.inputs_of(self.filled(name))

    def register(self, name):
        """The revision for what is checked out, and whether it is new: only when the newest was made from something else."""
        definition = self.filled(name)
        inputs = self.inputs_of(definition)
        newest = self.newest(name)
        if newest is not None and newest[1] == inputs:
            return newest[0], False
        if name != "db-init" and self._was_rolled_back(name, inputs):
            raise TaskFault(
                f"this very definition of {self.family(name)} was rolled back: check out what should run, or build a new image")
        answer = self._aws.call("ecs", "register-task-definition", "--cli-input-json", json.dumps(definition),
                                "--tags", f"key={INPUTS_TAG},value={inputs}")
        arn = answer["taskDefinition"]["taskDefinitionArn"]
        self._newest.pop(name, None)
        self._say(f"registered {arn.rsplit('/', 1)[1]}")
        return arn, True

    def revisions(self, name):
        """Every revision still in use, newest first."""
        found = self._aws.call("ecs", "list-task-definitions", "--family-prefix", self.family(name), "--status", "ACTIVE")
        return sorted(found["taskDefinitionArns"], key=lambda arn: int(arn.rsplit(":", 1)[1]), reverse=True)
