"""Which pages of the portal each reader comes to, and which of those that are declared nobody does.

Pages are found by following links, menus of actions on lists, and the links of mails. Of pages that
are made alike, such as those of two paid orders, one stands for all.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

import httpx
from billing_system import DEMO_PASSWORD, PROGRAMS, System, eventually
from shopping import Customer
from test_system_schemathesis import everybody_and_everything, write_invoice

PASSWORD = "correct horse battery"
# How often one route is asked for with other objects, and how many kinds of its page are looked at.
MOST_ASKED = 16
MOST_KINDS = 2
# Links of mails that are good for nothing any more say so on a page.
DEAD_LINKS = [f"/{kind}/a-token" for kind in ("reset", "verify", "setup", "reveal", "pay")]
# Money that Stripe took in another amount than it was asked for: MismatchTests look at this one.
NOT_HERE = {"/console/payments/:id/return"}
# What these pages look like is looked at by a test of its own.
PAGES_OF_ERRORS = "/design/errors/:status"


class Links(HTMLParser):
    """What a page leads to, and what it is made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.parts: set[str] = set()
        self._bulk: str | None = None
        self._actions: list[str] = []
        self._objects: list[str] = []
        self.feed(page)
        if self._bulk and self._objects:
            for action in self._actions:
                query = urlencode({"action": action, "id": self._objects[0]})
                self.found.append(f"{self._bulk}?{query}")

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        self.parts |= {f"{tag}.{each}" for each in said.get("class", "").split()}
        if tag in ("a", "link") and "href" in said:
            self.found.append(said["href"])
        elif tag == "form":
            self.parts.add(f"form {re.sub(r'[a-z]+_[0-9a-z]{20,}', ':id', said['action'])}")
            if said.get("id") == "choice":
                self._bulk = said["action"]
        elif tag == "button" and said.get("name") == "action":
            self._actions.append(said.get("value", ""))
        elif tag == "input" and said.get("form") == "choice":
            self._objects.append(said.get("value", ""))


class Routes:
    """The portal's routes, as the program declares them."""

    def __init__(self, system: System) -> None:
        printed = subprocess.run(
            [PROGRAMS / "billing", "pages"],
            env=system.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        lines = [line.split(" ", 1) for line in printed.splitlines()]
        self.pages = [pattern for method, pattern in lines if method == "GET"]
        # What is spelt out is meant before what stands for anything.
        ordered = sorted(self.pages, key=lambda each: each.count(":"))
        self._shapes = [(each, re.compile(re.sub(r":\w+", "[^/]+", each))) for each in ordered]

    def of(self, path: str) -> str | None:
        return next((each for each, shape in self._shapes if shape.fullmatch(path)), None)


@dataclass
class Reader:
    """Somebody who looks at the portal, with the pages that were found."""

    name: str
    http: httpx.Client
    # Every route that answered.
    seen: set[str] = field(default_factory=set)
    # What a link led to, but was refused.
    refused: list[str] = field(default_factory=list)
    # One page of each kind.
    pages: list[str] = field(default_factory=list)

    def explore(self, routes: Routes, starts: Iterable[str]) -> None:
        waiting, known = deque(starts), set[str]()
        asked: Counter[str] = Counter()
        kinds: dict[str, list[set[str]]] = {}
        while waiting:
            path = waiting.popleft()
            route = routes.of(urlsplit(path).path)
            way = f"{route}?{sorted(name for name, _ in parse_qsl(urlsplit(path).query))}"
            if path in known or route is None or asked[way] >= MOST_ASKED:
                continue
            known.add(path)
            asked[way] += 1
            page = self._read(path, route, waiting)
            if page is None:
                continue
            links = Links(page)
            waiting += self._ours(path, links.found)
            # What a list looks like does not depend on how it is sorted.
            alike = kinds.setdefault(route, [])
            if links.parts not in alike and len(alike) < MOST_KINDS and "sort=" not in path:
                alike.append(links.parts)
                self.pages.append(path)

    def _read(self, path: str, route: str, waiting: deque[str]) -> str | None:
        """The page; nothing for a file, a stream, and what leads elsewhere."""
        with self.http.stream("GET", path) as answer:
            if route == PAGES_OF_ERRORS:
                self.seen.add(route)
                return None
            self.seen.add(route)
            if answer.status_code >= 400 and path not in DEAD_LINKS:
                self.refused.append(f"{self.name}: {path} answers {answer.status_code}")
                return None
            if answer.is_redirect:
                waiting.extend(self._ours(path, [answer.headers["Location"]]))
            elif answer.headers["Content-Type"].startswith("text/html"):
                page = answer.read().decode()
                return page if "<html" in page else None
        return None

    def _ours(self, page: str, links: Iterable[str]) -> Iterator[str]:
        origin = str(self.http.base_url).rstrip("/")
        for link in links:
            url = urldefrag(urljoin(origin + page, link)).url
            if url.startswith(origin + "/"):
                yield url.removeprefix(origin)


class Tour:
    """Every page of the portal, as those find them who may see them."""

    def __init__(self, system: System) -> None:
        self.routes = Routes(system)
        askers, ids = everybody_and_everything(system)
        customer = Customer(system, "", system.client())
        customer.http.headers.update(askers["customer"])
        customer.email = customer.http.get("/auth/me").json()["email"]
        newcomer = Customer.register(system)
        self.readers = {
            name: reader(system, name, email)
            for name, email in {
                "visitor": None,
                "newcomer": newcomer.email,
                "customer": customer.email,
                "support": "support@example.com",
                "billing": "billing@example.com",
                "admin": "admin@example.com",
            }.items()
        }
        for name in ("visitor", "customer"):
            fill_cart(self.readers[name].http, ids["pln"][0])
        more_objects(system, customer, ids)
        mailed = links_of_mails(system, newcomer) | links_of_mails(system, customer)
        for each in self.readers.values():
            starts = ["/", "/console"] if each.name in ("support", "billing", "admin") else ["/"]
            if each.name == "visitor":
                starts += ["/design", "/favicon.ico", *DEAD_LINKS, *sorted(mailed)]
            if each.name in ("newcomer", "customer"):
                starts += ["/dashboard", "/checkout", "/cards", "/account"]
            if each.name == "customer":
                starts += pages_of_no_link(customer, ids)
            if each.name == "admin":
                starts += change_of(customer, ids, "/console/subscriptions")
                starts.append(f"/console/orders/{ids['ord'][0]}/events")
                # A list without rows leads to no file.
                starts.append("/console/books/reconciliation.csv")
                starts.append("/console/settings/tax/rules.csv")
                starts.append(f"/console/coupons/{ids['cpn'][0]}/uses.csv")
                # Linked where a dispute was lost.
                starts.append(f"/console/credits/{ids['crd'][0]}/write-off")
                starts.append(f"/console/credits/{ids['crd'][0]}/release")
            each.explore(self.routes, starts)
        for panel in system.panels:
            panel.clear_faults()

    @property
    def missed(self) -> list[str]:
        """The declared pages that nobody came to."""
        seen = set().union(*(each.seen for each in self.readers.values()))
        return [each for each in self.routes.pages if each not in seen | NOT_HERE]


def reader(system: System, name: str, email: str | None) -> Reader:
    http = httpx.Client(base_url=system.portal_url, timeout=40, trust_env=False)
    if email is not None:
        staff = email in {f"{role}@example.com" for role in ("support", "billing", "admin")}
        post(http, "/login", email=email, password=DEMO_PASSWORD if staff else PASSWORD)
    return Reader(name, http)


def fill_cart(http: httpx.Client, plan: str) -> None:
    item = {"plan_id": plan, "billing_cycle": "monthly", "domain_action": "none"}
    post(http, "/cart/items", page="/cart/new", **item)


def post(http: httpx.Client, path: str, page: str | None = None, **fields: str) -> httpx.Response:
    """Sends a form as a browser does, with the token that its page carries."""
    carried = re.search(r'name="csrf" value="([^"]+)"', http.get(page or path).text)
    sent = {"csrf": carried.group(1) if carried else "", **fields}
    answer = http.post(path, data=sent, headers={"Origin": str(http.base_url).rstrip("/")})
    assert answer.status_code == 303, f"{path} answers {answer.status_code}: {answer.text}"
    return answer


def more_objects(system: System, customer: Customer, ids: dict[str, list[str]]) -> None:
    """A policy that may go, a payment that was recorded, and an order that needs attention."""
    admin = system.log_in("admin@example.com")
    policy = {"name": "Short", "retry_days": [], "reminder_days": [1], "suspension_day": 3}
    admin.post("/admin/dunning-policies", json=policy).raise_for_status()
    transfer = {"method": "bank_transfer", "reference": "A transfer"}
    written = write_invoice(admin, ids["cus"][0], issue=True)["id"]
    admin.post(f"/invoices/{written}/pay", json=transfer).raise_for_status()
    # Panels take accounts again when the tour is over; until then the order waits for staff.
    for panel in system.panels:
        panel.fail("POST /api/v1/billing/accounts", "reject", times=1_000)
    order = customer.order()
    customer.pay(customer.check_out(order))
    customer.wait_for(order, "attention")


def pages_of_no_link(customer: Customer, ids: dict[str, list[str]]) -> list[str]:
    """Where the processor's page leads back to, what scripts ask for, and forms without links."""
    order, invoice, license = ids["ord"][0], ids["inv"][0], ids["lic"][0]
    back = [f"/orders/{order}/paid", f"/invoices/{invoice}/paid", f"/paid/{invoice}", "/cards/saved"]
    live = [f"/orders/{order}/timeline", f"/orders/{order}/events", f"/licenses/{license}/reveal"]
    return [*back, *live, *change_of(customer, ids, "/subscriptions")]


def change_of(customer: Customer, ids: dict[str, list[str]], path: str) -> list[str]:
    """The preview of a change, which a form leads to."""
    query = urlencode({"offer": f"{ids['pln'][-1]}:yearly", "quantity": "1"})
    own = customer.http.get("/subscriptions").raise_for_status().json()["data"]
    return [f"{path}/{each['id']}/change?{query}" for each in own]


def links_of_mails(system: System, customer: Customer) -> set[str]:
    """The paths of our portal that the mails to somebody lead to."""
    system.http.post("/api/v1/auth/password/forgot", json={"email": customer.email})

    def found() -> set[str]:
        texts = str(system.inbox.messages(customer.email))
        paths = set(re.findall(rf"{re.escape(system.portal_url)}(/\w+/[\w-]+)", texts))
        return paths if any(each.startswith("/reset/") for each in paths) else set()

    return eventually(found, 30, "mail with a link for a new password")
