"""Detection against Presidio's recognizers where it is installed, else against the standard library's re.

The text is generated: ordinary sentences of five languages with a number of each kind now and then. The peer
searches for the same patterns, without context, check digits, speech or dialogue.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

from callward.engine.pii import RECOGNIZERS, About, Conversation, Turn, detect

SENTENCES = {
    "en": "well i have been waiting for the delivery since tuesday and nobody could tell me where it is",
    "sv": "jag har väntat på leveransen sedan i tisdags och ingen kunde säga var den är någonstans",
    "et": "ma olen oodanud tarnet teisipäevast saadik ja keegi ei osanud öelda kus see on",
    "ro": "aștept livrarea de marți și nimeni nu a putut să îmi spună unde se află coletul",
    "nl": "ik wacht al sinds dinsdag op de levering en niemand kon mij zeggen waar het pakket is",
}
PERSONAL = ["4111 1111 1111 1111", "dana@example.com", "07700 900123", "GB29 NWBK 6016 1331 9268 19", "192.0.2.10"]


def calls(size: int) -> list[Conversation]:
    """Make calls of 60 turns, one turn in ten with something personal in it, until there are ``size`` bytes."""
    chance = random.Random(1)
    made: list[Conversation] = []
    while size > 0:
        language = chance.choice(sorted(SENTENCES))
        turns = []
        for number in range(60):
            said = SENTENCES[language] + (f" {chance.choice(PERSONAL)}" if chance.random() < 0.1 else "")
            turns.append(Turn((About.AGENT, About.CALLER)[number % 2], said))
            size -= len(said.encode())
        made.append(Conversation(tuple(turns), language))
    return made


def rate(search: Callable[[Conversation], object], conversations: list[Conversation]) -> float:
    """Return bytes a second, best of two."""
    size = sum(len(turn.text.encode()) for call in conversations for turn in call.turns)
    best = 0.0
    for _ in range(2):
        begun = time.perf_counter()
        for call in conversations:
            search(call)
        best = max(best, size / (time.perf_counter() - begun))
    return best


def peer() -> tuple[str, Callable[[Conversation], object]]:
    """Return Presidio's recognizers if they are installed, else the same patterns in ``re``."""
    try:
        from presidio_analyzer import predefined_recognizers as presidio  # type: ignore[import-not-found,unused-ignore]  # a peer that is measured where it is installed
    except ImportError:
        compiled = [re.compile(row.pattern, re.IGNORECASE) for row in RECOGNIZERS]
        return "re", lambda call: [one.findall(turn.text) for turn in call.turns for one in compiled]
    names = ("CreditCardRecognizer", "EmailRecognizer", "IbanRecognizer", "IpRecognizer", "PhoneRecognizer")
    recognizers = [getattr(presidio, name)() for name in names]
    return "presidio", lambda call: [
        one.analyze(turn.text, one.supported_entities, None) for turn in call.turns for one in recognizers
    ]


def main() -> None:
    """Print both rates and their ratio."""
    conversations = calls(1_000_000)
    detect(conversations[0])
    name, search = peer()
    ours, theirs = rate(detect, conversations), rate(search, conversations[: max(1, len(conversations) // 10)])
    print(f"detect: {ours / 1e6:.2f} MB/s, {name}: {theirs / 1e6:.2f} MB/s, ratio {ours / theirs:.1f}")


if __name__ == "__main__":
    main()
