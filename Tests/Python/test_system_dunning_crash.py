"""The server dies where an unpaid service is stopped, where it is let go on again, and where the
account of an ended one is announced to go and removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from billing_system import System, eventually, running_system
from database import connect
from money_rounds import suspended_accounts
from shopping import Customer
from test_system_crash import (
    ONLY_IN_DUNNING,
    ONLY_IN_REMOVALS,
    SETTINGS,
    CrashingSystem,
    fault_points,
    ok,
)
from test_system_renewals import as_of_now, move_to, now_of
from verification import verify

# Those that paying passes too.
OF_ACCOUNTS = {point for point in ONLY_IN_DUNNING if point.startswith("account.")}
# Status of subscription and account, and whether the panel has stopped it.
State = tuple[str, str, bool]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with running_system(**SETTINGS) as system:
        yield system


@pytest.fixture(scope="module")
def debtor(system: System) -> Customer:
    """Somebody with one service and no card."""
    customer = Customer.register(system)
    assert customer.buy()["status"] == "completed"
    cards = eventually(lambda: customer.http.get("/payment-methods").json()["data"], 30, "card")
    for card in cards:
        customer.http.delete(f"/payment-methods/{card['id']}").raise_for_status()
    return customer


def state(system: System, customer: Customer) -> State:
    with connect(system) as database:
        row = database.execute(
            "SELECT s.status, h.status, h.username FROM subscriptions s"
            " JOIN customers c ON c.id = s.customer_id"
            " JOIN hosting_accounts h ON h.order_item_id = s.order_item_id WHERE c.email = %s",
            [customer.email],
        ).fetchone()
    assert row is not None
    return row[0], row[1], row[2] in suspended_accounts(system)


def end_of_period(system: System, customer: Customer) -> datetime:
    with as_of_now(system, customer) as http:
        (subscription,) = http.get("/subscriptions").raise_for_status().json()["data"]
    return datetime.fromisoformat(subscription["current_period_end"])


def mails(system: System, customer: Customer, subject: str) -> int:
    found = [mail for mail in system.inbox.messages() if customer.email in mail["to"]]
    return len({mail["message_id"] for mail in found if mail["subject"] == subject})


def pay(crashing: CrashingSystem, customer: Customer) -> None:
    """Pays what is open, by a card that is not kept."""

    def begin() -> str | None:
        with as_of_now(crashing.system, customer) as http:
            answer = ok(http.get("/invoices/", params={"status": "open"}))
            if not answer or not answer["data"]:
                return None
            begun = ok(http.post("/payments/intent", json={"invoice_id": answer["data"][0]["id"]}))
        return begun and begun["client_secret"]

    secret = crashing.insist(begin, "payment that is begun")
    assert customer.pay_intent(secret).status_code == 200


def await_state(crashing: CrashingSystem, customer: Customer, wanted: State) -> None:
    def is_so() -> bool:
        return state(crashing.system, customer) == wanted

    crashing.insist(is_so, f"state {wanted}", seconds=90)


def test_the_places_are_those_of_the_program() -> None:
    assert set(fault_points()) >= ONLY_IN_DUNNING | ONLY_IN_REMOVALS


@pytest.mark.parametrize("point", sorted(ONLY_IN_DUNNING))
def test_a_server_that_is_killed_stops_and_restores_once(
    system: System, debtor: Customer, point: str
) -> None:
    crashing = CrashingSystem(system)
    system.require_ready()
    subject = "Your hosting is suspended"
    before = mails(system, debtor, subject)
    due = end_of_period(system, debtor)
    move_to(crashing, due + timedelta(hours=1))
    await_state(crashing, debtor, ("past_due", "active", False))

    crashing.arm(point)
    # The bill was due a moment after the clock stood there.
    move_to(crashing, due + timedelta(days=14, hours=2))
    await_state(crashing, debtor, ("suspended", "suspended", True))
    assert crashing.deaths == 1, f"{point} was never reached"
    eventually(lambda: mails(system, debtor, subject) == before + 1, 30, "mail of the suspension")

    if point in OF_ACCOUNTS:
        crashing.arm(point)
    pay(crashing, debtor)
    await_state(crashing, debtor, ("active", "active", False))
    assert crashing.deaths == 1, f"{point} was never reached"
    crashing.system.require_ready()
    assert mails(system, debtor, subject) == before + 1
    checked = verify(system)
    assert checked.status == 0, checked.report


def removals(system: System, customer: Customer) -> list[tuple[str, int]]:
    """Each account of a customer: how it stands, and how often its removal was wished."""
    with connect(system) as database:
        return database.execute(
            "SELECT h.status, (SELECT count(*) FROM audit_log a"
            " WHERE a.customer_id = c.id AND a.action = 'hosting_account.delete')"
            " FROM hosting_accounts h JOIN customers c ON c.id = h.customer_id WHERE c.email = %s",
            [customer.email],
        ).fetchall()


@pytest.mark.parametrize("point", sorted(ONLY_IN_REMOVALS))
def test_a_server_that_is_killed_removes_an_account_once(system: System, point: str) -> None:
    system.require_ready()
    leaver = Customer.register(system)
    assert leaver.buy()["status"] == "completed"
    crashing = CrashingSystem(system)
    with as_of_now(system, leaver) as http:
        (subscription,) = http.get("/subscriptions").raise_for_status().json()["data"]
        path = f"/subscriptions/{subscription['id']}/cancel"
        http.post(path, json={"at_period_end": False}).raise_for_status()
    await_state(crashing, leaver, ("cancelled", "suspended", True))
    ended = now_of(system)

    def announced(status: str = "%") -> int:
        with connect(system) as database:
            row = database.execute(
                "SELECT count(*) FROM email_outbox WHERE template = 'account_removal'"
                " AND recipient = %s AND status LIKE %s",
                [leaver.email, status],
            ).fetchone()
        assert row is not None
        return row[0]

    crashing.arm(point)
    move_to(crashing, ended + timedelta(days=24))
    crashing.insist(lambda: announced() == 1 and crashing.deaths == 1, "announcement", seconds=90)
    # The week counts from when the mail has left.
    crashing.insist(lambda: announced("sent") == 1, "mail that has left", seconds=90)

    crashing.arm(point)
    move_to(crashing, ended + timedelta(days=32))
    gone = [("terminated", 1)]
    crashing.insist(lambda: removals(system, leaver) == gone, "account that is gone", seconds=90)
    assert crashing.deaths == 1, f"{point} was never reached"
    crashing.system.require_ready()
    move_to(crashing, ended + timedelta(days=40))
    assert (announced(), removals(system, leaver)) == (1, gone)
    checked = verify(system)
    assert checked.status == 0, checked.report
