"""A server for the transit engine of Vault and OpenBao, on loopback, in the process of the test.

It stands in for a real one: neither Vault nor OpenBao is in Debian, on PyPI or on npm. It speaks the part of the HTTP
API that hvac uses (keys: create, read, config, delete; encrypt; decrypt), as HashiCorp documents it under
"Transit secrets engine (API)", with real AES-256-GCM under keys that never leave this object. What it cannot show is
how a real server behaves beyond that document.
"""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Refused(Exception):  # noqa: N818 - an answer of the server
    """A status and the sentences that go with it."""

    def __init__(self, status: int, *errors: str) -> None:
        super().__init__(status)
        self.status, self.errors = status, list(errors)


@dataclass
class Key:
    """One named key with a single version."""

    secret: bytes = field(default_factory=lambda: AESGCM.generate_key(256))
    deletion_allowed: bool = False
    least: int = 1
    exportable: bool = False
    allow_plaintext_backup: bool = False


@dataclass
class VaultServer:
    """What the server holds and how it behaves; ``asked`` counts the requests by what they were for."""

    address: str = ""
    token: str = "test-token-of-the-operator"
    keys: dict[str, Key] = field(default_factory=dict)
    sealed: bool = False
    silent: bool = False
    keeps_what_is_deleted: bool = False
    asked: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, token: str, body: dict[str, Any]) -> dict[str, Any]:
        if self.sealed:
            raise Refused(503, "Vault is sealed")
        if token != self.token:
            raise Refused(403, "permission denied")
        mount, act, name, *rest = path.removeprefix("/v1/").split("/")
        if mount != "transit":
            raise Refused(404, f'no handler for route "{mount}/{act}/{name}". route entry not found.')
        self.asked.append(f"{method} {'/'.join([act, *rest])}")
        if act == "keys":
            return self._keys(method, name, rest, body)
        key = self.keys.get(name)
        if key is None:
            raise Refused(400, "encryption key not found")
        if act == "encrypt":
            return self._encrypt(key, body)
        return self._decrypt(key, body)

    def _keys(self, method: str, name: str, rest: list[str], body: dict[str, Any]) -> dict[str, Any]:
        if method == "POST" and not rest:
            self.keys.setdefault(name, Key())
            return {}
        key = self.keys.get(name)
        if key is None:
            raise Refused(404)
        if rest == ["config"]:
            key.deletion_allowed = body.get("deletion_allowed", key.deletion_allowed)
            return {}
        if method == "DELETE":
            if not key.deletion_allowed:
                raise Refused(400, "error deleting policy " + name + ": deletion is not allowed for this policy")
            if not self.keeps_what_is_deleted:
                del self.keys[name]
            return {}
        told = {"name": name, "type": "aes256-gcm96", "derived": False, "min_decryption_version": key.least}
        kept = {"exportable": key.exportable, "allow_plaintext_backup": key.allow_plaintext_backup}
        return {"data": told | kept}

    def _encrypt(self, key: Key, body: dict[str, Any]) -> dict[str, Any]:
        nonce = os.urandom(12)
        bound = base64.b64decode(body.get("associated_data", ""))
        text = nonce + AESGCM(key.secret).encrypt(nonce, base64.b64decode(body["plaintext"]), bound)
        return {"data": {"ciphertext": "vault:v1:" + base64.b64encode(text).decode(), "key_version": 1}}

    def _decrypt(self, key: Key, body: dict[str, Any]) -> dict[str, Any]:
        if key.least > 1:
            raise Refused(400, "ciphertext or signature version is disallowed by policy (too old)")
        try:
            text = base64.b64decode(body["ciphertext"].removeprefix("vault:v1:"))
            bound = base64.b64decode(body.get("associated_data", ""))
            plain = AESGCM(key.secret).decrypt(text[:12], text[12:], bound)
        except (InvalidTag, ValueError):
            raise Refused(400, "cipher: message authentication failed") from None
        return {"data": {"plaintext": base64.b64encode(plain).decode()}}


@contextmanager
def vault_server() -> Iterator[VaultServer]:
    """Serve on a free port of loopback until the block ends."""
    state = VaultServer()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            if state.silent:
                over.wait(30)
                return
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            try:
                status, told = 200, state.answer(self.command, self.path, self.headers.get("X-Vault-Token", ""), body)
            except Refused as refused:
                status, told = refused.status, {"errors": refused.errors}
            data = json.dumps(told).encode() if told else b""
            self.send_response(status if told else 204)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 - names of the standard library

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature is the library's
            return

        def handle(self) -> None:
            with suppress(ConnectionError):
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        thread.join()
