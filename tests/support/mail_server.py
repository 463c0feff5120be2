"""A mail server on loopback that takes every message and writes down each line."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def mail_server() -> Iterator[tuple[int, list[str]]]:
    """The port of a running server, and the lines that it was told so far (RFC 5321, without extensions)."""
    taken: list[str] = []

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mail.example.org")
            for line in self._lines():
                word = line.partition(" ")[0].upper()
                if word == "DATA":
                    self._say("354 go on")
                    while next(self._lines()) != ".":
                        pass
                self._say("221 bye" if word == "QUIT" else "250 taken")
                if word == "QUIT":
                    return

        def _lines(self) -> Iterator[str]:
            for raw in self.rfile:
                taken.append(raw.decode("utf-8").rstrip("\r\n"))
                yield taken[-1]

        def _say(self, line: str) -> None:
            self.wfile.write(f"{line}\r\n".encode("ascii"))

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_address[1], taken
        finally:
            server.shutdown()
            thread.join()
