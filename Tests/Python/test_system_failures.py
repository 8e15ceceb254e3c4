"""Crashes, lost answers and repeated webhooks: everything paid is delivered, and nothing twice."""

from __future__ import annotations

from typing import Any

import pytest
from billing_system import System, eventually
from shopping import Customer, unused_domain


def attempts(system: System, path: str) -> list[dict[str, Any]]:
    return [each for each in system.stripe.requests() if each["path"] == path]


def payments_of(customer: Customer) -> list[dict[str, Any]]:
    return customer.http.get("/payments/").raise_for_status().json()["data"]


def test_a_server_killed_after_the_payment_finishes_the_order(
    unfailing: System, customer: Customer
) -> None:
    order = customer.order(domain=unused_domain())
    session = customer.check_out(order)
    unfailing.stripe.webhooks("hold")
    assert customer.pay(session).status_code == 200
    unfailing.kill_billing()

    unfailing.start_billing()
    unfailing.stripe.webhooks("deliver")
    unfailing.stripe.redeliver_webhooks()

    assert customer.wait_for(order, seconds=60)["status"] == "completed"
    assert len(payments_of(customer)) == 1


@pytest.mark.parametrize("mode", ["duplicate", "reorder", "drop"])
def test_webhooks_that_misbehave_change_nothing(
    unfailing: System, customer: Customer, mode: str
) -> None:
    unfailing.stripe.webhooks(mode)
    order = customer.order()
    assert customer.pay(customer.check_out(order)).status_code == 200

    assert customer.wait_for(order, seconds=90)["status"] == "completed"
    assert len(payments_of(customer)) == 1
    assert len(customer.http.get("/licenses/").json()["data"]) == 1


@pytest.mark.parametrize("mode", ["refuse", "error_500", "rate_limit", "garbage", "timeout_after"])
def test_stripe_failing_at_checkout_leaves_one_session(
    unfailing: System, customer: Customer, mode: str
) -> None:
    before = len(attempts(unfailing, "/v1/checkout/sessions"))
    order = customer.order()
    unfailing.stripe.fail("POST /v1/checkout/sessions", mode)

    def session() -> str | None:
        answer = customer.http.post(f"/orders/{order['id']}/checkout")
        assert answer.status_code in (200, 502, 503, 504), answer.text
        return answer.json().get("session_id") if answer.status_code == 200 else None

    assert customer.pay(eventually(session, 120, "checkout session")).status_code == 200
    assert customer.wait_for(order, seconds=60)["status"] == "completed"
    calls = attempts(unfailing, "/v1/checkout/sessions")[before:]
    keys = {
        value
        for call in calls
        if call["method"] == "POST"
        for name, value in call["headers"].items()
        if name.lower() == "idempotency-key"
    }
    assert len(keys) == 1


@pytest.mark.parametrize("mode", ["refuse", "error_500", "timeout_after"])
def test_a_failing_panel_gets_one_account(unfailing: System, customer: Customer, mode: str) -> None:
    for panel in unfailing.panels:
        panel.fail("POST", mode)
    order = customer.buy()

    assert order["status"] == "completed"
    accounts = [each for panel in unfailing.panels for each in panel.state()["accounts"]]
    assert sum(each["email"] == customer.email for each in accounts) == 1
