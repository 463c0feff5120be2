"""The web server's command, and the certificate that it shows: checked before it is used, at start and at renewal."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.conf import settings
from django.utils import timezone

from callward.web import StartError
from callward.web.transport import LOOPBACK

_THREADS = 4  # requests that one web process works on at once
_DRAIN = 15  # seconds that requests at work have to end


def web_command(host: str, port: int, processes: int) -> list[str]:
    """The command of the web server. Raises ``StartError`` where others could listen in, see ``refuse_open``."""
    refuse_open(host)
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(processes), "--blocking-threads", str(_THREADS), "--no-ws", "--log-level", "warning",
        "--respawn-failed-workers", "--respawn-interval", "8", "--workers-kill-timeout", str(_DRAIN),
    ]  # fmt: skip
    if settings.TLS_CERTIFICATE:
        certificate, key = place_certificate()
        command += ["--ssl-certificate", str(certificate), "--ssl-keyfile", str(key), "--ssl-protocol-min", "tls1.2"]
    return [*command, "callward.web.serving_wsgi:application"]


def refuse_open(host: str) -> None:
    """Refuse to answer beyond this machine without TLS. Raises ``StartError`` (``transport_open``)."""
    # A proxy on this machine alone needs no other address: there everybody would be answered in the open.
    beyond = any(not network.is_loopback for network in settings.PROXIES)
    if host not in LOOPBACK and not settings.TLS_CERTIFICATE and not beyond:
        raise StartError(
            "transport_open",
            "beyond this machine only over TLS: set CALLWARD_TLS_CERTIFICATE and CALLWARD_TLS_KEY,"
            " or name the proxy that speaks it in CALLWARD_PROXIES",
        )


def place_certificate() -> tuple[Path, Path]:
    """Check certificate and key, and put both where the web server reads them; what was there stays if they are unfit.

    The server reads keys in PKCS #8 (RFC 5958) alone, and keeps to the files that it was given: a link to the newest
    certificate would be followed once. Raises ``StartError``: ``tls_certificate``, ``tls_key``, ``tls_key_open``,
    ``tls_mismatch``, ``tls_expired``.
    """
    chain = _read(Path(settings.TLS_CERTIFICATE), "tls_certificate")
    key = _private(Path(settings.TLS_KEY))
    try:
        first = x509.load_pem_x509_certificates(chain)[0]
        shown = first.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm):
        raise StartError("tls_certificate", "CALLWARD_TLS_CERTIFICATE is not a PEM certificate") from None
    if shown != key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo):
        raise StartError("tls_mismatch", "CALLWARD_TLS_KEY is not the key of CALLWARD_TLS_CERTIFICATE")
    if first.not_valid_after_utc <= timezone.now():
        raise StartError("tls_expired", f"the certificate ended on {first.not_valid_after_utc:%Y-%m-%d}")
    folder = Path(settings.CALLWARD_HOME) / "tls"
    folder.mkdir(mode=0o700, exist_ok=True)
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return _written(folder / "certificate.pem", chain), _written(folder / "key.pem", plain)


def certificate_ends() -> datetime:
    """When the certificate in use ends. Raises ``StartError`` as ``place_certificate`` does."""
    chain = _read(Path(settings.TLS_CERTIFICATE), "tls_certificate")
    try:
        return x509.load_pem_x509_certificates(chain)[0].not_valid_after_utc.astimezone(UTC)
    except ValueError:
        raise StartError("tls_certificate", "CALLWARD_TLS_CERTIFICATE is not a PEM certificate") from None


def _private(path: Path) -> serialization.ssh.SSHPrivateKeyTypes:
    text = _read(path, "tls_key")
    if path.stat().st_mode & 0o077:
        raise StartError("tls_key_open", f"{path} can be read by others: run chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(text, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise StartError("tls_key", "CALLWARD_TLS_KEY is not a PEM key without a password") from None
    return key  # type: ignore[return-value] # of the kinds that a certificate can name


def _read(path: Path, code: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise StartError(code, f"{path} cannot be read") from None


def _written(path: Path, data: bytes) -> Path:
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path
