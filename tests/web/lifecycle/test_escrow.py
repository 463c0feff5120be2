"""Split custody: enough officers put a lost root back, fewer cannot."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from uuid import uuid4

import pyrage
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from callward.engine import tlog
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core.models import Line
from callward.web.keys import vault
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.providers import FileProvider
from callward.web.lifecycle import turns
from callward.web.lifecycle.escrow import EscrowError, escrow_of, put_back, share_out

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def officers() -> list[pyrage.x25519.Identity]:
    return [pyrage.x25519.Identity.generate() for _ in range(3)]


def _keys(officers: list[pyrage.x25519.Identity]) -> list[str]:
    return [str(officer.to_public()) for officer in officers]


def _opened(files: list[Path], officers: list[pyrage.x25519.Identity]) -> list[str]:
    return [
        pyrage.decrypt(path.read_bytes(), [officer]).decode() for path, officer in zip(files, officers, strict=True)
    ]


def test_any_two_of_three_officers_put_the_root_back(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    person, item = vault.new_person_key(controller.id), uuid4()
    key = vault.new_data_key(controller.id, person, item)
    files = share_out(controller, _keys(officers), 2, tmp_path / "shares", audit.SYSTEM)
    opened = _opened(files, officers)
    root = FileProvider(settings.CALLWARD_HOME).path(controller.id, 1)
    whole = root.read_bytes()
    for pair in combinations(opened, 2):
        root.unlink()
        vault.forget_epoch_keys()
        with pytest.raises(KeyUnavailable):
            vault.data_key(controller.id, item)
        assert put_back(controller, pair, audit.SYSTEM) == 1
        assert root.read_bytes() == whole
        assert root.stat().st_mode & 0o777 == 0o600
        assert vault.data_key(controller.id, item) == key


def test_one_share_is_not_enough_and_says_nothing(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    files = share_out(care_line.controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    for share in (_opened(files, officers)[:1], [], ["words that are none"]):
        with pytest.raises(EscrowError) as refused:
            put_back(care_line.controller, share, audit.SYSTEM)
        assert refused.value.code == "shares_unreadable"


def test_no_officer_opens_the_share_of_another(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    files = share_out(care_line.controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(files[0].read_bytes(), [officers[1]])


def test_shares_of_a_former_root_put_nothing_back(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    opened = _opened(share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM), officers)
    turns.turn(controller, audit.SYSTEM)
    assert escrow_of(controller) is None
    with pytest.raises(EscrowError) as refused:
        put_back(controller, opened, audit.SYSTEM)
    assert refused.value.code == "shares_wrong"


def test_today_says_that_a_turn_left_the_root_unshared_until_it_is_shared_out_again(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path, proven_cast: dict[Role, User]
) -> None:
    def told(role: Role) -> list[bool]:
        browser = Client()
        browser.force_login(proven_cast[role])
        today = "Share the root key out anew" in browser.get(reverse("calls:today")).content.decode()
        return [today, "callward keys escrow" in browser.get(reverse("lifecycle:home")).content.decode()]

    controller = care_line.controller
    turns.turn(controller, audit.SYSTEM)
    assert told(Role.ADMINISTRATOR) == [False, False], "nothing was ever shared out"
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    assert told(Role.ADMINISTRATOR) == [False, False]
    for _epoch in range(2):
        turns.turn(controller, audit.SYSTEM)
        assert told(Role.ADMINISTRATOR) == told(Role.DPO) == [True, True]
        assert told(Role.AGENT) == [False, False]
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    assert told(Role.ADMINISTRATOR) == [False, False]


def test_a_root_that_is_there_is_left_alone(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    opened = _opened(share_out(care_line.controller, _keys(officers), 3, tmp_path, audit.SYSTEM), officers)
    with pytest.raises(KeyUnavailable) as refused:
        put_back(care_line.controller, opened, audit.SYSTEM)
    assert refused.value.code == "key_file_exists"


@pytest.mark.parametrize(
    ("count", "threshold", "code"),
    [(1, 1, "officers_wrong"), (3, 1, "threshold_wrong"), (3, 4, "threshold_wrong"), (0, 2, "officers_wrong")],
)
def test_shares_that_protect_nothing_are_refused(
    count: int,
    threshold: int,
    code: str,
    care_line: Line,
    officers: list[pyrage.x25519.Identity],
    tmp_path: Path,
) -> None:
    with pytest.raises(EscrowError) as refused:
        share_out(care_line.controller, _keys(officers)[:count], threshold, tmp_path / "shares", audit.SYSTEM)
    assert refused.value.code == code
    assert not (tmp_path / "shares").exists()


def test_a_name_that_is_no_key_is_refused(care_line: Line, tmp_path: Path) -> None:
    with pytest.raises(EscrowError) as refused:
        share_out(care_line.controller, ["age1nonsense", "ssh-ed25519 AAAA"], 2, tmp_path, audit.SYSTEM)
    assert refused.value.code == "officers_wrong"


def test_sharing_out_is_in_the_ledger_and_tells_no_share(
    care_line: Line, officers: list[pyrage.x25519.Identity], tmp_path: Path
) -> None:
    controller = care_line.controller
    share_out(controller, _keys(officers), 2, tmp_path, audit.SYSTEM)
    entry = Entry.objects.get(action="keys.escrowed")
    told = tlog.decode_entry(bytes(entry.body))
    # A share is words of a short list, and a word of it may stand in any entry: this is all that the entry has.
    assert told == tlog.Entry(
        id=told.id,
        at=told.at,
        nonce=told.nonce,
        actor=audit.SYSTEM,
        action="keys.escrowed",
        resource=tlog.Reference("controller", str(controller.id)),
        outcome="done",
        facts={"epoch": 1, "shares": 3, "threshold": 2},
    )
    assert not entry.detail
