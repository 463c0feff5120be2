"""Feeds, and what became of each delivery that must be remembered."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from callward.web.core.models import Controller


class FeedQuerySet(models.QuerySet["Feed"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class Feed(models.Model):
    """A source that calls come from by themselves: its kind, its place, and what happens to its originals."""

    class Originals(models.TextChoices):
        """What is done with a file at its source once its call is sealed and read back."""

        KEEP = "keep", _("leave them where they are")
        DELETE = "delete", _("delete them once the sealed copy has been read back")

    class Refused(models.TextChoices):
        """What is done with a file that is refused."""

        MOVE = "move", _("move them to “refused”, with the reason beside them")
        STAY = "stay", _("leave them where they are")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="feeds")
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("short name"), max_length=40)
    kind = models.CharField(_("kind"), max_length=24)  # a key of feeds.kinds
    line = models.ForeignKey("core.Line", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("place"), max_length=500, blank=True)  # as the kind reads it: a folder, a bucket
    pattern = models.CharField(_("file names"), max_length=200, blank=True)
    options = models.JSONField(default=dict, blank=True)  # what the kind asks for besides, by name; nothing secret
    sealed_secret = models.BinaryField(blank=True, default=b"")  # what the kind signs in with
    originals = models.CharField(_("originals"), max_length=8, choices=Originals, default=Originals.KEEP)
    refused = models.CharField(_("refused files"), max_length=8, choices=Refused, default=Refused.MOVE)
    is_on = models.BooleanField(_("on"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    swept_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=60, blank=True)  # why it could not be looked at the last time
    calls = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    refusals = models.PositiveBigIntegerField(default=0)

    objects = FeedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["controller", "slug"], name="feeds_feed_slug_once")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """The files of one call in one state, as a feed has them: what is being done with them, or what became of them.

    ``mark`` is a keyed digest of their names and of that state: a changed file is another delivery. Rows stay as long
    as the files do, so that what was taken or refused is not read again.
    """

    class Status(models.TextChoices):
        TAKING = "taking", _("being taken in")
        LATER = "later", _("tried again later")
        TAKEN = "taken", _("taken in")
        REMOVING = "removing", _("its originals are being deleted")
        ASIDE = "aside", _("its originals are being moved aside")
        REFUSED = "refused", _("refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="deliveries")
    mark = models.BinaryField(max_length=32)
    status = models.CharField(max_length=10, choices=Status, default=Status.TAKING)
    until = models.DateTimeField(null=True, blank=True)  # whose work it is until then; nobody else begins it before
    tries = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=60, blank=True)
    rows = models.JSONField(default=list, blank=True)  # numbers of the rows that were refused, the first of them
    rows_count = models.PositiveIntegerField(default=0)  # how many they are
    call = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    # The names and versions of its originals: while they are deleted or moved, and of what was refused, for who looks
    # for it.
    sealed_originals = models.BinaryField(blank=True, default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["feed", "mark"], name="feeds_delivery_once")]
        indexes = [models.Index(fields=["feed", "status", "-at"], name="feeds_delivery_newest")]

    def __str__(self) -> str:
        return str(self.id)
