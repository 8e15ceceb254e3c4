"""`kill -9` of server, worker, a database connection and the database, again and again under load.

Started by `make soak`, and for fewer rounds by test_system_kill_rounds.py.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from billing_system import PATIENCE, Program, System, eventually
from mixed_load import Journal, MixedLoad, make_room
from postgres_server import PostgresServer
from reconciliation import HURRY, PAID, UNDER_WAY, UNFINISHED, Reconciliation

CLIENTS = 6
# So long nothing at all may come to its end while work is waited for.
STANDSTILL_SECONDS = 90
# After so many kills the clients rest until all is delivered: a licence has to be there to report.
ROUNDS_WITHOUT_REST = 10
VICTIMS = ["server", "worker", "connection", "database"]
SETTINGS = {
    "RATE_LIMITS": "off",
    "JOB_LEASE_SECONDS": "4",
    "REMOTE_DEADLINE_SECONDS": "2",
    "DATABASE_CONNECTIONS": "6",
}


class Instances:
    """The sandbox, one instance that answers, one that works, and the database they share."""

    def __init__(self) -> None:
        self.system = System(ROLE="web", **SETTINGS)
        self.database = PostgresServer(Path(self.system.data) / "shared-postgres")
        self.system.environment["DATABASE_URL"] = self.database.url
        self.web = self.system.billing
        self.worker = Program(
            "worker",
            ["billing", "serve"],
            {**self.web.environment, "ROLE": "worker"},
        )

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        try:
            self.database.create()
            self.system.start()
            self.worker.start()
            yield
        finally:
            self.worker.stop()
            self.web.stop()
            self.database.stop()
            self.system.stop()

    def kill(self, victim: str, dice: random.Random) -> bool:
        """Kills, and starts again what does not start by itself; false when nobody was there."""
        match victim:
            case "server":
                self.web.kill()
                self.system.start_billing()
            case "worker":
                self.worker.kill()
                self.worker.start()
            case "connection":
                return self.database.kill_backend(dice)
            case _:
                self.database.kill()
                self.database.start()
        return True

    def require_running(self) -> None:
        """Nobody else ends because one of them did."""
        for program in (self.system.sandbox, self.web, self.worker):
            program.require_running()


class KillRounds:
    """The rounds, and what they left behind."""

    def __init__(self, rounds: int, seed: int, pause_seconds: float) -> None:
        self.rounds = rounds
        self.dice = random.Random(seed)
        self.seed = seed
        self.pause_seconds = pause_seconds
        self.kills: collections.Counter[str] = collections.Counter()
        self.journal = Journal()
        self.differences: list[str] = []

    def run(self) -> None:
        instances = Instances()
        with instances.running():
            make_room(instances.system)
            load = MixedLoad(instances.system, CLIENTS, self.seed)
            self.journal = load.journal
            load.start()
            try:
                for number in range(self.rounds):
                    self._round(instances, VICTIMS[number % len(VICTIMS)])
                    if number % ROUNDS_WITHOUT_REST == ROUNDS_WITHOUT_REST - 1:
                        with load.resting():
                            self.differences += settle(instances)
                    if number % 50 == 49:
                        print(f"round {number + 1}: {self.journal.summary()}", flush=True)
            finally:
                load.stop()
            self.differences += settle(instances)
            self.differences += Reconciliation(
                instances.system, self.journal, instances.database.rows
            ).differences()
            if len(self.journal.reports) < self.rounds / 5:
                self.differences.append(f"only {len(self.journal.reports)} reports were made")

    def _round(self, instances: Instances, victim: str) -> None:
        enough = self.journal.acknowledged + CLIENTS
        time.sleep(self.dice.uniform(0.05, self.pause_seconds))
        # A kill tells nothing where nothing was done since the one before.
        eventually(lambda: self.journal.acknowledged >= enough, 60, "answers between two kills")
        instances.require_running()
        self.kills[victim] += instances.kill(victim, self.dice)


def settle(instances: Instances) -> list[str]:
    """Waits until nothing is left to be done, hurrying what waits for its next attempt.

    It may take as long as it likes while something comes to its end.
    """
    instances.require_running()
    instances.system.require_ready()
    rows = instances.database.rows
    charges = sum(each["paid"] for each in instances.system.stripe.state()["charges"])
    least = sys.maxsize
    deadline = 0.0
    while True:
        # A webhook that was dropped or held up comes again, as Stripe sends it again.
        with contextlib.suppress(httpx.HTTPError):
            instances.system.stripe.redeliver_webhooks()
        instances.database.run(HURRY)
        ((paid,),) = rows(PAID)
        left = max(0, charges - paid) + len(rows(UNFINISHED)) + len(rows(UNDER_WAY))
        if left == 0:
            return []
        if left < least:
            least = left
            deadline = time.monotonic() + STANDSTILL_SECONDS * PATIENCE
        elif time.monotonic() > deadline:
            return [f"work does not end: {rows(UNFINISHED)[:10]} {rows(UNDER_WAY)[:10]}"]
        time.sleep(0.5)


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("rounds", type=int, nargs="?", default=1_000)
    words.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    words.add_argument("--pause", type=float, default=1.5, help="the longest pause between kills")
    chosen = words.parse_args()
    return run_to_end(KillRounds(chosen.rounds, chosen.seed, chosen.pause), chosen)


def run_to_end(rounds: Any, chosen: argparse.Namespace) -> int:
    """Runs rounds of kills, whichever they are, and says what they came to."""
    print(f"{chosen.rounds} rounds, seed {chosen.seed}", flush=True)
    began = time.monotonic()
    rounds.run()
    kills = ", ".join(f"{name} {count}" for name, count in rounds.kills.items())
    print(f"{time.monotonic() - began:.0f} s; killed: {kills}")
    print(rounds.journal.summary())
    for difference in rounds.differences:
        print(f"DIFFERENCE {difference}")
    print("nothing was lost and nothing happened twice" if not rounds.differences else "FAILED")
    return 1 if rounds.differences else 0


if __name__ == "__main__":
    sys.exit(main())
