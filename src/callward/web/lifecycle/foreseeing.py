"""What a change of a line's rules would do to calls that are kept, said before it is kept. Nothing is written.

Counting stops where it would take long: a page must not wait for a million calls.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
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
_BATCH = 500


@dataclass(slots=True)
class Effect:
    """How many items would end earlier or later, how many at once, the first new day of those that end earlier.

    ``opened``: calls that could be opened for a purpose until another day. ``all`` were looked at, or the first
    ``looked`` that end.
    """

    earlier: int = 0
    later: int = 0
    at_once: int = 0
    first: date | None = None
    opened: int = 0
    looked: int = 0
    all: bool = True

    @property
    def moves(self) -> bool:
        return bool(self.earlier or self.later or self.opened)


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
    sentences = [*_sentences(effect), *([_log_sentence(*log)] if log_moves else []), *_limits(effect)]
    return Foreseen(wanted.digest, tuple(map(capfirst, sentences)), ends_at_once=effect.at_once > 0)


def effect_of(line: Line, before: LineRules, wanted: LineRules, today: date | None = None) -> Effect:
    """Count what other rules would move, among the calls that end first."""
    today = today or today_of(line.controller)
    effect, counting = Effect(), CountingAnew(line, wanted, today)
    calls = _concerned(line, before, wanted, today)[: MOST_CALLS + 1].iterator(_BATCH)
    while batch := list(islice(calls, _BATCH)):
        _add(effect, counting, batch)
        if effect.looked > MOST_CALLS or effect.earlier + effect.later > MOST:
            effect.all = False
            break
    return effect


def _concerned(line: Line, before: LineRules, wanted: LineRules, today: date) -> QuerySet[Call]:
    calls = Call.objects.filter(controller=line.controller_id, retain_until__gte=today, line=line)
    calls = calls.exclude(state__in=(Call.State.ENDED, Call.State.NOT_RECORDED))
    clocks = [
        [clocks_under(rules, voicemail=voicemail, categories=()) for voicemail in (False, True)]
        for rules in (before, wanted)
    ]
    if clocks[0] == clocks[1]:
        # Only what was found in a call makes a difference.
        named = {rule.category for rule in {*before.rules} ^ {*wanted.rules}}
        calls = calls.filter(Exists(CallCategory.objects.filter(call=OuterRef("pk"), category__in=named)))
    return rows(calls).order_by("retain_until")


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
        told = {"n": _some(effect, effect.earlier), "day": date_format(effect.first or date.min, "j F Y")}
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
        ) % {"n": _some(effect, effect.at_once)}
    if effect.later:
        yield ngettext("%(n)s item is kept longer than now.", "%(n)s items are kept longer than now.", effect.later) % {
            "n": _some(effect, effect.later)
        }
    if effect.opened:
        yield ngettext(
            "%(n)s call may be opened for its purposes until other days than now.",
            "%(n)s calls may be opened for their purposes until other days than now.",
            effect.opened,
        ) % {"n": _some(effect, effect.opened)}


def _log_sentence(before: int, after: int) -> str:
    return _("Rows of the call log are kept %(after)d days from the call instead of %(before)d.") % {
        "before": before,
        "after": after,
    }


def _limits(effect: Effect) -> Iterator[str]:
    if not effect.all:
        yield _("Counted among the calls that end first; it reaches the others too.")
    yield _("What has had its time stays past it, and a purpose that has ended for a call does not begin again.")


def _some(effect: Effect, count: int) -> str:
    if count > MOST:
        return _("more than %(n)s") % {"n": number_format(MOST, force_grouping=True)}
    told = number_format(count, force_grouping=True)
    return told if effect.all else _("at least %(n)s") % {"n": told}
