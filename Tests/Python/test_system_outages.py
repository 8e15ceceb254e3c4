"""A panel or the mail server is down: nobody listens. What was paid waits, and is delivered."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from billing_system import System, eventually, running_system
from relay import Relay
from shopping import Customer, Order, all_done, statuses_of, unused_domain

WELCOME = "Your hosting is ready"


@dataclass(frozen=True)
class Place:
    """A system whose ways to the panels and to the mail server can be cut."""

    system: System
    panels: list[Relay]
    mail: Relay


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    mail = Relay(target=0)
    settings = {"RATE_LIMITS": "off", "SMTP_PORT": str(mail.port)}
    with contextlib.ExitStack() as stack:
        system = stack.enter_context(running_system(**settings))
        mail.target = system.ports.of("smtp")
        stack.enter_context(mail)
        panels = [
            stack.enter_context(Relay(system.ports.of(name)))
            for name in ("panel1", "panel2", "panel3")
        ]
        lead_to_panels_by(panels, system)
        yield Place(system, panels, mail)


def lead_to_panels_by(relays: list[Relay], system: System) -> None:
    """Tells billing the relays' addresses instead of the panels' own."""
    admin = system.log_in("admin@example.com")
    ways = {relay.target: relay for relay in relays}
    servers = admin.get("/nextpanel/servers").raise_for_status().json()["data"]
    assert len(servers) == len(relays)
    for server in servers:
        relay = ways[int(server["base_url"].rpartition(":")[2])]
        change = {"base_url": relay.url}
        answer = admin.put(f"/nextpanel/servers/{server['id']}", json=change)
        assert answer.status_code == 200, answer.text


def pay_for_a_name(customer: Customer) -> Order:
    order = customer.order(domain=unused_domain())
    assert customer.pay(customer.check_out(order)).status_code == 200
    return order


def step(customer: Customer, order: Order, name: str) -> dict[str, Any]:
    steps = customer.look_at(order)["steps"]
    return next((each for each in steps if each["name"] == name), {"status": "not begun"})


def is_held_up_at(customer: Customer, order: Order, name: str) -> bool:
    """Whether a step was tried, and says why it did not come to its end."""
    tried = step(customer, order, name)
    return tried["status"] != "succeeded" and bool(tried.get("detail"))


def accounts_of(customer: Customer) -> list[dict[str, Any]]:
    return [
        account
        for panel in customer.system.panels
        for account in panel.state()["accounts"]
        if account["email"] == customer.email
    ]


def mails_to(customer: Customer, subject: str) -> list[dict[str, Any]]:
    mails = customer.system.inbox.messages(customer.email)
    return [each for each in mails if subject in each["subject"]]


def stays_unfinished(customer: Customer, order: Order, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert customer.look_at(order)["status"] != "completed"
        time.sleep(0.2)


def test_a_sale_waits_for_panels_that_are_down(place: Place) -> None:
    customer = Customer.register(place.system)
    for relay in place.panels:
        relay.cut()
    order = pay_for_a_name(customer)
    eventually(
        lambda: is_held_up_at(customer, order, "hosting_account"), 30, "step that is held up"
    )
    stays_unfinished(customer, order, seconds=4)
    assert accounts_of(customer) == []
    for relay in place.panels:
        relay.open()

    completed = customer.wait_for(order, "completed", seconds=90)

    assert statuses_of(completed) == all_done(completed)
    assert len(accounts_of(customer)) == 1
    assert len(customer.http.get("/licenses/").json()["data"]) == 1


def test_a_sale_finds_the_panel_that_is_left(place: Place) -> None:
    """Once a server is known to be down, the next sale is made on another."""
    customer = Customer.register(place.system)
    for relay in place.panels[:2]:
        relay.cut()
    # A staff member who looks at the servers has each of them asked.
    staff = place.system.log_in("support@example.com")
    status = staff.get("/nextpanel/servers/status").raise_for_status().json()
    assert str(status).count("False") == 2, status

    order = pay_for_a_name(customer)
    customer.wait_for(order, "completed", seconds=60)

    assert len(accounts_of(customer)) == 1
    emails = [each["email"] for each in place.system.panels[2].state()["accounts"]]
    assert customer.email in emails
    for relay in place.panels[:2]:
        relay.open()
    staff.get("/nextpanel/servers/status").raise_for_status()


def test_a_sale_waits_for_a_mail_server_that_is_down(place: Place) -> None:
    customer = Customer.register(place.system)
    eventually(lambda: place.system.inbox.messages(customer.email), 30, "mail of the registration")
    place.mail.cut()
    order = pay_for_a_name(customer)
    eventually(lambda: len(accounts_of(customer)) == 1, 30, "account")
    eventually(lambda: is_held_up_at(customer, order, "welcome_email"), 30, "mail held up")
    stays_unfinished(customer, order, seconds=4)
    assert mails_to(customer, WELCOME) == []
    place.mail.open()

    customer.wait_for(order, "completed", seconds=90)

    assert len(accounts_of(customer)) == 1
    eventually(lambda: mails_to(customer, "invoice"), 60, "receipt")
    assert len(mails_to(customer, "invoice")) == 1
    assert len(mails_to(customer, WELCOME)) == 1
