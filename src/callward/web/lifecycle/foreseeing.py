"""What a change of a line's rules would do to calls that are kept, said before it is kept. Nothing is written.

Counting stops where it would take long: a page must not wait for a million calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.formats import date_format, number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from callward.web.calls.models import Call, CallCategory
from callward.web.core.line_rules import Foreseen
from callward.web.core.models import Line
from callward.web.lifecycle.counting_anew import CountingAnew, rows
from callward.web.lifecycle.retention import clocks_under, rules_of, today_of
from callward.web.lifecycle.rules import LineRules, log_period

MOST = 10_000  # items that are counted
MOST_CALLS = 5_000  # that are looked at: a second or so
MOST_ROWS = 50_000  # that the database reads to find those
_BATCH = 500
_LOG_ONLY = (Call.State.ENDED, Call.State.NOT_RECORDED)


@dataclass(slots=True)
class Effect:
    """How many items would end earlier or later, how many at once, the first new day of those that end earlier.

    ``opened``: calls that could be opened for a purpose until another day. ``all`` were looked at, or the first
    ``looked`` that end. ``rows`` of the call log would have had their time at once, or as many at least.
    """

    earlier: int = 0
    later: int = 0
    at_once: int = 0
    first: date | None = None
    opened: int = 0
    looked: int = 0
    all: bool = True
    rows: int = 0
    all_rows: bool = True

    @property
    def moves(self) -> bool:
        return bool(self.earlier or self.later or self.opened or self.rows)


def foresee(line: Line, wanted: LineRules, seen: str = "") -> Foreseen | None:
    """Say what other rules would do to the calls of a line; None where nothing moves, or this has been seen."""
    kept = Line.objects.filter(pk=line.pk).first()
    before = rules_of(kept) if kept is not None else wanted  # one that is added has no calls
    if wanted == before or seen == wanted.digest:
        return None
    effect = effect_of(line, before, wanted)
    log = log_period(before).days, log_period(wanted).days
    log_moves = log[0] != log[1] and Call.objects.filter(line=line).exists()
    if not effect.moves and effect.all and not log_moves:
        return None
    sentences = [*_sentences(effect), *(_log_sentences(effect, *log) if log_moves else []), *_limits(effect)]
    return Foreseen(wanted.digest, tuple(map(capfirst, sentences)), ends_at_once=effect.at_once + effect.rows > 0)


def effect_of(line: Line, before: LineRules, wanted: LineRules, today: date | None = None) -> Effect:
    """Count what other rules would move, among the calls that end first."""
    today = today or today_of(line.controller)
    effect, counting = Effect(), CountingAnew(line, wanted, today)
    if log_period(wanted).days < log_period(before).days:
        _add_rows(effect, counting)
    concerned, effect.all = _concerned(line, before, wanted, today)
    calls = concerned[: MOST_CALLS + 1].iterator(_BATCH)
    while batch := list(islice(calls, _BATCH)):
        _add(effect, counting, batch)
        if effect.looked > MOST_CALLS or effect.earlier + effect.later > MOST:
            effect.all = False
            break
    return effect


def _concerned(line: Line, before: LineRules, wanted: LineRules, today: date) -> tuple[QuerySet[Call], bool]:
    """Return the calls that other rules may move, those that end first before others, and whether it is all of them."""
    calls = Call.objects.filter(controller=line.controller_id, retain_until__gte=today, line=line)
    # Two conditions, for the index that is partial by the first of them.
    calls, all_of_them = calls.exclude(state=Call.State.ENDED).exclude(state=Call.State.NOT_RECORDED), True
    clocks = [
        [clocks_under(rules, voicemail=voicemail, categories=()) for voicemail in (False, True)]
        for rules in (before, wanted)
    ]
    if clocks[0] == clocks[1]:
        # Only what was found in a call makes a difference.
        named = {rule.category for rule in {*before.rules} ^ {*wanted.rules}}
        first = calls.order_by("retain_until").values("id")[:MOST_ROWS]
        all_of_them = first.count() < MOST_ROWS
        found = Exists(CallCategory.objects.filter(call=OuterRef("pk"), category__in=named))
        calls = Call.objects.filter(found, id__in=first)
    return rows(calls).order_by("retain_until"), all_of_them


def _add_rows(effect: Effect, counting: CountingAnew) -> None:
    """Count the rows of the log that a shorter time for it would end at once, among those of the oldest calls."""
    line, today = counting.line, counting.today
    kept_from = datetime.combine(today - timedelta(days=log_period(counting.rules).days), time(), line.controller.zone)
    older = Call.objects.filter(line=line, started_at__lt=kept_from).order_by("started_at", "id").values("id")
    effect.all_rows = older[:MOST_ROWS].count() < MOST_ROWS
    found = Call.objects.filter(id__in=older[:MOST_ROWS], state__in=_LOG_ONLY, log_until__gte=today)
    calls = rows(found).order_by("started_at", "id")[: MOST + 1].iterator(_BATCH)
    while batch := list(islice(calls, _BATCH)):
        effect.rows += sum(one.ends.log_until < today for one in counting.count(batch))


def _add(effect: Effect, counting: CountingAnew, calls: list[Call]) -> None:
    for one in counting.count(calls):
        effect.looked += 1
        effect.opened += one.ends.purposes_move
        for move in one.moves:
            effect.later += move.until > move.was
            if move.until < move.was:
                effect.earlier += 1
                effect.at_once += move.until < counting.today
                effect.first = min(move.until, effect.first or move.until)


def _sentences(effect: Effect) -> Iterator[str]:
    if effect.earlier:
        told = {"n": _some(effect.earlier, counted=effect.all), "day": date_format(effect.first or date.min, "j F Y")}
        yield (
            ngettext(
                "%(n)s item ends earlier than now: its last day would be %(day)s.",
                "%(n)s items end earlier than now; the first of them has its last day on %(day)s.",
                effect.earlier,
            )
            % told
        )
    if effect.at_once:
        yield ngettext(
            "%(n)s of them has had its time at once: the next purge destroys it unless a hold keeps it.",
            "%(n)s of them have had their time at once: the next purge destroys what no hold keeps.",
            effect.at_once,
        ) % {"n": _some(effect.at_once, counted=effect.all)}
    if effect.later:
        yield ngettext("%(n)s item is kept longer than now.", "%(n)s items are kept longer than now.", effect.later) % {
            "n": _some(effect.later, counted=effect.all)
        }
    if effect.opened:
        yield ngettext(
            "%(n)s call may be opened for its purposes until other days than now.",
            "%(n)s calls may be opened for their purposes until other days than now.",
            effect.opened,
        ) % {"n": _some(effect.opened, counted=effect.all)}


def _log_sentences(effect: Effect, before: int, after: int) -> Iterator[str]:
    yield _("Rows of the call log are kept %(after)d days from the call instead of %(before)d.") % {
        "before": before,
        "after": after,
    }
    if effect.rows:
        yield ngettext(
            "%(n)s row of the call log has had its time at once: the next purge removes it unless a hold keeps it.",
            "%(n)s rows of the call log have had their time at once: the next purge removes what no hold keeps.",
            effect.rows,
        ) % {"n": _some(effect.rows, counted=effect.all_rows)}


def _limits(effect: Effect) -> Iterator[str]:
    if not effect.all:
        yield _("Counted among the calls that end first; it reaches the others too.")
    yield _("What has had its time stays past it, and a purpose that has ended for a call does not begin again.")


def _some(count: int, *, counted: bool) -> str:
    if count > MOST:
        return _("more than %(n)s") % {"n": number_format(MOST, force_grouping=True)}
    told = number_format(count, force_grouping=True)
    return told if counted else _("at least %(n)s") % {"n": told}
