"""What is in the database while the benchmarks run, put there without the product's help."""

from __future__ import annotations

import hashlib
import random
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import psycopg
from billing_system import System
from shopping import Customer

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LICENCES = 100_000
INVOICES = 10_000


def connect(system: System) -> psycopg.Connection[Any]:
    """A session of the superuser on the private cluster."""
    (lock,) = system.data.glob("**/postmaster.pid")
    lines = lock.read_text().splitlines()
    address = f"postgresql://postgres@/billing?host={quote(lines[4], safe='')}&port={lines[3]}"
    return psycopg.connect(address, autocommit=True)


def add_licences(system: System, keys: Path, count: int = LICENCES) -> None:
    """As many licences of one big order, whose keys are written to a file, one a line."""
    dice = random.Random(1)
    texts = [
        "NP-" + "-".join("".join(dice.choices(ALPHABET, k=4)) for _ in range(4))
        for _ in range(count)
    ]
    buyer = Customer.register(system)
    order = buyer.order(plan="enterprise")
    with connect(system) as session, session.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE bench (item uuid, subscription uuid, key text)")
        with cursor.copy("COPY bench FROM STDIN") as copy:
            for text in texts:
                copy.write_row((uuid.UUID(int=dice.getrandbits(128)), uuid.uuid4(), text))
        values = {"number": order["number"]}
        for statement in LICENCE_ROWS:
            cursor.execute(statement, values)
        # A busy system is vacuumed and analysed by itself, after a while.
        cursor.execute("VACUUM ANALYZE")
    keys.write_text("".join(f"{text}\n" for text in texts))
    keys.with_suffix(".hashes").write_text(
        "".join(f"{hashlib.sha256(text.encode()).hexdigest()}\n" for text in texts)
    )


LICENCE_ROWS = [
    """
    INSERT INTO order_items (
        id, order_id, customer_id, position, plan_id, price_id, plan_name, billing_cycle,
        plan_amount_minor
    )
    SELECT b.item, i.order_id, i.customer_id, row_number() OVER (), i.plan_id, i.price_id,
        i.plan_name, i.billing_cycle, i.plan_amount_minor
    FROM bench b, order_items i JOIN orders o ON o.id = i.order_id WHERE o.number = %(number)s
    """,
    """
    INSERT INTO subscriptions (
        id, customer_id, order_item_id, plan_id, price_id, status, billing_cycle,
        current_period_start, current_period_end, created_at
    )
    SELECT b.subscription, i.customer_id, b.item, i.plan_id, i.price_id, 'active', 'monthly',
        now(), now() + interval '1 month', now()
    FROM bench b JOIN order_items i ON i.id = b.item
    """,
    """
    INSERT INTO licenses (
        id, customer_id, subscription_id, plan_id, key_hash, key_sealed, key_hint, status,
        max_accounts, max_emails, created_at
    )
    SELECT gen_random_uuid(), s.customer_id, s.id, s.plan_id, sha256(b.key::bytea),
        'of a benchmark', right(b.key, 4), 'active', 100, 1000, now()
    FROM bench b JOIN subscriptions s ON s.id = b.subscription
    """,
]


def customer_with_invoices(system: System, count: int = INVOICES) -> str:
    """The cookies of a customer in the portal who has so many paid invoices."""
    customer = Customer.register(system)
    with connect(system) as session:
        session.execute(INVOICE_ROWS, {"email": customer.email, "count": count})
        session.execute("VACUUM ANALYZE")
    return portal_cookies(system, customer.email, "correct horse battery")


INVOICE_ROWS = """
    INSERT INTO invoices (
        id, customer_id, series_id, number, number_text, status, currency, subtotal_minor,
        discount_minor, tax_minor, total_minor, paid_minor, seller, buyer, created_at, issued_at,
        due_at, paid_at
    )
    SELECT gen_random_uuid(), c.id, s.id, 1000000 + n, 'BENCH-' || n, 'paid', 'USD', 2900, 0, 0,
        2900, 2900, '{"name": "NextPanel"}', '{"name": "Ada Example"}', now(), now(), now(), now()
    FROM customers c, (SELECT id FROM invoice_series LIMIT 1) s, generate_series(1, %(count)s) n
    WHERE c.email = %(email)s
"""


def portal_cookies(system: System, email: str, password: str) -> str:
    """Logs in as a browser does, and returns what it would send from then on."""
    with httpx.Client(base_url=system.portal_url, trust_env=False) as browser:
        page = browser.get("/login").raise_for_status().text
        token = re.search(r'name="csrf" value="([^"]+)"', page)
        assert token is not None
        form = {"csrf": token[1], "email": email, "password": password}
        answer = browser.post("/login", data=form)
        assert answer.status_code == 303, answer.text
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
