"""When a system may be taken down: what the ledger, the stacks and the order book say, without AWS."""

import pytest

from deploy import destroy
from deploy.aws import AwsFault
from deploy.steps import StepFault

STANDS = {"StackStatus": "CREATE_COMPLETE"}
NO_TABLE = AwsFault("dynamodb scan", "ResourceNotFoundException", "no such table")


class System:
    """A deployment by what stands of it. `said` is what the task that looks into the order book prints, or how it fails."""

    def __init__(self, monkeypatch, ledger=0, stacks=("03-dataplane", "05-services"), table="CREATE_COMPLETE", streams=1, said=()):
        self.ledger, self.streams, self.table, self.said, self.aws = ledger, streams, table, said, self
        self.standing = dict(stacks if isinstance(stacks, dict) else {name: STANDS for name in stacks})
        self.settings, self.asked, self.commands, self.lines = {"APP_NAME": "shop", "AWS_REGION": "moon"}, [], [], []
        self.say = self.lines.append
        monkeypatch.setattr(destroy, "run_once", self.run_once)

    def call(self, service, operation, *words, **_):
        self.asked.append(operation)
        if operation == "scan":
            if isinstance(self.ledger, AwsFault):
                raise self.ledger
            return {"Count": self.ledger}
        if operation == "describe-log-streams":
            return {"logStreams": [{}] * self.streams}
        if operation == "create-backup" and isinstance(self.ledger, AwsFault):
            raise AwsFault("dynamodb create-backup", "TableNotFoundException", "no such table")
        return {}

    def run_once(self, deployment, what, command, echo):
        self.commands.append(command)
        if isinstance(self.said, Exception):
            raise self.said
        for line in self.said:
            echo(line)

    def stack_name(self, step):
        return step.name

    def stacks(self, step):
        return self

    def find(self, name):
        return self.standing.get(name)

    def resources(self, name):
        return [{"LogicalResourceId": "Table", "ResourceStatus": self.table}]

    def find_output(self, name):
        return name if self.standing else None

    def exercised(self, kind, what):
        return True

    def sold(self):
        return destroy.things_sold(self, "shop-ledger")


NONE, ONE = ['{"orders":[],"next":null}'], ["starting", '{"orders":[{"number":"A"}],"next":null}']


def test_a_ledger_with_anything_in_it_is_enough(monkeypatch):
    system = System(monkeypatch, ledger=1)
    assert "holds intents" in system.sold() and system.commands == []
    assert "cannot be read" in System(monkeypatch, ledger=AwsFault("scan", "AccessDenied", "no")).sold()


def test_a_lost_table_says_nothing_of_orders_so_it_refuses(monkeypatch):
    assert "is not there" in System(monkeypatch, ledger=NO_TABLE).sold()
    # One that was never made, and one that went with everything else.
    assert System(monkeypatch, ledger=NO_TABLE, stacks=["03-dataplane"], table="CREATE_FAILED", streams=0).sold() == ""
    assert System(monkeypatch, ledger=NO_TABLE, stacks=[]).sold() == ""


def test_an_empty_ledger_is_believed_when_the_order_book_is_empty_too(monkeypatch):
    system = System(monkeypatch, said=NONE)
    assert system.sold() == "" and system.commands == [["orders", "list", "--limit", "1", "--json"]]
    assert "there are orders in Aurora" in System(monkeypatch, said=ONE).sold()


def test_an_order_book_that_does_not_answer_counts_as_full(monkeypatch):
    assert "cannot be asked" in System(monkeypatch, said=StepFault("it ended with exit code 1")).sold()
    assert "cannot be asked" in System(monkeypatch, said=AwsFault("ecs run-task", "Timeout", "no answer")).sold()
    for nothing in ([], ["There is no order."], ["[]", "3"]):
        assert "no answer that can be read" in System(monkeypatch, said=nothing).sold()


def test_a_system_that_nobody_can_have_used_is_not_asked(monkeypatch):
    for unused in (System(monkeypatch, stacks=[]), System(monkeypatch, stacks=["03-dataplane"], streams=0),
                   System(monkeypatch, stacks={"03-dataplane": {"StackStatus": "DELETE_FAILED"}})):
        assert unused.sold() == "" and unused.commands == []
    # The tables were made, and `ticket` may have put something in.
    assert System(monkeypatch, stacks=["03-dataplane"], said=ONE).sold()


def test_it_refuses_with_the_reason_and_force_asks_nothing(monkeypatch):
    system = System(monkeypatch, ledger=NO_TABLE, said=ONE)
    with pytest.raises(StepFault) as fault:
        destroy.destroy(system, lambda question: "shop")
    assert "nothing was destroyed: the table shop-ledger" in str(fault.value) and "FORCE=orders-and-all" in str(fault.value)
    system.asked.clear()
    with pytest.raises(StepFault) as fault:
        destroy.destroy(system, lambda question: "no", destroy.FORCE)
    assert str(fault.value) == "nothing was destroyed" and system.asked == system.commands == []


def test_a_table_that_is_gone_is_not_backed_up(monkeypatch):
    assert destroy.back_up(System(monkeypatch), "shop-ledger")
    assert not destroy.back_up(System(monkeypatch, ledger=NO_TABLE), "shop-ledger")
