"""What `callward doctor` proves: by real handshakes, by looking at files, by holding advisories against versions."""

from __future__ import annotations

import http.server
import json
import ssl
import threading
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from private_ca import PrivateCa
from tls_mail_server import TlsMailServer

from callward.web.audit.models import Witness
from callward.web.core.models import Controller
from callward.web.proofs import Proof, advisories, connections, machine, prove

pytestmark = pytest.mark.django_db


def _of(name: str, proofs: Iterator[Proof]) -> Proof:
    return next(proof for proof in proofs if proof.name == name)


@contextmanager
def _https(ca: PrivateCa, hsts: str, name: str = "localhost", *, careless: bool = False) -> Iterator[int]:
    """A console behind a proxy; a careless one speaks old TLS, and hands on whatever headers it is sent."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(301 if careless and "X_Forwarded_Proto" in self.headers else 200)
            self.send_header("Strict-Transport-Security", hsts)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*ca.issue(name))
    if careless:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_console_on_this_machine_alone_needs_no_certificate() -> None:
    assert _of("console", connections.prove()).well


@override_settings(HTTPS=True, ADDRESS="")
def test_an_address_is_asked_for_where_tls_is_to_be_proven() -> None:
    proof = _of("console", connections.prove())
    assert (proof.well, "CALLWARD_ADDRESS" in proof.told) == (False, True)


def test_tls_and_its_header_are_proven_by_asking(tmp_path: Path) -> None:
    ca = PrivateCa(tmp_path)
    with (
        _https(ca, "max-age=31536000; includeSubDomains") as port,
        override_settings(HTTPS=True, ADDRESS=f"https://localhost:{port}", ADDRESS_CA=str(ca.path)),
    ):
        proofs = {proof.name: proof for proof in connections.prove()}
    assert proofs["console"].well
    assert "TLSv1.3" in proofs["console"].told
    assert proofs["headers"].well
    assert proofs["hsts"].well
    assert "365 days" in proofs["hsts"].told


def test_a_short_header_and_an_unknown_authority_are_named(tmp_path: Path) -> None:
    ca = PrivateCa(tmp_path)
    with _https(ca, "max-age=300") as port:
        address = f"https://localhost:{port}"
        with override_settings(HTTPS=True, ADDRESS=address, ADDRESS_CA=str(ca.path)):
            assert not _of("hsts", connections.prove()).well
        with override_settings(HTTPS=True, ADDRESS=address, ADDRESS_CA=""):
            proof = _of("console", connections.prove())
    assert not proof.well
    assert "certificate does not hold" in proof.told


def test_old_tls_and_headers_that_are_handed_on_are_named(tmp_path: Path) -> None:
    ca = PrivateCa(tmp_path)
    with (
        _https(ca, "max-age=31536000", careless=True) as port,
        override_settings(HTTPS=True, ADDRESS=f"https://localhost:{port}", ADDRESS_CA=str(ca.path)),
    ):
        proofs = {proof.name: proof for proof in connections.prove()}
    assert (proofs["console"].well, "TLS 1.0 or 1.1" in proofs["console"].told) == (False, True)
    assert (proofs["headers"].well, "underscores" in proofs["headers"].told) == (False, True)


def test_nobody_who_answers_is_named() -> None:
    with override_settings(HTTPS=True, ADDRESS="https://localhost:9"):
        proof = _of("console", connections.prove())
    assert (proof.well, proof.told.endswith("no connection (ConnectionRefusedError)")) == (False, True)


@pytest.mark.parametrize("offers", [True, False])
def test_mail_is_proven_by_the_handshake(offers: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = PrivateCa(tmp_path)
    monkeypatch.setattr(ssl, "create_default_context", lambda: _trusting(ca))
    with (
        TlsMailServer(*ca.issue("mail"), offers=offers) as server,
        override_settings(EMAIL_HOST="localhost", EMAIL_PORT=server.port, EMAIL_USE_TLS=True, EMAIL_USE_SSL=False),
    ):
        proof = _of("mail", connections.prove())
    assert proof.well is offers
    assert ("TLSv1.3" in proof.told) is offers


def _trusting(ca: PrivateCa) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca.path)
    return context


def test_an_address_in_the_open_is_named(acme: Controller) -> None:
    assert _of("stores", connections.prove()).well
    Witness.objects.create(controller=acme, kind="witness", name="W", address="http://witness.example.org")
    proof = _of("stores", connections.prove())
    assert (proof.well, "witness" in proof.told) == (False, True)


def test_files_that_others_can_read_and_debugging_are_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    root = tmp_path / "roots" / "a" / "1.key"
    root.parent.mkdir(parents=True)
    for folder in (root.parent, root.parent.parent):
        folder.chmod(0o700)
    root.touch(0o600)
    with override_settings(CALLWARD_HOME=tmp_path):
        assert _of("files", machine.prove()).well
        root.chmod(0o640)
        proof = _of("files", machine.prove())
    assert (proof.well, str(root) in proof.told) == (False, True)
    assert _of("debug", machine.prove()).well
    with override_settings(DEBUG=True):
        assert not _of("debug", machine.prove()).well


def test_core_dumps_are_off() -> None:
    assert _of("core dumps", machine.prove()) == Proof("core dumps", True, "off")


def _record(name: str, events: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    affected = {"package": {"ecosystem": "PyPI", "name": name}, "ranges": [{"type": "ECOSYSTEM", "events": events}]}
    return {"id": "PYSEC-1", "affected": [affected], **more}


def _lines(path: Path, *records: object) -> Path:
    file = path / "advisories.jsonl"
    file.write_text("\n".join(json.dumps(record) for record in records) + "\n", "utf-8")
    return file


@pytest.mark.parametrize(
    ("version", "hit"),
    [("1.0", False), ("1.2", True), ("1.9.9", True), ("2.0", False), ("2.0rc1", True), ("3.0.1", True), ("3.1", False)],
)
def test_a_range_holds_from_what_introduced_it_to_what_fixed_it(version: str, hit: bool, tmp_path: Path) -> None:
    events = [{"introduced": "1.2"}, {"fixed": "2.0"}, {"introduced": "3.0"}, {"last_affected": "3.0.1"}]
    file = _lines(tmp_path, _record("Some_Package", events))
    held = advisories.affected(file, {"some-package": version})
    assert held.read == 1
    assert held.found == ({f"some-package {version}": ["PYSEC-1"]} if hit else {})


def test_a_listed_version_counts_and_what_was_withdrawn_or_is_elsewhere_does_not(tmp_path: Path) -> None:
    listed = {"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": "x"}, "versions": ["1.0+local"]}]}
    gone = _record("x", [{"introduced": "0"}], withdrawn="2026-01-01T00:00:00Z")
    npm = {"id": "B", "affected": [{"package": {"ecosystem": "npm", "name": "x"}, "versions": ["1.0+local"]}]}
    held = advisories.affected(_lines(tmp_path, listed, gone, npm), {"x": "1.0+local"})
    assert (held.found, held.read) == ({"x 1.0+local": ["A"]}, 2)


@pytest.mark.parametrize(
    ("events", "version", "hit"),
    [
        ([{"introduced": "0"}, {"fixed": "1"}], "0.dev1", True),
        ([{"introduced": "0"}, {"last_affected": "2.1"}], "2.1.0+build", True),
        ([{"introduced": "0"}, {"fixed": "2.1"}], "2.1.0+build", False),
        ([{"introduced": "0"}, {"fixed": "1!1.0"}], "2026.1", True),
        ([{"introduced": "1.0rc1"}, {"fixed": "1.0"}], "1.0b2", False),
        ([{"introduced": "1.0"}, {"fixed": "2004d"}], "3", True),
        ([{"introduced": "0"}, {"fixed": "1"}], "nonsense", True),
        ([{"introduced": "0"}, {"limit": "2"}], "3", False),
        ([{"introduced": "0"}, {"fixed": "2"}, {"introduced": "2"}], "2", True),
        ([{"introduced": "0"}, {"fixed": "2.0.post1"}], "2.0", True),
    ],
)
def test_what_cannot_be_compared_is_affected_and_the_rest_is_compared_by_the_standard(
    events: list[dict[str, str]], version: str, hit: bool, tmp_path: Path
) -> None:
    assert bool(advisories.affected(_lines(tmp_path, _record("x", events)), {"x": version}).found) is hit


@pytest.mark.parametrize(("listed", "version"), [("2.0", "2.0.0"), ("1.0-rc1", "1.0rc1"), ("v1", "1")])
def test_versions_are_the_same_however_they_are_written(listed: str, version: str, tmp_path: Path) -> None:
    record = {"id": "A", "affected": [{"package": {"ecosystem": "PyPI", "name": "A._b"}, "versions": [listed]}]}
    assert advisories.affected(_lines(tmp_path, record), {"a-b": version}).found


@pytest.mark.parametrize(("days", "well"), [(1, True), (31, False)])
def test_an_old_file_proves_nothing(days: int, well: bool, tmp_path: Path) -> None:
    day = f"{timezone.now() - timedelta(days=days):%Y-%m-%dT00:00:00Z}"
    proof = advisories.prove(_lines(tmp_path, _record("nothing-of-ours", [{"introduced": "0"}], modified=day)))
    assert (proof.well, proof.told.endswith("fetch the file again")) == (well, not well)


def test_a_zip_with_a_damaged_record_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("A.json", json.dumps(_record("x", [{"introduced": "0"}] * 50)))
    data = bytearray(file.read_bytes())
    data[40:48] = b"\xff" * 8
    file.write_bytes(data)
    with pytest.raises(advisories.AdvisoryError) as refused:
        advisories.prove(file)
    assert refused.value.code == "advisories_unreadable"


def test_a_zip_of_records_is_read_and_what_is_installed_is_named(tmp_path: Path) -> None:
    file = tmp_path / "all.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("GHSA-1.json", json.dumps(_record("django", [{"introduced": "0"}])))
        archive.writestr("GHSA-2.json", json.dumps(_record("nothing-of-ours", [{"introduced": "0"}])))
    proof = list(prove(file))[-1]
    assert not proof.well
    assert proof.told.startswith("update django 5.2")
    assert proof.told.endswith(": PYSEC-1")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"not json\n", "advisories_damaged"),
        (b"[" * 100_000 + b"\n", "advisories_damaged"),
        (b"[]\n", "advisories_damaged"),
        (b"", "advisories_empty"),
        (b'{"id": "x", "affected": {"package": 1}}\n', "advisories_empty"),
        (b"PK\x05\x06" + bytes(18), "advisories_empty"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(text: bytes, code: str, tmp_path: Path) -> None:
    file = tmp_path / "broken"
    file.write_bytes(text)
    with pytest.raises(advisories.AdvisoryError) as refused:
        advisories.prove(file)
    assert refused.value.code == code


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(advisories.AdvisoryError) as refused:
        advisories.prove(tmp_path / "nowhere")
    assert refused.value.code == "advisories_unreadable"
