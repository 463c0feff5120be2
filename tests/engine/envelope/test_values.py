"""Small sealed values, keyed digests, and what ties them to their place."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.envelope import (
    EnvelopeError,
    associated_data,
    blind_index,
    column_data,
    keyed_digest,
    new_key,
    open_value,
    seal_value,
)
from callward.engine.envelope.values import _seal_value

_ONE, _TWO = UUID("0190a0b0-c0d0-4e0f-8000-000000000001"), UUID("0190a0b0-c0d0-4e0f-8000-000000000002")
_NAMES = st.from_regex(r"[a-z][a-z0-9_.-]{0,62}", fullmatch=True)


@given(st.binary(max_size=300), st.binary(max_size=80))
def test_what_was_sealed_opens(plaintext: bytes, aad: bytes) -> None:
    key = new_key()
    sealed = seal_value(key, plaintext, aad)
    assert len(sealed) == 1 + 12 + len(plaintext) + 16
    assert open_value(key, sealed, aad) == plaintext


@given(st.binary(max_size=40), st.data())
def test_every_changed_bit_is_refused(plaintext: bytes, data: st.DataObject) -> None:
    key = new_key()
    sealed = bytearray(seal_value(key, plaintext, b"here"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(EnvelopeError, match=r"sealed_value|sealed_tampered"):
        open_value(key, bytes(sealed), b"here")


@given(st.binary(max_size=100))
def test_what_is_no_sealed_value_is_refused(found: bytes) -> None:
    with pytest.raises(EnvelopeError, match=r"sealed_value|sealed_tampered"):
        open_value(bytes(32), found, b"")


def test_a_value_opens_only_in_its_own_place() -> None:
    key, here = new_key(), column_data(controller=_ONE, table="person", column="sealed_name", row=_TWO)
    sealed = seal_value(key, b"Dana", here)
    for elsewhere in (
        column_data(controller=_TWO, table="person", column="sealed_name", row=_TWO),
        column_data(controller=_ONE, table="people", column="sealed_name", row=_TWO),
        column_data(controller=_ONE, table="person", column="sealed_email", row=_TWO),
        column_data(controller=_ONE, table="person", column="sealed_name", row=_ONE),
    ):
        with pytest.raises(EnvelopeError, match="sealed_tampered"):
            open_value(key, sealed, elsewhere)


def test_the_same_value_never_looks_the_same() -> None:
    key = new_key()
    assert len({seal_value(key, b"Dana", b"") for _ in range(50)}) == 50


def test_the_layout_of_a_value() -> None:
    # Test case 14 of the GCM specification (McGrew and Viega): 256-bit key, sixteen zero bytes.
    sealed = _seal_value(bytes(32), bytes(16), b"", bytes(12))
    assert sealed.hex() == "01" + "00" * 12 + "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_key_has_32_bytes(size: int) -> None:
    uses: list[Callable[[bytes], object]] = [
        lambda key: seal_value(key, b"", b""),
        lambda key: open_value(key, bytes(40), b""),
        lambda key: blind_index(key, "phone", "1"),
        keyed_digest,
    ]
    for use in uses:
        with pytest.raises(EnvelopeError, match="bad_key"):
            use(bytes(size))


def test_the_layout_of_associated_data() -> None:
    assert (
        associated_data(controller=_ONE, item=_TWO, kind="original") == b"\x01i" + _ONE.bytes + _TWO.bytes + b"original"
    )
    assert (
        column_data(controller=_ONE, table="person", column="sealed_name", row=7)
        == b"\x01c" + _ONE.bytes + b"\x06person\x0bsealed_name7"
    )


@given(st.tuples(_NAMES, _NAMES, st.integers(0, 99)), st.tuples(_NAMES, _NAMES, st.integers(0, 99)))
def test_two_places_never_share_associated_data(one: tuple[str, str, int], two: tuple[str, str, int]) -> None:
    first, second = (column_data(controller=_ONE, table=t, column=c, row=r) for t, c, r in (one, two))
    assert (first == second) == (one == two)
    assert associated_data(controller=_ONE, item=_TWO, kind=one[0]) != first


@pytest.mark.parametrize("name", ["", "Original", "a b", "ä", "1st", "x" * 64, "a\n"])
def test_a_name_outside_the_alphabet_is_refused(name: str) -> None:
    uses: list[Callable[[], bytes]] = [
        lambda: associated_data(controller=_ONE, item=_TWO, kind=name),
        lambda: column_data(controller=_ONE, table=name, column="c", row=1),
        lambda: column_data(controller=_ONE, table="t", column=name, row=1),
        lambda: blind_index(bytes(32), name, "1"),
    ]
    for use in uses:
        with pytest.raises(EnvelopeError, match="bad_address"):
            use()


def test_blind_indexes_separate_key_kind_and_value() -> None:
    key = new_key()
    assert blind_index(key, "phone", "+46701740605") == blind_index(key, "phone", "+46701740605")
    seen = {
        blind_index(key, "phone", "+46701740605"),
        blind_index(key, "phone", "+46701740606"),
        blind_index(key, "number", "+46701740605"),
        blind_index(key, "p", "hone+46701740605"),
        blind_index(new_key(), "phone", "+46701740605"),
    }
    assert len(seen) == 5


def test_a_blind_index_is_an_hmac_over_kind_and_value() -> None:
    key = new_key()
    assert blind_index(key, "email", "dåna@example.com") == hmac.digest(
        key, b"\x05email" + "dåna@example.com".encode(), "sha256"
    )


@given(st.lists(st.binary(max_size=50), max_size=8))
def test_a_streamed_digest_is_that_of_the_whole(parts: list[bytes]) -> None:
    key = uuid4().bytes * 2
    digest = keyed_digest(key)
    for part in parts:
        digest.update(part)
    assert digest.digest() == hmac.new(key, b"".join(parts), hashlib.sha256).digest()
