"""A bucket that others write calls into, on a real S3 server: each call once, originals only when they are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from calls_at_work import HARMLESS, vtt, wav
from django.utils import timezone
from object_places import s3
from s3_server import S3Server

from callward.intake import IntakeError
from callward.web import audit
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.feeds import duties
from callward.web.feeds.acts import remove_feed
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds import s3 as kind
from callward.web.feeds.models import Delivery, Feed
from callward.web.feeds.running import Round, run

__all__ = ["s3"]
pytestmark = pytest.mark.django_db

SYSTEMS = Path(__file__).parents[3] / "samples" / "systems"
CONTACT = "5e0f1a2b-1111-4222-8333-444455550001"


class Bucket:
    """A bucket of the run's server, as whoever writes recordings into it sees it."""

    def __init__(self, server: S3Server, name: str) -> None:
        self.client: Any = server.client()
        self.name = name

    def put(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=data)

    @property
    def keys(self) -> set[str]:
        return {one["Key"] for one in self.client.list_objects_v2(Bucket=self.name).get("Contents", [])}


@pytest.fixture(autouse=True)
def _looked_anew() -> Iterator[None]:
    kind._looked.clear()
    yield
    kind._looked.clear()


@pytest.fixture
def bucket(s3: S3Server) -> Bucket:
    return Bucket(s3, s3.bucket())


@pytest.fixture
def feed(care_line: Line, bucket: Bucket) -> Feed:
    return Feed.objects.create(
        controller=care_line.controller,
        name="Recordings in a bucket",
        slug="bucket",
        kind="s3",
        line=care_line,
        place=f"s3://{bucket.name}/in",
        options={"days": 3, "wait": 0},
    )


def look(feed: Feed, minutes: float = 0) -> Round:
    return run(feed, now=timezone.now() + timedelta(minutes=minutes))


def test_a_call_in_a_bucket_is_taken_in_once(feed: Feed, bucket: Bucket) -> None:
    bucket.put("in/night/a.wav", wav(HARMLESS))
    bucket.put("in/night/a.vtt", vtt(HARMLESS))
    bucket.put("elsewhere/b.wav", wav(HARMLESS))
    assert look(feed).taken == 1
    assert Call.objects.get().state == Call.State.RELEASED
    assert look(feed, 2).worked == 0
    assert feed.fault == ""
    assert bucket.keys == {"in/night/a.wav", "in/night/a.vtt", "elsewhere/b.wav"}


@pytest.mark.slow
def test_the_bucket_is_listed_once_a_minute_and_nothing_is_forgotten_between(feed: Feed, bucket: Bucket) -> None:
    look(feed)
    bucket.put("in/a.vtt", vtt(HARMLESS))
    assert look(feed, 0.5).worked == 0
    assert look(feed, 1.5).taken == 1


def test_a_call_waits_until_nothing_of_it_has_come_for_a_while(feed: Feed, bucket: Bucket) -> None:
    feed.options = {"days": 0, "wait": 10}
    bucket.put("in/a.wav", wav(HARMLESS))
    assert look(feed).worked == 0
    bucket.put("in/a.wav.done", b"")
    assert look(feed, 2).taken == 1
    bucket.put("in/b.vtt", vtt(HARMLESS))
    assert look(feed, 5).worked == 0
    assert look(feed, 15).taken == 1


def test_originals_go_once_their_call_was_read_back(feed: Feed, bucket: Bucket) -> None:
    feed.originals = Feed.Originals.DELETE
    feed.save()
    bucket.put("in/a.wav", wav(HARMLESS))
    bucket.put("in/a.vtt", vtt(HARMLESS))
    bucket.put("in/a.done", b"")
    assert look(feed).removed == 1
    assert bucket.keys == set()
    assert not Delivery.objects.exists()


def test_an_object_that_was_written_anew_meanwhile_stays(feed: Feed, bucket: Bucket) -> None:
    bucket.put("in/a.vtt", vtt(HARMLESS))
    with kind.opened(feed) as place:
        (found,) = place.ready(timezone.now())
        bucket.put("in/a.vtt", vtt(HARMLESS) + b"\n")
        with pytest.raises((OSError, IntakeError)):
            place.open(found.originals[0].path).read()
        place.remove(found.originals)
    assert bucket.keys == {"in/a.vtt"}


def test_what_is_refused_moves_aside_with_its_reason(feed: Feed, bucket: Bucket) -> None:
    bucket.put("in/a.wav", b"\xff" * 5000)
    assert look(feed).refused == 1
    assert bucket.keys == {"in/refused/a.wav", "in/refused/a.wav.reason.txt"}
    told = bucket.client.get_object(Bucket=bucket.name, Key="in/refused/a.wav.reason.txt")["Body"].read()
    assert told.startswith(b"audio_unknown_format")
    assert look(feed, 2).worked == 0


def test_amazon_connect_is_read_over_its_folders(feed: Feed, bucket: Bucket, care_line: Line) -> None:
    today = f"{timezone.now():%Y/%m/%d}"
    lens = next((SYSTEMS / "connect").glob("*_analysis_2026*")).read_bytes()
    bucket.put(f"in/CallRecordings/{today}/{CONTACT}_20260701T08:15_UTC.wav", wav(HARMLESS))
    bucket.put(f"in/Analysis/Voice/{today}/{CONTACT}_analysis_2026-07-01T08:20:00Z.json", lens)
    bucket.put(f"in/ctr/{today}/08/stream-1", next((SYSTEMS / "connect").glob("ctr-*")).read_bytes())
    assert look(feed).taken == 2
    recorded = Call.objects.exclude(state=Call.State.NOT_RECORDED).get()
    assert (recorded.disposition, recorded.duration, recorded.turns) == ("answered", 200, 2)
    assert Call.objects.get(state=Call.State.NOT_RECORDED).disposition == "no_answer"
    assert look(feed, 2).worked == 0


def test_genesys_is_read_from_its_folders_of_conversations(feed: Feed, bucket: Bucket) -> None:
    now = timezone.now()
    folder = f"in/example-org/year={now:%Y}/month={now:%m}/day={now:%d}/hour=08"
    for file in sorted((SYSTEMS / "genesys").rglob("*.json")):
        place = f"{folder}/{file.parent.name}/"
        bucket.put(place + file.name, file.read_bytes())
        bucket.put(place + file.name.replace("_metadata.json", ".wav"), wav(HARMLESS))
    done = look(feed)
    assert (done.taken, done.refused) == (1, 1)
    assert Call.objects.get().duration == 199
    assert any("refused" in key for key in bucket.keys)


@pytest.mark.slow
def test_folders_of_days_long_ago_are_not_listed(feed: Feed, bucket: Bucket) -> None:
    long_ago, today = timezone.now() - timedelta(days=40), timezone.now()
    bucket.put(f"in/{long_ago:%Y/%m/%d}/a.vtt", vtt(HARMLESS))
    bucket.put(f"in/{today:%Y/%m/%d}/b.vtt", vtt(HARMLESS))
    assert look(feed).taken == 1
    feed.options = {"days": 0, "wait": 0}
    assert look(feed, 2).worked == 1


@pytest.mark.parametrize(
    ("folder", "before"),
    [
        ("2026/06/30", True),
        ("2026/07/01", False),
        ("calls/2026/06", True),
        ("calls/2026/07", False),
        ("year=2025", True),
        ("org/year=2026/month=06/day=29/hour=23", True),
        ("org/year=2026/month=07/day=1", False),
        ("4711", False),
        ("calls", False),
        ("2026/07/01/08", False),
    ],
)
def test_a_folder_is_known_by_its_date(folder: str, before: bool) -> None:
    assert kind._is_before(folder, date(2026, 7, 1)) is before


def test_a_feed_is_refused_where_its_bucket_cannot_be_used(feed: Feed, s3: S3Server) -> None:
    kind.check(feed)
    for place, code in (
        ("recordings", "bucket_address"),
        ("s3://no-such-bucket-anywhere", "place_missing"),
    ):
        feed.place = place
        with pytest.raises(FeedError) as refused:
            kind.check(feed)
        assert refused.value.code == code
    feed.place, feed.originals = f"s3://{s3.bucket(versions=True)}", Feed.Originals.DELETE
    with pytest.raises(FeedError) as refused:
        kind.check(feed)
    assert refused.value.code == "bucket_versions"


@pytest.mark.slow
def test_wrong_credentials_are_named_and_the_feed_goes_on_later(
    feed: Feed, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket.put("in/a.vtt", vtt(HARMLESS))
    with monkeypatch.context() as wrong:
        wrong.setenv("AWS_SECRET_ACCESS_KEY", "not-the-secret")
        look(feed)
        assert feed.fault == "bucket_refused"
    assert look(feed, 2).taken == 1
    assert feed.fault == ""


def test_call_records_are_read_once_and_again_when_they_change(
    feed: Feed, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    open_object = kind.Bucket.open

    def told(self: kind.Bucket, path: Path) -> BinaryIO:
        opened.append(path.name)
        return open_object(self, path)

    monkeypatch.setattr(kind.Bucket, "open", told)
    record = next((SYSTEMS / "connect").glob("ctr-*")).read_bytes()
    bucket.put("in/ctr/stream-1", record)
    assert look(feed).taken == 2
    assert "stream-1" in opened
    opened.clear()
    assert look(feed, 2).worked == 0
    assert opened == [], "nothing has changed"
    bucket.put("in/ctr/stream-1", record + b"\n")
    assert look(feed, 4).worked == 0
    assert "stream-1" in opened, "it may hold other calls now"


def test_nothing_of_a_feed_that_was_removed_stays_in_memory(feed: Feed, bucket: Bucket) -> None:
    bucket.put("in/ctr/stream-1", next((SYSTEMS / "connect").glob("ctr-*")).read_bytes())
    look(feed)
    kind.forget_removed()
    assert kind._remembered[feed.pk].found
    assert feed.pk in kind._looked
    pk = feed.pk
    remove_feed(feed, by=audit.SYSTEM)
    duties.run_feeds()
    assert pk not in kind._remembered
    assert pk not in kind._looked


def test_a_file_that_was_begun_and_left_in_a_bucket_holds_its_call_up_for_a_day_at_most(
    feed: Feed, bucket: Bucket
) -> None:
    bucket.put("in/a.vtt", vtt(HARMLESS))
    bucket.put("in/a.wav.part", b"RIFF")
    assert look(feed).worked == 0
    assert look(feed, 25 * 60).taken == 1
