"""Keeping words without anybody in them, and reading them.

An anonymous text has a new random id, a line and a month; no call, no person, no time. It is sealed under a key of the
controller, which no person's key leads to. It is written in the transaction that takes the item's row, so it comes to
be once, whatever is cut off. What cannot be made anonymous for certain is destroyed like everything else, and so is
what line, month and language would tell somebody's: the call log still says who called.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import orjson
from django.db import transaction
from django.db.models import QuerySet

from callward.engine import envelope
from callward.engine.errors import Error
from callward.shelf import ItemKind
from callward.web import audit
from callward.web.audit.entries import Party
from callward.web.audit.models import Intent
from callward.web.calls import opening
from callward.web.calls.destroying import intend_to_destroy
from callward.web.calls.models import Call, Item
from callward.web.core.models import Controller
from callward.web.core.objects import ObjectError
from callward.web.keys import vault
from callward.web.lifecycle import holds, retention
from callward.web.lifecycle.anonymity import Said, anonymous
from callward.web.lifecycle.models import AnonymousText
from callward.web.lifecycle.rules import Then

KEPT, REMOVED = "texts.anonymised", "text.removed"
BECAUSE = "anonymised"
BATCH = 50  # each is read and searched, which takes tens of milliseconds
FEWEST = 5  # callers of a line in a month, among whom a text may be anybody's
_LOOK = 100  # calls among which so many are looked for first
_KIND = ItemKind.TRANSCRIPT_REDACTED.value


def to_anonymise(controller: Controller, today: date, *, but: Collection[UUID] = ()) -> QuerySet[Item]:
    """Return the items whose time is over and whose words stay without anybody in them, if that can be done."""
    due = retention.due(controller, today, but=but).filter(kind=_KIND, call__terms__then__has_key=_KIND)
    return due.select_related("call__line__controller", "call__person").order_by("retain_until", "id")


def anonymise_batch(controller: Controller, actor: Party, today: date, *, but: Collection[UUID] = ()) -> list[Intent]:
    """Keep the words of the next items anonymous and write down that the items go; finishing them is the caller's.

    ``but`` names lines that are left out.
    """
    items = [item for item in list(to_anonymise(controller, today, but=but)[:BATCH]) if _asked(item)]
    made = {item.id: text for item in items if (text := _text(item)) is not None}
    if not items:
        return []
    with transaction.atomic():
        holds.lock(controller.id)
        # A hold may have come in while the words were searched: what it keeps stays as it is.
        standing = set(
            retention.due(controller, today).filter(id__in=[i.id for i in items]).values_list("id", flat=True)
        )
        going = [item for item in items if item.id in standing]
        texts = [made[item.id] for item in going if item.id in made]
        secrets.SystemRandom().shuffle(texts)  # the order of rows must not be that of the calls
        AnonymousText.objects.bulk_create(texts)
        intents = [intent for item in going for intent in intend_to_destroy(item.call, [item], actor, because=BECAUSE)]
        Item.objects.filter(id__in=[item.id for item in going]).delete()
        facts = {"kept": len(texts), "not_sure": len(going) - len(texts)}
        audit.record(KEPT, actor=actor, resource=controller, controller=controller, facts=facts)
    return intents


def words_of(text: AnonymousText) -> list[Said]:
    """Open a text. Raises ``KeyUnavailable``."""
    key = vault.service_key(text.controller.id, "anonymous")
    return [Said(**turn) for turn in orjson.loads(envelope.open_value(key, bytes(text.sealed_words), _bound(text)))]


def as_lines(texts: Iterable[AnonymousText]) -> Iterator[bytes]:
    """Give texts as JSON lines: line, month, language and turns."""
    for text in texts:
        told: dict[str, Any] = {
            "line": text.line.slug,
            "month": text.month.strftime("%Y-%m"),
            "language": text.language,
            "turns": [asdict(turn) for turn in words_of(text)],
        }
        yield orjson.dumps(told) + b"\n"


def remove(text: AnonymousText, by: Party) -> None:
    """Remove a text that turned out to tell of somebody after all."""
    with transaction.atomic():
        audit.record(REMOVED, actor=by, resource=text, controller=text.controller.id)
        text.delete()


def _asked(item: Item) -> bool:
    return bool(item.call.terms["then"].get(_KIND) == Then.ANONYMISE)


def _text(item: Item) -> AnonymousText | None:
    """Make the text of an item; None where it cannot be made anonymous for certain."""
    call = item.call
    words = _words(call) if _may_stay(call) else None
    if not words:
        return None
    day = call.started_at.astimezone(call.line.controller.zone).date()
    text = AnonymousText(
        id=uuid4(), controller=call.line.controller, line=call.line, month=day.replace(day=1), language=call.language
    )
    told = orjson.dumps([asdict(turn) for turn in words])
    text.sealed_words = envelope.seal_value(_key(call.controller_id), told, _bound(text))
    return text


def _may_stay(call: Call) -> bool:
    """Say whether words of a call may stay at all: nothing in doubt, of nobody erased, and anybody's by its labels."""
    return call.state == Call.State.RELEASED and call.person.erased_at is None and _is_one_of_many(call)


def _words(call: Call) -> tuple[Said, ...] | None:
    """Return the words without anybody in them. Raises ``KeyUnavailable``, ObjectError where the store is away."""
    try:
        transcript = opening.transcript_of(call)
        if transcript is None:
            return None
        return anonymous(transcript, language=call.language or None, countries=tuple(call.line.countries))
    except Error as refused:
        # Keys or a store that cannot be used now say nothing of this call. Else it is erased, or cannot be read.
        if isinstance(refused, vault.KeyUnavailable) or (isinstance(refused, ObjectError) and refused.unanswered):
            raise
        return None


def _is_one_of_many(call: Call) -> bool:
    """Say whether enough people were heard on the line in the call's month and language: it could be any of theirs."""
    first = call.started_at.astimezone(call.line.controller.zone)
    first = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    calls = Call.objects.filter(line=call.line, language=call.language, started_at__gte=first, started_at__lt=following)
    callers = calls.exclude(state=Call.State.NOT_RECORDED).order_by().values_list("person_id", flat=True)
    return len(set(callers[:_LOOK])) >= FEWEST or len(callers.distinct()[:FEWEST]) >= FEWEST


def _key(controller: UUID) -> bytes:
    vault.open_controller(controller)  # makes it where the controller is older than this kind of key
    return vault.service_key(controller, "anonymous")


def _bound(text: AnonymousText) -> bytes:
    return envelope.column_data(
        controller=text.controller.id, table="lifecycle_anonymoustext", column="sealed_words", row=text.id
    )
