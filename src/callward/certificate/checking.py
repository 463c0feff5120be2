"""Checking a certificate: its signature, the proofs of its entries, and every claim against what the entries say."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from callward.certificate.form import decode_text
from callward.certificate.model import Certificate
from callward.engine.tlog import (
    Entry,
    LogError,
    RefutedError,
    VerifierKey,
    decode_entry,
    leaf_hash,
    open_checkpoint,
    parse_note,
    verify_inclusion,
    verify_note,
)

ERASED, SWEPT, TURNED = "person.erased", "person.calls_swept", "keys.turned"
ENDED = "person.ended"  # nothing of the person was left when its time was over: an erasure that nobody asked for
ROOT_DESTROYED = "keys.root_destroyed"  # a provider that lets days pass has done it
SHARE_DESTROYED = "keys.share_destroyed"  # an officer's share of a root that was left: somebody attested it
MOST_SHARE_ENTRIES = 16  # in a certificate, the last ones: each stands for a root that was shared out
_OF_CONTROLLER = frozenset({TURNED, ROOT_DESTROYED, SHARE_DESTROYED})


@dataclass(frozen=True, slots=True)
class Standing:
    """The entries that a certificate rests on, by what they say; ``turn`` is there once the erasure is final.

    ``roots`` are those of roots whose provider destroyed them some days after the turn. ``shares`` are those of what
    officers destroyed, one for each root that was shared out: what left too few of its shares, or the last one so far.
    """

    intended: tuple[int, Entry]
    done: tuple[int, Entry]
    sweeps: tuple[tuple[int, Entry], ...]
    turn: tuple[tuple[int, Entry], tuple[int, Entry]] | None
    roots: tuple[tuple[int, Entry], ...] = ()
    shares: tuple[tuple[int, Entry], ...] = ()

    @property
    def by_retention(self) -> bool:
        """Whether nobody asked for it: what was kept of the person had its time."""
        return self.done[1].action == ENDED

    @property
    def calls_removed(self) -> int:
        """How many calls the worker has removed, as the entries count them."""
        return sum(calls for _, sweep in self.sweeps if type(calls := sweep.facts.get("calls")) is int)


def verify_certificate(data: bytes, log: VerifierKey) -> tuple[Certificate, Standing]:
    """What was certified and the entries it rests on, where everything holds.

    ``RefutedError`` where a signature, a proof or a claim does not hold; ``LogError`` where it cannot be read.
    """
    note = parse_note(data)
    if len(note.signatures) != 1:
        raise LogError("certificate_malformed", "a certificate has one signature")
    verify_note(note, [log])
    certificate = decode_text(note.text)
    checkpoint, _ = open_checkpoint(certificate.checkpoint.encode(), log)
    if certificate.origin != checkpoint.origin:
        raise RefutedError("certificate_contradicted", "the certificate names another ledger than its checkpoint")
    for proven in certificate.entries:
        verify_inclusion(leaf_hash(proven.entry), proven.index, checkpoint.head, proven.proof)
    standing = _standing(certificate)
    _check(certificate, standing)
    return certificate, standing


def _standing(certificate: Certificate) -> Standing:
    places = [proven.index for proven in certificate.entries]
    if any(one >= next_one for one, next_one in pairwise(places)):
        raise RefutedError("certificate_contradicted", "the entries do not stand in the order of the ledger")
    read = [(proven.index, decode_entry(proven.entry)) for proven in certificate.entries]
    kinds: dict[tuple[str, str], list[tuple[int, Entry]]] = {}
    for place, entry in read:
        _check_subject(certificate, entry)
        kinds.setdefault((entry.action, entry.outcome), []).append((place, entry))
    sweeps = tuple(kinds.pop((SWEPT, "done"), ()))
    roots = tuple(kinds.pop((ROOT_DESTROYED, "done"), ()))
    shares = tuple(kinds.pop((SHARE_DESTROYED, "done"), ()))
    turned = (TURNED, "intended") in kinds or (TURNED, "done") in kinds
    act = ENDED if (ENDED, "done") in kinds else ERASED
    standing = Standing(
        _only(kinds, act, "intended"),
        _only(kinds, act, "done"),
        sweeps,
        (_only(kinds, TURNED, "intended"), _only(kinds, TURNED, "done")) if turned else None,
        roots,
        shares,
    )
    if kinds:
        raise RefutedError("certificate_contradicted", "an entry that has no part in an erasure")
    return standing


def _only(kinds: dict[tuple[str, str], list[tuple[int, Entry]]], action: str, outcome: str) -> tuple[int, Entry]:
    found = kinds.pop((action, outcome), [])
    if len(found) != 1:
        raise RefutedError("certificate_contradicted", "an entry of the erasure is missing, or stands there twice")
    return found[0]


def _check_subject(certificate: Certificate, entry: Entry) -> None:
    about = ("controller", certificate.controller) if entry.action in _OF_CONTROLLER else ("person", certificate.person)
    if (entry.resource.kind, entry.resource.id) != about:
        raise RefutedError("certificate_contradicted", "an entry is about somebody else")


def _check(certificate: Certificate, standing: Standing) -> None:
    """Hold every claim against the entries; the order is that of the ledger, which no clock can change."""
    (_, intended), (done_place, done) = standing.intended, standing.done
    _agree(_of_one_act(standing.intended, standing.done), "the two ends of the erasure do not belong together")
    _agree((certificate.asked_at, certificate.effective_at) == (intended.at, done.at), "the times are not the entries'")
    held = done.facts.get("held", 0)
    _agree(type(held) is int and certificate.held_items <= held, "more is held than was held at the erasure")
    _agree(all(place > done_place for place, _ in standing.sweeps), "calls were removed before the erasure")
    until, swept = certificate.suppressed_until, standing.sweeps
    _agree((until is None) == (not swept), "the end of the suppression belongs to the removal of calls")
    _agree(until is None or until >= swept[-1][1].at, "the suppression ends before it begins")
    _check_shares(certificate, standing)
    _check_end(certificate, standing)


def _check_shares(certificate: Certificate, standing: Standing) -> None:
    """Each root that was shared out is told as its entry has it: how many shares were left when that was written."""
    asked = [one for one in certificate.escrow if one.destroyed is not None]
    _agree(all(0 < one.threshold <= one.shares and one.awaited >= 0 for one in asked), "no such sharing out")
    told = [_set_of(certificate, entry) for _, entry in standing.shares]
    for place, (_, entry) in zip(told, standing.shares, strict=True):
        _agree(place is not None, "a share of another root")
        assert place is not None
        one = certificate.escrow[place]
        _agree(entry.facts.get("left") == one.shares - (one.destroyed or 0), "other shares were destroyed")
    _agree(len(set(told)) == len(told), "two entries about the shares of one root")
    bare = [place for place, one in enumerate(certificate.escrow) if one.destroyed and place not in told]
    _agree(not bare or len(told) == MOST_SHARE_ENTRIES, "nobody has attested that these shares were destroyed")


def _set_of(certificate: Certificate, entry: Entry) -> int | None:
    """The place in ``escrow`` that a share belongs to: within an epoch its shares are counted through."""
    number, first = entry.facts.get("share"), 1
    for place, one in enumerate(certificate.escrow):
        if one.epoch != entry.facts.get("epoch"):
            continue
        if type(number) is int and first <= number < first + one.shares and one.destroyed:
            return place
        first += one.shares
    return None


def _check_end(certificate: Certificate, standing: Standing) -> None:
    gone = certificate.root_destroyed_at
    final = certificate.final_at is not None
    _agree((gone is not None) == (certificate.final_by is None), "the root is destroyed, or it says by when it will be")
    _agree((standing.turn is not None) == (gone is not None), "the end of the epoch is in the entries where it has one")
    awaited = any(one.awaited for one in certificate.escrow)
    _agree(
        final == (gone is not None and not awaited), "it is final with the root, and with the shares of the officers"
    )
    if standing.turn is None or gone is None:
        _agree(not standing.roots, "a root was destroyed of an epoch that was not left")
        return
    begun, ended = standing.turn
    _agree(_of_one_act(begun, ended), "the two ends of the turn do not belong together")
    # A turn that was under way already may have moved the key: only one that began afterwards ends every copy.
    _agree(begun[0] > standing.done[0], "the turn began before the erasure was done")
    _agree(ended[1].facts.get("epoch") == certificate.epoch + 1, "the turn left another epoch")
    _check_roots(certificate, standing.roots, ended)
    latest = max([ended[1].at, *(entry.at for _, entry in standing.roots)])
    _agree(gone <= latest, "the times are not the entries'")
    attested = max([latest, *(entry.at for _, entry in standing.shares)])
    _agree(certificate.final_at in {None, attested}, "the times are not the entries'")


def _check_roots(certificate: Certificate, roots: tuple[tuple[int, Entry], ...], ended: tuple[int, Entry]) -> None:
    """Where the provider lets days pass, it has destroyed every root that was waited for."""
    epochs = [entry.facts.get("epoch") for _, entry in roots]
    _agree(all(type(one) is int and one <= certificate.epoch for one in epochs), "a root of a later epoch")
    waited = bool(ended[1].facts.get("root_days"))
    own = [place for (place, _), epoch in zip(roots, epochs, strict=True) if epoch == certificate.epoch]
    _agree(not waited or any(place > ended[0] for place in own), "the root of the epoch may still be brought back")


def _of_one_act(begun: tuple[int, Entry], ended: tuple[int, Entry]) -> bool:
    act = begun[1].facts.get("intent")
    return begun[0] < ended[0] and act is not None and act == ended[1].facts.get("intent")


def _agree(holds: bool, otherwise: str) -> None:
    if not holds:
        raise RefutedError("certificate_contradicted", otherwise)
