from __future__ import annotations

from typing import Any

from django.db import migrations, models

from callward.web.sweeps.unit import Tally


def add_up(apps: Any, schema_editor: Any) -> None:
    """Write the sums of the batches that are done to their sweeps; calls are counted from their rows until then."""
    sweeps, batches = apps.get_model("sweeps", "Sweep"), apps.get_model("sweeps", "Batch")
    for sweep in sweeps.objects.all():
        tally = Tally()
        done = batches.objects.filter(sweep=sweep).exclude(done_at=None)
        for told in done.values_list("result", flat=True).iterator():
            tally.add(told)
        sweep.tally = tally.as_json()
        sweep.save(update_fields=["tally"])


class Migration(migrations.Migration):
    dependencies = [("sweeps", "0001_sweeps")]

    operations = [
        migrations.AddField(model_name="sweep", name="tally", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="sweep", name="counts", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="change", name="counted", field=models.BooleanField(default=False)),
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("counted", False)), fields=["sweep"], name="sweeps_change_uncounted"
            ),
        ),
        migrations.RunPython(add_up, migrations.RunPython.noop),
    ]
