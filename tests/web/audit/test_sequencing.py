from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone
from typer.testing import CliRunner

from callward.cli.verify import verify
from callward.engine import tlog
from callward.engine.errors import Error
from callward.web import audit
from callward.web.audit import sequencing
from callward.web.audit.models import Entry, Head
from callward.web.audit.state import check_ledger
from callward.web.audit.tiles import LedgerTiles
from callward.web.core.models import Controller
from callward.web.core.objects import FolderStore
from callward.web.keys import vault

pytestmark = pytest.mark.django_db

Act = Callable[..., list[str]]


class PowerCut(BaseException):
    """The process dies here."""


def _stored_tree(controller: Controller) -> tuple[tlog.Checkpoint, list[bytes]]:
    """The published checkpoint and every entry, read from the object store as a stranger with the key would."""
    tiles = LedgerTiles(controller.id)
    checkpoint, _ = tlog.open_checkpoint(tiles.read_checkpoint().encode(), sequencing.log_key(controller).verifier)
    size = checkpoint.head.size
    entries: list[bytes] = []
    for index in range(-(-size // tlog.TILE_WIDTH)):
        entries += tlog.read_bundle(tiles, index, size)
    return checkpoint, entries


def _assert_whole(controller: Controller, size: int) -> None:
    """Store and rows agree on every entry, its place and the root, and nothing waits."""
    checkpoint, entries = _stored_tree(controller)
    assert checkpoint.head == tlog.TreeHead(size, tlog.mth([tlog.leaf_hash(entry) for entry in entries]))
    rows = Entry.objects.for_controller(controller).filter(index__isnull=False).order_by("index")
    assert [row.index for row in rows] == list(range(size))
    assert [bytes(row.body) for row in rows] == entries
    assert not Entry.objects.for_controller(controller).pending().exists()
    head = Head.objects.get(controller=controller)
    assert (head.size, head.published_size, bytes(head.root)) == (size, size, checkpoint.head.root)
    assert head.checkpoint == LedgerTiles(controller.id).read_checkpoint()
    check_ledger(head)
    hashes = tlog.TileHashes(LedgerTiles(controller.id), checkpoint.head)
    for index in {0, size // 2, size - 1}:
        proof = tlog.prove_inclusion(hashes, index, size)
        tlog.verify_inclusion(tlog.leaf_hash(entries[index]), index, checkpoint.head, proof)


@pytest.mark.parametrize("steps", [(1,), (255, 1), (256,), (3, 250, 10), (300, 300), (1, 1, 1)], ids=str)
def test_entries_enter_the_tree_in_the_order_they_were_written(ledger: Controller, act: Act, steps: tuple[int]) -> None:
    written: list[str] = []
    for count in steps:
        written += act(count)
        assert audit.sequence(ledger).entries == count
    rows = Entry.objects.for_controller(ledger).order_by("index")
    assert [row.uuid for row in rows] == written
    _assert_whole(ledger, sum(steps))


def test_every_checkpoint_is_the_beginning_of_the_next(ledger: Controller, act: Act) -> None:
    heads = []
    for count in (5, 300, 1, 220):
        act(count)
        audit.sequence(ledger)
        heads.append(_stored_tree(ledger)[0].head)
    reader = tlog.TileHashes(LedgerTiles(ledger.id), heads[-1])
    for old in heads:
        tlog.verify_consistency(old, heads[-1], tlog.prove_consistency(reader, old.size, heads[-1].size))


def test_a_batch_larger_than_one_goes_in_whole(ledger: Controller, act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "BATCH", 100)
    act(730)
    assert audit.sequence(ledger) == sequencing.Sequenced(730, 730)
    _assert_whole(ledger, 730)


def test_nothing_pending_changes_nothing(ledger: Controller, act: Act) -> None:
    act(3)
    audit.sequence(ledger)
    before = LedgerTiles(ledger.id).read_checkpoint()
    assert audit.sequence(ledger) == sequencing.Sequenced(0, 3)
    assert LedgerTiles(ledger.id).read_checkpoint() == before


def test_each_controller_has_a_log_of_its_own(ledger: Controller, rival: Controller, act: Act) -> None:
    vault.open_controller(rival.id)
    act(2)
    act(3, controller=rival)
    assert audit.sequence_all() == 5
    _assert_whole(ledger, 2)
    _assert_whole(rival, 3)
    with pytest.raises(tlog.LogError):
        tlog.open_checkpoint(LedgerTiles(rival.id).read_checkpoint().encode(), sequencing.log_key(ledger).verifier)


def test_logs_that_are_written_in_turns_take_their_own_entries_only(
    ledger: Controller, rival: Controller, act: Act
) -> None:
    vault.open_controller(rival.id)
    for ours, theirs in [(1, 2), (3, 1), (2, 2)]:
        act(ours)
        act(theirs, controller=rival)
    assert audit.sequence(ledger).size == 6
    assert Entry.objects.for_controller(rival).pending().count() == 5
    assert audit.sequence(rival).size == 5
    _assert_whole(ledger, 6)
    _assert_whole(rival, 5)
    for controller in (ledger, rival):
        written = Entry.objects.for_controller(controller).order_by("id")
        assert list(written.values_list("index", flat=True)) == list(range(len(written)))


def test_places_of_logs_that_are_written_in_turns_are_sent_together(
    ledger: Controller, rival: Controller, act: Act
) -> None:
    vault.open_controller(rival.id)
    for _ in range(4):
        act(1)
        act(1, controller=rival)
    sent: list[bool] = []

    def watched(execute: Callable[..., object], sql: str, params: object, many: bool, context: object) -> object:
        if sql.startswith("UPDATE audit_entry SET"):
            sent.append(many)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watched):
        assert audit.sequence(ledger).size == 4
    assert sent == [True]
    _assert_whole(ledger, 4)


def test_a_log_that_is_refused_does_not_keep_the_others_waiting(
    ledger: Controller, rival: Controller, act: Act, store: FolderStore
) -> None:
    vault.open_controller(rival.id)
    act(2)
    audit.sequence(ledger)
    store.delete(f"ledger/{ledger.id.hex}/checkpoint")
    act(1)
    act(3, controller=rival)
    with pytest.raises(audit.LedgerError):
        audit.sequence_all()
    _assert_whole(rival, 3)


def test_partial_tiles_go_once_the_full_one_stands(ledger: Controller, act: Act, store: FolderStore) -> None:
    for count in (100, 100, 100):
        act(count)
        audit.sequence(ledger)
    names = {name.split("/tile/")[1] for name in store.list("ledger") if "/tile/" in name}
    assert names == {"0/000", "0/001.p/44", "1/000.p/1", "entries/000", "entries/001.p/44"}


@pytest.mark.parametrize("at", range(1, 6))
def test_a_crash_at_any_step_is_mended_by_running_again(
    ledger: Controller, act: Act, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    """The process dies before or after each of the two writes, and before the tiles are even begun."""
    act(40)
    audit.sequence(ledger)
    act(290)
    deaths = {1: ("before", 1), 2: ("after", 1), 3: ("before", 2), 4: ("after", 2), 5: ("in the middle", 1)}
    when, which = deaths[at]
    calls = 0
    real = LedgerTiles.write

    def dying(self: LedgerTiles, files: dict[str, bytes]) -> None:
        nonlocal calls
        calls += 1
        if calls == which and when == "before":
            raise PowerCut
        if calls == which and when == "in the middle":
            real(self, dict(list(files.items())[::2]))
            raise PowerCut
        real(self, files)
        if calls == which and when == "after":
            raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(LedgerTiles, "write", dying)
        with pytest.raises(PowerCut):
            audit.sequence(ledger)
    assert Head.objects.get(controller=ledger).published_size == 40
    check_ledger(Head.objects.get(controller=ledger))
    late = act(7)
    audit.sequence(ledger)
    _assert_whole(ledger, 337)
    assert [row.uuid for row in Entry.objects.for_controller(ledger).order_by("index")][-7:] == late


def test_a_crash_before_the_order_is_fixed_loses_nothing(
    ledger: Controller, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(10)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", _now_then_die(after=1))
        with pytest.raises(PowerCut):
            audit.sequence(ledger)
    assert Entry.objects.pending().count() == 10
    audit.sequence(ledger)
    _assert_whole(ledger, 10)


def _now_then_die(after: int) -> Callable[[], object]:
    real, calls = timezone.now, 0

    def now() -> object:
        nonlocal calls
        calls += 1
        if calls > after:
            raise PowerCut
        return real()

    return now


def test_an_interrupted_checkpoint_is_signed_again_byte_for_byte(
    ledger: Controller, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(20)
    with monkeypatch.context() as patch:
        patch.setattr(tlog, "format_note", _format_then_die(tlog.format_note))
        with pytest.raises(PowerCut):
            audit.sequence(ledger)
    act(5)
    audit.sequence(ledger)
    tree = tlog.TileHashes(LedgerTiles(ledger.id), _stored_tree(ledger)[0].head)
    root = tlog.mth([tree.read(0, index) for index in range(20)])
    assert [tlog.Checkpoint(ledger.origin, tlog.TreeHead(20, root)).text] == _SIGNED


_SIGNED: list[str] = []


def _format_then_die(real: Callable[[tlog.Note], bytes]) -> Callable[[tlog.Note], bytes]:
    _SIGNED.clear()

    def form(note: tlog.Note) -> bytes:
        _SIGNED.append(note.text)
        raise PowerCut

    return form


def test_a_held_lease_keeps_a_second_sequencer_out(ledger: Controller, act: Act) -> None:
    act(4)
    with sequencing._lease(ledger, uuid4()) as held:
        assert held
        assert audit.sequence(ledger).busy
    assert audit.sequence(ledger).entries == 4


def test_a_lease_that_ran_out_is_taken_over(ledger: Controller, act: Act) -> None:
    act(4)
    audit.sequence(ledger)
    Head.objects.filter(controller=ledger).update(
        lease_holder=uuid4(), lease_until=timezone.now() - timedelta(seconds=1)
    )
    act(1)
    assert audit.sequence(ledger).entries == 1


def test_a_sequencer_that_lost_its_lease_orders_nothing(ledger: Controller, act: Act) -> None:
    act(4)
    audit.sequence(ledger)
    act(2)
    run = sequencing._Run(ledger, Head.objects.get(controller=ledger), uuid4())
    with pytest.raises(audit.LedgerError) as caught:
        run.order()
    assert caught.value.code == "ledger_lease_lost"
    assert Entry.objects.pending().count() == 2


def test_a_sequencer_that_slept_through_its_lease_leaves_the_newer_checkpoint(ledger: Controller, act: Act) -> None:
    act(4)
    audit.sequence(ledger)
    act(3)
    late = uuid4()
    Head.objects.filter(controller=ledger).update(lease_holder=late, lease_until=timezone.now())
    asleep = sequencing._Run(ledger, Head.objects.get(controller=ledger), late)
    assert asleep.order()
    Head.objects.filter(controller=ledger).update(lease_until=timezone.now() - timedelta(seconds=1))
    act(2)
    assert audit.sequence(ledger).size == 9
    asleep.publish()
    _assert_whole(ledger, 9)


def test_an_entry_that_was_ordered_and_then_changed_is_not_signed(
    ledger: Controller, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    act(4)

    def dying(*_: object) -> None:
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(LedgerTiles, "write", dying)
        with pytest.raises(PowerCut):
            audit.sequence(ledger)
    Entry.objects.filter(index=2).update(body=b"{}")
    with pytest.raises(audit.LedgerError) as caught:
        audit.sequence(ledger)
    assert caught.value.code == "ledger_forked"
    assert not LedgerTiles(ledger.id).read_checkpoint()


# What start-up refuses.


def _refused(controller: Controller) -> str:
    with pytest.raises(Error) as caught:
        audit.check_ledgers()
    with pytest.raises(Error) as at_work:
        audit.sequence(controller)
    assert isinstance(at_work.value, Error)
    return caught.value.code


def test_a_lost_checkpoint_is_refused_at_start(ledger: Controller, act: Act, store: FolderStore) -> None:
    act(4)
    audit.sequence(ledger)
    audit.check_ledgers()
    store.delete(f"ledger/{ledger.id.hex}/checkpoint")
    assert _refused(ledger) == "ledger_smaller"


def test_a_rolled_back_store_is_refused_at_start(ledger: Controller, act: Act) -> None:
    act(4)
    audit.sequence(ledger)
    old = LedgerTiles(ledger.id).read_checkpoint()
    act(4)
    audit.sequence(ledger)
    LedgerTiles(ledger.id).write({"checkpoint": old.encode()})
    assert _refused(ledger) == "ledger_smaller"


def test_a_database_older_than_the_ledger_is_refused_at_start(ledger: Controller, act: Act) -> None:
    act(4)
    audit.sequence(ledger)
    old = Head.objects.filter(controller=ledger).values(
        "size", "root", "published_size", "published_root", "checkpoint"
    )
    snapshot = dict(old.get())
    act(4)
    audit.sequence(ledger)
    Head.objects.filter(controller=ledger).update(**snapshot)
    Entry.objects.filter(index__gte=4).delete()
    assert _refused(ledger) == "ledger_ahead"


def test_a_log_that_grows_while_it_is_looked_at_is_well(ledger: Controller, act: Act) -> None:
    act(4)
    audit.sequence(ledger)
    before = Head.objects.select_related("controller").get(controller=ledger)
    act(300)
    audit.sequence(ledger)
    check_ledger(before)
    Entry.objects.filter(index=1).delete()
    with pytest.raises(audit.LedgerError):
        check_ledger(before)


def test_a_deleted_entry_is_refused_at_start(ledger: Controller, act: Act) -> None:
    act(4)
    audit.sequence(ledger)
    Entry.objects.filter(index=1).delete()
    assert _refused(ledger) == "ledger_smaller"


def test_a_changed_tile_is_refused_at_start(ledger: Controller, act: Act) -> None:
    act(4)
    audit.sequence(ledger)
    LedgerTiles(ledger.id).write({"tile/0/000.p/4": b"\x00" * 128})
    with pytest.raises(audit.LedgerError) as caught:
        audit.check_ledgers()
    assert caught.value.code == "ledger_forked"


def test_a_lost_tile_is_refused_at_start(ledger: Controller, act: Act, store: FolderStore) -> None:
    act(4)
    audit.sequence(ledger)
    store.delete(f"ledger/{ledger.id.hex}/tile/0/000.p/4")
    with pytest.raises(audit.LedgerError) as caught:
        audit.check_ledgers()
    assert caught.value.code == "ledger_smaller"


# Against the operator.


def test_the_whole_log_rewritten_with_the_real_key_is_exposed_by_a_held_checkpoint(
    ledger: Controller, act: Act, store: FolderStore, tmp_path: Path
) -> None:
    """The operator has every key, edits one entry, and builds tiles, rows and checkpoint anew."""
    act(300)
    audit.sequence(ledger)
    held = LedgerTiles(ledger.id).read_checkpoint()
    act(20)
    audit.sequence(ledger)

    victim = Entry.objects.get(index=7)
    victim.body = bytes(victim.body).replace(b'"outcome":"done"', b'"outcome":"none"')
    victim.save()
    Entry.objects.update(index=None)
    Head.objects.all().delete()
    for name in list(store.list("ledger")):
        store.delete(name)
    audit.sequence(ledger)
    # By itself the forged log is perfect.
    _assert_whole(ledger, 320)

    key = sequencing.log_key(ledger).verifier
    old, _ = tlog.open_checkpoint(held.encode(), key)
    new, _ = tlog.open_checkpoint(LedgerTiles(ledger.id).read_checkpoint().encode(), key)
    reader = tlog.TileHashes(LedgerTiles(ledger.id), new.head)
    with pytest.raises(tlog.RefutedError):
        tlog.verify_consistency(old.head, new.head, tlog.prove_consistency(reader, old.head.size, new.head.size))

    # The same with the command that an auditor has, on the log as files.
    saved = tmp_path / "held"
    saved.write_text(held)
    words = ["log", str(store.root / "ledger" / ledger.id.hex), "--vkey", tlog.format_vkey(key)]
    alone = CliRunner().invoke(verify, words)
    assert alone.exit_code == 0, alone.output
    exposed = CliRunner().invoke(verify, [*words, "--held", str(saved)])
    assert exposed.exit_code == 1


@pytest.mark.django_db(transaction=True)
def test_sequencing_inside_a_transaction_is_refused(ledger: Controller, act: Act) -> None:
    act(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        audit.sequence(ledger)
