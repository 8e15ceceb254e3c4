"""The official SDK, driving our simulator while every answer is held to the SDK's own types."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import stripe
from billing_system import System
from loopback_server import LoopbackServer, QuietHandler
from stripe_schema import check_answer, check_fields

SECRET_KEY = "sk_test_of_the_tests"


@dataclass(frozen=True)
class Answer:
    """One answer of the simulator, and the call that it was given to."""

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def problems(self) -> list[str]:
        found = check_answer(self.method, self.path, self.status, self.body)
        found += check_fields(self.body)
        if not self.headers.get("Request-Id", "").startswith("req_"):
            found.append("it has no Request-Id")
        if "Stripe-Version" not in self.headers:
            found.append("it has no Stripe-Version")
        return [f"{self.method} {self.path} → {self.status}: {each}" for each in found]


class CheckingClient(stripe.RequestsClient):
    """Carries the SDK's calls, and keeps every answer."""

    def __init__(self) -> None:
        session = requests.Session()
        session.trust_env = False
        super().__init__(session=session)
        self.answers: list[Answer] = []

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        content, status, answered = super().request(method, url, headers, post_data)
        path = urlsplit(url).path
        self.answers.append(Answer(method.upper(), path, status, answered, json.loads(content)))
        return content, status, answered

    @property
    def problems(self) -> list[str]:
        return [problem for answer in self.answers for problem in answer.problems]


def sdk_for(system: System, carrier: CheckingClient, key: str = SECRET_KEY) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        base_addresses={"api": system.stripe.url},
        http_client=carrier,
        max_network_retries=0,
    )


def new_session(sdk: stripe.StripeClient, **changes: Any) -> stripe.checkout.Session:
    parameters: dict[str, Any] = {
        "mode": "payment",
        "success_url": "https://shop.example/done?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/cart",
        "client_reference_id": "ord_1",
        "metadata": {"order": "ord_1"},
        "line_items": [
            {
                "price_data": {
                    "currency": "usd",
                    "unit_amount": 9900,
                    "product_data": {"name": "Professional"},
                },
                "quantity": 1,
            }
        ],
        **changes,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    return sdk.v1.checkout.sessions.create(given)  # type: ignore[arg-type]


def new_intent(sdk: stripe.StripeClient, **changes: Any) -> stripe.PaymentIntent:
    parameters: dict[str, Any] = {
        "amount": 2900,
        "currency": "usd",
        "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        **changes,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    return sdk.v1.payment_intents.create(given)  # type: ignore[arg-type]


def saved_card(
    sdk: stripe.StripeClient, name: str = "pm_card_visa"
) -> tuple[stripe.Customer, stripe.PaymentMethod]:
    person = sdk.v1.customers.create({"email": "sdk@example.com", "name": "Ada Example"})
    return person, sdk.v1.payment_methods.attach(name, {"customer": person.id})


def refusal(kind: type[stripe.StripeError], call: Callable[[], Any]) -> stripe.StripeError:
    with pytest.raises(kind) as refused:
        call()
    assert type(refused.value) is kind
    return refused.value


@dataclass(frozen=True)
class Delivery:
    """One webhook, as it came."""

    path: str
    body: bytes
    signature: str
    content_type: str


@dataclass
class WebhookReceiver:
    """A merchant's address for webhooks that has nothing to do with our program."""

    deliveries: list[Delivery] = field(default_factory=list)

    def __enter__(self) -> WebhookReceiver:
        deliveries = self.deliveries

        class Handler(QuietHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                deliveries.append(
                    Delivery(
                        self.path,
                        body,
                        self.headers["Stripe-Signature"],
                        self.headers["Content-Type"],
                    )
                )
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

        self._server = LoopbackServer(Handler)
        self.origin = self._server.url
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
