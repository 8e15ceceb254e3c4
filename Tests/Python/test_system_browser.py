"""The pages in a real browser: every page that links lead to, at phone and desktop width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urldefrag, urlsplit

import pytest
from billing_system import DEMO_PASSWORD, System
from playwright.sync_api import Browser, BrowserContext, Page

WIDTHS = (320, 390, 768, 1280)
MOST_PAGES = 60
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

    def log_in(self, email: str) -> None:
        self.page.goto(self.origin)
        self.page.get_by_role("link", name=re.compile("log in|sign in", re.I)).first.click()
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(DEMO_PASSWORD)
        self.page.get_by_role("button", name=re.compile("log in|sign in", re.I)).click()
        self.page.wait_for_load_state()

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
    return not re.search(r"(log-?out|sign-?out|\.(pdf|csv|xml|zip|ics))(\?|$)", url)


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


@pytest.mark.parametrize("scheme", COLOUR_SCHEMES)
@pytest.mark.parametrize("email", [None, "customer@example.com", "admin@example.com"])
def test_the_pages_are_accessible(
    system: System, browser: Browser, email: str | None, scheme: Literal["light", "dark"]
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    # The checker brings its script into the page, which the policy of the pages forbids.
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    visit = Visit(context.new_page(), system.portal_url)
    visit.page.goto(f"{system.portal_url}/design")
    if email is not None:
        visit.log_in(email)
    axe = Axe()
    for _ in visit.walk():
        report = axe.run(visit.page)
        if report.violations_count:
            visit.note(report.generate_report())
    context.close()
    assert visit.problems == []


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
