"""What readers take along: texts that a button copies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from billing_system import System
from playwright.sync_api import Browser, BrowserContext, Page, expect
from portal_tour import reader
from test_system_browser import visit_of

CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    yield opened
    opened.close()


def server_page(system: System, context: BrowserContext) -> tuple[Page, str]:
    """A page of staff with an address to copy, and the address."""
    servers = system.log_in("admin@example.com").get("/nextpanel/servers").json()["data"]
    visit = visit_of(reader(system, "admin", "admin@example.com"), context, system)
    visit.go(f"/console/servers/{servers[0]['id']}")
    return visit.page, visit.page.locator(".copyable code").first.inner_text()


def test_a_button_copies_a_text_and_says_so(system: System, context: BrowserContext) -> None:
    context.grant_permissions(CLIPBOARD, origin=system.portal_url)
    page, address = server_page(system, context)
    assert address.startswith("http://127.0.0.1:")
    # Nothing is heard of a place that is made only when something is said in it.
    expect(page.get_by_role("status")).to_have_text("")
    page.get_by_role("button", name="Copy address").click()
    expect(page.get_by_role("status")).to_have_text("Copied: address")
    assert page.evaluate("navigator.clipboard.readText()") == address
    expect(page.get_by_role("status")).to_have_text("")


def test_a_text_that_may_not_be_copied_is_selected(system: System, context: BrowserContext) -> None:
    context.grant_permissions([], origin=system.portal_url)
    page, address = server_page(system, context)
    page.get_by_role("button", name="Copy address").click()
    page.wait_for_function("getSelection().toString() !== ''")
    assert page.evaluate("getSelection().toString()") == address
    expect(page.get_by_role("status")).to_have_text("")


def test_a_text_is_read_without_scripts(system: System, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page, address = server_page(system, context)
    expect(page.locator("[data-copy]").first).to_have_attribute("data-copy", address)
    expect(page.locator("[data-copy]").first).to_be_hidden()
    expect(page.get_by_text(address, exact=True)).to_be_visible()
    context.close()
