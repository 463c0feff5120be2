"""Which rows of a file of call records were refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("feeds", "0001_feeds"),
    ]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="rows",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="delivery",
            name="rows_count",
            field=models.PositiveIntegerField(default=0),
        ),
    ]
