"""The system is up, says so, and answers as the contract promises."""

from __future__ import annotations

import pytest
from billing_system import System, is_listening


def test_the_server_is_healthy_and_ready(system: System) -> None:
    assert system.http.get("/health").status_code == 200
    assert system.http.get("/ready").status_code == 200


def test_every_simulator_listens(system: System) -> None:
    assert all(is_listening(system.ports.of(name)) for name in system.ports.SANDBOX)


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc", "/metrics"])
def test_the_api_describes_itself(system: System, path: str) -> None:
    assert system.http.get(path).status_code == 200


def test_a_well_formed_request_id_comes_back(system: System) -> None:
    answer = system.http.get("/health", headers={"X-Request-Id": "req-from-a-caller-1"})
    assert answer.headers["X-Request-Id"] == "req-from-a-caller-1"


def test_what_does_not_exist_is_a_problem_document(system: System) -> None:
    answer = system.http.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("admin@example.com", "admin"),
        ("billing@example.com", "billing"),
        ("support@example.com", "support"),
        ("customer@example.com", "customer"),
    ],
)
def test_the_demo_log_ins_work(system: System, email: str, role: str) -> None:
    me = system.log_in(email).get("/auth/me")
    assert me.status_code == 200
    assert me.json()["role"] == role


def test_a_wrong_password_is_refused(system: System) -> None:
    body = {"email": "admin@example.com", "password": "wrong-password"}
    assert system.http.post("/api/v1/auth/login", json=body).status_code == 401


def test_the_seeded_plans_have_their_prices(system: System) -> None:
    plans = system.http.get("/api/v1/plans/").json()["data"]
    prices = {
        plan["slug"]: {each["billing_cycle"]: each["price"] for each in plan["prices"]}
        for plan in plans
    }
    assert prices["starter"]["monthly"] == {"amount": 2900, "currency": "USD"}
    assert prices["professional"]["yearly"] == {"amount": 99000, "currency": "USD"}
    assert prices["enterprise"]["monthly"] == {"amount": 29900, "currency": "USD"}
