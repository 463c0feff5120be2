"""Roots in AWS KMS (boto3 against moto's server) and in Vault's transit engine (hvac against a stand-in)."""

from __future__ import annotations

import datetime as dt
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import override_settings
from key_services import kms, kms_running, transit
from kms_server import CREDENTIALS, KmsServer
from vault_server import Key, VaultServer

from callward.web.keys import turning, vault
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.models import Epoch
from callward.web.keys.providers import RootState, provider

__all__ = ["kms", "kms_running", "transit"]

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])

NOW = dt.datetime(2026, 5, 4, 12, tzinfo=dt.UTC)
KEY = bytes(range(32))


@pytest.fixture(params=["kms", "vault"])
def chosen(request: pytest.FixtureRequest) -> str:
    """Each service in its turn, chosen and reachable."""
    request.getfixturevalue({"kms": "kms", "vault": "transit"}[request.param])
    return str(request.param)


@dataclass(frozen=True)
class Sealed:
    controller: UUID
    item: UUID
    key: bytes


def _sealed() -> Sealed:
    controller, item = uuid4(), uuid4()
    vault.open_controller(controller)
    person = vault.new_person_key(controller)
    return Sealed(controller, item, vault.new_data_key(controller, person, item))


def _turn(controller: UUID) -> None:
    old = turning.begin(controller)
    while turning.move(controller, old):
        pass
    turning.finish(controller, old, at=NOW)


def _refused(controller: UUID) -> str:
    """The code that another process is refused with which needs a key now."""
    vault.forget_epoch_keys()
    with pytest.raises(KeyUnavailable) as refused:
        vault.service_key(controller, "ledger")
    assert Epoch.objects.filter(controller=controller).count() == 1, "no other root was made"
    assert "testing" not in str(refused.value)
    assert "test-token" not in str(refused.value)
    return refused.value.code


def _root(kms: KmsServer, controller: UUID, number: int = 1) -> str:
    found = kms.operator.describe_key(KeyId=f"alias/callward/{controller.hex}/{number}")
    return str(found["KeyMetadata"]["KeyId"])


def test_keys_open_in_another_process_through_the_service(chosen: str) -> None:
    sealed = _sealed()
    vault.forget_epoch_keys()
    assert vault.data_key(sealed.controller, sealed.item) == sealed.key
    assert Epoch.objects.get(controller=sealed.controller).provider == chosen


def test_the_service_is_asked_once_an_epoch_and_not_once_a_key(transit: VaultServer) -> None:
    sealed = _sealed()
    vault.forget_epoch_keys()
    transit.asked.clear()
    for _ in range(20):
        vault.data_key(sealed.controller, sealed.item)
        vault.new_data_key(sealed.controller, vault.new_person_key(sealed.controller), uuid4())
    assert transit.asked == ["GET keys", "POST decrypt"]


def test_a_root_that_is_asked_for_again_is_the_same(chosen: str) -> None:
    controller = uuid4()
    provider(chosen).create_root(controller, 1)
    wrapped = provider(chosen).wrap(controller, 1, KEY)
    provider(chosen).create_root(controller, 1)
    assert provider(chosen).unwrap(controller, 1, wrapped) == KEY


def test_an_epoch_key_opens_for_its_own_controller_and_epoch_alone(chosen: str) -> None:
    controller, source = uuid4(), provider(chosen)
    for number in (1, 2):
        source.create_root(controller, number)
    wrapped = source.wrap(controller, 1, KEY)
    assert KEY not in wrapped
    with pytest.raises(KeyUnavailable) as refused:
        source.unwrap(controller, 2, wrapped)
    assert refused.value.code == "root_wrong"


def test_a_root_that_was_never_made_is_missing_and_wrapping_makes_none(chosen: str) -> None:
    controller, source = uuid4(), provider(chosen)
    with pytest.raises(KeyUnavailable) as refused:
        source.wrap(controller, 1, KEY)
    assert refused.value.code == "root_missing"
    assert source.root_state(controller, 1) is RootState.GONE
    assert source.destroy_root(controller, 1) is None


def test_a_turn_leads_from_files_to_the_service_and_back(chosen: str) -> None:
    with override_settings(KEY_PROVIDER="file"):
        sealed = _sealed()
    _turn(sealed.controller)
    with override_settings(KEY_PROVIDER="file"):
        _turn(sealed.controller)
    providers = Epoch.objects.filter(controller=sealed.controller).order_by("number").values_list("provider", flat=True)
    assert list(providers) == ["file", chosen, "file"]
    assert vault.data_key(sealed.controller, sealed.item) == sealed.key


@pytest.mark.parametrize(("name", "module"), [("kms", "boto3"), ("vault", "hvac")])
def test_a_missing_extra_is_named(name: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in [one for one in sys.modules if one.startswith("callward.web.keys.providers.")]:
        if one.endswith((".kms", ".transit")):
            monkeypatch.delitem(sys.modules, one)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(KeyUnavailable) as refused:
        provider(name)
    assert refused.value.code == "provider_missing"
    assert "pip install 'callward[" in refused.value.detail


@pytest.mark.parametrize("name", ["kms", "vault"])
def test_an_epoch_whose_provider_has_lost_its_settings_is_refused(name: str) -> None:
    with override_settings(KMS_REGION="", VAULT_ADDRESS=""), pytest.raises(KeyUnavailable) as refused:
        provider(name)
    assert refused.value.code == "provider_not_set"


# AWS KMS


def test_kms_destroys_a_root_only_when_its_window_is_over(kms: KmsServer) -> None:
    sealed = _sealed()
    wrapped = bytes(Epoch.objects.get(controller=sealed.controller).wrapped)
    _turn(sealed.controller)
    root = _root(kms, sealed.controller)
    when = kms.operator.describe_key(KeyId=root)["KeyMetadata"]["DeletionDate"]
    assert dt.timedelta(days=6, hours=23) < when - dt.datetime.now(dt.UTC) < dt.timedelta(days=7, hours=1)
    assert provider("kms").root_state(sealed.controller, 1) is RootState.GOING
    assert provider("kms").destroy_root(sealed.controller, 1) == when, "asked again it goes on the same day"
    with pytest.raises(KeyUnavailable) as refused:
        provider("kms").unwrap(sealed.controller, 1, wrapped)
    assert refused.value.code == "root_pending_deletion"
    kms.let_the_window_pass(root)
    assert provider("kms").root_state(sealed.controller, 1) is RootState.GONE
    assert provider("kms").destroy_root(sealed.controller, 1) is None
    assert vault.data_key(sealed.controller, sealed.item) == sealed.key


def test_kms_without_credentials_is_refused(kms: KmsServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sealed = _sealed()
    for name in CREDENTIALS:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    assert _refused(sealed.controller) == "kms_credentials"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("UnrecognizedClientException", "kms_credentials"),
        ("ExpiredTokenException", "kms_credentials"),
        ("AccessDeniedException", "kms_denied"),
        ("ThrottlingException", "kms_failed"),
        ("<script>", "kms_failed"),
    ],
)
def test_what_kms_answers_has_one_code_each(
    said: str, code: str, kms: KmsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """moto refuses nobody, so the answer is put into boto3 where it reads one."""
    sealed = _sealed()
    answer = {"Error": {"Code": said, "Message": "User: arn:aws:iam::1:user/testing is not authorized"}}

    def refuse(*_: object, **__: object) -> None:
        from botocore.exceptions import ClientError

        raise ClientError(answer, "DescribeKey")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)
    assert _refused(sealed.controller) == code


def test_kms_that_does_not_answer_is_refused(kms: KmsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = _sealed()
    with override_settings(KMS_ENDPOINT="http://127.0.0.1:9"):
        assert _refused(sealed.controller) == "kms_unreachable"


def test_a_disabled_root_in_kms_is_refused_and_works_when_enabled(kms: KmsServer) -> None:
    sealed = _sealed()
    root = _root(kms, sealed.controller)
    kms.operator.disable_key(KeyId=root)
    assert _refused(sealed.controller) == "root_disabled"
    kms.operator.enable_key(KeyId=root)
    assert vault.data_key(sealed.controller, sealed.item) == sealed.key


def test_a_root_that_somebody_wants_deleted_is_refused_and_works_when_that_is_cancelled(kms: KmsServer) -> None:
    sealed = _sealed()
    root = _root(kms, sealed.controller)
    kms.operator.schedule_key_deletion(KeyId=root, PendingWindowInDays=7)
    assert _refused(sealed.controller) == "root_pending_deletion"
    kms.operator.cancel_key_deletion(KeyId=root)
    assert _refused(sealed.controller) == "root_disabled", "that is how KMS leaves it"
    kms.operator.enable_key(KeyId=root)
    assert vault.data_key(sealed.controller, sealed.item) == sealed.key


def test_an_alias_that_names_another_key_is_refused_and_that_key_is_not_destroyed(kms: KmsServer) -> None:
    sealed = _sealed()
    other = kms.operator.create_key(Description="of somebody else")["KeyMetadata"]["KeyId"]
    kms.operator.update_alias(AliasName=f"alias/callward/{sealed.controller.hex}/1", TargetKeyId=other)
    assert _refused(sealed.controller) == "root_wrong"
    with pytest.raises(KeyUnavailable):
        provider("kms").destroy_root(sealed.controller, 1)
    assert kms.operator.describe_key(KeyId=other)["KeyMetadata"]["KeyState"] == "Enabled"


def test_of_two_processes_that_make_a_root_in_kms_one_wins_and_no_key_stays_unnamed(
    kms: KmsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, source = uuid4(), provider("kms")
    import callward.web.keys.providers.kms as place

    looked: list[Any] = []
    found = place._found

    def first_look(client: Any, owner: UUID, number: int) -> Any:
        if not looked:
            looked.append(None)
            provider("kms").create_root(owner, number)  # the other process, in between
            return None
        return found(client, owner, number)

    monkeypatch.setattr(place, "_found", first_look)
    source.create_root(controller, 1)
    states = [
        row["KeyState"]
        for key in kms.operator.get_paginator("list_keys").paginate().search("Keys[].KeyId")
        for row in [kms.operator.describe_key(KeyId=key)["KeyMetadata"]]
        if row["Description"] == f"callward/{controller.hex}/1"
    ]
    assert sorted(states) == ["Enabled", "PendingDeletion"]
    assert source.root_state(controller, 1) is RootState.USABLE


def test_a_root_whose_alias_was_made_though_the_answer_was_lost_is_kept(
    kms: KmsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller, source = uuid4(), provider("kms")
    from botocore.exceptions import ReadTimeoutError

    import callward.web.keys.providers.kms as place

    real = place._session

    def lossy() -> Any:
        session = real()
        opened = session.client

        def client(*args: Any, **more: Any) -> Any:
            kms = opened(*args, **more)
            name = kms.create_alias

            def create_alias(**given: Any) -> None:
                name(**given)
                raise ReadTimeoutError(endpoint_url="kms")

            kms.create_alias = create_alias
            return kms

        session.client = client
        return session

    monkeypatch.setattr(place, "_session", lossy)
    source.create_root(controller, 1)
    assert source.root_state(controller, 1) is RootState.USABLE


def test_a_key_in_kms_that_would_live_on_elsewhere_is_no_root(kms: KmsServer) -> None:
    controller = uuid4()
    made = kms.operator.create_key(Description=f"callward/{controller.hex}/1", MultiRegion=True)["KeyMetadata"]["KeyId"]
    kms.operator.create_alias(AliasName=f"alias/callward/{controller.hex}/1", TargetKeyId=made)
    with pytest.raises(KeyUnavailable) as refused:
        vault.open_controller(controller)
    assert refused.value.code == "root_unfit"
    assert not Epoch.objects.filter(controller=controller).exists()


# Vault and OpenBao


def test_vault_destroys_a_root_at_once(transit: VaultServer) -> None:
    sealed = _sealed()
    wrapped = bytes(Epoch.objects.get(controller=sealed.controller).wrapped)
    _turn(sealed.controller)
    assert list(transit.keys) == [f"callward-{sealed.controller.hex}-2"]
    with pytest.raises(KeyUnavailable) as refused:
        provider("vault").unwrap(sealed.controller, 1, wrapped)
    assert refused.value.code == "root_missing"
    assert provider("vault").root_state(sealed.controller, 1) is RootState.GONE


def test_a_root_that_vault_keeps_after_all_does_not_count_as_destroyed(transit: VaultServer) -> None:
    sealed = _sealed()
    transit.keeps_what_is_deleted = True
    with pytest.raises(KeyUnavailable) as refused:
        _turn(sealed.controller)
    assert refused.value.code == "root_not_destroyed"
    transit.keeps_what_is_deleted = False
    _turn(sealed.controller)
    assert list(transit.keys) == [f"callward-{sealed.controller.hex}-2"]


def test_a_token_that_vault_refuses_is_named_and_not_shown(transit: VaultServer) -> None:
    sealed = _sealed()
    transit.token = "another"
    assert _refused(sealed.controller) == "vault_denied"


def test_a_sealed_vault_is_refused_and_works_when_unsealed(transit: VaultServer) -> None:
    sealed = _sealed()
    transit.sealed = True
    assert _refused(sealed.controller) == "vault_sealed"
    transit.sealed = False
    assert vault.data_key(sealed.controller, sealed.item) == sealed.key


def test_a_vault_that_never_answers_is_refused(transit: VaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = _sealed()
    transit.silent = True
    monkeypatch.setattr("callward.web.keys.providers.transit._SECONDS", 0.2)
    assert _refused(sealed.controller) == "vault_unreachable"


def test_a_root_whose_version_is_switched_off_in_vault_is_refused(transit: VaultServer) -> None:
    sealed = _sealed()
    transit.keys[f"callward-{sealed.controller.hex}-1"].least = 2
    assert provider("vault").root_state(sealed.controller, 1) is RootState.STOPPED
    assert _refused(sealed.controller) == "root_disabled"


def test_another_key_under_the_same_name_in_vault_is_the_wrong_one(transit: VaultServer) -> None:
    sealed = _sealed()
    del transit.keys[f"callward-{sealed.controller.hex}-1"]
    assert _refused(sealed.controller) == "root_missing"
    provider("vault").create_root(sealed.controller, 1)
    assert _refused(sealed.controller) == "root_wrong"


@pytest.mark.parametrize(
    ("mode", "content", "code"),
    [
        (0o644, "test-token-of-the-operator", "token_file_open_permissions"),
        (0o600, "", "token_file_unreadable"),
        (0o600, "two words", "token_file_unreadable"),
        (0o600, "x" * 5000, "token_file_unreadable"),
    ],
)
def test_a_token_file_that_will_not_do_is_refused(
    mode: int, content: str, code: str, transit: VaultServer, tmp_path: Path
) -> None:
    sealed = _sealed()
    (tmp_path / "token").write_text(content)
    (tmp_path / "token").chmod(mode)
    assert _refused(sealed.controller) == code


def test_a_certificate_that_nobody_trusts_is_refused(transit: VaultServer, tmp_path: Path) -> None:
    sealed = _sealed()
    with override_settings(VAULT_ADDRESS="https://127.0.0.1:9", VAULT_CA_FILE=str(tmp_path / "none.pem")):
        assert _refused(sealed.controller) == "vault_not_trusted"


def test_a_key_on_the_vault_server_that_can_be_taken_out_of_it_is_no_root(transit: VaultServer) -> None:
    controller = uuid4()
    for key in (Key(exportable=True), Key(allow_plaintext_backup=True)):
        transit.keys[f"callward-{controller.hex}-1"] = key
        with pytest.raises(KeyUnavailable) as refused:
            vault.open_controller(controller)
        assert refused.value.code == "root_unfit"
    assert not Epoch.objects.filter(controller=controller).exists()


def test_a_root_in_another_mount_is_not_taken_for_destroyed(transit: VaultServer) -> None:
    sealed = _sealed()
    with override_settings(VAULT_MOUNT="elsewhere"):
        for act in (provider("vault").root_state, provider("vault").destroy_root):
            with pytest.raises(KeyUnavailable) as refused:
                act(sealed.controller, 1)
            assert refused.value.code == "vault_no_mount"
    assert transit.keys


def test_a_turn_ends_only_where_the_new_root_is_and_opens(chosen: str) -> None:
    """Cut off before its end, and taken up where the settings name a place without any of the roots."""
    sealed = _sealed()
    old = turning.begin(sealed.controller)
    while turning.move(sealed.controller, old):
        pass
    vault.forget_epoch_keys()
    elsewhere = {"KMS_REGION": "eu-west-1", "VAULT_MOUNT": "elsewhere"}
    with override_settings(**elsewhere), pytest.raises(KeyUnavailable) as refused:
        turning.finish(sealed.controller, old, at=NOW)
    assert refused.value.code == "root_missing"
    old.refresh_from_db()
    assert old.state == Epoch.State.TURNING
    turning.finish(sealed.controller, old, at=NOW)
    assert vault.data_key(sealed.controller, sealed.item) == sealed.key
