from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pii_calls import call, found, values

from callward.engine.pii import Sensitivity, Type, detect
from callward.engine.pii.scene import Scene


def stream(text: str, language: str = "en") -> list[str]:
    return [piece.digits for piece in Scene(call(text, language), Sensitivity.NORMAL).pieces]


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("oh seven seven double oh nine hundred one two three", "07700900123"),
        ("zero seven eight oh five eleven twenty", "078051120"),
        ("four treble one triple two three zeros", "4111222000"),
        ("forty-two forty two fortytwo", "424242"),
        ("three hundred and forty five", "345"),
        ("nineteen eighty-five two thousand and five", "19852005"),
        ("twenty oh five", "2005"),
        ("one uh two, yep, three mm-hm four", "1234"),
        ("my 41 eleven one one", "411111"),
        ("nine to four", "924"),
        ("one thousand one thousand", "10001000"),
    ],
)
def test_english_number_words_become_digits(text: str, digits: str) -> None:
    assert stream(text) == [digits]


@pytest.mark.parametrize(
    ("language", "text", "digits"),
    [
        ("sv", "nittio noll ett noll ett tjugotre åttiofem", "9001012385"),
        ("sv", "noll sju noll streck ett sju fyra noll sex noll fem", "0701740605"),
        ("sv", "fyra ett ett ett dubbel ett dubbel ett tre ettor ett ett ett ett ett", "4111111111111111"),
        ("sv", "hundratjugotre", "123"),
        ("sv", "tjutre fyrtisex", "2346"),
        ("et", "viis null null null üks null kaks üheksa üheksa üheksa kuus", "50001029996"),
        ("et", "kolm null kolm null kolm null kolm üheksakümmend üheksa neliteist", "30303039914"),
        ("et", "kolmsada nelikümmend viis", "345"),
        ("et", "tuhat üheksasada kaheksakümmend viis", "1985"),
        ("ro", "unu opt zero zero unu zero unu patru zero zero zero unu șase", "1800101400016"),
        ("ro", "zero sapte doisprezece zero treizeci si patru cinci sute saizeci si sapte", "0712034567"),
        ("ro", "o mie nouă sute optzeci și cinci", "1985"),
        ("nl", "honderdelf tweehonderdtweeëntwintig driehonderddrieëndertig", "111222333"),
        ("nl", "nul zes twaalf vierendertig zesenvijftig achtenzeventig", "0612345678"),
        ("nl", "vier drie enen vier enen vier enen vier enen", "4111111111111111"),
        ("nl", "vier en dertig drie en vijftig", "3453"),
        ("nl", "negentienvijfentachtig", "1985"),
    ],
)
def test_number_words_of_other_languages_become_digits(language: str, text: str, digits: str) -> None:
    assert stream(text, language) == [digits]


WORDS = {
    "en": "zero one two three four five six seven eight nine",
    "sv": "noll ett två tre fyra fem sex sju åtta nio",
    "et": "null üks kaks kolm neli viis kuus seitse kaheksa üheksa",
    "ro": "zero unu doi trei patru cinci șase șapte opt nouă",
    "nl": "nul een twee drie vier vijf zes zeven acht negen",
}


@given(st.sampled_from(sorted(WORDS)), st.text("0123456789", min_size=4, max_size=24))
def test_digits_read_one_by_one_come_back(language: str, digits: str) -> None:
    said = " ".join(WORDS[language].split()[int(digit)] for digit in digits)
    pieces = "".join(stream(said, language))
    ones_only = set(digits) <= {"1"} and language in ("sv", "nl")
    assert pieces == digits or (ones_only and len(digits) < 3) or "hundred" in said


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("en", "card number please", "four two four two forty-two forty-two four two four two forty two 42"),
        ("sv", "kortnumret", "fyrtiotvå fyrtiotvå fyra två fyra två fyrtiotvå fyrtiotvå fyra två fyra två"),
        (
            "et",
            "kaardi number",
            "nelikümmend kaks nelikümmend kaks neli kaks neli kaks neli kaks neli kaks neli kaks 42",
        ),
        ("ro", "numărul cardului", "patruzeci și doi patruzeci și doi patru doi patru doi patru doi patru doi 4 2 4 2"),
        ("nl", "uw kaartnummer", "tweeënveertig vier twee vier twee vier twee vier twee vier twee vier twee 42"),
    ],
)
def test_a_spoken_card_is_found_whole_in_each_language(language: str, question: str, answer: str) -> None:
    (finding,) = detect(call(f"agent: {question}\ncaller: {answer}", language))
    assert (finding.type, finding.value, finding.spoken) == (Type.PAYMENT_CARD, "4242424242424242", True)


@pytest.mark.parametrize(
    ("language", "text", "address"),
    [
        ("sv", "anna punkt svensson snabel-a example punkt com", "anna.svensson@example.com"),
        ("et", "mari alakriips maasikas ät example punkt ee", "mari_maasikas@example.ee"),
        ("ro", "ion punct popescu arond example punct ro", "ion.popescu@example.ro"),
        ("nl", "j punt de vries apenstaartje example punt nl", "j.devries@example.nl"),
        ("en", "jane dot doe at example dot co dot uk all lower case", "jane.doe@example.co.uk"),
        ("en", "my email is jane at example dot com", "jane@example.com"),
        ("en", "j a n e dash d at mail dot example dot org", "jane-d@mail.example.org"),
    ],
)
def test_a_spoken_address_is_found(language: str, text: str, address: str) -> None:
    assert values(text, Type.EMAIL, language) == [address]


def test_a_spoken_ip_address_is_found() -> None:
    text = "ninety five dot twelve dot one thirty dot six"
    assert found(f"a login from {text} today") == [(Type.IP_ADDRESS, text)]


@pytest.mark.parametrize(
    "answer",
    [
        "fifth of may nineteen eighty",
        "the second of july ninety three",
        "two seven ninety three",
        "zero five zero five nineteen eighty",
        "may the fifth nineteen eighty",
    ],
)
def test_a_spoken_birth_date_is_found_after_the_question(answer: str) -> None:
    (finding,) = detect(call(f"agent: what is your date of birth\ncaller: it's {answer} thanks"))
    assert finding.type is Type.DATE_OF_BIRTH
    assert finding.spoken


def test_letters_spelled_around_digits_belong_to_the_identifier() -> None:
    script = "agent: national insurance number\ncaller: it's q q twelve thirty four fifty six c thank you"
    assert found(script) == [(Type.NATIONAL_ID, "q q twelve thirty four fifty six c")]
    assert found("iban g b two nine n w b k six oh one six one three three one nine two six eight one nine") == [
        (Type.IBAN, "g b two nine n w b k six oh one six one three three one nine two six eight one nine")
    ]
