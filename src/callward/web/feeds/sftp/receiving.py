"""Files on their way in: put in order, sealed as they come, rows once they are whole."""

from __future__ import annotations

import uuid
from uuid import UUID

from callward.engine.errors import Error
from callward.web.calls.uploads import Sealing, Sent, open_name
from callward.web.feeds import landing
from callward.web.feeds.errors import FeedError
from callward.web.feeds.models import Feed
from callward.web.feeds.naming import is_marker
from callward.web.feeds.sftp.signing import has_key

MOST_AHEAD = 32 * 1024 * 1024
_EACH = 200  # bytes that a waiting piece takes besides its own


class ReceivingError(Error):
    """A file cannot be received: ``upload_gaps`` (pieces are missing or come twice), ``upload_broken``."""


class Receiving:
    """One file that is being put. Pieces that come too early wait, at most 32 MiB of them."""

    def __init__(self, name: str, sealing: Sealing) -> None:
        self.name = name
        self._sealing: Sealing | None = sealing
        self._ahead: dict[int, bytes] = {}
        self._waiting = 0
        self._asked = False
        self._refusal = "upload_broken"

    def __bool__(self) -> bool:
        # The library asks this of a file that a request names, and not of those that it closes because the connection
        # has ended: so a file that was cut off is told from one that is whole.
        self._asked = True
        return True

    def was_asked_for(self) -> bool:
        """Tell whether a request names the file now, and not the end of the connection."""
        asked, self._asked = self._asked, False
        return asked

    @property
    def size(self) -> int:
        return self._sealing.size if self._sealing is not None else 0

    def write(self, offset: int, data: bytes) -> None:
        """Seal a piece, or keep it until its place has come.

        Raises ``ReceivingError``, ``UploadError``, ``ObjectError``.
        """
        sealing = self._sealing
        if sealing is None:
            raise ReceivingError(self._refusal, "the file was refused before")
        if offset < sealing.size or offset in self._ahead:
            raise ReceivingError("upload_gaps", "a piece of the file came twice")
        if offset > sealing.size:
            self._waiting += len(data) + _EACH
            if self._waiting > MOST_AHEAD:
                raise ReceivingError("upload_gaps", "pieces of the file are missing")
            self._ahead[offset] = data
            return
        sealing.write(data)
        while (piece := self._ahead.pop(sealing.size, None)) is not None:
            self._waiting -= len(piece) + _EACH
            sealing.write(piece)

    def finish(self) -> Sent:
        """Give the whole file, sealed. Raises ``ReceivingError``, ``UploadError``, ``ObjectError``."""
        sealing, self._sealing = self._sealing, None
        if sealing is None:
            raise ReceivingError(self._refusal, "the file was refused before")
        if self._ahead:
            sealing.discard()
            raise ReceivingError("upload_gaps", "pieces of the file are missing")
        try:
            if not sealing.size and is_marker(self.name):
                sealing.discard()
                return Sent(uuid.uuid4(), self.name, 0, None)
            return sealing.finish()
        except BaseException:
            sealing.discard()
            raise

    def refuse(self, code: str) -> None:
        """Drop the file; whatever is asked of it from now on is refused with the same code."""
        self._refusal = code
        self.discard()

    def discard(self) -> None:
        """Remove what was sealed of it."""
        sealing, self._sealing = self._sealing, None
        self._ahead.clear()
        if sealing is not None:
            sealing.discard()


class Receiver:
    """The feed that one connection puts files into.

    It is read anew for each file, so that turning it off and taking the key out count at once.
    """

    def __init__(self, feed: UUID, key: bytes) -> None:
        self._feed, self._key = feed, key

    def begin(self, name: str) -> Receiving:
        """Begin a file. Raises ``FeedError`` (``feed_off``), ``ObjectError``, ``KeyUnavailable``."""
        return Receiving(name, Sealing(self._now().controller_id, name))

    def keep(self, file: Receiving) -> UUID:
        """Keep a whole file; returns the id of its row. Raises as ``finish`` does, and ``FeedError``."""
        sent = file.finish()
        try:
            return landing.land_file(self._now(), sent)
        except BaseException:
            if sent.sink is not None:
                sent.sink.discard()
            raise

    def rename(self, old: str, new: str) -> UUID | None:
        """Give what lies in the feed under a name another one; None where nothing does."""
        for row in landing.landed(self._now()).order_by("-sent_at"):
            if open_name(row) == old and landing.rename(row, new):
                return row.pk
        return None

    def _now(self) -> Feed:
        feed = Feed.objects.select_related("controller", "line").filter(pk=self._feed, is_on=True).first()
        if feed is None or not has_key(feed, self._key):
            raise FeedError("feed_off", "the feed is off or gone, or the key was taken out")
        return feed
