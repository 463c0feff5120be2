"""Where root keys live: in files, or in a token or service that never hands them out."""

from __future__ import annotations

from django.conf import settings

from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers.file import FileProvider
from callward.web.keys.providers.protocol import KeyProvider, RootState

__all__ = ["FileProvider", "KeyProvider", "RootState", "chosen_provider", "days_of_destruction", "provider"]

# What each provider needs beside Callward itself: the extra to install, and the packages that it brings.
_EXTRAS = {
    "kms": ("aws", frozenset({"boto3", "botocore"})),
    "pkcs11": ("pkcs11", frozenset({"pkcs11"})),
    "vault": ("vault", frozenset({"hvac", "requests"})),
}


def chosen_provider() -> str:
    """Return the name of the provider in which new roots are made (``CALLWARD_KEY_PROVIDER``)."""
    return str(settings.KEY_PROVIDER)


def provider(name: str) -> KeyProvider:
    """Return the provider that an epoch names. Raises ``KeyUnavailable``.

    ``provider_unknown`` for one that is not known here, ``provider_missing`` where its extra is not installed,
    ``provider_not_set`` where its settings are missing. An epoch keeps its provider to its end; the next turn makes
    its root in the chosen one.
    """
    if name == FileProvider.name:
        return FileProvider(settings.CALLWARD_HOME)
    if name not in _EXTRAS:
        raise KeyUnavailable("provider_unknown", "no such key provider here")
    extra, packages = _EXTRAS[name]
    try:
        return _with_extra(name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in packages:
            raise
        raise KeyUnavailable(
            "provider_missing", f"the key provider {name} needs pip install 'callward[{extra}]'"
        ) from None


def days_of_destruction(name: str) -> int:
    """How many days pass between giving a root up for destruction and its end, at this provider."""
    return settings.KMS_PENDING_DAYS if name == "kms" else 0


def _with_extra(name: str) -> KeyProvider:
    if name == "kms":
        from callward.web.keys.providers.kms import KmsProvider

        _needs(name, settings.KMS_REGION)
        return KmsProvider(settings.KMS_REGION, settings.KMS_ENDPOINT, settings.KMS_PENDING_DAYS)
    if name == "vault":
        from callward.web.keys.providers.transit import TransitProvider

        _needs(name, settings.VAULT_ADDRESS, settings.VAULT_TOKEN_FILE)
        return TransitProvider(
            settings.VAULT_ADDRESS,
            settings.VAULT_TOKEN_FILE,
            settings.VAULT_MOUNT,
            settings.VAULT_CA_FILE,
            settings.VAULT_NAMESPACE,
        )
    from callward.web.keys.providers.token import TokenProvider

    return TokenProvider(settings.PKCS11_MODULE, settings.PKCS11_TOKEN, settings.PKCS11_PIN_FILE)


def _needs(name: str, *given: str) -> None:
    """An epoch may name a provider whose settings somebody has taken away."""
    if not all(given):
        raise KeyUnavailable(
            "provider_not_set", f"an epoch has its root in the provider {name}, whose settings are missing"
        )
