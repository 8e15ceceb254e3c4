"""Another Stripe than ours behind our driver: localstripe, which others wrote.

It knows customers and payment intents well enough for a sale on a page of the customer's own, and
its webhooks are signed as Stripe's. It is of another age than the version that we pin, so that
`Narrowing` stands between:

- it refuses `description`, `automatic_payment_methods` and `setup_future_usage` of an intent, which
  are taken off what we send (`test_system_stripe_contract.py` holds them to Stripe's own types);
- it takes a card when an intent is made and no longer at its confirmation, so a card is put in;
- it does not tell `amount_received`, which is told from its status.

It has no Checkout Sessions of the kind we open, no idempotency keys, and no version.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlencode

import httpx
import pytest
from billing_system import LOGS, System, die_with_parent, eventually, is_listening, running_system
from loopback_server import LoopbackServer, QuietHandler
from relay import unused_port
from shopping import Customer

PROGRAM = Path(sys.executable).with_name("localstripe")
WEBHOOK_SECRET = "whsec_sandbox_only_not_a_secret_000000"
UNKNOWN = ("description", "automatic_payment_methods", "setup_future_usage", "cancellation_reason")
INTENTS = "/v1/payment_intents"


@dataclass
class Narrowing:
    """Passes calls on to localstripe, without what it does not know."""

    target: str
    card: str = ""
    left_out: set[str] = field(default_factory=set)
    calls: list[str] = field(default_factory=list)

    def narrowed(self, method: str, path: str, body: bytes) -> bytes:
        if method != "POST" or not path.startswith(INTENTS):
            return body
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
        names = [name.partition("[")[0] for name, _ in pairs]
        self.left_out.update(name for name in names if name in UNKNOWN)
        kept = [pair for pair, name in zip(pairs, names, strict=True) if name not in UNKNOWN]
        if path == INTENTS:
            kept.append(("payment_method", self.card))
        return urlencode(kept).encode()

    def widened(self, text: bytes) -> bytes:
        answer = json.loads(text)
        if answer.get("object") == "payment_intent":
            is_paid = answer["status"] == "succeeded"
            answer["amount_received"] = answer["amount"] if is_paid else 0
        return json.dumps(answer).encode()

    def __enter__(self) -> Narrowing:
        narrowing = self

        class Handler(QuietHandler):
            def take(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                narrowing.calls.append(f"{self.command} {self.path}")
                answer = httpx.request(
                    self.command,
                    narrowing.target + self.path,
                    content=narrowing.narrowed(self.command, self.path, body),
                    headers={
                        name: self.headers[name]
                        for name in ("Authorization", "Content-Type")
                        if name in self.headers
                    },
                    trust_env=False,
                )
                text = narrowing.widened(answer.content)
                self.send_response(answer.status_code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = take

        self._server = LoopbackServer(Handler)
        self.url = self._server.url
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()


@dataclass(frozen=True)
class Place:
    system: System
    stripe: httpx.Client
    narrowing: Narrowing

    def use_card(self, number: str) -> None:
        card = {"number": number, "exp_month": "12", "exp_year": "2040", "cvc": "123"}
        form = {"type": "card", **{f"card[{name}]": value for name, value in card.items()}}
        answer = self.stripe.post("/v1/payment_methods", data=form)
        assert answer.status_code == 200, answer.text
        self.narrowing.card = answer.json()["id"]

    def confirm(self, client_secret: str) -> httpx.Response:
        intent = client_secret.partition("_secret_")[0]
        return self.stripe.post(f"{INTENTS}/{intent}/confirm")


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    LOGS.mkdir(parents=True, exist_ok=True)
    with (LOGS / "localstripe.log").open("ab") as output:
        program = subprocess.Popen(
            [PROGRAM, "--port", str(port), "--from-scratch"],
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )
    try:
        eventually(lambda: is_listening(port), 20, "listening localstripe")
        key = {"Authorization": "Bearer sk_test_of_the_tests"}
        with httpx.Client(base_url=url, headers=key, trust_env=False) as stripe, Narrowing(
            url
        ) as narrowing, running_system(RATE_LIMITS="off", STRIPE_URL=narrowing.url) as system:
            hook = {
                "url": f"{system.api_url}/api/v1/payments/webhook",
                "secret": WEBHOOK_SECRET,
            }
            stripe.post("/_config/webhooks/billing", data=hook).raise_for_status()
            yield Place(system, stripe, narrowing)
    finally:
        program.terminate()
        program.wait(timeout=10)


def test_a_sale_is_paid_at_another_stripe(place: Place) -> None:
    place.use_card("4242424242424242")
    customer = Customer.register(place.system)
    order = customer.order(plan="starter")
    secret = customer.start_intent(order)
    assert customer.start_intent(order) == secret
    assert customer.look_at(order)["status"] == "pending"

    intent = secret.partition("_secret_")[0]
    kept = place.stripe.get(f"{INTENTS}/{intent}").json()
    assert (kept["amount"], kept["currency"]) == (order["total"]["amount"], "usd")
    assert kept["metadata"]["order_id"] == order["id"]
    payer = place.stripe.get(f"/v1/customers/{kept['customer']}").json()
    assert (payer["email"], payer["name"]) == (customer.email, "Ada Example")

    paid = place.confirm(secret)
    assert paid.json()["status"] == "succeeded", paid.text
    assert customer.wait_for(order)["status"] == "completed"
    invoice = customer.http.get(f"/invoices/{order['invoice_id']}").json()
    assert invoice["status"] == "paid"
    assert invoice["amount_paid"] == order["total"]
    made = [call for call in place.narrowing.calls if call == f"POST {INTENTS}"]
    assert len(made) == 1


def test_a_card_that_another_stripe_declines_buys_nothing(place: Place) -> None:
    # It can be kept, and not charged.
    place.use_card("4000000000000341")
    customer = Customer.register(place.system)
    order = customer.order(plan="starter")
    secret = customer.start_intent(order)
    assert place.confirm(secret).status_code == 402
    payment = customer.http.get("/payments").json()["data"][0]
    answer = customer.http.post(f"/payments/{payment['id']}/confirm")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "open"
    assert customer.look_at(order)["status"] == "pending"
    assert customer.http.get("/licenses/").json()["data"] == []


def test_the_webhooks_of_another_stripe_are_believed(place: Place) -> None:
    """Its messages come some time after; what they say is asked for and stored once."""
    log = Path(place.system.billing.log)

    def received() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in log.read_text().splitlines() if line[:1] == "{"]
        return [line for line in lines if line.get("route") == "/api/v1/payments/webhook"]

    eventually(lambda: len(received()) >= 2, 20, "webhooks of localstripe")
    assert {line["status"] for line in received()} == {"200"}


def test_only_what_is_said_above_is_left_out(place: Place) -> None:
    assert place.narrowing.left_out <= set(UNKNOWN)
    assert {"description", "automatic_payment_methods"} <= place.narrowing.left_out
