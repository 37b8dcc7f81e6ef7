"""Holds of two seconds that end while no worker runs and the rest is killed: the next buyer gets the seat at that moment and
not before, and the worker that comes late charges nobody for it."""

import asyncio
import json

import pytest
from grounds import ground
from memory import Memory, check_charges, check_ends, check_integrity, moment
from system import System, event, seat_names
from wire import Client

HOLD_SECONDS = 2
SEATS = 12


@pytest.mark.parametrize("shape", ["three processes", "two of each, distributed"])
def test_a_hold_ends_at_its_moment_and_its_late_worker_charges_nobody(tmp_path, shape):
    with ground("distributed" if "distributed" in shape else "embedded", tmp_path) as place:
        prove(tmp_path, place)


async def follow(memory, token, seat, first):
    """Asks for a held seat, with one key after the other, until it has it."""
    tries = 0
    while True:
        tries += 1
        purchase = await memory.buy(token, f"after-{seat}-{tries}", [seat])
        if purchase.created:
            assert moment(json.loads(purchase.created)["serverTime"]) >= moment(json.loads(first.created)["expiresAt"])
            return purchase, tries
        assert purchase.refused["conflicts"] == [{"seat": seat, "state": "held"}], purchase.refused
        await asyncio.sleep(0.05)


def prove(tmp_path, place):
    system = System(tmp_path, event(SEATS, hold_seconds=HOLD_SECONDS), separate=True, late=["worker"], **place.arguments())

    async def story():
        client = Client(system.ports("confirm"))
        public = Client(system.ports("public"))
        memory = Memory(client, public, settle_seconds=place.settle_seconds)
        tokens = system.tokens(2 * SEATS)
        early, late = tokens[:SEATS], tokens[SEATS:]
        place.begin_faults()
        names = seat_names(SEATS)
        firsts = await asyncio.gather(*(memory.buy(token, "first", [seat]) for token, seat in zip(early, names)))
        assert all(first.created for first in firsts)
        # Nobody wants the rest: their holds end too, and lose nothing by it.
        wanted = SEATS // 2
        followers = [asyncio.create_task(follow(memory, token, seat, first))
                     for token, seat, first in list(zip(late, names, firsts))[:wanted]]
        for name in list(system.processes):
            await asyncio.sleep(0.2)
            await asyncio.to_thread(system.restart, name)
        followed = await asyncio.gather(*followers)
        assert all(tries > 1 for _, tries in followed), "a seat was never asked for while it was held"
        # A receive whose answer is lost would hide its messages for half a minute; the other proofs wait for that.
        place.end_faults()
        await asyncio.to_thread(system.start, "worker")
        ended = await memory.final_states()
        assert {ended[first.id]["status"] for first in firsts[:wanted]} == {"expired"}
        assert {ended[purchase.id]["status"] for purchase, _ in followed} == {"confirmed"}
        assert {ended[first.id]["status"] for first in firsts[wanted:]} == {"confirmed"}
        orders = await asyncio.to_thread(system.orders)
        assert len(check_ends(memory, ended, orders)) == SEATS
        await check_integrity(public, sold=SEATS)
        records = system.payment_records()
        check_charges(records, orders)
        assert sum(record[4] for record in records) == SEATS, "somebody was charged, if only for a moment, for a seat that was lost"
        place.check_faults(memory)
        client.close()
        public.close()

    try:
        asyncio.run(story())
    finally:
        system.stop()
