"""Carrier sentences: slots are filled, and spans stay with their words through all noise."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("pycrfsuite", reason="the training runs in the development environment only")

from training.__main__ import words_of
from training.carriers import Carrier, Filler
from training.gazetteers import Gazetteer, Pool
from training.inflect import inflect
from training.noise import Piece, half_written, joined, recognised

from callward.engine.pii.lexicon import language
from training import calls, carriers, compose

_LANGUAGES = ("en", "et", "nl", "ro", "sv")
_NAMES = Gazetteer(
    given=Pool.of({"Anna": 9.0, "Mari-Liis": 1.0}),
    surname=Pool.of({"Lind": 9.0, "van der Berg": 1.0}),
    city=Pool.of({"Tartu": 9.0}),
    village=Pool.of({"Kose": 9.0}),
    street=Pool.of({"Kase": 9.0}),
    country=("Estonia",),
)


def filled(code: str, text: str, seed: int = 1) -> tuple[str, list[tuple[str, str]]]:
    """Return a filled carrier and its spans as text."""
    said, spans = joined(Filler(language(code), _NAMES, random.Random(seed)).fill(text))
    return said, [(said[start:end], label) for start, end, label in spans]


def test_slots_beside_each_other_are_one_span() -> None:
    said, spans = filled("en", "I am {given} {surname}, at {street} {number}.")
    assert [label for _, label in spans] == ["PERSON", "ADDRESS"]
    assert said.startswith(f"I am {spans[0][0]}, at {spans[1][0]}")


def test_brackets_make_one_span_of_all_that_is_in_them() -> None:
    _, spans = filled("en", "Send it to [ADDRESS {street} {number}, flat 3], {city}.")
    assert [label for _, label in spans] == ["ADDRESS", "CITY"]
    assert spans[0][0].endswith(", flat 3")


def test_the_helping_word_of_a_romanian_genitive_stays_outside() -> None:
    said, spans = joined([Piece("telefonul ", None, -1), *Filler(language("ro"), _NAMES, random.Random(3))._labelled(
        [], "lui Radu", "PERSON", "")])  # fmt: skip
    assert [said[start:end] for start, end, _ in spans] == ["Radu"]


@pytest.mark.parametrize("code", _LANGUAGES)
def test_every_carrier_can_be_filled_and_read_by_a_recogniser(code: str) -> None:
    chance = random.Random(5)
    spoken, words = language(code), words_of(code)
    filler = Filler(spoken, _NAMES, chance)
    for carrier in carriers.read(code):
        pieces = filler.fill(carrier.turn)
        assert not any("{" in piece.text or "[" in piece.text for piece in pieces), carrier.turn
        wanted = {piece.span for piece in pieces if piece.label and any(map(str.isalnum, piece.text))}
        for noisy in (
            recognised(pieces, spoken, dict(words.numbers), chance, tuple(words.fillers)),
            half_written(pieces, chance),
        ):
            text, spans = joined(noisy)
            assert len(spans) == len(wanted), (carrier.turn, text, spans)
            assert all(text[start:end] == text[start:end].strip() for start, end, _ in spans)


@pytest.mark.parametrize("code", _LANGUAGES)
def test_there_are_enough_carriers_and_enough_without_names(code: str) -> None:
    lines = carriers.read(code)
    assert len(lines) >= 400
    assert sum("{" not in line.turn and "[" not in line.turn for line in lines) >= len(lines) / 5


def test_a_call_of_carriers_keeps_question_and_answer_together() -> None:
    writer = calls.CallWriter(language("en"), {"five": "5"}, (), random.Random(2))
    line = Carrier("Your name?", "{name}.", opening=False)
    (call,) = writer.calls([line], Filler(language("en"), _NAMES, random.Random(2)), "written")
    assert call.conversation.turns[0].text == "Your name?"
    start, end, label = call.spans[1][0]
    assert label == "PERSON"
    assert call.conversation.turns[1].text[start:end] + "." == call.conversation.turns[1].text


@pytest.mark.parametrize(
    ("code", "word", "case", "kind", "wanted"),
    [
        ("et", "Toomas", "all", "given", {"Toomasele", "Toomas'le"}),
        ("et", "Tartu", "ine", "city", {"Tartus"}),
        ("et", "Rebane", "gen", "surname", {"Rebase"}),
        ("et", "Kase OÜ", "ine", "org", {"Kase OÜ-s"}),
        ("ro", "Maria", "gen", "given", {"Mariei"}),
        ("ro", "Radu", "gen", "given", {"lui Radu"}),
        ("ro", "Cluj", "gen", "city", {"Clujului"}),
        ("sv", "Lars", "gen", "given", {"Lars"}),
        ("nl", "Anna", "gen", "given", {"Anna's"}),
        ("en", "Ruth", "gen", "given", {"Ruth's"}),
    ],
)
def test_names_are_inflected(code: str, word: str, case: str, kind: str, wanted: set[str]) -> None:
    assert {inflect(code, word, case, kind, random.Random(seed)) for seed in range(60)} <= wanted


@pytest.mark.parametrize("code", _LANGUAGES)
def test_streets_and_firms_are_composed(code: str) -> None:
    chance = random.Random(4)
    for maker in (compose.street, compose.organisation, compose.brand):
        made = [maker(code, _NAMES, chance) for _ in range(100)]
        assert not any("{" in name for name in made)
        assert len(set(made)) > 20


def test_held_out_names_are_never_trained_with() -> None:
    pool = Pool.of({f"Name{chr(97 + at)}{chr(97 + other)}": 1.0 for at in range(20) for other in range(20)})
    kept, held_out = pool.split()
    assert not set(kept.names) & set(held_out.names)
    assert 40 < len(held_out.names) < 120
