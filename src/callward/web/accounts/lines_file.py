"""Lines out of a file: what ``callward init`` sets up beside the controller."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from callward.web.accounts.actions import StaffError
from callward.web.core.models import Line

_MAX_BYTES = 1024 * 1024
# Each of these is Callward's to give.
_OWN = frozenset({"id", "controller", "created_at"})
_FIELDS: Mapping[str, models.Field[object, object]] = {
    field.name: field
    for field in Line._meta.concrete_fields  # noqa: SLF001 - Django's public name for it
    if field.name not in _OWN
}


def read_lines(path: Path) -> list[Line]:
    """The lines of a JSON list of objects whose members are a line's fields, as samples/centre.json has them.

    They have no controller yet and are not saved. Raises ``StaffError`` ``lines_file`` when the file is no such list,
    ``lines_value`` with the number of the first line that cannot be.
    """
    lines: list[Line] = []
    for number, described in enumerate(_listed(path), start=1):
        try:
            lines.append(_line(described, {line.slug for line in lines}))
        except ValidationError as error:
            raise StaffError("lines_value", f"line {number}: {_said(error)}") from None
    return lines


def _listed(path: Path) -> list[object]:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
        listed = json.loads(data) if len(data) <= _MAX_BYTES else None
    except OSError:
        raise StaffError("lines_file", "the file of lines cannot be read") from None
    except (ValueError, RecursionError):
        raise StaffError("lines_file", "the file of lines is no JSON") from None
    if not isinstance(listed, list) or not listed:
        raise StaffError("lines_file", "the file of lines is no JSON list with lines in it, or is over 1 MiB")
    return listed


def _line(described: object, taken: set[str]) -> Line:
    if not isinstance(described, dict):
        raise ValidationError("it is no object")
    unknown = sorted(set(described) - set(_FIELDS))
    if unknown:
        raise ValidationError(f"a line has no {unknown[0][:40]!r}")
    wrong = [name for name, value in described.items() if not _fits(_FIELDS[name], value)]
    if wrong:
        raise ValidationError({wrong[0]: "it is of another kind of value"})
    line = Line(**described)
    line.full_clean(exclude=["controller"])
    if line.slug in taken:
        raise ValidationError({"slug": "another line before it has this short name"})
    return line


def _fits(field: models.Field[object, object], value: object) -> bool:
    """Whether JSON's kind of value is the field's: Django would make text out of anything."""
    if isinstance(field, models.BooleanField):
        return isinstance(value, bool)
    if isinstance(field, models.IntegerField):
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, list | dict) if isinstance(field, models.JSONField) else isinstance(value, str)


def _said(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    told = {name: " ".join(messages) for name, messages in error.message_dict.items()}
    return "; ".join(words if name == NON_FIELD_ERRORS else f"{name}: {words}" for name, words in told.items())
