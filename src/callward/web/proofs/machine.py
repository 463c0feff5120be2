"""The machine: no crash dumps, nothing open to others, no debugging pages."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from callward.web.proofs.model import Proof

_SHOWN = 3


def prove() -> Iterator[Proof]:
    """Prove what this process can see of the machine by itself."""
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    off = soft == 0 and hard == 0
    yield Proof("core dumps", off, "off" if off else "a crash would write keys to disk: run under `ulimit -c 0`")
    yield _files()
    yield Proof(
        "debug", not settings.DEBUG, "unset CALLWARD_DEBUG: its pages show settings" if settings.DEBUG else "off"
    )


def _files() -> Proof:
    """Whether secrets are for this account alone: the home, its roots and keys, and the files that settings name."""
    home = Path(settings.CALLWARD_HOME)
    named = [settings.TLS_KEY, settings.BACKUP_KEY_FILE, settings.PKCS11_PIN_FILE, settings.VAULT_TOKEN_FILE]
    secret = [home, home / "secret.key", home / "keys.sqlite3", home / "data.sqlite3", home / "roots", home / "tls"]
    inside = [path for folder in (home / "roots", home / "tls") if folder.is_dir() for path in folder.rglob("*")]
    found = [path for path in (*secret, *inside, *map(Path, filter(None, named))) if path.exists()]
    loose = [path for path in found if path.stat().st_mode & 0o077]
    if not loose:
        return Proof("files", True, f"{len(found)} files and folders with secrets are for this account alone")
    shown = " ".join(map(str, loose[:_SHOWN]))
    more = f" and {len(loose) - _SHOWN} more" if len(loose) > _SHOWN else ""
    return Proof("files", False, f"others can read: run chmod go-rwx {shown}{more}")
