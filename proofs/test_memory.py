"""That what the proofs look at is seen: each check on a small sale that went wrong."""

import asyncio
import base64
import datetime
import json

import pytest
from document import Undocumented, check
from memory import CAPTURED, Memory, Remembered, check_availability, check_charges, check_ends, check_integrity, check_refusal, now
from wire import Answer

NOON = "2026-05-01T12:00:0"
ORDER_OF_A = {"number": "AAAA-AAAA-AAAA-AAAA", "intent": "pi_a", "tickets": [{"seat": "S0-1-1"}]}


def purchase(name, began, ends):
    """One that was answered with 201, for the one seat of all of them."""
    made = Remembered("token", name, {"event": "proof", "seats": ["S0-1-1"], "payment": {"method": "sandbox", "token": "tok_ok"}})
    made.asked_at, made.granted_at = began, began + 0.1
    made.created = json.dumps({"id": f"pi_{name}", "serverTime": f"{NOON}{began}.000Z", "expiresAt": f"{NOON}{ends}.000Z"})
    return made


def sale(*purchases):
    memory = Memory(client=None)
    memory.purchases = list(purchases)
    return memory


def state(status, seen, order=None):
    return {"status": status, "serverTime": f"{NOON}{seen}.000Z", "order": order}


def test_a_hold_that_ended_and_a_sale_after_it_are_right():
    ended = {"pi_b": state("expired", 4), "pi_a": state("confirmed", 5, ORDER_OF_A)}
    assert check_ends(sale(purchase("b", 0, 2), purchase("a", 2, 4)), ended, [ORDER_OF_A]) == {"S0-1-1": ORDER_OF_A["number"]}


@pytest.mark.parametrize("purchases, ended, orders, complaint", [
    ([purchase("b", 0, 2)], {"pi_b": state("expired", 1)}, [], "before its hold ended"),
    ([purchase("a", 0, 2)], {"pi_a": state("expired", 3)}, [ORDER_OF_A], "has an order"),
    ([purchase("b", 0, 2), purchase("a", 1, 3)], {"pi_b": state("expired", 4), "pi_a": state("confirmed", 4, ORDER_OF_A)}, [ORDER_OF_A],
     "before pi_b's hold ended"),
    ([purchase("a", 0, 2), purchase("b", 3, 5)], {"pi_a": state("confirmed", 1, ORDER_OF_A), "pi_b": state("declined", 4)}, [ORDER_OF_A],
     "not as one of"),
    ([purchase("a", 0, 2), purchase("b", 3, 5)], {"pi_a": state("confirmed", 1, ORDER_OF_A), "pi_b": state("cancelled", 4)}, [ORDER_OF_A],
     "though it is sold"),
    ([purchase("a", 0, 2)], {"pi_a": state("confirmed", 1, ORDER_OF_A)}, [], "with order None"),
])
def test_an_end_that_breaks_a_guarantee_is_seen(purchases, ended, orders, complaint):
    with pytest.raises(AssertionError, match=complaint):
        check_ends(sale(*purchases), ended, orders)


@pytest.mark.parametrize("records, complaint", [
    ([bytes([1, CAPTURED, 0, 0, 2])], "captured twice"),
    ([bytes([1, CAPTURED, 0, 0, 1])] * 2, "2 captures are kept for 1 orders"),
    ([], "0 captures are kept for 1 orders"),
])
def test_a_charge_without_its_order_is_seen(records, complaint):
    with pytest.raises(AssertionError, match=complaint):
        check_charges(records, [ORDER_OF_A])


@pytest.mark.parametrize("headers", [{}, {"retry-after": "0"}, {"retry-after": "60"}, {"retry-after": "soon"}])
@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_that_does_not_say_when_to_come_again_is_seen(status, headers):
    check_refusal(Answer(status, {"retry-after": "1"}, b""))
    with pytest.raises(AssertionError, match="Retry-After"):
        check_refusal(Answer(status, headers, b""))


class Page:
    """A public site with one page, read from its source so many seconds ago."""

    def __init__(self, seconds, body, says_seconds=None):
        as_of = now() - datetime.timedelta(seconds=seconds)
        self.as_of = as_of
        self.answer = Answer(200, {"as-of": as_of.isoformat(), "age": str(int(says_seconds or seconds))}, json.dumps(body).encode())

    async def request(self, method, target):
        return self.answer


def integrity(page):
    asyncio.run(check_integrity(page, source_answers=True))


NUMBERS = {"capacity": 3, "free": 1, "held": 1, "selling": 0, "sold": 1, "blocked": 0, "oversold": 0, "strays": 0}


def test_a_page_that_is_older_than_it_may_be_is_seen():
    integrity(Page(2, NUMBERS))
    with pytest.raises(AssertionError, match="before it was asked for"):
        integrity(Page(3.5, NUMBERS, says_seconds=3))
    with pytest.raises(AssertionError, match="says an age of 4 s"):
        integrity(Page(2, NUMBERS, says_seconds=4))
    # While the source is away a page may be older.
    asyncio.run(check_integrity(Page(20, NUMBERS)))


@pytest.mark.parametrize("granted_before, state, is_right", [(1, 0, False), (1, 1, True), (1, 2, True), (-0.5, 0, True)])
def test_a_granted_seat_that_a_later_page_shows_free_is_seen(granted_before, state, is_right):
    places = {f"S0-1-{number}": number - 1 for number in range(1, 7)}
    page = Page(1, {"states": base64.b64encode(bytes([0, state << 2])).decode()})
    bought = purchase("a", 0, 2)
    bought.body["seats"] = ["S0-1-6"]
    bought.granted_moment = page.as_of - datetime.timedelta(seconds=granted_before)
    memory = sale(bought)
    memory.public = page
    if is_right:
        assert asyncio.run(check_availability(memory, places))
        return
    with pytest.raises(AssertionError, match="S0-1-6 was granted"):
        asyncio.run(check_availability(memory, places))
    # It may have been cancelled: then nothing is known.
    bought.may_be_cancelled = True
    assert asyncio.run(check_availability(memory, places))


def problem(status, name, **members):
    body = {"type": f"/problems/{name}", "title": "A", "status": status, "detail": "B", "requestId": "1", **members}
    return Answer(status, {"content-type": "application/problem+json", "request-id": "1"}, json.dumps(body).encode())


BUY = ("POST", "/confirm/payment-intent")


def test_a_documented_refusal_passes():
    check(*BUY, problem(409, "seat-unavailable", conflicts=[{"seat": "A-1", "state": "held"}]))
    check("GET", "/nowhere", problem(404, "not-found"))


@pytest.mark.parametrize("request_line, answer, complaint", [
    (BUY, problem(409, "seat-unavailable", conflicts=[{"seat": "A-1", "state": "held", "owner": "pi_a"}]), "owner"),
    (BUY, problem(409, "seat-unavailable"), "not what the document says"),
    (BUY, problem(409, "seat-unavailable", conflicts=[{"seat": "A-1", "state": "selling"}]), "selling"),
    (BUY, problem(409, "seat-gone"), "not what the document says"),
    (BUY, problem(418, "teapot"), "does not have"),
    (("GET", "/confirm/payment-intent/pi_a"), problem(409, "intent-not-cancellable", intentStatus="declined"), "does not have"),
    (("GET", "/nowhere"), problem(403, "guests-off"), "does not have"),
    (BUY, Answer(409, {"content-type": "text/html", "request-id": "1"}, b""), "text/html"),
    (BUY, Answer(409, {"content-type": "application/problem+json"}, b"{}"), "Request-Id"),
])
def test_an_answer_that_is_not_in_the_document_is_seen(request_line, answer, complaint):
    with pytest.raises(Undocumented, match=complaint):
        check(*request_line, answer)
