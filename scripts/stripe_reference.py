#!/usr/bin/env python3
"""Writes into build/stripe what the tests hold our Stripe client and our Stripe simulator to.

    openapi.json            the API, as the types of the official SDK describe it
    webhook-signature.json  deliveries with the SDK's verdict
    form-encoding.json      parameters with the SDK's encoding

All of it comes from the PyPI package `stripe` at the version in Tests/Python/requirements.txt, so
the project carries no copy of it. A run that finds everything up to date does nothing.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
OUTPUT = ROOT / "build" / "stripe"
STAMP = OUTPUT / ".stamp"
INPUTS = [
    *sorted((ROOT / "scripts").glob("stripe_*.py")),
    ROOT / "Tests" / "Python" / "requirements.txt",
]


def main() -> None:
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in INPUTS)).hexdigest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    print("stripe_reference: writing build/stripe")
    from stripe_types import document
    from stripe_vectors import form_vectors, signature_vectors

    OUTPUT.mkdir(parents=True, exist_ok=True)
    write("openapi.json", document())
    write("webhook-signature.json", signature_vectors())
    write("form-encoding.json", form_vectors())
    STAMP.write_text(wanted)


def write(name: str, value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    (OUTPUT / name).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
