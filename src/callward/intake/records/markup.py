"""The little XML that call records come in, as nested members: no document type, no entities, bounded depth."""

from __future__ import annotations

from typing import Final
from xml.parsers import expat

from callward.intake.errors import IntakeError
from callward.intake.records.fields import JsonObject, JsonValue

_MAX_DEPTH: Final = 40
_MAX_ELEMENTS: Final = 200_000


def load_xml(data: bytes) -> tuple[str, JsonObject]:
    """The root's name and its content: attributes and children by name, repeated children as a list, text as text.

    Raises IntakeError ``record_xml`` for a document type declaration, for more than 40 levels or 200,000 elements, and
    for what is no XML.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.EntityDeclHandler = reader.refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise IntakeError("record_xml", "the call record is no XML") from None
    return reader.root()


class _Reader:
    def __init__(self) -> None:
        self._open: list[tuple[str, JsonObject, list[str]]] = []
        self._count = 0
        self._root: tuple[str, JsonValue] | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= _MAX_DEPTH or self._count > _MAX_ELEMENTS:
            raise IntakeError("record_xml", "the call record is nested too deep or too large")
        self._open.append((name, dict(attributes), []))

    def text(self, data: str) -> None:
        if self._open:
            self._open[-1][2].append(data)

    def end(self, _name: str) -> None:
        name, members, said = self._open.pop()
        content: JsonValue = members or "".join(said).strip()
        if not self._open:
            self._root = (name, content)
            return
        parent = self._open[-1][1]
        if name not in parent:
            parent[name] = content
            return
        known = parent[name]
        if isinstance(known, list):
            known.append(content)
        else:
            parent[name] = [known, content]

    def refuse(self, *_declared: object) -> None:
        raise IntakeError("record_xml", "the call record declares a document type or entities")

    def root(self) -> tuple[str, JsonObject]:
        name, content = self._root or ("", "")
        return name, content if isinstance(content, dict) else {}
