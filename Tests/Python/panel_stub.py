"""A panel that is no panel: it answers as one does, and keeps every byte that it was sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from loopback_server import LoopbackServer, QuietHandler

API_KEY = "npk_of_the_stub"
API_SECRET = "nps_of_the_stub"
ACCOUNTS = "/api/v1/billing/accounts"


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    line: str
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class PanelStub:
    received: list[Received] = field(default_factory=list)
    accounts: dict[int, dict[str, Any]] = field(default_factory=dict)

    def calls(self, line: str) -> list[Received]:
        """The requests with a line such as `GET /api/health`."""
        return [each for each in self.received if each.line == f"{line} HTTP/1.1"]

    def only(self, line: str) -> Received:
        found = self.calls(line)
        assert len(found) == 1, (line, [each.line for each in self.received])
        return found[0]

    def forget(self) -> None:
        self.received.clear()

    def answer(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        if path == "/api/health":
            return 200, {"status": "ok"}
        if path == "/api/v1/licenses/provision":
            return 200, {"success": True}
        if (method, path) == ("GET", ACCOUNTS):
            return 200, [*self.accounts.values()]
        if (method, path) == ("POST", ACCOUNTS):
            asked = json.loads(body)
            number = 42 + len(self.accounts)
            kept = {name: asked[name] for name in ("username", "email", "billing_id")}
            self.accounts[number] = {"id": number, **kept}
            return 201, self.accounts[number]
        number = int(path.split("/")[5])
        if number not in self.accounts:
            return 404, {"detail": "User not found"}
        return self.answer_about(method, path, number)

    def answer_about(self, method: str, path: str, number: int) -> tuple[int, Any]:
        account = self.accounts[number]
        if path.endswith("/stats"):
            counts = ["domains", "databases", "email_accounts", "ssl_certificates"]
            used = {f"total_{name}": index for index, name in enumerate(counts)}
            more = {"storage_used": 12.0, "last_login": None, "account_age_days": 0}
            about = {name: account[name] for name in ("username", "email")}
            return 200, {"user_id": number, **about, **used, **more}
        if method == "DELETE":
            del self.accounts[number]
        return 200, account

    def __enter__(self) -> PanelStub:
        stub = self

        class Handler(QuietHandler):
            protocol_version = "HTTP/1.1"

            def take(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                stub.received.append(Received(self.requestline, self.headers.items(), body))
                status, value = stub.answer(self.command, self.path, body)
                text = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = take

        self._server = LoopbackServer(Handler)
        self.url = self._server.url
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.close()
