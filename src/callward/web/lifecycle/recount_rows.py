"""How far a change of a line's rules has reached what was kept already: one row for each change."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from callward.web.core.models import Controller


class RecountQuerySet(models.QuerySet["Recount"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class Recount(models.Model):
    """The calls of a line are counted anew under its rules of now, from the newest to the oldest.

    ``began`` and ``at`` say up to which call that has come. Of one line the newest counts: those before it end where
    they are.
    """

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        OVERTAKEN = "overtaken"  # the rules changed again
        STOPPED = "stopped"  # the worker gave it up, and somebody let it go

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey("core.Line", on_delete=models.CASCADE, related_name="recounts")
    number = models.PositiveIntegerField()  # of the line, from 1
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    began = models.DateTimeField(null=True, blank=True)  # when the last call that was counted began
    at = models.UUIDField(null=True, blank=True)  # its id
    calls = models.PositiveBigIntegerField(default=0)  # of the line when its first batch began; 0 before
    reached = models.PositiveBigIntegerField(default=0)
    earlier = models.PositiveBigIntegerField(default=0)  # items whose last day is an earlier one now
    later = models.PositiveBigIntegerField(default=0)

    objects = RecountQuerySet.as_manager()

    class Meta:
        app_label = "lifecycle"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["line", "number"], name="lifecycle_recount_once")]

    def __str__(self) -> str:
        return str(self.id)
