from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban, luhn
from stdnum.ee import ik
from stdnum.gb import nhs
from stdnum.nl import bsn
from stdnum.ro import cnp

from callward.engine.pii import checks


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


@given(st.text("0123456789", min_size=2, max_size=19))
def test_luhn_agrees_with_the_library(number: str) -> None:
    assert checks.luhn(number) == luhn.is_valid(number)


@pytest.mark.parametrize(
    ("ours", "theirs", "count"),
    [
        (checks.isikukood, ik.calc_check_digit, 11),
        (checks.cnp, cnp.calc_check_digit, 13),
    ],
)
@given(data=st.data())
def test_last_digits_agree_with_the_library(
    ours: Callable[[str], bool], theirs: Callable[[str], str], count: int, data: st.DataObject
) -> None:
    number = data.draw(digits(count))
    assert ours(number) == (theirs(number) == number[-1])


@given(digits(9))
def test_bsn_agrees_with_the_library(number: str) -> None:
    if len(set(number)) > 1:
        assert checks.bsn(number) == bsn.is_valid(number) or int(number) <= 0


@given(digits(10))
def test_the_nhs_number_agrees_with_the_library(number: str) -> None:
    if len(set(number)) > 1:
        assert checks.nhs_number(number) == nhs.is_valid(number)


@pytest.mark.parametrize("number", ["GB29NWBK60161331926819", "SE4550000000058398257466", "NL91ABNA0417164300"])
def test_mod_97_agrees_with_the_library(number: str) -> None:
    assert iban.is_valid(number)
    assert checks.mod_97(number.lower())
    assert not checks.mod_97((number[:-1] + str((int(number[-1]) + 1) % 10)).lower())


def test_equal_digits_are_refused() -> None:
    assert not checks.nhs_number("9999999999")
    assert not checks.bsn("000000000")
