"""kill -9 at random moments of a running sale. `make test` kills 20 times, `make prove` 300 times: the embedded store in its
two shapes together, and the distributed services once more."""

import asyncio
import contextlib
import os
import random

import pytest
from grounds import ground
from memory import Memory, check_availability, check_charges, check_ends, check_integrity
from system import System, event, seat_names
from wire import Client, Unanswered

KILLS = 300 if os.environ.get("PROVE") else 20
BUYERS = 16


async def keep_buying(memory, tokens, names, dice, stop, number):
    """One buyer after the other on this lane: mostly pays, sometimes is declined, cancels, or asks again."""
    count = 0
    while not stop.is_set():
        count += 1
        start = dice.randrange(len(names))
        wish = [names[(start + step) % len(names)] for step in range(dice.randint(1, 3))]
        payment = dice.choices(["tok_ok", "tok_declined", "tok_unknown", "tok_retry"], [80, 10, 6, 4])[0]
        purchase = await memory.buy(dice.choice(tokens), f"lane-{number}-{count}", wish, payment)
        if purchase.created and dice.random() < 0.1:
            await memory.cancel(purchase)
        if purchase.created and dice.random() < 0.1:
            await memory.settle(purchase)


async def keep_looking(memory, names, stop):
    """What the pages show between two kills agrees with what was granted."""
    places = {name: place for place, name in enumerate(names)}
    looks = 0
    while not stop.is_set():
        with contextlib.suppress(Unanswered):
            looks += await check_availability(memory, places)
        await asyncio.sleep(0.25)
    return looks


@pytest.mark.parametrize("shape", ["one process", "three processes", "two of each, distributed"])
def test_nothing_acknowledged_is_lost_and_nothing_is_sold_twice(tmp_path, shape):
    with ground("distributed" if "distributed" in shape else "embedded", tmp_path) as place:
        prove(tmp_path, place, separate=shape == "three processes")


def prove(tmp_path, place, separate):
    kills = KILLS if place.is_distributed else KILLS // 2
    seats = 150 * kills
    dice = random.Random(int(os.environ.get("PROOF_SEED", "20261121")))
    system = System(tmp_path, event(seats), separate=separate, **place.arguments())

    async def sale():
        client = Client(system.ports("confirm"))
        public = Client(system.ports("public"))
        memory = Memory(client, public, settle_seconds=place.settle_seconds)
        tokens = system.tokens(100)
        place.begin_faults()
        stop = asyncio.Event()
        lanes = [asyncio.create_task(keep_buying(memory, tokens, seat_names(seats), dice, stop, number)) for number in range(BUYERS)]
        looking = asyncio.create_task(keep_looking(memory, seat_names(seats), stop))
        for kill in range(kills):
            await asyncio.sleep(dice.uniform(0.02, 0.4))
            if place.is_distributed and kill in (kills // 3, 2 * kills // 3):
                await asyncio.to_thread(crash, place.backends, "redis" if kill == kills // 3 else "postgres")
            name = dice.choice(list(system.processes))
            await asyncio.to_thread(system.restart, name)
        await asyncio.sleep(0.3)
        stop.set()
        await asyncio.gather(*lanes)
        assert await looking > 0, "no page was ever looked at"
        ended = await memory.final_states()
        # Every key still answers with the very bytes of its first answer.
        created = [purchase for purchase in memory.purchases if purchase.created]
        for purchase in dice.sample(created, min(50, len(created))):
            await memory.settle(purchase)
        place.end_faults()
        orders = await asyncio.to_thread(system.orders)
        sold = check_ends(memory, ended, orders)
        await check_integrity(public, sold=len(sold))
        client.close()
        public.close()
        print(f"{kills} kills, {len(memory.purchases)} keys, {len(created)} acknowledged, {memory.unanswered} requests without an answer")
        assert memory.unanswered > 0, "no request was ever interrupted: the kills proved nothing"
        check_charges(system.payment_records(), orders)
        place.check_faults(memory)

    try:
        asyncio.run(sale())
    finally:
        system.stop()


def crash(backends, name):
    """A server ends as a power cut would end it, and is there again a moment later."""
    backends.kill(name)
    backends.start(name)
