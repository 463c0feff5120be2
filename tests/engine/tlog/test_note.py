from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.tlog import (
    KeyKind,
    LogError,
    Note,
    NoteSignature,
    RefutedError,
    SigningKey,
    VerifierKey,
    format_note,
    format_signing_key,
    format_vkey,
    parse_note,
    parse_signing_key,
    parse_vkey,
    sign_note,
    verify_note,
)

PUBLISHED = json.loads((Path(__file__).parents[2] / "vectors" / "c2sp" / "notes.json").read_text())
names = st.text(st.characters(codec="utf-8", exclude_characters="+"), min_size=1, max_size=40).filter(
    lambda name: not any(sign.isspace() or sign < " " for sign in name)
)
keys = st.builds(SigningKey, names, st.sampled_from(KeyKind), st.binary(min_size=32, max_size=32))
TEXT = "one line\n\nand another\n"


@pytest.mark.parametrize("row", PUBLISHED)
def test_published_notes_verify_under_their_published_keys(row: dict[str, str]) -> None:
    key = parse_vkey(row["vkey"])
    note = parse_note(row["note"].encode())
    verify_note(note, [key])
    assert format_note(note).decode() == row["note"]
    assert format_vkey(key) == row["vkey"]
    with pytest.raises(RefutedError):
        verify_note(Note("Another text.\n", note.signatures), [key])


def test_a_published_private_key_signs_the_published_note() -> None:
    row = PUBLISHED[1]
    key = parse_signing_key(row["signing_key"])
    assert format_signing_key(key) == row["signing_key"]
    assert format_note(sign_note(row["note"].partition("\n\n")[0] + "\n", key)).decode() == row["note"]


@given(keys)
def test_keys_read_back_and_name_themselves(key: SigningKey) -> None:
    assert parse_signing_key(format_signing_key(key)) == key
    assert parse_vkey(format_vkey(key.verifier)) == key.verifier
    whole = key.name.encode() + b"\n" + bytes([key.kind]) + key.verifier.public
    assert key.verifier.key_id == sha256(whole).digest()[:4]


def test_a_private_key_does_not_print_its_secret(log_key: SigningKey) -> None:
    assert "seed" not in repr(log_key)


@given(st.binary(max_size=300) | st.text(alphabet="— ab+\n=AB", max_size=60).map(str.encode))
def test_hostile_bytes_are_no_note_or_read_back(data: bytes) -> None:
    try:
        note = parse_note(data)
    except LogError:
        return
    assert format_note(note) == data


@given(st.text(max_size=120) | st.text(alphabet="PRIVATE+KEY0123456789abcdef=/", max_size=120))
def test_hostile_text_is_no_key(text: str) -> None:
    for parse in (parse_vkey, parse_signing_key):
        with pytest.raises(LogError):
            parse(text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\xe2\x80\x94 a AAAAAAA=",
        b"text\n\n\xe2\x80\x94 a AAAAAAA\n",
        b"text\n\n\xe2\x80\x94 a AAAAAAB=\n",
        b"text\n\n\xe2\x80\x94 a AAAAAA==\n",
        b"text\n\n- a AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 a+b AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 \xc2\xa0 AAAAAAA=\n",
        b"te\rxt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"te\xffxt\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"\n\n\xe2\x80\x94 a AAAAAAA=\n",
        b"text\n\n" + b"\xe2\x80\x94 a AAAAAAA=\n" * 65,
        b"x" * 131_072 + b"\n\n\xe2\x80\x94 a AAAAAAA=\n",
    ],
)
def test_a_malformed_note_is_refused(data: bytes) -> None:
    with pytest.raises(LogError):
        parse_note(data)


def test_a_text_keeps_its_own_empty_lines(log_key: SigningKey) -> None:
    note = sign_note(TEXT, log_key)
    assert parse_note(format_note(note)) == note
    verify_note(note, [log_key.verifier])


def test_signatures_of_strangers_are_ignored_but_never_enough(log_key: SigningKey) -> None:
    note = sign_note(TEXT, log_key)
    stranger = SigningKey(log_key.name, KeyKind.ED25519, b"\x09" * 32)
    with pytest.raises(RefutedError):
        verify_note(note, [stranger.verifier])
    both = note.with_signatures(sign_note(TEXT, stranger).signatures)
    verify_note(both, [log_key.verifier])


def test_a_known_key_that_fails_spoils_the_note(log_key: SigningKey) -> None:
    note = sign_note(TEXT, log_key)
    broken = NoteSignature(log_key.name, log_key.verifier.key_id, bytes(64))
    with pytest.raises(RefutedError):
        verify_note(note.with_signatures([broken]), [log_key.verifier])


@given(st.integers(0, 63), st.integers(0, 7))
def test_a_changed_bit_in_a_signature_is_refused(at: int, bit: int) -> None:
    key = SigningKey("ledger.example/north", KeyKind.ED25519, b"\x01" * 32)
    good = sign_note(TEXT, key).signatures[0]
    changed = bytearray(good.signature)
    changed[at] ^= 1 << bit
    with pytest.raises(RefutedError):
        verify_note(Note(TEXT, (NoteSignature(good.name, good.key_id, bytes(changed)),)), [key.verifier])


def test_a_cosigning_key_neither_signs_nor_verifies_notes(witness_key: SigningKey, log_key: SigningKey) -> None:
    with pytest.raises(LogError):
        sign_note(TEXT, witness_key)
    with pytest.raises(LogError):
        verify_note(sign_note(TEXT, log_key), [witness_key.verifier])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u2003b", "a\nb", "a" * 256, "\ud800"])
def test_a_key_name_outside_the_specification_is_refused(name: str) -> None:
    with pytest.raises(LogError):
        VerifierKey(name, KeyKind.ED25519, bytes(32))


@pytest.mark.parametrize("key_id", ["00000000", "D3023A39", "d3023a3", "d3023a3900"])
def test_a_key_id_that_is_not_the_keys_is_refused(key_id: str, log_key: SigningKey) -> None:
    true_id = log_key.verifier.key_id.hex()
    with pytest.raises(LogError):
        parse_vkey(format_vkey(log_key.verifier).replace(true_id, key_id))
    with pytest.raises(LogError):
        parse_signing_key(format_signing_key(log_key).replace(true_id, key_id))
