"""Wrapped keys, blind indexes and input digests: the rows of the ``keys`` database.

They name controllers, persons, items and calls by UUID alone: nothing here refers to the data database, so that a copy
of one is worth nothing without the other. Every wrapped row carries the number of the epoch it was wrapped in and the
key's own id, ``controller/epoch/n``.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q


class Epoch(models.Model):
    """One life of a controller's root key. ``wrapped`` is the epoch key, which only the provider's root opens."""

    class State(models.TextChoices):
        CURRENT = "current"
        TURNING = "turning"
        DESTROYED = "destroyed"

    controller = models.UUIDField()
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=16, choices=State, default=State.CURRENT)
    provider = models.CharField(max_length=32)
    # Where that provider had the root when it was made: a region, an address. Empty where there is one place alone.
    place = models.CharField(max_length=300, default="", blank=True)
    wrapped = models.BinaryField()
    issued = models.PositiveBigIntegerField(default=0)  # the last n given to a key of this epoch
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)
    # Where the provider destroys no root at once: until when the old one can be brought back, and since when not.
    root_goes_at = models.DateTimeField(null=True)
    root_gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["controller", "number"], name="keys_epoch_once"),
            models.UniqueConstraint(fields=["controller"], condition=Q(state="current"), name="keys_epoch_current"),
        ]

    def __str__(self) -> str:
        return f"{self.controller}/{self.number}"

    @property
    def ended_at(self) -> dt.datetime | None:
        """When the root was gone for good; None before that."""
        return self.destroyed_at if self.root_goes_at is None else self.root_gone_at


class _WrappedKey(models.Model):
    controller = models.UUIDField()
    epoch = models.PositiveIntegerField(db_index=True)
    key_id = models.CharField(max_length=80, unique=True)
    wrapped = models.BinaryField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key_id


class PersonKey(_WrappedKey):
    """A person's key, wrapped under the epoch key. Deleting this one row erases the person.

    ``marked``: a data key of the person was deleted on its own, so the next turn gives a new person key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    marked = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)


class CustodyKey(_WrappedKey):
    """The key of items that outlive their person's key, for one ground (a hold, a legal duty)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    ground = models.CharField(max_length=100)
    created_at = models.DateTimeField(auto_now_add=True)


class DataKey(_WrappedKey):
    """The key of one item, or of one person's record (their sealed columns).

    Wrapped under the person key, or under the custody key where ``custody`` is set. The rows outlive what they are
    wrapped under, on purpose: erasing a person takes one deletion, and dead rows are swept later.
    """

    class Kind(models.TextChoices):
        ITEM = "item"
        RECORD = "record"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person_key = models.ForeignKey(
        PersonKey, on_delete=models.DO_NOTHING, db_constraint=False, related_name="data_keys"
    )
    custody = models.ForeignKey(
        CustodyKey, on_delete=models.DO_NOTHING, db_constraint=False, null=True, related_name="data_keys"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person_key"], condition=Q(kind="record"), name="keys_record_once"),
        ]


class ServiceKey(_WrappedKey):
    """A controller's own keys, which belong to no person.

    While an epoch turns, those that are made anew have a row for each of the two epochs; the newer one counts.
    """

    class Kind(models.TextChoices):
        LEDGER = "ledger"  # Ed25519 seed that signs checkpoints
        INDEX = "index"  # blind indexes; new at each turn
        DIGEST = "digest"  # digests of inputs; new at each turn
        SUPPRESSION = "suppression"  # digests of inputs whose call was erased; outlives turns
        INTAKE = "intake"  # what waits before it belongs to a person
        PSEUDONYM = "pseudonym"  # pseudonyms of people who are not the caller; outlives turns
        ANONYMOUS = "anonymous"  # words without anybody in them; outlives turns

    kind = models.CharField(max_length=16, choices=Kind)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["controller", "kind", "epoch"], name="keys_service_once")]


class BlindIndex(models.Model):
    """Finds a person by an identifier without holding it: HMAC of the normalised value under the index key.

    ``inner`` is what the HMAC was made of, itself a hash, wrapped under the same key: a turn makes it anew from that.
    """

    controller = models.UUIDField()
    kind = models.CharField(max_length=63)
    digest = models.BinaryField(max_length=32)
    inner = models.BinaryField(max_length=40, null=True)  # null: made before turns, and found by nobody
    epoch = models.PositiveIntegerField(default=0)
    person = models.UUIDField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["controller", "kind", "digest"], name="keys_index_once"),
        ]
        indexes = [models.Index(fields=["controller", "epoch"], name="keys_index_epoch")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person}"


class InputDigest(models.Model):
    """One input that was taken in, so that it is taken in once.

    While its call lives ``digest`` is set (under the digest key), and ``inner`` (what it was made of, wrapped under
    that key, for the next turn). When the call is erased the row keeps ``suppression`` alone (the same input under
    the suppression key), until ``suppressed_until``.
    """

    controller = models.UUIDField()
    digest = models.BinaryField(max_length=32, null=True)
    inner = models.BinaryField(max_length=40, null=True)
    epoch = models.PositiveIntegerField(default=0)
    suppression = models.BinaryField(max_length=32)
    call = models.UUIDField(null=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    suppressed_until = models.DateTimeField(null=True, db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["controller", "digest"], name="keys_input_once"),
            models.CheckConstraint(
                condition=Q(digest__isnull=False, call__isnull=False, suppressed_until=None)
                | Q(digest=None, call=None, suppressed_until__isnull=False),
                name="keys_input_lives_or_is_suppressed",
            ),
        ]
        indexes = [
            models.Index(fields=["controller", "suppression"], name="keys_input_suppression"),
            models.Index(fields=["controller", "epoch"], name="keys_input_epoch"),
        ]

    def __str__(self) -> str:
        return f"input of {self.call or 'an erased call'}"


class Tombstone(models.Model):
    """A person was erased: replayed after every restore of older data."""

    person = models.UUIDField(primary_key=True)
    controller = models.UUIDField(db_index=True)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person)
