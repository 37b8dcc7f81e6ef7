"""The one place that calls AWS: through the AWS CLI, with region and endpoint always said."""

import json
import os
import re
import subprocess
import time

CALL_SECONDS = 120


class AwsFault(Exception):
    """A call that AWS refused, or that never got there."""

    def __init__(self, call, code, message):
        super().__init__(f"aws {call}: {message}")
        self.code = code
        self.message = message


class Aws:
    """The AWS CLI for one account. `region` is where a call goes unless it says otherwise."""

    def __init__(self, region):
        self.region = region
        # Version 1 of the CLI ignores this variable for some services (SQS among them), so it is always passed as a flag:
        # a test that meant a stand-in must never reach a real account.
        self.endpoint = os.environ.get("AWS_ENDPOINT_URL", "")

    @property
    def is_stand_in(self):
        return re.match(r"https?://(127\.0\.0\.1|localhost|\[::1\])(:|/|$)", self.endpoint) is not None

    def call(self, service, operation, *arguments, region=None):
        """Runs `aws SERVICE OPERATION ...` and gives back what it printed, parsed."""
        command = ["aws", service, operation, *arguments, "--region", region or self.region, "--output", "json",
                   "--cli-connect-timeout", "10", "--cli-read-timeout", "60"]
        if self.endpoint:
            command += ["--endpoint-url", self.endpoint]
        environment = dict(os.environ, AWS_PAGER="", AWS_RETRY_MODE="standard", AWS_MAX_ATTEMPTS="5")
        name = f"{service} {operation}"
        try:
            run = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=CALL_SECONDS, check=False,
                                 stdin=subprocess.DEVNULL)
        except FileNotFoundError:
            raise AwsFault(name, "NoCli", "the AWS CLI is not on PATH; install it (PyPI: awscli)") from None
        except subprocess.TimeoutExpired:
            raise AwsFault(name, "Timeout", f"no answer within {CALL_SECONDS} s") from None
        if run.returncode != 0:
            said = run.stderr.strip()
            code = re.search(r"An error occurred \(([^)]+)\)", said)
            raise AwsFault(name, code.group(1) if code else "CliFailed", said or f"exit code {run.returncode}")
        return json.loads(run.stdout) if run.stdout.strip() else {}


def wait_until(what, ready, deadline_seconds, pause_seconds=10):
    """Asks again until `ready` gives something true. The time is bounded, so that a run never hangs."""
    deadline = time.monotonic() + deadline_seconds
    while True:
        answer = ready()
        if answer:
            return answer
        if time.monotonic() >= deadline:
            raise AwsFault("wait", "Timeout", f"{what}: not within {deadline_seconds} s")
        time.sleep(min(pause_seconds, max(0.0, deadline - time.monotonic())))
