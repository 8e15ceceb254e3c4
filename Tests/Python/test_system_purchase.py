"""A customer buys: from the order to a panel that asks about the licence."""

from __future__ import annotations

from billing_system import System, eventually
from shopping import Customer, all_done, statuses_of, unused_domain

STEPS = ["payment", "license", "domain", "hosting_account", "panel_license", "welcome_email"]


def test_what_is_paid_is_delivered(system: System, customer: Customer) -> None:
    order = customer.buy(domain=unused_domain())

    assert order["status"] == "completed"
    assert [step["name"] for step in order["steps"]] == STEPS
    assert statuses_of(order) == all_done(order)

    invoice = customer.http.get(f"/invoices/{order['invoice_id']}").json()
    assert invoice["status"] == "paid"
    assert invoice["amount_paid"] == invoice["total"] == order["total"]
    assert invoice["amount_due"]["amount"] == 0

    eventually(lambda: system.inbox.messages(customer.email), 20, "mail to the customer")


def test_the_licence_that_was_bought_is_valid_for_a_panel(
    system: System, customer: Customer
) -> None:
    customer.buy(plan="starter")
    license = customer.http.get("/licenses/").json()["data"][0]
    license_key = customer.http.post(f"/licenses/{license['id']}/reveal").json()["license_key"]
    scopes = {"name": "a panel", "scopes": ["licenses:validate"]}
    issued = system.log_in("admin@example.com").post("/admin/api-keys", json=scopes)
    assert issued.status_code == 201
    panel = {"X-API-Key": issued.json()["key"], "X-API-Secret": issued.json()["secret"]}

    question = {"license_key": license_key, "feature": "create_database"}
    answer = system.http.post("/api/v1/licenses/validate", json=question, headers=panel)

    assert answer.status_code == 200
    assert answer.json()["valid"] is True
    assert answer.json()["remaining_quota"] == 5


def test_a_declined_card_buys_nothing(customer: Customer) -> None:
    order = customer.order()
    customer.pay(customer.check_out(order), card="4000000000000002")

    assert customer.look_at(order)["status"] == "pending"
    assert customer.http.get("/licenses/").json()["data"] == []


def test_a_declined_card_can_be_followed_by_a_good_one(customer: Customer) -> None:
    order = customer.order()
    session = customer.check_out(order)
    customer.pay(session, card="4000000000009995")
    assert customer.pay(session).status_code == 200
    assert customer.wait_for(order)["status"] == "completed"


def test_another_customers_order_does_not_exist(system: System, customer: Customer) -> None:
    order = customer.order()
    stranger = Customer.register(system)
    assert stranger.http.get(f"/orders/{order['id']}").status_code == 404
