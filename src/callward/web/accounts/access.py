"""Who may use which page: declared on the view, denied otherwise. The one place of this rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpResponseBase
from django.urls import ResolverMatch

from callward.web.accounts.models import Role

_ATTRIBUTE = "callward_access"

_View = TypeVar("_View", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True, slots=True)
class Access:
    """Roles that may use a view. ``public``: before sign-in too. ``unproven``: staff without a second factor too."""

    roles: frozenset[Role] = frozenset()
    public: bool = False
    unproven: bool = False


EVERY_ROLE = frozenset(Role)
_STAFF = Access(EVERY_ROLE)
_UNPROVEN = Access(EVERY_ROLE, unproven=True)
_PUBLIC = Access(public=True)

# Pages of libraries carry no declaration of ours: they are declared by their URL's name.
LIBRARY_ACCESS: Mapping[str, Access] = {
    "account_login": _PUBLIC,
    "account_logout": _PUBLIC,
    "account_inactive": _PUBLIC,
    "account_reauthenticate": _UNPROVEN,
    "account_change_password": _UNPROVEN,
    "mfa_authenticate": _PUBLIC,
    "mfa_login_webauthn": _PUBLIC,
    "mfa_reauthenticate": _STAFF,
    "mfa_reauthenticate_webauthn": _STAFF,
    "mfa_index": _STAFF,
    "mfa_activate_totp": _UNPROVEN,
    "mfa_deactivate_totp": _STAFF,
    "mfa_add_webauthn": _UNPROVEN,
    "mfa_list_webauthn": _STAFF,
    "mfa_edit_webauthn": _STAFF,
    "mfa_remove_webauthn": _STAFF,
    "mfa_view_recovery_codes": _STAFF,
    "mfa_generate_recovery_codes": _STAFF,
}


def allow(*roles: Role, public: bool = False, unproven: bool = False) -> Callable[[_View], _View]:
    """Declare who may use a view. ``public`` stands alone; ``unproven`` opens it before the second factor is set up."""
    if public == bool(roles):
        raise TypeError("allow: either roles or public=True")

    def declare(view: _View) -> _View:
        setattr(view, _ATTRIBUTE, Access(frozenset(roles), public=public, unproven=unproven))
        return view

    return declare


def access_to(match: ResolverMatch) -> Access | None:
    """What is declared for the view of an address, or None: then nobody may use it."""
    declared = getattr(match.func, _ATTRIBUTE, None)
    if isinstance(declared, Access):
        return declared
    return LIBRARY_ACCESS.get(match.view_name)
