"""Finding the person a call is about, or making one. Identifiers go in normalised; what names a person is sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from callward.engine import envelope
from callward.web.keys import vault
from callward.web.people.models import Person

# Kinds of blind index, the most telling first: the first that is known decides who it is.
KINDS = ("number", "phone", "email")


@dataclass(frozen=True, slots=True)
class Caller:
    """What the call facts say about the caller: identifiers by kind, normalised, and perhaps a name."""

    identifiers: Mapping[str, str]
    name: str = ""

    def __repr__(self) -> str:
        return f"Caller({', '.join(sorted(self.identifiers)) or 'unknown'})"


def find_or_prepare(controller: UUID, caller: Caller, now: datetime) -> Person:
    """Return the caller's person, saved or not yet; an unknown caller gets a provisional person of its own.

    Key and index are durable when this returns. The row is the caller's to save in the transaction of the act: when
    that never comes, the next call of the same caller finds the key by its index and makes the row. Two who prepare
    the same caller at once get one person, because an identifier leads to one.
    """
    known = [vault.find_person(controller, kind, value) for kind, value in _identifiers(caller)]
    person = next((found for found in known if found is not None), None)
    if person is None:
        person = _index_new(controller, caller)
    for kind, value in _identifiers(caller):
        vault.index_person(controller, person, kind, value)
    return _row(controller, person, caller, now)


def _identifiers(caller: Caller) -> list[tuple[str, str]]:
    return [(kind, caller.identifiers[kind]) for kind in KINDS if caller.identifiers.get(kind)]


def _index_new(controller: UUID, caller: Caller) -> UUID:
    person = vault.new_person_key(controller)
    for kind, value in _identifiers(caller)[:1]:
        owner = vault.index_person(controller, person, kind, value)
        if owner != person:
            vault.discard_person_key(controller, person)
            return owner
    return person


def _row(controller: UUID, person: UUID, caller: Caller, now: datetime) -> Person:
    """Take the row, or make it: a crash may have left a key and an index without one."""
    found = Person.objects.filter(id=person).first()
    if found is not None:
        return found
    fresh = Person(id=person, controller_id=controller, provisional=not caller.identifiers, created_at=now)
    key = vault.record_key(controller, person)
    values = {**caller.identifiers, "name": caller.name}
    for kind in (*KINDS, "name"):
        if values.get(kind):
            column = f"sealed_{kind}"
            bound = envelope.column_data(controller=controller, table="people_person", column=column, row=person)
            setattr(fresh, column, envelope.seal_value(key, values[kind].encode(), bound))
    return fresh


def open_column(person: Person, kind: str) -> str:
    """Open one sealed column; empty when it was never set. Raises ``KeyGone`` when the person is erased."""
    column = f"sealed_{kind}"
    sealed = bytes(getattr(person, column))
    if not sealed:
        return ""
    bound = envelope.column_data(controller=person.controller_id, table="people_person", column=column, row=person.id)
    return envelope.open_value(vault.record_key(person.controller_id, person.id), sealed, bound).decode()
