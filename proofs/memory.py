"""What a client remembers of a sale, and what must follow from it."""

import asyncio
import base64
import datetime
import itertools
import json

from wire import Unanswered

FINAL = {"confirmed", "declined", "expired", "cancelled"}
SETTLE_SECONDS = 30
# How long a seat that was seen taken is refused without asking the ledger, and a bit.
SIGHTING_SECONDS = 1.2
# What the contract allows a cached answer while its source answers.
MOST_STALE_SECONDS = 3
# The longest that the contract lets a buyer wait who asked too often.
MOST_WAIT_SECONDS = 5


class Remembered:
    """One idempotency key with everything that was ever answered to it."""

    def __init__(self, token, key, body):
        self.token = token
        self.key = key
        self.body = body
        self.created = None
        # When it was first asked for, and when that was first granted, by the clock of who asked.
        self.asked_at = None
        self.granted_at = None
        # The same by the clock that pages are dated with.
        self.granted_moment = None
        self.refused = None
        self.cancelled = False
        self.may_be_cancelled = False

    @property
    def id(self):
        return json.loads(self.created)["id"] if self.created else None

    @property
    def keeps_its_seats(self):
        """From its grant on: nothing that was asked for could have freed them."""
        return self.granted_moment is not None and self.body["payment"]["token"] == "tok_ok" and not self.may_be_cancelled

    @property
    def headers(self):
        return {"Authorization": f"Bearer {self.token}", "Idempotency-Key": self.key}


class Memory:
    """Buys through `client`, keeps every answer, and complains as soon as two of them contradict each other."""

    def __init__(self, client, public=None, event="proof", settle_seconds=SETTLE_SECONDS):
        self.client = client
        self.public = public or client
        self.settle_seconds = settle_seconds
        self.event = event
        self.purchases = []
        self.unanswered = 0
        self.early_refusals = 0

    async def buy(self, token, key, seats, payment="tok_ok", give_up_after=60):
        """Sends one key until it is answered: whatever happened to the first try, the key settles it."""
        purchase = Remembered(token, key, {
            "event": self.event, "seats": seats, "payment": {"method": "sandbox", "token": payment}})
        self.purchases.append(purchase)
        await self.settle(purchase, give_up_after)
        return purchase

    async def settle(self, purchase, give_up_after=60):
        """Asks until there is an answer that stands. A process may refuse a seat that it saw taken within the last second
        before it looks up the key, so a refusal of a key that may have been used counts when it is given a second later."""
        clock = asyncio.get_running_loop()
        deadline = clock.time() + give_up_after
        purchase.asked_at = purchase.asked_at or clock.time()
        may_have_been_used = purchase.created is not None
        while True:
            try:
                answer = await self.client.request("POST", "/confirm/payment-intent", purchase.headers, purchase.body)
                if answer.status == 409 and may_have_been_used and answer.json()["type"] == "/problems/seat-unavailable":
                    await asyncio.sleep(SIGHTING_SECONDS)
                    may_have_been_used = False
                    if purchase.created:
                        self.early_refusals += 1
                    continue
                if answer.status < 500 and answer.status != 429:
                    return self.note(purchase, answer)
                check_refusal(answer)
                may_have_been_used = True
            except Unanswered:
                self.unanswered += 1
                may_have_been_used = True
            assert clock.time() < deadline, f"{purchase.key} was never answered"
            await asyncio.sleep(0.02)

    def note(self, purchase, answer):
        if answer.status in (200, 201):
            replayed = answer.headers.get("idempotent-replayed") == "true"
            assert replayed == (answer.status == 200), f"{purchase.key}: {answer.status} {answer.headers}"
            assert purchase.created in (None, answer.body), f"{purchase.key} was answered with two different bodies"
            purchase.created = answer.body
            purchase.granted_at = purchase.granted_at or asyncio.get_running_loop().time()
            purchase.granted_moment = purchase.granted_moment or now()
        else:
            assert purchase.created is None, f"{purchase.key} was created and then answered with {answer.status} {answer.body}"
            assert answer.status in (403, 409), f"{purchase.key}: {answer.status} {answer.body}"
            purchase.refused = answer.json()
        return answer

    async def cancel(self, purchase):
        """Asks for a cancel; when it is granted the intent must never be confirmed."""
        purchase.may_be_cancelled = True
        try:
            answer = await self.client.request(
                "POST", f"/confirm/payment-intent/{purchase.id}/cancel", {"Authorization": f"Bearer {purchase.token}"})
        except Unanswered:
            return
        if answer.status == 200:
            assert answer.json()["status"] == "cancelled"
            purchase.cancelled = True
        else:
            assert answer.status == 409 or answer.status >= 500, f"cancel: {answer.status} {answer.body}"
            check_refusal(answer)

    async def state(self, purchase):
        while True:
            answer = await self.client.request(
                "GET", f"/confirm/payment-intent/{purchase.id}", {"Authorization": f"Bearer {purchase.token}"})
            check_refusal(answer)
            if answer.status != 429:
                break
            await asyncio.sleep(int(answer.headers["retry-after"]))
        assert answer.status == 200, f"{purchase.id} was acknowledged and is now {answer.status}"
        return answer.json()

    async def final_states(self):
        """Every acknowledged intent ends in one final state within the time the contract gives."""
        waiting = [purchase for purchase in self.purchases if purchase.created]
        ended = {}
        deadline = asyncio.get_running_loop().time() + self.settle_seconds
        while waiting:
            states = await asyncio.gather(*(self.state(purchase) for purchase in waiting))
            for purchase, state in zip(waiting, states):
                if state["status"] in FINAL:
                    ended[purchase.id] = state
            waiting = [purchase for purchase in waiting if purchase.id not in ended]
            assert not waiting or asyncio.get_running_loop().time() < deadline, (
                f"{len(waiting)} acknowledged intents are not final after {self.settle_seconds} s, one is {waiting[0].id}")
            if waiting:
                await asyncio.sleep(0.1)
        return ended


def check_refusal(answer):
    """What a service cannot take on now it refuses with the time after which to ask again."""
    if answer.status in (429, 503):
        wait = answer.headers.get("retry-after", "")
        assert wait.isdigit() and 1 <= int(wait) <= MOST_WAIT_SECONDS, f"{answer.status} {answer.body} says Retry-After: {wait!r}"


def moment(text):
    return datetime.datetime.fromisoformat(text)


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def check_holds(memory, ended):
    """While an intent has a seat nobody else gets it: a sold one never again, one whose hold ended from `expiresAt` on.
    Only who asked after the other had been told is looked at: before that, either may have come first. When declined and
    cancelled ones let go is not told."""
    by_seat = {}
    for purchase in {purchase.id: purchase for purchase in memory.purchases if purchase.created}.values():
        for seat in purchase.body["seats"]:
            by_seat.setdefault(seat, []).append(purchase)
    for seat, buyers in by_seat.items():
        for holder, follower in itertools.permutations(buyers, 2):
            if follower.asked_at < holder.granted_at:
                continue
            status = ended[holder.id]["status"]
            assert status != "confirmed", f"{seat} went to {follower.id} though it is sold to {holder.id}"
            ends, began = moment(json.loads(holder.created)["expiresAt"]), moment(json.loads(follower.created)["serverTime"])
            assert status != "expired" or began >= ends, f"{seat} went to {follower.id} at {began}, before {holder.id}'s hold ended at {ends}"


def check_ends(memory, ended, orders):
    """The guarantees, from what was acknowledged, how it ended, and the orders that stand in the book."""
    by_intent = {}
    sold = {}
    for order in orders:
        assert order["intent"] not in by_intent, f"two orders for {order['intent']}"
        by_intent[order["intent"]] = order
        for ticket in order["tickets"]:
            assert ticket["seat"] not in sold, f"{ticket['seat']} is sold to {sold[ticket['seat']]} and {order['number']}"
            sold[ticket["seat"]] = order["number"]
    acknowledged = {}
    for purchase in memory.purchases:
        if not purchase.created:
            continue
        acknowledged[purchase.id] = purchase
        state = ended[purchase.id]
        if state["status"] == "expired":
            first = json.loads(purchase.created)
            assert moment(state["serverTime"]) >= moment(first["expiresAt"]), f"{purchase.id} expired before its hold ended: {state}"
            assert purchase.id not in by_intent, f"{purchase.id} is expired and has an order"
            continue
        expected = {"tok_declined": {"declined"}}.get(purchase.body["payment"]["token"], {"confirmed"})
        allowed = {"cancelled"} if purchase.cancelled else expected | {"cancelled"}
        assert state["status"] in allowed, f"{purchase.id} ended as {state['status']}, not as one of {allowed}"
        order = by_intent.get(purchase.id)
        assert (order is not None) == (state["status"] == "confirmed"), f"{purchase.id} is {state['status']} with order {order}"
        if order:
            assert {ticket["seat"] for ticket in order["tickets"]} == set(purchase.body["seats"]), f"{purchase.id} is not whole"
            assert state["order"]["number"] == order["number"]
    check_holds(memory, ended)
    strangers = set(by_intent) - set(acknowledged)
    assert not strangers, f"orders that nobody was told of: {strangers}"
    return sold


# In the gateway's own records, of which the second byte is the state and the fifth counts captures.
CAPTURED = 1


def check_charges(records, orders):
    """Read past the program: an attempt is captured at most once, and what is still captured in the end has an order."""
    assert all(record[4] <= 1 for record in records), "an attempt was captured twice"
    kept = sum(1 for record in records if record[1] == CAPTURED)
    assert kept == len(orders), f"{kept} captures are kept for {len(orders)} orders"


async def fresh_integrity(client, event):
    """The numbers as they were at some moment after this call: a cached answer says its age, which is bounded."""
    asked = now()
    for _ in range(40):
        try:
            answer = await client.request("GET", f"/public/events/{event}/integrity")
        except Unanswered:
            # A kept connection that nobody used for so long that the site has ended it.
            await asyncio.sleep(0.2)
            continue
        assert answer.status == 200, answer.body
        as_of = moment(answer.headers["as-of"])
        age = (now() - as_of).total_seconds()
        assert age < MOST_STALE_SECONDS + 1, f"the answer is {age} s old"
        if as_of >= asked:
            return answer.json()
        await asyncio.sleep(0.2)
    raise AssertionError("the public site did not look at its source for 8 s")


def check_age(answer, asked):
    """While its source answers a page is at most so old when it leaves, which is after it was asked for."""
    age = (asked - moment(answer.headers["as-of"])).total_seconds()
    assert age <= MOST_STALE_SECONDS, f"the page was {age} s old before it was asked for"
    assert int(answer.headers["age"]) <= MOST_STALE_SECONDS, f"the page says an age of {answer.headers['age']} s"


FREE = 0


async def check_availability(memory, places, source_answers=False):
    """A seat that was granted before the page's source was read is not free on the page. `places` are those
    of the seats on the map. False when there was no page."""
    asked = now()
    answer = await memory.public.request("GET", f"/public/events/{memory.event}/availability")
    if answer.status != 200 and not source_answers:
        check_refusal(answer)
        return False
    assert answer.status == 200, answer.body
    if source_answers:
        check_age(answer, asked)
    as_of = moment(answer.headers["as-of"])
    states = base64.b64decode(answer.json()["states"])
    for purchase in memory.purchases:
        if not purchase.keeps_its_seats or purchase.granted_moment >= as_of:
            continue
        for seat in purchase.body["seats"]:
            place = places[seat]
            assert states[place // 4] >> place % 4 * 2 & 3 != FREE, (
                f"{seat} was granted at {purchase.granted_moment} and is free on a page of {as_of}")
    return True


async def check_integrity(client, event="proof", sold=None, source_answers=False):
    """At any moment the seats add up; with `sold`, at the end, they are what the orders say."""
    if sold is None:
        asked = now()
        answer = await client.request("GET", f"/public/events/{event}/integrity")
        assert answer.status == 200, answer.body
        if source_answers:
            check_age(answer, asked)
        numbers = answer.json()
    else:
        numbers = await fresh_integrity(client, event)
    parts = ("free", "held", "selling", "sold", "blocked")
    assert numbers["capacity"] == sum(numbers[part] for part in parts), f"the seats do not add up: {numbers}"
    assert numbers["oversold"] == 0 and numbers["strays"] == 0, f"{numbers}"
    if sold is not None:
        assert numbers["sold"] == numbers["ticketsInOrders"] == sold, f"{sold} seats are in orders, but {numbers}"
        assert numbers["held"] == numbers["selling"] == 0, f"dead seats: {numbers}"
    return numbers
