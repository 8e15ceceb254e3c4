"""A client that sends any bytes, and reads answers without trusting them."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from dataclasses import dataclass

Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


class RawClient:
    """One connection."""

    def __init__(self, port: int, seconds: float = 10, buffer: int | None = None) -> None:
        self.socket = socket.socket()
        if buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
        self.socket.settimeout(seconds)
        self.socket.connect(("127.0.0.1", port))
        self.rest = b""

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> bool:
        """Whether all of it was taken; a server may refuse before it has read everything."""
        try:
            self.socket.sendall(data)
        except OSError:
            return False
        return True

    def send_beside(self, data: bytes) -> threading.Thread:
        """Sends while somebody reads, as one must who is answered before the end."""
        thread = threading.Thread(target=self.send, args=(data,), daemon=True)
        thread.start()
        return thread

    def read_more(self) -> bool:
        with contextlib.suppress(ConnectionError):
            data = self.socket.recv(1 << 16)
            self.rest += data
            return bool(data)
        return False

    def read_to_end(self) -> bytes:
        while self.read_more():
            pass
        return self.rest

    def is_closed_within(self, seconds: float) -> bool:
        """Whether the server ends the connection, and says nothing more, in that time."""
        before = time.monotonic()
        self.socket.settimeout(seconds)
        try:
            data = self.socket.recv(1)
        except TimeoutError:
            return False
        except ConnectionError:
            data = b""
        return data == b"" and time.monotonic() - before <= seconds

    def answer(self) -> Answer | None:
        """The next answer; nothing when the connection ends first."""
        while b"\r\n\r\n" not in self.rest:
            if not self.read_more():
                assert self.rest == b"", f"half of an answer: {self.rest[:200]!r}"
                return None
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        version, status, _ = first.split(" ", 2)
        assert version in ("HTTP/1.1", "HTTP/1.0"), first
        headers = [(name, value.strip()) for name, _, value in (line.partition(":") for line in lines)]
        answer = Answer(int(status), headers, b"")
        if "chunked" in answer.all("Transfer-Encoding"):
            return Answer(answer.status, headers, self._chunks())
        return Answer(answer.status, headers, self._exactly(int((answer.all("Content-Length") or ["0"])[0])))

    def _exactly(self, count: int) -> bytes:
        while len(self.rest) < count:
            assert self.read_more(), f"the body ends after {len(self.rest)} of {count} bytes"
        body, self.rest = self.rest[:count], self.rest[count:]
        return body

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while b"\r\n" not in self.rest:
                assert self.read_more(), "the chunks end early"
            size, _, self.rest = self.rest.partition(b"\r\n")
            chunk = self._exactly(int(size, 16) + 2)
            if len(chunk) == 2:
                return body
            body += chunk[:-2]


def ask(port: int, data: bytes) -> Answer:
    """The one answer to some bytes, on a connection of its own."""
    with RawClient(port) as client:
        thread = client.send_beside(data)
        answer = client.answer()
        client.socket.close()
        thread.join(timeout=5)
    assert answer is not None, "the connection ended without an answer"
    return answer
