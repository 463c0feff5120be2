"""From files to an arrival: which line it is for, who called, when."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import accumulate

from django.conf import settings
from stdnum import luhn

from callward.engine.transcripts import Transcript
from callward.intake import CallFacts, Direction, IntakeOptions, LineDefaults, LoadedCall
from callward.transcriber import transcribe, transcriber
from callward.web.calls.inputs import SEVERAL_RECORDINGS, Arrival, ArrivalError
from callward.web.calls.models import Call
from callward.web.core.models import Controller, Line
from callward.web.people.finding import Caller

_CARD = "[PAYMENT_CARD]"
# Ids that telephone systems give: time and serial, UUIDs, Twilio's. Digits in them are never a card's.
_SYSTEM_ID = re.compile(
    r"(?P<host>[\w-]{1,40}-)?1\d{9}\.\d{1,9}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?:CA|RE)[0-9a-f]{32}",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d(?:[ ._-]?\d){12,}")
_LONGEST_CARD = 19
# How cards begin and how long they are then: only these are looked for within a longer run of digits.
_BRANDS = {
    re.compile(r"4"): (13, 16, 19),
    re.compile(r"5|2[2-7]"): (16,),
    re.compile(r"3[47]"): (15,),
    re.compile(r"3[0689]"): (14,),
    re.compile(r"6|35"): (16, 19),
}
_DIRECTIONS = {Direction.IN: Call.Direction.INBOUND, Direction.OUT: Call.Direction.OUTBOUND}


def lines_of(controller: Controller) -> dict[str, Line]:
    """The lines in use, by short name and by name."""
    found: dict[str, Line] = {}
    for line in Line.objects.for_controller(controller).filter(is_active=True).select_related("controller"):
        found |= {line.slug: line, line.name: line}
    return found


def options_for(lines: Mapping[str, Line], given: IntakeOptions) -> IntakeOptions:
    """Say what each line supplies for its calls."""
    defaults = {
        name: LineDefaults(
            line.timezone,
            tuple(line.countries),
            line.language,
            line.agent_channel,
            tuple(line.numbers),
            voicemail=line.voicemail,
        )
        for name, line in lines.items()
    }
    return replace(given, lines=defaults)


def arrival_of(loaded: LoadedCall, lines: Mapping[str, Line], *, source_name: str, written_at: float) -> Arrival:
    """Make an arrival of a loaded call.

    A call without a start takes the moment its file was written, in UTC, and is marked as assumed.
    Raises ``ArrivalError`` ``line_missing`` or ``line_unknown``.
    """
    facts = loaded.facts
    line = _line(facts, lines)
    transcript = loaded.transcript or _transcriber(loaded, line)
    # Words that come later cannot tell where the parts lie now.
    joined = (SEVERAL_RECORDINGS,) if loaded.parts and transcript is None else ()
    return Arrival(
        line=line,
        started_at=facts.started_at or datetime.fromtimestamp(written_at, UTC),
        zone_assumed=facts.zone_assumed or facts.started_at is None,
        direction=_DIRECTIONS[facts.direction] if facts.direction else Call.Direction.UNKNOWN,
        language=facts.language,
        voicemail=facts.voicemail,
        caller=_caller(facts),
        labels={
            name: value
            for name, value in (
                ("external_id", _without_card(facts.external_id)),
                ("agent", without_cards(facts.agent or "")),
                ("source", without_cards(source_name)),
            )
            if value
        },
        recording=loaded.recording,
        transcript=transcript,
        chunks=loaded.identity,
        recording_alone=loaded.recording_identity,
        written=loaded.written,
        filled_in=loaded.filled_in,
        duration=facts.duration or 0,
        disposition=facts.disposition.value if facts.disposition else "",
        doubts=(*loaded.doubts, *joined),
    )


def without_cards(text: str) -> str:
    """Give a name or an id without the card numbers in it: they are never kept, not even sealed (PCI DSS 3.3.1)."""
    return _DIGITS.sub(lambda run: _CARD if _is_card(run.group()) else run.group(), text)


def _without_card(identifier: str | None) -> str | None:
    """Give an identifier, or none where a card number stands in it.

    It is dropped and not masked: masked identifiers would be equal, and make one caller or one call of many.
    """
    if not identifier:
        return None
    system = _SYSTEM_ID.fullmatch(identifier)
    doubted = (system["host"] or "") if system else identifier
    return identifier if without_cards(doubted) == doubted else None


def _is_card(run: str) -> bool:
    """Whether a run of digits is a card number, or one longer than any holds one."""
    digits = "".join(sign for sign in run if sign.isdigit())
    return luhn.is_valid(digits) if len(digits) <= _LONGEST_CARD else any(map(luhn.is_valid, _card_like(run)))


def _card_like(run: str) -> Iterator[str]:
    """Give what begins and is as long as a card in a long run of digits, and begins or ends where a group of it does.

    A run of a date, a time and a telephone number holds many stretches, and one in ten of any is valid by chance.
    """
    groups = re.findall(r"\d+", run)
    digits, edges = "".join(groups), [0, *accumulate(map(len, groups))]
    for brand, lengths in _BRANDS.items():
        for length in lengths:
            starts = {*edges} | {edge - length for edge in edges}
            for start in starts:
                if 0 <= start <= len(digits) - length and brand.match(digits, start):
                    yield digits[start : start + length]


def _line(facts: CallFacts, lines: Mapping[str, Line]) -> Line:
    if not facts.line:
        raise ArrivalError("line_missing", "nothing says which line the call is for; name one with --line")
    found = lines.get(facts.line)
    if found is None:
        raise ArrivalError("line_unknown", "the call names a line that this controller does not have")
    return found


def _caller(facts: CallFacts) -> Caller:
    identifiers = {
        "number": _without_card(facts.caller_number_normalised),
        "phone": facts.caller_phone_e164,
        "email": facts.caller_email_normalised,
    }
    return Caller({kind: value for kind, value in identifiers.items() if value}, without_cards(facts.caller_name or ""))


class _Transcribed:
    """Reads the words of a recording that came alone, through the transcriber that the settings name."""

    def __init__(self, loaded: LoadedCall, line: Line) -> None:
        self._loaded, self._line = loaded, line

    def __call__(self, rate: int) -> Transcript:
        write = transcriber(settings.TRANSCRIBER)
        assert write is not None
        assert self._loaded.recording is not None
        return transcribe(
            self._loaded.recording, write, language=self._line.language, agent_channel=self._line.agent_channel
        )


def _transcriber(loaded: LoadedCall, line: Line) -> _Transcribed | None:
    if loaded.recording is None or not settings.TRANSCRIBER:
        return None
    return _Transcribed(loaded, line)
