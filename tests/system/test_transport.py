"""The console over TLS of its own, with an authority made for the test; a proxy's word; nothing in the open."""

from __future__ import annotations

import http.client
import signal
import socket
import ssl
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import migrated
import pytest
from cryptography import x509
from ports import free_port
from private_ca import PrivateCa
from served import Process, environment

pytest.importorskip("django", reason="the web extra is not installed")


class _Served:
    def __init__(self, folder: Path) -> None:
        self.ca = PrivateCa(folder)
        self.certificate, self.key = self.ca.issue("first")
        self.port = free_port()
        migrated.lay_out(folder / "home")
        told = environment(
            folder / "home",
            CALLWARD_TLS_CERTIFICATE=str(self.certificate),
            CALLWARD_TLS_KEY=str(self.key),
            CALLWARD_HSTS_SUBDOMAINS="1",
        )
        self.process = Process(folder / "log", told, "serve", "--port", str(self.port), "--no-worker")
        self.trusting = ssl.create_default_context(cafile=str(self.ca.path))

    def shown(self, context: ssl.SSLContext | None = None) -> tuple[str, str]:
        """Shake hands: the version of TLS, and whose certificate was shown."""
        with (
            self._connected() as plain,
            (context or self.trusting).wrap_socket(plain, server_hostname="localhost") as wrapped,
        ):
            shown = x509.load_der_x509_certificate(wrapped.getpeercert(binary_form=True) or b"")
            return str(wrapped.version()), shown.subject.rfc4514_string().removeprefix("CN=")

    def shows(self, name: str) -> bool:
        """Whether this certificate is shown; a worker that is being renewed may break off in the middle."""
        try:
            return self.shown()[1] == name
        except OSError:
            return False

    def _connected(self) -> socket.socket:
        """Connect, when a worker listens: on a busy machine the one that was renewed may not do so yet."""
        until = time.monotonic() + 120
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port), 120)
            except ConnectionRefusedError:
                assert self.process.runs(), self.process.log.read_text("utf-8")
                assert time.monotonic() < until
                time.sleep(0.1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Served]:
    made = _Served(tmp_path_factory.mktemp("tls"))
    with made.process:
        made.process.until_it_answers(f"https://localhost:{made.port}/healthz", made.trusting)
        yield made


def _only(served: _Served, version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(served.ca.path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    # So that it is the server that refuses an old version, and not our own client.
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_versions_of_today_are_spoken(served: _Served, version: ssl.TLSVersion) -> None:
    spoken, _ = served.shown(_only(served, version))
    assert spoken == version.name.replace("_", ".")


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_versions_are_refused(served: _Served, version: ssl.TLSVersion) -> None:
    with pytest.raises(ssl.SSLError) as refused:
        served.shown(_only(served, version))
    # Both are the server's words (RFC 8446 section 6.2): no version, or no cipher of that version.
    assert refused.value.reason in {"TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE"}


def test_browsers_are_told_to_come_back_over_tls_alone_and_cookies_are_for_tls(served: _Served) -> None:
    connection = http.client.HTTPSConnection("localhost", served.port, context=served.trusting, timeout=120)
    connection.request("GET", "/sign-in/")
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.getheader("Strict-Transport-Security") == "max-age=31536000; includeSubDomains"
    assert answer.status < 500
    cookies = answer.msg.get_all("Set-Cookie") or []
    assert all("secure" in cookie.lower() for cookie in cookies)


def test_plain_http_gets_no_answer(served: _Served) -> None:
    connection = http.client.HTTPConnection("localhost", served.port, timeout=120)
    connection.request("GET", "/healthz")
    with pytest.raises((http.client.HTTPException, OSError)):
        connection.getresponse()
    connection.close()


def test_a_renewed_certificate_is_shown_after_a_hup_and_an_unfit_one_is_not(served: _Served) -> None:
    assert served.shown()[1] == "first"
    certificate, key = served.ca.issue("renewed")
    served.certificate.write_bytes(certificate.read_bytes())
    served.process.signal(signal.SIGHUP)
    until = time.monotonic() + 120
    while b"tls_mismatch" not in served.process.log.read_bytes():
        assert time.monotonic() < until, served.process.log.read_text("utf-8")
        time.sleep(0.05)
    assert served.shown()[1] == "first"
    served.key.write_bytes(key.read_bytes())
    served.process.signal(signal.SIGHUP)
    until = time.monotonic() + 120
    while not served.shows("renewed"):
        assert time.monotonic() < until
        time.sleep(0.1)
    served.process.until_it_answers(f"https://localhost:{served.port}/healthz", served.trusting)


def _refusal(tmp_path: Path, *words: str, **settings: str) -> str:
    process = Process(tmp_path / "log", environment(tmp_path / "home", **settings), "serve", *words)
    with process:
        until = time.monotonic() + 120
        while process.runs() and time.monotonic() < until:
            time.sleep(0.05)
        assert not process.runs()
    return (tmp_path / "log").read_text("utf-8")


def test_beyond_this_machine_nothing_is_served_in_the_open(tmp_path: Path) -> None:
    said = _refusal(tmp_path, "--host", "0.0.0.0", "--port", str(free_port()))
    assert said.startswith("callward: transport_open:")
    said = _refusal(tmp_path, "--host", "0.0.0.0", "--port", str(free_port()), CALLWARD_HTTPS="1")
    assert said.startswith("callward: transport_open:"), "a proxy on this machine does not ask at another address"
    assert "CALLWARD_PROXIES" in _refusal(tmp_path, "--port", str(free_port()), CALLWARD_PROXIES="0.0.0.0/0")
    assert not (tmp_path / "home" / "data.sqlite3").exists()


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    certificate, key = PrivateCa(tmp_path).issue("open")
    key.chmod(0o640)
    said = _refusal(tmp_path, CALLWARD_TLS_CERTIFICATE=str(certificate), CALLWARD_TLS_KEY=str(key))
    assert said.startswith("callward: tls_key_open:")


def test_a_certificate_that_has_ended_is_refused(tmp_path: Path) -> None:
    certificate, key = PrivateCa(tmp_path).issue("ended", days=-1)
    said = _refusal(tmp_path, CALLWARD_TLS_CERTIFICATE=str(certificate), CALLWARD_TLS_KEY=str(key))
    assert said.startswith("callward: tls_expired:")
