"""The servers that the product is measured beside."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench_load import CORES
from billing_system import eventually, is_free, is_listening

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Peer:
    name: str
    url: str
    processes: list[int]


def free_port() -> int:
    return next(port for port in range(18_500, 18_900) if is_free(port))


@contextlib.contextmanager
def running(name: str, words: list[str], port: int, **settings: str) -> Iterator[Peer]:
    # A group of its own: a process of a server may outlive the one that started it.
    server = subprocess.Popen(
        words, cwd=HERE, env={**os.environ, **settings}, start_new_session=True
    )
    try:
        eventually(lambda: is_listening(port), 60, f"{name} that listens")
        yield Peer(name, f"http://127.0.0.1:{port}", [server.pid])
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)


@contextlib.contextmanager
def nginx(answers: dict[str, bytes]) -> Iterator[Peer]:
    """nginx with a fixed answer for each path: the shortest way from a socket to an answer."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        # Its workers are another user when we are root.
        Path(folder).chmod(0o755)
        places = "\n".join(location(Path(folder), *each) for each in answers.items())
        configuration = Path(folder) / "nginx.conf"
        configuration.write_text(NGINX.format(folder=folder, port=port, cores=CORES, places=places))
        words = ["/usr/sbin/nginx", "-c", str(configuration), "-p", folder, "-g", "daemon off;"]
        with running("nginx", words, port) as peer:
            yield peer


def location(folder: Path, path: str, answer: bytes) -> str:
    if len(answer) < 1_000:
        text = answer.decode().replace("'", "\\'")
        return f"location = {path} {{ default_type application/json; return 200 '{text}'; }}"
    (folder / path.strip("/")).write_bytes(answer)
    return f"location = {path} {{ default_type text/html; root {folder}; }}"


NGINX = """
worker_processes {cores};
worker_rlimit_nofile 20000;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 18000; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    keepalive_requests 1000000000;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=100;
    server {{
        listen 127.0.0.1:{port} reuseport backlog=4096;
        {places}
    }}
}}
"""


@contextlib.contextmanager
def fastapi(hashes: Path) -> Iterator[Peer]:
    """FastAPI under uvicorn, one process a core."""
    port = free_port()
    words = [sys.executable, "-m", "uvicorn", "bench_fastapi:app", "--port", str(port)]
    words += ["--workers", str(CORES), "--no-access-log", "--log-level", "warning"]
    words += ["--backlog", "4096"]
    with running("FastAPI", words, port, BENCH_HASHES=str(hashes)) as peer:
        yield peer


@contextlib.contextmanager
def socketify(hashes: Path) -> Iterator[Peer]:
    """µWebSockets under Python, one process a core."""
    port = free_port()
    words = [sys.executable, "bench_socketify.py", str(port), str(CORES)]
    with running("socketify", words, port, BENCH_HASHES=str(hashes)) as peer:
        yield peer
