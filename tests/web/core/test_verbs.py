"""Platform verbs as one types them, each in a home of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import migrated
import pytest
from django.core.exceptions import ImproperlyConfigured
from platform_home import SAMPLES

from callward.web import settings
from callward.web.databases import private_text

_CODE = "from callward.cli.main import main; main()"


def _run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CALLWARD_")}
    return subprocess.run(
        [sys.executable, "-c", _CODE, *words],
        env={**clean, "CALLWARD_HOME": str(home), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        stdin=subprocess.DEVNULL,
    )


def _init(home: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    secret = folder / "password"
    secret.write_text("seven quiet lighthouses\n")
    return _run(home, "init", "--controller", "Acme Care", "--administrator", "astrid", "--password-file", str(secret))


def test_init_makes_a_home_once_and_demo_never_touches_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = _init(home, tmp_path)
    assert first.returncode == 0, first.stderr
    assert "otpauth://totp/astrid" in first.stdout
    assert "seven quiet" not in first.stdout
    assert home.stat().st_mode & 0o777 == 0o700
    open_to_others = [path.name for path in home.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert not open_to_others

    second = _init(home, tmp_path)
    assert (second.returncode, second.stderr.startswith("callward: already_set_up:")) == (2, True)

    demo = _run(home, "demo")
    assert (demo.returncode, demo.stderr.startswith("callward: home_not_demonstration:")) == (2, True)

    serve = _run(home, "serve", CALLWARD_DEMO="1")
    assert (serve.returncode, serve.stderr.startswith("callward: home_not_demonstration:")) == (2, True)

    (home / "secret.key").chmod(0o644)
    refused = _run(home, "serve")
    assert refused.returncode == 2
    assert "run chmod 600" in refused.stderr


def test_init_with_a_broken_file_of_lines_makes_nothing(tmp_path: Path) -> None:
    secret, lines = tmp_path / "password", tmp_path / "lines.json"
    secret.write_text("seven quiet lighthouses\n")
    lines.write_text('[{"name": "Bank"}]')
    words = ["init", "--controller", "Acme", "--administrator", "astrid", "--password-file", str(secret)]
    migrated.lay_out(tmp_path / "home")
    broken = _run(tmp_path / "home", *words, "--lines", str(lines))
    assert (broken.returncode, broken.stdout) == (2, "")
    assert broken.stderr.startswith("callward: lines_value: line 1: ")
    lines.write_text(json.dumps(json.loads((SAMPLES / "centre.json").read_text("utf-8"))["lines"]))
    done = _run(tmp_path / "home", *words, "--lines", str(lines))
    assert done.returncode == 0, done.stderr
    assert "Lines: bank-se, telecom-ee, " in done.stdout


def test_without_a_terminal_init_asks_for_a_password_file(tmp_path: Path) -> None:
    migrated.lay_out(tmp_path)
    done = _run(tmp_path, "init", "--controller", "Acme", "--administrator", "astrid")
    assert (done.returncode, "--password-file" in done.stderr) == (2, True)


def test_the_demonstration_is_never_served_to_others(tmp_path: Path) -> None:
    done = _run(tmp_path, "serve", "--host", "0.0.0.0", CALLWARD_DEMO="1")
    assert (done.returncode, done.stderr.startswith("callward: demonstration_open:")) == (2, True)


def test_a_port_that_somebody_listens_on_is_refused(tmp_path: Path) -> None:
    migrated.lay_out(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = _run(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert (done.returncode, done.stderr.startswith("callward: port_taken:")) == (2, True)


def test_a_setting_that_makes_no_sense_is_refused_in_one_line(tmp_path: Path) -> None:
    done = _run(tmp_path, "serve", CALLWARD_HTTPS="maybe")
    assert (done.returncode, done.stderr) == (2, "callward: settings: CALLWARD_HTTPS must be 1 or 0.\n")


@pytest.mark.parametrize("value", ["0", "2000", "many", "-1", "１６"])
def test_a_number_out_of_bounds_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWARD_NUMBER", value)
    with pytest.raises(ImproperlyConfigured):
        settings._whole("CALLWARD_NUMBER", 16, low=1, high=1024)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"TLS": "perhaps"}, "starttls, tls or none"),
        ({"HOST": "mail.example.org"}, "MAIL_FROM"),
        ({"HOST": "mail.example.org", "FROM": "a@example.org\nBcc: b@example.org"}, "MAIL_FROM"),
        ({"USER": "callward"}, "together"),
        ({"USER": "callward", "PASSWORD_FILE": "/dev/null", "TLS": "none"}, "must not be none"),
        ({"USER": "callward", "PASSWORD_FILE": "nowhere/password"}, "cannot be read"),
        ({"PORT": "0"}, "MAIL_PORT"),
    ],
)
def test_senseless_mail_settings_are_refused(said: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in said.items():
        monkeypatch.setenv(f"CALLWARD_MAIL_{name}", value)
    with pytest.raises(ImproperlyConfigured, match=why):
        settings._mail()


def test_the_mail_password_comes_from_a_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "password"
    secret.write_text("quiet lighthouse\n")
    monkeypatch.setenv("CALLWARD_MAIL_USER", "callward")
    monkeypatch.setenv("CALLWARD_MAIL_PASSWORD_FILE", str(secret))
    secret.chmod(0o640)
    with pytest.raises(ImproperlyConfigured, match="chmod 600"):
        settings._mail()
    secret.chmod(0o600)
    read = settings._mail()
    assert (read["HOST_PASSWORD"], read["USE_TLS"], read["PORT"]) == ("quiet lighthouse", True, 587)


def test_a_list_with_an_empty_part_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLWARD_HOSTS", "a.example,,b.example")
    with pytest.raises(ImproperlyConfigured):
        settings._list("CALLWARD_HOSTS", "localhost")


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.key"
    secret.write_text("short")
    secret.chmod(0o600)
    with pytest.raises(ImproperlyConfigured, match="too short"):
        private_text(secret)
