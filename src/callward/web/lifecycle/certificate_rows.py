"""Certificates that were given out."""

from __future__ import annotations

import uuid

from django.db import models


class IssuedCertificate(models.Model):
    """A certificate of erasure as it was signed: whoever asks for it again gets the same bytes.

    ``state`` is a digest of what it certifies. When the erasure has got further there is a new one beside it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    controller = models.ForeignKey("core.Controller", on_delete=models.PROTECT, related_name="+")
    person = models.UUIDField()  # evidence outlives what it is about
    state = models.CharField(max_length=64)
    note = models.BinaryField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "state"], name="lifecycle_certificate_once")]

    def __str__(self) -> str:
        return str(self.id)
