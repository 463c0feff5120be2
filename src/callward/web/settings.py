"""Every setting in one place: read once at start, refused where it makes no sense.

All state lies under ``$CALLWARD_HOME``. Secrets come from files: ``NAME_FILE`` names one, and nothing secret is
ever read from the environment itself.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import resource
import secrets
import socket
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from callward.web.core.languages import LANGUAGE_NAMES
from callward.web.databases import configured, private_text
from callward.web.keys.configured import roots_configured
from callward.web.transport import LOOPBACK, transport_configured

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


def _keeping() -> dict[str, int]:
    rules = dict.fromkeys(("daily", "weekly", "monthly", "yearly"), 0)
    for part in filter(None, os.environ.get("CALLWARD_BACKUP_KEEP", "").replace(" ", "").split(",")):
        rule, _, many = part.partition("=")
        if rule not in rules or not (many.isascii() and many.isdigit() and len(many) < 4):
            raise ImproperlyConfigured("CALLWARD_BACKUP_KEEP must be like daily=7,weekly=5,monthly=12,yearly=3.")
        rules[rule] = int(many)
    return rules


def _home() -> Path:
    home = Path(os.environ.get("CALLWARD_HOME") or "var").absolute()
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home


def _password(path: Path) -> str:
    return private_text(path, least=1)


def _mail() -> dict[str, Any]:
    """Where mail goes out, by the names of Django's settings; without a host nothing is ever sent."""
    host = os.environ.get("CALLWARD_MAIL_HOST", "").strip()
    user = os.environ.get("CALLWARD_MAIL_USER", "").strip()
    secret = os.environ.get("CALLWARD_MAIL_PASSWORD_FILE")
    tls = os.environ.get("CALLWARD_MAIL_TLS", "starttls").strip()
    sender = os.environ.get("CALLWARD_MAIL_FROM", "").strip()
    if tls not in {"starttls", "tls", "none"}:
        raise ImproperlyConfigured("CALLWARD_MAIL_TLS must be starttls, tls or none.")
    if bool(user) != bool(secret):
        raise ImproperlyConfigured("CALLWARD_MAIL_USER and CALLWARD_MAIL_PASSWORD_FILE are given together.")
    if user and tls == "none":
        raise ImproperlyConfigured("CALLWARD_MAIL_TLS must not be none where a password is sent.")
    if tls == "none" and host and host not in LOOPBACK:
        raise ImproperlyConfigured("CALLWARD_MAIL_TLS must not be none where mail leaves this machine.")
    if host and not re.fullmatch(r"[^\s@<>,]+@[^\s@<>,]+", sender):
        raise ImproperlyConfigured("CALLWARD_MAIL_FROM must be the address that mail comes from.")
    return {
        "HOST": host,
        "PORT": _whole("CALLWARD_MAIL_PORT", 465 if tls == "tls" else 587, low=1, high=65535),
        "HOST_USER": user,
        "HOST_PASSWORD": _password(Path(secret)) if secret else "",
        "USE_TLS": tls == "starttls",
        "USE_SSL": tls == "tls",
        "FROM": sender,
    }


def _secret_key(home: Path) -> str:
    """The web secret (sessions, forms, second-factor secrets at rest); made at the first start."""
    named = os.environ.get("CALLWARD_SECRET_KEY_FILE")
    path = Path(named) if named else home / "secret.key"
    if not named and not path.exists():
        # Two processes may start at once: exactly one creates, the other reads.
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return private_text(path)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
    return private_text(path)


CALLWARD_HOME = _home()
SECRET_KEY = _secret_key(CALLWARD_HOME)
DEBUG = _flag("CALLWARD_DEBUG")
# The demonstration signs in without a password: loopback only, see accounts.
DEMO = _flag("CALLWARD_DEMO")
# How the console is reached, and who may watch; callward.web.transport says what each part means.
_TRANSPORT = transport_configured(
    os.environ, lambda path, least: private_text(path, least=least), behind_proxy=_flag("CALLWARD_HTTPS")
)
TLS_CERTIFICATE, TLS_KEY, PROXIES = _TRANSPORT.certificate, _TRANSPORT.key, _TRANSPORT.proxies
ADDRESS, ADDRESS_CA = _TRANSPORT.address, _TRANSPORT.authority
WATCHERS, METRICS_TOKEN, TRACES, LOGS = _TRANSPORT.watchers, _TRANSPORT.token, _TRANSPORT.traces, _TRANSPORT.logs
# Cookies only over https, and a browser that was here once comes back over https alone.
HTTPS = _TRANSPORT.https
# Figures of processes; each machine's lie apart, since several may share the home.
MEASURES = CALLWARD_HOME / "measures" / (re.sub(r"[^A-Za-z0-9.-]", "_", socket.gethostname()) or "here")
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(MEASURES)
# After how many seconds without a sign of life a worker's job is taken up by another.
TASK_LEASE = _whole("CALLWARD_TASK_LEASE", 60, low=3, high=3600)
# Recordings that come alone: a command, an endpoint, or faster-whisper:MODEL (callward.transcriber says how).
TRANSCRIBER = os.environ.get("CALLWARD_TRANSCRIBER", "").strip()
ALLOWED_HOSTS = ["localhost", "127.0.0.1"] if DEMO else _list("CALLWARD_HOSTS", "localhost,127.0.0.1")

# Where new roots are made, and how the place is reached; callward.web.keys.configured says what each provider needs.
_KEYS = roots_configured(os.environ)
KEY_PROVIDER = _KEYS.provider
PKCS11_MODULE, PKCS11_TOKEN, PKCS11_PIN_FILE = _KEYS.pkcs11_module, _KEYS.pkcs11_token, _KEYS.pkcs11_pin_file
KMS_REGION, KMS_ENDPOINT, KMS_PENDING_DAYS = _KEYS.kms_region, _KEYS.kms_endpoint, _KEYS.kms_pending_days
VAULT_ADDRESS, VAULT_TOKEN_FILE, VAULT_MOUNT = _KEYS.vault_address, _KEYS.vault_token_file, _KEYS.vault_mount
VAULT_CA_FILE, VAULT_NAMESPACE = _KEYS.vault_ca_file, _KEYS.vault_namespace
# Where sealed objects and the ledger's tiles are: a bucket (s3://bucket/prefix), or the home where nothing is named.
OBJECTS = os.environ.get("CALLWARD_OBJECTS", "").strip()
if OBJECTS and (DEMO or not OBJECTS.startswith("s3://")):
    raise ImproperlyConfigured("CALLWARD_OBJECTS must be s3://bucket/prefix, and the demonstration has its own.")
# How long an epoch of the keys lives: an erasure is final against older copies of them after this at the latest.
EPOCH_DAYS = _whole("CALLWARD_EPOCH_DAYS", 30, low=1, high=365)
# Where the worker writes the officers' sealed shares of a root that a turn has made; nowhere where nothing is named.
SHARES = os.environ.get("CALLWARD_SHARES", "").strip()
# Where backups go, and the file of the key that seals them. Each turn of the epoch renews the keys copy there.
BACKUP = os.environ.get("CALLWARD_BACKUP", "").strip()
BACKUP_KEY_FILE = os.environ.get("CALLWARD_BACKUP_KEY_FILE", "").strip()
# For how many days a snapshot there is locked against everybody, where it is a bucket with Object Lock; 0: not at all.
BACKUP_LOCK_DAYS = _whole("CALLWARD_BACKUP_LOCK_DAYS", 0, low=0, high=3650)
# How many hours lie between two backups that the worker makes there.
BACKUP_HOURS = _whole("CALLWARD_BACKUP_HOURS", 24, low=1, high=8760)
# How many days lie between two drills that the worker makes with it; 0: none.
DRILL_DAYS = _whole("CALLWARD_DRILL_DAYS", 30, low=0, high=365)
# Of how many days, weeks, months and years the newest snapshot is kept there ("daily=7,weekly=5"); empty: all are.
BACKUP_KEEP = _keeping()
# The certificates with which a sweep speaks TLS to a Dask cluster: the authority, this side's certificate and its key.
DASK_CA_FILE = os.environ.get("CALLWARD_DASK_CA_FILE", "").strip()
DASK_CERT_FILE = os.environ.get("CALLWARD_DASK_CERT_FILE", "").strip()
DASK_KEY_FILE = os.environ.get("CALLWARD_DASK_KEY_FILE", "").strip()
if BACKUP and not BACKUP_KEY_FILE:
    raise ImproperlyConfigured("CALLWARD_BACKUP needs CALLWARD_BACKUP_KEY_FILE: backups are sealed.")

INSTALLED_APPS = [
    "callward.web.api",
    "callward.web.lifecycle",
    "callward.web.sweeps",
    "callward.web.feeds",
    "callward.web.calls",
    "callward.web.people",
    "callward.web.background",
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
    "callward.web.walls.middleware.WallMiddleware",
    "callward.web.core.middleware.ProxyMiddleware",
    "callward.web.probes.middleware.ProbesMiddleware",
    "callward.web.core.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "callward.web.core.middleware.LocalhostMiddleware",
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
    "callward.web.accounts.middleware.AccessMiddleware",
    "callward.web.core.outages.OutageMiddleware",
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
                "callward.web.core.context.page",
                "callward.web.accounts.context.staff",
            ],
        },
    },
]


# SQLite files under the home, or two PostgreSQL databases (callward.web.databases says how they are named).
# Wrapped keys lie apart from the rest, so that a copy of the data is ciphertext only.
DATABASES = configured(CALLWARD_HOME, os.environ, _password, demonstration=DEMO)
DATABASE_ROUTERS = ["callward.web.keys.router.KeysRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_MAIL = _mail()
EMAIL_HOST, EMAIL_PORT = _MAIL["HOST"], _MAIL["PORT"]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _MAIL["HOST_USER"], _MAIL["HOST_PASSWORD"]
EMAIL_USE_TLS, EMAIL_USE_SSL = _MAIL["USE_TLS"], _MAIL["USE_SSL"]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _MAIL["FROM"]
EMAIL_TIMEOUT = 10  # a server that takes a connection and never answers must not hold whoever sends
TASKS = {"default": {"BACKEND": "callward.web.background.queue.Queue"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username"]},
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "callward.web.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None  # staff sign in with a user name; no e-mail address is kept
ACCOUNT_FORMS = {
    "login": "callward.web.accounts.forms.SignInForm",
    "change_password": "callward.web.accounts.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_FORMS = {"add_webauthn": "callward.web.accounts.forms.AddPasskeyForm"}
MFA_ADAPTER = "callward.web.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS  # http://localhost is a secure context of its own
MFA_RECOVERY_CODE_COUNT = 10

LANGUAGE_CODE = "en"
LOCALE_PATHS = [Path(__file__).parent / "locale"]
# A language is offered once its catalogue is here: half a page in another language is worse than none.
LANGUAGES = [(code, name) for code, name in LANGUAGE_NAMES.items() if code == "en" or (LOCALE_PATHS[0] / code).is_dir()]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = CALLWARD_HOME / "static"
STATIC_ROOT.mkdir(mode=0o755, exist_ok=True)
# From the packages themselves while developing; collected, hashed and cached for good when `callward serve` runs.
COLLECTED_STATIC = _flag("CALLWARD_COLLECTED_STATIC")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is stored through Django
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not COLLECTED_STATIC
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_COOKIE_AGE = int(dt.timedelta(hours=12).total_seconds())
SESSION_IDLE_SECONDS = int(dt.timedelta(minutes=30).total_seconds())
SESSION_SERIALIZER = "callward.web.accounts.sealed_sessions.SealedSerializer"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "callward"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "callward.web.core.errors.csrf_failed"
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if HTTPS:
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = int(dt.timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = _flag("CALLWARD_HSTS_SUBDOMAINS")

# No inline style or script, nothing from elsewhere.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF],
        "media-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "worker-src": [SELF],
    }
}

# No upload ever touches a temporary file: pages that take files put the sealing handler of calls in this one's place,
# and what comes to any other page is small or is dropped.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000

# What is logged names what failed, never whom it was about: no query strings, no bodies, no addresses of people.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"plain_request": {"()": "callward.web.core.logs.PlainRequest"}},
    "formatters": {
        "text": {"()": "callward.web.core.logs.LineFormatter"},
        "json": {"()": "callward.web.core.logs.JsonFormatter"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOGS, "filters": ["plain_request"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "callward": {"level": "INFO"},
        "callward.requests": {"level": "INFO" if LOGS == "json" else "WARNING"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "django_tasks": {"level": "INFO"},
    },
}
