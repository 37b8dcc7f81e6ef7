import pytest

from orders import pgbench_figures, pgbench_script
from servers import Broken

SAID = """transaction type: script
number of transactions actually processed: 8123
latency average = 3.934 ms
initial connection time = 15.5 ms
tps = 2033.201754 (without initial connection time)
"""


def test_what_pgbench_says_is_read():
    assert pgbench_figures(SAID) == (8123, 2033.201754)
    with pytest.raises(Broken):
        pgbench_figures("pgbench: error")


def test_the_script_writes_as_many_rows_as_it_is_told_to():
    assert "+ 99)" in pgbench_script(100) and "+ 0)" in pgbench_script(1)
    assert all(name in pgbench_script(1) for name in ("INTO inbox", "INTO orders", "INTO tickets", "unnest("))
