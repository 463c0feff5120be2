"""Where the root of an epoch was made, so that one that is looked for elsewhere is not taken for gone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("keys", "0004_anonymous_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="epoch",
            name="place",
            field=models.CharField(blank=True, default="", max_length=300),
        ),
    ]
