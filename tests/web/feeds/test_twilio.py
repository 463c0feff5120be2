"""A recording callback: believed when it is signed, fetched once by the worker, from named hosts alone.

Twilio itself cannot be asked here: a transport of the HTTP client answers in its place, where the process ends.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

import httpx
import pytest
from calls_at_work import HARMLESS, wav
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callward.web.accounts.models import User
from callward.web.audit.models import Entry
from callward.web.background import given_up, job_of
from callward.web.background.working import JobWorker
from callward.web.calls.models import Call, Upload
from callward.web.calls.tasks import take_in_batch
from callward.web.core.models import Line
from callward.web.feeds import secrets
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds import twilio
from callward.web.feeds.models import Delivery, Feed
from callward.web.feeds.shown import counts_of, refused_files, waiting_files

pytestmark = pytest.mark.django_db

TOKEN = "token-of-the-tests"
ORIGIN = "https://calls.example.com"
ACCOUNT, CALL, RECORDING = f"AC{'0' * 32}", f"CA{'0' * 31}1", f"RE{'0' * 31}1"
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{RECORDING}"
FORM = {
    "AccountSid": ACCOUNT,
    "CallSid": CALL,
    "RecordingSid": RECORDING,
    "RecordingUrl": MEDIA,
    "RecordingStatus": "completed",
    "RecordingDuration": "6",
    "RecordingChannels": "2",
    "RecordingStartTime": "Wed, 01 Jul 2026 08:15:00 +0000",
    "Digits": "4111111111111111",
}
FACTS = {
    "sid": CALL,
    "account_sid": ACCOUNT,
    "from": "+447700900123",
    "to": "+441632960000",
    "direction": "inbound",
    "status": "completed",
    "duration": "6",
    "start_time": "Wed, 01 Jul 2026 08:15:00 +0000",
}
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def feed(care_line: Line) -> Feed:
    feed = Feed(
        controller=care_line.controller,
        name="Twilio",
        slug="twilio",
        kind="twilio",
        line=care_line,
        options={"address": ORIGIN, "hosts": "api.twilio.com"},
    )
    secrets.set_secret(feed, TOKEN)
    feed.save()
    return feed


def sign(address: str, form: dict[str, str], kind: str = "sha1", token: str = TOKEN) -> str:
    text = address + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.digest(token.encode(), text.encode(), kind)).decode()


def path(feed: Feed) -> str:
    return reverse("feeds:recording_ready", args=[feed.pk])


def tell(feed: Feed, form: dict[str, str] = FORM, **headers: str) -> int:
    told = {"X-Twilio-Signature": sign(ORIGIN + path(feed), form), **headers}
    return Client().post(path(feed), form, headers=told).status_code


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[httpx.Request]:
    """What is asked of Twilio, answered as it does."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.path.endswith(".wav"):
            return httpx.Response(200, content=wav(HARMLESS))
        return httpx.Response(200, json=FACTS)

    replaced(monkeypatch, answer)
    return seen


def replaced(monkeypatch: pytest.MonkeyPatch, answer: Answer) -> None:
    monkeypatch.setattr(twilio, "client", lambda: httpx.Client(transport=httpx.MockTransport(answer)))


def work() -> None:
    """What the worker does with what is queued."""
    for row in Delivery.objects.all():
        twilio.fetch.func(str(row.pk))
    for batch in Upload.objects.filter(status=Upload.Status.WAITING).values_list("batch", flat=True).distinct():
        take_in_batch.func(str(batch))


def start_job() -> None:
    """One start of the job that fetches, by the worker itself."""
    worker, row = JobWorker(), DBTaskResult.objects.get(task_path=twilio.fetch.module_path)
    row.claim(worker.worker_id)
    worker.run_task(row)


def test_a_signed_callback_becomes_a_call_with_its_facts(feed: Feed, asked: list[httpx.Request]) -> None:
    assert tell(feed) == HTTPStatus.OK
    assert not asked
    work()
    call = Call.objects.get()
    assert (call.state, call.duration, call.direction) == (Call.State.WAITS_FOR_TRANSCRIPT, 6, "inbound")
    assert call.started_at.isoformat() == "2026-07-01T08:15:00+00:00"
    assert not call.person.provisional
    assert str(asked[0].url) == f"{MEDIA}.wav?RequestedChannels=2"
    assert asked[0].headers["Authorization"] == httpx.BasicAuth(ACCOUNT, TOKEN)._auth_header
    assert Delivery.objects.get().status == Delivery.Status.TAKEN


def test_told_twice_it_is_answered_and_fetched_once(feed: Feed, asked: list[httpx.Request]) -> None:
    assert [tell(feed), tell(feed)] == [HTTPStatus.OK] * 2
    work()
    assert tell(feed) == HTTPStatus.OK
    work()
    assert sum(request.url.path.endswith(".wav") for request in asked) == 1
    assert Call.objects.count() == 1


def test_what_is_written_down_holds_no_digits_and_nothing_in_the_clear(feed: Feed) -> None:
    tell(feed)
    row = Delivery.objects.get()
    assert CALL.encode() not in bytes(row.sealed_originals)
    (told,) = secrets.originals_of(feed, row)
    assert "4111111111111111" not in told.version


@pytest.mark.parametrize(
    ("address", "kind", "settings"),
    [
        (ORIGIN, "sha1", ""),
        ("https://calls.example.com:443", "sha1", ""),
        (ORIGIN, "sha256", "key=SK1,algorithm=HMAC_SHA256"),
    ],
)
def test_each_way_of_signing_is_believed(feed: Feed, address: str, kind: str, settings: str) -> None:
    signature = sign(address + path(feed), FORM, kind)
    told = {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": settings}
    assert Client().post(path(feed), FORM, headers=told).status_code == HTTPStatus.OK
    assert Delivery.objects.count() == 1


def test_what_is_not_signed_so_is_refused_and_leaves_nothing(feed: Feed) -> None:
    good = sign(ORIGIN + path(feed), FORM)
    for headers in (
        {},
        {"X-Twilio-Signature": ""},
        {"X-Twilio-Signature": "x" * 28},
        {"X-Twilio-Signature": "é"},
        {"X-Twilio-Signature": sign(ORIGIN + path(feed), FORM, token="another")},
        {"X-Twilio-Signature": good, "X-Twilio-Webhooks-Signature-Settings": "algorithm=HMAC_SHA256"},
    ):
        assert Client().post(path(feed), FORM, headers=headers).status_code == HTTPStatus.FORBIDDEN
    changed = {**FORM, "RecordingUrl": "https://api.twilio.com/other"}
    told = {"X-Twilio-Signature": good}
    assert Client().post(path(feed), changed, headers=told).status_code == HTTPStatus.FORBIDDEN
    assert not Delivery.objects.exists()


def test_a_feed_that_is_off_another_or_unknown_is_answered_alike(feed: Feed) -> None:
    unknown = reverse("feeds:recording_ready", args=[uuid4()])
    assert Client().post(unknown, FORM).status_code == HTTPStatus.FORBIDDEN
    Feed.objects.update(is_on=False)
    assert tell(feed) == HTTPStatus.FORBIDDEN
    Feed.objects.update(is_on=True, kind="folder")
    assert tell(feed) == HTTPStatus.FORBIDDEN
    assert Client().get(path(feed)).status_code == HTTPStatus.METHOD_NOT_ALLOWED


@pytest.mark.parametrize(
    "changes",
    [
        {"RecordingStatus": "in-progress"},
        {"RecordingStatus": "absent"},
        {"RecordingSid": "../../etc"},
        {"CallSid": "CA1"},
        {"AccountSid": ""},
    ],
)
def test_what_is_no_recording_to_fetch_is_answered_and_left(feed: Feed, changes: dict[str, str]) -> None:
    assert tell(feed, {**FORM, **changes}) == HTTPStatus.OK
    assert not Delivery.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "http://api.twilio.com/a",
        "https://api.twilio.com.example.org/a",
        "https://example.org/a",
        "https://127.0.0.1/a",
        "https://user@api.twilio.com/a",
        "https://api.twilio.com:8443/a",
        "file:///etc/passwd",
        "https://api.twilio.com:x/a",
    ],
)
def test_nothing_is_fetched_from_a_host_that_is_not_named(address: str, feed: Feed, asked: list[httpx.Request]) -> None:
    tell(feed, {**FORM, "RecordingUrl": address})
    work()
    assert not asked
    row = Delivery.objects.get()
    assert (row.status, row.reason) == (Delivery.Status.REFUSED, "fetch_host")
    assert not Upload.objects.exists()


def test_a_redirect_is_followed_to_named_hosts_alone_and_takes_no_token_there(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.options = {**feed.options, "hosts": "api.twilio.com, media.twilio.com"}
    feed.save()
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if request.url.host == "media.twilio.com":
            return httpx.Response(200, content=wav(HARMLESS))
        if request.url.path.endswith(".wav"):
            return httpx.Response(302, headers={"Location": "https://media.twilio.com/x.wav"})
        return httpx.Response(404)

    replaced(monkeypatch, answer)
    tell(feed)
    work()
    assert Call.objects.count() == 1
    assert ["Authorization" in request.headers for request in seen] == [True, False, True]


def test_a_redirect_out_of_the_named_hosts_ends_there(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced(monkeypatch, lambda request: httpx.Response(302, headers={"Location": "https://example.org/x.wav"}))
    tell(feed)
    work()
    assert Delivery.objects.get().reason == "fetch_host"
    assert Entry.objects.filter(action="call.refused", actor_id=str(feed.pk)).count() == 1


@pytest.mark.parametrize("address", ["https://[::1", "https://api.twilio.com:x/a", "https://api.twilio\u3002com/a"])
def test_an_address_that_is_none_is_refused_and_not_asked_for(
    feed: Feed, asked: list[httpx.Request], address: str
) -> None:
    tell(feed, {**FORM, "RecordingUrl": address})
    work()
    assert (Delivery.objects.get().reason, asked) == ("fetch_host", [])


def test_a_recording_that_is_gone_for_good_is_refused_at_once(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced(monkeypatch, lambda request: httpx.Response(410))
    tell(feed)
    work()
    row = Delivery.objects.get()
    assert (row.status, row.reason) == (Delivery.Status.REFUSED, "fetch_gone")


@pytest.mark.parametrize(("status", "code"), [(401, "fetch_denied"), (403, "fetch_denied"), (404, "fetch_not_there")])
def test_a_recording_that_is_not_given_yet_is_asked_for_again(
    status: int, code: str, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([httpx.Response(status), httpx.Response(200, content=wav(HARMLESS)), httpx.Response(404)])
    replaced(monkeypatch, lambda request: next(answers))
    tell(feed)
    with pytest.raises(twilio.FetchError, match=code):
        work()
    row = Delivery.objects.get()
    assert (row.status, row.reason) == (Delivery.Status.LATER, code)
    [shown] = waiting_files(feed, names=True)
    assert shown.code == code
    assert "tried again" in shown.sentence or "tried for" in shown.sentence
    work()
    assert Call.objects.count() == 1
    assert not waiting_files(feed, names=True)


def test_a_recording_that_is_never_given_is_tried_for_hours_then_listed_and_refused_on_the_record(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced(monkeypatch, lambda request: httpx.Response(404))
    tell(feed)
    retry = job_of(twilio.fetch.func).retry
    waited = sum((retry.wait(start, lambda *_: 1.0) for start in range(1, retry.times)), timedelta())
    assert timedelta(hours=3) < waited < timedelta(hours=12)
    for _start in range(retry.times):
        assert len(waiting_files(feed, names=True)) == bool(_start)
        start_job()
    assert not waiting_files(feed, names=True)
    [listed] = refused_files(feed, names=True)
    assert "did not lie where it was announced" in listed.sentence
    assert "Background jobs" in listed.sentence
    row = Delivery.objects.get()
    for _again in range(2):
        twilio._give_up(str(row.pk))
    assert Entry.objects.filter(action="call.refused", actor_id=str(feed.pk)).count() == 1
    row.refresh_from_db()
    assert (row.status, row.reason) == (Delivery.Status.REFUSED, "fetch_not_there")


def test_what_is_given_up_for_another_reason_is_listed_so_until_somebody_tries_it_again(
    feed: Feed, monkeypatch: pytest.MonkeyPatch, alice: User
) -> None:
    def full(_: httpx.Request) -> httpx.Response:
        raise OSError

    replaced(monkeypatch, full)
    tell(feed)
    other = Delivery.objects.create(feed=feed, mark=bytes(32), status=Delivery.Status.LATER, at=timezone.now())
    for _start in range(job_of(twilio.fetch.func).retry.times):
        assert counts_of(feed) == (0, 2)
        start_job()
    assert counts_of(feed) == (1, 1)
    assert list(twilio.given_up(feed)) == [Delivery.objects.exclude(pk=other.pk).get()]
    [listed] = refused_files(feed, names=True)
    assert listed.sentence == "It waits in Settings, Background jobs."
    given_up.try_again(feed.controller, DBTaskResult.objects.get().id, alice)
    assert counts_of(feed) == (0, 2)
    replaced(monkeypatch, lambda request: httpx.Response(404))
    start_job()
    [waits] = waiting_files(feed, names=True)
    assert waits.code == "fetch_not_there"


def test_what_fails_is_fetched_again_and_given_up_at_last(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    replaced(monkeypatch, lambda request: httpx.Response(503))
    tell(feed)
    row = Delivery.objects.get()
    with pytest.raises(twilio.FetchError) as failed:
        twilio.fetch.func(str(row.pk))
    assert "twilio.com" not in str(failed.value)
    assert Delivery.objects.get().status == Delivery.Status.LATER
    assert not Upload.objects.exists()
    twilio._give_up(str(row.pk))
    row.refresh_from_db()
    assert (row.status, row.reason) == (Delivery.Status.REFUSED, "fetch_failed")


def test_a_feed_that_cannot_work_is_refused(feed: Feed) -> None:
    twilio.check(feed)
    for options, code in (
        ({"hosts": "http://api.twilio.com/"}, "fetch_hosts"),
        ({"hosts": "api.twilio.com", "address": "http://calls.example.com"}, "callback_address"),
    ):
        feed.options = options
        with pytest.raises(FeedError) as refused:
            twilio.check(feed)
        assert refused.value.code == code
    assert twilio.KIND.notes(feed)[0][1].endswith(path(feed))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # other tests share the machine
@given(
    st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5), min_size=1, max_size=2), max_size=4),
    st.text(max_size=30),
    st.text(max_size=30),
)
def test_any_form_and_signature_is_answered(form: dict[str, list[str]], signature: str, settings: str) -> None:
    assert not twilio.is_signed(TOKEN, f"{ORIGIN}/x", form, signature, settings)


def test_the_signature_of_the_documentation_fits() -> None:
    form = {
        "CallSid": ["CA1234567890ABCDE"],
        "Caller": ["+14158675309"],
        "Digits": ["1234"],
        "From": ["+14158675309"],
        "To": ["+18005551212"],
    }
    address = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert twilio.is_signed("12345", address, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")
