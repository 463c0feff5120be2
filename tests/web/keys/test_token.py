"""Roots on a PKCS#11 token: a real one in software, SoftHSM 2."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.test import override_settings
from softhsm import softhsm

from callward.web.keys import turning, vault
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.models import Epoch
from callward.web.keys.providers import provider

__all__ = ["softhsm"]

pkcs11 = pytest.importorskip("pkcs11", reason="python-pkcs11 is not installed")
pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)


@pytest.fixture
def controller(softhsm: dict[str, str]) -> Iterator[UUID]:
    fresh = uuid4()
    with override_settings(**softhsm):
        vault.open_controller(fresh)
        yield fresh
    vault.forget_epoch_keys()


def _turn(controller: UUID) -> None:
    old = turning.begin(controller)
    while turning.move(controller, old):
        pass
    turning.finish(controller, old, at=NOW)


def test_keys_open_in_another_process_through_the_token(controller: UUID) -> None:
    person, item = vault.new_person_key(controller), uuid4()
    key = vault.new_data_key(controller, person, item)
    vault.forget_epoch_keys()
    assert vault.data_key(controller, item) == key
    assert Epoch.objects.get(controller=controller).provider == "pkcs11"


def test_a_root_never_leaves_the_token(controller: UUID, softhsm: dict[str, str]) -> None:
    token = pkcs11.lib(softhsm["PKCS11_MODULE"]).get_token(token_label="callward")
    with token.open(user_pin="8041") as session:
        root = session.get_key(label=f"callward/{controller.hex}/1")
        with pytest.raises(pkcs11.exceptions.AttributeSensitive):
            root[pkcs11.Attribute.VALUE]


def test_a_turn_destroys_the_root_on_the_token(controller: UUID) -> None:
    person, item = vault.new_person_key(controller), uuid4()
    key = vault.new_data_key(controller, person, item)
    wrapped = bytes(Epoch.objects.get(controller=controller).wrapped)
    _turn(controller)
    assert vault.data_key(controller, item) == key
    with pytest.raises(KeyUnavailable) as refused:
        provider("pkcs11").unwrap(controller, 1, wrapped)
    assert refused.value.code == "root_missing"


def test_the_next_turn_moves_a_controller_from_files_to_the_token(softhsm: dict[str, str]) -> None:
    fresh = uuid4()
    vault.open_controller(fresh)
    person, item = vault.new_person_key(fresh), uuid4()
    key = vault.new_data_key(fresh, person, item)
    with override_settings(**softhsm):
        _turn(fresh)
        assert list(Epoch.objects.filter(controller=fresh).order_by("number").values_list("provider", "state")) == [
            ("file", "destroyed"),
            ("pkcs11", "current"),
        ]
        assert vault.data_key(fresh, item) == key
    vault.forget_epoch_keys()


@pytest.mark.parametrize(
    ("setting", "value", "code"),
    [
        ("PKCS11_TOKEN", "another", "token_missing"),
        ("PKCS11_PIN_FILE", "/nonexistent/pin", "pin_file_unreadable"),
    ],
)
def test_a_token_that_cannot_be_used_stops_everything_and_makes_no_other_root(
    setting: str, value: str, code: str, controller: UUID
) -> None:
    vault.forget_epoch_keys()
    with override_settings(**{setting: value}), pytest.raises(KeyUnavailable) as refused:
        vault.service_key(controller, "ledger")
    assert refused.value.code == code
    assert Epoch.objects.filter(controller=controller).count() == 1


def test_a_wrong_pin_is_named_and_not_shown(controller: UUID, tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("1111")
    (tmp_path / "pin").chmod(0o600)
    vault.forget_epoch_keys()
    with override_settings(PKCS11_PIN_FILE=str(tmp_path / "pin")), pytest.raises(KeyUnavailable) as refused:
        vault.service_key(controller, "ledger")
    assert refused.value.code == "token_pin"
    assert "1111" not in str(refused.value)


def test_a_pin_that_others_can_read_is_refused(controller: UUID, softhsm: dict[str, str]) -> None:
    pin = Path(softhsm["PKCS11_PIN_FILE"])
    pin.chmod(0o644)
    vault.forget_epoch_keys()
    try:
        with pytest.raises(KeyUnavailable) as refused:
            vault.service_key(controller, "ledger")
    finally:
        pin.chmod(0o600)
    assert refused.value.code == "pin_file_open_permissions"
