"""The second pass takes nothing else for what the first one redacted: no next best word, no label."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, blank_labels, detect, redact, residual

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


ASKED = {
    "en": "a:What's your password?", "sv": "a:Vad är lösenordet?", "et": "a:Mis on teie parool?",
    "ro": "a:Care este parola?", "nl": "a:Wat is uw wachtwoord?",
}  # fmt: skip
BOTH = {
    "en": "a:Your user name and your password, please?", "sv": "a:Vad är användarnamnet och lösenordet?",
    "et": "a:Mis on teie kasutajanimi ja parool?", "ro": "a:Care este numele de utilizator și parola?",
    "nl": "a:Wat is uw gebruikersnaam en wachtwoord?",
}  # fmt: skip
CORRECTED = [
    ("en", "{} no sorry it's {}", "hunter2", "bluebird"),
    ("en", "{} no wait it's {}", "bluebird", "kingfisher"),
    ("en", "it's {}. No, sorry. It's {}.", "bluebird", "kingfisher"),
    ("en", "{}, no, sorry, {}", "bluebird", "kingfisher"),
    ("en", "yeah okay so that's {} no hang on I mean it's {} with a capital", "hunter2", "bluebird"),
    ("en", "{}, {}", "hunter2", "bluebird"),
    ("sv", "{} nej förlåt det är {}", "sommar2023", "rödvin"),
    ("sv", "{}, nej, jag menar {}", "blåklocka", "rödvin"),
    ("et", "{} ei vabandust see on {}", "kevad2023", "sinilill"),
    ("ro", "{} nu scuze este {}", "covrig47", "viorea"),
    ("nl", "{} nee sorry het is {}", "zomer2023", "lentezon"),
]
TWO = [("en", "jsmith77", "kingfisher"), ("sv", "asvensson7", "rödvin"), ("et", "mtamm77", "sinilill"),
       ("ro", "ipopescu7", "viorea"), ("nl", "jdevries7", "lentezon")]  # fmt: skip


@pytest.mark.parametrize(("code", "said", "first", "second"), CORRECTED)
def test_a_corrected_secret_goes_with_the_one_before_it(code: str, said: str, first: str, second: str) -> None:
    text = redacted(conversation(code, ASKED[code], "c:" + said.format(first, second))).turns[1].text
    assert text == said.format("[PASSWORD]", "[PASSWORD]")


@pytest.mark.parametrize(("code", "said", "first", "second"), CORRECTED)
def test_a_corrected_secret_that_was_left_is_found(code: str, said: str, first: str, second: str) -> None:
    for text, left in ((said.format("[PASSWORD]", second), second), (said.format(first, "[PASSWORD]"), first)):
        found = residual(conversation(code, ASKED[code], f"c:{text}"))
        assert [(text[one.spans[0].start : one.spans[0].end], one.type) for one in found] == [(left, Type.PASSWORD)]


@pytest.mark.parametrize(("code", "first", "second"), TWO)
@pytest.mark.parametrize("between", [", ", ". "])
def test_where_two_secrets_were_asked_for_both_go(code: str, first: str, second: str, between: str) -> None:
    call = conversation(code, BOTH[code], f"c:{first}{between}{second}")
    assert redacted(call).turns[1].text == f"[PASSWORD]{between}[PASSWORD]"
    for text in (f"[PASSWORD]{between}{second}", f"{first}{between}[PASSWORD]", f"[USERNAME]{between}{second}"):
        assert len(residual(conversation(code, BOTH[code], f"c:{text}"))) == 1
    left = residual(conversation(code, BOTH[code], f"c:[USERNAME]{between}[PASSWORD]. Snowdrop."))
    assert Type.PASSWORD not in {one.type for one in left}


def test_a_telephone_number_beside_a_secret_does_not_stand_for_it() -> None:
    asked = "a:phone number and password please?"
    assert residual(conversation("en", asked, "c:[PHONE], kingfisher")) != ()
    assert "kingfisher" not in redacted(conversation("en", asked, "c:07700 900123, kingfisher")).turns[1].text


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("the password is {} no sorry it's {}", "the password is [PASSWORD] no sorry it's kingfisher"),
        ("my password is {}, no, I mean {}", "my password is [PASSWORD], no, I mean kingfisher"),
    ],
)
def test_an_announced_secret_is_corrected_too(said: str, left: str) -> None:
    text = redacted(conversation("en", "c:" + said.format("bluebird", "kingfisher"))).turns[0].text
    assert text == said.format("[PASSWORD]", "[PASSWORD]")
    assert [one.type for one in residual(conversation("en", f"c:{left}"))] == [Type.PASSWORD]


@pytest.mark.parametrize("turns", [("c:[PASSWORD]", "a:mhm", "c:no sorry it's kingfisher"),
                                   ("c:[PASSWORD]?", "a:no", "c:kingfisher")])  # fmt: skip
def test_a_label_answers_for_its_own_turn_alone(turns: tuple[str, ...]) -> None:
    assert [one.spans[0].turn for one in residual(conversation("en", ASKED["en"], *turns))] == [3]


@pytest.mark.parametrize("said", ["¦¦¦¦¦ bluebird", "bluebird ¦¦¦¦¦", "¦¦¦¦¦¦¦¦¦¦, bluebird", "¦bluebird¦"])
def test_the_mark_of_what_is_struck_out_stands_for_nothing_in_what_somebody_wrote(said: str) -> None:
    call = conversation("en", "a:And your password?", f"c:{said}")
    assert [one.type for one in detect(call)] == [Type.PASSWORD]
    assert [one.type for one in residual(call)] == [Type.PASSWORD]
    assert "bluebird" not in redacted(call).turns[1].text
    assert blank_labels("¦¦¦¦¦ bluebird [PASSWORD]") == "||||| bluebird " + "¦" * 10
