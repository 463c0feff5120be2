"""Notes of agents and fields of forms are items of a call."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0007_voicemail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="hold",
            name="item_kind",
            field=models.CharField(
                blank=True,
                choices=[
                    ("recording.original", "recording.original"),
                    ("recording.redacted", "recording.redacted"),
                    ("transcript.original", "transcript.original"),
                    ("transcript.redacted", "transcript.redacted"),
                    ("note.original", "note.original"),
                    ("note.redacted", "note.redacted"),
                    ("form.original", "form.original"),
                    ("form.redacted", "form.redacted"),
                    ("sheet", "sheet"),
                ],
                max_length=24,
            ),
        ),
    ]
