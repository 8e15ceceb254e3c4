"""`billing verify` over a million entries, beside the simplest question one can ask of them."""

from __future__ import annotations

import re
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from bench_data import connect
from billing_system import System, running_system
from verification import Outcome, verify

# Five entries each: three of the invoice, two of the payment.
SALES = 200_000
CUSTOMERS = 20_000
PLAIN = "SELECT count(*), sum(amount_minor) FROM ledger_entries"


def verification(rounds: int, sales: int = SALES) -> None:
    """Prints how long the checks take, and what memory program and database need for them."""
    with running_system(RATE_LIMITS="off", LOG_LEVEL="warning", ROLE="web") as system:
        empty = verify(system)
        with connect(system) as session:
            fill(session, sales)
            entries = session.execute("SELECT count(*) FROM ledger_entries").fetchone()
            assert entries is not None
            plain, checks, memory = [], [], 0.0
            for _ in range(rounds):
                plain.append(seconds(lambda: session.execute(PLAIN).fetchone()))
                outcome, most = with_backends(system, lambda: verify(system))
                assert outcome.status == 0, outcome.report["findings"]
                checks.append(outcome)
                memory = max(memory, most)
        show(entries[0], plain, checks, empty, memory)


def show(
    entries: int, plain: list[float], checks: list[Outcome], empty: Outcome, memory: float
) -> None:
    plainly = statistics.median(plain)
    print(f"\nbooks of {entries:,} entries, {checks[0].report['checks']} rules")
    whole = statistics.median(each.whole for each in checks)
    print(f"  SELECT count(*), sum(amount_minor) {plainly * 1_000:8.0f} ms")
    print(f"  billing verify, start to end       {whole * 1_000:8.0f} ms {whole / plainly:8.1f} x")
    print(
        f"  memory at most: program {max(each.megabytes for each in checks):.0f} MB"
        f" (empty books: {empty.megabytes:.0f} MB), database session {memory:.0f} MB"
    )


def seconds(act: Callable[[], Any]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def with_backends(system: System, act: Callable[[], Outcome]) -> tuple[Outcome, float]:
    """What came of something, and the most private memory of a database session meanwhile."""
    (lock,) = system.data.glob("**/postmaster.pid")
    postmaster = int(lock.read_text().splitlines()[0])
    is_over = threading.Event()
    most = 0.0

    def watch() -> None:
        nonlocal most
        while not is_over.wait(0.05):
            most = max([most, *map(private_megabytes, children(postmaster))])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        return act(), most
    finally:
        is_over.set()
        thread.join()


def children(process: int) -> list[int]:
    texts = [task.read_text() for task in Path(f"/proc/{process}/task").glob("*/children")]
    return [int(child) for text in texts for child in text.split()]


def private_megabytes(process: int) -> float:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    match = re.search(r"RssAnon:\s+(\d+)", status)
    return int(match[1]) / 1024 if match else 0.0


def fill(session: psycopg.Connection[Any], sales: int) -> None:
    """Sales as they are after their delivery, by set-based statements past the program."""
    session.execute("SET session_replication_role = replica")
    for statement in ROWS:
        session.execute(statement, {"sales": sales, "customers": CUSTOMERS})
    session.execute("VACUUM ANALYZE")


ROWS = [
    """
    CREATE TEMPORARY TABLE payer AS
    SELECT n, gen_random_uuid() AS id, gen_random_uuid() AS account
    FROM generate_series(0, %(customers)s - 1) n
    """,
    """
    CREATE TEMPORARY TABLE sale AS
    SELECT s.n, p.id AS customer, p.account, gen_random_uuid() AS item,
        gen_random_uuid() AS "order", gen_random_uuid() AS invoice, gen_random_uuid() AS payment,
        gen_random_uuid() AS issued, gen_random_uuid() AS captured,
        now() - (%(sales)s - s.n) * interval '1 minute' AS at
    FROM generate_series(1, %(sales)s) s (n) JOIN payer p ON p.n = s.n %% %(customers)s
    """,
    """
    INSERT INTO customers (id, name, email, created_at)
    SELECT id, 'Customer ' || n, 'customer-' || n || '@bench.example', now() FROM payer
    """,
    """
    INSERT INTO ledger_accounts (id, kind, customer_id, gateway, currency)
    SELECT account, 'receivable', id, NULL, 'USD' FROM payer
    UNION ALL VALUES (gen_random_uuid(), 'clearing', NULL::uuid, 'stripe', 'USD'),
        (gen_random_uuid(), 'revenue', NULL, NULL, 'USD'),
        (gen_random_uuid(), 'deferred_revenue', NULL, NULL, 'USD')
    """,
    """
    INSERT INTO orders (
        id, number, customer_id, user_id, status, currency, subtotal_minor, discount_minor,
        tax_minor, total_minor, created_at, paid_at, finished_at
    )
    SELECT "order", 1000000 + n, customer, gen_random_uuid(), 'completed', 'USD', 4199, 0, 0, 4199,
        at, at, at FROM sale
    """,
    """
    INSERT INTO order_items (
        id, order_id, customer_id, position, plan_id, price_id, plan_name, billing_cycle,
        plan_amount_minor, domain_amount_minor
    )
    SELECT item, "order", customer, 0, gen_random_uuid(), gen_random_uuid(), 'Starter', 'monthly',
        2900, 1299 FROM sale
    """,
    """
    INSERT INTO order_steps (
        id, order_id, customer_id, item_id, position, name, status, started_at, finished_at
    )
    SELECT gen_random_uuid(), "order", customer, CASE name WHEN 'payment' THEN NULL ELSE item END,
        0, name, 'succeeded', at, at
    FROM sale, unnest(ARRAY['payment', 'license', 'hosting_account']) AS name
    """,
    """
    INSERT INTO invoice_series (id, next_number) VALUES ('BENCH', %(sales)s + 1)
    """,
    """
    INSERT INTO invoices (
        id, customer_id, order_id, series_id, number, number_text, status, currency,
        subtotal_minor, discount_minor, tax_minor, total_minor, paid_minor, seller, buyer,
        created_at, issued_at, due_at, paid_at
    )
    SELECT invoice, customer, "order", 'BENCH', n, 'BENCH-' || n, 'paid', 'USD', 4199, 0, 0, 4199,
        4199, '{"name": "NextPanel"}', '{"name": "Ada Example"}', at, at, at, at FROM sale
    """,
    """
    INSERT INTO invoice_lines (
        id, invoice_id, customer_id, position, kind, order_item_id, description, quantity,
        unit_minor, amount_minor, period_start, period_end
    )
    SELECT gen_random_uuid(), invoice, customer, 0, 'plan', item, 'Starter', 1, 2900, 2900, at,
        at + interval '1 month' FROM sale
    UNION ALL
    SELECT gen_random_uuid(), invoice, customer, 1, 'domain', item, 'a name', 1, 1299, 1299, NULL,
        NULL FROM sale
    """,
    """
    INSERT INTO line_earnings (line_id) SELECT id FROM invoice_lines WHERE kind = 'plan'
    """,
    """
    INSERT INTO payments (
        id, customer_id, order_id, invoice_id, gateway, kind, status, amount_minor, currency,
        idempotency_key, parameters, gateway_intent_id, created_at, settled_at
    )
    SELECT payment, customer, "order", invoice, 'stripe', 'intent', 'succeeded', 4199, 'USD',
        'bench-' || n, '{}', 'pi_bench_' || n, at, at FROM sale
    """,
    """
    INSERT INTO ledger_transactions (id, kind, cause_type, cause_id, at)
    SELECT issued, 'invoice_issued', 'inv', invoice, at FROM sale
    UNION ALL SELECT captured, 'payment_captured', 'pay', payment, at FROM sale
    """,
    """
    INSERT INTO ledger_entries (transaction_id, account_id, amount_minor, currency)
    SELECT transaction, account, amount, 'USD' FROM (
        SELECT n, issued AS transaction, account, 4199 AS amount FROM sale
        UNION ALL SELECT n, issued, a.id, -2900 FROM sale, ledger_accounts a
            WHERE kind = 'deferred_revenue'
        UNION ALL SELECT n, issued, a.id, -1299 FROM sale, ledger_accounts a
            WHERE kind = 'revenue'
        UNION ALL SELECT n, captured, a.id, 4199 FROM sale, ledger_accounts a
            WHERE kind = 'clearing'
        UNION ALL SELECT n, captured, account, -4199 FROM sale
    ) entry ORDER BY n
    """,
]
