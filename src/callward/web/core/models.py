"""Controllers and lines: whose callers these are, and under which rules a call is kept."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from callward.web.core.rules import (
    validate_countries,
    validate_mask_policy,
    validate_numbers,
    validate_purposes,
    validate_zone,
)


class Controller(models.Model):
    """The company whose callers these are (GDPR Art. 4(7)). Keys, ledger and exports are per controller."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=50, unique=True)
    origin = models.CharField(_("ledger origin"), max_length=200, unique=True)
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    created_at = models.DateTimeField(auto_now_add=True)

    if TYPE_CHECKING:
        lines: models.Manager[Line]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class LineQuerySet(models.QuerySet["Line"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class Line(models.Model):
    """A number or queue with its rules: the rules decide what is masked, what is kept and for how long."""

    class Kind(models.TextChoices):
        __empty__ = _("Choose one")
        BANK = "bank", _("bank")
        TELECOM = "telecom", _("telecom")
        PUBLIC = "public", _("public service")
        RETAIL = "retail", _("retail")
        HEALTH = "health", _("health")
        INSURANCE = "insurance", _("insurance")
        UTILITY = "utility", _("utility")
        OTHER = "other", _("other")

    class LawfulBasis(models.TextChoices):
        """GDPR Art. 6(1)(a) to (f)."""

        __empty__ = _("Choose one")
        CONSENT = "consent", _("consent")
        CONTRACT = "contract", _("contract")
        LEGAL_OBLIGATION = "legal_obligation", _("legal obligation")
        VITAL_INTERESTS = "vital_interests", _("vital interests")
        PUBLIC_TASK = "public_task", _("public task")
        LEGITIMATE_INTERESTS = "legitimate_interests", _("legitimate interests")

    class AudioFill(models.TextChoices):
        SILENCE = "silence", _("silence")
        TONE = "tone", _("tone")

    class AgentChannel(models.IntegerChoices):
        LEFT = 0, _("left")
        RIGHT = 1, _("right")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="lines")
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), max_length=50)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    language = models.CharField(_("language"), max_length=5, default="en")
    countries = models.JSONField(_("countries"), default=list, validators=[validate_countries])
    numbers = models.JSONField(_("numbers"), default=list, blank=True, validators=[validate_numbers])
    timezone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_zone])
    agent_channel = models.PositiveSmallIntegerField(_("agent's channel"), choices=AgentChannel, default=0)
    purposes = models.JSONField(_("purposes"), default=list, validators=[validate_purposes])
    lawful_basis = models.CharField(_("lawful basis"), max_length=24, choices=LawfulBasis)
    retention_days = models.PositiveIntegerField(_("days kept"), default=90, validators=[MinValueValidator(1)])
    sector_duty = models.CharField(_("sector duty"), max_length=200, blank=True)
    keep_original = models.BooleanField(_("keep the original"), default=True)
    # A feed that is told to delete what it took in does so for calls of lines that let it.
    originals_may_go = models.BooleanField(_("originals at a feed may be deleted"), default=True)
    audio_fill = models.CharField(_("masked with"), max_length=8, choices=AudioFill, default=AudioFill.SILENCE)
    pad_ms = models.PositiveSmallIntegerField(_("padding"), default=150, validators=[MaxValueValidator(1000)])
    mask_policy = models.JSONField(_("operators"), default=dict, blank=True, validators=[validate_mask_policy])
    notice = models.TextField(_("recording notice"), max_length=1000, blank=True)
    voicemail = models.BooleanField(_("voicemail"), default=False)  # every recording of it, unless its facts say not
    voicemail_mailbox = models.EmailField(_("mailbox for notices of voicemail"), blank=True, default="")
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["controller", "slug"], name="core_line_slug_once"),
            # 180 days is the longest without a duty of the sector that is named beside it.
            models.CheckConstraint(
                condition=models.Q(retention_days__lte=180) | ~models.Q(sector_duty=""), name="core_line_retention"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


class Damage(models.Model):
    """A sealed object that is not there, or does not open as it was sealed, until it is mended or its item goes.

    ``item`` is the item's id, without a reference: items lie in an app above.
    """

    class Fault(models.TextChoices):
        MISSING = "missing", _("missing")
        CHANGED = "changed", _("changed")

    item = models.UUIDField(primary_key=True)
    controller = models.ForeignKey(Controller, on_delete=models.CASCADE, related_name="damages")
    fault = models.CharField(max_length=8, choices=Fault)
    found_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item} {self.fault}"


class SampleOfObjects(models.Model):
    """How far the regular look at sealed objects has got: one row. Ids are random, so their order is a sample."""

    after = models.UUIDField(null=True)  # the id of the last item that was looked at
    paid_until = models.DateTimeField()  # up to when as many were looked at as should have been
    looked_at = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.looked_at)
