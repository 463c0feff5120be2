from __future__ import annotations

import base64
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from callward.engine.tlog import (
    Checkpoint,
    KeyKind,
    LogError,
    Note,
    NoteSignature,
    RefutedError,
    SigningKey,
    TreeHead,
    cosign,
    format_note,
    open_checkpoint,
    parse_checkpoint,
    parse_note,
    sign_checkpoint,
    verify_cosignatures,
)

CHECKPOINT = Checkpoint("ledger.example/north", TreeHead(20852163, bytes(range(32))))
lines = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=30)
checkpoints = st.builds(
    Checkpoint,
    lines,
    st.builds(TreeHead, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32)),
    st.lists(lines, max_size=3).map(tuple),
)


def test_a_checkpoint_is_three_lines() -> None:
    root = base64.b64encode(bytes(range(32))).decode()
    assert CHECKPOINT.text == f"ledger.example/north\n20852163\n{root}\n"


@given(checkpoints)
def test_a_checkpoint_reads_back(checkpoint: Checkpoint) -> None:
    assert parse_checkpoint(checkpoint.text) == checkpoint


@given(st.text(max_size=120))
def test_hostile_text_is_no_checkpoint(text: str) -> None:
    with pytest.raises(LogError):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20852163", "020852163"),
        ("20852163", "+20852163"),
        ("20852163", "-1"),
        ("20852163", ""),
        ("20852163", "9223372036854775808"),
        ("20852163", "٣"),
        ("HR4f", "HR4"),
        ("ledger.example/north\n", "\n"),
        ("=\n", "="),
        ("=\n", "=\n\n"),
    ],
)
def test_a_checkpoint_in_another_form_is_refused(old: str, new: str) -> None:
    text = CHECKPOINT.text
    if old == "HR4f":
        old, new = text[-5:-2], text[-5:-3]
    with pytest.raises(LogError):
        parse_checkpoint(text.replace(old, new))


def test_a_signed_checkpoint_opens_under_its_logs_key(log_key: SigningKey) -> None:
    note = sign_checkpoint(CHECKPOINT, log_key)
    assert open_checkpoint(format_note(note), log_key.verifier) == (CHECKPOINT, note)


def test_a_changed_size_is_refused(log_key: SigningKey) -> None:
    data = format_note(sign_checkpoint(CHECKPOINT, log_key)).replace(b"20852163", b"20852164")
    with pytest.raises(RefutedError):
        open_checkpoint(data, log_key.verifier)


def test_a_checkpoint_of_another_log_is_refused(log_key: SigningKey) -> None:
    other = SigningKey("ledger.example/south", KeyKind.ED25519, log_key.seed)
    with pytest.raises(LogError):
        sign_checkpoint(CHECKPOINT, other)
    foreign = Note(CHECKPOINT.text, ())
    signature = NoteSignature(other.name, other.verifier.key_id, other.sign(CHECKPOINT.text.encode()))
    with pytest.raises(LogError) as refused:
        open_checkpoint(format_note(foreign.with_signatures([signature])), other.verifier)
    assert refused.value.code == "origin_mismatch"


def test_a_cosignature_signs_what_the_specification_says(log_key: SigningKey, witness_key: SigningKey) -> None:
    signature = cosign(CHECKPOINT.text, witness_key, 1_679_315_147)
    message = b"cosignature/v1\ntime 1679315147\n" + CHECKPOINT.text.encode()
    expected = Ed25519PrivateKey.from_private_bytes(witness_key.seed).sign(message)
    assert signature.signature == struct.pack(">Q", 1_679_315_147) + expected
    note = sign_checkpoint(CHECKPOINT, log_key).with_signatures([signature])
    (cosignature,) = verify_cosignatures(parse_note(format_note(note)), [witness_key.verifier])
    assert (cosignature.key, cosignature.time) == (witness_key.verifier, 1_679_315_147)
    open_checkpoint(format_note(note), log_key.verifier)


def test_a_cosignature_at_another_time_is_refused(witness_key: SigningKey) -> None:
    good = cosign(CHECKPOINT.text, witness_key, 1_679_315_147)
    later = NoteSignature(good.name, good.key_id, struct.pack(">Q", 1_679_315_148) + good.signature[8:])
    with pytest.raises(RefutedError):
        verify_cosignatures(Note(CHECKPOINT.text, (later,)), [witness_key.verifier])


@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_a_cosignature_states_a_time(time: int, witness_key: SigningKey) -> None:
    with pytest.raises(LogError):
        cosign(CHECKPOINT.text, witness_key, time)


@pytest.mark.parametrize("signature", [b"\0", bytes(72), b"\xff" * 72])
def test_a_cosignature_of_nonsense_is_refused(signature: bytes, witness_key: SigningKey) -> None:
    line = NoteSignature(witness_key.name, witness_key.verifier.key_id, signature)
    with pytest.raises(RefutedError):
        verify_cosignatures(Note(CHECKPOINT.text, (line,)), [witness_key.verifier])


def test_cosignatures_of_strangers_are_not_counted(witness_key: SigningKey) -> None:
    note = Note(CHECKPOINT.text, (cosign(CHECKPOINT.text, witness_key, 1),))
    stranger = SigningKey(witness_key.name, KeyKind.COSIGNATURE, b"\x07" * 32)
    assert verify_cosignatures(note, [stranger.verifier]) == ()


def test_a_logs_key_does_not_cosign(log_key: SigningKey) -> None:
    with pytest.raises(LogError):
        cosign(CHECKPOINT.text, log_key, 1)
    with pytest.raises(LogError):
        verify_cosignatures(Note(CHECKPOINT.text, ()), [log_key.verifier])


@pytest.mark.parametrize("time", [0, 2**63])
def test_a_cosignature_without_a_real_time_is_refused_though_it_verifies(time: int, witness_key: SigningKey) -> None:
    message = f"cosignature/v1\ntime {time}\n{CHECKPOINT.text}".encode()
    signature = struct.pack(">Q", time) + witness_key.sign(message)
    line = NoteSignature(witness_key.name, witness_key.verifier.key_id, signature)
    with pytest.raises(RefutedError):
        verify_cosignatures(Note(CHECKPOINT.text, (line,)), [witness_key.verifier])
