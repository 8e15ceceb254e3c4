"""Plain sockets that speak as much HTTP as a load needs, and say exactly what became of a request."""

from __future__ import annotations

import socket


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


class RawClient:
    """One connection, from a source address of choice."""

    def __init__(self, port: int, source: str = "127.0.0.1", timeout: float = 30) -> None:
        self.socket = socket.socket()
        self.socket.settimeout(timeout)
        if source != "127.0.0.1":
            # The port is chosen at the connect: one may be used towards many others.
            self.socket.setsockopt(socket.IPPROTO_IP, socket.IP_BIND_ADDRESS_NO_PORT, 1)
            self.socket.bind((source, 0))
        try:
            self.socket.connect(("127.0.0.1", port))
        except OSError:
            self.socket.close()
            raise
        self._read = b""

    def ask(self, request: bytes) -> tuple[int, bool]:
        """The status of the answer, and whether the connection ends with it; 0 for no answer."""
        self.socket.sendall(request)
        return self.answer()

    def answer(self) -> tuple[int, bool]:
        while b"\r\n\r\n" not in self._read:
            if not self._receive():
                return 0, True
        head, _, self._read = self._read.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").lower().split("\r\n")
        fields = dict(line.split(": ", 1) for line in lines[1:])
        length = int(fields.get("content-length", 0))
        while len(self._read) < length:
            if not self._receive():
                return 0, True
        self._read = self._read[length:]
        return int(lines[0].split()[1]), fields.get("connection") == "close"

    def close(self) -> None:
        self.socket.close()

    def _receive(self) -> bool:
        try:
            piece = self.socket.recv(65_536)
        except OSError:
            return False
        self._read += piece
        return bool(piece)
