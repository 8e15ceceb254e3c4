"""The sandbox's clock: what moves it moves it everywhere, at every simulator."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import httpx
import pytest
from billing_system import DEMO_PASSWORD, System, running_system
from portal_tour import post
from test_system_renewals import now_of

ADMIN = "admin@example.com"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """One of its own: what has time moved ends everybody's sessions."""
    with running_system(RATE_LIMITS="off") as system:
        yield system


def require_one_time(system: System) -> None:
    """Every simulator's time is ours."""
    simulators = [
        system.stripe,
        system.vies,
        system.inbox,
        *system.registrars.values(),
        *system.panels,
    ]
    assert len(simulators) == 10
    for simulator in simulators:
        shown = simulator.http.get("/_sandbox/clock").raise_for_status().json()["now"]
        away = datetime.fromisoformat(shown) - now_of(system)
        assert abs(away) < timedelta(seconds=5), f"{simulator.url} is {away} away"


def test_every_simulator_follows_the_api(system: System) -> None:
    require_one_time(system)
    before = now_of(system)
    staff = system.log_in(ADMIN)
    answer = staff.post("/admin/clock", json={"advance_days": 40}, timeout=90)
    moved = datetime.fromisoformat(answer.raise_for_status().json()["now"]) - before
    assert timedelta(days=40) <= moved < timedelta(days=40, minutes=5)
    require_one_time(system)


def test_every_simulator_follows_the_consoles_form(system: System) -> None:
    with httpx.Client(base_url=system.portal_url, timeout=90, trust_env=False) as browser:
        post(browser, "/login", email=ADMIN, password=DEMO_PASSWORD)
        before, began = now_of(system), time.monotonic()
        answer = post(browser, "/console/clock", page="/console", days="3", hours="2")
    assert answer.headers["Location"] == "/console"
    took = timedelta(seconds=time.monotonic() - began)
    moved = now_of(system) - before
    assert timedelta(days=3, hours=2) <= moved < timedelta(days=3, hours=2, seconds=5) + took
    require_one_time(system)
