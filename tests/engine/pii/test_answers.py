"""Answers that nothing but the question explains."""

from __future__ import annotations

import pytest
from pii_calls import call, found, said

from callward.engine.pii import Type, detect


def covered(question: str, answer: str, kind: Type) -> str:
    """Return what of the answer is covered, all findings being of ``kind``."""
    conversation = call(f"agent: {question}\ncaller: {answer}")
    places = [span for one in detect(conversation) if one.type is kind for span in one.spans if span.turn == 1]
    return "|".join(answer[span.start : span.end] for span in sorted(places))


@pytest.mark.parametrize(
    ("question", "answer", "kind"),
    [
        ("What is your full name, please?", "raeburns", Type.PERSON),
        ("can i take your name", "cattery fox", Type.PERSON),
        ("what's your date of birth?", "2700 82001", Type.DATE_OF_BIRTH),
        ("your date of birth?", "25th of the 2nd 1996", Type.DATE_OF_BIRTH),
        ("What is your postcode, please?", "e 5 9 said 0 a", Type.POSTCODE),
    ],
)
def test_a_short_answer_is_covered_whole(question: str, answer: str, kind: Type) -> None:
    assert covered(question, answer, kind).replace("|", " ") == answer


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What is your full name, please?", "why do you need that"),
        ("What is your full name, please?", "hello"),
        ("can I take your name?", "pardon?"),
        ("your date of birth?", "it's on the form from 2019"),
        ("your postcode please", "hang on a moment"),
        ("what shape is it?", "square"),
        ("thanks, your name is on the list of guests for the evening", "brilliant"),
    ],
)
def test_other_talk_is_no_answer(question: str, answer: str) -> None:
    assert found(f"agent: {question}\ncaller: {answer}") == []


def test_the_agent_answers_no_such_question() -> None:
    conversation = call("caller: what's your name?\nagent: square")
    assert [said(conversation, one) for one in detect(conversation) if one.rule == "answer"] == []
