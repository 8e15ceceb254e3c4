"""Mixed load for a long time, and what it leaves behind in memory, files, connections and jobs.

Started by `make soak` as `scripts/soak steady`. The figures are to be flat after the warm-up.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench_data import connect
from bench_load import resident_megabytes
from billing_system import System, running_system
from mixed_load import MixedLoad, make_room

CLIENTS = 4
# From here to the end nothing may grow by more than this.
WARM_UP = 0.5
GROWTH = {"megabytes": 10.0, "files": 30, "threads": 8, "connections": 4}
COUNTS = """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = 'billing'
            AND pid <> pg_backend_pid()),
        (SELECT count(*) FROM jobs WHERE status = 'queued'),
        (SELECT count(*) FROM jobs WHERE status = 'running'),
        (SELECT count(*) FROM jobs WHERE status = 'dead'),
        (SELECT count(*) FROM jobs WHERE finished_at IS NOT NULL),
        (SELECT count(*) FROM orders WHERE status = 'completed')
"""


@dataclass
class Sample:
    """What the server held at one moment."""

    minute: float
    megabytes: float
    files: int
    threads: int
    connections: int
    queued: int
    running: int
    dead: int
    finished: int
    orders: int


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("minutes", type=float, nargs="?", default=60)
    words.add_argument("--every", type=float, default=60, help="seconds between two lines")
    words.add_argument("--faults", action="store_true", help="let outside parties fail meanwhile")
    chosen = words.parse_args()
    with running_system(RATE_LIMITS="off", LOG_LEVEL="warning") as system:
        make_room(system)
        load = MixedLoad(system, CLIENTS, seed=1, with_faults=chosen.faults)
        print(
            f"{'minute':>6} {'MB':>6} {'files':>6} {'threads':>7} {'db':>4} {'queued':>7}"
            f" {'running':>7} {'dead':>5} {'jobs/min':>9} {'orders':>7}"
        )
        load.start()
        began = time.monotonic()
        samples: list[Sample] = []
        try:
            while time.monotonic() - began < chosen.minutes * 60:
                time.sleep(chosen.every)
                samples.append(measured(system, began))
                show(samples)
        finally:
            load.stop()
        time.sleep(5)
        print("five seconds after the load:")
        samples.append(measured(system, began))
        show(samples)
        print(load.journal.summary())
    faults = load.journal.faults + grown(samples)
    for fault in faults:
        print(f"FAULT {fault}")
    return 1 if faults else 0


def measured(system: System, began: float) -> Sample:
    system.billing.require_running()
    assert system.billing.pid is not None
    process = Path(f"/proc/{system.billing.pid}")
    with connect(system) as session:
        row = session.execute(COUNTS).fetchone()
    assert row is not None
    connections, queued, running, dead, finished, orders = row
    return Sample(
        minute=(time.monotonic() - began) / 60,
        megabytes=resident_megabytes([system.billing.pid]),
        files=len(list((process / "fd").iterdir())),
        threads=len(list((process / "task").iterdir())),
        connections=connections,
        queued=queued,
        running=running,
        dead=dead,
        finished=finished,
        orders=orders,
    )


def show(samples: list[Sample]) -> None:
    """Prints the newest sample, with the jobs that ended since the one before."""
    it = samples[-1]
    before = samples[-2] if len(samples) > 1 else Sample(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    rate = (it.finished - before.finished) / (it.minute - before.minute)
    print(
        f"{it.minute:6.1f} {it.megabytes:6.1f} {it.files:6} {it.threads:7} {it.connections:4}"
        f" {it.queued:7} {it.running:7} {it.dead:5} {rate:9.0f} {it.orders:7}",
        flush=True,
    )


def grown(samples: list[Sample]) -> list[str]:
    """What kept growing after the warm-up, and jobs that were given up."""
    later = samples[int(len(samples) * WARM_UP) :]
    found = [f"{samples[-1].dead} jobs are dead"] if samples[-1].dead else []
    quarter = max(1, len(later) // 4)
    for name, limit in GROWTH.items():
        values = [getattr(each, name) for each in later]
        # The least of a while, because a moment's work holds what it needs.
        first, last = min(values[:quarter]), min(values[-quarter:])
        if last - first > limit:
            found.append(f"{name} grew from {first:g} to {last:g}")
    return found


if __name__ == "__main__":
    sys.exit(main())
