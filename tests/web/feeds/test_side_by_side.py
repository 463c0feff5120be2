"""Feeds side by side: one whose store does not answer delays no other."""

from __future__ import annotations

import asyncio
import gc
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from calls_at_work import HARMLESS, vtt, wav
from django.utils import timezone

from callward.web.calls.models import Call
from callward.web.core.objects.address import Patience
from callward.web.feeds import duties, running
from callward.web.feeds.kinds import s3
from callward.web.feeds.models import Delivery, Feed

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

PATIENCE = 300.0  # seconds; nothing here waits so long on a machine that works


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A store that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        for name, value in {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "of-the-tests",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(s3, "_PATIENCE", Patience(connect=PATIENCE, answer=PATIENCE, tries=1, overall=PATIENCE))
        s3._looked.clear()
        yield server


def test_a_store_that_does_not_answer_delays_no_other_feed(feed: Feed, drop: Path, silent: socket.socket) -> None:
    bucket = Feed.objects.create(
        controller=feed.controller, name="Bucket", slug="bucket", kind="s3", line=feed.line, place="s3://recordings/in"
    )
    (drop / "a.wav").write_bytes(wav(HARMLESS))
    (drop / "a.vtt").write_bytes(vtt(HARMLESS))
    (drop / "a.call.json").write_text("{}")
    until = time.monotonic() + PATIENCE
    try:
        while not Call.objects.exists() and time.monotonic() < until:
            duties.run_feeds()
            assert bucket.pk in duties._looking, "it waits by itself, and is not begun again"
        assert Call.objects.count() == 1
    finally:
        silent.close()  # whoever waits is told so
        for thread in duties._looking.values():
            thread.join(PATIENCE)
    bucket.refresh_from_db()
    assert bucket.fault == "bucket_unreachable"
    feed.refresh_from_db()
    assert feed.fault == ""


def test_a_new_feed_has_its_turn_before_all_that_were_looked_into(feed: Feed, drop: Path) -> None:
    before = timezone.now()
    Feed.objects.bulk_create(
        Feed(
            controller=feed.controller,
            name=f"Older {n}",
            slug=f"older-{n}",
            kind="folder",
            line=feed.line,
            place=str(drop.parent / f"older-{n}"),
            options={"settles": "renamed"},
            looked_at=before,
        )
        for n in range(duties._AT_ONCE)
    )
    until = time.monotonic() + PATIENCE
    duties.run_feeds()
    for thread in duties._looking.values():
        thread.join(max(0.0, until - time.monotonic()))
    feed.refresh_from_db()
    assert feed.looked_at is not None
    assert Feed.objects.filter(looked_at=before).count() == 1, "of more than sixteen the rest have theirs next time"


def test_what_is_claimed_late_in_a_long_round_is_nobody_elses(
    feed: Feed, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (drop / "a.wav").write_bytes(wav(HARMLESS))
    (drop / "a.vtt").write_bytes(vtt(HARMLESS))
    (drop / "a.call.json").write_text("{}")
    began, late = timezone.now() + timedelta(minutes=1), timedelta(minutes=10)
    take, claimed = running._Looking._take, []
    clock = iter([0.0])

    def while_another_looks(self: Any, found: Any, row: Delivery) -> None:
        claimed.append(running._claim(feed, bytes(row.mark), Delivery.objects.get(), began + late))
        take(self, found, row)

    monkeypatch.setattr(running, "monotonic", lambda: next(clock, late.total_seconds()))
    monkeypatch.setattr(running._Looking, "_take", while_another_looks)
    assert running.run(feed, now=began).taken == 1
    assert claimed == [None]


def test_a_feed_that_breaks_is_told_of_without_the_words_of_the_fault(
    feed: Feed, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(feed: Feed) -> None:
        raise FileNotFoundError(2, "No such file", "/drop/Dana Ek +46700000000.wav")

    monkeypatch.setattr(duties, "run", broken)
    duties._look(feed)
    assert f"the feed {feed.pk} could not be looked into; it is tried again: FileNotFoundError in " in caplog.text
    assert "Dana" not in caplog.text
    assert "+4670" not in caplog.text


def test_what_nobody_waited_for_in_the_sftp_drop_is_told_of_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pytest.importorskip("asyncssh", reason="the sftp extra is not installed")
    from callward.web.feeds.sftp.server import tell_of_fault

    async def broken() -> None:
        raise FileNotFoundError(2, "No such file", "/drop/Dana Ek +46700000000.wav")

    async def serve() -> None:
        asyncio.get_running_loop().set_exception_handler(tell_of_fault)
        left = asyncio.ensure_future(broken())
        await asyncio.wait([left])
        del left
        gc.collect()  # which is when asyncio finds that nobody asked how it ended

    asyncio.run(serve())
    assert "what nobody waited for failed: FileNotFoundError in " in caplog.text
    assert "Dana" not in caplog.text
