"""Refuse to start with key files that others can read, and say how to mend it."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from callward.keyfile import KeyFileError, check_key_file
from callward.web.keys.providers import FileProvider

_OTHERS = 0o077


@register(Tags.security)
def check_key_files(app_configs: Sequence[AppConfig] | None, **options: Any) -> list[CheckMessage]:
    """Report every root file and folder, and keys database, that is not this account's alone."""
    return [*_roots(), *_closed()]


def _roots() -> Iterator[CheckMessage]:
    for path in sorted(FileProvider(settings.CALLWARD_HOME).paths()):
        try:
            check_key_file(path)
        except KeyFileError as refused:
            yield Error(refused.detail, id="keys.E001")


def _closed() -> Iterator[CheckMessage]:
    home = settings.CALLWARD_HOME
    for path, mode in ((home / "roots", "700"), (home / "keys.sqlite3", "600")):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            yield Error(f"others can reach {path}: run chmod {mode} {path}", id="keys.E002")
