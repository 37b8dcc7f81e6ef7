"""The mix of `ticket load` for Locust: 70 % reads, 20 % purchases, and 10 % purchases where `ticket load` sends the queue's messages.

    locust -f bench/locust/locustfile.py --headless --host http://127.0.0.1:8080 --users 200 --spawn-rate 50 --run-time 60s

A user waits for its answer before it asks again, so a server that stalls is asked less: `ticket load` is the one to judge by.
MIX_EVENTS (ids, separated by commas) chooses events, MIX_TOKENS names a file of buyers' tokens, MIX_RATE is what a user
asks a second, MIX_SEED makes the choices the same again.
"""

import os
import random
import uuid

import gevent.lock
from locust import FastHttpUser, constant_throughput, events, task

HOT_SEATS, HOT_PERCENT = 50, 20
MOST_KEPT = 64


class Sale:
    """What a buyer may know before choosing; read once for all users."""

    def __init__(self):
        self._lock = gevent.lock.BoundedSemaphore()
        self.events = None
        path = os.environ.get("MIX_TOKENS")
        self._tokens = open(path).read().split() if path else []
        self._given = 0

    def load(self, client):
        with self._lock:
            if self.events is None:
                self.events = self._read(client)

    def _read(self, client):
        chosen = [name for name in os.environ.get("MIX_EVENTS", "").split(",") if name]
        ids = chosen or [event["id"] for event in client.get("/public/events", name="(before) events").json()["events"]]
        found = []
        for event_id in ids:
            page = client.get(f"/public/events/{event_id}", name="(before) event").json()
            seats = client.get(page["map"]["url"], name="(before) map").json()["seats"]
            found.append({
                "id": event_id, "map": page["map"]["url"], "most": page["limits"]["seatsPerIntent"],
                "sections": [section["id"] for section in page["sections"]], "seats": [seat["id"] for seat in seats],
                "version": None,
            })
        return found

    def token(self, client):
        if self._tokens:
            self._given += 1
            return self._tokens[self._given % len(self._tokens)]
        return client.post("/confirm/buyer", name="(before) buyer").json()["token"]


SALE = Sale()
CHANCE = random.Random(os.environ.get("MIX_SEED"))


class Buyer(FastHttpUser):
    """The weights are halves of a percent of all requests."""

    wait_time = constant_throughput(float(os.environ.get("MIX_RATE", "1")))

    def on_start(self):
        SALE.load(self.client)
        self.token = SALE.token(self.client)
        self.bought = []

    # 70 %: reads

    @task(21)
    def event(self):
        self.read(f"/public/events/{self.any_event()['id']}", "event")

    @task(7)
    def map(self):
        self.read(self.any_event()["map"], "map")

    @task(84)
    def availability(self):
        event = self.any_event()
        since = f"?since={event['version']}" if event["version"] else ""
        answer = self.read(f"/public/events/{event['id']}/availability{since}", "availability")
        if answer is not None:
            event["version"] = answer.json()["version"]

    @task(28)
    def seats(self):
        event = self.any_event()
        section = f"?section={CHANCE.choice(event['sections'])}" if len(event["seats"]) > 5_000 else ""
        self.read(f"/public/events/{event['id']}/seats{section}", "seats")

    # 20 %: purchases; and 10 % more, which are messages of the queue

    @task(50)
    def buy(self):
        event = self.any_event()
        among = HOT_SEATS if CHANCE.random() * 100 < HOT_PERCENT else len(event["seats"])
        count = CHANCE.randint(1, min(2, event["most"]))
        first = min(CHANCE.randrange(min(among, len(event["seats"]))), len(event["seats"]) - count)
        return self.post(event, event["seats"][first:first + count], str(uuid.uuid4()), "payment-intent", (201,), refused=(403, 409))

    @task(4)
    def buy_again(self):
        """The same key and body: the very bytes of the first answer; 409 when another has just taken what was cancelled."""
        if not self.bought:
            return self.buy()
        event, seats, key, first = CHANCE.choice(self.bought)
        self.post(event, seats, key, "payment-intent again", (200,), refused=(409,), same_as=first)

    @task(2)
    def take_what_is_taken(self):
        if not self.bought:
            return self.buy()
        event, seats, _, _ = CHANCE.choice(self.bought)
        # 201 when it was cancelled meanwhile.
        self.post(event, seats, str(uuid.uuid4()), "payment-intent for a taken seat", (201, 409))

    @task(2)
    def reuse_a_key(self):
        if not self.bought:
            return self.buy()
        event, seats, key, _ = CHANCE.choice(self.bought)
        other = seats[:-1] if len(seats) > 1 else [event["seats"][event["seats"].index(seats[0]) - 1]]
        self.post(event, other, key, "payment-intent with a used key", (422,), refused=(409,))

    @task(2)
    def cancel(self):
        """A purchase that is cancelled at once, as a request on top."""
        intent = self.buy()
        if intent is None:
            return
        with self.client.post(
                f"/confirm/payment-intent/{intent}/cancel", headers=self.headers(), name="cancel", catch_response=True) as answer:
            # The worker may have been faster.
            self.judge(answer, (200, 409))

    # What they share

    @staticmethod
    def any_event():
        return CHANCE.choice(SALE.events)

    def headers(self, **more):
        return {"Authorization": f"Bearer {self.token}", **more}

    def read(self, path, name):
        with self.client.get(path, name=name, catch_response=True) as answer:
            return answer if self.judge(answer, (200,)) else None

    def post(self, event, seats, key, name, expected, refused=(), same_as=None):
        """The id of the intent that was made, if one was."""
        body = {"event": event["id"], "seats": seats, "payment": {"method": "sandbox", "token": "tok_ok"}}
        with self.client.post(
                "/confirm/payment-intent", json=body, headers=self.headers(**{"Idempotency-Key": key}), name=name,
                catch_response=True) as answer:
            # A refusal is an answer in order: it says what the buyer has to know.
            if not self.judge(answer, expected + refused):
                return None
            if same_as is not None and answer.status_code == 200 and answer.content != same_as:
                answer.failure("the same key got other bytes")
            if answer.status_code == 201:
                intent = answer.json()["id"]
                self.bought = [*self.bought[1 - MOST_KEPT:], (event, seats, key, answer.content)]
                return intent
            return None

    @staticmethod
    def judge(answer, expected):
        if answer.status_code in expected or answer.status_code == 429:
            answer.success()
            return answer.status_code != 429
        answer.failure(f"{answer.status_code}: {(answer.text or '')[:200]}")
        return False


@events.quitting.add_listener
def exit_code(environment, **_):
    """As `ticket load`: 1 when 2 % or more failed, or p95 was above 200 ms."""
    total = environment.stats.total
    if total.num_requests and (total.fail_ratio >= 0.02 or total.get_response_time_percentile(0.95) > 200):
        environment.process_exit_code = 1
