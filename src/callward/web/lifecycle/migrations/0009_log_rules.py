import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_voicemail"),
        ("lifecycle", "0008_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="LogRules",
            fields=[
                (
                    "controller",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="core.controller",
                    ),
                ),
                (
                    "log_days",
                    models.PositiveIntegerField(
                        default=90,
                        validators=[
                            django.core.validators.MinValueValidator(7),
                            django.core.validators.MaxValueValidator(36525),
                        ],
                    ),
                ),
                (
                    "detail_days",
                    models.PositiveIntegerField(
                        default=365,
                        validators=[
                            django.core.validators.MinValueValidator(365),
                            django.core.validators.MaxValueValidator(36525),
                        ],
                    ),
                ),
                ("details_ended", models.PositiveBigIntegerField(default=0, editable=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("detail_days__gte", 365)), name="lifecycle_details_stay_a_year"
                    )
                ],
            },
        ),
    ]
