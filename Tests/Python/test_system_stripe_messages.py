"""Signed messages of Stripe in every order, and such as are not for us or not true: money is
booked once, and only what Stripe says when it is asked."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from billing_system import System, eventually
from database import connect
from forgeries import stripe_signature
from shopping import Customer, Order
from verification import await_clean_books

WEBHOOK_SECRET = "whsec_sandbox_only_not_a_secret_000000"
WEBHOOK = "/api/v1/payments/webhook"
DECLINED = "4000000000009995"
KINDS = [
    "payment_intent.payment_failed",
    "payment_intent.succeeded",
    "charge.updated",
    "checkout.session.completed",
]
# It comes anywhere among them: it tells nothing that they do not.
ANYWHERE = "charge.succeeded"
# What one sale leaves in the books, in whatever order its messages come.
BOOKS = {
    ("invoice_issued", "receivable", "USD"): 2_900,
    ("invoice_issued", "deferred_revenue", "USD"): -2_900,
    ("payment_captured", "clearing", "USD"): 2_900,
    ("payment_captured", "receivable", "USD"): -2_900,
    ("payment_fee", "fees", "USD"): 114,
    ("payment_fee", "clearing", "USD"): -114,
}


def deliver(system: System, event: dict[str, Any] | bytes) -> int:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    headers = {"Stripe-Signature": stripe_signature(body, WEBHOOK_SECRET)}
    return system.http.post(WEBHOOK, content=body, headers=headers).status_code


@pytest.fixture
def silent(system: System) -> Iterator[System]:
    """The shared system, while Stripe sends nothing by itself."""
    system.stripe.webhooks("drop")
    yield system
    system.stripe.webhooks("deliver")


@dataclass(frozen=True)
class Sale:
    order: Order
    # What Stripe would have told about it, by kind.
    events: dict[str, dict[str, Any]]


def sell(customer: Customer) -> Sale:
    """A sale whose first card is declined; the messages about it are held back."""
    stripe = customer.system.stripe
    known = {event["id"] for event in stripe.state()["events"]}
    order = customer.order(plan="starter")
    session = customer.check_out(order)
    customer.pay(session, card=DECLINED)
    assert customer.pay(session).status_code == 200
    fresh = [event for event in stripe.state()["events"] if event["id"] not in known]
    return Sale(order, {event["type"]: event for event in fresh})


def books_of(system: System, customer: Customer) -> list[dict[tuple[str, str, str], int]]:
    """What each sale left in the books: the sums by posting, account and currency."""
    with connect(system) as database:
        sums = database.execute(
            "SELECT i.id, t.kind, a.kind, e.currency, sum(e.amount_minor)::bigint"
            " FROM customers c JOIN invoices i ON i.customer_id = c.id"
            " JOIN ledger_transactions t"
            " ON t.cause_id IN (SELECT i.id UNION SELECT id FROM payments WHERE invoice_id = i.id)"
            " JOIN ledger_entries e ON e.transaction_id = t.id"
            " JOIN ledger_accounts a ON a.id = e.account_id"
            " WHERE c.email = %s GROUP BY 1, 2, 3, 4",
            [customer.email],
        ).fetchall()
    sales: dict[uuid.UUID, dict[tuple[str, str, str], int]] = {}
    for invoice, *place, amount in sums:
        sales.setdefault(invoice, {})[tuple(place)] = amount
    return list(sales.values())


def test_messages_in_any_order_end_in_one_sale(silent: System) -> None:
    customer = Customer.register(silent)
    dice = random.Random(17)
    orders = []
    for kinds in map(list, itertools.permutations(KINDS)):
        sale = sell(customer)
        assert {*KINDS, ANYWHERE} <= sale.events.keys()
        kinds.insert(dice.randrange(len(kinds) + 1), ANYWHERE)
        for kind in kinds:
            assert deliver(silent, sale.events[kind]) == 200
        orders.append(sale.order)

    for order in orders:
        customer.wait_for(order, "completed", seconds=60)
    assert len(customer.http.get("/licenses/", params={"limit": 100}).json()["data"]) == 24
    payments = customer.http.get("/payments", params={"limit": 100}).json()["data"]
    assert [each["status"] for each in payments] == ["succeeded"] * 24
    with connect(silent) as database:
        settled = database.execute(
            "SELECT count(*) FROM audit_log WHERE action = 'payment.settle'"
            " AND object_id = ANY(%s)",
            [[each["id"] for each in payments]],
        ).fetchone()
        eventually(
            lambda: database.execute(
                "SELECT count(fee_minor) FROM payments JOIN customers c ON c.id = customer_id"
                " WHERE email = %s",
                [customer.email],
            ).fetchone()
            == (24,),
            30,
            "fees",
        )
    assert settled == (24,)
    assert books_of(silent, customer) == [BOOKS] * 24
    await_clean_books(silent)


def page_of(silent: System, customer: Customer) -> tuple[Order, dict[str, Any]]:
    """An order with an open page, and the page as Stripe has it."""
    order = customer.order(plan="starter")
    session = customer.check_out(order)
    pages = silent.stripe.state()["checkout_sessions"]
    return order, next(page for page in pages if page["id"] == session)


def about(page: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """A message that says that a page is paid, which it is not."""
    paid = {**page, "status": "complete", "payment_status": "paid", **changes.get("page", {})}
    others = {name: value for name, value in changes.items() if name != "page"}
    return {
        "id": f"evt_{uuid.uuid4().hex}",
        "object": "event",
        "api_version": "2026-10-28.endive",
        "created": 1_795_162_200,
        "livemode": False,
        "pending_webhooks": 1,
        "type": "checkout.session.completed",
        "data": {"object": paid},
        **others,
    }


def test_what_a_message_says_is_not_what_was_paid(silent: System) -> None:
    customer = Customer.register(silent)
    order, page = page_of(silent, customer)
    lies: list[dict[str, Any]] = [
        {},
        {"livemode": True},
        {"livemode": True, "page": {"livemode": True}},
        {"api_version": "2019-12-03"},
        {"api_version": None},
        {"type": "checkout.session.async_payment_succeeded"},
        {"type": "payment_intent.succeeded", "page": {"object": "payment_intent"}},
        {"type": "invoice.paid"},
        {"type": "a.kind.of.next.year", "page": {"status": "transcended"}},
        {"page": {"payment_status": "paid_with_stars", "status": "finished"}},
        {"page": {"amount_total": 1}},
        {"page": {"amount_total": 10**30}},
        {"page": {"amount_total": "2900"}},
        {"page": {"currency": "xts"}},
        {"page": {"metadata": {}}},
        {"page": {"metadata": {"payment_id": "pay_00000000000000000000000000"}}},
        {"page": {"metadata": {"payment_id": ["a"]}}},
        {"page": {"metadata": None}},
        {"page": {"id": "cs_of_another_shop"}},
        {"page": {"id": None}},
        {"data": {}},
        {"data": None},
        {"data": {"object": []}},
        {"account": "acct_of_somebody_else"},
    ]
    ids = []
    for changes in lies:
        event = about(page, changes)
        ids.append(event["id"])
        assert deliver(silent, event) in (200, 400), changes

    with connect(silent) as database:
        eventually(
            lambda: database.execute(
                "SELECT count(*) = 0 FROM webhook_events WHERE status = 'received'"
                " AND event_id = ANY(%s)",
                [ids],
            ).fetchone()
            == (True,),
            30,
            "messages that are dealt with",
        )
        dead = database.execute(
            "SELECT payload FROM jobs WHERE kind = 'payment.apply_webhook' AND status = 'dead'"
        ).fetchall()
    assert dead == []
    assert customer.look_at(order)["status"] == "pending"
    assert customer.http.get("/licenses/").json()["data"] == []
    # The true message about the same page is believed afterwards.
    assert customer.pay(page["id"]).status_code == 200
    assert deliver(silent, about(page, {})) == 200
    assert customer.wait_for(order)["status"] == "completed"


def test_a_message_that_is_too_long_is_not_read(silent: System) -> None:
    assert deliver(silent, b'{"id":"evt_1","object":"event","data":"' + b"x" * (2 << 20)) == 413


def test_no_secret_of_a_payment_is_in_the_log(system: System, customer: Customer) -> None:
    order = customer.order(plan="starter")
    secret = customer.start_intent(order)
    assert customer.pay_intent(secret).status_code == 200
    customer.wait_for(order, "completed")

    log = Path(system.billing.log).read_text(errors="replace")
    assert '"stripe_request":"req_' in log
    for hidden in [secret, "_secret_", "whsec_", "sk_test_", "pm_card_visa", "4242424242424242"]:
        assert hidden not in log, hidden


def test_a_saved_card_is_known_although_the_browser_never_came_back(
    system: System, customer: Customer
) -> None:
    page = customer.http.post("/payment-methods").raise_for_status().json()["url"]
    session = page.rpartition("/")[2].partition("#")[0]
    assert system.stripe.complete_checkout(session, "5555555555554444").status_code == 200

    def cards() -> list[dict[str, Any]]:
        return customer.http.get("/payment-methods").raise_for_status().json()["data"]

    (card,) = eventually(cards, 30, "saved card")
    assert (card["brand"], card["last4"], card["is_default"]) == ("mastercard", "4444", True)
