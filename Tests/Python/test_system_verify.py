"""`billing verify`: a system that has sold something is in order, and a broken one is not."""

from __future__ import annotations

import subprocess

from billing_system import PROGRAMS, ROOT, running_system
from database import connect
from shopping import Customer, unused_domain
from verification import verify


def test_what_was_sold_is_in_order_until_somebody_changes_it_by_hand() -> None:
    with running_system(RATE_LIMITS="off") as system:
        customer = Customer.register(system)
        assert customer.buy(domain=unused_domain())["status"] == "completed"
        outcome = verify(system)
        assert (outcome.status, outcome.report["findings"]) == (0, [])
        assert outcome.report["clean"] is True
        # Invoice and payment, and in a moment Stripe's fee and what the registrar charges.
        assert outcome.report["counts"]["ledger_entries"] in (5, 7, 9)
        with connect(system) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute("UPDATE ledger_entries SET amount_minor = amount_minor + 1 WHERE id = 1")
        outcome = verify(system)
        assert outcome.status == 1
        broken = {finding["invariant"] for finding in outcome.report["findings"]}
        assert "ledger.transactions_balance" in broken
        for_people = subprocess.run(
            [PROGRAMS / "billing", "verify"],
            env=system.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert for_people.returncode == 1
        assert "BROKEN ledger.transactions_balance: The entries" in for_people.stdout
        assert "ltx_" in for_people.stdout
        # The server goes on: the command has only looked.
        assert system.http.get("/ready").status_code == 200


def test_words_that_are_not_understood_are_refused() -> None:
    answer = subprocess.run(
        [PROGRAMS / "billing", "verify", "--yaml"], capture_output=True, text=True, cwd=ROOT
    )
    assert answer.returncode == 1
    assert "usage: billing verify [--json]" in answer.stderr
