"""Connections, each proven by making it: the console over TLS, the databases, mail; stores by their address."""

from __future__ import annotations

import http.client
import os
import smtplib
import socket
import ssl
import warnings
from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError
from django.db import connections as databases

from callward.web.audit.models import Witness
from callward.web.proofs.model import Proof
from callward.web.transport import LOOPBACK

_PATIENCE = 10.0
_YEAR = 31_536_000
_MODERN = frozenset({"TLSv1.2", "TLSv1.3"})


def prove() -> Iterator[Proof]:
    """Prove each connection that is configured. Nothing is sent beyond a handshake and a question for headers."""
    yield from _console()
    yield from _databases()
    yield _stores()
    yield _mail()


def _console() -> Iterator[Proof]:
    if not settings.HTTPS:
        yield Proof("console", True, "answers on this machine only; beyond it `callward serve` refuses without TLS")
        return
    if not settings.ADDRESS:
        yield Proof("console", False, "set CALLWARD_ADDRESS to where people reach it, so that TLS can be proven")
        return
    parts = urlsplit(settings.ADDRESS)
    host, port = parts.hostname or "", parts.port or 443
    try:
        context = _trusting(settings.ADDRESS_CA)
        with (
            socket.create_connection((host, port), _PATIENCE) as plain,
            context.wrap_socket(plain, server_hostname=host) as wrapped,
        ):
            version = str(wrapped.version())
        old = _speaks_old(host, port)
        status, header = _asked(host, port, context, {})
        fooled, _ = _asked(host, port, context, {"X_Forwarded_Proto": "http"})
    except (OSError, http.client.HTTPException, ValueError) as fault:
        yield Proof("console", False, f"{settings.ADDRESS} does not answer over TLS as it should: {_why(fault)}")
        return
    told = f"{settings.ADDRESS} speaks {version} with a certificate that holds, and nothing older than TLS 1.2"
    advice = f"{settings.ADDRESS} speaks TLS 1.0 or 1.1 too: allow 1.2 and 1.3 alone"
    yield Proof("console", version in _MODERN and not old, advice if old else told)
    told = "nobody outside can speak for the proxy by a header with underscores"
    advice = "the proxy hands on headers with underscores, by which a caller can say another address: let it drop them"
    yield Proof("headers", fooled == status, told if fooled == status else advice)
    kept = _max_age(header)
    told = f"browsers come back over TLS alone for {kept // 86400} days"
    advice = "no Strict-Transport-Security of a year: let the proxy pass the header on"
    yield Proof("hsts", kept >= _YEAR, told if kept >= _YEAR else advice)


def _trusting(authority: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if authority:
        context.load_verify_locations(authority)
    return context


def _speaks_old(host: str, port: int) -> bool:
    """Whether a handshake with TLS 1.1 or older is answered; who answers does not matter for that."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that they are old is the question
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    try:
        with socket.create_connection((host, port), _PATIENCE) as plain, context.wrap_socket(plain):
            return True
    except OSError:
        return False


def _asked(host: str, port: int, context: ssl.SSLContext, headers: dict[str, str]) -> tuple[int, str]:
    """Ask for the sign-in page: the answer's status, and its Strict-Transport-Security."""
    connection = http.client.HTTPSConnection(host, port, context=context, timeout=_PATIENCE)
    try:
        connection.request("GET", "/sign-in/", headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Strict-Transport-Security") or ""
    finally:
        connection.close()


def _max_age(header: str) -> int:
    """The seconds of the header's max-age (RFC 6797 section 6.1.1); 0 where there is none."""
    for part in header.split(";"):
        name, _, value = part.strip().partition("=")
        if name.lower() == "max-age" and value.strip('"').isdecimal():
            return int(value.strip('"'))
    return 0


def _databases() -> Iterator[Proof]:
    """PostgreSQL over a network: whether TLS is in use now, and whether the server's name is verified."""
    for alias in settings.DATABASES:
        connection = databases[alias]
        if connection.vendor != "postgresql":
            continue
        host = str(connection.settings_dict["HOST"])
        if host.startswith("/") or host in LOOPBACK:
            yield Proof(f"{alias} database", True, "never leaves this machine")
            continue
        mode = connection.settings_dict["OPTIONS"].get("sslmode")
        try:
            connection.ensure_connection()
            used = bool(connection.connection.pgconn.ssl_in_use)
        except DatabaseError:
            yield Proof(f"{alias} database", False, "cannot be reached; see the server's log")
            continue
        well = used and mode == "verify-full"
        told = "over TLS, and the server's name is verified" if well else "set sslmode=verify-full in its address"
        yield Proof(f"{alias} database", well, told)


def _stores() -> Proof:
    """Stores, witnesses, key services and traces elsewhere: each address is https, or stays on this machine."""
    named = {
        "witness": list(
            Witness.objects.standing().exclude(kind=Witness.Kind.MAILBOX).values_list("address", flat=True)
        ),
        # Where nothing is said, a bucket is reached at its provider, which is https.
        "AWS_ENDPOINT_URL": [os.environ.get("AWS_ENDPOINT_URL_S3", ""), os.environ.get("AWS_ENDPOINT_URL", "")],
        "CALLWARD_KMS_ENDPOINT": [settings.KMS_ENDPOINT],
        "CALLWARD_VAULT_ADDRESS": [settings.VAULT_ADDRESS],
        "CALLWARD_TRACES": [settings.TRACES],
    }
    open_ones = [name for name, urls in named.items() if any(not _is_private(url) for url in urls if url)]
    if open_ones:
        return Proof("stores", False, f"give an https:// address: {', '.join(open_ones)}")
    return Proof("stores", True, "every address elsewhere is https")


def _is_private(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.hostname or "") in LOOPBACK


def _mail() -> Proof:
    host, port = settings.EMAIL_HOST, settings.EMAIL_PORT
    if not host:
        return Proof("mail", True, "none is sent")
    if not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        return Proof(
            "mail", host in LOOPBACK, "goes to this machine only" if host in LOOPBACK else "set CALLWARD_MAIL_TLS"
        )
    context = ssl.create_default_context()
    try:
        if settings.EMAIL_USE_SSL:
            with smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=context) as server:
                version = _version(server)
        else:
            with smtplib.SMTP(host, port, timeout=_PATIENCE) as server:
                server.starttls(context=context)
                version = _version(server)
    except (OSError, smtplib.SMTPException) as fault:
        return Proof("mail", False, f"{host} does not speak TLS as it should: {_why(fault)}")
    return Proof("mail", version in _MODERN, f"{host} speaks {version} with a certificate that holds")


def _version(server: smtplib.SMTP) -> str:
    return str(server.sock.version()) if isinstance(server.sock, ssl.SSLSocket) else "no TLS"


def _why(fault: Exception) -> str:
    """What was wrong, in the words of the library's code: never what the other side said."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate does not hold ({fault.verify_message})"
    if isinstance(fault, ssl.SSLError):
        return f"the handshake failed ({fault.reason})"
    return f"no connection ({type(fault).__name__})"
