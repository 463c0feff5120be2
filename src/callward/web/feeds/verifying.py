"""Whether a call stands: committed, and every sealed object of it read back to its end."""

from __future__ import annotations

from uuid import UUID

from callward.engine.envelope import EnvelopeError
from callward.web.calls import opening
from callward.web.calls.models import Call
from callward.web.core.models import Controller
from callward.web.core.objects import ObjectError
from callward.web.keys import vault

_CHUNK = 1024 * 1024


def is_kept(controller: Controller, call_id: UUID) -> bool:
    """Tell whether a call was committed and all that is kept of it opens.

    A call that had its time is kept no more and was: its source may go as well. One that was never recorded is a row.
    Raises ``ObjectError`` where the store cannot be asked: nothing is known of the call then.
    """
    call = Call.objects.for_controller(controller).prefetch_related("items").filter(id=call_id).first()
    if call is None:
        return False
    if call.state in {Call.State.ENDED, Call.State.NOT_RECORDED}:
        return True
    items = list(call.items.all())
    try:
        return bool(items) and all(_length(call, item.pk) == item.size for item in items)
    except ObjectError as error:
        if error.unanswered:
            raise
        return False
    except (EnvelopeError, vault.KeyGone):
        return False


def _length(call: Call, item_id: UUID) -> int:
    item = next(item for item in call.items.all() if item.pk == item_id)
    length = 0
    with opening.open_item(call, item) as reader:
        while data := reader.read(_CHUNK):
            length += len(data)
    return length
