"""Cases of webhook signatures and form encoding, judged by the official Stripe SDK for Python.

The SDK is the authority: each case carries its verdict, and our own code is tested against it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from unittest import mock
from urllib.parse import urlencode

import stripe
from stripe._encode import _api_encode
from stripe._webhook import WebhookSignature

NOW = 1_800_000_000
TOLERANCE_SECONDS = 300
SECRET = "whsec_vectors_current"
RETIRED_SECRET = "whsec_vectors_retired"

# Line breaks, indentation and letters outside ASCII: what a careless re-encoding changes.
EVENT = """{
  "id": "evt_vector",
  "object": "event",
  "type": "payment_intent.succeeded",
  "data": {
    "object": {"id": "pi_vector", "description": "Renewal für Łukasz – 9,99 €"}
  }
}"""


def signature(body: str, secret: str = SECRET, at: int = NOW) -> str:
    """What Stripe puts behind `v1=`."""
    return hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()


def header(*parts: tuple[str, Any]) -> str:
    return ",".join(f"{key}={value}" for key, value in parts)


def signed(body: str = EVENT, secret: str = SECRET, at: int = NOW) -> str:
    """A header as the SDK writes it."""
    return WebhookSignature.generate_signature_header(body, secret, at)


def signature_requests() -> Iterator[tuple[str, str, str, str]]:
    """Name, body, header and the secret that the receiver holds."""
    good, retired = signature(EVENT), signature(EVENT, RETIRED_SECRET)
    compact = json.dumps(json.loads(EVENT), separators=(",", ":"))
    without_time = hmac.new(SECRET.encode(), EVENT.encode(), hashlib.sha256).hexdigest()

    yield "a header of the SDK", EVENT, signed(), SECRET
    yield "a header written part by part", EVENT, header(("t", NOW), ("v1", good)), SECRET
    yield "as old as is tolerated", EVENT, signed(at=NOW - TOLERANCE_SECONDS), SECRET
    yield "a second too old", EVENT, signed(at=NOW - TOLERANCE_SECONDS - 1), SECRET
    yield (
        "an hour in the future (the SDK bounds the past alone)",
        EVENT,
        signed(at=NOW + 3600),
        SECRET,
    )
    yield "another secret", EVENT, signed(), RETIRED_SECRET
    yield (
        "two signatures while a secret is rolled, ours last",
        EVENT,
        header(("t", NOW), ("v1", retired), ("v1", good)),
        SECRET,
    )
    yield (
        "two signatures while a secret is rolled, ours first",
        EVENT,
        header(("t", NOW), ("v1", good), ("v1", retired)),
        SECRET,
    )
    yield (
        "a v0 of a test clock before the v1",
        EVENT,
        header(("t", NOW), ("v0", "f" * 64), ("v1", good)),
        SECRET,
    )
    yield "a good signature under v0 alone", EVENT, header(("t", NOW), ("v0", good)), SECRET
    yield "the time behind the signature", EVENT, header(("v1", good), ("t", NOW)), SECRET
    yield "no time", EVENT, header(("v1", good)), SECRET
    yield "a time that is no number", EVENT, header(("t", "now"), ("v1", good)), SECRET
    yield "no header", EVENT, "", SECRET
    yield "a body parsed and written again", compact, signed(), SECRET
    yield "a body with one more line break", EVENT + "\n", signed(), SECRET
    yield (
        "a signature over the body without the time",
        EVENT,
        header(("t", NOW), ("v1", without_time)),
        SECRET,
    )
    yield "capital hexadecimal digits", EVENT, header(("t", NOW), ("v1", good.upper())), SECRET
    yield "half of the signature", EVENT, header(("t", NOW), ("v1", good[:32])), SECRET
    yield "a replay with a fresh time", EVENT, header(("t", NOW + 1), ("v1", good)), SECRET
    yield "an empty body, signed", "", signed(""), SECRET
    yield "a blank secret at the receiver", EVENT, signed(), "  "
    yield (
        "an unknown scheme before the v1",
        EVENT,
        header(("t", NOW), ("v9", "zz"), ("v1", good)),
        SECRET,
    )


def signature_vectors() -> dict[str, Any]:
    cases = []
    with mock.patch("stripe._webhook.time.time", lambda: NOW):
        for name, body, sent, secret in signature_requests():
            error = refusal(body, sent, secret)
            cases.append(
                {
                    "name": name,
                    "now": NOW,
                    "tolerance": TOLERANCE_SECONDS,
                    "secret": secret,
                    "header": sent,
                    "body_base64": base64.b64encode(body.encode()).decode(),
                    "sdk_accepts": error is None,
                    "sdk_error": error,
                }
            )
    return {"source": f"stripe-python {stripe.VERSION}", "cases": cases}


def refusal(body: str, sent: str, secret: str) -> str | None:
    """The first line of what the SDK says against a delivery, or nothing."""
    try:
        WebhookSignature.verify_header(body, sent, secret, TOLERANCE_SECONDS)
    except stripe.SignatureVerificationError as error:
        return str(error).splitlines()[0]
    return None


FORMS: list[tuple[str, dict[str, Any]]] = [
    ("scalars", {"amount": 2900, "currency": "usd"}),
    (
        "an object in an object",
        {"automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}},
    ),
    (
        "characters that a form escapes",
        {"metadata": {"invoice_id": "INV-7", "note": "50 % + tax & ü=1; ~*-._/?"}},
    ),
    ("an empty text, which unsets a key", {"metadata": {"note": ""}}),
    ("an empty text, which unsets them all", {"metadata": ""}),
    ("a list of texts", {"expand": ["customer", "latest_charge.balance_transaction"]}),
    (
        "a list of objects",
        {
            "line_items": [
                {
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": 9900,
                        "product_data": {"name": "Professional – 1 month"},
                    },
                    "quantity": 1,
                },
                {"price": "price_vector", "quantity": 3},
            ]
        },
    ),
    ("a list of enumerated values", {"allowed_payment_method_types": ["card", "sepa_debit"]}),
    ("a range beside a limit", {"created": {"gte": 1_790_000_000, "lt": NOW}, "limit": 100}),
    ("booleans", {"off_session": True, "confirm": True, "error_on_requires_action": False}),
    ("nothing is left out", {"description": None, "amount": 1}),
    ("names with dots", {"enabled_events": ["charge.refunded", "payment_intent.succeeded"]}),
    (
        "the placeholder of Checkout",
        {"success_url": "https://shop.example/done?session_id={CHECKOUT_SESSION_ID}"},
    ),
    (
        "letters outside ASCII",
        {"shipping": {"name": "Łukasz 李", "address": {"line1": "Ulica 1", "country": "PL"}}},
    ),
    ("brackets in a key", {"metadata": {"list[0]": "x"}}),
    ("an empty list, which is nothing", {"items": []}),
]


def form_vectors() -> dict[str, Any]:
    cases = []
    for name, parameters in FORMS:
        encoded = urlencode(list(_api_encode(parameters)))
        cases.append(
            {
                "name": name,
                "params": parameters,
                "urlencoded": encoded,
                "readable": encoded.replace("%5B", "[").replace("%5D", "]"),
            }
        )
    return {"source": f"stripe-python {stripe.VERSION}", "cases": cases}
