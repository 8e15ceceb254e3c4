"""Every call that we make to Stripe is held to the types of its official SDK."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from billing_system import StripeSimulator, System, eventually, header, running_system
from shopping import Customer, Order, unused_domain
from stripe_schema import Call, check_recorded, find_call
from stripe_sdk import SECRET_KEY

REFUNDED_LATER = "4000000000007726"
DISPUTED = "4000000000000259"


CALLS = [
    "POST /v1/customers",
    "POST /v1/checkout/sessions",
    "GET /v1/checkout/sessions/{session}",
    "POST /v1/checkout/sessions/{session}/expire",
    "POST /v1/payment_intents",
    "GET /v1/payment_intents/{intent}",
    "POST /v1/payment_intents/{intent}/cancel",
    "POST /v1/refunds",
    "GET /v1/refunds/{refund}",
    "GET /v1/refunds",
    "GET /v1/disputes",
    "GET /v1/balance_transactions",
    "GET /v1/customers/{customer}/payment_methods",
    "POST /v1/payment_methods/{payment_method}/detach",
]


def undo(customer: Customer, card: str) -> Order:
    """Pays for what no panel takes, and has staff undo the order."""
    system = customer.system
    for panel in system.panels:
        panel.fail("POST /api/v1/billing/accounts", "reject", times=1_000)
    order = customer.order()
    assert customer.pay(customer.check_out(order), card).status_code == 200
    customer.wait_for(order, "attention")
    staff = system.log_in("billing@example.com")
    staff.post(f"/admin/orders/{order['id']}/undo").raise_for_status()
    # Not before: an order that waits for a panel goes on by itself when one takes it.
    for panel in system.panels:
        panel.clear_faults()
    return order


def cancel(customer: Customer, order: Order) -> None:
    answer = customer.http.post(f"/orders/{order['id']}/cancel")
    assert answer.json()["status"] == "cancelled", answer.text


def use_saved_card(customer: Customer) -> None:
    """Has an upgrade charged to the card of the first sale, and then forgets the card."""
    cards = eventually(lambda: customer.http.get("/payment-methods").json()["data"], 30, "card")
    customer.http.post("/payment-methods", json={}).raise_for_status()
    plans = customer.http.get("/plans/").raise_for_status().json()["data"]
    dearest = next(each["id"] for each in plans if each["slug"] == "enterprise")
    (subscription,) = customer.http.get("/subscriptions").raise_for_status().json()["data"]
    path = f"/subscriptions/{subscription['id']}"
    customer.http.put(path, json={"plan_id": dearest}).raise_for_status()

    def is_paid() -> bool:
        paid = customer.http.get("/invoices/", params={"status": "paid"}).json()["data"]
        return len(paid) == 2

    eventually(is_paid, 30, "paid upgrade")
    customer.http.delete(f"/payment-methods/{cards[0]['id']}").raise_for_status()


def go_every_way(customer: Customer) -> None:
    """Does everything that makes our program call Stripe."""
    stripe = customer.system.stripe
    customer.buy(domain=unused_domain())
    use_saved_card(customer)

    staff = customer.system.log_in("billing@example.com")
    staff.post("/admin/reconciliations").raise_for_status()
    disputed = customer.order()
    assert customer.pay(customer.check_out(disputed), DISPUTED).status_code == 200
    customer.wait_for(disputed, "completed")
    eventually(lambda: staff.get("/disputes").json()["data"], 30, "dispute")

    given_up = customer.order()
    customer.check_out(given_up)
    cancel(customer, given_up)

    on_own_page = customer.order()
    customer.check_out(on_own_page)
    secret = customer.start_intent(on_own_page)
    assert customer.start_intent(on_own_page) == secret
    assert customer.pay_intent(secret).status_code == 200
    customer.wait_for(on_own_page, "completed")

    refund_in_dashboard(stripe, secret.partition("_secret_")[0])

    given_up_later = customer.order()
    customer.start_intent(given_up_later)
    cancel(customer, given_up_later)

    stripe.webhooks("drop")
    polled = customer.order()
    assert customer.pay(customer.check_out(polled)).status_code == 200
    customer.wait_for(polled, "completed", seconds=60)

    customer.wait_for(undo(customer, "4242424242424242"), "refunded", seconds=60)
    slow = undo(customer, REFUNDED_LATER)
    refund = eventually(lambda: pending_refund(stripe, slow), 30, "refund on its way")
    eventually(lambda: asks_after(stripe, refund), 60, "question about the refund")
    stripe.settle_refund(refund)
    customer.wait_for(slow, "refunded", seconds=60)


def refund_in_dashboard(stripe: StripeSimulator, intent: str) -> None:
    """Somebody gives money back at Stripe, of which our program learns by a message."""
    stripe.http.post(
        "/v1/refunds",
        data={"payment_intent": intent, "amount": "100"},
        headers={"Authorization": f"Bearer {SECRET_KEY}"},
    ).raise_for_status()

    def looks() -> bool:
        calls = stripe.calls_of_ours()
        return any((each["method"], each["path"]) == ("GET", "/v1/refunds") for each in calls)

    eventually(looks, 30, "question about the refunds of a payment")


def pending_refund(stripe: StripeSimulator, order: Order) -> str | None:
    refunds = [
        each["id"]
        for each in stripe.state()["refunds"]
        if each["status"] == "pending" and each["metadata"].get("order_id") == order["id"]
    ]
    return refunds[0] if refunds else None


def asks_after(stripe: StripeSimulator, refund: str) -> bool:
    return any(each["path"] == f"/v1/refunds/{refund}" for each in stripe.calls_of_ours())


@pytest.fixture(scope="module")
def our_calls(system: System) -> list[dict[str, Any]]:
    """Every call to Stripe of a customer who goes every way there is."""
    before = len(system.stripe.calls_of_ours())
    try:
        go_every_way(Customer.register(system))
    finally:
        system.stripe.webhooks("deliver")
        for panel in system.panels:
            panel.clear_faults()
    return system.stripe.calls_of_ours()[before:]


def test_every_call_that_we_make_is_recorded(our_calls: list[dict[str, Any]]) -> None:
    made = set()
    for each in our_calls:
        call = find_call(each["method"], each["path"])
        assert isinstance(call, Call), call
        made.add(f"{each['method']} {call.template}")
    assert made == set(CALLS)


def test_the_search_for_a_lost_payment_is_what_stripe_takes() -> None:
    """When Stripe has forgotten the key of a payment whose answer was lost, it is looked for."""
    with running_system() as own:
        customer = Customer.register(own)
        order = customer.order()
        customer.check_out(order)
        own.stripe.fail("POST /v1/payment_intents", "error_500", times=100)
        asked = customer.http.post("/payments/intent", json={"invoice_id": order["invoice_id"]})
        assert asked.status_code == 503, asked.text
        own.stripe.clear_faults()
        later = datetime.now(UTC) + timedelta(hours=25)
        staff = own.log_in("admin@example.com")
        staff.post("/admin/clock", json={"to": later.isoformat()}, timeout=90).raise_for_status()

        def searches() -> list[dict[str, Any]]:
            calls = own.stripe.calls_of_ours()
            wanted = ("GET", "/v1/payment_intents")
            return [each for each in calls if (each["method"], each["path"]) == wanted]

        search = eventually(searches, 60, "search for the payment")[0]
        assert search["status"] == 200
        assert check_recorded(search) == []


def test_what_we_ask_stripe_is_what_stripe_takes(our_calls: list[dict[str, Any]]) -> None:
    problems = [
        f"{each['method']} {each['path']}: {problem}"
        for each in our_calls
        for problem in check_recorded(each)
    ]
    assert problems == []


def test_the_simulator_refuses_none_of_our_calls(our_calls: list[dict[str, Any]]) -> None:
    refused = [each for each in our_calls if each["status"] != 200]
    assert refused == []


def test_every_call_to_stripe_carries_its_headers(our_calls: list[dict[str, Any]]) -> None:
    assert our_calls
    for call in our_calls:
        assert header(call, "stripe-version") == "2026-10-28.endive"
        assert header(call, "authorization").startswith("Bearer ")
        if call["method"] == "POST":
            assert header(call, "content-type").startswith("application/x-www-form-urlencoded")
            assert 0 < len(header(call, "idempotency-key")) <= 255
        else:
            assert header(call, "idempotency-key") == ""
