import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0008_growth_filled"),
        ("core", "0003_voicemail"),
        ("lifecycle", "0006_anonymous_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="message",
                        serialize=False,
                        to="calls.call",
                    ),
                ),
                ("arrived_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField(blank=True, null=True)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
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
                    models.Index(
                        condition=models.Q(("heard_at", None)), fields=["controller"], name="lifecycle_message_new"
                    )
                ],
            },
        ),
    ]
