"""Finding the person a call is about, or making one. Identifiers go in normalised; what names a person is sealed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from callward.engine import envelope
from callward.web.keys import vault
from callward.web.people.models import Person

# Kinds of blind index, the most telling first: the first that is known decides who it is.
KINDS = ("number", "phone", "email")
COLUMNS = (*KINDS, "name", "seed")
_SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Caller:
    """What the call facts say about the caller: identifiers by kind, normalised, and perhaps a name.

    ``seed`` is what their pseudonyms come from, in hexadecimal digits; empty where the line needs none.
    """

    identifiers: Mapping[str, str]
    name: str = ""
    seed: str = ""

    def __repr__(self) -> str:
        return f"Caller({', '.join(sorted(self.identifiers)) or 'unknown'})"


def find_or_prepare(controller: UUID, caller: Caller, now: datetime) -> Person:
    """Return the caller's person, saved or not yet; an unknown caller gets a provisional person of its own.

    Key and index are durable when this returns. The row is the caller's to ``keep`` in the transaction of the act: when
    that never comes, the next call of the same caller finds the key by its index and makes the row. Two who prepare
    the same caller at once get one person, because an identifier leads to one. A row takes up what it did not know of
    its person yet: an index without its sealed value could not be made anew when the index key is.
    """
    with suppress(vault.KeyGone):
        return _prepared(controller, caller, now)
    # Who was found was erased in the same moment: whoever calls now is somebody new.
    return _prepared(controller, caller, now)


def _prepared(controller: UUID, caller: Caller, now: datetime) -> Person:
    known = [vault.find_person(controller, kind, value) for kind, value in _identifiers(caller)]
    person = next((found for found in known if found is not None), None)
    if person is None:
        person = _index_new(controller, caller)
    for kind, value in _identifiers(caller):
        vault.index_person(controller, person, kind, value)
    return _row(controller, person, caller, now)


def known_by(controller: UUID, kind: str, normalised: str) -> Person | None:
    """Return the person who is known by an identifier of ``kind`` (one of ``KINDS``); None where nobody is.

    Raises ``KeyUnavailable``.
    """
    found = vault.find_person(controller, kind, normalised)
    return Person.objects.filter(id=found).first() if found is not None else None


def with_seed(controller: UUID, caller: Caller) -> Caller:
    """Return the caller with the seed of their person, or with a new one, which ``find_or_prepare`` takes up."""
    known = (vault.find_person(controller, kind, value) for kind, value in _identifiers(caller))
    person = next((found for found in known if found is not None), None)
    row = Person.objects.filter(id=person).first() if person is not None else None
    return replace(caller, seed=(open_column(row, "seed") if row else "") or secrets.token_hex(_SEED_BYTES))


def seed_of(person: Person) -> str:
    """Return the seed of a person that is kept already; a new one is saved by ``keep``."""
    known = open_column(person, "seed")
    return known or _fill(person, {"seed": secrets.token_hex(_SEED_BYTES)})["seed"]


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
    """Take the row, or make it (a crash may have left a key and an index without one), and fill what it lacks."""
    row = Person.objects.filter(id=person).first() or Person(
        id=person, controller_id=controller, provisional=not caller.identifiers, created_at=now
    )
    values = {**caller.identifiers, "name": caller.name, "seed": caller.seed}
    _fill(row, {kind: values[kind] for kind in COLUMNS if values.get(kind) and not getattr(row, _column(kind))})
    return row


def _fill(row: Person, values: Mapping[str, str]) -> Mapping[str, str]:
    if values:
        key = vault.record_key(row.controller_id, row.id)
        for kind, value in values.items():
            setattr(row, _column(kind), envelope.seal_value(key, value.encode(), _bound(row, kind)))
    row.filled = tuple(map(_column, values))
    return values


def keep(person: Person) -> None:
    """Save what ``find_or_prepare`` gave, in the caller's transaction; what another has filled meanwhile stays.

    Raises ``KeyGone`` where the person was erased meanwhile; else nobody ends them before the transaction does.
    """
    if person._state.adding:  # noqa: SLF001 - Django's public name for it
        Person.objects.bulk_create([person], ignore_conflicts=True)
    if Person.objects.select_for_update(no_key=True).filter(id=person.id, erased_at=None).first() is None:
        raise vault.KeyGone("key_gone", "the person was erased")
    for column in person.filled:
        Person.objects.filter(id=person.id, **{column: b""}).update(**{column: getattr(person, column)})


def open_column(person: Person, kind: str) -> str:
    """Open one sealed column; empty when it was never set. Raises ``KeyGone`` when the person is erased."""
    sealed = bytes(getattr(person, _column(kind)))
    if not sealed:
        return ""
    key = vault.record_key(person.controller_id, person.id)
    return envelope.open_value(key, sealed, _bound(person, kind)).decode()


def _column(kind: str) -> str:
    return f"sealed_{kind}"


def _bound(person: Person, kind: str) -> bytes:
    return envelope.column_data(
        controller=person.controller_id, table="people_person", column=_column(kind), row=person.id
    )
