"""`billing verify` beside a running system."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from billing_system import PROGRAMS, ROOT, System, eventually


@dataclass(frozen=True)
class Outcome:
    """What the command said, and what it took."""

    status: int
    report: dict[str, Any]
    # From the start of the program to its end.
    whole: float
    megabytes: float


def verify(system: System) -> Outcome:
    """Runs the command on the system's database and returns what it found."""
    began = time.monotonic()
    with subprocess.Popen(
        [PROGRAMS / "billing", "verify", "--json"],
        env=system.environment,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Outcome(
        process.returncode, json.loads(output), time.monotonic() - began, used.ru_maxrss / 1024
    )


def await_clean_books(system: System, seconds: float = 30) -> None:
    """Waits until the command finds nothing: what is on its way is booked meanwhile."""
    findings: list[Any] = []

    def are_clean() -> bool:
        findings[:] = verify(system).report["findings"]
        return findings == []

    try:
        eventually(are_clean, seconds, "books in order", every=0.5)
    except TimeoutError as error:
        raise TimeoutError(f"{error}: {findings}") from error
