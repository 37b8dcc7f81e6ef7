"""Takes a whole system down, last step first. Refuses while there are orders."""

from .aws import AwsFault, wait_until
from .steps import BY_NAME, STEPS, StepFault
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


def things_sold(deployment, table):
    """A sentence about what is in the ledger, or nothing when it is empty. Confirmed intents stay for ever, so any order has
    left one there; a ledger that cannot be read counts as full."""
    try:
        answer = deployment.aws.call("dynamodb", "scan", "--table-name", table, "--select", "COUNT", "--limit", "1", "--no-paginate")
    except AwsFault as fault:
        return "" if fault.code == "ResourceNotFoundException" else f"the ledger cannot be read ({fault.code})"
    return f"the table {table} holds intents, and orders may stand behind them" if answer["Count"] else ""


def destroy(deployment, ask, force=""):
    """`ask` is given a question and answers with what was typed."""
    name = deployment.settings["APP_NAME"]
    retained = Retained(name)
    sold = things_sold(deployment, retained.table)
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
    if has_orders:
        # Nothing writes any more, so this is the last of it. Without it the table stays.
        aws.call("dynamodb", "create-backup", "--table-name", retained.table, "--backup-name", f"{retained.table}-before-destroy")
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
