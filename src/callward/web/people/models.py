"""Persons: the callers, each with a key of their own. What names them is sealed under it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from callward.web.core.models import Controller


class PersonQuerySet(models.QuerySet["Person"]):
    def for_controller(self, controller: Controller | None) -> Self:
        return self.filter(controller=controller) if controller else self.none()


class Person(models.Model):
    """A data subject. ``id`` is also the id of the person key; when that key is gone the row reads as erased.

    A call whose caller is unknown gets a provisional person of its own, so that the call still has a key that
    belongs to one person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="people")
    provisional = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True, db_index=True)
    # Sealed under the person's record data key, bound to controller, table, column and row.
    sealed_phone = models.BinaryField(blank=True, default=b"")
    sealed_email = models.BinaryField(blank=True, default=b"")
    sealed_number = models.BinaryField(blank=True, default=b"")
    sealed_name = models.BinaryField(blank=True, default=b"")
    # Random, for this person's pseudonyms: gone with the key, and with it what ties their calls together.
    sealed_seed = models.BinaryField(blank=True, default=b"")

    filled: tuple[str, ...] = ()  # the columns filled since the row was read

    objects = PersonQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)
