"""kill -9 at random moments of a running sale. `make test` kills 20 times, `make prove` 300 times."""

import asyncio
import os
import random
import sqlite3

import pytest

from memory import Memory, check_ends, check_integrity
from system import System, event, seat_names
from test_contention import orders_of
from wire import Client

KILLS = 300 if os.environ.get("TICKET_PROVE") else 20
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


@pytest.mark.parametrize("separate", [False, True], ids=["one process", "three processes"])
def test_nothing_acknowledged_is_lost_and_nothing_is_sold_twice(tmp_path, separate):
    kills = KILLS // 2
    seats = 150 * kills
    dice = random.Random(int(os.environ.get("TICKET_SEED", "20261121")))
    system = System(tmp_path, event(seats), separate=separate)

    async def sale():
        client = Client(system.port("confirm"))
        public = Client(system.port("public"))
        memory = Memory(client)
        tokens = system.tokens(100)
        stop = asyncio.Event()
        lanes = [asyncio.create_task(keep_buying(memory, tokens, seat_names(seats), dice, stop, number)) for number in range(BUYERS)]
        for _ in range(kills):
            await asyncio.sleep(dice.uniform(0.02, 0.4))
            name = dice.choice(list(system.processes))
            await asyncio.to_thread(system.restart, name)
        await asyncio.sleep(0.3)
        stop.set()
        await asyncio.gather(*lanes)
        ended = await memory.final_states()
        # Every key still answers with the very bytes of its first answer.
        for purchase in dice.sample([p for p in memory.purchases if p.created], 50):
            await memory.settle(purchase)
        sold = check_ends(memory, ended, await asyncio.to_thread(orders_of, system))
        await check_integrity(public, sold=len(sold))
        client.close()
        public.close()
        created = [purchase for purchase in memory.purchases if purchase.created]
        print(f"{kills} kills, {len(memory.purchases)} keys, {len(created)} acknowledged, {memory.unanswered} requests without an answer")
        assert memory.unanswered > 0, "no request was ever interrupted: the kills proved nothing"
        check_charges(system, await asyncio.to_thread(orders_of, system))

    try:
        asyncio.run(sale())
    finally:
        system.stop()


CAPTURED = 1


def check_charges(system, orders):
    """Read past the program, in the gateway's own records: an attempt is captured at most once, and what is still captured
    in the end has an order. A record's second byte is its state, its fifth counts captures."""
    with sqlite3.connect(f"file:{system.data}/ticket.db?mode=ro", uri=True) as store:
        records = [row[0] for row in store.execute("SELECT record FROM attempt_records")]
    assert all(record[4] <= 1 for record in records), "an attempt was captured twice"
    kept = sum(1 for record in records if record[1] == CAPTURED)
    assert kept == len(orders), f"{kept} captures are kept for {len(orders)} orders"
