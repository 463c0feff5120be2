"""Signed vCons: JWS general JSON (RFC 7515) with the certificate chain that it brings (core-03, Signed Form)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import orjson
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from callward.engine.vcon.document import JsonObject, JsonValue, base64_any, base64url
from callward.engine.vcon.fields import Notes, objects
from callward.engine.vcon.model import Deviation, Signature, VconError

_MAX_SIGNATURES: Final = 16
_MAX_CHAIN: Final = 10
_MIN_RSA_BITS: Final = 2048
_HASHES: Final[dict[str, type[hashes.HashAlgorithm]]] = {
    "256": hashes.SHA256,
    "384": hashes.SHA384,
    "512": hashes.SHA512,
}
_CURVES: Final = {"ES256": ("secp256r1", 32), "ES384": ("secp384r1", 48), "ES512": ("secp521r1", 66)}


def verified_payload(
    members: JsonObject, notes: Notes, anchors: Sequence[x509.Certificate], at: datetime | None
) -> tuple[bytes, Signature]:
    """The payload of a JWS whose signatures all verify, and how far its certificates are trusted.

    Only what the protected header says counts; an unprotected header that says otherwise is
    refused. Trusted means: every signature's chain leads to one of ``anchors``, each certificate
    issued by the next and, when ``at`` is given, valid then. Raises VconError ``vcon_signature``
    (broken, or a header that cannot be honoured), ``vcon_algorithm`` or ``vcon_certificate``.
    """
    payload = members.get("payload")
    signatures = objects(members, "signatures")
    if not isinstance(payload, str) or not signatures or len(signatures) > _MAX_SIGNATURES:
        raise VconError("vcon_signature", "the payload is no string, or there are no signatures or over 16")
    data = base64url(payload)
    if data is None:
        raise VconError("vcon_signature", "the payload is not base64url")
    trusted = [_verify(payload, signature, notes, anchors, at) for signature in signatures]
    return data, Signature.TRUSTED if all(trusted) else Signature.UNTRUSTED


def _verify(
    payload: str, signature: JsonObject, notes: Notes, anchors: Sequence[x509.Certificate], at: datetime | None
) -> bool:
    protected, value = signature.get("protected"), signature.get("signature")
    if not isinstance(protected, str) or not isinstance(value, str):
        raise VconError("vcon_signature", "a signature has no protected header or no value")
    header = _header(protected, signature.get("header"), notes)
    raw = base64url(value)
    if raw is None:
        raise VconError("vcon_signature", "a signature is not base64url")
    chain = _chain(header)
    try:
        _check(header.get("alg"), chain[0], raw, f"{protected}.{payload}".encode("ascii"))
    except (InvalidSignature, UnicodeEncodeError):
        raise VconError("vcon_signature", "a signature does not verify") from None
    except (ValueError, UnsupportedAlgorithm):
        raise VconError("vcon_certificate", "the key of a certificate cannot be used") from None
    return _leads_to(chain, anchors, at)


def _header(protected: str, unprotected: JsonValue, notes: Notes) -> JsonObject:
    """The protected header; of the unprotected one only the certificates, where the protected has none."""
    try:
        header: JsonValue = orjson.loads(base64url(protected) or b"")
    except orjson.JSONDecodeError:
        header = None
    if not isinstance(header, dict) or not isinstance(unprotected, dict | None):
        raise VconError("vcon_signature", "a header is no JSON object")
    if "crit" in header or header.get("b64", True) is not True:
        raise VconError("vcon_signature", "a header asks for an extension that is not known")
    for name, value in (unprotected or {}).items():
        if name in header and header[name] != value:
            raise VconError("vcon_signature", "the two headers of a signature contradict each other")
    if not unprotected or "alg" not in unprotected:
        notes.add(Deviation.HEADER_UNPROTECTED)
    if "x5c" not in header and unprotected and "x5c" in unprotected:
        notes.add(Deviation.CERTIFICATE_UNPROTECTED)
        header["x5c"] = unprotected["x5c"]
    return header


def _chain(header: JsonObject) -> list[x509.Certificate]:
    encoded = header.get("x5c")
    if not isinstance(encoded, list) or not 1 <= len(encoded) <= _MAX_CHAIN:
        raise VconError("vcon_certificate", "a signature brings no certificate, or over 10")
    found: list[x509.Certificate] = []
    for entry in encoded:
        data = base64_any(entry) if isinstance(entry, str) else None
        try:
            found.append(x509.load_der_x509_certificate(data or b""))
        except ValueError:
            raise VconError("vcon_certificate", "a certificate cannot be read") from None
    return found


def _check(algorithm: JsonValue, certificate: x509.Certificate, signature: bytes, signed: bytes) -> None:
    """Raise InvalidSignature, or ``vcon_algorithm`` when the algorithm is none of ours or not the key's."""
    key = certificate.public_key()
    name = algorithm if isinstance(algorithm, str) else ""
    digest = _HASHES.get(name[2:])
    if isinstance(key, rsa.RSAPublicKey) and name[:2] in ("RS", "PS") and digest:
        if key.key_size < _MIN_RSA_BITS:
            raise VconError("vcon_algorithm", "an RSA key has under 2,048 bits")
        mask = padding.PSS(padding.MGF1(digest()), padding.PSS.DIGEST_LENGTH)
        key.verify(signature, signed, padding.PKCS1v15() if name[:2] == "RS" else mask, digest())
    elif isinstance(key, ec.EllipticCurvePublicKey) and _CURVES.get(name, ("",))[0] == key.curve.name and digest:
        key.verify(_der(signature, _CURVES[name][1]), signed, ec.ECDSA(digest()))
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey) and name == "EdDSA":
        key.verify(signature, signed)
    else:
        raise VconError("vcon_algorithm", "the signature algorithm is not known or not that of the key")


def _der(signature: bytes, size: int) -> bytes:
    """RFC 7518 section 3.4: the two numbers of ECDSA, each of fixed size."""
    if len(signature) != 2 * size:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big"))


def _leads_to(chain: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate], at: datetime | None) -> bool:
    if not anchors or any(at and not c.not_valid_before_utc <= at <= c.not_valid_after_utc for c in chain):
        return False
    for place, certificate in enumerate(chain):
        if certificate in anchors or any(_issued(certificate, anchor) for anchor in anchors):
            return True
        if place + 1 == len(chain) or not _issued(certificate, chain[place + 1]):
            return False
    return False


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        return issuer.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False
