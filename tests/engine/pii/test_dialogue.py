from __future__ import annotations

import pytest
from pii_calls import call, found, said, values

from callward.engine.pii import About, Type, detect, payment_suspicions

PAYMENT = """
agent: can I take the long number on the front of the card
caller: four one one one
agent: four one one one
caller: one one one one
agent: yep
caller: double one double one
agent: mm-hm
caller: treble one one
agent: thank you and the expiry date
caller: september twenty eight
agent: and the last three digits on the back
caller: seven nine two
agent: seven nine two thanks
"""


def test_a_card_given_over_several_turns_is_one_finding() -> None:
    conversation = call(PAYMENT)
    card = next(finding for finding in detect(conversation) if finding.type is Type.PAYMENT_CARD)
    assert card.value == "4111111111111111"
    assert [span.turn for span in card.spans] == [1, 3, 5, 7]
    assert said(conversation, card) == [
        "four one one one",
        "one one one one",
        "double one double one",
        "treble one one",
    ]


def test_what_the_agent_reads_back_is_found_again() -> None:
    places = [(kind, text) for kind, text in found(PAYMENT) if text in ("four one one one", "seven nine two")]
    assert places == [
        (Type.PAYMENT_CARD, "four one one one"),
        (Type.CARD_CVV, "seven nine two"),
        (Type.CARD_CVV, "seven nine two"),
    ]


def test_the_answers_to_expiry_and_security_code_are_found() -> None:
    assert (Type.CARD_EXPIRY, "september twenty eight") in found(PAYMENT)


def test_expiry_and_code_right_behind_a_card_need_no_words() -> None:
    assert found("caller: the card is 4111 1111 1111 1111, 09/28, 175") == [
        (Type.PAYMENT_CARD, "4111 1111 1111 1111"),
        (Type.CARD_EXPIRY, "09/28"),
        (Type.CARD_CVV, "175"),
    ]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("four two four two four two four two four two four two four two four three no four two", "4242424242424242"),
        ("four two four two four two four two four two four two four two seven no four two", "4242424242424242"),
        ("4242 4242 4243 sorry 4242 4242", "4242424242424242"),
    ],
)
def test_a_correction_replaces_what_was_wrong(text: str, value: str) -> None:
    script = f"agent: card number please\ncaller: {text}"
    assert values(script, Type.PAYMENT_CARD) == [value]
    assert found(script) == [(Type.PAYMENT_CARD, text)]


def test_a_card_behind_another_number_is_found() -> None:
    text = "four two four two four two four two four two four two four two four two"
    assert (Type.PAYMENT_CARD, text) in found(f"i have two and {text}")
    assert (Type.PAYMENT_CARD, "4111 1111 1111 1111") in found("number 12, 4111 1111 1111 1111")


def test_digits_that_stand_in_another_finding_are_no_echo_of_a_value() -> None:
    assert found("caller: IBAN GB82 WEST 1234 5698 7654 32; NINO QQ 12 34 56 C") == [
        (Type.IBAN, "GB82 WEST 1234 5698 7654 32"),
        (Type.NATIONAL_ID, "QQ 12 34 56 C"),
    ]


_CODE_THEN_DATE = [
    ("en", "my card is {}, security code 123, exp 12/27"),
    ("en", "my card is {}, cvv 123, 12/27"),
    ("et", "kaardi number on {}, turvakood 123, aegumine 12/27"),
    ("nl", "mijn kaart is {}, cvc 123, loopt af 12/27"),
    ("ro", "numărul cardului este {}, cod de siguranță 123, expiră 12/27"),
    ("sv", "kortet är {}, cvv 123, utgång 12/27"),
    ("sv", "kortet är {}, cvv 123, duger till 12/27"),
]


@pytest.mark.parametrize(("language", "text"), _CODE_THEN_DATE)
def test_a_month_and_year_behind_a_security_code_is_an_expiry(language: str, text: str) -> None:
    assert found("caller: " + text.format("4111 1111 1111 1111"), language) == [
        (Type.PAYMENT_CARD, "4111 1111 1111 1111"),
        (Type.CARD_CVV, "123"),
        (Type.CARD_EXPIRY, "12/27"),
    ]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "my card is {}, runs out 1227, verification number 123"),
        ("et", "kaardi number on {}, aegumiskuupäev 1227, kaardikood 123"),
        ("nl", "mijn kaart is {}, einddatum 1227, kaartcode 123"),
        ("ro", "numărul cardului este {}, data expirării 1227, codul de verificare 123"),
        ("sv", "kortet är {}, utgång 1227, verifieringskod 123"),
    ],
)
def test_the_words_for_expiry_and_code_are_known(language: str, text: str) -> None:
    assert found("caller: " + text.format("4111 1111 1111 1111"), language) == [
        (Type.PAYMENT_CARD, "4111 1111 1111 1111"),
        (Type.CARD_EXPIRY, "1227"),
        (Type.CARD_CVV, "123"),
    ]


def test_parts_of_one_card_are_found_though_nobody_said_card() -> None:
    script = (
        "caller: four two four two\nagent: yes\ncaller: four two four two four two four two\nagent: ok\ncaller: 4242"
    )
    assert values(script, Type.PAYMENT_CARD) == ["4242424242424242"]


def test_last_four_digits_are_found_where_they_are_named() -> None:
    assert found("my card ending in 1234 was declined") == [(Type.PAYMENT_CARD, "1234")]
    assert found("i moved here in 2019 and paid by card") == []


def test_a_telephone_number_that_is_repeated_is_no_card() -> None:
    number = "six zero five, two five three, eight one one six"
    script = f"unknown: could you confirm your phone number\nunknown: sure, it's {number}\nunknown: got it! {number}"
    places = [(finding.type, len(finding.spans)) for finding in detect(call(script, countries=("US",)))]
    assert places == [(Type.PHONE, 1), (Type.PHONE, 1)]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("your social security number", [(Type.NATIONAL_ID, "seven eight nine zero")]),
        ("your phone number", [(Type.PHONE, "seven eight nine zero")]),
        ("the telephone on your account", [(Type.PHONE, "seven eight nine zero")]),
        ("your student id", [(Type.ACCOUNT_NUMBER, "seven eight nine zero")]),
    ],
)
def test_the_last_digits_of_something_else_are_no_card(asked: str, expected: list[tuple[Type, str]]) -> None:
    script = f"agent: could you confirm the last four digits of {asked}\ncaller: yes, seven eight nine zero"
    assert found(script) == expected
    assert payment_suspicions(call(script), detect(call(script))) == ()


def test_the_last_digits_of_a_card_are_found_in_the_answer() -> None:
    script = "agent: could you confirm the last four digits of the card you used\ncaller: yes, seven eight nine zero"
    assert found(script) == [(Type.PAYMENT_CARD, "seven eight nine zero")]


def test_a_value_spoken_once_is_found_again_in_figures() -> None:
    number = "oh seven seven double oh nine double oh one two three"
    script = f"agent: your phone number\ncaller: {number}\nagent: so 07700 900123"
    assert [text for _, text in found(script)] == [
        "oh seven seven double oh nine double oh one two three",
        "07700 900123",
    ]


def test_an_iban_given_in_two_turns_is_one_finding() -> None:
    assert found("caller: its GB29 NWBK 6016\nagent: go on\ncaller: and 1331 9268 19") == [
        (Type.IBAN, "GB29 NWBK 6016|1331 9268 19")
    ]


def test_a_national_identifier_given_in_two_turns_is_one_finding() -> None:
    script = (
        "agent: isikukood\ncaller: viis null null null üks null kaks\nagent: ja veel\ncaller: üheksa üheksa üheksa kuus"
    )
    assert found(script, "et") == [(Type.NATIONAL_ID, "viis null null null üks null kaks|üheksa üheksa üheksa kuus")]


def test_the_part_of_an_identifier_is_found_after_the_question() -> None:
    assert found("agent: de fyra sista i personnumret\ncaller: tjugotre åttiofem", "sv") == [
        (Type.NATIONAL_ID, "tjugotre åttiofem")
    ]


def test_a_security_code_answers_one_question_only() -> None:
    script = "agent: the security code\ncaller: 175\nagent: thank you and which row is it\ncaller: row 204"
    assert found(script) == [(Type.CARD_CVV, "175")]


@pytest.mark.parametrize(
    ("script", "about"),
    [
        ("caller: my card is 4111 1111 1111 1111", About.CALLER),
        ("agent: and her date of birth\ncaller: 2 July 1993", About.OTHER),
        ("caller: my wife has 07700 900123", About.OTHER),
        ("caller: my mobile is 07700 900123\nagent: 07700 900123", About.CALLER),
        ("agent: call us on 07700 900123", About.AGENT),
        ("agent: it is 07700 900123", About.UNKNOWN),
        ("unknown: it is 07700 900123", About.UNKNOWN),
        ("agent: so the card is 4111 1111 1111 1111", About.CALLER),
    ],
)
def test_a_finding_says_whom_it_is_about(script: str, about: About) -> None:
    assert detect(call(script))[-1].about is about


def test_each_finding_says_what_spoke_for_it() -> None:
    (finding,) = detect(call("agent: card number please\ncaller: 4111 1111 1111 1111"))
    assert {"pattern", "check", "brand", "question"} <= {one.kind for one in finding.evidence}
    assert all("1111" not in one.detail for one in finding.evidence)


@pytest.mark.parametrize(
    ("said_next", "suspected"),
    [
        ("october twenty-seven and the wee number is double five one", (4,)),
        ("on the back it's 551", (4,)),
        ("that'll be all, the doctor rings after two", ()),
        ("I paid 551 pounds", ()),
    ],
)
def test_three_digits_behind_a_card_are_suspected_in_whatever_words(said_next: str, suspected: tuple[int, ...]) -> None:
    script = (
        "caller: the card's four two four two four two four two\nagent: go on\n"
        f"caller: four two four two four two four two\nagent: right then\ncaller: {said_next}"
    )
    assert payment_suspicions(call(script), detect(call(script))) in {
        suspected,
        () if found_code(script) else suspected,
    }


def found_code(script: str) -> bool:
    return any(kind is Type.CARD_CVV for kind, _ in found(script))
