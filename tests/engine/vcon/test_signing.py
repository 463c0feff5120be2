"""Signed vCons: verified with the certificate they bring, trusted only up to an anchor, refused when broken."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from callward.engine.vcon import Deviation, Form, Signature, VconError, parse_vcon

NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
VCON = orjson.dumps({"uuid": "019f15a6-a752-826f-b9a2-279e0d16bc46", "created_at": NOW, "parties": []})
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _certificate(name: str, key: Key, issuer: str, issuer_key: Key, *, ca: bool) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - dt.timedelta(days=1))
        .not_valid_after(NOW + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    return builder.sign(issuer_key, None if isinstance(issuer_key, ed25519.Ed25519PrivateKey) else hashes.SHA256())


@dataclass(frozen=True)
class Signer:
    algorithm: str
    key: Key
    leaf: x509.Certificate
    root: x509.Certificate

    def sign(self, data: bytes) -> bytes:
        if isinstance(self.key, rsa.RSAPrivateKey):
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
            scheme = padding.PKCS1v15() if self.algorithm == "RS256" else pss
            return self.key.sign(data, scheme, hashes.SHA256())
        if isinstance(self.key, ec.EllipticCurvePrivateKey):
            r, s = decode_dss_signature(self.key.sign(data, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return self.key.sign(data)

    def x5c(self) -> list[str]:
        return [base64.b64encode(self.leaf.public_bytes(Encoding.DER)).decode()]

    def wrap(self, payload: bytes, **changes: Any) -> dict[str, Any]:
        header = {"alg": self.algorithm, "x5c": self.x5c(), **changes.pop("protected", {})}
        protected, body = _b64(orjson.dumps(header)), _b64(payload)
        signature = _b64(self.sign(f"{protected}.{body}".encode()))
        unprotected = changes.pop("header", {"alg": header.get("alg"), "x5c": header.get("x5c")})
        return {
            "payload": body,
            "signatures": [{"header": unprotected, "protected": protected, "signature": signature, **changes}],
        }


def _signer(algorithm: str) -> Signer:
    root_key = ec.generate_private_key(ec.SECP256R1())
    key: Key
    if algorithm.startswith(("RS", "PS")):
        key = rsa.generate_private_key(65537, 2048)
    elif algorithm.startswith("ES"):
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = ed25519.Ed25519PrivateKey.generate()
    leaf = _certificate("leaf", key, "root", root_key, ca=False)
    return Signer(algorithm, key, leaf, _certificate("root", root_key, "root", root_key, ca=True))


SIGNER = _signer("ES256")


def _code(document: dict[str, Any]) -> str:
    with pytest.raises(VconError) as refused:
        parse_vcon(orjson.dumps(document))
    return refused.value.code


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_a_signature_verifies_and_is_trusted_only_with_an_anchor(algorithm: str) -> None:
    signer = _signer(algorithm)
    data = orjson.dumps(signer.wrap(VCON))
    vcon = parse_vcon(data)
    assert (vcon.form, vcon.signature, vcon.deviations) == (Form.SIGNED, Signature.UNTRUSTED, ())
    assert parse_vcon(data, anchors=[signer.root], at=NOW).signature is Signature.TRUSTED
    assert parse_vcon(data, anchors=[signer.leaf], at=NOW).signature is Signature.TRUSTED
    assert parse_vcon(data, anchors=[signer.root], at=NOW + dt.timedelta(days=9)).signature is Signature.UNTRUSTED
    assert parse_vcon(data, anchors=[SIGNER.root], at=NOW).signature is Signature.UNTRUSTED


def test_a_leaf_is_no_issuer() -> None:
    rogue_key = ec.generate_private_key(ec.SECP256R1())
    assert isinstance(SIGNER.key, ec.EllipticCurvePrivateKey)
    rogue = Signer("ES256", rogue_key, _certificate("rogue", rogue_key, "leaf", SIGNER.key, ca=False), SIGNER.root)
    chain = [*rogue.x5c(), *SIGNER.x5c()]
    data = orjson.dumps(rogue.wrap(VCON, protected={"x5c": chain}))
    assert parse_vcon(data, anchors=[SIGNER.root], at=NOW).signature is Signature.UNTRUSTED


def test_a_changed_payload_is_refused() -> None:
    document = SIGNER.wrap(VCON)
    document["payload"] = _b64(VCON.replace(b"[]", b"[ ]"))
    assert _code(document) == "vcon_signature"


def test_every_changed_byte_of_the_signature_is_refused() -> None:
    document = SIGNER.wrap(VCON)
    good = base64.urlsafe_b64decode(document["signatures"][0]["signature"] + "==")
    for place in range(0, len(good), 7):
        bad = bytearray(good)
        bad[place] ^= 1
        document["signatures"][0]["signature"] = _b64(bytes(bad))
        assert _code(document) == "vcon_signature"


def test_one_broken_signature_among_two_is_refused() -> None:
    document = SIGNER.wrap(VCON)
    broken = dict(document["signatures"][0], signature=_b64(bytes(64)))
    document["signatures"].append(broken)
    assert _code(document) == "vcon_signature"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"protected": {"alg": "none"}}, "vcon_algorithm"),
        ({"protected": {"alg": "HS256"}}, "vcon_algorithm"),
        ({"protected": {"alg": "RS256"}}, "vcon_algorithm"),
        ({"protected": {"alg": None}}, "vcon_algorithm"),
        ({"protected": {"crit": ["b64"], "b64": False}}, "vcon_signature"),
        ({"header": {"alg": "RS256"}}, "vcon_signature"),
        ({"header": 5}, "vcon_signature"),
        ({"signature": "%"}, "vcon_signature"),
        ({"signature": ""}, "vcon_signature"),
        ({"protected": {"x5c": []}}, "vcon_certificate"),
        ({"protected": {"x5c": ["AAAA"]}}, "vcon_certificate"),
    ],
)
def test_headers_that_cannot_be_honoured_are_refused(changes: dict[str, Any], code: str) -> None:
    assert _code(SIGNER.wrap(VCON, **changes)) == code


def test_an_algorithm_only_in_the_unprotected_header_does_not_count() -> None:
    header = _b64(orjson.dumps({"x5c": SIGNER.x5c()}))
    signature = _b64(SIGNER.sign(f"{header}.{_b64(VCON)}".encode()))
    entry = {"protected": header, "header": {"alg": "ES256"}, "signature": signature}
    assert _code({"payload": _b64(VCON), "signatures": [entry]}) == "vcon_algorithm"


def test_a_missing_unprotected_header_is_a_deviation() -> None:
    assert parse_vcon(orjson.dumps(SIGNER.wrap(VCON, header=None))).deviations == (Deviation.HEADER_UNPROTECTED,)


def test_a_signature_around_a_signature_is_read_four_deep() -> None:
    document = SIGNER.wrap(VCON)
    for _ in range(2):
        document = SIGNER.wrap(orjson.dumps(document))
    assert parse_vcon(orjson.dumps(document)).signature is Signature.UNTRUSTED
    assert _code(SIGNER.wrap(orjson.dumps(document))) == "vcon_signature"
