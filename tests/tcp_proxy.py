"""A line between programs on loopback that a test makes slow, or cuts: a proxy of TCP."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Line:
    """A line to a port of this machine: what goes over it arrives ``seconds`` later; it can be cut and mended."""

    to_port: int
    seconds: float = 0.0
    port: int = 0
    chunks: int = 0
    _listening: socket.socket | None = None
    _open: list[socket.socket] = field(default_factory=list)

    def mend(self) -> None:
        """Lets connections through, by the port that it had."""
        self._listening = listening = socket.create_server(("127.0.0.1", self.port))
        self.port = listening.getsockname()[1]
        threading.Thread(target=self._accept, args=[listening], daemon=True).start()

    def cut(self) -> None:
        """Ends every connection; new ones are refused."""
        listening, self._listening = self._listening, None
        for end in [*([listening] if listening else []), *self._open]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self._open.clear()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near = listening.accept()[0]
                far = socket.create_connection(("127.0.0.1", self.to_port))
                self._open += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._forward, args=[one, other], daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while content := one.recv(1 << 20):
                self.chunks += 1
                time.sleep(self.seconds)
                other.sendall(content)
        with suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)


@contextmanager
def line_to(port: int, seconds: float = 0.0) -> Iterator[Line]:
    """A line to a port, cut at the end."""
    made = Line(port, seconds)
    made.mend()
    try:
        yield made
    finally:
        made.cut()
