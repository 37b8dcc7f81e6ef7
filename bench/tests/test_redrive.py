from orders import WORKERS, variables_of
from redrive import variables


class Double:
    address = "http://127.0.0.1:1"


def test_letters_are_in_the_table_because_orders_are_in_no_file():
    settings = variables("http://127.0.0.1:1", "/folder")
    assert settings["TICKET_LEDGER"].startswith("dynamodb:") and settings["TICKET_ORDERS"].startswith("postgres:")
    assert settings["TICKET_QUEUE"] == "sqs:http://127.0.0.1:1/000000000000/orders.fifo"


def test_each_worker_that_is_measured_has_its_stores():
    assert list(WORKERS) == ["embedded", "postgres", "aws"]
    assert variables_of(None, None, "data") == {"TICKET_DATA": "data"}
    assert variables_of(None, Double(), "data")["TICKET_LEDGER"] == "dynamodb:tickets"
