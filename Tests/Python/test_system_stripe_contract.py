"""Our client and our simulator are both held to the types of Stripe's official SDK."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
import stripe
from billing_system import System
from shopping import Customer
from stripe_schema import check_answer, check_request


@pytest.fixture
def sdk(system: System) -> stripe.StripeClient:
    """The official SDK, driving our simulator."""
    session = requests.Session()
    session.trust_env = False
    return stripe.StripeClient(
        "sk_test_of_the_tests",
        base_addresses={"api": system.stripe.url},
        http_client=stripe.RequestsClient(session=session),
        max_network_retries=0,
    )


def exact(method: str, path: str, answer: Any) -> None:
    """The simulator's answer is one that Stripe could give."""
    response = answer.last_response
    assert check_answer(method, path, response.code, json.loads(response.body)) == []


def test_what_we_ask_stripe_is_what_stripe_takes(system: System, customer: Customer) -> None:
    customer.buy()
    calls = [each for each in system.stripe.requests() if each["path"].startswith("/v1/")]
    assert calls
    problems = []
    for call in calls:
        sent = call["body"] if call["method"] == "POST" else call["query"]
        pairs = parse_qsl(sent, keep_blank_values=True)
        found = check_request(call["method"], call["path"], pairs)
        problems += [f"{call['method']} {call['path']}: {each}" for each in found]
    assert problems == []


def test_every_call_to_stripe_carries_its_headers(system: System, customer: Customer) -> None:
    customer.buy()
    # Browsers ask the simulator for its payment pages; only calls of the API are ours.
    calls = [each for each in system.stripe.requests() if each["path"].startswith("/v1/")]
    assert calls
    for call in calls:
        headers = {name.lower(): value for name, value in call["headers"].items()}
        assert headers["stripe-version"] == "2026-10-28.endive"
        assert headers["authorization"].startswith("Bearer ")
        if call["method"] == "POST":
            assert headers["content-type"].startswith("application/x-www-form-urlencoded")
            assert 0 < len(headers["idempotency-key"]) <= 255
        else:
            assert "idempotency-key" not in headers


def test_the_simulator_answers_the_sdk_as_stripe_does(sdk: stripe.StripeClient) -> None:
    person = sdk.v1.customers.create({"email": "sdk@example.com", "metadata": {"a": "1"}})
    exact("POST", "/v1/customers", person)
    card = sdk.v1.payment_methods.attach("pm_card_visa", {"customer": person.id})
    exact("POST", f"/v1/payment_methods/{card.id}/attach", card)
    intent = sdk.v1.payment_intents.create(
        {
            "amount": 2900,
            "currency": "usd",
            "customer": person.id,
            "payment_method": card.id,
            "off_session": True,
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            "expand": ["latest_charge"],
        }
    )
    exact("POST", "/v1/payment_intents", intent)
    assert intent.status == "succeeded"
    refund = sdk.v1.refunds.create({"payment_intent": intent.id, "amount": 900})
    exact("POST", "/v1/refunds", refund)
    exact("GET", "/v1/payment_intents", sdk.v1.payment_intents.list({"customer": person.id}))
    exact("GET", "/v1/events", sdk.v1.events.list({"limit": 5}))


def test_the_simulator_declines_as_stripe_does(sdk: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as declined:
        sdk.v1.payment_intents.create(
            {
                "amount": 2900,
                "currency": "usd",
                "payment_method": "pm_card_chargeDeclined",
                "confirm": True,
                "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
            }
        )
    assert declined.value.http_status == 402
    assert declined.value.code == "card_declined"
    answer = json.loads(declined.value.http_body or "")
    assert check_answer("POST", "/v1/payment_intents", 402, answer) == []


def test_the_simulator_refuses_more_than_was_paid(sdk: stripe.StripeClient) -> None:
    intent = sdk.v1.payment_intents.create(
        {
            "amount": 1000,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "confirm": True,
            "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
        }
    )
    with pytest.raises(stripe.InvalidRequestError):
        sdk.v1.refunds.create({"payment_intent": intent.id, "amount": 1001})


def test_the_simulator_replays_an_idempotency_key(sdk: stripe.StripeClient) -> None:
    first = sdk.v1.customers.create({"name": "Once"}, {"idempotency_key": "once-and-once-more"})
    again = sdk.v1.customers.create({"name": "Once"}, {"idempotency_key": "once-and-once-more"})
    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        sdk.v1.customers.create({"name": "Other"}, {"idempotency_key": "once-and-once-more"})


@pytest.mark.parametrize(
    "parameters",
    [
        {"amount": 2900, "currency": "usd", "colour": "red"},
        {"amount": "a lot", "currency": "usd"},
        {"amount": 2900, "currency": "usd", "capture_method": "sometimes"},
        {"amount": 2900},
        {"amount": 2900, "currency": "usd", "payment_method_types": ["card"]},
    ],
    ids=["unknown key", "text amount", "wrong enum", "no currency", "withdrawn parameter"],
)
def test_the_simulator_refuses_what_stripe_refuses(
    sdk: stripe.StripeClient, parameters: dict[str, Any]
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sdk.v1.payment_intents.create(parameters)  # type: ignore[arg-type]
    assert refused.value.http_status == 400
