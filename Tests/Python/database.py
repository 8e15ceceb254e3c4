"""A look into the private database of a running system, past the program."""

from __future__ import annotations

from typing import Any

import psycopg
from billing_system import System
from psycopg import sql

# What is written when somebody is refused, so that they cannot go on trying for ever.
BOOKKEEPING = {"login_throttles", "used_signatures"}

Digests = dict[str, str]


def connect(system: System) -> psycopg.Connection[Any]:
    """A connection as the owner, who sees all rows."""
    lock = next(system.data.glob("**/postmaster.pid"))
    lines = lock.read_text().splitlines()
    return psycopg.connect(
        host=lines[4], port=int(lines[3]), user="postgres", dbname="billing", autocommit=True
    )


def digests(connection: psycopg.Connection[Any]) -> Digests:
    """One text for all rows of each table that is no bookkeeping of refusals."""
    tables = connection.execute(
        "SELECT table_name FROM information_schema.tables"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
    ).fetchall()
    names = sorted(name for (name,) in tables if name not in BOOKKEEPING)
    return {name: digest(connection, name) for name in names}


def digest(connection: psycopg.Connection[Any], table: str) -> str:
    question = sql.SQL(
        "SELECT count(*) || ' ' || md5(coalesce(string_agg(r::text, E'\\n' ORDER BY r::text), ''))"
        " FROM {} AS r"
    ).format(sql.Identifier("public", table))
    row = connection.execute(question).fetchone()
    assert row is not None
    return row[0]


def changed(before: Digests, after: Digests) -> list[str]:
    """The tables that are not as they were."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))
