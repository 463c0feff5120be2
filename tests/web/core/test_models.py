"""Controllers and lines."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from callward.web.core.models import Controller, Line

pytestmark = pytest.mark.django_db


def test_a_line_belongs_to_one_controller_and_is_invisible_to_another(
    bank_line: Line, acme: Controller, rival: Controller
) -> None:
    assert list(Line.objects.for_controller(acme)) == [bank_line]
    assert not Line.objects.for_controller(rival).exists()
    assert not Line.objects.for_controller(None).exists()


def test_more_than_180_days_need_a_duty_of_the_sector(bank_line: Line) -> None:
    bank_line.retention_days = 181
    with pytest.raises(IntegrityError), transaction.atomic():
        bank_line.save()
    bank_line.sector_duty = "MiFID II Art. 16(7)"
    bank_line.save()


@pytest.mark.parametrize("kind", ["PAYMENT_CARD", "CARD_CVV", "PASSWORD", "NATIONAL_ID"])
def test_no_line_may_keep_what_is_always_masked(bank_line: Line, kind: str) -> None:
    bank_line.mask_policy = {kind: "keep"}
    with pytest.raises(ValidationError) as caught:
        bank_line.full_clean()
    assert caught.value.error_dict["mask_policy"][0].code == "mask_policy_always_masked"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("timezone", "Mars/Olympus"),
        ("countries", []),
        ("countries", ["Sweden"]),
        ("numbers", ["08-505 500 00"]),
        ("purposes", []),
        ("purposes", "evidence"),
        ("mask_policy", {"NONSENSE": "mask"}),
        ("mask_policy", {"PHONE": "publish"}),
        ("mask_policy", ["PHONE"]),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(bank_line: Line, field: str, value: object) -> None:
    setattr(bank_line, field, value)
    with pytest.raises(ValidationError) as caught:
        bank_line.full_clean()
    assert field in caught.value.error_dict
