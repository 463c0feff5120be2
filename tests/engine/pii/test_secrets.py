"""Passwords and codes among other answers, taken back, without "is", and words that only reply."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, detect

SPEAKERS = {"a": About.AGENT, "c": About.CALLER}


def secrets(code: str, *turns: str) -> list[str]:
    call = Conversation(tuple(Turn(SPEAKERS[turn[0]], turn[2:]) for turn in turns), code)
    found = [one for one in detect(call, names=False) if one.type is Type.PASSWORD]
    return [call.turns[span.turn].text[span.start : span.end] for one in found for span in one.spans]


@pytest.mark.parametrize(
    ("code", "question", "answer", "secret"),
    [
        ("en", "what's your password and phone number", "marmalade, 07700 900281", "marmalade"),
        ("en", "can I take your password and phone number?", "it's marmalade and 07700 900281", "marmalade"),
        ("en", "password and phone number", "er marmalade oh seven seven double oh nine hundred two eight one",
         "marmalade"),
        ("en", "your pin and phone number?", "4471 and 07700 900281", "4471"),
        ("en", "your memorable word and date of birth?", "Kingfisher, and the 21st of May 1951", "Kingfisher"),
        ("sv", "lösenord och telefonnummer?", "smultron, 070-174 06 63", "smultron"),
        ("et", "salasõna ja telefon?", "pääsuke ja 5123 4567", "pääsuke"),
        ("ro", "parola și numărul de telefon?", "piersica și 0712 034 567", "piersica"),
        ("nl", "wachtwoord en telefoonnummer?", "stroopwafel, 06 12345678", "stroopwafel"),
    ],
)  # fmt: skip
def test_a_secret_that_was_asked_for_before_something_else_is_found(
    code: str, question: str, answer: str, secret: str
) -> None:
    assert secrets(code, f"a:{question}", f"c:{answer}") == [secret]


@pytest.mark.parametrize(
    "answer",
    [
        "I don't remember the password, my number's 07700 900281",
        "yes of course, 07700 900281",
        "why do you need that",
        "hang on a minute please",
        "07700 900281",
        "my number is 07700 900281",
    ],
)
def test_what_answers_only_the_other_question_is_no_secret(answer: str) -> None:
    assert secrets("en", "a:your password and phone number?", f"c:{answer}") == []


@pytest.mark.parametrize(
    ("code", "turns", "found"),
    [
        ("et", ("a:öelge salasõna", "c:salasõna pääsuke"), ["pääsuke"]),
        ("ro", ("a:parola de telefon a poliței?", "c:piersica"), ["piersica"]),
        ("sv", ("c:nyckeln finns i ett skåp med kod 1974",), ["1974"]),
        ("sv", ("c:porten har kod sexton femton",), ["sexton femton"]),
        ("sv", ("a:vad hette ditt första husdjur", "c:musse"), ["musse"]),
        ("nl", ("c:het alarm is 0417",), ["0417"]),
        ("ro", ("a:vă trimit un cod prin sms", "c:da 729391"), ["729391"]),
        (
            "sv",
            ("a:och säkerhetsordet", "c:blåbär eller nej vänta det bytte vi det är smultron"),
            ["blåbär", "smultron"],
        ),
    ],
)
def test_codes_of_doors_messages_and_questions_for_safety_are_found(
    code: str, turns: tuple[str, ...], found: list[str]
) -> None:
    assert secrets(code, *turns) == found


def test_thanks_for_a_secret_that_was_told_is_none() -> None:
    assert secrets("nl", "a:de pincode is 0000 die kunt u veranderen", "c:fijn bedankt") == ["0000"]
    assert secrets("en", "a:your new password is bluebell", "c:brilliant thanks") == ["bluebell"]


def test_a_number_that_is_read_back_behind_a_secret_is_no_secret() -> None:
    told = "c:the password is marmalade and the phone is 07700 900281"
    assert secrets("en", "a:password and phone number?", told, "a:so that's 07700 900281") == ["marmalade"]
