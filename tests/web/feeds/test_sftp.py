"""The SFTP drop: what is put is sealed as it comes and taken in once, and nothing is given back."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar, cast
from unittest.mock import patch

import asyncssh
import pytest
from calls_at_work import CARD, HARMLESS, vtt, wav
from django.conf import settings
from django.db import InterfaceError, connections
from django.utils import timezone

from callward.intake import Intake, Source
from callward.intake.loading import LoadedCall
from callward.web.audit.models import Entry
from callward.web.calls import uploads
from callward.web.calls.adding import sweep_uploads
from callward.web.calls.models import Call, Upload
from callward.web.calls.tasks import TaskError, take_in_batch
from callward.web.calls.uploads import open_name
from callward.web.core.models import Line
from callward.web.core.objects import FolderStore
from callward.web.feeds.errors import FeedError
from callward.web.feeds.kinds.sftp import PublicKeysField, user_of
from callward.web.feeds.models import Feed
from callward.web.feeds.running import run
from callward.web.feeds.sftp import server, signing
from callward.web.feeds.sftp.drop import MOST_OPEN, Drop
from callward.web.feeds.sftp.receiving import MOST_AHEAD, Receiving, ReceivingError
from callward.web.feeds.sftp.server import Aside, host_key, listen
from callward.web.feeds.shown import refused_files

pytestmark = pytest.mark.django_db(transaction=True)

Result = TypeVar("Result")
KEY = asyncssh.generate_private_key("ssh-ed25519")
OTHER = asyncssh.generate_private_key("ssh-ed25519")
HOST = asyncssh.generate_private_key("ssh-ed25519")
NAME = "call-of-moira-kerr"


@pytest.fixture
def feed(care_line: Line) -> Feed:
    keys = KEY.export_public_key().decode().strip()
    return Feed.objects.create(
        controller=care_line.controller, name="Drop", slug="drop", kind="sftp", line=care_line, options={"keys": keys}
    )


def at_the_drop(
    feed: Feed,
    act: Callable[[asyncssh.SFTPClient], Awaitable[Result]],
    *,
    key: asyncssh.SSHKey = KEY,
    user: str = "",
    then: Callable[[asyncssh.SSHClientConnection], None] = lambda _: None,
) -> Result:
    """Start the server, sign in, and do something there; wait until it is done with the session."""
    aside, held = Aside(), server._Connections()

    async def run_both() -> Result:
        with patch.object(server, "_Connections", lambda: held):
            listening = await listen("127.0.0.1", 0, HOST, aside)
        async with listening:
            try:
                conn = await asyncssh.connect(
                    "127.0.0.1", listening.get_port(), username=user or user_of(feed), client_keys=[key], config=None,
                    known_hosts=asyncssh.import_known_hosts(f"* {HOST.export_public_key().decode()}"), agent_path=None,
                )  # fmt: skip
                async with conn:
                    client = await conn.start_sftp_client()
                    done = await act(client)
                    then(conn)
                await conn.wait_closed()
            finally:
                while held.count or asyncio.all_tasks() != {asyncio.current_task()}:  # noqa: ASYNC110 - nothing tells us
                    await asyncio.sleep(0.01)
        return done

    try:
        return asyncio.run(run_both())
    finally:
        aside.end()


def entries(feed: Feed) -> list[tuple[str, str, str, str | None]]:
    """The entries of the sessions: action, outcome, what it was about and why."""
    found = Entry.objects.filter(action__startswith="drop.", controller=feed.controller_id).order_by("id")
    bodies = [json.loads(bytes(entry.body)) for entry in found]
    return [
        (one["action"], one["outcome"], one["resource"]["id"], one.get("facts", {}).get("reason")) for one in bodies
    ]


async def _nothing(client: asyncssh.SFTPClient) -> None:
    await asyncio.sleep(0)


async def _put(client: asyncssh.SFTPClient, name: str, data: bytes) -> None:
    async with client.open(name, "wb") as file:
        await file.write(data)


def put(feed: Feed, *files: tuple[str, bytes]) -> None:
    async def act(client: asyncssh.SFTPClient) -> None:
        for name, data in files:
            await _put(client, name, data)

    at_the_drop(feed, act)


def work(feed: Feed, *, later: bool = True) -> list[Upload]:
    """Let the worker look at the feed and take in what it released."""
    run(feed, now=timezone.now() + timedelta(seconds=31 if later else 0))
    batches = set(Upload.objects.filter(status=Upload.Status.WAITING).values_list("batch", flat=True))
    for batch in batches:
        take_in_batch.func(str(batch))
    return list(Upload.objects.order_by("sent_at"))


def test_what_is_put_is_taken_in_once_its_call_is_complete(feed: Feed, store: FolderStore) -> None:
    put(feed, (f"{NAME}.wav", wav(HARMLESS)), (f"{NAME}.vtt", vtt(HARMLESS)))
    assert {row.status for row in work(feed, later=False)} == {Upload.Status.LANDED}
    assert {row.status for row in work(feed)} == {Upload.Status.TAKEN_IN}
    call = Call.objects.get()
    assert call.state == Call.State.RELEASED
    assert set(store.list()) == set(call.items.values_list("object_name", flat=True))
    entry = Entry.objects.get(action="call.taken_in")
    assert (entry.actor_kind, entry.actor_id) == ("feed", str(feed.pk))


def test_a_call_with_all_its_files_or_a_marker_is_taken_at_once(feed: Feed) -> None:
    put(feed, ("a.wav", wav(HARMLESS)), ("a.vtt", vtt(HARMLESS)), ("a.call.json", b"{}"), ("b.vtt", vtt(CARD)))
    put(feed, ("b.done", b""))
    work(feed, later=False)
    assert Call.objects.count() == 2
    assert not Upload.objects.filter(status=Upload.Status.LANDED).exists()


def test_a_partial_name_waits_for_its_final_one(feed: Feed) -> None:
    put(feed, ("a.vtt.part", vtt(HARMLESS)))
    assert {row.status for row in work(feed)} == {Upload.Status.LANDED}

    async def rename(client: asyncssh.SFTPClient) -> None:
        await client.posix_rename("a.vtt.part", "a.vtt")

    at_the_drop(feed, rename)
    assert {row.status for row in work(feed)} == {Upload.Status.TAKEN_IN}


def look_hourly(feed: Feed, begin: datetime, hours: int) -> None:
    """Let the worker look each hour, by a clock that is right."""
    for hour in range(hours + 1):
        run(feed, now=begin + timedelta(hours=hour))


def test_what_was_begun_and_left_is_removed_after_a_day_on_the_record_and_on_the_page(
    feed: Feed, store: FolderStore
) -> None:
    put(feed, ("a.vtt.part", vtt(HARMLESS)), ("calls.csv", b"file,line\n"), ("b.done", b""))
    begin = timezone.now()
    look_hourly(feed, begin, 23)
    assert Upload.objects.filter(status=Upload.Status.LANDED).count() == 3
    look_hourly(feed, begin + timedelta(hours=24), 1)
    assert not list(store.list())
    shown = refused_files(feed, names=True)
    assert {file.name for file in shown} == {"a.vtt.part", "calls.csv", "b.done"}
    assert {file.code for file in shown} == {"upload_abandoned"}
    assert Entry.objects.filter(action="call.refused", actor_id=str(feed.pk)).count() == 3
    feed.refresh_from_db()
    assert feed.refusals == 3
    Upload.objects.update(sent_at=timezone.now() - timedelta(days=29))
    sweep_uploads()
    assert refused_files(feed, names=True)
    Upload.objects.update(sent_at=timezone.now() - timedelta(days=31))
    sweep_uploads()
    assert not Upload.objects.exists()


def test_a_clock_that_was_set_back_and_right_again_removes_nothing_early_and_keeps_nothing_for_ever(feed: Feed) -> None:
    begin = timezone.now()
    run(feed, now=begin)
    put(feed, ("before.vtt.part", vtt(HARMLESS)))
    run(feed, now=begin - timedelta(days=1))  # set back with a file lying there
    Upload.objects.update(sent_at=begin - timedelta(days=1))  # as one that came then says
    run(feed, now=begin - timedelta(days=1) + timedelta(seconds=5))
    run(feed, now=begin)  # right again: a day has gone by the clock, and none for the file
    assert {row.status for row in Upload.objects.all()} == {Upload.Status.LANDED}
    look_hourly(feed, begin, 25)
    assert {row.reason for row in Upload.objects.all()} == {"upload_abandoned"}


def test_a_call_that_came_before_the_clock_was_set_back_does_not_wait_for_the_day_to_come_round(feed: Feed) -> None:
    put(feed, ("a.vtt", vtt(HARMLESS)))
    back = timezone.now() - timedelta(days=1)
    run(feed, now=back)
    run(feed, now=back + timedelta(seconds=31))
    assert Upload.objects.get().status == Upload.Status.WAITING


def test_nothing_that_is_put_is_on_disk_in_the_clear(
    feed: Feed, store: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = tmp_path / "temporary"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    data = wav(CARD, seconds=90.0)
    put(feed, (f"{NAME}.wav", data))
    places = [store.root, spool, Path(settings.CALLWARD_HOME)]
    everything = b"".join(path.read_bytes() for place in places for path in place.rglob("*") if path.is_file())
    rows = repr(list(Upload.objects.values()))
    for secret in (NAME.encode(), data[1_000_000:1_000_064]):
        assert secret not in everything
        assert secret.decode("latin-1") not in rows
    [row] = Upload.objects.all()
    assert (open_name(row), row.size) == (f"{NAME}.wav", len(data))


@pytest.mark.parametrize("graceful", [True, False])
def test_a_file_that_is_cut_off_is_dropped(feed: Feed, store: FolderStore, graceful: bool) -> None:
    async def begin(client: asyncssh.SFTPClient) -> None:
        file = await client.open("a.vtt", "wb")
        await file.write(vtt(HARMLESS))
        await file.stat()
        if graceful:
            client.exit()
            await client.wait_closed()

    at_the_drop(feed, begin, then=lambda conn: None if graceful else conn.abort())
    assert not Upload.objects.exists()
    assert not list(store.spool.iterdir())


def test_nobody_else_signs_in(feed: Feed) -> None:
    for key, user in ((OTHER, ""), (KEY, "acme.other"), (KEY, "rival.drop"), (KEY, "drop")):
        with pytest.raises(asyncssh.PermissionDenied):
            at_the_drop(feed, _nothing, key=key, user=user)
    Feed.objects.update(is_on=False)
    with pytest.raises(asyncssh.PermissionDenied):
        at_the_drop(feed, _nothing)


def test_nothing_is_read_back_listed_or_removed(feed: Feed) -> None:
    put(feed, ("a.vtt", vtt(HARMLESS)))

    async def look(client: asyncssh.SFTPClient) -> list[str]:
        return [str(name) for name in await client.listdir(".")]

    assert at_the_drop(feed, look) == []

    async def each(client: asyncssh.SFTPClient) -> None:
        await _put(client, "b.vtt", vtt(CARD))
        for act in (
            client.open("b.vtt", "rb"), client.open("b.vtt", "ab"), client.remove("b.vtt"), client.mkdir("folder"),
            client.symlink("/etc/passwd", "c.vtt"), client.readlink("b.vtt"), client.stat("a.vtt"),
            client.statvfs("/"), client.open("/etc/passwd", "rb"), client.rmdir("/"), client.link("b.vtt", "c.vtt"),
        ):  # fmt: skip
            with pytest.raises(asyncssh.SFTPError):
                await act
        assert (await client.stat("b.vtt")).size == len(vtt(CARD))

    at_the_drop(feed, each)


@pytest.mark.parametrize("name", ["../a.vtt", "/../../etc/a.vtt", "folder/a.vtt", "..", "", ".hidden", "a\nb.vtt"])
def test_a_name_that_leads_elsewhere_is_refused(feed: Feed, store: FolderStore, name: str) -> None:
    async def act(client: asyncssh.SFTPClient) -> None:
        with pytest.raises(asyncssh.SFTPError):
            await _put(client, name, vtt(HARMLESS))

    at_the_drop(feed, act)
    assert not Upload.objects.exists()
    assert not list(store.spool.iterdir())


def test_a_file_over_the_cap_is_refused(feed: Feed, store: FolderStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 100_000)

    async def act(client: asyncssh.SFTPClient) -> None:
        with pytest.raises(asyncssh.SFTPFailure, match="upload_too_large"):
            await _put(client, "a.wav", bytes(300_000))

    at_the_drop(feed, act)
    assert not list(store.spool.iterdir())


def test_pieces_may_come_in_any_order_and_none_may_be_missing(feed: Feed) -> None:
    data = vtt(HARMLESS)

    async def act(client: asyncssh.SFTPClient) -> None:
        async with client.open("a.vtt", "wb") as file:
            await file.write(data[20:], 20)
            await file.write(data[:20], 0)
        file = await client.open("b.vtt", "wb")
        await file.write(data[20:], 20)
        with pytest.raises(asyncssh.SFTPFailure, match="upload_gaps"):
            await file.close()

    at_the_drop(feed, act)
    [row] = Upload.objects.all()
    assert (open_name(row), row.size) == ("a.vtt", len(data))


def test_two_workers_release_a_call_once(feed: Feed) -> None:
    put(feed, ("a.vtt", vtt(HARMLESS)))
    later = timezone.now() + timedelta(seconds=31)
    run(feed, now=later)
    run(feed, now=later)
    assert Entry.objects.filter(action="upload.received").count() == 1


def test_no_method_of_the_library_that_touches_a_disk_is_left() -> None:
    ours = set(vars(Drop))
    left = {
        name
        for name, value in vars(asyncssh.SFTPServer).items()
        if inspect.isfunction(value) and not name.startswith("_")
    }
    assert left - ours == {"convert_attrs", "format_user", "format_group", "format_longname"}


def test_the_host_key_is_made_once_and_refused_when_others_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "sftp_host.key"
    made = host_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert host_key(path).public_data == made.public_data
    path.chmod(0o640)
    with pytest.raises(FeedError, match="host_key_open"):
        host_key(path)


def test_keys_are_checked_and_their_comments_go() -> None:
    field = PublicKeysField()
    key = KEY.export_public_key().decode().strip()
    assert field.clean(f"{key} moira@example.org\n") == key
    for wrong in ("ssh-ed25519 AAAA", "no key", "ssh-ed25519"):
        with pytest.raises(Exception, match="no public key"):
            field.clean(wrong)


def test_the_program_sftp_can_put_and_nothing_else(feed: Feed, tmp_path: Path) -> None:
    program = shutil.which("sftp")
    if program is None:
        pytest.skip("the program sftp is not installed")
    secret, known, data = tmp_path / "key", tmp_path / "known", tmp_path / "a.vtt"
    secret.write_bytes(KEY.export_private_key())
    secret.chmod(0o600)
    data.write_bytes(vtt(HARMLESS))

    aside = Aside()

    async def both() -> None:
        async with await listen("127.0.0.1", 0, HOST, aside) as server:
            port = server.get_port()
            known.write_text(f"[127.0.0.1]:{port} {HOST.export_public_key().decode()}")
            command = [
                program, "-F", "none", "-P", str(port), "-i", str(secret), "-o", f"UserKnownHostsFile={known}",
                "-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=yes", "-b", "-", f"{user_of(feed)}@127.0.0.1",
            ]  # fmt: skip
            told = f"put {data} a.vtt.part\nrename a.vtt.part a.vtt\n-get a.vtt {tmp_path}/back\nls\n"
            done = await asyncio.to_thread(
                subprocess.run, command, input=told, capture_output=True, text=True, timeout=120, check=False
            )
        assert done.returncode == 0, done.stderr

    try:
        asyncio.run(both())
    finally:
        aside.end()
    assert not (tmp_path / "back").exists() or not (tmp_path / "back").read_bytes()
    assert {row.status for row in work(feed)} == {Upload.Status.TAKEN_IN}


def test_each_session_is_one_entry_let_in_or_refused(feed: Feed) -> None:
    put(feed, ("a.vtt", vtt(HARMLESS)), ("b.vtt", vtt(CARD)))
    assert entries(feed) == [("drop.signed_in", "done", str(feed.pk), None)]
    for key, user, reason in ((OTHER, "", "key"), (KEY, "moira.kerr", "unknown_user")):
        with pytest.raises(asyncssh.PermissionDenied):
            at_the_drop(feed, _nothing, key=key, user=user)
        where = str(feed.pk if reason == "key" else feed.controller_id)
        assert entries(feed)[-1] == ("drop.sign_in_refused", "denied", where, reason)
    assert len(entries(feed)) == 3
    assert "moira" not in repr(list(Entry.objects.values()))


def test_a_session_that_cannot_be_recorded_puts_nothing(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(feed_id: object) -> None:
        raise OSError

    monkeypatch.setattr(signing, "record_signed_in", fail)

    async def act(client: asyncssh.SFTPClient) -> None:
        with pytest.raises((asyncssh.SFTPError, OSError)):
            await _put(client, "a.vtt", vtt(HARMLESS))

    with contextlib.suppress(asyncssh.Error, OSError):
        at_the_drop(feed, act)
    assert not Upload.objects.exists()


def test_a_key_that_is_taken_out_puts_nothing_more(feed: Feed) -> None:
    async def act(client: asyncssh.SFTPClient) -> None:
        await _put(client, "a.vtt", vtt(HARMLESS))
        other = OTHER.export_public_key().decode().strip()
        beside = Aside()
        await beside(lambda: Feed.objects.update(options={"keys": other}))
        beside.end()
        with pytest.raises(asyncssh.SFTPFailure, match="feed_off"):
            await _put(client, "b.vtt", vtt(CARD))

    at_the_drop(feed, act)
    assert Upload.objects.count() == 1


def test_a_database_that_cannot_be_let_go_of_does_not_keep_the_server_from_ending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed: list[int] = []

    def close() -> None:
        closed.append(len(closed))
        if closed == [0]:
            raise InterfaceError

    monkeypatch.setattr(connections, "close_all", close)
    Aside().end()
    assert len(closed) == 4


def test_files_that_are_begun_at_once_are_counted(feed: Feed) -> None:
    async def act(client: asyncssh.SFTPClient) -> list[object]:
        return await asyncio.gather(*(client.open(f"{n}.vtt", "wb") for n in range(40)), return_exceptions=True)

    assert sum(isinstance(one, asyncssh.SFTPClientFile) for one in at_the_drop(feed, act)) == MOST_OPEN


def test_empty_pieces_that_come_too_early_are_not_kept_without_end() -> None:
    file = Receiving("a.vtt", cast("uploads.Sealing", SimpleNamespace(size=0, discard=lambda: None)))
    for at in range(1, MOST_AHEAD // 200 + 1):
        file.write(at, b"")
    with pytest.raises(ReceivingError, match="upload_gaps"):
        file.write(1_000_000, b"")


def test_a_file_that_breaks_us_stops_no_other_of_its_batch(feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    put(feed, ("a.vtt", vtt(CARD)), ("b.vtt", vtt(HARMLESS)))
    load = Intake.load

    def broken(self: Intake, source: Source) -> LoadedCall:
        if source.stem == "a":
            raise ZeroDivisionError(NAME)
        return load(self, source)

    monkeypatch.setattr(Intake, "load", broken)
    with pytest.raises(TaskError) as failed:
        work(feed)
    assert NAME not in str(failed.value)
    told = {open_name(row): row.status for row in Upload.objects.all()}
    assert told == {"a.vtt": Upload.Status.WAITING, "b.vtt": Upload.Status.TAKEN_IN}
    monkeypatch.setattr(Intake, "load", load)
    work(feed)
    assert Call.objects.count() == 2
