"""A watched folder: what is whole is taken in once, and originals go only when the sealed copy was read back."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from calls_at_work import CARD, HARMLESS, PHONE, STARTED, vtt, wav
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from callward.intake import Source
from callward.intake.errors import refused_row
from callward.shelf import ItemKind
from callward.web.audit.models import Entry
from callward.web.calls import opening
from callward.web.calls.ingesting import Ingest, Report
from callward.web.calls.models import Call, Item
from callward.web.core.models import Controller, Line
from callward.web.core.objects import FolderStore, ObjectError
from callward.web.feeds import secrets
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds import Found, with_rows_together
from callward.web.feeds.kinds.folder import KIND, opened
from callward.web.feeds.models import Delivery, Feed
from callward.web.feeds.running import Round, run
from callward.web.feeds.shown import refused_files

pytestmark = pytest.mark.django_db

LATER = timedelta(seconds=31)
FACTS = json.dumps({"caller": {"phone": PHONE}, "started_at": STARTED}).encode()


def put(folder: Path, stem: str = "a", *endings: str) -> None:
    """Drop the files of a call under their final names."""
    data = {".wav": wav(HARMLESS), ".vtt": vtt(HARMLESS), ".call.json": FACTS}
    for ending in endings or tuple(data):
        (folder / f"{stem}{ending}").write_bytes(data[ending])


def look(feed: Feed, *, later: bool = False) -> Round:
    return run(feed, now=timezone.now() + (LATER if later else timedelta()))


def test_a_call_whose_files_are_all_there_is_taken_in_at_once(feed: Feed, drop: Path) -> None:
    put(drop)
    assert look(feed).taken == 1
    call = Call.objects.get()
    assert call.state == Call.State.RELEASED
    assert call.started_at.isoformat() == STARTED
    assert Entry.objects.get(action="call.taken_in").actor_id == str(feed.pk)
    feed.refresh_from_db()
    assert (feed.calls, feed.fault) == (1, "")
    assert feed.arrived_at is not None


def test_what_was_taken_in_is_not_read_again(feed: Feed, drop: Path) -> None:
    put(drop)
    look(feed)
    assert look(feed, later=True).worked == 0
    assert Call.objects.count() == 1
    assert sorted(path.name for path in drop.iterdir()) == ["a.call.json", "a.vtt", "a.wav"]


def test_the_same_call_under_another_name_is_one_call(feed: Feed, drop: Path) -> None:
    put(drop, "a")
    put(drop, "b")
    done = look(feed)
    assert (done.taken, done.duplicates) == (1, 1)
    assert Call.objects.count() == 1


def test_a_recording_waits_for_what_belongs_to_it_until_nothing_has_come_for_a_while(feed: Feed, drop: Path) -> None:
    put(drop, "a", ".wav")
    assert look(feed).worked == 0
    put(drop, "a", ".vtt")
    assert look(feed).worked == 0
    assert look(feed, later=True).taken == 1
    assert Call.objects.get().state == Call.State.RELEASED


def test_a_file_that_is_still_being_written_holds_its_call_up(feed: Feed, drop: Path) -> None:
    put(drop, "a", ".wav", ".call.json")
    (drop / "a.vtt.part").write_bytes(b"WEBVTT")
    assert look(feed, later=True).worked == 0
    (drop / "a.vtt.part").unlink()
    put(drop, "a", ".vtt")
    assert look(feed).taken == 1


def test_a_file_that_was_begun_and_left_holds_nothing_up_for_ever(feed: Feed, drop: Path) -> None:
    put(drop, "a")
    (drop / "a.json.tmp").write_bytes(b"{")
    assert look(feed).worked == 0
    assert run(feed, now=timezone.now() + timedelta(hours=25)).taken == 1


def test_with_markers_nothing_is_taken_before_its_marker(feed: Feed, drop: Path) -> None:
    feed.options = {"settles": "marked"}
    put(drop)
    assert look(feed, later=True).worked == 0
    (drop / "a.done").touch()
    assert look(feed).taken == 1


def test_a_file_that_changes_is_not_whole(feed: Feed, drop: Path) -> None:
    feed.options = {"settles": "still"}
    put(drop)
    assert look(feed).worked == 0
    old = timezone.now().timestamp() - 3600
    os.utime(drop / "a.wav", (old, old))  # a copying program may set the time back; the change itself is seen
    assert look(feed).worked == 0
    assert look(feed, later=True).taken == 1


def test_originals_go_with_their_marker_once_the_sealed_copy_was_read_back(feed: Feed, drop: Path) -> None:
    feed.originals = Feed.Originals.DELETE
    put(drop)
    (drop / "a.done").touch()
    done = look(feed)
    assert (done.taken, done.removed) == (1, 1)
    assert not list(drop.iterdir())
    assert not Delivery.objects.exists()
    entry = Entry.objects.get(action="feed.original_deleted")
    assert entry.resource_id == str(Call.objects.get().pk)


def test_an_original_stays_where_the_line_of_its_call_says_so(feed: Feed, drop: Path, care_line: Line) -> None:
    """The feed serves more than one line; what its other lines say goes for their calls alone."""
    other = Line.objects.get(id=care_line.id)
    other.pk, other.slug, other.originals_may_go = uuid4(), "keeps-en", False
    other.save(force_insert=True)
    feed.originals = Feed.Originals.DELETE
    put(drop, "a")
    put(drop, "b", ".vtt")
    (drop / "b.wav").write_bytes(wav(HARMLESS, 7.0))
    (drop / "b.call.json").write_text(json.dumps({**json.loads(FACTS), "line": "keeps-en"}))
    assert (look(feed).removed, look(feed).removed) == (1, 0)
    assert {call.line_id for call in Call.objects.all()} == {care_line.id, other.id}
    assert sorted({path.name.partition(".")[0] for path in drop.iterdir()}) == ["b"]
    Line.objects.filter(id=other.id).update(originals_may_go=True)
    assert look(feed).removed == 1
    assert not list(drop.iterdir())


def test_an_original_stays_while_its_sealed_copy_does_not_open(feed: Feed, drop: Path, store: FolderStore) -> None:
    put(drop)
    look(feed)
    [name] = Call.objects.get().items.filter(kind="recording.original").values_list("object_name", flat=True)
    sealed = bytearray((store.root / name).read_bytes())
    sealed[len(sealed) // 2] ^= 1
    (store.root / name).write_bytes(sealed)
    feed.originals = Feed.Originals.DELETE
    (drop / "b.vtt").write_bytes(vtt(CARD))
    assert look(feed, later=True).taken == 1, "one that stays holds up no other"
    assert feed.fault == "original_unproven"
    assert len(list(drop.iterdir())) == 3
    sealed[len(sealed) // 2] ^= 1
    (store.root / name).write_bytes(sealed)
    assert look(feed).removed == 1
    assert feed.fault == ""


def test_an_original_that_was_replaced_meanwhile_stays_and_is_taken_in(feed: Feed, drop: Path) -> None:
    feed.originals = Feed.Originals.DELETE
    put(drop)
    with opened(feed) as place:
        [found] = place.ready(timezone.now() + LATER)
        (drop / "a.vtt").write_bytes(vtt(CARD))
        place.remove(found.originals)
    assert [path.name for path in drop.iterdir()] == ["a.vtt"]


def test_what_is_refused_is_moved_aside_with_its_reason_and_no_content(feed: Feed, drop: Path) -> None:
    (drop / "garbage.wav").write_bytes(b"\xff" * 5000)
    (drop / "note.txt").write_bytes(b"a note")
    put(drop)
    done = look(feed, later=True)
    assert (done.taken, done.refused) == (1, 2)
    aside = drop / "refused"
    assert sorted(path.name for path in aside.iterdir()) == [
        "garbage.wav", "garbage.wav.reason.txt", "note.txt", "note.txt.reason.txt",
    ]  # fmt: skip
    reason = (aside / "garbage.wav.reason.txt").read_text()
    assert reason.startswith("audio_unknown_format\n")
    assert "�" not in reason
    assert Entry.objects.filter(action="call.refused", outcome="refused").count() == 2
    assert look(feed, later=True).worked == 0
    row = Delivery.objects.get(reason="audio_unknown_format")
    assert [str(one.path) for one in secrets.originals_of(feed, row)] == ["garbage.wav"]


def test_two_refused_files_of_one_name_both_stay(feed: Feed, drop: Path) -> None:
    for content in (b"one", b"two"):
        (drop / "note.txt").write_bytes(content)
        look(feed, later=True)
    kept = {path.read_bytes() for path in (drop / "refused").iterdir() if not path.name.endswith(".reason.txt")}
    assert kept == {b"one", b"two"}


def test_refused_files_may_stay_and_are_refused_once(feed: Feed, drop: Path) -> None:
    feed.refused = Feed.Refused.STAY
    (drop / "garbage.wav").write_bytes(b"\xff" * 5000)
    assert look(feed, later=True).refused == 1
    assert look(feed, later=True).worked == 0
    assert [path.name for path in drop.iterdir()] == ["garbage.wav"]
    (drop / "garbage.wav").write_bytes(wav(HARMLESS))
    assert look(feed, later=True).taken == 1


def test_links_are_not_followed(feed: Feed, drop: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    put(outside)
    (drop / "linked").symlink_to(outside)
    (drop / "b.wav").symlink_to(outside / "a.wav")
    assert look(feed, later=True).worked == 0
    with opened(feed) as place:
        assert not place.has(Path("linked/a.wav"))
        assert not place.has(Path("../outside/a.wav"))


def test_a_folder_swapped_for_a_link_lets_nothing_outside_be_deleted(feed: Feed, drop: Path, tmp_path: Path) -> None:
    feed.originals = Feed.Originals.DELETE
    inner, outside = drop / "inner", tmp_path / "outside"
    inner.mkdir()
    put(inner)
    with opened(feed) as place:
        [found] = place.ready(timezone.now() + LATER)
        inner.rename(outside)
        inner.symlink_to(outside)
        place.remove(found.originals)
    assert len(list(outside.iterdir())) == 3


def test_a_facts_list_holds_for_the_calls_beside_it(feed: Feed, drop: Path) -> None:
    feed.line = None
    put(drop, "a", ".wav", ".vtt")
    (drop / "calls.csv").write_text(f"file,line,started_at\na.wav,care-en,{STARTED}\n")
    assert look(feed, later=True).taken == 1
    assert Call.objects.get().started_at.isoformat() == STARTED


def test_a_folder_that_is_not_there_is_a_fault_and_nothing_else(feed: Feed, drop: Path) -> None:
    drop.rmdir()
    assert look(feed).worked == 0
    feed.refresh_from_db()
    assert feed.fault == "place_missing"
    drop.mkdir()
    put(drop)
    assert look(feed).taken == 1
    assert feed.fault == ""


def test_what_a_worker_that_died_was_at_is_taken_up_by_another(
    feed: Feed, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    put(drop)
    with monkeypatch.context() as patched:
        patched.setattr(Ingest, "attempt", die)
        with pytest.raises(Killed):
            look(feed)
    assert look(feed).worked == 0, "it is that worker's for a minute"
    assert run(feed, now=timezone.now() + timedelta(minutes=2)).taken == 1


def test_what_the_file_is_not_to_blame_for_is_tried_again_and_not_refused(feed: Feed, drop: Path) -> None:
    put(drop, "a", ".wav")
    with override_settings(TRANSCRIBER="false"):
        assert look(feed, later=True).later == 1
    assert Delivery.objects.get().reason == "transcriber_failed"
    assert look(feed, later=True).worked == 0, "its pause is not over"
    assert run(feed, now=timezone.now() + timedelta(minutes=2)).taken == 1


def test_what_was_removed_by_its_owner_is_forgotten_after_a_while(feed: Feed, drop: Path) -> None:
    put(drop)
    look(feed)
    for path in drop.iterdir():
        path.unlink()
    run(feed, now=timezone.now() + timedelta(minutes=61))
    assert not Delivery.objects.exists()


def test_a_feed_of_another_controller_knows_no_line_of_this_one(feed: Feed, drop: Path, rival: Line) -> None:
    feed.line = None
    put(drop)
    (drop / "a.call.json").write_text('{"line": "other"}')
    assert look(feed).refused == 1
    assert Delivery.objects.get().reason == "line_unknown"


def test_a_place_is_checked_before_it_is_kept(feed: Feed, drop: Path) -> None:
    KIND.check(feed)
    for place, code in (("relative", "place_not_absolute"), (str(drop / "none"), "place_missing")):
        feed.place = place
        with pytest.raises(FeedError, match=code):
            KIND.check(feed)


CDR = Path(__file__).parents[3] / "samples" / "systems" / "asterisk" / "Master.csv"
ONE_CALL = next((CDR.parent.parent / "freeswitch").glob("a_*.xml"))


def test_every_row_of_a_file_of_call_records_is_taken_in_once_and_the_file_stays(feed: Feed, drop: Path) -> None:
    (drop / "Master.csv").write_bytes(
        CDR.read_bytes() + b'"","","","","","","","","","yesterday",,"2026-07-01 10:00:00"\n'
    )
    feed.originals = Feed.Originals.DELETE
    feed.save()
    assert (look(feed, later=True).taken, look(feed, later=True).worked) == (4, 0)
    assert Call.objects.filter(state=Call.State.NOT_RECORDED).count() == 4
    with (drop / "Master.csv").open("ab") as grown:
        grown.write(CDR.read_bytes().splitlines()[1].replace(b"1782895211.44", b"1782895999.99") + b"\n")
    assert look(feed, later=True).taken == 1
    assert (drop / "Master.csv").exists()


def test_a_record_of_one_call_goes_once_its_row_stands(feed: Feed, drop: Path) -> None:
    (drop / ONE_CALL.name).write_bytes(ONE_CALL.read_bytes())
    feed.originals = Feed.Originals.DELETE
    feed.save()
    assert look(feed, later=True).taken == 1
    assert Call.objects.get().state == Call.State.NOT_RECORDED
    assert not list(drop.iterdir())


def test_a_recording_and_its_record_go_together(feed: Feed, drop: Path) -> None:
    put(drop, "9d0c1b20-77aa-4bbb-8ccc-2f0b6a1d0002", ".wav", ".vtt")
    (drop / ONE_CALL.name).write_bytes(ONE_CALL.read_bytes())
    feed.originals = Feed.Originals.DELETE
    feed.save()
    assert look(feed, later=True).taken == 1
    assert Call.objects.get().disposition == "no_answer"
    assert not list(drop.iterdir())


class Lock:
    """A folder in the feed, whose rights the system can be made to refuse, to whoever the tests run as."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.refused = folder, frozenset[str]()
        self._id = folder.stat().st_ino

    def refuse(self, *acts: str) -> None:
        self.refused = frozenset(acts)

    def over(self, act: str) -> Callable[..., Any]:
        real = getattr(os, act)

        def asked(*args: Any, **kwargs: Any) -> Any:
            handles = [handle for handle in (*args[:1], *kwargs.values()) if isinstance(handle, int)]
            if act in self.refused and self._id in {os.fstat(handle).st_ino for handle in handles}:
                raise PermissionError
            return real(*args, **kwargs)

        return asked


@pytest.fixture
def lock(drop: Path, monkeypatch: pytest.MonkeyPatch) -> Lock:
    folder = drop / "locked"
    folder.mkdir()
    made = Lock(folder)
    for act in ("unlink", "rename", "listdir"):
        monkeypatch.setattr(os, act, made.over(act))
    return made


@pytest.mark.parametrize("originals", Feed.Originals.values)
def test_a_folder_that_cannot_be_written_to_holds_up_no_other(
    feed: Feed, drop: Path, lock: Lock, originals: str
) -> None:
    feed.originals = originals
    put(lock.folder, "a")
    (lock.folder / "b.wav").write_bytes(b"no recording")
    lock.refuse("unlink", "rename")
    put(drop, "z")
    assert look(feed, later=True).taken == 1
    assert feed.fault == "place_not_writable"
    (drop / "c.vtt").write_bytes(vtt(CARD))
    assert look(feed, later=True).taken == 1, "also in the rounds after"
    assert feed.fault == "place_not_writable"
    lock.refuse()
    look(feed, later=True)
    assert feed.fault == ""
    assert (drop / "refused" / "b.wav").exists()
    assert Call.objects.count() == 2


def test_half_a_call_whose_deletion_was_cut_off_is_no_call(feed: Feed, drop: Path, lock: Lock) -> None:
    feed.originals = Feed.Originals.DELETE
    put(lock.folder, "a")
    lock.refuse("unlink", "rename")
    look(feed)
    lock.refuse()
    (lock.folder / "a.wav").unlink()
    lock.refuse("unlink", "rename")
    assert look(feed, later=True).worked == 0
    assert Call.objects.count() == 1


def test_a_folder_that_cannot_be_read_holds_up_no_other(feed: Feed, drop: Path, lock: Lock) -> None:
    put(lock.folder, "a")
    lock.refuse("listdir")
    put(drop)
    assert look(feed).taken == 1
    assert feed.fault == "place_unreadable"


def test_a_refused_file_with_the_longest_name_is_moved_aside_twice(feed: Feed, drop: Path) -> None:
    for _ in range(2):
        (drop / f"{'ä' * 125}.wav").write_bytes(b"no recording")
        assert look(feed, later=True).refused == 1
        assert feed.fault == ""
    moved = list((drop / "refused").iterdir())
    assert len(moved) == 4
    assert sum(path.name.endswith(".reason.txt") for path in moved) == 2


def test_a_file_whose_time_lies_ahead_is_taken_in(feed: Feed, drop: Path) -> None:
    put(drop, "a", ".vtt")
    ahead = timezone.now().timestamp() + 1e8
    os.utime(drop / "a.vtt", (ahead, ahead))
    assert look(feed).worked == 0, "it changed just now"
    assert look(feed, later=True).taken == 1


def test_a_file_that_breaks_us_stops_no_other_and_is_tried_again(
    feed: Feed, drop: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    put(drop, "a", ".vtt")
    (drop / "b.vtt").write_bytes(vtt(CARD))
    attempt = Ingest.attempt

    def broken(self: Ingest, source: Source, written_at: float) -> Report:
        if source.stem == "a":
            raise ZeroDivisionError(PHONE)
        return attempt(self, source, written_at)

    monkeypatch.setattr(Ingest, "attempt", broken)
    done = look(feed, later=True)
    assert (done.taken, done.later) == (1, 1)
    assert PHONE not in caplog.text
    monkeypatch.setattr(Ingest, "attempt", attempt)
    assert run(feed, now=timezone.now() + timedelta(hours=2)).taken == 1


@pytest.mark.parametrize("where", ["home", "above", "inside", "rival"])
def test_a_folder_of_the_platform_or_of_another_controller_is_no_feed(
    feed: Feed, drop: Path, rival: Controller, where: str
) -> None:
    home = Path(settings.CALLWARD_HOME)
    places = {"home": home, "above": home.parent, "inside": home / "roots", "rival": drop / "below"}
    Feed.objects.filter(pk=feed.pk).update(controller=rival)
    feed.place = str(places[where])
    with pytest.raises(FeedError, match="place_taken"):
        KIND.check(feed)


def test_a_feed_that_was_led_into_the_platform_is_not_opened(feed: Feed, drop: Path) -> None:
    drop.rmdir()
    drop.symlink_to(settings.CALLWARD_HOME)
    look(feed)
    assert feed.fault == "place_taken"


def test_a_note_that_comes_after_its_call_or_is_changed_is_kept_and_its_source_goes(feed: Feed, drop: Path) -> None:
    put(drop)
    look(feed)
    (drop / "a.note.txt").write_text("Rang twice.")
    done = look(feed, later=True)
    assert (done.taken, done.duplicates, done.renewed) == (0, 0, 1)
    (drop / "a.note.txt").write_text("Rang twice, and wants to be rung back.")
    feed.originals = Feed.Originals.DELETE
    done = look(feed, later=True)
    assert (done.renewed, done.removed) == (1, 1)
    assert not list(drop.iterdir())
    call = Call.objects.prefetch_related("items").get()
    assert opening.read_item(call, ItemKind.NOTE_REDACTED) == b"Rang twice, and wants to be rung back."
    received = Entry.objects.filter(action="call.note_received", actor_id=str(feed.pk))
    assert received.count() == 2
    feed.refresh_from_db()
    assert (feed.calls, feed.duplicates) == (1, 0)


def test_a_note_for_a_call_that_had_its_time_is_no_news(feed: Feed, drop: Path) -> None:
    put(drop)
    look(feed)
    Call.objects.update(state=Call.State.ENDED)
    (drop / "a.note.txt").write_text("Rang twice.")
    assert look(feed, later=True).duplicates == 1
    assert not Item.objects.filter(kind="note.redacted").exists()


def test_refused_rows_of_a_file_are_shown_with_their_numbers_and_none_of_their_content(feed: Feed, drop: Path) -> None:
    broken = b'"","moira.kerr","","","","","","","","","yesterday",,"2026-07-01 10:00:00"\n'
    rows = CDR.read_bytes().splitlines(keepends=True)
    (drop / "Master.csv").write_bytes(b"".join([*rows, *[broken] * 25]))
    done = look(feed, later=True)
    assert (done.taken, done.refused) == (4, 25)
    [shown] = refused_files(feed, names=True)
    first = len(rows) + 1
    assert (shown.name, shown.code) == ("Master.csv", "record_row")
    assert shown.rows.startswith(f"25 rows: {first}, {first + 1}, ")
    assert shown.rows.endswith(f"{first + 19} ….")
    entry = Entry.objects.get(action="call.refused")
    assert json.loads(bytes(entry.body))["facts"] == {"reason": "record_row", "rows": 25}
    assert b"moira" not in bytes(entry.body)
    assert look(feed, later=True).refused == 0, "the same rows are refused once"
    with (drop / "Master.csv").open("ab") as grown:
        grown.write(rows[1].replace(b"1782895211.44", b"1782895999.99"))
    done = look(feed, later=True)
    assert (done.taken, done.refused) == (1, 0)
    assert (drop / "Master.csv").exists()
    assert refused_files(feed, names=False)[0].name == ""


def test_refused_rows_are_told_file_by_file_and_wait_for_no_other_file() -> None:
    def rows() -> Iterator[Found]:
        for name in ("a.csv", "b.csv"):
            for row in (2, 3, 5):
                read.append(name)
                yield Found(Source(Path(name), refusal=refused_row(row, "a row is refused")), (), 0.0)

    read: list[str] = []
    told = with_rows_together(rows())
    first = next(told)
    assert (first.source.path, first.rows) == (Path("a.csv"), (2, 3, 5))
    assert read.count("b.csv") <= 1
    assert [(one.source.path, one.rows) for one in told] == [(Path("b.csv"), (2, 3, 5))]


def test_a_store_that_does_not_answer_says_nothing_of_a_sealed_copy(
    feed: Feed, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(drop)
    look(feed)
    feed.originals = Feed.Originals.DELETE

    def unanswered(self: FolderStore, name: str) -> None:
        raise ObjectError("object_store_unreachable", "the store did not answer")

    with monkeypatch.context() as away:
        away.setattr(FolderStore, "open_object", unanswered)
        assert look(feed).removed == 0
    assert feed.fault == "object_store_unreachable"
    assert len(list(drop.iterdir())) == 3
    assert look(feed).removed == 1
    assert feed.fault == ""
