"""Mixed load for a long time, and what it leaves behind in memory, files, connections and jobs.

Started by `make soak` as `scripts/soak steady`. The figures are to be flat after the warm-up.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from bench_data import connect
from bench_load import resident_megabytes
from billing_system import System, running_system
from mixed_load import MixedLoad, make_room

CLIENTS = 4
COUNTS = """
    SELECT (SELECT count(*) FROM pg_stat_activity WHERE datname = 'billing'
            AND pid <> pg_backend_pid()),
        (SELECT count(*) FROM jobs WHERE status = 'queued'),
        (SELECT count(*) FROM jobs WHERE status = 'running'),
        (SELECT count(*) FROM jobs WHERE status = 'dead'),
        (SELECT count(*) FROM jobs WHERE finished_at IS NOT NULL),
        (SELECT count(*) FROM orders WHERE status = 'completed')
"""


def main() -> None:
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
        finished = 0
        try:
            while time.monotonic() - began < chosen.minutes * 60:
                time.sleep(chosen.every)
                finished = show(system, (time.monotonic() - began) / 60, finished, chosen.every)
        finally:
            load.stop()
        time.sleep(5)
        print("five seconds after the load:")
        show(system, (time.monotonic() - began) / 60, finished, chosen.every)
        print(load.journal.summary())
        for fault in load.journal.faults:
            print(f"FAULT {fault}")


def show(system: System, minute: float, finished_before: int, seconds: float) -> int:
    system.billing.require_running()
    assert system.billing.pid is not None
    process = Path(f"/proc/{system.billing.pid}")
    with connect(system) as session:
        row = session.execute(COUNTS).fetchone()
    assert row is not None
    connections, queued, running, dead, finished, orders = row
    files = len(list((process / "fd").iterdir()))
    threads = len(list((process / "task").iterdir()))
    rate = (finished - finished_before) / seconds * 60
    print(
        f"{minute:6.1f} {resident_megabytes([system.billing.pid]):6.1f} {files:6} {threads:7}"
        f" {connections:4} {queued:7} {running:7} {dead:5} {rate:9.0f} {orders:7}",
        flush=True,
    )
    return finished


if __name__ == "__main__":
    main()
