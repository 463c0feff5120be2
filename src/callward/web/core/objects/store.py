"""What every object store does: the names, reading through ``obstore``, and what each place does its own way."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import TYPE_CHECKING, ClassVar, TypeVar
from uuid import uuid4

import obstore
from obstore.exceptions import BaseError, PermissionDeniedError, UnauthenticatedError

from callward.web.core.objects.errors import ObjectError
from callward.web.core.objects.sink import ObjectSink

if TYPE_CHECKING:
    from pathlib import Path

    from obstore.store import LocalStore, S3Store

_T = TypeVar("_T")
_SMALL = 64 * 1024 * 1024  # bytes that are read at once where nobody says less
_PAUSE = 0.1  # seconds before an answer is asked for again
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*(?:[./][a-z0-9][a-z0-9_-]*)*")


@contextmanager
def reading(*, absent: str = "there is no such object") -> Iterator[None]:
    """Turn the faults of ``obstore`` into ours; what it says itself may hold addresses and stays unsaid."""
    try:
        yield
    except FileNotFoundError:
        raise ObjectError("object_missing", absent) from None
    except (PermissionDeniedError, UnauthenticatedError):
        raise ObjectError("object_store_refused", "the object store refuses its credentials or their rights") from None
    except (BaseError, OSError) as fault:
        if isinstance(fault, OSError) and fault.errno is not None:
            raise
        raise ObjectError("object_store_unreachable", "the object store gave no whole answer in time") from None


def persistently(act: Callable[[], _T], within: float, *, absent: str = "there is no such object") -> _T:
    """Do what may be done twice, and once more where the store gave no whole answer and ``within`` seconds last.

    ``obstore`` asks again by itself where a request failed, and not where an answer broke off.
    """
    until = monotonic() + within
    while True:
        try:
            with reading(absent=absent):
                return act()
        except ObjectError as refused:
            if refused.code != "object_store_unreachable" or monotonic() >= until:
                raise
        sleep(_PAUSE)


@dataclass(frozen=True, slots=True)
class ObjectSource:
    """A stored object that can be read at any place; satisfies the envelope engine's source protocol."""

    size: int
    _store: LocalStore | S3Store
    _name: str
    _within: float = 0.0

    def read_at(self, offset: int, length: int) -> bytes:
        """Return exactly ``length`` bytes from ``offset``; ``object_range`` or, once deleted, ``object_missing``."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise ObjectError("object_range", "the range lies outside the object")
        if length == 0:
            return b""
        return persistently(lambda: self._read(offset, length), self._within, absent="the object is gone")

    def _read(self, offset: int, length: int) -> bytes:
        data = bytes(obstore.get_range(self._store, self._name, start=offset, length=length))
        if len(data) == length:
            return data
        if self._within:
            raise ObjectError("object_store_unreachable", "the object store answered with less than it was asked for")
        raise ObjectError("object_range", "the object is shorter than it was when opened")


class ObjectStore(ABC):
    """Objects in one place. Names are lower-case, with ``/`` between levels; nothing is half there under a name."""

    place: str
    """Where it is, as a person would write it."""

    shareable: ClassVar[bool]
    """Whether another installation could be set to the same place by mistake."""

    within: float = 0.0
    """For how many seconds an answer that broke off is asked for again."""

    _store: LocalStore | S3Store

    @property
    @abstractmethod
    def spool(self) -> Path:
        """The folder of what is being written; only ciphertext ever lies there."""

    @abstractmethod
    def commit_all(self, sinks: Sequence[ObjectSink]) -> None:
        """Make several objects durable at once, all or, when that fails, none (``disk_full`` and the store's own)."""

    @abstractmethod
    def put_all(self, objects: Mapping[str, bytes]) -> None:
        """Store several objects, each replaced as a whole; all are durable on return.

        They appear one by one: whoever needs an order between them makes two calls.
        """

    @abstractmethod
    def delete_all(self, names: Iterable[str]) -> None:
        """Remove objects for good, with every version; one that is gone is no fault, so that an act can be replayed."""

    @abstractmethod
    def sweep_spool(self, *, now: datetime, older_than: timedelta = timedelta(hours=24)) -> int:
        """Remove what crashed writers left longer than ``older_than`` ago; return how many."""

    @abstractmethod
    def below(self, name: str) -> str:
        """Return the place of what lies below a level, such as ``ledger``, as a person would write it."""

    @abstractmethod
    def refuse_unfit(self) -> None:
        """Refuse what is set so that it cannot work, before anything is asked of the place. Raises ObjectError."""

    @abstractmethod
    def faults(self) -> list[str]:
        """Say in a sentence each what makes a promise about this place untrue; ``callward doctor`` shows them."""

    def new_folder(self) -> str:
        """Return a fresh random folder (128 bits) for objects that are committed together, spread over two levels."""
        name = uuid4().hex
        return f"{name[:2]}/{name[2:]}"

    def new_object(self, folder: str = "") -> ObjectSink:
        """Open a sink under a fresh random name, in ``folder`` or one of its own."""
        return self.sink(f"{folder or self.new_folder()}/{uuid4().hex}")

    def sink(self, name: str) -> ObjectSink:
        """Open a sink that becomes the object ``name``."""
        check_name(name)
        return ObjectSink(self, name)

    def put(self, name: str, data: bytes) -> None:
        """Store ``data`` under ``name``, replacing what was there; durable on return."""
        self.put_all({name: data})

    def delete(self, name: str) -> None:
        """Remove one object, as ``delete_all`` does."""
        self.delete_all([name])

    def open_object(self, name: str) -> ObjectSource:
        """Open a stored object for reading anywhere; ``object_missing`` when there is none."""
        check_name(name)
        size = persistently(lambda: obstore.head(self._store, name)["size"], self.within)
        return ObjectSource(size, self._store, name, self.within)

    def get(self, name: str, limit: int = _SMALL) -> bytes:
        """Read a whole small object as it is at one moment; ``object_missing``, ``object_too_large``."""
        check_name(name)

        def whole() -> bytes:
            # Asked for as a range, since only then the answer says apart from its own length how long the object is.
            try:
                answer = obstore.get(self._store, name, options={"range": (0, limit)})
            except BaseError:
                if obstore.head(self._store, name)["size"] == 0:
                    return b""
                raise
            if answer.meta["size"] > limit:
                raise ObjectError("object_too_large", "the object is longer than it can be")
            data = bytes(answer.bytes())
            if len(data) != answer.meta["size"]:
                raise ObjectError("object_store_unreachable", "the object store answered with less than it has")
            return data

        return persistently(whole, self.within)

    def exists(self, name: str) -> bool:
        """Say whether the object is there."""
        try:
            self.open_object(name)
        except ObjectError as error:
            if error.code == "object_missing":
                return False
            raise
        return True

    def written_at(self, name: str) -> datetime:
        """Say when the object was written; ``object_missing`` when there is none."""
        check_name(name)
        return persistently(lambda: obstore.head(self._store, name)["last_modified"], self.within)

    def list_ever(self, prefix: str = "") -> Iterator[str]:
        """Yield what ``list`` does, and the names of which only older versions are left."""
        yield from self.list(prefix)

    def list(self, prefix: str = "") -> Iterator[str]:
        """Yield the names of all objects below ``prefix`` (a whole level), in no order.

        What is not named as objects here are, the spool or what somebody else put there, is passed over.
        """
        last, until, ended = None, 0.0, False
        while not ended:
            try:
                with reading():
                    for page in obstore.list(self._store, prefix or None, offset=last):
                        for found in page:
                            last, until = found["path"], 0.0
                            if _NAME.fullmatch(last):
                                yield last
                ended = True
            except ObjectError as refused:
                until = until or monotonic() + self.within
                if refused.code != "object_store_unreachable" or monotonic() >= until:
                    raise
                sleep(_PAUSE)


def check_name(name: str) -> None:
    """Refuse a name that could leave the store. Raises ObjectError ``object_name``."""
    if not _NAME.fullmatch(name):
        raise ObjectError("object_name", "an object name is lower-case letters, digits and single separators")
