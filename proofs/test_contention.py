"""Many buyers at one moment, and what each of them must hear."""

import asyncio
import random

import pytest
from grounds import KINDS, ground
from memory import Memory, check_availability, check_charges, check_ends, check_integrity, check_refusal
from system import GENEROUS, System, event, seat_names
from wire import Client


@pytest.fixture(params=KINDS)
def place(request, tmp_path):
    with ground(request.param, tmp_path) as place:
        yield place


def run(tmp_path, place, seats, story, rates=GENEROUS, **limits):
    """Starts a sale, lets the story happen, checks how everything ended."""
    system = System(tmp_path, event(seats, **limits), rates=rates, **place.arguments())

    async def whole():
        client = Client(system.ports("confirm"))
        public = Client(system.ports("public"))
        memory = Memory(client, public, settle_seconds=place.settle_seconds)
        place.begin_faults()
        await story(system, memory)
        ended = await memory.final_states()
        place.end_faults()
        orders = system.orders()
        sold = check_ends(memory, ended, orders)
        check_charges(system.payment_records(), orders)
        await check_integrity(public, sold=len(sold))
        place.check_faults(memory)
        client.close()
        public.close()
        return sold

    try:
        return asyncio.run(whole())
    finally:
        assert set(system.stop()) == {0}


def test_two_thousand_buyers_for_one_seat_make_one_sale(tmp_path, place):
    async def story(system, memory):
        tokens = system.tokens(2000)
        bought = await asyncio.gather(*(memory.buy(token, "the-seat", ["S0-1-1"]) for token in tokens))
        winners = [purchase for purchase in bought if purchase.created]
        assert len(winners) == 1
        for loser in bought:
            if loser is winners[0]:
                continue
            assert loser.refused["type"] == "/problems/seat-unavailable"
            assert loser.refused["conflicts"][0]["seat"] == "S0-1-1"
            assert loser.refused["conflicts"][0]["state"] in ("held", "sold")

    assert len(run(tmp_path, place, 50, story)) == 1


def test_overlapping_groups_are_sold_whole_or_not_at_all(tmp_path, place):
    dice = random.Random(11)
    names = seat_names(200)

    async def story(system, memory):
        tokens = system.tokens(500)
        places = {name: place for place, name in enumerate(names)}
        stop = asyncio.Event()

        async def watch():
            samples = 0
            while not stop.is_set():
                # With faults between it and its source a page may be older than otherwise, and says so.
                await check_integrity(memory.public, source_answers=not place.is_distributed)
                samples += await check_availability(memory, places, source_answers=not place.is_distributed)
                await asyncio.sleep(0.05)
            return samples

        watcher = asyncio.create_task(watch())
        wishes = [dice.sample(names, dice.randint(1, 6)) for _ in tokens]
        await asyncio.gather(*(memory.buy(token, "group", wish) for token, wish in zip(tokens, wishes)))
        stop.set()
        assert await watcher > 0

    sold = run(tmp_path, place, 200, story)
    assert len(sold) > 100


def test_one_key_two_hundred_times_is_one_intent_and_the_same_bytes(tmp_path, place):
    async def story(system, memory):
        first, second = system.tokens(2)
        purchase = await memory.buy(first, "again", ["S0-1-1", "S0-1-2"])
        answers = await asyncio.gather(*(
            memory.client.request("POST", "/confirm/payment-intent", purchase.headers, purchase.body) for _ in range(200)))
        assert {answer.body for answer in answers} == {purchase.created}
        assert {answer.status for answer in answers} == {200}
        # The seats in another order are the same wish; another payment is not.
        turned = dict(purchase.body, seats=list(reversed(purchase.body["seats"])))
        assert (await memory.client.request("POST", "/confirm/payment-intent", purchase.headers, turned)).body == purchase.created
        other = dict(purchase.body, payment={"method": "sandbox", "token": "tok_declined"})
        assert (await memory.client.request("POST", "/confirm/payment-intent", purchase.headers, other)).status == 422
        # The same key of another buyer is another key.
        stranger = await memory.buy(second, "again", ["S0-1-3"])
        assert stranger.created and stranger.id != purchase.id
        hidden = await memory.client.request(
            "GET", f"/confirm/payment-intent/{purchase.id}", {"Authorization": f"Bearer {second}"})
        assert hidden.status == 404 and hidden.json()["type"] == "/problems/intent-unknown"

    assert len(run(tmp_path, place, 50, story)) == 3


def test_two_hundred_first_tries_of_one_key_at_once_are_one_intent(tmp_path, place):
    async def story(system, memory):
        token = system.tokens(1)[0]
        await asyncio.gather(*(memory.buy(token, "race", ["S0-1-1"]) for _ in range(200)))
        assert len({purchase.created for purchase in memory.purchases}) == 1
        memory.purchases = memory.purchases[:1]

    assert len(run(tmp_path, place, 50, story)) == 1


def test_fifty_parallel_requests_do_not_get_past_a_buyers_limit(tmp_path, place):
    async def story(system, memory):
        token = system.tokens(1)[0]
        bought = await asyncio.gather(*(memory.buy(token, f"key-{n}", [name]) for n, name in enumerate(seat_names(50))))
        assert len([purchase for purchase in bought if purchase.created]) <= 4
        refused = [purchase.refused for purchase in bought if purchase.refused]
        assert refused and all(problem["type"] == "/problems/buyer-limit-exceeded" and problem["limit"] == 4 for problem in refused)

    sold = run(tmp_path, place, 50, story, per_buyer=4)
    assert 1 <= len(sold) <= 4


def test_a_flood_is_refused_early_while_others_are_served(tmp_path, place):
    burst, rate = 20, 5

    async def story(system, memory):
        greedy, *patient = system.tokens(6)
        began = asyncio.get_running_loop().time()

        def ask():
            return memory.client.request("GET", "/confirm/payment-intent/pi_none", {"Authorization": f"Bearer {greedy}"})

        flood = asyncio.gather(*(ask() for _ in range(400)))
        # Whoever asks within the limits does not feel it.
        served = [await memory.buy(token, "key", [name]) for token, name in zip(patient, seat_names(5))]
        assert all(purchase.created for purchase in served)
        answers = await flood
        seconds = asyncio.get_running_loop().time() - began
        refused = [answer for answer in answers if answer.status == 429]
        assert len(answers) - len(refused) <= len(system.ports("confirm")) * (burst + rate * seconds + 1)
        for answer in answers:
            check_refusal(answer)
        assert {answer.json()["type"] for answer in refused} == {"/problems/rate-limited"}
        # The time that was given is enough.
        await asyncio.sleep(max(int(answer.headers["retry-after"]) for answer in refused))
        assert (await ask()).status in (404, 503)

    assert len(run(tmp_path, place, 50, story, rates=("--buyer-rate", str(rate), "--buyer-burst", str(burst)))) == 5
