"""A visitor buys a plan in a real browser, watches it being set up, and logs in to the panel."""

from __future__ import annotations

import re
import uuid
from urllib.parse import urlsplit

from billing_system import System, eventually
from playwright.sync_api import Browser, Page, Request, expect
from shopping import unused_domain

PASSWORD = "correct horse battery"
CARD = "4242 4242 4242 4242"
# What a page asks for only where scripts run.
BY_SCRIPTS = {"script", "fetch", "xhr", "eventsource", "websocket"}
STEPS = [
    "Payment",
    "Licence",
    "Domain name",
    "Hosting account",
    "Licence in your panel",
    "Welcome e-mail",
]


def test_a_visitor_buys_a_plan_and_logs_in_to_the_panel(system: System, browser: Browser) -> None:
    email = f"visitor-{uuid.uuid4().hex[:8]}@example.org"
    domain = unused_domain()
    page = browser.new_context().new_page()

    choose_plan(page, system.portal_url, domain)
    register(page, email)
    pay(page)
    watch_the_timeline(page)
    username, reveal, key = read_the_mail(system, email, domain)
    panel, password = reveal_the_password(page, reveal)
    use_the_panel(page, panel, username, password, key)


def test_a_visitor_without_javascript_buys_a_plan(system: System, browser: Browser) -> None:
    email = f"visitor-{uuid.uuid4().hex[:8]}@example.org"
    domain = unused_domain()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    requests: list[Request] = []
    page.on("request", lambda request: requests.append(request))

    choose_plan_by_links(page, system.portal_url, domain)
    register(page, email)
    pay(page)
    wait_for_reloads(page)

    read_the_mail(system, email, domain)
    order = urlsplit(page.url).path
    loads = [each for each in requests if urlsplit(each.url).path == order]
    assert len(loads) > 1
    assert {each.resource_type for each in requests}.isdisjoint(BY_SCRIPTS)
    context.close()


def choose_plan_by_links(page: Page, portal: str, domain: str) -> None:
    """From the landing page to the checkout as a visitor goes, who knows no address."""
    page.goto(portal)
    page.get_by_role("link", name="Choose Starter").first.click()
    page.get_by_label("Domain name").fill(domain)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text(domain).first).to_be_visible()
    page.get_by_role("link", name="Check out").first.click()


def wait_for_reloads(page: Page) -> None:
    """The page loads itself again, by what stands in it, until the order has its end."""
    refresh = page.locator("meta[http-equiv=refresh]")
    expect(refresh).to_have_count(1)
    expect(page.get_by_text("All is set up.")).to_be_visible(timeout=60_000)
    for step in STEPS:
        expect(page.locator("main")).to_contain_text(step)
    # What has its end is not loaded again.
    expect(refresh).to_have_count(0)


def choose_plan(page: Page, portal: str, domain: str) -> None:
    page.goto(f"{portal}/pricing")
    page.get_by_role("link", name="Choose Starter").first.click()
    page.get_by_label("Domain name").fill(domain)
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_text(domain).first).to_be_visible()
    page.goto(f"{portal}/checkout")


def register(page: Page, email: str) -> None:
    """The checkout asks who buys; after registering it goes on where it was."""
    page.get_by_role("link", name="Register").first.click()
    page.get_by_label("Name", exact=False).first.fill("Vera Visitor")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page).to_have_url(re.compile("/checkout"))


def pay(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page).to_have_url(re.compile("/c/pay/"))
    page.locator("input[name=card]").fill(CARD)
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page).to_have_url(re.compile("/orders/ord_"))


def watch_the_timeline(page: Page) -> None:
    """The page is not loaded again: what is seen to change is sent by the server."""
    page.evaluate("window.loadedOnce = true")
    expect(page.get_by_text("All is set up.")).to_be_visible(timeout=60_000)
    for step in STEPS:
        expect(page.locator("main")).to_contain_text(step)
    assert page.evaluate("window.loadedOnce === true")


def read_the_mail(system: System, email: str, domain: str) -> tuple[str, str, str]:
    """The user name, the link that shows the password, and the licence key."""

    def welcome() -> str | None:
        mails = [mail for mail in system.inbox.messages() if email in mail["to"]]
        texts = [mail["text"] for mail in mails if mail["subject"] == "Your hosting is ready"]
        return texts[0] if texts else None

    text = eventually(welcome, 30, "welcome mail")
    assert domain in text
    return find(r"User name\s+(\S+)", text), find(r"(http\S+/reveal/\S+)", text), find(
        r"(NP(?:-[A-Z0-9]{4}){4})", text
    )


def find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found is not None, text
    return found.group(1)


def reveal_the_password(page: Page, link: str) -> tuple[str, str]:
    page.goto(link)
    page.get_by_role("button", name="Show the password").click()
    password = page.locator(".secret code").inner_text()
    panel = page.get_by_role("link", name="Open your panel").get_attribute("href")
    assert panel is not None
    page.goto(link)
    expect(page.get_by_text("This link is used up")).to_be_visible()
    return panel, password


def use_the_panel(page: Page, panel: str, username: str, password: str, key: str) -> None:
    page.goto(panel)
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name=username)).to_be_visible()
    if page.locator("#license_key").input_value() != key:
        page.locator("#license_key").fill(key)
        page.get_by_role("button", name="Use this licence").click()
    for number in range(5):
        create_database(page, f"db{number}")
        expect(page.locator("#done")).to_be_visible()
    create_database(page, "one-too-many")
    expect(page.locator("#problem")).to_be_visible()


def create_database(page: Page, name: str) -> None:
    page.get_by_label("New database").fill(name)
    page.get_by_role("button", name="Create database").click()
    page.wait_for_load_state()
