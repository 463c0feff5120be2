"""What no one country issues, and whatever a word announces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pii_calls import found, values

from callward.engine.pii import Type
from callward.engine.pii.recognizer import Candidate
from callward.engine.pii.recognizers import everywhere
from callward.engine.pii.recognizers.everywhere import code, vin_check

ACCOUNT, USER = Type.ACCOUNT_NUMBER, Type.USERNAME


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("VIN 1M8GDM9AXKP042788", Type.VEHICLE_PLATE, "1M8GDM9AXKP042788"),
        ("it reads 1M8GDM9AXKP042788 there", Type.VEHICLE_PLATE, "1M8GDM9AXKP042788"),
        ("it reads 8082 6000 0000 0000 1234 here", Type.HEALTH_ID, "8082 6000 0000 0000 1234"),
        ("P<GBRJONES<<JANE<<<<<<<<<<<<<<<<<<<<<", Type.PASSPORT, "P<GBRJONES<<JANE<<<<<<<<<<<<<<<<<<<<<"),
        ("the swift code is ABNANL2A", Type.BANK_ACCOUNT, "ABNANL2A"),
        ("VAT number DE123456789", Type.TAX_ID, "DE123456789"),
        ("meter point 735999100000000018", ACCOUNT, "735999100000000018"),
        ("we stand at 51.5034, -0.1276 now", Type.ADDRESS, "51.5034, -0.1276"),
        ("the device is 00:00:5E:00:53:01", Type.IP_ADDRESS, "00:00:5E:00:53:01"),
        ("see facebook.com/anna.smith.77", USER, "facebook.com/anna.smith.77"),
        ("write to @anna_s there", USER, "@anna_s"),
        ("my profile page is www.example.com/anna", USER, "www.example.com/anna"),
        ("username dragon_reuben", USER, "dragon_reuben"),
        ("my login is kd.4471", USER, "kd.4471"),
    ],
)
def test_what_no_country_issues_is_found(said: str, kind: Type, text: str) -> None:
    assert found(said) == [(kind, text)]


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ("my customer number is 480012", ACCOUNT, "480012"),
        ("customer number KL-88213", ACCOUNT, "KL-88213"),
        ("policy AC5520174 please", ACCOUNT, "AC5520174"),
        ("the contract number is 2024/0917-K", ACCOUNT, "2024/0917-K"),
        ("loyalty card number 6338 0012 3456 7890 12", ACCOUNT, "6338 0012 3456 7890 12"),
        ("staff number 40127", ACCOUNT, "40127"),
        ("my chamber of commerce number is 12345678", Type.TAX_ID, "12345678"),
        ("my company registry code is 10000018", Type.TAX_ID, "10000018"),
        ("our organisation number is 556016-0680", Type.TAX_ID, "556016-0680"),
        ("my referral's PT-4401", Type.HEALTH_ID, "PT-4401"),
        ("blue badge 42Z117", Type.HEALTH_ID, "42Z117"),
        ("identity card L898902C3", Type.PASSPORT, "L898902C3"),
        ("the door code is C1948X", Type.PASSWORD, "C1948X"),
        ("agent: what's the policy number\ncaller: it's HX 20 4471", ACCOUNT, "HX 20 4471"),
        ("480012 is my customer number", ACCOUNT, "480012"),
    ],
)
def test_a_code_is_what_a_word_calls_it(said: str, kind: Type, text: str) -> None:
    assert found(said) == [(kind, text)]


@pytest.mark.parametrize(
    ("said", "kind", "value"),
    [
        ("customer number four eight double oh one two", ACCOUNT, "480012"),
        ("agent: your customer number\ncaller: k l double eight two one three", ACCOUNT, "kl88213"),
        ("membership number g w four four one nine two", ACCOUNT, "gw44192"),
        ("his username is dragon underscore reuben", USER, "dragon_reuben"),
        (
            "the vin is one m eight g d m nine a x k p oh four two seven eight eight",
            Type.VEHICLE_PLATE,
            "1m8gdm9axkp042788",
        ),
    ],
)
def test_a_code_is_read_when_it_is_spoken(said: str, kind: Type, value: str) -> None:
    assert [one.lower() for one in values(said, kind)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "order KL-88213",
        "your customer number is on the bill of 2019",
        "the case is PT-4401 and the invoice AC5520174",
        "the contract ends on 2026-03-31",
        "the account was opened on 01/02/2019",
        "your policy costs £1240 a year",
        "the membership is 500mb faster",
        "my account balance is 120",
        "an underscore in my username is wrong",
        "transaction 735999100000000018",
        "swift delivery of the cabinets",
        "at 51.5, 0.1 percent each",
    ],
)
def test_what_is_nobodys_is_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("said", ["2nd", "500gb", "2024-05-01", "12/03/2024", "\xa31234", "pm4", "on 12", "a7"])
def test_no_code_is_made_of_dates_money_and_measures(said: str) -> None:
    assert code(Candidate(said, ())) is None


@given(st.text(alphabet="abcdefghij 0123456789-/", max_size=30))
def test_a_code_has_two_digits_and_four_characters(text: str) -> None:
    found = code(Candidate(text, ())) if text else None
    assert found is None or (len(found.value) >= 4 and sum(sign.isdigit() for sign in found.value) >= 2)


def test_the_check_digit_of_a_vehicle_tells_right_from_wrong() -> None:
    assert vin_check("1m8gdm9axkp042788")
    assert not vin_check("1m8gdm9a1kp042788")


def test_every_announced_row_needs_its_word_and_has_the_one_shape() -> None:
    assert all(row.need_context and row.pattern == everywhere.CODE for row in everywhere.ANNOUNCED)
