"""What is not proven changes nothing: forged access tokens, panel requests, messages of Stripe and
links to invoices are refused, and every table is as it was. PyJWT agrees with us on what a token
is."""

from __future__ import annotations

import collections
import contextlib
import json
import re
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import jwt
import psycopg
import pytest
from bench_data import portal_cookies
from billing_system import DEMO_PASSWORD, System, eventually, running_system
from database import changed, connect, digest, digests
from forgeries import (
    HEADER,
    PanelKey,
    PanelRequest,
    forged_links,
    forged_panel_requests,
    forged_tokens,
    forged_webhooks,
    part,
    signed,
    stripe_signature,
    token_key,
)
from shopping import Customer

WEBHOOK_SECRET = "whsec_sandbox_only_not_a_secret_000000"
USAGE = "/api/v1/usage/update"
VALIDATE = "/api/v1/licenses/validate"
WEBHOOK = "/api/v1/payments/webhook"


@dataclass(frozen=True)
class Keys:
    """The keys of panels, some of which may not do what is asked with them."""

    good: PanelKey
    other: PanelKey
    revoked: PanelKey
    without_scope: PanelKey
    of_elsewhere: PanelKey


@dataclass(frozen=True)
class Links:
    """Tokens of links to invoices of one customer, and of what else a token is made for."""

    good: str
    # The invoice that the good one opens, and another.
    invoice: str
    other_invoice: str
    # Links that were good once, by why they are not any more.
    ended: dict[str, str]
    other_purposes: dict[str, str]


@dataclass(frozen=True)
class Place:
    """A system at rest, with a customer who has bought, and no jobs that run."""

    system: System
    secret_key: str
    database: psycopg.Connection[Any]
    customer: Customer
    license_key: str
    keys: Keys
    links: Links
    used: PanelRequest
    event: bytes

    @property
    def token_key(self) -> bytes:
        return token_key(self.secret_key)

    def access_token(self, email: str = "admin@example.com") -> str:
        body = {"email": email, "password": DEMO_PASSWORD}
        answer = self.system.http.post("/api/v1/auth/login", json=body)
        return answer.raise_for_status().json()["access_token"]

    def send(self, request: PanelRequest) -> httpx.Response:
        return send(self.system, request)

    def deliver(self, body: bytes, signature: str | None) -> httpx.Response:
        return deliver(self.system, body, signature)

    @contextlib.contextmanager
    def unchanged(self) -> Iterator[None]:
        """Fails when any row of any table is another one afterwards."""
        before = digests(self.database)
        assert len(before) > 30
        yield
        assert changed(before, digests(self.database)) == []


def send(system: System, request: PanelRequest) -> httpx.Response:
    headers = [*request.headers, ("Content-Type", "application/json")]
    return system.http.post(request.path, content=request.body, headers=headers)


def deliver(system: System, body: bytes, signature: str | None) -> httpx.Response:
    headers = {} if signature is None else {"Stripe-Signature": signature}
    return system.http.post(WEBHOOK, content=body, headers=headers)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    secret_key = secrets.token_hex(32)
    with running_system(RATE_LIMITS="off", SECRET_KEY=secret_key) as system:
        customer = Customer.register(system)
        order = customer.buy(plan="starter")
        assert order["status"] == "completed"
        license = customer.http.get("/licenses/").json()["data"][0]
        revealed = customer.http.post(f"/licenses/{license['id']}/reveal").json()
        keys = issued_keys(system)
        links = made_links(system, customer, keys)
        used = keys.good.signed(USAGE, usage(revealed["license_key"]))
        event = an_event()
        assert send(system, used).status_code == 200
        assert deliver(system, event, stripe_signature(event, WEBHOOK_SECRET)).is_success
        # Jobs, and the note of when a key was last used, change rows by themselves.
        system.billing.stop()
        system.billing.start(ROLE="web")
        system.require_ready()
        with connect(system) as database:
            license_key = revealed["license_key"]
            yield Place(
                system, secret_key, database, customer, license_key, keys, links, used, event
            )


def issued_keys(system: System) -> Keys:
    admin = system.log_in("admin@example.com")

    def issue(*scopes: str, **more: Any) -> tuple[PanelKey, str]:
        body = {"name": f"panel {uuid.uuid4().hex[:8]}", "scopes": list(scopes), **more}
        answer = admin.post("/admin/api-keys", json=body)
        assert answer.status_code == 201, answer.text
        key = answer.json()
        return PanelKey(key["key"], key["secret"]), key["id"]

    both = ("licenses:validate", "usage:write")
    revoked, revoked_id = issue(*both)
    assert admin.delete(f"/admin/api-keys/{revoked_id}").status_code == 204
    return Keys(
        good=issue(*both)[0],
        other=issue(*both)[0],
        revoked=revoked,
        without_scope=issue("licenses:validate")[0],
        of_elsewhere=issue(*both, allowed_addresses=["192.0.2.0/24"])[0],
    )


def made_links(system: System, customer: Customer, keys: Keys) -> Links:
    staff = system.log_in("billing@example.com")
    payer = staff.get("/admin/customers", params={"q": customer.email}).json()["data"][0]["id"]
    line = {"description": "Work", "quantity": 1, "unit_price": {"amount": 5000, "currency": "USD"}}
    body = {"customer_id": payer, "currency": "USD", "lines": [line], "issue": True}

    def issue() -> str:
        return staff.post("/invoices", json=body).raise_for_status().json()["id"]

    def link(invoice: str) -> str:
        answer = staff.post(f"/invoices/{invoice}/links").raise_for_status().json()
        return answer["url"].rpartition("/")[2]

    good, other, void, old = issue(), issue(), issue(), issue()
    ended = {
        "that was ended": link(other),
        "to a void invoice": link(void),
        "that is old": link(old),
    }
    staff.delete(f"/invoices/{other}/links").raise_for_status()
    staff.post(f"/invoices/{void}/void", json={}).raise_for_status()
    with connect(system) as owner:
        owner.execute(
            "UPDATE invoice_links SET expires_at = created_at + interval '1 ms'"
            " WHERE token_hash = sha256(%s)",
            [ended["that is old"].encode()],
        )
    purposes = {
        **mailed_tokens(system, customer),
        **kept_tokens(system),
        "the invoice's identifier": good,
        "a panel's key": keys.good.key,
        "a panel's secret": keys.good.secret,
    }
    return Links(link(good), good, other, ended, purposes)


def mailed_tokens(system: System, customer: Customer) -> dict[str, str]:
    """What mails brought to click at, but for links to invoices."""
    forgotten = {"email": customer.email}
    system.http.post("/api/v1/auth/password/forgot", json=forgotten).raise_for_status()

    def found() -> dict[str, str]:
        mails = " ".join(str(mail) for mail in system.inbox.messages(customer.email))
        return dict(re.findall(r"/(verify|reset|reveal)/([A-Za-z0-9_-]{43})", mails))

    return eventually(lambda: found() if len(found()) == 3 else None, 30, "three mailed tokens")


def kept_tokens(system: System) -> dict[str, str]:
    """What programs and browsers keep."""
    login = {"email": "customer@example.com", "password": DEMO_PASSWORD}
    tokens = system.http.post("/api/v1/auth/login", json=login).raise_for_status().json()
    cookies = portal_cookies(system, **login)
    return {
        "an access token": tokens["access_token"],
        "a refresh token": tokens["refresh_token"],
        **dict(each.split("=", 1) for each in cookies.split("; ")),
    }


def usage(license_key: str) -> bytes:
    body = {
        "license_key": license_key,
        "resource_type": "databases",
        "delta": 1,
        "event_id": uuid.uuid4().hex,
    }
    return json.dumps(body).encode()


def an_event(**changes: Any) -> bytes:
    """A message about nothing that we sell."""
    event = {
        "id": f"evt_{uuid.uuid4().hex}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "livemode": False,
        "type": "payment_intent.succeeded",
        "data": {"object": {"id": "pi_1", "object": "payment_intent", "amount": 2900}},
        **changes,
    }
    return json.dumps(event).encode()


@contextlib.contextmanager
def watched_address() -> Iterator[tuple[str, list[str]]]:
    """An address, and the paths that somebody asked for there."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *arguments: Any) -> None:
            """Nothing is written beside the test's own output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()


# Access tokens.


def test_pyjwt_reads_our_access_tokens(place: Place) -> None:
    token = place.access_token()

    assert jwt.get_unverified_header(token) == HEADER
    claims = jwt.decode(
        token,
        place.token_key,
        algorithms=["HS256"],
        audience="api",
        issuer=place.system.api_url,
        options={"require": ["iss", "sub", "aud", "iat", "exp"]},
    )
    me = place.system.client(token).get("/auth/me").json()
    assert claims["sub"] == me["id"]
    assert claims["exp"] - claims["iat"] == 15 * 60
    assert abs(claims["iat"] - time.time()) < 60
    with pytest.raises(jwt.InvalidSignatureError):
        jwt.decode(token, place.secret_key, algorithms=["HS256"], audience="api")


def test_we_read_what_pyjwt_signs_with_our_key(place: Place) -> None:
    claims = jwt.decode(place.access_token(), options={"verify_signature": False})
    claims["exp"] += 60
    token = jwt.encode(claims, place.token_key, algorithm="HS256", sort_headers=True)
    assert place.system.client(token).get("/auth/me").json()["id"] == claims["sub"]


def attempts(place: Place) -> list[Callable[[httpx.Client], httpx.Response]]:
    """What a forger would do first; each would change something, or show it."""
    user = place.system.client(place.access_token()).get("/auth/me").json()["id"]
    key = {"name": "forged", "scopes": ["usage:write"]}
    return [
        lambda client: client.get("/auth/me"),
        lambda client: client.put("/auth/me", json={"full_name": "Forged"}),
        lambda client: client.post("/admin/api-keys", json=key),
        lambda client: client.delete(f"/admin/users/{user}"),
    ]


def test_no_forged_token_is_believed(place: Place) -> None:
    good = place.access_token()
    tries = attempts(place)
    with watched_address() as (address, asked):
        corpus = list(forged_tokens(good, place.token_key, place.secret_key, address))
        assert len(corpus) > 100
        believed = []
        with place.unchanged(), place.system.client() as client:
            for name, token in corpus:
                client.headers["Authorization"] = f"Bearer {token}"
                answers = {attempt(client).status_code for attempt in tries}
                if answers != {401}:
                    believed.append(f"{name}: {answers}")
        assert believed == []
        assert asked == []
    # The same attempt with the true token is not refused, so that the corpus says something.
    assert tries[0](place.system.client(good)).status_code == 200


def test_a_token_is_believed_in_its_place_alone(place: Place) -> None:
    token = place.access_token()
    login = {"email": "customer@example.com", "password": DEMO_PASSWORD}
    refresh = place.system.http.post("/api/v1/auth/login", json=login).json()["refresh_token"]
    http = place.system.http
    me = "/api/v1/auth/me"
    with place.unchanged():
        for headers in [
            {"Authorization": token},
            {"Authorization": f"Basic {token}"},
            {"Authorization": f"Bearer {refresh}"},
            {"Authorization": f"Bearer {token} {token}"},
            {"Authorization": f"Bearer {token},Bearer {token}"},
            {"Cookie": f"session={token}; access_token={token}; __Host-session={token}"},
            {"X-Access-Token": token},
        ]:
            assert http.get(me, headers=headers).status_code == 401, headers
        assert http.get(f"{me}?access_token={token}").status_code == 401
        # It is too long to be a refresh token.
        answer = http.post("/api/v1/auth/refresh", json={"refresh_token": token})
        assert answer.status_code == 422


def test_a_token_that_was_withdrawn_is_replayed_in_vain(place: Place) -> None:
    token = place.access_token("support@example.com")
    client = place.system.client(token)
    tries = attempts(place)
    assert client.post("/auth/logout").status_code == 204
    with place.unchanged():
        for attempt in tries:
            assert attempt(client).status_code == 401


# Panels.


def test_no_panel_is_believed_without_its_proof(place: Place) -> None:
    believed = []
    question = json.dumps({"license_key": place.license_key, "feature": "create_domain"}).encode()
    with place.unchanged():
        for path, body in [(USAGE, usage(place.license_key)), (VALIDATE, question)]:
            corpus = forged_panel_requests(place.keys.good, place.keys.other, path, body)
            for name, request in corpus:
                status = place.send(request).status_code
                if status != 401:
                    believed.append(f"{path} {name}: {status}")
    assert believed == []


def test_a_key_that_may_not_is_refused_with_a_true_proof(place: Place) -> None:
    body = usage(place.license_key)
    with place.unchanged():
        for key, status in [
            (place.keys.revoked, 401),
            (place.keys.without_scope, 403),
            (place.keys.of_elsewhere, 403),
        ]:
            assert place.send(key.with_secret(USAGE, body)).status_code == status
            assert place.send(key.signed(USAGE, body)).status_code == status


def test_a_panels_request_is_replayed_in_vain(place: Place) -> None:
    used = place.used
    name, signature = used.headers[1]
    moment, code = signature.removeprefix("t=").split(",v1=")
    key = place.keys.good
    with place.unchanged():
        for _ in range(5):
            assert place.send(used).status_code == 409
        # The same proof written otherwise is the same proof.
        upper = key.carrying(USAGE, used.body, f"t={moment},v1={code.upper()}")
        assert place.send(upper).status_code == 409
        spaced = key.carrying(USAGE, used.body, f"t={moment}, v1={code}")
        assert place.send(spaced).status_code == 409
        for other in [
            key.carrying(VALIDATE, used.body, signature),
            key.carrying(USAGE, usage(place.license_key), signature),
            key.carrying(USAGE, used.body, f"t={int(moment) + 1},v1={code}"),
            key.carrying(USAGE, used.body, f"t=0{moment},v1={code}"),
            place.keys.other.carrying(USAGE, used.body, signature),
        ]:
            assert place.send(other).status_code == 401


# Stripe.


def test_no_message_is_believed_that_is_not_stripes(place: Place) -> None:
    believed = []
    refusals = set()
    with place.unchanged():
        for name, body, signature in forged_webhooks(an_event(), WEBHOOK_SECRET):
            answer = place.deliver(body, signature)
            refusals.add((answer.status_code, answer.json()["code"], answer.json()["detail"]))
            if answer.status_code != 400:
                believed.append(f"{name}: {answer.status_code}")
    assert believed == []
    # Whoever tries learns nothing about what was wrong.
    assert len(refusals) == 1


def test_a_message_of_stripe_is_replayed_in_vain(place: Place) -> None:
    now = int(time.time())
    with place.unchanged():
        for seconds in range(20):
            signature = stripe_signature(place.event, WEBHOOK_SECRET, at=now - seconds)
            assert place.deliver(place.event, signature).status_code == 200
        # The same name with other contents is still the same message.
        event = json.loads(place.event)
        other = an_event(id=event["id"], type="payment_intent.canceled")
        assert place.deliver(other, stripe_signature(other, WEBHOOK_SECRET)).status_code == 200


def test_a_stolen_key_of_another_system_opens_nothing(place: Place) -> None:
    """The same user and family, signed under another SECRET_KEY."""
    claims = jwt.decode(place.access_token(), options={"verify_signature": False})
    stolen = signed(HEADER, claims, token_key(secrets.token_hex(32)))
    with place.unchanged():
        assert place.system.client(stolen).get("/auth/me").status_code == 401
    assert part(HEADER) == place.access_token().partition(".")[0]


# Links to invoices.


@contextlib.contextmanager
def visitor(place: Place) -> Iterator[httpx.Client]:
    """A browser of nobody's, with the cookie that the portal gives it."""
    with httpx.Client(base_url=place.system.portal_url, timeout=40, trust_env=False) as browser:
        browser.get("/login").raise_for_status()
        yield browser


def form_token(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def seen(page: httpx.Response) -> tuple[int, str]:
    """What a visitor sees of a page: all of it but what is made anew for each answer."""
    return page.status_code, re.sub(r'nonce="[^"]*"', "", page.text)


def test_no_forged_link_opens_an_invoice(place: Place) -> None:
    links = place.links
    corpus = [*forged_links(links.good, links.other_purposes), *links.ended.items()]
    assert len(corpus) > 60
    assert links.good not in {token for _, token in corpus}
    pages = collections.defaultdict(set)
    with visitor(place) as browser:
        form = {"csrf": form_token(browser.get("/login"))}
        with place.unchanged():
            for name, token in corpus:
                for way, page in [
                    ("shown", browser.get(f"/pay/{token}")),
                    ("paid", browser.post(f"/pay/{token}", data=form)),
                    ("printed", browser.get(f"/pay/{token}/pdf")),
                ]:
                    pages[seen(page)].add(f"{way}: {name}")
    # Nobody is told what was wrong: it is always the same page.
    assert [(status, names) for (status, _), names in pages.items() if status != 410] == []
    assert len(pages) == 1, sorted(pages.values(), key=len)[0]
    ((_, text),) = pages
    assert "This link has ended" in text
    assert "50.00" not in text


def test_a_link_opens_its_own_invoice_alone(place: Place) -> None:
    links = place.links
    with visitor(place) as browser, place.unchanged():
        # The processor sends payers back to an address without the token.
        browser.cookies.set("invoice_link", links.good)
        for ended in ["", *links.ended.values(), *links.other_purposes.values()]:
            back = httpx.get(
                f"{place.system.portal_url}/paid/{links.invoice}",
                headers={"Cookie": f"invoice_link={ended}"},
                trust_env=False,
            )
            assert back.headers["Location"] == f"/invoices/{links.invoice}"
        other = browser.get(f"/paid/{links.other_invoice}")
        assert other.headers["Location"] == f"/invoices/{links.other_invoice}"
        # A link is no session, neither here nor at the API.
        for path in ["/dashboard", "/invoices", f"/invoices/{links.invoice}", "/console"]:
            shown = browser.get(path, headers={"Cookie": f"session={links.good}"})
            assert shown.headers["Location"].startswith("/login"), path
        client = place.system.client(links.good)
        assert client.get(f"/invoices/{links.invoice}").status_code == 401


def test_a_link_is_not_used_from_another_site(place: Place) -> None:
    with visitor(place) as browser, place.unchanged():
        for token in ["", place.links.good, secrets.token_hex(32), secrets.token_urlsafe(32)]:
            form = {"csrf": token}
            assert browser.post(f"/pay/{place.links.good}", data=form).status_code == 403


# What is proven; at the end, since the last use of a key is noted some time after it.


def test_a_message_of_stripe_is_believed(place: Place) -> None:
    before = digest(place.database, "webhook_events")
    event = an_event()
    assert place.deliver(event, stripe_signature(event, WEBHOOK_SECRET)).status_code == 200
    assert digest(place.database, "webhook_events") != before


def test_a_report_that_is_signed_anew_counts_once(place: Place) -> None:
    tables = ["license_usage", "usage_events"]
    before = [digest(place.database, table) for table in tables]
    for seconds in range(10, 15):
        # No time of before, in which the same bytes would make the same signature.
        again = place.keys.good.signed(USAGE, place.used.body, at=int(time.time()) + seconds)
        assert place.send(again).status_code == 200
    assert [digest(place.database, table) for table in tables] == before


def test_a_panels_true_request_is_believed(place: Place) -> None:
    before = digest(place.database, "license_usage")
    fresh = place.keys.good.signed(USAGE, usage(place.license_key))
    assert place.send(fresh).status_code == 200
    assert digest(place.database, "license_usage") != before


def test_a_true_link_shows_and_pays_its_invoice(place: Place) -> None:
    before = digest(place.database, "payments")
    path = f"/pay/{place.links.good}"
    with visitor(place) as browser:
        page = browser.get(path)
        assert page.status_code == 200
        assert "50.00" in page.text
        assert browser.get(f"{path}/pdf").content.startswith(b"%PDF-")
        paying = browser.post(path, data={"csrf": form_token(page)})
    assert paying.status_code == 303
    assert paying.headers["Location"].startswith(place.system.stripe.url)
    assert digest(place.database, "payments") != before
