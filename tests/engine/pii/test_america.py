"""The United States: each identifier valid, out of context, beside its look-alikes, spoken."""

from __future__ import annotations

import pytest
from pii_calls import found, values

from callward.engine.pii import About, Conversation, Turn, Type, detect
from callward.engine.pii.recognizers import america


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("it says 078-05-1120 here", Type.NATIONAL_ID, "078-05-1120"),
        ("my social is 219-09-9999", Type.NATIONAL_ID, "219-09-9999"),
        ("ssn 987-65-4320", Type.NATIONAL_ID, "987-65-4320"),
        ("social security number 078051120", Type.NATIONAL_ID, "078051120"),
        ("the last four of your social are 1120", Type.NATIONAL_ID, "1120"),
        ("my ITIN is 912-90-3456", Type.TAX_ID, "912-90-3456"),
        ("our EIN is 91-1144442", Type.TAX_ID, "91-1144442"),
        ("passport E00007730", Type.PASSPORT, "E00007730"),
        ("driver's license D1234567", Type.DRIVING_LICENCE, "D1234567"),
        ("license number D123-4567-8901", Type.DRIVING_LICENCE, "D123-4567-8901"),
        ("it reads 1EG4-TE5-MK73 there", Type.HEALTH_ID, "1EG4-TE5-MK73"),
        ("medicare 1EG4TE5MK73", Type.HEALTH_ID, "1EG4TE5MK73"),
        ("the MRN is 00123456", Type.HEALTH_ID, "00123456"),
        ("member ID XQR901234567", Type.HEALTH_ID, "XQR901234567"),
        ("my zip code is 20500", Type.POSTCODE, "20500"),
        ("zip 20500-0001", Type.POSTCODE, "20500-0001"),
        ("NPI 1234567893", Type.ACCOUNT_NUMBER, "1234567893"),
        ("DEA number AB1234563", Type.ACCOUNT_NUMBER, "AB1234563"),
        ("checking account 000123456789", Type.BANK_ACCOUNT, "000123456789"),
        ("call me at (202) 555-0123", Type.PHONE, "(202) 555-0123"),
    ],
)
def test_an_american_identifier_is_found(said: str, kind: Type, text: str) -> None:
    assert found(said) == [(kind, text)]


def test_a_state_stands_before_a_zip_code() -> None:
    assert (Type.POSTCODE, "62704") in found("we're in Springfield, IL 62704")
    assert (Type.POSTCODE, "45402") in found("that is Dayton, OH 45402")


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("zero seven eight oh five eleven twenty is my social security number", Type.NATIONAL_ID, "078051120"),
        ("my medicare number is one e g four t e five m k seven three", Type.HEALTH_ID, "1eg4te5mk73"),
        ("the zip is two oh five oh oh", Type.POSTCODE, "20500"),
    ],
)
def test_it_is_read_when_it_is_spoken(said: str, kind: Type, value: str) -> None:
    assert [one.lower() for one in values(said, kind)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "the routing number is 111000025",
        "it costs 20500 in all",
        "part 91-1144442 is missing",
        "order 078051120",
        "in 62704 cases",
    ],
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_check_digits_tell_right_from_wrong() -> None:
    assert america.npi("1234567893")
    assert not america.npi("1234567894")
    assert america.dea("ab1234563")
    assert not america.dea("ab1234564")


@pytest.mark.parametrize("written", ["202-555-0123", "(202) 555-0123", "202.555.0123"])
def test_a_number_as_north_americans_write_it_needs_no_word_beside_it(written: str) -> None:
    talk = Conversation((Turn(About.AGENT, f"the place is fine, {written}, and it is open"),), "en", ("US",))
    (finding,) = detect(talk)
    assert (finding.type, finding.value) == (Type.PHONE, "+12025550123")
