"""What ends a job ends it anywhere: what was committed stays whole even where that comes right after the commit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from calls_at_work import CARD, HARMLESS, vtt
from django.db import models, transaction
from django.db.models.signals import post_save
from django_tasks_db.models import DBTaskResult
from voiced_calls import AGENT, CALLER, say, told

from callward.engine import tlog
from callward.web import audit
from callward.web.audit.models import Entry
from callward.web.background.ceilings import OVERDUE, EndedError
from callward.web.calls import items, opening
from callward.web.calls.adding import Sender, keep_batch, kept_rows
from callward.web.calls.inputs import Arrival
from callward.web.calls.models import Call, Item, Upload
from callward.web.calls.taking_in import take_in
from callward.web.calls.tasks import take_in_batch
from callward.web.calls.uploads import Sealing
from callward.web.core.models import Line
from callward.web.core.objects import FolderStore
from callward.web.keys.models import DataKey
from callward.web.people.finding import Caller

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
WORDS = told(say(AGENT, 1, "Which address may I write to?"), say(CALLER, 4, "It is dana@example.com as always"))


def _arrival(line: Line) -> Arrival:
    return Arrival(
        line=line,
        started_at=NOW - timedelta(hours=1),
        zone_assumed=False,
        direction=Call.Direction.INBOUND,
        language=None,
        voicemail=False,
        caller=Caller({"phone": "+447700900123"}, "Dana Example"),
        labels={},
        recording=None,
        transcript=lambda rate: WORDS,
        chunks=lambda: iter([b"words"]),
        recording_alone=lambda: iter([]),
    )


def _end() -> None:
    raise EndedError(OVERDUE)


def _at_once(act: Callable[[], None]) -> None:
    act()


@contextmanager
def _ended(model: type[models.Model], when: Callable[[Callable[[], None]], object]) -> Iterator[None]:
    """End what saves a row of a model: in the middle of its transaction, or right after the commit."""

    def saved(sender: object, **words: Any) -> None:
        when(_end)

    post_save.connect(saved, sender=model)
    try:
        with pytest.raises(EndedError):
            yield
    finally:
        post_save.disconnect(saved, sender=model)


def test_a_call_whose_job_is_ended_right_after_its_commit_is_whole_and_opens(
    care_line: Line, store: FolderStore
) -> None:
    with _ended(Call, transaction.on_commit):
        take_in(_arrival(care_line), audit.SYSTEM, now=NOW)
    call = Call.objects.get()
    assert set(store.list()) == set(Item.objects.values_list("object_name", flat=True))
    assert {item.id for item in call.items.all()} == set(
        DataKey.objects.filter(kind="item").values_list("id", flat=True)
    )
    shown = opening.transcript_of(call)
    assert shown is not None
    assert len(shown.turns) == len(WORDS.turns)
    assert Entry.objects.filter(action="call.taken_in").count() == 1


def test_a_call_whose_job_is_ended_before_its_commit_leaves_nothing(care_line: Line, store: FolderStore) -> None:
    with _ended(Call, _at_once):
        take_in(_arrival(care_line), audit.SYSTEM, now=NOW)
    assert not Call.objects.exists()
    assert not list(store.list())
    assert not DataKey.objects.filter(kind="item").exists()


@pytest.mark.parametrize(("when", "kept"), [(transaction.on_commit, 1), (_at_once, 0)])
def test_a_file_is_kept_exactly_when_its_row_is(
    care_line: Line, store: FolderStore, when: Callable[[Callable[[], None]], object], kept: int
) -> None:
    sealing = Sealing(care_line.controller_id, "a.vtt")
    sealing.write(b"WEBVTT")
    sender = Sender(care_line.controller, tlog.Reference("feed", str(care_line.pk)), care_line)
    with (
        _ended(Upload, when),
        kept_rows([sealing.finish()], sender, care_line.pk, Upload.Status.LANDED) as [row],
        transaction.atomic(),
    ):
        row.save(force_insert=True)
    assert len(list(store.list())) == Upload.objects.count() == kept


def _sent(line: Line) -> str:
    sender = Sender(line.controller, tlog.Reference("feed", str(line.pk)), line, NOW)
    files = []
    for name, said in (("a.vtt", HARMLESS), ("b.vtt", CARD)):
        sealing = Sealing(line.controller_id, name)
        sealing.write(vtt(said))
        files.append(sealing.finish())
    return str(keep_batch(files, sender))


def test_a_start_that_is_ended_having_taken_something_in_is_no_failed_try(care_line: Line) -> None:
    batch = _sent(care_line)
    with _ended(Call, transaction.on_commit):
        take_in_batch.func(batch)  # of the first call nothing is noted yet
    assert DBTaskResult.objects.count() == 1

    def second(sender: object, **words: Any) -> None:
        if Call.objects.count() == 2:
            _end()

    post_save.connect(second, sender=Call)
    try:
        take_in_batch.func(batch)
    finally:
        post_save.disconnect(second, sender=Call)
    assert (Call.objects.count(), DBTaskResult.objects.count()) == (1, 2)
    take_in_batch.func(batch)
    assert Call.objects.count() == 2
    assert not Upload.objects.filter(status=Upload.Status.WAITING).exists()


def test_what_cannot_be_asked_about_is_left(care_line: Line) -> None:
    assert items.unnamed(["aa/nobodys"]) == {"aa/nobodys"}
    with transaction.atomic():
        transaction.set_rollback(True)  # no query is answered any more
        assert items.unnamed(["aa/nobodys"]) == set()
