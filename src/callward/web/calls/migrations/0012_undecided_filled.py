"""The column of the one before repeats what is in the call's row."""

from __future__ import annotations

from django.db import migrations

FILL = """
UPDATE calls_review SET controller_id =
 (SELECT c.controller_id FROM calls_call c WHERE c.id = calls_review.call_id) WHERE controller_id IS NULL
"""


def fill(apps, schema_editor):
    if schema_editor.connection.alias == "default":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(FILL)


class Migration(migrations.Migration):
    dependencies = [
        ("calls", "0011_undecided"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
