"""What a feed signs in with, and the names of originals: sealed under the controller's intake key."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from django.db.models import Model

from callward.engine import envelope
from callward.web.feeds.kinds import Original
from callward.web.feeds.models import Delivery, Feed
from callward.web.keys import vault


def set_secret(feed: Feed, secret: str) -> None:
    """Seal a secret into the row, which the caller saves; an empty one removes it."""
    feed.sealed_secret = _sealed(feed, feed, "sealed_secret", secret)


def secret_of(feed: Feed) -> str:
    """Open the secret of a feed; empty where it has none. Raises ``KeyUnavailable``."""
    return _opened(feed, feed, "sealed_secret", bytes(feed.sealed_secret))


def set_originals(feed: Feed, delivery: Delivery, originals: Sequence[Original]) -> None:
    """Seal the names and versions of originals into the row, which the caller saves."""
    told = json.dumps([[str(one.path), one.version] for one in originals])
    delivery.sealed_originals = _sealed(feed, delivery, "sealed_originals", told)


def originals_of(feed: Feed, delivery: Delivery) -> list[Original]:
    """Open the names and versions of the originals of a delivery; nothing where none are kept."""
    told = _opened(feed, delivery, "sealed_originals", bytes(delivery.sealed_originals))
    return [Original(Path(path), version) for path, version in json.loads(told or "[]")]


def _sealed(feed: Feed, row: Model, column: str, text: str) -> bytes:
    if not text:
        return b""
    return envelope.seal_value(_key(feed), text.encode(), _bound(feed, row, column))


def _opened(feed: Feed, row: Model, column: str, sealed: bytes) -> str:
    if not sealed:
        return ""
    return envelope.open_value(_key(feed), sealed, _bound(feed, row, column)).decode()


def _key(feed: Feed) -> bytes:
    return vault.service_key(feed.controller_id, "intake")


def _bound(feed: Feed, row: Model, column: str) -> bytes:
    table = row._meta.db_table  # noqa: SLF001 - Django documents Model._meta
    return envelope.column_data(controller=feed.controller_id, table=table, column=column, row=row.pk)
