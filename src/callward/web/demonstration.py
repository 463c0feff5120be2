"""The demonstration contact centre, made from the samples of the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console

from callward.web.accounts.actions import open_controller, save_line
from callward.web.accounts.demonstration import make_cast
from callward.web.accounts.models import Role
from callward.web.core.models import Controller, Line


def load_centre(samples: Path, out: Console) -> None:
    """Make controller, lines and cast, and take in the calls; what is there already is left alone."""
    centre: dict[str, Any] = json.loads((samples / "centre.json").read_text("utf-8"))
    facts = centre["controller"]
    controller = Controller.objects.filter(slug=facts["slug"]).first() or open_controller(
        name=facts["name"], slug=facts["slug"], timezone_name=facts["timezone"], origin=facts["origin"]
    )
    cast = make_cast(controller)
    administrator = next(member for member in cast if member.role == Role.ADMINISTRATOR)
    known = set(Line.objects.for_controller(controller).values_list("slug", flat=True))
    for described in centre["lines"]:
        if described["slug"] not in known:
            line = Line(controller=controller, **described)
            line.full_clean()
            save_line(line, by=administrator)
