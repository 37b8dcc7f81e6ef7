"""python3 -m deploy WHAT ...: what the AWS targets of the Makefile run.

  settings                 check env.sh and show what is in force
  step NAME                do one step and verify it; skipped when its stamp is fresh
  plan [NAME...]           what would change; changes nothing
  status                   stacks, stamps, services and the queue
  roll-out SERVICE         register, roll out, watch for five minutes, keep or go back
  rollback SERVICE         back to the revision before
  ticket WORDS...          run a command of `ticket` as a task inside the account, and print what it said
  destroy [FORCE]          take everything down
"""

import json
import sys

from . import stamps
from .aws import AwsFault
from .destroy import destroy
from .images import ImageFault
from .services import Services, short
from .settings import SettingsFault, load
from .stacks import StackFault
from .steps import BY_NAME, SERVICES, STEPS, Deployment, StepFault, run_once
from .tasks import TaskFault

USAGE_CODE, FAULT_CODE = 64, 1


def say(line):
    print(f"  {line}", flush=True)


def run_step(deployment, name):
    step = BY_NAME[name]
    inputs = deployment.inputs(step)
    if stamps.is_fresh(step, inputs):
        print(f"{name}: stands (its stamp is fresh)")
        return
    # A stamp that is not fresh says something false from here on, whatever happens.
    stamps.remove(step)
    print(f"{name}: {deployment.stack_name(step) if step.has_stack else 'ECS'} in {deployment.region_of(step)}", flush=True)
    deployment.check_account()
    changed = deployment.run(step)
    # What the step made may have changed what its inputs say, never what they are made from.
    stamps.write(step, inputs)
    print(f"{name}: {'done' if changed else 'nothing to change'}, verified")


def plan(deployment, names):
    deployment.check_account()
    for step in STEPS:
        if names and step.name not in names:
            continue
        lines = deployment.plan(step)
        print(f"{step.name}: {'nothing would change' if not lines else ''}".rstrip())
        for line in lines:
            say(line)


def status(deployment):
    deployment.check_account()
    for step in STEPS:
        stamp = "fresh" if stamps.is_fresh(step, deployment.inputs(step)) else "none or old"
        stack = deployment.stacks(step).find(deployment.stack_name(step)) if step.has_stack else None
        state = stack["StackStatus"] if stack else ("absent" if step.has_stack else "-")
        print(f"{step.name:16} {state:28} stamp {stamp}")
    if deployment.find_output("PublicServiceName") is None:
        return
    answer = deployment.aws.call("ecs", "describe-services", "--cluster", deployment.output("ClusterName"),
                                 "--services", *[deployment.tasks.family(name) for name in SERVICES])
    for service in answer["services"]:
        print(f"{service['serviceName']:16} {short(service['taskDefinition']):28} "
              f"{service['runningCount']} of {service['desiredCount']} tasks run")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for key in ("QueueUrl", "DeadLetterQueueUrl"):
        url = deployment.output(key)
        counts = deployment.aws.call("sqs", "get-queue-attributes", "--queue-url", url, "--attribute-names", *names)["Attributes"]
        print(f"{url.rsplit('/', 1)[1]:45} {counts[names[0]]} wait, {counts[names[1]]} in flight")
    print(f"https://{deployment.settings['DOMAIN_NAME']}")


def ask(question):
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    return input(question).strip()


def forget_revisions():
    """What the stamps say of the revisions that run is not so any more, however this ends."""
    for name in ("04-taskdefs", "05-services"):
        stamps.remove(BY_NAME[name])


def service_of(arguments):
    if len(arguments) != 1 or arguments[0] not in SERVICES:
        raise SettingsFault([f"name one service: {', '.join(SERVICES)}"])
    return arguments[0]


def main(words):
    if not words or words[0] not in ("settings", "step", "plan", "status", "roll-out", "rollback", "ticket", "destroy"):
        print(__doc__, file=sys.stderr)
        return USAGE_CODE
    what, arguments = words[0], words[1:]
    try:
        deployment = Deployment(load(), say)
        if what == "settings":
            print(json.dumps(deployment.settings, indent=2))
        elif what == "step":
            unknown = [name for name in arguments if name not in BY_NAME]
            if unknown or not arguments:
                raise SettingsFault([f"name steps: {', '.join(BY_NAME)}"])
            for name in arguments:
                run_step(deployment, name)
        elif what == "plan":
            plan(deployment, arguments)
        elif what == "status":
            status(deployment)
        elif what == "roll-out":
            service = service_of(arguments)
            deployment.check_account()
            forget_revisions()
            if not Services(deployment).roll_out(service):
                return FAULT_CODE
        elif what == "rollback":
            service = service_of(arguments)
            deployment.check_account()
            forget_revisions()
            Services(deployment).roll_back(service)
        elif what == "ticket":
            if not arguments:
                raise SettingsFault(["say which command, for example: integrity demo"])
            deployment.check_account()
            run_once(deployment, f"ticket {' '.join(arguments)}", arguments, echo=print)
        else:
            deployment.check_account()
            kept = destroy(deployment, ask, arguments[0] if arguments else "")
            print("destroyed; what is kept: " + "; ".join(kept))
        return 0
    except SettingsFault as fault:
        for problem in fault.problems:
            print(f"error: {problem}", file=sys.stderr)
        return USAGE_CODE
    except (AwsFault, ImageFault, StackFault, StepFault, TaskFault) as fault:
        print(f"error: {fault}", file=sys.stderr)
        return FAULT_CODE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
