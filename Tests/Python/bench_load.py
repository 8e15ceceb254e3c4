"""What the benchmarks send: wrk, its scripts and its figures."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

CORES = os.cpu_count() or 1
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Request:
    """What wrk sends again and again; with keys, each question is about another licence."""

    url: str
    body: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    keys: Path | None = None

    def script(self) -> str:
        lines = [f"wrk.headers[{lua(key)}] = {lua(value)}" for key, value in self.headers.items()]
        if self.body is not None:
            lines += [
                'wrk.method = "POST"',
                'wrk.headers["Content-Type"] = "application/json"',
                f"wrk.body = {lua(json.dumps(self.body))}",
            ]
        if self.keys is not None:
            lines += [
                "local requests, place = {}, 0",
                "function init(args)",
                f"  for key in io.lines({lua(str(self.keys))}) do",
                '    local body = string.gsub(wrk.body, "KEY", key)',
                "    requests[#requests + 1] = wrk.format(nil, nil, nil, body)",
                "  end",
                "  place = math.random(#requests)",
                "end",
                "function request()",
                "  place = place % #requests + 1",
                "  return requests[place]",
                "end",
            ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class Figures:
    """What one run of wrk measured; times are in milliseconds."""

    per_second: float
    p50: float
    p99: float
    failed: int
    # Processor time of the server for one request, in microseconds.
    server_us: float = 0.0


def measure(
    request: Request, connections: int, seconds: float, servers: list[int] | None = None
) -> Figures:
    """Sends as fast as answers come; `servers` are the processes whose time is counted."""
    before = processor_seconds(servers or [])
    threads = min(CORES, connections)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(request.script())
        script.flush()
        words = ["wrk", "--latency", f"-t{threads}", f"-c{connections}", f"-d{seconds:g}s"]
        output = subprocess.run(
            [*words, "--timeout", "10s", "-s", script.name, request.url],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
    used = processor_seconds(servers or []) - before
    answered = int(found(r"(\d+) requests in", output))
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", output)
    lost = re.search(r"connect (\d+), read (\d+), write (\d+), timeout (\d+)", output)
    failed = int(refused[1]) if refused else 0
    failed += sum(map(int, lost.groups())) if lost else 0
    return Figures(
        found(r"Requests/sec:\s+([\d.]+)", output),
        milliseconds(r"^\s+50%\s+(\S+)\s*$", output),
        milliseconds(r"^\s+99%\s+(\S+)\s*$", output),
        failed,
        used / answered * 1e6 if answered else 0.0,
    )


def processor_seconds(processes: list[int]) -> float:
    """What processes and their children have used."""
    return sum(ticks(each) for each in with_children(processes)) / CLOCK_TICKS


def with_children(processes: list[int]) -> list[int]:
    every = list(processes)
    for each in processes:
        for task in Path(f"/proc/{each}/task").glob("*/children"):
            every += with_children([int(child) for child in task.read_text().split()])
    return every


def ticks(process: int) -> int:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def resident_megabytes(processes: list[int]) -> float:
    total = 0
    for each in with_children(processes):
        status = Path(f"/proc/{each}/status").read_text()
        total += int(found(r"VmRSS:\s+(\d+)", status))
    return total / 1024


def found(pattern: str, output: str) -> float:
    match = re.search(pattern, output)
    return float(match[1]) if match else 0.0


def milliseconds(pattern: str, output: str) -> float:
    match = re.search(pattern, output, re.M)
    if match is None:
        return 0.0
    number, unit = re.fullmatch(r"([\d.]+)(\D+)", match[1]).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1_000, "m": 60_000}[unit]


def lua(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
