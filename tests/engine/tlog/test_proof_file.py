from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from memory_log import MemoryStore, grow, leaves_of

from callward.engine.tlog import (
    Checkpoint,
    LogError,
    ProofFile,
    RefutedError,
    SigningKey,
    TileHashes,
    format_note,
    format_proof_file,
    leaf_hash,
    parse_proof_file,
    prove_inclusion,
    sign_checkpoint,
    verify_proof_file,
)

checkpoints = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40).map(
    lambda text: f"{text}\n".encode()
)
proofs = st.builds(
    ProofFile,
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    checkpoints,
    st.none() | st.binary(max_size=100),
)


@pytest.fixture
def proof(store: MemoryStore, log_key: SigningKey) -> ProofFile:
    entries = leaves_of(600)
    head = grow(store, [leaf_hash(entry) for entry in entries])
    note = sign_checkpoint(Checkpoint(log_key.name, head), log_key)
    hashes = prove_inclusion(TileHashes(store, head), 417, head.size)
    return ProofFile(417, hashes, format_note(note), entries[417])


@given(proofs)
def test_a_proof_file_reads_back(proof: ProofFile) -> None:
    assert parse_proof_file(format_proof_file(proof)) == proof


@given(st.binary(max_size=200), st.integers(0, 40))
def test_hostile_bytes_are_no_proof_file_or_read_back(data: bytes, keep: int) -> None:
    start = format_proof_file(ProofFile(1, (bytes(32),), b"x\n", b"y"))
    try:
        proof = parse_proof_file(start[:keep] + data)
    except LogError:
        return
    assert format_proof_file(proof) == start[:keep] + data


def test_a_proof_file_proves_its_entry(proof: ProofFile, log_key: SigningKey) -> None:
    read = parse_proof_file(format_proof_file(proof))
    checkpoint, note = verify_proof_file(read, read.extra or b"", log_key.verifier)
    assert checkpoint.head.size == 600
    assert format_note(note) == proof.checkpoint


def test_another_entry_is_not_proven(proof: ProofFile, log_key: SigningKey) -> None:
    with pytest.raises(RefutedError):
        verify_proof_file(proof, b"entry 418", log_key.verifier)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"index 417", b"index 0417"),
        (b"index 417\n", b""),
        (b"extra ", b"Extra "),
        (b"\n\nledger", b"\nledger"),
        (b"index", b"\tindex"),
    ],
)
def test_a_proof_file_in_another_form_is_refused(old: bytes, new: bytes, proof: ProofFile) -> None:
    data = format_proof_file(proof)
    assert old in data
    with pytest.raises(LogError):
        parse_proof_file(data.replace(old, new))


def test_a_proof_file_is_capped(proof: ProofFile) -> None:
    with pytest.raises(LogError):
        parse_proof_file(format_proof_file(proof) + b"x\n" * 200_000)
    with pytest.raises(LogError):
        ProofFile(0, (bytes(32),) * 64, b"x\n")
