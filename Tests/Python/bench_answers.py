"""The licence look-up of the compared servers, out of memory and with no database.

That is the most favourable case for them: no log, no limits, nothing that changes.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

PANELS = {"npk_billing_sandbox": "nps_billing_sandbox_secret_0001"}
LIMITS = {"create_account": 100, "create_email": 1_000}


def load() -> dict[bytes, dict[str, int]]:
    lines = Path(os.environ["BENCH_HASHES"]).read_text().split()
    return {bytes.fromhex(line): LIMITS for line in lines}


def is_panel(key: str | None, secret: str | None) -> bool:
    expected = PANELS.get(key or "")
    return expected is not None and hmac.compare_digest(expected, secret or "")


def hash_of(license_key: str) -> bytes:
    return hashlib.sha256(license_key.upper().encode()).digest()
