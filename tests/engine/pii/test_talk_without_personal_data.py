"""Prices, times, products, weather and technical support: talk in which nobody is named stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from callward.engine.pii import About, Conversation, Turn, detect

_TALK = Path(__file__).parent / "talk"
_MOST_COVERED = 0.015
_LEAST_TURNS = 60


def read(code: str) -> tuple[Turn, ...]:
    """Read the turns of one language: a line each, agent and caller by turns."""
    lines = (_TALK / f"{code}.txt").read_text("utf-8").splitlines()
    return tuple(Turn((About.AGENT, About.CALLER)[number % 2], line) for number, line in enumerate(lines))


def covered(turns: tuple[Turn, ...], code: str) -> tuple[float, list[str]]:
    """Return the share of the characters that detection covers, and what it covers."""
    spans = [(one.type, span) for one in detect(Conversation(turns, code)) for span in one.spans]
    size = sum(span.end - span.start for _, span in spans)
    said = [f"{kind}: {turns[span.turn].text[span.start : span.end]}" for kind, span in spans]
    return size / sum(len(turn.text) for turn in turns), said


@pytest.mark.parametrize("code", ["sv", "et", "ro", "nl", "en"])
def test_talk_without_personal_data_is_left_alone(code: str) -> None:
    turns = read(code)
    assert len(turns) >= _LEAST_TURNS
    share, said = covered(turns, code)
    assert share <= _MOST_COVERED, said


@pytest.mark.parametrize("code", ["sv", "et", "ro", "nl", "en"])
def test_talk_in_lower_case_without_marks_is_left_alone(code: str) -> None:
    plain = tuple(Turn(turn.speaker, "".join(c for c in turn.text.lower() if c not in ".,?!")) for turn in read(code))
    share, said = covered(plain, code)
    assert share <= _MOST_COVERED, said


@pytest.mark.parametrize("people", ["Swedish", "Estonian", "German"])
def test_what_belongs_to_a_people_is_nobodys_name(people: str) -> None:
    turns = (
        Turn(About.AGENT, "hello"),
        Turn(About.CALLER, f"I asked for the {people} version of our {people} contract"),
    )
    assert covered(turns, "en")[1] == []


@pytest.mark.parametrize(
    ("said", "name"), [("this is Mr German", "German"), ("my name is Paul English", "Paul English")]
)
def test_a_name_that_is_the_word_for_a_people_is_a_name(said: str, name: str) -> None:
    assert covered((Turn(About.CALLER, said),), "en")[1] == [f"PERSON: {name}"]
