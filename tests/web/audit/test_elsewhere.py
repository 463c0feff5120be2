"""Checkpoints elsewhere: a real witness and a real time-stamping service on loopback, and the mail that goes out."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from mail_server import mail_server
from pytest_django.fixtures import Settings
from time_stamping import StampServer

from callward import anchor
from callward.engine import tlog
from callward.web import audit
from callward.web import settings as platform_settings
from callward.web.accounts.models import Role, User
from callward.web.audit.elsewhere import cosigned_checkpoint, send
from callward.web.audit.models import Cosignature, Entry, Head, Witness
from callward.web.audit.sequencing import log_key
from callward.web.core.models import Controller
from callward.web.core.objects import ObjectStore
from callward.witness_server import Witness as WitnessState
from callward.witness_server import WitnessServer

pytestmark = pytest.mark.django_db

Act = Callable[..., list[str]]
NOW = 1_795_000_000


@pytest.fixture
def witness_key() -> tlog.SigningKey:
    return tlog.SigningKey("witness.example/w1", tlog.KeyKind.COSIGNATURE, secrets.token_bytes(32))


@pytest.fixture
def witness_server(ledger: Controller, witness_key: tlog.SigningKey, tmp_path: Path) -> Iterator[WitnessServer]:
    key = log_key(ledger).verifier
    state = WitnessState(witness_key, {key.name: key}, tmp_path / "witness", lambda: NOW)
    server = WitnessServer(("127.0.0.1", 0), state)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()
    state.close()


@pytest.fixture
def witness(ledger: Controller, witness_server: WitnessServer, witness_key: tlog.SigningKey) -> Witness:
    return Witness.objects.create(
        controller=ledger,
        kind=Witness.Kind.WITNESS,
        name="The other bank",
        address=f"http://127.0.0.1:{witness_server.server_port}",
        vkey=tlog.format_vkey(witness_key.verifier),
    )


@pytest.fixture
def mailbox(ledger: Controller, settings: Settings) -> Witness:
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example.org", "callward@example.org"
    return Witness.objects.create(
        controller=ledger, kind=Witness.Kind.MAILBOX, name="Works council", address="council@example.org"
    )


@pytest.fixture
def published(ledger: Controller, act: Act) -> Controller:
    act(7)
    audit.sequence(ledger)
    return ledger


def test_a_witness_cosigns_and_the_public_checkpoint_says_so(
    published: Controller, witness: Witness, witness_key: tlog.SigningKey
) -> None:
    assert audit.witness_state(published).status == "due"
    (sent,) = audit.publish_elsewhere()
    assert (sent.fault, sent.size) == ("", 7)
    head = Head.objects.get(controller=published)
    _, note = tlog.open_checkpoint(cosigned_checkpoint(head).encode(), log_key(published).verifier)
    (cosigned,) = tlog.verify_cosignatures(note, [witness_key.verifier])
    assert cosigned.time == NOW
    assert Client().get("/ledger/acme/checkpoint").content.decode() == cosigned_checkpoint(head)
    assert audit.witness_state(published) == audit.WitnessState(1, 1, Witness.objects.get().held_at)
    assert audit.witness_state(published).status == "ok"


def test_a_witness_follows_the_growing_log(published: Controller, witness: Witness, act: Act) -> None:
    assert send(witness).fault == ""
    act(300)
    audit.sequence(published)
    witness.refresh_from_db()
    assert send(witness).fault == ""
    assert list(Cosignature.objects.order_by("size").values_list("size", flat=True)) == [7, 308]


def test_a_witness_that_forgot_what_we_sent_is_told_the_size_it_holds(
    published: Controller, witness: Witness, act: Act
) -> None:
    send(witness)
    act(3)
    audit.sequence(published)
    witness.held_size = 0
    witness.save()
    assert send(witness).fault == ""


def test_a_rewritten_log_is_refused_by_its_witness(
    published: Controller, witness: Witness, act: Act, store: ObjectStore
) -> None:
    """The operator has every key, and the witness still says no."""
    send(witness)
    Entry.objects.filter(index=3).update(body=b"{}")
    Entry.objects.update(index=None)
    Head.objects.all().delete()
    for name in list(store.list("ledger")):
        store.delete(name)
    audit.sequence(published)
    witness.refresh_from_db()
    assert send(witness).fault == "witness_inconsistent"
    witness.refresh_from_db()
    assert witness.fault == "witness_inconsistent"


def test_a_silent_witness_is_a_fault_that_the_ledger_hears_of_once(published: Controller, witness: Witness) -> None:
    Witness.objects.update(address="http://127.0.0.1:9")
    witness.refresh_from_db()
    assert send(witness).fault == "witness_unreachable"
    assert send(witness).fault == "witness_unreachable"
    failed = Entry.objects.filter(action="checkpoint.sent", outcome="failed")
    assert failed.count() == 1
    assert audit.witness_state(published).status == "due"


def test_an_answer_by_another_key_is_refused(published: Controller, witness: Witness) -> None:
    other = tlog.SigningKey("witness.example/w1", tlog.KeyKind.COSIGNATURE, secrets.token_bytes(32))
    witness.vkey = tlog.format_vkey(other.verifier)
    assert send(witness).fault == "witness_answer_foreign"
    assert not Cosignature.objects.exists()


def test_the_mail_holds_the_checkpoint_and_nothing_else(published: Controller, mailbox: Witness) -> None:
    (sent,) = audit.publish_elsewhere()
    assert sent.fault == ""
    (message,) = mail.outbox
    assert message.body == Head.objects.get(controller=published).checkpoint
    assert message.to == ["council@example.org"]
    assert message.subject == "Checkpoint of acme.example/ledger: 7 entries"
    assert not message.attachments
    checkpoint, _ = tlog.open_checkpoint(str(message.body).encode(), log_key(published).verifier)
    assert checkpoint.head.size == 7


def test_without_a_mail_server_a_mailbox_is_a_fault_that_says_so(
    published: Controller, mailbox: Witness, settings: Settings
) -> None:
    settings.EMAIL_HOST = ""
    assert [sent.fault for sent in audit.publish_elsewhere()] == ["mail_unset"]
    assert not mail.outbox


def test_a_mail_server_takes_the_checkpoint_as_the_settings_say(
    published: Controller, mailbox: Witness, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server() as (port, taken):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        said = {"HOST": "127.0.0.1", "PORT": str(port), "TLS": "none", "FROM": "ledger@acme.example"}
        for name, value in said.items():
            monkeypatch.setenv(f"CALLWARD_MAIL_{name}", value)
        read = platform_settings._mail()
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = read["HOST"], read["PORT"], read["USE_TLS"]
        settings.DEFAULT_FROM_EMAIL = read["FROM"]
        (sent,) = audit.publish_elsewhere()
    assert sent.fault == ""
    told = [line.lower() for line in taken]
    assert "mail from:<ledger@acme.example>" in told
    assert "rcpt to:<council@example.org>" in told
    assert Head.objects.get(controller=published).checkpoint.splitlines()[0] in taken


def test_a_mailbox_gets_one_message_a_day_and_only_what_is_new(
    published: Controller, mailbox: Witness, act: Act
) -> None:
    audit.publish_elsewhere()
    act(1)
    audit.sequence(published)
    assert audit.publish_elsewhere() == []
    Witness.objects.update(held_at=timezone.now() - timedelta(hours=24))
    assert len(audit.publish_elsewhere()) == 1
    assert len(mail.outbox) == 2
    Witness.objects.update(held_at=timezone.now() - timedelta(hours=24))
    assert audit.publish_elsewhere() == []


def test_nothing_is_sent_before_the_first_checkpoint(ledger: Controller, mailbox: Witness) -> None:
    assert audit.publish_elsewhere() == []
    assert send(mailbox).fault == "ledger_empty"
    assert not mail.outbox


def test_a_copy_that_grew_old_is_amber_again(published: Controller, mailbox: Witness, act: Act) -> None:
    audit.publish_elsewhere()
    audit.sequence(published)
    Witness.objects.update(held_at=timezone.now() - timedelta(hours=37))
    assert audit.witness_state(published).status == "due"
    Witness.objects.update(held_at=timezone.now() - timedelta(hours=35))
    assert audit.witness_state(published).status == "ok"


@pytest.fixture
def stamps(tmp_path: Path) -> Iterator[StampServer]:
    if shutil.which("openssl") is None:
        pytest.skip("the openssl command is missing")
    folder = tmp_path / "tsa"
    folder.mkdir()
    server = StampServer(folder)
    yield server
    server.close()


def _time_stamping(controller: Controller, stamps: StampServer, certificates: str) -> Witness:
    return Witness.objects.create(
        controller=controller,
        kind=Witness.Kind.TIMESTAMP,
        name="Stamps",
        address=stamps.address,
        certificates=certificates,
    )


def test_a_time_stamp_over_the_checkpoint_is_kept(published: Controller, stamps: StampServer) -> None:
    assert send(_time_stamping(published, stamps, stamps.root)).fault == ""
    text = tlog.parse_note(Head.objects.get(controller=published).checkpoint.encode()).text
    kept = bytes(Cosignature.objects.get().proof)
    stamped = anchor.verify_anchor(kept, text, anchor.load_certificates(stamps.root.encode()))
    assert abs(stamped - timezone.now()) < timedelta(minutes=1)


def test_a_time_stamp_under_another_root_is_refused(published: Controller, stamps: StampServer, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = StampServer(folder)
    other.close()
    assert send(_time_stamping(published, stamps, other.root)).fault == "anchor_invalid"
    assert not Cosignature.objects.exists()


# The page that names them.


def _dpo(cast: dict[Role, User]) -> Client:
    client = Client()
    client.force_login(cast[Role.DPO])
    return client


def test_a_witness_is_named_tried_and_ended_on_the_page(
    published: Controller,
    proven_cast: dict[Role, User],
    witness_server: WitnessServer,
    witness_key: tlog.SigningKey,
) -> None:
    client = _dpo(proven_cast)
    form = {
        "name": "The other bank",
        "address": f"http://127.0.0.1:{witness_server.server_port}",
        "vkey": tlog.format_vkey(witness_key.verifier),
    }
    added = client.post(reverse("audit:witness_add", args=["witness"]), form)
    assert added.status_code == HTTPStatus.FOUND
    named = Witness.objects.get()
    page = client.post(reverse("audit:witness_send", args=[named.pk]), follow=True).content.decode()
    assert "holds the checkpoint of 7 entries" in page
    again = client.post(reverse("audit:witness_add", args=["witness"]), form)
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    client.post(reverse("audit:witness_end", args=[named.pk]))
    assert not Witness.objects.standing().exists()
    assert Cosignature.objects.count() == 1
    acts = Entry.objects.filter(resource_kind="witness").order_by("id").values_list("action", flat=True)
    assert list(acts) == ["witness.named", "checkpoint.sent", "witness.ended"]
    assert client.post(reverse("audit:witness_add", args=["witness"]), form).status_code == HTTPStatus.FOUND


def test_a_fault_is_told_on_the_page_in_a_sentence(
    published: Controller, proven_cast: dict[Role, User], witness: Witness
) -> None:
    Witness.objects.update(address="http://127.0.0.1:9")
    answer = _dpo(proven_cast).post(reverse("audit:witness_send", args=[witness.pk]), follow=True)
    assert "The witness did not answer." in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("witness", {"name": "W", "address": "ftp://witness.example", "vkey": ""}),
        ("witness", {"name": "W", "address": "http://witness.example", "vkey": "x"}),
        ("witness", {"name": "W", "address": "https://", "vkey": "acme+00000000+AAAA"}),
        ("witness", {"name": "", "address": "file:///etc/passwd", "vkey": "\x00"}),
        ("mailbox", {"name": "M", "address": "council"}),
        ("mailbox", {"name": "M", "address": "a@example.org\nBcc: b@example.org"}),
        ("timestamp", {"name": "T", "address": "https://tsa.example.org", "certificates": "no"}),
    ],
)
def test_what_cannot_work_is_refused_with_its_field(
    ledger: Controller, proven_cast: dict[Role, User], kind: str, form: dict[str, str]
) -> None:
    answer = _dpo(proven_cast).post(reverse("audit:witness_add", args=[kind]), form)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not Witness.objects.exists()


def test_a_logs_own_key_is_no_witness(ledger: Controller, proven_cast: dict[Role, User]) -> None:
    form = {
        "name": "W",
        "address": "https://witness.example",
        "vkey": tlog.format_vkey(log_key(ledger).verifier),
    }
    answer = _dpo(proven_cast).post(reverse("audit:witness_add", args=["witness"]), form)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "not of a witness" in answer.content.decode()


def test_an_unknown_kind_does_not_exist(ledger: Controller, proven_cast: dict[Role, User]) -> None:
    answer = _dpo(proven_cast).get(reverse("audit:witness_add", args=["oracle"]))
    assert answer.status_code == HTTPStatus.NOT_FOUND
