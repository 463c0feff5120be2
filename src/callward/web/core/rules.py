"""What a line may be told: each rule refuses a value that would make a call unlawful or undecidable."""

from __future__ import annotations

import re
from enum import StrEnum
from zoneinfo import available_timezones

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from callward.engine.pii import Type


class Operator(StrEnum):
    """What is done to a finding's words; the sound of everything that is not kept is filled."""

    MASK = "mask"
    REPLACE = "replace"
    PSEUDONYM = "pseudonym"
    GENERALISE = "generalise"
    HASH = "hash"
    KEEP = "keep"


KEYED = frozenset({Operator.PSEUDONYM, Operator.HASH})
"""Operators that give the same value the same answer, under a key."""


# Never kept readable, whatever a line says (design.md section 4a).
ALWAYS_MASKED = frozenset({Type.PAYMENT_CARD, Type.CARD_CVV, Type.PASSWORD, Type.NATIONAL_ID})
RETENTION_CEILING_DAYS = 180
_COUNTRY = re.compile(r"[A-Z]{2}")
_PURPOSE = re.compile(r"[a-z][a-z_]{1,39}")


def validate_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(_("Choose a time zone such as Europe/Stockholm."), code="zone_unknown")


def validate_countries(value: object) -> None:
    """Two-letter codes (ISO 3166-1): they say whose phone numbers and identifiers to expect."""
    if not isinstance(value, list) or not value or not all(_is(code, _COUNTRY) for code in value):
        raise ValidationError(_("Give at least one two-letter country code, such as SE."), code="country_unknown")


def validate_numbers(value: object) -> None:
    """The line's own numbers in E.164: they are masked for nobody and tell the line from the caller."""
    if not isinstance(value, list) or not all(isinstance(number, str) and _is_e164(number) for number in value):
        raise ValidationError(
            _("Write each number with its country code, such as +46850550000."), code="number_not_e164"
        )


def validate_purposes(value: object) -> None:
    if not isinstance(value, list) or not value or not all(_is(purpose, _PURPOSE) for purpose in value):
        raise ValidationError(_("Name at least one purpose."), code="purpose_missing")


def validate_mask_policy(value: object) -> None:
    """A mapping from finding type to operator; what is not named is masked."""
    if not isinstance(value, dict):
        raise ValidationError(_("The rules must map a type to an operator."), code="mask_policy_shape")
    for key, operator in value.items():
        if key not in set(Type) or operator not in set(Operator):
            raise ValidationError(_("A type or operator is not known."), code="mask_policy_unknown")
        if key in ALWAYS_MASKED and operator == Operator.KEEP:
            raise ValidationError(
                _("Cards, security codes, passwords and national ids are never kept readable."),
                code="mask_policy_always_masked",
            )


def _is(value: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_e164(value: str) -> bool:
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == value
