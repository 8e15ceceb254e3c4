"""Events as they are listed, and as they arrive: signed, and written as Stripe writes them."""

from __future__ import annotations

import json

import pytest
import stripe
from billing_system import System, eventually
from stripe_schema import check_event
from stripe_sdk import (
    CheckingClient,
    WebhookReceiver,
    new_intent,
    new_session,
    refusal,
    saved_card,
    sdk_for,
)


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
    setups = sdk.v1.setup_intents
    refusal(stripe.CardError, lambda: setups.create(declined))  # type: ignore[arg-type]
    setups.create(always)  # type: ignore[arg-type]
    setup = setups.create({"customer": person.id})
    setups.confirm(setup.id, {"payment_method": "pm_card_visa"})
    setups.cancel(setups.create({}).id)
    for succeeds in [True, False]:
        debit = new_session(sdk, customer=person.id)
        system.stripe.complete_checkout(debit.id, "DE89370400440532013000")
        intent_of = sdk.v1.checkout.sessions.retrieve(debit.id).payment_intent
        assert isinstance(intent_of, str)
        system.stripe.end_debit(intent_of, succeeds=succeeds)
    for end in [system.stripe.complete_checkout, sdk.v1.checkout.sessions.expire]:
        end(new_session(sdk, customer=person.id).id)
    sdk.v1.payment_methods.detach(card.id)
    sdk.v1.customers.delete(person.id)


EVENTS = {
    "charge.failed",
    "charge.refunded",
    "charge.succeeded",
    "charge.updated",
    "checkout.session.async_payment_failed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.completed",
    "checkout.session.expired",
    "customer.created",
    "customer.deleted",
    "customer.updated",
    "payment_intent.canceled",
    "payment_intent.created",
    "payment_intent.payment_failed",
    "payment_intent.processing",
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
        endpoint = sdk.v1.webhook_endpoints.create(
            {"url": receiver.origin, "enabled_events": ["*"]}
        )
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


def test_the_webhooks_for_billing_are_signed_with_its_secret() -> None:
    """A receiver stands where billing would."""
    secret = "whsec_of_the_tests"
    carrier = CheckingClient()
    with WebhookReceiver() as receiver:
        system = System(BILLING_API_URL=receiver.origin, STRIPE_WEBHOOK_SECRET=secret)
        try:
            system.start_sandbox()
            cause_every_event(system, sdk_for(system, carrier))
            eventually(lambda: EVENTS <= types_of(receiver), 20, "events of every type")
        finally:
            system.stop()
    for delivery in receiver.deliveries:
        assert delivery.path == "/api/v1/payments/webhook"
        event = stripe.Webhook.construct_event(delivery.body, delivery.signature, secret)
        assert check_event(json.loads(delivery.body)) == [], event.type
