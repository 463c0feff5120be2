from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("calls", "0004_retention"),
    ]

    operations = [
        migrations.AlterField(
            model_name="upload",
            name="sent_by",
            field=models.ForeignKey(null=True, on_delete=models.deletion.PROTECT, related_name="+", to="accounts.user"),
        ),
        migrations.AddField(
            model_name="upload",
            name="sender_kind",
            field=models.CharField(blank=True, default="", max_length=16),
        ),
        migrations.AddField(
            model_name="upload",
            name="sender_id",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="upload",
            name="pattern",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AlterField(
            model_name="upload",
            name="status",
            field=models.CharField(
                choices=[
                    ("landed", "waiting for the files beside it"),
                    ("waiting", "waiting"),
                    ("taken_in", "taken in"),
                    ("duplicate", "already here"),
                    ("refused", "refused"),
                ],
                default="waiting",
                max_length=12,
            ),
        ),
        migrations.AddIndex(
            model_name="upload",
            index=models.Index(
                condition=models.Q(sent_by=None), fields=["sender_id", "status"], name="calls_upload_sender"
            ),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=models.Q(sent_by=None) ^ models.Q(sender_id=None), name="calls_upload_one_sender"
            ),
        ),
    ]
