"""Checkpoints elsewhere: against the operator only copies help that the operator cannot change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from callward.web.audit.models import Head, Witness
from callward.web.core.models import Controller


@dataclass(frozen=True, slots=True)
class WitnessState:
    """Who holds this log's checkpoints: ``named`` in all, ``fresh`` of them as promised, the last time one took it."""

    named: int
    fresh: int
    last_at: datetime | None

    @property
    def status(self) -> str:
        """``ok`` when at least one holds a fresh checkpoint, else ``due``: the overview is amber."""
        return "ok" if self.fresh else "due"


def witness_state(controller: Controller) -> WitnessState:
    """Return how well the log is held elsewhere."""
    head = Head.objects.filter(controller=controller).first()
    size = head.published_size if head else 0
    witnesses = list(Witness.objects.for_controller(controller))
    limit = timezone.now() - STALE
    fresh = [one for one in witnesses if one.held_at and (one.held_at >= limit or one.held_size >= size > 0)]
    return WitnessState(
        len(witnesses), len(fresh), max((one.held_at for one in witnesses if one.held_at), default=None)
    )


STALE = timedelta(hours=36)


def publish_elsewhere() -> int:
    return 0
