"""The second pass takes nothing else for what the first one redacted: no next best word, no label."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, detect, redact, residual

SPEAKERS = {"a": About.AGENT, "c": About.CALLER}


def conversation(code: str, *turns: str) -> Conversation:
    return Conversation(tuple(Turn(SPEAKERS[turn[0]], turn[2:]) for turn in turns), code)


def redacted(call: Conversation) -> Conversation:
    texts = redact(call, detect(call)).texts
    turns = tuple(Turn(turn.speaker, text) for turn, text in zip(call.turns, texts, strict=True))
    return Conversation(turns, call.language)


SECRETS = [
    ("en", ("c:The door code is 4711. Neighbours have a spare key.",)),
    ("en", ("c:the password is bluebird seven honestly",)),
    ("en", ("a:And your password, please?", "c:Purple elephant. Quite silly, actually.")),
    ("en", ("a:What is your user name?", "c:rowan@example.com, probably everything lower case.")),
    ("en", ("a:what is your pin", "c:four five six seven", "a:thank you", "c:brilliant weather lately")),
    ("sv", ("c:Portkoden är 4711. Grannen vattnar blommorna.",)),
    ("sv", ("a:Vad är lösenordet?", "c:Kanelbulle47. Ganska fånigt egentligen.")),
    ("et", ("a:Kas parool on meeles?", "c:See on mul paberil. Sinilill7, suure tähega.")),
    ("ro", ("c:Parola este covrig47. Fratele știe parcarea.",)),
    ("nl", ("a:Wat is het wachtwoord?", "c:Krakeling47. Beetje kinderachtig eigenlijk.")),
]


@pytest.mark.parametrize(("code", "turns"), SECRETS)
def test_where_a_secret_was_redacted_no_other_word_is_taken_for_it(code: str, turns: tuple[str, ...]) -> None:
    call = conversation(code, *turns)
    assert detect(call) != ()
    assert residual(redacted(call)) == ()


@pytest.mark.parametrize(
    ("code", "turns"),
    [
        ("en", ("c:the password is [PASSWORD] seven",)),
        ("en", ("c:the password is [PERSON] elephant",)),
        ("en", ("a:what is your password", "c:[PASSWORD] underscore nine")),
        ("sv", ("c:lösenordet är [PASSWORD] sju åtta",)),
    ],
)
def test_the_rest_of_a_secret_is_still_found(code: str, turns: tuple[str, ...]) -> None:
    assert [one.type for one in residual(conversation(code, *turns))] == [Type.PASSWORD]


@pytest.mark.parametrize("said", ["[PERSON]", "[PERSON] [PERSON].", "[DATE_OF_BIRTH]", "it's [PERSON Anna Berg]"])
def test_a_label_answers_no_question(said: str) -> None:
    assert residual(conversation("en", "a:And your full name and date of birth?", f"c:{said}")) == ()
    assert residual(conversation("en", "a:And your name?", f"c:{said}")) == ()


def test_a_name_beside_a_label_still_answers() -> None:
    assert residual(conversation("en", "a:and your name", "c:[PERSON] quistorf")) != ()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("en", "You sail at 07:30 on 4 June."), ("sv", "Ni är bokade den 14 juli."), ("et", "Rent algab 1. oktoobril."),
        ("ro", "Nunta e pe 20 septembrie."), ("nl", "De monteur komt op 11 maart."),
    ],
)  # fmt: skip
def test_a_day_that_nobody_calls_a_birthday_passes(code: str, said: str) -> None:
    assert residual(conversation(code, f"a:{said}")) == ()


@pytest.mark.parametrize("said", ["it says 4 june 1987 here", "her birthday, that is 4 june"])
def test_a_day_with_its_year_or_a_birthday_does_not(said: str) -> None:
    assert [one.type for one in residual(conversation("en", f"c:{said}"))] == [Type.DATE_OF_BIRTH]
