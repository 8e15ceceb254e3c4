"""The whole system as child processes: sandbox and server, and ways to break and drive them."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

ROOT = Path(__file__).resolve().parents[2]
# By how much longer than usual to wait, for runs beside other work; the Swift suites read it too.
PATIENCE = max(1.0, float(os.environ.get("TEST_PATIENCE") or 1))
PROGRAMS = Path(os.environ.get("BILLING_PROGRAMS", ROOT / ".build" / "debug"))
LOGS = ROOT / "build" / "logs"
DEMO_PASSWORD = "sandbox-password"

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1

T = TypeVar("T")


@dataclass(frozen=True)
class Ports:
    """Where everything listens; the sandbox shifts its own ports by the offset."""

    offset: int

    SANDBOX = {
        "stripe": 12111,
        "resellerclub": 12201,
        "vies": 12301,
        "namecheap": 12202,
        "opensrs": 12203,
        "godaddy": 12204,
        "panel1": 9000,
        "panel2": 9010,
        "panel3": 9020,
        "smtp": 1025,
        "inbox": 8025,
    }

    @property
    def api(self) -> int:
        return 8001 + self.offset

    @property
    def portal(self) -> int:
        return 3001 + self.offset

    def of(self, simulator: str) -> int:
        return self.SANDBOX[simulator] + self.offset

    @classmethod
    def free(cls) -> Ports:
        """A block that nobody listens on, below the ports that the system hands out by itself."""
        for _ in range(200):
            ports = cls(offset=random.randrange(13_000, 20_000))
            every = [ports.api, ports.portal, *map(ports.of, cls.SANDBOX)]
            if all(map(is_free, every)):
                return ports
        raise RuntimeError("no free block of ports was found")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_gone(path: Path) -> bool:
    return not path.exists()


def is_listening(port: int) -> bool:
    """Asks by connecting: a trial bind could take the port from the one who is about to listen."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def eventually(ask: Callable[[], T | None], seconds: float, what: str, every: float = 0.1) -> T:
    """Asks until there is an answer that counts as true."""
    seconds *= PATIENCE
    deadline = time.monotonic() + seconds
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds:g} s there was still no {what}")
        time.sleep(every)


def die_with_parent() -> None:
    """Lets the kernel end a child when the test run ends, however it ends."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Program:
    """One of our executables, as the leader of its own process group."""

    def __init__(self, name: str, words: list[str], environment: dict[str, str]) -> None:
        self.name = name
        self.words = words
        self.environment = environment
        self.log = LOGS / f"{name}-{environment['SANDBOX_PORT_OFFSET']}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, **extra: str) -> None:
        program = PROGRAMS / self.words[0]
        if not program.exists():
            raise FileNotFoundError(f"{program} is missing: run `swift build` first")
        LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [program, *self.words[1:]],
                env={**self.environment, **extra},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def resident_bytes(self) -> int:
        """How much memory the process holds now."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(each for each in status.splitlines() if each.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    @property
    def open_files(self) -> int:
        """How many descriptors the process holds now, connections among them."""
        assert self._process is not None
        return len(list(Path(f"/proc/{self._process.pid}/fd").iterdir()))

    def require_running(self) -> None:
        if not self.is_running:
            raise RuntimeError(f"{self.name} ended by itself; it said:\n{self.tail()}")

    def wait_for_end(self, seconds: float = 30) -> int:
        """The exit code; minus the signal's number when a signal ended it."""
        assert self._process is not None
        return self._process.wait(timeout=seconds)

    def ask_to_end(self) -> None:
        self._signal(signal.SIGTERM)

    def stop(self) -> None:
        """Asks it to end, and ends it when it does not."""
        self.ask_to_end()
        if self._process is not None:
            try:
                self._process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.kill()
        self._signal(signal.SIGKILL)

    def kill(self) -> None:
        """kill -9, as a crash or a dead machine does it."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(timeout=10)

    def tail(self, lines: int = 40) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _signal(self, number: signal.Signals) -> None:
        # The group can outlive its leader, and its number is not given away while it does.
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)


def header(request: dict[str, Any], name: str) -> str:
    """A header of a recorded request; empty when it is absent."""
    return next((value for key, value in request["headers"].items() if key.lower() == name), "")


class Simulator:
    """The controls of one simulator."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=40, trust_env=False)

    def requests(self) -> list[dict[str, Any]]:
        """What it was asked, in order."""
        return self._get("/_sandbox/requests")["data"]

    def state(self) -> dict[str, Any]:
        return self._get("/_sandbox/state")

    def fail(self, match: str, mode: str, times: int = 1) -> None:
        """Lets the next calls like `POST /v1/refunds` fail; the modes are those of the sandbox."""
        body = {"match": match, "mode": mode, "times": times}
        self.http.post("/_sandbox/faults", json=body).raise_for_status()

    def clear_faults(self) -> None:
        self.http.delete("/_sandbox/faults").raise_for_status()

    def reset(self) -> None:
        self.http.post("/_sandbox/reset").raise_for_status()

    def control(self, path: str, body: dict[str, Any]) -> None:
        """Sets something that this simulator alone can be told."""
        self.http.post(f"/_sandbox/{path}", json=body).raise_for_status()

    def _get(self, path: str) -> Any:
        return self.http.get(path).raise_for_status().json()


class StripeSimulator(Simulator):
    def complete_checkout(self, session: str, card: str = "4242424242424242") -> httpx.Response:
        """Finishes the hosted page as a customer would, and returns what the simulator says."""
        path = f"/_sandbox/checkout/sessions/{session}/complete"
        return self.http.post(path, json={"card": card})

    def confirm_intent(self, client_secret: str, card: str) -> httpx.Response:
        """Confirms a payment as Stripe's script in a browser does, by its secret alone."""
        intent = client_secret.partition("_secret_")[0]
        return self.http.post(
            f"/v1/payment_intents/{intent}/confirm",
            data={
                "client_secret": client_secret,
                "payment_method": card,
                "return_url": "https://shop.example/",
            },
            headers={"Authorization": "Bearer pk_test_of_a_browser"},
        )

    def end_debit(self, intent: str, *, succeeds: bool) -> None:
        """Lets the bank of a debit that is on its way answer."""
        end = "settle" if succeeds else "fail"
        self.http.post(f"/_sandbox/payment_intents/{intent}/{end}").raise_for_status()

    def settle_refund(self, refund: str) -> None:
        """Ends a refund that was still on its way."""
        self.http.post(f"/_sandbox/refunds/{refund}/settle").raise_for_status()

    def dispute(self, intent: str, **wish: Any) -> dict[str, Any]:
        """Lets a bank dispute a payment; the wish may name a reason, an amount, an inquiry."""
        answer = self.http.post(f"/_sandbox/payment_intents/{intent}/dispute", json=wish)
        return answer.raise_for_status().json()

    def decide_dispute(self, dispute: str, how: str, **wish: Any) -> dict[str, Any]:
        """Goes on with a dispute: `review`, `escalate`, `win` or `lose`."""
        answer = self.http.post(f"/_sandbox/disputes/{dispute}/{how}", json=wish)
        return answer.raise_for_status().json()

    def fail_refund(self, refund: str, reason: str) -> None:
        """Lets a refund fail after it was made."""
        body = {"reason": reason}
        self.http.post(f"/_sandbox/refunds/{refund}/fail", json=body).raise_for_status()

    def authenticate(self, intent: str, succeeds: bool) -> None:
        """Answers the bank's question about a payment or a card."""
        body = {"success": succeeds}
        path = f"/_sandbox/intents/{intent}/authenticate"
        self.http.post(path, json=body).raise_for_status()

    def calls_of_ours(self) -> list[dict[str, Any]]:
        """The calls that our program made, and no browser and no other client."""
        return [
            each
            for each in self.requests()
            if header(each, "user-agent").startswith("NextPanelBilling/")
        ]

    def webhooks(self, mode: str) -> None:
        """`deliver`, `hold`, `duplicate`, `reorder` or `drop`."""
        self.http.post("/_sandbox/webhooks", json={"mode": mode}).raise_for_status()

    def redeliver_webhooks(self) -> None:
        self.http.post("/_sandbox/webhooks/redeliver").raise_for_status()


class Inbox(Simulator):
    def messages(self, recipient: str | None = None) -> list[dict[str, Any]]:
        """The mails received, or those whose text names a recipient."""
        answer = self._get("/_sandbox/messages")
        mails = answer["data"] if isinstance(answer, dict) else answer
        return [mail for mail in mails if recipient is None or recipient in str(mail)]


class System:
    """The sandbox and the server on ports and data of their own."""

    def __init__(self, **settings: str) -> None:
        self.ports = Ports.free()
        # PostgreSQL runs as a user of its own when we are root, and must get to its directory.
        self.data = Path(tempfile.mkdtemp(prefix="billing-", dir="/tmp"))
        self.data.chmod(0o755)
        inherited = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
        self.environment = {
            **inherited,
            "API_LISTEN": f"127.0.0.1:{self.ports.api}",
            "PORTAL_LISTEN": f"127.0.0.1:{self.ports.portal}",
            "SANDBOX_PORT_OFFSET": str(self.ports.offset),
            "DATA_DIR": str(self.data),
            **settings,
        }
        self.sandbox = Program("sandbox", ["sandbox"], self.environment)
        self.billing = Program("billing", ["billing", "serve"], self.environment)
        self.api_url = f"http://127.0.0.1:{self.ports.api}"
        self.portal_url = f"http://127.0.0.1:{self.ports.portal}"
        self.http = httpx.Client(base_url=self.api_url, timeout=40, trust_env=False)

        self.stripe = StripeSimulator(self._simulator_url("stripe"))
        self.inbox = Inbox(self._simulator_url("inbox"))
        self.vies = Simulator(self._simulator_url("vies"))
        self.registrars = {
            name: Simulator(self._simulator_url(name))
            for name in ("resellerclub", "namecheap", "opensrs", "godaddy")
        }
        self.panels = [
            Simulator(self._simulator_url(name)) for name in ("panel1", "panel2", "panel3")
        ]

    def start(self) -> None:
        self.start_sandbox()
        self.start_billing()

    def start_sandbox(self) -> None:
        self.sandbox.start()
        eventually(self._sandbox_listens, 20, "listening sandbox")

    def start_billing(self, fault_point: str | None = None) -> None:
        """Starts the server; at the named fault point it will kill itself."""
        extra = {} if fault_point is None else {"FAULT_POINT": fault_point}
        self.billing.start(**extra)
        eventually(self._is_ready, 90, "ready server")

    def require_ready(self) -> None:
        """Waits until the server answers, which must be running."""
        eventually(self._is_ready, 90, "ready server")

    def restart_billing(self, fault_point: str | None = None) -> None:
        self.billing.stop()
        self.start_billing(fault_point)

    def kill_billing(self) -> None:
        self.billing.kill()

    def stop(self) -> None:
        self.billing.stop()
        self.sandbox.stop()
        self._stop_database()
        shutil.rmtree(self.data, ignore_errors=True)

    def log_in(self, email: str, password: str = DEMO_PASSWORD) -> httpx.Client:
        """A client that carries the access token of a log-in."""
        body = {"email": email, "password": password}
        answer = self.http.post("/api/v1/auth/login", json=body).raise_for_status().json()
        return self.client(answer["access_token"])

    def client(self, access_token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {access_token}"} if access_token else {}
        return httpx.Client(
            base_url=f"{self.api_url}/api/v1", headers=headers, timeout=40, trust_env=False
        )

    def _simulator_url(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports.of(name)}"

    def _sandbox_listens(self) -> bool:
        self.sandbox.require_running()
        return all(is_listening(self.ports.of(name)) for name in Ports.SANDBOX)

    def _is_ready(self) -> bool:
        self.billing.require_running()
        try:
            return self.http.get("/ready").status_code == 200
        except httpx.TransportError:
            return False

    def _stop_database(self) -> None:
        """Stops the private cluster if a killed server left it running."""
        for lock in self.data.glob("**/postmaster.pid"):
            with contextlib.suppress(OSError, ValueError):
                os.kill(int(lock.read_text().splitlines()[0]), signal.SIGINT)
                # The server removes its lock file last of all.
                eventually(functools.partial(is_gone, lock), 20, "end of the database")


@contextlib.contextmanager
def running_system(**settings: str) -> Iterator[System]:
    """A system that runs while the block does, with settings beyond the usual ones."""
    system = System(**settings)
    try:
        system.start()
        yield system
    finally:
        system.stop()
