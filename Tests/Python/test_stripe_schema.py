"""The checker itself: it lets good exchanges through, and refuses each way of breaking one."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from stripe._encode import _api_encode
from stripe_schema import (
    DOCUMENT,
    MalformedForm,
    check_answer,
    check_fields,
    check_recorded,
    check_request,
    nested,
)

INTENT = {
    "amount": 2900,
    "currency": "usd",
    "customer": "cus_1",
    "payment_method": "pm_1",
    "off_session": True,
    "confirm": True,
    "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"},
    "metadata": {"invoice_id": "inv_1"},
    "expand": ["latest_charge"],
}

SESSION = {
    "mode": "payment",
    "customer": "cus_1",
    "client_reference_id": "ord_1",
    "success_url": "https://shop.example/done?session_id={CHECKOUT_SESSION_ID}",
    "line_items": [
        {
            "price_data": {
                "currency": "usd",
                "unit_amount": 9900,
                "product_data": {"name": "Professional"},
            },
            "quantity": 1,
        }
    ],
    "payment_intent_data": {"setup_future_usage": "off_session", "metadata": {"order": "ord_1"}},
}

REFUND = {
    "id": "re_1",
    "object": "refund",
    "amount": 500,
    "balance_transaction": None,
    "charge": "ch_1",
    "created": 1_800_000_000,
    "currency": "usd",
    "metadata": {"reason": "asked"},
    "payment_intent": "pi_1",
    "reason": "requested_by_customer",
    "receipt_number": None,
    "source_transfer_reversal": None,
    "status": "succeeded",
    "transfer_reversal": None,
}

DECLINE = {
    "error": {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": "insufficient_funds",
        "message": "Your card has insufficient funds.",
        "param": None,
    }
}


def form(parameters: dict[str, Any]) -> list[tuple[str, str]]:
    """What the official SDK sends for these parameters."""
    encoded = urlencode(list(_api_encode(parameters)))
    return parse_qsl(encoded, keep_blank_values=True)


def intent_problems(**changes: Any) -> list[str]:
    return check_request("POST", "/v1/payment_intents", form({**INTENT, **changes}))


def refund_problems(**changes: Any) -> list[str]:
    return check_answer("POST", "/v1/refunds", 200, {**REFUND, **changes})


@pytest.mark.parametrize(
    ("method", "path", "parameters"),
    [
        ("POST", "/v1/payment_intents", INTENT),
        ("POST", "/v1/checkout/sessions", SESSION),
        ("POST", "/v1/customers", {"email": "a@example.com", "metadata": {"gone": ""}}),
        ("POST", "/v1/customers/cus_1", {"metadata": ""}),
        ("POST", "/v1/refunds", {"payment_intent": "pi_1", "amount": 100, "reason": "duplicate"}),
        ("GET", "/v1/payment_intents", {"customer": "cus_1", "created": {"gte": 1}, "limit": 100}),
        ("GET", "/v1/payment_intents/pi_1", {"expand": ["latest_charge"]}),
        ("GET", "/v1/events", {"delivery_success": False, "types": ["charge.refunded"]}),
        ("DELETE", "/v1/customers/cus_1", {}),
    ],
)
def test_what_the_sdk_sends_is_accepted(method: str, path: str, parameters: dict[str, Any]) -> None:
    assert check_request(method, path, form(parameters)) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"ammount": 2900}, "ammount"),
        ({"amount": "29.00"}, "amount"),
        ({"amount": "lots"}, "amount"),
        ({"capture_method": "sometimes"}, "capture_method"),
        ({"confirm": "yes"}, "confirm"),
        ({"automatic_payment_methods": {"enabled": True, "redirects": "never"}}, "redirects"),
        ({"automatic_payment_methods": {"allow_redirects": "never"}}, "enabled"),
        ({"expand": "latest_charge"}, "expand"),
        ({"metadata": {"deep": {"er": "x"}}}, "metadata.deep"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
    ],
    ids=lambda value: json.dumps(value) if isinstance(value, dict) else None,
)
def test_a_request_that_stripe_would_refuse_is_refused(changes: dict[str, Any], place: str) -> None:
    found = intent_problems(**changes)
    assert len(found) == 1
    assert place in found[0]


def test_a_missing_parameter_is_refused() -> None:
    without_currency = {key: value for key, value in INTENT.items() if key != "currency"}
    found = check_request("POST", "/v1/payment_intents", form(without_currency))
    assert found == ["(the whole): 'currency' is a required property"]


@pytest.mark.parametrize(
    ("path", "parameters", "problem"),
    [
        ("/v1/checkout/sessions", {**SESSION, "mode": None}, "'mode' is a required property"),
        ("/v1/checkout/sessions", {**SESSION, "success_url": None}, "'success_url' is a required"),
        ("/v1/checkout/sessions", {**SESSION, "line_items": None}, "'line_items' is a required"),
        ("/v1/checkout/sessions", {**SESSION, "line_items": [{}]}, "'line_items' is a required"),
        (
            "/v1/checkout/sessions",
            {**SESSION, "line_items": [{"price": "price_1"}]},
            "line_items.0: 'quantity' is a required",
        ),
        ("/v1/refunds", {"amount": 100}, "not valid under any of the given"),
        ("/v1/payment_methods/pm_1/attach", {}, "'customer' is a required property"),
    ],
)
def test_what_stripe_insists_on_is_required(
    path: str, parameters: dict[str, Any], problem: str
) -> None:
    given = {name: value for name, value in parameters.items() if value is not None}
    found = check_request("POST", path, form(given))
    assert len(found) == 1
    assert problem in found[0]


def test_every_problem_is_named_at_once() -> None:
    assert len(intent_problems(amount="x", colour="red", confirm="maybe")) == 3
    deep = {"enabled": "perhaps", "allow_redirects": "at times", "colour": "red"}
    assert len(intent_problems(automatic_payment_methods=deep)) == 3


def recorded(method: str, path: str, **parts: Any) -> dict[str, Any]:
    request = {"method": method, "path": path, "body": "", "query": "", "headers": {}}
    return {**request, **parts}


def test_a_recorded_request_is_checked_where_its_parameters_stand() -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    refund = {"body": "payment_intent=pi_1", "headers": headers}
    assert check_recorded(recorded("POST", "/v1/refunds", **refund)) == []
    assert check_recorded(recorded("GET", "/v1/refunds", query="payment_intent=pi_1")) == []
    for wrong in [
        recorded("POST", "/v1/refunds", query="payment_intent=pi_1", headers=headers),
        recorded("POST", "/v1/refunds", body="payment_intent=pi_1"),
        recorded("POST", "/v1/refunds", body="payment_intent", headers=headers),
        recorded("GET", "/v1/refunds", body="payment_intent=pi_1", headers=headers),
        recorded("GET", "/v1/refunds", query="payment_intent=pi_1&colour=red"),
        recorded("PATCH", "/v1/refunds", **refund),
        recorded("GET", "/v1/refund"),
    ]:
        assert check_recorded(wrong) != [], wrong


def test_a_path_that_stripe_does_not_have_is_refused() -> None:
    assert check_request("POST", "/v1/payments", []) == ["POST /v1/payments: there is no such call"]
    assert check_request("PUT", "/v1/customers/cus_1", []) == [
        "PUT /v1/customers/cus_1: the path takes DELETE, GET, POST alone"
    ]
    assert check_request("GET", "/v1/checkout/sessions/cs_1/expire", []) == [
        "GET /v1/checkout/sessions/cs_1/expire: the path takes POST alone"
    ]
    assert check_answer("POST", "/v1/payments", 200, {}) != []


@pytest.mark.parametrize(
    "pairs",
    [
        [("a[b", "1")],
        [("[a]", "1")],
        [("a", "1"), ("a", "2")],
        [("a", "1"), ("a[b]", "2")],
    ],
)
def test_a_form_that_is_no_form_of_stripe_is_refused(pairs: list[tuple[str, str]]) -> None:
    with pytest.raises(MalformedForm):
        nested(pairs)


def test_a_list_with_a_gap_is_refused() -> None:
    assert check_request("GET", "/v1/payment_intents", [("expand[1]", "data.customer")]) != []


def test_a_good_answer_is_accepted() -> None:
    assert refund_problems() == []
    page = {"object": "list", "data": [REFUND], "has_more": False, "url": "/v1/refunds"}
    assert check_answer("GET", "/v1/refunds", 200, page) == []
    assert check_answer("POST", "/v1/payment_intents", 402, DECLINE) == []
    gone = {"id": "cus_1", "object": "customer", "deleted": True}
    assert check_answer("DELETE", "/v1/customers/cus_1", 200, gone) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"amount": "500"}, "amount"),
        ({"amount": 5.5}, "amount"),
        ({"amount": None}, "amount"),
        ({"object": "refunds"}, "object"),
        ({"reason": "because"}, "reason"),
        ({"created": "2027-01-15T08:00:00Z"}, "created"),
        ({"charge": 7}, "charge"),
        ({"metadata": {"count": 3}}, "metadata.count"),
        ({"paid_out": True}, "(the whole): Additional properties are not allowed ('paid_out'"),
    ],
)
def test_an_answer_that_stripe_would_not_give_is_refused(
    changes: dict[str, Any], place: str
) -> None:
    found = refund_problems(**changes)
    assert len(found) == 1
    assert found[0].startswith(f"{place}")


def test_an_answer_that_lacks_a_field_is_refused() -> None:
    short = {key: value for key, value in REFUND.items() if key != "currency"}
    assert check_answer("POST", "/v1/refunds", 200, short) == [
        "(the whole): 'currency' is a required property"
    ]


def test_an_answer_that_lacks_a_field_of_the_official_examples_is_refused() -> None:
    page = {"object": "list", "data": [{**REFUND, "charge": {"object": "price"}}]}
    found = check_fields(page)
    assert "data.0.refund: 'destination_details' is missing" in found
    assert "data.0.charge.price: 'unit_amount' is missing" in found
    assert check_fields({"object": "customer", "id": "cus_1", "deleted": True}) == []


def test_an_error_of_an_unknown_type_is_refused() -> None:
    wrong = {"error": {**DECLINE["error"], "type": "oops"}}
    assert check_answer("POST", "/v1/payment_intents", 402, wrong) != []
    assert check_answer("POST", "/v1/payment_intents", 500, {"message": "oops"}) != []


def test_the_document_is_that_of_the_pinned_version() -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    assert document["info"]["version"] == "2026-10-28.endive"
    assert len(document["paths"]) >= 60


@pytest.mark.parametrize("name", ["webhook-signature", "form-encoding"])
def test_the_vectors_are_complete(name: str) -> None:
    vectors = json.loads((DOCUMENT.parent / f"{name}.json").read_text(encoding="utf-8"))
    assert len(vectors["cases"]) == {"webhook-signature": 23, "form-encoding": 16}[name]
