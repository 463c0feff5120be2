from __future__ import annotations

import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0001_initial"),
        ("lifecycle", "0002_holds"),
    ]

    operations = [
        migrations.CreateModel(
            name="IssuedCertificate",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("person", models.UUIDField()),
                ("state", models.CharField(max_length=64)),
                ("note", models.BinaryField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "controller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.controller"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("person", "state"), name="lifecycle_certificate_once")],
            },
        ),
    ]
