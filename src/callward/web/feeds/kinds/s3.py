"""A bucket of an S3-compatible store that others write calls into: plain folders, Amazon Connect, Genesys Cloud.

The layouts need no setting: intake knows each system's files by what they hold, and brings those of one call together
over all folders of the bucket. Where folders are named by date, those further back than ``days`` are not listed.
An object is whole once it is there; what belongs to one call comes in several objects, so a call is left alone until
nothing of it has changed for ``wait`` minutes. Credentials are the process's own, in the words that every S3 client
knows, or those of the profile that the address names.
"""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from uuid import UUID

import obstore
from django import forms
from django.utils.translation import gettext_lazy as _
from obstore.exceptions import (
    BaseError,
    NotFoundError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)

from callward.intake import COLUMNS, IntakeError, RecordFile, group, is_partial
from callward.web.core.objects import BucketAddress, ObjectError
from callward.web.core.objects.address import Connection, Patience, connect
from callward.web.core.objects.posture import versioning
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds import FeedKind, Found, Original
from callward.web.feeds.models import Feed
from callward.web.feeds.naming import has_all, is_marker, stem_of

if TYPE_CHECKING:
    from obstore import GetOptions
    from obstore.store import S3Store

REFUSED = "refused"
EVERY = timedelta(minutes=1)  # a listing costs a request for each thousand objects
_ABANDONED = timedelta(hours=24)
_PATIENCE = Patience(connect=5, answer=20, tries=4, overall=30)
_CHUNK = 1024 * 1024
_DATED = re.compile(r"(?:\A|/)(?:year=)?(\d{4})(?:/(?:month=)?(\d{1,2})(?:/(?:day=)?(\d{1,2}))?)?(?:/|\Z)")
_DENIED = ("AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "403 Forbidden")
_MOST_REMEMBERED = 50_000  # call records of one feed
_looked: dict[UUID, datetime] = {}


@dataclass(frozen=True, slots=True)
class _Seen:
    """An object as it was listed."""

    key: str
    size: int
    tag: str
    changed: datetime


class _Records:
    """What the objects of one feed said of call records, as long as they are the same: in memory, and bounded."""

    def __init__(self) -> None:
        self.found: dict[Path, RecordFile | None] = {}
        self._versions: dict[Path, str] = {}

    def keep_same(self, objects: Mapping[Path, _Seen]) -> None:
        """Forget what was changed since, itself or the list of its columns, and what lies there no more."""
        now = {path: _with_columns(path, objects) for path in objects}
        records = sum(len(file.records) for file in self.found.values() if file is not None)
        same = {path for path in self.found if path in now and now[path] == self._versions.get(path)}
        self.found = {path: self.found[path] for path in same} if records <= _MOST_REMEMBERED else {}
        self._versions = now


_remembered: defaultdict[UUID, _Records] = defaultdict(_Records)


class _Object(io.RawIOBase):
    """One object, read by ranges; each of them is refused when the object was written anew meanwhile."""

    def __init__(self, store: S3Store, seen: _Seen) -> None:
        self._store, self._seen, self._at = store, seen, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._seen.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast("bytearray", buffer)).cast("B")
        stop = min(self._at + len(view), self._seen.size)
        if stop <= self._at:
            return 0
        options: GetOptions = {"range": (self._at, stop)}
        if self._seen.tag:
            options["if_match"] = self._seen.tag
        try:
            data = bytes(obstore.get(self._store, self._seen.key, options=options).bytes())
        except (NotFoundError, PreconditionError, FileNotFoundError):
            raise OSError("the object is gone, or another one now") from None
        except BaseError:
            raise OSError("the bucket did not give the object") from None
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


class Bucket:
    """The bucket, listed once; satisfies ``Place`` and intake's ``Files``."""

    def __init__(self, feed: Feed, connection: Connection) -> None:
        self._feed, self._store = feed, connection.objects
        self._days = int(feed.options.get("days") or 0)
        self._wait = timedelta(minutes=float(feed.options.get("wait", 2)))
        self._objects: dict[Path, _Seen] = {}
        self._records = _remembered[feed.pk]
        self.lists_all = False
        self.fault = ""

    @property
    def files(self) -> Bucket:
        return self

    def open(self, path: Path) -> BinaryIO:
        """An object of the bucket, seekable. Raises IntakeError ``missing``."""
        seen = self._objects.get(path)
        if seen is None:
            raise IntakeError("missing", "a file of the call is gone")
        return cast("BinaryIO", io.BufferedReader(_Object(self._store, seen), _CHUNK))

    def has(self, path: Path) -> bool:
        return path in self._objects

    def ready(self, now: datetime) -> Iterator[Found]:
        """Give every complete call of the bucket; nothing where it was listed less than a minute ago."""
        last = _looked.get(self._feed.pk)
        if last is not None and now - EVERY < last <= now:
            return
        # Also a bucket that does not answer is asked once a minute.
        _looked[self._feed.pk] = now
        self._objects = {Path(seen.key): seen for seen in self._listed("", now)}
        self._records.keep_same(self._objects)
        self.lists_all = True
        yield from self._whole(now)

    def remove(self, originals: Sequence[Original]) -> None:
        for one in originals:
            if self._lies(one):
                self._delete(str(one.path))

    def set_aside(self, originals: Sequence[Original], reason: str, sentence: str) -> None:
        lying = [one.path for one in originals if self._lies(one)]
        for path in lying:
            with _asked():
                obstore.copy(self._store, str(path), f"{REFUSED}/{path}")
            self._delete(str(path))
        if lying:
            with _asked():
                obstore.put(self._store, f"{REFUSED}/{lying[0]}.reason.txt", f"{reason}\n{sentence}\n".encode())

    def _whole(self, now: datetime) -> Iterator[Found]:
        begun = [path for path, seen in self._objects.items() if is_partial(path.name) and _is_young(seen, now)]
        partial = {stem_of(path.name) for path in begun}
        markers: dict[str, list[Path]] = {}
        for path in self._objects:
            if is_marker(path.name):
                markers.setdefault(str(path.parent / stem_of(path.name)), []).append(path)
        paths = [path for path in self._objects if not is_marker(path.name) and not is_partial(path.name)]
        for source in group(sorted(paths), self, self._records.found):
            parts = [self._objects[path] for path in dict.fromkeys(source.files or [source.path])]
            marked = markers.get(str(source.path.parent / source.stem), [])
            still = all(part.changed <= now - self._wait for part in parts)
            if source.stem in partial or not (marked or has_all(source) or still):
                continue
            own = [*dict.fromkeys(source.files), *marked]
            originals = tuple(Original(path, _version(self._objects[path])) for path in own)
            yield Found(source, originals, self._objects[source.path].changed.timestamp())

    def _listed(self, prefix: str, now: datetime) -> Iterator[_Seen]:
        """The objects below a prefix, folder by folder where that leaves out what lies too far back."""
        if self._days <= 0:
            with _asked():
                for page in obstore.list(self._store, prefix or None):
                    yield from (_seen(meta) for meta in page if _wanted(meta["path"]))
            return
        with _asked():
            found = obstore.list_with_delimiter(self._store, prefix or None)
        yield from (_seen(meta) for meta in found["objects"] if _wanted(meta["path"]))
        for below in found["common_prefixes"]:
            if _wanted(f"{below}/") and not _is_before(below, (now - timedelta(days=self._days)).date()):
                yield from self._listed(f"{below}/", now)

    def _lies(self, one: Original) -> bool:
        try:
            with _asked():
                return _version(_seen(obstore.head(self._store, str(one.path)))) == one.version
        except FileNotFoundError:
            return False

    def _delete(self, key: str) -> None:
        try:
            with _asked():
                obstore.delete(self._store, key)
        except FileNotFoundError:
            return


def _seen(meta: Mapping[str, object]) -> _Seen:
    changed = meta["last_modified"]
    assert isinstance(changed, datetime)
    return _Seen(str(meta["path"]), int(str(meta["size"])), str(meta.get("e_tag") or ""), changed.astimezone(UTC))


def _version(seen: _Seen) -> str:
    return f"{seen.tag}:{seen.size}"


def _with_columns(path: Path, objects: Mapping[Path, _Seen]) -> str:
    """Tell this state of an object, and of the list of columns beside it, from any other."""
    beside = objects.get(path.with_suffix(COLUMNS)) if path.suffix else None
    own = objects[path]
    return f"{_version(own)} {own.changed.isoformat()} {_version(beside) if beside else ''}"


def _is_young(seen: _Seen, now: datetime) -> bool:
    return seen.changed > now - _ABANDONED


def _wanted(key: str) -> bool:
    """Tell whether a key is one of the feed's: not set aside, not hidden, and named as a path of files is."""
    return not key.startswith(f"{REFUSED}/") and "/." not in f"/{key}" and "//" not in key and not key.endswith("/.")


def _is_before(prefix: str, first: date) -> bool:
    """Tell whether a folder is named by a date, or by a month or year, that lies wholly before a day."""
    found = next(reversed([*_DATED.finditer(f"{prefix}/")]), None)
    if found is None or not 1990 <= int(found[1]) <= 2200:
        return False
    told = [int(part) for part in found.groups() if part is not None]
    return tuple(told) < (first.year, first.month, first.day)[: len(told)]


@contextmanager
def _asked() -> Iterator[None]:
    """Turn the faults of the store into those of a feed; what it says itself may hold names and stays unsaid."""
    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise FileNotFoundError from None
    except (PermissionDeniedError, UnauthenticatedError):
        raise FeedError("bucket_refused", "the bucket of the feed refuses the credentials") from None
    except BaseError as fault:
        # A listing that is refused comes without a type of its own.
        told = str(fault)
        if "NoSuchBucket" in told:
            raise FeedError("place_missing", "the bucket of the feed is not there") from None
        code = "bucket_refused" if any(word in told for word in _DENIED) else "bucket_unreachable"
        raise FeedError(code, "the bucket of the feed could not be asked") from None


@contextmanager
def opened(feed: Feed) -> Iterator[Bucket]:
    """Open the bucket of a feed. Raises ``FeedError`` ``bucket_address``, ``bucket_refused``."""
    yield Bucket(feed, _connected(feed))


def forget_removed() -> None:
    """Drop what was read for feeds that are no more: names of objects, and what they said of calls."""
    known = {*list(_remembered), *list(_looked)}  # copies: other threads look into their feeds meanwhile
    if not known:
        return
    for pk in known - set(Feed.objects.filter(kind=KIND.key).values_list("pk", flat=True)):
        _remembered.pop(pk, None)
        _looked.pop(pk, None)


def _connected(feed: Feed) -> Connection:
    try:
        return connect(BucketAddress.read(feed.place), _PATIENCE)
    except ObjectError as error:
        code = "bucket_refused" if error.code == "object_store_refused" else "bucket_address"
        raise FeedError(code, "the address of the bucket or its credentials make no sense") from None


def check(feed: Feed) -> None:
    """Refuse a bucket that cannot be listed, or whose originals would live on as old versions."""
    connection = _connected(feed)
    try:
        with _asked():
            obstore.list_with_delimiter(connection.objects)
        if feed.originals == Feed.Originals.DELETE and versioning(connection, BucketAddress.read(feed.place)):
            raise FeedError("bucket_versions", "the bucket keeps old versions of what is deleted")
    except ObjectError:
        raise FeedError("bucket_refused", "the bucket does not say whether it keeps versions") from None


def _options() -> Mapping[str, forms.Field]:
    return {
        "days": forms.IntegerField(
            min_value=0,
            max_value=3650,
            initial=3,
            label=_("Days looked back"),
            help_text=_("Where folders are named by date. 0 lists everything each time."),
        ),
        "wait": forms.IntegerField(
            min_value=0,
            max_value=1440,
            initial=10,
            label=_("Minutes waited"),
            help_text=_("A call is whole when nothing of it has come for so long: transcripts follow recordings."),
        ),
    }


KIND = FeedKind(
    "s3",
    _("S3 bucket"),
    place=_("The bucket and the folder in it, such as s3://recordings/connect"),
    open=opened,
    check=check,
    options=_options,
)
