"""The demonstration's sign-in: the cast by role, without a second factor, from this computer only."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest

from callward.web.accounts.models import Role, User
from callward.web.core.models import Controller

_SESSION_KEY = "demonstration"
_BACKEND = settings.AUTHENTICATION_BACKENDS[0]
_LOOPBACK = frozenset({"127.0.0.1", "::1"})

# Invented staff, one a role.
CAST = (
    ("alice", Role.DPO),
    ("bob", Role.AGENT),
    ("sam", Role.SUPERVISOR),
    ("carol", Role.AUDITOR),
    ("sofia", Role.SECURITY),
    ("astrid", Role.ADMINISTRATOR),
)


def is_offered(request: HttpRequest) -> bool:
    """True in demonstration mode for a visitor on this computer; what a proxy hands on comes from elsewhere."""
    near = request.META.get("REMOTE_ADDR") in _LOOPBACK
    return bool(settings.DEMO) and near and "callward.forwarded" not in request.META


def is_signed_in(request: HttpRequest) -> bool:
    """True for a session that this sign-in opened, and only while it is offered."""
    return is_offered(request) and request.session.get(_SESSION_KEY) is True


def offered_cast(request: HttpRequest) -> list[User]:
    if not is_offered(request):
        return []
    order = {name: place for place, (name, _) in enumerate(CAST)}
    return sorted(User.objects.filter(username__in=order, is_active=True), key=lambda user: order[user.username])


def sign_in(request: HttpRequest, user: User) -> None:
    login(request, user, backend=_BACKEND)
    request.session[_SESSION_KEY] = True


def make_cast(controller: Controller) -> list[User]:
    """The cast of the demonstration for a controller, without passwords: they cannot sign in outside it."""
    return [
        User.objects.filter(username=name).first()
        or User.objects.create_user(name, None, role=role, controller=controller)
        for name, role in CAST
    ]
