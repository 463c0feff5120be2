from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from folder_log import LOG, VKEY, WITNESS, WITNESS_VKEY, entries_of, newest_tile, sign, write_log
from typer.testing import CliRunner

from callward.cli.verify import verify
from callward.engine.tlog import (
    KeyKind,
    ProofFile,
    SigningKey,
    TileHashes,
    TreeHead,
    cosign,
    format_bundle,
    format_note,
    format_proof_file,
    format_proof_lines,
    format_vkey,
    open_checkpoint,
    prove_consistency,
    prove_inclusion,
)
from callward.logfolder import LogFolder

SIZE = 700


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TreeHead]:
    folder = tmp_path_factory.mktemp("log")
    return folder, write_log(folder, entries_of(SIZE))


@pytest.fixture
def log(made: tuple[Path, TreeHead], tmp_path: Path) -> Path:
    """A log of 700 entries, the test's own copy."""
    return Path(shutil.copytree(made[0], tmp_path / "log"))


@pytest.fixture
def head(made: tuple[Path, TreeHead]) -> TreeHead:
    return made[1]


def ask(*words: object) -> tuple[int, dict[str, Any]]:
    result = CliRunner().invoke(verify, [*map(str, words), "--json"])
    return result.exit_code, json.loads(result.stdout)


def cosigned(data: bytes, *witnesses: SigningKey) -> bytes:
    checkpoint, note = open_checkpoint(data, LOG.verifier)
    return format_note(note.with_signatures([cosign(checkpoint.text, key, 1_700_000_000) for key in witnesses]))


def test_a_signed_checkpoint_holds(log: Path, head: TreeHead) -> None:
    code, said = ask("checkpoint", log / "checkpoint", "--vkey", VKEY)
    assert code == 0
    assert said == {
        "verified": True,
        "origin": LOG.name,
        "size": SIZE,
        "root": head.root.hex(),
        "witnesses": 0,
    }


def test_an_answer_for_people_says_it_in_words(log: Path) -> None:
    holds = CliRunner().invoke(verify, ["checkpoint", str(log / "checkpoint"), "--vkey", VKEY])
    assert (holds.exit_code, holds.stdout.splitlines()[0]) == (0, "Holds")
    (log / "checkpoint").write_bytes((log / "checkpoint").read_bytes().replace(b"\n700\n", b"\n701\n"))
    not_held = CliRunner().invoke(verify, ["checkpoint", str(log / "checkpoint"), "--vkey", VKEY])
    assert (not_held.exit_code, not_held.stderr.splitlines()[0]) == (1, "Does not hold")


def test_another_logs_key_does_not_vouch(log: Path) -> None:
    other = format_vkey(SigningKey(LOG.name, KeyKind.ED25519, b"\x08" * 32).verifier)
    code, said = ask("checkpoint", log / "checkpoint", "--vkey", other)
    assert (code, said["verified"], said["code"]) == (1, False, "unsigned")


@pytest.mark.parametrize("data", [None, b"", b"nonsense\n", b"x" * 200_000])
def test_what_cannot_be_read_cannot_be_told(data: bytes | None, tmp_path: Path) -> None:
    if data is not None:
        (tmp_path / "c").write_bytes(data)
    code, said = ask("checkpoint", tmp_path / "c", "--vkey", VKEY)
    assert (code, said["verified"]) == (2, None)


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "c")
    assert ask("checkpoint", tmp_path / "c", "--vkey", VKEY)[1]["code"] == "unreadable"


def test_a_missing_key_cannot_be_told(log: Path) -> None:
    assert ask("checkpoint", log / "checkpoint")[1]["code"] == "key_missing"


def test_witnesses_are_needed_once_they_are_named(log: Path) -> None:
    plain = log / "checkpoint"
    words = ("checkpoint", plain, "--vkey", VKEY, "--witness-vkey", WITNESS_VKEY)
    assert ask(*words)[1]["code"] == "quorum_not_met"
    plain.write_bytes(cosigned(plain.read_bytes(), WITNESS))
    code, said = ask(*words)
    assert (code, said["witnesses"], said["cosigned_at"]) == (0, 1, "2023-11-14T22:13:20+00:00")
    second = format_vkey(SigningKey("witness.example/w2", KeyKind.COSIGNATURE, b"\x03" * 32).verifier)
    assert ask(*words, "--witness-vkey", second)[0] == 1
    assert ask(*words, "--witness-vkey", second, "--witnesses", 1)[0] == 0


def test_a_policy_stands_for_the_keys(log: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy"
    policy.write_text(f"log {VKEY}\nwitness w {WITNESS_VKEY}\nquorum w\n")
    words = ("checkpoint", log / "checkpoint", "--policy", policy)
    assert ask(*words)[1]["code"] == "quorum_not_met"
    (log / "checkpoint").write_bytes(cosigned((log / "checkpoint").read_bytes(), WITNESS))
    assert ask(*words)[0] == 0


def test_an_entry_in_the_log_is_included_and_its_neighbour_is_not(log: Path, head: TreeHead, tmp_path: Path) -> None:
    (tmp_path / "entry").write_bytes(b"entry 321")
    (tmp_path / "other").write_bytes(b"entry 322")
    proof = prove_inclusion(TileHashes(LogFolder(log), head), 321, SIZE)
    (tmp_path / "proof").write_bytes(format_proof_lines(proof))
    words = ("inclusion", "--checkpoint", log / "checkpoint", "--vkey", VKEY, "--proof", tmp_path / "proof")
    assert ask(*words, "--index", 321, "--entry", tmp_path / "entry")[0] == 0
    assert ask(*words, "--index", 322, "--entry", tmp_path / "entry")[0] == 1
    assert ask(*words, "--index", 321, "--entry", tmp_path / "other")[1]["code"] == "root_mismatch"


def test_a_log_that_grew_is_consistent_by_proof_and_by_tiles(log: Path, head: TreeHead, tmp_path: Path) -> None:
    (tmp_path / "old").write_bytes((log / "checkpoint").read_bytes())
    grown = write_log(log, entries_of(1_300), head)
    proof = prove_consistency(TileHashes(LogFolder(log), grown), SIZE, 1_300)
    (tmp_path / "proof").write_bytes(format_proof_lines(proof))
    words = ("consistency", "--old", tmp_path / "old", "--new", log / "checkpoint", "--vkey", VKEY)
    assert ask(*words, "--proof", tmp_path / "proof") == ask(*words, "--tiles", log)
    assert ask(*words, "--tiles", log)[0] == 0
    assert ask(*words)[1]["code"] == "proof_missing"
    backwards = ("consistency", "--new", tmp_path / "old", "--old", log / "checkpoint", "--vkey", VKEY)
    assert ask(*backwards, "--tiles", log)[1]["code"] == "rolled_back"


def test_a_saved_proof_holds_by_itself(log: Path, head: TreeHead, tmp_path: Path) -> None:
    hashes = prove_inclusion(TileHashes(LogFolder(log), head), 5, SIZE)
    saved = ProofFile(5, hashes, (log / "checkpoint").read_bytes(), b"entry 5")
    path = tmp_path / "act.tlog-proof"
    path.write_bytes(format_proof_file(saved))
    assert ask("proof", path, "--vkey", VKEY)[0] == 0
    assert ask("proof", path, "--vkey", VKEY, "--witness-vkey", WITNESS_VKEY)[1]["code"] == "quorum_not_met"
    (tmp_path / "entry").write_bytes(b"entry 6")
    assert ask("proof", path, "--vkey", VKEY, "--entry", tmp_path / "entry")[0] == 1
    path.write_bytes(format_proof_file(ProofFile(5, hashes, saved.checkpoint)))
    assert ask("proof", path, "--vkey", VKEY)[1]["code"] == "entry_missing"


def test_a_whole_log_holds_against_what_was_held(log: Path, head: TreeHead, tmp_path: Path) -> None:
    (tmp_path / "held").write_bytes((log / "checkpoint").read_bytes())
    write_log(log, entries_of(1_300), head)
    code, said = ask("log", log, "--vkey", VKEY, "--held", tmp_path / "held")
    assert (code, said["size"], said["held"]) == (0, 1_300, 1)


@pytest.mark.parametrize("size", [SIZE, 900])
def test_a_log_rewritten_with_the_real_key_is_exposed_by_a_held_checkpoint(
    size: int, log: Path, tmp_path: Path
) -> None:
    (tmp_path / "held").write_bytes((log / "checkpoint").read_bytes())
    shutil.rmtree(log)
    entries = entries_of(size)
    entries[40] = b"something else happened"
    write_log(log, entries)
    assert ask("log", log, "--vkey", VKEY)[0] == 0
    code, said = ask("log", log, "--vkey", VKEY, "--held", tmp_path / "held")
    assert (code, said["code"]) == (1, "history_rewritten")


def test_a_log_cut_short_with_the_real_key_is_exposed_by_a_held_checkpoint(log: Path, tmp_path: Path) -> None:
    (tmp_path / "held").write_bytes((log / "checkpoint").read_bytes())
    shutil.rmtree(log)
    write_log(log, entries_of(SIZE - 1))
    assert ask("log", log, "--vkey", VKEY, "--held", tmp_path / "held")[1]["code"] == "rolled_back"


def test_a_changed_entry_is_found_without_any_held_checkpoint(log: Path) -> None:
    entries = entries_of(256)
    entries[7] = b"entry 8"
    (log / "tile/entries/000").write_bytes(format_bundle(entries))
    code, _ = ask("log", log, "--vkey", VKEY)
    assert code == 1


def test_a_changed_tile_is_found(log: Path, head: TreeHead) -> None:
    path = log / newest_tile(head).path
    path.write_bytes(bytes(32) + path.read_bytes()[32:])
    assert ask("log", log, "--vkey", VKEY)[1]["code"] == "tile_mismatch"


def test_a_lost_bundle_cannot_be_told(log: Path) -> None:
    (log / "tile/entries/001").unlink()
    code, said = ask("log", log, "--vkey", VKEY)
    assert (code, said["code"]) == (2, "missing")


def test_an_empty_log_holds(tmp_path: Path) -> None:
    write_log(tmp_path, [])
    assert ask("log", tmp_path, "--vkey", VKEY)[0] == 0


def test_a_root_that_was_never_the_trees_does_not_hold(log: Path) -> None:
    (log / "checkpoint").write_bytes(sign(TreeHead(SIZE, bytes(32))))
    assert ask("log", log, "--vkey", VKEY)[1]["code"] == "root_mismatch"


def test_verifying_needs_no_django() -> None:
    code = "import sys, callward.cli.verify; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
