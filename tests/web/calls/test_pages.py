"""The pages of calls: who may open which, what they show, and what is on the record."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import pytest
from calls_at_work import CALLED, CARD, HARMLESS, IN_DOUBT, Said, take
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from still import still

from callward.shelf import ItemKind
from callward.web import audit
from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.calls import access
from callward.web.calls.listing import PAGE
from callward.web.calls.models import Call, Item
from callward.web.calls.urls import urlpatterns
from callward.web.core.models import Controller, Line
from callward.web.keys import vault
from callward.web.keys.models import PersonKey

pytestmark = pytest.mark.django_db

Cast = dict[str, Client]

EVERY = "agent supervisor dpo security auditor administrator"
TABLE = {
    "today": EVERY,
    "list": "agent supervisor dpo auditor security",
    "add": "supervisor dpo administrator",
    "added": "supervisor dpo administrator",
    "words": "supervisor dpo",
    "call": "agent supervisor dpo auditor",
    "heard": "agent supervisor dpo",
    "note": "agent supervisor dpo",
    "open_original": "supervisor dpo",
    "recording": "agent supervisor dpo",
    "original": "agent supervisor dpo",
    "review": "supervisor dpo",
    "review_call": "supervisor dpo",
    "review_undo": "supervisor dpo",
}
# Every role that may ask for a recording is decided anew, so the answer is a refusal for those who opened nothing.
DECIDED_ANEW = {"original"}
NAMED = (Said("agent", "What is your e-mail?", 0.2, 1.4), Said("caller", "It is moira@example.org today.", 1.8, 3.4))


@pytest.fixture
def call(care_line: Line) -> Call:
    return take(care_line, NAMED)


def _address(name: str, call: Call) -> str:
    arguments = {"today": [], "list": [], "words": [], "add": [], "review": [], "added": [uuid4()]}.get(name, [call.id])
    return reverse(f"calls:{name}", args=arguments)


def _page(client: Client, call: Call, name: str = "call") -> str:
    return client.get(_address(name, call)).content.decode()


def _actions(call: Call) -> list[str]:
    return list(Entry.objects.filter(resource_id=str(call.id)).order_by("id").values_list("action", flat=True))


def _facts(action: str) -> dict[str, object]:
    body = json.loads(bytes(Entry.objects.get(action=action).body))
    return dict(body)


def test_every_address_of_calls_stands_in_the_table() -> None:
    assert {pattern.name for pattern in urlpatterns} == set(TABLE)


@pytest.mark.parametrize("name", [name for name in TABLE if name not in DECIDED_ANEW])
def test_each_role_reaches_exactly_what_is_declared_for_it(name: str, call: Call, cast: Cast) -> None:
    refused = {role for role, client in cast.items() if client.get(_address(name, call)).status_code == 403}
    assert refused == {role.value for role in Role if role.value not in TABLE[name].split()}


@pytest.mark.parametrize("name", TABLE)
def test_a_stranger_is_sent_to_the_sign_in_page(name: str, call: Call) -> None:
    answer = Client().get(_address(name, call))
    assert answer.status_code == HTTPStatus.FOUND
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", ["call", "open_original", "recording", "original", "review_call"])
def test_a_call_of_another_controller_is_not_there(name: str, call: Call, stranger: Client) -> None:
    assert stranger.get(_address(name, call)).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("name", ["heard", "review_undo", "review_call", "open_original"])
def test_nothing_is_done_to_a_call_of_another_controller(name: str, call: Call, stranger: Client) -> None:
    before = _actions(call)
    assert stranger.post(_address(name, call), {"seconds": "5"}).status_code == HTTPStatus.NOT_FOUND
    assert _actions(call) == before


def test_the_call_page_shows_the_words_with_pills_and_the_masks_over_the_waveform(call: Call, cast: Cast) -> None:
    page = _page(cast["agent"], call)
    assert "moira@example.org" not in page
    assert re.search(r'class="pill contact" title="[^"]+"><i>C</i>e-mail<', page)
    assert page.count("data-mask ") == 1
    assert 'fill="url(#hatch-contact)"' in page
    assert "1 finding is masked in sound and text. The second pass found nothing more." in page
    assert reverse("calls:recording", args=[call.id]) in page


def test_the_words_of_callers_are_never_markup(care_line: Line, cast: Cast) -> None:
    call = take(care_line, (Said("caller", "so &lt;script&gt;alert(1)&lt;/script&gt; it is", 0.2, 2.0),))
    assert "<script>alert" not in _page(cast["agent"], call)


def test_a_card_is_shown_by_its_last_four_digits_alone(care_line: Line, cast: Cast) -> None:
    page = _page(cast["agent"], take(care_line, CARD))
    assert "card ending 1111" in page
    assert "4111" not in still(page).replace("1111", "", 1)


def test_opening_a_call_is_an_act_and_claims_no_purpose_that_nobody_chose(call: Call, cast: Cast) -> None:
    _page(cast["agent"], call)
    assert _actions(call)[-1] == "call.opened"
    assert _facts("call.opened")["purpose"] is None


def test_the_days_kept_are_those_fixed_at_intake(call: Call, cast: Cast) -> None:
    days = call.line.retention_days
    type(call.line).objects.filter(id=call.line_id).update(retention_days=days - 30)
    assert f"{days} days after the call" in _page(cast["agent"], call)


def test_an_auditor_sees_facts_and_no_word_of_it(call: Call, cast: Cast) -> None:
    page = _page(cast["auditor"], call)
    assert "Your role does not listen to calls." in page
    assert 'class="turns"' not in page
    assert "data-player" not in page
    assert "Lawful basis" in page
    assert _actions(call)[-1] == "call.looked_up"


def test_an_agent_sees_no_word_of_what_is_in_review(care_line: Line, cast: Cast) -> None:
    call = take(care_line, IN_DOUBT)
    page = _page(cast["agent"], call)
    assert "This call is not released." in page
    assert "7731" not in still(page)
    assert "7731" in still(_page(cast["supervisor"], call))


def test_the_end_of_a_reading_is_on_the_record_with_the_seconds_heard(call: Call, cast: Cast) -> None:
    assert cast["agent"].post(_address("heard", call), {"seconds": "17"}).status_code == HTTPStatus.NO_CONTENT
    assert _facts("call.closed")["facts"] == {"seconds_heard": 17}


@pytest.mark.parametrize("seconds", ["", "-1", "1.5", "9999999", "\u0661"])
def test_seconds_that_are_no_number_are_refused(call: Call, cast: Cast, seconds: str) -> None:
    assert cast["agent"].post(_address("heard", call), {"seconds": seconds}).status_code == HTTPStatus.BAD_REQUEST


def test_nobody_closes_a_reading_that_they_may_not_begin(care_line: Line, cast: Cast) -> None:
    call = take(care_line, IN_DOUBT)
    assert cast["agent"].post(_address("heard", call), {"seconds": "1"}).status_code == HTTPStatus.NOT_FOUND


def test_an_erased_call_says_that_it_is_gone(call: Call, cast: Cast) -> None:
    PersonKey.objects.filter(id=call.person_id).delete()
    answer = cast["dpo"].get(_address("call", call))
    assert answer.status_code == HTTPStatus.GONE
    assert "The key of this call is gone" in answer.content.decode()
    assert "moira" not in answer.content.decode()


def test_the_original_is_opened_for_a_purpose_and_a_need_and_only_then_shown(call: Call, cast: Cast) -> None:
    reviewer = cast["dpo"]
    assert "moira@example.org" not in _page(reviewer, call)
    answer = reviewer.post(_address("open_original", call), {"purpose": "quality", "need": "complaint"})
    assert answer["Location"] == _address("call", call)
    body = _facts("recording.original_opened")
    assert (body["purpose"], body["facts"]) == ("quality", {"need": "complaint"})
    page = _page(reviewer, call)
    assert "This is the original." in page
    assert "moira@example.org" in page
    assert _address("original", call) in page
    assert reviewer.get(_address("original", call)).status_code == HTTPStatus.OK
    assert "moira@example.org" not in _page(cast["supervisor"], call), "it is open to one alone"


def test_the_original_closes_by_itself(call: Call, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "ORIGINAL_OPEN", timedelta(seconds=-1))
    cast["dpo"].post(_address("open_original", call), {"purpose": "quality", "need": "complaint"})
    assert "moira@example.org" not in _page(cast["dpo"], call)
    assert cast["dpo"].get(_address("original", call)).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "asked", [{}, {"purpose": "quality"}, {"need": "complaint"}, {"purpose": "fraud_prevention", "need": "complaint"}]
)
def test_without_a_purpose_of_the_line_and_a_need_the_original_stays_closed(
    call: Call, cast: Cast, asked: dict[str, str]
) -> None:
    answer = cast["dpo"].post(_address("open_original", call), asked)
    assert answer.status_code in {HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY}
    assert "recording.original_opened" not in _actions(call)


@pytest.mark.parametrize("state", [Call.State.HELD, Call.State.WAITS_FOR_TRANSCRIPT])
def test_what_may_hold_card_data_is_opened_to_nobody(call: Call, cast: Cast, state: Call.State) -> None:
    Call.objects.filter(id=call.id).update(state=state)
    assert cast["dpo"].get(_address("open_original", call)).status_code == HTTPStatus.NOT_FOUND


def test_every_proof_that_a_page_links_to_opens_for_its_reader(call: Call, cast: Cast) -> None:
    _page(cast["agent"], call)
    audit.sequence(call.controller)
    for role, links in (("agent", 1), ("auditor", 4), ("dpo", 4)):
        page = _page(cast[role], call)
        addresses = set(re.findall(r'href="(/ledger/entries/\d+/)"', page))
        assert len(addresses) == links
        assert {cast[role].get(address).status_code for address in addresses} == {HTTPStatus.OK}


def test_agents_are_offered_no_way_to_the_original(call: Call, cast: Cast) -> None:
    assert _address("open_original", call) not in _page(cast["agent"], call)
    assert _address("open_original", call) in _page(cast["dpo"], call)


def test_a_line_that_keeps_no_original_offers_none(care_line: Line, cast: Cast) -> None:
    Line.objects.filter(id=care_line.id).update(keep_original=False)
    care_line.refresh_from_db()
    call = take(care_line, NAMED)
    assert ItemKind.RECORDING_ORIGINAL not in set(Item.objects.filter(call=call).values_list("kind", flat=True))
    assert _address("open_original", call) not in _page(cast["dpo"], call)


def _shown(client: Client, query: str) -> list[str]:
    page = client.get(reverse("calls:list") + query).content.decode()
    return re.findall(r'<th scope="row"><a href="/calls/([0-9a-f-]+)/"', page)


def test_the_list_is_narrowed_by_line_state_category_and_date(care_line: Line, cast: Cast) -> None:
    named, doubted, harmless = (str(take(care_line, said).id) for said in (NAMED, IN_DOUBT, HARMLESS))
    agent = cast["agent"]
    assert set(_shown(agent, "")) == {named, doubted, harmless}
    assert _shown(agent, "?category=contact") == [named]
    assert _shown(agent, "?state=in_review") == [doubted]
    assert set(_shown(agent, "?line=care-en")) == {named, doubted, harmless}
    assert _shown(agent, f"?until={CALLED - timedelta(days=1)}") == []
    assert len(_shown(agent, f"?since={CALLED}&until={CALLED}")) == 3
    assert _shown(agent, "?category=contact&state=in_review") == []


def test_a_filter_that_is_not_understood_filters_nothing_and_says_so(call: Call, cast: Cast) -> None:
    assert len(_shown(cast["agent"], "?line=%27--&state=x&since=tomorrow&after=zzz")) == 1
    page = cast["agent"].get(reverse("calls:list") + "?line=x").content.decode()
    assert 'class="error"' in page


def test_a_list_is_on_the_record_with_a_digest_and_not_with_what_was_asked(call: Call, cast: Cast) -> None:
    cast["agent"].get(reverse("calls:list") + "?category=contact")
    body = _facts("calls.listed")
    assert "contact" not in json.dumps(body)
    assert body["facts"] == {"filter": body["facts"]["filter"], "rows": 1}  # type: ignore[index] # JSON


def test_older_pages_go_on_where_the_last_one_ended_also_within_one_second(
    care_line: Line, cast: Cast, django_assert_max_num_queries: object
) -> None:
    call = take(care_line, HARMLESS)
    person, started = call.person, call.started_at
    Call.objects.bulk_create(
        Call(
            controller=call.controller,
            line=care_line,
            person=person,
            started_at=started,
            received_at=started,
            state=Call.State.RELEASED,
            retain_until=call.retain_until,
        )
        for _ in range(PAGE * 2)
    )
    seen: list[str] = []
    query = ""
    for _ in range(3):
        page = cast["agent"].get(reverse("calls:list") + query).content.decode()
        seen += re.findall(r'<th scope="row"><a href="/calls/([0-9a-f-]+)/"', page)
        older = re.search(r'href="(\?[^"]*after=[^"]*)"', page)
        query = older.group(1).replace("&amp;", "&") if older else ""
    assert not query
    assert len(seen) == len(set(seen)) == PAGE * 2 + 1


def test_htmx_gets_the_rows_alone(call: Call, cast: Cast) -> None:
    part = cast["agent"].get(reverse("calls:list"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert 'id="rows"' in part


def test_today_says_what_must_be_done_and_by_when(care_line: Line, cast: Cast) -> None:
    call = take(care_line, IN_DOUBT)
    Call.objects.filter(id=call.id).update(state=Call.State.HELD, held_until=timezone.now() + timedelta(hours=3))
    page = _page(cast["dpo"], call, "today")
    assert "<b>1 call</b> came in today." in page
    assert reverse("calls:review_call", args=[call.id]) in page
    assert "then its sound is destroyed" in page
    assert reverse("calls:review_call", args=[call.id]) not in _page(cast["agent"], call, "today")


def test_the_rail_counts_what_waits_for_those_who_decide(care_line: Line, cast: Cast) -> None:
    call = take(care_line, IN_DOUBT)
    assert '<b>1<span class="unseen"> waiting' in _page(cast["dpo"], call, "today")
    assert '<span class="unseen"> waiting' not in _page(cast["auditor"], call, "today")


def test_a_fresh_controller_says_what_would_fill_its_pages(acme: Controller, cast: Cast) -> None:
    vault.open_controller(acme.id)
    for name, said in (
        ("today", "No calls came in these days."),
        ("list", "There are no calls yet."),
        ("review", "Every call has passed its checks"),
    ):
        assert said in cast["dpo"].get(reverse(f"calls:{name}")).content.decode()
    assert "Nothing waits for you." in cast["agent"].get("/").content.decode()
    assert "Name somebody who holds" in cast["dpo"].get("/").content.decode()


def test_a_page_of_calls_has_no_style_or_script_in_it(call: Call, cast: Cast) -> None:
    for name in ("today", "list", "call", "review", "add", "open_original"):
        page = _page(cast["dpo"], call, name)
        assert " style=" not in page
        assert not re.findall(r"<script(?![^>]* src=)", page)
        assert not re.findall(r"\son[a-z]+=", page)


def test_members_of_another_role_are_not_told_more_by_the_facts(call: Call, cast: Cast, bob: User) -> None:
    assert "made-for-a-test" not in _page(cast["dpo"], call)


def test_an_original_opened_for_one_purpose_serves_no_other_and_ends_with_it(call: Call, cast: Cast) -> None:
    reviewer = cast["dpo"]
    Line.objects.filter(id=call.line_id).update(purposes=["quality", "evidence"])
    ends = {"quality": "2099-01-01", "evidence": "2099-01-01"}
    Call.objects.filter(id=call.id).update(terms=call.terms | {"purposes": ends, "kinds": {}})
    reviewer.post(_address("open_original", call), {"purpose": "quality", "need": "complaint"})
    assert "moira@example.org" in _page(reviewer, call)
    assert reviewer.get(_address("original", call)).status_code == HTTPStatus.OK
    assert _facts("recording.sent")["purpose"] == "quality"
    evidence = reviewer.get(_address("call", call), {"for": "evidence"}).content.decode()
    assert "moira@example.org" not in evidence
    assert _address("open_original", call) in evidence, "it is asked for anew"
    assert reviewer.get(_address("original", call)).status_code == HTTPStatus.FORBIDDEN
    reviewer.get(_address("call", call), {"for": "quality"})
    assert reviewer.get(_address("original", call)).status_code == HTTPStatus.OK
    Call.objects.filter(id=call.id).update(
        terms=call.terms | {"purposes": {**ends, "quality": "2020-01-01"}, "kinds": {}}
    )
    assert "moira@example.org" not in _page(reviewer, call)
    assert reviewer.get(_address("original", call)).status_code == HTTPStatus.FORBIDDEN
    reviewer.post(_address("open_original", call), {"purpose": "evidence", "need": "complaint"})
    assert "moira@example.org" in _page(reviewer, call)
