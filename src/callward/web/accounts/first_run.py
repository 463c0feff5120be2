"""The first start: a token on the terminal shows that whoever sets up in the browser also runs the machine."""

from __future__ import annotations

import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

from callward.web.core.models import Controller

_NAME = "setup.token"


def is_first_run() -> bool:
    return not Controller.objects.exists()


def offer_token() -> str | None:
    """The setup token while there is no controller, made when first asked for; None once there is one."""
    if not is_first_run():
        _path().unlink(missing_ok=True)
        return None
    if not _path().exists():
        handle = os.open(_path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(18))
    return _path().read_text("ascii").strip()


def is_token(offered: str) -> bool:
    """Compare in constant time; without a token on this machine nothing is one."""
    try:
        wanted = _path().read_text("ascii").strip()
    except FileNotFoundError:
        return False
    return bool(wanted) and hmac.compare_digest(wanted.encode(), offered.strip().encode())


def forget_token() -> None:
    _path().unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.CALLWARD_HOME) / _NAME
