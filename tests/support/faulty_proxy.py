"""A proxy on loopback that stands before an S3 server and spoils what passes: at random from a seed, or as told.

It takes each request whole, so it knows what it spoils: an answer that never comes, one that says the server is in
trouble, a connection that is cut before or after the server did what was asked, half an upload, half an answer, and
half an answer that says it is all.
"""

from __future__ import annotations

import contextlib
import io
import random
import socket
import socketserver
import struct
import threading
import time
from collections import Counter, deque
from enum import StrEnum
from http.client import HTTPConnection, HTTPResponse
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_GONE = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends a reset
_HOPS = frozenset({"connection", "expect", "keep-alive", "transfer-encoding"})


class Fault(StrEnum):
    ERROR = "500"
    SLOW_DOWN = "503"
    SILENCE = "silence"
    RESET = "reset"
    RESET_AFTER = "reset after"
    HALF_SENT = "half sent"
    CUT = "cut"
    SHORTENED = "shortened"


class FaultyProxy:
    """Passes requests on to ``upstream``; ``share`` of them meet one of ``faults``, and those ``told`` meet theirs."""

    def __init__(
        self, upstream: str, *, seed: int = 0, share: float = 0.0, faults: tuple[Fault, ...] = tuple(Fault)
    ) -> None:
        self.upstream = urlsplit(upstream)
        self.share = share
        self.done: Counter[Fault] = Counter()
        self._faults = faults
        self._random = random.Random(seed)
        self._told: deque[Fault] = deque()
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Passing)
        self._server.proxy = self

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def tell(self, *faults: Fault) -> None:
        """Let the next requests meet these."""
        with self._lock:
            self._told.extend(faults)

    def drawn(self) -> Fault | None:
        """Say what the next request meets."""
        with self._lock:
            fault = None
            if self._told:
                fault = self._told.popleft()
            elif self._random.random() < self.share:
                fault = self._random.choice(self._faults)
            if fault:
                self.done[fault] += 1
            return fault

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    proxy: FaultyProxy


class _Passing(socketserver.StreamRequestHandler):
    server: _Server
    disable_nagle_algorithm = True

    def handle(self) -> None:
        with contextlib.suppress(OSError, _Ended):
            while True:
                self._pass_one()

    def _pass_one(self) -> None:
        method, path, headers = self._head()
        if headers.get("expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = _body(self.rfile, headers)
        fault = self.server.proxy.drawn()
        if fault in {Fault.ERROR, Fault.SLOW_DOWN}:
            self._say(fault)
        elif fault is Fault.SILENCE:
            self.connection.settimeout(10)
            with contextlib.suppress(OSError):
                self.connection.recv(1)  # until whoever asked has had enough
            raise _Ended
        elif fault is Fault.RESET:
            self._reset()
        elif fault is Fault.HALF_SENT:
            self._send_half(method, path, headers, body)
            self._reset()
        else:
            self._answer(method, self._asked(method, path, headers, body), fault)

    def _head(self) -> tuple[str, str, dict[str, str]]:
        line = self.rfile.readline(65_536)
        if not line:
            raise _Ended
        method, path, _ = line.decode("latin-1").split()
        headers = {}
        while (line := self.rfile.readline(65_536)) not in {b"\r\n", b""}:
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        return method, path, headers

    def _asked(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[HTTPResponse, bytes]:
        upstream = self.server.proxy.upstream
        connection = HTTPConnection(upstream.hostname or "", upstream.port, timeout=120)
        with contextlib.closing(connection):
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                if name not in _HOPS:
                    connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return response, response.read()

    def _send_half(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        upstream = self.server.proxy.upstream
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        with socket.create_connection((upstream.hostname or "", upstream.port or 80)) as raw:
            raw.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body[: len(body) // 2])
            time.sleep(0.02)

    def _answer(self, method: str, asked: tuple[HTTPResponse, bytes], fault: Fault | None) -> None:
        response, body = asked
        if fault is Fault.RESET_AFTER or (fault is Fault.CUT and not body):
            self._reset()
        sent = body[: len(body) // 2] if fault in {Fault.CUT, Fault.SHORTENED} else body
        length = len(sent) if fault is Fault.SHORTENED else len(body)
        lines = [f"HTTP/1.1 {response.status} {response.reason}"]
        lines += [f"{name}: {value}" for name, value in response.getheaders() if name.lower() not in _HOPS]
        lines = [line for line in lines if not line.lower().startswith("content-length:")]
        told = response.getheader("content-length", "0") if method == "HEAD" else str(length)
        if response.status != 204:
            lines.append(f"Content-Length: {told}")
        self.wfile.write("\r\n".join([*lines, "", ""]).encode("latin-1") + sent)
        if fault is Fault.CUT:
            raise _Ended

    def _say(self, fault: Fault) -> None:
        code = "InternalError" if fault is Fault.ERROR else "SlowDown"
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        head = f"HTTP/1.1 {fault.value} {code}\r\nContent-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)
        raise _Ended

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _GONE)
        self.connection.close()
        raise _Ended


class _Ended(Exception):  # noqa: N818 - the end of a connection is no fault of the proxy
    pass


def _body(stream: io.BufferedIOBase, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        pieces = []
        while size := int(stream.readline().split(b";")[0], 16):
            pieces.append(stream.read(size))
            stream.readline()
        while stream.readline() not in {b"\r\n", b""}:
            pass
        body = b"".join(pieces)
        headers["content-length"] = str(len(body))
        return body
    return stream.read(int(headers.get("content-length", "0")))
