"""What has no shape of its own: passwords, ages, streets, postcodes, names said again, and whose they are."""

from __future__ import annotations

import pytest

from callward.engine.pii import About, Category, Conversation, Turn, Type, call_classes, detect

SPEAKERS = {"a": About.AGENT, "c": About.CALLER}


def conversation(code: str, *turns: str) -> Conversation:
    return Conversation(tuple(Turn(SPEAKERS[turn[0]], turn[2:]) for turn in turns), code)


def found(kind: Type, code: str, *turns: str) -> list[str]:
    call = conversation(code, *turns)
    return [
        call.turns[span.turn].text[span.start : span.end]
        for one in detect(call)
        if one.type is kind
        for span in one.spans
    ]


@pytest.mark.parametrize(
    ("code", "turns", "kind", "covered"),
    [
        ("en", ("c:the password is bluebird seven",), Type.PASSWORD, ["bluebird seven"]),
        ("en", ("c:password: Pretzel47!",), Type.PASSWORD, ["Pretzel47"]),
        ("en", ("a:and your password", "c:it's purple elephant"), Type.PASSWORD, ["purple elephant"]),
        ("en", ("a:what is your pin", "c:um four five six seven"), Type.PASSWORD, ["four five six seven"]),
        ("en", ("a:what was his username", "c:dragon underscore reuben password pretzel four seven"), Type.USERNAME,
         ["dragon underscore reuben"]),
        ("sv", ("c:lösenordet är kanelbulle fyra sju",), Type.PASSWORD, ["kanelbulle fyra sju"]),
        ("sv", ("c:portkoden är 4711",), Type.PASSWORD, ["4711"]),
        ("et", ("a:mis on parool", "c:kringel neli seitse"), Type.PASSWORD, ["kringel neli seitse"]),
        ("nl", ("c:het wachtwoord is krakeling vier zeven",), Type.PASSWORD, ["krakeling vier zeven"]),
        ("ro", ("c:parola este covrig patru șapte",), Type.PASSWORD, ["covrig patru șapte"]),
    ],
)  # fmt: skip
def test_a_secret_is_what_stands_behind_its_name_or_answers_for_it(
    code: str, turns: tuple[str, ...], kind: Type, covered: list[str]
) -> None:
    assert found(kind, code, *turns) == covered


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "i forgot my password"), ("en", "my password is not working"), ("en", "the password has expired"),
        ("sv", "jag har glömt lösenordet och det funkar inte"), ("sv", "lösenordet är fel"),
        ("nl", "mijn wachtwoord werkt niet"), ("ro", "parola este greșită"), ("et", "parool on vale"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_password_is_none(code: str, text: str) -> None:
    assert found(Type.PASSWORD, code, f"c:{text}") == []


@pytest.mark.parametrize(
    ("code", "turns", "covered"),
    [
        ("en", ("c:she is 33 years old",), ["33 years old"]),
        ("en", ("a:how old is she?", "c:thirty three"), ["thirty three"]),
        ("sv", ("c:min mamma är sjuttiotvå år",), ["sjuttiotvå år"]),
        ("sv", ("c:jag är en trettiotreåring",), ["trettiotreåring"]),
        ("et", ("c:ta on 33-aastane",), ["33-aastane"]),
        ("ro", ("c:are treizeci și trei de ani",), ["treizeci și trei de ani"]),
        ("nl", ("c:hij is 45 jaar",), ["45 jaar"]),
        ("en", ("c:you must be 18 years old or over",), []),
        ("sv", ("c:avtalet gäller i 24 år",), []),
        ("nl", ("c:de garantie is 5 jaar",), []),
        ("ro", ("c:garanție de 24 de ani",), []),
        ("et", ("c:üle 65-aastased sõidavad tasuta",), []),
    ],
)
def test_an_age_is_somebodys(code: str, turns: tuple[str, ...], covered: list[str]) -> None:
    assert found(Type.AGE, code, *turns) == covered


@pytest.mark.parametrize(
    ("code", "answer", "street"),
    [
        ("en", "it's nineteen north parade", "nineteen north parade"),
        ("en", "61 Harbour Terrace, please", "61 Harbour Terrace"),
        ("sv", "norra strandgatan nitton", "norra strandgatan nitton"),
        ("sv", "Ekbacksvägen 40 lgh 1102", "Ekbacksvägen 40 lgh 1102"),
        ("sv", "Ekbacksvägen 14 B, 732 31 Arboga", "Ekbacksvägen 14 B"),
        ("sv", "Ekbacksvägen 14 i Arboga", "Ekbacksvägen 14"),
        ("et", "põhja puiestee üheksateist", "põhja puiestee üheksateist"),
        ("ro", "strada nordului nouăsprezece", "strada nordului nouăsprezece"),
        (
            "ro",
            "strada Nordului nr. 5, bl. 3, sc. 2, et. 4, ap. 17",
            "strada Nordului nr. 5, bl. 3, sc. 2, et. 4, ap. 17",
        ),
        ("nl", "noordsingel negentien", "noordsingel negentien"),
    ],
)
def test_a_street_with_its_number_is_an_address(code: str, answer: str, street: str) -> None:
    questions = {"en": "what is your address", "sv": "vilken adress gäller det", "et": "mis on teie aadress",
                 "ro": "care este adresa", "nl": "wat is uw adres"}  # fmt: skip
    assert found(Type.ADDRESS, code, f"a:{questions[code]}", f"c:{answer}") == [street]


@pytest.mark.parametrize(
    ("code", "text", "postcode"),
    [
        ("sv", "jag bor på storgatan tolv åttiofem tvåhundrafyrtioett sundsvall", "åttiofem tvåhundrafyrtioett"),
        ("et", "elan Vabaduse puiestee 5, 80010 Pärnu", "80010"),
    ],
)
def test_digits_between_a_street_and_a_town_are_a_postcode(code: str, text: str, postcode: str) -> None:
    assert found(Type.POSTCODE, code, f"c:{text}") == [postcode]


def test_a_name_is_found_again_in_parts_and_in_other_cases() -> None:
    turns = ("a:kuidas teie nimi on", "c:minu nimi on Mihkel Tamm", "a:aitäh Mihkel, kas proua Tammele helistada")
    assert {"Mihkel Tamm", "Mihkel", "Tammele"} <= set(found(Type.PERSON, "et", *turns))


def test_a_name_that_is_a_word_is_not_found_again_without_its_capital() -> None:
    turns = ("a:And your name?", "c:My name is Rose Kemble.", "a:Thank you. The price rose again, and it rose fast.")
    assert found(Type.PERSON, "en", *turns) == ["Rose Kemble"]


def test_a_dress_in_quotation_marks_is_nobody() -> None:
    assert found(Type.PERSON, "ro", "c:Am probat rochia „Daria” și vreau s-o rezerv.") == []


def test_a_name_is_about_whom_it_introduces() -> None:
    call = conversation(
        "en",
        "a:Harbour Bank, Rowan speaking.",
        "c:Hi Rowan, my name is Nadine Osei and my wife Gwen has asked about a card.",
        "a:Thanks Nadine, and how is Gwen?",
    )
    people = {one.value.split()[0].lower(): one.about for one in detect(call) if one.type is Type.PERSON}
    assert people == {"rowan": About.AGENT, "nadine": About.CALLER, "gwen": About.OTHER}


def test_convictions_and_children_class_a_call() -> None:
    call = conversation("en", "c:my daughter is 8 years old and her father is in prison")
    classes = call_classes(call, detect(call))
    assert classes[Category.CRIMINAL] == 1
    assert classes[Category.CHILD] == 2
    assert Category.PAYMENT not in classes


@pytest.mark.parametrize(
    ("code", "text", "covered"),
    [
        ("sv", "jag har diabetes typ två och ont i ryggen", ["diabetes typ två", "ont i ryggen"]),
        ("sv", "hon är gravid i vecka 12", ["gravid i vecka 12"]),
        ("nl", "hij heeft suikerziekte type 2 en zijn linker pols is gebroken",
         ["suikerziekte type 2", "linker pols is gebroken"]),
        ("ro", "mă doare spatele și am diabet de tip doi", ["doare spatele", "diabet de tip doi"]),
        ("et", "mul on kõrge vererõhk ja jalg on murtud", ["kõrge vererõhk", "jalg on murtud"]),
        ("en", "he takes ramipril 5 mg for it", ["ramipril"]),
        ("sv", "hon hör dåligt och är andfådd", ["hör dåligt", "andfådd"]),
        ("sv", "hon är gravid i sjunde månaden", ["gravid i sjunde månaden"]),
        ("et", "ta võtab antabust", ["antabust"]),
        ("ro", "fetița are vânătăi", ["vânătăi"]),
        ("en", "I've got hep c", ["hep c"]),
    ],
)  # fmt: skip
def test_a_condition_is_covered_with_the_words_that_belong_to_it(code: str, text: str, covered: list[str]) -> None:
    assert found(Type.HEALTH_CONDITION, code, f"c:{text}") == covered


def test_an_abbreviation_said_letter_by_letter_is_a_term() -> None:
    assert found(Type.SPECIAL_CATEGORY, "nl", "c:ik ga naar het congres van de s g p") == ["s g p"]
