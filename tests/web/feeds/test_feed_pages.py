"""The pages of feeds: who may open which, how a feed stands, and setting one up."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

import pytest
from calls_at_work import HARMLESS, vtt, wav
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from callward.web.accounts.models import Role, User
from callward.web.audit.models import Entry
from callward.web.core.models import Line
from callward.web.feeds.models import Feed
from callward.web.feeds.running import run
from callward.web.feeds.urls import urlpatterns

pytestmark = pytest.mark.django_db

Cast = dict[str, Client]

# Every address of feeds, and the roles that may use it.
TABLE = {
    "feeds": "supervisor dpo security auditor administrator",
    "feed": "supervisor dpo security auditor administrator",
    "add": "dpo administrator",
    "edit": "dpo administrator",
    "remove": "dpo administrator",
}
NAME = "call-of-moira-kerr.wav"


def _address(name: str, feed: Feed) -> str:
    arguments = {"feeds": [], "add": ["folder"]}.get(name, [feed.pk])
    return reverse(f"feeds:{name}", args=arguments)


def _form(feed: Feed, **changes: str) -> dict[str, str]:
    told = {
        "name": "Day recordings", "slug": "day", "line": str(feed.line_id), "place": feed.place, "pattern": "",
        "option_settles": "still", "originals": "keep", "refused": "move", "is_on": "on",
    }  # fmt: skip
    return {**told, **changes}


def test_every_address_stands_in_the_table() -> None:
    # The callback is open to whoever can sign: tests/web/feeds/test_twilio.py.
    assert {pattern.name for pattern in urlpatterns} - {"recording_ready"} == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_each_role_reaches_exactly_what_is_declared_for_it(name: str, cast: Cast, feed: Feed) -> None:
    allowed = set(TABLE[name].split())
    refused = {
        role for role, client in cast.items() if client.get(_address(name, feed)).status_code == HTTPStatus.FORBIDDEN
    }
    assert refused == {role.value for role in Role} - allowed


@pytest.mark.parametrize("name", ["feed", "edit"])
def test_a_feed_of_another_controller_is_not_there(name: str, stranger: Client, feed: Feed) -> None:
    assert stranger.get(_address(name, feed)).status_code == HTTPStatus.NOT_FOUND


def test_nobody_removes_a_feed_of_another_controller(stranger: Client, feed: Feed) -> None:
    assert stranger.post(_address("remove", feed)).status_code == HTTPStatus.NOT_FOUND
    assert Feed.objects.exists()


def test_a_feed_at_fault_is_named_on_today_to_those_who_see_feeds(cast: Cast, feed: Feed) -> None:
    today = reverse("calls:today")
    assert "See to the feed" not in cast["dpo"].get(today).content.decode()
    Feed.objects.update(fault="place_missing")
    page = cast["dpo"].get(today).content.decode()
    assert f"See to the feed “{feed.name}”" in page
    assert _address("feed", feed) in page
    assert "See to the feed" not in cast["agent"].get(today).content.decode()
    Feed.objects.update(is_on=False)
    assert "See to the feed" not in cast["dpo"].get(today).content.decode()


def test_a_feed_is_added_changed_and_removed_on_the_record(
    cast: Cast, feed: Feed, drop: Path, proven_cast: dict[Role, User]
) -> None:
    client = cast["administrator"]
    answer = client.post(_address("add", feed), _form(feed))
    added = Feed.objects.get(slug="day")
    assert answer.status_code == HTTPStatus.FOUND
    assert (added.kind, added.options, added.is_on) == ("folder", {"settles": "still"}, True)
    client.post(_address("edit", added), _form(feed, originals="delete"))
    added.refresh_from_db()
    assert added.originals == Feed.Originals.DELETE
    client.post(_address("remove", added))
    assert not Feed.objects.filter(slug="day").exists()
    entries = Entry.objects.filter(resource_id=str(added.pk)).order_by("id")
    assert [entry.action for entry in entries if entry.action != "feed.opened"] == [
        "feed.added", "feed.changed", "feed.removed",
    ]  # fmt: skip
    assert {entry.actor_id for entry in entries} == {str(proven_cast[Role.ADMINISTRATOR].pk)}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"place": "relative"}, "from the root"),
        ({"place": "/nowhere/at/all"}, "not there"),
        ({"slug": "night"}, "Another feed"),
        ({"pattern": "{nobody}"}, "cannot be read"),
        ({"place": ""}, "required"),
    ],
)
def test_a_feed_that_cannot_work_is_refused_with_what_to_do(
    cast: Cast, feed: Feed, changes: dict[str, str], said: str
) -> None:
    answer = cast["administrator"].post(_address("add", feed), _form(feed, **changes))
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert said in answer.content.decode()
    assert Feed.objects.count() == 1


def test_a_line_of_another_controller_is_refused(stranger: Client, feed: Feed, proven_mallory: User) -> None:
    proven_mallory.role = Role.ADMINISTRATOR
    proven_mallory.save()
    assert stranger.post(_address("add", feed), _form(feed)).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_feed_of_each_kind_can_be_set_up(cast: Cast, feed: Feed) -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIGyUXN0J2z0PhXUkLr7tGyUZ7x0pNYZ0Vd2Rr4Vx5aL moira@example.org"
    told = {"name": "Drop", "slug": "drop", "line": "", "pattern": "", "is_on": "on", "option_keys": key}
    answer = cast["administrator"].post(reverse("feeds:add", args=["sftp"]), told)
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    page = cast["auditor"].get(answer["Location"]).content.decode()
    assert "acme.drop" in page
    assert "moira" not in str(Feed.objects.get(slug="drop").options)


def test_the_page_says_how_each_feed_stands_and_what_to_do(cast: Cast, feed: Feed, drop: Path) -> None:
    def page() -> str:
        return cast["dpo"].get(_address("feeds", feed)).content.decode()

    assert "not looked into" in page()
    run(feed)
    assert "Nothing to do." in page()
    (drop / NAME).write_bytes(b"\xff" * 5000)
    run(feed, now=timezone.now() + timedelta(minutes=1))
    assert "Look at 1 refused file." in page()
    Feed.objects.update(fault="place_missing")
    assert "The place is not there." in page()
    Feed.objects.update(is_on=False)
    assert "Turn it on" in page()


def test_names_of_refused_files_are_for_who_may_add_calls(cast: Cast, feed: Feed, drop: Path) -> None:
    (drop / NAME).write_bytes(b"\xff" * 5000)
    run(feed, now=timezone.now() + timedelta(minutes=1))
    told = {role: cast[role].get(_address("feed", feed)).content.decode() for role in ("supervisor", "auditor")}
    assert NAME in told["supervisor"]
    assert NAME not in told["auditor"]
    assert all("audio_unknown_format" in page for page in told.values())
    assert Entry.objects.filter(action="feed.opened").count() == 2


def test_a_feed_that_takes_calls_in_shows_them(cast: Cast, feed: Feed, drop: Path, care_line: Line) -> None:
    (drop / "a.wav").write_bytes(wav(HARMLESS))
    (drop / "a.vtt").write_bytes(vtt(HARMLESS))
    run(feed, now=timezone.now() + timedelta(minutes=1))
    assert "1 call," in cast["auditor"].get(_address("feed", feed)).content.decode()
