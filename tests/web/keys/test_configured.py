"""Where roots are made, as the environment says it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from callward.web.keys.configured import roots_configured

KMS = {"CALLWARD_KEY_PROVIDER": "kms", "CALLWARD_KMS_REGION": "eu-north-1"}
VAULT = {
    "CALLWARD_KEY_PROVIDER": "vault",
    "CALLWARD_VAULT_ADDRESS": "https://vault.example:8200/",
    "CALLWARD_VAULT_TOKEN_FILE": "/run/secrets/token",
}


def test_roots_are_in_files_unless_told() -> None:
    assert roots_configured({}).provider == "file"


def test_a_service_is_read_with_what_it_needs() -> None:
    assert (roots_configured(KMS).kms_region, roots_configured(KMS).kms_pending_days) == ("eu-north-1", 7)
    read = roots_configured(VAULT)
    assert (read.vault_address, read.vault_mount) == ("https://vault.example:8200", "transit")


def test_a_provider_that_is_not_chosen_is_read_too_for_the_epoch_that_is_being_left() -> None:
    assert roots_configured({**KMS, "CALLWARD_KEY_PROVIDER": "file"}).kms_region == "eu-north-1"


@pytest.mark.parametrize(
    "address", ["http://localhost:8200", "http://127.0.0.1:8200", "http://[::1]:8200", "https://10.0.0.7"]
)
def test_an_address_is_private(address: str) -> None:
    assert roots_configured({**VAULT, "CALLWARD_VAULT_ADDRESS": address}).vault_address == address


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CALLWARD_KEY_PROVIDER", "paper"),
        ("CALLWARD_VAULT_TOKEN_FILE", " "),
        ("CALLWARD_VAULT_ADDRESS", "http://vault.example:8200"),
        ("CALLWARD_VAULT_ADDRESS", "http://localhost.example:8200"),
        ("CALLWARD_VAULT_ADDRESS", "https://user:secret@vault.example"),
        ("CALLWARD_VAULT_ADDRESS", "https://vault.example/?token=x"),
        ("CALLWARD_VAULT_ADDRESS", "https://[::1"),
        ("CALLWARD_VAULT_ADDRESS", "https://"),
        ("CALLWARD_VAULT_ADDRESS", "vault.example"),
        ("CALLWARD_VAULT_MOUNT", "/transit"),
        ("CALLWARD_KMS_REGION", "Stockholm"),
        ("CALLWARD_KMS_ENDPOINT", "http://kms.example"),
        ("CALLWARD_KMS_PENDING_DAYS", "6"),
        ("CALLWARD_KMS_PENDING_DAYS", "31"),
        ("CALLWARD_KMS_PENDING_DAYS", "soon"),
    ],
)
def test_what_makes_no_sense_is_refused_without_repeating_it(name: str, value: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        roots_configured({**VAULT, name: value})
    assert name in str(refused.value)
    assert "secret@" not in str(refused.value)


def test_kms_without_a_region_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="CALLWARD_KMS_REGION"):
        roots_configured({"CALLWARD_KEY_PROVIDER": "kms"})
