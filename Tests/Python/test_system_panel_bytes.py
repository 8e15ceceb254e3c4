"""What goes to a panel is, byte for byte, what NextPanel's billing interface has been given since
its first release. The panel here is a stub that keeps what it receives.

One account by itself is never read by the product, which lists them; `NextPanelTests` has that
call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from billing_system import System
from panel_stub import ACCOUNTS, API_KEY, API_SECRET, PanelStub, Received
from shopping import Customer, statuses_of

CREATE = [
    "username",
    "email",
    "password",
    "full_name",
    "phone",
    "company",
    "package_id",
    "is_admin",
    "billing_id",
    "metadata",
]
METADATA = [
    "created_from",
    "billing_customer_id",
    "account_type",
    "is_admin",
    "account_level",
    "created_at",
]
# Nothing else is added beside what every HTTP client sends.
OF_EVERY_CLIENT = {"host", "user-agent", "accept", "accept-encoding", "connection"}


@dataclass(frozen=True)
class Place:
    system: System
    stub: PanelStub
    server: str
    admin: httpx.Client

    def customer_id(self, customer: Customer) -> str:
        found = self.admin.get("/admin/customers", params={"q": customer.email}).json()["data"]
        assert len(found) == 1
        return found[0]["id"]

    def provision(self, customer: Customer, **wish: Any) -> dict[str, Any]:
        body = {"server_id": self.server, "email": customer.email, **wish}
        body["customer_id"] = self.customer_id(customer)
        answer = self.admin.post("/nextpanel/provision", json=body)
        assert answer.status_code == 200, answer.text
        assert answer.json()["success"] is True, answer.text
        return answer.json()


@pytest.fixture(scope="module")
def place(system: System) -> Iterator[Place]:
    """The stub is the only server that gets accounts, until the tests are over."""
    admin = system.log_in("admin@example.com")
    others = [each["id"] for each in admin.get("/nextpanel/servers").json()["data"]]
    with PanelStub() as stub:
        new = {
            "name": "The stub",
            "base_url": stub.url + "/",
            "api_key": API_KEY,
            "api_secret": API_SECRET,
        }
        answer = admin.post("/nextpanel/servers", json=new)
        assert answer.status_code == 201, answer.text
        server = answer.json()["server_id"]
        try:
            set_active(admin, others, False)
            yield Place(system, stub, server, admin)
        finally:
            set_active(admin, others, True)
            remove(admin, server)


def set_active(admin: httpx.Client, servers: list[str], is_active: bool) -> None:
    for server in servers:
        answer = admin.put(f"/nextpanel/servers/{server}", json={"is_active": is_active})
        assert answer.status_code == 200, answer.text


def remove(admin: httpx.Client, server: str) -> None:
    accounts = admin.get("/nextpanel/accounts", params={"server_id": server}).json()["data"]
    for account in accounts:
        if account["status"] in ("active", "suspended"):
            end_subscriptions(admin, account["customer_id"])
            admin.delete(f"/nextpanel/accounts/{account['id']}").raise_for_status()
    assert admin.delete(f"/nextpanel/servers/{server}").status_code == 204


def end_subscriptions(admin: httpx.Client, customer: str) -> None:
    """What is billed is not removed."""
    running = admin.get("/subscriptions", params={"customer_id": customer}).json()["data"]
    for subscription in running:
        if subscription["status"] != "cancelled":
            path = f"/subscriptions/{subscription['id']}/cancel"
            admin.post(path, json={"at_period_end": False}).raise_for_status()


@pytest.fixture(autouse=True)
def forgotten(place: Place) -> None:
    place.stub.forget()


def headers_of(request: Received) -> dict[str, str]:
    """The headers, none of which came twice."""
    names = [name.lower() for name, _ in request.headers]
    assert len(set(names)) == len(names)
    return {name.lower(): value for name, value in request.headers}


def check_headers(request: Received, length: int | None) -> None:
    headers = headers_of(request)
    assert {
        "x-api-key": API_KEY,
        "x-api-secret": API_SECRET,
        "content-type": "application/json",
    }.items() <= headers.items()
    assert headers.get("content-length") == (None if length is None else str(length))
    known = {"x-api-key", "x-api-secret", "content-type", "content-length", *OF_EVERY_CLIENT}
    assert headers.keys() - known == set()


def check_without_body(request: Received) -> None:
    check_headers(request, None)
    assert request.body == b""


def naive_utc(text: str) -> datetime:
    """A moment in ISO 8601 that does not say its zone, as Python's `utcnow().isoformat()`."""
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?", text), text
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_server_is_asked_for_its_health_and_its_accounts(place: Place) -> None:
    statuses = place.admin.get("/nextpanel/servers/status").raise_for_status().json()
    assert next(each for each in statuses if each["server_id"] == place.server)["is_online"]

    assert [each.line for each in place.stub.received] == [
        "GET /api/health HTTP/1.1",
        f"GET {ACCOUNTS} HTTP/1.1",
    ]
    for request in place.stub.received:
        check_without_body(request)


def test_an_account_is_made_with_every_member(place: Place) -> None:
    customer = Customer.register(place.system)
    made = place.provision(
        customer,
        username="stub-one",
        password="correct horse battery",
        full_name="Zoë Łukasz",
        phone="+15550100000",
        company='Widgets "R" Us \\ Söhne',
        package_id=7,
        account_type="reseller",
    )

    request = place.stub.only(f"POST {ACCOUNTS}")
    check_headers(request, len(request.body))
    body = request.json
    assert list(body) == CREATE
    assert list(body["metadata"]) == METADATA
    moment = naive_utc(body["metadata"].pop("created_at"))
    assert abs((datetime.now(UTC) - moment).total_seconds()) < 60
    assert body == {
        "username": "stub-one",
        "email": customer.email,
        "password": "correct horse battery",
        "full_name": "Zoë Łukasz",
        "phone": "+15550100000",
        "company": 'Widgets "R" Us \\ Söhne',
        "package_id": 7,
        "is_admin": True,
        "billing_id": made["account_id"],
        "metadata": {
            "created_from": "billing_system",
            "billing_customer_id": place.customer_id(customer),
            "account_type": "reseller",
            "is_admin": True,
            "account_level": "reseller",
        },
    }


@pytest.mark.parametrize(
    ("wish", "kind", "is_admin"),
    [
        ({}, "panel", False),
        ({"is_admin": True}, "reseller", True),
        ({"account_type": "master-reseller"}, "master-reseller", True),
    ],
)
def test_what_is_not_known_of_an_account_is_sent_as_null(
    place: Place, wish: dict[str, Any], kind: str, is_admin: bool
) -> None:
    username = f"stub-{kind}"
    place.provision(
        Customer.register(place.system), username=username, password="long enough", **wish
    )

    body = place.stub.only(f"POST {ACCOUNTS}").json
    assert list(body) == CREATE
    for name in ("full_name", "phone", "company", "package_id"):
        assert body[name] is None
    assert body["is_admin"] is body["metadata"]["is_admin"] is is_admin
    assert body["metadata"]["account_type"] == body["metadata"]["account_level"] == kind


def test_an_account_is_stopped_asked_about_and_deleted(place: Place) -> None:
    made = place.provision(
        Customer.register(place.system), username="stub-life", password="long enough"
    )
    account, number = made["account_id"], made["nextpanel_user_id"]
    on_panel = f"{ACCOUNTS}/{number}"
    of_ours = f"/nextpanel/accounts/{account}"
    place.stub.forget()

    suspended = place.admin.post(f"{of_ours}/suspend", json={"reason": "Not paid – 9,99 €"})
    assert suspended.status_code == 200, suspended.text
    request = place.stub.only(f"POST {on_panel}/suspend")
    assert request.body == '{"reason":"Not paid – 9,99 €"}'.encode()
    check_headers(request, len(request.body))

    assert place.admin.post(f"{of_ours}/unsuspend").status_code == 200
    request = place.stub.only(f"POST {on_panel}/unsuspend")
    assert request.body == b""
    check_headers(request, 0)

    assert place.admin.post(f"{of_ours}/suspend", json={}).status_code == 200
    assert place.stub.calls(f"POST {on_panel}/suspend")[1].json == {
        "reason": "Suspended by billing system"
    }

    stats = place.admin.get(f"{of_ours}/stats")
    assert stats.status_code == 200, stats.text
    assert stats.json()["user_id"] == number
    check_without_body(place.stub.only(f"GET {on_panel}/stats"))

    assert place.admin.delete(of_ours).status_code == 200
    check_without_body(place.stub.only(f"DELETE {on_panel}"))
    # Each is asked for once, and nothing else is.
    lines = [each.line.split()[:2] for each in place.stub.received]
    about = [line for line in lines if line[1].startswith(on_panel) and line != ["GET", on_panel]]
    assert sorted(about) == sorted(
        [
            ["POST", f"{on_panel}/suspend"],
            ["POST", f"{on_panel}/unsuspend"],
            ["POST", f"{on_panel}/suspend"],
            ["GET", f"{on_panel}/stats"],
            ["DELETE", on_panel],
        ]
    )
    for request in place.stub.calls(f"GET {on_panel}"):
        check_without_body(request)


def test_a_sale_makes_the_account_and_hands_over_the_licence(place: Place) -> None:
    customer = Customer.register(place.system)
    order = customer.buy(plan="professional")
    assert statuses_of(order)["panel_license"] == "succeeded"

    body = place.stub.only(f"POST {ACCOUNTS}").json
    assert list(body) == CREATE
    assert list(body["metadata"]) == METADATA
    assert body["email"] == customer.email
    assert body["full_name"] == "Ada Example"
    assert body["is_admin"] is False

    license = customer.http.get("/licenses/").json()["data"][0]
    key = customer.http.post(f"/licenses/{license['id']}/reveal").json()["license_key"]
    request = place.stub.only("POST /api/v1/licenses/provision")
    check_headers(request, len(request.body))
    assert list(request.json) == ["license_key", "email", "plan", "features"]
    assert list(request.json["features"]) == ["max_databases", "max_domains", "max_emails"]
    assert request.json == {
        "license_key": key,
        "email": customer.email,
        "plan": "professional",
        "features": {"max_databases": 50, "max_domains": 25, "max_emails": 100},
    }
