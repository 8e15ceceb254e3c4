"""`billing verify` beside a running system."""

from __future__ import annotations

import json
import os
import subprocess
import time
from dataclasses import dataclass
from typing import Any

from billing_system import PROGRAMS, ROOT, System


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
