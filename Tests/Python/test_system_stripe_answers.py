"""Every answer of the simulated Stripe is one that the official SDK's types allow."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import stripe
from billing_system import System, eventually
from shopping import Customer
from stripe_schema import check_event
from stripe_sdk import CheckingClient, WebhookReceiver, sdk_for

NO_REDIRECTS = {"enabled": True, "allow_redirects": "never"}


@pytest.fixture
def carrier() -> Iterator[CheckingClient]:
    """What carries the SDK's calls; no answer to any of them may be one Stripe would not give."""
    carrying = CheckingClient()
    yield carrying
    assert carrying.answers
    assert carrying.problems == []


@pytest.fixture
def sdk(system: System, carrier: CheckingClient) -> stripe.StripeClient:
    return sdk_for(system, carrier)


def new_session(sdk: stripe.StripeClient, **changes: Any) -> stripe.checkout.Session:
    parameters: dict[str, Any] = {
        "mode": "payment",
        "success_url": "https://shop.example/done?session_id={CHECKOUT_SESSION_ID}",
        "cancel_url": "https://shop.example/cart",
        "client_reference_id": "ord_1",
        "metadata": {"order": "ord_1"},
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
        **changes,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    return sdk.v1.checkout.sessions.create(given)  # type: ignore[arg-type]


def new_intent(sdk: stripe.StripeClient, **changes: Any) -> stripe.PaymentIntent:
    parameters: dict[str, Any] = {
        "amount": 2900,
        "currency": "usd",
        "automatic_payment_methods": NO_REDIRECTS,
        **changes,
    }
    given = {name: value for name, value in parameters.items() if value is not None}
    return sdk.v1.payment_intents.create(given)  # type: ignore[arg-type]


def saved_card(
    sdk: stripe.StripeClient, name: str = "pm_card_visa"
) -> tuple[stripe.Customer, stripe.PaymentMethod]:
    person = sdk.v1.customers.create({"email": "sdk@example.com", "name": "Ada Example"})
    return person, sdk.v1.payment_methods.attach(name, {"customer": person.id})


# Objects that live and end well.


def test_a_checkout_session_from_its_opening_to_its_payment(
    system: System, sdk: stripe.StripeClient
) -> None:
    person = sdk.v1.customers.create({"email": "sdk@example.com"})
    session = new_session(sdk, customer=person.id)
    assert (session.status, session.payment_status) == ("open", "unpaid")
    sessions = sdk.v1.checkout.sessions
    assert sessions.retrieve(session.id).url == session.url
    assert [each.id for each in sessions.list({"customer": person.id})] == [session.id]

    assert system.stripe.complete_checkout(session.id).status_code == 200

    paid = sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge", "customer", "line_items"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert isinstance(paid.payment_intent, stripe.PaymentIntent)
    assert isinstance(paid.payment_intent.latest_charge, stripe.Charge)
    assert paid.payment_intent.latest_charge.paid
    assert isinstance(paid.customer, stripe.Customer)
    listed = sessions.list({"customer": person.id, "status": "complete"})
    assert [each.id for each in listed] == [session.id]
    assert [each.amount_total for each in sessions.line_items.list(session.id)] == [9900]


def test_a_checkout_session_of_a_stranger(system: System, sdk: stripe.StripeClient) -> None:
    session = new_session(sdk, customer_email="new@example.com", customer_creation="always")
    assert session.customer is None
    assert system.stripe.complete_checkout(session.id).status_code == 200
    paid = sdk.v1.checkout.sessions.retrieve(session.id)
    assert paid.customer_details is not None
    assert paid.customer_details.email == "new@example.com"
    assert isinstance(paid.customer, str)


def test_a_checkout_session_that_saves_a_card(system: System, sdk: stripe.StripeClient) -> None:
    person = sdk.v1.customers.create({"email": "sdk@example.com"})
    session = new_session(sdk, mode="setup", customer=person.id, currency="usd", line_items=None)
    assert system.stripe.complete_checkout(session.id).status_code == 200
    done = sdk.v1.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent"]})
    assert done.payment_status == "no_payment_required"
    assert isinstance(done.setup_intent, stripe.SetupIntent)
    assert done.setup_intent.status == "succeeded"


def test_a_checkout_session_that_expires(sdk: stripe.StripeClient) -> None:
    session = new_session(sdk)
    expired = sdk.v1.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert sdk.v1.checkout.sessions.retrieve(session.id).status == "expired"


def test_a_payment_that_is_confirmed_later(sdk: stripe.StripeClient) -> None:
    person, card = saved_card(sdk)
    intents = sdk.v1.payment_intents
    intent = new_intent(sdk, customer=person.id, metadata={"order": "ord_1"})
    assert intent.status == "requires_payment_method"
    assert intents.retrieve(intent.id).client_secret == intent.client_secret
    assert intents.update(intent.id, {"amount": 3900, "description": "Hosting"}).amount == 3900
    paid = intents.confirm(intent.id, {"payment_method": card.id, "expand": ["latest_charge"]})
    assert (paid.status, paid.amount_received) == ("succeeded", 3900)
    assert isinstance(paid.latest_charge, stripe.Charge)
    retrieved = intents.retrieve(
        intent.id, {"expand": ["latest_charge.balance_transaction", "payment_method"]}
    )
    assert isinstance(retrieved.latest_charge, stripe.Charge)
    assert isinstance(retrieved.latest_charge.balance_transaction, stripe.BalanceTransaction)
    assert isinstance(retrieved.payment_method, stripe.PaymentMethod)
    assert [each.id for each in intents.list({"customer": person.id})] == [intent.id]
    charge = retrieved.latest_charge
    assert sdk.v1.charges.retrieve(charge.id).paid
    assert [each.id for each in sdk.v1.charges.list({"customer": person.id})] == [charge.id]
    booked = charge.balance_transaction
    assert sdk.v1.balance_transactions.retrieve(booked.id).net == 3900 - booked.fee
    assert len(sdk.v1.balance_transactions.list({"source": charge.id}).data) == 1


def test_a_payment_that_asks_who_is_there(system: System, sdk: stripe.StripeClient) -> None:
    always = "pm_card_authenticationRequired"
    ways = [
        {"automatic_payment_methods": {"enabled": True}, "return_url": "https://shop.example/"},
        {},
    ]
    for changes in ways:
        intent = new_intent(sdk, payment_method=always, confirm=True, **changes)
        assert intent.status == "requires_action"
        system.stripe.authenticate(intent.id, succeeds=False)
        failed = sdk.v1.payment_intents.retrieve(intent.id)
        assert failed.status == "requires_payment_method"
        assert failed.last_payment_error is not None
        again = sdk.v1.payment_intents.confirm(intent.id, {"payment_method": always})
        assert again.status == "requires_action"
        system.stripe.authenticate(intent.id, succeeds=True)
        paid = sdk.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
        assert paid.status == "succeeded"


def test_a_payment_that_is_given_up(sdk: stripe.StripeClient) -> None:
    intent = new_intent(sdk)
    given_up = sdk.v1.payment_intents.cancel(intent.id, {"cancellation_reason": "abandoned"})
    assert (given_up.status, given_up.cancellation_reason) == ("canceled", "abandoned")


def test_a_card_that_is_saved_by_a_setup_intent(system: System, sdk: stripe.StripeClient) -> None:
    person = sdk.v1.customers.create({"email": "sdk@example.com"})
    setups = sdk.v1.setup_intents
    setup = setups.create({"customer": person.id, "usage": "off_session"})
    assert setup.status == "requires_payment_method"
    done = setups.confirm(setup.id, {"payment_method": "pm_card_visa"})
    assert done.status == "succeeded"
    assert setups.retrieve(setup.id, {"expand": ["payment_method"]}).status == "succeeded"

    asked = setups.create(
        {
            "customer": person.id,
            "payment_method": "pm_card_authenticationRequired",
            "confirm": True,
            "return_url": "https://shop.example/",
        }
    )
    assert asked.status == "requires_action"
    system.stripe.authenticate(asked.id, succeeds=False)
    assert setups.retrieve(asked.id).status == "requires_payment_method"
    given_up = setups.cancel(asked.id, {"cancellation_reason": "abandoned"})
    assert given_up.status == "canceled"
    listed = setups.list({"customer": person.id})
    assert {each.id for each in listed} == {setup.id, asked.id}


def test_a_refund_however_it_goes(system: System, sdk: stripe.StripeClient) -> None:
    refunds = sdk.v1.refunds
    cards = {"pm_card_visa": "succeeded", "pm_card_pendingRefund": "pending"}
    for card, status in cards.items():
        intent = new_intent(sdk, payment_method=card, confirm=True)
        part = refunds.create(
            {"payment_intent": intent.id, "amount": 900, "reason": "requested_by_customer"}
        )
        assert part.status == status
        rest = refunds.create({"payment_intent": intent.id, "metadata": {"why": "asked"}})
        assert rest.amount == 2000
        expand = {"expand": ["charge", "balance_transaction", "payment_intent"]}
        assert isinstance(refunds.retrieve(part.id, expand).charge, stripe.Charge)
        listed = refunds.list({"payment_intent": intent.id})
        assert [each.id for each in listed] == [rest.id, part.id]
        system.stripe.settle_refund(part.id)
        assert refunds.retrieve(part.id).status == "succeeded"

    intent = new_intent(sdk, payment_method="pm_card_refundFail", confirm=True)
    failing = refunds.create({"payment_intent": intent.id})
    system.stripe.fail_refund(failing.id, "expired_or_canceled_card")
    failed = refunds.retrieve(failing.id, {"expand": ["failure_balance_transaction"]})
    assert (failed.status, failed.failure_reason) == ("failed", "expired_or_canceled_card")


def test_a_customer_with_every_detail(sdk: stripe.StripeClient) -> None:
    address = {"line1": "1 Main St", "city": "Springfield", "country": "US"}
    person = sdk.v1.customers.create(
        {
            "email": "full@example.com",
            "name": "Ada Example",
            "phone": "+12025550123",
            "description": "A customer",
            "address": address,  # type: ignore[typeddict-item]
            "shipping": {"address": address, "name": "Ada"},  # type: ignore[typeddict-item]
            "preferred_locales": ["en"],
            "tax_exempt": "reverse",
            "metadata": {"a": "1", "b": "2"},
        }
    )
    customers = sdk.v1.customers
    card = sdk.v1.payment_methods.attach("pm_card_visa", {"customer": person.id})
    changed = customers.update(
        person.id,
        {
            "metadata": {"a": ""},
            "invoice_settings": {"default_payment_method": card.id},
            "shipping": "",
        },
    )
    assert changed.to_dict()["metadata"] == {"b": "2"}
    path = "invoice_settings.default_payment_method"
    retrieved = customers.retrieve(person.id, {"expand": [path]})
    assert isinstance(retrieved.invoice_settings.default_payment_method, stripe.PaymentMethod)
    assert person.id in {each.id for each in customers.list({"email": "full@example.com"})}
    assert customers.delete(person.id).deleted
    assert customers.retrieve(person.id).deleted


def test_a_payment_method_from_its_making_to_its_detachment(sdk: stripe.StripeClient) -> None:
    methods = sdk.v1.payment_methods
    card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    made = methods.create({"type": "card", "card": card, "billing_details": {"name": "Ada"}})  # type: ignore[typeddict-item]
    person = sdk.v1.customers.create({"email": "sdk@example.com"})
    methods.attach(made.id, {"customer": person.id})
    assert methods.retrieve(made.id).customer == person.id
    listed = methods.list({"customer": person.id, "type": "card"})
    assert [each.id for each in listed] == [made.id]
    theirs = sdk.v1.customers.payment_methods.list(person.id)
    assert [each.id for each in theirs] == [made.id]
    assert methods.detach(made.id).customer is None
    assert methods.list({"customer": person.id}).data == []


def test_a_list_page_by_page(sdk: stripe.StripeClient) -> None:
    person = sdk.v1.customers.create({"email": "sdk@example.com"})
    made = [new_intent(sdk, customer=person.id).id for _ in range(5)]
    first = sdk.v1.payment_intents.list({"customer": person.id, "limit": 2})
    assert first.has_more
    assert [each.id for each in first.auto_paging_iter()] == made[::-1]


def test_a_webhook_endpoint(sdk: stripe.StripeClient) -> None:
    endpoints = sdk.v1.webhook_endpoints
    made = endpoints.create({"url": "http://127.0.0.1:9/", "enabled_events": ["charge.refunded"]})
    assert made.secret is not None
    assert endpoints.update(made.id, {"disabled": True}).status == "disabled"
    assert "secret" not in endpoints.retrieve(made.id).to_dict()
    assert made.id in {each.id for each in endpoints.list()}
    assert endpoints.delete(made.id).deleted


# Refusals.


def refusal(kind: type[stripe.StripeError], call: Callable[[], Any]) -> stripe.StripeError:
    with pytest.raises(kind) as refused:
        call()
    assert type(refused.value) is kind
    return refused.value


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
    wrong = {"number": "4242424242424241", "exp_month": 12, "exp_year": 2034}
    refused = refusal(
        stripe.CardError,
        lambda: sdk.v1.payment_methods.create({"type": "card", "card": wrong}),  # type: ignore[typeddict-item]
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


# Events, as they are listed and as they arrive.


def cause_every_event(system: System, sdk: stripe.StripeClient) -> None:
    """Makes happen whatever the simulator tells anybody about."""
    person, card = saved_card(sdk)
    sdk.v1.customers.update(person.id, {"name": "Other"})
    intent = new_intent(sdk, customer=person.id, payment_method=card.id, confirm=True)
    sdk.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
    failing = new_intent(sdk, payment_method="pm_card_refundFail", confirm=True)
    refund = sdk.v1.refunds.create({"payment_intent": failing.id})
    system.stripe.fail_refund(refund.id, "lost_or_stolen_card")
    sdk.v1.payment_intents.cancel(new_intent(sdk).id)
    always = {"payment_method": "pm_card_authenticationRequired", "confirm": True}
    new_intent(sdk, **always)
    declined = {"payment_method": "pm_card_chargeDeclined", "confirm": True}
    refusal(stripe.CardError, lambda: new_intent(sdk, **declined))
    refusal(stripe.CardError, lambda: sdk.v1.setup_intents.create(declined))  # type: ignore[arg-type]
    sdk.v1.setup_intents.create(always)  # type: ignore[arg-type]
    setup = sdk.v1.setup_intents.create({"customer": person.id})
    sdk.v1.setup_intents.confirm(setup.id, {"payment_method": "pm_card_visa"})
    sdk.v1.setup_intents.cancel(sdk.v1.setup_intents.create({}).id)
    for end in [system.stripe.complete_checkout, sdk.v1.checkout.sessions.expire]:
        end(new_session(sdk, customer=person.id).id)
    sdk.v1.payment_methods.detach(card.id)
    sdk.v1.customers.delete(person.id)


EVENTS = {
    "charge.failed",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.created",
    "customer.deleted",
    "customer.updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "payment_intent.requires_action",
    "payment_intent.succeeded",
    "payment_method.attached",
    "payment_method.detached",
    "refund.created",
    "refund.failed",
    "refund.updated",
    "setup_intent.canceled",
    "setup_intent.created",
    "setup_intent.requires_action",
    "setup_intent.setup_failed",
    "setup_intent.succeeded",
}


def test_every_event_arrives_signed_and_as_stripe_writes_it(
    system: System, sdk: stripe.StripeClient
) -> None:
    with WebhookReceiver() as receiver:
        endpoint = sdk.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
        assert endpoint.secret is not None
        try:
            cause_every_event(system, sdk)
            eventually(lambda: EVENTS <= types_of(receiver), 20, "events of every type")
        finally:
            sdk.v1.webhook_endpoints.delete(endpoint.id)
    for delivery in receiver.deliveries:
        event = stripe.Webhook.construct_event(
            delivery.body, delivery.signature, endpoint.secret
        )
        assert delivery.content_type == "application/json; charset=utf-8"
        assert check_event(json.loads(delivery.body)) == [], event.type
        same = sdk.v1.events.retrieve(event.id)
        assert same.data.object == event.data.object
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(
                delivery.body + b" ", delivery.signature, endpoint.secret
            )


def types_of(receiver: WebhookReceiver) -> set[str]:
    return {json.loads(delivery.body)["type"] for delivery in receiver.deliveries}


def test_events_are_listed(sdk: stripe.StripeClient) -> None:
    person = sdk.v1.customers.create({"email": "listed@example.com"})
    for filters in [
        {"type": "customer.created"},
        {"types": ["customer.created", "customer.updated"]},
        {"created": {"gte": person.created}},
    ]:
        found = sdk.v1.events.list({**filters, "limit": 100})  # type: ignore[arg-type]
        assert person.id in {each.data.object["id"] for each in found}
        assert [each for every in found for each in check_event(every.to_dict())] == []


def test_a_webhook_to_billing_is_what_stripe_sends(system: System, customer: Customer) -> None:
    """Our program hears the same events, signed with the secret that it was given."""
    customer.buy()
    events = system.stripe.state()["events"]
    assert [each for event in events for each in check_event(event)] == []
