"""Lists in a browser: moments in the reader's zone, and the order on a telephone."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from billing_system import DEMO_PASSWORD, System
from playwright.sync_api import Browser, Page, expect
from shopping import Customer


def orders_page(system: System, browser: Browser, **settings: object) -> Page:
    page = browser.new_context(base_url=system.portal_url, **settings).new_page()
    page.goto("/login")
    page.get_by_label("Email").fill("admin@example.com")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console")
    page.goto("/console/orders")
    return page


@pytest.mark.parametrize("zone", ["America/St_Johns", "Asia/Kathmandu"])
def test_moments_are_in_the_readers_zone(
    system: System, browser: Browser, customer: Customer, zone: str
) -> None:
    customer.order()
    page = orders_page(system, browser, timezone_id=zone)
    moment = page.locator("td time").first
    expect(moment).not_to_have_attribute("data-clock", re.compile(""))
    told = datetime.fromisoformat(moment.get_attribute("datetime") or "")
    there = told.astimezone(ZoneInfo(zone))
    expect(moment).to_have_text(f"{there.day} {there:%b %Y, %H:%M}")
    # The exact time stays in sight of whoever points at it.
    expect(moment).to_have_attribute("title", re.compile(rf"·.*{told:%H:%M:%S}"))
    page.context.close()


def test_moments_are_in_utc_without_scripts(
    system: System, browser: Browser, customer: Customer
) -> None:
    customer.order()
    page = orders_page(system, browser, timezone_id="Asia/Kathmandu", java_script_enabled=False)
    moment = page.locator("td time").first
    told = datetime.fromisoformat(moment.get_attribute("datetime") or "")
    expect(moment).to_have_text(f"{told.day} {told:%b %Y, %H:%M}")
    page.context.close()


def test_a_telephone_sorts_a_list(system: System, browser: Browser, customer: Customer) -> None:
    customer.order()
    customer.order()
    page = orders_page(system, browser, viewport={"width": 390, "height": 844})
    expect(page.get_by_role("columnheader")).to_have_count(0)
    page.get_by_label("Sort by").select_option("Placed, ascending")
    page.get_by_role("button", name="Sort").click()
    page.wait_for_url("**/console/orders?sort=placed")
    numbers = re.findall(r"#(\d+)", " ".join(page.locator("tbody a.strong").all_inner_texts()))
    assert len(numbers) >= 2
    assert numbers == sorted(numbers, key=int)
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(page.get_by_label("Sort by")).to_be_hidden()
    page.context.close()
