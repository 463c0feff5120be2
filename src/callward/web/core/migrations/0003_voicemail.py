from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0002_damage"),
    ]

    operations = [
        migrations.AddField(
            model_name="line",
            name="voicemail",
            field=models.BooleanField(default=False, verbose_name="voicemail"),
        ),
        migrations.AddField(
            model_name="line",
            name="voicemail_mailbox",
            field=models.EmailField(
                blank=True, default="", max_length=254, verbose_name="mailbox for notices of voicemail"
            ),
        ),
    ]
