"""What the interface for programs has to remember."""

from __future__ import annotations

import uuid

from django.db import models


class Sending(models.Model):
    """A sending that named a key of its own: sent again within a day, it is answered as before and kept once.

    Both digests are keyed: neither the program's key nor what it sent can be guessed from them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey("accounts.ServiceAccount", on_delete=models.CASCADE, related_name="+")
    key = models.BinaryField(max_length=32)
    content = models.BinaryField(max_length=32)
    batch = models.UUIDField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="api_sending_once")]

    def __str__(self) -> str:
        return str(self.id)
