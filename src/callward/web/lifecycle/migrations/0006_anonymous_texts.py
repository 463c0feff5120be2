import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("lifecycle", "0005_backup_runs"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnonymousText",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("month", models.DateField()),
                ("language", models.CharField(blank=True, max_length=8)),
                ("sealed_words", models.BinaryField()),
                (
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.controller"
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.line"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["controller", "line", "month", "id"], name="lifecycle_texts_by_month")
                ],
            },
        ),
    ]
