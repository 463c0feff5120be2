"""The door to what is kept, for pages and acts that change how long a line keeps.

How long calls are kept is decided by the end of the lifecycle, which lies above: it takes its place here when it
starts, and without it no line is changed. Before a change is kept its author is shown what it does to calls that are
here already.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from callward.web.core.acts import Party
from callward.web.core.models import Line

_SEEN = "seen"  # the field of a form that names what was shown


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a change would do to calls that are kept, in sentences. ``mark`` names the rules as they would be.

    ``ends_at_once``: something would be past its time with the change.
    """

    mark: str
    sentences: tuple[str, ...]
    ends_at_once: bool


class Reach(Protocol):
    """What the lifecycle offers."""

    def changing(self, line: Line, by: Party) -> AbstractContextManager[None]:
        """Stand around the change of a line's rules; where they are others at its end, they reach what is kept."""

    def foresee(self, line: Line, seen: str) -> Foreseen | None:
        """Say what keeping the line as it is now would do; None where nothing moves, or ``seen`` is its mark."""


_reaches: list[Reach] = []


def reach_with(reach: Reach) -> None:
    """Called once by the lifecycle when it starts."""
    _reaches[:] = [reach]


def changing(line: Line, by: Party) -> AbstractContextManager[None]:
    """Give the block that a change of a line's rules stands in."""
    return _reach().changing(line, by)


def foresee(request: HttpRequest, line: Line) -> Foreseen | None:
    """Say what the line as it was sent would do to what is kept; None where its author may go on."""
    return _reach().foresee(line, seen_in(request))


def seen_in(request: HttpRequest) -> str:
    """Name the rules whose effect the author of a form has been shown."""
    return request.POST.get(_SEEN, "")


def ask(request: HttpRequest, foreseen: Foreseen, *, heading: str, back: str) -> HttpResponse:
    """Show what a change would do, with a form that sends it again. Everything that was typed goes with it."""
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in {_SEEN, "csrfmiddlewaretoken"}
        for value in values
    ]
    context = {"foreseen": foreseen, "heading": heading, "back": back, "sent": [*sent, (_SEEN, foreseen.mark)]}
    return render(request, "core/foreseen.html", context)


def _reach() -> Reach:
    if not _reaches:
        raise ImproperlyConfigured("No lifecycle is installed: nobody says what a change does to what is kept.")
    return _reaches[0]
