"""Roots on a PKCS#11 token (a hardware security module, or SoftHSM): made there, and never to leave it.

The epoch key is wrapped with CKM_AES_KEY_WRAP_PAD (RFC 5649), the same 40 bytes as everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import UUID

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.exceptions import (
    AttributeSensitive,
    NoSuchKey,
    NoSuchToken,
    PinIncorrect,
    PinLenRange,
    PinLocked,
    PKCS11Error,
)

from callward.engine.envelope import KEY_SIZE
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers.protocol import RootState

if TYPE_CHECKING:
    from pkcs11.types import Key, UnwrapMixin, WrapMixin

_BITS = 8 * KEY_SIZE
_ROOT = {
    Attribute.EXTRACTABLE: False,
    Attribute.SENSITIVE: True,
    Attribute.WRAP: True,
    Attribute.UNWRAP: True,
    Attribute.ENCRYPT: False,
    Attribute.DECRYPT: False,
}
_READABLE = {Attribute.EXTRACTABLE: True, Attribute.SENSITIVE: False, Attribute.TOKEN: False}
_UNREACHED = "the token cannot be reached: check CALLWARD_PKCS11_MODULE and CALLWARD_PKCS11_TOKEN"


class TokenProvider:
    """Roots are AES keys labelled ``callward/<controller, 32 hexadecimal digits>/<epoch>``, one for each epoch.

    ``module`` is the token's library, ``token`` its label, ``pin_file`` a file of this account alone with the user PIN.
    """

    name = "pkcs11"

    def __init__(self, module: str, token: str, pin_file: str) -> None:
        self._module, self._token, self._pin_file = module, token, pin_file

    @property
    def place(self) -> str:
        return self._token

    def create_root(self, controller: UUID, number: int) -> None:
        label = _label(controller, number)
        with self._session() as session:
            try:
                session.get_key(ObjectClass.SECRET_KEY, label=label)
            except NoSuchKey:
                session.generate_key(KeyType.AES, _BITS, label=label, store=True, template=_ROOT)

    def wrap(self, controller: UUID, number: int, key: bytes) -> bytes:
        with self._session() as session:
            plain = session.create_object(
                {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.AES, Attribute.VALUE: key}
                | _READABLE
            )
            root = cast("WrapMixin", session.get_key(ObjectClass.SECRET_KEY, label=_label(controller, number)))
            return bytes(root.wrap_key(cast("Key", plain), mechanism=Mechanism.AES_KEY_WRAP_PAD))

    def unwrap(self, controller: UUID, number: int, wrapped: bytes) -> bytes:
        with self._session() as session:
            root = cast("UnwrapMixin", session.get_key(ObjectClass.SECRET_KEY, label=_label(controller, number)))
            plain = root.unwrap_key(
                ObjectClass.SECRET_KEY,
                KeyType.AES,
                wrapped,
                mechanism=Mechanism.AES_KEY_WRAP_PAD,
                template=_READABLE,
            )
            return bytes(plain[Attribute.VALUE])

    def destroy_root(self, controller: UUID, number: int) -> None:
        with self._session() as session:
            try:
                session.get_key(ObjectClass.SECRET_KEY, label=_label(controller, number)).destroy()
            except NoSuchKey:
                return

    def root_state(self, controller: UUID, number: int) -> RootState:
        with self._session() as session:
            try:
                session.get_key(ObjectClass.SECRET_KEY, label=_label(controller, number))
            except NoSuchKey:
                return RootState.GONE
        return RootState.USABLE

    @contextmanager
    def _session(self) -> Iterator[pkcs11.Session]:
        """Log in for one act. Every failure has a code and says what to do; the PIN is in none of them."""
        pin = self._pin()
        try:
            token = pkcs11.lib(self._module).get_token(token_label=self._token)
            with token.open(rw=True, user_pin=pin) as session:
                yield session
        except (PinIncorrect, PinLenRange, PinLocked):
            raise KeyUnavailable("token_pin", "the token refuses the PIN of CALLWARD_PKCS11_PIN_FILE") from None
        except NoSuchKey:
            raise KeyUnavailable("root_missing", "the token has no root for this epoch") from None
        except AttributeSensitive:
            raise KeyUnavailable("token_policy", "the token lets no unwrapped key out: its policy forbids it") from None
        except NoSuchToken:
            raise KeyUnavailable("token_missing", _UNREACHED) from None
        except PKCS11Error as fault:
            raise KeyUnavailable("token_failed", f"the token failed ({type(fault).__name__})") from None
        except RuntimeError:  # what the binding raises where the library cannot be loaded
            raise KeyUnavailable("token_missing", _UNREACHED) from None

    def _pin(self) -> str:
        path = Path(self._pin_file)
        try:
            if path.stat().st_mode & 0o077:
                raise KeyUnavailable("pin_file_open_permissions", f"others can read {path}: run chmod 600 {path}")
            return path.read_text("utf-8").strip()
        except OSError:
            raise KeyUnavailable("pin_file_unreadable", "CALLWARD_PKCS11_PIN_FILE cannot be read") from None


def _label(controller: UUID, number: int) -> str:
    return f"callward/{controller.hex}/{number}"
