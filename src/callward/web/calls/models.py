"""Calls and what is kept of them."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from callward.engine import tlog
from callward.pipeline import State
from callward.shelf import ItemKind

if TYPE_CHECKING:
    from callward.web.core.models import Controller


class Length(models.IntegerChoices):
    """How long a recording is, in steps that one would ask for."""

    WORDS_ONLY = 0, _("words only")
    MINUTE = 1, _("under a minute")
    FIVE = 2, _("1 to 5 minutes")
    FIFTEEN = 3, _("5 to 15 minutes")
    HOUR = 4, _("15 to 60 minutes")
    LONGER = 5, _("an hour and more")


_STEPS = (60.0, 300.0, 900.0, 3600.0)


def length_of(seconds: float) -> Length:
    """Return the step that so many seconds lie in."""
    return Length(1 + bisect_right(_STEPS, seconds)) if seconds > 0 else Length.WORDS_ONLY


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
    length = models.PositiveSmallIntegerField(choices=Length, default=Length.WORDS_ONLY)  # what lists filter by

    objects = CallQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(fields=["controller", "-started_at", "-id"], name="calls_newest"),
            # Each filter of the list enters an index of its own and reads it in the list's order.
            models.Index(fields=["controller", "state", "-started_at", "-id"], name="calls_by_state"),
            models.Index(fields=["controller", "length", "-started_at", "-id"], name="calls_by_length"),
            models.Index(fields=["line", "-started_at", "-id"], name="calls_by_line"),
            models.Index(fields=["person", "-started_at", "-id"], name="calls_by_person"),
            models.Index(fields=["controller", "received_at"], name="calls_received"),
            # The review queue. Not partial: a bound value does not tell SQLite that it is the one of the condition.
            models.Index(fields=["controller", "state", "received_at", "id"], name="calls_queue"),
            models.Index(fields=["controller", "retain_until"], condition=~models.Q(state="ended"), name="calls_end"),
            models.Index(fields=["controller", "log_until"], condition=models.Q(state="ended"), name="calls_log_end"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.length = length_of(self.seconds or self.duration)
        super().save(*args, **kwargs)

    @property
    def seconds(self) -> float:
        """Length of the recording; 0 when there is none."""
        return self.frames / self.rate if self.rate else 0.0


class CategoryQuerySet(models.QuerySet["CallCategory"]):
    def bulk_create(self, objs: Iterable[CallCategory], *args: Any, **kwargs: Any) -> list[CallCategory]:
        rows = list(objs)
        for row in rows:
            row.take_place()
        return super().bulk_create(rows, *args, **kwargs)


class CallCategory(models.Model):
    """How many findings of a category a call has: what the call list filters by.

    ``controller`` and ``started_at`` repeat the call's, so that one index holds a category's calls in the list's order.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="categories")
    category = models.CharField(max_length=16)
    findings = models.PositiveIntegerField()
    controller = models.ForeignKey(
        "core.Controller", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    started_at = models.DateTimeField(null=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "category"], name="calls_category_once")]
        indexes = [
            models.Index(fields=["controller", "category", "-started_at", "-call"], name="calls_newest_of_category")
        ]

    def __str__(self) -> str:
        return self.category

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.take_place()
        super().save(*args, **kwargs)

    def take_place(self) -> None:
        """Repeat what places the call in the list."""
        self.controller_id, self.started_at = self.call.controller_id, self.call.started_at


class DayCount(models.Model):
    """What came in on a line on one day, counted by the worker, so that no page counts calls.

    ``day`` is a day in the controller's zone; ``categories`` gives findings by category.
    """

    controller = models.ForeignKey("core.Controller", on_delete=models.CASCADE, related_name="+", db_index=False)
    line = models.ForeignKey("core.Line", on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    calls = models.PositiveIntegerField()
    released = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField()
    findings = models.PositiveIntegerField()
    categories = models.JSONField(default=dict)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "day"], name="calls_day_once")]
        indexes = [models.Index(fields=["controller", "day"], name="calls_days")]

    def __str__(self) -> str:
        return f"{self.line_id} {self.day}"


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
    # The call's, so that what waits is counted from one index.
    controller = models.ForeignKey(
        "core.Controller", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )

    class Meta:
        indexes = [models.Index(fields=["controller", "decision", "applied_at"], name="calls_undecided")]

    def __str__(self) -> str:
        return str(self.id)

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.controller_id is None:
            self.controller_id = self.call.controller_id
        super().save(*args, **kwargs)


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
