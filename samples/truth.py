"""What is personal in a call: each value, how it may be written, and where it is heard."""

from __future__ import annotations

from typing import Any

from render import Rendered, Turn
from transcribe import said_turns

_SHORTEST = 5  # shorter strings stand by chance in any file


def truth_of(call: Rendered, *, digits: bool) -> list[dict[str, Any]]:
    """One object for each value: type, value, about, ``search`` strings, and its parts with word times.

    ``turn`` counts the turns of the transcript; keyed digits have their tones instead of words.
    """
    order = [turn.tokens for turn in said_turns(call, digits=digits)]
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for turn in call.turns:
        if turn.keys:
            _keyed(turn, found)
            continue
        number = next(n for n, tokens in enumerate(order) if tokens[0].start == turn.start)
        for word in turn.words:
            if word.mark is None:
                continue
            mark = word.mark
            entry = _entry(found, mark.type, mark.value, mark.about)
            said = " ".join(text for text, _, _ in word.said).strip(".,?!;:")
            part = {
                "turn": number,
                "channel": turn.channel,
                "start": word.start,
                "end": word.end,
                "said": said,
                "written": word.written.strip(".,?!;:"),
            }
            entry["parts"].append(part)
    for entry in found.values():
        entry["search"] = _search(entry)
    return list(found.values())


def _entry(found: dict[tuple[str, str, str], dict[str, Any]], kind: str, value: str, about: str) -> dict[str, Any]:
    empty = {"type": kind, "value": value, "about": about, "keyed": False, "search": [], "parts": []}
    return found.setdefault((kind, value, about), empty)


def _keyed(turn: Turn, found: dict[tuple[str, str, str], dict[str, Any]]) -> None:
    digits = turn.keys.rstrip("#")
    kind = {4: "CARD_EXPIRY", 3: "CARD_CVV"}.get(len(digits), "PAYMENT_CARD")
    entry = _entry(found, kind, digits, "caller")
    entry["keyed"] = True
    entry["parts"].append({"turn": None, "channel": turn.channel, "start": turn.start, "end": turn.end})


def _search(entry: dict[str, Any]) -> list[str]:
    """The strings that must stand nowhere in the clear, longest first."""
    value = entry["value"]
    compact = "".join(sign for sign in value if sign.isalnum())
    strings = {value}
    if entry["type"] in {"PAYMENT_CARD", "IBAN", "NATIONAL_ID", "PHONE", "HEALTH_ID", "POSTCODE"}:
        fours = [compact[n : n + 4] for n in range(0, len(compact), 4)]
        strings |= {compact, " ".join(fours), "-".join(fours), " ".join(compact)}
    for form in ("said", "written"):
        by_turn: dict[int, list[str]] = {}
        for part in entry["parts"]:
            if form in part:
                by_turn.setdefault(part["turn"], []).append(part[form])
        strings |= {" ".join(parts) for parts in by_turn.values()}
    return sorted((text for text in strings if len(text) >= _SHORTEST), key=lambda text: (-len(text), text))
