"""The kinds of feeds: each a module beside this one that offers ``KIND``, named in ``_MODULES``.

A kind that is looked into (a folder, a bucket) gives ``open``: the feed as a ``Place``. The loop (``feeds.running``)
asks the place what is ready, takes it in through the one intake, and tells the place what to do with the originals.
A kind that others send to (an SFTP drop, a callback) has no ``open``: what it receives goes to ``feeds.landing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from callward.intake import Files, Source
from callward.web.feeds.errors import FeedError

if TYPE_CHECKING:
    from django import forms
    from django_stubs_ext import StrPromise

    from callward.web.feeds.models import Feed

_MODULES = ("folder", "s3", "sftp", "twilio")


@dataclass(frozen=True, slots=True, repr=False)
class Original:
    """A file at its source. ``version`` is another whenever it is changed: size and time, an ETag."""

    path: Path
    version: str


@dataclass(frozen=True, slots=True, repr=False)
class Found:
    """The files of one call that lie ready in a feed, complete.

    ``source`` names them as the place's ``files`` open them. ``originals`` are the files that exist at the source:
    those of the call, and what goes with them and is not read, such as a marker. ``written_at`` (POSIX seconds) stands
    in for a start that nothing names. ``rows`` are the rows of a file of call records that were refused for one
    reason; ``source`` then stands for all of them.
    """

    source: Source
    originals: tuple[Original, ...]
    written_at: float
    rows: tuple[int, ...] = ()


def with_rows_together(found: Iterable[Found]) -> Iterator[Found]:
    """Bring the refused rows of each file together, those of one reason as one; a file's come one after the other."""
    for file, ones in groupby(found, _file_of_row):
        if file is None:
            yield from ones
        else:
            yield from _by_reason(ones)


def _file_of_row(one: Found) -> Path | None:
    """The file of a refused row; none where it is anything else."""
    return one.source.path if one.source.refusal is not None and one.source.refusal.row else None


def _by_reason(refused: Iterable[Found]) -> Iterator[Found]:
    rows: dict[str, list[int]] = {}
    firsts: dict[str, Found] = {}
    for one in refused:
        refusal = one.source.refusal
        assert refusal is not None
        firsts.setdefault(refusal.code, one)
        rows.setdefault(refusal.code, []).append(refusal.row)
    for code, first in firsts.items():
        yield replace(first, rows=tuple(rows[code]))


class Place(Protocol):
    """A feed, opened. Each method may raise ``FeedError``: the round ends, and the feed shows the code."""

    @property
    def files(self) -> Files:
        """Opens what ``ready`` names; may hold what exists nowhere, such as a vendor's record as a call file."""

    @property
    def lists_all(self) -> bool:
        """Whether ``ready`` gives everything that is there, each time: what it no longer gives is then forgotten."""

    @property
    def fault(self) -> str:
        """The code of what could not be read in it, while the rest could; empty where everything could."""

    def ready(self, now: datetime) -> Iterator[Found]:
        """Give what is complete, in any order, also what was given before."""

    def remove(self, originals: Sequence[Original]) -> None:
        """Delete the originals of a call that is sealed and was read back; one that was changed meanwhile stays.

        Done again after a crash: what is already gone is no fault.
        """

    def set_aside(self, originals: Sequence[Original], reason: str, sentence: str) -> None:
        """Move what was refused out of the way, with the reason beside it and no content; may be done again."""


@dataclass(frozen=True, slots=True)
class FeedKind:
    """One kind of feed.

    ``check`` raises ``FeedError`` for a place or options that cannot work, before they are kept. ``options`` gives the
    form fields of ``Feed.options``; ``secret`` is the label of a secret that it signs in with (``feeds.secrets``).
    ``place`` says what to write into the place, empty where there is none to name.
    """

    key: str
    label: StrPromise
    place: StrPromise | str = ""
    open: Callable[[Feed], AbstractContextManager[Place]] | None = None
    check: Callable[[Feed], None] = lambda feed: None
    options: Callable[[], Mapping[str, forms.Field]] = dict
    secret: StrPromise | str = ""
    deletes: bool = True  # whether its originals can be deleted
    sets_aside: bool = True  # whether what is refused can be moved
    notes: Callable[[Feed], list[tuple[str, str]]] = field(default=lambda feed: [])  # what to tell of it: word, text


@cache
def kinds() -> Mapping[str, FeedKind]:
    """The kinds there are, by key."""
    found = (import_module(f"{__name__}.{name}").KIND for name in _MODULES)
    return {kind.key: kind for kind in found}


def kind_of(feed: Feed) -> FeedKind:
    """Return the kind of a feed. Raises ``FeedError`` (``kind_unknown``)."""
    kind = kinds().get(feed.kind)
    if kind is None:
        raise FeedError("kind_unknown", "this version has no such kind of feed")
    return kind
