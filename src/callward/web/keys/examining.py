"""Looking at the keys without changing one: whether a root opens its epoch, and what is wrapped in which epoch."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from callward.web.keys.epochs import unwrap_row
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.models import BlindIndex, CustodyKey, Epoch, InputDigest, PersonKey, ServiceKey
from callward.web.keys.providers import provider

_FEW = 100  # person keys that are opened for one epoch


def rows_by_epoch(controller: UUID) -> dict[int, dict[str, int]]:
    """Count what is wrapped in each epoch, by kind; what is suppressed is under a key of its own and not counted."""
    counts: dict[int, dict[str, int]] = {}
    kinds: dict[str, QuerySet[Any]] = {
        "person keys": PersonKey.objects.all(),
        "custody": CustodyKey.objects.all(),
        "service": ServiceKey.objects.all(),
        "indexes": BlindIndex.objects.all(),
        "digests": InputDigest.objects.exclude(digest=None),
    }
    for kind, rows in kinds.items():
        for epoch, count in (
            rows.filter(controller=controller).values_list("epoch").annotate(count=Count("pk")).order_by("epoch")
        ):
            counts.setdefault(epoch, {})[kind] = count
    return counts


def open_epoch(epoch: Epoch) -> int:
    """Ask the provider for an epoch's key and open with it every key of the controller's own and a few of people.

    Returns how many opened. What this process may hold of the epoch is not used. Raises ``KeyUnavailable``.
    """
    source = provider(epoch.provider)
    kek = source.unwrap(epoch.controller, epoch.number, bytes(epoch.wrapped))
    within = {"controller": epoch.controller, "epoch": epoch.number}
    rows = [
        *ServiceKey.objects.filter(**within).values_list("wrapped", flat=True),
        *islice(PersonKey.objects.filter(**within).values_list("wrapped", flat=True), _FEW),
        *islice(CustodyKey.objects.filter(**within).values_list("wrapped", flat=True), _FEW),
    ]
    refusals: Counter[str] = Counter()
    for wrapped in rows:
        try:
            unwrap_row(kek, wrapped)
        except KeyUnavailable as refused:
            refusals[refused.code] += 1
    if refusals:
        raise KeyUnavailable(
            "key_damaged", f"{refusals.total()} of {len(rows)} keys do not open in epoch {epoch.number}"
        )
    return len(rows)
