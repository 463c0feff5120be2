"""Facts in a file's name: a template, or a regular expression with named groups."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

import re2

from callward.intake.errors import IntakeError
from callward.intake.given import Given, given

_FIELDS: Final = {
    "id": "external_id",
    "line": "line",
    "caller": "caller_phone",
    "caller_number": "caller_number",
    "agent": "agent",
    "started": "started",
    "direction": "direction",
    "language": "language",
    "agent_channel": "agent_channel",
}
_DIRECTIVES: Final = {"Y": r"\d{4}", "j": r"\d{3}", "f": r"\d{1,6}", "z": r"[+-]\d{4}"} | dict.fromkeys(
    "mdHMSy", r"\d{2}"
)
_PART: Final = re.compile(r"\{(\w+)(?::([^{}]+))?\}")
_MAX_PATTERN: Final = 500


class _Match(Protocol):
    def groupdict(self) -> dict[str, str | None]: ...


class _Expression(Protocol):
    groupindex: dict[str, int]

    def fullmatch(self, text: str) -> _Match | None: ...


@dataclass(frozen=True, slots=True)
class FilePattern:
    """A compiled pattern; ``read`` applies it to the name of a file without its ending."""

    expression: _Expression
    time_format: str | None

    def read(self, stem: str) -> Given:
        """The facts in a name, none when the name does not fit; raises IntakeError ``facts_value``."""
        try:
            match = self.expression.fullmatch(stem)
        except UnicodeEncodeError:
            raise IntakeError("facts_value", "the name of the file is no text") from None
        if match is None:
            return Given()
        values = {_FIELDS[name]: value for name, value in match.groupdict().items() if value}
        if "started" in values and self.time_format is not None:
            values["started"] = _moment(values["started"], self.time_format)
        return given(values)


def file_pattern(text: str) -> FilePattern:
    """A pattern such as ``{line}_{caller}_{started:%Y%m%dT%H%M%S}``, or an RE2 expression with ``(?P<line>...)``.

    Raises IntakeError ``pattern`` when it cannot be read or names an unknown fact.
    """
    if len(text) > _MAX_PATTERN:
        raise IntakeError("pattern", "the file-name pattern is over 500 characters")
    source, time_format = (text, None) if "(?P<" in text else _template(text)
    options = re2.Options()
    options.log_errors = False
    try:
        expression: _Expression = re2.compile(source, options)
    except re2.error:
        raise IntakeError("pattern", "the file-name pattern is no regular expression") from None
    if not expression.groupindex or not set(expression.groupindex) <= set(_FIELDS):
        raise IntakeError("pattern", "the file-name pattern names no fact, or an unknown one")
    return FilePattern(expression, time_format)


def _template(text: str) -> tuple[str, str | None]:
    source, position = "", 0
    time_format: str | None = None
    for part in _PART.finditer(text):
        source += re2.escape(text[position : part.start()])
        name, form = part.group(1), part.group(2)
        if form is not None and name != "started":
            raise IntakeError("pattern", "only the start takes a format")
        time_format = form or time_format
        source += f"(?P<{name}>{_time(form) if form else '.+?'})"
        position = part.end()
    return source + re2.escape(text[position:]), time_format


def _time(form: str) -> str:
    """A strptime format as an expression: digits where it has digits, everything else literally."""
    source = ""
    for number, piece in enumerate(form.split("%")):
        if number == 0:
            source += re2.escape(piece)
        elif piece[:1] in _DIRECTIVES and piece:
            source += _DIRECTIVES[piece[0]] + re2.escape(piece[1:])
        else:
            raise IntakeError("pattern", "the format of the start has an unknown directive")
    return source


def _moment(value: str, form: str) -> str:
    try:
        return datetime.strptime(value, form).isoformat()  # noqa: DTZ007 - the zone is the line's, added when merged
    except ValueError:
        raise IntakeError("facts_value", "the start in a file's name is no date and time") from None
