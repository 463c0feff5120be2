"""Healing: card data that an older version kept goes from every copy, and what may stay is left alone."""

from __future__ import annotations

import pytest
from calls_at_work import CARD, HARMLESS, take
from old_calls import keep_as_it_came, loudest, text_of

from callward.shelf import ItemKind
from callward.web.audit.models import Entry
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.core.objects import object_store
from callward.web.keys.models import DataKey
from callward.web.sweeps import reporting, running
from callward.web.sweeps.models import Change, Sweep
from callward.web.sweeps.unit import sweep_batch

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


def swept(line: Line, kind: str = "heal", *, dry_run: bool = False) -> Sweep:
    sweep = running.begin(line.controller, running.Wanted(kind, dry_run=dry_run))
    running.cut(sweep)
    for number in running.open_batches(sweep):
        sweep_batch(str(sweep.id), number)
    assert running.end_if_done(sweep)
    return Sweep.objects.get(id=sweep.id)


def test_a_card_goes_from_words_and_sound_of_every_copy(care_line: Line) -> None:
    call = keep_as_it_came(care_line, CARD)
    old = {item.kind: (item.id, item.object_name) for item in call.items.all()}
    assert "4111 1111" in text_of(call, ItemKind.TRANSCRIPT_ORIGINAL)
    sweep = swept(care_line)
    for words, sound in (
        (ItemKind.TRANSCRIPT_ORIGINAL, ItemKind.RECORDING_ORIGINAL),
        (ItemKind.TRANSCRIPT_REDACTED, ItemKind.RECORDING_REDACTED),
    ):
        assert "[PAYMENT_CARD ****1111]" in text_of(call, words)
        assert "4111 1111" not in text_of(call, words)
        assert loudest(call, sound, 2.3, 3.0) == 0
        assert loudest(call, sound, 4.3, 5.2) > 500
    for identity, name in old.values():
        assert not DataKey.objects.filter(id=identity).exists()
        assert not object_store().exists(name)
    told = reporting.figures(sweep)
    assert (told.found, told.healed, told.remaining) == (4, 4, 0)
    fresh = Call.objects.get(id=call.id)
    assert (fresh.state, fresh.findings) == (Call.State.RELEASED, call.findings + 1)
    assert fresh.categories.get(category="payment").findings == 1
    assert Entry.objects.filter(action="call.healed", resource_id=str(call.id)).count() == 1


def test_calls_that_were_taken_in_today_are_left_alone(care_line: Line) -> None:
    for said, seconds in ((CARD, 6.0), (HARMLESS, 7.0)):
        take(care_line, said, seconds=seconds)
    before = set(Call.objects.values_list("items__id", flat=True))
    told = reporting.figures(swept(care_line))
    assert (told.found, told.not_opened, told.calls_done) == (0, 0, 2)
    assert set(Call.objects.values_list("items__id", flat=True)) == before
    assert not Change.objects.exists()
