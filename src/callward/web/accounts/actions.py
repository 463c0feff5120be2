"""What administrators do: each act is one transaction with its entry in the ledger."""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.text import slugify

from callward.engine import tlog
from callward.engine.errors import Error
from callward.web.accounts.factors import remove_second_factors
from callward.web.accounts.models import Role, User
from callward.web.accounts.names import seal_name
from callward.web.accounts.sessions import end_sessions
from callward.web.core import acts, line_rules
from callward.web.core.models import Controller, Line
from callward.web.keys import vault

# Letters and digits that nobody mistakes for another when they are read out.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class StaffError(Error):
    """A change of staff was refused; see ``code``."""


def found_controller(*, name: str, timezone_name: str, username: str, password: str, origin: str = "") -> User:
    """Make the first controller with its keys and its first administrator, who still has to set up a second factor.

    Both come to be together or not at all: a controller without anybody who administers it could never be mended.
    Raises ``StaffError`` ``already_set_up`` where there is a controller, ``founding_refused``.
    """
    controller = _new_controller(name, timezone_name, origin)
    vault.open_controller(controller.pk)
    key = vault.new_person_key(controller.pk)
    with transaction.atomic():
        # Asked again under a lock: of two who send the page at once one is first.
        _lock_founding()
        if Controller.objects.exists():
            raise StaffError("already_set_up", "this home has a controller; use Settings")
        _keep_controller(controller)
        administrator = User.objects.create_user(
            username, password, id=key, role=Role.ADMINISTRATOR, controller=controller
        )
        acts.record("staff.added", actor=administrator, resource=administrator, controller=controller,
                    facts={"role": Role.ADMINISTRATOR.value})  # fmt: skip
    return administrator


def _lock_founding() -> None:
    # SQLite has one writer at a time anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('callward founding', 0))")


def open_controller(*, name: str, timezone_name: str, origin: str = "", slug: str = "") -> Controller:
    """Make a controller: its root and service keys first, then its row and the ledger's first entry.

    Raises ``StaffError`` ``founding_refused``.
    """
    controller = _new_controller(name, timezone_name, origin, slug)
    vault.open_controller(controller.pk)
    with transaction.atomic():
        _keep_controller(controller)
    return controller


def _new_controller(name: str, timezone_name: str, origin: str, slug: str = "") -> Controller:
    controller = Controller(name=name, slug=slug or _free_slug(name), timezone=timezone_name)
    controller.origin = origin or f"callward/{controller.pk}"
    try:
        controller.full_clean()
        # A ledger cannot be signed under a name that no key may have.
        tlog.SigningKey(controller.origin, tlog.KeyKind.ED25519, bytes(32))
    except ValidationError as error:
        raise StaffError("founding_refused", " ".join(error.messages)) from error
    except tlog.LogError as error:
        raise StaffError("founding_refused", "a ledger's origin has neither spaces nor plus signs") from error
    return controller


def _keep_controller(controller: Controller) -> None:
    controller.save(force_insert=True)
    acts.record("controller.opened", actor=controller, resource=controller, controller=controller)


def change_controller(controller: Controller, *, by: User) -> None:
    with transaction.atomic():
        controller.save()
        acts.record("controller.changed", actor=by, resource=controller, controller=controller)


def save_line(line: Line, *, by: User) -> None:
    """Add or change a line; what it now says about keeping is in the entry, and reaches what is kept already."""
    with transaction.atomic(), line_rules.changing(line, by):
        action = "line.added" if line._state.adding else "line.changed"  # noqa: SLF001 - Django's public name for it
        line.save()
        acts.record(
            action,
            actor=by,
            resource=line,
            controller=line.controller,
            facts={
                "retention_days": line.retention_days,
                "keep_original": line.keep_original,
                "originals_may_go": line.originals_may_go,
                "lawful_basis": line.lawful_basis,
                "in_use": line.is_active,
            },
        )


def add_staff(user: User, name: str, *, by: User) -> str:
    """Add a member of staff. Returns the starting password, which is shown once and must be changed."""
    password = _starting_password()
    user.controller = by.controller
    user.pk = vault.new_person_key(user.controller_id)
    seal_name(user, name)
    with transaction.atomic():
        user.must_change_password = True
        user.set_password(password)
        user.save(force_insert=True)
        acts.record("staff.added", actor=by, resource=user, controller=user.controller_id, facts={"role": user.role})
    return password


def change_role(user: User, role: Role, *, by: User) -> None:
    with transaction.atomic():
        _refuse_last_administrator(user, by, keeps=role == Role.ADMINISTRATOR)
        user.role = role
        user.save(update_fields=["role"])
        end_sessions(user)
        acts.record("staff.changed", actor=by, resource=user, controller=user.controller_id, facts={"role": role.value})


def end_access(user: User, *, by: User) -> None:
    """End a member of staff's access at once: their sessions and second factors go."""
    with transaction.atomic():
        _refuse_last_administrator(user, by, keeps=False)
        user.is_active = False
        user.left_on = timezone.localdate()
        user.set_unusable_password()
        user.save(update_fields=["is_active", "left_on", "password"])
        remove_second_factors(user)
        end_sessions(user)
        acts.record("staff.left", actor=by, resource=user, controller=user.controller_id)


def give_access_again(user: User, *, by: User) -> str:
    """Let somebody who left sign in again, with a new starting password and no second factor yet."""
    password = _starting_password()
    with transaction.atomic():
        user.is_active, user.left_on, user.must_change_password = True, None, True
        user.set_password(password)
        user.save(update_fields=["is_active", "left_on", "must_change_password", "password"])
        acts.record("staff.returned", actor=by, resource=user, controller=user.controller_id)
    return password


def reset_sign_in(user: User, *, by: User) -> str:
    """For who lost a phone or forgot a password: a new starting password, every factor and session gone."""
    if user.pk == by.pk:
        raise StaffError("staff_self", "another administrator resets this sign-in")
    password = _starting_password()
    with transaction.atomic():
        user.must_change_password = True
        user.set_password(password)
        user.save(update_fields=["must_change_password", "password"])
        removed = Authenticator.objects.filter(user_id=user.pk).count()
        remove_second_factors(user)
        end_sessions(user)
        acts.record(
            "staff.password_reset",
            actor=by,
            resource=user,
            controller=user.controller_id,
            facts={"second_factors_removed": removed},
        )
    return password


def _refuse_last_administrator(user: User, by: User, *, keeps: bool) -> None:
    if keeps:
        return
    if user.pk == by.pk:
        raise StaffError("staff_self", "nobody ends their own administration")
    # Two who end each other's administration at once come one after the other, and the second is refused.
    Controller.objects.select_for_update(no_key=True).get(pk=user.controller_id)
    others = User.objects.for_controller(user.controller).filter(role=Role.ADMINISTRATOR, is_active=True)
    if user.role == Role.ADMINISTRATOR and not others.exclude(pk=user.pk).exists():
        raise StaffError("staff_last_administrator", "one administrator must remain")


def _starting_password() -> str:
    groups = ["".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)]
    return "-".join(groups)


def _free_slug(name: str) -> str:
    slug = slugify(name)[:40] or "controller"
    taken = set(Controller.objects.values_list("slug", flat=True))
    return next(
        candidate
        for number in range(1, len(taken) + 2)
        if (candidate := slug if number == 1 else f"{slug}-{number}") not in taken
    )
