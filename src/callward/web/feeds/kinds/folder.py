"""A folder that is watched: complete calls are taken in, originals deleted or left, what is refused moved aside.

Every file is reached from the folder's own handle, name by name, without following a link: whoever may write into the
folder cannot make this read or delete anything outside it.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callward.intake import IntakeError, Source, group, is_partial
from callward.web import walls
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds import FeedKind, Found, Original
from callward.web.feeds.models import Feed
from callward.web.feeds.naming import has_all, is_marker, stem_of

REFUSED = "refused"
_REASON = ".reason.txt"
_STILL = timedelta(seconds=30)
_ABANDONED = timedelta(hours=24)
_AHEAD = timedelta(minutes=1)
_LONGEST_NAME = 255  # bytes
_BUSY = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW
_FOLDER = os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW
_SETTLES = (
    ("still", _("after 30 seconds without a change, or with a “.done” file beside it")),
    ("renamed", _("as soon as it has its final name: until then it ends in .part or .tmp")),
    ("marked", _("only with a “.done” file beside it")),
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A regular file as it lies there: what tells this state of it from any other, and when it last changed."""

    version: str
    changed: float  # POSIX seconds; the later of content and name
    written: float


class Folder:
    """The folder, opened; satisfies ``Place`` and intake's ``Files``."""

    lists_all = True

    def __init__(self, root: int, settles: str) -> None:
        self._root = root
        self._settles = settles
        self.fault = ""

    @property
    def files(self) -> Folder:
        return self

    def open(self, path: Path) -> BinaryIO:
        """A regular file of the folder. Raises IntakeError ``missing``, ``unreadable``, ``not_a_file``."""
        try:
            with self._at(path.parent) as folder:
                handle = os.open(path.name, _BUSY, dir_fd=folder)
        except FileNotFoundError:
            raise IntakeError("missing", "a file of the call is gone") from None
        except OSError:
            raise IntakeError("unreadable", "a file of the call cannot be read") from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise IntakeError("not_a_file", "a path of the call is no file")
        return os.fdopen(handle, "rb")

    def has(self, path: Path) -> bool:
        return self._seen(path) is not None

    def ready(self, now: datetime) -> Iterator[Found]:
        """Give every complete call of the folder and the folders in it, folder by folder, in order of name."""
        folders = [Path()]
        while folders:
            folder = folders.pop()
            names, below = self._listed(folder)
            folders += [folder / name for name in sorted(below, reverse=True) if folder != Path() or name != REFUSED]
            yield from self._ready_in(folder, names, now.timestamp())

    def remove(self, originals: Sequence[Original]) -> None:
        for one in originals:
            if self._lies(one):
                self._unlink(one.path)

    def set_aside(self, originals: Sequence[Original], reason: str, sentence: str) -> None:
        lying = [one.path for one in originals if self._lies(one)]
        if not lying:
            return
        try:
            with self._at(Path(REFUSED), make=True) as aside:
                _write(_free_name(originals[0].path.name, aside, _REASON), aside, f"{reason}\n{sentence}\n")
                for path in lying:
                    with self._at(path.parent) as folder, suppress(FileNotFoundError):
                        os.rename(path.name, _free_name(path.name, aside), src_dir_fd=folder, dst_dir_fd=aside)
                os.fsync(aside)
        except OSError:
            raise FeedError("place_not_writable", "a refused file cannot be moved aside") from None

    def _ready_in(self, folder: Path, names: Mapping[str, _Seen], now: float) -> Iterator[Found]:
        partial = {
            stem_of(name)
            for name, seen in names.items()
            if is_partial(name) and seen.changed > now - _ABANDONED.total_seconds()
        }
        markers: dict[str, list[Path]] = {}
        for name in filter(is_marker, names):
            markers.setdefault(stem_of(name), []).append(folder / name)
        whole = [folder / name for name in names if not is_marker(name) and not is_partial(name)]
        for source in group(whole, self):
            parts = [names[path.name] for path in dict.fromkeys(source.files or [source.path])]
            marked = markers.get(source.stem, [])
            if source.stem in partial or not self._is_settled(source, parts, now, marked=bool(marked)):
                continue
            own = [*dict.fromkeys(source.files), *marked]
            originals = tuple(Original(path, names[path.name].version) for path in own)
            yield Found(source, originals, names[source.path.name].written)

    def _is_settled(self, source: Source, parts: list[_Seen], now: float, *, marked: bool) -> bool:
        if marked or self._settles == "marked":
            return marked
        if self._settles == "renamed" and has_all(source):
            return True
        return all(part.changed <= now - _STILL.total_seconds() for part in parts)

    def _listed(self, folder: Path) -> tuple[dict[str, _Seen], list[str]]:
        """The regular files and the folders of one folder; links, devices and hidden names are passed over."""
        names: dict[str, _Seen] = {}
        below: list[str] = []
        try:
            with self._at(folder) as handle:
                for name in sorted(os.listdir(handle)):  # noqa: PTH208 - of an open handle, which a path cannot name
                    found = _lstat(name, handle)
                    if name.startswith(".") or found is None:
                        continue
                    if stat.S_ISDIR(found.st_mode):
                        below.append(name)
                    elif stat.S_ISREG(found.st_mode):
                        names[name] = _state(found)
        except FileNotFoundError:
            return {}, []  # a folder in it went away; the folder itself is asked for when it is opened
        except OSError:
            self.fault = "place_unreadable"  # the other folders are looked into all the same
            return {}, []
        return names, below

    def _lies(self, one: Original) -> bool:
        seen = self._seen(one.path)
        return seen is not None and seen.version == one.version

    def _seen(self, path: Path) -> _Seen | None:
        try:
            with self._at(path.parent) as folder:
                found = _lstat(path.name, folder)
        except OSError:
            return None
        return _state(found) if found is not None and stat.S_ISREG(found.st_mode) else None

    def _unlink(self, path: Path) -> None:
        try:
            with self._at(path.parent) as folder:
                os.unlink(path.name, dir_fd=folder)
                os.fsync(folder)
        except FileNotFoundError:
            return
        except OSError:
            raise FeedError("place_not_writable", "an original cannot be deleted") from None

    @contextmanager
    def _at(self, folder: Path, *, make: bool = False) -> Iterator[int]:
        """The handle of a folder below the root, each step of the way opened without following a link."""
        handle = os.dup(self._root)
        try:
            for name in folder.parts:
                if name == "..":
                    raise FileNotFoundError
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(name, 0o750, dir_fd=handle)
                below = os.open(name, _FOLDER, dir_fd=handle)
                os.close(handle)
                handle = below
            yield handle
        finally:
            os.close(handle)


def _write(name: str, folder: int, text: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
    with os.fdopen(os.open(name, flags, 0o640, dir_fd=folder), "w", encoding="utf-8") as file:
        file.write(text)


def _lstat(name: str, folder: int) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _state(found: os.stat_result) -> _Seen:
    version = f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"
    # A time that lies ahead was set by a copying program, or is from before the clock was set back: it says nothing.
    ahead = (timezone.now() + _AHEAD).timestamp()
    changed = max((when for when in (found.st_mtime, found.st_ctime) if when <= ahead), default=0.0)
    return _Seen(version, changed, found.st_mtime)


def _free_name(name: str, folder: int, ending: str = "") -> str:
    """A name that nothing in the folder has: an earlier refused file of the same name stays."""
    number, free = 1, _shortened("", name + ending)
    while _lstat(free, folder) is not None:
        number += 1
        free = _shortened(f"{number}-", name + ending)
    return free


def _shortened(start: str, name: str) -> str:
    """A name that a file system takes; the ending says what the file is, so the beginning goes."""
    data = os.fsencode(name)[-(_LONGEST_NAME - len(start)) :]
    return start + os.fsdecode(data)


@contextmanager
def opened(feed: Feed) -> Iterator[Folder]:
    """Open the folder of a feed.

    Raises ``FeedError`` ``place_missing``, ``place_not_folder``, ``place_unreadable``, ``place_taken``.
    """
    if _overlap(Path(feed.place), Path(settings.CALLWARD_HOME)):
        raise FeedError("place_taken", "the folder is the platform's own")
    try:
        root = os.open(feed.place, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
    except FileNotFoundError:
        raise FeedError("place_missing", "the folder of the feed is not there") from None
    except NotADirectoryError:
        raise FeedError("place_not_folder", "the place of the feed is no folder") from None
    except OSError:
        raise FeedError("place_unreadable", "the folder of the feed cannot be read") from None
    try:
        yield Folder(root, str(feed.options.get("settles", "still")))
    finally:
        os.close(root)


def _is_taken(feed: Feed) -> bool:
    """Whether the folder holds, or lies in, what is another's: keys and databases, or the calls of another controller.

    Whoever sets a feed up for one controller could otherwise read and delete what belongs to all.
    """
    others = Feed.objects.filter(kind=KIND.key).exclude(controller=feed.controller_id).values_list("place", flat=True)
    with walls.across():
        places = [str(settings.CALLWARD_HOME), *others]
    return any(_overlap(Path(feed.place), Path(place)) for place in places)


def _overlap(one: Path, other: Path) -> bool:
    first, second = one.resolve(), other.resolve()
    return first.is_relative_to(second) or second.is_relative_to(first)


def check(feed: Feed) -> None:
    """Refuse a folder that cannot be watched, or whose originals could not be moved or deleted."""
    if not Path(feed.place).is_absolute():
        raise FeedError("place_not_absolute", "the folder is named from the root")
    if _is_taken(feed):
        raise FeedError("place_taken", "the folder is the platform's own, or another controller's")
    with opened(feed):
        pass
    changes = feed.originals == Feed.Originals.DELETE or feed.refused == Feed.Refused.MOVE
    if changes and not os.access(feed.place, os.W_OK | os.X_OK):
        raise FeedError("place_not_writable", "the folder of the feed cannot be written to")


def _options() -> Mapping[str, forms.Field]:
    settles = forms.ChoiceField(choices=_SETTLES, initial="still", label=_("A file is whole"), widget=forms.RadioSelect)
    return {"settles": settles}


KIND = FeedKind(
    "folder",
    _("Watched folder"),
    place=_("The folder on this machine, such as /srv/recordings"),
    open=opened,
    check=check,
    options=_options,
)
