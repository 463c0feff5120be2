"""Codes that were sent are secrets of five to eight digits; a card's code has three or four and is cut out of none."""

from __future__ import annotations

import pytest
from pii_calls import call

from callward.engine.pii import About, Conversation, Turn, Type, detect, payment_suspicions


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "what is the verification code?", "it is 482 913"),
        ("en", "what is the verification code?", "four eight two nine one three"),
        ("et", "mis on kontrollkood?", "482 913"),
        ("ro", "care este codul de verificare?", "482 913"),
        ("sv", "vad är verifieringskoden i sms:et?", "482 913"),
    ],
)
def test_a_code_of_six_digits_is_covered_whole(language: str, question: str, answer: str) -> None:
    found = detect(Conversation((Turn(About.AGENT, question), Turn(About.CALLER, answer)), language))
    assert [one.value for one in found if one.type is Type.PASSWORD] == ["482913"]
    assert not any(one.type is Type.CARD_CVV for one in found)


def test_beside_a_card_the_code_is_the_cards() -> None:
    found = detect(call("caller: card 4111 1111 1111 1111 security code 123", "en"))
    assert [one.type for one in found] == [Type.PAYMENT_CARD, Type.CARD_CVV]


@pytest.mark.parametrize(
    "said",
    [
        "номер карты четыре один один один и так далее пожалуйста подождите минуту",
        "четыре один один один один один один один пожалуйста подождите минуту я ищу",
    ],
)
def test_an_answer_in_a_language_without_tables_is_suspected_to_hold_the_card(said: str) -> None:
    talk = Conversation(
        (Turn(About.AGENT, "mis on teie kaardi number?"), Turn(About.CALLER, said), Turn(About.AGENT, "aitäh")), "et"
    )
    assert 1 in payment_suspicions(talk, detect(talk))
