"""Several instances on one database, as behind a balancer, and many clients that ask at once."""

from __future__ import annotations

import collections
import concurrent.futures
import contextlib
import functools
import http.client
import itertools
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from billing_system import PATIENCE, Ports, Program, System, eventually
from postgres_server import PostgresServer
from verification import verify

# What an answer says: its status, and what is wrong.
Outcome = tuple[int, str]


@dataclass(frozen=True)
class Answer:
    status_code: int
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status_code < 300

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Call:
    """One POST to the API, by whoever the client is logged in as."""

    by: httpx.Client
    path: str
    body: Any = None
    key: str | None = None

    def make(self, address: str, start: threading.Barrier) -> Answer:
        """Connects, waits for all others to be connected, and asks."""
        headers = {"Authorization": self.by.headers["Authorization"]}
        if self.key is not None:
            headers["Idempotency-Key"] = self.key
        if self.body is not None:
            headers["Content-Type"] = "application/json"
        body = None if self.body is None else json.dumps(self.body)
        connection = http.client.HTTPConnection(address, timeout=90 * PATIENCE)
        with contextlib.closing(connection):
            connection.connect()
            start.wait(timeout=60)
            connection.request("POST", f"/api/v1{self.path}", body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.read())


class Cluster:
    """A sandbox and a number of instances, all of which answer and work."""

    def __init__(self, instances: int, **settings: str) -> None:
        self.system = System(**settings)
        self.database = PostgresServer(Path(self.system.data) / "shared-postgres")
        self.system.environment |= {
            "DATABASE_URL": self.database.url,
            # Whichever of them answers, to customers and Stripe they are one.
            "API_URL": self.system.api_url,
            "PORTAL_URL": self.system.portal_url,
        }
        self.addresses = [f"127.0.0.1:{self.system.ports.api}"]
        self.others = [self._another(number) for number in range(2, instances + 1)]

    @contextlib.contextmanager
    def running(self) -> Iterator[Cluster]:
        try:
            self.database.create()
            self.system.start()
            for program in self.others:
                program.start()
            for address in self.addresses:
                eventually(functools.partial(is_ready, address), 90, "ready instance")
            yield self
        finally:
            for program in self.others:
                program.stop()
            self.system.billing.stop()
            self.database.stop()
            self.system.stop()

    def at_once(self, calls: Iterable[Call]) -> list[Answer]:
        """Makes calls at the same time, each instance's in turn; the answers in their order."""
        made = list(calls)
        start = threading.Barrier(len(made))
        addresses = itertools.cycle(self.addresses)
        with concurrent.futures.ThreadPoolExecutor(len(made)) as pool:
            waiting = [
                pool.submit(call.make, address, start)
                for call, address in zip(made, addresses, strict=False)
            ]
            return [each.result() for each in waiting]

    def require_clean_books(self) -> None:
        outcome = verify(self.system)
        assert outcome.report["findings"] == [], outcome.report["findings"]
        assert outcome.report["clean"] is True

    def _another(self, number: int) -> Program:
        ports = Ports.free()
        address = f"127.0.0.1:{ports.api}"
        listen = {"API_LISTEN": address, "PORTAL_LISTEN": f"127.0.0.1:{ports.portal}"}
        self.addresses.append(address)
        environment = {**self.system.environment, **listen}
        return Program(f"billing-{number}", ["billing", "serve"], environment)


def is_ready(address: str) -> bool:
    try:
        return httpx.get(f"http://{address}/ready", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def outcome(answer: Answer) -> Outcome:
    """The status with the code of a problem, or of its first field; a good one has no code."""
    if answer.is_success:
        return answer.status_code, ""
    problem = answer.json()
    assert problem["detail"], problem
    fields = problem.get("errors") or [problem]
    return answer.status_code, fields[0]["code"]


def outcomes(answers: Iterable[Answer]) -> collections.Counter[Outcome]:
    """How many answers there are of each kind."""
    return collections.Counter(map(outcome, answers))


def won(answers: Iterable[Answer]) -> list[Answer]:
    return [each for each in answers if each.is_success]
