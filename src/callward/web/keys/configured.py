"""Where roots are made, as the environment says: read by the settings, refused where it makes no sense."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_PROVIDERS = ("file", "kms", "pkcs11", "vault")
_NEEDED = {
    "kms": ("CALLWARD_KMS_REGION",),
    "pkcs11": ("CALLWARD_PKCS11_MODULE", "CALLWARD_PKCS11_TOKEN", "CALLWARD_PKCS11_PIN_FILE"),
    "vault": ("CALLWARD_VAULT_ADDRESS", "CALLWARD_VAULT_TOKEN_FILE"),
}
_REGION = re.compile(r"[a-z]{2}(-[a-z0-9]+)+")
_MOUNT = re.compile(r"[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")


@dataclass(frozen=True, slots=True)
class Roots:
    """The provider of new roots (``file``, ``kms``, ``pkcs11``, ``vault``), and how each provider is reached.

    Providers that are not chosen are read too: an epoch that is being left may have its root in one of them.
    """

    provider: str
    pkcs11_module: str
    pkcs11_token: str
    pkcs11_pin_file: str
    kms_region: str
    kms_endpoint: str
    kms_pending_days: int
    vault_address: str
    vault_token_file: str
    vault_mount: str
    vault_ca_file: str
    vault_namespace: str


def roots_configured(environment: Mapping[str, str]) -> Roots:
    """Read ``CALLWARD_KEY_PROVIDER`` and what the providers need. Raises ImproperlyConfigured.

    No secret is read: the PIN and the token are in files, and AWS's own tools know where credentials are.
    """

    def given(name: str, default: str = "") -> str:
        return environment.get(f"CALLWARD_{name}", default).strip()

    chosen = given("KEY_PROVIDER", "file")
    if chosen not in _PROVIDERS:
        raise ImproperlyConfigured("CALLWARD_KEY_PROVIDER must be file, kms, pkcs11 or vault.")
    needed = _NEEDED.get(chosen, ())
    if not all(environment.get(name, "").strip() for name in needed):
        raise ImproperlyConfigured(f"CALLWARD_KEY_PROVIDER={chosen} needs {' and '.join(needed)}.")
    return Roots(
        provider=chosen,
        pkcs11_module=given("PKCS11_MODULE"),
        pkcs11_token=given("PKCS11_TOKEN"),
        pkcs11_pin_file=given("PKCS11_PIN_FILE"),
        kms_region=_like(_REGION, "CALLWARD_KMS_REGION", given("KMS_REGION"), "a region, such as eu-north-1"),
        kms_endpoint=_private("CALLWARD_KMS_ENDPOINT", given("KMS_ENDPOINT")),
        kms_pending_days=_days(given("KMS_PENDING_DAYS", "7")),
        vault_address=_private("CALLWARD_VAULT_ADDRESS", given("VAULT_ADDRESS")),
        vault_token_file=given("VAULT_TOKEN_FILE"),
        vault_mount=_like(_MOUNT, "CALLWARD_VAULT_MOUNT", given("VAULT_MOUNT", "transit"), "the path of a mount"),
        vault_ca_file=given("VAULT_CA_FILE"),
        vault_namespace=given("VAULT_NAMESPACE"),
    )


def _like(form: re.Pattern[str], name: str, value: str, what: str) -> str:
    if value and not form.fullmatch(value):
        raise ImproperlyConfigured(f"{name} must be {what}.")
    return value


def _days(value: str) -> int:
    if value.isascii() and value.isdigit() and 7 <= int(value) <= 30:
        return int(value)
    raise ImproperlyConfigured("CALLWARD_KMS_PENDING_DAYS must be a whole number from 7 to 30, as AWS takes it.")


def _private(name: str, address: str) -> str:
    """Return an address over which keys may go: https, or plain http that never leaves this machine."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
        bare = not (parts.username or parts.password or parts.query or parts.fragment) and bool(parts.hostname)
    except ValueError:
        bare = False
    if bare and (parts.scheme == "https" or (parts.scheme == "http" and _here(parts.hostname or ""))):
        return address.rstrip("/")
    raise ImproperlyConfigured(f"{name} must be an https address without a password; http goes to this machine alone.")


def _here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
