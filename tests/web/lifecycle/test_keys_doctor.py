"""``callward keys doctor``: each thing that can be wrong with the keys is a line that says what to do."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from backups import key_file, place
from calls_at_work import HARMLESS, take
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from key_services import kms, kms_running, transit
from kms_server import KmsServer
from softhsm import softhsm
from typer.testing import CliRunner
from vault_server import VaultServer

from callward.web import audit
from callward.web.core.models import Controller, Line
from callward.web.keys import turning, vault
from callward.web.keys.models import Epoch, PersonKey, ServiceKey, Tombstone
from callward.web.keys.providers import FileProvider, RootState, provider
from callward.web.lifecycle import turns
from callward.web.lifecycle.backup.snapshot import create
from callward.web.lifecycle.backup.store import Destination
from callward.web.lifecycle.models import Escrow
from callward.web.lifecycle.verbs import keys as verbs

__all__ = ["key_file", "kms", "kms_running", "place", "softhsm", "transit"]

OWN = len(ServiceKey.Kind)

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def owner(care_line: Line) -> Iterator[Controller]:
    """The one controller, and no root file of another test's."""
    for path in FileProvider(settings.CALLWARD_HOME).paths():
        if path.parent.name != care_line.controller_id.hex:
            path.unlink()
    yield care_line.controller
    vault.forget_epoch_keys()


def _asked(code: int) -> dict[str, list[dict[str, Any]]]:
    """What the doctor says by name; ``code`` is what it must end with."""
    vault.forget_epoch_keys()
    ended = CliRunner().invoke(verbs, ["doctor", "--json"])
    lines: dict[str, list[dict[str, Any]]] = {}
    for line in json.loads(ended.stdout)["checks"]:
        lines.setdefault(line["name"], []).append(line)
    assert ended.exit_code == code, lines
    return lines


def _told(lines: dict[str, list[dict[str, Any]]], name: str) -> tuple[str, str]:
    """The worst line of a name: its level and sentence."""
    order = ("stopped", "asks", "note", "well")
    worst = min(lines[name], key=lambda line: order.index(line["level"]))
    assert worst["do"] or worst["level"] in {"well", "note"}
    return worst["level"], worst["told"]


def test_keys_in_order_are_well_and_stay_as_they_are(owner: Controller, care_line: Line) -> None:
    take(care_line, HARMLESS)
    lines = _asked(0)
    assert {name: _told(lines, name)[0] for name in lines} == {
        "root": "well",
        "rows": "well",
        "old roots": "well",
        "age": "well",
        "shares": "note",
        "keys backup": "note",
    }
    assert _told(lines, "rows")[1] == f"epoch 1: 1 person keys, {OWN} service, 1 indexes, 1 digests"
    shown = CliRunner().invoke(verbs, ["doctor"])
    assert f"● acme root: the root of epoch 1 (file) opens the epoch key, which opens {OWN + 1} keys" in shown.stdout
    assert "→ run `callward keys escrow`" in shown.stdout


def test_a_lost_root_is_named_with_where_to_read_on(owner: Controller) -> None:
    path = FileProvider(settings.CALLWARD_HOME).path(owner.id, 1)
    path.rename(path.with_suffix(".away"))
    level, told = _told(_asked(2), "root")
    assert (level, "key_file_missing" in told) == ("stopped", True)


def test_another_root_in_its_place_is_named(owner: Controller) -> None:
    FileProvider(settings.CALLWARD_HOME).path(owner.id, 1).write_bytes(bytes(32))
    assert "root_wrong" in _told(_asked(2), "root")[1]


def test_a_root_that_others_can_read_stops_the_command(owner: Controller) -> None:
    path = FileProvider(settings.CALLWARD_HOME).path(owner.id, 1)
    path.chmod(0o644)
    ended = CliRunner().invoke(verbs, ["doctor"])
    assert f"run chmod 600 {path}" in str(ended.exception)
    path.chmod(0o600)


def test_a_damaged_key_is_counted(owner: Controller, care_line: Line) -> None:
    take(care_line, HARMLESS)
    PersonKey.objects.update(wrapped=bytes(40))
    assert _told(_asked(2), "root")[1].startswith(f"epoch 1: 1 of {OWN + 1} keys do not open")


def test_rows_of_an_epoch_that_is_over_are_found(owner: Controller, care_line: Line) -> None:
    take(care_line, HARMLESS)
    old = turning.begin(owner.id)
    assert _told(_asked(0), "turn")[0] == "note"
    Epoch.objects.filter(pk=old.pk).update(state=Epoch.State.DESTROYED)
    level, told = _told(_asked(1), "turn")
    # The call's person, index and digest, and the controller's own keys; those made anew are in the new epoch too.
    assert (level, told) == ("asks", f"{OWN + 3} rows are left from an epoch that is over, and no turn is under way")


def test_a_root_that_should_be_gone_and_is_not_is_found(owner: Controller) -> None:
    path = FileProvider(settings.CALLWARD_HOME).path(owner.id, 1)
    kept = path.read_bytes()
    turns.turn(owner, audit.SYSTEM)
    assert _told(_asked(0), "old roots") == ("well", "roots of epochs that were left: 1 gone")
    path.write_bytes(kept)
    path.chmod(0o600)
    lines = _asked(1)
    assert _told(lines, "old roots")[0] == "asks"
    assert any(str(path) in line["do"] for line in lines["old roots"])


def test_a_root_of_nobody_is_found(owner: Controller) -> None:
    stray = FileProvider(settings.CALLWARD_HOME).path(owner.id, 9)
    stray.write_bytes(bytes(32))
    stray.chmod(0o600)
    assert str(stray) in _told(_asked(1), "stray roots")[1]
    stray.rename(stray.with_name("2.key"))
    assert "stray roots" not in _asked(0), "a turn that was cut off has made it ahead"


def test_a_turn_that_is_late_is_found(owner: Controller) -> None:
    Epoch.objects.update(created_at=timezone.now() - dt.timedelta(days=32))
    assert _told(_asked(1), "age")[0] == "asks"


def test_a_clock_that_was_set_back_is_found(owner: Controller) -> None:
    Epoch.objects.update(created_at=timezone.now() + dt.timedelta(days=3))
    assert "begins in the future" in _told(_asked(1), "age")[1]


def test_shares_of_an_epoch_that_is_over_are_found(owner: Controller) -> None:
    Escrow.objects.create(controller=owner, epoch=1, shares=3, threshold=2, made_at=timezone.now())
    assert _told(_asked(0), "shares") == ("well", "any 2 of 3 officers put the root back")
    turns.turn(owner, audit.SYSTEM)
    assert _told(_asked(1), "shares")[0] == "asks"


def test_the_copy_of_the_keys_is_looked_at(owner: Controller, place: Destination, key_file: Path) -> None:
    with override_settings(BACKUP=str(place.place), BACKUP_KEY_FILE=str(key_file)):
        assert _told(_asked(1), "keys backup")[1] == "there is no copy of the keys yet"
        create(place, audit.SYSTEM)
        assert _told(_asked(0), "keys backup")[0] == "well"
        later = timezone.now() + dt.timedelta(hours=1)
        Tombstone.objects.create(controller=owner.id, person=owner.id, erased_at=timezone.now())
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(timezone, "now", lambda: later)
            assert "1 people were erased since" in _told(_asked(1), "keys backup")[1]
    with override_settings(BACKUP="/nonexistent/backups", BACKUP_KEY_FILE=str(key_file)):
        assert _told(_asked(1), "keys backup")[0] == "asks"


def test_the_provider_of_the_next_root_is_asked_before_the_turn_is_due(owner: Controller) -> None:
    with override_settings(KEY_PROVIDER="vault", VAULT_ADDRESS="", VAULT_TOKEN_FILE=""):
        assert "provider_not_set" in _told(_asked(1), "next root")[1]


def test_a_root_that_goes_on_a_day_is_a_note(kms: KmsServer, owner: Controller) -> None:
    turns.turn(owner, audit.SYSTEM)
    lines = _asked(0)
    assert "can be brought back until then" in _told(lines, "old roots")[1]
    assert _told(lines, "shares")[0] == "well"
    root = kms.operator.describe_key(KeyId=f"alias/callward/{owner.id.hex}/1")["KeyMetadata"]["KeyId"]
    kms.operator.cancel_key_deletion(KeyId=root)
    assert _told(_asked(1), "old roots")[0] == "asks"


def test_a_service_that_does_not_answer_is_named(transit: VaultServer, owner: Controller) -> None:
    transit.sealed = True
    assert "vault_sealed" in _told(_asked(2), "root")[1]


def test_a_token_tells_where_a_root_stands(softhsm: dict[str, str], owner: Controller) -> None:
    with override_settings(**softhsm):
        turns.turn(owner, audit.SYSTEM)
        assert "(pkcs11) opens the epoch key" in _told(_asked(0), "root")[1]
        assert provider("pkcs11").root_state(owner.id, 2) is RootState.USABLE
        turns.turn(owner, audit.SYSTEM)
        assert provider("pkcs11").root_state(owner.id, 2) is RootState.GONE
        assert _told(_asked(0), "old roots") == ("well", "roots of epochs that were left: 2 gone")
