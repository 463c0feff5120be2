"""The end of a number that is asked for as such, accounts over several turns, and what stands beside a number."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Conversation, Turn, Type, detect

Said = list[tuple[Type, str]]


def found(code: str, *turns: str, names: bool = False) -> Said:
    """Find what is personal in turns that agent and caller say by turns, the agent first."""
    speakers = (About.AGENT, About.CALLER)
    said = Conversation(tuple(Turn(speakers[place % 2], turn) for place, turn in enumerate(turns)), code)
    return [
        (one.type, said.turns[span.turn].text[span.start : span.end])
        for one in detect(said, names=names)
        for span in one.spans
    ]


@pytest.mark.parametrize(
    ("code", "turns", "parts"),
    [
        (
            "sv",
            ("vad är ditt iban", "se fyrtiofem femtio noll noll", "ja", "noll noll noll noll noll fem åtta tre", "mm",
             "nio åtta två fem sju fyra sex sex"),
            3,
        ),
        (
            "et",
            ("mis on teie iban", "ee kolm kaheksa kaks kaks null null", "jah", "kaks kaks üks null kaks null", "jah",
             "üks neli viis kuus kaheksa viis"),
            3,
        ),
        ("nl", ("wat is uw iban", "nl eenennegentig abna", "ja", "nul vier een zeven", "ja", "een zes vier drie"), 3),
        ("en", ("what's your iban", "gb twenty nine", "yes", "n w b k six zero", "yes", "one six one three three"), 3),
    ],
)  # fmt: skip
def test_an_account_said_over_several_turns_is_covered_from_its_country_on(
    code: str, turns: tuple[str, ...], parts: int
) -> None:
    assert found(code, *turns) == [(Type.IBAN, turn) for turn in turns[1::2]]
    assert len(turns[1::2]) == parts


def test_a_country_that_is_a_hesitation_too_belongs_to_the_account_behind_it() -> None:
    said = "ee see on ee kolm kaheksa kaks kaks null null kaks kaks üks null kaks null üks neli viis kuus kaheksa viis"
    assert found("et", "mis on teie konto number", said) == [(Type.IBAN, said.removeprefix("ee see on "))]


@pytest.mark.parametrize(
    ("code", "question", "answer", "kind"),
    [
        ("et", "öelge isikukoodi viimased kolm numbrit", "652", Type.NATIONAL_ID),
        ("en", "last three digits of your phone number please", "four five one", Type.PHONE),
        ("nl", "en de laatste drie cijfers van uw telefoonnummer", "4 5 5", Type.PHONE),
        ("sv", "vilka är de tre sista i ditt telefonnummer?", "sex sex två", Type.PHONE),
        ("ro", "ultimele patru cifre din CNP vă rog", "unu doi trei patru", Type.NATIONAL_ID),
        ("en", "and the last three digits on the back of the card?", "four five one", Type.CARD_CVV),
    ],
)
def test_the_end_of_a_number_is_of_what_was_asked_for(code: str, question: str, answer: str, kind: Type) -> None:
    assert found(code, question, answer) == [(kind, answer)]


def test_a_code_keeps_the_letters_before_its_dash() -> None:
    assert found("en", "what's your policy number", "hxp dash 4471") == [(Type.ACCOUNT_NUMBER, "hxp dash 4471")]


@pytest.mark.parametrize("said", ["poliis lõppes 31.12.2025", "saatekiri on tehtud 12.10", "poliis algas 2025-01-31"])
def test_a_day_beside_the_word_for_a_number_is_none(said: str) -> None:
    assert found("et", "tere", said) == []


def test_a_password_is_found_behind_turns_that_only_play_for_time() -> None:
    turns = ("what's the password on the account", "hang on", "take your time", "marigold")
    assert found("en", *turns) == [(Type.PASSWORD, "marigold")]


@pytest.mark.parametrize(
    ("question", "answer", "found_in_it"),
    [
        ("what's your date of birth", "callum fitzsimmons", [(Type.PERSON, "callum fitzsimmons")]),
        ("name please", "that's right", []),
        ("what is your name?", "that's wrong", []),
    ],
)
def test_an_answer_is_what_it_is_whatever_was_asked(question: str, answer: str, found_in_it: Said) -> None:
    assert found("en", question, answer, names=True) == found_in_it


def test_the_other_speaker_repeats_a_part_however_short() -> None:
    turns = ("vad är ditt personnummer", "sextiofyra noll", "sextiofyra noll", "fyra tolv tretton nittioett")
    assert sorted(said for _, said in found("sv", *turns)) == sorted(turns[1:])


def test_a_code_is_covered_from_the_first_letter_that_is_spelled_with_it() -> None:
    said = "mike zulu thirty seven uniform charlie yankee"
    assert [text for _, text in found("en", "what's the registration", f"it's {said}")] == [said]


def test_the_word_that_announces_a_number_is_no_part_of_it() -> None:
    assert found("nl", "dag", "mijn BSN 272872234") == [(Type.NATIONAL_ID, "272872234")]


@pytest.mark.parametrize(
    ("code", "question", "no", "yes"),
    [
        ("en", "do you have diabetes?", "no", "yes since childhood"),
        ("sv", "är du med i facket?", "nej", "ja det är jag"),
        ("et", "kas teil on diabeet?", "ei", "jah on küll"),
        ("ro", "aveți diabet?", "nu", "da"),
        ("nl", "heeft u diabetes?", "nee", "ja helaas"),
    ],
)
def test_what_an_agent_asks_for_is_nobodys_unless_the_answer_is_yes(
    code: str, question: str, no: str, yes: str
) -> None:
    kinds = {Type.HEALTH_CONDITION, Type.SPECIAL_CATEGORY}
    assert not kinds.intersection(kind for kind, _ in found(code, "mhm", "mhm", question, no))
    assert kinds.intersection(kind for kind, _ in found(code, "mhm", "mhm", question, yes))


def test_a_card_that_can_be_read_as_one_digit_too_long_is_covered_to_its_end() -> None:
    said = (
        "viis sada nelikümmend neli seitsesada kolmkümmend neli seitsesada kaheksakümmend kaks "
        "üheksasada kolmkümmend üks kaheksa null kaks"
    )
    assert found("et", "mis on kaardi number", f"see on {said}") == [(Type.PAYMENT_CARD, said)]


def test_two_digits_of_a_card_and_their_repetition_are_covered() -> None:
    turns = (
        "vad är kortnumret",
        "fyra noll",
        "fyra noll",
        "nio två ett ett nio åtta åtta noll sex ett tre åtta åtta nio",
    )
    assert sorted(said for _, said in found("sv", *turns)) == sorted(turns[1:])
