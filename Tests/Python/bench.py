"""The benchmarks: each case beside its comparison in the same run.

Started by `make bench`, which builds with optimisation and installs what it is measured with. The
servers take turns in each round, so that a noisy moment meets all of them; medians are shown.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import bench_documents
import httpx
from bench_books import verification
from bench_data import INVOICES, LICENCES, add_licences, customer_with_invoices
from bench_load import CORES, Figures, Request, measure, resident_megabytes
from bench_peers import Peer, fastapi, nginx, socketify
from bench_renewals import SUBSCRIPTIONS, billing_run, invoice_lists
from billing_system import System, eventually, running_system
from mixed_load import PANEL
from shopping import Customer

# The limits that protect a server from one caller would be what is measured here.
UNLIMITED = {"RATE_LIMITS": "off", "LOG_LEVEL": "warning"}
VALIDATE = "/api/v1/licenses/validate"
LEVELS = [32, 256, 2_000, 10_000]
ANSWER = b'{"valid":true,"remaining_quota":1000,"remaining":1000,"code":"OK","error":null}'


class Bench:
    """The system, its peers, and how long each is measured."""

    def __init__(
        self, system: System, keys: Path, peers: dict[str, Peer], rounds: int, seconds: float
    ) -> None:
        self.system = system
        self.keys = keys
        self.peers = peers
        self.rounds = rounds
        self.seconds = seconds
        assert system.billing.pid is not None
        self.ours = Peer("ours", system.api_url, [system.billing.pid])

    def compare(
        self,
        title: str,
        connections: int,
        contestants: list[tuple[Peer, Request]],
    ) -> None:
        """Lets servers take turns, and prints the medians and their ratio to the first."""
        for peer, request in contestants:
            measure(request, connections, 1)
        runs: dict[str, list[Figures]] = {peer.name: [] for peer, _ in contestants}
        for _ in range(self.rounds):
            for peer, request in contestants:
                runs[peer.name].append(measure(request, connections, self.seconds, peer.processes))
        base = runs[contestants[0][0].name]
        for name, figures in runs.items():
            ratio = statistics.median(
                each.per_second / other.per_second
                for each, other in zip(figures, base, strict=True)
                if other.per_second
            )
            row(f"{title}, {name}", connections, figures, f"{ratio:6.2f}")

    def validation(self) -> None:
        for connections in LEVELS:
            most = 0.0

            def watch() -> None:
                nonlocal most
                most = max(most, resident_megabytes(self.ours.processes))

            with every(0.2, watch):
                names = ["nginx", "ours", "socketify", "FastAPI"]
                self.compare(
                    "licence check",
                    connections,
                    [(peer, self.question(peer)) for peer in map(self.peer, names)],
                )
            print(f"{'':34} {'':>6} resident memory at most {most:.0f} MB")

    def question(self, peer: Peer) -> Request:
        body = {"license_key": "KEY", "feature": "create_email"}
        return Request(peer.url + VALIDATE, body, PANEL, self.keys)

    def peer(self, name: str) -> Peer:
        return self.ours if name == "ours" else self.peers[name]

    def page(self, title: str, path: str, headers: dict[str, str]) -> None:
        """A page beside the same bytes from nginx, and how long one takes by itself."""
        nginx = self.peers["nginx"]
        ours = Peer("ours", self.system.portal_url, self.ours.processes)
        requests = [
            (nginx, Request(nginx.url + path)),
            (ours, Request(ours.url + path, headers=headers)),
        ]
        self.compare(title, 32, requests)
        alone = [
            measure(requests[1][1], 1, self.seconds, ours.processes) for _ in range(self.rounds)
        ]
        row(f"{title}, one at a time", 1, alone, "")

    def log_ins(self) -> None:
        """Log-ins as fast as they go, and what becomes of everything else meanwhile."""
        # One account at a time is slowed down, so that nobody guesses; these are many.
        people = self.keys.with_suffix(".people")
        emails = [Customer.register(self.system).email for _ in range(50)]
        people.write_text("".join(f"{email}\n" for email in emails))
        body = {"email": "KEY", "password": "correct horse battery"}
        login = Request(f"{self.system.api_url}/api/v1/auth/login", body, keys=people)
        others = [
            ("health", Request(f"{self.system.api_url}/health")),
            ("licence check", self.question(self.ours)),
        ]
        ours = self.ours.processes
        for name, request in others:
            alone = [measure(request, 4, self.seconds, ours) for _ in range(self.rounds)]
            row(f"{name}, no log-ins", 4, alone, "")
            beside: list[Figures] = []
            logins: list[Figures] = []
            for _ in range(self.rounds):
                run = threading.Thread(
                    target=lambda: logins.append(measure(login, 8, self.seconds + 1))
                )
                run.start()
                time.sleep(0.5)
                beside.append(measure(request, 4, self.seconds, ours))
                run.join()
            ratio = statistics.median(
                with_logins.per_second / without.per_second
                for with_logins, without in zip(beside, alone, strict=True)
            )
            row(f"{name}, beside log-ins", 4, beside, f"{ratio:6.2f}")
            row("  the log-ins", 8, logins, "")

    def start_up(self) -> None:
        """From the start of the program to the first 200 of /ready, on a database that runs."""
        times = []
        for _ in range(max(3, self.rounds)):
            self.system.kill_billing()
            began = time.monotonic()
            self.system.billing.start()
            eventually(self.is_ready, 60, "ready server", every=0.002)
            times.append(time.monotonic() - began)
        shown = " ".join(f"{each * 1_000:.0f}" for each in times)
        print(f"start-up: {statistics.median(times) * 1_000:.0f} ms (each: {shown})")
        assert self.system.billing.pid is not None
        self.ours.processes[:] = [self.system.billing.pid]

    def is_ready(self) -> bool:
        with contextlib.suppress(httpx.TransportError):
            return self.system.http.get("/ready").status_code == 200
        return False

    def memory_at_rest(self, what: str) -> None:
        time.sleep(3)
        print(f"resident memory {what}: {resident_megabytes(self.ours.processes):.0f} MB")


def row(title: str, connections: int, figures: list[Figures], ratio: str) -> None:
    def median(of: Callable[[Figures], float]) -> float:
        return statistics.median(map(of, figures))

    print(
        f"{title:34} {connections:6} {median(lambda f: f.per_second):10,.0f}"
        f" {median(lambda f: f.p50):9.2f} {median(lambda f: f.p99):9.2f}"
        f" {median(lambda f: f.server_us):8.0f} {ratio:>6}"
        f" {sum(f.failed for f in figures):7}",
        flush=True,
    )


@contextlib.contextmanager
def every(seconds: float, act: Callable[[], None]) -> Iterator[None]:
    """Does something again and again while the block runs."""
    is_over = threading.Event()

    def work() -> None:
        while not is_over.wait(seconds):
            act()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


CASES = ["start", "health", "validate", "pages", "logins", "documents", "verify", "billing_run", "lists"]


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("cases", nargs="*", choices=[*CASES, []], default=CASES)
    words.add_argument("--rounds", type=int, default=5)
    words.add_argument("--seconds", type=float, default=3)
    words.add_argument("--licences", type=int, default=LICENCES)
    words.add_argument("--subscriptions", type=int, default=SUBSCRIPTIONS)
    chosen = words.parse_args()
    if "documents" in chosen.cases:
        documents(chosen.rounds)
    if "verify" in chosen.cases:
        verification(chosen.rounds)
    if "billing_run" in chosen.cases:
        billing_run(chosen.rounds, chosen.subscriptions)
    if "lists" in chosen.cases:
        invoice_lists(chosen.rounds, chosen.seconds)
    if set(chosen.cases) - {"documents", "verify", "billing_run", "lists"}:
        compare_servers(chosen)


def compare_servers(chosen: argparse.Namespace) -> None:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        system = stack.enter_context(running_system(**UNLIMITED))
        keys = folder / "keys"
        add_licences(system, keys, chosen.licences)
        portal = {"Cookie": customer_with_invoices(system)}
        pages = {
            "/pricing": httpx.get(f"{system.portal_url}/pricing").content,
            "/dashboard": httpx.get(f"{system.portal_url}/dashboard", headers=portal).content,
        }
        health = httpx.get(f"{system.api_url}/health").content
        peers = {
            "nginx": stack.enter_context(nginx({"/health": health, VALIDATE: ANSWER, **pages}))
        }
        if "validate" in chosen.cases:
            hashes = keys.with_suffix(".hashes")
            peers["FastAPI"] = stack.enter_context(fastapi(hashes))
            peers["socketify"] = stack.enter_context(socketify(hashes))
        bench = Bench(system, keys, peers, chosen.rounds, chosen.seconds)
        print(
            f"{CORES} cores, which load and servers share; {chosen.licences:,} licences;"
            f" medians of {chosen.rounds} rounds of {chosen.seconds:g} s"
        )
        if "start" in chosen.cases:
            bench.start_up()
            eventually(lambda: checks(bench), 30, "warm memory")
            bench.memory_at_rest(f"at rest with {chosen.licences:,} licences")
        print(
            f"\n{'case':34} {'conns':>6} {'per s':>10} {'p50 ms':>9} {'p99 ms':>9}"
            f" {'cpu µs':>8} {'ratio':>6} {'failed':>7}"
        )
        if "health" in chosen.cases:
            requests = [
                (peer, Request(f"{peer.url}/health")) for peer in (peers["nginx"], bench.ours)
            ]
            bench.compare("health", 256, requests)
        if "validate" in chosen.cases:
            bench.validation()
        if "pages" in chosen.cases:
            bench.page("pricing", "/pricing", {})
            bench.page(f"dashboard, {INVOICES:,} invoices", "/dashboard", portal)
        if "logins" in chosen.cases:
            bench.log_ins()


def documents(rounds: int, count: int = 200) -> None:
    """Invoices of a page, ours and reportlab's by turns."""
    print(f"{'invoices of a page':34} {'threads':>7} {'per s':>8} {'cpu ms':>7} {'bytes':>8} {'ratio':>6}")
    for threads in (1, 2):
        pairs = [
            (bench_documents.ours(threads, count), bench_documents.reportlab(threads, count))
            for _ in range(rounds)
        ]
        ratio = statistics.median(ours.per_second / other.per_second for ours, other in pairs)
        for name, index in (("ours, PDF/A-3 and PDF/UA", 0), ("reportlab, plain", 1)):
            rate = statistics.median(pair[index].per_second for pair in pairs)
            processor = statistics.median(pair[index].milliseconds for pair in pairs)
            shown = f"{pairs[0][index].size:8,} {ratio if index == 0 else 1:6.2f}"
            print(f"{name:34} {threads:7} {rate:8.1f} {processor:7.2f} {shown}")
    print(flush=True)


def checks(bench: Bench) -> bool:
    """Whether a licence is found, which also loads the panel's key."""
    with bench.keys.open() as lines:
        question = {"license_key": next(lines).strip(), "feature": "create_email"}
    answer = bench.system.http.post(VALIDATE, json=question, headers=PANEL)
    return answer.status_code == 200 and answer.json()["valid"]


if __name__ == "__main__":
    main()
