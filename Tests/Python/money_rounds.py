"""Months in the lives of a few subscribers, with `kill -9` in each step: cards that fail, renewals,
refunds, retries, suspension, payment, restoration. The sandbox's clock is moved meanwhile.

Started by `scripts/soak money`, and for fewer steps by test_system_money_rounds.py.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import contextlib
import random
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

import httpx
from billing_system import System, eventually
from kill_rounds import VICTIMS, Instances, run_to_end, settle
from mixed_load import LATER, PASSWORD, PATIENCE_SECONDS, Journal, Mischief, make_room
from reconciliation import Reconciliation, Rows, unequal
from shopping import Customer
from verification import verify

T = TypeVar("T")

GOOD = "4242424242424242"
# It can be saved, and every charge of it is declined.
FAILING = "4000000000000341"
PLAN = "professional"
PRICE = 9_900
ADMIN = "admin@example.com"
STEP_SECONDS = 120
ACCOUNTS = """
    SELECT c.email, s.status, h.status, h.username FROM subscriptions s
    JOIN customers c ON c.id = s.customer_id
    JOIN hosting_accounts h ON h.order_item_id = s.order_item_id
"""


@dataclass
class MoneyJournal(Journal):
    """What was acknowledged beyond what a journal of sales holds."""

    # The cents of each refund, by its identifier.
    refunds: dict[str, int] = field(default_factory=dict)
    # How often each kind of thing has happened.
    events: collections.Counter[str] = field(default_factory=collections.Counter)

    def summary(self) -> str:
        events = ", ".join(f"{name} {count}" for name, count in sorted(self.events.items()))
        answers = " ".join(f"{name}×{count}" for name, count in sorted(self.answers.items()))
        return f"{events}; answers: {answers}"


class Lives:
    """The subscribers, and what happens to them in a month, step by step."""

    def __init__(self, instances: Instances, subscribers: int, dice: random.Random) -> None:
        self.instances = instances
        self.system: System = instances.system
        self.rows: Rows = instances.database.rows
        self.dice = dice
        self.journal = MoneyJournal()
        self.months = 0
        self.boundary = datetime.now().astimezone()
        self.people = [self._subscribe() for _ in range(subscribers)]
        # Those whose cards fail this month.
        self.failing: list[str] = []

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """What comes next, for ever."""
        while True:
            yield "cards", self.save_failing_cards
            yield "renewal", self.renew
            yield "refunds", self.give_back
            yield "retries", self.charge_again
            yield "early payment", self.pay_early
            yield "suspension", self.wait_for_suspension
            yield "late payment", self.pay_late

    # The steps. Each of them asks until it is answered, and ends when what it began has come.

    def save_failing_cards(self) -> None:
        self.failing = self.dice.sample(self.people, max(2, len(self.people) // 2))
        for email in self.failing:
            with self._session(email) as http:
                self._make_default(http, self._saved(http, FAILING))
                self.journal.events["failing cards"] += 1

    def renew(self) -> None:
        """All periods end; who has a good card pays, who has not is past due."""
        ((ends,),) = self.rows("SELECT max(current_period_end) FROM subscriptions")
        self.boundary = ends
        self.months += 1
        self._move_to(ends + timedelta(hours=1))
        self._await_statuses("past_due")
        paid = len(self.people) * (self.months + 1) - len(self.failing)
        self._await_count("paid invoices", "invoices WHERE status = 'paid'", paid)
        self.journal.events["renewals"] += len(self.people)

    def give_back(self) -> None:
        """Staff give parts of the newest payments back."""
        payers = [email for email in self.people if email not in self.failing]
        with self._session(ADMIN) as staff:
            for email in payers:
                found = self._insist(
                    "payments",
                    lambda email=email: staff.get("/payments", params={"limit": 100}),
                    200,
                ).json()["data"]
                mine = [each for each in found if each["status"] == "succeeded"]
                payment = self.dice.choice(mine)
                left = payment["amount"]["amount"] - payment["amount_refunded"]["amount"]
                if left > 200:
                    self._refund(staff, payment["id"], self.dice.randrange(100, 200))
        # Stripe forgets the keys of what is on its way when days go by.
        self._await_count(
            "refunds", "refunds WHERE status = 'succeeded'", len(self.journal.refunds)
        )

    def charge_again(self) -> None:
        """The failing cards are charged again, in vain."""
        declined = "payments WHERE status = 'failed'"
        ((before,),) = self.rows(f"SELECT count(*) FROM {declined}")
        self._move_to(self.boundary + timedelta(days=3, hours=1))
        self._await_count("declined charges", declined, before + len(self.failing))
        self.journal.events["retries"] += len(self.failing)

    def pay_early(self) -> None:
        """One of those who have not paid does so before anything is stopped."""
        self._pay(self.failing.pop(0))
        self._await_statuses("past_due")

    def wait_for_suspension(self) -> None:
        """A fortnight goes by; a charge whose outcome is not known delays what comes of it."""
        moment = self.boundary + timedelta(days=14, hours=1)
        for _ in range(12):
            self._move_to(moment)
            if self._unlike("suspended") == []:
                break
            moment += timedelta(hours=6)
        self._await_statuses("suspended")
        self.journal.events["suspensions"] += len(self.failing)

    def pay_late(self) -> None:
        while self.failing:
            self._pay(self.failing.pop(0))
        self._await_statuses("suspended")
        self.journal.events["restorations"] += 1

    # What they are made of.

    def _subscribe(self) -> str:
        customer = Customer.register(self.system)
        assert customer.buy(PLAN)["status"] == "completed"
        eventually(lambda: customer.http.get("/payment-methods").json()["data"], 30, "saved card")
        return customer.email

    def _session(self, email: str) -> httpx.Client:
        """A session of now: those of before the clock was moved have ended."""
        password = "sandbox-password" if email == ADMIN else PASSWORD
        body = {"email": email, "password": password}
        answer = self._insist(
            "log-in", lambda: self.system.http.post("/api/v1/auth/login", json=body), 200
        )
        return self.system.client(answer.json()["access_token"])

    def _move_to(self, moment: datetime) -> None:
        """Moves the clock; where it stands already it stays."""

        def move() -> httpx.Response:
            # A server that died when it had moved it has ended the session all the same.
            with self._session(ADMIN) as staff:
                return staff.post("/admin/clock", json={"to": moment.isoformat()}, timeout=60)

        self._insist("moved clock", move, 200, 422)

    def _saved(self, http: httpx.Client, card: str) -> str:
        """Saves a card on Stripe's page, and returns what it is known as here."""
        page = self._insist("card page", lambda: http.post("/payment-methods"), 201).json()["url"]
        session = page.rpartition("/")[2].partition("#")[0]
        answer = self.system.stripe.complete_checkout(session, card)
        assert answer.status_code == 200, answer.text
        return self._card(http, card)

    def _card(self, http: httpx.Client, card: str) -> str:
        """What a saved card is known as here, once it is."""

        def found() -> str | None:
            cards = self._insist("cards", lambda: http.get("/payment-methods"), 200).json()["data"]
            return next((each["id"] for each in cards if card.endswith(each["last4"])), None)

        return self._await(found, "saved card")

    def _make_default(self, http: httpx.Client, card: str) -> None:
        answer = self._insist("default", lambda: http.post(f"/payment-methods/{card}/default"), 200)
        assert answer.json()["is_default"]

    def _refund(self, staff: httpx.Client, payment: str, cents: int) -> None:
        wish = {"amount": {"amount": cents, "currency": "USD"}, "reason": "A test"}
        headers = {"Idempotency-Key": str(uuid.uuid4())}
        path = f"/payments/{payment}/refund"
        answer = self._insist(
            "refund", lambda: staff.post(path, json=wish, headers=headers), 201
        ).json()
        self.journal.refunds[answer["id"]] = cents
        self.journal.events["refunds"] += 1

    def _pay(self, email: str) -> None:
        """Pays what is open by hand, and has the good card charged from then on."""
        with self._session(email) as http:
            (invoice,) = self._insist(
                "open invoices", lambda: http.get("/invoices", params={"status": "open"}), 200
            ).json()["data"]
            wish = {"invoice_id": invoice["id"]}
            secret = self._insist(
                "intent", lambda: http.post("/payments/intent", json=wish), 201
            ).json()["client_secret"]
            paid = self.system.stripe.confirm_intent(secret, "pm_card_visa")
            assert paid.status_code == 200, paid.text
            self.journal.events["payments by hand"] += 1

            def is_paid() -> bool:
                path = f"/invoices/{invoice['id']}"
                shown = self._insist("invoice", lambda: http.get(path), 200).json()
                return shown["status"] == "paid"

            self._await(is_paid, "paid invoice")
            self._make_default(http, self._card(http, GOOD))

    def _await_statuses(self, status: str) -> None:
        """Waits until those whose cards fail have a status, all others are active, and the panels
        do what is wished."""
        try:
            self._await(lambda: self._unlike(status) == [], "status")
        except TimeoutError as error:
            raise TimeoutError(f"{error}: {self._unlike(status)}") from error

    def _unlike(self, status: str) -> list[str]:
        """What is not as it has to be."""
        at_panels = suspended_accounts(self.system)
        return [
            f"{email}: subscription {found}, account {account}, stopped {username in at_panels}"
            for email, found, account, username in self.rows(ACCOUNTS)
            if found != (status if email in self.failing else "active")
            or (found == "suspended") != (account == "suspended")
            or (account == "suspended") != (username in at_panels)
        ]

    def _await_count(self, what: str, of: str, least: int) -> None:
        def is_reached() -> bool:
            ((count,),) = self.rows(f"SELECT count(*) FROM {of}")
            return count >= least

        self._await(is_reached, what)

    def _await(self, ask: Callable[[], T | None], what: str) -> T:
        """Waits until something is so; Stripe sends again what did not arrive."""

        def attempt() -> T | None:
            with contextlib.suppress(httpx.HTTPError):
                self.system.stripe.redeliver_webhooks()
            return ask()

        return eventually(attempt, STEP_SECONDS, what, every=0.3)

    def _insist(
        self, what: str, ask: Callable[[], httpx.Response], *wanted: int
    ) -> httpx.Response:
        """Asks again until there is an answer, whatever dies meanwhile."""

        def attempt() -> httpx.Response | None:
            try:
                answer = ask()
            except httpx.TransportError:
                self.journal.answers["none"] += 1
                return None
            self.journal.answers[str(answer.status_code)] += 1
            if answer.status_code in wanted:
                return answer
            if answer.status_code == 500:
                self.journal.faults.append(f"{what}: 500 {answer.text}")
            else:
                assert answer.status_code in LATER, f"{what}: {answer.status_code} {answer.text}"
            return None

        return eventually(attempt, PATIENCE_SECONDS, what)


def suspended_accounts(system: System) -> set[str]:
    return {
        account["username"]
        for panel in system.panels
        for account in panel.state()["accounts"]
        if account["status"] == "suspended"
    }


class MoneyReconciliation(Reconciliation):
    """Every difference between the journal, the database, Stripe, the panels and the books."""

    def __init__(self, lives: Lives) -> None:
        super().__init__(lives.system, lives.journal, lives.rows)
        self.lives = lives
        self.refunds = self.stripe["refunds"]

    def differences(self) -> list[str]:
        parts = [
            self._payments,
            self._invoices,
            self._ledger,
            self._periods,
            self._refunds,
            self._deliveries,
            self._accounts,
            self._stopped,
            self._mails,
            self._jobs,
            self._books,
        ]
        return list(self.journal.faults) + [text for part in parts for text in part()]

    def _invoices(self) -> Iterator[str]:
        for series, issued, highest, following in self.rows(
            "SELECT s.id, count(i.number), max(i.number), s.next_number FROM invoice_series s"
            " LEFT JOIN invoices i ON i.series_id = s.id GROUP BY s.id"
        ):
            if not issued == highest == following - 1:
                yield f"series {series} has gaps: {issued}, {highest} highest, {following} next"
        ((paid,),) = self.rows("SELECT count(*) FROM invoices WHERE status = 'paid'")
        if paid != len(self.charges):
            yield f"{paid} paid invoices, {len(self.charges)} charges"

    def _ledger(self) -> Iterator[str]:
        ((total, cleared),) = self.rows(
            "SELECT coalesce(sum(amount_minor), 0),"
            " coalesce(sum(amount_minor) FILTER (WHERE kind IN ('clearing', 'fees')), 0)"
            " FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id"
        )
        taken = sum(each["amount"] for each in self.charges)
        given = sum(each["amount"] for each in self.refunds)
        if total != 0 or cleared != taken - given:
            yield f"the ledger adds up to {total}; Stripe has {taken} - {given}, we have {cleared}"

    def _periods(self) -> Iterator[str]:
        """Each period of each subscription was billed once, and none was left out."""
        billed: dict[str, int] = collections.Counter()
        for subscription, start, lines, amount in self.rows(
            "SELECT subscription_id::text, period_start_at, count(*), sum(amount_minor)"
            " FROM subscription_lines GROUP BY 1, 2"
        ):
            billed[subscription] += 1
            if (lines, amount) != (1, PRICE):
                yield f"{subscription} from {start}: {lines} lines, {amount} in all"
        wanted = {subscription: self.lives.months + 1 for subscription in billed}
        if len(billed) != len(self.lives.people) or billed != wanted:
            yield f"periods that were billed: {dict(billed)}, of {self.lives.months + 1} each"
        taken = [each["amount"] for each in self.charges]
        if taken != [PRICE] * len(self.lives.people) * (self.lives.months + 1):
            yield f"charges at Stripe: {taken}"

    def _refunds(self) -> Iterator[str]:
        """Each refund that was asked for was made once, and no other."""
        ours = self.rows(
            "SELECT substr(idempotency_key, 5), gateway_refund_id, amount_minor, status"
            " FROM refunds"
        )
        asked = list(self.lives.journal.refunds.items())
        yield from unequal("refund", [(key, amount) for key, _, amount, _ in ours], asked)
        made = [
            (each["metadata"]["refund_id"], each["id"], each["amount"]) for each in self.refunds
        ]
        yield from unequal("refund at Stripe", [each[:3] for each in ours], made)
        yield from (f"refund {each}" for each in ours if each[3] != "succeeded")

    def _stopped(self) -> Iterator[str]:
        """Everything that was paid for goes on."""
        yield from self.lives._unlike("active")
        for (status,) in self.rows("SELECT status FROM licenses WHERE status <> 'active'"):
            yield f"a licence is {status}"

    def _jobs(self) -> Iterator[str]:
        """What comes round by itself may lose a turn to the kills, when a later one has ended."""
        dead = self.rows(
            "SELECT kind, attempts, last_error FROM jobs lost WHERE status = 'dead' AND NOT ("
            " slot IS NOT NULL AND EXISTS (SELECT 1 FROM jobs later WHERE later.kind = lost.kind"
            " AND later.slot > lost.slot AND later.status = 'done'))"
        )
        yield from (f"job {each} is dead" for each in dead)

    def _books(self) -> Iterator[str]:
        yield from (f"verify: {each}" for each in verify(self.system).report["findings"])


class MoneyRounds:
    """The steps with a kill in each of them, and what they left behind."""

    def __init__(self, rounds: int, seed: int, pause_seconds: float, subscribers: int = 4) -> None:
        self.rounds = rounds
        self.dice = random.Random(seed)
        self.seed = seed
        self.pause_seconds = pause_seconds
        self.subscribers = subscribers
        self.kills: collections.Counter[str] = collections.Counter()
        self.journal = MoneyJournal()
        self.differences: list[str] = []

    def run(self) -> None:
        instances = Instances()
        with instances.running():
            make_room(instances.system)
            lives = Lives(instances, self.subscribers, random.Random(self.seed))
            self.journal = lives.journal
            is_over = threading.Event()
            mischief = Mischief(instances.system, self.seed, is_over)
            making = threading.Thread(target=mischief.run, daemon=True)
            making.start()
            try:
                self._live(instances, lives)
            finally:
                is_over.set()
                making.join(timeout=60)
                mischief.clear()
                instances.system.stripe.webhooks("deliver")
            self.differences = settle(instances) + MoneyReconciliation(lives).differences()

    def _live(self, instances: Instances, lives: Lives) -> None:
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            for number, (name, step) in enumerate(lives.steps()):
                # A month that was begun is lived to its end.
                if number >= self.rounds and name == "cards":
                    return
                began = time.monotonic()
                living = pool.submit(step)
                victim = VICTIMS[number % len(VICTIMS)]
                time.sleep(self.dice.uniform(0.05, self.pause_seconds))
                instances.require_running()
                self.kills[victim] += instances.kill(victim, self.dice)
                living.result(timeout=10 * STEP_SECONDS)
                seconds = time.monotonic() - began
                print(f"round {number + 1}: {name}, {victim}, {seconds:.1f} s", flush=True)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("rounds", type=int, nargs="?", default=350)
    words.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    words.add_argument("--pause", type=float, default=3, help="the longest pause before a kill")
    words.add_argument("--subscribers", type=int, default=12)
    chosen = words.parse_args()
    rounds = MoneyRounds(chosen.rounds, chosen.seed, chosen.pause, chosen.subscribers)
    return run_to_end(rounds, chosen)


if __name__ == "__main__":
    sys.exit(main())
