from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lifecycle", "0004_keeping_rules")]

    operations = [
        migrations.CreateModel(
            name="BackupRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("backup", "Backup"), ("drill", "Drill"), ("prune", "Prune")], max_length=8
                    ),
                ),
                ("begun_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("place", models.CharField(max_length=255)),
                ("fault", models.CharField(blank=True, default="", max_length=64)),
                ("snapshot", models.CharField(blank=True, default="", max_length=40)),
                ("objects_held", models.BigIntegerField(default=0)),
                ("bytes_held", models.BigIntegerField(default=0)),
            ],
            options={"indexes": [models.Index(fields=["kind", "-ended_at"], name="lifecycle_run_newest")]},
        ),
    ]
