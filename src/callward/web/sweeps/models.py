"""Sweeps, their batches, and what each found: ids, counts and codes, never content."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from callward.web.core.models import Controller


class SweepQuerySet(models.QuerySet["Sweep"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class Sweep(models.Model):
    """One job over the calls of a controller that had come in when it began."""

    class Kind(models.TextChoices):
        DETECT = "detect", _("looked at again")
        HEAL = "heal", _("searched for what may not be kept")

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")

    class Workers(models.TextChoices):
        LOCAL = "local", _("processes of the command")
        QUEUE = "queue", _("the background worker")
        DASK = "dask", _("a Dask cluster")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="sweeps")
    kind = models.CharField(max_length=8, choices=Kind)
    dry_run = models.BooleanField(default=False)
    line = models.ForeignKey("core.Line", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    items = models.JSONField(default=list)  # kinds of items that are searched; empty: all
    workers = models.CharField(max_length=8, choices=Workers)
    detector = models.CharField(max_length=80)
    rules = models.CharField(max_length=64)  # digest of the lines' rules
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    cut_to = models.UUIDField(null=True, blank=True)  # the last call that is in a batch, while batches are still cut
    cut = models.BooleanField(default=False)  # every call is in a batch
    calls = models.PositiveIntegerField(default=0)
    # What the batches that are done came to, written with each of them: a list of sweeps reads no batch.
    tally = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)

    objects = SweepQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]
        indexes = [models.Index(fields=["controller", "-started_at"], name="sweeps_newest")]

    def __str__(self) -> str:
        return str(self.id)


class Batch(models.Model):
    """Some calls of a sweep: the unit of work. ``result`` is written once, when the last call of it is through."""

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="batches")
    number = models.PositiveIntegerField()
    calls = models.JSONField()  # ids
    taken_at = models.DateTimeField(null=True, blank=True)  # by a background worker, which may be lost
    done_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sweep", "number"], name="sweeps_batch_once")]
        indexes = [models.Index(fields=["sweep", "number"], condition=Q(done_at=None), name="sweeps_batch_open")]

    def __str__(self) -> str:
        return f"{self.sweep_id} {self.number}"


class Change(models.Model):
    """A call that a sweep has something to tell of. Written in the transaction that changed the call.

    ``call`` is an id, not a reference: the report outlives the call.
    """

    class Outcome(models.TextChoices):
        FOUND = "found", _("found, not changed")  # a dry run
        CHANGED = "changed", _("masked")
        IN_REVIEW = "in_review", _("masked, waits in review")
        HELD = "held", _("held for a decision")
        UNOPENED = "unopened", _("not all could be searched")

    sweep = models.ForeignKey(Sweep, on_delete=models.CASCADE, related_name="changes")
    call = models.UUIDField()
    outcome = models.CharField(max_length=12, choices=Outcome)
    found = models.JSONField(default=dict)  # {item kind: {type: count}}
    unopened = models.JSONField(default=dict)  # {item kind: reason}
    reasons = models.JSONField(default=list)
    at = models.DateTimeField()
    counted = models.BooleanField(default=False)  # it is in the sweep's counts: its batch is done

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sweep", "call"], name="sweeps_change_once")]
        indexes = [models.Index(fields=["sweep"], condition=Q(counted=False), name="sweeps_change_uncounted")]

    def __str__(self) -> str:
        return f"{self.sweep_id} {self.call}"
