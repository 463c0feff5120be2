"""The ledger's pages, walked as each of the cast."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from callward.engine import tlog
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry, Head, Witness
from callward.web.audit.reading import Filter
from callward.web.audit.sequencing import log_key
from callward.web.audit.tiles import LedgerTiles
from callward.web.audit.urls import urlpatterns
from callward.web.core import labels
from callward.web.core.models import Controller
from callward.web.keys import vault

pytestmark = pytest.mark.django_db

Act = Callable[..., list[str]]
Cast = dict[Role, User]

EVERY = "agent supervisor dpo security auditor administrator"
READERS = "dpo security auditor administrator"
TABLE = {
    "ledger": READERS,
    "entry": EVERY,
    "entry_proof": EVERY,
    "entry_text": EVERY,
    "checkpoint": "public",
    "key": "public",
    "entry_bundle": "dpo auditor",
    "tile": "public",
    "witnesses": READERS,
    "witness_add": "dpo administrator",
    "witness_send": "dpo administrator",
    "witness_end": "dpo administrator",
}


@pytest.fixture
def entry(ledger: Controller, act: Act, proven_cast: Cast) -> Entry:
    """One of 300 published entries; the agent's own, so that all of the cast may open it."""
    act(299)
    with transaction.atomic():
        audit.record(
            "recording.opened",
            actor=proven_cast[Role.AGENT],
            resource=tlog.Reference("call", str(uuid4())),
            controller=ledger,
            facts={"seconds": 12},
        )
    audit.sequence(ledger)
    return Entry.objects.get(action="recording.opened")


@pytest.fixture
def witness(ledger: Controller) -> Witness:
    return Witness.objects.create(
        controller=ledger, kind=Witness.Kind.MAILBOX, name="Works council", address="council@example.org"
    )


def _as(member: User | None) -> Client:
    client = Client()
    if member is not None:
        client.force_login(member)
    return client


def _address(name: str, entry: Entry, witness: Witness) -> str:
    values: dict[str, dict[str, object]] = {
        "entry": {"index": entry.index},
        "entry_proof": {"index": entry.index},
        "entry_text": {"index": entry.index},
        "checkpoint": {"slug": "acme"},
        "key": {"slug": "acme"},
        "tile": {"slug": "acme", "rest": "0/000"},
        "entry_bundle": {"slug": "acme", "rest": "000"},
        "witness_add": {"kind": "mailbox"},
        "witness_send": {"witness_id": witness.pk},
        "witness_end": {"witness_id": witness.pk},
    }
    return reverse(f"audit:{name}", kwargs=values.get(name))


def test_every_address_of_the_ledger_is_declared() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_page_opens_for_its_roles_and_for_nobody_else(
    name: str, entry: Entry, witness: Witness, proven_cast: Cast
) -> None:
    address = _address(name, entry, witness)
    refused = {HTTPStatus.FORBIDDEN, HTTPStatus.FOUND}
    stranger = _as(None).get(address)
    assert (stranger.status_code == HTTPStatus.OK) == (TABLE[name] == "public")
    for role, member in proven_cast.items():
        status = _as(member).get(address).status_code
        allowed = TABLE[name] == "public" or role.value in TABLE[name].split()
        expected = {HTTPStatus.OK, HTTPStatus.METHOD_NOT_ALLOWED} if allowed else refused
        assert status in expected, (name, role)


@pytest.mark.parametrize("name", ["entry", "entry_proof", "entry_text", "entry_bundle", "witness_send", "witness_end"])
def test_another_controllers_ledger_does_not_exist_for_mallory(
    name: str, entry: Entry, witness: Witness, proven_mallory: User
) -> None:
    client, address = _as(proven_mallory), _address(name, entry, witness)
    answer = client.post(address) if name.startswith("witness") else client.get(address)
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_mallory_lists_only_the_entries_of_her_own_controller(
    entry: Entry, rival: Controller, proven_mallory: User
) -> None:
    vault.open_controller(rival.id)
    page = _as(proven_mallory).get(reverse("audit:ledger")).content.decode()
    assert "recording.opened" not in page
    assert "acme.example" not in page


def test_an_agent_opens_only_what_the_agent_did(entry: Entry, proven_cast: Cast) -> None:
    client = _as(proven_cast[Role.AGENT])
    other = Entry.objects.exclude(pk=entry.pk).first()
    assert other is not None
    assert client.get(reverse("audit:entry", args=[entry.index])).status_code == HTTPStatus.OK
    for page in ("entry", "entry_proof", "entry_text"):
        assert client.get(reverse(f"audit:{page}", args=[other.index])).status_code == HTTPStatus.NOT_FOUND


def test_listing_the_ledger_is_itself_on_the_record(entry: Entry, proven_cast: Cast) -> None:
    alice = proven_cast[Role.DPO]
    _as(alice).get(reverse("audit:ledger"), {"action": "recording.opened"})
    listed = tlog.decode_entry(bytes(Entry.objects.get(action="ledger.listed").body))
    assert listed.actor == tlog.Reference("staff", str(alice.pk))
    assert dict(listed.facts) == {"count": 1, "filter": Filter(action="recording.opened").digest}


@pytest.mark.parametrize(
    ("page", "action"),
    [
        ("entry", "ledger.entry_opened"),
        ("entry_proof", "ledger.proof_downloaded"),
        ("entry_text", "ledger.entry_downloaded"),
    ],
)
def test_opening_an_entry_is_itself_on_the_record(entry: Entry, proven_cast: Cast, page: str, action: str) -> None:
    _as(proven_cast[Role.AUDITOR]).get(reverse(f"audit:{page}", args=[entry.index]))
    assert Entry.objects.get(action=action).resource_id == entry.uuid


def test_the_downloaded_proof_stands_alone(entry: Entry, proven_cast: Cast, acme: Controller) -> None:
    answer = _as(proven_cast[Role.AUDITOR]).get(reverse("audit:entry_proof", args=[entry.index]))
    assert answer["Content-Disposition"] == 'attachment; filename="entry-299.tlog-proof"'
    proof = tlog.parse_proof_file(answer.content)
    assert proof.extra == bytes(entry.body)
    checkpoint, _ = tlog.verify_proof_file(proof, proof.extra, log_key(acme).verifier)
    assert checkpoint.head.size == 300
    with pytest.raises(tlog.RefutedError):
        tlog.verify_proof_file(proof, proof.extra.replace(b"recording", b"rec0rding"), log_key(acme).verifier)


def test_the_downloaded_text_is_what_the_leaf_hashes(entry: Entry, proven_cast: Cast) -> None:
    answer = _as(proven_cast[Role.AUDITOR]).get(reverse("audit:entry_text", args=[entry.index]))
    assert answer.content == bytes(entry.body)
    assert json.loads(answer.content)["action"] == "recording.opened"


def test_an_entry_that_waits_is_listed_and_has_no_page_yet(ledger: Controller, act: Act, proven_cast: Cast) -> None:
    act(1)
    audit.sequence(ledger)
    act(1, "line.changed")
    client = _as(proven_cast[Role.DPO])
    page = client.get(reverse("audit:ledger"), {"action": "line.changed"}).content.decode()
    assert "waits" in page
    assert "/ledger/entries/" not in page
    assert Entry.objects.get(action="line.changed").get_absolute_url() == ""
    assert client.get(reverse("audit:entry", args=[1])).status_code == HTTPStatus.NOT_FOUND


def test_an_ordered_entry_has_no_proof_before_its_checkpoint(
    entry: Entry, act: Act, acme: Controller, proven_cast: Cast
) -> None:
    before = Head.objects.filter(controller=acme).values("published_size", "published_root", "checkpoint").get()
    act(10)
    audit.sequence(acme)
    Head.objects.filter(controller=acme).update(**before)
    client = _as(proven_cast[Role.DPO])
    page = client.get(reverse("audit:entry", args=[305]))
    assert page.status_code == HTTPStatus.OK
    assert "waits for its place" in page.content.decode()
    assert client.get(reverse("audit:entry_proof", args=[305])).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("index", [300, 10**18, 10**30])
def test_an_entry_that_is_not_there_does_not_exist(entry: Entry, proven_cast: Cast, index: int) -> None:
    assert _as(proven_cast[Role.DPO]).get(f"/ledger/entries/{index}/").status_code == HTTPStatus.NOT_FOUND


def test_pages_lead_to_every_entry_once(ledger: Controller, act: Act, proven_cast: Cast) -> None:
    written = [*act(130)]
    audit.sequence(ledger)
    written += act(3)
    client, seen, query = _as(proven_cast[Role.DPO]), [], ""
    for _ in range(4):
        context = client.get(f"{reverse('audit:ledger')}{query}").context
        seen += [row.uuid for row, _who in context["rows"] if row.action == "recording.redacted"]
        query = context["older"]
        if not query:
            break
    assert seen == written[::-1]
    back = client.get(f"{reverse('audit:ledger')}?after=60").context
    assert next(row.index for row, _who in back["rows"]) == 110
    assert back["newer"] == "?after=110"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"action": "recording.opened"}, 1),
        ({"actor": "bob"}, 1),
        ({"first": "10", "last": "19"}, 10),
        ({"until": "2001-01-01"}, 0),
        ({"resource": "nothing-of-the-kind"}, 0),
    ],
    ids=str,
)
def test_the_address_says_what_is_filtered(entry: Entry, proven_cast: Cast, query: dict[str, str], count: int) -> None:
    context = _as(proven_cast[Role.DPO]).get(reverse("audit:ledger"), query).context
    assert len(context["page"].entries) == count
    assert context["chips"]


@pytest.mark.parametrize(
    "query",
    [
        {"before": "x"},
        {"before": "9" * 400},
        {"after": "-1"},
        {"after": "²"},
        {"first": "999999999999"},
        {"first": "9", "last": "3"},
        {"since": "yesterday"},
        {"action": "no.such"},
        {"actor": "' OR 1=1 --"},
    ],
    ids=str,
)
def test_a_senseless_address_is_a_page_all_the_same(entry: Entry, proven_cast: Cast, query: dict[str, str]) -> None:
    assert _as(proven_cast[Role.DPO]).get(reverse("audit:ledger"), query).status_code == HTTPStatus.OK


def test_htmx_gets_the_entries_alone(entry: Entry, proven_cast: Cast) -> None:
    client = _as(proven_cast[Role.DPO])
    part = client.get(reverse("audit:ledger"), headers={"HX-Request": "true"}).content.decode()
    whole = client.get(reverse("audit:ledger")).content.decode()
    assert "<html" not in part
    assert 'class="rows"' in part
    assert "<html" in whole


def test_the_state_names_who_is_missing(entry: Entry, proven_cast: Cast, acme: Controller, witness: Witness) -> None:
    client = _as(proven_cast[Role.DPO])
    Witness.objects.all().delete()
    assert "witnessed by nobody yet" in client.get(reverse("audit:ledger")).content.decode()
    assert audit.ledger_state(acme).witnesses.status == "due"


def test_the_witnesses_say_when_no_mail_server_is_set(entry: Entry, proven_cast: Cast, settings: Settings) -> None:
    client = _as(proven_cast[Role.DPO])
    assert "CALLWARD_MAIL_HOST" in client.get(reverse("audit:witnesses")).content.decode()
    settings.EMAIL_HOST = "mail.example.org"
    assert "CALLWARD_MAIL_HOST" not in client.get(reverse("audit:witnesses")).content.decode()


def test_tiles_that_were_changed_are_said_to_be(entry: Entry, proven_cast: Cast, acme: Controller) -> None:
    LedgerTiles(acme.id).write({"tile/0/000": b"\x01" * 8192})
    page = _as(proven_cast[Role.DPO]).get(reverse("audit:ledger")).content.decode()
    assert "not the tree that was published" in page


def test_an_entry_that_was_changed_is_said_to_be(entry: Entry, proven_cast: Cast) -> None:
    Entry.objects.filter(pk=entry.pk).update(body=bytes(entry.body).replace(b'"outcome":"done"', b'"outcome":"none"'))
    client = _as(proven_cast[Role.AUDITOR])
    page = client.get(reverse("audit:entry", args=[entry.index])).content.decode()
    assert "not what was signed" in page
    assert client.get(reverse("audit:entry_proof", args=[entry.index])).status_code == HTTPStatus.NOT_FOUND


def test_every_act_of_the_ledger_has_its_words() -> None:
    acts = {"ledger.listed", "ledger.entry_opened", "ledger.proof_downloaded", "ledger.entry_downloaded"}
    acts |= {"ledger.entries_read", "checkpoint.sent", "witness.named", "witness.ended"}
    assert acts <= set(labels.ACTIONS)


# What outsiders get.


def test_a_stranger_checks_the_log_with_the_key_alone(entry: Entry, acme: Controller) -> None:
    """A stranger with the public key rebuilds the root from the public tiles."""
    client = Client()

    class Site:
        def read(self, path: str, limit: int) -> bytes:
            answer = client.get(f"/ledger/acme/{path}")
            if answer.status_code == HTTPStatus.NOT_FOUND:
                raise tlog.LogError("missing")
            return bytes(answer.content)

    key = tlog.parse_vkey(client.get("/ledger/acme/key").content.decode().strip())
    assert key == log_key(acme).verifier
    answer = client.get("/ledger/acme/checkpoint")
    checkpoint, _ = tlog.open_checkpoint(answer.content, key)
    leaves = tlog.TileHashes(Site(), checkpoint.head)
    assert tlog.mth([leaves.read(0, index) for index in range(300)]) == checkpoint.head.root
    assert answer["Cache-Control"] == "public, max-age=10"
    tile = client.get("/ledger/acme/tile/0/000")
    assert (len(tile.content), tile["Cache-Control"]) == (8192, "public, max-age=31536000, immutable")


@pytest.mark.parametrize(
    "path",
    [
        "0/001",
        "0/001.p/45",
        "0/002",
        "1/000",
        "2/000.p/1",
        "0/000.p/0",
        "0/../../checkpoint",
        "0/x000/000",
        "64/000",
        "é",
    ],
)
def test_what_is_no_part_of_the_published_tree_is_not_served(entry: Entry, path: str) -> None:
    assert Client().get(f"/ledger/acme/tile/{path}").status_code == HTTPStatus.NOT_FOUND


def test_tiles_written_ahead_of_the_checkpoint_are_not_served(entry: Entry, act: Act, acme: Controller) -> None:
    before = Head.objects.filter(controller=acme).values("published_size", "published_root", "checkpoint").get()
    act(10)
    audit.sequence(acme)
    assert Client().get("/ledger/acme/tile/0/001.p/54").status_code == HTTPStatus.OK
    Head.objects.filter(controller=acme).update(**before)
    assert Client().get("/ledger/acme/tile/0/001.p/54").status_code == HTTPStatus.NOT_FOUND
    assert Client().get("/ledger/acme/tile/0/001.p/44").status_code == HTTPStatus.OK


def test_entries_are_not_public_and_reading_them_is_on_the_record(entry: Entry, proven_cast: Cast) -> None:
    assert Client().get("/ledger/acme/tile/entries/000").status_code == HTTPStatus.FOUND
    answer = _as(proven_cast[Role.AUDITOR]).get("/ledger/acme/tile/entries/001.p/44")
    assert tlog.parse_bundle(answer.content, 44)[-1] == bytes(entry.body)
    assert answer["Cache-Control"] == "private, no-store"
    read = tlog.decode_entry(bytes(Entry.objects.get(action="ledger.entries_read").body))
    assert dict(read.facts) == {"bundle": 1, "count": 44}


@pytest.mark.parametrize("path", ["checkpoint", "key", "tile/0/000"])
def test_an_unknown_log_does_not_exist(path: str) -> None:
    assert Client().get(f"/ledger/nobody/{path}").status_code == HTTPStatus.NOT_FOUND
