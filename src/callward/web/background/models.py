"""The queue's rows, which are the library's, and who is at work on them."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.db import models
from django_tasks_db.models import DBTaskResult

JobRow: TypeAlias = DBTaskResult[Any, Any]
"""A row of the queue."""


class WorkerProcess(models.Model):
    """A process that takes jobs. Its jobs are its own as long as ``seen_at`` is younger than the lease."""

    id = models.CharField(primary_key=True, max_length=32, editable=False)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.id


class GivenUpJob(models.Model):
    """A job that was given up, and whose: written in the transaction that gave it up, and gone with its row.

    ``controller`` is none where the job belongs to no single one: then every administrator sees it.
    """

    job = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, primary_key=True, related_name="+")
    controller = models.UUIDField(null=True, db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
