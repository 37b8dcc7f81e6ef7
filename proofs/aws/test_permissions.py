"""Each role allows what its process calls, on what it calls it, and nothing else: moto allows everything, so nothing else would
show it."""

import pathlib
import re

import pytest

import template

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources"
# What AWS asks of a caller for each operation (service authorization reference): a batch is its single call, and a
# transaction is the calls inside it.
ACTIONS = {
    "SendMessageBatch": {"sqs:SendMessage"}, "ReceiveMessage": {"sqs:ReceiveMessage"}, "DeleteMessageBatch": {"sqs:DeleteMessage"},
    "ChangeMessageVisibilityBatch": {"sqs:ChangeMessageVisibility"}, "GetQueueAttributes": {"sqs:GetQueueAttributes"},
    "GetQueueUrl": {"sqs:GetQueueUrl"},
    "GetItem": {"dynamodb:GetItem"}, "BatchGetItem": {"dynamodb:BatchGetItem"}, "Query": {"dynamodb:Query"},
    "PutItem": {"dynamodb:PutItem"}, "UpdateItem": {"dynamodb:UpdateItem"}, "DeleteItem": {"dynamodb:DeleteItem"},
    "TransactWriteItems": {f"dynamodb:{name}Item" for name in ("Put", "Update", "Delete")},
}
# Made by a template on AWS; the code makes them for tests and for trying things out (`ticket cloud create`).
NOT_IN_THE_ACCOUNT = {"CreateQueue", "CreateTable", "DeleteTable", "DescribeTable", "UpdateTimeToLive"}
QUEUE, DEAD, TABLE, INDEX = "Queue.Arn", "DeadLetterQueue.Arn", "Table.Arn", "${Table.Arn}/index/open"
LOOK = [("GetQueueAttributes", QUEUE), ("GetQueueAttributes", DEAD)]
# What a call of a port becomes (Sources/SQS, Sources/DynamoDB).
PORTS = {
    "queue.stats": LOOK, "queue.send": [("SendMessageBatch", QUEUE)], "queue.delete": [("DeleteMessageBatch", QUEUE)],
    # What is received by a call that nobody waits for any more is given back.
    "queue.receive": [("ReceiveMessage", QUEUE), ("ChangeMessageVisibilityBatch", QUEUE)],
    **dict.fromkeys(("queue.changeVisibility", "queue.extend", "queue.release"), [("ChangeMessageVisibilityBatch", QUEUE)]),
    "queue.takeDead": [("ReceiveMessage", DEAD)], "queue.deleteDead": [("DeleteMessageBatch", DEAD)],
    "ledger.open": [("TransactWriteItems", TABLE), ("GetItem", TABLE), ("PutItem", TABLE)],
    **dict.fromkeys(("ledger.claim", "ledger.settle", "ledger.cancel"), [("TransactWriteItems", TABLE), ("GetItem", TABLE)]),
    **dict.fromkeys(("ledger.intent", "ledger.conflicts"), [("GetItem", TABLE)]),
    **dict.fromkeys(("ledger.locks", "ledger.lockedSections"), [("Query", TABLE)]),
    "ledger.openIntents": [("Query", INDEX), ("BatchGetItem", TABLE)],
    **dict.fromkeys(("deadLetters.record", "deadLetters.bury", "deadLetters.beginRedrive", "deadLetters.remove"), [("UpdateItem", TABLE)]),
    **dict.fromkeys(("deadLetters.failureCounts", "deadLetters.letter"), [("GetItem", TABLE)]),
    **dict.fromkeys(("deadLetters.letters", "deadLetters.letterCount"), [("Query", TABLE)]),
    "deadLetters.forgetFailures": [("DeleteItem", TABLE)],
}
# Which folders run in which process. The tool's commands run as tasks with the worker's role (deploy/tasks.py).
RUNS = {"public": ["PublicSite"], "confirm": ["ConfirmDesk"], "worker": ["OrderWorker", "Bootstrap/Commands"]}
# What all of them do when they start and when they are asked whether they are ready (Bootstrap: Stores, StoreProbes).
ALWAYS = [("GetQueueAttributes", QUEUE), ("GetQueueUrl", DEAD), *PORTS["queue.stats"], *PORTS["ledger.intent"]]


def text_of(folder):
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((SOURCES / folder).rglob("*.swift")))


def operations():
    """Every operation that the two adapters name."""
    named = set()
    for folder in ("SQS", "DynamoDB"):
        named |= set(re.findall(r'(?:AWSRequest\(\s*\.\w+, |(?:url|batch)\(\s*)"([A-Z][A-Za-z]+)"', text_of(folder)))
    return named


def calls_of(process):
    text = "\n".join(text_of(folder) for folder in RUNS[process])
    found = re.findall(r"(?<![A-Za-z])(queue|ledger|seatLedger|deadLetters)\.([a-zA-Z]+)\(", text)
    return {f"{'ledger' if port == 'seatLedger' else port}.{call}" for port, call in found}


def resource(value):
    return value.get("Fn::GetAtt") or value["Fn::Sub"]


def allowed(process):
    pairs = set()
    for policy in template.resources(template.load("03-dataplane"), "AWS::IAM::Policy").values():
        if {"Ref": f"{process.capitalize()}TaskRoleName"} not in policy["Roles"]:
            continue
        for statement in policy["PolicyDocument"]["Statement"]:
            actions = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
            resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
            pairs |= {(action, resource(one)) for action in actions for one in resources}
    return pairs


def needed(process):
    calls = [call for name in calls_of(process) for call in PORTS[name]]
    return {(action, place) for operation, place in [*ALWAYS, *calls] for action in ACTIONS[operation]}


def test_every_operation_in_the_sources_is_known_here():
    assert operations() == set(ACTIONS) | NOT_IN_THE_ACCOUNT
    assert {operation for calls in [*PORTS.values(), ALWAYS] for operation, _ in calls} == set(ACTIONS)


def test_a_transaction_is_made_of_what_is_known_here():
    """Each kind of action asks for a permission of its own: `ConditionCheck` would be one more."""
    written = re.findall(r'writer\.object\("([A-Z][A-Za-z]+)"\) \{ writeParts', text_of("DynamoDB"))
    assert {f"dynamodb:{kind}Item" for kind in written} == ACTIONS["TransactWriteItems"]


@pytest.mark.parametrize("process", RUNS)
def test_a_role_allows_what_its_process_calls(process):
    assert not needed(process) - allowed(process)


@pytest.mark.parametrize("process", RUNS)
def test_a_role_allows_nothing_that_its_process_never_calls(process):
    assert not allowed(process) - needed(process)


@pytest.mark.parametrize("process", RUNS)
def test_the_calls_of_a_process_were_found_at_all(process):
    """Without this a renamed port would leave the tests above with nothing to compare."""
    least = {"public": {"ledger.locks", "queue.stats"}, "confirm": {"ledger.open", "queue.send"},
             "worker": {"ledger.openIntents", "queue.takeDead", "deadLetters.bury", "queue.receive"}}
    assert calls_of(process) >= least[process]


def test_only_the_worker_may_take_messages_and_public_writes_nothing():
    assert not {action for action, _ in allowed("public") if not re.search(r":(Get|BatchGet|Query)", action)}
    assert "sqs:ReceiveMessage" not in {action for action, _ in allowed("confirm")}
