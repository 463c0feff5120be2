"""Founding from the command line: controller, administrator and authenticator app in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.adapter import get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from callward.web.accounts import actions
from callward.web.accounts.models import User
from callward.web.core import acts
from callward.web.core.models import Line
from callward.web.core.rules import validate_zone


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the administrator keeps: the app's key, the same as an address, and the recovery codes."""

    secret: str
    url: str
    codes: tuple[str, ...]


def found(
    *, name: str, zone: str, username: str, password: str, origin: str = "", lines: Sequence[Line] = ()
) -> Enrolment:
    """Make the controller, its administrator with a second factor, and its lines. Raises ``StaffError``."""
    try:
        validate_zone(zone)
        User._meta.get_field("username").run_validators(username)  # noqa: SLF001 - Django's public name for it
        validate_password(password, User(username=username))
    except ValidationError as error:
        raise actions.StaffError("founding_refused", " ".join(error.messages)) from error
    administrator = actions.found_controller(
        name=name, timezone_name=zone, username=username, password=password, origin=origin
    )
    secret = generate_totp_secret()
    with transaction.atomic():
        TOTP.activate(administrator, secret)
        codes = RecoveryCodes.activate(administrator).get_unused_codes()
        acts.record(
            "staff.second_factor_added",
            actor=administrator,
            resource=administrator,
            controller=administrator.controller_id,
            facts={"kind": "totp"},
        )
        for line in lines:
            line.controller = administrator.controller
            actions.save_line(line, by=administrator)
    return Enrolment(secret, get_adapter().build_totp_url(administrator, secret), tuple(codes))
