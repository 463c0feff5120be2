"""What the end of things leaves to remember."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from callward.shelf import ItemKind
from callward.web.lifecycle.backup_runs import BackupRun
from callward.web.lifecycle.certificate_rows import IssuedCertificate
from callward.web.lifecycle.recount_rows import Recount
from callward.web.lifecycle.rules import Event, Then
from callward.web.lifecycle.share_rows import ShareDestroyed

if TYPE_CHECKING:
    from callward.web.core.models import Controller

__all__ = [
    "MOST_DAYS",
    "AnonymousText",
    "BackupRun",
    "Escrow",
    "Happening",
    "Hold",
    "IssuedCertificate",
    "KeepingRule",
    "LogRules",
    "Message",
    "Recount",
    "ShareDestroyed",
]

MOST_DAYS = 36_525  # a hundred years: longer is a typing error


class Escrow(models.Model):
    """The root of an epoch was shared out among officers: any ``threshold`` of ``shares`` put it back.

    The shares of an epoch are counted through, however often its root was shared out: these begin with ``first``.
    ``officers`` are the age public keys that they were sealed to, in that order; none where nobody has kept them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="escrows")
    epoch = models.PositiveIntegerField()
    shares = models.PositiveSmallIntegerField()
    threshold = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    first = models.PositiveSmallIntegerField(default=1)
    officers = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.threshold} of {self.shares}"


class HoldQuerySet(models.QuerySet["Hold"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()

    def standing(self) -> Self:
        return self.filter(released_at=None)


class Hold(models.Model):
    """Something of a person must stay: all of theirs, one call, or one item of it (by kind: items are exchanged).

    ``id`` is also the id of the data key that seals the reason. That key goes with the release.
    """

    class Kind(models.TextChoices):
        LEGAL = "legal", _("legal")
        COMPLAINT = "complaint", _("complaint")
        REQUEST = "request", _("request")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="holds")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="holds")
    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="holds", null=True, blank=True)
    item_kind = models.CharField(max_length=24, blank=True, choices=[(kind.value, kind.value) for kind in ItemKind])
    kind = models.CharField(max_length=12, choices=Kind)
    sealed_reason = models.BinaryField()
    owner = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()
    review_on = models.DateField()
    released_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ["review_on", "placed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(item_kind="") | Q(call__isnull=False), name="lifecycle_hold_item_of_call"
            )
        ]
        indexes = [models.Index(fields=["person"], condition=Q(released_at=None), name="lifecycle_hold_standing")]

    def __str__(self) -> str:
        return str(self.id)


class KeepingRule(models.Model):
    """A line's own minimum or maximum in days, for an item, a purpose and a category found, or all of them (empty).

    ``event`` is what the days count from. Where that is not the call, ``cap`` are the days from the call while nobody
    has said when it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    line = models.ForeignKey("core.Line", on_delete=models.CASCADE, related_name="keeping_rules")
    subject = models.CharField(max_length=24, blank=True)
    purpose = models.CharField(max_length=40, blank=True)
    category = models.CharField(max_length=16, blank=True, default="")
    minimum = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)]
    )
    maximum = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)]
    )
    event = models.CharField(max_length=16, default=Event.CALL.value)
    cap = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)]
    )
    then = models.CharField(max_length=12, default=Then.DELETE.value)

    class Meta:
        ordering = ["subject", "category", "purpose"]
        constraints = [
            models.UniqueConstraint(fields=["line", "subject", "purpose", "category"], name="lifecycle_rule_once"),
            models.CheckConstraint(
                condition=Q(event=Event.CALL.value) | Q(cap__isnull=False), name="lifecycle_rule_event_has_cap"
            ),
            models.CheckConstraint(
                condition=Q(minimum__isnull=False) | Q(maximum__isnull=False), name="lifecycle_rule_says_something"
            ),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(maximum=None) | Q(minimum__lte=F("maximum")),
                name="lifecycle_rule_in_order",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Happening(models.Model):
    """The day of an event that something is kept from: of one call, or of its person and all their calls."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="happenings")
    call = models.ForeignKey("calls.Call", on_delete=models.CASCADE, related_name="happenings", null=True, blank=True)
    event = models.CharField(max_length=16)
    on = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        ordering = ["event", "-on"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "event"], condition=Q(call=None), name="lifecycle_event_of_person_once"
            ),
            models.UniqueConstraint(
                fields=["call", "event"], condition=Q(call__isnull=False), name="lifecycle_event_of_call_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class AnonymousTextQuerySet(models.QuerySet["AnonymousText"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class AnonymousText(models.Model):
    """Words without anybody in them. Nothing leads from here to a call or a person; there is no time but the month."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey("core.Line", on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    language = models.CharField(max_length=8, blank=True)
    sealed_words = models.BinaryField()

    objects = AnonymousTextQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["controller", "line", "month", "id"], name="lifecycle_texts_by_month")]

    def __str__(self) -> str:
        return str(self.id)


class MessageQuerySet(models.QuerySet["Message"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class Message(models.Model):
    """A voicemail that came in: whether somebody was told of it, and whether somebody has opened it."""

    call = models.OneToOneField("calls.Call", on_delete=models.CASCADE, primary_key=True, related_name="message")
    line = models.ForeignKey("core.Line", on_delete=models.PROTECT, related_name="+")
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="+")
    arrived_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["controller"], condition=Q(heard_at=None), name="lifecycle_message_new"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class LogRules(models.Model):
    """How long a controller's records of Callward's own work are kept, in days."""

    LEAST_DETAIL_DAYS = 365  # the ledger answers for twelve months with everything that it has

    controller = models.OneToOneField("core.Controller", on_delete=models.CASCADE, primary_key=True, related_name="+")
    log_days = models.PositiveIntegerField(default=90, validators=[MinValueValidator(7), MaxValueValidator(MOST_DAYS)])
    detail_days = models.PositiveIntegerField(
        default=LEAST_DETAIL_DAYS, validators=[MinValueValidator(LEAST_DETAIL_DAYS), MaxValueValidator(MOST_DAYS)]
    )
    details_ended = models.PositiveBigIntegerField(default=0, editable=False)  # the last entry that was looked at

    objects: models.Manager[LogRules] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(detail_days__gte=365), name="lifecycle_details_stay_a_year"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
