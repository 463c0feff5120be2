"""Notes and forms of a call that is kept: put in the place of older ones, and told from those that say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import BinaryIO

from django.db import IntegrityError, transaction
from django.utils import timezone

from callward.intake import as_words
from callward.notes import COPIES, TEXT, lines_of, write_notes
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls import items, keeping, opening
from callward.web.calls.destroying import finish
from callward.web.calls.inputs import Arrival
from callward.web.calls.lines import needs_keys, rules_of
from callward.web.calls.models import Call, Item
from callward.web.calls.sealing import SealedShelf
from callward.web.core.objects import object_store
from callward.web.people import finding

ADDED, RECEIVED = "call.note_added", "call.note_received"
_TRIES = 3


def may_take(call: Call) -> bool:
    """Tell whether a call takes notes: it is kept, and its caller is not erased."""
    return call.state != Call.State.ENDED and call.person.erased_at is None and bool(call.items.all())


def add(call: Call, lines: Sequence[str], by: Party) -> None:
    """Put a note behind those of a call. Raises ``KeyGone``, ``IntakeError``, ``ObjectError``; the others stay then."""

    def behind() -> list[str]:
        return [*_known(call, ItemKind.NOTE_ORIGINAL)[1], *lines]

    for attempt in range(_TRIES):
        try:
            _put(call, ItemKind.NOTE_ORIGINAL, behind, by, ADDED)
        except IntegrityError:
            # Another note came in between: this one goes behind it.
            if attempt == _TRIES - 1:
                raise
        else:
            return


def receive(call: Call, arrival: Arrival, by: Party) -> bool:
    """Keep what came beside a known call and says something else than is kept; tell whether anything did.

    The newest text is the note, and the older one is destroyed. Where somebody wrote a note on the call's page, or a
    hold keeps the call, nothing may be lost: the new text then goes behind the old.
    """
    told = ((ItemKind.NOTE_ORIGINAL, arrival.written), (ItemKind.FORM_ORIGINAL, arrival.filled_in))
    return sum(_receive(call, kind, list(lines), by) for kind, lines in told if lines) > 0


def _receive(call: Call, kind: ItemKind, lines: list[str], by: Party) -> bool:
    stays = _must_stay(call, kind)
    copy, known = _known(call, kind)
    if copy is not None:
        same = lines_of(_redacted(call, kind, lines)[copy])
        if same == known or (stays and _among(same, known)):
            return False

    def newest() -> list[str]:
        return [*_known(call, kind)[1], *lines] if stays else lines

    _put(call, kind, newest, by, RECEIVED)
    return True


def _must_stay(call: Call, kind: ItemKind) -> bool:
    noted = kind is ItemKind.NOTE_ORIGINAL and audit.entries_for(call.controller, call).filter(action=ADDED).exists()
    return noted or bool(keeping.keeper().hold_rows(call))


def _among(lines: Sequence[str], known: Sequence[str]) -> bool:
    return any(list(known[at : at + len(lines)]) == list(lines) for at in range(len(known) - len(lines) + 1))


def _put(call: Call, kind: ItemKind, lines: Callable[[], list[str]], by: Party, action: str) -> None:
    """Seal what lines become in the place of what is kept. Raises IntegrityError where that changed meanwhile."""
    old = list(Item.objects.filter(call=call, kind__in=[kind.value, COPIES[kind].value]))
    now, controller = timezone.now(), call.controller_id
    redacted = _redacted(call, kind, lines())
    with SealedShelf(controller, object_store()) as shelf:
        for copy, data in redacted.items():
            with shelf.writer(copy, TEXT) as target:
                target.write(data)
        placed = shelf.place()
    with items.taken_back_unless_kept(controller, placed) as unless_kept:
        items.keep_keys(controller, call.person_id, placed)
        with transaction.atomic():
            if Item.objects.filter(id__in=[item.id for item in old]).count() != len(old):
                raise IntegrityError
            finding.keep(call.person)
            because = action.partition(".")[2]
            intents = items.exchange(call, placed, old, by, because=because, now=now)
            audit.record(action, actor=by, resource=call, controller=controller)
        unless_kept.pop_all()
    finish(intents)


def _known(call: Call, kind: ItemKind) -> tuple[ItemKind | None, list[str]]:
    """The lines there are and which copy says them: whole where the line keeps originals, else as redacted."""
    fresh = Call.objects.prefetch_related("items").get(id=call.id)
    for copy in (kind, COPIES[kind]):
        data = opening.read_item(fresh, copy)
        if data is not None:
            return copy, lines_of(data)
    return None, []


def _redacted(call: Call, kind: ItemKind, lines: Iterable[str]) -> dict[ItemKind, bytes]:
    """The copies that lines become under the rules of the call's line, in memory."""
    seed = finding.seed_of(call.person) if needs_keys(call.line) else ""
    shelf = _Memory()
    write_notes(as_words(lines, call.language), kind, rules_of(call.line, seed), shelf)
    return {copy: target.getvalue() for copy, target in shelf.written.items()}


class _Written(BytesIO):
    """What is written stays readable when the writer is closed."""

    def close(self) -> None:
        """Keep it."""


class _Memory:
    """A shelf that holds a few lines, to look at before anything is sealed."""

    def __init__(self) -> None:
        self.written: dict[ItemKind, _Written] = {}

    def writer(self, kind: ItemKind, mediatype: str) -> BinaryIO:
        self.written[kind] = _Written()
        return self.written[kind]

    def reader(self, kind: ItemKind) -> BinaryIO:
        return BytesIO(self.written[kind].getvalue())

    def discard(self, kind: ItemKind) -> None:
        self.written.pop(kind, None)
