"""Other producers' vCons through `callward ingest`: the figures of docs/real-input.md.

    python benchmarks/real_input.py [FOLDER]

FOLDER holds `calls`, `transcripts` and `ietf` (default: ../shared/corpora/vcons beside the repository). The parties
that a vCon itself names say what should be gone from its words, independently of what was detected. Prints counts
and reason codes only, never what was said.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import a_home

from callward.engine.errors import Error
from callward.engine.pii import About, Conversation, Turn, detect, payment_suspicions
from callward.engine.transcripts import Transcript
from callward.engine.vcon import Vcon, parse_vcon
from callward.intake import Intake, IntakeOptions, Source, discover, given

if TYPE_CHECKING:
    from callward.web.calls.models import Call

PARTS = ("calls", "transcripts", "ietf")
LINE = {
    "name": "Shop",
    "slug": "shop",
    "kind": "retail",
    "language": "en",
    "countries": ["US"],
    "timezone": "America/New_York",
    "purposes": ["quality"],
    "lawful_basis": "legitimate_interests",
}
_DIGIT_WORDS = (
    "zero",
    "oh",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "double",
    "triple",
)
_DIGIT = rf"(?:{'|'.join(_DIGIT_WORDS)}|\d)"
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+", re.IGNORECASE)
_RUN = re.compile(rf"(?<!\w){_DIGIT}(?:[\s,.-]*(?:dash\s+)?{_DIGIT}){{2,}}(?!\w)", re.IGNORECASE)
_COUNTED = re.compile(_DIGIT, re.IGNORECASE)


@dataclass(slots=True)
class Left:
    """What an independent look still finds in redacted words."""

    calls: int = 0
    names: int = 0  # turns in which a party's own name is said
    with_names: int = 0  # calls with such a turn
    numbers: int = 0  # turns in which a party's own telephone number is said, in digits or digit words
    addresses: int = 0  # turns with an address of mail
    runs: Counter[str] = field(default_factory=Counter)  # runs of spoken or written digits by length
    released_long: int = 0  # of six digits and more, in released calls


def main() -> int:
    corpus = Path(sys.argv[1]) if len(sys.argv) > 1 else a_home.ROOT.parent / "shared" / "corpora" / "vcons"
    if not corpus.is_dir():
        print("skipped: the corpus of vCons is not there")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
        a_home.open_home(Path(folder), [LINE])
        for part in PARTS:
            _part(Path(folder), corpus / part)
    return 0


def _part(home: Path, folder: Path) -> None:
    from callward.web.calls.models import Call

    before = set(Call.objects.values_list("id", flat=True))
    told = a_home.ingest(home, [folder], "--line", "shop").told
    calls = list(Call.objects.exclude(id__in=before).select_related("person").prefetch_related("items", "categories"))
    print(f"\n{folder.name}: {told['found']} found, {told['taken_in']} taken in, {told['duplicates']} duplicates")
    states = Counter(call.state for call in calls)
    print("  states: " + _listed(states))
    print("  reasons, calls with each: " + _listed(Counter(told["reviews"])))
    print("  refused: " + _listed(Counter(refused["reason"] for refused in told["refused"])))
    print("  findings by category: " + _listed(Counter(told["findings"])))
    print("  timing: " + _listed(Counter(call.timing or "no words" for call in calls)))
    if told["seconds"]:
        _sound(calls, told["seconds"])
    _words(calls, folder)
    _suspicions(folder)


def _sound(calls: Sequence[Call], seconds: float) -> None:
    from callward.shelf import ItemKind
    from callward.web.calls import opening

    sheets = [(call, opening.sheet_of(call)) for call in calls]
    muted = sum((mask.end - mask.start) / call.rate for call, sheet in sheets if sheet for mask in sheet.masks)
    kinds = Counter(item.kind for call in calls for item in call.items.all())
    keyed = sum(call.keyed for call in calls)
    print(f"  sound: {seconds / 60:.1f} minutes, {keyed} keyed tones heard, {muted:.1f} s muted")
    print(
        f"  copies of sound kept: {kinds[ItemKind.RECORDING_REDACTED.value]} redacted, "
        f"{kinds[ItemKind.RECORDING_ORIGINAL.value]} original"
    )


def _words(calls: Sequence[Call], folder: Path) -> None:
    """Look at the redacted words by means of what the vCon says of its parties."""
    from callward.web.calls import opening
    from callward.web.calls.facts import open_facts

    types: Counter[str] = Counter()
    doubted: Counter[str] = Counter()
    left = Left()
    for call in calls:
        transcript, sheet = opening.transcript_of(call), opening.sheet_of(call)
        if transcript is None or sheet is None:
            continue
        types.update(found.type for found in sheet.findings)
        doubted.update(doubt.code for doubt in sheet.doubts)
        vcon = _vcon(folder / open_facts(call)["source"])
        _look(left, transcript, vcon, released=call.state == call.State.RELEASED)
    if left.calls:
        print("  findings by type: " + _listed(types))
        print("  doubts, each place: " + _listed(doubted))
        print(
            f"  left in the redacted words of {left.calls} calls: a party's name in {left.names} turns of "
            f"{left.with_names} calls, a party's telephone number in {left.numbers}, an address of mail in "
            f"{left.addresses}; runs of digits: {_listed(left.runs)}; of six and more in released calls: "
            f"{left.released_long}"
        )


def _look(left: Left, transcript: Transcript, vcon: Vcon | None, *, released: bool) -> None:
    left.calls += 1
    names, numbers = _named(vcon)
    said = 0
    for turn in transcript.turns:
        words = set(re.findall(r"[^\W\d_]+", turn.text.lower()))
        said += bool(words & names)
        left.addresses += bool(_ADDRESS.search(turn.text))
        for run in _RUN.finditer(turn.text):
            digits = "".join(_digits(run.group()))
            left.numbers += any(len(digits) >= 7 and digits in number for number in numbers)
            left.runs["three to five" if len(digits) < 6 else "six and more"] += 1
            left.released_long += released and len(digits) >= 6
    left.names += said
    left.with_names += bool(said)


def _digits(run: str) -> Iterator[str]:
    for found in _COUNTED.findall(run):
        word = found.lower()
        if word.isdigit():
            yield word
        elif word in _DIGIT_WORDS[:11]:
            yield "0" if word == "oh" else str(_DIGIT_WORDS.index(word) - (word != "zero"))


def _named(vcon: Vcon | None) -> tuple[set[str], list[str]]:
    """The words of the parties' names, and the digits of their telephone numbers."""
    parties = vcon.parties if vcon else ()
    names = {word for party in parties for word in re.findall(r"[^\W\d_]{3,}", (party.name or "").lower())}
    return names, [re.sub(r"\D", "", party.tel) for party in parties if party.tel]


def _vcon(path: Path) -> Vcon | None:
    try:
        parsed = parse_vcon(path.read_bytes())
    except (Error, OSError):
        return None
    return getattr(parsed, "vcon", parsed)


def _suspicions(folder: Path) -> None:
    """Say of each turn that is suspected of card data whether the question before it was about a card at all."""
    about: Counter[str] = Counter()
    intake = Intake(IntakeOptions(given({"line": "shop"}), None, "UTC"))
    for source in discover([folder]):
        talk = _talk(intake, source)
        if talk is None:
            continue
        for turn in payment_suspicions(talk, detect(talk)):
            asked = " ".join(one.text for one in talk.turns[max(0, turn - 2) : turn + 1]).lower()
            about["a card" if re.search(r"\bcards?\b|cvv|security code", asked) else "no card"] += 1
    if about:
        print("  suspected turns by what was asked about: " + _listed(about))


def _talk(intake: Intake, source: Source) -> Conversation | None:
    try:
        with intake.load(source) as call:
            transcript = call.transcript(8000) if call.transcript else None
    except Error:
        return None
    if transcript is None:
        return None
    turns = tuple(Turn(About(turn.speaker.value), turn.text) for turn in transcript.turns)
    return Conversation(turns, "en", ("US",))


def _listed(counts: Counter[str] | Iterable[tuple[str, int]]) -> str:
    rows = counts.most_common() if isinstance(counts, Counter) else list(counts)
    return ", ".join(f"{name} {count}" for name, count in rows) or "none"


if __name__ == "__main__":
    sys.exit(main())
