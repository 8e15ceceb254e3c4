"""A year of renewals in a minute, with the server killed at the worst places of one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from billing_system import System, eventually, running_system
from database import connect
from shopping import Customer
from test_system_crash import (
    ONLY_IN_CLOSINGS,
    ONLY_IN_RENEWALS,
    SETTINGS,
    CrashingSystem,
    fault_points,
    ok,
)
from verification import verify

PRICE = 9_900
POINTS = [
    *sorted(ONLY_IN_RENEWALS),
    "payment.settlement_asked",
    "payment.settlement_stored",
    "job.finished",
]
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with running_system(**SETTINGS) as system:
        yield system


@pytest.fixture(scope="module")
def subscriber(system: System) -> Customer:
    customer = Customer.register(system)
    order = customer.buy()
    assert order["status"] == "completed"
    eventually(lambda: customer.http.get("/payment-methods").json()["data"], 30, "saved card")
    return customer


def as_of_now(system: System, customer: Customer) -> httpx.Client:
    """A session of the customer: those of before have expired when time has passed."""
    return system.log_in(customer.email, PASSWORD)


def move_to(crashing: CrashingSystem, moment: datetime) -> None:
    """Moves the clock of everything; asking again for where it stands already does no harm."""

    def move() -> bool:
        staff = crashing.system.log_in("admin@example.com")
        answer = staff.post("/admin/clock", json={"to": moment.isoformat()}, timeout=90)
        return answer.status_code in (200, 422)

    crashing.insist(move, "moved clock", seconds=120)


def now_of(system: System) -> datetime:
    now = system.log_in("admin@example.com").get("/admin/clock").raise_for_status().json()["now"]
    return datetime.fromisoformat(now)


def paid_invoices(system: System, customer: Customer) -> list[dict[str, Any]]:
    with as_of_now(system, customer) as http:
        answer = http.get("/invoices/", params={"status": "paid", "limit": 100})
        return answer.raise_for_status().json()["data"]


def charges(system: System, customer: Customer) -> list[int]:
    stripe = system.stripe.state()
    payers = [each["id"] for each in stripe["customers"] if each["email"] == customer.email]
    return [
        each["amount"] for each in stripe["charges"] if each["customer"] in payers and each["paid"]
    ]


def test_the_places_are_those_of_the_program() -> None:
    assert set(POINTS) | ONLY_IN_CLOSINGS <= set(fault_points())


@pytest.mark.parametrize("point", POINTS)
def test_a_server_that_is_killed_renews_once(
    system: System, subscriber: Customer, point: str
) -> None:
    crashing = CrashingSystem(system)
    before = len(paid_invoices(system, subscriber))
    assert charges(system, subscriber) == [PRICE] * before
    moment = now_of(system) + timedelta(days=31)
    crashing.arm(point)
    move_to(crashing, moment)

    def renewed() -> bool:
        return len(paid_invoices(system, subscriber)) > before

    crashing.insist(renewed, "paid renewal", seconds=60)
    assert crashing.deaths == 1, f"{point} was never reached"
    crashing.system.require_ready()
    invoices = paid_invoices(system, subscriber)
    assert len(invoices) == before + 1
    assert invoices[0]["total"] == {"amount": PRICE, "currency": "USD"}
    assert charges(system, subscriber) == [PRICE] * (before + 1)
    periods = sorted(line["period_start"] for each in invoices for line in each["lines"])
    assert len(set(periods)) == len(periods)


def unsent_charge(system: System) -> str | None:
    """The invoice of a charge that nobody has answered, once no worker is at it any more."""
    with connect(system) as database:
        database.execute(
            "UPDATE jobs SET run_at = 'infinity' WHERE kind LIKE 'payment.%' AND status = 'queued'"
        )
        # The poller passes by what was just asked about.
        database.execute(
            "UPDATE payments SET checked_at = '2100-01-01'"
            " WHERE kind = 'saved_card' AND status = 'created'"
        )
        row = database.execute(
            "SELECT i.number_text FROM payments p JOIN invoices i ON i.id = p.invoice_id"
            " WHERE p.kind = 'saved_card' AND p.status = 'created' AND charge_sent_at IS NOT NULL"
            " AND NOT EXISTS"
            " (SELECT FROM jobs WHERE kind LIKE 'payment.%' AND jobs.status = 'running')"
        ).fetchone()
    return row and row[0]


@pytest.mark.parametrize("point", sorted(ONLY_IN_CLOSINGS))
def test_a_server_that_is_killed_closes_a_charge_and_makes_none(
    system: System, subscriber: Customer, point: str
) -> None:
    crashing = CrashingSystem(system)
    before = charges(system, subscriber)
    system.stripe.fail("POST /v1/payment_intents", "refuse", times=10_000)
    move_to(crashing, now_of(system) + timedelta(days=31))
    eventually(lambda: unsent_charge(system), 60, "charge without an answer")
    crashing.arm(point)
    system.require_ready()
    number = eventually(lambda: unsent_charge(system), 60, "charge without an answer")
    with as_of_now(system, subscriber) as http:
        bills = http.get("/invoices/", params={"status": "open"}).raise_for_status().json()["data"]
    (bill,) = [each["id"] for each in bills if each["number"] == number]
    staff = system.log_in("admin@example.com")
    system.stripe.clear_faults()
    crashing.insist(
        lambda: ok(staff.post(f"/invoices/{bill}/void", json={"reason": "An apology"})),
        "cancelled invoice",
    )
    assert crashing.deaths == 1, f"{point} was never reached"
    with connect(system) as database:
        database.execute("UPDATE jobs SET run_at = now() WHERE run_at = 'infinity'")
    move_to(crashing, now_of(system) + timedelta(days=2))
    assert charges(system, subscriber) == before
    taken = [
        each["status"]
        for each in system.stripe.state()["payment_intents"]
        if "instead_of" in each["metadata"]
    ]
    assert taken == ["canceled"]
    checked = verify(system)
    assert checked.status == 0, checked.report


def test_a_subscriber_leaves_and_comes_back(system: System, subscriber: Customer) -> None:
    crashing = CrashingSystem(system)
    with as_of_now(system, subscriber) as http:
        (subscription,) = http.get("/subscriptions").raise_for_status().json()["data"]
        path = f"/subscriptions/{subscription['id']}"
        ending = http.post(f"{path}/cancel", json={}).raise_for_status().json()
        assert ending["cancel_at_period_end"]
    before = charges(system, subscriber)
    move_to(crashing, now_of(system) + timedelta(days=32))
    with as_of_now(system, subscriber) as http:
        over = http.get(path).raise_for_status().json()
        assert over["status"] == "cancelled"
        assert charges(system, subscriber) == before
        back = http.post(f"{path}/reactivate").raise_for_status().json()
        assert back["status"] == "active"
    eventually(lambda: len(charges(system, subscriber)) == len(before) + 1, 30, "new charge")
