"""A server that is told to end under load answers what it took, and loses no job."""

from __future__ import annotations

import collections
import functools
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from billing_system import System, eventually
from postgres_server import PostgresServer
from raw_client import RawClient, get
from shopping import Customer, unused_domain

ROUNDS = 4
CLIENTS = 8
PATHS = ["/health", "/api/v1/plans/", "/ready", "/openapi.json"]


class Caller:
    """Asks as fast as it is answered, until nobody listens any more."""

    def __init__(self, port: int, number: int) -> None:
        self.port = port
        self.request = get(PATHS[number % len(PATHS)])
        # Half keep their connections, half make one for each request.
        self.keeps = number % 2 == 0
        self.answers: collections.Counter[int] = collections.Counter()

    def run(self) -> None:
        while True:
            try:
                client = RawClient(self.port)
            except OSError:
                return
            try:
                self._ask(client)
            finally:
                client.close()

    def _ask(self, client: RawClient) -> None:
        while True:
            status, ends = client.ask(self.request)
            self.answers[status] += 1
            if ends or not self.keeps:
                return


@pytest.fixture
def place() -> Iterator[tuple[System, PostgresServer]]:
    system = System(RATE_LIMITS="off")
    database = PostgresServer(Path(system.data) / "shared-postgres")
    system.billing.environment = {**system.billing.environment, "DATABASE_URL": database.url}
    try:
        database.create()
        system.start()
        yield system, database
    finally:
        system.billing.stop()
        database.stop()
        system.stop()


def are_busy(callers: list[Caller]) -> bool:
    return all(each.answers.total() >= 10 for each in callers)


def test_a_stop_under_load_answers_every_request_and_hands_back_every_job(
    place: tuple[System, PostgresServer],
) -> None:
    system, database = place
    for _ in range(ROUNDS):
        customer = Customer.register(system)
        orders = [customer.order(domain=unused_domain()) for _ in range(3)]
        sessions = [customer.check_out(order) for order in orders]
        for panel in system.panels:
            # Some of the jobs are in the middle of a call when the end comes.
            panel.fail("POST", "slow", times=2)
        callers = [Caller(system.ports.api, number) for number in range(CLIENTS)]
        threads = [threading.Thread(target=each.run) for each in callers]
        for thread in threads:
            thread.start()
        for session in sessions:
            assert customer.pay(session).status_code == 200

        eventually(functools.partial(are_busy, callers), 30, "load")
        system.billing.ask_to_end()
        assert system.billing.wait_for_end() == 0
        for thread in threads:
            thread.join(timeout=30)

        answers = sum((each.answers for each in callers), collections.Counter[int]())
        assert set(answers) <= {200, 503}, answers
        # Only readiness may say that the end is near.
        assert all(set(each.answers) == {200} for each in callers if b"ready" not in each.request)
        assert database.rows("SELECT kind FROM jobs WHERE status = 'running'") == []
        system.start_billing()
        for order in orders:
            assert customer.wait_for(order, seconds=60)["status"] == "completed"
