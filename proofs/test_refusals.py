"""Every problem that the document has is provoked on running services, as far as that can be done from outside, and every
kind of health answer is asked for; each has to be what the document says, member by member."""

import asyncio
import json
import urllib.request

import pytest
from document import check, problems
from system import System, event
from wire import Answer, Client

# Ours to be at fault for, or to be too busy for, or to be slow for; the Swift suites make them happen.
NOT_FROM_OUTSIDE = {"internal", "overloaded", "unavailable", "request-timeout"}
SERVICES = ["public", "confirm", "worker"]
LIMITED = ("--buyer-rate", "5", "--buyer-burst", "20")


def closed(sale):
    sale["sale"] = {"opensAt": "2098-01-01T00:00:00.000Z", "closesAt": "2099-01-01T00:00:00.000Z"}
    return sale


@pytest.fixture
def system(tmp_path):
    system = System(tmp_path, event(60, per_buyer=4, per_intent=4), separate=True, rates=LIMITED, guests="off", late=SERVICES)
    (tmp_path / "later.json").write_text(json.dumps(closed(event(60, identifier="later"))))
    system.ticket("events", "import", str(tmp_path / "later.json"))
    for service in SERVICES:
        system.start(service)
    yield system
    system.stop()


async def raw(port, text):
    """What cannot be said with a well-behaved client."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text.encode("latin-1"))
    head = (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)).decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in head[1:] if line)}
    body = await reader.readexactly(int(headers["content-length"]))
    writer.close()
    return Answer(int(head[0].split()[1]), headers, body)


def test_every_problem_that_a_client_can_cause_is_what_the_document_says(system):
    async def provoke():
        desk, site = Client(system.ports("confirm")), Client(system.ports("public"))
        tokens = iter(system.tokens(20))
        met = set()

        async def post(seats, token=None, key="key", event="proof", path="", **others):
            headers = {"Authorization": f"Bearer {token or next(tokens)}", **({"Idempotency-Key": key} if key else {})}
            payment = {"method": "sandbox", "token": "tok_ok"}
            body = {"event": event, "seats": seats, "payment": payment, **others}
            return note(await desk.request("POST", f"/confirm/payment-intent{path}", headers, body))

        def note(answer):
            if answer.status >= 400:
                met.add(answer.json()["type"].removeprefix("/problems/"))
            return answer

        buyer = next(tokens)
        bought = (await post(["S0-1-1", "S0-1-2", "S0-1-3"], buyer)).json()["id"]
        await post(["S0-1-1"])
        await post(["S0-1-4", "S0-1-5"], buyer, "next")
        await post(["S0-1-9"], buyer)
        await post(["S0-1-1"] * 2)
        await post(["S0-1-1"], price=1)
        await post([f"S0-1-{number}" for number in range(1, 6)])
        await post(["S9-9-9"])
        await post(["S0-1-1"], key=None)
        await post(["S0-1-1"], key='"')
        await post(["S0-1-1"], event="nowhere")
        await post(["S0-1-1"], event="later")
        await post(["S0-1-1"], "forged.token.here")
        note(await desk.request("POST", "/confirm/payment-intent", {}, {}))
        note(await desk.request("GET", "/confirm/payment-intent/pi_none", {"Authorization": f"Bearer {buyer}"}))
        for _ in range(100):
            state = await desk.request("GET", f"/confirm/payment-intent/{bought}", {"Authorization": f"Bearer {buyer}"})
            if state.status == 200 and state.json()["status"] == "confirmed":
                break
            await asyncio.sleep(0.3)
        await post([], buyer, path=f"/{bought}/cancel")
        note(await desk.request("POST", f"/confirm/payment-intent/{bought}/cancel", {"Authorization": f"Bearer {buyer}"}))
        note(await desk.request("POST", "/confirm/buyer"))
        note(await desk.request("DELETE", "/confirm/buyer"))
        note(await site.request("GET", "/public/events/nowhere/seats"))
        note(await site.request("GET", "/nowhere"))
        greedy = next(tokens)
        for answer in await asyncio.gather(*(
                desk.request("GET", "/confirm/payment-intent/pi_none", {"Authorization": f"Bearer {greedy}"}) for _ in range(60))):
            note(answer)

        port, start = system.ports("confirm")[0], "POST /confirm/payment-intent HTTP/1.1\r\nHost: a\r\n"
        for target, request in {
            "/confirm/payment-intent": [
                start + "Content-Length: 99999\r\n\r\n",
                start + f"Authorization: Bearer {greedy}\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{{}}",
                start + "Big: " + "x" * 40_000 + "\r\n\r\n",
                start + "Transfer-Encoding: gzip, chunked\r\n\r\n",
                start.replace("HTTP/1.1", "HTTP/3.0") + "\r\n",
            ],
            "/confirm/buyer": ["POST /confirm/buyer?" + "x" * 20_000 + " HTTP/1.1\r\nHost: a\r\n\r\n"],
        }.items():
            for text in request:
                answer = await raw(port, text)
                check("POST", target, answer)
                note(answer)
        cancel = f"/confirm/payment-intent/{bought}/cancel"
        answer = await raw(port, f"POST {cancel} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {buyer}\r\nContent-Length: 2\r\n\r\n{{}}")
        check("POST", cancel, answer)
        assert answer.status == 415
        desk.close()
        site.close()
        return met

    met = asyncio.run(provoke())
    assert problems() - NOT_FROM_OUTSIDE - met == set(), "not met"


def ask(address, path):
    with urllib.request.urlopen(address + path, timeout=10) as answer:
        found = Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())
    check("GET", path, found)
    return found.json()


def test_every_health_answer_is_what_the_document_says(system):
    shown = {name: process.address for name, process in system.processes.items()}
    assert ask(shown["public"], "/public/health")["service"] == "ticket-public"
    assert ask(shown["confirm"], "/confirm/health")["service"] == "ticket-confirm"
    assert ask(shown["worker"], "/health")["phase"] == "receiving"
    for name, process in system.processes.items():
        assert ask(process.admin, "/health")["service"] == f"ticket-{name}"
        assert ask(process.admin, "/ready")["service"] == f"ticket-{name}"


@pytest.mark.parametrize("words, member", [((), "circuits"), (("--no-worker",), "dependsOn")])
def test_one_process_answers_on_the_workers_place_too(tmp_path, words, member):
    system = System(tmp_path, event(50), rates=words)
    try:
        process = system.processes["all"]
        assert member in ask(process.address, "/health")
        assert ask(process.admin, "/health")["service"] == "ticket run"
        ask(process.address, "/public/health")
        ask(process.address, "/confirm/health")
    finally:
        assert system.stop() == [0]
