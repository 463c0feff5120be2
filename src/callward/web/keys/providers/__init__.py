"""Where root keys live: in files, or on a token that never hands them out."""

from __future__ import annotations

from django.conf import settings

from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers.file import FileProvider
from callward.web.keys.providers.protocol import KeyProvider

__all__ = ["FileProvider", "KeyProvider", "chosen_provider", "provider"]


def chosen_provider() -> str:
    """Return the name of the provider in which new roots are made (``CALLWARD_KEY_PROVIDER``)."""
    return str(settings.KEY_PROVIDER)


def provider(name: str) -> KeyProvider:
    """Return the provider that an epoch names. Raises ``KeyUnavailable`` for one that is not installed here.

    An epoch keeps its provider to its end; the next turn makes its root in the chosen one.
    """
    if name == FileProvider.name:
        return FileProvider(settings.CALLWARD_HOME)
    if name == "pkcs11":
        return _token()
    raise KeyUnavailable("provider_unknown", "no such key provider here")


def _token() -> KeyProvider:
    try:
        from callward.web.keys.providers.token import TokenProvider
    except ModuleNotFoundError:
        raise KeyUnavailable("provider_missing", "the PKCS#11 provider needs pip install 'callward[pkcs11]'") from None
    return TokenProvider(settings.PKCS11_MODULE, settings.PKCS11_TOKEN, settings.PKCS11_PIN_FILE)
