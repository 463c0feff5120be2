"""Until when each item is kept, and why: rules become days, and days become sentences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from callward.web.calls.keeping import Answer, End, Terms, end_of
from callward.web.calls.models import Call, Item
from callward.web.core.labels import label
from callward.web.core.models import Controller, Line
from callward.web.lifecycle import happenings, holds, voicemail
from callward.web.lifecycle.clocks import clocks_of, ends
from callward.web.lifecycle.models import Hold, KeepingRule
from callward.web.lifecycle.rules import (
    DUTY,
    ITEMS,
    Event,
    Ground,
    LineRules,
    Period,
    Rule,
    Subject,
    Then,
    log_period,
    longest,
    period,
)
from callward.web.people.models import Person

SOON = timedelta(days=7)
COUNTED = 10_000  # items that go soon: where there are more, that is what is said


def today_of(controller: Controller, now: datetime | None = None) -> date:
    """Return the day it is in the controller's zone: legal periods run there."""
    return (now or timezone.now()).astimezone(controller.zone).date()


def rules_of(line: Line) -> LineRules:
    """Read what a line says about keeping, with its rules for single items and purposes."""
    rows = KeepingRule.objects.filter(line=line)
    return LineRules(
        days=line.retention_days,
        purposes=tuple(line.purposes),
        duty=bool(line.sector_duty),
        countries=frozenset(line.countries),
        rules=tuple(rule_of(row) for row in rows),
    )


def rule_of(row: KeepingRule) -> Rule:
    """Read one rule of a line."""
    return Rule(
        row.subject,
        row.purpose,
        row.minimum,
        row.maximum,
        row.category,
        Event(row.event),
        row.cap,
        Then(row.then),
    )


def periods_of(line: Line) -> list[tuple[Subject, list[Period], Period]]:
    """Return, for every subject, its period for each purpose and the longest; the call log comes last."""
    rules = rules_of(line)
    rows = [
        (subject, [period(rules, subject, purpose) for purpose in rules.grounds], longest(rules, subject))
        for subject in (*ITEMS, Subject.VOICEMAIL)
    ]
    return [*rows, (Subject.LOG, [], log_period(rules))]


def terms(
    line: Line,
    day: date,
    *,
    voicemail: bool,
    categories: Collection[str] = (),
    events: Mapping[str, date] | None = None,
) -> Terms:
    """Fix how long a call of that day is kept under the line's rules of now. A voicemail has its own short clock."""
    rules = rules_of(line)
    clocks = clocks_under(rules, voicemail=voicemail, categories=categories)
    return replace(ends(clocks, day, events or {}, log_days=log_period(rules).days), rules=rules.digest)


def clocks_under(rules: LineRules, *, voicemail: bool, categories: Collection[str]) -> dict[str, list[Period]]:
    """Return the periods of each item kind of a call, for each purpose of its line."""
    subjects = {kind: Subject.VOICEMAIL if voicemail else kind for kind in ITEMS}
    return {
        kind.value: [period(rules, subject, purpose, categories) for purpose in rules.grounds]
        for kind, subject in subjects.items()
    }


def over(controller: Controller, today: date) -> QuerySet[Item]:
    """Return the items whose last day has passed, held or not."""
    return _items(controller).filter(retain_until__lt=today)


def due(controller: Controller, today: date, *, but: Collection[UUID] = ()) -> QuerySet[Item]:
    """Return the items whose last day has passed and that no hold keeps; ``but`` names lines that are left out."""
    found = over(controller, today).exclude(holds.held_items())
    return found.exclude(Exists(Call.objects.filter(pk=OuterRef("call_id"), line__in=but))) if but else found


def count_soon(controller: Controller, today: date) -> int:
    """Return how many items go within ``SOON``; ``COUNTED + 1`` stands for that many and more."""
    return _items(controller).filter(retain_until__gte=today, retain_until__lt=today + SOON)[: COUNTED + 1].count()


def why(item: Item, hold: Hold | None, today: date) -> str:
    """Answer "why do you still have me?" for one item, in one sentence."""
    call, end = item.call, end_of(item.call, item.kind)
    days = (item.retain_until - call.started_at.astimezone(call.controller.zone).date()).days
    told: dict[str, str | int] = {
        "day": date_format(item.retain_until, "j F Y"),
        "days": days,
        "purpose": label("purpose", end.purpose) if end.purpose else _("what its line keeps calls for"),
        "ground": _ground(call.line, end),
    }
    if hold is not None:
        told |= {"hold": hold.get_kind_display(), "review": date_format(hold.review_on, "j F Y")}
        if item.retain_until < today:
            return (
                _("Its time ended on %(day)s; a %(hold)s hold keeps it until it is released, reviewed by %(review)s.")
                % told
            )
        return (
            _("A %(hold)s hold keeps it until it is released, reviewed by %(review)s; without it, until %(day)s.")
            % told
        )
    if item.retain_until < today:
        return _("Its time ended on %(day)s, %(days)d days after the call; it is destroyed with the next purge.") % told
    return _counted(call, item.kind, end.purpose, told) % told


def why_person(person: Person) -> str:
    """Answer "why do you still have me?" for a person, in the sentence of what is kept of them longest."""
    items = Item.objects.filter(call__person=person).select_related("call__line", "call__controller")
    last = items.order_by("-retain_until").first()
    if last is not None:
        standing = holds.on_call(last.call).order_by("placed_at")
        hold = next((hold for hold in standing if hold.item_kind in {"", last.kind}), None)
        return why(last, hold, today_of(person.controller))
    row = person.calls.order_by("-log_until").first()
    if row is None or row.log_until is None:
        return _("Nothing of any call is kept; what names the person goes with the next purge.")
    return _("Only rows of the call log are left, the last until %(day)s; then everything of the person goes.") % {
        "day": date_format(row.log_until, "j F Y")
    }


def why_log(call: Call) -> str:
    """Answer for the row of a call in the call log, which outlives what was said."""
    day = call.started_at.astimezone(call.line.controller.zone).date()
    until = call.log_until or call.retain_until
    return _("Kept until %(day)s, %(days)d days after the call: when it was, on which line, how long and whose.") % {
        "day": date_format(until, "j F Y"),
        "days": (until - day).days,
    }


def _items(controller: Controller) -> QuerySet[Item]:
    # Asked of each item, not joined: a planner would begin with all calls, when few items have such a day.
    return Item.objects.filter(Exists(Call.objects.filter(pk=OuterRef("call_id"), controller=controller)))


def _counted(call: Call, kind: str, purpose: str, told: dict[str, str | int]) -> str:
    """Choose the sentence by what the days count from, and what comes after them; fill in what it needs."""
    anonymous = kind in call.terms.get("then", {})
    clock = next((one for one in clocks_of(call).get(kind, []) if one.purpose == purpose), None)
    if clock is not None and clock.event is not Event.CALL:
        told["event"] = label("event", clock.event)
        on = happenings.known(call.person_id, call.id).get(clock.event)
        if on is None:
            return _(
                "Kept until %(day)s for %(purpose)s: %(days)d days after the call, because nobody has said when"
                " %(event)s was, %(ground)s."
            )
        told |= {"on": date_format(on, "j F Y"), "days": clock.days}
        return _("Kept until %(day)s for %(purpose)s: counted from %(event)s, %(on)s, %(ground)s.")
    if anonymous:
        return _(
            "Kept until %(day)s for %(purpose)s: %(days)d days after the call, %(ground)s; then only words that name"
            " nobody stay."
        )
    return _("Kept until %(day)s for %(purpose)s: %(days)d days after the call, %(ground)s.")


def _ground(line: Line, end: End) -> str:
    return {
        Ground.LINE.value: _("as its line says"),
        Ground.RULE.value: _("by a rule of its line"),
        Ground.FOUND.value: _("by a rule of its line for what was found in the call"),
        Ground.USUAL.value: _("which is usual for it"),
        Ground.CEILING.value: _("the longest without a duty in law"),
        Ground.ROMANIA.value: _("the longest for watching over staff in Romania (Law 190/2018 art. 5)"),
        Ground.SOUND.value: _("because words are not kept longer than their sound"),
        Ground.DUTY.value: _("as the law asks (%(law)s)") % {"law": line.sector_duty or _("named on its line")},
    }.get(end.ground, _("as its line says"))


@dataclass(frozen=True, slots=True)
class LifecycleKeeper:
    """What the calls ask of the lifecycle; see ``callward.web.calls.keeping.Keeper``."""

    def terms(
        self,
        line: Line,
        day: date,
        *,
        voicemail: bool,
        categories: Collection[str] = (),
        person: UUID | None = None,
        call: UUID | None = None,
    ) -> Terms:
        events = happenings.known(person, call) if person else {}
        return terms(line, day, voicemail=voicemail, categories=categories, events=events)

    def arrived(self, call: Call) -> None:
        voicemail.arrived(call)

    def settle(self, call: Call) -> None:
        from callward.web.lifecycle.settling import settle

        settle(call)

    def found_more(self, call: Call) -> None:
        from callward.web.lifecycle.settling import found_more

        found_more(call.id)

    def heard(self, call: Call) -> None:
        if call.voicemail:
            voicemail.heard(call)

    def answers(self, call: Call) -> list[Answer]:
        standing = list(holds.on_call(call))
        today = today_of(call.controller)
        rows = []
        for item in call.items.select_related("call__line", "call__controller").order_by("kind"):
            hold = next((hold for hold in standing if hold.item_kind in {"", item.kind}), None)
            rows.append(Answer(item.kind, item.retain_until, why(item, hold, today), held=hold is not None))
        return rows

    def log_answer(self, call: Call) -> str:
        return why_log(call)

    def hold_rows(self, call: Call) -> list[tuple[str, str, str]]:
        return [
            (holds.sentence(hold), holds.small_print(hold), reverse("lifecycle:hold", args=[hold.id]))
            for hold in holds.on_call(call)
        ]

    def lock(self, controller: UUID) -> None:
        holds.lock(controller)

    def place_hold_address(self, call: Call) -> str:
        return reverse("lifecycle:place_hold", args=[call.id])

    def events_address(self, call: Call) -> str:
        return reverse("lifecycle:call_events", args=[call.id])

    def held_purposes(self, call: Call, kind: str = "") -> Collection[str]:
        standing = [hold for hold in holds.on_call(call) if not kind or hold.item_kind in {"", kind}]
        return list(dict.fromkeys(_HELD_FOR[Hold.Kind(hold.kind)] for hold in standing))

    def overdue(self, controller: Controller) -> int:
        return due(controller, today_of(controller)).count()

    def examine_backups(self) -> Iterable[tuple[bool, str]]:
        from callward.web.lifecycle.backup.examining import examine_backups

        return examine_backups()

    def keys(self, ids: Iterable[UUID]) -> Collection[UUID]:
        return set(Hold.objects.standing().filter(id__in=list(ids)).values_list("id", flat=True))


_HELD_FOR = {Hold.Kind.LEGAL: "evidence", Hold.Kind.COMPLAINT: "complaint_handling", Hold.Kind.REQUEST: "evidence"}

__all__ = ["DUTY", "LifecycleKeeper", "due", "over", "periods_of", "rules_of", "terms", "today_of", "why"]
