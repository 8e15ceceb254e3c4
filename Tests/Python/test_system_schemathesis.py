"""Schemathesis makes requests up from the API's document, right ones and wrong ones, and everybody
sends them: no answer is a fault of ours, and each is one that the document announces."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from billing_system import System, eventually, running_system
from shopping import Customer, unused_domain

if TYPE_CHECKING:
    import httpx
    import requests
    from schemathesis import Case
    from schemathesis.schemas import APIOperation, BaseSchema

DOCUMENT = Path(__file__).resolve().parents[2] / "openapi.json"
METHODS = ("get", "post", "put", "delete", "patch")
# Each of them is sent by everybody; `MADE_UP=20` makes twenty times as many.
RIGHT_ONES = 5 * int(os.environ.get("MADE_UP", "1"))
WRONG_ONES = 2 * int(os.environ.get("MADE_UP", "1"))
SEED = 20_261_120

# These end what the others need: the time in which their tokens are good, and the tokens.
LAST = ["POST /api/v1/admin/clock", "POST /api/v1/auth/logout"]
# What chance alone does not find: the name of a plan or a registrar, an account that its panel still
# knows.
HARD_TO_FIND = {
    "GET /api/v1/plans/{id}",
    "GET /api/v1/registrars/{name}/payments",
    "GET /api/v1/nextpanel/accounts/{id}/stats",
}


def labels() -> list[str]:
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    found = [f"{name.upper()} {path}" for path in paths for name in METHODS if name in paths[path]]
    return [label for label in found if label not in LAST] + LAST


@dataclass(frozen=True)
class Place:
    system: System
    schema: BaseSchema
    session: requests.Session
    # What each asker sends along.
    askers: dict[str, dict[str, str]]

    def operation(self, label: str) -> APIOperation[Any, Any, Any, Any]:
        return self.schema.find_operation_by_label(label)  # type: ignore[return-value]

    def log_in_anew(self) -> None:
        """After the clock was moved, and the tokens of before have expired."""
        for name in ("admin", "billing"):
            token = self.system.log_in(f"{name}@example.com").headers["Authorization"]
            self.askers[name] = {"Authorization": token}


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    # A server with an address that leads nowhere is not waited for.
    with running_system(RATE_LIMITS="off", REMOTE_DEADLINE_SECONDS="1") as system:
        import requests

        askers, ids = everybody_and_everything(system)
        with requests.Session() as session:
            session.trust_env = False
            yield Place(system, loaded(system, ids), session, askers)


def everybody_and_everything(
    system: System,
) -> tuple[dict[str, dict[str, str]], dict[str, list[str]]]:
    """Who asks, and an example or more of each kind of thing, by the prefix of its identifier."""
    customer = Customer.register(system)
    bought = customer.buy(domain=unused_domain())
    assert bought["status"] == "completed"
    unpaid = [customer.order() for _ in range(3)]
    customer.check_out(unpaid[0])
    customer.start_intent(unpaid[1])
    admin, billing = (system.log_in(f"{name}@example.com") for name in ("admin", "billing"))
    scopes = {"name": "a panel", "scopes": ["licenses:validate", "usage:write"]}
    keys = [admin.post("/admin/api-keys", json=scopes).json() for _ in range(2)]
    askers = {
        "nobody": {},
        "customer": {"Authorization": customer.http.headers["Authorization"]},
        "billing": {"Authorization": billing.headers["Authorization"]},
        "admin": {"Authorization": admin.headers["Authorization"]},
        "panel": {"X-API-Key": keys[0]["key"], "X-API-Secret": keys[0]["secret"]},
    }
    invoice = customer.http.get(f"/invoices/{bought['invoice_id']}").json()
    cards = eventually(lambda: customer.http.get("/payment-methods").json()["data"], 30, "card")
    paid = customer.http.get("/payments").json()["data"][-1]["id"]
    part = {"amount": {"amount": 100, "currency": "USD"}}
    billing.post(f"/payments/{paid}/refund", json=part).raise_for_status()
    disputed = customer.order()
    customer.pay(customer.check_out(disputed), "4000000000000259")
    eventually(lambda: billing.get("/disputes").json()["data"], 30, "dispute")
    rule = {"component": "VAT", "country": "AQ", "rate": "19"}
    admin.post("/admin/tax-rules", json=rule).raise_for_status()
    exempt = f"/admin/customers/{invoice['customer_id']}/tax-exemptions"
    exemption = admin.post(exempt, json={"reason": "A certificate"}).json()
    victims = [Customer.register(system) for _ in range(2)]
    written = [write_invoice(billing, invoice["customer_id"], issue) for issue in (False, True)]
    cents = {"amount": 100, "currency": "USD"}
    part = {"line_id": written[1]["lines"][0]["id"], "amount": cents}
    note = billing.post(
        f"/invoices/{written[1]['id']}/credit-notes",
        json={"reason": "An example", "lines": [part]},
    ).raise_for_status()

    admin.post("/admin/ledger/verifications").raise_for_status()
    bill = {"amount": cents, "reference": "A bill"}
    bills = billing.post("/registrars/resellerclub/payments", json=bill).raise_for_status()
    grant = {"amount": {"amount": 700, "currency": "EUR"}, "reason": "an example"}
    path = f"/admin/customers/{invoice['customer_id']}/credits"
    credit = billing.post(path, json=grant).raise_for_status().json()
    terms = {"code": "EXAMPLE", "duration": "once", "percent_basis_points": 1_000}
    billing.post("/admin/coupons", json=terms).raise_for_status()

    def listed(path: str) -> list[str]:
        return [each["id"] for each in admin.get(path).raise_for_status().json()["data"]]

    wish = {"billing_cycle": "yearly", "notice_days": 30}
    repricing = admin.post(f"/admin/plans/{listed('/admin/plans')[0]}/repricings", json=wish)

    return askers, {
        "usr": [victim.http.get("/auth/me").json()["id"] for victim in victims],
        "cus": [invoice["customer_id"]],
        "ord": [bought["id"], *(order["id"] for order in unpaid)],
        "inv": [
            bought["invoice_id"],
            *(order["invoice_id"] for order in unpaid),
            *(each["id"] for each in written),
        ],
        "inl": [each["lines"][0]["id"] for each in written],
        "crn": [note.json()["id"]],
        "rgp": [bills.json()["id"]],
        "pay": [each["id"] for each in customer.http.get("/payments").json()["data"]],
        "ref": listed("/refunds"),
        "dsp": listed("/disputes"),
        "dom": [each["id"] for each in customer.http.get("/domains").json()["data"]],
        "lic": [each["id"] for each in customer.http.get("/licenses").json()["data"]],
        "acc": listed("/nextpanel/accounts"),
        "srv": listed("/nextpanel/servers"),
        "job": listed("/admin/jobs"),
        "pln": listed("/admin/plans"),
        "cpn": listed("/admin/coupons"),
        "crd": [credit["id"]],
        "sub": listed("/subscriptions"),
        "dun": listed("/admin/dunning-policies"),
        "txr": listed("/admin/tax-rules"),
        "txe": [exemption["id"]],
        "rpr": [repricing.raise_for_status().json()["id"]],
        "pmt": [each["id"] for each in cards],
        "lac": listed("/admin/ledger/accounts"),
        "ver": eventually(lambda: listed("/admin/ledger/verifications"), 60, "check of the books"),
        # Not the one that the panel uses.
        "key": [keys[1]["id"]],
    }


def write_invoice(billing: httpx.Client, customer: str, issue: bool) -> dict:
    line = {
        "description": "An hour of work",
        "quantity": 3,
        "unit_price": {"amount": 4_900, "currency": "USD"},
    }
    body = {"customer_id": customer, "currency": "USD", "lines": [line], "issue": issue}
    return billing.post("/invoices", json=body).raise_for_status().json()


def loaded(system: System, ids: dict[str, list[str]]) -> BaseSchema:
    import schemathesis
    from hypothesis import strategies
    from schemathesis.config import (
        GenerationConfig,
        ProjectConfig,
        ProjectsConfig,
        SchemathesisConfig,
    )

    for prefix, known in ids.items():
        assert known, f"there is no example of {prefix}"
        unknown = prefix + known[0][len(prefix) : -1] + "0"
        schemathesis.openapi.format(prefix, strategies.sampled_from([*known, *known, unknown]))
    passwords = ["correct horse battery", "password", "short"]
    schemathesis.openapi.format("password", strategies.sampled_from(passwords))
    # Who asks is up to us.
    generation = GenerationConfig(with_security_parameters=False)
    project = ProjectConfig(base_url=system.api_url, generation=generation)
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    return schemathesis.openapi.from_path(DOCUMENT, config=config)


def requests_made_up(operation: APIOperation[Any, Any, Any, Any]) -> list[Case]:
    """The same ones at each run."""
    from hypothesis import HealthCheck, Phase, given, seed, settings
    from schemathesis import GenerationMode

    made: list[Case] = []
    kinds = [(GenerationMode.POSITIVE, RIGHT_ONES)]
    # Any text is right in a path, even if nothing is there.
    if operation.body or operation.query:
        kinds.append((GenerationMode.NEGATIVE, WRONG_ONES))
    for mode, count in kinds:

        @seed(SEED)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(operation.as_strategy(generation_mode=mode))
        def make(case: Case) -> None:
            made.append(case)

        make()
    return made


@pytest.mark.parametrize("label", labels())
def test_every_answer_is_one_that_the_document_announces(place: Place, label: str) -> None:
    from schemathesis.checks import not_a_server_error
    from schemathesis.core.failures import FailureGroup
    from schemathesis.specs.openapi.checks import (
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
        status_code_conformance,
    )

    checks = [
        not_a_server_error,
        status_code_conformance,
        content_type_conformance,
        response_headers_conformance,
        response_schema_conformance,
    ]
    if label == LAST[-1]:
        place.log_in_anew()
    operation = place.operation(label)
    cases = requests_made_up(operation)
    assert cases
    needs_proof = bool(operation.definition.raw.get("security"))
    wrong = []
    statuses = set()
    for case in cases:
        for asker, headers in place.askers.items():
            if "Idempotency-Key" in (case.headers or {}):
                headers = {**headers, "Idempotency-Key": uuid.uuid4().hex}
            answer = case.call(session=place.session, headers=headers)
            statuses.add(answer.status_code)
            if asker == "nobody" and needs_proof and answer.status_code not in (400, 401, 404):
                wrong.append(f"{asker} was let in: {answer.status_code}")
            try:
                case.validate_response(answer, checks=checks, headers=headers)
            except FailureGroup as failures:
                said = "; ".join(str(each) for each in failures.exceptions)
                wrong.append(f"{asker}: {said}\n{case.as_curl_command()}\n{answer.text[:500]}")
    assert wrong == []
    # Whoever is refused throughout has seen nothing of the answers that matter.
    if label.startswith("GET") and label not in HARD_TO_FIND:
        assert 200 in statuses
