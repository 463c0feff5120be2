"""Small sealed values, keyed digests, and the associated data that ties a sealed thing to its place.

Associated data is never stored: whoever opens builds it anew from the place where the sealed bytes were found, so that
bytes copied to another item, row, column or controller do not open there. docs/formats/sealed-stream.md has the layout.
"""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from callward.engine.envelope.keys import check_key
from callward.engine.envelope.layout import TAG_SIZE
from callward.engine.envelope.model import EnvelopeError

_FORMAT = 1
_ITEM, _COLUMN = b"i", b"c"
_NONCE_SIZE = 12
_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,62}")


def associated_data(*, controller: UUID, item: UUID, kind: str) -> bytes:
    """Return what binds a sealed stream to its item.

    Layout: format version (1 byte, 1) | ``i`` | controller (16 bytes) | item (16 bytes) | kind (ASCII, to the end).
    ``kind`` names what the stream is (``original``, ``redacted``, ``transcript`` ...): a lower-case name of at most 63
    characters, else EnvelopeError ``bad_address``.
    """
    return bytes((_FORMAT,)) + _ITEM + controller.bytes + item.bytes + _name(kind)


def column_data(*, controller: UUID, table: str, column: str, row: UUID | int) -> bytes:
    """Return what binds a sealed column value to its place.

    Layout: format version (1 byte, 1) | ``c`` | controller (16 bytes) | length of table name (1 byte) | table |
    length of column name (1 byte) | column | row (its usual text, ASCII, to the end). Raises ``bad_address``.
    """
    names = b"".join(bytes((len(name),)) + _name(name) for name in (table, column))
    return bytes((_FORMAT,)) + _COLUMN + controller.bytes + names + str(row).encode("ascii")


def seal_value(key: bytes, plaintext: bytes, aad: bytes) -> bytes:
    """Seal a small value: format version (1 byte, 1) | nonce (12 random bytes) | AES-256-GCM ciphertext | tag.

    One key may seal 2^32 values; a person's record key comes nowhere near. Raises EnvelopeError ``bad_key``.
    """
    check_key(key)
    return _seal_value(key, plaintext, aad, secrets.token_bytes(_NONCE_SIZE))


def open_value(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Return what ``seal_value`` sealed under the same key and associated data.

    Raises EnvelopeError ``bad_key``, ``sealed_value`` (another format, too short) or ``sealed_tampered``.
    """
    check_key(key)
    if len(sealed) < 1 + _NONCE_SIZE + TAG_SIZE or sealed[0] != _FORMAT:
        raise EnvelopeError("sealed_value", "not a sealed value of a known format")
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE_SIZE], sealed[1 + _NONCE_SIZE :], aad)
    except InvalidTag:
        raise EnvelopeError("sealed_tampered", "the value does not authenticate") from None


def blind_index(key: bytes, kind: str, normalised: str) -> bytes:
    """Return 32 bytes by which equal values of a kind can be found and nothing else be learnt without the key.

    The caller normalises (E.164, case-folded e-mail ...). HMAC-SHA256 over: length of kind (1 byte) | kind | value in
    UTF-8. Raises EnvelopeError ``bad_key``, ``bad_address``.
    """
    check_key(key)
    name = _name(kind)
    return hmac.digest(key, bytes((len(name),)) + name + normalised.encode("utf-8", "surrogatepass"), "sha256")


def keyed_digest(key: bytes) -> hmac.HMAC:
    """Return an HMAC-SHA256 object to be fed with ``update`` while an input streams by; read it with ``digest``.

    Raises EnvelopeError ``bad_key``.
    """
    check_key(key)
    return hmac.new(key, digestmod=sha256)


def _seal_value(key: bytes, plaintext: bytes, aad: bytes, nonce: bytes) -> bytes:
    return bytes((_FORMAT,)) + nonce + AESGCM(key).encrypt(nonce, plaintext, aad)


def _name(text: str) -> bytes:
    if not _NAME.fullmatch(text):
        raise EnvelopeError("bad_address", "a name is lower-case letters, digits, _ . - and at most 63 characters")
    return text.encode("ascii")
