"""Anonymous texts: nobody is left in them, nothing leads back, and what is not sure of that is destroyed."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from calls_at_work import CALLED, HARMLESS, IN_DOUBT, Said, take
from django.test import Client
from django.urls import reverse

from callward.engine import pii
from callward.engine.transcripts import Speaker, Timing, Transcript, Turn
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry, Intent
from callward.web.calls import opening
from callward.web.calls.models import Call, Item
from callward.web.core.models import Line
from callward.web.core.objects import ObjectError, object_store
from callward.web.keys.models import DataKey
from callward.web.lifecycle import anonymising, purging
from callward.web.lifecycle.anonymity import Said as Words
from callward.web.lifecycle.anonymity import anonymous
from callward.web.lifecycle.models import AnonymousText, KeepingRule
from callward.web.people.models import Person

AFTER = CALLED + timedelta(days=91)
NAMED = (
    Said("agent", "Good morning, your name please?", 0.2, 1.4),
    Said("caller", "It is Anna Svensson and the bill is 45 pounds.", 1.8, 3.8),
    Said("agent", "Thank you Anna.", 4.2, 5.4),
)


def _spoken(*said: tuple[str, str]) -> Transcript:
    return Transcript(tuple(Turn(Speaker(who), text, (), Timing.NONE) for who, text in said), 8000, "en")


def _anonymous(*said: tuple[str, str]) -> tuple[Words, ...] | None:
    return anonymous(_spoken(*said), language="en", countries=("GB",))


def test_a_label_keeps_its_type_alone_and_an_age_its_ten_years() -> None:
    said = (
        "caller",
        "[PERSON Kari Berg], [AGE 30-39], born [DATE_OF_BIRTH 1961], card [PAYMENT_CARD ****1111], [POSTCODE EC***]",
    )
    assert _anonymous(said) == (
        Words(
            "caller",
            "[PERSON], [AGE 30-39], born [DATE_OF_BIRTH], card [PAYMENT_CARD], [POSTCODE]",
        ),
    )


def test_what_a_line_kept_readable_is_covered_too() -> None:
    found = _anonymous(
        ("agent", "Your name and number?"),
        ("caller", "Anna Svensson, I have diabetes, call oh seven seven double oh nine hundred one two three"),
    )
    assert found is not None
    told = found[1].text
    assert "Anna" not in told
    assert "diabetes" not in told
    assert "seven" not in told


def test_no_number_is_left() -> None:
    found = _anonymous(("caller", "Order 77-310 of 12 May came to 45.60 at 9:30."))
    assert found is not None
    assert not any(sign.isdigit() for sign in found[0].text)


def test_a_language_that_nobody_can_search_is_not_anonymous() -> None:
    assert _anonymous(("caller", "У меня проблема с моим счетом, помогите пожалуйста, я не могу войти")) is None


def test_what_the_search_still_finds_something_in_is_not_anonymous(monkeypatch: pytest.MonkeyPatch) -> None:
    finding = pii.Finding(
        pii.Type.PERSON, (pii.Span(0, 0, 3),), 0.5, "rule", spoken=False, about=pii.About.CALLER, value="all"
    )
    monkeypatch.setattr(pii, "residual", lambda _: (finding,))
    assert _anonymous(("caller", "All is well.")) is None


def _ruled(line: Line) -> None:
    KeepingRule.objects.create(line=line, subject="transcript.redacted", maximum=90, then="anonymise")


def _others_called(line: Line, people: int = anonymising.FEWEST - 1) -> None:
    """Other callers of the line in that month, of whom the log is left."""
    for _ in range(people):
        call = Call.objects.filter(line=line).exclude(state=Call.State.ENDED).first()
        assert call is not None
        call.person = Person.objects.create(controller=line.controller, created_at=call.started_at)
        call.id, call.state, call._state.adding = uuid4(), Call.State.ENDED, True
        call.save(force_insert=True)


_committed = pytest.mark.django_db(transaction=True, databases=["default", "keys"])


@_committed
def test_a_purge_keeps_the_words_without_anybody_and_destroys_the_rest(care_line: Line) -> None:
    _ruled(care_line)
    call = take(care_line, NAMED)
    Call.objects.filter(id=call.id).update(state=Call.State.RELEASED)
    _others_called(care_line)
    assert purging.plan(care_line.controller, AFTER).to_anonymise == 1
    assert purging.purge(care_line.controller, today=AFTER).items == 5
    assert not Item.objects.exists()
    assert list(object_store().list()) == []
    text = AnonymousText.objects.get()
    assert (text.line, text.month, text.language) == (care_line, CALLED.replace(day=1), "en")
    told = anonymising.words_of(text)
    assert [turn.party for turn in told] == ["agent", "caller", "agent"]
    assert not any(name in turn.text for turn in told for name in ("Anna", "Svensson", "45"))
    assert Entry.objects.filter(action="texts.anonymised").count() == 1
    assert purging.purge(care_line.controller, today=AFTER).items == 0
    assert AnonymousText.objects.count() == 1


@_committed
def test_nothing_leads_from_an_anonymous_text_to_its_call(care_line: Line) -> None:
    _ruled(care_line)
    call = take(care_line, HARMLESS)
    item = call.items.get(kind="transcript.redacted")
    _others_called(care_line)
    purging.purge(care_line.controller, today=AFTER)
    text = AnonymousText.objects.get()
    ids = {str(text.id), text.id.hex}
    assert text.id not in {item.id, call.id, call.person_id}
    for entry in Entry.objects.all():
        assert not any(one in bytes(entry.body).decode() for one in ids)
    assert not any(str(text.id) in json.dumps(intent.parameters) for intent in Intent.objects.all())
    assert not DataKey.objects.filter(id=text.id).exists()
    fields = {field.name for field in AnonymousText._meta.get_fields()}
    assert fields == {"id", "controller", "line", "month", "language", "sealed_words"}


@_committed
@pytest.mark.parametrize("case", ["in review", "without its key", "one of few", "erased"])
def test_what_is_not_sure_to_be_anonymous_is_destroyed(care_line: Line, case: str) -> None:
    _ruled(care_line)
    call = take(care_line, IN_DOUBT if case == "in review" else HARMLESS)
    if case == "without its key":
        DataKey.objects.filter(id=call.items.get(kind="transcript.redacted").id).delete()
    _others_called(care_line, anonymising.FEWEST - (2 if case == "one of few" else 1))
    if case == "erased":  # what a hold or a duty kept through the erasure, until its time
        Person.objects.filter(id=call.person_id).update(erased_at=call.started_at)
    purging.purge(care_line.controller, today=AFTER)
    assert not AnonymousText.objects.exists()
    assert not Item.objects.exists()
    body = bytes(Entry.objects.get(action="texts.anonymised").body).decode()
    assert '"not_sure":1' in body


@_committed
def test_words_are_not_given_up_because_the_store_does_not_answer(
    care_line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ruled(care_line)
    take(care_line, HARMLESS)
    _others_called(care_line)

    def away(*_: object) -> None:
        raise ObjectError("object_store_unreachable", "the store does not answer")

    with monkeypatch.context() as patched:
        patched.setattr(opening, "transcript_of", away)
        with pytest.raises(ObjectError):
            purging.purge(care_line.controller, today=AFTER)
    assert Item.objects.exists()
    purging.purge(care_line.controller, today=AFTER)
    assert AnonymousText.objects.count() == 1


@_committed
def test_without_such_a_rule_words_go_like_everything_else(care_line: Line) -> None:
    take(care_line, HARMLESS)
    purging.purge(care_line.controller, today=AFTER)
    assert not AnonymousText.objects.exists()
    assert not Entry.objects.filter(action="texts.anonymised").exists()


@_committed
def test_a_cut_between_keeping_and_destroying_keeps_one_text(care_line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    _ruled(care_line)
    take(care_line, HARMLESS)
    _others_called(care_line)
    with monkeypatch.context() as patched:
        patched.setattr(purging, "finish_many", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            purging.purge(care_line.controller, today=AFTER)
    assert AnonymousText.objects.count() == 1
    purging.purge(care_line.controller, today=AFTER)
    assert AnonymousText.objects.count() == 1
    assert not DataKey.objects.filter(kind=DataKey.Kind.ITEM).exists()
    assert not Intent.objects.filter(concluded_at=None).exists()


@_committed
def test_anonymous_texts_are_read_taken_and_removed_by_who_may(
    care_line: Line, proven_cast: dict[Role, User], proven_mallory: User
) -> None:
    _ruled(care_line)
    take(care_line, HARMLESS)
    _others_called(care_line)
    purging.purge(care_line.controller, today=AFTER)
    text = AnonymousText.objects.get()
    supervisor, dpo, stranger = Client(), Client(), Client()
    supervisor.force_login(proven_cast[Role.SUPERVISOR])
    dpo.force_login(proven_cast[Role.DPO])
    stranger.force_login(proven_mallory)
    lists, export = reverse("lifecycle:texts"), reverse("lifecycle:export_texts")
    assert f"{CALLED:%B %Y}" in supervisor.get(lists).content.decode()
    page = supervisor.get(lists, {"line": care_line.slug, "month": f"{CALLED:%Y-%m}"}).content.decode()
    assert "All is well" in page
    assert "Remove: it tells" not in page
    taken = b"".join(supervisor.get(export, {"line": care_line.slug}))
    told = json.loads(taken)
    assert (told["line"], told["month"], len(told["turns"])) == (care_line.slug, f"{CALLED:%Y-%m}", 2)
    assert b"".join(stranger.get(export)) == b""
    remove = reverse("lifecycle:remove_text", args=[text.id])
    assert supervisor.post(remove).status_code == 403
    assert stranger.post(remove).status_code == 404
    assert dpo.post(remove).status_code == 302
    assert not AnonymousText.objects.exists()
    assert Entry.objects.filter(action="text.removed").count() == 1
