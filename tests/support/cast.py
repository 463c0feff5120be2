"""What the cast of the tests shares: one password, one authenticator app."""

from __future__ import annotations

from allauth.mfa.totp.internal.auth import TOTP

from callward.web.accounts.models import User

PASSWORD = "correct horse battery staple"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def prove(member: User) -> User:
    """Give a member of staff an authenticator app, so that pages open for them."""
    TOTP.activate(member, TOTP_SECRET)
    return member
