"""Sign-ins on the record: success, refusal, sign-out and every change of a factor."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from callward.web.accounts.models import User
from callward.web.accounts.sessions import end_sessions
from callward.web.core import acts
from callward.web.core.models import Controller


def _record(action: str, user: User, *, outcome: str = "done", actor: acts.Party | None = None, **facts: str) -> None:
    with transaction.atomic():
        acts.record(
            action,
            actor=actor or user,
            resource=user,
            controller=user.controller_id,
            outcome=outcome,
            facts=facts or None,
        )


@receiver(user_logged_in)
def _signed_in(user: User, **kwargs: Any) -> None:
    _record("staff.signed_in", user)


@receiver(user_logged_out)
def _signed_out(user: User | None, **kwargs: Any) -> None:
    if user is not None:
        _record("staff.signed_out", user)


@receiver(user_login_failed)
def _sign_in_refused(credentials: dict[str, Any], **kwargs: Any) -> None:
    user = User.objects.filter(username=str(credentials.get("username", "")).lower()).first()
    if user is not None:
        _record("staff.sign_in_refused", user, outcome="denied", actor=acts.NOBODY, reason="password")
        return
    # A name that is nobody's belongs to no controller: each of them may want to know. The name is not kept.
    for controller in Controller.objects.all():
        with transaction.atomic():
            acts.record(
                "staff.sign_in_refused",
                actor=acts.NOBODY,
                resource=controller,
                controller=controller,
                outcome="denied",
                facts={"reason": "unknown_user"},
            )


@receiver(authentication_failed)
def _second_factor_refused(user: User, **kwargs: Any) -> None:
    _record("staff.sign_in_refused", user, outcome="denied", actor=acts.NOBODY, reason="second_factor")


@receiver(authenticator_added)
def _factor_added(request: HttpRequest, user: User, authenticator: Any, **kwargs: Any) -> None:
    # A session from before proved less than what is asked for from now on, and may be somebody else's.
    end_sessions(user, keep=request.session.session_key or "")
    _record("staff.second_factor_added", user, kind=str(authenticator.type))


@receiver(authenticator_removed)
def _factor_removed(user: User, authenticator: Any, **kwargs: Any) -> None:
    _record("staff.second_factor_removed", user, kind=str(authenticator.type))


@receiver(password_changed)
def _password_changed(user: User, **kwargs: Any) -> None:
    User.objects.filter(pk=user.pk).update(must_change_password=False)
    _record("staff.password_changed", user)
