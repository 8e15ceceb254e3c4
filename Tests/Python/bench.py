"""The benchmarks: each case beside its comparison in the same run.

Started by `make bench`, which builds with optimisation and installs the load generator wrk.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from billing_system import System, eventually, is_free, is_listening, running_system
from shopping import Customer

SECONDS = 5
CONNECTIONS = 64
CORES = os.cpu_count() or 1

# The limits that protect a server from one caller would be what is measured here.
UNLIMITED = {"RATE_LIMITS": "off"}


@dataclass(frozen=True)
class Request:
    """What wrk sends again and again."""

    url: str
    body: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def script(self) -> str:
        lines = [f"wrk.headers[{lua(key)}] = {lua(value)}" for key, value in self.headers.items()]
        if self.body is not None:
            lines += [
                'wrk.method = "POST"',
                'wrk.headers["Content-Type"] = "application/json"',
                f"wrk.body = {lua(json.dumps(self.body))}",
            ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Result:
    per_second: float
    p99: str
    failed: int


def main() -> None:
    print(
        f"{CORES} cores, {CONNECTIONS} connections, {SECONDS} s each; load and server share them\n"
    )
    print(f"{'case':34} {'requests/s':>12} {'p99':>10} {'failed':>8}")
    with running_system(**UNLIMITED) as system, comparison() as other:
        panel, license_key = panel_and_licence(system)
        question = {"license_key": license_key, "feature": "create_database"}
        theirs = {"X-API-Key": "npk_bench", "X-API-Secret": "nps_bench"}
        validate = "/api/v1/licenses/validate"
        show("health, ours", Request(f"{system.api_url}/health"))
        show("health, FastAPI", Request(f"{other}/health"))
        show("licence check, ours", Request(system.api_url + validate, question, panel))
        show("licence check, FastAPI in memory", Request(other + validate, question, theirs))
        show("plans from the database, ours", Request(f"{system.api_url}/api/v1/plans/"))
        show("front page, ours", Request(f"{system.portal_url}/"))


def panel_and_licence(system: System) -> tuple[dict[str, str], str]:
    customer = Customer.register(system)
    customer.buy(plan="enterprise")
    license_key = customer.http.get("/licenses/").json()["data"][0]["license_key"]
    wanted = {"name": "benchmark", "scopes": ["licenses:validate"]}
    issued = system.log_in("admin@example.com").post("/admin/api-keys", json=wanted).json()
    return {"X-API-Key": issued["key"], "X-API-Secret": issued["secret"]}, license_key


@contextlib.contextmanager
def comparison() -> Iterator[str]:
    """FastAPI under uvicorn, one process a core."""
    port = next(port for port in range(18_500, 18_600) if is_free(port))
    words = [sys.executable, "-m", "uvicorn", "bench_comparison:app", "--port", str(port)]
    words += ["--workers", str(CORES), "--no-access-log", "--log-level", "warning"]
    server = subprocess.Popen(words, cwd=Path(__file__).parent)
    try:
        eventually(lambda: is_listening(port), 20, "FastAPI that listens")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def show(name: str, request: Request) -> None:
    measure(request, seconds=1)
    result = measure(request, seconds=SECONDS)
    print(f"{name:34} {result.per_second:12,.0f} {result.p99:>10} {result.failed:8}", flush=True)


def measure(request: Request, seconds: int) -> Result:
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(request.script())
        script.flush()
        words = ["wrk", "--latency", f"-t{min(CORES, 4)}", f"-c{CONNECTIONS}", f"-d{seconds}s"]
        output = subprocess.run(
            [*words, "-s", script.name, request.url], check=True, capture_output=True, text=True
        ).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    lost = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    failed = int(refused[1]) if refused else 0
    failed += sum(map(int, lost.groups())) if lost else 0
    return Result(found(r"Requests/sec:\s+([\d.]+)", output), tail(output), failed)


def found(pattern: str, output: str) -> float:
    match = re.search(pattern, output)
    return float(match[1]) if match else 0.0


def tail(output: str) -> str:
    match = re.search(r"99%\s+(\S+)", output)
    return match[1] if match else "?"


def lua(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    main()
