"""Customers who register, buy and pay at once, and panels that ask and report, with a journal.

The journal holds what each of them was told. What was acknowledged has to be there afterwards; what
was not has to have happened once or not at all.
"""

from __future__ import annotations

import collections
import contextlib
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from billing_system import PATIENCE, Simulator, System
from shopping import Order, registration, unused_domain

PASSWORD = "correct horse battery"
CARD = "4242424242424242"
PANEL = {"X-API-Key": "npk_billing_sandbox", "X-API-Secret": "nps_billing_sandbox_secret_0001"}
# What a client is told that should ask again in a moment.
LATER = {409, 502, 503, 504}
# One sale in so many comes with a name: the registrar's simulator has money for a few hundred.
ONE_NAME_IN = 4
# Long: a machine that is busy elsewhere is slow, and that is not what is tried here.
PATIENCE_SECONDS = 120.0 * PATIENCE

FAULTS = {
    "stripe": [
        "POST /v1/customers",
        "POST /v1/checkout/sessions",
        "GET /v1/checkout/sessions",
        "POST /v1/payment_intents$",
        "GET /v1/payment_intents",
        "POST /v1/refunds",
        "GET /v1/refunds",
    ],
    "registrar": ["POST /api", "GET /api"],
    "panel": ["POST /", "GET /"],
    "mail": ["SMTP MAIL", "SMTP RCPT", "SMTP DATA"],
}
# All but the final no, after which a person has to decide.
MODES = [
    "refuse",
    "timeout_before",
    "timeout_after",
    "error_500",
    "rate_limit",
    "lock_timeout",
    "garbage",
    "slow",
]


@dataclass
class Sale:
    """One order and what its buyer knows of it."""

    email: str
    key: str
    domain: str | None
    order: str | None = None
    is_charged: bool = False


@dataclass
class Report:
    """One event that a panel reports of a licence."""

    event: str
    license_key: str
    is_acknowledged: bool = False


@dataclass
class Journal:
    """What every client asked for and was told."""

    # Whether the registration of an address was acknowledged.
    people: dict[str, bool] = field(default_factory=dict)
    sales: list[Sale] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    answers: collections.Counter[str] = field(default_factory=collections.Counter)
    faults: list[str] = field(default_factory=list)

    @property
    def acknowledged(self) -> int:
        """How many requests were answered with what was asked for."""
        return self.answers["200"] + self.answers["201"]

    def summary(self) -> str:
        charged = sum(sale.is_charged for sale in self.sales)
        answers = " ".join(f"{name}×{count}" for name, count in sorted(self.answers.items()))
        return (
            f"{len(self.people)} registrations, {len(self.sales)} orders, {charged} charged, "
            f"{len(self.reports)} reports; answers: {answers}"
        )


class GaveUp(Exception):
    """A client stopped asking."""


class Shopper:
    """One client after the other, as one thread."""

    def __init__(
        self,
        system: System,
        journal: Journal,
        seed: int,
        is_over: threading.Event,
        may_begin: threading.Event,
    ) -> None:
        self.system = system
        self.journal = journal
        self.dice = random.Random(seed)
        self.is_over = is_over
        self.may_begin = may_begin
        self.http = httpx.Client(base_url=f"{system.api_url}/api/v1", timeout=15, trust_env=False)
        self.email = ""
        self.plans: list[dict[str, Any]] = []

    def run(self) -> None:
        while not self.is_over.is_set():
            if not self.may_begin.wait(0.2):
                continue
            try:
                self._live()
            except GaveUp:
                self.email = ""
            except Exception as error:  # noqa: BLE001 - the journal tells, and the others go on
                self.journal.faults.append(f"{type(error).__name__}: {error}")
                self.is_over.wait(0.2)

    def _live(self) -> None:
        if not self.plans:
            self.plans = self._insist("plans", lambda: self.http.get("/plans/"), 200)["data"]
        if not self.email or self.dice.random() < 0.4:
            self._register()
        sale = self._order()
        if self.dice.random() < 0.9:
            self._pay(sale)
        for _ in range(self.dice.randrange(4)):
            self._ask_and_report()

    def _register(self) -> None:
        email = f"soak-{uuid.UUID(int=self.dice.getrandbits(128)).hex[:16]}@example.com"
        self.journal.people[email] = False
        body = {"email": email, "password": PASSWORD, "full_name": "Ada Example"}
        answer = self._ask("register", lambda: self.http.post("/auth/register", json=body))
        if answer is None or answer.status_code in LATER:
            # Whoever was not answered may be registered all the same, and finds that out.
            if self.dice.random() < 0.3:
                raise GaveUp
            tokens = self._insist(
                "register",
                lambda: self.http.post("/auth/register", json=body),
                201,
                taken=lambda: self.http.post(
                    "/auth/login", json={"email": email, "password": PASSWORD}
                ),
            )
        else:
            assert answer.status_code == 201, answer.text
            tokens = answer.json()
        self.journal.people[email] = True
        self.email = email
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"

    def _order(self) -> Sale:
        domain = unused_domain() if self.dice.randrange(ONE_NAME_IN) == 0 else None
        sale = Sale(self.email, str(uuid.uuid4()), domain)
        plan = self.dice.choice(self.plans)
        item: dict[str, Any] = {"plan_id": plan["id"], "billing_cycle": "monthly"}
        if domain is not None:
            item["domain"] = registration(domain)
        self.journal.sales.append(sale)
        order: Order = self._insist(
            "order",
            lambda: self.http.post(
                "/orders", json={"items": [item]}, headers={"Idempotency-Key": sale.key}
            ),
            201,
            gives_up=0.2,
        )
        sale.order = order["id"]
        if self.dice.random() < 0.1:
            # The same again, as a client does that lost the answer: the same order comes back.
            again = self._insist(
                "order",
                lambda: self.http.post(
                    "/orders", json={"items": [item]}, headers={"Idempotency-Key": sale.key}
                ),
                201,
            )
            assert again["id"] == sale.order
        self._invoice = order["invoice_id"]
        return sale

    def _pay(self, sale: Sale) -> None:
        if self.dice.random() < 0.3:
            wish = {"invoice_id": self._invoice}
            started = self._insist(
                "intent", lambda: self.http.post("/payments/intent", json=wish), 201
            )
            paid = self.system.stripe.confirm_intent(started["client_secret"], "pm_card_visa")
        else:
            page = self._insist(
                "checkout", lambda: self.http.post(f"/orders/{sale.order}/checkout"), 200
            )
            if self.dice.random() < 0.1:
                card = "4000000000000002"
                declined = self.system.stripe.complete_checkout(page["session_id"], card)
                assert declined.status_code == 402, declined.text
            paid = self.system.stripe.complete_checkout(page["session_id"], CARD)
        assert paid.status_code == 200, paid.text
        sale.is_charged = True

    def _ask_and_report(self) -> None:
        """What a panel does with a licence of this customer, once there is one."""
        listed = self._ask("licenses", lambda: self.http.get("/licenses/"))
        if listed is None or listed.status_code != 200 or not listed.json()["data"]:
            return
        license_id = self.dice.choice(listed.json()["data"])["id"]
        shown = self._ask("reveal", lambda: self.http.post(f"/licenses/{license_id}/reveal"))
        if shown is None or shown.status_code != 200:
            return
        key = shown.json()["license_key"]
        question = {"license_key": key, "feature": "create_email"}
        checked = self._ask(
            "validate", lambda: self.http.post("/licenses/validate", json=question, headers=PANEL)
        )
        if checked is not None and checked.status_code == 200:
            assert checked.json()["valid"], checked.text
        report = Report(str(uuid.uuid4()), key)
        self.journal.reports.append(report)
        body = {
            "license_key": key,
            "resource_type": "emails",
            "delta": 1,
            "event_id": report.event,
        }
        self._insist(
            "report",
            lambda: self.http.post("/usage/update", json=body, headers=PANEL),
            200,
            gives_up=0.3,
        )
        report.is_acknowledged = True

    def _insist(
        self,
        what: str,
        ask: Callable[[], httpx.Response],
        wanted: int,
        gives_up: float = 0.0,
        taken: Callable[[], httpx.Response] | None = None,
    ) -> Any:
        """Asks again until the answer is there, as a patient client does."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._ask(what, ask)
            if answer is not None:
                if answer.status_code == wanted:
                    return answer.json()
                if taken is not None and answer.status_code == 409:
                    ask, wanted, taken = taken, 200, None
                    continue
                assert answer.status_code in LATER, f"{what}: {answer.status_code} {answer.text}"
            if self.is_over.is_set() or self.dice.random() < gives_up:
                raise GaveUp
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what} was not answered for {PATIENCE_SECONDS:g} s")
            time.sleep(0.1)

    def _ask(self, what: str, ask: Callable[[], httpx.Response]) -> httpx.Response | None:
        try:
            answer = ask()
        except httpx.TransportError:
            self.journal.answers["none"] += 1
            return None
        self.journal.answers[str(answer.status_code)] += 1
        if answer.status_code == 500:
            self.journal.faults.append(f"{what}: 500 {answer.text}")
            return None
        return answer


class Mischief:
    """Lets outside parties fail now and then, each in every way it can."""

    def __init__(self, system: System, seed: int, is_over: threading.Event) -> None:
        self.dice = random.Random(seed)
        self.is_over = is_over
        self.stripe = system.stripe
        self.parties: dict[str, list[Simulator]] = {
            "stripe": [system.stripe],
            "registrar": [system.registrars["resellerclub"]],
            "panel": list(system.panels),
            "mail": [system.inbox],
        }

    def run(self) -> None:
        while not self.is_over.wait(0.25):
            party = self.dice.choice(list(FAULTS))
            simulator = self.dice.choice(self.parties[party])
            simulator.fail(self.dice.choice(FAULTS[party]), self.dice.choice(MODES))
            if self.dice.random() < 0.1:
                # What nobody called must not pile up.
                self.clear()
            if self.dice.random() < 0.2:
                modes = ["deliver", "deliver", "duplicate", "reorder", "drop"]
                self.stripe.webhooks(self.dice.choice(modes))

    def clear(self) -> None:
        for each in self.parties.values():
            for simulator in each:
                simulator.clear_faults()


class MixedLoad:
    """A number of clients and the mischief, as threads, until they are told to end."""

    def __init__(self, system: System, clients: int, seed: int, with_faults: bool = True) -> None:
        self.system = system
        self.journal = Journal()
        self.is_over = threading.Event()
        self.may_begin = threading.Event()
        self.may_begin.set()
        self.mischief = Mischief(system, seed, self.is_over)
        workers = [
            Shopper(system, self.journal, seed * 1_000 + number, self.is_over, self.may_begin).run
            for number in range(clients)
        ]
        if with_faults:
            workers.append(self.mischief.run)
        self._threads = [threading.Thread(target=each, daemon=True) for each in workers]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    @contextlib.contextmanager
    def resting(self) -> Iterator[None]:
        """Lets the clients end what they are at and begin nothing new."""
        self.may_begin.clear()
        try:
            yield
        finally:
            self.may_begin.set()

    def stop(self) -> None:
        """Ends the clients where they are, and lets everything outside work again."""
        self.is_over.set()
        for thread in self._threads:
            thread.join(timeout=60)
        self.mischief.clear()
        self.system.stripe.webhooks("deliver")


def make_room(system: System) -> None:
    """Lets the panels and the registrar take as many accounts and names as a long run makes."""
    system.registrars["resellerclub"].control("balance", {"cents": 1_000_000_000})
    admin = system.log_in("admin@example.com")
    for server in admin.get("/nextpanel/servers").raise_for_status().json()["data"]:
        change = {"capacity": 1_000_000}
        admin.put(f"/nextpanel/servers/{server['id']}", json=change).raise_for_status()
