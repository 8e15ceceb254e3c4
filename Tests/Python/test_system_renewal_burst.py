"""Two hundred subscriptions are due at the same moment, and Stripe says at half of the charges that
it is too much at once, or that somebody else is at work: each is charged once."""

from __future__ import annotations

import collections
import concurrent.futures
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from billing_system import System, eventually, header, running_system
from database import connect
from mixed_load import make_room
from shopping import Customer
from verification import verify

SUBSCRIBERS = 200
PRICE = 2_900
CHARGE = "POST /v1/payment_intents$"
# What Stripe allows an account in a second, and each kind of call.
MOST_CALLS = 100
MOST_OF_A_KIND = 25


@pytest.fixture(scope="module")
def subscribed() -> Iterator[System]:
    """A system with subscribers who have bought within a moment, each with a saved card."""
    with running_system(RATE_LIMITS="off", ACCESS_TOKEN_EXPIRE_MINUTES="1440") as system:
        make_room(system)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: subscribe(system), range(SUBSCRIBERS)))
        for done in ["orders WHERE status = 'completed'", "payment_methods WHERE is_default"]:
            eventually(lambda of=done: count(system, of) == SUBSCRIBERS, 300, done, every=1)
        yield system


def subscribe(system: System) -> None:
    customer = Customer.register(system)
    order = customer.order("starter")
    assert customer.pay(customer.check_out(order)).status_code == 200


def count(system: System, of: str) -> int:
    with connect(system) as session:
        row = session.execute(f"SELECT count(*) FROM {of}").fetchone()
    assert row is not None
    return row[0]


def last_end(system: System) -> datetime:
    with connect(system) as session:
        row = session.execute("SELECT max(current_period_end) FROM subscriptions").fetchone()
    assert row is not None
    return row[0]


def charges(system: System) -> collections.Counter[str]:
    """How often each customer was charged."""
    return collections.Counter(
        each["customer"] for each in system.stripe.state()["charges"] if each["paid"]
    )


def most_in_a_second(calls: list[dict[str, Any]]) -> int:
    return max(collections.Counter(call["time"][:19] for call in calls).values())


def test_two_hundred_renewals_at_once(subscribed: System) -> None:
    system = subscribed
    before = len(system.stripe.calls_of_ours())
    for mode in ["rate_limit", "lock_timeout"]:
        system.stripe.fail(CHARGE, mode, times=SUBSCRIBERS // 4)
    moment = last_end(system) + timedelta(minutes=1)
    admin = system.log_in("admin@example.com")
    moved = admin.post("/admin/clock", json={"to": moment.isoformat()}, timeout=60)
    # It waits for what is due, but not for as long as this takes.
    assert moved.status_code in (200, 503), moved.text
    renewed = f"payments WHERE status = 'succeeded' AND created_at >= '{moment.isoformat()}'"
    eventually(lambda: count(system, renewed) == SUBSCRIBERS, 240, "paid renewals", every=1)

    assert count(system, renewed) == SUBSCRIBERS
    assert count(system, "invoices WHERE status = 'paid'") == 2 * SUBSCRIBERS
    assert set(charges(system).values()) == {2}
    # Nobody was told that the card was declined.
    assert count(system, "dunning_cases") == 0
    assert count(system, "subscriptions WHERE status <> 'active'") == 0
    assert verify(system).report["findings"] == []

    calls = system.stripe.calls_of_ours()[before:]
    asked = [call for call in calls if f"{call['method']} {call['path']}$" == CHARGE]
    assert collections.Counter(call["status"] for call in asked) == {
        200: SUBSCRIBERS,
        429: SUBSCRIBERS // 2,
    }
    # Asked again with the same key, the same is asked.
    bodies = collections.defaultdict(set)
    for call in asked:
        bodies[header(call, "idempotency-key")].add(call["body"])
    assert len(bodies) == SUBSCRIBERS
    assert {len(each) for each in bodies.values()} == {1}
    assert most_in_a_second(calls) <= MOST_CALLS
    assert most_in_a_second(asked) <= MOST_OF_A_KIND
