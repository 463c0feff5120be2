"""Twilio's recording callback, and services that speak the same: told of a recording, the worker fetches it.

The request only checks the signature and writes down what it was told, sealed; nothing is fetched in it. The worker
asks for the recording and for the facts of its call over HTTPS, from hosts that the feed names and no other, and gives
both to the intake, sealed while they come. Told twice, a recording is fetched once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import httpx
from django import forms
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from callward.engine import tlog
from callward.engine.errors import Error
from callward.web.background import Retry, job
from callward.web.calls.ingesting import record_refusal
from callward.web.calls.uploads import MAX_BYTES, UploadError
from callward.web.core.objects import ObjectError
from callward.web.feeds import landing, secrets
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds import FeedKind, Original
from callward.web.feeds.models import Delivery, Feed
from callward.web.keys import vault

HOST = "api.twilio.com"
_TOLD = (
    *("AccountSid", "CallSid", "RecordingSid", "RecordingUrl", "RecordingDuration", "RecordingStartTime"),
    "RecordingChannels",
)
_SIDS = {
    "AccountSid": re.compile(r"AC[0-9a-f]{32}\Z"),
    "CallSid": re.compile(r"CA[0-9a-f]{32}\Z"),
    "RecordingSid": re.compile(r"RE[0-9a-f]{32}\Z"),
}
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)
_HOPS = 3
_FACTS_MOST = 256 * 1024
_UNSHOWN = frozenset({401, 403, 404, 410})
# A callback can come before its recording lies there, and an account or its token can be mended meanwhile.
_MAY_CHANGE = {401: "fetch_denied", 403: "fetch_denied", 404: "fetch_not_there"}
_PATIENCE = Retry(times=12, first=30.0, longest=3600.0)  # five hours in all
_ORIGIN = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?\Z")


class FetchError(Error):
    """A recording could not be fetched, and is tried again: ``fetch_failed``, ``fetch_denied``, ``fetch_not_there``."""


def is_signed(token: str, address: str, form: Mapping[str, list[str]], signature: str, settings: str = "") -> bool:
    """Whether a callback was signed with a token: HMAC over the address and the sorted fields.

    ``settings`` is the header ``X-Twilio-Webhooks-Signature-Settings``: HMAC-SHA256 where it says so, else HMAC-SHA1.
    Whoever signed may or may not have counted the port in, so both are tried.
    """
    if not token or not signature:
        return False
    kind = "sha256" if re.search(r"(?:\A|,)\s*algorithm=HMAC_SHA256\s*(?:,|\Z)", settings) else "sha1"
    fields = "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
    fits = [
        hmac.compare_digest(
            base64.b64encode(hmac.digest(token.encode(), (one + fields).encode("utf-8", "surrogateescape"), kind)),
            signature.encode("utf-8", "surrogateescape"),
        )
        for one in _with_and_without_port(address)
    ]
    return any(fits)


def told(feed: Feed, form: Mapping[str, list[str]]) -> bool:
    """Write down a recording that is ready, and queue the job that fetches it.

    Returns whether it is one to fetch; what was told before, or is not complete, is none. Raises ``KeyUnavailable``.
    """
    values = {name: form[name][0] for name in _TOLD if form.get(name)}
    if form.get("RecordingStatus", ["completed"])[0] != "completed":
        return False
    if not all(pattern.match(values.get(name, "")) for name, pattern in _SIDS.items()) or "RecordingUrl" not in values:
        return False
    row = Delivery(feed=feed, mark=_mark(feed, values["RecordingSid"]), status=Delivery.Status.LATER, at=timezone.now())
    secrets.set_originals(feed, row, [Original(landing_name(values), json.dumps(values))])
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            Feed.objects.filter(pk=feed.pk).update(arrived_at=row.at)
            fetch.enqueue(str(row.pk))
    except IntegrityError:
        return False
    return True


def landing_name(values: Mapping[str, str]) -> Path:
    """The name that a recording lands under: by it intake finds its call."""
    return Path(f"{values['CallSid']}_{values['RecordingSid']}.wav")


def given_up(feed: Feed) -> QuerySet[Delivery]:
    """The deliveries of a feed whose job was given up, for whatever reason, and waits for somebody."""
    if feed.kind != KIND.key:
        return feed.deliveries.none()
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED, task_path=fetch.module_path)
    # SQLite writes an id without dashes, a job names it with them.
    told = failed.annotate(delivery=Replace(KT("args_kwargs__args__0"), Value("-"), output_field=TextField()))
    own = feed.deliveries.alias(named=Replace(Cast("pk", TextField()), Value("-"), output_field=TextField()))
    return own.filter(status=Delivery.Status.LATER, named__in=told.values("delivery"))


def _owner(delivery: str) -> UUID | None:
    return Delivery.objects.filter(pk=UUID(delivery)).values_list("feed__controller_id", flat=True).first()


def _give_up(delivery: str) -> None:
    row = Delivery.objects.select_related("feed__controller").filter(pk=UUID(delivery)).first()
    if row is not None:
        _refuse(row, row.reason or "fetch_failed")


@task()
@job(retry=_PATIENCE, owner=_owner, give_up=_give_up)
def fetch(delivery: str) -> None:
    """Fetch a recording that was told of. Raises FetchError, without words of whoever answered."""
    row = Delivery.objects.select_related("feed__controller", "feed__line").filter(pk=UUID(delivery)).first()
    if row is None or row.status in {Delivery.Status.TAKEN, Delivery.Status.REFUSED}:
        return
    feed = row.feed
    (one,) = secrets.originals_of(feed, row)
    values: dict[str, str] = json.loads(one.version)
    try:
        with client() as asking:
            landing.land_call(feed, _files(feed, values, one.path.name, asking))
    except FeedError as refused:
        _refuse(row, refused.code)
        return
    except FetchError as fault:
        _tried(row, fault.code)
        raise
    except (httpx.HTTPError, httpx.InvalidURL, ObjectError, UploadError, vault.KeyUnavailable) as fault:
        _tried(row, "fetch_failed")
        raise FetchError("fetch_failed", type(fault).__name__) from None
    row.status, row.reason, row.at = Delivery.Status.TAKEN, "", timezone.now()
    row.save(update_fields=["status", "reason", "at"])


def _tried(row: Delivery, code: str) -> None:
    row.reason, row.at = code, timezone.now()
    row.save(update_fields=["reason", "at"])


def _refuse(row: Delivery, code: str) -> None:
    """Refuse a recording for good, on the record and once."""
    feed = row.feed
    with transaction.atomic():
        open_rows = Delivery.objects.filter(pk=row.pk).exclude(status=Delivery.Status.REFUSED)
        if open_rows.update(status=Delivery.Status.REFUSED, reason=code, at=timezone.now()):
            record_refusal(feed.controller, tlog.Reference("feed", str(feed.pk)), code)
            Feed.objects.filter(pk=feed.pk).update(refusals=F("refusals") + 1)


def client() -> httpx.Client:
    """The client that recordings are fetched with; it follows no redirect by itself."""
    return httpx.Client(timeout=_TIMEOUT, follow_redirects=False)


def _files(
    feed: Feed, values: Mapping[str, str], name: str, asking: httpx.Client
) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield name, _recording(feed, values, asking)
    yield f"{values['RecordingSid']}.json", iter([json.dumps(values).encode()])
    facts = _facts(feed, values, asking)
    if facts:
        yield f"{values['CallSid']}.json", iter([facts])


def _recording(feed: Feed, values: Mapping[str, str], asking: httpx.Client) -> Iterator[bytes]:
    parts = urlsplit(_allowed(feed, values["RecordingUrl"]))
    path = parts.path if re.search(r"\.(wav|mp3)\Z", parts.path) else f"{parts.path}.wav"
    query = "RequestedChannels=2" if values.get("RecordingChannels") == "2" else parts.query
    address = urlunsplit((parts.scheme, parts.netloc, path, query, ""))
    for _hop in range(_HOPS):
        with asking.stream("GET", _allowed(feed, address), auth=_auth(feed, values, address)) as answer:
            if answer.has_redirect_location:
                address = str(answer.url.join(answer.headers["Location"]))
                continue
            if answer.status_code in _MAY_CHANGE:
                raise FetchError(_MAY_CHANGE[answer.status_code], "the recording is not given now")
            if answer.status_code == HTTPStatus.GONE:
                raise FeedError("fetch_gone", "the recording is gone for good")
            answer.raise_for_status()
            size = 0
            for chunk in answer.iter_bytes():
                size += len(chunk)
                if size > MAX_BYTES:
                    raise FeedError("fetch_refused", "the recording is longer than is taken in")
                yield chunk
            return
    raise FeedError("fetch_refused", "the recording is redirected again and again")


def _facts(feed: Feed, values: Mapping[str, str], asking: httpx.Client) -> bytes:
    """The call resource of the recording's call; nothing where the account does not show it."""
    parts = urlsplit(values["RecordingUrl"])
    path = f"/2010-04-01/Accounts/{values['AccountSid']}/Calls/{values['CallSid']}.json"
    address = _allowed(feed, urlunsplit((parts.scheme, parts.netloc, path, "", "")))
    answer = asking.get(address, auth=_auth(feed, values, address))
    if answer.status_code in _UNSHOWN or answer.has_redirect_location:
        return b""
    answer.raise_for_status()
    return answer.content if len(answer.content) <= _FACTS_MOST else b""


def _allowed(feed: Feed, address: str) -> str:
    """The address, where it is one of HTTPS at a host that the feed names. Raises FeedError ``fetch_host``."""
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "https" and parts.username is None and parts.port in (None, 443)
        named = plain and (parts.hostname or "").lower() in _hosts(feed)
    except ValueError:
        named = False
    if not named:
        raise FeedError("fetch_host", "a recording lies at a host that the feed does not name")
    return address


def _auth(feed: Feed, values: Mapping[str, str], address: str) -> tuple[str, str] | None:
    """Who asks. Where a redirect leads from one named host to another, the token stays behind."""
    first = urlsplit(values["RecordingUrl"]).hostname
    return (values["AccountSid"], secrets.secret_of(feed)) if urlsplit(address).hostname == first else None


def _hosts(feed: Feed) -> frozenset[str]:
    named = str(feed.options.get("hosts") or HOST)
    return frozenset(host.strip().lower() for host in named.split(",") if host.strip())


def _mark(feed: Feed, recording: str) -> bytes:
    key = vault.service_key(feed.controller_id, "intake")
    return hmac.digest(key, f"{feed.pk.hex}\n{recording}".encode(), hashlib.sha256)


def _with_and_without_port(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    host = parts.netloc.rsplit("@", maxsplit=1)[-1]
    bare = re.sub(r":\d+\Z", "", host)
    ported = host if host != bare else f"{bare}:{443 if parts.scheme == 'https' else 80}"
    rest = address.split(parts.netloc, maxsplit=1)[1] if parts.netloc else ""
    return (f"{parts.scheme}://{bare}{rest}", f"{parts.scheme}://{ported}{rest}")


def check(feed: Feed) -> None:
    """Refuse hosts that are none, and an address that Twilio could not be given."""
    if not all(re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", host) for host in _hosts(feed)):
        raise FeedError("fetch_hosts", "the hosts of the feed are no names of hosts")
    address = str(feed.options.get("address") or "")
    if address and not _ORIGIN.match(address.rstrip("/")):
        raise FeedError("callback_address", "the address of the callback is none of HTTPS")


def _options() -> Mapping[str, forms.Field]:
    return {
        "address": forms.CharField(
            required=False,
            max_length=200,
            label=_("Address from outside"),
            help_text=_(
                "How Twilio reaches this machine, such as https://calls.example.com: it is part of the signature."
            ),
        ),
        "hosts": forms.CharField(
            max_length=500,
            initial=HOST,
            label=_("Hosts of recordings"),
            help_text=_("Recordings are fetched from these and no other, separated by commas."),
        ),
    }


def _notes(feed: Feed) -> list[tuple[str, str]]:
    return [(str(_("Recording status callback")), f"{feed.options.get('address') or ''}/feeds/twilio/{feed.pk}/")]


KIND = FeedKind(
    "twilio",
    _("Twilio recordings"),
    check=check,
    options=_options,
    secret=_("Auth token"),
    deletes=False,
    sets_aside=False,
    notes=_notes,
)
