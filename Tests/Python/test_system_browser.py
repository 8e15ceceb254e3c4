"""The pages in a real browser: every page that is declared, as all who may see it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from billing_system import DEMO_PASSWORD, System, running_system
from playwright.sync_api import Browser, BrowserContext, Page, expect
from portal_tour import DEAD_LINKS, Reader, Routes, Tour, reader
from test_system_browser_keyboard import walk

# 640 is what a screen of 1280 leaves at a zoom of 200 %.
WIDTHS = (320, 390, 640, 768, 1024, 1280)
WIDTHS_OF_MAILS = (320, 680)
# Besides what axe asks for by itself.
TARGETS = {"rules": {"target-size": {"enabled": True}}}
# What the header needs while its links stand beside each other.
LINE_OF_HEADER = 60
HEADER_HEIGHT = "document.querySelector('.site-header')?.offsetHeight ?? 0"
# What moves although less motion was asked for: a turn of the icon that says so may last.
HASTY = """document.getAnimations().filter((each) =>
    each instanceof CSSTransition || each.effect.getTiming().duration < 2000).length"""
# A reader's own few colours leave grounds and shadows out: borders tell parts from another, and a
# line under it tells which of several is the present one.
BORDERLESS = """[...document.querySelectorAll(".card, .button, .badge, .notice, .input, .select")]
    .filter((each) => getComputedStyle(each.closest(".search") ?? each).borderTopStyle !== "solid")
    .map((each) => each.className)"""
UNMARKED = """[...document.querySelectorAll("[aria-current]")]
    .filter((each) => getComputedStyle(each).textDecorationLine !== "underline")
    .map((each) => each.textContent)"""
EMPTY = """forms => forms.forEach(form => {
    form.noValidate = true;
    form.querySelectorAll("input:read-write").forEach((each) => each.value = "");
})"""
# Forms that are refused when they are sent empty, with their buttons.
FORMS = {
    "visitor": {
        "/login": "Log in",
        "/register": "Create account",
        "/forgot": "",
        "/reset/:token": "Set the password",
    },
    "customer": {
        "/account": "Save",
        "/account/password": "Change password",
        "/account/email": "Change email",
        "/cart": "Apply",
        "/cart/new": "Add to cart",
        "/checkout": "Show the tax",
    },
    "admin": {
        "/console/plans/new": "",
        "/console/servers/new": "",
        "/console/coupons/new": "",
        "/console/settings/tax/rules/new": "",
        "/console/payments/:id/reversal": "",
        "/console/registrar-payments/:id": "",
    },
}
LARGEST_PAINT = """() => new Promise((tell) => new PerformanceObserver((list) =>
    tell(list.getEntries().at(-1).startTime))
    .observe({ type: "largest-contentful-paint", buffered: true }))"""


@dataclass
class Visit:
    """One reader's way through the portal, and what went wrong on it."""

    page: Page
    origin: str
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", lambda message: self._heard(message.type, message.text))
        self.page.on("pageerror", lambda error: self.note(f"script error: {error}"))

    def go(self, path: str) -> None:
        answer = self.page.goto(self.origin + path)
        if answer is None or (answer.status >= 400 and path not in DEAD_LINKS):
            self.note(f"status {answer.status if answer else 'none'}")

    def check_access(self) -> None:
        """Notes what axe finds against WCAG 2.2: all at first, then what other looks change."""
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.emulate_media(color_scheme="light")
        self._ask_axe(TARGETS)
        self.page.set_viewport_size({"width": 390, "height": 844})
        self.page.emulate_media(color_scheme="dark")
        self._ask_axe(only("color-contrast", "target-size"))
        self.page.emulate_media(color_scheme="light")

    def check_forced_colours(self) -> None:
        """Notes what cannot be seen or read with the colours of a reader's own."""
        self.page.emulate_media(forced_colors="active")
        if parts := self.page.evaluate(BORDERLESS):
            self.note(f"has parts without a border where colours are forced: {parts}")
        if parts := self.page.evaluate(UNMARKED):
            self.note(f"does not show what is present where colours are forced: {parts}")
        self._ask_axe(only("color-contrast"))
        self.page.emulate_media(forced_colors="none")

    def check_layout(self) -> None:
        """Notes a page that scrolls sideways, or that does not say what it is."""
        for width in WIDTHS:
            self._check_width(width)
            tall = self.page.evaluate(HEADER_HEIGHT)
            if tall > LINE_OF_HEADER:
                self.note(f"has a header of {tall} px at {width} px")
        if self.page.locator("h1").count() != 1:
            self.note("has not exactly one main heading")
        if self.page.evaluate(HASTY) > 0:
            self.note("moves although less motion was asked for")

    def check_mail(self, html: str) -> None:
        """Notes what is wrong with a mail by day and by night, on a telephone and beside others."""
        self.page.set_content(html)
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for width in WIDTHS_OF_MAILS:
                self._check_width(width)
                self._ask_axe(TARGETS)

    def _check_width(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": 900})
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            self.note(f"is {wide} px too wide at {width} px")

    def _ask_axe(self, options: dict[str, Any]) -> None:
        report = Axe().run(self.page, options={**options, "resultTypes": ["violations"]})
        if report.violations_count:
            self.note(report.generate_report())

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.note(f"console {kind}: {text}")

    def note(self, problem: str) -> None:
        self.problems.append(f"{urlsplit(self.page.url).path}: {problem}")


def only(*rules: str) -> dict[str, Any]:
    return {
        "runOnly": {"type": "rule", "values": list(rules)},
        "rules": {rule: {"enabled": True} for rule in rules},
    }


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """One of its own: the tour's taxes, prices and panels are not what others expect."""
    with running_system(RATE_LIMITS="off") as running:
        yield running


@pytest.fixture(scope="module")
def tour(system: System) -> Tour:
    return Tour(system)


def visit_of(reader: Reader, context: BrowserContext, system: System) -> Visit:
    """A visit in which the reader is logged in already."""
    for each in reader.http.cookies.jar:
        context.add_cookies(
            [{"name": each.name, "value": each.value or "", "url": system.portal_url}]
        )
    return Visit(context.new_page(), system.portal_url)


def test_somebody_comes_to_every_page_that_is_declared(tour: Tour) -> None:
    assert tour.missed == []
    assert [each for reader in tour.readers.values() for each in reader.refused] == []


@pytest.mark.parametrize("name", ["visitor", "newcomer", "customer", "support", "billing", "admin"])
def test_every_page_is_in_order(
    system: System, tour: Tour, context: BrowserContext, name: str
) -> None:
    reader = tour.readers[name]
    visit = visit_of(reader, context, system)
    for path in reader.pages:
        visit.go(path)
        visit.check_layout()
        visit.check_access()
        # What these may see is made of the same parts as the administrators' pages.
        if name not in ("support", "billing"):
            visit.check_forced_colours()
    # The browser says in its console that a link is good for nothing any more.
    said = [f"{path}: console error: Failed to load resource: the server" for path in DEAD_LINKS]
    assert [each for each in visit.problems if not each.startswith(tuple(said))] == []
    assert len(reader.pages) >= 10


def test_a_console_in_which_nothing_was_sold_is_in_order(context: BrowserContext) -> None:
    with running_system(RATE_LIMITS="off") as fresh:
        staff = reader(fresh, "admin", "admin@example.com")
        staff.explore(Routes(fresh), ["/console"])
        visit = visit_of(staff, context, fresh)
        empty = 0
        for path in staff.pages:
            visit.go(path)
            visit.check_access()
            empty += visit.page.locator(".empty").count() > 0
    assert visit.problems == []
    assert len(staff.pages) >= 40 and empty >= 10


def test_the_keyboard_walks_through_every_page_of_staff(
    system: System, tour: Tour, context: BrowserContext
) -> None:
    reader = tour.readers["admin"]
    visit = visit_of(reader, context, system)
    pages = {tour.routes.of(urlsplit(path).path): path for path in reader.pages}
    console = [path for route, path in pages.items() if (route or "").startswith("/console")]
    for path in console:
        visit.go(path)
        walk(visit.page)
    assert len(console) >= 50
    assert visit.problems == []


@pytest.mark.parametrize("name", ["visitor", "customer", "admin"])
def test_refused_forms_are_accessible(
    system: System, tour: Tour, context: BrowserContext, name: str
) -> None:
    reader = tour.readers[name]
    visit = visit_of(reader, context, system)
    alive = [path for path in reader.pages if path not in DEAD_LINKS]
    pages = {tour.routes.of(urlsplit(path).path): path for path in reversed(alive)}
    for route, button in FORMS[name].items():
        visit.go(pages[route])
        refuse(visit.page, button)
        visit.check_access()
    # The browser says in its console that a form was refused.
    assert [each for each in visit.problems if "422" not in each] == []


@pytest.mark.parametrize("name", ["visitor", "customer", "admin"])
def test_pages_of_errors_keep_the_readers_frame(
    system: System, tour: Tour, context: BrowserContext, name: str
) -> None:
    visit = visit_of(tour.readers[name], context, system)
    page = visit.page
    for status in (403, 404, 409, 429, 500, 503):
        page.goto(f"{system.portal_url}/design/errors/{status}")
        visit.check_layout()
        visit.check_access()
        request = page.get_by_role("button", name="Copy request id")
        expect(request).to_have_attribute("data-copy", re.compile("^req_"))
        # Where the database is out of reach, nobody is known.
        if status != 503:
            leaving = page.locator("form[action$='/logout']")
            assert (leaving.count() > 0) == (name != "visitor")
    page.goto(f"{system.portal_url}/no/such/page")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    if name == "customer":
        page.goto(f"{system.portal_url}/console")
        expect(page.get_by_role("heading", name="You may not see this")).to_be_visible()
        assert page.locator("nav a[href='/invoices']").count() > 0
    # The browser says in its console how a page was answered.
    assert [each for each in visit.problems if "the server responded" not in each] == []


def test_every_kind_of_mail_is_in_order(
    system: System, tour: Tour, context: BrowserContext
) -> None:
    visit = Visit(context.new_page(), system.portal_url)
    asked: list[str] = []
    visit.page.on("request", lambda request: asked.append(request.url))
    # Those of one kind differ in numbers and amounts.
    mails = {re.sub(r"\S*\d\S*", "…", each["subject"]): each for each in system.inbox.messages()}
    for kind, mail in mails.items():
        visit.check_mail(mail["html"])
        assert visit.problems == [], kind
        links = re.findall(rf"{system.portal_url}/\S+", mail["text"])
        assert links, kind
        for link in links:
            expect(visit.page.locator(f"main a[href='{link}']")).to_be_visible()
    assert asked == []
    assert len(mails) >= 7


def test_components_are_seen_where_colours_are_forced(
    system: System, context: BrowserContext
) -> None:
    visit = Visit(context.new_page(), system.portal_url)
    visit.go("/design")
    visit.check_forced_colours()
    assert visit.problems == []
    # A part that has lost its border is noted.
    visit.page.eval_on_selector(".card", "each => each.style.border = 0")
    visit.check_forced_colours()
    assert len(visit.problems) == 1


def refuse(page: Page, button: str) -> None:
    """Sends a form without what is typed, past what the browser would ask for first."""
    page.eval_on_selector_all("main form", EMPTY)
    page.locator("main form").get_by_role("button", name=button).last.click()
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
    """A telephone far from its mast shows the page soon; how soon depends on the machine, and is
    printed only."""
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    line = {"latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **line})
    page.set_viewport_size({"width": 390, "height": 844})
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: sizes.__setitem__(answer.url, len(answer.body())))
    page.goto(system.portal_url + path, wait_until="networkidle")
    print(f"{path}: {page.evaluate(LARGEST_PAINT):.0f} ms to the largest paint")
    assert all(url.startswith(system.portal_url) for url in sizes)
    assert sum(sizes.values()) < 250_000, sizes


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_the_api_documentation_asks_nobody_else(
    system: System, context: BrowserContext, path: str
) -> None:
    visit = Visit(context.new_page(), system.api_url)
    visit.page.goto(system.api_url + path, wait_until="networkidle")
    assert visit.problems == []
