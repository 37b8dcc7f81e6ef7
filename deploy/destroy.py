"""Takes a whole system down, last step first. Refuses while there are orders, and where nobody can tell."""

import json

from .aws import AwsFault, wait_until
from .steps import BY_NAME, STEPS, StepFault, run_once
from . import stamps

FORCE = "orders-and-all"
TABLE_SECONDS = 600


class Retained:
    """What the stack of step 03 keeps when it goes, by the names that its template gives. They are known without the stack, so that
    a second run of a broken destruction finds them."""

    def __init__(self, app):
        self.table = f"{app}-ledger"
        self.queues = (f"{app}-intents.fifo", f"{app}-intents-dead.fifo")
        self.keys = (f"{app}/token-key", f"{app}/ticket-key")


def stack_of(deployment, step):
    return deployment.stacks(BY_NAME[step]).find(deployment.stack_name(BY_NAME[step]))


def things_sold(deployment, table):
    """A sentence about what was sold, or nothing when it is known that nothing was."""
    return things_in_ledger(deployment, table) or things_in_order_book(deployment)


def things_in_ledger(deployment, table):
    """Confirmed intents stay for ever, so any order has left one there; a ledger that cannot be read counts as full."""
    try:
        answer = deployment.aws.call("dynamodb", "scan", "--table-name", table, "--select", "COUNT", "--limit", "1", "--no-paginate")
    except AwsFault as fault:
        if fault.code != "ResourceNotFoundException":
            return f"the ledger cannot be read ({fault.code})"
        lost = stack_of(deployment, "03-dataplane") and any(
            resource["LogicalResourceId"] == "Table" and resource["ResourceStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
            for resource in deployment.stacks(BY_NAME["03-dataplane"]).resources(deployment.stack_name(BY_NAME["03-dataplane"])))
        return f"the table {table}, which step 03 made, is not there, so it cannot say whether there are orders" if lost else ""
    return f"the table {table} holds intents, and orders may stand behind them" if answer["Count"] else ""


def things_in_order_book(deployment):
    """A ledger that was lost and made again is empty, and the orders are in Aurora all the same. Only a task inside the account
    can look there; where none has ever run and no service was made, nobody has put anything in."""
    stack = stack_of(deployment, "03-dataplane")
    # A deletion that did not come to its end was agreed to before it began.
    if stack is None or stack["StackStatus"].startswith("DELETE_"):
        return ""
    if stack_of(deployment, "05-services") is None and not has_run(deployment):
        return ""
    if not deployment.exercised("AWS::ECS::Service.Tasks", "whether the order book is empty"):
        return ""
    deployment.say("the ledger is empty; the order book is asked as well")
    said = []
    try:
        run_once(deployment, "the question for orders", ["orders", "list", "--limit", "1", "--json"], echo=said.append)
    except (AwsFault, StepFault) as fault:
        return f"the ledger is empty, and the order book cannot be asked whether it is, too ({fault})"
    found = [answer["orders"] for answer in map(parsed, said) if "orders" in answer]
    if not found:
        return "the ledger is empty, and the order book gave no answer that can be read"
    return "the ledger is empty, but there are orders in Aurora" if found[0] else ""


def parsed(line):
    try:
        answer = json.loads(line)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def has_run(deployment):
    """Whether a task of step 08, which makes the tables, has ever written a line; streams outlast what is in them."""
    group = deployment.find_output("WorkerLogGroupName")
    if group is None:
        return False
    return bool(deployment.aws.call("logs", "describe-log-streams", "--log-group-name", group, "--log-stream-name-prefix", "ecs/db-init/",
                                    "--limit", "1", "--no-paginate")["logStreams"])


def destroy(deployment, ask, force=""):
    """`ask` is given a question and answers with what was typed."""
    name = deployment.settings["APP_NAME"]
    retained = Retained(name)
    # Who forces it says that there may be orders: nothing is asked that might not answer, and what can be had back is kept so.
    sold = "forced" if force == FORCE else things_sold(deployment, retained.table)
    if sold and force != FORCE:
        raise StepFault(f"nothing was destroyed: {sold}. To destroy it all the same: make destroy FORCE={FORCE}")
    if ask(f"This destroys {name} in {deployment.settings['AWS_REGION']}. Type {name} to go on: ") != name:
        raise StepFault("nothing was destroyed")
    kept = list(release(deployment))
    for step in reversed(STEPS):
        # From now on no stamp may say that the step stands.
        stamps.remove(step)
        if step.has_stack and deployment.stacks(step).find(deployment.stack_name(step)):
            deployment.say(f"{step.name}: its stack is deleted")
            deployment.stacks(step).delete(deployment.stack_name(step))
    kept += list(remove_retained(deployment, retained, bool(sold)))
    return kept


def release(deployment):
    """Takes off what protects against deletion by mistake: this is on purpose."""
    aws = deployment.aws
    quietly(aws, "elbv2", "modify-load-balancer-attributes", "--load-balancer-arn", balancer(deployment),
            "--attributes", "Key=deletion_protection.enabled,Value=false")
    if deployment.exercised("AWS::RDS::DBCluster", "that Aurora lets itself be deleted"):
        quietly(aws, "rds", "modify-db-cluster", "--db-cluster-identifier", deployment.settings["AURORA_CLUSTER_ID"],
                "--no-deletion-protection", "--apply-immediately")
        yield "the last snapshot of Aurora"


def balancer(deployment):
    """Its ARN, or None. A stack that was never finished has no outputs, so its resources are asked."""
    step = BY_NAME["05-services"]
    stacks, name = deployment.stacks(step), deployment.stack_name(step)
    found = stacks.resources(name) if stacks.find(name) else []
    return next((resource.get("PhysicalResourceId") for resource in found if resource["LogicalResourceId"] == "LoadBalancer"), None)


def remove_retained(deployment, retained, has_orders):
    aws = deployment.aws
    # Nothing writes any more, so this is the last of it. Without it the table stays.
    if has_orders and back_up(aws, retained.table):
        yield f"the backup {retained.table}-before-destroy"
    quietly(aws, "dynamodb", "update-table", "--table-name", retained.table, "--no-deletion-protection-enabled")
    wait_until("the end of the table", lambda: delete_table(aws, retained.table), TABLE_SECONDS, 0.2 if aws.is_stand_in else 5)
    for name in retained.queues:
        quietly(aws, "sqs", "delete-queue", "--queue-url", queue_url(aws, name))
    for name in retained.keys:
        # With orders out there, scanners may still need the key: it can be had back for thirty days.
        window = ["--recovery-window-in-days", "30"] if has_orders else ["--force-delete-without-recovery"]
        quietly(aws, "secretsmanager", "delete-secret", "--secret-id", name, *window)
    if has_orders:
        yield "both keys for thirty days, and their names as long (aws secretsmanager restore-secret)"
    yield "the buckets with access logs, until you delete them"


def back_up(aws, table):
    """False where there is no table: it was lost before, or an earlier run has come further."""
    try:
        aws.call("dynamodb", "create-backup", "--table-name", table, "--backup-name", f"{table}-before-destroy")
    except AwsFault as fault:
        if "NotFound" not in fault.code:
            raise
        return False
    return True


def queue_url(aws, name):
    try:
        return aws.call("sqs", "get-queue-url", "--queue-name", name)["QueueUrl"]
    except AwsFault as fault:
        if "NonExistent" in fault.code or "DoesNotExist" in fault.code:
            return None
        raise


def delete_table(aws, table):
    """False while the table still changes: its protection has just been taken off, or its backup is being made."""
    try:
        quietly(aws, "dynamodb", "delete-table", "--table-name", table)
    except AwsFault as fault:
        if fault.code != "ResourceInUseException":
            raise
        return False
    return True


def quietly(aws, service, operation, *arguments):
    """For what may be gone already: a second run of a broken one must get through."""
    if None in arguments:
        return
    try:
        aws.call(service, operation, *arguments)
    except AwsFault as fault:
        if "NotFound" not in fault.code and "NonExistent" not in fault.code and "notfound" not in fault.message.lower():
            raise
