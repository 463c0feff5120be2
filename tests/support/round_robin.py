"""A small proxy in front of several servers: the next one takes each request, and another where one does not answer.

Only what may be asked twice is (RFC 9110 section 9.2.2): GET and HEAD. It trusts nobody's word and passes its own on.
"""

from __future__ import annotations

import http.client
import itertools
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

_AGAIN = frozenset({"GET", "HEAD"})
_PATIENCE = 120.0


class RoundRobin:
    """The proxy and its address; ``retried`` counts requests that a second server had to answer."""

    def __init__(self, ports: list[int]) -> None:
        self.retried = 0
        turns = itertools.cycle(ports)
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                left = len(ports) * 2 if self.command in _AGAIN else 1
                while True:
                    left -= 1
                    try:
                        status, headers, answer = self._asked(next(turns), body)
                        break
                    except (OSError, http.client.HTTPException):
                        if not left:
                            status, headers, answer = 502, [], b""
                            break
                        proxy.retried += 1
                self.send_response(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_POST = do_GET  # noqa: N815 - the name of the base class

            def _asked(self, port: int, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
                try:
                    headers = {**self.headers, "X-Forwarded-For": self.client_address[0], "X-Forwarded-Proto": "https"}
                    connection.request(self.command, self.path, body, headers)
                    answer = connection.getresponse()
                    read = answer.read()
                    kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in {"content-length", "connection"}]
                    return answer.status, kept, read
                finally:
                    connection.close()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
