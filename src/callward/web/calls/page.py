"""One call as a page: words with pills where words were masked, the waveform, and facts that can each be answered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _

from callward.engine.transcripts import Speaker, Transcript
from callward.sheet import Sheet
from callward.web import audit
from callward.web.accounts.models import User
from callward.web.audit.models import Entry
from callward.web.calls import keeping
from callward.web.calls.access import living_purposes
from callward.web.calls.masking_more import REVIEW
from callward.web.calls.models import Call
from callward.web.calls.waveform import clock
from callward.web.core.labels import label
from callward.web.keys.models import DataKey

_LAST_FOUR = re.compile(r"(\d{4})\D*$")

Fact = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words, or a pill where words were masked."""

    text: str
    category: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """A turn as it is shown. Times are seconds, None without times."""

    number: int
    speaker: str
    pieces: tuple[Piece, ...]
    start: float | None
    end: float | None
    clock: str
    doubted: bool


def said(transcript: Transcript, sheet: Sheet | None) -> Iterator[SaidTurn]:
    """Give every turn of a redacted transcript in pieces."""
    places: dict[int, list[tuple[int, int, int, int]]] = {}
    for number, found in enumerate(sheet.findings if sheet else ()):
        for place in found.places:
            places.setdefault(place.turn, []).append((place.start, place.end, number, place.part))
    doubted = {doubt.turn for doubt in sheet.doubts} if sheet else set()
    names = {
        Speaker.AGENT: _("agent"),
        Speaker.CALLER: _("caller"),
        Speaker.OTHER: _("other person"),
        Speaker.UNKNOWN: _("speaker"),
    }
    for number, turn in enumerate(transcript.turns):
        start = None if turn.start is None else turn.start / transcript.rate
        end = None if turn.end is None else turn.end / transcript.rate
        yield SaidTurn(
            number,
            names[turn.speaker],
            tuple(_pieces(turn.text, sorted(places.get(number, ())), sheet)),
            None if start is None else round(start, 3),
            None if end is None else round(end, 3),
            "" if start is None else clock(start),
            number in doubted,
        )


def _pieces(text: str, places: list[tuple[int, int, int, int]], sheet: Sheet | None) -> Iterator[Piece]:
    at = 0
    for start, end, number, part in places:
        if start > at:
            yield Piece(text[at:start])
        if sheet is not None:
            found = sheet.findings[number]
            yield Piece(_pill(found.type, text[start:end], part), found.category, _why(found.rule, found.score))
        at = max(at, end)
    if at < len(text):
        yield Piece(text[at:])


def _pill(kind: str, shown: str, part: int) -> str:
    if kind == REVIEW:
        return _("masked in review")
    word = label("type", kind)
    if kind == "CARD_CVV":
        return _("%(what)s, not kept") % {"what": word}
    last = _LAST_FOUR.search(shown) if kind == "PAYMENT_CARD" else None
    if last:
        return _("card ending %(digits)s") % {"digits": last.group(1)}
    return _("%(what)s, continued") % {"what": word} if part else word


def _why(rule: str, score: float) -> str:
    return _("rule %(rule)s, score %(score)s") % {"rule": rule, "score": f"{score:.2f}"}


def state_sentence(call: Call) -> str:
    """Say in a sentence or two where the call stands."""
    if call.state == Call.State.WAITS_FOR_TRANSCRIPT:
        return _("The recording is sealed. Nobody can hear it until a transcript says where personal data are spoken.")
    if call.state == Call.State.NOT_RECORDED:
        return _not_recorded(call)
    if call.state == Call.State.ENDED:
        return _("What was said had its time and is destroyed. This row stays until %(day)s.") % {
            "day": date_format(call.log_until or call.retain_until, "j F Y")
        }
    if call.state != Call.State.RELEASED:
        return " ".join([*(label("reason", code) for code in call.reasons), _masked(call)])
    checked = _("A person decided on it in review.") if call.reasons else _("The second pass found nothing more.")
    return f"{_masked(call)} {checked}"


def _not_recorded(call: Call) -> str:
    told = {"how": call.get_disposition_display(), "long": clock(call.duration)}
    if not call.disposition:
        return _("Its call record came without a recording.")
    return _("Its call record came without a recording. It says: %(how)s, after %(long)s.") % told


def _masked(call: Call) -> str:
    if not call.findings and not call.keyed:
        return _("No personal data were found.")
    if not call.frames:
        return ngettext("%(n)d finding is masked.", "%(n)d findings are masked.", call.findings) % {"n": call.findings}
    return ngettext(
        "%(n)d finding is masked in sound and text.", "%(n)d findings are masked in sound and text.", call.findings
    ) % {"n": call.findings}


def facts(call: Call, entries: list[Entry], *, open_reads: int, caller_page: str) -> list[Fact]:
    """Give the eight rows beside the words: term, answer, small print, link. ``caller_page`` may be empty."""
    line = call.line
    held = ngettext("%(n)d call with us", "%(n)d calls with us", _calls_of(call)) % {"n": _calls_of(call)}
    unknown = call.person.provisional
    answers = keeping.keeper().answers(call)
    until = max((answer.until for answer in answers), default=call.retain_until)
    kept = date_format(until, "j F Y")
    if any(answer.held for answer in answers):
        kept = _("A hold is released")
    # What holds is the date fixed when the call came in; the line's rules may have changed since.
    count = (until - call.started_at.astimezone(line.controller.zone).date()).days
    days = ngettext("%(n)d day after the call", "%(n)d days after the call", count) % {"n": count}
    payment = sum(row.findings for row in call.categories.all() if row.category == "payment")
    card = _("None in this call")
    if payment or call.keyed:
        card = _("None kept")
    key = DataKey.objects.filter(person_key=call.person_id, controller=call.controller_id).first()
    return [
        (
            _("Caller"),
            _("Not known") if unknown else _("Known person"),
            _("a key of its own for this call") if unknown else held,
            caller_page,
        ),
        (_("Line"), line.name, f"{line.get_kind_display()}, {_language(call.language)}", ""),
        (_("Kept until"), kept, days + _purposes(call), "#why" if answers else ""),
        (_("Lawful basis"), str(line.get_lawful_basis_display()).capitalize(), _("GDPR Art. 6(1)"), ""),
        (_("Card data"), card, _taken_out(payment, call.keyed), ""),
        (
            _("Key"),
            _("Caller’s key, epoch %(n)d") % {"n": key.epoch} if key else _("Erased"),
            _("key %(n)s of that epoch") % {"n": key.key_id.rpartition("/")[2]}
            if key
            else _("what it sealed reads as erased"),
            "",
        ),
        (
            _("Opened"),
            ngettext("%(n)d time", "%(n)d times", open_reads) % {"n": open_reads},
            _("each time is in the ledger"),
            "",
        ),
        (
            _("Received"),
            date_format(timezone.localtime(call.received_at), "j F Y, H:i"),
            _("time zone taken from the line") if call.zone_assumed else "",
            "",
        ),
    ]


def _calls_of(call: Call) -> int:
    return Call.objects.filter(person_id=call.person_id).count()


def _purposes(call: Call) -> str:
    if call.state == Call.State.NOT_RECORDED:
        return ""  # it is a row of the log, and nothing of it is opened
    living = living_purposes(call)
    ended = [code for code in call.line.purposes if code not in living]
    told = ""
    if living:
        told += "; " + _("for: %(names)s") % {"names": ", ".join(label("purpose", code) for code in living)}
    if ended:
        told += "; " + _("ended: %(names)s") % {"names": ", ".join(label("purpose", code) for code in ended)}
    return told


def purpose_rows(call: Call, readable: list[str], opened_for: str) -> list[tuple[str, str, str, bool]]:
    """Say of every purpose until when it lasts: its code, the sentence, how it stands, whether one may ask for it.

    It stands as ``now`` (opened for it), ``open``, ``others`` (not for who asks) or ``ended``.
    """
    rows = []
    living = living_purposes(call)
    for code in dict.fromkeys([*keeping.all_purposes_of(call), *living]):
        end = keeping.purpose_end(call, code)
        told = {"purpose": label("purpose", code), "day": date_format(end, "j F Y")}
        if code not in living:
            state, sentence = "ended", _("Not open for %(purpose)s any more: that ended on %(day)s.")
            if code not in call.terms.get("purposes", {code: ""}):
                sentence = _("Not open for %(purpose)s: it was not taken in for that.")
        else:
            state = "now" if code == opened_for else "open" if code in readable else "others"
            sentence = _("For %(purpose)s until %(day)s.")
            if end < timezone.now().astimezone(call.line.controller.zone).date():
                sentence = _("For %(purpose)s until a hold is released.")
        rows.append((code, sentence % told, state, state == "open"))
    return rows


def _taken_out(payment: int, keyed: int) -> str:
    said_parts = []
    if payment:
        said_parts.append(
            ngettext("%(n)d finding destroyed at intake", "%(n)d findings destroyed at intake", payment)
            % {"n": payment}
        )
    if keyed:
        said_parts.append(ngettext("%(n)d keyed tone destroyed", "%(n)d keyed tones destroyed", keyed) % {"n": keyed})
    return ", ".join(said_parts)


def _language(code: str) -> str:
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def entry_rows(entries: list[Entry], reader: User) -> list[tuple[Entry, str, str]]:
    """Give the ledger entries of a call, the newest first: entry, sentence, address of the proof.

    The address is empty until the entry has a place, and for those who may not open it.

    Entries of one act that follow each other are one row, which leads to the newest.
    """
    rows = []
    for action, run in groupby(entries, key=lambda entry: entry.action):
        newest, *others = run
        times = f" ({len(others) + 1})" if others else ""
        address = newest.get_absolute_url() if audit.may_prove(newest, reader) else ""
        rows.append((newest, label("action", action) + times, address))
    return rows
