"""Roots in the transit engine of HashiCorp Vault or OpenBao: one named key for each epoch, which never leaves it.

A key for each epoch, not one with a version for each: a key that is deleted is gone with all it wrapped, at once, and
nothing that still lives is touched by that. The epoch key is bound to its controller and epoch by associated data.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import hvac
import requests
from hvac import exceptions as refusals

from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers.protocol import RootState

_SECONDS = 10
_TOKEN_LIMIT = 4096  # bytes; a batch token has some hundreds
_MISSING = "the server has no root for this epoch under this mount"


class TransitProvider:
    """Roots are keys ``callward-<controller, 32 hexadecimal digits>-<epoch>`` under ``mount``.

    ``address`` is https, or http on this machine; ``token_file`` a file of this account alone, read for each act, so
    that an agent may renew the token in it. ``ca_file`` ("" for the system's) says whom to trust.
    """

    name = "vault"

    def __init__(self, address: str, token_file: str, mount: str, ca_file: str, namespace: str) -> None:
        self._address, self._token_file, self._mount = address, token_file, mount
        self._ca_file, self._namespace = ca_file, namespace

    @property
    def place(self) -> str:
        return " ".join(part for part in (self._address, self._mount, self._namespace) if part)

    def create_root(self, controller: UUID, number: int) -> None:
        with self._transit() as transit:
            # Asked again, the server leaves the key that is there as it is.
            transit.create_key(
                _name(controller, number),
                key_type="aes256-gcm96",
                exportable=False,
                allow_plaintext_backup=False,
                mount_point=self._mount,
            )
            made = transit.read_key(_name(controller, number), mount_point=self._mount)["data"]
        # One that was there before Callward asked may be of another kind: it would outlive its destruction as a copy.
        if made.get("exportable") or made.get("allow_plaintext_backup") or made.get("derived"):
            raise KeyUnavailable("root_unfit", "a key of this name is on the Vault server, and can be taken out of it")

    def wrap(self, controller: UUID, number: int, key: bytes) -> bytes:
        with self._transit() as transit:
            # Encrypting under a name that is not there would make a key of that name: look first.
            transit.read_key(_name(controller, number), mount_point=self._mount)
            answer = transit.encrypt_data(
                _name(controller, number),
                plaintext=base64.b64encode(key).decode(),
                associated_data=_bound(controller, number),
                mount_point=self._mount,
            )
            return _text(answer, "ciphertext").encode("ascii")

    def unwrap(self, controller: UUID, number: int, wrapped: bytes) -> bytes:
        with self._transit() as transit:
            transit.read_key(_name(controller, number), mount_point=self._mount)
            answer = transit.decrypt_data(
                _name(controller, number),
                ciphertext=wrapped.decode("ascii", "replace"),
                associated_data=_bound(controller, number),
                mount_point=self._mount,
            )
            return base64.b64decode(_text(answer, "plaintext"), validate=True)

    def destroy_root(self, controller: UUID, number: int) -> None:
        name = _name(controller, number)
        with self._transit() as transit:
            try:
                transit.read_key(name, mount_point=self._mount)
            except refusals.InvalidPath as missing:
                _refuse_no_mount(missing)
                return
            transit.update_key_configuration(name, deletion_allowed=True, mount_point=self._mount)
            transit.delete_key(name, mount_point=self._mount)
            try:
                transit.read_key(name, mount_point=self._mount)
            except refusals.InvalidPath:
                return
        raise KeyUnavailable("root_not_destroyed", "the root is still on the Vault server")

    def root_state(self, controller: UUID, number: int) -> RootState:
        with self._transit() as transit:
            try:
                found = transit.read_key(_name(controller, number), mount_point=self._mount)["data"]
            except refusals.InvalidPath as missing:
                _refuse_no_mount(missing)
                return RootState.GONE
            # OpenBao can switch a key off; a raised lowest version does the same in both.
            stopped = found.get("soft_deleted") or int(found.get("min_decryption_version", 1)) > 1
            return RootState.STOPPED if stopped else RootState.USABLE

    @contextmanager
    def _transit(self) -> Iterator[Any]:
        """Talk to the server for one act. Every failure has a code and says what to do; the token is in none."""
        client = hvac.Client(
            url=self._address,
            token=self._token(),
            verify=self._ca_file or True,
            timeout=_SECONDS,
            namespace=self._namespace or None,
            allow_redirects=False,
        )
        try:
            yield client.secrets.transit
        except refusals.VaultError as refused:
            raise _refusal(refused) from None
        except requests.exceptions.SSLError:
            raise KeyUnavailable(
                "vault_not_trusted", "the certificate of the Vault server is not trusted here"
            ) from None
        except requests.exceptions.RequestException:
            raise KeyUnavailable("vault_unreachable", "the Vault server does not answer: check its address") from None
        except OSError:  # what requests raises where the file is not there
            raise KeyUnavailable("vault_not_trusted", "CALLWARD_VAULT_CA_FILE cannot be read") from None
        except (KeyError, TypeError, ValueError):
            raise KeyUnavailable("vault_failed", "the Vault server gave no answer that can be read") from None
        finally:
            client.adapter.close()

    def _token(self) -> str:
        path = Path(self._token_file)
        try:
            if path.stat().st_mode & 0o077:
                raise KeyUnavailable("token_file_open_permissions", f"others can read {path}: run chmod 600 {path}")
            with path.open("rb") as file:
                token = file.read(_TOKEN_LIMIT + 1).decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            raise KeyUnavailable("token_file_unreadable", "CALLWARD_VAULT_TOKEN_FILE cannot be read") from None
        if not token or len(token) > _TOKEN_LIMIT or not token.isprintable() or " " in token:
            raise KeyUnavailable("token_file_unreadable", "CALLWARD_VAULT_TOKEN_FILE holds no token")
        return token


def _refusal(refused: refusals.VaultError) -> KeyUnavailable:
    """One code for each kind of refusal; the server's words are looked at and never repeated."""
    said = " ".join(map(str, refused.errors or ())).lower()
    if isinstance(refused, refusals.Forbidden | refusals.Unauthorized):
        return KeyUnavailable(
            "vault_denied", "the Vault server refuses the token: it has run out, or its policy forbids"
        )
    if isinstance(refused, refusals.VaultDown | refusals.VaultNotInitialized):
        return KeyUnavailable("vault_sealed", "the Vault server is sealed: its keepers unseal it")
    if isinstance(refused, refusals.InvalidPath) or "key not found" in said:
        return KeyUnavailable("root_missing", _MISSING)
    if "disallowed by policy" in said or "soft deleted" in said or "soft-deleted" in said:
        return KeyUnavailable("root_disabled", "the root on the Vault server is switched off: allow its version again")
    if isinstance(refused, refusals.InvalidRequest):
        return KeyUnavailable("root_wrong", "the key on the Vault server is not the root of this epoch")
    return KeyUnavailable("vault_failed", f"the Vault server failed ({type(refused).__name__})")


def _refuse_no_mount(missing: refusals.InvalidPath) -> None:
    """A key that is not there is answered with no words; words say that there is no such mount or namespace here."""
    if missing.errors:
        raise KeyUnavailable(
            "vault_no_mount", "the Vault server has no transit engine there: check CALLWARD_VAULT_MOUNT and _NAMESPACE"
        ) from None


def _text(answer: Any, name: str) -> str:
    return str(answer["data"][name])


def _name(controller: UUID, number: int) -> str:
    return f"callward-{controller.hex}-{number}"


def _bound(controller: UUID, number: int) -> str:
    return base64.b64encode(f"callward/{controller}/epoch/{number}".encode()).decode()
