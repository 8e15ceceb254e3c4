"""A PostgreSQL server of the tests' own, with ways to kill it and parts of it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from billing_system import eventually

INSTALLED = Path("/usr/lib/postgresql")


def newest_programs() -> Path:
    versions = [each for each in INSTALLED.iterdir() if each.name.isdigit()]
    return max(versions, key=lambda each: int(each.name)) / "bin"


class PostgresServer:
    """A server that listens on a socket in its folder, with the settings of a private cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.programs = newest_programs()
        self.url = f"postgresql://postgres@/billing?host={quote(str(folder), safe='')}"

    def create(self) -> None:
        """Makes the server's files, starts it and makes the database."""
        self.folder.mkdir(mode=0o700)
        if os.getuid() == 0:
            shutil.chown(self.folder, "postgres")
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
        self.start()
        host = str(self.folder)
        with psycopg.connect(host=host, user="postgres", autocommit=True) as session:
            session.execute("CREATE DATABASE billing")

    def start(self) -> None:
        # What a killed server leaves behind holds its memory until it notices, and the start fails;
        # on a machine that is busy with other things both take long.
        try:
            eventually(self._start_once, 180, "PostgreSQL that runs", every=0.5)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; its last words:\n{self._last_words()}") from error

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-D", self.data, "-m", "immediate", check=False)

    def kill(self) -> None:
        """kill -9 of the server itself; its backends notice and end."""
        os.kill(self._pid(), signal.SIGKILL)

    def kill_backend(self, dice: random.Random) -> bool:
        """kill -9 of one connection's process, which makes the server end all and recover."""
        try:
            with psycopg.connect(self.url, autocommit=True) as session:
                pids = session.execute(
                    "SELECT pid FROM pg_stat_activity WHERE datname = 'billing'"
                    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
                ).fetchall()
        except psycopg.OperationalError:
            return False
        if not pids:
            return False
        try:
            os.kill(dice.choice(pids)[0], signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds, as the superuser; waits out a recovery."""
        deadline = time.monotonic() + 30
        while True:
            try:
                with psycopg.connect(self.url, autocommit=True) as session:
                    return session.execute(query).fetchall()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as session:
            session.execute(statement)

    def _start_once(self) -> bool:
        settings = (
            f"-c listen_addresses= -c unix_socket_directories={self.folder}"
            " -c max_connections=200 -c shared_buffers=128MB"
        )
        log = self.folder / "server.log"
        words = ("start", "-D", self.data, "-l", log, "-w", "-t", "30", "-s", "-o", settings)
        # One that took too long for pg_ctl may run by now, and a second one cannot be started.
        return self._run("pg_ctl", *words, check=False).returncode == 0 or self._answers()

    def _last_words(self) -> str:
        try:
            text = (self.folder / "server.log").read_text(errors="replace")
        except OSError as error:
            return str(error)
        return "\n".join(text.splitlines()[-20:])

    def _answers(self) -> bool:
        try:
            psycopg.connect(host=str(self.folder), user="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    def _pid(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def _run(
        self, program: str, *words: Path | str, check: bool = True
    ) -> subprocess.CompletedProcess[bytes]:
        command = [self.programs / program, *words]
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root.
            command = ["runuser", "-u", "postgres", "--", *command]
        return subprocess.run(
            command,
            check=check,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
