"""A look at one sealed object in a hundred every week, for ever on: damage is found while a backup can still mend it.

Items are taken in the order of their ids. Those are random, so what a week sees is a sample, and a hundred weeks see
everything. The place is remembered; a sample that was cut off is taken again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from callward.web.calls import damage
from callward.web.calls.models import Item
from callward.web.core.models import SampleOfObjects

SHARE = 100  # one in so many
WEEK = timedelta(days=7)
_MOST = 500  # objects in one call of the duty


def sample_due() -> int:
    """Look at as many items as are due since the last time; return how many. Raises as ``damage.look_at`` does.

    At least one a week where there are few. Time in which nothing ran is not made up for beyond a week.
    """
    place, now = _place(timezone.now()), timezone.now()
    total = Item.objects.count()
    if not total:
        return 0
    each = WEEK / max(1.0, total / SHARE)  # how long one item pays for
    due = min(int((now - place.paid_until) / each), _MOST)
    looked = 0
    while looked < due:
        item = _next(place)
        if item is None:
            break
        damage.look_at(item)
        looked += 1
        place.after = item.id
        place.paid_until += each
        place.looked_at += 1
        place.save()
    damage.forget_destroyed()
    return looked


def _place(now: datetime) -> SampleOfObjects:
    """Where it got to. A clock that was set back, or a week of rest, begins anew from now."""
    place, _ = SampleOfObjects.objects.get_or_create(id=1, defaults={"paid_until": now - WEEK})
    if not now - WEEK <= place.paid_until <= now:
        place.paid_until = min(max(place.paid_until, now - WEEK), now)
        place.save(update_fields=["paid_until"])
    return place


def _next(place: SampleOfObjects) -> Item | None:
    """The item that follows in the order of ids; after the last comes the first."""
    items = Item.objects.select_related("call").order_by("id")
    following = items.filter(id__gt=place.after) if place.after else items
    return following.first() or items.first()
