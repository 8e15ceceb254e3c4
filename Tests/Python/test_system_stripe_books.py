"""What Stripe keeps and what banks take back, as its messages tell it: fees that come later and in
another currency, and disputes from their beginning to their end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from billing_system import System, eventually, running_system
from database import connect
from money_rounds import suspended_accounts
from shopping import Customer, Order
from verification import verify

PRICE = 2_900
DAY = 86_400


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """One of its own: what is settled otherwise here is settled so for everybody."""
    with running_system(RATE_LIMITS="off", ACCESS_TOKEN_EXPIRE_MINUTES="1440") as system:
        yield system


@dataclass(frozen=True)
class Sale:
    """A payment with what Stripe knows it as."""

    customer: Customer
    order: Order
    payment: str
    intent: str

    @classmethod
    def make(cls, system: System) -> Sale:
        customer = Customer.register(system)
        order = customer.buy("starter")
        assert order["status"] == "completed"
        (payment,) = customer.http.get("/payments").raise_for_status().json()["data"]
        assert payment["amount"] == {"amount": PRICE, "currency": "USD"}
        intents = system.stripe.state()["payment_intents"]
        intent = next(
            each["id"] for each in intents if each["metadata"].get("payment_id") == payment["id"]
        )
        return cls(customer, order, payment["id"], intent)

    def charge(self) -> dict[str, Any]:
        charges = self.customer.system.stripe.state()["charges"]
        return next(each for each in charges if each["payment_intent"] == self.intent)

    def move(self) -> dict[str, Any]:
        """What the payment moved on Stripe's balance."""
        moves = self.customer.system.stripe.state()["balance_transactions"]
        return next(each for each in moves if each["source"] == self.charge()["id"])

    def postings(self) -> dict[tuple[str, str, str], int]:
        """What stands in the books because of the payment: by posting, account and currency."""
        staff = self.customer.system.log_in("support@example.com")
        entries = staff.get("/admin/ledger/entries", params={"limit": 100}).raise_for_status()
        return {
            (each["posting"], each["account_kind"], each["amount"]["currency"]): each["amount"][
                "amount"
            ]
            for each in entries.json()["data"]
            if each["cause_id"] == self.payment
        }

    def fee(self) -> tuple[Any, ...]:
        with connect(self.customer.system) as session:
            row = session.execute(
                "SELECT fee_minor, fee_currency FROM payments WHERE gateway_intent_id = %s",
                [self.intent],
            ).fetchone()
        assert row is not None
        return row


def require_clean_books(system: System) -> None:
    assert verify(system).report["findings"] == []


def compare_with_stripe(system: System) -> dict[str, Any]:
    """Lets an hour and more pass, and compares the books with what Stripe's balance says."""
    admin = system.log_in("admin@example.com")
    known = {each["id"] for each in admin.get("/admin/reconciliations").json()["data"]}
    admin.post("/admin/clock", json={"advance_seconds": 2 * 3_600}, timeout=60).raise_for_status()
    admin.post("/admin/reconciliations").raise_for_status()

    def finished() -> dict[str, Any] | None:
        runs = admin.get("/admin/reconciliations").raise_for_status().json()["data"]
        return next((each for each in runs if each["id"] not in known), None)

    run = eventually(finished, 60, "comparison")
    findings = admin.get("/admin/reconciliation-findings", params={"open": "true"})
    assert findings.raise_for_status().json()["data"] == []
    return run


# Check 23.


def test_a_fee_is_booked_once_stripe_tells_it(system: System) -> None:
    system.stripe.control("fees", {"mode": "hold"})
    sale = Sale.make(system)
    assert sale.charge()["balance_transaction"] is None
    assert sale.fee() == (None, None)
    assert not any(posting == "payment_fee" for posting, _, _ in sale.postings())
    require_clean_books(system)

    system.stripe.control("fees", {"mode": "book"})
    eventually(lambda: sale.fee() != (None, None), 30, "fee")
    move = sale.move()
    assert sale.fee() == (move["fee"], "USD")
    assert sale.charge()["balance_transaction"] == move["id"]
    # What Stripe holds of the payment is what it calls net.
    posted = sale.postings()
    held = sum(amount for (_, account, _), amount in posted.items() if account == "clearing")
    assert held == move["net"] == PRICE - move["fee"]
    assert posted["payment_fee", "fees", "USD"] == move["fee"]
    compare_with_stripe(system)
    require_clean_books(system)


# Check 22.


def dispute_of(system: System, sale: Sale, status: str) -> dict[str, Any]:
    staff = system.log_in("support@example.com")

    def found() -> dict[str, Any] | None:
        disputes = staff.get("/disputes").raise_for_status().json()["data"]
        return next(
            (
                each
                for each in disputes
                if each["payment_id"] == sale.payment and each["status"] == status
            ),
            None,
        )

    return eventually(found, 30, f"dispute that is {status}")


def username_of(sale: Sale) -> str:
    staff = sale.customer.system.log_in("support@example.com")
    accounts = staff.get("/nextpanel/accounts", params={"limit": 100}).raise_for_status().json()
    return next(
        each["username"] for each in accounts["data"] if each["email"] == sale.customer.email
    )


def ask_refund(system: System, sale: Sale, cents: int) -> tuple[int, str]:
    staff = system.log_in("billing@example.com")
    wish = {"amount": {"amount": cents, "currency": "USD"}, "reason": "A test"}
    answer = staff.post(f"/payments/{sale.payment}/refund", json=wish)
    return answer.status_code, answer.json().get("code", "")


@pytest.mark.parametrize("freezes", [False, True])
@pytest.mark.parametrize("end", ["win", "lose"])
def test_a_dispute_is_followed_to_its_end(system: System, end: str, freezes: bool) -> None:
    admin = system.log_in("admin@example.com")
    policy = {"freezes_services": freezes}
    admin.put("/admin/dispute-policy", json=policy).raise_for_status()
    sale = Sale.make(system)
    username = username_of(sale)
    dispute = system.stripe.dispute(sale.intent, reason="product_not_received")

    opened = dispute_of(system, sale, "open")
    assert opened["needs_response"]
    assert opened["reason"] == "product_not_received"
    assert opened["amount"]["amount"] == opened["held"]["amount"] == PRICE
    due_by = dispute["evidence_details"]["due_by"]
    (task,) = dues(system, sale)
    assert task == due_by > dispute["created"] + DAY
    withdrawn = sum(each["amount"] - each["fee"] for each in dispute["balance_transactions"])
    assert withdrawn == -(PRICE + opened["fee"]["amount"]) < -PRICE
    assert ask_refund(system, sale, 100) == (409, "payment_disputed")
    assert system.stripe.state()["refunds"] == []
    eventually(lambda: (username in suspended_accounts(system)) is freezes, 30, "policy kept")
    require_clean_books(system)

    system.stripe.decide_dispute(dispute["id"], end)
    ended = dispute_of(system, sale, {"win": "won", "lose": "lost"}[end])
    assert ended["held"]["amount"] == (0 if end == "win" else PRICE)
    assert ended["closed_at"] is not None
    assert not ended["needs_response"]
    is_stopped = freezes and end == "lose"
    eventually(lambda: (username in suspended_accounts(system)) is is_stopped, 30, "policy kept")
    if end == "lose":
        # All of it is gone.
        assert ask_refund(system, sale, 100)[0] in (409, 422)
        assert system.stripe.state()["refunds"] == []
    compare_with_stripe(system)
    require_clean_books(system)


def dues(system: System, sale: Sale) -> list[float]:
    with connect(system) as session:
        return [
            float(seconds)
            for (seconds,) in session.execute(
                "SELECT extract(epoch FROM due_by) FROM disputes d JOIN payments p"
                " ON p.id = d.payment_id WHERE p.gateway_intent_id = %s",
                [sale.intent],
            ).fetchall()
        ]


# Check 23 again; at the end, because from now on all is settled so.


def test_a_fee_is_booked_in_the_currency_that_is_settled_in(system: System) -> None:
    system.stripe.control("settlement", {"currency": "EUR", "per_mille": 920})
    sale = Sale.make(system)
    eventually(lambda: sale.fee() != (None, None), 30, "fee")
    move = sale.move()
    assert move["currency"] == "eur"
    assert move["exchange_rate"] == 0.92
    assert move["amount"] == PRICE * 92 // 100
    assert sale.fee() == (move["fee"], "EUR")
    # The customer has paid dollars, which became the euros that Stripe keeps for us.
    assert sale.postings() == {
        ("payment_captured", "clearing", "USD"): PRICE,
        ("payment_captured", "receivable", "USD"): -PRICE,
        ("payment_settled", "clearing", "USD"): -PRICE,
        ("payment_settled", "exchange", "USD"): PRICE,
        ("payment_settled", "clearing", "EUR"): move["amount"],
        ("payment_settled", "exchange", "EUR"): -move["amount"],
        ("payment_fee", "fees", "EUR"): move["fee"],
        ("payment_fee", "clearing", "EUR"): -move["fee"],
    }
    compare_with_stripe(system)
    require_clean_books(system)
