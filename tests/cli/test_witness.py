from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from folder_log import LOG, VKEY, WITNESS, WITNESS_VKEY, entries_of, sign, write_log
from typer.testing import CliRunner

from callward.cli.witness import app
from callward.engine.tlog import (
    NOTHING_SEEN,
    AddCheckpoint,
    KeyKind,
    LogError,
    NoteSignature,
    SigningKey,
    TileHashes,
    TreeHead,
    format_add_checkpoint,
    format_signing_key,
    format_vkey,
    open_checkpoint,
    parse_note,
    prove_consistency,
    verify_cosignatures,
)
from callward.logfolder import LogFolder
from callward.witness_client import WitnessError, submit_checkpoint
from callward.witness_server import Witness, WitnessServer

LOGS = {LOG.name: LOG.verifier}


def clock() -> int:
    return 1_700_000_000


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[Witness]:
    opened = Witness(WITNESS, LOGS, tmp_path / "state", clock)
    yield opened
    opened.close()


@pytest.fixture
def url(witness: Witness) -> Iterator[str]:
    server = WitnessServer(("127.0.0.1", 0), witness)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=120, trust_env=False) as opened:
        yield opened


def submit(client: httpx.Client, url: str, folder: Path, head: TreeHead, old_size: int = 0) -> bytes:
    def hashes() -> TileHashes:
        return TileHashes(LogFolder(folder), head)

    checkpoint = (folder / "checkpoint").read_bytes()
    return submit_checkpoint(client, url, checkpoint, LOG.verifier, WITNESS.verifier, hashes, old_size=old_size)


def test_a_growing_log_is_cosigned_and_the_witness_remembers(client: httpx.Client, url: str, tmp_path: Path) -> None:
    folder, head = tmp_path / "log", NOTHING_SEEN
    for size in (3, 3, 300, 1_000):
        head = write_log(folder, entries_of(size), head)
        cosigned = submit(client, url, folder, head)
        open_checkpoint(cosigned, LOG.verifier)
        (seen,) = verify_cosignatures(parse_note(cosigned), [WITNESS.verifier])
        assert seen.time == clock()
        kept = client.get(f"{url}/{sha256(LOG.name.encode()).hexdigest()}/checkpoint")
        assert (kept.status_code, kept.content) == (200, cosigned)


def test_a_rewritten_log_is_not_cosigned(client: httpx.Client, url: str, tmp_path: Path) -> None:
    submit(client, url, tmp_path / "log", write_log(tmp_path / "log", entries_of(300)))
    for size in (300, 400):
        rewritten = [b"rewritten", *entries_of(size)[1:]]
        head = write_log(tmp_path / f"other{size}", rewritten)
        with pytest.raises(WitnessError) as refused:
            submit(client, url, tmp_path / f"other{size}", head)
        assert refused.value.code == "witness_inconsistent"


def test_a_log_rolled_back_is_not_cosigned(client: httpx.Client, url: str, tmp_path: Path) -> None:
    submit(client, url, tmp_path / "log", write_log(tmp_path / "log", entries_of(300)))
    head = write_log(tmp_path / "short", entries_of(299))
    with pytest.raises(WitnessError) as refused:
        submit(client, url, tmp_path / "short", head)
    assert refused.value.code == "witness_ahead"


def test_a_witness_that_starts_anew_still_remembers(tmp_path: Path) -> None:
    head = write_log(tmp_path / "log", entries_of(5))
    request = format_add_checkpoint(AddCheckpoint(0, (), (tmp_path / "log" / "checkpoint").read_bytes()))
    first = Witness(WITNESS, LOGS, tmp_path / "state", clock)
    first.add_checkpoint(request)
    first.close()
    second = Witness(WITNESS, LOGS, tmp_path / "state", clock)
    with pytest.raises(LogError) as refused:
        second.add_checkpoint(request)
    assert refused.value.code == "old_size_mismatch"
    second.close()
    assert head.size == 5


def test_two_witnesses_do_not_share_a_folder(witness: Witness, tmp_path: Path) -> None:
    with pytest.raises(LogError) as refused:
        Witness(WITNESS, LOGS, tmp_path / "state", clock)
    assert refused.value.code == "state_in_use"


def test_a_witness_does_not_start_from_a_state_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    stored = tmp_path / "state" / f"{sha256(LOG.name.encode()).hexdigest()}.checkpoint"
    for data in (sign(TreeHead(5, bytes(32))), b"nonsense\n", b""):
        stored.write_bytes(data)
        with pytest.raises(LogError):
            Witness(WITNESS, LOGS, tmp_path / "state", clock)


def test_of_many_requests_at_once_only_one_grows_from_each_tree(url: str, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    head = write_log(folder, entries_of(64))
    hashes = TileHashes(LogFolder(folder), head)
    roots = {}
    for size in range(2, 18):
        roots[size] = write_log(tmp_path / f"log{size}", entries_of(size))
    with httpx.Client(trust_env=False) as client:
        first = format_add_checkpoint(AddCheckpoint(0, (), sign(write_log(tmp_path / "one", entries_of(1)))))
        assert client.post(f"{url}/add-checkpoint", content=first).status_code == 200

        def grow(size: int) -> int:
            proof = prove_consistency(hashes, 1, size)
            request = format_add_checkpoint(AddCheckpoint(1, proof, sign(roots[size])))
            return client.post(f"{url}/add-checkpoint", content=request, timeout=120).status_code

        with ThreadPoolExecutor(16) as pool:
            answers = list(pool.map(grow, range(2, 18)))
    assert sorted(answers) == [200] + [409] * 15


def test_what_could_not_be_stored_is_not_cosigned(
    client: httpx.Client, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    folder = tmp_path / "log"
    write_log(folder, entries_of(5))
    request = format_add_checkpoint(AddCheckpoint(0, (), (folder / "checkpoint").read_bytes()))
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert client.post(f"{url}/add-checkpoint", content=request).status_code == 500
    assert client.post(f"{url}/add-checkpoint", content=request).status_code == 200


def test_unknown_logs_paths_and_bodies_are_answered_as_specified(
    client: httpx.Client, url: str, tmp_path: Path
) -> None:
    other = SigningKey("ledger.example/south", KeyKind.ED25519, b"\x05" * 32)
    foreign = format_add_checkpoint(AddCheckpoint(0, (), sign(NOTHING_SEEN, other)))
    assert client.post(f"{url}/add-checkpoint", content=foreign).status_code == 404
    assert client.post(f"{url}/add-checkpoint", content=b"nonsense").status_code == 400
    assert client.post(f"{url}/other", content=b"").status_code == 404
    assert client.get(f"{url}/{'0' * 64}/checkpoint").status_code == 404
    assert client.get(f"{url}/../lock").status_code == 404
    assert client.post(f"{url}/add-checkpoint", content=b"x" * 200_000).status_code == 413


def test_a_body_without_a_length_is_refused(url: str) -> None:
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=120)
    connection.putrequest("POST", "/add-checkpoint")
    connection.endheaders()
    assert connection.getresponse().status == 411
    connection.close()


def test_another_witness_is_not_taken_for_the_expected_one(client: httpx.Client, url: str, tmp_path: Path) -> None:
    head = write_log(tmp_path / "log", entries_of(5))
    expected = SigningKey(WITNESS.name, KeyKind.COSIGNATURE, b"\x0b" * 32).verifier
    checkpoint = (tmp_path / "log" / "checkpoint").read_bytes()
    with pytest.raises(WitnessError) as refused:
        submit_checkpoint(
            client, url, checkpoint, LOG.verifier, expected, lambda: TileHashes(LogFolder(tmp_path / "log"), head)
        )
    assert refused.value.code == "witness_answer_foreign"


FORGED = NoteSignature(WITNESS.name, WITNESS.verifier.key_id, bytes(7) + b"\1" + bytes(64)).line.encode()


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, FORGED, "witness_answer_malformed"),
        (200, b"", "witness_answer_malformed"),
        (200, b"\xff", "witness_answer_malformed"),
        (200, b"x" * 200_000, "witness_answer_too_large"),
        (409, b"01\n", "witness_answer_malformed"),
        (409, b"2\n", "witness_busy"),
        (409, b"6\n", "witness_ahead"),
        (503, b"", "witness_refused"),
    ],
)
def test_a_witness_that_answers_nonsense_is_refused(status: int, body: bytes, code: str, tmp_path: Path) -> None:
    head = write_log(tmp_path / "log", entries_of(5))
    transport = httpx.MockTransport(lambda _: httpx.Response(status, content=body))
    with httpx.Client(transport=transport) as client, pytest.raises(WitnessError) as refused:
        submit(client, "http://witness.example", tmp_path / "log", head)
    assert refused.value.code == code


def test_a_witness_that_is_not_there_is_unreachable(client: httpx.Client, tmp_path: Path) -> None:
    head = write_log(tmp_path / "log", entries_of(5))
    with pytest.raises(WitnessError) as refused:
        submit(client, "http://127.0.0.1:1", tmp_path / "log", head)
    assert refused.value.code == "witness_unreachable"


def test_key_serve_and_submit_work_together_on_the_command_line(tmp_path: Path) -> None:
    run, key_file = CliRunner(), tmp_path / "witness.key"
    made = run.invoke(app, ["key", "witness.example/w9", "--key-file", str(key_file)])
    vkey = made.stdout.strip()
    assert (made.exit_code, key_file.stat().st_mode & 0o777) == (0, 0o600)
    assert run.invoke(app, ["key", "witness.example/w9", "--key-file", str(key_file)]).exit_code == 2
    write_log(tmp_path / "log", entries_of(300))
    words = ["serve", "--key-file", key_file, "--state", tmp_path / "state", "--log", VKEY, "--listen", "127.0.0.1:0"]
    # A run in the background of a script is started with the interrupt ignored, and its children would be too.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{heard}; from callward.cli.witness import app; app()"
    with subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            assert process.stdout.readline().strip() == vkey
            url = process.stderr.readline().strip()
            assert re.fullmatch(r"http://127\.0\.0\.1:[0-9]+/", url)
            checkpoint, out = tmp_path / "log" / "checkpoint", tmp_path / "cosigned"
            asked = ["submit", "--url", url, "--checkpoint", checkpoint, "--vkey", VKEY, "--tiles", tmp_path / "log"]
            done = run.invoke(app, [*map(str, asked), "--witness-vkey", vkey, "--out", str(out)])
            assert done.exit_code == 0
            assert out.read_bytes().startswith(checkpoint.read_bytes())
            wrong = run.invoke(app, [*map(str, asked), "--witness-vkey", WITNESS_VKEY])
            assert (wrong.exit_code, wrong.stderr.partition(":")[0]) == (1, "witness_answer_foreign")
        finally:
            process.send_signal(signal.SIGINT)
            assert process.wait(120) == 0


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    key_file = tmp_path / "key"
    key_file.write_text(format_signing_key(WITNESS))
    key_file.chmod(0o644)
    words = ["serve", "--key-file", str(key_file), "--state", str(tmp_path / "state"), "--log", VKEY]
    refused = CliRunner().invoke(app, words)
    assert (refused.exit_code, refused.stderr.partition(":")[0]) == (2, "key_file_open_permissions")


def test_a_logs_key_is_no_witness_key_and_a_witness_no_log(tmp_path: Path) -> None:
    for key, log in ((LOG, VKEY), (WITNESS, format_vkey(WITNESS.verifier))):
        key_file = tmp_path / f"{key.kind}"
        key_file.write_text(format_signing_key(key))
        key_file.chmod(0o600)
        words = ["serve", "--key-file", str(key_file), "--state", str(tmp_path / "state"), "--log", log]
        refused = CliRunner().invoke(app, words)
        assert (refused.exit_code, refused.stderr.partition(":")[0]) == (2, "key_kind")
