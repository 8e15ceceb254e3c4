"""A way to an outside party that can be cut: while it is, connections to it are refused."""

from __future__ import annotations

import contextlib
import random
import socket
import threading
from types import TracebackType

from billing_system import is_free, is_listening


class Relay:
    """Passes connections to a port of this machine on to another, while it is open."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = unused_port()
        self._listener: socket.socket | None = None
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        listener = socket.create_server(("127.0.0.1", self.port))
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Ends every connection; new ones are refused from now on."""
        if self._listener is not None:
            # Closing alone would let the thread that waits take one more connection.
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._lock:
            for each in self._open:
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
        assert not is_listening(self.port)

    def __enter__(self) -> Relay:
        self.open()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                caller, _ = listener.accept()
                callee = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                return
            for source, sink in [(caller, callee), (callee, caller)]:
                threading.Thread(target=self._pass, args=(source, sink), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket) -> None:
        with self._lock:
            self._open.add(source)
        try:
            while data := source.recv(65_536):
                sink.sendall(data)
        except OSError:
            pass
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
        with self._lock:
            self._open.discard(source)


def unused_port() -> int:
    """Below the ports that the system hands out, so that none is given away while it is cut."""
    for _ in range(200):
        port = random.randrange(22_000, 32_000)
        if is_free(port):
            return port
    raise RuntimeError("no free port was found")
