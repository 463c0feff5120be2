"""Hostile bytes to one JSON object, compressed or not, and the caps that hold for it."""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from typing import Final, TypeAlias

import orjson

from callward.engine.vcon.model import VconError

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

MAX_BYTES: Final = 256 * 1024 * 1024
MAX_MEMBERS: Final = 10_000
_MAX_VALUES: Final = 6_000_000  # each takes many times its bytes in memory
_BOM: Final = b"\xef\xbb\xbf"
_GZIP: Final = b"\x1f\x8b"
_BASE64: Final = re.compile(r"[A-Za-z0-9_-]*\Z")


def load_object(data: bytes) -> JsonObject:
    """The JSON object in bytes that may be gzip; at most 256 MiB before and after.

    Raises VconError ``vcon_too_large``, ``vcon_gzip``, ``vcon_empty``, ``vcon_encoding``,
    ``vcon_too_deep`` or ``vcon_json``.
    """
    if len(data) > MAX_BYTES:
        raise VconError("vcon_too_large", "the vCon is over 256 MiB")
    if data.startswith(_GZIP):
        data = _inflated(data)
    data = data.removeprefix(_BOM)
    if not data.strip():
        raise VconError("vcon_empty", "the vCon is empty")
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > _MAX_VALUES:
        raise VconError("vcon_too_large", "the JSON holds over six million values")
    try:
        value: JsonValue = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _not_json(data, error) from None
    if not isinstance(value, dict):
        raise VconError("vcon_form", "the JSON is no object")
    return value


def _not_json(data: bytes, error: orjson.JSONDecodeError) -> VconError:
    if "depth" in error.msg or "recursion" in error.msg:
        return VconError("vcon_too_deep", "the JSON is nested over 1,024 levels")
    try:
        data.decode()
    except UnicodeDecodeError:
        return VconError("vcon_encoding", "the vCon is not UTF-8")
    return VconError("vcon_json", "the vCon is not JSON")


def _inflated(data: bytes) -> bytes:
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(data, MAX_BYTES + 1)
    except zlib.error:
        raise VconError("vcon_gzip", "the compressed data is broken") from None
    if len(plain) > MAX_BYTES:
        raise VconError("vcon_too_large", "the vCon is over 256 MiB")
    if not stream.eof or stream.unused_data:
        raise VconError("vcon_gzip", "the compressed data is cut short or goes on")
    return plain


def base64url(text: str) -> bytes | None:
    """The bytes of unpadded base64url, or None when the text is none."""
    if not _BASE64.match(text) or len(text) % 4 == 1:
        return None
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        return None


def base64_any(text: str) -> bytes | None:
    """The bytes of base64 or base64url, padded or not, broken over lines or not; None when it is neither."""
    plain = re.sub(r"\s+", "", text).rstrip("=").replace("+", "-").replace("/", "_")
    return base64url(plain)
