"""``callward keys doctor``: whether the keys can be used, and what of them is late, left over or missing.

It changes nothing. Each line says what stands, and where somebody is needed, what to do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from callward.engine.errors import Error
from callward.web.core.models import Controller
from callward.web.keys.errors import KeyUnavailable
from callward.web.keys.examining import open_epoch, rows_by_epoch
from callward.web.keys.models import Epoch, Tombstone
from callward.web.keys.providers import FileProvider, RootState, chosen_provider, provider
from callward.web.keys.turning import state_of_root
from callward.web.lifecycle.backup.keys_copy import configured
from callward.web.lifecycle.backup.store import KEYS, made_at
from callward.web.lifecycle.models import Escrow
from callward.web.lifecycle.shares import awaited_of
from callward.web.lifecycle.turns import due_at

_LATE = timedelta(days=1)  # after its time a turn is tried each hour: what is a day late does not come by itself
_RENEWED = timedelta(minutes=15)  # a copy of the keys follows an erasure within minutes
_TURN = "run `callward keys turn`"


class Level(StrEnum):
    """How a line stands: well, worth a thought, somebody is needed, or intake stands still."""

    WELL = "well"
    NOTE = "note"
    ASKS = "asks"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Line:
    """One check: of which controller ("" for all), its name, how it stands, a sentence, and what to do about it."""

    controller: str
    name: str
    level: Level
    told: str
    do: str = ""

    def as_dict(self) -> dict[str, str]:
        return {
            "controller": self.controller,
            "name": self.name,
            "level": self.level.value,
            "told": self.told,
            "do": self.do,
        }


def examine() -> list[Line]:
    """Check the keys of every controller, then what they share."""
    controllers = list(Controller.objects.order_by("slug"))
    lines = [line for owner in controllers for line in _controller(owner)]
    return [*lines, *_strays(controllers), *_backup()]


def exit_code(lines: list[Line]) -> int:
    """2 where a key cannot be used, 1 where somebody is needed, else 0."""
    levels = {line.level for line in lines}
    return 2 if Level.STOPPED in levels else 1 if Level.ASKS in levels else 0


def _controller(owner: Controller) -> Iterator[Line]:
    epochs = list(Epoch.objects.filter(controller=owner.id).order_by("number"))
    current = next((epoch for epoch in epochs if epoch.state == Epoch.State.CURRENT), None)
    if current is None:
        yield Line(owner.slug, "root", Level.STOPPED, "the controller has no epoch", "run `callward init`")
        return
    leaving = [epoch for epoch in epochs if epoch.state == Epoch.State.TURNING]
    yield from (_root(owner, epoch) for epoch in (*leaving, current))
    yield from _rows(owner, current, leaving)
    yield from _old_roots(owner, [epoch for epoch in epochs if epoch.state == Epoch.State.DESTROYED])
    yield _age(owner, current)
    yield _shares(owner, current)
    yield from _former_shares(owner)
    yield from _next_root(owner, current)


def _root(owner: Controller, epoch: Epoch) -> Line:
    """Reachable, the right one, and closed to others: the provider itself refuses anything else."""
    try:
        opened = open_epoch(epoch)
    except KeyUnavailable as refused:
        do = "mend that, or see “When a root is lost” in docs/operations.md"
        return Line(owner.slug, "root", Level.STOPPED, f"epoch {epoch.number}: {refused.detail} ({refused.code})", do)
    told = f"the root of epoch {epoch.number} ({epoch.provider}) opens the epoch key, which opens {opened} keys"
    return Line(owner.slug, "root", Level.WELL, told)


def _rows(owner: Controller, current: Epoch, leaving: list[Epoch]) -> Iterator[Line]:
    counts = rows_by_epoch(owner.id)
    for number, kinds in sorted(counts.items()):
        told = f"epoch {number}: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        yield Line(owner.slug, "rows", Level.WELL, told)
    old = sum(sum(kinds.values()) for number, kinds in counts.items() if number < current.number)
    if leaving:
        told = f"a turn out of epoch {leaving[0].number} is under way, {old} rows are left"
        yield Line(owner.slug, "turn", Level.NOTE, told, f"the worker goes on with it; or {_TURN}")
    elif old:
        told = f"{old} rows are left from an epoch that is over, and no turn is under way"
        yield Line(owner.slug, "turn", Level.ASKS, told, "restore the keys from the backup, or ask for help")


def _old_roots(owner: Controller, epochs: list[Epoch]) -> Iterator[Line]:
    """Roots of epochs that were left: gone, going on a day, or there though they must not be."""
    gone = 0
    for epoch in epochs:
        if epoch.root_gone_at is not None:
            gone += 1
            continue
        try:
            state = state_of_root(epoch)
        except KeyUnavailable as refused:
            told = f"nobody can say whether the root of epoch {epoch.number} is gone: {refused.detail} ({refused.code})"
            yield Line(owner.slug, "old roots", Level.ASKS, told, _former(epoch))
            continue
        if state is RootState.GONE and epoch.root_goes_at is None:
            gone += 1
        else:
            yield _old_root(owner, epoch, state)
    yield Line(owner.slug, "old roots", Level.WELL, f"roots of epochs that were left: {gone} gone")


def _old_root(owner: Controller, epoch: Epoch, state: RootState) -> Line:
    if state is RootState.GONE and epoch.root_goes_at is not None and timezone.now() < epoch.root_goes_at:
        told = f"the root of epoch {epoch.number} is missing before its day, {epoch.root_goes_at:%Y-%m-%d}"
        return Line(owner.slug, "old roots", Level.ASKS, told, "check the settings of the place that it was made in")
    if state is RootState.GONE:
        told = f"the root of epoch {epoch.number} is gone; the ledger does not say so yet"
        return Line(owner.slug, "old roots", Level.NOTE, told, "the worker writes it down within the hour")
    if state is RootState.GOING:
        day = f"{epoch.root_goes_at:%Y-%m-%d}" if epoch.root_goes_at else "a day that its provider knows"
        told = f"the root of epoch {epoch.number} is to be destroyed on {day}, and can be brought back until then"
        return Line(owner.slug, "old roots", Level.NOTE, told)
    told = f"the root of epoch {epoch.number} should be destroyed and is there: old copies of the keys open with it"
    do = "the worker gives it up again within the hour" if epoch.root_goes_at else f"destroy {_place(owner.id, epoch)}"
    return Line(owner.slug, "old roots", Level.ASKS, told, do)


def _former(epoch: Epoch) -> str:
    """What to do where nobody can ask after a root that was left."""
    at = f" at {epoch.place}" if epoch.place else ""
    return (
        f"let the settings of the provider {epoch.provider} lead to where the root was made{at};"
        " the worker asks after it each hour, and writes down when it is gone: only then are they needed no more"
    )


def _place(controller: UUID, epoch: Epoch) -> str:
    """Where the root of an epoch is, in the words of its provider."""
    if epoch.provider == FileProvider.name:
        return f"the file {FileProvider(settings.CALLWARD_HOME).path(controller, epoch.number)} (`shred -u`)"
    return f"the key of controller {controller.hex} and epoch {epoch.number} at the provider {epoch.provider}"


def _age(owner: Controller, current: Epoch) -> Line:
    due, now = due_at(owner.id), timezone.now()
    days = max(0, (now - current.created_at).days)
    told = f"epoch {current.number} is {days} days old; its turn is due {due:%Y-%m-%d %H:%M} UTC"
    if due + _LATE < now:
        return Line(owner.slug, "age", Level.ASKS, f"{told}, which is over", f"see that a worker runs, or {_TURN}")
    if current.created_at > now + _LATE:
        return Line(owner.slug, "age", Level.ASKS, f"{told}: it begins in the future", "set the clock of this machine")
    return Line(owner.slug, "age", Level.WELL, told)


def _shares(owner: Controller, current: Epoch) -> Line:
    shared = Escrow.objects.filter(controller=owner).order_by("epoch", "made_at").last()
    if current.provider != FileProvider.name:
        return Line(
            owner.slug, "shares", Level.WELL, f"the root is kept by {current.provider}, which has its own custody"
        )
    if shared is not None and shared.epoch == current.number:
        told = f"any {shared.threshold} of {shared.shares} officers put the root back"
        return Line(owner.slug, "shares", Level.WELL, told)
    do = "run `callward keys escrow`, with a share for each officer"
    if shared is not None:
        told = f"the shares are of the root of epoch {shared.epoch}, which is gone; the present one has none"
        if settings.SHARES and shared.officers:
            do += f"; the worker tries it each hour, into {settings.SHARES} (CALLWARD_SHARES), and logs what hinders it"
        return Line(owner.slug, "shares", Level.ASKS, told, do)
    return Line(owner.slug, "shares", Level.NOTE, "nobody but this machine has the root: lost is lost", do)


def _former_shares(owner: Controller) -> Iterator[Line]:
    """What officers still have of roots that were left, as far as nobody has said otherwise."""
    for root in awaited_of(owner):
        told = (
            f"enough shares of the root of epoch {root.escrow.epoch} may be left: {root.attested} of the {root.needed}"
            " that must go are destroyed by their officers' word; erasures from its time are not final"
        )
        do = "let the officers destroy theirs, then run `callward keys attest` for each"
        yield Line(owner.slug, "former shares", Level.NOTE, told, do)


def _next_root(owner: Controller, current: Epoch) -> Iterator[Line]:
    chosen = chosen_provider()
    if chosen == current.provider:
        return
    try:
        provider(chosen).root_state(owner.id, current.number + 1)
    except KeyUnavailable as refused:
        told = f"the next turn cannot make its root ({chosen}): {refused.detail} ({refused.code})"
        yield Line(owner.slug, "next root", Level.ASKS, told, "mend that before the turn is due")
        return
    yield Line(owner.slug, "next root", Level.WELL, f"the next turn makes its root at the provider {chosen}")


def _strays(controllers: list[Controller]) -> Iterator[Line]:
    """Files of roots that belong to no epoch; one that is ahead by one was made by a start that was cut off."""
    last: dict[str, int] = {}
    for epoch in Epoch.objects.all():
        last[epoch.controller.hex] = max(epoch.number, last.get(epoch.controller.hex, 0))
    for owner in controllers:
        last.setdefault(owner.id.hex, 0)
    for path in sorted(FileProvider(settings.CALLWARD_HOME).paths()):
        known = last.get(path.parent.name)
        if known is None or not path.stem.isdecimal() or int(path.stem) > known + 1:
            told = f"{path} belongs to no epoch of a controller here"
            yield Line("", "stray roots", Level.ASKS, told, "find out whose it is, and move it away")


def _backup() -> Iterator[Line]:
    """The one copy of the keys that must follow every erasure."""
    try:
        destination = configured()
        copies = destination.ids(KEYS, KEYS) if destination else []
    except (Error, OSError) as refused:
        code = refused.code if isinstance(refused, Error) else "backup_unreachable"
        told = f"the destination of backups cannot be reached ({code}): no epoch turns until it can"
        yield Line("", "keys backup", Level.ASKS, told, "see “Backups” in docs/operations.md")
        return
    if destination is None:
        told = "CALLWARD_BACKUP names no place: with this machine the keys are lost"
        yield Line("", "keys backup", Level.NOTE, told, "see “Backups” in docs/operations.md")
    elif not copies:
        yield Line("", "keys backup", Level.ASKS, "there is no copy of the keys yet", "run `callward backup create`")
    else:
        yield _copy(copies)


def _copy(copies: list[str]) -> Line:
    made, now = made_at(copies[-1]), timezone.now()
    told = f"the copy of the keys was made {made:%Y-%m-%d %H:%M} UTC"
    erased = Tombstone.objects.filter(erased_at__gt=made, erased_at__lt=now - _RENEWED).count()
    do = "see that a worker runs, or run `callward backup create`"
    if erased:
        return Line("", "keys backup", Level.ASKS, f"{told}: {erased} people were erased since, and are in it", do)
    if len(copies) > 1:
        told = f"{told}, and {len(copies) - 1} older ones are still there"
        return Line("", "keys backup", Level.ASKS, told, "run `callward backup create`")
    if now - made > 2 * timedelta(hours=settings.BACKUP_HOURS):
        return Line("", "keys backup", Level.ASKS, f"{told}, which is long ago", do)
    return Line("", "keys backup", Level.WELL, told)
