"""How the sign-in library behaves here: no public sign-up, no mail, second-factor secrets sealed at rest."""

from __future__ import annotations

import base64
import os

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils.translation import gettext as _

_NONCE_BYTES = 12
_INFO = b"callward second factor v1"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the library is not typed
    """Staff are added by an administrator and have no e-mail address here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Staff have no address to write to."""

    def send_notification_mail(self, *args: object, **kwargs: object) -> None:
        """Staff have no address to write to; the ledger holds what a mail would have said."""


class MfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # the library is not typed
    """Second-factor secrets are sealed under a key derived from the web secret, which lies outside the database."""

    def get_totp_issuer(self) -> str:
        return "Callward"

    def encrypt(self, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        return base64.b64encode(nonce + _cipher().encrypt(nonce, text.encode(), _INFO)).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        try:
            sealed = base64.b64decode(encrypted_text, validate=True)
            return _cipher().decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _INFO).decode()
        except (ValueError, InvalidTag):
            raise SuspiciousOperation("a second factor was sealed under another web secret") from None

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002 - the library's name
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey") if count == 0 else _("Passkey %(n)d") % {"n": count + 1}


def _cipher() -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, None, _INFO).derive(settings.SECRET_KEY.encode()))
