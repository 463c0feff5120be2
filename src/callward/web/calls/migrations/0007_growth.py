"""Lists at a million calls: an index for each filter in the list's order, and counts by day that no page makes."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0006_call_log"),
        ("core", "0001_initial"),
        ("people", "0003_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayCount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("calls", models.PositiveIntegerField()),
                ("released", models.PositiveIntegerField()),
                ("waiting", models.PositiveIntegerField()),
                ("findings", models.PositiveIntegerField()),
                ("categories", models.JSONField(default=dict)),
                ("counted_at", models.DateTimeField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name="call",
            name="calls_state",
        ),
        migrations.RemoveIndex(
            model_name="callcategory",
            name="calls_by_category",
        ),
        migrations.AddField(
            model_name="call",
            name="length",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (0, "words only"),
                    (1, "under a minute"),
                    (2, "1 to 5 minutes"),
                    (3, "5 to 15 minutes"),
                    (4, "15 to 60 minutes"),
                    (5, "an hour and more"),
                ],
                default=0,
            ),
        ),
        migrations.AddField(
            model_name="callcategory",
            name="controller",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.controller",
            ),
        ),
        migrations.AddField(
            model_name="callcategory",
            name="started_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["controller", "state", "-started_at", "-id"], name="calls_by_state"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["controller", "length", "-started_at", "-id"], name="calls_by_length"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["line", "-started_at", "-id"], name="calls_by_line"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["person", "-started_at", "-id"], name="calls_by_person"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(fields=["controller", "received_at"], name="calls_received"),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("state", "held")), fields=["controller", "held_until"], name="calls_held"
            ),
        ),
        migrations.AddIndex(
            model_name="call",
            index=models.Index(
                condition=models.Q(("state", "in_review")),
                fields=["controller", "received_at", "id"],
                name="calls_in_review",
            ),
        ),
        migrations.AddIndex(
            model_name="callcategory",
            index=models.Index(
                fields=["controller", "category", "-started_at", "-call"], name="calls_newest_of_category"
            ),
        ),
        migrations.AddField(
            model_name="daycount",
            name="controller",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.controller"
            ),
        ),
        migrations.AddField(
            model_name="daycount",
            name="line",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="core.line"),
        ),
        migrations.AddIndex(
            model_name="daycount",
            index=models.Index(fields=["controller", "day"], name="calls_days"),
        ),
        migrations.AddConstraint(
            model_name="daycount",
            constraint=models.UniqueConstraint(fields=("line", "day"), name="calls_day_once"),
        ),
    ]
