"""Notes and forms of a call that is kept: put in the place of older ones, and told from those that came before.

A text that came is told by its keyed digest, whatever has become of what was kept of it: a sweep may have masked more
in it, a newer text may have taken its place, or it had its time. It is claimed for its call when its rows are
committed, and not before: a claim says that the text was kept. What a crash in between leaves unclaimed is found to
say the same as what is kept when it comes again, and is claimed then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from io import BytesIO
from typing import BinaryIO, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from callward.intake import as_words
from callward.notes import COPIES, TEXT, lines_of, write_notes
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.calls import belonging, items, keeping, opening
from callward.web.calls.destroying import finish
from callward.web.calls.inputs import Arrival
from callward.web.calls.lines import needs_keys, rules_of
from callward.web.calls.models import Call, Item
from callward.web.calls.sealing import SealedShelf
from callward.web.core.objects import object_store
from callward.web.keys import vault
from callward.web.people import finding

ADDED, RECEIVED = "call.note_added", "call.note_received"
_TRIES = 3
_Result = TypeVar("_Result")


def may_take(call: Call) -> bool:
    """Tell whether a call takes notes: it is kept, and its caller is not erased."""
    return call.state != Call.State.ENDED and call.person.erased_at is None and bool(call.items.all())


def add(call: Call, lines: Sequence[str], by: Party) -> None:
    """Put a note behind those of a call. Raises ``KeyGone``, ``IntakeError``, ``ObjectError``; the others stay then."""

    def behind() -> list[str]:
        return [*_known(call, ItemKind.NOTE_ORIGINAL)[1], *lines]

    # Where another note came in between, this one goes behind it.
    _tried(lambda: _put(call, ItemKind.NOTE_ORIGINAL, behind, by, ADDED))


def receive(call: Call, arrival: Arrival, by: Party) -> bool:
    """Keep what came beside a known call for the first time and says something else than is kept; tell whether any did.

    The newest text is the note, and the older one is destroyed. Where somebody wrote a note on the call's page, or a
    hold keeps the call, nothing may be lost: the new text then goes behind the old.
    """
    return sum(_receive(call, kind, lines, by) for kind, lines in _told(arrival)) > 0


def claim(controller: UUID, call: UUID, arrival: Arrival) -> None:
    """Claim what was written beside a call that was just taken in with it; after the commit. May be repeated."""
    for kind, lines in _told(arrival):
        vault.claim_input(controller, _digests(controller, call, kind, lines), call)


def _told(arrival: Arrival) -> list[tuple[ItemKind, Sequence[str]]]:
    told = ((ItemKind.NOTE_ORIGINAL, arrival.written), (ItemKind.FORM_ORIGINAL, arrival.filled_in))
    return [(kind, lines) for kind, lines in told if lines]


def _digests(controller: UUID, call: UUID, kind: ItemKind, lines: Sequence[str]) -> vault.InputDigests:
    """Digest a text as it came, which is told from the same words of every other call."""
    head = f"{kind.value.partition('.')[0]} {call}\n"
    return belonging.digests(controller, [head.encode(), "\n".join(lines).encode()])


def _receive(call: Call, kind: ItemKind, lines: Sequence[str], by: Party) -> bool:
    digests = _digests(call.controller_id, call.id, kind, lines)
    if vault.claimed_call(call.controller_id, digests) is not None:
        return False
    renewed = _tried(lambda: _keep_newest(call, kind, lines, by))
    vault.claim_input(call.controller_id, digests, call.id)
    return renewed


def _keep_newest(call: Call, kind: ItemKind, lines: Sequence[str], by: Party) -> bool:
    stays = _must_stay(call, kind)
    copy, known = _known(call, kind)
    if copy is not None:
        made = _redacted(call, kind, lines)
        # The line may keep no originals any more, where this call has nothing but one.
        same = lines_of(made[copy if copy in made else COPIES[kind]])
        if same == known or (stays and _among(same, known)):
            return False

    def newest() -> list[str]:
        return [*_known(call, kind)[1], *lines] if stays else [*lines]

    _put(call, kind, newest, by, RECEIVED, stays=stays)
    return True


def _tried(act: Callable[[], _Result]) -> _Result:
    """Do it, and anew where the note changed in between. Raises IntegrityError where it does so each time."""
    for _attempt in range(_TRIES - 1):
        with suppress(IntegrityError):
            return act()
    return act()


def _must_stay(call: Call, kind: ItemKind) -> bool:
    noted = kind is ItemKind.NOTE_ORIGINAL and audit.entries_for(call.controller, call).filter(action=ADDED).exists()
    return noted or _held(call)


def _held(call: Call) -> bool:
    return bool(keeping.keeper().hold_rows(call))


def _among(lines: Sequence[str], known: Sequence[str]) -> bool:
    return any(list(known[at : at + len(lines)]) == list(lines) for at in range(len(known) - len(lines) + 1))


def _put(
    call: Call,
    kind: ItemKind,
    lines: Callable[[], list[str]],
    by: Party,
    action: str,
    *,
    stays: bool | None = None,
) -> None:
    """Seal what lines become in the place of what is kept.

    Raises IntegrityError where that changed meanwhile, or does not stay as it did where ``stays`` says whether it must.
    """
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
            # No hold comes between, and no other note: each of them takes the same lock.
            keeping.keeper().lock(controller)
            if stays is not None and stays != _must_stay(call, kind):
                raise IntegrityError
            if Item.objects.filter(id__in=[item.id for item in old]).count() != len(old):
                raise IntegrityError
            if kind not in redacted and _held(call):
                # The line keeps no originals any more, and this one is held.
                old = [item for item in old if item.kind != kind.value]
            because = action.partition(".")[2]
            intents = items.exchange(call, placed, old, by, because=because, now=now)
            # Behind the exchange, which locks the call: whoever completes a call takes its row first, and then this.
            finding.keep(call.person)
            audit.record(action, actor=by, resource=call, controller=controller)
        unless_kept.pop_all()
    finish(intents)


def _known(call: Call, kind: ItemKind) -> tuple[ItemKind | None, list[str]]:
    """The lines there are and which copy says them: whole where the line keeps originals, else as redacted.

    An original that is only held still lacks what came since the line keeps none.
    """
    fresh = Call.objects.prefetch_related("items").get(id=call.id)
    both = (kind, COPIES[kind])
    for copy in both if call.line.keep_original else reversed(both):
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
