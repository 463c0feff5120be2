import uuid
from itertools import groupby

import django.db.models.deletion
from django.db import migrations, models


def count_through(apps, schema_editor):
    """Number the shares of an epoch whose root was shared out more than once."""
    escrows = apps.get_model("lifecycle", "Escrow").objects.order_by("controller", "epoch", "made_at", "id")
    for _, of_epoch in groupby(escrows, lambda one: (one.controller_id, one.epoch)):
        first = 1
        for one in of_epoch:
            one.first, first = first, first + one.shares
            one.save(update_fields=["first"])


class Migration(migrations.Migration):
    dependencies = [
        ("lifecycle", "0009_log_rules"),
    ]

    operations = [
        migrations.AddField("escrow", "first", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("escrow", "officers", models.JSONField(default=list)),
        migrations.CreateModel(
            name="ShareDestroyed",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField()),
                (
                    "escrow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="destroyed", to="lifecycle.escrow"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("escrow", "number"), name="lifecycle_share_destroyed_once")
                ],
            },
        ),
        migrations.RunPython(count_through, migrations.RunPython.noop),
    ]
