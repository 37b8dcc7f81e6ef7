"""SQS FIFO queues as Ticket uses them, seen by boto3. moto's differences are listed in docs/aws-double.md."""

import itertools
import json
import threading
import time

import pytest
from botocore.exceptions import ClientError

_names = itertools.count()


@pytest.fixture
def make(sqs):
    def made(**attributes):
        name = f"orders-{next(_names)}.fifo"
        attributes = {"FifoQueue": "true", "VisibilityTimeout": "30"} | attributes
        return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return made


@pytest.fixture
def queue(make):
    return make()


def send(sqs, url, body, group="g", dedup=None):
    return sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=dedup or body)


def receive(sqs, url, count=10, **more):
    return sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, AttributeNames=["All"], **more).get("Messages", [])


def bodies(messages):
    return [message["Body"] for message in messages]


def refused(code, call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    assert error["Code"].removeprefix("AWS.SimpleQueueService.") == code, error


def test_message_with_its_attributes(sqs, queue):
    sent = send(sqs, queue, "héllo", dedup="d")
    message = receive(sqs, queue)[0]
    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "héllo")
    attributes = message["Attributes"]
    assert attributes["MessageGroupId"] == "g" and attributes["ApproximateReceiveCount"] == "1"
    assert attributes["SequenceNumber"] == sent["SequenceNumber"]
    assert abs(int(attributes["SentTimestamp"]) / 1000 - time.time()) < 60


def test_sequence_numbers_rise(sqs, queue):
    numbers = [int(send(sqs, queue, f"m{index}")["SequenceNumber"]) for index in range(10)]
    assert numbers == sorted(numbers)


def test_group_waits_while_one_is_in_flight(sqs, queue):
    for body, group in (("a1", "a"), ("a2", "a"), ("b1", "b")):
        send(sqs, queue, body, group)
    first = receive(sqs, queue, 1)
    assert bodies(first) == ["a1"]
    assert bodies(receive(sqs, queue)) == ["b1"]
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=first[0]["ReceiptHandle"])
    assert bodies(receive(sqs, queue)) == ["a2"]


def test_order_after_release(sqs, queue):
    for index in range(3):
        send(sqs, queue, f"m{index}")
    taken = receive(sqs, queue)
    assert bodies(taken) == ["m0", "m1", "m2"]
    sqs.change_message_visibility_batch(
        QueueUrl=queue, Entries=[{"Id": str(index), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 0}
                                 for index, message in enumerate(taken)])
    assert bodies(receive(sqs, queue)) == ["m0", "m1", "m2"]


def test_order_after_timeout(sqs, make):
    queue = make(VisibilityTimeout="1")
    for index in range(3):
        send(sqs, queue, f"m{index}")
    assert len(receive(sqs, queue)) == 3
    time.sleep(1.2)
    assert bodies(receive(sqs, queue)) == ["m0", "m1", "m2"]


def test_duplicate_is_answered_like_the_first(sqs, queue):
    first = send(sqs, queue, "m", dedup="d")
    again = send(sqs, queue, "m", dedup="d")
    assert again["MessageId"] == first["MessageId"] and again["SequenceNumber"] == first["SequenceNumber"]


def test_duplicate_is_not_queued(sqs, queue):
    send(sqs, queue, "m", dedup="d")
    send(sqs, queue, "m", dedup="d")
    assert bodies(receive(sqs, queue)) == ["m"]


def test_dedup_outlives_a_delete(sqs, queue):
    send(sqs, queue, "m", dedup="d")
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=receive(sqs, queue)[0]["ReceiptHandle"])
    send(sqs, queue, "m", dedup="d")
    assert receive(sqs, queue) == []


def test_dedup_scope_of_a_group(sqs, make):
    queue = make(DeduplicationScope="messageGroup", FifoThroughputLimit="perMessageGroupId")
    send(sqs, queue, "a", "a", dedup="d")
    send(sqs, queue, "b", "b", dedup="d")
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert attributes["ApproximateNumberOfMessages"] == "2"


def test_attempt_asked_for_again(sqs, queue):
    send(sqs, queue, "m")
    first = receive(sqs, queue, ReceiveRequestAttemptId="try")
    again = receive(sqs, queue, ReceiveRequestAttemptId="try")
    assert [message["ReceiptHandle"] for message in again] == [message["ReceiptHandle"] for message in first]


def test_expired_handle(sqs, make):
    queue = make(VisibilityTimeout="1")
    send(sqs, queue, "m")
    handle = receive(sqs, queue)[0]["ReceiptHandle"]
    time.sleep(1.2)
    refused("InvalidParameterValue", sqs.delete_message, QueueUrl=queue, ReceiptHandle=handle)


def test_deleting_twice(sqs, queue):
    send(sqs, queue, "m")
    handle = receive(sqs, queue)[0]["ReceiptHandle"]
    for _ in range(2):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=handle)


def test_long_poll_ends_with_a_message(sqs, queue):
    timer = threading.Timer(0.3, send, (sqs, queue, "late"))
    timer.start()
    start = time.monotonic()
    assert bodies(receive(sqs, queue, WaitTimeSeconds=5)) == ["late"]
    assert time.monotonic() - start < 4
    timer.join()


def test_partial_failure(sqs, queue):
    send(sqs, queue, "m")
    handle = receive(sqs, queue)[0]["ReceiptHandle"]
    done = sqs.delete_message_batch(QueueUrl=queue, Entries=[
        {"Id": "good", "ReceiptHandle": handle}, {"Id": "bad", "ReceiptHandle": "nonsense"}])
    assert [entry["Id"] for entry in done["Successful"]] == ["good"]
    assert [(entry["Id"], entry["Code"]) for entry in done["Failed"]] == [("bad", "ReceiptHandleIsInvalid")]


def test_bad_batches(sqs, queue):
    def entry(identifier):
        return {"Id": identifier, "MessageBody": "m", "MessageGroupId": "g", "MessageDeduplicationId": identifier}
    refused("TooManyEntriesInBatchRequest", sqs.send_message_batch, QueueUrl=queue, Entries=[entry(str(n)) for n in range(11)])
    refused("BatchEntryIdsNotDistinct", sqs.send_message_batch, QueueUrl=queue, Entries=[entry("a"), entry("a")])


def test_missing_queue(sqs, queue):
    refused("NonExistentQueue", sqs.send_message, QueueUrl=queue + "x", MessageBody="m")


def test_dead_letters(sqs, make):
    dead = make()
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = make(VisibilityTimeout="0", RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2}))
    send(sqs, queue, "m")
    assert [bodies(receive(sqs, queue)) for _ in range(3)] == [["m"], ["m"], []]
    assert bodies(receive(sqs, dead)) == ["m"]


def test_move_task(sqs, make):
    dead = make()
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    queue = make(VisibilityTimeout="0", RedrivePolicy=json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 1}))
    send(sqs, queue, "m")
    receive(sqs, queue), receive(sqs, queue)
    sqs.start_message_move_task(SourceArn=arn)
    assert bodies(receive(sqs, queue, WaitTimeSeconds=2)) == ["m"]


def test_contradicting_attributes(sqs, make):
    with pytest.raises(ClientError):
        make(FifoThroughputLimit="perMessageGroupId", DeduplicationScope="queue")
