from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("keys", "0003_roots_going"),
    ]

    operations = [
        migrations.AlterField(
            model_name="servicekey",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ledger", "Ledger"),
                    ("index", "Index"),
                    ("digest", "Digest"),
                    ("suppression", "Suppression"),
                    ("intake", "Intake"),
                    ("pseudonym", "Pseudonym"),
                    ("anonymous", "Anonymous"),
                ],
                max_length=16,
            ),
        ),
    ]
