"""What the tests share: the running system, a customer, a browser."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from billing_system import System
    import stripe
    from playwright.sync_api import Browser
    from shopping import Customer
    from stripe_sdk import CheckingClient

CHROMIUM = Path("/usr/bin/chromium")
ROOT = Path(__file__).resolve().parents[2]

# Hypothesis would write beside the sources.
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(ROOT / "build" / "hypothesis"))


def pytest_configure() -> None:
    signal.signal(signal.SIGTERM, end_in_order)


def end_in_order(number: int, frame: FrameType | None) -> None:
    """Ends the run as Ctrl-C does, so that the fixtures stop what they started."""
    raise KeyboardInterrupt


@pytest.fixture(scope="session")
def system() -> Iterator[System]:
    """The system that most tests share; a test that breaks it for good starts one of its own."""
    from billing_system import running_system

    # Every customer of the tests comes from one address, which the limits are there to slow down.
    with running_system(RATE_LIMITS="off") as running:
        yield running


@pytest.fixture
def customer(system: System) -> Customer:
    from shopping import Customer

    return Customer.register(system)


@pytest.fixture
def unfailing(system: System) -> Iterator[System]:
    """The shared system, with the simulators' faults cleared and webhooks flowing afterwards."""
    yield system
    for simulator in [system.stripe, *system.panels, *system.registrars.values()]:
        simulator.clear_faults()
    system.stripe.webhooks("deliver")
    if not system.billing.is_running:
        system.start_billing()


@pytest.fixture
def carrier() -> Iterator[CheckingClient]:
    """What carries the SDK's calls; no answer to any of them may be one Stripe would not give."""
    from stripe_sdk import CheckingClient

    carrying = CheckingClient()
    yield carrying
    assert carrying.answers
    assert carrying.problems == []


@pytest.fixture
def sdk(system: System, carrier: CheckingClient) -> stripe.StripeClient:
    """The official SDK, driving our simulator."""
    from stripe_sdk import sdk_for

    return sdk_for(system, carrier)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; Playwright's own is never downloaded."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            # Chromium has no sandbox as root, and little shared memory in a container.
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield chromium
        chromium.close()
