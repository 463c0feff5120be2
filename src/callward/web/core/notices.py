"""What apps have to say on Today: something that a person must see to, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Notice:
    """One row of "What must be done": what, why, a status of the stylesheet with its word, and a page to go to."""

    what: str
    why: str
    status: str
    word: str
    address: str
    verb: str


Teller = Callable[[HttpRequest], Iterable[Notice]]
_tellers: dict[str, Teller] = {}


def tell_with(key: str, teller: Teller) -> None:
    """Called by an app when it starts: it is asked each time Today is shown, and answers for the one who asks."""
    _tellers[key] = teller


def notices(request: HttpRequest) -> list[Notice]:
    """Return everything that apps have to say to the one who asks."""
    return [notice for teller in _tellers.values() for notice in teller(request)]
