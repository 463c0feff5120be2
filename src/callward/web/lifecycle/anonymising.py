"""Keeping words without anybody in them, and reading them.

An anonymous text has a new random id, a line and a month; no call, no person, no time. It is sealed under a key of the
controller, which no person's key leads to. It is written in the transaction that takes the item's row, so it comes to
be once, whatever is cut off. What cannot be made anonymous for certain is destroyed like everything else.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
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
from callward.web.keys import vault
from callward.web.lifecycle import holds, retention
from callward.web.lifecycle.anonymity import Said, anonymous
from callward.web.lifecycle.models import AnonymousText
from callward.web.lifecycle.rules import Then

KEPT, REMOVED = "texts.anonymised", "text.removed"
BECAUSE = "anonymised"
BATCH = 50  # each is read and searched, which takes tens of milliseconds
_KIND = ItemKind.TRANSCRIPT_REDACTED.value


def to_anonymise(controller: Controller, today: date) -> QuerySet[Item]:
    """Return the items whose time is over and whose words stay without anybody in them, if that can be done."""
    due = retention.due(controller, today).filter(kind=_KIND, call__terms__then__has_key=_KIND)
    return due.select_related("call__line__controller").order_by("retain_until", "id")


def anonymise_batch(controller: Controller, actor: Party, today: date) -> list[Intent]:
    """Keep the words of the next items anonymous and write down that the items go; finishing them is the caller's."""
    items = [item for item in list(to_anonymise(controller, today)[:BATCH]) if _asked(item)]
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
    if call.state != Call.State.RELEASED:
        return None  # whatever was in doubt about its redaction still is
    try:
        transcript = opening.transcript_of(call)
        if transcript is None:
            return None
        words = anonymous(transcript, language=call.language or None, countries=tuple(call.line.countries))
    except vault.KeyUnavailable:
        raise
    except Error:
        return None  # erased, or its object cannot be read: it goes like everything else
    if not words:
        return None
    day = call.started_at.astimezone(call.line.controller.zone).date()
    text = AnonymousText(
        id=uuid4(), controller=call.line.controller, line=call.line, month=day.replace(day=1), language=call.language
    )
    told = orjson.dumps([asdict(turn) for turn in words])
    text.sealed_words = envelope.seal_value(_key(call.controller_id), told, _bound(text))
    return text


def _key(controller: UUID) -> bytes:
    vault.open_controller(controller)  # makes it where the controller is older than this kind of key
    return vault.service_key(controller, "anonymous")


def _bound(text: AnonymousText) -> bytes:
    return envelope.column_data(
        controller=text.controller.id, table="lifecycle_anonymoustext", column="sealed_words", row=text.id
    )
