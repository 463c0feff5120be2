"""Keys that wrap keys: RFC 5649."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.envelope import KEY_SIZE, EnvelopeError, new_key, unwrap_key, wrap_key
from callward.engine.envelope.keys import _kwp_unwrap, _kwp_wrap

_VECTORS = Path(__file__).parents[2] / "vectors" / "kwp"
_KEYS = st.binary(min_size=KEY_SIZE, max_size=KEY_SIZE)


def test_the_examples_of_rfc_5649() -> None:
    for example in json.loads((_VECTORS / "rfc5649.json").read_text()):
        kek, key, wrapped = (bytes.fromhex(example[name]) for name in ("kek", "key", "wrapped"))
        assert _kwp_wrap(kek, key) == wrapped
        assert _kwp_unwrap(kek, wrapped) == key


def test_every_wycheproof_case() -> None:
    groups = json.loads((_VECTORS / "aes_kwp_test.json").read_text())["testGroups"]
    seen = {"valid": 0, "invalid": 0}
    for case in (case for group in groups for case in group["tests"]):
        kek, key, wrapped = (bytes.fromhex(case[name]) for name in ("key", "msg", "ct"))
        seen[case["result"]] += 1
        if case["result"] == "valid":
            assert _kwp_wrap(kek, key) == wrapped
            assert _kwp_unwrap(kek, wrapped) == key
        else:
            with pytest.raises(EnvelopeError, match="unwrap_failed"):
                _kwp_unwrap(kek, wrapped)
    assert min(seen.values()) > 50


@given(_KEYS, _KEYS)
def test_what_was_wrapped_unwraps(kek: bytes, key: bytes) -> None:
    assert unwrap_key(kek, wrap_key(kek, key)) == key


@given(_KEYS, _KEYS, st.integers(0, 40 * 8 - 1))
def test_every_changed_bit_is_refused(kek: bytes, key: bytes, bit: int) -> None:
    wrapped = bytearray(wrap_key(kek, key))
    wrapped[bit // 8] ^= 1 << bit % 8
    with pytest.raises(EnvelopeError, match="unwrap_failed"):
        unwrap_key(kek, bytes(wrapped))


def test_another_wrapping_key_is_refused() -> None:
    with pytest.raises(EnvelopeError, match="unwrap_failed"):
        unwrap_key(new_key(), wrap_key(new_key(), new_key()))


@given(st.binary(max_size=80))
def test_what_is_no_wrapped_key_is_refused(wrapped: bytes) -> None:
    with pytest.raises(EnvelopeError, match="unwrap_failed"):
        unwrap_key(bytes(KEY_SIZE), wrapped)


def test_a_wrapped_key_of_another_size_is_refused() -> None:
    kek = new_key()
    with pytest.raises(EnvelopeError, match="unwrap_failed"):
        unwrap_key(kek, _kwp_wrap(kek, bytes(31)))
    with pytest.raises(EnvelopeError, match="unwrap_failed"):
        unwrap_key(kek, _kwp_wrap(kek, bytes(16)))


@pytest.mark.parametrize("size", [0, 16, 24, 31, 33, 64])
def test_a_key_has_32_bytes(size: int) -> None:
    for wrong in ((bytes(size), bytes(32)), (bytes(32), bytes(size))):
        with pytest.raises(EnvelopeError, match="bad_key"):
            wrap_key(*wrong)
    with pytest.raises(EnvelopeError, match="bad_key"):
        unwrap_key(bytes(size), bytes(40))


def test_keys_are_not_drawn_twice() -> None:
    assert len({new_key() for _ in range(100)}) == 100
