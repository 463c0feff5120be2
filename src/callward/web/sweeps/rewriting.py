"""Writing what a look found out of a call: new copies under new keys, verified, in the place of the old ones.

The order is that of design section 5: new objects durable, their keys, then rows and entries in one transaction, and
then the old keys and objects go. A crash in between leaves the call as it was or as it should be.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from callward import copies, verification
from callward.engine import pii
from callward.engine.errors import Error
from callward.plan import PAYMENT, Copy, Doubt
from callward.sheet import Doubted, Found, Masked, Place, Sheet, dump_sheet
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.calls import items, keeping
from callward.web.calls.destroying import finish
from callward.web.calls.facts import seal_facts
from callward.web.calls.models import Call, CallCategory, Item, Review
from callward.web.calls.rows import HOLD
from callward.web.calls.sealing import Placed, SealedShelf
from callward.web.core.objects import object_store
from callward.web.keys import vault
from callward.web.sweeps.models import Change, Sweep
from callward.web.sweeps.searching import ORIGINAL, RELEASED, Look, Searched

HEALED, REDETECTED = "call.healed", "call.redetected"
_STAY = frozenset({Call.State.HELD, Call.State.KEPT_SEALED})
_READ = ("state", "reasons", "findings", "keyed", "held_until", "sealed_facts", "person_id")  # and written from
_NO_SHEET = Sheet(0, 0, 0, (), (), (), (), 0)


class RewriteError(Error):
    """A call could not be rewritten: ``call_changed``, somebody else did meanwhile."""


@dataclass(slots=True)
class _Written:
    """What was written of a call, and what the second look at it says."""

    doubts: list[Doubt]
    hold: bool
    gone: set[ItemKind]  # copies that may not be kept


def rewrite(call: Call, look: Look, sweep: Sweep, actor: Party, now: datetime) -> Change:
    """Make what the look found go, and tell of it. Raises ``RewriteError``, ``KeyGone``, ``disk_full``."""
    with SealedShelf(call.controller_id, object_store()) as shelf:
        written = _write(call, look, shelf)
        placed = shelf.place()
    old = _replaced(call, placed, written.gone)
    beside = {one.kind: one for one in old}
    anchor = beside.get(ItemKind.SHEET.value) or next(iter(call.items.all()))
    with items.taken_back_unless_kept(call.controller_id, placed) as kept:
        # A call whose sheet is lost gets one beside whatever it has: all of a call's items are its person's.
        keys = {one.id: (beside.get(one.kind.value, anchor).id, one.key) for one in placed}
        vault.keep_data_keys_beside(call.controller_id, keys)
        with transaction.atomic():
            _claim(call)
            change = _keep(call, look, written, sweep, actor, now)
            intents = _exchange(call, placed, old, actor, sweep, now)
        kept.pop_all()
    finish(intents)
    return change


def _write(call: Call, look: Look, shelf: SealedShelf) -> _Written:
    written, words, released = _Written(look.doubts, hold=False, gone=set()), None, None
    for side in look.sides:
        redacted = _write_words(side, look, shelf)
        _write_sound(call, side, look, shelf, written)
        if side.side is RELEASED:
            words, released = redacted, side.copy
    readable = ItemKind.SHEET.value not in look.unopened  # where it is erased nobody can read a new one either
    if readable and (any(side.changes for side in look.sides) or written.doubts):
        sheet = _sheet(look.sheet or _NO_SHEET, released or Copy((), (), ()), words, written.doubts)
        with shelf.writer(ItemKind.SHEET, copies.JSON) as target:
            target.write(dump_sheet(sheet))
    for text in look.texts:
        with shelf.writer(ItemKind(text.kind), text.mediatype) as target:
            target.write(text.data)
    return written


def _write_words(side: Searched, look: Look, shelf: SealedShelf) -> pii.Redacted | None:
    if side.transcript is None or side.talk is None or not side.copy.findings:
        return None
    return copies.write_transcript(side.side.words, side.talk, side.transcript, side.copy, look.rules, shelf)


def _write_sound(call: Call, side: Searched, look: Look, shelf: SealedShelf, written: _Written) -> None:
    """Write a recording anew where something in it must go; what may still hold card data is not kept."""
    kind, copy, sound = side.side.sound, side.copy, side.sound
    if sound is None:
        return
    for number in copy.unplaced:
        written.doubts.append(Doubt("not_located", turn=copy.findings[number].spans[0].turn))
    if copy.unplaced:
        card = any(copy.findings[number].type in PAYMENT for number in copy.unplaced)
        if side.side is RELEASED:
            written.gone.add(kind)
            return
        written.hold |= card  # for a day, until a person has decided; nobody can say where in it the card is
    if not (copy.masks or side.tags):
        return
    copies.write_recordings(sound, [(kind, copy)], look.rules, shelf)
    faults = list(verification.check_sound(shelf, kind, copy, sound, look.rules))
    written.doubts += faults
    if faults and call.state == Call.State.WAITS_FOR_TRANSCRIPT:
        written.hold = True  # there is nothing else of the call: a person decides within a day
    elif faults and side.side is ORIGINAL and not written.hold:
        shelf.discard(kind)
        written.gone.add(kind)


def _sheet(sheet: Sheet, copy: Copy, words: pii.Redacted | None, doubts: list[Doubt]) -> Sheet:
    """Carry the sheet over to the new copies: what was masked stays told, what is masked now comes to it."""
    edits = words.edits if words else ()
    places: dict[int, list[Place]] = {}
    for turn, made in enumerate(edits):
        for edit in made:
            found = places.setdefault(edit.finding, [])
            found.append(Place(turn, edit.new_start, edit.new_end, len(found)))
    first = len(sheet.findings)
    return replace(
        sheet,
        findings=(
            *(replace(one, places=_moved(one.places, edits)) for one in sheet.findings),
            *(_found(one, tuple(places.get(number, ()))) for number, one in enumerate(copy.findings)),
        ),
        masks=tuple(
            sorted(
                (
                    *sheet.masks,
                    *(
                        Masked(
                            mask.stretch.start,
                            mask.stretch.end,
                            mask.stretch.channels,
                            pii.category(mask.type).value,
                            mask.type.value,
                            None if mask.finding is None else first + mask.finding,
                        )
                        for mask in copy.masks
                    ),
                ),
                key=lambda mask: mask.start,
            )
        ),
        doubts=(*sheet.doubts, *map(_doubted, doubts)),
    )


def _moved(places: tuple[Place, ...], edits: tuple[tuple[pii.Edit, ...], ...]) -> tuple[Place, ...]:
    """Move what stands in the old text to where it stands in the new; what a new label covers has no place any more."""
    kept = []
    for place in places:
        made = edits[place.turn] if place.turn < len(edits) else ()
        if any(edit.start < place.end and place.start < edit.end for edit in made):
            continue
        shift = sum(edit.new_end - edit.new_start - edit.end + edit.start for edit in made if edit.end <= place.start)
        kept.append(replace(place, start=place.start + shift, end=place.end + shift))
    return tuple(kept)


def _found(one: pii.Finding, places: tuple[Place, ...]) -> Found:
    kind = one.type
    score = round(one.score, 3)
    return Found(kind.value, pii.category(kind).value, one.about.value, score, one.rule, one.spoken, places)


def _doubted(doubt: Doubt) -> Doubted:
    stretch = doubt.stretch
    if stretch is None:
        return Doubted(doubt.code, doubt.turn, None, None, None)
    return Doubted(doubt.code, doubt.turn, stretch.start, stretch.end, stretch.channels)


def _replaced(call: Call, placed: list[Placed], gone: set[ItemKind]) -> list[Item]:
    kinds = {one.kind.value for one in placed} | {kind.value for kind in gone}
    return [item for item in call.items.all() if item.kind in kinds]


def _claim(call: Call) -> None:
    """Take the call's row; refuse where it or its items are not those that were searched any more.

    A person may have decided on it meanwhile: what was read before would be written over their decision.
    """
    fresh = Call.objects.select_for_update().get(id=call.id)
    moved = any(getattr(fresh, name) != getattr(call, name) for name in _READ)
    if moved or set(Item.objects.filter(call=call).values_list("id", flat=True)) != {
        item.id for item in call.items.all()
    }:
        raise RewriteError("call_changed", "the call was changed while it was searched")


def _exchange(
    call: Call, placed: list[Placed], old: list[Item], actor: Party, sweep: Sweep, now: datetime
) -> list[Intent]:
    return items.exchange(call, placed, old, actor, because="healed" if _heals(sweep) else "redetected", now=now)


def _heals(sweep: Sweep) -> bool:
    return sweep.kind == Sweep.Kind.HEAL


def _keep(call: Call, look: Look, written: _Written, sweep: Sweep, actor: Party, now: datetime) -> Change:
    """Write the rows of the act: the call's findings, classes and state, its review, its entry, the sweep's row."""
    reasons = list(dict.fromkeys(doubt.code for doubt in written.doubts))
    state = _state(call, written, reasons)
    added = _added(look)
    Call.objects.filter(id=call.id).update(
        findings=call.findings + sum(added.values()),
        keyed=call.keyed + max((_tones(side) for side in look.sides), default=0),
        state=state,
        reasons=list(dict.fromkeys([*call.reasons, *reasons])) if reasons else call.reasons,
        held_until=now + HOLD if state == Call.State.HELD and call.held_until is None else call.held_until,
        **({"sealed_facts": seal_facts(call.person, call.id, look.labels)} if look.labels is not None else {}),
    )
    _class(call, added)
    if reasons and state in {Call.State.IN_REVIEW, Call.State.HELD}:
        Review.objects.update_or_create(
            call=call,
            defaults={"opened_at": now, "decision": "", "decided_at": None, "decided_by": None, "applied_at": None},
        )
    facts = {f"found_{category}": count for category, count in added.items()}
    acts = [
        audit.Act(
            HEALED if _heals(sweep) else REDETECTED,
            actor,
            call,
            facts={**facts, "sweep": str(sweep.id), "review": bool(reasons)},
        )
    ]
    if reasons and state != call.state:
        sent = "call.held" if state == Call.State.HELD else "call.sent_to_review"
        acts.append(audit.Act(sent, actor, call, facts=dict.fromkeys(reasons, True)))
    audit.record_many(acts, controller=call.controller_id)
    outcome = Change.Outcome.CHANGED
    if reasons:
        outcome = Change.Outcome.HELD if state == Call.State.HELD else Change.Outcome.IN_REVIEW
    change, _made = Change.objects.update_or_create(
        sweep=sweep,
        call=call.id,
        defaults={
            "outcome": outcome,
            "found": {kind: dict(counts) for kind, counts in look.found.items()},
            "unopened": look.unopened,
            "reasons": reasons,
            "at": now,
        },
    )
    return change


def _class(call: Call, added: Counter[str]) -> None:
    """Add to the call's classes; what is new among them may end it sooner."""
    more = False
    for category, count in added.items():
        row, made = CallCategory.objects.get_or_create(call=call, category=category, defaults={"findings": count})
        if not made:
            CallCategory.objects.filter(id=row.id).update(findings=row.findings + count)
        more |= made
    if more:
        keeping.keeper().found_more(call)


def _state(call: Call, written: _Written, reasons: list[str]) -> str:
    # Sound that may hold card data which nobody can place is kept for a day and no longer, whatever holds are on it.
    if written.hold:
        return Call.State.HELD
    return call.state if not reasons or call.state in _STAY else Call.State.IN_REVIEW


def _added(look: Look) -> Counter[str]:
    """Count what the call's classes gain: by the released copy where it was searched, else by the original."""
    for wanted in (RELEASED, ORIGINAL):
        for side in look.sides:
            if side.side is wanted and side.transcript is not None:
                return Counter(pii.category(one.type).value for one in side.copy.findings)
    return Counter()


def _tones(side: Searched) -> int:
    return side.sound.keyed_count if side.sound is not None and any(m.finding is None for m in side.copy.masks) else 0
