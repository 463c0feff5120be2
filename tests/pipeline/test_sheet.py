"""The sheet: a dual, strict in reading."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.sheet import Doubted, Found, Masked, Place, Sheet, SheetError, dump_sheet, load_sheet

_small = st.integers(0, 10**9)
_channels = st.none() | st.tuples(st.integers(0, 1))
_words = st.text(max_size=12)
_sheets = st.builds(
    Sheet,
    rate=_small,
    channels=st.integers(0, 2),
    frames=_small,
    peaks=st.lists(st.lists(st.integers(0, 255), max_size=4).map(tuple), max_size=2).map(tuple),
    masks=st.lists(st.builds(Masked, _small, _small, _channels, _words, _words, st.none() | _small)).map(tuple),
    findings=st.lists(
        st.builds(
            Found,
            _words,
            _words,
            _words,
            st.floats(0, 1),
            _words,
            st.booleans(),
            st.lists(st.builds(Place, _small, _small, _small, _small)).map(tuple),
        )
    ).map(tuple),
    doubts=st.lists(
        st.builds(Doubted, _words, st.none() | _small, st.none() | _small, st.none() | _small, _channels)
    ).map(tuple),
    keyed=_small,
)


@given(_sheets)
def test_a_sheet_survives_writing_and_reading(sheet: Sheet) -> None:
    assert load_sheet(dump_sheet(sheet)) == sheet


@given(st.binary(max_size=200))
def test_garbage_is_refused_with_the_sheets_own_error(data: bytes) -> None:
    with pytest.raises(SheetError):
        load_sheet(data)
