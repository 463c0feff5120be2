"""``callward verify certificate``: certificates made by the engine alone, as an auditor has them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from folder_log import LOG, VKEY, WITNESS, WITNESS_VKEY, sign, write_log
from typer.testing import CliRunner

from callward.certificate import Certificate, KnownBackup, ProvenEntry, Shares, sign_certificate
from callward.cli.verify import verify
from callward.engine.tlog import (
    Entry,
    Reference,
    TileHashes,
    cosign,
    encode_entry,
    format_note,
    open_checkpoint,
    prove_inclusion,
)
from callward.logfolder import LogFolder

PERSON, CONTROLLER = "4f3c2b1a-0000-4000-8000-000000000001", "4f3c2b1a-0000-4000-8000-000000000002"
ERASURE, TURN = "4f3c2b1a-0000-4000-8000-00000000000a", "4f3c2b1a-0000-4000-8000-00000000000b"
BEGAN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
# Action, outcome, what it is about, facts: one second after each other.
ACTS: tuple[tuple[str, str, str, dict[str, str | int]], ...] = (
    ("person.erased", "intended", "person", {"intent": ERASURE}),
    ("person.erased", "done", "person", {"intent": ERASURE, "held": 2}),
    ("person.calls_swept", "done", "person", {"calls": 3}),
    ("keys.turned", "intended", "controller", {"intent": TURN}),
    ("keys.turned", "done", "controller", {"intent": TURN, "epoch": 8, "rows": 41}),
)


def _at(second: int) -> datetime:
    return BEGAN + timedelta(seconds=second)


def _entry(second: int) -> bytes:
    action, outcome, kind, facts = ACTS[second]
    about = Reference(kind, PERSON if kind == "person" else CONTROLLER)
    identity = f"4f3c2b1a-0000-4000-8000-0000000001{second:02d}"
    actor = Reference("staff", "4f3c2b1a-0000-4000-8000-000000000003")
    return encode_entry(Entry(identity, _at(second), bytes(16), actor, action, about, outcome, facts=facts))


@pytest.fixture
def final(tmp_path: Path) -> Certificate:
    """A certificate of an erasure that is final, with everything that it may leave uncovered."""
    entries = [b"another act", *map(_entry, range(len(ACTS))), b"a later act"]
    head = write_log(tmp_path / "log", entries)
    hashes = TileHashes(LogFolder(tmp_path / "log"), head)
    return Certificate(
        origin=LOG.name,
        controller=CONTROLLER,
        person=PERSON,
        asked_at=_at(0),
        effective_at=_at(1),
        final_by=None,
        final_at=_at(4),
        epoch=7,
        root_destroyed_at=_at(3),
        held_items=1,
        roots_in_files=(6, 7),
        escrow=(Shares(6, 3, 2),),
        suppressed_until=_at(2) + timedelta(days=400),
        backups=(KnownBackup("2026-03-01t093000-000000-4f3c2b", _at(0)),),
        entries=tuple(
            ProvenEntry(entries[place], place, prove_inclusion(hashes, place, head.size))
            for place in range(1, len(ACTS) + 1)
        ),
        checkpoint=sign(head).decode(),
    )


@pytest.fixture
def early(final: Certificate) -> Certificate:
    """The same before the turn and before the calls were removed."""
    return replace(
        final,
        final_at=None,
        root_destroyed_at=None,
        final_by=_at(0) + timedelta(days=30),
        suppressed_until=None,
        escrow=(),
        backups=(),
        held_items=0,
        entries=final.entries[:2],
    )


def _ask(folder: Path, data: bytes, *words: str) -> tuple[int, dict[str, Any]]:
    (folder / "erasure.certificate").write_bytes(data)
    result = CliRunner().invoke(verify, ["certificate", str(folder / "erasure.certificate"), *words, "--json"])
    return result.exit_code, json.loads(result.stdout)


def test_a_final_certificate_holds_and_each_claim_is_a_sentence(final: Certificate, tmp_path: Path) -> None:
    code, said = _ask(tmp_path, sign_certificate(final, LOG), "--vkey", VKEY)
    assert code == 0
    assert (said["person"], said["effective_at"], said["final_at"], said["size"]) == (
        PERSON,
        "2026-03-01 09:30:01 UTC",
        "2026-03-01 09:30:04 UTC",
        7,
    )
    assert said["proven"] == [
        f"The ledger {LOG.name} signed this certificate about the person {PERSON}.",
        "The erasure was begun at 2026-03-01 09:30:00 UTC (entry 1).",
        "It has been effective since 2026-03-01 09:30:01 UTC (entry 2).",
        "3 calls of the person had been removed (entry 3).",
        (
            "It has been final since 2026-03-01 09:30:04 UTC, when the keys had left epoch 7: that turn began after the"
            " erasure was done (entries 4 and 5)."
        ),
    ]
    stated = " ".join(said["stated"])
    for told in (
        "The root key of epoch 7 was destroyed at 2026-03-01 09:30:03 UTC.",
        "1 backup may hold what was sealed for the person: 2026-03-01t093000-000000-4f3c2b of",
        "Not covered: 1 item that a hold",
        "the root key of epoch 6 lay in a file",
        "any 2 of 3 shares bring the root key of epoch 6 back",
        "Not covered: until 2027-04-05 09:30:02 UTC keyed digests",
    ):
        assert told in stated
    assert "not final yet" not in stated


def test_before_the_turn_it_says_that_it_is_not_final_and_by_when(early: Certificate, tmp_path: Path) -> None:
    code, said = _ask(tmp_path, sign_certificate(early, LOG), "--vkey", VKEY)
    assert (code, said["final_at"]) == (0, "")
    assert said["stated"][0].startswith("It is not final yet:")
    assert "by 2026-03-31 09:30:00 UTC." in said["stated"][0]
    assert (
        "The ledger tells of no backup that was made while there was something of the person to copy." in said["stated"]
    )


def test_what_waits_for_the_word_of_officers_says_so_and_how_much_of_it_was_given(
    final: Certificate, tmp_path: Path
) -> None:
    waits = replace(final, final_at=None, escrow=(Shares(7, 5, 3, 0), Shares(6, 3, 2)))
    code, said = _ask(tmp_path, sign_certificate(waits, LOG), "--vkey", VKEY)
    assert (code, said["final_at"]) == (0, "")
    assert said["stated"][0].startswith("It is not final yet: it has not been recorded")
    assert (
        "Not covered yet: any 3 of 5 shares bring the root key of epoch 7 back. It is final when it has been recorded"
        " of 3 shares that they were destroyed; so far of 0."
    ) in said["stated"]
    assert (
        "Not covered: any 2 of 3 shares bring the root key of epoch 6 back until their officers have destroyed them."
        in said["stated"]
    )


def test_people_read_sentences(final: Certificate, tmp_path: Path) -> None:
    file = tmp_path / "erasure.certificate"
    file.write_bytes(sign_certificate(final, LOG))
    result = CliRunner().invoke(verify, ["certificate", str(file), "--vkey", VKEY])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "Holds"
    assert "Proven by the ledger" in result.stdout
    assert "Stated by the controller" in result.stdout


def test_it_is_read_from_standard_input(final: Certificate) -> None:
    result = CliRunner().invoke(
        verify, ["certificate", "-", "--vkey", VKEY, "--json"], input=sign_certificate(final, LOG)
    )
    assert result.exit_code == 0


def test_a_claim_against_the_entries_does_not_hold(final: Certificate, tmp_path: Path) -> None:
    lie = replace(final, effective_at=_at(0))
    code, said = _ask(tmp_path, sign_certificate(lie, LOG), "--vkey", VKEY)
    assert (code, said["verified"], said["code"]) == (1, False, "certificate_contradicted")


def test_a_changed_claim_does_not_hold(final: Certificate, tmp_path: Path) -> None:
    data = sign_certificate(final, LOG).replace(b'"held_items":1', b'"held_items":0')
    code, said = _ask(tmp_path, data, "--vkey", VKEY)
    assert (code, said["code"]) == (1, "signature_invalid")


def test_no_certificate_and_no_key_cannot_be_told(final: Certificate, tmp_path: Path) -> None:
    assert _ask(tmp_path, b"Dana Example was erased.\n", "--vkey", VKEY)[0] == 2
    assert _ask(tmp_path, final.checkpoint.encode(), "--vkey", VKEY)[0] == 2
    code, said = _ask(tmp_path, sign_certificate(final, LOG))
    assert (code, said["code"]) == (2, "key_missing")


def test_a_second_signature_has_no_place_on_a_certificate(final: Certificate, tmp_path: Path) -> None:
    data = sign_certificate(final, LOG)
    line = data.split(b"\n\n")[-1]
    code, said = _ask(tmp_path, data + line, "--vkey", VKEY)
    assert (code, said["code"]) == (2, "certificate_malformed")


def test_witnesses_of_the_checkpoint_count(final: Certificate, tmp_path: Path) -> None:
    words = ("--vkey", VKEY, "--witness-vkey", WITNESS_VKEY)
    assert _ask(tmp_path, sign_certificate(final, LOG), *words)[0] == 1
    checkpoint, note = open_checkpoint(final.checkpoint.encode(), LOG.verifier)
    cosigned = format_note(note.with_signatures([cosign(checkpoint.text, WITNESS, 1_772_357_500)])).decode()
    code, said = _ask(tmp_path, sign_certificate(replace(final, checkpoint=cosigned), LOG), *words)
    assert (code, said["witnesses"]) == (0, 1)
