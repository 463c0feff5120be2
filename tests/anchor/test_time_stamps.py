from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from callward.anchor import (
    AnchorError,
    AnchorRefutedError,
    AnchorRequest,
    load_certificates,
    request_anchor,
    verify_anchor,
)
from callward.cli.verify import verify
from callward.engine.tlog import (
    Checkpoint,
    KeyKind,
    SigningKey,
    TreeHead,
    format_note,
    format_vkey,
    parse_checkpoint,
    sign_checkpoint,
)

TEXT = Checkpoint("ledger.example/north", TreeHead(7, bytes(range(32)))).text
NOW = datetime.now(UTC)

# One certificate is embedded: with a chain, OpenSSL writes an unsorted SET that strict DER refuses.
CONFIGURATION = """
[tsa]
default_tsa = service
[service]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
"""


class Service:
    """A time-stamping service in a folder: a root, one certificate under it, and the openssl command."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        root_key, self.root = _certify("Root of the test", None, None)
        key, certificate = _certify("Time stamps of the test", root_key, self.root)
        (folder / "tsa.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(pem)
        (folder / "tsa.cnf").write_text(CONFIGURATION)
        (folder / "serial").write_text("01\n")

    def stamp(self, der: bytes) -> bytes:
        (self.folder / "request").write_bytes(der)
        words = ["ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request", "-out", "response"]
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)
        return (self.folder / "response").read_bytes()


def _certify(
    name: str, issuer_key: rsa.RSAPrivateKey | None, issuer: x509.Certificate | None
) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
    )
    if issuer is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return key, builder.sign(issuer_key or key, SHA256())


_ROOT = _certify("Root of the test", None, None)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is missing")
    return Service(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def anchored(service: Service) -> tuple[AnchorRequest, bytes]:
    request = request_anchor(TEXT)
    return request, service.stamp(request.der)


def test_a_stamp_says_when_the_checkpoint_was_seen(service: Service, anchored: tuple[AnchorRequest, bytes]) -> None:
    request, response = anchored
    seen = verify_anchor(response, TEXT, [service.root], nonce=request.nonce)
    assert abs(seen - datetime.now(UTC)) < timedelta(minutes=5)
    verify_anchor(response, TEXT, [service.root])


def test_a_stamp_is_good_for_no_other_checkpoint(service: Service, anchored: tuple[AnchorRequest, bytes]) -> None:
    with pytest.raises(AnchorRefutedError):
        verify_anchor(anchored[1], TEXT.replace("\n7\n", "\n8\n"), [service.root])


def test_a_stamp_under_another_root_is_refused(
    anchored: tuple[AnchorRequest, bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Service(tmp_path_factory.mktemp("other"))
    with pytest.raises(AnchorRefutedError):
        verify_anchor(anchored[1], TEXT, [other.root])


def test_a_stamp_with_another_nonce_is_refused(service: Service, anchored: tuple[AnchorRequest, bytes]) -> None:
    request, response = anchored
    with pytest.raises(AnchorRefutedError):
        verify_anchor(response, TEXT, [service.root], nonce=request.nonce + 1)


def test_a_root_is_needed(anchored: tuple[AnchorRequest, bytes]) -> None:
    with pytest.raises(AnchorError):
        verify_anchor(anchored[1], TEXT, [])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(data=st.data())
def test_a_changed_byte_never_yields_a_stamp_of_another_time(
    data: st.DataObject, service: Service, anchored: tuple[AnchorRequest, bytes]
) -> None:
    _, response = anchored
    true_time = verify_anchor(response, TEXT, [service.root])
    changed = bytearray(response)
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] ^= data.draw(st.integers(1, 255))
    try:
        seen = verify_anchor(bytes(changed), TEXT, [service.root])
    except AnchorError:
        return
    # Some bytes of the envelope are outside every signature; what is vouched for must still be the same.
    assert seen == true_time


@given(st.binary(max_size=300))
def test_hostile_bytes_are_no_stamp(data: bytes) -> None:
    _, root = _ROOT
    with pytest.raises(AnchorError):
        verify_anchor(data, TEXT, [root])


def test_a_stamp_is_capped(service: Service) -> None:
    with pytest.raises(AnchorError) as refused:
        verify_anchor(bytes(65_537), TEXT, [service.root])
    assert refused.value.code == "anchor_too_large"


def test_certificates_are_read_from_pem_and_nothing_else(service: Service) -> None:
    pem = service.root.public_bytes(Encoding.PEM)
    assert load_certificates(pem) == [service.root]
    for data in (b"", b"nonsense", pem * 17):
        with pytest.raises(AnchorError):
            load_certificates(data)


def test_a_service_that_refuses_has_not_stamped(tmp_path: Path, service: Service) -> None:
    unwilling = Service(tmp_path)
    (tmp_path / "tsa.cnf").write_text(CONFIGURATION.replace("sha256, sha512", "sha512"))
    with pytest.raises(AnchorRefutedError) as refused:
        verify_anchor(unwilling.stamp(request_anchor(TEXT).der), TEXT, [unwilling.root])
    assert refused.value.code == "anchor_not_granted"


def test_the_verb_says_when_a_checkpoint_was_stamped(
    tmp_path: Path, service: Service, anchored: tuple[AnchorRequest, bytes]
) -> None:
    key = SigningKey("ledger.example/north", KeyKind.ED25519, b"\x01" * 32)
    (tmp_path / "checkpoint").write_bytes(format_note(sign_checkpoint(parse_checkpoint(TEXT), key)))
    (tmp_path / "root.pem").write_bytes(service.root.public_bytes(Encoding.PEM))
    (tmp_path / "stamp.tsr").write_bytes(anchored[1])
    words = ["anchor", str(tmp_path / "stamp.tsr"), "--checkpoint", str(tmp_path / "checkpoint"), "--json"]
    words += ["--vkey", format_vkey(key.verifier), "--root"]
    said = CliRunner().invoke(verify, [*words, str(tmp_path / "root.pem")])
    seen = verify_anchor(anchored[1], TEXT, [service.root])
    assert said.exit_code == 0
    assert json.loads(said.stdout)["stamped_at"] == seen.strftime("%Y-%m-%dT%H:%M:%SZ")
    (tmp_path / "root.pem").write_bytes(_ROOT[1].public_bytes(Encoding.PEM))
    assert CliRunner().invoke(verify, [*words, str(tmp_path / "root.pem")]).exit_code == 1


def test_a_stamp_that_claims_another_hash_is_refused(tmp_path: Path) -> None:
    service = Service(tmp_path)
    (tmp_path / "tsa.cnf").write_text(CONFIGURATION.replace("sha256, sha512", "sha512-256"))
    digest = sha256(TEXT.encode()).hexdigest()
    words = ["ts", "-query", "-digest", digest, "-sha512-256", "-cert", "-out", "query"]
    subprocess.run(["openssl", *words], cwd=tmp_path, check=True, capture_output=True)
    with pytest.raises(AnchorRefutedError) as refused:
        verify_anchor(service.stamp((tmp_path / "query").read_bytes()), TEXT, [service.root])
    assert refused.value.code == "anchor_hash"
