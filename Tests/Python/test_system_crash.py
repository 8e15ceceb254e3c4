"""The process is killed where it hurts most, at every such place, and every sale still ends well."""

from __future__ import annotations

import itertools
import queue
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import httpx
import pytest
from billing_system import PROGRAMS, ROOT, System, eventually, running_system
from shopping import Customer, Order, registration, transfer, unused_domain
from verification import await_clean_books

T = TypeVar("T")
# A way to deliver something, and where the server dies meanwhile.
Crash = tuple[str, str]

WELCOME = "Your hosting is ready"
# Two systems on two cores: more would only wait for each other.
SYSTEMS = 2
SETTINGS = {
    "RATE_LIMITS": "off",
    # What a killed process had begun is begun again as soon as its lease has run out.
    "JOB_LEASE_SECONDS": "4",
    "DATABASE_CONNECTIONS": "6",
    "REMOTE_DEADLINE_SECONDS": "3",
}


def fault_points() -> list[str]:
    """Every place that the program names; a place that many things pass is also taken later."""
    program = PROGRAMS / "billing"
    if not program.exists():
        return []
    names = subprocess.run(
        [program, "fault-points"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split()
    return [*names, "job.finished:4", "job.finished:9"]


POINTS = fault_points()

# Where the other ways to deliver something are killed: at what they alone pass, and at what they
# share with a sale by Checkout but come to from elsewhere.
OTHER_WAYS = {
    "own page": [
        "payment.customer_created",
        "payment.intent_stored",
        "payment.intent_created",
        "payment.webhook_stored",
        "payment.settlement_asked",
        "payment.settlement_stored",
    ],
    "transfer": [
        "domain.registrant_created",
        "domain.contact_created",
        "domain.intent_stored",
        "domain.sent",
    ],
    "provisioning": [
        "hosting_account.intent_stored",
        "hosting_account.sent",
        "hosting_account.confirmed",
    ],
    "refund": ["refund.stored", "refund.sent", "refund.settled"],
}
ONLY_ON_OWN_PAGES = {"payment.intent_stored", "payment.intent_created"}
# No first sale comes by these; test_system_renewals.py kills the server there.
ONLY_IN_RENEWALS = {
    "subscription.renewal_stored",
    "payment.charge_stored",
    "payment.charge_marked",
    "payment.charge_sent",
}
# Nor by this, where a charge is closed that may have been sent: there as well.
ONLY_IN_CLOSINGS = {"payment.charge_forestalled"}
# Nor by these, where unpaid services are stopped: test_system_dunning_crash.py.
ONLY_IN_DUNNING = {
    "dunning.step_stored",
    "account.wish_stored",
    "account.change_sent",
}
# Nor by this, where accounts of ended subscriptions are announced and removed: there as well.
ONLY_IN_REMOVALS = {"account.removal_stored"}
ELSEWHERE = (
    ONLY_ON_OWN_PAGES
    | ONLY_IN_RENEWALS
    | ONLY_IN_CLOSINGS
    | ONLY_IN_DUNNING
    | ONLY_IN_REMOVALS
    | set(OTHER_WAYS["refund"])
)
CRASHES = [("checkout", point) for point in POINTS if point not in ELSEWHERE] + [
    (way, point) for way, points in OTHER_WAYS.items() for point in points
]
NOTHING = {
    "payers": 0,
    "charges": 0,
    "registrations": 0,
    "registrants": 0,
    "accounts": 0,
    "welcomes": 0,
    "receipts": 0,
    "licenses": 0,
    "paid invoices": 0,
    "payments": 0,
    "refunds": 0,
    "refund mails": 0,
}
EVERYTHING = {**dict.fromkeys(NOTHING, 1), "refunds": 0, "refund mails": 0}
EXPECTED = {
    "checkout": EVERYTHING,
    "own page": {**EVERYTHING, "registrations": 0, "registrants": 0},
    "transfer": EVERYTHING,
    "provisioning": {**NOTHING, "accounts": 1},
    "refund": {**dict.fromkeys(NOTHING, 1), "registrations": 0, "registrants": 0},
}


class CrashingSystem:
    """A system whose server dies once at a chosen place, and is started again when it has."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.deaths = 0

    def arm(self, point: str) -> None:
        """Starts the server anew, so that it will kill itself at the point."""
        self.deaths = 0
        self.system.billing.stop()
        self.system.billing.start(FAULT_POINT=point)

    def revive(self) -> None:
        """Starts the server again if it has died."""
        if self.system.billing.is_running:
            return
        code = self.system.billing.wait_for_end()
        assert code == -9, f"the server ended with {code}:\n{self.system.billing.tail()}"
        self.deaths += 1
        assert self.deaths == 1, "the server died again without being told to"
        self.system.start_billing()

    def insist(self, ask: Callable[[], T | None], what: str, seconds: float = 60) -> T:
        """Asks again until there is an answer, whatever the server goes through meanwhile."""

        def attempt() -> T | None:
            self.revive()
            try:
                return ask()
            except httpx.TransportError:
                return None

        return eventually(attempt, seconds, what)


def order_one(
    crashing: CrashingSystem, customer: Customer, domain: dict[str, Any] | None
) -> Order:
    """Places an order as a browser does: what is not answered is asked again."""
    plans = crashing.insist(
        lambda: ok(crashing.system.http.get("/api/v1/plans/")), "list of plans"
    )["data"]
    plan = next(each["id"] for each in plans if each["slug"] == "starter")
    item = {"plan_id": plan, "billing_cycle": "monthly"}
    if domain is not None:
        item["domain"] = domain
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    return crashing.insist(
        lambda: ok(customer.http.post("/orders", json={"items": [item]}, headers=headers)), "order"
    )


def wait_for_completion(crashing: CrashingSystem, customer: Customer, order: Order) -> None:
    def completed() -> Order | None:
        now = ok(customer.http.get(f"/orders/{order['id']}"))
        return now if now is not None and now["status"] == "completed" else None

    crashing.insist(completed, "completed order", seconds=90)


def buy(crashing: CrashingSystem, customer: Customer, domain: dict[str, Any]) -> None:
    """Pays at Stripe's page."""
    order = order_one(crashing, customer, domain)
    page = crashing.insist(
        lambda: ok(customer.http.post(f"/orders/{order['id']}/checkout", json={})), "payment page"
    )
    assert customer.pay(page["session_id"]).status_code == 200
    wait_for_completion(crashing, customer, order)


def buy_on_own_page(crashing: CrashingSystem, customer: Customer) -> None:
    """Pays on a page of the customer's own, which is no part of the system."""
    order = order_one(crashing, customer, None)
    wish = {"invoice_id": order["invoice_id"]}
    started = crashing.insist(
        lambda: ok(customer.http.post("/payments/intent", json=wish)), "payment that is started"
    )
    assert customer.pay_intent(started["client_secret"]).status_code == 200
    wait_for_completion(crashing, customer, order)


def provision(crashing: CrashingSystem, customer: Customer, staff: httpx.Client) -> None:
    """Has staff make an account without a sale."""
    found = crashing.insist(
        lambda: ok(staff.get("/admin/customers", params={"q": customer.email})), "customer"
    )
    wish = {
        "customer_id": found["data"][0]["id"],
        "username": f"u{uuid.uuid4().hex[:12]}",
        "email": customer.email,
    }
    made = crashing.insist(
        lambda: ok(staff.post("/nextpanel/provision", json=wish)), "account", seconds=90
    )
    again = crashing.insist(lambda: ok(staff.post("/nextpanel/provision", json=wish)), "account")
    assert again == made


def give_back(crashing: CrashingSystem, customer: Customer, staff: httpx.Client) -> None:
    """Has staff give a part of the customer's only payment back."""
    payments = crashing.insist(lambda: ok(customer.http.get("/payments/")), "payment")
    (payment,) = payments["data"]
    wish = {"amount": {"amount": 500, "currency": "USD"}, "reason": "A test"}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    path = f"/payments/{payment['id']}/refund"
    refund = crashing.insist(lambda: ok(staff.post(path, json=wish, headers=headers)), "refund")

    def has_gone() -> bool | None:
        now = ok(staff.get(f"/refunds/{refund['id']}"))
        return (now is not None and now["status"] == "succeeded") or None

    crashing.insist(has_gone, "money that has gone back", seconds=90)


def ok(answer: httpx.Response) -> Any:
    """The answer's JSON; nothing for one that asks to be patient."""
    if answer.status_code in (200, 201):
        return answer.json()
    assert answer.status_code in (409, 502, 503, 504), answer.text
    return None


def books_of(system: System, customer: Customer, domain: str) -> dict[str, int]:
    """What one customer's purchase left behind at each party."""
    stripe = system.stripe.state()
    payers = [each["id"] for each in stripe["customers"] if each["email"] == customer.email]
    registrar = system.registrars["resellerclub"].state()
    accounts = itertools.chain.from_iterable(panel.state()["accounts"] for panel in system.panels)
    mails = [mail for mail in system.inbox.messages() if customer.email in mail["to"]]
    invoices = customer.http.get("/invoices/").raise_for_status().json()["data"]
    payments = customer.http.get("/payments/").raise_for_status().json()["data"]
    return {
        "payers": len(payers),
        "charges": sum(each["customer"] in payers and each["paid"] for each in stripe["charges"]),
        "registrations": sum(each["domain"] == domain for each in registrar["charges"]),
        "registrants": sum(each["username"] == customer.email for each in registrar["customers"]),
        "accounts": sum(each["email"] == customer.email for each in accounts),
        "welcomes": len({each["message_id"] for each in mails if each["subject"] == WELCOME}),
        "receipts": len({each["message_id"] for each in mails if "invoice" in each["subject"]}),
        "licenses": len(customer.http.get("/licenses/").raise_for_status().json()["data"]),
        "paid invoices": sum(each["status"] == "paid" for each in invoices),
        "payments": sum(each["status"] == "succeeded" for each in payments),
        "refunds": sum(each["customer"] in payers for each in stripe["refunds"]),
        "refund mails": len(
            {each["message_id"] for each in mails if each["subject"].startswith("Your refund")}
        ),
    }


def crash_at(system: System, way: str, point: str) -> dict[str, int]:
    """Delivers something while the server dies at a point, and counts what came of it, once the
    books are in order."""
    crashing = CrashingSystem(system)
    crashing.system.require_ready()
    customer = Customer.register(system)
    staff = system.log_in("admin@example.com")
    # The mail of the registration is not the one that is to be lost.
    eventually(lambda: system.inbox.messages(customer.email), 30, "mail of the registration")
    # The simulated registrar knows names that begin so as somebody else's.
    if way == "refund":
        customer.buy()
    domain = f"taken-{unused_domain()}" if way == "transfer" else unused_domain()
    crashing.arm(point)
    match way:
        case "checkout":
            buy(crashing, customer, registration(domain))
        case "transfer":
            buy(crashing, customer, transfer(domain))
        case "own page":
            buy_on_own_page(crashing, customer)
        case "provisioning":
            provision(crashing, customer, staff)
        case "refund":
            give_back(crashing, customer, staff)
    assert crashing.deaths == 1, f"{point} was never reached"
    assert f"fault point reached: {point.partition(':')[0]}" in system.billing.tail(2_000)

    def has_receipt() -> bool:
        return books_of(system, customer, domain)["receipts"] > 0

    if EXPECTED[way]["receipts"]:
        eventually(has_receipt, 30, "receipt")
    if EXPECTED[way]["refund mails"]:
        eventually(lambda: books_of(system, customer, domain)["refund mails"], 30, "refund's mail")
    await_clean_books(system)
    return books_of(system, customer, domain)


class Crashes:
    """Tries every point, a few systems at a time, and keeps what came of each."""

    def __init__(self) -> None:
        self.results: dict[Crash, dict[str, int] | BaseException] = {}
        self._points: queue.SimpleQueue[Crash] = queue.SimpleQueue()
        for crash in CRASHES:
            self._points.put(crash)
        # A child ends with the thread that started it, so each thread keeps a system of its own.
        self._threads = [threading.Thread(target=self._work) for _ in range(SYSTEMS)]
        for thread in self._threads:
            thread.start()

    def result(self, crash: Crash) -> dict[str, int]:
        for thread in self._threads:
            thread.join()
        result = self.results.get(crash)
        if isinstance(result, BaseException):
            raise result
        assert result is not None, "no system could be started"
        return result

    def _work(self) -> None:
        while not self._points.empty():
            with running_system(**SETTINGS) as system:
                self._work_with(system)

    def _work_with(self, system: System) -> None:
        while True:
            try:
                crash = self._points.get_nowait()
            except queue.Empty:
                return
            try:
                self.results[crash] = crash_at(system, *crash)
            except BaseException as error:
                # The next point gets a new system: this one may be in any state.
                self.results[crash] = error
                return


@pytest.fixture(scope="module")
def crashes() -> Iterator[Crashes]:
    yield Crashes()


def test_the_program_names_its_fault_points() -> None:
    assert len(POINTS) >= 20
    assert len(set(POINTS)) == len(POINTS)
    others = {point for points in OTHER_WAYS.values() for point in points}
    assert others <= set(POINTS)


@pytest.mark.parametrize(("way", "point"), CRASHES)
def test_a_server_that_is_killed_delivers_everything_once(
    crashes: Crashes, way: str, point: str
) -> None:
    assert crashes.result((way, point)) == EXPECTED[way]
