"""AWS KMS and Vault as key providers, for tests of more than one package: import the fixtures where they are used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from callward.web.keys import vault

pytest.importorskip("boto3", reason="boto3 is not installed")
pytest.importorskip("hvac", reason="hvac is not installed")
pytest.importorskip("moto", reason="moto is not installed")

from kms_server import CREDENTIALS, REGION, KmsServer, kms_server
from vault_server import VaultServer, vault_server


@pytest.fixture(scope="module")
def kms_running() -> Iterator[KmsServer]:
    with kms_server() as running:
        yield running


@pytest.fixture
def kms(kms_running: KmsServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[KmsServer]:
    """KMS as the provider of new roots, and credentials for it where boto3 looks."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    vault.forget_epoch_keys()
    with override_settings(KEY_PROVIDER="kms", KMS_REGION=REGION, KMS_ENDPOINT=kms_running.address):
        yield kms_running
    vault.forget_epoch_keys()


@pytest.fixture
def transit(tmp_path: Path) -> Iterator[VaultServer]:
    """Vault as the provider of new roots, and a token for it."""
    vault.forget_epoch_keys()
    with vault_server() as running:
        file = tmp_path / "token"
        file.write_text(running.token + "\n")
        file.chmod(0o600)
        with override_settings(KEY_PROVIDER="vault", VAULT_ADDRESS=running.address, VAULT_TOKEN_FILE=str(file)):
            yield running
    vault.forget_epoch_keys()
