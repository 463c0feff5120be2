"""What became of backups, drills and prunings: one row for each, for pages and for the worker's clock."""

from __future__ import annotations

from django.db import models

UNDER_WAY, CUT_OFF = "under_way", "cut_off"


class BackupRun(models.Model):
    """One backup, drill or pruning. The installation's, not a controller's: it names no data of any.

    It is there from the beginning: until it ends ``fault`` is ``under_way`` and ``ended_at`` when it was last seen at
    work. One that is not seen any more was cut off.
    A failure that comes again is the same row with a later end, so that a broken destination does not fill the table.
    ``snapshot``, ``objects`` and ``bytes`` are those of the snapshot that was made or rehearsed; of a pruning how many
    objects went and what they held.
    """

    class Kind(models.TextChoices):
        BACKUP = "backup"
        DRILL = "drill"
        PRUNE = "prune"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    place = models.CharField(max_length=255)
    fault = models.CharField(max_length=64, default="", blank=True)
    snapshot = models.CharField(max_length=40, default="", blank=True)
    objects_held = models.BigIntegerField(default=0)
    bytes_held = models.BigIntegerField(default=0)

    class Meta:
        app_label = "lifecycle"
        indexes = [models.Index(fields=["kind", "-ended_at"], name="lifecycle_run_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.fault or 'done'}"
