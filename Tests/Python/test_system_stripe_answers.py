"""Every object that the simulated Stripe shows is one that the official SDK's types allow."""

from __future__ import annotations

import pytest
import stripe
from billing_system import System
from stripe_sdk import new_intent, new_session, saved_card


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


def test_a_dispute_however_it_goes(system: System, sdk: stripe.StripeClient) -> None:
    disputes = sdk.v1.disputes
    cards = {
        "pm_card_createDispute": ("needs_response", "fraudulent", 1),
        "pm_card_createDisputeProductNotReceived": ("needs_response", "product_not_received", 1),
        "pm_card_createDisputeInquiry": ("warning_needs_response", "fraudulent", 0),
    }
    for card, (status, reason, moves) in cards.items():
        intent = new_intent(sdk, payment_method=card, confirm=True)
        (opened,) = disputes.list({"payment_intent": intent.id}).data
        assert (opened.status, opened.reason) == (status, reason)
        assert len(opened.balance_transactions) == moves
        expanded = disputes.retrieve(opened.id, {"expand": ["charge", "payment_intent"]})
        assert isinstance(expanded.charge, stripe.Charge) and expanded.charge.disputed
        if moves == 0:
            system.stripe.decide_dispute(opened.id, "escalate")
        else:
            with pytest.raises(stripe.InvalidRequestError) as refused:
                sdk.v1.refunds.create({"payment_intent": intent.id})
            assert refused.value.code == "charge_disputed"
        system.stripe.decide_dispute(opened.id, "review")
        assert disputes.retrieve(opened.id).status == "under_review"
        system.stripe.decide_dispute(opened.id, "win", return_fee=True)
        won = disputes.retrieve(opened.id)
        assert won.status == "won"
        assert [each.amount for each in won.balance_transactions] == [-2900, 2900]
        assert [each.fee for each in won.balance_transactions] == [1500, -1500]
    intent = new_intent(sdk, payment_method="pm_card_visa", confirm=True)
    opened_by_hand = system.stripe.dispute(intent.id, amount=1000)
    assert disputes.close(opened_by_hand["id"]).status == "lost"


def test_what_moved_on_the_balance(system: System, sdk: stripe.StripeClient) -> None:
    intent = new_intent(sdk, payment_method="pm_card_visa", confirm=True)
    moves = sdk.v1.balance_transactions.list({"limit": 3, "expand": ["data.source"]})
    newest = moves.data[0]
    assert isinstance(newest.source, stripe.Charge)
    assert newest.source.payment_intent == intent.id
    assert newest.net == newest.amount - newest.fee
    found = sdk.v1.balance_transactions.list({"created": {"gte": newest.created}, "limit": 100})
    assert newest.id in {each.id for each in found}
    assert sdk.v1.balance_transactions.retrieve(newest.id).type == "charge"
    for payout in sdk.v1.payouts.list({"limit": 5}):
        paid = sdk.v1.balance_transactions.list({"payout": payout.id, "limit": 100})
        assert sum(each.net for each in paid) == payout.amount


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
    made = methods.create(
        {
            "type": "card",
            "card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2034},
            "billing_details": {"name": "Ada"},
        }
    )
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
