import os

import pytest

import startup
from servers import Broken

SERVICE = """#!/usr/bin/env python3
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit({exit_code}))
print('{{"level":"info","message":"starting"}}', flush=True)
print('{ready}', flush=True)
time.sleep({seconds})
"""


def executable(folder, ready='{"address":"http://127.0.0.1:81"}', exit_code=0, seconds=30):
    path = folder / "ticket-public"
    path.write_text(SERVICE.format(ready=ready, exit_code=exit_code, seconds=seconds))
    os.chmod(path, 0o755)
    return str(path)


def test_a_start_is_timed_from_exec_to_the_ready_line_and_the_stop_is_clean(tmp_path):
    ready_ms, resident_mb, stop_ms = startup.start_once(executable(tmp_path), [])
    assert 0 < ready_ms < 10_000
    assert 1 < resident_mb < 200
    assert 0 <= stop_ms < 10_000


def test_a_stop_with_another_exit_code_is_broken(tmp_path):
    with pytest.raises(Broken, match="exit code 3"):
        startup.start_once(executable(tmp_path, exit_code=3), [])


def test_a_service_that_ends_before_it_is_ready_is_broken_and_its_words_are_shown(tmp_path):
    with pytest.raises(Broken, match="not a ready line"):
        startup.start_once(executable(tmp_path, ready="not a ready line", seconds=0), [])
