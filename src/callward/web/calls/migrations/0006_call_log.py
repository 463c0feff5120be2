"""Calls that were never recorded: how long they were and how they ended, as their telephone system says."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0005_upload_sender"),
    ]

    operations = [
        migrations.AddField(
            "call",
            "disposition",
            models.CharField(
                blank=True,
                choices=[
                    ("answered", "answered"),
                    ("no_answer", "not answered"),
                    ("busy", "busy"),
                    ("failed", "not connected"),
                ],
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField("call", "duration", models.PositiveIntegerField(default=0)),
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
                    ("not_recorded", "no recording"),
                    ("ended", "ended: only its log is left"),
                ],
                max_length=24,
            ),
        ),
    ]
