"""Keys and how one wraps another: AES key wrap with padding, RFC 5649 (NIST SP 800-38F, KWP)."""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap_with_padding, aes_key_wrap_with_padding

from callward.engine.envelope.model import EnvelopeError

KEY_SIZE = 32
WRAPPED_SIZE = KEY_SIZE + 8


def new_key() -> bytes:
    """Return 32 fresh random bytes from the operating system."""
    return secrets.token_bytes(KEY_SIZE)


def check_key(key: bytes) -> None:
    """Refuse what is not a 32-byte key with ``bad_key``."""
    if len(key) != KEY_SIZE:
        raise EnvelopeError("bad_key", f"a key has {KEY_SIZE} bytes")


def wrap_key(kek: bytes, key: bytes) -> bytes:
    """Wrap one 32-byte key under another; 40 bytes, the same for the same two keys.

    Raises EnvelopeError ``bad_key``.
    """
    check_key(kek)
    check_key(key)
    return _kwp_wrap(kek, key)


def unwrap_key(kek: bytes, wrapped: bytes) -> bytes:
    """Return the 32-byte key inside ``wrapped``.

    Raises EnvelopeError ``bad_key`` for a wrapping key of the wrong size, ``unwrap_failed`` for everything that is not
    a 32-byte key wrapped under ``kek``.
    """
    check_key(kek)
    if len(wrapped) != WRAPPED_SIZE:
        raise EnvelopeError("unwrap_failed", f"a wrapped key has {WRAPPED_SIZE} bytes")
    key = _kwp_unwrap(kek, wrapped)
    if len(key) != KEY_SIZE:
        raise EnvelopeError("unwrap_failed", f"what was wrapped has not {KEY_SIZE} bytes")
    return key


def _kwp_wrap(kek: bytes, key: bytes) -> bytes:
    return aes_key_wrap_with_padding(kek, key)


def _kwp_unwrap(kek: bytes, wrapped: bytes) -> bytes:
    try:
        return aes_key_unwrap_with_padding(kek, wrapped)
    except (InvalidUnwrap, ValueError):
        raise EnvelopeError("unwrap_failed", "wrong wrapping key, or changed bytes") from None
