"""Words looked for in selected calls: what is opened for it, what is found, and what is on the record."""

from __future__ import annotations

import json
from http import HTTPStatus

import pytest
from calls_at_work import HARMLESS, IN_DOUBT, Said, take
from django.test import Client
from django.urls import reverse

from callward.web.audit.models import Entry
from callward.web.calls import word_pages, words
from callward.web.calls.models import Call
from callward.web.core.models import Controller, Line
from callward.web.core.objects import FolderStore, ObjectError
from callward.web.keys.models import DataKey

pytestmark = pytest.mark.django_db

Cast = dict[str, Client]

ADDRESS = reverse("calls:words")
ASKED = (
    Said("agent", "What is your e-mail?", 0.2, 1.4),
    Said("caller", "It is moira@example.org and I want a  REFUND today.", 1.8, 3.4),
)
FOR = {"purpose": "evidence"}


def _search(client: Client, wanted: str, query: str = "", **more: str) -> str:
    answer = client.post(ADDRESS + query, {"words": wanted, **FOR, **more})
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def _told(action: str) -> list[dict[str, object]]:
    entries = Entry.objects.filter(action=action).order_by("id")
    return [dict(json.loads(bytes(entry.body))) for entry in entries]


def test_the_turns_that_say_it_are_shown_and_what_is_masked_stays_masked(care_line: Line, cast: Cast) -> None:
    call, other = take(care_line, ASKED), take(care_line, HARMLESS)
    page = _search(cast["dpo"], "want a refund")
    assert "<b>1 call says it</b>, of 2 that were searched." in page
    assert f"{reverse('calls:call', args=[call.id])}?for=evidence#turn-1" in page
    assert reverse("calls:call", args=[other.id]) not in page
    assert "REFUND today" in page
    assert "moira" not in page


@pytest.mark.parametrize("wanted", ["moira@example.org", "example.org", "e-mail]"])
def test_what_was_masked_is_found_by_nobody_nor_are_the_labels_in_its_place(
    wanted: str, care_line: Line, cast: Cast
) -> None:
    take(care_line, ASKED)
    assert "<b>0 calls say it</b>, of 1 that was searched." in _search(cast["dpo"], wanted)


def test_every_call_that_is_opened_is_in_the_ledger_with_its_purpose_and_without_the_words(
    care_line: Line, cast: Cast
) -> None:
    calls = {str(take(care_line, said).id) for said in (ASKED, HARMLESS)}
    _search(cast["supervisor"], "refund")
    told = _told("call.searched")
    assert {entry["resource"]["id"] for entry in told} == calls  # type: ignore[index] # an entry's own shape
    assert {entry["purpose"] for entry in told} == {"evidence"}
    (search,) = _told("calls.searched")
    assert search["facts"]["rows"] == 2  # type: ignore[index] # as above
    assert b"refund" not in b"".join(bytes(entry.body) for entry in Entry.objects.all()).lower()


def test_only_what_the_filters_select_is_opened(care_line: Line, cast: Cast) -> None:
    take(care_line, ASKED)
    assert "of 0 that were searched" in _search(cast["dpo"], "refund", "?state=held")
    assert "of 0 that were searched" in _search(cast["dpo"], "refund", "?category=payment")
    assert "of 1 that was searched" in _search(cast["dpo"], "refund", "?category=contact")


def test_what_waits_for_a_decision_or_is_not_kept_for_it_any_more_is_left_out(care_line: Line, cast: Cast) -> None:
    take(care_line, IN_DOUBT)
    call = take(care_line, ASKED)
    call.terms["purposes"]["quality"] = "2020-01-01"
    call.save(update_fields=["terms"])
    page = _search(cast["dpo"], "refund", purpose="quality")
    assert "of 0 that were searched" in page
    assert "2 were left out" in page
    assert not _told("call.searched")
    assert "of 1 that was searched" in _search(cast["dpo"], "refund")


def test_a_call_that_was_erased_meanwhile_is_counted_and_hinders_no_other(care_line: Line, cast: Cast) -> None:
    take(care_line, ASKED)
    gone = take(care_line, (Said("caller", "No refund for me", 0.2, 1.4),))
    DataKey.objects.filter(id__in=[item.id for item in gone.items.all()]).delete()
    page = _search(cast["dpo"], "refund")
    assert "<b>1 call says it</b>" in page
    assert "1 could not be read" in page


def test_too_many_calls_are_not_searched(care_line: Line, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (words, word_pages):
        monkeypatch.setattr(module, "MOST", 1)
    take(care_line, ASKED)
    take(care_line, HARMLESS)
    assert "More than 1 calls match." in cast["dpo"].get(ADDRESS).content.decode()
    answer = cast["dpo"].post(ADDRESS, {"words": "refund", **FOR})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not _told("call.searched")


@pytest.mark.parametrize("wanted", ["", "ab", "x" * 101, "  a  "])
def test_words_that_are_too_few_or_too_many_open_nothing(wanted: str, care_line: Line, cast: Cast) -> None:
    take(care_line, ASKED)
    answer = cast["dpo"].post(ADDRESS, {"words": wanted, **FOR})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not _told("call.searched")


def test_calls_of_another_controller_are_not_searched(care_line: Line, rival: Controller, stranger: Client) -> None:
    theirs = Line.objects.get(pk=care_line.pk)
    theirs.pk, theirs.controller = None, rival
    theirs.save()
    take(care_line, ASKED)
    take(theirs, HARMLESS)
    assert "<b>0 calls say it</b>, of 1 that was searched." in _search(stranger, "refund")
    assert {entry["resource"]["id"] for entry in _told("call.searched")} == {  # type: ignore[index] # as above
        str(call.id) for call in Call.objects.filter(controller=rival)
    }


@pytest.mark.parametrize("query", ["?state=released&since=2026-13-45", "?line=nonesuch", "?state=nowhere"])
def test_a_filter_that_is_not_understood_opens_nothing(query: str, care_line: Line, cast: Cast) -> None:
    take(care_line, ASKED)
    for answer in (cast["dpo"].get(ADDRESS + query), cast["dpo"].post(ADDRESS + query, {"words": "refund", **FOR})):
        assert (answer.status_code, answer["Location"]) == (HTTPStatus.FOUND, reverse("calls:list") + query)
    assert not _told("call.searched")


def test_a_store_that_does_not_answer_is_not_told_as_calls_without_the_words(
    care_line: Line, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unanswered(*_: object) -> None:
        raise ObjectError("object_store_unreachable", "the store does not answer")

    take(care_line, ASKED)
    monkeypatch.setattr(FolderStore, "open_object", unanswered)
    answer = cast["dpo"].post(ADDRESS, {"words": "refund", **FOR})
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE


def test_a_message_whose_words_were_shown_is_new_to_nobody(care_line: Line, cast: Cast) -> None:
    Line.objects.filter(pk=care_line.pk).update(voicemail=True)
    care_line.refresh_from_db()
    take(care_line, ASKED)
    _search(cast["dpo"], "complaint")
    assert "1 new voicemail" in cast["dpo"].get(reverse("calls:today")).content.decode()
    _search(cast["dpo"], "refund")
    assert "new voicemail" not in cast["dpo"].get(reverse("calls:today")).content.decode()


def test_the_list_leads_to_the_search_with_its_filters(care_line: Line, cast: Cast) -> None:
    take(care_line, ASKED)
    listed = reverse("calls:list") + "?state=released"
    assert f"{ADDRESS}?state=released" in cast["dpo"].get(listed).content.decode()
    assert ADDRESS not in cast["agent"].get(listed).content.decode()
    assert Call.objects.count() == 1
