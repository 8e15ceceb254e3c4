"""Many connections: idle ones beside busy ones, slow clients, and more than the server takes.

Started by `make soak` as `scripts/soak connections`; test_system_load.py does the same in small.
"""

from __future__ import annotations

import argparse
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable

from bench_load import resident_megabytes
from billing_system import System, running_system
from raw_client import RawClient, get

HEALTH = get("/health")
# A source address has ports for 28,000 connections, and closed ones hold theirs for a minute.
SOURCES = [f"127.0.0.{last}" for last in range(2, 10)]


class IdleCrowd:
    """Connections that have asked once and stay open."""

    def __init__(self, port: int, count: int) -> None:
        self.refused = 0
        self.clients = []
        for number in range(count):
            client = RawClient(port, SOURCES[number % len(SOURCES)])
            status, ends = client.ask(HEALTH)
            self.refused += status != 200
            if ends:
                client.close()
            else:
                self.clients.append(client)

    def ask_all(self) -> Counter[int]:
        """What each of them is answered now."""
        return Counter(client.ask(HEALTH)[0] for client in self.clients)

    def close(self) -> None:
        for client in self.clients:
            client.close()


def ask_steadily(
    port: int, per_second: float, seconds: float
) -> tuple[Counter[int], list[float]]:
    """Asks at a rate of its own, however quickly it is answered; statuses and seconds."""
    statuses: Counter[int] = Counter()
    times: list[float] = []
    clients = 4
    pace = clients / per_second
    lock = threading.Lock()

    def work(number: int) -> None:
        client = RawClient(port)
        due = time.monotonic() + pace * number / clients
        end = due + seconds
        mine: Counter[int] = Counter()
        taken = []
        while due < end:
            time.sleep(max(0, due - time.monotonic()))
            # From when it was due: an answer that is late makes the next one late as well.
            status, ends = client.ask(HEALTH)
            taken.append(time.monotonic() - due)
            mine[status] += 1
            if ends:
                client.close()
                client = RawClient(port)
            due += pace
        client.close()
        with lock:
            statuses.update(mine)
            times.extend(taken)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return statuses, times


def seconds_until_cut(act: Callable[[RawClient], None], port: int, limit: float) -> float:
    """How long the server bears with a client that goes on to do something."""
    client = RawClient(port, timeout=limit)
    began = time.monotonic()
    try:
        while time.monotonic() - began < limit:
            act(client)
    except OSError:
        return time.monotonic() - began
    finally:
        client.close()
    return limit


def send_slowly(client: RawClient) -> None:
    client.socket.sendall(b"x")
    time.sleep(0.5)
    # The server's word about it, and then its end, come by this way.
    client.socket.settimeout(0.01)
    try:
        if not client.socket.recv(4_096):
            raise ConnectionResetError
    except TimeoutError:
        pass


def overload(system: System, limit: int) -> Counter[int]:
    """What callers beyond the limit are told; afterwards those within it are answered again."""
    crowd = IdleCrowd(system.ports.api, limit)
    assert crowd.refused == 0
    told: Counter[int] = Counter()
    for _ in range(max(1, limit // 16)):
        client = RawClient(system.ports.api)
        told[client.ask(HEALTH)[0]] += 1
        client.close()
    assert set(crowd.ask_all()) == {200}
    crowd.close()
    return told


def percentile(times: list[float], part: int) -> float:
    return statistics.quantiles(times, n=100)[part - 1] * 1_000


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--idle", type=int, default=10_000)
    words.add_argument("--rate", type=float, default=500)
    words.add_argument("--seconds", type=float, default=20)
    chosen = words.parse_args()
    with running_system(RATE_LIMITS="off", LOG_LEVEL="warning") as system:
        port = system.ports.api
        assert system.billing.pid is not None
        processes = [system.billing.pid]

        def show(what: str) -> None:
            statuses, times = ask_steadily(port, chosen.rate, chosen.seconds)
            print(
                f"{what}: {dict(statuses)}, p50 {percentile(times, 50):.2f} ms,"
                f" p99 {percentile(times, 99):.2f} ms,"
                f" {resident_megabytes(processes):.0f} MB resident",
                flush=True,
            )

        show(f"{chosen.rate:g} requests a second alone")
        crowd = IdleCrowd(port, chosen.idle)
        print(f"{len(crowd.clients)} idle connections, {crowd.refused} refused")
        show(f"{chosen.rate:g} requests a second beside them")
        print(f"the idle ones afterwards: {dict(crowd.ask_all())}")
        crowd.close()
        slow = seconds_until_cut(send_slowly, port, 120)
        print(f"a sender of two bytes a second is cut off after {slow:.1f} s")
        print(f"a reader that reads nothing is cut off after {reader_seconds(port):.1f} s")


def reader_seconds(port: int) -> float:
    """How long an answer waits for a client that does not read it."""
    client = RawClient(port, timeout=200)
    # Many at once, so that they do not fit what the kernel keeps for both sides.
    client.socket.sendall(get("/openapi.json") * 60)
    began = time.monotonic()
    while time.monotonic() - began < 180:
        time.sleep(1)
        if is_reset(client):
            break
    client.close()
    return time.monotonic() - began


def is_reset(client: RawClient) -> bool:
    """Whether the other side has ended, without reading anything of what it sent."""
    try:
        client.socket.send(b"\r\n")
    except OSError:
        return True
    return False


if __name__ == "__main__":
    main()
