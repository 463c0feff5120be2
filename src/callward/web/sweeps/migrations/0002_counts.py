from __future__ import annotations

from collections import Counter
from typing import Any

from django.db import migrations, models

_COUNTED = ("items", "outcomes", "unopened", "detectors")


def add_up(apps: Any, schema_editor: Any) -> None:
    """Write the sums of the batches that are done to their sweeps; calls are counted from their rows until then."""
    sweeps, batches = apps.get_model("sweeps", "Sweep"), apps.get_model("sweeps", "Batch")
    for sweep in sweeps.objects.all():
        calls, counts = 0, {name: Counter[str]() for name in _COUNTED}
        done = batches.objects.filter(sweep=sweep).exclude(done_at=None)
        for told in done.values_list("result", flat=True).iterator():
            calls += int(told.get("calls", 0))
            for name, count in counts.items():
                count.update(told.get(name, {}))
        sweep.tally = {"calls": calls, **counts}
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
