"""The palette: everything by one field, by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from billing_system import DEMO_PASSWORD, System
from playwright.sync_api import Browser, Page, expect
from shopping import Customer


@pytest.fixture
def staff(system: System, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(base_url=system.portal_url)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Email").fill("admin@example.com")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console")
    yield page
    context.close()


def test_an_order_is_opened_by_its_number(staff: Page, customer: Customer) -> None:
    order = customer.order()
    staff.keyboard.press("Control+k")
    field = staff.get_by_role("combobox", name="Find or go to")
    expect(field).to_be_focused()
    field.fill(str(order["number"]))
    expect(staff.get_by_role("option", name=re.compile(f"#{order['number']}"))).to_be_visible()
    staff.keyboard.press("Enter")
    staff.wait_for_url(f"**/console/orders/{order['id']}")
    # Where one has been is offered next time.
    staff.keyboard.press("/")
    expect(staff.get_by_role("option", name=re.compile("Recent")).first).to_be_visible()


def test_pages_are_reached_with_the_arrow_keys(staff: Page) -> None:
    staff.keyboard.press("Control+k")
    field = staff.get_by_role("combobox", name="Find or go to")
    first = staff.get_by_role("option").nth(0)
    second = staff.get_by_role("option").nth(1)
    expect(first).to_have_attribute("aria-selected", "true")
    staff.keyboard.press("ArrowDown")
    expect(second).to_have_attribute("aria-selected", "true")
    staff.keyboard.press("ArrowUp")
    expect(first).to_have_attribute("aria-selected", "true")
    field.fill("audit")
    staff.keyboard.press("Enter")
    staff.wait_for_url("**/console/audit")


def choose(page: Page, words: str, name: str) -> None:
    """Does what is called so, by keyboard."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find or go to").fill(words)
    expect(page.get_by_role("option", name=name, selected=True)).to_be_visible()
    page.keyboard.press("Enter")


def test_actions_are_done_by_name(staff: Page) -> None:
    choose(staff, "theme: dark", "Theme: dark")
    expect(staff.locator("html")).to_have_attribute("data-theme", "dark")
    choose(staff, "trial", "Trial balance")
    staff.wait_for_url("**/console/books/trial-balance")
    expect(staff.locator("html")).to_have_attribute("data-theme", "dark")
    choose(staff, "new coupon", "New coupon")
    staff.wait_for_url("**/console/coupons/new")
    choose(staff, "log out", "Log out")
    staff.wait_for_url(re.compile("/(login)?$"))
    expect(staff.get_by_role("link", name="Log in").first).to_be_visible()


def test_a_customer_orders_from_the_palette(
    system: System, browser: Browser, customer: Customer
) -> None:
    context = browser.new_context(base_url=system.portal_url)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Email").fill(customer.email)
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")
    choose(page, "new order", "New order")
    page.wait_for_url("**/cart/new")
    context.close()


def test_single_keys_can_be_turned_off(staff: Page) -> None:
    staff.keyboard.press("?")
    sheet = staff.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    sheet.get_by_role("checkbox").uncheck()
    staff.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    staff.keyboard.press("?")
    expect(sheet).to_be_hidden()
    staff.keyboard.press("Control+k")
    expect(staff.get_by_role("combobox", name="Find or go to")).to_be_visible()


def test_what_is_typed_into_a_field_is_no_shortcut(staff: Page) -> None:
    staff.goto("/console/orders")
    staff.get_by_label("Search").press_sequentially("a/b?")
    expect(staff.get_by_role("dialog")).to_have_count(0)
    expect(staff.get_by_label("Search")).to_have_value("a/b?")


def test_the_field_works_without_scripts(system: System, browser: Browser) -> None:
    context = browser.new_context(base_url=system.portal_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("Email").fill("admin@example.com")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Find").first.click()
    page.get_by_role("searchbox", name="Find").fill("Sandbox panel")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("link", name="Sandbox panel 1")).to_be_visible()
    context.close()
