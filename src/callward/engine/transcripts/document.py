"""Hostile bytes to text or to a JSON value, with one reason code for each way of being wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

import orjson

from callward.engine.transcripts.model import TranscriptError

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"
JsonObject: TypeAlias = "dict[str, JsonValue]"

MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_VALUES: Final = 6_000_000
_BOM: Final = b"\xef\xbb\xbf"
_NOT_A_NUMBER: Final = re.compile(r"-?(NaN|Inf|Infinity)\b")


def decode(data: bytes) -> str:
    """The document's text without a byte order mark.

    Raises ``transcript_too_large`` (over 64 MiB), ``transcript_encoding`` or ``transcript_empty``.
    """
    if len(data) > MAX_BYTES:
        raise TranscriptError("transcript_too_large", "the transcript is over 64 MiB")
    try:
        text = data.removeprefix(_BOM).decode("utf-8")
    except UnicodeDecodeError:
        raise TranscriptError("transcript_encoding", "the transcript is not UTF-8") from None
    if not text.strip():
        raise TranscriptError("transcript_empty", "the transcript is empty")
    return text


def load_json(text: str) -> JsonValue:
    """A JSON value; at most 1,024 levels deep, finite numbers only, no lone surrogates.

    Raises ``transcript_too_large`` (over six million values: each takes many times its bytes in
    memory), ``transcript_too_deep``, ``transcript_number`` (NaN or an infinity) or ``transcript_json``.
    """
    if sum(text.count(sign) for sign in ",[{") > _MAX_VALUES:
        raise TranscriptError("transcript_too_large", "the JSON holds over six million values")
    try:
        value: JsonValue = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise TranscriptError(*_diagnosis(text, error)) from None
    return value


def _diagnosis(text: str, error: orjson.JSONDecodeError) -> tuple[str, str]:
    if "depth" in error.msg or "recursion" in error.msg:
        return "transcript_too_deep", "the JSON is nested over 1,024 levels"
    if "infinity" in error.msg or _NOT_A_NUMBER.match(text, error.pos) or _NOT_A_NUMBER.match(text, error.pos - 1):
        return "transcript_number", "a number is not finite"
    return "transcript_json", "the transcript is not JSON"


def shape(what: str) -> TranscriptError:
    """The refusal of a field that has the wrong type; ``what`` names the field of the format."""
    return TranscriptError("transcript_shape", f"{what} is missing or has the wrong type")


def objects(value: JsonValue, what: str) -> Iterator[JsonObject]:
    """The members of a list of objects; raises ``transcript_shape``."""
    if not isinstance(value, list):
        raise shape(what)
    for member in value:
        if not isinstance(member, dict):
            raise shape(what)
        yield member


def string(value: JsonValue, what: str) -> str:
    """A string; raises ``transcript_shape``."""
    if not isinstance(value, str):
        raise shape(what)
    return value


def seconds(value: JsonValue, what: str) -> float | None:
    """A time in seconds, or None where the producer left it out; raises ``transcript_shape``."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise shape(what)
    return float(value)


def milliseconds(value: JsonValue, what: str) -> float | None:
    """A time in milliseconds as seconds, or None; raises ``transcript_shape``."""
    time = seconds(value, what)
    return None if time is None else time / 1000


def confidence(value: JsonValue) -> float | None:
    """A confidence of 0 to 1, or None for anything else: it informs, nothing depends on it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        return None
    return float(value)


def whole(value: JsonValue) -> int | None:
    """A channel or speaker number of 0 to 255, or None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 255:
        return None
    return value


def language_code(value: JsonValue) -> str | None:
    """The ISO 639-1 part of a language tag such as ``en-US``, or None when there is none."""
    if not isinstance(value, str):
        return None
    code = re.split(r"[-_]", value.strip().lower(), maxsplit=1)[0]
    return code if re.fullmatch(r"[a-z]{2}", code) else None
