"""Codes and names that are spelled out: letters by name or alphabet, digits in words, over turns, and read back."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Conversation, Finding, Turn, Type, detect

SPEAKERS = {"a": About.AGENT, "c": About.CALLER}


def found(code: str, *turns: str) -> list[tuple[Type, list[str], str]]:
    """Search turns written "a:..." or "c:..."; return type, the words covered and the compact value of each finding."""
    conversation = Conversation(tuple(Turn(SPEAKERS[turn[0]], turn[2:]) for turn in turns), code)

    def words(one: Finding) -> list[str]:
        return [conversation.turns[span.turn].text[span.start : span.end] for span in one.spans]

    return [
        (one.type, words(one), "".join(sign for sign in one.value.lower() if sign.isalnum()))
        for one in detect(conversation)
    ]


@pytest.mark.parametrize(
    ("code", "question", "answer", "kind", "value"),
    [
        ("en", "what is your postcode", "whiskey two zero alpha bravo", Type.POSTCODE, "w20ab"),
        ("en", "what is your postcode", "y o two one four b k", Type.POSTCODE, "yo214bk"),
        ("en", "what is your postcode", "Y for yellow O for orange 21 4 B K", Type.POSTCODE, "yo214bk"),
        ("en", "passport number please", "five five two two oh four four one seven", Type.PASSPORT, "552204417"),
        ("en", "and the registration of the car", "k l eight eight l b a", Type.VEHICLE_PLATE, "kl88lba"),
        ("en", "and your customer number", "k l dash eight eight two one three", Type.ACCOUNT_NUMBER, "kl88213"),
        ("en", "what is your national insurance number", "q q twelve thirty four fifty six c", Type.NATIONAL_ID,
         "qq123456c"),
        ("sv", "vad är registreringsnumret", "pe är be femtiofem ge", Type.VEHICLE_PLATE, "prb55g"),
        ("sv", "vad är registreringsnumret", "A som i Adam B som i Bertil C som i Caesar ett två tre",
         Type.VEHICLE_PLATE, "abc123"),
        ("sv", "vad har du för kundnummer", "fyra åtta noll noll tolv", Type.ACCOUNT_NUMBER, "480012"),
        ("nl", "wat is uw postcode", "vierenveertig nul een b k", Type.POSTCODE, "4401bk"),
        ("nl", "wat is uw klantnummer", "vier acht nul nul twaalf", Type.ACCOUNT_NUMBER, "480012"),
        ("ro", "care este codul de client", "patru opt zero zero doisprezece", Type.ACCOUNT_NUMBER, "480012"),
        ("et", "mis on teie kliendinumber", "neli kaheksa null null kaksteist", Type.ACCOUNT_NUMBER, "480012"),
    ],
)  # fmt: skip
def test_a_code_that_was_asked_for_is_read(code: str, question: str, answer: str, kind: Type, value: str) -> None:
    assert (kind, [answer], value) in found(code, f"a:{question}", f"c:{answer}")


def test_a_code_in_capitals_is_whole_though_it_is_all_of_its_turn() -> None:
    turns = ("a:Wat is het polisnummer?", "c:QV-731.046.2.", "a:Een ogenblik.")
    assert (Type.ACCOUNT_NUMBER, ["QV-731.046.2"], "qv7310462") in found("nl", *turns)


def test_a_code_given_in_parts_over_turns_is_one_finding() -> None:
    turns = ("a:national insurance number", "c:j g seven eight", "a:and then", "c:thirty seventy five d")
    assert (Type.NATIONAL_ID, ["j g seven eight", "thirty seventy five d"], "jg783075d") in found("en", *turns)


def test_a_correction_replaces_what_was_said_before() -> None:
    turns = ("a:and the registration", "c:k l eight nine no eight eight l b a")
    assert [value for kind, _, value in found("en", *turns) if kind is Type.VEHICLE_PLATE] == ["kl88lba"]


def test_an_agent_reads_a_code_back_in_another_form() -> None:
    turns = ("a:and the plate", "c:KL88 LBA", "a:so kilo lima eight eight lima bravo alpha", "a:is KL 88 LBA right")
    plates = [words for kind, words, _ in found("en", *turns) if kind is Type.VEHICLE_PLATE]
    assert plates == [["KL88 LBA"], ["kilo lima eight eight lima bravo alpha"], ["KL 88 LBA"]]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "it's a 4 o'clock thing and i am 5 minutes away"),
        ("en", "i bought a u s b cable and an h d m i one for the tv"),
        ("en", "plan b is to wait for a day or two"),
        ("sv", "i en av de två lådorna är det en a och en b"),
        ("nl", "de b en de c zijn op en u krijgt er een"),
        ("ro", "e a doua oara ca o sun si e o problema"),
        ("et", "e ma ei tea ja a on see nii"),
    ],
)
def test_ordinary_talk_spells_nothing(code: str, text: str) -> None:
    assert [one for one in found(code, f"c:{text}") if one[0] is not Type.PERSON] == []


@pytest.mark.parametrize(
    ("code", "question", "answer", "spelled"),
    [
        ("en", "and his name", "reuben vance v a n c e", "v a n c e"),
        ("en", "can you spell the surname", "S-M-I-T-H", "S-M-I-T-H"),
        ("en", "can you spell your name", "s for sugar i for india k k a", "s for sugar i for india k k a"),
        ("sv", "vad heter du", "ekdahl e k d a h l", "e k d a h l"),
        ("nl", "wat is uw naam", "zijlstra z i j l s t r a", "z i j l s t r a"),
        ("ro", "numele vă rog", "matei gal g a l", "g a l"),
        ("et", "mis teie nimi on", "ruuben allas a l l a s", "a l l a s"),
    ],
)
def test_a_spelled_name_is_a_person(code: str, question: str, answer: str, spelled: str) -> None:
    people = [
        word for kind, words, _ in found(code, f"a:{question}", f"c:{answer}") if kind is Type.PERSON for word in words
    ]
    assert any(spelled in word for word in people)
