"""A contact centre with calls and one member of staff who is signed in: for tests that ask over HTTP.

``python staffed_centre.py FOLDER`` makes it in ``$CALLWARD_HOME`` and takes in the calls that lie in the folder. It
answers with a line of JSON: the cookie that a browser would send, and the ids of the calls.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SAMPLES = Path(__file__).resolve().parents[2] / "samples"
_LINE = "health-en"


def write_calls(folder: Path, first: int, many: int) -> Path:
    """Write calls that nothing is in doubt of; the number of each makes it another call than the others."""
    folder.mkdir()
    for number in range(first, first + many):
        sample, stem = _SAMPLES / "calls" / "en-health-02", f"call{number}"
        shutil.copy(sample.with_suffix(".wav"), folder / f"{stem}.wav")
        (folder / f"{stem}.json").write_bytes(sample.with_suffix(".json").read_bytes() + b" " * number)
        started = datetime.now(UTC) - timedelta(days=1, seconds=number)
        facts = {"line": _LINE, "started_at": started.isoformat(), "language": "en"}
        (folder / f"{stem}.call.json").write_text(json.dumps(facts), "utf-8")
    return folder


def _make(folder: Path) -> str:
    from callward.web import prepare, start

    start()
    prepare()
    from cast import PASSWORD, prove
    from django.test import Client

    from callward.intake import IntakeOptions, discover, given
    from callward.web.accounts.actions import open_controller
    from callward.web.accounts.models import Role, User
    from callward.web.calls.ingesting import ingest
    from callward.web.core.models import Line

    centre = json.loads((_SAMPLES / "centre.json").read_text("utf-8"))
    facts = centre["controller"]
    controller = open_controller(
        name=facts["name"], slug=facts["slug"], timezone_name=facts["timezone"], origin=facts["origin"]
    )
    (described,) = [line for line in centre["lines"] if line["slug"] == _LINE]
    Line.objects.create(controller=controller, **described)
    member = prove(User.objects.create_user("alice", PASSWORD, role=Role.DPO, controller=controller))
    reports = list(ingest(controller, discover([folder]), IntakeOptions(given({})), 1))
    browser = Client()
    browser.force_login(member)
    (cookie,) = browser.cookies.values()
    return json.dumps({"cookie": f"{cookie.key}={cookie.value}", "calls": [str(report.call) for report in reports]})


if __name__ == "__main__":
    sys.stdout.write(_make(Path(sys.argv[1])) + "\n")
