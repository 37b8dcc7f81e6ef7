"""How a new revision is judged, without AWS."""

from deploy.services import Services


def test_a_quiet_minute_says_nothing():
    assert Services.fault_of("public", {"requests": 5, "failed": 5}) == ""


def test_failures_and_slowness_are_faults():
    good = {"requests": 1000, "failed": 3, "average": 0.02, "p95": 0.15}
    assert Services.fault_of("confirm", good) == ""
    assert "5xx" in Services.fault_of("confirm", dict(good, failed=30))
    assert "average" in Services.fault_of("confirm", dict(good, average=0.3))
    assert "p95" in Services.fault_of("confirm", dict(good, p95=0.25))
    assert "dead" in Services.fault_of("worker", {"dead": 1})


class Deployment:
    """Only what watching asks for."""
    aws, say = None, None

    def exercised(self, kind, what):
        return True


class Watched(Services):
    """Services whose figures come from a list and whose time passes by itself."""

    def __init__(self, minutes):
        self.now, self.minutes = 0, iter(minutes)
        super().__init__(Deployment(), clock=lambda: self.now, sleep=self.pass_time)

    def pass_time(self, seconds):
        self.now += seconds

    def _figures(self, name):
        return next(self.minutes)


GOOD, BAD = {"requests": 1000, "failed": 0}, {"requests": 1000, "failed": 100}


def test_one_bad_look_is_forgiven_two_in_a_row_are_not():
    assert Watched([GOOD, BAD] * 5).watch("public") == ""
    assert "5xx" in Watched([GOOD, BAD, BAD]).watch("public")


def test_it_watches_for_five_minutes():
    watched = Watched([GOOD] * 20)
    watched.watch("public")
    assert watched.now == 300
