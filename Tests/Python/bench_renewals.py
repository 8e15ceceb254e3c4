"""A billing run beside the same rows written by COPY, and lists over a million invoices."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from bench_books import with_backends
from bench_data import connect, customer_with_invoices, portal_cookies
from bench_load import Request, measure
from billing_system import DEMO_PASSWORD, System, running_system

PROGRAMS = Path(os.environ.get("BILLING_PROGRAMS", ".build/debug"))
SUBSCRIPTIONS = 100_000
# What a bill of one subscription adds a row to, in the order in which COPY may write it.
TABLES = [
    "invoices", "invoice_lines", "subscription_lines", "line_earnings", "ledger_transactions",
    "ledger_entries", "audit_log", "invoice_links", "email_outbox", "jobs",
]  # fmt: skip


@dataclass(frozen=True)
class Run:
    """How long it took, and the most memory of the program and of a database session meanwhile."""

    seconds: float
    processor: float
    megabytes: float
    session_megabytes: float


def billing_run(rounds: int, count: int = SUBSCRIPTIONS) -> None:
    """Bills subscriptions that are due, then writes the rows that this made once more by COPY."""
    print(f"\nbilling run of {count:,} due subscriptions, one worker, one series of numbers")
    ours, copied = [], []
    for _ in range(rounds):
        with running_system(RATE_LIMITS="off", LOG_LEVEL="warning", ROLE="web") as system:
            with connect(system) as session:
                fill(session, count)
                ours.append(bill(system, session, count))
                copied.append(copy_again(session))
    rate = statistics.median(count / run.seconds for run in ours)
    ratio = statistics.median(
        copy / run.seconds for run, copy in zip(ours, copied, strict=True)
    )
    processor = statistics.median(run.processor for run in ours) / count * 1e6
    print(f"  subscriptions a second             {rate:10,.0f}")
    print(f"  the same rows by COPY, ours to it  {ratio:10.2f}")
    print(f"  the program's processor time       {processor:10.0f} us each")
    print(f"  the program's memory at most       {max(run.megabytes for run in ours):10.0f} MB")
    most = max(run.session_megabytes for run in ours)
    print(f"  a database session's               {most:10.0f} MB")


def bill(system: System, session: psycopg.Connection[Any], count: int) -> Run:
    def run() -> Any:
        with subprocess.Popen(
            [PROGRAMS / "benchmark", "billing-run"],
            env=system.billing.environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            said = process.stdout.read()
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, said
        return said, used.ru_maxrss / 1024

    (said, megabytes), most = with_backends(system, run)
    seconds, processor, outcome = said.split(maxsplit=2)
    assert outcome.strip() == "done", outcome
    made = session.execute("SELECT count(*) FROM invoices WHERE series_id LIKE 'INV-%'").fetchone()
    due = session.execute(
        "SELECT count(*) FROM subscriptions WHERE next_bill_at <= now()"
    ).fetchone()
    assert made == (count,), made
    assert due == (0,), due
    return Run(float(seconds), float(processor), megabytes, most)


def copy_again(session: psycopg.Connection[Any]) -> float:
    """The seconds that COPY needs for the rows of the run, with all constraints and triggers."""
    session.execute("SET session_replication_role = replica")
    kept: dict[str, bytes] = {}
    for table in TABLES:
        with session.cursor().copy(f"COPY (SELECT * FROM {table} {ROWS_OF_RUN[table]}) TO STDOUT") as out:
            kept[table] = b"".join(bytes(part) for part in out)
    for table in reversed(TABLES):
        session.execute(f"DELETE FROM {table} {ROWS_OF_RUN[table]}")
    for table in TABLES:
        session.execute(f"VACUUM {table}")
    session.execute("SET session_replication_role = origin")
    # The invoices are written as issued, which would take no more lines.
    began = time.monotonic()
    with session.transaction():
        session.execute("ALTER TABLE invoice_lines DISABLE TRIGGER keep_issued")
        for table in TABLES:
            with session.cursor().copy(f"COPY {table} FROM STDIN") as into:
                into.write(kept[table])
        session.execute("ALTER TABLE invoice_lines ENABLE TRIGGER keep_issued")
    return time.monotonic() - began


ROWS_OF_RUN = {
    "invoices": "WHERE series_id LIKE 'INV-%'",
    "invoice_lines": "WHERE invoice_id IN (SELECT id FROM invoices WHERE series_id LIKE 'INV-%')",
    "subscription_lines": "WHERE invoice_line_id IN (SELECT l.id FROM invoice_lines l "
    "JOIN invoices i ON i.id = invoice_id WHERE series_id LIKE 'INV-%')",
    "line_earnings": "",
    "invoice_links": "",
    "ledger_transactions": "WHERE kind = 'invoice_issued'",
    "ledger_entries": "",
    "audit_log": "WHERE action = 'invoice.issue'",
    "email_outbox": "WHERE template = 'invoice'",
    "jobs": "WHERE kind IN ('mail.send', 'payment.collect')",
}


def fill(session: psycopg.Connection[Any], count: int) -> None:
    """Subscriptions whose present period ends now, with the invoice that it was paid by."""
    session.execute("SET session_replication_role = replica")
    for statement in ROWS:
        session.execute(statement, {"count": count})
    session.execute("SET session_replication_role = origin")
    session.execute("VACUUM ANALYZE")


ROWS = [
    """
    CREATE TEMPORARY TABLE sold AS
    SELECT n, gen_random_uuid() AS customer, gen_random_uuid() AS subscription,
        gen_random_uuid() AS item, gen_random_uuid() AS invoice, gen_random_uuid() AS line,
        date_trunc('second', now()) - interval '1 month' - interval '1 minute' AS since,
        date_trunc('second', now()) - interval '1 minute' AS until,
        p.plan_id AS plan, p.id AS price, p.amount_minor AS amount
    FROM generate_series(1, %(count)s) n, (
        SELECT prices.* FROM prices JOIN plans ON plans.id = plan_id
        WHERE slug = 'starter' AND billing_cycle = 'monthly' AND retired_at IS NULL
            AND currency = 'USD'
    ) p
    """,
    """
    UPDATE sold SET since = (until AT TIME ZONE 'UTC' - interval '1 month') AT TIME ZONE 'UTC'
    """,
    """
    INSERT INTO customers (id, name, email, created_at)
    SELECT customer, 'Customer ' || n, 'customer-' || n || '@bench.example', since FROM sold
    """,
    """
    INSERT INTO subscriptions (
        id, customer_id, order_item_id, plan_id, price_id, status, billing_cycle,
        current_period_start, current_period_end, next_bill_at, created_at
    )
    SELECT subscription, customer, item, plan, price, 'active', 'monthly', since, until, until, since
    FROM sold
    """,
    """
    INSERT INTO subscription_events (
        subscription_id, number, customer_id, at, kind, plan_id, price_id, unit_minor, currency,
        quantity, billing_cycle, time_zone
    )
    SELECT subscription, 1, customer, since, 'started', plan, price, amount, 'USD', 1, 'monthly',
        'UTC' FROM sold
    """,
    """
    INSERT INTO invoice_series (id, next_number) VALUES ('BENCH', %(count)s + 1)
    """,
    """
    INSERT INTO invoices (
        id, customer_id, series_id, number, number_text, status, currency, subtotal_minor,
        discount_minor, tax_minor, total_minor, paid_minor, seller, buyer, created_at, issued_at,
        due_at, paid_at
    )
    SELECT invoice, customer, 'BENCH', n, 'BENCH-' || n, 'paid', 'USD', amount, 0, 0, amount,
        amount, '{"name": "NextPanel", "email": "a@b.example", "address": []}',
        '{"name": "Ada Example", "email": "a@b.example", "address": []}', since, since, since, since
    FROM sold
    """,
    """
    INSERT INTO invoice_lines (
        id, invoice_id, customer_id, position, kind, description, quantity, unit_minor,
        amount_minor, period_start, period_end
    )
    SELECT line, invoice, customer, 0, 'subscription', 'Starter hosting, monthly', 1, amount,
        amount, since, until FROM sold
    """,
    """
    INSERT INTO subscription_lines (
        invoice_line_id, customer_id, subscription_id, kind, cause, revision, is_reversal,
        period_start_at, period_end_at, span_start_at, span_end_at, plan_id, price_id, unit_minor,
        currency, quantity, billing_cycle, rounding, due_at, amount_minor
    )
    SELECT line, customer, subscription, 'period', 1, 1, false, since, until, since, until, plan,
        price, amount, 'USD', 1, 'monthly', 'half_even', since, amount FROM sold
    """,
]


def invoice_lists(rounds: int, seconds: float, count: int = 1_000_000) -> None:
    """A customer's list, the API's and a search, while others have a million invoices."""
    with running_system(RATE_LIMITS="off", LOG_LEVEL="warning", ROLE="web") as system:
        cookies = customer_with_invoices(system)
        with connect(system) as session:
            session.execute("SET session_replication_role = replica")
            for statement in MANY_INVOICES:
                session.execute(statement, {"count": count})
            session.execute("SET session_replication_role = origin")
            session.execute("VACUUM ANALYZE")
            (number,) = session.execute(
                "SELECT number_text FROM invoices WHERE series_id = 'MANY' LIMIT 1"
            ).fetchone() or ("",)
        staff = {"Authorization": system.log_in("billing@example.com").headers["Authorization"]}
        console = {"Cookie": portal_cookies(system, "billing@example.com", DEMO_PASSWORD)}
        lists = f"{system.api_url}/api/v1/invoices?limit=100"
        pages = f"{system.portal_url}/console/invoices"
        cases = [
            ("a customer's page", f"{system.portal_url}/invoices", {"Cookie": cookies}),
            ("staff, 100 of all", lists, staff),
            ("staff, open ones", f"{lists}&status=open", staff),
            ("staff, by number", f"{lists}&number={number}", staff),
            ("staff, the highest totals", f"{lists}&sort=-total", staff),
            ("staff, search by number", f"{lists}&q={number}", staff),
            ("staff, search by address", f"{lists}&q=many-777@bench.example", staff),
            ("staff's page", pages, console),
            ("staff's page, search", f"{pages}?q={number}", console),
        ]
        print(f"\nlists beside {count:,} invoices, one request at a time")
        for title, url, headers in cases:
            runs = [
                measure(Request(url, headers=headers), 1, seconds) for _ in range(rounds)
            ]
            p50 = statistics.median(run.p50 for run in runs)
            p99 = statistics.median(run.p99 for run in runs)
            print(f"  {title:34} p50 {p50:7.2f} ms  p99 {p99:7.2f} ms")


MANY_INVOICES = [
    "INSERT INTO invoice_series (id, next_number) VALUES ('MANY', %(count)s + 1)",
    """
    CREATE TEMPORARY TABLE many AS
    SELECT n, gen_random_uuid() AS id FROM generate_series(0, 19999) n
    """,
    """
    INSERT INTO customers (id, name, email, created_at)
    SELECT id, 'Customer ' || n, 'many-' || n || '@bench.example', now() FROM many
    """,
    """
    INSERT INTO invoices (
        id, customer_id, series_id, number, number_text, status, currency, subtotal_minor,
        discount_minor, tax_minor, total_minor, paid_minor, seller, buyer, created_at, issued_at,
        due_at, paid_at
    )
    SELECT gen_random_uuid(), many.id, 'MANY', s, 'MANY-' || s,
        CASE WHEN s %% 50 = 0 THEN 'open' ELSE 'paid' END, 'USD', 2900, 0, 0, 2900,
        CASE WHEN s %% 50 = 0 THEN 0 ELSE 2900 END, '{"name": "NextPanel"}',
        '{"name": "Ada Example"}', now(), now(), now(), CASE WHEN s %% 50 > 0 THEN now() END
    FROM generate_series(1, %(count)s) s JOIN many ON n = s %% 20000
    """,
    """
    INSERT INTO invoice_lines (
        id, invoice_id, customer_id, position, kind, description, quantity, unit_minor,
        amount_minor
    )
    SELECT gen_random_uuid(), id, customer_id, 0, 'manual', 'Starter hosting, monthly', 1, 2900,
        2900 FROM invoices WHERE series_id = 'MANY'
    """,
]
