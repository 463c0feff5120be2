"""Inline bodies, external references and their hashes (core-03, Inline Files and Externally Referenced Files)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

import orjson

from callward.engine.vcon.document import JsonObject, JsonValue, base64_any, base64url
from callward.engine.vcon.fields import Notes, text
from callward.engine.vcon.model import Content, Deviation, Encoding, VconError

NAMES: Final = frozenset({"body", "encoding", "url", "content_hash", "mediatype", "filename"})
_ALGORITHMS: Final = {"sha512": hashlib.sha512, "sha384": hashlib.sha384, "sha256": hashlib.sha256}
_HASH: Final = re.compile(r"([a-z0-9]{1,16})-([A-Za-z0-9_-]{20,128})\Z")
_MAX_HASHES: Final = 16


def read_content(members: JsonObject, notes: Notes) -> Content:
    """The content of a dialog, analysis or attachment; an external URL is only remembered, never fetched.

    Raises ``vcon_body`` when an inline body does not decode.
    """
    url = text(members, "url", notes)
    hashes = read_hashes(members, notes)
    data, encoding = _body(members, notes)
    if url is not None:
        if not url.lower().startswith("https://"):
            notes.add(Deviation.URL)
        if not hashes:
            notes.add(Deviation.URL_HASH)
    elif hashes and data is None:
        notes.add(Deviation.HASH_WITHOUT_CONTENT)
    mediatype, filename = text(members, "mediatype", notes), text(members, "filename", notes)
    return Content(data, encoding, url, hashes, mediatype, filename)


def read_hashes(members: JsonObject, notes: Notes) -> tuple[str, ...]:
    """The ``content_hash`` strings; unreadable ones are refused with ``vcon_content_hash``."""
    value = members.get("content_hash")
    if value is None:
        return ()
    found: list[str] = []
    for member in value if isinstance(value, list) else [value]:
        if not isinstance(member, str) or len(found) == _MAX_HASHES:
            raise VconError("vcon_content_hash", "a content hash is no string, or there are over 16")
        plain = member.rstrip("=")
        if plain != member:
            notes.add(Deviation.OLD_HASH)
        if not _HASH.match(plain):
            raise VconError("vcon_content_hash", "a content hash is not in the form algorithm-digest")
        found.append(plain)
    return tuple(found)


def check_content_hash(content: Content, chunks: Iterable[bytes]) -> None:
    """Raise ``vcon_content_hash`` unless the chunks have every hash that is of a known algorithm.

    At least one hash must be of a known algorithm (SHA-512, SHA-384, SHA-256); content without any
    hash passes, since there is nothing to hold it against.
    """
    wanted = dict(hash_.split("-", 1) for hash_ in content.hashes)
    known = {name: _ALGORITHMS[name]() for name in wanted if name in _ALGORITHMS}
    if wanted and not known:
        raise VconError("vcon_content_hash", "no hash is of an algorithm that is known")
    if not known:
        return
    for chunk in chunks:
        for digest in known.values():
            digest.update(chunk)
    for name, digest in known.items():
        if not compare_digest(digest.digest(), base64url(wanted[name]) or b""):
            raise VconError("vcon_content_hash", "the content is not what its hash says")


def hash_of(data: bytes) -> str:
    """The ``content_hash`` of bytes: SHA-512, unpadded base64url."""
    return "sha512-" + base64.urlsafe_b64encode(hashlib.sha512(data).digest()).decode().rstrip("=")


def host_of(url: str) -> str | None:
    """The host of an external URL, for people who look at a vCon; never for messages or logs."""
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _body(members: JsonObject, notes: Notes) -> tuple[bytes | None, Encoding | None]:
    body = members.get("body")
    if body is None:
        return None, None
    encoding = _encoding(members, body, notes)
    if encoding is Encoding.JSON:
        return _json(body, notes), encoding
    if not isinstance(body, str):
        notes.add(Deviation.ENCODING)
        return _json(body, notes), Encoding.JSON
    if encoding is Encoding.NONE:
        return body.encode(), encoding
    return _decoded(body, notes), encoding


def _encoding(members: JsonObject, body: JsonValue, notes: Notes) -> Encoding:
    value = members.get("encoding")
    if value == "base64":
        notes.add(Deviation.BASE64)
        return Encoding.BASE64URL
    try:
        return Encoding(value) if isinstance(value, str) else _guessed(body, notes)
    except ValueError:
        raise VconError("vcon_body", "the encoding of a body is unknown") from None


def _guessed(body: JsonValue, notes: Notes) -> Encoding:
    notes.add(Deviation.ENCODING)
    return Encoding.NONE if isinstance(body, str) else Encoding.JSON


def _json(body: JsonValue, notes: Notes) -> bytes:
    """Compact JSON with sorted names; an object or list that a producer sent as a string is taken out of it."""
    if isinstance(body, str) and body.lstrip()[:1] in ("{", "["):
        try:
            body = orjson.loads(body)
        except orjson.JSONDecodeError:
            raise VconError("vcon_body", "a JSON body is a string that is not JSON") from None
        notes.add(Deviation.JSON_AS_STRING)
    try:
        return orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        raise VconError("vcon_too_deep", "a JSON body is nested too deeply") from None


def _decoded(body: str, notes: Notes) -> bytes:
    data = base64url(body)
    if data is None:
        notes.add(Deviation.BASE64)
        data = base64_any(body)
    if data is None:
        raise VconError("vcon_body", "a body is not base64url")
    return data
