"""The columns of the one before repeat what is in the rows already.

They are filled in batches, each committed by itself, so that a migration that is cut off goes on where it was.
"""

from __future__ import annotations

from django.db import migrations

BATCH = 20_000
PLACES = f"""
UPDATE calls_callcategory SET (controller_id, started_at) =
 (SELECT c.controller_id, c.started_at FROM calls_call c WHERE c.id = calls_callcategory.call_id)
WHERE id IN (SELECT id FROM calls_callcategory WHERE started_at IS NULL LIMIT {BATCH})
"""
LENGTHS = f"""
UPDATE calls_call SET length = CASE
 WHEN frames < rate * 60 THEN 1 WHEN frames < rate * 300 THEN 2
 WHEN frames < rate * 900 THEN 3 WHEN frames < rate * 3600 THEN 4 ELSE 5 END
WHERE id IN (SELECT id FROM calls_call WHERE length = 0 AND frames > 0 AND rate > 0 LIMIT {BATCH})
"""


def fill(apps, schema_editor):
    if schema_editor.connection.alias != "default":
        return
    with schema_editor.connection.cursor() as cursor:
        for statement in (PLACES, LENGTHS):
            while True:
                cursor.execute(statement)
                if cursor.rowcount < 1:
                    break


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("calls", "0007_growth"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
