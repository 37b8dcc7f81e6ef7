import pytest

import load
from servers import Broken

REPORT = (
    '{"requests":1000,"duration_us":2000000,"p50_us":300,"p99_us":900,"max_us":5000,'
    '"status":%d,"connect":0,"read":%d,"write":0,"timeout":1}'
)


def test_the_report_is_read_from_the_last_line():
    counted = load.parse("Running 2s test @ x\n  1 threads\nRequests/sec: 500\n" + REPORT % (0, 2) + "\n")
    assert counted.requests == 1000
    assert counted.rps == 500
    assert counted.p99_us == 900
    assert counted.socket_errors == 3


def test_a_run_with_any_error_is_not_clean():
    assert not load.parse(REPORT % (0, 0)).is_clean, "one timeout"
    assert not load.parse(REPORT.replace('"timeout":1', '"timeout":0') % (1, 0)).is_clean
    assert load.parse(REPORT.replace('"timeout":1', '"timeout":0') % (0, 0)).is_clean


def test_a_run_without_a_report_is_broken():
    with pytest.raises(Broken, match="printed no report"):
        load.parse("unable to connect")
