"""One suite, two servers: aws-double, and moto for a second opinion."""

import re

import pytest

from aws_servers import KEY, ROOT, SECRET, Double, Moto, client


def differences():
    """Names of cases in which moto is known to differ, from the table in docs/aws-double.md."""
    text = (ROOT / "docs" / "aws-double.md").read_text()
    return set(re.findall(r"^\| `(test_\w+)` \|", text, re.MULTILINE))


@pytest.fixture(scope="session", params=["double", "moto"])
def server(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("aws")
    # Everything is signed with a key that the double checks: boto3 stands for every signer.
    made = Double(folder, "--check-signatures", KEY, SECRET) if request.param == "double" else Moto(folder)
    yield made
    made.process.terminate()
    made.process.wait(10)


@pytest.fixture(scope="session")
def double(tmp_path_factory):
    made = Double(tmp_path_factory.mktemp("double"))
    yield made
    made.process.terminate()
    assert made.process.wait(10) == 0


@pytest.fixture(scope="session")
def db(server):
    return client("dynamodb", server.url)


@pytest.fixture(scope="session")
def sqs(server):
    return client("sqs", server.url)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """On moto a documented difference has to show, and one that is not documented fails."""
    outcome = yield
    report = outcome.get_result()
    made = getattr(item, "funcargs", {}).get("server")
    if report.when != "call" or made is None or made.name != "moto" or item.originalname not in differences():
        return
    if report.failed:
        report.outcome, report.wasxfail = "skipped", "docs/aws-double.md says how moto differs"
    elif report.passed:
        report.outcome = "failed"
        report.longrepr = "moto does what AWS does by now: take the case out of the table in docs/aws-double.md"
