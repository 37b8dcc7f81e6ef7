import pytest

from confirm import purchases_accepted
from servers import Broken

HEARD = {"requests": 100, "sent": 104, "status": 0, "connect": 0, "read": 0, "write": 0, "timeout": 0}


def test_what_was_accepted_is_what_the_load_was_answered_and_what_it_had_no_time_to_hear_of():
    assert purchases_accepted("ours", HEARD, 64) == 103


@pytest.mark.parametrize("wrong", [{"status": 1}, {"read": 2}, {"timeout": 1}, {"requests": 0}, {"sent": 166}, {"sent": 100}])
def test_purchases_that_were_refused_or_got_lost_are_no_figures(wrong):
    with pytest.raises(Broken):
        purchases_accepted("ours", HEARD | wrong, 64)
