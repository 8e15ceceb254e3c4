"""The simulated Stripe refuses what Stripe refuses, in Stripe's own words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import stripe
from billing_system import System, eventually
from stripe_sdk import CheckingClient, new_intent, new_session, refusal, saved_card, sdk_for


@pytest.mark.parametrize(
    ("card", "code", "decline"),
    [
        ("pm_card_chargeDeclined", "card_declined", "generic_decline"),
        ("pm_card_chargeDeclinedInsufficientFunds", "card_declined", "insufficient_funds"),
        ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
        ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
        ("pm_card_chargeDeclinedExpiredCard", "expired_card", "expired_card"),
        ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", "incorrect_cvc"),
        ("pm_card_chargeDeclinedProcessingError", "processing_error", "processing_error"),
        ("pm_card_radarBlock", "card_declined", "fraudulent"),
    ],
)
def test_a_card_that_is_declined(
    sdk: stripe.StripeClient, card: str, code: str, decline: str
) -> None:
    refused = refusal(
        stripe.CardError, lambda: new_intent(sdk, payment_method=card, confirm=True)
    )
    assert (refused.http_status, refused.code) == (402, code)
    assert refused.error is not None
    assert refused.error.decline_code == decline
    assert refused.error.payment_intent is not None
    assert refused.error.payment_intent.status == "requires_payment_method"
    intent = refused.error.payment_intent.id
    again = sdk.v1.payment_intents.retrieve(intent, {"expand": ["latest_charge"]})
    assert again.last_payment_error is not None
    assert again.last_payment_error.code == code
    refused = refusal(
        stripe.CardError,
        lambda: sdk.v1.payment_intents.confirm(intent, {"payment_method": card}),
    )
    assert refused.code == code


def test_a_card_that_wants_its_owner(sdk: stripe.StripeClient) -> None:
    person, card = saved_card(sdk, "pm_card_authenticationRequired")
    absent = {"customer": person.id, "payment_method": card.id, "off_session": True}
    refused = refusal(stripe.CardError, lambda: new_intent(sdk, **absent, confirm=True))
    assert (refused.http_status, refused.code) == (402, "authentication_required")


def test_a_card_that_cannot_be_saved(sdk: stripe.StripeClient) -> None:
    person = sdk.v1.customers.create({"email": "sdk@example.com"})
    to = {"customer": person.id}
    declined = "pm_card_chargeDeclined"
    refused = refusal(
        stripe.CardError,
        lambda: sdk.v1.payment_methods.attach(declined, to),  # type: ignore[arg-type]
    )
    assert refused.http_status == 402
    setup = sdk.v1.setup_intents.create({"customer": person.id})
    refused = refusal(
        stripe.CardError,
        lambda: sdk.v1.setup_intents.confirm(setup.id, {"payment_method": declined}),
    )
    assert refused.error is not None
    assert refused.error.setup_intent is not None
    assert sdk.v1.setup_intents.retrieve(setup.id).last_setup_error is not None
    wrong: Any = {"number": "4242424242424241", "exp_month": 12, "exp_year": 2034}
    refused = refusal(
        stripe.CardError,
        lambda: sdk.v1.payment_methods.create({"type": "card", "card": wrong}),
    )
    assert refused.code == "incorrect_number"


def test_what_does_not_exist(sdk: stripe.StripeClient) -> None:
    v1 = sdk.v1
    in_paths: list[Callable[[], Any]] = [
        lambda: v1.customers.retrieve("cus_none"),
        lambda: v1.customers.update("cus_none", {"name": "x"}),
        lambda: v1.customers.delete("cus_none"),
        lambda: v1.customers.payment_methods.list("cus_none"),
        lambda: v1.checkout.sessions.retrieve("cs_none"),
        lambda: v1.checkout.sessions.expire("cs_none"),
        lambda: v1.checkout.sessions.line_items.list("cs_none"),
        lambda: v1.payment_intents.retrieve("pi_none"),
        lambda: v1.payment_intents.confirm("pi_none"),
        lambda: v1.payment_intents.cancel("pi_none"),
        lambda: v1.setup_intents.retrieve("seti_none"),
        lambda: v1.setup_intents.confirm("seti_none"),
        lambda: v1.payment_methods.retrieve("pm_none"),
        lambda: v1.payment_methods.detach("pm_none"),
        lambda: v1.refunds.retrieve("re_none"),
        lambda: v1.charges.retrieve("ch_none"),
        lambda: v1.balance_transactions.retrieve("txn_none"),
        lambda: v1.events.retrieve("evt_none"),
        lambda: v1.webhook_endpoints.retrieve("we_none"),
    ]
    for call in in_paths:
        refused = refusal(stripe.InvalidRequestError, call)
        assert (refused.http_status, refused.code) == (404, "resource_missing")
    in_parameters: list[Callable[[], Any]] = [
        lambda: new_session(sdk, customer="cus_none"),
        lambda: new_intent(sdk, customer="cus_none"),
        lambda: new_intent(sdk, payment_method="pm_none", confirm=True),
        lambda: v1.refunds.create({"payment_intent": "pi_none"}),
        lambda: v1.refunds.create({"charge": "ch_none"}),
        lambda: v1.setup_intents.create({"customer": "cus_none"}),
        lambda: v1.payment_methods.attach("pm_card_visa", {"customer": "cus_none"}),
    ]
    for call in in_parameters:
        refused = refusal(stripe.InvalidRequestError, call)
        assert (refused.http_status, refused.code) == (400, "resource_missing")
        assert refused.error is not None and refused.error.param


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"amount": "a lot"}, "parameter_invalid_integer", "amount"),
        ({"amount": 1}, "amount_too_small", None),
        ({"amount": 1_000_000_000_000}, "amount_too_large", None),
        ({"amount": -1}, "parameter_invalid_integer", "amount"),
        ({"currency": "zzz"}, None, "currency"),
        ({"currency": None}, "parameter_missing", "currency"),
        ({"currency": ""}, "parameter_invalid_empty", "currency"),
        ({"capture_method": "sometimes"}, None, "capture_method"),
        ({"metadata": {"k" * 41: "x"}}, None, "metadata"),
        ({"expand": ["nonsense"]}, None, "expand"),
        (
            {"payment_method_types": ["card"]},
            "payment_method_types_no_longer_supported",
            "payment_method_types",
        ),
    ],
)
def test_a_parameter_that_is_wrong(
    sdk: stripe.StripeClient, changes: dict[str, Any], code: str | None, param: str | None
) -> None:
    refused = refusal(stripe.InvalidRequestError, lambda: new_intent(sdk, **changes))
    assert refused.http_status == 400
    if code is not None:
        assert refused.code == code
    if param is not None:
        assert refused.error is not None and refused.error.param is not None
        assert refused.error.param.startswith(param)


def test_what_the_state_of_things_forbids(sdk: stripe.StripeClient, system: System) -> None:
    v1 = sdk.v1
    intent = new_intent(sdk, payment_method="pm_card_visa", confirm=True)
    session = new_session(sdk)
    system.stripe.complete_checkout(session.id)
    setup = v1.setup_intents.create({"payment_method": "pm_card_visa", "confirm": True})
    loose = v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    refused_by_state: list[Callable[[], Any]] = [
        lambda: v1.payment_intents.cancel(intent.id),
        lambda: v1.payment_intents.confirm(intent.id),
        lambda: v1.payment_intents.update(intent.id, {"amount": 100}),
        lambda: v1.payment_intents.confirm(new_intent(sdk).id),
        lambda: v1.setup_intents.cancel(setup.id),
        lambda: v1.payment_methods.detach(loose.id),
        lambda: v1.checkout.sessions.expire(session.id),
        lambda: v1.refunds.create({"payment_intent": intent.id, "amount": 2901}),
    ]
    for call in refused_by_state:
        assert refusal(stripe.InvalidRequestError, call).http_status == 400
    v1.refunds.create({"payment_intent": intent.id})
    refused = refusal(
        stripe.InvalidRequestError, lambda: v1.refunds.create({"payment_intent": intent.id})
    )
    assert refused.code == "charge_already_refunded"


def test_an_idempotency_key_that_is_used_twice(
    sdk: stripe.StripeClient, carrier: CheckingClient
) -> None:
    options: stripe.RequestOptions = {"idempotency_key": f"once-{id(carrier)}"}
    first = sdk.v1.customers.create({"name": "Once"}, options)
    assert sdk.v1.customers.create({"name": "Once"}, options).id == first.id
    original, replayed = carrier.answers[-2:]
    assert replayed.body == original.body
    assert replayed.headers["Idempotent-Replayed"] == "true"
    assert replayed.headers["Original-Request"] == original.headers["Request-Id"]
    refused = refusal(
        stripe.IdempotencyError, lambda: sdk.v1.customers.create({"name": "Other"}, options)
    )
    assert refused.http_status == 400


def test_an_idempotency_key_that_is_in_use(
    system: System, sdk: stripe.StripeClient, carrier: CheckingClient
) -> None:
    options: stripe.RequestOptions = {"idempotency_key": f"slow-{id(carrier)}"}
    system.stripe.fail("POST /v1/customers", "slow")
    arrived = len(system.stripe.requests())
    slow = threading.Thread(target=lambda: sdk.v1.customers.create({"name": "Slow"}, options))
    slow.start()
    eventually(lambda: len(system.stripe.requests()) > arrived, 5, "first call")
    refused = refusal(
        stripe.APIError, lambda: sdk.v1.customers.create({"name": "Slow"}, options)
    )
    slow.join()
    assert refused.http_status == 409
    assert refused.error is not None and refused.error.code == "idempotency_key_in_use"


@pytest.mark.parametrize("key", ["sk_live_of_somebody", "nonsense", "pk_test_of_a_browser"])
def test_a_key_that_is_not_ours(system: System, carrier: CheckingClient, key: str) -> None:
    stranger = sdk_for(system, carrier, key)
    refused = refusal(stripe.AuthenticationError, lambda: stranger.v1.customers.list())
    assert refused.http_status == 401


@pytest.mark.parametrize(
    ("mode", "status", "kind"),
    [
        ("error_500", 500, stripe.APIError),
        ("rate_limit", 429, stripe.RateLimitError),
        ("reject", 400, stripe.InvalidRequestError),
    ],
)
def test_a_service_that_fails(
    system: System, sdk: stripe.StripeClient, mode: str, status: int, kind: type[stripe.StripeError]
) -> None:
    system.stripe.fail("GET /v1/customers", mode)
    assert refusal(kind, lambda: sdk.v1.customers.list()).http_status == status
