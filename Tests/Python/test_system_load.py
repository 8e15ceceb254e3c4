"""Many connections at once: the idle cost the busy nothing, and too many are refused in words."""

from __future__ import annotations

from billing_system import System, eventually, running_system
from load import IdleCrowd, ask_steadily, overload
from raw_client import RawClient, get

LIMIT = 64


def is_served(system: System) -> bool:
    client = RawClient(system.ports.api)
    try:
        return client.ask(get("/health"))[0] == 200
    finally:
        client.close()


def test_busy_clients_are_answered_beside_a_thousand_idle_ones(system: System) -> None:
    crowd = IdleCrowd(system.ports.api, 1_000)
    assert crowd.refused == 0
    statuses, times = ask_steadily(system.ports.api, per_second=200, seconds=2)
    assert set(statuses) == {200}
    assert len(times) >= 390
    # Those that waited were not forgotten.
    assert crowd.ask_all() == {200: 1_000}
    crowd.close()


def test_callers_beyond_the_limit_are_refused_and_served_when_there_is_room() -> None:
    with running_system(RATE_LIMITS="off", MAX_CONNECTIONS=str(LIMIT)) as system:
        # What asked whether the system is ready keeps a connection too.
        system.http.close()
        eventually(lambda: is_served(system), 10, "room")
        for _ in range(3):
            told = overload(system, LIMIT)
            assert told == {503: LIMIT // 16}
            assert eventually(lambda: is_served(system), 10, "room again")
