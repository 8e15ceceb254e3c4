"""Compares what clients were told, what the database holds and what outside parties have done."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from billing_system import System
from mixed_load import Journal

Rows = Callable[[str], list[tuple[Any, ...]]]

# What comes round by itself is always there, and so is a question after a payment nobody made.
UNFINISHED = """
    SELECT kind, status, attempts, last_error FROM jobs
    WHERE status IN ('queued', 'running') AND kind NOT IN
        ('payment.poll', 'payment.settle', 'hosting.check_servers', 'house.clean_up')
"""
PAID = "SELECT count(*) FROM payments WHERE status = 'succeeded'"
UNDER_WAY = """
    SELECT number, status FROM orders WHERE status IN ('paid', 'fulfilling')
"""
# Staff press the same button for one order: what waits for its turn is run now.
HURRY = "UPDATE jobs SET run_at = now() WHERE status = 'queued' AND run_at > now()"


class Reconciliation:
    """Every difference between the journal, the database and the books of the outside parties."""

    def __init__(self, system: System, journal: Journal, rows: Rows) -> None:
        self.system = system
        self.journal = journal
        self.rows = rows
        self.stripe = system.stripe.state()
        self.charges = [each for each in self.stripe["charges"] if each["paid"]]

    def differences(self) -> list[str]:
        parts = [
            self._people,
            self._orders,
            self._payments,
            self._invoices,
            self._ledger,
            self._deliveries,
            self._names,
            self._accounts,
            self._mails,
            self._reports,
            self._jobs,
        ]
        return list(self.journal.faults) + [text for part in parts for text in part()]

    def _people(self) -> Iterator[str]:
        counts = self._counted("SELECT email FROM users WHERE role = 'customer'")
        for email, is_acknowledged in self.journal.people.items():
            if counts[email] > 1 or (is_acknowledged and counts[email] == 0):
                yield f"{email}: registered {counts[email]} times"
        payers = collections.Counter(each["email"] for each in self.stripe["customers"])
        yield from doubled("customer at Stripe", payers)

    def _orders(self) -> Iterator[str]:
        found = {
            key: (order, status)
            for key, order, status in self.rows(
                "SELECT idempotency_key, number, status FROM orders"
                " WHERE idempotency_key IS NOT NULL"
            )
        }
        for sale in self.journal.sales:
            if sale.order is not None and sale.key not in found:
                yield f"order {sale.order}: acknowledged and lost"
            if sale.is_charged and found.get(sale.key, (0, ""))[1] != "completed":
                yield f"order {sale.order}: charged, and it is {found.get(sale.key)}"
        keys = {sale.key for sale in self.journal.sales}
        yield from (f"order {found[key][0]}: nobody placed it" for key in found.keys() - keys)

    def _payments(self) -> Iterator[str]:
        ours = self.rows(
            "SELECT gateway_intent_id, amount_minor FROM payments WHERE status = 'succeeded'"
        )
        theirs = [(each["payment_intent"], each["amount"]) for each in self.charges]
        yield from unequal("payment", ours, theirs)
        charged = sum(sale.is_charged for sale in self.journal.sales)
        # A client may end before it has noted what it has just paid.
        if len(theirs) < charged:
            yield f"{charged} payments were acknowledged, {len(theirs)} charges are there"
        parked = self.rows(
            "SELECT id, status, failure FROM payments WHERE status IN ('attention', 'returned')"
        )
        yield from (f"payment {each} was not expected" for each in parked)

    def _invoices(self) -> Iterator[str]:
        ((paid, issued, highest, following),) = self.rows(
            "SELECT count(*) FILTER (WHERE status = 'paid'), count(number),"
            " coalesce(max(number), 0), (SELECT max(next_number) FROM invoice_series)"
            " FROM invoices"
        )
        if paid != len(self.charges):
            yield f"{paid} paid invoices, {len(self.charges)} charges"
        if not issued == highest == following - 1:
            yield f"invoice numbers have gaps: {issued} issued, {highest} highest, {following} next"

    def _ledger(self) -> Iterator[str]:
        ((total, cleared),) = self.rows(
            "SELECT coalesce(sum(amount_minor), 0),"
            " coalesce(sum(amount_minor) FILTER (WHERE kind IN ('clearing', 'fees')), 0)"
            " FROM ledger_entries e JOIN ledger_accounts a ON a.id = e.account_id"
        )
        taken = sum(each["amount"] for each in self.charges)
        if total != 0 or cleared != taken:
            yield f"the ledger adds up to {total}; Stripe took {taken}, the books have {cleared}"

    def _deliveries(self) -> Iterator[str]:
        """One licence, one subscription and one live account for each thing that is paid."""
        for item, *counts in self.rows(
            "SELECT i.id,"
            " (SELECT count(*) FROM subscriptions s WHERE s.order_item_id = i.id),"
            " (SELECT count(*) FROM licenses l JOIN subscriptions s ON s.id = l.subscription_id"
            "  WHERE s.order_item_id = i.id),"
            " (SELECT count(*) FROM hosting_accounts h WHERE h.order_item_id = i.id"
            "  AND h.status = 'active')"
            " FROM order_items i JOIN orders o ON o.id = i.order_id WHERE o.paid_at IS NOT NULL"
        ):
            if counts != [1, 1, 1]:
                yield f"item {item}: subscriptions, licences and accounts are {counts}"

    def _names(self) -> Iterator[str]:
        registrar = self.system.registrars["resellerclub"].state()
        debits = collections.Counter(each["domain"] for each in registrar["charges"])
        yield from doubled("registration", debits)
        ours = self.rows("SELECT name FROM domains WHERE status = 'active'")
        yield from unequal("name", ours, [(name,) for name in debits])
        holders = collections.Counter(each["username"] for each in registrar["customers"])
        yield from doubled("customer at the registrar", holders)

    def _accounts(self) -> Iterator[str]:
        ours = self.rows(
            "SELECT s.base_url, h.username FROM hosting_accounts h"
            " JOIN servers s ON s.id = h.server_id WHERE h.status = 'active'"
        )
        theirs = [
            (panel.url, account["username"])
            for panel in self.system.panels
            for account in panel.state()["accounts"]
        ]
        yield from unequal("account", ours, theirs)
        for name, expected, counted in self.rows(
            "SELECT s.name, s.current_accounts, count(h.id) FROM servers s"
            " LEFT JOIN hosting_accounts h ON h.server_id = s.id"
            " AND h.status IN ('provisioning', 'active', 'suspended') GROUP BY s.id"
        ):
            if expected != counted:
                yield f"{name} counts {expected} accounts and holds {counted}"

    def _mails(self) -> Iterator[str]:
        """Each mail reached the inbox; one whose answer was lost may have come again as itself."""
        sent = self.rows("SELECT recipient, subject FROM email_outbox WHERE status = 'sent'")
        waiting = self.rows(
            "SELECT recipient, subject, status, last_error FROM email_outbox WHERE status <> 'sent'"
        )
        yield from (f"mail {each} was not sent" for each in waiting)
        received = {
            (each["message_id"], each["to"][0], each["subject"])
            for each in self.system.inbox.messages()
        }
        yield from unequal("mail", sent, [(to, subject) for _, to, subject in received])

    def _reports(self) -> Iterator[str]:
        stored = {event for (event,) in self.rows("SELECT event_id FROM usage_events")}
        for report in self.journal.reports:
            if report.is_acknowledged and report.event not in stored:
                yield f"report {report.event}: acknowledged and lost"
        for license_id, used, events in self.rows(
            "SELECT u.license_id, u.used, count(e.event_id) FROM license_usage u"
            " LEFT JOIN usage_events e ON e.license_id = u.license_id AND e.resource = u.resource"
            " WHERE u.resource = 'emails' GROUP BY u.license_id, u.used"
        ):
            if used != events:
                yield f"licence {license_id}: {events} events were counted as {used}"

    def _jobs(self) -> Iterator[str]:
        dead = self.rows("SELECT kind, attempts, last_error FROM jobs WHERE status = 'dead'")
        yield from (f"job {each} is dead" for each in dead)

    def _counted(self, query: str) -> collections.Counter[str]:
        return collections.Counter(value for (value,) in self.rows(query))


def doubled(what: str, counts: collections.Counter[str]) -> Iterator[str]:
    yield from (f"{what} {name}: {count} times" for name, count in counts.items() if count > 1)


def unequal(what: str, ours: Iterable[Any], theirs: Iterable[Any]) -> Iterator[str]:
    mine, others = collections.Counter(ours), collections.Counter(theirs)
    yield from (f"{what} {each}: we have {count} more" for each, count in (mine - others).items())
    yield from (f"{what} {each}: they have {count} more" for each, count in (others - mine).items())
