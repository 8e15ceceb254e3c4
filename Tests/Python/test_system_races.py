"""Two hundred clients want the same thing at once: those win who may, all others are told why not,
nobody gets a 5xx, and the books are right. Each at one instance and at three on one database."""

from __future__ import annotations

import collections
import concurrent.futures
import itertools
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from billing_system import eventually
from cluster import Answer, Call, Cluster, outcome, outcomes, won
from mixed_load import make_room
from shopping import Customer

RIVALS = 200
PASSWORD = "correct horse battery"
STARTER = 2_900
PROFESSIONAL = 9_900
SETTINGS = {
    "RATE_LIMITS": "off",
    # Moving the clock to the next midnight shall not end the sessions.
    "ACCESS_TOKEN_EXPIRE_MINUTES": "1440",
}


@pytest.fixture(scope="module", params=[1, 3], ids=["one instance", "three instances"])
def cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    with Cluster(request.param, **SETTINGS).running() as cluster:
        make_room(cluster.system)
        yield cluster


def dollars(cents: int) -> dict[str, Any]:
    return {"amount": cents, "currency": "USD"}


def customers(cluster: Cluster, count: int) -> list[Customer]:
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: Customer.register(cluster.system), range(count)))


def id_of(cluster: Cluster, customer: Customer) -> str:
    staff = cluster.system.log_in("support@example.com")
    found = staff.get("/admin/customers", params={"q": customer.email}).raise_for_status().json()
    return found["data"][0]["id"]


def order_call(customer: Customer, plan: str, **more: Any) -> Call:
    item = {"plan_id": plan, "billing_cycle": "monthly"}
    return Call(customer.http, "/orders", {"items": [item], **more})


def plan_id(cluster: Cluster, slug: str = "starter") -> str:
    plans = cluster.system.http.get("/api/v1/plans/").raise_for_status().json()["data"]
    return next(each["id"] for each in plans if each["slug"] == slug)


# One coupon.


def make_coupon(cluster: Cluster, **limits: int) -> dict[str, Any]:
    admin = cluster.system.log_in("admin@example.com")
    body = {
        "code": f"RACE-{uuid.uuid4().hex[:12]}",
        "percent_basis_points": 1_000,
        "duration": "once",
        **limits,
    }
    return admin.post("/admin/coupons", json=body).raise_for_status().json()


def race_for_a_coupon(
    cluster: Cluster, coupon: dict[str, Any], buyers: list[Customer], winners: int, code: str
) -> None:
    plan = plan_id(cluster)
    turns = itertools.islice(itertools.cycle(buyers), RIVALS)
    answers = cluster.at_once(
        order_call(buyer, plan, coupon_code=coupon["code"]) for buyer in turns
    )
    assert outcomes(answers) == {(201, ""): winners, (422, code): RIVALS - winners}
    assert {each.json()["discount"]["amount"] for each in won(answers)} == {STARTER // 10}
    uses = cluster.database.rows(
        "SELECT c.used, count(u.id) FROM coupons c LEFT JOIN coupon_uses u ON u.coupon_id = c.id"
        f" WHERE code = '{coupon['code'].upper()}' GROUP BY 1"
    )
    assert uses == [(winners, winners)]
    cluster.require_clean_books()


def test_a_coupon_is_taken_as_often_as_it_may_be(cluster: Cluster) -> None:
    coupon = make_coupon(cluster, total_limit=7)
    race_for_a_coupon(cluster, coupon, customers(cluster, 8), 7, "used_up")


def test_a_customer_takes_a_coupon_as_often_as_one_may(cluster: Cluster) -> None:
    coupon = make_coupon(cluster, customer_limit=3)
    race_for_a_coupon(cluster, coupon, customers(cluster, 1), 3, "already_used")


# One credit.


def grant(cluster: Cluster, customer: str, cents: int) -> None:
    staff = cluster.system.log_in("billing@example.com")
    body = {"amount": dollars(cents), "reason": "A race"}
    staff.post(f"/admin/customers/{customer}/credits", json=body).raise_for_status()


def credit_left(customer: Customer) -> list[int]:
    balances = customer.http.get("/credits/balance").raise_for_status().json()["balances"]
    return [each["amount"] for each in balances]


def test_a_credit_pays_as_many_orders_as_it_is_worth(cluster: Cluster) -> None:
    (buyer,) = customers(cluster, 1)
    grant(cluster, id_of(cluster, buyer), 3 * STARTER)
    plan = plan_id(cluster)
    placed = cluster.at_once(order_call(buyer, plan) for _ in range(RIVALS))
    assert outcomes(placed) == {(201, ""): RIVALS}
    orders = [each.json()["id"] for each in placed]
    answers = cluster.at_once(Call(buyer.http, f"/orders/{order}/checkout") for order in orders)
    assert outcomes(answers) == {(200, ""): RIVALS}
    pages = dict(zip(orders, (each.json()["session_id"] for each in answers), strict=True))
    free = [order for order, page in pages.items() if page == "free"]
    assert len(free) == 3
    for order in free:
        buyer.wait_for({"id": order}, "completed", seconds=60)
    assert credit_left(buyer) == []
    # All others are asked for all of it.
    known = cluster.system.stripe.state()["checkout_sessions"]
    asked = [each["amount_total"] for each in known if each["id"] in pages.values()]
    assert asked == [STARTER] * (RIVALS - 3)
    cluster.require_clean_books()


# One refund.


def paid_order(customer: Customer, plan: str = "professional") -> tuple[str, str]:
    """A payment of a new order: its identifier here, and at Stripe."""
    order = customer.buy(plan)
    assert order["status"] == "completed"
    payments = customer.http.get("/payments").raise_for_status().json()["data"]
    payment = next(each for each in payments if each["order_id"] == order["id"])
    intents = customer.system.stripe.state()["payment_intents"]
    intent = next(
        each["id"] for each in intents if each["metadata"].get("payment_id") == payment["id"]
    )
    return payment["id"], intent


def gone_back(cluster: Cluster, intent: str) -> list[int]:
    refunds = cluster.system.stripe.state()["refunds"]
    return sorted(each["amount"] for each in refunds if each["payment_intent"] == intent)


def test_no_more_goes_back_than_came(cluster: Cluster) -> None:
    (buyer,) = customers(cluster, 1)
    payment, intent = paid_order(buyer)
    staff = cluster.system.log_in("billing@example.com")
    path = f"/payments/{payment}/refund"
    part = {"amount": dollars(500), "reason": "A race"}
    parts = PROFESSIONAL // 500
    answers = cluster.at_once(
        Call(staff, path, part, key=str(uuid.uuid4())) for _ in range(RIVALS)
    )
    assert outcomes(answers) == {(201, ""): parts, (422, "out_of_range"): RIVALS - parts}
    eventually(lambda: len(gone_back(cluster, intent)) == parts, 60, "refunds", every=1)

    answers = cluster.at_once(
        Call(staff, path, {"reason": "The rest"}, key=str(uuid.uuid4())) for _ in range(RIVALS)
    )
    assert outcomes(answers) == {(201, ""): 1, (409, "nothing_to_refund"): RIVALS - 1}
    rest = PROFESSIONAL - parts * 500
    eventually(lambda: len(gone_back(cluster, intent)) == parts + 1, 60, "rest", every=1)
    assert gone_back(cluster, intent) == [rest] + [500] * parts
    cluster.require_clean_books()


# One series of numbers, and one credit for what is issued.


def draft_calls(cluster: Cluster, staff: httpx.Client, customer: str, count: int) -> Iterator[Call]:
    # Nothing of these is collected while the clock is moved by a month.
    due_at = (now_of(cluster) + timedelta(days=300)).isoformat()
    line = {"description": "Work", "quantity": 1, "unit_price": dollars(1_000)}
    body = {"customer_id": customer, "currency": "USD", "lines": [line], "due_at": due_at}
    return (Call(staff, "/invoices", body) for _ in range(count))


def drafts(cluster: Cluster, staff: httpx.Client, customer: str, count: int) -> list[str]:
    answers = cluster.at_once(draft_calls(cluster, staff, customer, count))
    assert outcomes(answers) == {(201, ""): count}
    return [each.json()["id"] for each in answers]


def test_invoices_that_are_issued_at_once_have_numbers_without_gaps(cluster: Cluster) -> None:
    (buyer,) = customers(cluster, 1)
    payer = id_of(cluster, buyer)
    staff = cluster.system.log_in("billing@example.com")
    written = drafts(cluster, staff, payer, RIVALS)
    grant(cluster, payer, 5 * 1_000)
    before = numbers(cluster)
    answers = cluster.at_once(Call(staff, f"/invoices/{each}/issue") for each in written)
    assert outcomes(answers) == {(200, ""): RIVALS}
    # Each has another number, and together they follow those of before.
    assert len({each.json()["number"] for each in answers}) == RIVALS
    assert numbers(cluster) == list(range(1, len(before) + RIVALS + 1))
    # The credit paid for five of them.
    paid = collections.Counter(each.json()["status"] for each in answers)
    assert paid == {"paid": 5, "open": RIVALS - 5}
    assert credit_left(buyer) == []
    cluster.require_clean_books()


def test_a_draft_is_issued_once(cluster: Cluster) -> None:
    (buyer,) = customers(cluster, 1)
    staff = cluster.system.log_in("billing@example.com")
    (draft,) = drafts(cluster, staff, id_of(cluster, buyer), 1)
    before = numbers(cluster)
    answers = cluster.at_once(Call(staff, f"/invoices/{draft}/issue") for _ in range(RIVALS))
    assert outcomes(answers) == {(200, ""): 1, (409, "invoice_is_issued"): RIVALS - 1}
    assert numbers(cluster) == [*before, len(before) + 1]
    cluster.require_clean_books()


def numbers(cluster: Cluster) -> list[int]:
    found = cluster.database.rows("SELECT number FROM invoices WHERE number IS NOT NULL ORDER BY 1")
    return [number for (number,) in found]


# Pay against void.


def issued(cluster: Cluster, staff: httpx.Client, customer: str, count: int) -> list[str]:
    written = drafts(cluster, staff, customer, count)
    answers = cluster.at_once(Call(staff, f"/invoices/{each}/issue") for each in written)
    assert outcomes(answers) == {(200, ""): count}
    return written


def payment_call(staff: httpx.Client, invoice: str) -> Call:
    transfer = {"method": "bank_transfer", "reference": f"T-{uuid.uuid4().hex}"}
    return Call(staff, f"/invoices/{invoice}/pay", transfer)


def void_call(staff: httpx.Client, invoice: str) -> Call:
    return Call(staff, f"/invoices/{invoice}/void", {"reason": "A race"})


def status_of(staff: httpx.Client, invoice: str) -> str:
    return staff.get(f"/invoices/{invoice}").raise_for_status().json()["status"]


def await_status(staff: httpx.Client, invoice: str, status: str) -> None:
    eventually(lambda: status_of(staff, invoice) == status, 30, f"{status} invoice")


def payments_of(buyer: Customer) -> collections.Counter[str]:
    """How many payments of each invoice have come to something."""
    found = buyer.http.get("/payments", params={"limit": 100}).raise_for_status().json()["data"]
    return collections.Counter(
        each["invoice_id"] for each in found if each["status"] == "succeeded"
    )


def test_an_invoice_is_paid_or_void(cluster: Cluster) -> None:
    (buyer,) = customers(cluster, 1)
    staff = cluster.system.log_in("billing@example.com")
    invoices = issued(cluster, staff, id_of(cluster, buyer), 20)
    calls = [
        make(staff, invoice)
        for _ in range(RIVALS // 40)
        for invoice in invoices
        for make in (payment_call, void_call)
    ]
    answers = cluster.at_once(calls)
    asked = list(zip(calls, answers, strict=True))
    assert {outcome(each) for each in answers} <= {
        (201, ""),
        (200, ""),
        (409, "invoice_not_payable"),
        (409, "invoice_is_paid"),
        (409, "invoice_is_void"),
    }
    for invoice in invoices:
        path = f"/invoices/{invoice}/"
        paid = won(each for call, each in asked if call.path == f"{path}pay")
        void = won(each for call, each in asked if call.path == f"{path}void")
        assert (len(paid), len(void)) in [(1, 0), (0, 1)], invoice
        assert status_of(staff, invoice) == ("paid" if paid else "void")
        assert payments_of(buyer)[invoice] == len(paid)
    cluster.require_clean_books()


def test_an_invoice_is_void_or_its_card_is_charged(cluster: Cluster) -> None:
    (buyer,) = customers(cluster, 1)
    staff = cluster.system.log_in("billing@example.com")
    invoices = issued(cluster, staff, id_of(cluster, buyer), 20)
    started = cluster.at_once(
        Call(buyer.http, "/payments/intent", {"invoice_id": each}) for each in invoices
    )
    assert outcomes(started) == {(201, ""): 20}
    secrets = [each.json()["client_secret"] for each in started]
    voids = [void_call(staff, each) for _ in range(RIVALS // 20) for each in invoices]
    with concurrent.futures.ThreadPoolExecutor(8) as payers:
        paying = payers.map(buyer.pay_intent, secrets)
        answers = cluster.at_once(voids)
        confirmed = [each.is_success for each in paying]
    assert {outcome(each) for each in answers} <= {
        (200, ""),
        (409, "invoice_is_being_paid"),
        (409, "invoice_is_paid"),
        (409, "invoice_is_void"),
    }
    for invoice, is_charged in zip(invoices, confirmed, strict=True):
        end = "paid" if is_charged else "void"
        await_status(staff, invoice, end)
        wins = won(
            each
            for call, each in zip(voids, answers, strict=True)
            if call.path == f"/invoices/{invoice}/void"
        )
        assert len(wins) == (0 if is_charged else 1)
        assert payments_of(buyer)[invoice] == int(is_charged)
    cluster.require_clean_books()


# Cancel against renew; at the end, because the clock is moved.


class Subscriber:
    """A customer with subscriptions that were bought a moment ago."""

    def __init__(self, cluster: Cluster, count: int) -> None:
        self.cluster = cluster
        self.customer = Customer.register(cluster.system)
        orders = [self.customer.order("starter") for _ in range(count)]
        for order in orders:
            assert self.customer.pay(self.customer.check_out(order)).status_code == 200
        for order in orders:
            self.customer.wait_for(order, "completed", seconds=90)
        self.http = self.customer.http
        self.subscriptions = self.listed()

    def log_in(self) -> None:
        self.http = self.cluster.system.log_in(self.customer.email, PASSWORD)

    def listed(self) -> list[dict[str, Any]]:
        return self.http.get("/subscriptions").raise_for_status().json()["data"]

    def charges(self) -> list[int]:
        stripe = self.cluster.system.stripe.state()
        email = self.customer.email
        payers = [each["id"] for each in stripe["customers"] if each["email"] == email]
        return [
            each["amount"]
            for each in stripe["charges"]
            if each["customer"] in payers and each["paid"]
        ]

    def billed(self) -> dict[tuple[str, datetime], int]:
        """What was billed for each period of each subscription, less what was taken back."""
        rows = self.cluster.database.rows(
            "SELECT l.subscription_id::text, l.period_start_at, sum(l.amount_minor)"
            " FROM subscription_lines l JOIN customers c ON c.id = l.customer_id"
            f" WHERE c.email = '{self.customer.email}' GROUP BY 1, 2"
        )
        return {(subscription, start): int(amount) for subscription, start, amount in rows}


def await_charges(subscriber: Subscriber, count: int) -> list[int]:
    def enough() -> list[int] | None:
        charges = subscriber.charges()
        return charges if len(charges) >= count else None

    return eventually(enough, 30, "charge")


def await_end(subscriber: Subscriber) -> None:
    def has_ended() -> bool:
        return {each["status"] for each in subscriber.listed()} == {"cancelled"}

    eventually(has_ended, 30, "end of all subscriptions")


def now_of(cluster: Cluster) -> datetime:
    admin = cluster.system.log_in("admin@example.com")
    return datetime.fromisoformat(admin.get("/admin/clock").raise_for_status().json()["now"])


def move_to(cluster: Cluster, moment: datetime) -> None:
    admin = cluster.system.log_in("admin@example.com")
    answer = admin.post("/admin/clock", json={"to": moment.isoformat()}, timeout=90)
    # It waits for what is due, for a bounded time.
    assert answer.status_code in (200, 503), answer.text


def cancel_while_the_clock_moves(
    cluster: Cluster, subscribers: list[Subscriber], moment: datetime, at_period_end: list[bool]
) -> list[list[Answer]]:
    """Cancels each subscription many times at once, one after the other, while the time comes."""
    wanted = [
        Call(each.http, f"/subscriptions/{subscription['id']}/cancel", {"at_period_end": at_end})
        for each in subscribers
        for subscription, at_end in zip(each.subscriptions, at_period_end, strict=True)
    ]
    with concurrent.futures.ThreadPoolExecutor(1) as mover:
        moving = mover.submit(move_to, cluster, moment)
        answers = [cluster.at_once([call] * (RIVALS // len(wanted))) for call in wanted]
        moving.result()
    return answers


def test_cancelling_races_with_renewing(cluster: Cluster) -> None:
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        subscribers = list(pool.map(lambda _: Subscriber(cluster, 2), range(6)))
    stayers = subscribers[:1]
    leavers = subscribers[1:]
    ends = [
        datetime.fromisoformat(subscription["current_period_end"])
        for each in subscribers
        for subscription in each.subscriptions
    ]
    # What falls due on a day is billed when the day begins.
    day = min(ends).replace(hour=0, minute=0, second=0, microsecond=0)
    move_to(cluster, day - timedelta(seconds=5))
    for each in subscribers:
        each.log_in()
    answers = cancel_while_the_clock_moves(
        cluster, leavers, day + timedelta(seconds=5), [True, False]
    )
    for group in answers:
        assert {outcome(each) for each in group} <= {
            (200, ""),
            (409, "cancellation_pending"),
            (409, "subscription_ended"),
        }
        assert len(won(group)) == 1, outcomes(group)

    move_to(cluster, max(ends) + timedelta(hours=1))
    for each in subscribers:
        each.log_in()
    for stayer in stayers:
        assert sorted(await_charges(stayer, 3)) == [STARTER, STARTER, 2 * STARTER]
        assert list(stayer.billed().values()) == [STARTER] * 4
    for leaver in leavers:
        await_end(leaver)
        # Nothing of what was not used any more is owed, and nothing was charged for it.
        assert sorted(leaver.billed().values())[-2:] == [STARTER] * 2
        assert sum(leaver.billed().values()) == 2 * STARTER
        assert leaver.charges() == [STARTER] * 2
    cluster.require_clean_books()
