"""VAT numbers and the register: closed, slow, wrong, and what each does to a customer's tax."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from billing_system import System, eventually, running_system
from invoice_twins import assert_twins
from shopping import Customer, unused_domain

FRENCH = "FR40303265045"
QUESTION = "POST /taxation_customs"
ADDRESS = {"line1": "1 Rue Un", "city": "Paris", "postal_code": "75001", "country": "FR"}


@pytest.fixture(scope="module")
def taxed() -> Iterator[System]:
    """A seller in Germany that declares at the One Stop Shop; the shared system levies no tax."""
    with running_system(RATE_LIMITS="off") as system:
        levy(system)
        yield system


def levy(system: System) -> None:
    admin = system.log_in("admin@example.com")
    company = {
        "name": "Acme Hosting",
        "email": "billing@acme.example",
        "line1": "2 High Street",
        "city": "Berlin",
        "postal_code": "10115",
        "country": "DE",
        "phone": {"country_code": "49", "number": "301234567"},
    }
    tax = {
        "tax_id": "DE136695976",
        "registrations": [],
        "one_stop_shop": True,
        "prices_include_tax": False,
        "rounding_unit": "line",
        "rounding": "half_even",
    }
    changed = admin.put("/admin/settings", json={"company": company, "tax": tax})
    changed.raise_for_status()
    for country, rate in (("DE", "19"), ("FR", "20")):
        rule = {"component": "VAT", "country": country, "rate": rate}
        admin.post("/admin/tax-rules", json=rule).raise_for_status()


def business(system: System, number: str = FRENCH) -> Customer:
    customer = Customer.register(system)
    details = {"address": ADDRESS, "company": "SA Exemple", "vat_number": number}
    customer.http.put("/auth/me", json=details).raise_for_status()
    return customer


def check_of(system: System, customer: Customer) -> dict[str, Any]:
    staff = system.log_in("billing@example.com")
    email = customer.http.get("/auth/me").json()["email"]
    found = staff.get("/admin/customers", params={"q": email}).json()["data"][0]
    return staff.get(f"/admin/customers/{found['id']}/tax").json()["vat_number"]


def confirmed(system: System, customer: Customer, status: str) -> dict[str, Any]:
    def looked() -> dict[str, Any] | None:
        check = check_of(system, customer)
        return check if check["status"] == status else None

    return eventually(looked, 60, f"number {status}")


@pytest.mark.parametrize(
    "mode", ["refuse", "timeout_before", "timeout_after", "error_500", "rate_limit", "garbage"]
)
def test_a_register_that_fails_is_asked_again(taxed: System, mode: str) -> None:
    vies = taxed.vies
    vies.fail(QUESTION, mode, times=1)
    customer = business(taxed)
    order = customer.order()
    if check_of(taxed, customer)["status"] == "pending":
        assert order["tax"]["amount"] == 1980, "what is not confirmed is taxed"
    check = confirmed(taxed, customer, "valid")
    assert check["consultation"].startswith("WAPI"), "the seller said who asks"
    assert customer.order()["tax"]["amount"] == 0


def test_a_register_that_refuses_us_leaves_a_job_for_staff(taxed: System) -> None:
    vies = taxed.vies
    vies.fail(QUESTION, "reject", times=1)
    customer = business(taxed)
    admin = taxed.log_in("admin@example.com")

    def dead() -> list[Any]:
        jobs = admin.get("/admin/jobs", params={"status": "dead"}).json()["data"]
        return [job for job in jobs if job["kind"] == "tax.check_vat_number"]

    assert eventually(dead, 60, "dead job")
    assert check_of(taxed, customer)["status"] == "pending"
    assert customer.order()["tax"]["amount"] == 1980


def test_an_invoice_without_tax_says_who_owes_it(taxed: System) -> None:
    customer = business(taxed)
    confirmed(taxed, customer, "valid")
    order = customer.buy()
    invoice = customer.http.get(f"/invoices/{order['invoice_id']}").json()
    assert invoice["tax"]["amount"] == 0
    assert invoice["notes"][0].startswith("Reverse charge")
    assert invoice["buyer"]["tax_id"] == FRENCH
    assert invoice["seller"]["tax_id"] == "DE136695976"
    pdf = customer.http.get(f"/invoices/{order['invoice_id']}/pdf")
    assert pdf.headers["content-type"] == "application/pdf"


def test_a_taxed_and_discounted_page_is_the_twin_of_its_pdf(
    taxed: System, tmp_path: Path
) -> None:
    terms = {"code": "TWIN", "percent_basis_points": 1_000, "duration": "once"}
    taxed.log_in("admin@example.com").post("/admin/coupons", json=terms).raise_for_status()
    customer = Customer.register(taxed)
    customer.http.put("/auth/me", json={"address": ADDRESS}).raise_for_status()
    order = customer.order(domain=unused_domain(), coupon="TWIN")
    assert order["discount"]["amount"] > 0 and order["tax"]["amount"] > 0
    customer.pay(customer.check_out(order)).raise_for_status()
    customer.wait_for(order)
    invoice = order["invoice_id"]
    path = tmp_path / "invoice.pdf"
    path.write_bytes(customer.http.get(f"/invoices/{invoice}/pdf").raise_for_status().content)
    assert_twins(taxed, customer.email, invoice, path)


def test_a_number_that_was_struck_off_is_found_out(taxed: System) -> None:
    taxed.vies.control("numbers", {"number": "FR83404833048", "valid": False})
    customer = business(taxed, "FR83404833048")
    confirmed(taxed, customer, "invalid")
    order = customer.buy()
    assert order["tax"]["amount"] == 1980
    assert order["taxes"][0]["rate"] == "20"
