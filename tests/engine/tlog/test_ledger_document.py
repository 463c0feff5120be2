from __future__ import annotations

import re
from pathlib import Path

from memory_log import oracle

from callward.engine.tlog import (
    decode_entry,
    leaf_hash,
    open_checkpoint,
    parse_proof_file,
    parse_vkey,
    verify_cosignatures,
    verify_proof_file,
)

DOCUMENT = (Path(__file__).parents[3] / "docs" / "formats" / "ledger.md").read_text("utf-8")
ENTRY, CHECKPOINT, KEYS, PROOF = re.findall(r"```(?:json|text)\n(.*?)```", DOCUMENT, re.DOTALL)


def test_the_documented_example_is_what_the_engine_reads() -> None:
    entry = ENTRY.strip().encode()
    assert len(entry) == 599
    assert decode_entry(entry).action == "recording.opened"
    assert leaf_hash(entry).hex() in DOCUMENT
    log, witness = map(parse_vkey, KEYS.split())
    checkpoint, note = open_checkpoint(CHECKPOINT.encode(), log)
    assert checkpoint.head.root == oracle([entry, b"second entry", b"third entry"])
    assert [seen.time for seen in verify_cosignatures(note, [witness])] == [1_700_000_000]
    verify_proof_file(parse_proof_file(PROOF.encode()), entry, log)
