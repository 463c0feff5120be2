"""The few primitives that every text format of the ledger shares, parsed as hostile input."""

from __future__ import annotations

import base64
import binascii

from callward.engine.tlog.errors import LogError

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
_MAX_DIGITS = len(str(MAX_SIZE))


def parse_decimal(text: str) -> int:
    """ASCII decimal without sign or leading zero, 0 to 2**63 - 1."""
    if not (text.isascii() and text.isdigit()) or len(text) > _MAX_DIGITS:
        raise LogError("number_malformed", "expected a decimal number")
    number = int(text)
    if str(number) != text or number > MAX_SIZE:
        raise LogError("number_malformed", "the decimal number is not in its one form")
    return number


def parse_base64(text: str) -> bytes:
    """Standard padded base64 (RFC 4648 section 4) that prints back to the same text."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise LogError("base64_malformed", "expected standard base64") from None
    if format_base64(data) != text:
        raise LogError("base64_malformed", "the base64 is not in its one form")
    return data


def format_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def parse_hash(text: str) -> bytes:
    """A SHA-256 hash in base64."""
    data = parse_base64(text)
    if len(data) != HASH_BYTES:
        raise LogError("hash_malformed", "a hash is 32 bytes")
    return data


def decode_text(data: bytes, limit: int, what: str) -> str:
    """UTF-8 text of at most ``limit`` bytes with no ASCII control character but newline, ending in one."""
    if len(data) > limit:
        raise LogError(f"{what}_too_large", f"at most {limit} bytes are read")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise LogError(f"{what}_malformed", "not UTF-8") from None
    if not text.endswith("\n"):
        raise LogError(f"{what}_malformed", "the last line does not end")
    if any(byte < 0x20 and byte != 0x0A for byte in set(data)):
        raise LogError(f"{what}_malformed", "a control character")
    return text
