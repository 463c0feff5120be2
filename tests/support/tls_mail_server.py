"""A mail server that offers STARTTLS and says goodbye: enough for a handshake to be real."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path
from types import TracebackType
from typing import Self


class TlsMailServer:
    """Answers on a loopback port; ``offers`` False is a server that knows no TLS."""

    def __init__(self, certificate: Path, key: Path, *, offers: bool = True) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._offers = offers
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        try:
            plain, _ = self._listener.accept()
        except OSError:
            return
        with plain:
            try:
                self._talk(plain)
            except OSError:
                return

    def _talk(self, plain: socket.socket) -> None:
        plain.sendall(b"220 localhost\r\n")
        while line := plain.recv(1024):
            if line.upper().startswith(b"EHLO"):
                plain.sendall(b"250-localhost\r\n250 STARTTLS\r\n" if self._offers else b"250 localhost\r\n")
            elif line.upper().startswith(b"STARTTLS"):
                plain.sendall(b"220 go on\r\n")
                with self._context.wrap_socket(plain, server_side=True) as wrapped:
                    while wrapped.recv(1024):
                        wrapped.sendall(b"221 goodbye\r\n")
                return
            else:
                plain.sendall(b"221 goodbye\r\n")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.close()
        self._thread.join(5)
