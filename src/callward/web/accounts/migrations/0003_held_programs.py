"""A program that was made for some lines is held to them, also where all of them are deleted."""

from django.db import migrations, models


def hold(apps, schema_editor):
    """Hold every program that has lines now."""
    apps.get_model("accounts", "ServiceAccount").objects.filter(lines__isnull=False).update(is_held=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_service_accounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="serviceaccount",
            name="is_held",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(hold, migrations.RunPython.noop),
    ]
