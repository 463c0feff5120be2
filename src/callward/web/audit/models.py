"""The ledger's rows: entries as they wait and stand, one head per log, and who holds its checkpoints elsewhere.

Rows name controllers by reference and everything else by random id only: evidence outlives what it is about.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from callward.engine import tlog
from callward.web.core.models import Controller


class EntryQuerySet(models.QuerySet["Entry"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()

    def about(self, kind: str, resource: str) -> Self:
        """Entries whose resource is this one, the newest first."""
        return self.filter(resource_kind=kind, resource_id=resource).order_by("-id")

    def pending(self) -> Self:
        """Entries that have no place in the tree yet, in the order they were written."""
        return self.filter(index=None).order_by("id")


class Entry(models.Model):
    """One act. ``body`` is what the leaf hashes; the other columns repeat parts of it so that they can be searched.

    ``detail`` is 16 bytes of salt and what the caller sealed; the body holds its commitment.
    An entry is addressed by its place in the log: an index on its random id would cost more than all others together.
    """

    id = models.BigAutoField(primary_key=True)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="entries", db_index=False)
    at = models.DateTimeField()
    action = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=64)
    actor_id = models.CharField(max_length=260)
    resource_kind = models.CharField(max_length=64)
    resource_id = models.CharField(max_length=260)
    outcome = models.CharField(max_length=64)
    body = models.BinaryField()
    detail = models.BinaryField(default=b"")
    index = models.BigIntegerField(null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["controller", "index"], name="audit_entry_index_once")]
        indexes = [
            models.Index(fields=["resource_id"], name="audit_entry_resource"),
            models.Index(fields=["actor_id"], name="audit_entry_actor"),
            # A rare act in a long log: without this a page of erasures reads every entry there is.
            models.Index(fields=["controller", "action", "index"], name="audit_entry_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"

    def get_absolute_url(self) -> str:
        """The entry's page, or nothing while it waits for its place."""
        return "" if self.index is None else reverse("audit:entry", args=[self.index])

    @property
    def uuid(self) -> str:
        """The entry's own random id, as the body has it."""
        return tlog.decode_entry(bytes(self.body)).id


class Head(models.Model):
    """The state of one controller's log.

    ``size`` and ``root`` are the tree whose order the database has fixed.
    ``published_size``, ``published_root`` and ``checkpoint`` are what outsiders were shown; they follow once every
    tile is durable.
    Between the two, publishing is a pure function of the rows, so whoever repeats it signs the same bytes.
    """

    controller = models.OneToOneField(Controller, on_delete=models.PROTECT, primary_key=True, related_name="ledger")
    size = models.BigIntegerField(default=0)
    root = models.BinaryField(max_length=32)
    published_size = models.BigIntegerField(default=0)
    published_root = models.BinaryField(max_length=32)
    checkpoint = models.TextField(default="")
    published_at = models.DateTimeField(null=True)
    lease_holder = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(published_size__lte=F("size")), name="audit_head_order")]

    def __str__(self) -> str:
        return f"{self.controller_id} {self.published_size}"


class Intent(models.Model):
    """An act that spans stores: written before it begins, concluded after it stands, replayed until then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="intents")
    action = models.CharField(max_length=64)
    actor_kind = models.CharField(max_length=64)
    actor_id = models.CharField(max_length=260)
    resource_kind = models.CharField(max_length=64)
    resource_id = models.CharField(max_length=260)
    purpose = models.CharField(max_length=64, blank=True)
    parameters = models.JSONField(default=dict)
    intended_at = models.DateTimeField()
    concluded_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["intended_at"], condition=Q(concluded_at=None), name="audit_intent_open")]

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class WitnessQuerySet(models.QuerySet["Witness"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()

    def standing(self) -> Self:
        """Witnesses that checkpoints still go to; the others stay as evidence of what they were given."""
        return self.filter(ended_at=None)


class Witness(models.Model):
    """Who holds this log's checkpoints where the operator cannot change them."""

    class Kind(models.TextChoices):
        WITNESS = "witness", _("witness")
        MAILBOX = "mailbox", _("mailbox")
        TIMESTAMP = "timestamp", _("time-stamping service")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="witnesses")
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=300)
    vkey = models.CharField(_("verifier key"), max_length=400, blank=True)
    certificates = models.TextField(_("certificates"), blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    held_size = models.BigIntegerField(default=0)
    held_at = models.DateTimeField(null=True)
    fault = models.CharField(max_length=64, blank=True)
    fault_at = models.DateTimeField(null=True)

    objects = WitnessQuerySet.as_manager()

    if TYPE_CHECKING:
        cosignatures: models.Manager[Cosignature]

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["controller", "kind", "address"], condition=Q(ended_at=None), name="audit_witness_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """What a witness gave back for one checkpoint: cosignature lines, a time-stamp token, or nothing from a mailbox."""

    witness = models.ForeignKey(Witness, on_delete=models.CASCADE, related_name="cosignatures")
    size = models.BigIntegerField()
    at = models.DateTimeField()
    proof = models.BinaryField(default=b"")

    class Meta:
        ordering = ["-size"]
        constraints = [models.UniqueConstraint(fields=["witness", "size"], name="audit_cosignature_once")]

    def __str__(self) -> str:
        return f"{self.witness_id} {self.size}"
