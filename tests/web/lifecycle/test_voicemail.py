"""Voicemail: a short clock, an own list, and a notice that tells of a message and nothing about it.

Mail is taken by Django's mailbox in memory: what is proven here is what goes out and when, not a server's behaviour.
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from calls_at_work import CALLED, HARMLESS, PHONE, take
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client, override_settings
from django.urls import reverse

from callward.intake import IntakeError, given
from callward.intake.callfile import read_call_file
from callward.intake.manifest import read_manifest
from callward.web.accounts.forms import LineForm
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.calls.models import Call
from callward.web.core.models import Line
from callward.web.lifecycle import purging, voicemail
from callward.web.lifecycle.models import Message

TLS = {"EMAIL_HOST": "mail.example.org", "EMAIL_USE_TLS": True, "EMAIL_USE_SSL": False}
_stored = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@pytest.fixture
def line(care_line: Line) -> Line:
    care_line.voicemail, care_line.voicemail_mailbox = True, "care@example.org"
    care_line.save()
    return care_line


@pytest.fixture
def call(line: Line) -> Call:
    return take(line, HARMLESS)


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_call_file_and_a_manifest_name_the_kind() -> None:
    for kind, expected in (("voicemail", True), ("call", False), ("Voicemail", True)):
        assert read_call_file(json.dumps({"kind": kind}).encode()).voicemail is expected
    rows = read_manifest(b"file,kind\na.wav,voicemail\nb.wav,\nc.wav,fax\n")
    assert [getattr(rows[name], "voicemail", "refused") for name in ("a.wav", "b.wav", "c.wav")] == [
        True,
        None,
        "refused",
    ]
    assert read_call_file(b'{"kind": "voicemail", "voicemail": true}').voicemail is True
    with pytest.raises(IntakeError):
        given({"kind": "voicemail", "voicemail": "no"})


@_stored
def test_a_line_of_voicemail_makes_messages_with_a_short_clock(call: Call, line: Line) -> None:
    assert call.voicemail
    assert call.retain_until == CALLED + timedelta(days=30)
    assert Message.objects.get().call == call
    assert purging.purge(line.controller, today=CALLED + timedelta(days=31)).items == 5
    assert voicemail.new_messages(line.controller).count() == 0


@_stored
def test_a_call_that_is_none_makes_no_message(care_line: Line) -> None:
    take(care_line, HARMLESS)
    assert not Message.objects.exists()


@_stored
def test_a_new_message_is_said_until_somebody_opens_it(call: Call, proven_cast: dict[Role, User]) -> None:
    agent, auditor = _client(proven_cast[Role.AGENT]), _client(proven_cast[Role.AUDITOR])
    today, lists = reverse("calls:today"), reverse("lifecycle:voicemail")
    assert "1 new voicemail" in agent.get(today).content.decode()
    assert "new voicemail" not in auditor.get(today).content.decode()
    assert "Voicemail<b>1<" in agent.get(lists).content.decode()
    assert auditor.get(lists).status_code == 403
    assert auditor.get(reverse("calls:call", args=[call.id])).status_code == 200
    assert Message.objects.get().heard_at is None
    assert "All is well" in agent.get(reverse("calls:call", args=[call.id])).content.decode()
    assert Message.objects.get().heard_at is not None
    assert "new voicemail" not in agent.get(today).content.decode()
    assert "Somebody has opened every message" in agent.get(lists).content.decode()


@_stored
@override_settings(**TLS)
def test_the_mail_says_that_there_is_a_message_and_nothing_about_it(call: Call, line: Line) -> None:
    assert voicemail.tell_by_mail() == 1
    [sent] = mail.outbox
    assert sent.to == ["care@example.org"]
    assert sent.subject == "A new message on line Care, England."
    assert sent.body == "A new message on line Care, England.\nSign in to hear it.\n"
    message = sent.message()
    del message["Message-ID"]  # in its many digits any six turn up some day
    whole = message.as_string()
    for told in (PHONE, PHONE[-6:], "All is well", str(call.id), str(call.person_id)):
        assert told not in whole
    assert voicemail.tell_by_mail() == 0
    assert Entry.objects.filter(action="voicemail.told", resource_id=str(line.id)).count() == 1


@_stored
@pytest.mark.parametrize("less", [{"EMAIL_USE_TLS": False}, {"EMAIL_HOST": ""}])
def test_without_tls_no_mail_goes_out_and_no_mailbox_is_taken(less: dict[str, object], call: Call, line: Line) -> None:
    with override_settings(**(TLS | less)):
        assert voicemail.tell_by_mail() == 0
        form = LineForm({"voicemail_mailbox": "care@example.org"}, instance=line, controller=line.controller)
        assert "voicemail_mailbox" in form.errors
    assert mail.outbox == []
    assert Message.objects.get().told_at is None


@_stored
@override_settings(**TLS)
def test_a_mail_that_does_not_go_out_is_sent_with_the_next_run(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> int:
        raise OSError

    with monkeypatch.context() as patched:
        patched.setattr(EmailBackend, "send_messages", refused)
        assert voicemail.tell_by_mail() == 0
    assert voicemail.tell_by_mail() == 1


@_stored
@override_settings(**TLS)
def test_a_message_that_was_heard_is_told_to_no_mailbox(call: Call) -> None:
    voicemail.heard(call)
    assert voicemail.tell_by_mail() == 0


@_stored
@override_settings(**TLS)
def test_of_a_message_that_is_gone_nobody_is_told(call: Call, line: Line) -> None:
    purging.purge(line.controller, today=CALLED + timedelta(days=31))
    assert voicemail.tell_by_mail() == 0
    assert mail.outbox == []


@_stored
@override_settings(**TLS)
def test_a_line_whose_name_has_several_lines_holds_up_no_mail(call: Call, line: Line) -> None:
    Line.objects.filter(id=line.id).update(name="Care\nBcc: other@example.org")
    assert voicemail.tell_by_mail() == 1
    [sent] = mail.outbox
    assert sent.subject == "A new message on line Care Bcc: other@example.org."
    assert sent.recipients() == ["care@example.org"]
