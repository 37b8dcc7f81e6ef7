"""What no AWS does on demand: faults, counts, the clock, and signatures that are wrong."""

import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from aws_servers import KEY, SECRET, Double, client


@pytest.fixture
def fresh(double):
    double.control("/reset", {})
    db, sqs = client("dynamodb", double.url), client("sqs", double.url)
    db.create_table(TableName="one", BillingMode="PAY_PER_REQUEST",
                    AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                    KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}])
    url = sqs.create_queue(QueueName="one.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    return db, sqs, url


def put(db, pk):
    return db.put_item(TableName="one", Item={"pk": {"S": pk}})


def is_there(db, pk):
    return "Item" in db.get_item(TableName="one", Key={"pk": {"S": pk}})


def test_dropped_answer_was_done(double, fresh):
    double.control("/faults/next", {"operation": "DynamoDB.PutItem", "fault": "drop"})
    with pytest.raises(ConnectionClosedError):
        put(fresh[0], "a")
    assert is_there(fresh[0], "a")


def test_errors_before_and_after(double, fresh):
    for fault, done in (("errorBefore", False), ("errorAfter", True)):
        double.control("/faults/next", {"operation": "DynamoDB.PutItem", "fault": fault})
        with pytest.raises(ClientError) as caught:
            put(fresh[0], fault)
        assert caught.value.response["Error"]["Code"] == "InternalServerError"
        assert is_there(fresh[0], fault) == done


def test_latency(double, fresh):
    double.control("/faults", {"latencyMs": 200})
    start = time.monotonic()
    put(fresh[0], "a")
    assert time.monotonic() - start >= 0.2


def test_clock_ends_visibility_for_one_who_waits(double, fresh):
    _, sqs, url = fresh
    sqs.send_message(QueueUrl=url, MessageBody="m", MessageGroupId="g", MessageDeduplicationId="d")
    assert sqs.receive_message(QueueUrl=url)["Messages"]
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    double.control("/clock", {"advanceMs": 31_000})
    assert sqs.receive_message(QueueUrl=url)["Messages"][0]["Body"] == "m"


def test_counts(double, fresh):
    put(fresh[0], "a")
    counts = double.control("/counts")
    assert counts["calls"]["DynamoDB.PutItem"] == {"calls": 1, "readUnits": 0, "writeUnits": 1, "refused": {}}
    assert counts["billed"]["writeUnits"] == 1


def test_wrong_signatures(tmp_path):
    made = Double(tmp_path, "--check-signatures", KEY, SECRET)
    try:
        client("dynamodb", made.url).list_tables()
        client("sqs", made.url).list_queues()
        for key, secret, code in ((KEY, "wrong", "InvalidSignatureException"), ("WRONG", SECRET, "UnrecognizedClientException")):
            with pytest.raises(ClientError) as caught:
                client("dynamodb", made.url, key, secret).list_tables()
            assert caught.value.response["Error"]["Code"] == code
        made.control("/clock", {"advanceMs": 301_000})
        with pytest.raises(ClientError) as caught:
            client("dynamodb", made.url).list_tables()
        assert "Signature expired" in caught.value.response["Error"]["Message"]
    finally:
        made.process.terminate()
        assert made.process.wait(10) == 0
