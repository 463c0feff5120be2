"""Until when each item and each row is kept. What came in before keeps the day that was fixed for its call."""

from __future__ import annotations

from datetime import timedelta

from django.db import migrations, models
from django.db.models import OuterRef, Subquery

_LOG_DAYS = timedelta(days=365)
_BATCH = 1000


def _take_over(apps, schema_editor):
    call_model, item_model = apps.get_model("calls", "Call"), apps.get_model("calls", "Item")
    calls = call_model.objects.filter(id=OuterRef("call_id")).values("retain_until")
    item_model.objects.filter(retain_until=None).update(retain_until=Subquery(calls[:1]))
    while rows := list(call_model.objects.filter(log_until=None)[:_BATCH]):
        for row in rows:
            row.log_until = max(row.retain_until, row.started_at.date() + _LOG_DAYS)
        call_model.objects.bulk_update(rows, ["log_until"])


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0003_upload_started_at"),
    ]

    operations = [
        migrations.AddField("call", "log_until", models.DateField(blank=True, null=True)),
        migrations.AddField("call", "terms", models.JSONField(blank=True, default=dict)),
        migrations.AddField("item", "retain_until", models.DateField(null=True)),
        migrations.AddField("item", "purpose", models.CharField(blank=True, default="", max_length=40)),
        migrations.RunPython(_take_over, migrations.RunPython.noop),
        migrations.AlterField("item", "retain_until", models.DateField(db_index=True)),
        migrations.AlterField(
            "call",
            "state",
            models.CharField(
                choices=[
                    ("released", "released"),
                    ("in_review", "in review"),
                    ("waits_for_transcript", "waits for a transcript"),
                    ("held", "held for a decision"),
                    ("kept_sealed", "kept sealed"),
                    ("ended", "ended: only its log is left"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            "call",
            models.Index(
                fields=["controller", "retain_until"],
                condition=models.Q(state="ended", _negated=True),
                name="calls_end",
            ),
        ),
        migrations.AddIndex(
            "call",
            models.Index(fields=["controller", "log_until"], condition=models.Q(state="ended"), name="calls_log_end"),
        ),
    ]
