"""The peer of bench/confirm.py: the same purchase on FastAPI and aiobotocore, as one would write it today.

Run by uvicorn with uvloop and httptools, one process. It makes the same calls as ticket-confirm: one TransactWriteItems
with intent, seat and tally, then the message, of which those of ten requests or of 5 ms leave together. It does less:
a token is read and not verified, and there are no limits, no replays and no explanations of a refusal.
"""

import asyncio
import base64
import contextlib
import hashlib
import json
import os
import time
import uuid

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError
from fastapi import FastAPI, Header, HTTPException, Response
from pydantic import BaseModel

TABLE, QUEUE_URL = os.environ["PEER_TABLE"], os.environ["PEER_QUEUE_URL"]
BATCH, LINGER_SECONDS, HOLD_MS = 10, 0.005, 600_000


class Payment(BaseModel):
    method: str
    token: str


class Purchase(BaseModel):
    event: str
    seats: list[str]
    payment: Payment


class Outbox:
    """Gathers messages as the SQS adapter does."""

    def __init__(self, sqs):
        self.sqs = sqs
        self.waiting = []
        self.timer = None

    async def send(self, intent):
        sent = asyncio.get_running_loop().create_future()
        self.waiting.append((intent, sent))
        if len(self.waiting) >= BATCH:
            self.flush()
        elif self.timer is None:
            self.timer = asyncio.get_running_loop().call_later(LINGER_SECONDS, self.flush)
        await sent

    def flush(self):
        if self.timer is not None:
            self.timer.cancel()
            self.timer = None
        batch, self.waiting = self.waiting, []
        if batch:
            asyncio.ensure_future(self.deliver(batch))

    async def deliver(self, batch):
        entries = [{"Id": str(place), "MessageBody": json.dumps({"v": 1, "kind": "intent", "id": intent}),
                    "MessageGroupId": intent, "MessageDeduplicationId": intent} for place, (intent, _) in enumerate(batch)]
        try:
            answer = await self.sqs.send_message_batch(QueueUrl=QUEUE_URL, Entries=entries)
            failed = {entry["Id"] for entry in answer.get("Failed", [])}
        except Exception as problem:  # Whoever waits has to hear of it, whatever it is.
            for _, sent in batch:
                sent.set_exception(problem)
            return
        for place, (_, sent) in enumerate(batch):
            if str(place) in failed:
                sent.set_exception(RuntimeError("not queued"))
            else:
                sent.set_result(None)


state = {}


@contextlib.asynccontextmanager
async def lifespan(_):
    session = get_session()
    config = AioConfig(max_pool_connections=128)
    async with session.create_client("dynamodb", config=config) as dynamodb, session.create_client("sqs", config=config) as sqs:
        state["dynamodb"], state["outbox"] = dynamodb, Outbox(sqs)
        yield


app = FastAPI(lifespan=lifespan)


def moment(ms):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(ms / 1000)) + f".{ms % 1000:03}Z"


@app.post("/confirm/payment-intent", status_code=201)
async def purchase(body: Purchase, response: Response, authorization: str = Header(), idempotency_key: str = Header()):
    claims = authorization.split(".")[2]
    buyer = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["sub"]
    now = time.time_ns() // 1_000_000
    digest = hashlib.sha256(f"{buyer}\nconfirm\n{idempotency_key}".encode()).digest()
    intent = "pi_" + base64.b32encode(digest).decode().lower().rstrip("=")
    section = body.seats[0].split("-")[0]
    answer = {"id": intent, "status": "pending", "event": body.event, "seats": body.seats,
              "amount": {"value": 5000 * len(body.seats), "currency": "EUR"}, "order": None,
              "expiresAt": moment(now + HOLD_MS), "serverTime": moment(now)}
    attempt = uuid.uuid4().hex
    writes = [{
        "pk": {"S": f"I#{intent}"}, "sk": {"S": "-"}, "st": {"S": "pending"}, "ev": {"S": body.event}, "by": {"S": buyer},
        "pm": {"S": body.payment.method}, "pt": {"S": body.payment.token},
        "fp": {"B": hashlib.sha256(body.model_dump_json().encode()).digest()}, "at": {"B": bytes.fromhex(attempt)},
        "an": {"B": json.dumps(answer).encode()}, "cu": {"S": "EUR"},
        "se": {"S": " ".join(f"{seat}/{section}/5000" for seat in body.seats)}, "ca": {"N": str(now)}, "he": {"N": str(now + HOLD_MS)},
        "openShard": {"S": f"O#{digest[0] % 64}"}, "openSince": {"S": f"{now:015}#{intent}"}}]
    conditions = [{"ConditionExpression": "attribute_not_exists(pk)"}]
    for seat in body.seats:
        writes.append({
            "pk": {"S": f"E#{body.event}#S#{section}"}, "sk": {"S": seat}, "st": {"S": "held"}, "ow": {"S": intent},
            "he": {"N": str(now + HOLD_MS)}, "purgeAfter": {"N": str(now // 1000 + 86_400)}})
        conditions.append({"ConditionExpression": "attribute_not_exists(pk) OR (st = :held AND he <= :now)",
                           "ExpressionAttributeValues": {":held": {"S": "held"}, ":now": {"N": str(now)}}})
    writes.append({"pk": {"S": f"B#{body.event}#{buyer}"}, "sk": {"S": "-"}, "vs": {"N": "1"},
                   "es": {"M": {intent: {"S": f"{len(body.seats)}@{now + HOLD_MS}"}}}})
    conditions.append({"ConditionExpression": "attribute_not_exists(pk)"})
    try:
        await state["dynamodb"].transact_write_items(
            ClientRequestToken=attempt,
            TransactItems=[{"Put": {"TableName": TABLE, "Item": item, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"} | condition}
                           for item, condition in zip(writes, conditions)])
    except ClientError as problem:
        raise HTTPException(409, "seat-unavailable") from problem
    await state["outbox"].send(intent)
    response.headers["Location"] = f"/confirm/payment-intent/{intent}"
    return answer
