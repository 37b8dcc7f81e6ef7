"""A ledger that was lost is written back from the orders, on the servers of a large sale."""

import json
import os
import subprocess

from grounds import ground
from system import System, binary
from test_smoke import smoke

PURCHASES = 3


def test_what_the_orders_sold_is_sold_again_in_an_empty_table(open_folder):
    demo = subprocess.run([binary("ticket"), "events", "demo"], capture_output=True, text=True, check=True, timeout=30).stdout
    with ground("distributed", open_folder) as servers:
        system = System(open_folder, demo, backends=servers.backends)
        try:
            for _ in range(PURCHASES):
                code, said = smoke(system.processes["public"].address, CONFIRM_URL=system.processes["confirm"].address,
                                   SMOKE_PAYMENT_TOKEN="tok_ok")
                assert code == 0 and "consumed, confirmed" in said, said
        finally:
            system.stop()

        def ticket(*words, expected=0):
            """With another table in place of the lost one."""
            environment = {**os.environ, **servers.backends.environment, "TICKET_LEDGER": "dynamodb:after-the-loss"}
            run = subprocess.run([binary("ticket"), *words, "--data", system.data], env=environment, capture_output=True, text=True,
                                 timeout=60, stdin=subprocess.DEVNULL)
            assert run.returncode == expected, run.stdout + run.stderr
            return run.stdout

        ticket("aws", "create")
        lost = json.loads(ticket("integrity", "demo", "--json", expected=1))
        assert (lost["sold"], lost["ticketsInOrders"]) == (0, PURCHASES)
        first = json.loads(ticket("ledger", "rebuild", "demo", "--workers-stopped", "--json"))
        assert (first["written"], first["present"], first["failed"]) == (PURCHASES, 0, [])
        count = json.loads(ticket("integrity", "demo", "--json"))
        assert (count["sold"], count["ticketsInOrders"], count["oversold"]) == (PURCHASES, PURCHASES, 0)
        again = json.loads(ticket("ledger", "rebuild", "demo", "--workers-stopped", "--json"))
        assert (again["written"], again["present"]) == (0, PURCHASES)
