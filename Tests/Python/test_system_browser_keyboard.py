"""Buying and administering by keyboard alone, with the place of the keyboard always to be seen."""

from __future__ import annotations

import re
import uuid
from typing import Any

from billing_system import DEMO_PASSWORD, System
from playwright.sync_api import Browser, Page, expect
from shopping import Customer

# More stops than any page has: past them, what is looked for cannot be reached.
MOST_STOPS = 120
FOCUS = """() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const label = at.labels?.[0]?.textContent ?? "";
    const box = at.getBoundingClientRect();
    const ring = at.closest(".choice, .search") ?? at;
    const seen = [at, ring].some((each) => getComputedStyle(each).outlineStyle !== "none");
    return {
        name: (at.getAttribute("aria-label") || label || at.textContent || at.name || "").trim(),
        tag: at.tagName, value: at.value ?? "", type: at.type ?? "",
        visible: seen, inView: box.bottom > 0 && box.top < innerHeight,
        place: Number(at.dataset.place ?? -1),
    };
}"""
# What Tab is to reach, in the order in which it is read; one button stands for its group.
CONTROLS = """() => {
    const chosen = (each) => {
        if (each.type !== "radio") return true;
        const group = [...each.form.querySelectorAll("[type=radio]")]
            .filter((other) => other.name === each.name);
        return each === (group.find((other) => other.checked) ?? group[0]);
    };
    return [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
        .filter((each) => each.checkVisibility({ visibilityProperty: true }))
        .filter((each) => !each.disabled && chosen(each))
        .map((each, place) => {
            each.dataset.place = place;
            return each.getAttribute("aria-label") || each.textContent.trim() || each.name;
        });
}"""


def next_stop(page: Page) -> dict[str, Any]:
    """Presses Tab, and checks that whoever looks sees where the keyboard is."""
    page.keyboard.press("Tab")
    at = page.evaluate(FOCUS)
    if at["tag"] not in ("BODY", "HTML"):
        name = at["name"] or at["tag"]
        assert at["visible"], f"nobody sees that the keyboard is at {name} on {page.url}"
        assert at["inView"], f"{name} has the keyboard out of sight on {page.url}"
    return at


def walk(page: Page) -> None:
    """Tab leads to everything that can be used, as it is read, and out again."""
    names = page.evaluate(CONTROLS)
    assert names[0] == "Skip to the content"
    reached: list[int] = []
    # A field of a date has several stops.
    for _ in range(4 * len(names)):
        at = next_stop(page)
        if at["tag"] in ("BODY", "HTML") or (reached and at["place"] == 0):
            break
        # What scrolls is a stop, too.
        if at["place"] not in (-1, *reached[-1:]):
            reached.append(at["place"])
    assert [names[place] for place in reached] == names, page.url


def tab_to(page: Page, name: str, tag: str | None = None) -> None:
    """Presses Tab until the keyboard is at something of a name, and checks each stop on the way."""
    wanted = re.compile(name)
    for _ in range(MOST_STOPS):
        at = next_stop(page)
        if at["tag"] in ("BODY", "HTML"):
            continue
        if wanted.search(at["name"]) and (tag is None or at["tag"] == tag.upper()):
            return
    raise AssertionError(f"{name} cannot be reached by Tab on {page.url}")


def enter(page: Page, name: str, tag: str | None = None) -> None:
    tab_to(page, name, tag)
    page.keyboard.press("Enter")


def fill(page: Page, name: str, text: str) -> None:
    tab_to(page, name)
    page.keyboard.type(text)


def test_a_plan_is_bought_by_keyboard(system: System, browser: Browser) -> None:
    page = browser.new_context(base_url=system.portal_url).new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["name"] == "Skip to the content"
    page.keyboard.press("Enter")
    enter(page, "^Choose Professional$")
    expect(page.get_by_label("Domain name")).to_be_visible()
    fill(page, "^Domain name", f"keys-{uuid.uuid4().hex[:8]}.com")
    enter(page, "^Add to cart$")
    page.wait_for_url("**/cart")
    enter(page, "^Check out$")
    expect(page.get_by_role("link", name="Register", exact=True)).to_be_visible()
    enter(page, "^Register$", "a")
    expect(page.get_by_role("button", name="Create account")).to_be_visible()
    fill(page, "name", "Kay Board")
    fill(page, "^Email", f"kay-{uuid.uuid4().hex[:8]}@example.org")
    fill(page, "^Password", "correct horse battery")
    enter(page, "^Create account$")
    page.wait_for_url("**/checkout*")
    enter(page, "^Pay", "button")
    page.wait_for_url("**/c/pay/**")
    page.locator("input[name=card]").fill("4242 4242 4242 4242")
    page.keyboard.press("Enter")
    page.wait_for_url("**/orders/ord_*")
    expect(page.get_by_text("All is set up.")).to_be_visible(timeout=60_000)
    page.context.close()


def test_staff_cancel_an_order_by_keyboard(
    system: System, browser: Browser, customer: Customer
) -> None:
    order = customer.order()
    page = browser.new_context(base_url=system.portal_url).new_page()
    page.goto("/login")
    fill(page, "^Email", "billing@example.com")
    fill(page, "^Password", DEMO_PASSWORD)
    enter(page, "^Log in$", "button")
    page.wait_for_url("**/console")
    enter(page, "^Orders$")
    page.wait_for_url("**/console/orders")
    fill(page, "^Search", f"#{order['number']}")
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/orders?**")
    enter(page, f"^#{order['number']}$")
    page.wait_for_url(f"**/console/orders/{order['id']}")
    enter(page, "^Cancel…$")
    page.wait_for_url("**/cancel")
    enter(page, "^Cancel the order$", "button")
    expect(page.get_by_text("The order is cancelled.")).to_be_visible()
    assert customer.look_at(order)["status"] == "cancelled"
    page.context.close()


def test_a_dialog_keeps_the_keyboard_and_gives_it_back(system: System, browser: Browser) -> None:
    page = browser.new_context(base_url=system.portal_url).new_page()
    page.goto("/design")
    enter(page, "^Ask before doing$", "button")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body"
            " || document.activeElement.closest('dialog') !== null"
        )
        assert inside
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert page.evaluate(FOCUS)["name"] == "Ask before doing"
    page.context.close()
