"""python3 -m deploy.smoke URL: a running system from outside. Health, cache headers, a purchase with its replay, a message consumed.

The purchase is one that the gateway declines (SMOKE_PAYMENT_TOKEN, default tok_declined of the sandbox), so no seat stays sold. In
a system without guest tokens, SMOKE_TOKEN is a buyer's. CONFIRM_URL is where /confirm is, when that is not behind URL; SMOKE_EVENT
names the event, otherwise the first with a free seat is taken."""

import http.client
import json
import os
import secrets
import sys
import time
import urllib.parse

CALL_SECONDS = 15
CONSUMED_SECONDS = int(os.environ.get("SMOKE_CONSUMED_SECONDS", "60"))


class SmokeFault(Exception):
    """What is not as it should be, in one sentence."""


class Site:
    """One address, asked over a fresh connection each time."""

    def __init__(self, url):
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SmokeFault(f"{url!r} is no http:// or https:// address")
        self._parts = parts

    def ask(self, method, path, headers=None, body=None):
        kind = http.client.HTTPSConnection if self._parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(self._parts.hostname, self._parts.port, timeout=CALL_SECONDS)
        try:
            connection.request(method, self._parts.path.rstrip("/") + path, body=body, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        except OSError as fault:
            raise SmokeFault(f"{method} {path}: no answer ({fault})") from None
        finally:
            connection.close()


def require(truth, sentence):
    if not truth:
        raise SmokeFault(sentence)


def json_of(body):
    try:
        return json.loads(body)
    except ValueError:
        raise SmokeFault(f"this is no JSON: {body[:80]!r}") from None


def check_health(public, confirm):
    for site, path in ((public, "/public/health"), (confirm, "/confirm/health")):
        status, headers, body = site.ask("GET", path)
        require(status == 200, f"{path} answers {status}: {body[:200]!r}")
        require(headers.get("cache-control") == "no-store", f"{path} may be cached: {headers.get('cache-control')}")


def check_cache(public):
    status, headers, body = public.ask("GET", "/public/events")
    require(status == 200, f"/public/events answers {status}")
    control = headers.get("cache-control", "")
    require("s-maxage=10" in control and "stale-while-revalidate" in control, f"/public/events has Cache-Control: {control}")
    require("etag" in headers, "/public/events has no ETag")
    again, headers_again, _ = public.ask("GET", "/public/events", {"if-none-match": headers["etag"]})
    changed = headers_again.get("etag") != headers["etag"]
    require(again == 304 or changed, f"asked with its own ETag, /public/events answers {again}")
    if "x-cache" in headers:
        # A second question in the same ten seconds never reaches the origin.
        require("Hit" in headers_again.get("x-cache", "") or changed, f"CloudFront did not keep it: {headers_again.get('x-cache')}")
        require("strict-transport-security" in headers, "CloudFront adds no security headers")
    return json_of(body)["events"]


def pick_seat(public, events):
    wanted = os.environ.get("SMOKE_EVENT", "")
    for event in [wanted] if wanted else [entry["id"] for entry in events]:
        status, headers, body = public.ask("GET", f"/public/events/{event}")
        require(status == 200, f"/public/events/{event} answers {status}")
        details = json_of(body)
        status, headers, _ = public.ask("GET", details["map"]["url"])
        require(status == 200 and "immutable" in headers.get("cache-control", ""), f"the map of {event} is not immutable: {status}")
        require("max-age=31536000" in headers["cache-control"], f"the map of {event} is not kept for a year")
        for section in details["sections"]:
            status, _, body = public.ask("GET", f"/public/events/{event}/seats?section={urllib.parse.quote(section['id'])}")
            require(status == 200, f"the seats of {event} answer {status}")
            free = [seat["id"] for seat in json_of(body)["seats"] if seat["state"] == "free"]
            if free:
                # Not always the first: two smoke tests at one time should not meet.
                return event, secrets.choice(free)
    raise SmokeFault("no event has a free seat to try with")


def token_of(confirm):
    if os.environ.get("SMOKE_TOKEN"):
        return os.environ["SMOKE_TOKEN"]
    status, _, body = confirm.ask("POST", "/confirm/buyer", {"content-type": "application/json"}, "{}")
    require(status == 201, f"/confirm/buyer answers {status}; where guests are off, set SMOKE_TOKEN")
    return json_of(body)["token"]


def check_purchase(confirm, event, seat):
    headers = {"content-type": "application/json", "authorization": f"Bearer {token_of(confirm)}",
               "idempotency-key": f"smoke-{secrets.token_hex(8)}"}
    payment = {"method": "sandbox", "token": os.environ.get("SMOKE_PAYMENT_TOKEN", "tok_declined")}
    order = json.dumps({"event": event, "seats": [seat], "payment": payment})
    status, answered, first = confirm.ask("POST", "/confirm/payment-intent", headers, order)
    require(status == 201, f"the intent for {seat} answers {status}: {first[:200]!r}")
    status, replayed, second = confirm.ask("POST", "/confirm/payment-intent", headers, order)
    require(status == 200 and replayed.get("idempotent-replayed") == "true", f"the same key again answers {status}, not a replay")
    require(second == first, "the replay has other bytes than the first answer")
    require(replayed.get("location") == answered.get("location"), "the replay has another Location")
    deadline = time.monotonic() + CONSUMED_SECONDS
    while True:
        status, seen, body = confirm.ask("GET", answered["location"], headers)
        require(status == 200, f"the intent answers {status}")
        require("x-cache" not in seen or "Hit" not in seen["x-cache"], "CloudFront caches /confirm")
        state = json_of(body)["status"]
        if state != "pending":
            return state
        require(time.monotonic() < deadline, f"the intent is pending after {CONSUMED_SECONDS} s: no worker takes messages")
        time.sleep(0.25)


def smoke(url, confirm_url, say):
    public, confirm = Site(url), Site(confirm_url)
    check_health(public, confirm)
    say("health: both answer, and no cache keeps it")
    events = check_cache(public)
    say(f"cache: headers and ETag are right, {len(events)} events")
    event, seat = pick_seat(public, events)
    state = check_purchase(confirm, event, seat)
    say(f"purchase: intent for {seat} of {event}, its replay has the same bytes; consumed, {state}")


def main(words):
    url = words[0] if words else ""
    if not url:
        domain = os.environ.get("DOMAIN_NAME", "")
        url = f"https://{domain}" if domain else ""
    if not url:
        print("error: say where: make smoke URL=https://…", file=sys.stderr)
        return 64
    try:
        smoke(url, os.environ.get("CONFIRM_URL") or url, lambda line: print(f"  {line}", flush=True))
    except SmokeFault as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 1
    print(f"{url} works")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
