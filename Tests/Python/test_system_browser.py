"""The pages in a real browser: every page that links lead to, at phone and desktop width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urldefrag, urlsplit

import pytest
from billing_system import DEMO_PASSWORD, System
from playwright.sync_api import Browser, BrowserContext, Page, expect
from shopping import Customer, unused_domain

# 640 is what a screen of 1280 leaves at a zoom of 200 %.
WIDTHS = (320, 390, 640, 768, 1024, 1280)
MOST_PAGES = 60
# What the header needs while its links stand beside each other.
LINE_OF_HEADER = 60
HEADER_HEIGHT = "document.querySelector('.site-header')?.offsetHeight ?? 0"
BUYERS_PASSWORD = "correct horse battery"
COLOUR_SCHEMES: list[Literal["light", "dark"]] = ["light", "dark"]


@dataclass
class Visit:
    """One user's way through the portal, and what went wrong on it."""

    page: Page
    origin: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.note(f"script error: {error}"))

    def log_in(self, email: str, password: str = DEMO_PASSWORD) -> None:
        self.page.goto(self.origin)
        self.page.get_by_role("link", name=re.compile("log in|sign in", re.I)).first.click()
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name=re.compile("log in|sign in", re.I)).click()
        self.page.wait_for_load_state()

    def check_access(self) -> None:
        """Notes what axe finds against WCAG on the page."""
        from axe_playwright_python.sync_playwright import Axe

        report = Axe().run(self.page)
        if report.violations_count:
            self.note(report.generate_report())

    def walk(self) -> Iterator[str]:
        """Opens every page that links lead to, from where the user stands, one after the other."""
        waiting, seen = [self.page.url], set[str]()
        while waiting and len(seen) < MOST_PAGES:
            url = waiting.pop(0)
            if url in seen:
                continue
            seen.add(url)
            answer = self.page.goto(url)
            if answer is None or answer.status >= 400:
                self.note(f"status {answer.status if answer else 'none'}")
            waiting += [link for link in self._links() if link not in seen]
            yield url

    def check_layout(self) -> None:
        """Notes a page that scrolls sideways, or that does not say what it is."""
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            if wide > 0:
                self.note(f"is {wide} px too wide at {width} px")
            tall = self.page.evaluate(HEADER_HEIGHT)
            if tall > LINE_OF_HEADER:
                self.note(f"has a header of {tall} px at {width} px")
        if self.page.locator("h1").count() != 1:
            self.note("has not exactly one main heading")

    def _links(self) -> list[str]:
        urls = self.page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
        plain = {urldefrag(url).url for url in urls}
        return sorted(url for url in plain if url.startswith(self.origin) and is_page(url))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.note(f"console {kind}: {text}")

    def note(self, problem: str) -> None:
        self.problems.append(f"{urlsplit(self.page.url).path}: {problem}")


def is_page(url: str) -> bool:
    """Whether a link leads to a page, and not to a file or out of the session."""
    return not re.search(r"(log-?out|sign-?out|/pdf|\.(csv|xml|zip|ics))(\?|$)", url)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context()
    yield opened
    opened.close()


def test_a_visitor_finds_every_public_page_in_order(
    system: System, context: BrowserContext
) -> None:
    visit = Visit(context.new_page(), system.portal_url)
    # Nothing leads to the design page; from there the walk goes on to all others.
    visit.page.goto(f"{system.portal_url}/design")
    for _ in visit.walk():
        visit.check_layout()
    assert visit.problems == []


@pytest.mark.parametrize(
    "email",
    ["customer@example.com", "support@example.com", "billing@example.com", "admin@example.com"],
)
def test_a_user_finds_every_page_in_order(
    system: System, context: BrowserContext, email: str
) -> None:
    visit = Visit(context.new_page(), system.portal_url)
    visit.log_in(email)
    pages = 0
    for _ in visit.walk():
        visit.check_layout()
        pages += 1
    assert visit.problems == []
    assert pages > 3


def test_a_buyer_finds_every_page_in_order(system: System, context: BrowserContext) -> None:
    buyer = Customer.register(system)
    buyer.buy(domain=unused_domain())
    buyer.check_out(buyer.order())
    visit = Visit(context.new_page(), system.portal_url)
    visit.page.goto(system.portal_url)
    visit.log_in(buyer.email, BUYERS_PASSWORD)
    paths: list[str] = []
    for url in visit.walk():
        visit.check_layout()
        paths.append(urlsplit(url).path)
    assert visit.problems == []
    assert {"/payments", "/invoices", "/credits"} <= set(paths)


@pytest.mark.parametrize("scheme", COLOUR_SCHEMES)
@pytest.mark.parametrize("reader", ["visitor", "new customer", "customer", "staff"])
def test_the_pages_are_accessible(
    system: System, browser: Browser, reader: str, scheme: Literal["light", "dark"]
) -> None:
    visit = accessible_visit(system, browser, scheme)
    visit.page.goto(f"{system.portal_url}/design")
    if reader == "staff":
        visit.log_in("admin@example.com")
    elif reader != "visitor":
        buyer = Customer.register(system)
        if reader == "customer":
            buyer.buy(domain=unused_domain())
            buyer.check_out(buyer.order())
        visit.log_in(buyer.email, BUYERS_PASSWORD)
    for _ in visit.walk():
        visit.check_access()
    visit.page.context.close()
    assert visit.problems == []


@pytest.mark.parametrize("scheme", COLOUR_SCHEMES)
def test_refused_forms_are_accessible(
    system: System, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    visit = accessible_visit(system, browser, scheme)
    page = visit.page
    forms = {"/login": "Log in", "/register": "Create account", "/forgot": ""}
    for path, button in forms.items():
        page.goto(system.portal_url + path)
        refuse(page, button)
        visit.check_access()
    visit.page.goto(system.portal_url)
    visit.log_in("admin@example.com")
    for path, button in {"/console/plans/new": "", "/console/servers/new": ""}.items():
        page.goto(system.portal_url + path)
        refuse(page, button)
        visit.check_access()
    page.goto(f"{system.portal_url}/console/orders/ord_missing")
    visit.check_access()
    visit.page.context.close()
    # The missing page is meant to be missing.
    assert [each for each in visit.problems if "404" not in each and "422" not in each] == []


def accessible_visit(
    system: System, browser: Browser, scheme: Literal["light", "dark"]
) -> Visit:
    # The checker brings its script into the page, which the policy of the pages forbids.
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    return Visit(context.new_page(), system.portal_url)


def refuse(page: Page, button: str) -> None:
    """Sends a form as empty as it is, past what the browser would ask for first."""
    page.eval_on_selector_all("main form", "forms => forms.forEach(form => form.noValidate = true)")
    page.locator("main form").last.get_by_role("button", name=button).last.click()
    page.wait_for_load_state()
    expect(page.locator("[aria-invalid], [role=alert]").first).to_be_visible()


def test_a_visitor_without_javascript_can_log_in(system: System, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(system.portal_url)
    page.get_by_role("link", name=re.compile("log in|sign in", re.I)).first.click()
    page.get_by_label("Email").fill("customer@example.com")
    page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
    page.get_by_role("button", name=re.compile("log in|sign in", re.I)).click()
    page.wait_for_load_state()
    assert page.get_by_role("button", name=re.compile("log out|sign out", re.I)).count() > 0
    context.close()


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_api_documentation_draws_itself(
    system: System, context: BrowserContext, path: str
) -> None:
    page = context.new_page()
    page.goto(system.api_url + path)
    page.get_by_text("/auth/login").first.wait_for(timeout=20_000)


@pytest.mark.parametrize("path", ["/", "/pricing"])
def test_the_first_view_is_small_and_all_ours(
    system: System, context: BrowserContext, path: str
) -> None:
    page = context.new_page()
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.__setitem__(answer.url, len(answer.body())))
    page.goto(system.portal_url + path, wait_until="networkidle")
    assert all(url.startswith(system.portal_url) for url in sizes)
    assert sum(sizes.values()) < 250_000, sizes


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_api_documentation_asks_nobody_else(
    system: System, context: BrowserContext, path: str
) -> None:
    visit = Visit(context.new_page(), system.api_url)
    visit.page.goto(system.api_url + path, wait_until="networkidle")
    assert visit.problems == []
