"""What readers take along: texts that a button copies, and documents on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from billing_system import System
from playwright.sync_api import Browser, BrowserContext, Page, expect
from portal_tour import reader
from shopping import Customer
from test_system_browser import visit_of

CLIPBOARD = ["clipboard-read", "clipboard-write"]
# Printers leave grounds out: what is said in a light colour is not read on paper.
PALE = """() => {
    const part = (value) => value <= 10 ? value / 3295 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const contrast = (colour) => {
        const [red, green, blue] = colour.match(/[\\d.]+/g).map(part);
        return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
    };
    return [...document.querySelectorAll("body *")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .filter((each) => [...each.childNodes].some((node) => node.nodeName === "#text"
            && node.data.trim() && contrast(getComputedStyle(each).color) < 4.5))
        .map((each) => each.textContent);
}"""


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


@pytest.mark.parametrize("is_staff", [False, True])
def test_an_invoice_on_paper_is_the_document_alone(
    system: System, context: BrowserContext, customer: Customer, is_staff: bool
) -> None:
    order = customer.order()
    invoice = customer.http.get(f"/invoices/{order['invoice_id']}").raise_for_status().json()
    email = "billing@example.com" if is_staff else customer.email
    visit = visit_of(reader(system, "", email), context, system)
    page = visit.page
    visit.go(f"{'/console' if is_staff else ''}/invoices/{invoice['id']}")
    assert page.get_by_role("navigation").count() > 0
    assert page.get_by_role("button").count() > 0
    page.eval_on_selector("html", "each => each.dataset.theme = 'dark'")
    page.emulate_media(media="print", color_scheme="dark")
    for role in ("navigation", "banner", "contentinfo", "complementary", "button", "alert"):
        expect(page.get_by_role(role)).to_have_count(0)
    expect(page.locator(".button, .skip, .back").filter(visible=True)).to_have_count(0)
    for line in invoice["lines"]:
        expect(page.get_by_text(line["description"]).first).to_be_visible()
    total = f"${invoice['total']['amount'] / 100:,.2f}"
    expect(page.locator("main .total").get_by_text(total).first).to_be_visible()
    assert page.locator(".paper").bounding_box()["width"] > page.viewport_size["width"] / 2
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
    assert page.evaluate(PALE) == []
    assert visit.problems == []
