"""The places of the console, in the order of the left rail: each is shown where it exists and one may use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Place:
    """A page that the rail leads to: its key, the name of its URL, its word and its sign."""

    key: str
    view: str
    label: StrPromise
    icon: str


PLACES = (
    Place("today", "calls:today", _("Today"), "today"),
    Place("calls", "calls:list", _("Calls"), "calls"),
    Place("review", "calls:review", _("Review"), "review"),
    Place("voicemail", "lifecycle:voicemail", _("Voicemail"), "play"),
    Place("people", "people:find", _("People"), "people"),
    Place("lifecycle", "lifecycle:home", _("Lifecycle"), "lifecycle"),
    Place("sweeps", "sweeps:list", _("Sweeps"), "mask"),
    Place("ledger", "audit:ledger", _("Ledger"), "ledger"),
    Place("settings", "settings", _("Settings"), "settings"),
)

_counts: dict[str, Callable[[HttpRequest], int]] = {}


def count_with(key: str, counter: Callable[[HttpRequest], int]) -> None:
    """Called by an app when it starts: what waits at a place, counted for the one who asks."""
    _counts[key] = counter


def count(key: str, request: HttpRequest) -> int:
    counter = _counts.get(key)
    return counter(request) if counter else 0
