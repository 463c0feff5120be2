"""Second factors: which staff have one. Recovery codes alone are none."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from callward.web.accounts.models import User

_KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=_KINDS).exists())


def remove_second_factors(user: User) -> int:
    """Take away every factor and recovery code: the way back for who lost a phone. Returns how many went."""
    removed, _ = Authenticator.objects.filter(user_id=user.pk).delete()
    return int(removed)


def kinds_of(user: User) -> list[str]:
    """The kinds of second factor that a member of staff has, for lists."""
    kinds = Authenticator.objects.filter(user_id=user.pk, type__in=_KINDS).values_list("type", flat=True)
    return sorted(set(kinds))
