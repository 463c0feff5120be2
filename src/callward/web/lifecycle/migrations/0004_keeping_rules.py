import django.core.validators
import django.db.models.deletion
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0005_upload_sender"),
        ("core", "0001_initial"),
        ("lifecycle", "0003_certificates"),
        ("people", "0003_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="Happening",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("event", models.CharField(max_length=16)),
                ("on", models.DateField()),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["event", "-on"],
            },
        ),
        migrations.AlterModelOptions(
            name="keepingrule",
            options={"ordering": ["subject", "category", "purpose"]},
        ),
        migrations.RemoveConstraint(
            model_name="keepingrule",
            name="lifecycle_rule_once",
        ),
        migrations.AddField(
            model_name="keepingrule",
            name="cap",
            field=models.PositiveIntegerField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(36525),
                ],
            ),
        ),
        migrations.AddField(
            model_name="keepingrule",
            name="category",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="keepingrule",
            name="event",
            field=models.CharField(default="call", max_length=16),
        ),
        migrations.AddField(
            model_name="keepingrule",
            name="then",
            field=models.CharField(default="delete", max_length=12),
        ),
        migrations.AddConstraint(
            model_name="keepingrule",
            constraint=models.UniqueConstraint(
                fields=("line", "subject", "purpose", "category"), name="lifecycle_rule_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="keepingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("event", "call"), ("cap__isnull", False), _connector="OR"),
                name="lifecycle_rule_event_has_cap",
            ),
        ),
        migrations.AddField(
            model_name="happening",
            name="call",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="happenings",
                to="calls.call",
            ),
        ),
        migrations.AddField(
            model_name="happening",
            name="controller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="core.controller"
            ),
        ),
        migrations.AddField(
            model_name="happening",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="happenings", to="people.person"
            ),
        ),
        migrations.AddConstraint(
            model_name="happening",
            constraint=models.UniqueConstraint(
                condition=models.Q(("call", None)), fields=("person", "event"), name="lifecycle_event_of_person_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="happening",
            constraint=models.UniqueConstraint(
                condition=models.Q(("call__isnull", False)),
                fields=("call", "event"),
                name="lifecycle_event_of_call_once",
            ),
        ),
    ]
