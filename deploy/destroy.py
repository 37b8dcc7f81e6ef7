"""Takes a whole system down, last step first. Refuses while there are orders."""

from .aws import AwsFault
from .steps import SERVICES, STEPS, BY_NAME, StepFault
from . import stamps

FORCE = "orders-and-all"


def things_sold(deployment):
    """A sentence about what is in the ledger, or nothing when it is empty. Confirmed intents stay for ever, so any order has
    left one there; a ledger that cannot be read counts as full."""
    data = BY_NAME["03-dataplane"]
    if deployment.stacks(data).find(deployment.stack_name(data)) is None:
        return ""
    try:
        table = deployment.output("TableName")
        answer = deployment.aws.call("dynamodb", "scan", "--table-name", table, "--select", "COUNT", "--limit", "1", "--no-paginate")
    except AwsFault as fault:
        return f"the ledger cannot be read ({fault.code})"
    return f"the table {table} holds intents, and orders may stand behind them" if answer["Count"] else ""


def destroy(deployment, ask, force=""):
    """`ask` is given a question and answers with what was typed."""
    sold = things_sold(deployment)
    if sold and force != FORCE:
        raise StepFault(f"nothing was destroyed: {sold}. To destroy it all the same: make destroy FORCE={FORCE}")
    name = deployment.settings["APP_NAME"]
    if ask(f"This destroys {name} in {deployment.settings['AWS_REGION']}. Type {name} to go on: ") != name:
        raise StepFault("nothing was destroyed")
    kept = list(release(deployment, bool(sold)))
    for step in reversed(STEPS):
        # From now on no stamp may say that the step stands.
        stamps.remove(step)
        if step.has_stack and deployment.stacks(step).find(deployment.stack_name(step)):
            deployment.say(f"{step.name}: its stack is deleted")
            deployment.stacks(step).delete(deployment.stack_name(step))
    kept += list(remove_retained(deployment, bool(sold)))
    return kept


def release(deployment, has_orders):
    """Takes off what protects against deletion by mistake: this is on purpose."""
    aws = deployment.aws
    quietly(aws, "elbv2", "modify-load-balancer-attributes", "--load-balancer-arn", deployment.find_output("LoadBalancerArn"),
            "--attributes", "Key=deletion_protection.enabled,Value=false")
    if deployment.exercised("AWS::RDS::DBCluster", "that Aurora lets itself be deleted"):
        quietly(aws, "rds", "modify-db-cluster", "--db-cluster-identifier", deployment.settings["AURORA_CLUSTER_ID"],
                "--no-deletion-protection", "--apply-immediately")
        yield "the last snapshot of Aurora"
    for name in (*SERVICES, "xray"):
        quietly(aws, "ecr", "delete-repository", "--force", "--repository-name", f"{deployment.settings['APP_NAME']}/{name}")
    table = deployment.find_output("TableName")
    if has_orders and table:
        quietly(aws, "dynamodb", "create-backup", "--table-name", table, "--backup-name", f"{table}-before-destroy")
        yield f"the backup {table}-before-destroy"
    # The stack keeps these when it goes; their names are read while it still knows them.
    deployment.retained = {key: deployment.find_output(key) for key in
                           ("TableName", "QueueUrl", "DeadLetterQueueUrl", "TokenKeySecretArn", "TicketKeySecretArn")}


def remove_retained(deployment, has_orders):
    aws, kept = deployment.aws, deployment.retained
    quietly(aws, "dynamodb", "update-table", "--table-name", kept["TableName"], "--no-deletion-protection-enabled")
    quietly(aws, "dynamodb", "delete-table", "--table-name", kept["TableName"])
    for key in ("QueueUrl", "DeadLetterQueueUrl"):
        quietly(aws, "sqs", "delete-queue", "--queue-url", kept[key])
    for key in ("TokenKeySecretArn", "TicketKeySecretArn"):
        # With orders out there, scanners may still need the key: it can be had back for thirty days.
        window = ["--recovery-window-in-days", "30"] if has_orders else ["--force-delete-without-recovery"]
        quietly(aws, "secretsmanager", "delete-secret", "--secret-id", kept[key], *window)
    yield "the buckets with access logs, until you delete them"


def quietly(aws, service, operation, *arguments):
    """For what may be gone already: a second run of a broken one must get through."""
    if None in arguments:
        return
    try:
        aws.call(service, operation, *arguments)
    except AwsFault as fault:
        if "NotFound" not in fault.code and "NonExistent" not in fault.code and "notfound" not in fault.message.lower():
            raise
