"""What every platform verb begins with: the platform made usable, and the controller that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callward.engine.errors import Error

if TYPE_CHECKING:
    from callward.web.core.models import Controller


def set_up(*, restoring: bool = False) -> None:
    """Make the platform usable in this process, and bring its databases up to this version; see ``prepare``."""
    from callward.web import prepare, start

    start()
    prepare(restoring=restoring)


def chosen(slug: str) -> Controller:
    """Return the controller of that short name, or the only one.

    Raises Error: ``controller_missing``, ``controller_ambiguous``.
    """
    from callward.web.core.models import Controller

    rows = list(Controller.objects.filter(slug=slug) if slug else Controller.objects.all()[:2])
    if not rows:
        raise Error("controller_missing", "there is no such controller; make one with `callward init`")
    if len(rows) > 1:
        raise Error("controller_ambiguous", "there are several controllers; name one with --controller")
    return rows[0]
