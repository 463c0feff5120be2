"""What the end of things leaves to remember."""

from __future__ import annotations

import uuid

from django.db import models


class Escrow(models.Model):
    """The root of an epoch was shared out among officers: any ``threshold`` of ``shares`` put it back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="escrows")
    epoch = models.PositiveIntegerField()
    shares = models.PositiveSmallIntegerField()
    threshold = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.threshold} of {self.shares}"
