"""Calls and what is kept of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from callward.engine import tlog
from callward.pipeline import State
from callward.shelf import ItemKind

if TYPE_CHECKING:
    from callward.web.core.models import Controller


class CallQuerySet(models.QuerySet["Call"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class Call(models.Model):
    """One call on a line. Everything said in it, and whoever said it, is in sealed items and sealed columns."""

    class Direction(models.TextChoices):
        INBOUND = "inbound", _("incoming")
        OUTBOUND = "outbound", _("outgoing")
        UNKNOWN = "unknown", _("direction not known")

    class State(models.TextChoices):
        RELEASED = State.RELEASED.value, _("released")
        IN_REVIEW = State.IN_REVIEW.value, _("in review")
        WAITS_FOR_TRANSCRIPT = State.WAITS_FOR_TRANSCRIPT.value, _("waits for a transcript")
        HELD = State.HELD.value, _("held for a decision")
        KEPT_SEALED = "kept_sealed", _("kept sealed")
        NOT_RECORDED = "not_recorded", _("no recording")
        ENDED = "ended", _("ended: only its log is left")

    class Disposition(models.TextChoices):
        """How the call ended, as its telephone system says; the codes are those of ``callward.intake``."""

        ANSWERED = "answered", _("answered")
        NO_ANSWER = "no_answer", _("not answered")
        BUSY = "busy", _("busy")
        FAILED = "failed", _("not connected")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="calls")
    line = models.ForeignKey("core.Line", on_delete=models.PROTECT, related_name="calls")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="calls")
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.UNKNOWN)
    started_at = models.DateTimeField()
    zone_assumed = models.BooleanField(default=False)  # the input named no zone; the line's was taken
    received_at = models.DateTimeField()
    language = models.CharField(max_length=8, blank=True)
    state = models.CharField(max_length=24, choices=State)
    reasons = models.JSONField(default=list)  # codes, never content
    voicemail = models.BooleanField(default=False)
    disposition = models.CharField(max_length=12, choices=Disposition, blank=True, default="")
    duration = models.PositiveIntegerField(default=0)  # seconds, as the telephone system counted them; 0: not told
    rate = models.PositiveIntegerField(default=0)
    channels = models.PositiveSmallIntegerField(default=0)
    frames = models.PositiveBigIntegerField(default=0)
    turns = models.PositiveIntegerField(default=0)
    words = models.PositiveIntegerField(default=0)
    timing = models.CharField(max_length=8, blank=True)
    findings = models.PositiveIntegerField(default=0)
    keyed = models.PositiveIntegerField(default=0)
    retain_until = models.DateField()  # the last day of its items
    log_until = models.DateField(null=True, blank=True)  # the last day of this row
    terms = models.JSONField(default=dict, blank=True)  # keeping.Terms: days and codes, fixed when it came in
    held_until = models.DateTimeField(null=True, blank=True)
    # External id, agent label and source name, as one sealed JSON value under the person's record key.
    sealed_facts = models.BinaryField(blank=True, default=b"")

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(fields=["controller", "-started_at", "-id"], name="calls_newest"),
            models.Index(fields=["controller", "state", "-started_at"], name="calls_state"),
            models.Index(fields=["controller", "retain_until"], condition=~models.Q(state="ended"), name="calls_end"),
            models.Index(fields=["controller", "log_until"], condition=models.Q(state="ended"), name="calls_log_end"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def seconds(self) -> float:
        """Length of the recording; 0 when there is none."""
        return self.frames / self.rate if self.rate else 0.0


class CallCategory(models.Model):
    """How many findings of a category a call has: what the call list filters by."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="categories")
    category = models.CharField(max_length=16)
    findings = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "category"], name="calls_category_once")]
        indexes = [models.Index(fields=["category", "call"], name="calls_by_category")]

    def __str__(self) -> str:
        return self.category


class Item(models.Model):
    """One sealed object of a call. ``id`` is the id of its wrapped data key; without that key it reads as erased."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in ItemKind])
    mediatype = models.CharField(max_length=80)
    object_name = models.CharField(max_length=120, unique=True)
    size = models.PositiveBigIntegerField()  # of the plaintext, bytes
    created_at = models.DateTimeField()
    retain_until = models.DateField(db_index=True)  # the last day; purged after it unless a hold keeps it
    purpose = models.CharField(max_length=40, blank=True, default="")  # the one that keeps it so long

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "kind"], name="calls_item_once")]

    def __str__(self) -> str:
        return str(self.id)


class Review(models.Model):
    """Why a call waits for a person, and what that person decided."""

    class Decision(models.TextChoices):
        MASK = "mask", _("masked")
        RELEASE = "release", _("released")
        KEEP_SEALED = "keep_sealed", _("kept sealed")
        DESTROY = "destroy", _("sound destroyed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="review")
    opened_at = models.DateTimeField()
    decision = models.CharField(max_length=16, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return str(self.id)


class Upload(models.Model):
    """A file that was sent here, sealed on arrival, until the worker has taken it in or refused it."""

    class Status(models.TextChoices):
        LANDED = "landed", _("waiting for the files beside it")
        WAITING = "waiting", _("waiting")
        TAKEN_IN = "taken_in", _("taken in")
        DUPLICATE = "duplicate", _("already here")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    batch = models.UUIDField(db_index=True)  # files that were sent together may belong to one call
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="uploads")
    line = models.ForeignKey("core.Line", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sent_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    # Who sent it where that was no member of staff: what the ledger names as the actor, such as a feed and its id.
    sender_kind = models.CharField(max_length=16, blank=True, default="")
    sender_id = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField()
    pattern = models.CharField(max_length=200, blank=True, default="")  # the file-name pattern that its sender uses
    started_at = models.DateTimeField(null=True, blank=True)  # as the sender says, for calls that do not say it
    object_name = models.CharField(max_length=120, blank=True)
    sealed_name = models.BinaryField()  # the file's name: it may name a caller
    size = models.PositiveBigIntegerField()
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    reason = models.CharField(max_length=60, blank=True)
    call = models.ForeignKey(Call, on_delete=models.SET_NULL, null=True, blank=True, related_name="uploads")

    class Meta:
        indexes = [
            models.Index(fields=["sender_id", "status"], condition=models.Q(sent_by=None), name="calls_upload_sender")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sent_by=None) ^ models.Q(sender_id=None), name="calls_upload_one_sender"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def sender(self) -> models.Model | tlog.Reference:
        """Who sent it, as the ledger names them."""
        return self.sent_by or tlog.Reference(self.sender_kind, str(self.sender_id))
