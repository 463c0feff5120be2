"""Britain and Ireland: each identifier valid, misheard, out of context, beside look-alikes, spoken."""

from __future__ import annotations

import pytest
from pii_calls import call, found, values

from callward.engine.pii import Type, detect
from callward.engine.pii.recognizers import britain, ireland

PLATE, POSTCODE, BANK, TAX = Type.VEHICLE_PLATE, Type.POSTCODE, Type.BANK_ACCOUNT, Type.TAX_ID
LICENCE, PASSPORT, HEALTH, NATIONAL = Type.DRIVING_LICENCE, Type.PASSPORT, Type.HEALTH_ID, Type.NATIONAL_ID


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("SW1A 1AA", POSTCODE),
        ("EC1A1BB", POSTCODE),
        ("m1 1ae", POSTCODE),
        ("GIR 0AA", POSTCODE),
        ("AB12 CDE", PLATE),
        ("ab12cde", PLATE),
        ("MORGA657054SM9IJ", LICENCE),
        ("MORGA 753116 SM9IJ", LICENCE),
        ("20-00-00 55779911", BANK),
        ("GB 980 7806 84", TAX),
        ("QQ123456C", NATIONAL),
    ],
)
def test_a_shape_of_its_own_needs_no_words(text: str, kind: Type) -> None:
    assert found(f"it says {text} here") == [(kind, text)]


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("my postcode is w2 0 a b", POSTCODE, "w2 0 a b"),
        ("the postcode is YO21 4BK", POSTCODE, "YO21 4BK"),
        ("postcode area BS4", POSTCODE, "BS4"),
        ("the registration is A123 BCD", PLATE, "A123 BCD"),
        ("number plate ABC 123X", PLATE, "ABC 123X"),
        ("reg KIZ 1234", PLATE, "KIZ 1234"),
        ("sort code 10-88-00", BANK, "10-88-00"),
        ("sort code 108800", BANK, "108800"),
        ("my UTR is 1955839661", TAX, "1955839661"),
        ("tax reference 19558 39661", TAX, "19558 39661"),
        ("VAT number 980780684", TAX, "980780684"),
        ("company number SC000000", TAX, "SC000000"),
        ("Companies House number 00445790", TAX, "00445790"),
        ("my passport is 000000000", PASSPORT, "000000000"),
        ("passport 552 204 417", PASSPORT, "552 204 417"),
        ("residence permit ZU1234567", PASSPORT, "ZU1234567"),
        ("NHS number 999 000 0018", HEALTH, "999 000 0018"),
        ("the MPAN is 20 0004 1234 567", Type.ACCOUNT_NUMBER, "20 0004 1234 567"),
        ("my PPS number is 1234567FA", NATIONAL, "1234567FA"),
        ("eircode D02 X285", POSTCODE, "D02 X285"),
        ("the reg is 221-D-12345", PLATE, "221-D-12345"),
    ],
)
def test_a_word_announces_what_has_no_shape_of_its_own(said: str, kind: Type, text: str) -> None:
    assert found(said) == [(kind, text)]


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("postcode y o two one four b k", POSTCODE, "yo214bk"),
        ("agent: postcode please\ncaller: whiskey 2 0 alpha bravo", POSTCODE, "w20ab"),
        ("postcode s for sugar w for william nineteen two tango foxtrot", POSTCODE, "sw192tf"),
        ("it's c f sixty two six q d", POSTCODE, "cf626qd"),
        ("the reg is k y seven one x w d", PLATE, "ky71xwd"),
        ("licence number m o r g a six five seven oh five four s m nine i j", LICENCE, "morga657054sm9ij"),
        ("passport five five two two oh four four one seven", PASSPORT, "552204417"),
        ("my nhs number is nine four three four seven six five nine one nine", HEALTH, "9434765919"),
        ("vat number g b nine eight oh seven eight oh six eight four", TAX, "gb980780684"),
        ("my utr is one nine five five eight three nine six six one", TAX, "1955839661"),
        ("national insurance q q one two three four five six c", NATIONAL, "qq123456c"),
    ],
)
def test_it_is_read_when_it_is_spoken(said: str, kind: Type, value: str) -> None:
    assert [one.lower() for one in values(said, kind)] == [value]


def test_a_sort_code_and_an_account_number_are_found_together_and_apart() -> None:
    spoken = "sort code twenty double oh double oh account five five seven seven nine nine one one"
    assert values(spoken, BANK) == ["20000055779911"]
    assert found("sort code 20-00-00 and account number 55779911") == [(BANK, "20-00-00"), (BANK, "55779911")]


@pytest.mark.parametrize(
    "text",
    [
        "it went to RG12 and then it came back",
        "take the M4 to junction 12",
        "1955839661 boxes",
        "it is 552 204 417 in all",
        "your order is SC000000",
        "at 10-88-00 it rang",
        "the B12 3pm bus",
        "an A4 page and 20 more",
        "part ZU1234567 is missing",
    ],
)
def test_look_alikes_without_a_word_for_them_are_left_alone(text: str) -> None:
    assert not {POSTCODE, PLATE, BANK, TAX, PASSPORT, LICENCE} & {kind for kind, _ in found(text)}


@pytest.mark.parametrize("said", ["my UTR is 2955839661", "VAT GB 980 7806 85", "NHS number 943 476 5918"])
def test_one_misheard_digit_does_not_hide_what_was_announced(said: str) -> None:
    assert len(found(said)) == 1


def test_check_digits_tell_right_from_wrong() -> None:
    assert britain.utr("1955839661")
    assert not britain.utr("2955839661")
    assert britain.vat("gb980780684")
    assert not britain.vat("gb980780685")
    assert britain.driver_birth("morga657054sm9ij")
    assert not britain.driver_birth("morga699994sm9ij")
    assert [digit for digit in "0123456789" if britain.mpan("200004123456" + digit)] == ["9"]
    assert ireland.pps("1234567fa")
    assert not ireland.pps("1234567ga")


def test_a_right_check_digit_raises_the_score() -> None:
    right, wrong = (
        max(one.score for one in detect(call(f"VAT GB 980 7806 8{digit}")) if one.type is TAX) for digit in "45"
    )
    assert right > wrong
