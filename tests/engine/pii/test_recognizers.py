from __future__ import annotations

import subprocess
import sys

import pytest
from pii_calls import call, found, values

from callward.engine.pii import RECOGNIZERS, Conversation, Type, detect

SEPARATORS = [" ", "-", ".", "/", ",", "\u00a0", "\u2009", " - ", "  ", "\u2013", "_", ", ", "\u2011", ""]


@pytest.mark.parametrize("sign", SEPARATORS)
@pytest.mark.parametrize("groups", [("4111", "1111", "1111", "1111"), ("3782", "822463", "10005")])
def test_a_card_is_found_under_every_separator(sign: str, groups: tuple[str, ...]) -> None:
    text = sign.join(groups)
    assert found(f"my card is {text} thanks") == [(Type.PAYMENT_CARD, text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("4242424242424242", Type.PAYMENT_CARD),
        ("5555 5555 5555 4444", Type.PAYMENT_CARD),
        ("2223003122003222", Type.PAYMENT_CARD),
        ("6011111111111117", Type.PAYMENT_CARD),
        ("3530111333300000", Type.PAYMENT_CARD),
        ("6759649826438453", Type.PAYMENT_CARD),
        ("41 11 11 11 11 11 11 11", Type.PAYMENT_CARD),
        ("GB29 NWBK 6016 1331 9268 19", Type.IBAN),
        ("SE45 5000 0000 0583 9825 7466", Type.IBAN),
        ("ee382200221020145685", Type.IBAN),
        ("RO49 AAAA 1B31 0075 9384 0000", Type.IBAN),
        ("NL91ABNA0417164300", Type.IBAN),
        ("anna.svensson@example.com", Type.EMAIL),
        ("o'neil+bills@mail.example.co.uk", Type.EMAIL),
        ("+46 70 174 06 50", Type.PHONE),
        ("+44 (0)20 7946 0123", Type.PHONE),
        ("0046701740650", Type.PHONE),
        ("07700 900123", Type.PHONE),
        ("01632 960123", Type.PHONE),
        ("QQ 12 34 56 C", Type.NATIONAL_ID),
        ("189001019802", Type.NATIONAL_ID),
        ("19900101-2385", Type.NATIONAL_ID),
        ("900101-2385", Type.NATIONAL_ID),
        ("20000229-2399", Type.NATIONAL_ID),
        ("191401682396", Type.NATIONAL_ID),
        ("140168-2396", Type.NATIONAL_ID),
        ("50001029996", Type.NATIONAL_ID),
        ("30303039914", Type.NATIONAL_ID),
        ("1800101400016", Type.NATIONAL_ID),
        ("1630615123457", Type.NATIONAL_ID),
        ("192.0.2.10", Type.IP_ADDRESS),
        ("2001:db8::1", Type.IP_ADDRESS),
    ],
)
def test_a_written_identifier_is_found_without_context(text: str, kind: Type) -> None:
    assert (kind, text) in found(f"it says {text} here")


@pytest.mark.parametrize(
    ("script", "kind", "value"),
    [
        ("my bsn is 111222333", Type.NATIONAL_ID, "111222333"),
        ("my BSN is 111.222.333", Type.NATIONAL_ID, "111222333"),
        ("my NHS number is 943 476 5919", Type.HEALTH_ID, "9434765919"),
        ("NHS number 9990000026", Type.HEALTH_ID, "9990000026"),
        ("i was born on 31.12.1999", Type.DATE_OF_BIRTH, "1999-12-31"),
        ("my date of birth is 5 May 1980", Type.DATE_OF_BIRTH, "1980-05-05"),
        ("date of birth 1/5/80", Type.DATE_OF_BIRTH, "1980-05-01"),
        ("born May 5, 1980", Type.DATE_OF_BIRTH, "1980-05-05"),
        ("security code 123", Type.CARD_CVV, "123"),
        ("it expires 12/28", Type.CARD_EXPIRY, "1228"),
        ("valid until 03-2027", Type.CARD_EXPIRY, "032027"),
        ("my mobile is 5123 4567", Type.PHONE, "+37251234567"),
    ],
)
def test_what_needs_context_is_found_in_context(script: str, kind: Type, value: str) -> None:
    language = "et" if value.startswith("+372") else "en"
    assert value in values(script, kind, language)


@pytest.mark.parametrize(
    ("language", "script", "value"),
    [
        ("sv", "jag är född den 2 juli 1993", "1993-07-02"),
        ("et", "olen sündinud 2. juuli 1993", "1993-07-02"),
        ("ro", "sunt născut pe 2 iulie 1993", "1993-07-02"),
        ("nl", "ik ben geboren op 2 juli 1993", "1993-07-02"),
        ("en", "I was born on 2nd of July 1993", "1993-07-02"),
    ],
)
def test_a_birth_date_with_a_month_is_found_in_each_language(language: str, script: str, value: str) -> None:
    assert values(script, Type.DATE_OF_BIRTH, language) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "order number 4111111111111112",
        "your parcel is 1234567812345678",
        "version 1.2.3.4 is out",
        "firmware 10.20.30.40",
        "the delivery comes on 2 July 2026 between 10:00 and 12:30",
        "it was £3,200 and then 180.000 euros",
        "two of the three boxes arrived at nine thirty",
        "i bought 12 chairs in 2019 and 24 in 2021 for 1200 euros",
        "ticket sixty oh two",
        "look at google dot com",
        "9999999999 is no number of ours",
        "call 112 or 999",
        "flight BA 2490 at ten past four",
        "the invoice 20264418 of 01.02.2026",
    ],
)
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", ["111222334", "123456782", "943 476 5919"])
def test_nine_and_ten_digits_need_context(text: str) -> None:
    assert found(f"it says {text} here") == []


def test_a_card_with_a_misheard_digit_is_still_a_card_when_it_is_called_one() -> None:
    assert found("card number 4111111111111112") == [(Type.PAYMENT_CARD, "4111111111111112")]
    assert found("4111 1111 1111 1112") == [(Type.PAYMENT_CARD, "4111 1111 1111 1112")]


def test_a_card_told_by_its_last_digits_goes_on_in_no_house_number() -> None:
    turns = "a: The card ending 1111?\nc: No, the other one.\na: And you are at Flat 6, 40 Priory Road, CB7 4JS?"
    assert [text for kind, text in found(turns) if kind is Type.PAYMENT_CARD] == ["1111"]


def test_a_failed_check_digit_scores_less() -> None:
    right, wrong = (detect(call(f"my card number is 424242424242424{last}"))[0].score for last in "23")
    assert right > wrong


def test_an_identifier_of_another_country_scores_less() -> None:
    abroad = detect(call("50001029996", "sv"))[0].score
    assert abroad < detect(call("50001029996", "et"))[0].score


def test_full_width_and_arabic_digits_are_digits() -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) if digit != " " else digit for digit in "4111 1111 1111 1111")
    arabic = "".join(chr(0x0660 + int(digit)) for digit in "4242424242424242")
    assert found(f"card {wide}") == [(Type.PAYMENT_CARD, wide)]
    assert found(f"card {arabic}") == [(Type.PAYMENT_CARD, arabic)]


def test_decomposed_letters_and_emoji_do_not_shift_places() -> None:
    assert found("cafe\u0301 \U0001f600 o\u0308l 4111 1111 1111 1111 e\u0301") == [
        (Type.PAYMENT_CARD, "4111 1111 1111 1111")
    ]


def test_each_recognizer_has_a_name_of_its_own() -> None:
    names = [row.name for row in RECOGNIZERS]
    assert len(set(names)) == len(names)


def test_an_empty_call_has_nothing() -> None:
    assert detect(Conversation(())) == ()
    assert detect(call("")) == ()


def test_importing_prepares_no_language_and_loads_no_telephone_data() -> None:
    program = (
        "import sys, callward.engine.pii\n"
        "from callward.engine.pii.lexicon import Language\n"
        "assert not any(name.startswith('phonenumbers') for name in sys.modules)\n"
        "import gc\n"
        "assert not any(isinstance(one, Language) for one in gc.get_objects())\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
