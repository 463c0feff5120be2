"""Holds: what must stay although its time is over, or its person is erased.

A hold is on everything of a person, on a call, or on one item of it, and covers sound, words and the keys that open
them. It beats retention. An erasure puts what is held under a custody key of the hold first, so that it opens when the
person's key is gone. No hold keeps card data: sound that may hold it is destroyed after a day, held or not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from callward.engine import envelope
from callward.engine.errors import Error
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.background.ceilings import uninterrupted
from callward.web.calls.items import left_by_fault
from callward.web.calls.models import Call, Item
from callward.web.core.labels import label
from callward.web.core.models import Controller, Line
from callward.web.keys import vault
from callward.web.lifecycle.models import Hold
from callward.web.lifecycle.rules import DUTY
from callward.web.people.models import Person

PLACED, RELEASED = "hold.placed", "hold.released"
HOLD = "hold"  # the fact of their entries that names the hold
REVIEW_DAYS = 90
PORTION = 500  # keys that move into custody while the lock is held once
_ERASED = "person.erased"


class HoldError(Error):
    """A hold is refused: ``hold_person_erased``, ``hold_nothing_left``, ``hold_released``."""


def place(
    person: Person,
    *,
    kind: str,
    reason: str,
    owner: User,
    review_on: date,
    by: Party,
    call: Call | None = None,
    item_kind: str = "",
) -> Hold:
    """Place a hold on a person, one of their calls, or an item of it. Raises ``HoldError``, ``KeyUnavailable``."""
    hold = Hold(
        id=uuid4(),
        controller_id=person.controller_id,
        person=person,
        call=call,
        item_kind=item_kind,
        kind=kind,
        owner=owner,
        placed_at=timezone.now(),
        review_on=review_on,
    )
    with _key_of(hold) as key:
        hold.sealed_reason = envelope.seal_value(key, reason.encode(), _bound(hold))
        with transaction.atomic():
            lock(person.controller_id)
            _refuse_what_goes(hold)
            hold.save(force_insert=True)
            audit.record(
                PLACED,
                actor=by,
                resource=call or person,
                controller=person.controller_id,
                facts=_facts(hold) | {"review_on": review_on.isoformat()},
            )
    return hold


def reason_of(hold: Hold) -> str:
    """Open the reason; empty once the hold is released: its key went with it."""
    if hold.released_at is not None:
        return ""
    try:
        return envelope.open_value(
            vault.data_key(hold.controller_id, hold.id), bytes(hold.sealed_reason), _bound(hold)
        ).decode()
    except vault.KeyGone:
        return ""


def release(hold: Hold, by: Party) -> None:
    """End a hold. What only it kept goes: by the next purge, or, where the person is erased, at once.

    Raises ``HoldError`` (``hold_released``) when it was released before.
    """
    with transaction.atomic():
        lock(hold.controller_id)
        if not Hold.objects.standing().filter(id=hold.id).update(released_at=timezone.now()):
            raise HoldError("hold_released", "the hold was released before")
        intent = audit.intend(
            RELEASED,
            actor=by,
            resource=hold.call or hold.person,
            controller=hold.controller_id,
            parameters={"hold": str(hold.id)},
            facts={HOLD: str(hold.id)},
        )
    _finish_release(intent)


def replay() -> int:
    """Finish every release that was cut off; return how many."""
    intents = list(audit.open_intents(action=RELEASED))
    for intent in intents:
        _finish_release(intent)
    return len(intents)


def release_again(controller: UUID, released: Mapping[UUID, datetime]) -> set[UUID]:
    """Mark holds as released that the ledger says were, where older rows have them standing; return those.

    Call it before anybody is erased again, and ``end_again`` after that: what another hold is on must find its custody.
    """
    stood = Hold.objects.standing().filter(controller=controller, id__in=released)
    back = set(stood.values_list("id", flat=True))
    for hold in back:
        Hold.objects.filter(id=hold).update(released_at=released[hold])
    return back


def end_again(controller: UUID, released: Iterable[UUID]) -> set[UUID]:
    """End the keys of released holds where an older copy of the keys has them; return those. Harmless when repeated."""
    owner = Controller.objects.get(id=controller)
    return {hold for hold in released if _end_keys(owner, hold)[1]}


def lock(controller: UUID) -> None:
    """Let no hold be placed while something is being chosen to go, and the other way round; in a transaction."""
    Controller.objects.select_for_update(no_key=True).get(id=controller)


def held_items() -> Q:
    """The condition on items that a standing hold keeps."""
    return held_by(Hold.objects.standing())


def held_by(some: QuerySet[Hold]) -> Q:
    """The condition on items that one of these holds is on."""
    whole = some.filter(person=OuterRef("call__person"), call=None)
    own = some.filter(Q(item_kind="") | Q(item_kind=OuterRef("kind")), call=OuterRef("call"))
    return Q(Exists(whole)) | Q(Exists(own))


def kept_through_erasure(today: date) -> Q:
    """The condition on items that outlive the erasure of their person: held, or under a duty in law."""
    return held_items() | (Q(purpose=DUTY, retain_until__gte=today) & ~Q(call__line__sector_duty=""))


def on_call(call: Call) -> QuerySet[Hold]:
    """Return the standing holds that keep something of a call."""
    return Hold.objects.standing().filter(Q(call=call) | Q(call=None, person=call.person_id)).select_related("owner")


def is_going(person: UUID) -> bool:
    """Tell whether a person is erased, or is about to be; under the lock that stays so."""
    erasing = audit.open_intents(action=_ERASED).filter(resource_id=str(person))
    return erasing.exists() or Person.objects.filter(id=person).exclude(erased_at=None).exists()


def items_of(hold: Hold) -> QuerySet[Item]:
    """Return the items that a hold is on, as they are now."""
    if hold.call_id is None:
        return Item.objects.filter(call__person=hold.person_id)
    items = Item.objects.filter(call=hold.call_id)
    return items.filter(kind=hold.item_kind) if hold.item_kind else items


def into_custody_by_portions(person: UUID, controller: UUID, today: date) -> None:
    """Do most of what ``into_custody`` does before the lock is taken for all of it; outside of any transaction.

    The lock is held for a portion at a time, and no provider of keys is asked under it. Raises ``KeyUnavailable``.
    """
    wanted, kept = _outliving(person, controller, today)
    moving = sorted(set[UUID]().union(*wanted.values()) - kept)
    if moving:
        vault.ready_for_custody(controller, person)
    for start in range(0, len(moving), PORTION):
        with transaction.atomic():
            lock(controller)
            into_custody(person, controller, today, moving[start : start + PORTION])


def into_custody(person: UUID, controller: UUID, today: date, among: Collection[UUID] | None = None) -> int:
    """Rewrap the keys of what outlives a person's erasure, each under its ground; return how many items.

    Under the lock, after ``into_custody_by_portions``: what is under custody for a ground that stands stays there. May
    be repeated, before and after the person's key is gone. What has no living key by then is past keeping. ``among``
    says of which items and holds alone.
    """
    wanted, kept = _outliving(person, controller, today, among)
    for ground, keys in wanted.items():
        if rest := keys - kept:
            vault.hold_under_custody(controller, rest, ground)
            kept |= rest
    return Item.objects.filter(id__in=kept).count()


def _outliving(
    person: UUID, controller: UUID, today: date, among: Collection[UUID] | None = None
) -> tuple[dict[str, set[UUID]], set[UUID]]:
    """Return the living keys that outlive a person by their grounds, and which are under one of theirs already."""
    wanted = {}
    for hold in Hold.objects.standing().filter(person=person).order_by("placed_at", "id"):
        wanted[_ground(hold.id)] = _ids(items_of(hold), among) | {hold.id}
    wanted[f"duty {person}"] = _ids(_under_duty(person, controller, today), among)
    every = set[UUID]().union(*wanted.values())
    living = vault.living_keys(controller, every if among is None else every & set(among))
    wanted = {ground: keys & living for ground, keys in wanted.items()}
    under = vault.grounds_of(controller, living)
    return wanted, {key for ground, keys in wanted.items() for key in keys if under.get(key) == ground}


def _ids(items: QuerySet[Item], among: Collection[UUID] | None) -> set[UUID]:
    return set((items if among is None else items.filter(id__in=among)).values_list("id", flat=True))


def _under_duty(person: UUID, controller: UUID, today: date) -> QuerySet[Item]:
    """Return the items that the law asks to keep still; quick where no line of the controller has a duty."""
    lines = list(Line.objects.filter(controller=controller).exclude(sector_duty="").values_list("id", flat=True))
    if not lines:
        return Item.objects.none()
    return Item.objects.filter(call__person=person, call__line__in=lines, purpose=DUTY, retain_until__gte=today)


def sentence(hold: Hold) -> str:
    """Say what a hold is and what it is on."""
    told = {"kind": hold.get_kind_display(), "what": label("item", hold.item_kind) if hold.item_kind else ""}
    if hold.call_id is None:
        return _("A %(kind)s hold on everything of this person") % told
    if hold.item_kind:
        return _("A %(kind)s hold on one item: %(what)s") % told
    return _("A %(kind)s hold on the whole call") % told


def small_print(hold: Hold) -> str:
    told = {"owner": hold.owner.get_username(), "day": date_format(hold.review_on, "j F Y")}
    return _("owner %(owner)s, to be reviewed by %(day)s") % told


@contextmanager
def _key_of(hold: Hold) -> Iterator[bytes]:
    """Make the key of the reason, for the block that commits the hold; taken back where no row has come of it.

    Where the database cannot say that, as when lost in the commit, the key stays: what belongs to no hold is swept
    by the doctor.
    """
    with uninterrupted():
        try:
            key = vault.new_data_key(hold.controller_id, hold.person_id, hold.id)
        except vault.KeyGone:
            raise HoldError("hold_person_erased", "the person is erased; there is nothing left to hold") from None
        try:
            yield key
        except BaseException:
            if left_by_fault(Hold.objects.filter(id=hold.id).exists) is False:
                # Where the disk is full the key cannot be deleted either.
                with suppress(DatabaseError):
                    vault.delete_data_key(hold.controller_id, hold.id)
            raise


def _refuse_what_goes(hold: Hold) -> None:
    if is_going(hold.person_id):
        raise HoldError("hold_person_erased", "the person is erased; there is nothing left to hold")
    if hold.call_id is not None and not items_of(hold).exists():
        raise HoldError("hold_nothing_left", "nothing of it is left to hold")


def _finish_release(intent: Intent) -> None:
    identity = UUID(intent.parameters["hold"])
    hold, _ended = _end_keys(intent.controller, identity)
    with transaction.atomic():
        audit.conclude(intent, facts=_facts(hold) if hold is not None else {HOLD: str(identity)})


def _end_keys(controller: Controller, identity: UUID) -> tuple[Hold | None, bool]:
    """End custody and reason of a released hold; return its row, and whether there was a key."""
    today = timezone.now().astimezone(controller.zone).date()
    going = Hold.objects.filter(id=identity).first()
    if going is not None and is_going(going.person_id):
        into_custody_by_portions(going.person_id, controller.id, today)
    with transaction.atomic():
        lock(controller.id)  # an erasure chooses what to put under whose custody under the same lock
        # The row goes with its call, which may have had its time before a release that was cut off is finished.
        hold = Hold.objects.select_related("person").filter(id=identity).first()
        if hold is not None and is_going(hold.person_id):
            # What another hold or a duty in law is on goes into its custody, before this one's ends.
            into_custody(hold.person_id, controller.id, today)
        held = vault.end_custody(controller.id, _ground(identity))
        reason = vault.delete_data_key(controller.id, identity)
    return hold, bool(held or reason)


def _ground(hold: UUID) -> str:
    return f"hold {hold}"


def _facts(hold: Hold) -> dict[str, str | int | bool]:
    scope = "item" if hold.item_kind else "call" if hold.call_id else "person"
    return {HOLD: str(hold.id), "kind": hold.kind, "scope": scope}


def _bound(hold: Hold) -> bytes:
    return envelope.column_data(
        controller=hold.controller_id, table="lifecycle_hold", column="sealed_reason", row=hold.id
    )
