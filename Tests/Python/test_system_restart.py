"""Everything is stopped and started again on the same data: what was sold stays sold."""

from __future__ import annotations

import stat
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from billing_system import PROGRAMS, ROOT, System, eventually, running_system
from shopping import Customer, unused_domain

LIVE = {
    "STRIPE_SECRET_KEY": "sk_test_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3",
    "STRIPE_PUBLISHABLE_KEY": "pk_test_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3",
    "STRIPE_WEBHOOK_SECRET": "whsec_Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7Fj0",
    "RESELLERCLUB_USER_ID": "700700",
    "RESELLERCLUB_API_KEY": "Zt4Lq8Rw2Xp6Vn1Ky5Mb",
    "SMTP_HOST": "mail.invalid",
    "MAIL_FROM": "billing@mail.invalid",
    "API_URL": "https://api.mail.invalid",
    "PORTAL_URL": "https://portal.mail.invalid",
    "NAMESERVERS": "ns1.mail.invalid,ns2.mail.invalid",
    "TRUSTED_PROXIES": "none",
}


@pytest.fixture
def restartable() -> Iterator[System]:
    with running_system(RATE_LIMITS="off") as system:
        yield system


def accounts(system: System) -> dict[str, dict[str, Any]]:
    """Every account at a panel, by its user name."""
    found = (account for panel in system.panels for account in panel.state()["accounts"])
    return {account["username"]: account for account in found}


def start_again(system: System) -> None:
    system.billing.stop()
    system.sandbox.stop()
    system.start()


def delivered(customer: Customer) -> None:
    order = customer.buy(domain=unused_domain())
    assert order["status"] == "completed", order
    # A panel of an older version has no part in licences.
    assert {step["status"] for step in order["steps"]} <= {"succeeded", "skipped"}


def test_old_and_new_customers_buy_after_everything_was_stopped(restartable: System) -> None:
    system = restartable
    old = Customer.register(system)
    delivered(old)
    eventually(lambda: system.inbox.messages(old.email), 20, "mail to the customer")
    before = accounts(system)
    registrar = system.registrars["resellerclub"].state()
    charges = system.stripe.state()["charges"]
    assert len(before) == 1

    start_again(system)

    assert accounts(system) == before
    assert system.registrars["resellerclub"].state() == registrar
    assert system.stripe.state()["charges"] == charges
    assert system.inbox.messages(old.email)
    delivered(old)
    delivered(Customer.register(system))
    after = accounts(system)
    assert len(after) == 3
    assert {name: after[name] for name in before} == before


def test_what_a_killed_sandbox_had_sold_is_still_known(restartable: System) -> None:
    system = restartable
    old = Customer.register(system)
    delivered(old)
    before = accounts(system)
    await_written_sale(system, old)

    system.billing.stop()
    system.sandbox.kill()
    system.start()

    assert accounts(system) == before
    delivered(old)


def await_written_sale(system: System, customer: Customer) -> None:
    """Waits for the simulators' books, which are written within a moment of a change."""
    charge = system.stripe.state()["charges"][-1]["id"]

    def is_written(files: str, word: str) -> bool:
        books = (system.data / "sandbox").glob(files)
        return any(word in book.read_text() for book in books)

    eventually(lambda: is_written("mail.json", customer.email), 20, "written mail")
    eventually(lambda: is_written("panel*.json", '"username"'), 20, "written account")
    eventually(lambda: is_written("stripe.json", charge), 20, "written charge")
    eventually(lambda: is_written("resellerclub.json", customer.email), 20, "written buyer")


def test_what_is_reset_stays_forgotten(restartable: System) -> None:
    system = restartable
    customer = Customer.register(system)
    delivered(customer)
    await_written_sale(system, customer)
    for panel in system.panels:
        panel.reset()
    # Whoever kills the sandbox right after the answer finds the books as empty as it said.
    system.sandbox.kill()
    system.sandbox.start()
    eventually(system._sandbox_listens, 20, "listening sandbox")
    assert accounts(system) == {}
    assert system.stripe.state()["charges"] != []


def test_the_simulators_are_found_on_other_ports_of_the_same_data(restartable: System) -> None:
    system = restartable
    delivered(Customer.register(system))
    system.billing.stop()
    system.sandbox.stop()

    # The panels answer somewhere else now, and where they were nobody does.
    moved = System(RATE_LIMITS="off", DATA_DIR=str(system.data))
    try:
        assert moved.ports.offset != system.ports.offset
        moved.start()
        delivered(Customer.register(moved))
        assert len(accounts(moved)) == 2
        servers = moved.log_in("admin@example.com").get("/nextpanel/servers").json()["data"]
        assert {each["base_url"] for each in servers} == {panel.url for panel in moved.panels}
    finally:
        moved.stop()


def test_a_live_system_does_not_start_on_the_data_of_a_sandbox(restartable: System) -> None:
    system = restartable
    system.billing.stop()
    settings = {**system.environment, **LIVE, "SECRET_KEY": "Zt4Lq8Rw2Xp6Vn1Ky5Mb9Hc3Gd7Fj0Ts"}
    done = subprocess.run(
        [PROGRAMS / "billing", "serve"],
        env=settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "belongs to a sandbox system and cannot be used in live mode" in done.stderr


def test_a_sandbox_has_a_secret_key_of_its_own(restartable: System) -> None:
    system = restartable
    file = system.data / "secret-key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = file.read_text()
    assert len(key) == 64
    session = system.log_in("admin@example.com")
    start_again(system)
    # The same key signs after the start: the access token of before is still good.
    assert file.read_text() == key
    assert session.get("/auth/me").status_code == 200
