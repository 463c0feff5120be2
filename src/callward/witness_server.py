"""A witness as a small HTTP server over a folder: the server side of c2sp.org/tlog-witness."""

from __future__ import annotations

import fcntl
import os
import re
import sys
import threading
from collections.abc import Callable, Mapping
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from callward.engine.tlog import (
    MAX_NOTE_BYTES,
    MAX_REQUEST_BYTES,
    NOTHING_SEEN,
    SIZE_CONTENT_TYPE,
    LogError,
    SigningKey,
    TreeHead,
    VerifierKey,
    WitnessRefusedError,
    decide_cosigning,
    open_checkpoint,
    verify_cosignatures,
)
from callward.logfolder import read_file

_TEXT = "text/plain; charset=utf-8"
_SECONDS = 15
_CHECKPOINT = re.compile(r"/([0-9a-f]{64})/checkpoint").fullmatch


class Witness:
    """A key, the logs it trusts, and a folder with the newest cosigned checkpoint of each.

    One process holds the folder at a time. ``clock`` gives POSIX seconds.
    """

    def __init__(self, key: SigningKey, logs: Mapping[str, VerifierKey], state: Path, clock: Callable[[], int]) -> None:
        """Open the folder; ``LogError`` where another process holds it or a stored checkpoint is not our own."""
        self._key, self._logs, self._state, self._clock = key, logs, state, clock
        self._lock = threading.Lock()
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._held = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for origin in logs:
                self._latest(origin)
        except BlockingIOError:
            self.close()
            raise LogError("state_in_use", "another witness holds this folder") from None
        except LogError:
            self.close()
            raise

    def close(self) -> None:
        """Let the folder go."""
        os.close(self._held)

    def add_checkpoint(self, request: bytes) -> bytes:
        """The signature line for a granted request; ``WitnessRefusedError`` for any other.

        What is granted is on disk before it is answered, and requests are decided one at a time, so that
        no two of them grow from the same old tree.
        """
        with self._lock:
            cosigned = decide_cosigning(request, self._logs, self._latest, self._key, self._clock())
            self._keep(_file_name(cosigned.checkpoint.origin), cosigned.note)
        return cosigned.signature.line.encode()

    def checkpoint(self, origin_hash: str) -> bytes | None:
        """The newest cosigned checkpoint of the log whose origin has this SHA-256 in hex."""
        try:
            return read_file(self._state / f"{origin_hash}.checkpoint", MAX_NOTE_BYTES)
        except LogError as refused:
            if refused.code != "missing":
                raise
            return None

    def _latest(self, origin: str) -> TreeHead:
        data = self.checkpoint(_origin_hash(origin))
        if data is None:
            return NOTHING_SEEN
        checkpoint, note = open_checkpoint(data, self._logs[origin])
        if not verify_cosignatures(note, [self._key.verifier]):
            raise LogError("state_foreign", "a stored checkpoint was not cosigned by this witness")
        return checkpoint.head

    def _keep(self, name: str, data: bytes) -> None:
        target = self._state / name
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
        folder = os.open(self._state, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class WitnessServer(ThreadingHTTPServer):
    """Serves one witness; ``address`` is (host, port), port 0 for any."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        self.witness = witness
        super().__init__(address, _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that broke is its client's affair; anything else is reported as the base class does."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]  # only passed on


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "callward-witness"
    sys_version = ""
    timeout = _SECONDS
    server: WitnessServer

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            return
        if self.path != "/add-checkpoint":
            self._answer(HTTPStatus.NOT_FOUND)
            return
        try:
            self._answer(HTTPStatus.OK, self.server.witness.add_checkpoint(body))
        except WitnessRefusedError as refused:
            if refused.status == HTTPStatus.CONFLICT:
                self._answer(refused.status, refused.body, SIZE_CONTENT_TYPE)
            else:
                self._answer(refused.status, f"{refused}\n".encode())
        except (LogError, OSError):
            # What could not be stored is not answered for.
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR)

    def do_GET(self) -> None:
        found = _CHECKPOINT(self.path)
        try:
            data = self.server.witness.checkpoint(found[1]) if found else None
        except LogError:
            self._answer(HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        self._answer(HTTPStatus.OK if data else HTTPStatus.NOT_FOUND, data or b"")

    def _body(self) -> bytes | None:
        """The whole body; None where it was refused already."""
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()) or self.headers.get("Transfer-Encoding"):
            status = HTTPStatus.LENGTH_REQUIRED
        elif len(length) > len(str(MAX_REQUEST_BYTES)) or int(length) > MAX_REQUEST_BYTES:
            status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        else:
            return self.rfile.read(int(length))
        # The body was not read, so nothing after it can be told apart from it.
        self.close_connection = True
        self._answer(status)
        return None

    def _answer(self, status: int, body: bytes = b"", kind: str = _TEXT) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Nothing: what a witness saw is in its folder."""


def _origin_hash(origin: str) -> str:
    return sha256(origin.encode()).hexdigest()


def _file_name(origin: str) -> str:
    return f"{_origin_hash(origin)}.checkpoint"
