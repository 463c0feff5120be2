"""Objects that are lost or changed: found, brought back where a backup has them, and on the record until then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum

from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callward.engine import envelope
from callward.engine.envelope import EnvelopeError
from callward.engine.tlog import Fact
from callward.web import audit
from callward.web.accounts.access import Capability, controller_of, may
from callward.web.calls import opening
from callward.web.calls.models import Item
from callward.web.core.models import Damage
from callward.web.core.notices import Notice
from callward.web.core.objects import ObjectError, ObjectSink, object_store
from callward.web.keys import vault
from callward.web.keys.vault import KeyGone, KeyUnavailable

_PIECE = 1024 * 1024  # bytes
_KEY_DAMAGED = "key_damaged"
FOUND, MENDED = "item.damaged", "item.mended"


class Standing(StrEnum):
    """How an item stands when it was looked at; ``mended``: it was damaged and is whole again."""

    WHOLE = "whole"
    ERASED = "erased"
    MENDED = "mended"
    MISSING = "missing"
    CHANGED = "changed"


Bringer = Callable[[str, ObjectSink], bool]
_bringers: list[Bringer] = []


def mend_with(bringer: Bringer) -> None:
    """Called once by who keeps backups, when it starts.

    ``bringer`` pours a copy of the object of that name into a sink and tells whether there was one.
    """
    _bringers[:] = [bringer]


def look_at(item: Item) -> Standing:
    """Open an item to its end, mend it where it is damaged and can be, and record what is new about it.

    Raises ``KeyUnavailable`` and ``ObjectError`` where the keys or the store as a whole cannot be used: nothing is
    then known of the item.
    """
    standing = _standing(item)
    if standing in {Standing.MISSING, Standing.CHANGED}:
        if not Item.objects.filter(id=item.id).exists():
            return Standing.ERASED  # destroyed while it was looked at
        if _bring_back(item):
            _note(item, standing)
            standing = Standing.WHOLE
    return _note(item, standing)


def forget_destroyed() -> None:
    """Forget damage of items that are gone."""
    items = list(Damage.objects.values_list("item", flat=True))
    living = set(Item.objects.filter(id__in=items).values_list("id", flat=True))
    Damage.objects.filter(item__in=set(items) - living).delete()


def told_on_today(request: HttpRequest) -> Iterator[Notice]:
    """Say how many items are lost or changed, to those who read the ledger."""
    if not may(request.user, Capability.READ_LEDGER):
        return
    count = Damage.objects.filter(controller=controller_of(request)).count()
    if count:
        yield Notice(
            what=ngettext("%(n)d item is lost or was changed", "%(n)d items are lost or were changed", count)
            % {"n": count},
            why=_("No backup has them whole; “callward doctor” names their calls"),
            status="blocked",
            word=_("damaged"),
            address=f"{reverse('audit:ledger')}?action={FOUND}",
            verb=_("Look"),
        )


def _standing(item: Item) -> Standing:
    """What an item says is thrown away, one segment at a time."""
    try:
        with opening.open_item(item.call, item) as reader:
            while reader.read(_PIECE):
                pass
    except KeyGone:
        return Standing.ERASED
    except ObjectError as error:
        if error.unanswered:
            raise
        return Standing.MISSING
    except EnvelopeError:
        return Standing.CHANGED
    except KeyUnavailable as refused:
        if refused.code != _KEY_DAMAGED:
            raise
        return Standing.CHANGED  # the keys can be used, but for this one's
    return Standing.WHOLE


def _bring_back(item: Item) -> bool:
    """Put an object back from the backup, if the copy there opens whole under the item's key."""
    controller = item.call.controller_id
    bound = envelope.associated_data(controller=controller, item=item.id, kind=item.kind)
    with object_store().sink(item.object_name) as sink:
        if not any(bring(item.object_name, sink) for bring in _bringers):
            return False
        try:
            with envelope.SealedReader(vault.data_key(controller, item.id), sink, bound) as reader:
                while reader.read(_PIECE):
                    pass
        except (EnvelopeError, KeyGone, KeyUnavailable):
            return False
        sink.commit()
    return True


def _note(item: Item, standing: Standing) -> Standing:
    """Write down what is new: damage once, and its end."""
    known = Damage.objects.filter(item=item.id).first()
    if standing in {Standing.MISSING, Standing.CHANGED}:
        if known is None or known.fault != standing:
            with transaction.atomic():
                Damage.objects.update_or_create(
                    item=item.id,
                    defaults={"controller_id": item.call.controller_id, "fault": standing, "found_at": timezone.now()},
                )
                _record(FOUND, item, {"fault": standing.value})
    elif known is not None:
        with transaction.atomic():
            known.delete()
            if standing is Standing.WHOLE:
                _record(MENDED, item, {})
        return Standing.MENDED if standing is Standing.WHOLE else standing
    return standing


def _record(action: str, item: Item, facts: dict[str, Fact]) -> None:
    audit.record(
        action,
        actor=audit.SYSTEM,
        resource=item,
        controller=item.call.controller_id,
        facts=facts,
    )
