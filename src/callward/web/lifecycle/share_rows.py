"""Shares of former roots that officers have destroyed."""

from __future__ import annotations

import uuid

from django.db import models


class ShareDestroyed(models.Model):
    """Somebody has recorded that an officer destroyed a share of a root that was left."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    escrow = models.ForeignKey("lifecycle.Escrow", on_delete=models.PROTECT, related_name="destroyed")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["escrow", "number"], name="lifecycle_share_destroyed_once")]

    def __str__(self) -> str:
        return str(self.number)
