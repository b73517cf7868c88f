"""A local server that takes notices as a service would: apprise's ``json://`` sends them there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "hook-secret-8f3k"


@dataclass
class Told:
    """What came, and the address that it comes to."""

    port: int
    notices: list[dict[str, Any]] = field(default_factory=list)
    refuses: bool = False

    @property
    def url(self) -> str:
        return f"json://reach:{SECRET}@127.0.0.1:{self.port}/{SECRET}"


@contextmanager
def listening() -> Iterator[Told]:
    """A running server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            if not told.refuses:
                told.notices.append(json.loads(sent))
            self.send_response(403 if told.refuses else 200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told = Told(server.server_port)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield told
        finally:
            server.shutdown()
