"""Every setting in one place: read once at start, refused where it makes no sense.

All state lies under ``$CALLWARD_HOME``. Secrets come from files: ``NAME_FILE`` names one, and nothing secret is
ever read from the environment itself.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import secrets
import stat
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

# A crash dump would be a copy of every key in memory.
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
# Databases, objects and logs are for the account that runs Callward alone.
os.umask(0o077)


def _flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "1", "false", "true", "no", "yes"}:
        return value in {"1", "true", "yes"} if value else default
    raise ImproperlyConfigured(f"{name} must be 1 or 0.")


def _whole(name: str, default: int, *, low: int, high: int) -> int:
    value = os.environ.get(name, str(default)).strip()
    if value.isascii() and value.isdigit() and low <= int(value) <= high:
        return int(value)
    raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}.")


def _list(name: str, default: str) -> list[str]:
    values = [part.strip() for part in os.environ.get(name, default).split(",")]
    if not all(values):
        raise ImproperlyConfigured(f"{name} must be a list separated by commas, with no empty part.")
    return values


def _home() -> Path:
    home = Path(os.environ.get("CALLWARD_HOME") or "var").absolute()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _private_text(path: Path) -> str:
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise ImproperlyConfigured(f"{path} can be read by others: run chmod 600 {path}")
    text = path.read_text("ascii").strip()
    if len(text) < 50:
        raise ImproperlyConfigured(f"{path} is too short for a secret: at least 50 characters.")
    return text


def _secret_key(home: Path) -> str:
    """The web secret (sessions, forms, second-factor secrets at rest); made at the first start."""
    named = os.environ.get("CALLWARD_SECRET_KEY_FILE")
    path = Path(named) if named else home / "secret.key"
    if not named and not path.exists():
        # Two processes may start at once: exactly one creates, the other reads.
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return _private_text(path)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
    return _private_text(path)


CALLWARD_HOME = _home()
SECRET_KEY = _secret_key(CALLWARD_HOME)
DEBUG = _flag("CALLWARD_DEBUG")
# The demonstration signs in without a password: loopback only, see accounts.
DEMO = _flag("CALLWARD_DEMO")
# Behind a proxy that speaks TLS: cookies only over https, and the proxy's word about it is taken.
HTTPS = _flag("CALLWARD_HTTPS")
ALLOWED_HOSTS = ["localhost", "127.0.0.1"] if DEMO else _list("CALLWARD_HOSTS", "localhost,127.0.0.1")

INSTALLED_APPS = [
    "callward.web.calls",
    "callward.web.people",
    "callward.web.audit",
    "callward.web.accounts",
    "callward.web.core",
    "callward.web.keys",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "callward.web.core.middleware.ControllerMiddleware",
]
ROOT_URLCONF = "callward.web.urls"
WSGI_APPLICATION = "callward.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]


def _sqlite(name: str, *pragmas: str) -> dict[str, Any]:
    ours = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", *pragmas)
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": CALLWARD_HOME / name,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 5,
            "init_command": "".join(f"PRAGMA {pragma};" for pragma in ours),
        },
    }


# Wrapped keys lie in their own file, so that a copy of the data is ciphertext only.
DATABASES = {
    "default": _sqlite("data.sqlite3"),
    "keys": _sqlite("keys.sqlite3", "secure_delete=ON"),
}
DATABASE_ROUTERS = ["callward.web.keys.router.KeysRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

AUTH_USER_MODEL = "accounts.User"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # staff sign in with a user name; no e-mail address is kept

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("sv", "Svenska"), ("et", "Eesti"), ("ro", "Română"), ("nl", "Nederlands")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = CALLWARD_HOME / "static"

CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"default-src": [NONE], "style-src": [SELF]}}
SESSION_COOKIE_AGE = int(dt.timedelta(hours=12).total_seconds())
