"""A line's settings as the main job reads them."""

from __future__ import annotations

import pytest

from callward.engine import audio, pii
from callward.web.calls.lines import rules_of
from callward.web.core.models import Line

pytestmark = pytest.mark.django_db


def test_a_line_that_says_nothing_masks_everything(care_line: Line) -> None:
    rules = rules_of(care_line)
    assert set(rules.operators) == set(pii.Type)
    assert (rules.language, rules.countries, rules.keep_original) == ("en", ("GB",), True)
    assert (rules.fill, rules.pad_ms, rules.pseudonym_key) == (audio.Fill.SILENCE, 150, None)


def test_each_operator_is_the_one_that_the_line_names(care_line: Line) -> None:
    care_line.mask_policy = {"EMAIL": "keep", "PHONE": "hash", "IBAN": "mask", "CITY": "replace", "AGE": "generalise"}
    care_line.mask_policy["PERSON"] = "pseudonym"
    rules = rules_of(care_line)
    assert pii.Type.EMAIL not in rules.operators
    assert rules.operators[pii.Type.PHONE] == pii.Hash()
    assert rules.operators[pii.Type.IBAN] == pii.Mask(last=0)
    assert rules.operators[pii.Type.CITY] == pii.Replace()
    assert rules.operators[pii.Type.AGE] == pii.Generalise()
    assert rules.operators[pii.Type.PERSON] == pii.Pseudonym("en")


def test_only_a_card_shows_its_last_digits(care_line: Line) -> None:
    care_line.mask_policy = {str(kind): "mask" for kind in pii.Type}
    shown = {kind for kind, chosen in rules_of(care_line).operators.items() if chosen != pii.Mask(last=0)}
    assert shown == {pii.Type.PAYMENT_CARD}


def test_hashes_have_a_key_of_their_own_that_stays_the_same(care_line: Line) -> None:
    care_line.mask_policy = {"PHONE": "hash"}
    key = rules_of(care_line).pseudonym_key
    assert key is not None
    assert len(key) == 32
    assert rules_of(care_line).pseudonym_key == key


def test_what_a_line_keeps_and_how_it_sounds_is_handed_on(care_line: Line) -> None:
    care_line.keep_original, care_line.audio_fill, care_line.pad_ms = False, "tone", 300
    rules = rules_of(care_line)
    assert (rules.keep_original, rules.fill, rules.pad_ms) == (False, audio.Fill.TONE, 300)
