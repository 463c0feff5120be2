"""Where the bytes of a sealed stream lie: Tink's streaming AEAD of type AES256_GCM_HKDF_1MB.

A sealed stream is a header and one or more segments::

    header   40 (1 byte, its own length) | salt (32 bytes) | nonce prefix (7 bytes)
    segment  ciphertext | tag (16 bytes)

Header and first segment together fill 1 MiB, each later segment 1 MiB, the last one what is left. A later segment is
never empty; only the first may be, when the plaintext is. The key of the segments is HKDF-SHA256 over the data key with
the salt as salt and the associated data as info; segment ``n`` is AES-256-GCM under the nonce
``prefix | n (4 bytes, big-endian) | 1 if it is the last, else 0`` and without associated data of its own.
docs/formats/sealed-stream.md is the specification.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from callward.engine.envelope.keys import KEY_SIZE, check_key
from callward.engine.envelope.model import EnvelopeError, Octets

SEGMENT_SIZE = 1 << 20
TAG_SIZE = 16
SALT_SIZE = 32
PREFIX_SIZE = 7
HEADER_SIZE = 1 + SALT_SIZE + PREFIX_SIZE
SEGMENT_ROOM = SEGMENT_SIZE - TAG_SIZE
FIRST_ROOM = SEGMENT_ROOM - HEADER_SIZE
MAX_SEGMENTS = 1 << 32
PIECE_SIZE = 1 << 18
PIECE_BUFFER = PIECE_SIZE + TAG_SIZE


@dataclass(frozen=True, slots=True)
class Header:
    """The random part of a sealed stream. Drawn once for each stream and never chosen by a caller."""

    salt: bytes
    prefix: bytes

    def encode(self) -> bytes:
        return bytes((HEADER_SIZE,)) + self.salt + self.prefix


def new_header() -> Header:
    return Header(secrets.token_bytes(SALT_SIZE), secrets.token_bytes(PREFIX_SIZE))


def parse_header(found: Octets) -> Header:
    """Read the 40 header bytes. Raises EnvelopeError ``sealed_header``."""
    if len(found) != HEADER_SIZE or found[0] != HEADER_SIZE:
        raise EnvelopeError("sealed_header", "the stream does not begin like a sealed one")
    return Header(bytes(found[1 : 1 + SALT_SIZE]), bytes(found[1 + SALT_SIZE :]))


class SegmentCipher:
    """Seals and opens numbered segments of one stream. Holds no plaintext and may be used by several threads."""

    def __init__(self, key: bytes, aad: bytes, header: Header) -> None:
        check_key(key)
        derived = HKDF(algorithm=SHA256(), length=KEY_SIZE, salt=header.salt, info=aad).derive(key)
        self._aes = AES(derived)
        self._aead = AESGCM(derived)
        self._prefix = header.prefix

    def seal_into(self, number: int, plaintext: Octets, target: bytearray | memoryview, *, last: bool) -> None:
        """Fill ``target``, exactly 16 bytes longer than ``plaintext``."""
        self._aead.encrypt_into(self._nonce(number, last=last), plaintext, None, target)

    def seal_pieces(self, number: int, plaintext: Octets, buffer: memoryview, *, last: bool) -> Iterator[memoryview]:
        """Yield a sealed segment in pieces; each lies in ``buffer``, of ``PIECE_BUFFER`` bytes, until the next.

        The bytes are those of ``seal_into``. A whole segment and its plaintext are as large as the cache of a core, and
        drive each other out of it; a piece leaves the plaintext its room.
        """
        sealing = Cipher(self._aes, GCM(self._nonce(number, last=last))).encryptor()
        plain, full, start = memoryview(plaintext), buffer[:PIECE_SIZE], 0
        for stop in range(PIECE_SIZE, len(plain), PIECE_SIZE):
            sealing.update_into(plain[start:stop], buffer)
            yield full
            start = stop
        size = sealing.update_into(plain[start:], buffer)
        sealing.finalize()
        buffer[size : size + TAG_SIZE] = sealing.tag
        yield buffer[: size + TAG_SIZE]

    def open_into(self, number: int, sealed: Octets, target: bytearray | memoryview, *, last: bool) -> None:
        """Fill ``target``, exactly 16 bytes shorter than ``sealed``; it is zeroed when the segment is refused.

        Raises EnvelopeError ``sealed_tampered``.
        """
        try:
            self._aead.decrypt_into(self._nonce(number, last=last), sealed, None, target)
        except (InvalidTag, ValueError):
            # The library may have written before it saw the tag: nothing of that may be read by anybody.
            target[:] = bytes(len(target))
            raise EnvelopeError("sealed_tampered", f"segment {number} does not authenticate") from None

    def _nonce(self, number: int, *, last: bool) -> bytes:
        if number >= MAX_SEGMENTS:
            raise EnvelopeError("sealed_too_long", "a sealed stream has at most 2^32 segments")
        return self._prefix + number.to_bytes(4, "big") + bytes((last,))


def segment_room(number: int) -> int:
    """Plaintext bytes that segment ``number`` holds when full."""
    return SEGMENT_ROOM if number else FIRST_ROOM


def segment_of(position: int) -> tuple[int, int]:
    """Return the segment that holds the plaintext byte at ``position`` and the byte's place within it."""
    if position < FIRST_ROOM:
        return 0, position
    number, place = divmod(position - FIRST_ROOM, SEGMENT_ROOM)
    return number + 1, place


def segment_bounds(number: int, sealed: int) -> tuple[int, int]:
    """Return where segment ``number`` starts and ends in a sealed stream of ``sealed`` bytes."""
    return (number * SEGMENT_SIZE or HEADER_SIZE), min((number + 1) * SEGMENT_SIZE, sealed)


def segment_count(sealed: int) -> int:
    return -(-sealed // SEGMENT_SIZE)


def sealed_size(plain: int) -> int:
    """Return the length of the sealed stream for ``plain`` bytes of plaintext. Raises ``sealed_too_long``."""
    number, _ = segment_of(max(plain - 1, 0))
    if plain < 0 or number >= MAX_SEGMENTS:
        raise EnvelopeError("sealed_too_long", "a sealed stream has at most 2^32 segments")
    return HEADER_SIZE + plain + (number + 1) * TAG_SIZE


def plain_size(sealed: int) -> int:
    """Return how much plaintext a sealed stream of ``sealed`` bytes holds.

    Raises EnvelopeError ``sealed_truncated`` for a length that no sealed stream has, ``sealed_too_long`` for one that
    needs more segments than the format can number.
    """
    count = segment_count(sealed)
    if count > MAX_SEGMENTS:
        raise EnvelopeError("sealed_too_long", "a sealed stream has at most 2^32 segments")
    first, least = (HEADER_SIZE, TAG_SIZE) if count <= 1 else ((count - 1) * SEGMENT_SIZE, TAG_SIZE + 1)
    if sealed - first < least:
        raise EnvelopeError("sealed_truncated", "no sealed stream has this length")
    return sealed - HEADER_SIZE - count * TAG_SIZE
